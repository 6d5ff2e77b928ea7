//! Time per call of each extractor, by hand: `cargo run --release -p smartbot-nlu --example timing`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use smartbot_nlu::{Choice, Choices, Prefer, Setting};

fn main() {
    let zone = jiff::tz::TimeZone::UTC;
    let setting = Setting {
        now: jiff::Timestamp::UNIX_EPOCH,
        zone: &zone,
        language: "en",
        region: "US",
    };
    let start = Instant::now();
    smartbot_nlu::warm(&["en"]);
    println!("{:>12}  warm(en)", shown(start.elapsed()));
    let start = Instant::now();
    smartbot_nlu::warm(&["en", "es", "de", "pt"]);
    println!("{:>12}  warm(es, de, pt)", shown(start.elapsed()));

    let choices = Choices::new(
        &[
            "Book an appointment",
            "Refill a prescription",
            "Billing question",
            "Opening hours",
            "Something else",
        ]
        .map(|label| Choice {
            value: label.to_lowercase(),
            label: label.to_owned(),
            synonyms: vec![format!("{label} please")],
        }),
    );
    let hostile = "monday at 3 or ".repeat(100);
    let digits = "1 ".repeat(400);
    let days = "monday 3 march ".repeat(20);
    let numbers = "1 2 3 4 5 6 7 8 9 10 11 12 ".repeat(20);
    let words = "one two three ".repeat(20);
    let week = "mon tue wed thu fri sat sun ".repeat(20);
    let twelve = "noon midnight 3pm 4 am ".repeat(20);
    let eight = "from 5 to 6 until 7 between 8 and 9 after 10 before 11 the 12th of ".repeat(4);
    let year = "last day of the first week of the second month of next year ".repeat(20);
    let dashes = "----------".repeat(30);
    let mixed = "first tuesday after the last week of next ".repeat(20);
    for input in [
        "yes",
        "Yes, please!",
        "I don't think so",
        "well, I would rather say that it is fine for me",
    ] {
        report("yes_no", input, || {
            smartbot_nlu::yes_no(black_box(input), "en").is_some()
        });
    }
    for input in [
        "Billing question",
        "2",
        "the second one",
        "I want to book an appointment",
        "refil my perscription",
    ] {
        report("choices.one", input, || {
            choices.one(black_box(input)).is_some()
        });
    }
    for input in [
        "25",
        "1,250.50",
        "about 180 lbs",
        "twenty five",
        "I have no number for you at all",
    ] {
        report("number", input, || {
            smartbot_nlu::number(black_box(input), "en").is_some()
        });
    }
    for input in [
        "4155552671",
        "(415) 555-2671",
        "my number is 415-555-2671",
        "I have none",
        &digits,
    ] {
        report("phone", input, || {
            smartbot_nlu::phone(black_box(input), "US").is_some()
        });
    }
    for input in ["jane@example.com", "my email is jane@example.com", "none"] {
        report("email", input, || {
            smartbot_nlu::email(black_box(input)).is_some()
        });
    }
    for input in [
        "John",
        "john smith",
        "Hi, my name is John Smith",
        "what do you mean",
    ] {
        report("name", input, || {
            smartbot_nlu::name(black_box(input), "en").is_some()
        });
    }
    for input in ["94110", "123 Main St, Springfield, IL 62704"] {
        report("address", input, || {
            smartbot_nlu::address(black_box(input)).is_some()
        });
    }
    for input in [
        "2027-06-05",
        "5/6/2027",
        "2027-06-05T10:00",
        "5/6 at 3pm",
        "March 5 1980",
        "at 3",
        "in two weeks",
        "tomorrow at 10 am",
        "next friday 3pm",
        "I have 2 kids",
        &hostile,
        &days,
        &numbers,
        &mixed,
        &words,
        &week,
        &twelve,
        &eight,
        &year,
        &dashes,
    ] {
        report("date_time", input, || {
            smartbot_nlu::date_time(black_box(input), &setting, Prefer::Future).is_some()
        });
    }
    for input in ["Yes, please!", "Sí, mañana a las 10"] {
        report("normalise", input, || {
            !smartbot_nlu::normalise(black_box(input)).is_empty()
        });
    }
}

/// The best of five rounds of at least 20 ms each.
fn report(kind: &str, input: &str, mut call: impl FnMut() -> bool) {
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        let mut calls = 0;
        while start.elapsed() < Duration::from_millis(20) {
            for _ in 0..8 {
                black_box(call());
            }
            calls += 8;
        }
        best = best.min(start.elapsed() / calls);
    }
    let found = if call() { "found" } else { "-" };
    let input: String = input.chars().take(50).collect();
    println!("{:>12}  {kind:<12} {found:<6} {input:?}", shown(best));
}

fn shown(time: Duration) -> String {
    let nanos = time.as_nanos();
    match nanos {
        0..10_000 => format!("{nanos} ns"),
        10_000..10_000_000 => format!("{} µs", nanos / 1_000),
        _ => format!("{} ms", nanos / 1_000_000),
    }
}
