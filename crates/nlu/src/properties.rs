//! What holds for any text: no extractor panics, spans are character boundaries of the input, and the same text has the
//! same answer.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;

/// Pieces of real answers, glued in any order: they reach further into the rules than random characters do.
const PIECES: &[&str] = &[
    "tomorrow",
    "next",
    "friday",
    "3",
    "pm",
    "at",
    "5/6",
    "05.06.2027",
    "2027-06-05",
    "T",
    "10:30",
    "half past",
    "in",
    "two",
    "weeks",
    "ago",
    "mañana",
    "a las",
    "übermorgen",
    "um",
    "Uhr",
    "às",
    "h30",
    "march",
    "29",
    "feb",
    "noon",
    "between",
    "and",
    "or",
    "my name is",
    "I'm",
    "dr.",
    "o'brien",
    "de la",
    "cruz",
    "jr",
    ",",
    ".",
    "?",
    "-",
    "/",
    "@",
    "jane",
    "example.com",
    "(at)",
    " dot ",
    "415",
    "555",
    "2671",
    "+1",
    "+44",
    "yes",
    "no",
    "not",
    "maybe",
    "👍",
    "👎🏽",
    "billion",
    "hundred",
    "twenty",
    "point",
    "five",
    "veintidós",
    "y",
    "zweiundvierzig",
    "vinte",
    "e",
    "½",
    "２５",
    "1,250.50",
    "$",
    "%",
    "the second one",
    "last",
    "all",
    "except",
    "b",
    "appointment",
    "apointment",
    "İ",
    "ß",
    "ﬁ",
    "\u{301}",
    "\u{200d}",
    "\0",
    "\n",
    "123 Main St",
    "Apt 4",
    "Springfield",
    "IL",
    "62704",
    "PO Box",
    "SW1A 2AA",
    "99999999999999999999",
    "-0",
    "0",
    "9999",
    "00:00",
    "24:00",
    "24/7",
    "christmas",
    "day after",
    "every",
    "since",
    "until",
    "minus",
    "million",
    "mil",
    "tausend",
    "first",
    "weekend",
    "quarter to",
];

const LANGUAGES: &[&str] = &[
    "en", "en-GB", "es", "es-MX", "de", "pt-BR", "fr", "it", "nl", "da", "ja", "", "x-y",
];
const REGIONS: &[&str] = &["US", "GB", "DE", "MX", "BR", "", "zz", "✓✓"];

fn glued() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(PIECES);
    let gap = proptest::sample::select(vec!["", " ", "  ", ", "]);
    proptest::collection::vec((piece, gap), 0..14).prop_map(|parts| {
        parts
            .into_iter()
            .flat_map(|(piece, gap)| [piece, gap])
            .collect()
    })
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![2 => glued(), 1 => "\\PC{0,80}", 1 => proptest::collection::vec(any::<char>(), 0..60).prop_map(String::from_iter), 1 => "[0-9 ./:+-]{0,40}"]
}

fn sound<T: Clone + PartialEq + std::fmt::Debug>(input: &str, found: &Option<Extracted<T>>) {
    if let Some(found) = found {
        assert!(
            input
                .get(found.span.clone())
                .is_some_and(|part| !part.is_empty()),
            "{input:?} {found:?}"
        );
        assert!(
            (0.0..=1.0).contains(&found.confidence),
            "{input:?} {found:?}"
        );
    }
}

