use super::*;

type Parts<'a> = (
    Option<&'a str>,
    Option<&'a str>,
    Option<&'a str>,
    Option<&'a str>,
);

#[test]
fn addresses_are_taken_apart() {
    let table: &[(&str, Option<Parts<'_>>)] = &[
        (
            "123 Main St, Springfield, IL 62704",
            Some((
                Some("123 Main St"),
                Some("Springfield"),
                Some("IL"),
                Some("62704"),
            )),
        ),
        (
            "123 main street springfield il 62704",
            Some((
                Some("123 main street"),
                Some("springfield"),
                Some("IL"),
                Some("62704"),
            )),
        ),
        (
            "My address is 123 Main St, Apt 4B, Springfield, IL 62704-1234.",
            Some((
                Some("123 Main St, Apt 4B"),
                Some("Springfield"),
                Some("IL"),
                Some("62704-1234"),
            )),
        ),
        (
            "I live at 500 N Lake Shore Drive #12, Chicago, Illinois 60611",
            Some((
                Some("500 N Lake Shore Drive #12"),
                Some("Chicago"),
                Some("IL"),
                Some("60611"),
            )),
        ),
        (
            "1600 Pennsylvania Avenue NW, Washington, DC 20500",
            Some((
                Some("1600 Pennsylvania Avenue NW"),
                Some("Washington"),
                Some("DC"),
                Some("20500"),
            )),
        ),
        (
            "123 Broadway, New York, NY 10001",
            Some((
                Some("123 Broadway"),
                Some("New York"),
                Some("NY"),
                Some("10001"),
            )),
        ),
        (
            "350 5th Ave, New York, New York 10118",
            Some((
                Some("350 5th Ave"),
                Some("New York"),
                Some("NY"),
                Some("10118"),
            )),
        ),
        (
            "PO Box 123, Austin, TX 78701",
            Some((
                Some("PO Box 123"),
                Some("Austin"),
                Some("TX"),
                Some("78701"),
            )),
        ),
        ("P.O. Box 55", Some((Some("P.O. Box 55"), None, None, None))),
        (
            "742 Evergreen Terrace",
            Some((Some("742 Evergreen Terrace"), None, None, None)),
        ),
        (
            "742 Evergreen Terrace, Springfield",
            Some((
                Some("742 Evergreen Terrace"),
                Some("Springfield"),
                None,
                None,
            )),
        ),
        ("94110", Some((None, None, None, Some("94110")))),
        (
            "my zip code is 94110",
            Some((None, None, None, Some("94110"))),
        ),
        ("94110-1234", Some((None, None, None, Some("94110-1234")))),
        (
            "San Francisco, CA 94110",
            Some((None, Some("San Francisco"), Some("CA"), Some("94110"))),
        ),
        (
            "San Francisco, CA",
            Some((None, Some("San Francisco"), Some("CA"), None)),
        ),
        (
            "123 Main St\nSpringfield, IL\n62704",
            Some((
                Some("123 Main St"),
                Some("Springfield"),
                Some("IL"),
                Some("62704"),
            )),
        ),
        (
            "10 Downing Street, London SW1A 2AA",
            Some((
                Some("10 Downing Street"),
                Some("London"),
                None,
                Some("SW1A 2AA"),
            )),
        ),
        (
            "24 Sussex Drive, Ottawa, ON K1M 1M4",
            Some((
                Some("24 Sussex Drive"),
                Some("Ottawa"),
                Some("ON"),
                Some("K1M 1M4"),
            )),
        ),
        (
            "Hauptstraße 5, 10115 Berlin",
            Some((Some("Hauptstraße 5"), Some("Berlin"), None, Some("10115"))),
        ),
        (
            "Meine Adresse ist Hauptstr. 12a, 80331 München",
            Some((Some("Hauptstr. 12a"), Some("München"), None, Some("80331"))),
        ),
        (
            "Calle Mayor 10, 28013 Madrid",
            Some((Some("Calle Mayor 10"), Some("Madrid"), None, Some("28013"))),
        ),
        (
            "Rua Augusta 1234, São Paulo, 01304-001",
            Some((
                Some("Rua Augusta 1234"),
                Some("São Paulo"),
                None,
                Some("01304-001"),
            )),
        ),
        ("", None),
        ("I don't know", None),
        ("I have 2 kids", None),
        ("none of your business", None),
        ("jane@example.com", None),
        ("415 555 2671", None),
        ("tomorrow at 3", None),
        ("Springfield", None),
        ("I am 25000 times sorry for that", None),
        ("https://example.com/12345", None),
    ];
    let wrong: Vec<_> = table
        .iter()
        .map(|(input, wanted)| {
            let found = address(input).map(|found| found.value);
            let parts =
                found.map(|found| [found.street, found.city, found.state, found.postal_code]);
            let wanted = wanted.map(|(street, city, state, code)| {
                [street, city, state, code].map(|part| part.map(str::to_owned))
            });
            (input, wanted, parts)
        })
        .filter(|(_, wanted, found)| wanted != found)
        .collect();
    assert!(wrong.is_empty(), "(input, wanted, found): {wrong:#?}");
}

#[test]
fn the_text_is_kept_as_typed_without_the_lead() {
    let input = "é: my address is 123 Main St, Springfield, IL 62704.";
    assert_eq!(
        address(input).unwrap().value.text,
        "é: my address is 123 Main St, Springfield, IL 62704"
    );
    let input = " My address is 123 Main St, Springfield, IL 62704. ";
    let found = address(input).unwrap();
    assert_eq!(found.value.text, "123 Main St, Springfield, IL 62704");
    assert_eq!(&input[found.span], "123 Main St, Springfield, IL 62704");
    assert_eq!(found.confidence, 0.95);
}
