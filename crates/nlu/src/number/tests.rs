use super::*;

fn check(language: &str, table: &[(&str, Option<f64>)]) {
    let wrong: Vec<_> = table
        .iter()
        .map(|(input, wanted)| {
            (
                input,
                wanted,
                number(input, language).map(|found| found.value),
            )
        })
        .filter(|(_, wanted, found)| match (wanted, found) {
            (Some(wanted), Some(found)) => (wanted - found).abs() > 1e-9,
            (None, None) => false,
            _ => true,
        })
        .collect();
    assert!(wrong.is_empty(), "(input, wanted, found): {wrong:#?}");
}

#[test]
fn english_numbers_are_read() {
    check(
        "en",
        &[
            ("25", Some(25.0)),
            (" 25 ", Some(25.0)),
            ("0", Some(0.0)),
            ("007", Some(7.0)),
            ("25.", Some(25.0)),
            ("1,250", Some(1250.0)),
            ("1,250.50", Some(1250.5)),
            ("1,250,000", Some(1_250_000.0)),
            ("1.250", Some(1.25)),
            ("3,5", Some(3.5)),
            ("98.6", Some(98.6)),
            (".5", Some(0.5)),
            ("-3.5", Some(-3.5)),
            ("−3.5", Some(-3.5)),
            ("+7", Some(7.0)),
            ("$1,250.50", Some(1250.5)),
            ("-$5", Some(-5.0)),
            ("50%", Some(50.0)),
            ("5k", Some(5000.0)),
            ("1.5 million", Some(1_500_000.0)),
            ("2 hundred", Some(200.0)),
            ("twenty five", Some(25.0)),
            ("Twenty-five", Some(25.0)),
            ("a hundred and two", Some(102.0)),
            ("one hundred fifty seven", Some(157.0)),
            ("two thousand and twenty six", Some(2026.0)),
            ("three point five", Some(3.5)),
            ("ninety eight point six", Some(98.6)),
            ("minus five", Some(-5.0)),
            ("negative 3", Some(-3.0)),
            ("zero", Some(0.0)),
            ("none", Some(0.0)),
            ("one", Some(1.0)),
            ("I have one", Some(1.0)),
            ("one day", Some(1.0)),
            ("about 180 lbs", Some(180.0)),
            ("180lbs", Some(180.0)),
            ("98.6°F", Some(98.6)),
            ("25 years old", Some(25.0)),
            ("I'm 25.", Some(25.0)),
            ("I am twenty five years old", Some(25.0)),
            ("a 25-year-old", Some(25.0)),
            ("25yo", Some(25.0)),
            ("6/10", Some(6.0)),
            ("7.5/10", Some(7.5)),
            ("6 out of 10", Some(6.0)),
            ("six out of ten", Some(6.0)),
            ("7 on a scale of 1 to 10", Some(7.0)),
            ("on a scale from 1 to 10, 8", Some(8.0)),
            ("1/2", Some(0.5)),
            ("3/4", Some(0.75)),
            ("1 1/2", Some(1.5)),
            ("2½", Some(2.5)),
            ("½", Some(0.5)),
            ("２５", Some(25.0)),
            ("two and a half", Some(2.5)),
            ("2 and a half hours", Some(2.5)),
            ("a dozen", Some(12.0)),
            ("half a dozen", Some(6.0)),
            ("a couple of times", Some(2.0)),
            ("my B12 level is 300", Some(300.0)),
            ("5, yes 5", Some(5.0)),
            ("twice a week", Some(2.0)),
            ("5ish", Some(5.0)),
            ("1 250 000", Some(1_250_000.0)),
            ("1'250", Some(1250.0)),
        ],
    );
}

#[test]
fn english_texts_without_one_number_are_refused() {
    check(
        "en",
        &[
            ("", None),
            ("hello", None),
            ("many", None),
            ("no one", None),
            ("that one", None),
            ("one of them", None),
            ("just a second", None),
            ("first", None),
            ("B12", None),
            ("covid19", None),
            ("v2.0.1", None),
            ("10:30", None),
            ("11/22/2026", None),
            ("2026-11-23", None),
            ("120/80", None),
            ("5-10", None),
            ("between 5 and 10", None),
            ("5 to 10", None),
            ("6 or 7", None),
            ("I'm 25 and she is 30", None),
            ("5'11", None),
            ("john25@example.com", None),
            ("192.168.0.1", None),
            ("1,25,00", None),
            ("12345678901234567890", None),
            ("five five five", None),
            ("billion billion billion", None),
            ("NaN", None),
            ("inf", None),
            ("-", None),
            (".", None),
            ("1/0", None),
            ("1e5", None),
            ("0x1F", None),
        ],
    );
}

#[test]
fn other_languages_read_their_words_and_separators() {
    check(
        "es",
        &[
            ("25", Some(25.0)),
            ("veinticinco", Some(25.0)),
            ("treinta y cinco", Some(35.0)),
            ("ciento dos", Some(102.0)),
            ("tengo cuarenta y dos años", Some(42.0)),
            ("1.250,50", Some(1250.5)),
            ("1.250", Some(1250.0)),
            ("3,5", Some(3.5)),
            ("dos", Some(2.0)),
            ("uno", Some(1.0)),
            ("dos y media", Some(2.5)),
            ("menos cinco", Some(-5.0)),
            ("5 mil", Some(5000.0)),
            ("8 de 10", Some(8.0)),
            ("ninguno", Some(0.0)),
            ("tengo una pregunta", None),
            ("hola", None),
        ],
    );
    check(
        "es-MX",
        &[
            ("1,250.50", Some(1250.5)),
            ("1,250", Some(1250.0)),
            ("1.250", Some(1.25)),
        ],
    );
    check(
        "de",
        &[
            ("fünfundzwanzig", Some(25.0)),
            ("einhundertzwei", Some(102.0)),
            ("ich bin zweiundvierzig Jahre alt", Some(42.0)),
            ("zweitausend", Some(2000.0)),
            ("1.250,50", Some(1250.5)),
            ("1.250", Some(1250.0)),
            ("37,5", Some(37.5)),
            ("eins", Some(1.0)),
            ("anderthalb", Some(1.5)),
            ("5 von 10", Some(5.0)),
            ("keine", Some(0.0)),
            ("ich habe eine Frage", None),
        ],
    );
    check(
        "pt-BR",
        &[
            ("vinte e cinco", Some(25.0)),
            ("cento e dois", Some(102.0)),
            ("tenho trinta anos", Some(30.0)),
            ("1.250,50", Some(1250.5)),
            ("2,5", Some(2.5)),
            ("dois", Some(2.0)),
            ("dois e meio", Some(2.5)),
            ("nenhum", Some(0.0)),
            ("tenho uma pergunta", None),
        ],
    );
    check(
        "fr",
        &[
            ("vingt-cinq", Some(25.0)),
            ("soixante-douze", Some(72.0)),
            ("3,5", Some(3.5)),
        ],
    );
}

#[test]
fn the_span_is_the_number_with_its_unit() {
    for (input, said) in [
        ("about 180lbs.", "180lbs"),
        ("I am twenty five years", "twenty five"),
        ("é ½ é", "½"),
        ("２５", "２５"),
        ("it is minus 5 now", "minus 5"),
        ("x 1.5 million", "1.5 million"),
    ] {
        let found = number(input, "en").unwrap();
        assert_eq!(&input[found.span], said);
    }
    assert_eq!(number("25", "en").unwrap().confidence, 1.0);
    assert!(number("about 25", "en").unwrap().confidence < 1.0);
}