fn sample() -> Choices {
    let choice = |value: &str, label: &str, synonyms: &[&str]| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        synonyms: synonyms
            .iter()
            .map(|synonym| (*synonym).to_owned())
            .collect(),
    };
    Choices::new(&[
        choice("book", "Book an appointment", &["yes"]),
        choice("1", "Twenty", &[]),
        choice("c", "All and none", &["👍", ""]),
        choice("", "", &[]),
        choice("x", "日本語", &["jane"]),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cheap_extractors_never_panic_and_report_sound_spans(input in any_text(), language in proptest::sample::select(LANGUAGES), region in proptest::sample::select(REGIONS)) {
        let once = normalise(&input);
        prop_assert_eq!(normalise(&once), once.clone());
        prop_assert!(!once.starts_with(' ') && !once.ends_with(' ') && !once.contains("  "));
        sound(&input, &text(&input));
        sound(&input, &yes_no(&input, language));
        sound(&input, &email(&input));
        sound(&input, &phone(&input, region));
        sound(&input, &number(&input, language));
        sound(&input, &name(&input, language));
        sound(&input, &address(&input));
        if let Some(found) = number(&input, language) {
            prop_assert!(found.value.is_finite());
        }
        if let Some(found) = name(&input, language) {
            prop_assert!(!found.value.full.is_empty() && found.value.full.chars().any(char::is_alphabetic));
        }
        let choices = sample();
        sound(&input, &choices.one(&input));
        let many = choices.many(&input);
        for one in &many {
            sound(&input, &Some(one.clone()));
            prop_assert!(one.value < choices.len());
        }
        prop_assert_eq!(many, choices.many(&input));
        prop_assert_eq!(yes_no(&input, language), yes_no(&input, language));
    }

    #[test]
    fn similarity_is_symmetric_and_never_panics(a in any_text(), b in any_text()) {
        let (a, b) = (normalise(&a), normalise(&b));
        prop_assert_eq!(similarity::approximately_equals(&a, &b), similarity::approximately_equals(&b, &a));
        prop_assert!(similarity::approximately_equals(&a, &a));
        if !a.is_empty() {
            let around = format!("so {a} then");
            prop_assert!(similarity::approximately_contains(&around, &a));
        }
        let _ = similarity::approximately_contains(&a, &b);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn dates_never_panic_and_report_sound_spans(
        input in any_text(),
        language in proptest::sample::select(LANGUAGES),
        region in proptest::sample::select(REGIONS),
        now in -4_000_000_000_i64..8_000_000_000,
        zone in proptest::sample::select(vec!["EST5EDT,M3.2.0,M11.1.0", "UTC0", "<+1345>-13:45", "<-12>12", "CET-1CEST,M3.5.0,M10.5.0/3"]),
        past in any::<bool>(),
    ) {
        let zone = TimeZone::posix(zone).unwrap();
        let setting = Setting { now: Timestamp::from_second(now).unwrap(), zone: &zone, language, region };
        let prefer = if past { Prefer::Past } else { Prefer::Future };
        let found = date_time(&input, &setting, prefer);
        sound(&input, &found);
        sound(&input, &date(&input, &setting, prefer));
        if let Some(found) = &found {
            prop_assert!((1849..=2201).contains(&found.value.at.year()));
            if !found.value.has_time {
                prop_assert_eq!(found.value.at.datetime(), found.value.at.start_of_day().unwrap().datetime());
            }
        }
        prop_assert_eq!(found, date_time(&input, &setting, prefer));
    }
}

#[test]
fn hostile_texts_are_cut_and_survive() {
    let zone = TimeZone::UTC;
    let setting = Setting {
        now: Timestamp::UNIX_EPOCH,
        zone: &zone,
        language: "en",
        region: "US",
    };
    let choices = sample();
    for piece in [
        "monday ",
        "1",
        "a@",
        "9 ",
        "\u{301}",
        "👍",
        "at 3 ",
        "İ",
        "one ",
        "(((",
        "-",
        "yes no ",
        "1/1/1 ",
        "de ",
        "+1 ",
        "in 2 days ",
    ] {
        let input = piece.repeat(100_000 / piece.len());
        sound(&input, &text(&input));
        sound(&input, &yes_no(&input, "en"));
        sound(&input, &choices.one(&input));
        choices
            .many(&input)
            .into_iter()
            .for_each(|one| sound(&input, &Some(one)));
        sound(&input, &email(&input));
        sound(&input, &phone(&input, "US"));
        sound(&input, &number(&input, "en"));
        sound(&input, &name(&input, "en"));
        sound(&input, &address(&input));
        sound(&input, &date_time(&input, &setting, Prefer::Future));
        sound(&input, &date(&input, &setting, Prefer::Past));
    }
}
