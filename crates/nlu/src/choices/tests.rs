use super::*;

fn choices(list: &[(&str, &str, &[&str])]) -> Choices {
    let list: Vec<Choice> = list
        .iter()
        .map(|(value, label, synonyms)| Choice {
            value: (*value).to_owned(),
            label: (*label).to_owned(),
            synonyms: synonyms
                .iter()
                .map(|synonym| (*synonym).to_owned())
                .collect(),
        })
        .collect();
    Choices::new(&list)
}

fn clinic() -> Choices {
    choices(&[
        (
            "book",
            "Book an appointment",
            &["schedule a visit", "see a doctor"],
        ),
        (
            "refill",
            "Refill a prescription",
            &["medication", "medicine"],
        ),
        ("billing", "Billing question", &["invoice", "pay"]),
        ("hours", "Opening hours", &["when are you open"]),
        ("other", "Something else", &["none of these"]),
    ])
}

fn insurers() -> Choices {
    choices(&[
        ("bcbs", "Blue Cross Blue Shield", &[]),
        ("aetna", "Aetna", &[]),
        ("united", "United Healthcare", &["UHC"]),
        ("kaiser", "Kaiser Permanente", &[]),
        ("none", "I have no insurance", &["self pay", "uninsured"]),
    ])
}

fn phq() -> Choices {
    choices(&[
        ("0", "Not at all", &[]),
        ("1", "Several days", &[]),
        ("2", "More than half the days", &[]),
        ("3", "Nearly every day", &[]),
    ])
}

fn check(choices: &Choices, table: &[(&str, Option<usize>)]) {
    let wrong: Vec<_> = table
        .iter()
        .map(|(input, wanted)| (input, wanted, choices.one(input)))
        .filter(|(_, wanted, found)| **wanted != found.as_ref().map(|found| found.value))
        .collect();
    assert!(wrong.is_empty(), "(input, wanted, found): {wrong:#?}");
}

#[test]
fn a_choice_is_found_by_label_position_synonym_part_and_slip() {
    check(
        &clinic(),
        &[
            ("Book an appointment", Some(0)),
            ("book", Some(0)),
            ("BOOK AN APPOINTMENT!", Some(0)),
            ("billing", Some(2)),
            ("invoice", Some(2)),
            ("1", Some(0)),
            ("2.", Some(1)),
            ("#3", Some(2)),
            ("(4)", Some(3)),
            ("two", Some(1)),
            ("option 2", Some(1)),
            ("number five please", Some(4)),
            ("b", Some(1)),
            ("B)", Some(1)),
            ("option c", Some(2)),
            ("first", Some(0)),
            ("the second one", Some(1)),
            ("I'll take the third one please", Some(2)),
            ("last", Some(4)),
            ("the last one", Some(4)),
            ("second to last", Some(3)),
            ("the middle one", Some(2)),
            ("I'd like to book an appointment for tomorrow", Some(0)),
            ("I want to see a doctor", Some(0)),
            ("appointment", Some(0)),
            ("apointment", Some(0)),
            ("I need an apointment", Some(0)),
            ("refill", Some(1)),
            ("refil my perscription", Some(1)),
            ("prescription refill", Some(1)),
            ("my medication", Some(1)),
            ("I want to pay my bill", Some(2)),
            ("bill", Some(2)),
            ("what are your hours", Some(3)),
            ("openning hours", Some(3)),
            ("when are you open", Some(3)),
            ("something else", Some(4)),
            ("none of these", Some(4)),
            ("la segunda", Some(1)),
            ("die dritte bitte", Some(2)),
            ("a primeira", Some(0)),
            ("", None),
            ("0", None),
            ("6", None),
            ("z", None),
            ("tenth", None),
            ("hello", None),
            ("I don't know", None),
            ("appointment or refill", None),
            ("book an appointment and refill a prescription", None),
            ("purple elephants", None),
            ("yes", None),
        ],
    );
}

#[test]
fn insurers_are_found_by_acronym_and_slip() {
    check(
        &insurers(),
        &[
            ("bcbs", Some(0)),
            ("blue cross", Some(0)),
            ("Blue Cross/Blue Shield of Texas", Some(0)),
            ("blue sheild", Some(0)),
            ("atena", Some(1)),
            ("Aetna", Some(1)),
            ("aetna hmo", Some(1)),
            ("I have Aetna through my employer", Some(1)),
            ("uhc", Some(2)),
            ("united", Some(2)),
            ("unitedhealthcare", Some(2)),
            ("united health care", Some(2)),
            ("Kaiser", Some(3)),
            ("kaiser permanante", Some(3)),
            ("self-pay", Some(4)),
            ("I have no insurance", Some(4)),
            ("not Aetna", None),
            ("Aetna and Kaiser", None),
        ],
    );
}

#[test]
fn values_that_are_numbers_are_values_and_not_positions() {
    check(
        &phq(),
        &[
            ("0", Some(0)),
            ("1", Some(1)),
            ("3", Some(3)),
            ("4", None),
            ("two", Some(2)),
            ("not at all", Some(0)),
            ("several days", Some(1)),
            ("several", Some(1)),
            ("nearly every day", Some(3)),
            ("nearly everyday", Some(3)),
            ("more than half", Some(2)),
            ("b", Some(1)),
            ("the last one", Some(3)),
            ("days", None),
        ],
    );
}

#[test]
fn labels_that_are_letters_or_ordinals_or_signs_are_not_positions() {
    let grades = choices(&[("x", "C", &[]), ("y", "B", &[]), ("z", "A", &[])]);
    check(
        &grades,
        &[
            ("a", Some(2)),
            ("b", Some(1)),
            ("c", Some(0)),
            ("d", None),
            ("1", Some(0)),
        ],
    );
    let visits = choices(&[("new", "Second opinion", &[]), ("old", "First visit", &[])]);
    check(
        &visits,
        &[
            ("first", Some(1)),
            ("second", Some(0)),
            ("2", Some(1)),
            ("last", Some(1)),
        ],
    );
    let ages = choices(&[("<5", "< 5", &[]), (">5", "> 5", &[])]);
    check(
        &ages,
        &[
            ("< 5", Some(0)),
            ("> 5", Some(1)),
            ("<5", Some(0)),
            ("5", None),
        ],
    );
    let ranges = choices(&[
        ("a", "Under 18", &[]),
        ("b", "18 to 30", &[]),
        ("c", "Over 30", &[]),
    ]);
    check(
        &ranges,
        &[
            ("under 18", Some(0)),
            ("18-30", Some(1)),
            ("over 30", Some(2)),
            ("18", None),
            ("2", Some(1)),
        ],
    );
    let faces = choices(&[("bad", "😞", &[]), ("good", "😀", &[])]);
    check(
        &faces,
        &[
            ("😀", Some(1)),
            ("😞", Some(0)),
            ("😀😀", Some(1)),
            ("🙂", None),
        ],
    );
}

#[test]
fn several_choices_are_found_in_one_answer() {
    let symptoms = choices(&[
        ("fever", "Fever", &["temperature"]),
        ("cough", "Cough", &["coughing"]),
        ("throat", "Sore throat", &[]),
        ("nausea", "Nausea and vomiting", &[]),
        ("head", "Headache", &[]),
    ]);
    for (input, wanted) in [
        ("fever", &[0_usize][..]),
        ("Fever and cough", &[0, 1]),
        ("cough, fever", &[1, 0]),
        ("nausea and vomiting", &[3]),
        ("nausea and vomiting and headache", &[3, 4]),
        ("1, 3 and 4", &[0, 2, 3]),
        ("1 3", &[0, 2]),
        ("1,2,5", &[0, 1, 4]),
        ("a and c", &[0, 2]),
        ("the first and the last", &[0, 4]),
        ("I have a sore throat and a headache", &[2, 4]),
        ("hedache, coughing & feverr", &[4, 1, 0]),
        ("all of them", &[0, 1, 2, 3, 4]),
        ("all of the above", &[0, 1, 2, 3, 4]),
        ("everything", &[0, 1, 2, 3, 4]),
        ("all except the last", &[0, 1, 2, 3]),
        ("everything but fever", &[1, 2, 3, 4]),
        ("fever, fever and fever", &[0]),
        ("fever but no cough", &[0]),
        ("todas", &[0, 1, 2, 3, 4]),
        ("cough\nheadache", &[1, 4]),
        ("9", &[]),
        ("", &[]),
        ("none", &[]),
        ("I feel fine", &[]),
    ] {
        let found: Vec<usize> = symptoms
            .many(input)
            .into_iter()
            .map(|one| one.value)
            .collect();
        assert_eq!(found, wanted, "{input:?}");
    }
    let pair = choices(&[("l", "Left knee", &[]), ("r", "Right knee", &[])]);
    assert_eq!(pair.many("both").len(), 2);
    assert_eq!(pair.many("both knees").len(), 2);
}

#[test]
fn spans_and_confidence_tell_how_it_was_found() {
    let clinic = clinic();
    let exact = clinic.one("  Billing question. ").unwrap();
    assert_eq!((exact.span, exact.confidence), (2..19, 1.0));
    let input = "hm, é, a medication please";
    let inside = clinic.one(input).unwrap();
    assert_eq!(
        (&input[inside.span], inside.confidence),
        ("medication", 0.9)
    );
    let fuzzy = clinic.one("apointment").unwrap();
    assert!(fuzzy.confidence < 0.9 && fuzzy.confidence > 0.6);
}

#[test]
fn no_choices_match_nothing() {
    let none = Choices::new(&[]);
    assert!(none.is_empty());
    for input in ["1", "last", "all", "top", "middle", "a", ""] {
        assert_eq!(none.one(input), None, "{input:?}");
        assert_eq!(none.many(input), []);
    }
}

#[test]
fn one_form_of_two_choices_is_ambiguous() {
    let doubles = choices(&[
        ("a1", "Dr. Smith", &["smith"]),
        ("a2", "Dr. Smith", &["smith"]),
        ("a3", "Dr. Who", &[]),
    ]);
    check(
        &doubles,
        &[
            ("Dr. Smith", None),
            ("smith", None),
            ("a2", Some(1)),
            ("who", Some(2)),
            ("2", Some(1)),
        ],
    );
}
