use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::*;

/// Monday, 23 November 2026, 14:30 in New York.
const NOW: &str = "2026-11-23T14:30:00-05:00";

fn new_york() -> TimeZone {
    TimeZone::posix("EST5EDT,M3.2.0,M11.1.0").unwrap()
}

fn said(input: &str, language: &str, region: &str, prefer: Prefer) -> Option<String> {
    let zone = new_york();
    let now: Timestamp = NOW.parse().unwrap();
    let setting = Setting {
        now,
        zone: &zone,
        language,
        region,
    };
    let found = date_time(input, &setting, prefer)?;
    assert!(
        input.get(found.span.clone()).is_some(),
        "{input:?} {:?}",
        found.span
    );
    let at = found.value.at.datetime();
    Some(if found.value.has_time {
        at.strftime("%F %H:%M").to_string()
    } else {
        at.strftime("%F").to_string()
    })
}

fn check(language: &str, region: &str, prefer: Prefer, table: &[(&str, Option<&str>)]) {
    let wrong: Vec<_> = table
        .iter()
        .map(|(input, wanted)| (input, wanted, said(input, language, region, prefer)))
        .filter(|(_, wanted, found)| **wanted != found.as_deref())
        .map(|(input, wanted, found)| format!("{input:?}: wanted {wanted:?}, found {found:?}"))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn american_english_dates_and_times_are_read() {
    check(
        "en",
        "US",
        Prefer::Future,
        &[
            ("tomorrow at 10 am", Some("2026-11-24 10:00")),
            ("Tomorrow at 10AM please", Some("2026-11-24 10:00")),
            ("tomorrow 10:30", Some("2026-11-24 10:30")),
            ("tommorow at 3", Some("2026-11-24 15:00")),
            ("tomorrow", Some("2026-11-24")),
            ("today at 5", Some("2026-11-23 17:00")),
            ("today at 9", Some("2026-11-23 21:00")),
            ("tonight at 8", Some("2026-11-23 20:00")),
            ("next friday 3pm", Some("2026-12-04 15:00")),
            ("friday at 3:15 pm", Some("2026-11-27 15:15")),
            ("this friday", Some("2026-11-27")),
            ("on monday at noon", Some("2026-11-30 12:00")),
            ("wendesday at 9", Some("2026-11-25 09:00")),
            ("in two weeks", Some("2026-12-07")),
            ("in 3 days", Some("2026-11-26")),
            ("in a month", Some("2026-12-23")),
            ("two weeks from now", Some("2026-12-07")),
            ("in 2 hours", Some("2026-11-23 16:30")),
            ("in 45 minutes", Some("2026-11-23 15:15")),
            ("the day after tomorrow at 11", Some("2026-11-25 11:00")),
            ("5/6", Some("2027-05-06")),
            ("12/6", Some("2026-12-06")),
            ("5/6/27", Some("2027-05-06")),
            ("5/6/2027 at 3pm", Some("2027-05-06 15:00")),
            ("13/6", Some("2027-06-13")),
            ("05.06.2027", Some("2027-06-05")),
            ("5-6-2027", Some("2027-05-06")),
            ("2027-06-05", Some("2027-06-05")),
            ("2027-06-05 14:00", Some("2027-06-05 14:00")),
            ("2027-06-05T14:00:00", Some("2027-06-05 14:00")),
            ("2027-06-05T14:00:00Z", Some("2027-06-05 10:00")),
            ("2027-06-05T14:00:00+02:00", Some("2027-06-05 08:00")),
            ("2027/06/05", Some("2027-06-05")),
            ("can I come on 12/1 at 4?", Some("2026-12-01 16:00")),
            ("December 1 at 9:30", Some("2026-12-01 09:30")),
            ("dec 1st", Some("2026-12-01")),
            ("the 1st of December at 2pm", Some("2026-12-01 14:00")),
            ("March 5", Some("2027-03-05")),
            ("March 5th, 2027 10 am", Some("2027-03-05 10:00")),
            ("the 3rd", Some("2026-12-03")),
            ("the 3rd at 4pm", Some("2026-12-03 16:00")),
            ("at 3", Some("2026-11-23 15:00")),
            ("at 2", Some("2026-11-24 14:00")),
            ("at 9", Some("2026-11-23 21:00")),
            ("3pm", Some("2026-11-23 15:00")),
            ("10 am", Some("2026-11-24 10:00")),
            ("15:45", Some("2026-11-23 15:45")),
            ("noon", Some("2026-11-24 12:00")),
            ("tomorrow at noon", Some("2026-11-24 12:00")),
            ("3 o'clock", Some("2026-11-23 15:00")),
            ("half past three", Some("2026-11-23 15:30")),
            ("quarter to five tomorrow", Some("2026-11-24 16:45")),
            ("tomorrow between 2 and 4 pm", Some("2026-11-24 14:00")),
            ("tomorrow between 2 and 4", Some("2026-11-24 14:00")),
            ("friday from 9 to 11", Some("2026-11-27 09:00")),
            ("friday 11-1pm", Some("2026-11-27 11:00")),
            ("tomorrow morning", Some("2026-11-24 09:00")),
            ("tomorrow afternoon", Some("2026-11-24 14:00")),
            ("tomorrow at 3 in the afternoon", Some("2026-11-24 15:00")),
            ("tomorrow at 7 in the evening", Some("2026-11-24 19:00")),
            ("tomorrow at 12 am", Some("2026-11-24 00:00")),
            ("tomorrow at 12", Some("2026-11-24 12:00")),
            ("tomorrow at 03:00", Some("2026-11-24 03:00")),
            ("tomorrow after 3", Some("2026-11-24 15:00")),
            ("a week from monday", Some("2026-12-07")),
            ("christmas", Some("2026-12-25")),
            ("this weekend", Some("2026-11-28")),
            ("now", Some("2026-11-23 14:30")),
            (
                "I'd like to come in next Tuesday around 10:15 if possible",
                Some("2026-12-01 10:15"),
            ),
            ("tomorrow at 4ish", Some("2026-11-24 16:00")),
            ("11/30 @ 2:15p", Some("2026-11-30 14:15")),
            ("in a couple of days", Some("2026-11-25")),
            ("in a couple of hours", Some("2026-11-23 16:30")),
            ("8 in the morning on tuesday", Some("2026-11-24 08:00")),
            ("3pm EST tomorrow", Some("2026-11-24 15:00")),
        ],
    );
}

#[test]
fn texts_without_one_date_are_refused() {
    check(
        "en",
        "US",
        Prefer::Future,
        &[
            ("", None),
            ("hello", None),
            ("yes", None),
            ("I have 2 kids", None),
            ("I'm 45", None),
            ("2", None),
            ("3 days", None),
            ("for 3 weeks", None),
            ("monday or tuesday", None),
            ("at 3 or 4", None),
            ("12/1 or 12/2", None),
            ("next week", None),
            ("in december", None),
            ("1980", None),
            ("24/7", None),
            ("2/30/2027", None),
            ("13/13/2027", None),
            ("2027-13-45", None),
            ("5-10", None),
            ("5.6", None),
            ("I sat down on the couch", None),
            ("not tomorrow", None),
            ("415-555-2671", None),
            ("123-45-6789", None),
            ("$10", None),
            ("take 2 pills", None),
            ("half", None),
            ("25:99", None),
            ("9999-99-99", None),
            ("9999-01-01", None),
            ("whenever you have time", None),
            ("as soon as possible", None),
            ("in 99999999 days", None),
            ("December 3rd or 4th", None),
            ("3 a day", None),
            ("1 2 3 4 5 6 7 8 9 10 11 12", None),
        ],
    );
}

#[test]
fn the_past_is_preferred_where_the_box_says_so() {
    check(
        "en",
        "US",
        Prefer::Past,
        &[
            ("March 5 1980", Some("1980-03-05")),
            ("3/5/80", Some("1980-03-05")),
            ("3/5/1980", Some("1980-03-05")),
            ("03-05-1980", Some("1980-03-05")),
            ("5 March 1980", Some("1980-03-05")),
            ("5th of March, 1980", Some("1980-03-05")),
            ("I was born on March 5, 1980", Some("1980-03-05")),
            ("March 5 '80", Some("1980-03-05")),
            ("March 5 80", Some("1980-03-05")),
            ("1980-03-05", Some("1980-03-05")),
            ("3/5/12", Some("2012-03-05")),
            ("12/25/26", Some("1926-12-25")),
            ("12/25", Some("2025-12-25")),
            ("5/6", Some("2026-05-06")),
            ("december 1", Some("2025-12-01")),
            ("yesterday", Some("2026-11-22")),
            ("3 days ago", Some("2026-11-20")),
            ("two weeks ago", Some("2026-11-09")),
            ("a month ago", Some("2026-10-23")),
            ("last friday", Some("2026-11-20")),
            ("friday", Some("2026-11-20")),
            ("on monday", Some("2026-11-23")),
            ("the 25th", Some("2026-10-25")),
            ("yesterday at 3", Some("2026-11-22 15:00")),
            ("at 3", Some("2026-11-23 03:00")),
            ("at 9", Some("2026-11-23 09:00")),
            ("an hour ago", Some("2026-11-23 13:30")),
            ("feb 29", Some("2024-02-29")),
        ],
    );
}

#[test]
fn day_and_month_follow_the_region() {
    for region in ["GB", "DE", "MX", "", "??"] {
        check(
            "en",
            region,
            Prefer::Future,
            &[
                ("5/6", Some("2027-06-05")),
                ("5/6/2027", Some("2027-06-05")),
                ("05.06.2027", Some("2027-06-05")),
                ("6/13/2027", Some("2027-06-13")),
                ("2027-06-05", Some("2027-06-05")),
                ("on 5/6 at 3pm", Some("2027-06-05 15:00")),
            ],
        );
    }
}

#[test]
fn spanish_dates_and_times_are_read() {
    check(
        "es-MX",
        "MX",
        Prefer::Future,
        &[
            ("mañana a las 10 de la mañana", Some("2026-11-24 10:00")),
            ("mañana a las 3", Some("2026-11-24 15:00")),
            ("mañana a las 3 de la tarde", Some("2026-11-24 15:00")),
            ("mañana a las tres y media", Some("2026-11-24 15:30")),
            ("mañana por la mañana", Some("2026-11-24 09:00")),
            ("mañana por la tarde", Some("2026-11-24 14:00")),
            ("mañana", Some("2026-11-24")),
            ("pasado mañana", Some("2026-11-25")),
            ("hoy a las 18:00", Some("2026-11-23 18:00")),
            ("el viernes a las 9", Some("2026-11-27 09:00")),
            ("el próximo lunes", Some("2026-11-30")),
            ("en dos semanas", Some("2026-12-07")),
            ("dentro de 3 días", Some("2026-11-26")),
            ("el 5 de mayo", Some("2027-05-05")),
            ("el 5 de mayo de 2027 a las 10:30", Some("2027-05-05 10:30")),
            ("5/6", Some("2027-06-05")),
            ("a las 4", Some("2026-11-23 16:00")),
            ("al mediodía", Some("2026-11-24 12:00")),
            (
                "mañana entre las 2 y las 4 de la tarde",
                Some("2026-11-24 14:00"),
            ),
            ("tengo 2 hijos", None),
            ("no sé", None),
            ("gracias", None),
        ],
    );
    check(
        "es",
        "ES",
        Prefer::Past,
        &[
            ("hace 3 días", Some("2026-11-20")),
            ("ayer", Some("2026-11-22")),
            ("anteayer", Some("2026-11-21")),
        ],
    );
}

#[test]
fn german_dates_and_times_are_read() {
    check(
        "de",
        "DE",
        Prefer::Future,
        &[
            ("morgen um 10 Uhr", Some("2026-11-24 10:00")),
            ("morgen um 15 Uhr", Some("2026-11-24 15:00")),
            ("morgen um 10:30", Some("2026-11-24 10:30")),
            ("morgen um 10 Uhr 30", Some("2026-11-24 10:30")),
            ("morgen um halb vier", Some("2026-11-24 15:30")),
            ("morgen früh", Some("2026-11-24 09:00")),
            ("morgen Nachmittag", Some("2026-11-24 14:00")),
            ("morgen", Some("2026-11-24")),
            ("übermorgen um 9", Some("2026-11-25 09:00")),
            ("heute um 18 Uhr", Some("2026-11-23 18:00")),
            ("am Freitag um 15 Uhr", Some("2026-11-27 15:00")),
            ("nächsten Freitag um 15 Uhr", Some("2026-11-27 15:00")),
            ("in zwei Wochen", Some("2026-12-07")),
            ("in 3 Tagen", Some("2026-11-26")),
            ("am 5. März", Some("2027-03-05")),
            ("5. März 2027 um 14 Uhr", Some("2027-03-05 14:00")),
            ("05.06.", Some("2027-06-05")),
            ("05.06.2027", Some("2027-06-05")),
            ("um 16 Uhr", Some("2026-11-23 16:00")),
            ("zwischen 14 und 16 Uhr morgen", Some("2026-11-24 14:00")),
            ("ich habe 2 Kinder", None),
            ("keine Ahnung", None),
            ("Danke", None),
        ],
    );
    check(
        "de",
        "DE",
        Prefer::Past,
        &[
            ("vor 3 Tagen", Some("2026-11-20")),
            ("gestern", Some("2026-11-22")),
            ("5. März 1980", Some("1980-03-05")),
        ],
    );
}

#[test]
fn portuguese_dates_and_times_are_read() {
    check(
        "pt-BR",
        "BR",
        Prefer::Future,
        &[
            ("amanhã às 10h", Some("2026-11-24 10:00")),
            ("amanhã às 10h30", Some("2026-11-24 10:30")),
            ("amanhã às 3 da tarde", Some("2026-11-24 15:00")),
            ("amanhã às três e meia", Some("2026-11-24 15:30")),
            ("amanhã de manhã", Some("2026-11-24 09:00")),
            ("amanhã à tarde", Some("2026-11-24 14:00")),
            ("amanhã", Some("2026-11-24")),
            ("depois de amanhã", Some("2026-11-25")),
            ("hoje às 18h", Some("2026-11-23 18:00")),
            ("sexta-feira às 9h", Some("2026-11-27 09:00")),
            ("próxima segunda", Some("2026-11-30")),
            ("em duas semanas", Some("2026-12-07")),
            ("daqui a 3 dias", Some("2026-11-26")),
            ("5 de maio", Some("2027-05-05")),
            ("5 de maio de 2027 às 14:00", Some("2027-05-05 14:00")),
            ("5/6/2027", Some("2027-06-05")),
            ("ao meio-dia", Some("2026-11-24 12:00")),
            ("tenho 2 filhos", None),
            ("não sei", None),
            ("obrigado", None),
        ],
    );
    check(
        "pt",
        "BR",
        Prefer::Past,
        &[
            ("há 3 dias", Some("2026-11-20")),
            ("ontem", Some("2026-11-22")),
            ("3 dias atrás", Some("2026-11-20")),
        ],
    );
}

#[test]
fn a_date_needs_a_day_and_ignores_the_time() {
    let zone = new_york();
    let setting = Setting {
        now: NOW.parse().unwrap(),
        zone: &zone,
        language: "en",
        region: "US",
    };
    let dated =
        |input: &str, prefer| date(input, &setting, prefer).map(|found| found.value.to_string());
    for (input, prefer, wanted) in [
        ("tomorrow at 10 am", Prefer::Future, Some("2026-11-24")),
        ("tomorrow", Prefer::Future, Some("2026-11-24")),
        ("next friday 3pm", Prefer::Future, Some("2026-12-04")),
        ("5/6", Prefer::Future, Some("2027-05-06")),
        ("5/6", Prefer::Past, Some("2026-05-06")),
        ("05.06.2027", Prefer::Future, Some("2027-06-05")),
        ("2027-06-05", Prefer::Future, Some("2027-06-05")),
        (
            "2027-06-05T23:30:00-05:00",
            Prefer::Future,
            Some("2027-06-06"),
        ),
        ("in two weeks", Prefer::Future, Some("2026-12-07")),
        ("in 12 hours", Prefer::Future, Some("2026-11-24")),
        ("the 3rd", Prefer::Future, Some("2026-12-03")),
        ("march 5", Prefer::Future, Some("2027-03-05")),
        ("March 5 1980", Prefer::Past, Some("1980-03-05")),
        ("3/5/80", Prefer::Past, Some("1980-03-05")),
        ("03/05/1980", Prefer::Past, Some("1980-03-05")),
        ("3-5-1980", Prefer::Past, Some("1980-03-05")),
        ("1980/03/05", Prefer::Past, Some("1980-03-05")),
        ("5.3.1980", Prefer::Past, Some("1980-03-05")),
        ("Mar 5, 1980", Prefer::Past, Some("1980-03-05")),
        ("5 mar 1980", Prefer::Past, Some("1980-03-05")),
        (
            "my birthday is march 5 1980",
            Prefer::Past,
            Some("1980-03-05"),
        ),
        ("born 3/5/80", Prefer::Past, Some("1980-03-05")),
        ("yesterday", Prefer::Past, Some("2026-11-22")),
        ("last friday", Prefer::Past, Some("2026-11-20")),
        ("3 days ago", Prefer::Past, Some("2026-11-20")),
        ("2/29/2028", Prefer::Future, Some("2028-02-29")),
        ("today", Prefer::Future, Some("2026-11-23")),
        ("this weekend", Prefer::Future, Some("2026-11-28")),
        ("christmas", Prefer::Future, Some("2026-12-25")),
        ("wensday", Prefer::Future, Some("2026-11-25")),
        ("at 3", Prefer::Future, None),
        ("noon", Prefer::Future, None),
        ("2/29/2027", Prefer::Future, None),
        ("2/30/1980", Prefer::Past, None),
        ("0/0/0000", Prefer::Past, None),
        ("1/1/0001", Prefer::Past, None),
        ("31/02/2027", Prefer::Future, None),
        ("I don't know", Prefer::Future, None),
        ("1980", Prefer::Past, None),
        ("45", Prefer::Past, None),
        ("", Prefer::Past, None),
    ] {
        assert_eq!(dated(input, prefer).as_deref(), wanted, "{input:?}");
    }
}

#[test]
fn skipped_and_repeated_hours_have_one_answer() {
    let zone = new_york();
    let now: Timestamp = "2027-03-13T12:00:00-05:00".parse().unwrap();
    let setting = Setting {
        now,
        zone: &zone,
        language: "en",
        region: "US",
    };
    // 02:30 does not exist on 14 March 2027; 01:30 is twice on 7 November 2027.
    let gap = date_time("2027-03-14 02:30", &setting, Prefer::Future)
        .unwrap()
        .value
        .at;
    assert_eq!(
        gap.strftime("%F %H:%M %z").to_string(),
        "2027-03-14 03:30 -0400"
    );
    let fold = date_time("2027-11-07 01:30", &setting, Prefer::Future)
        .unwrap()
        .value
        .at;
    assert_eq!(
        fold.strftime("%F %H:%M %z").to_string(),
        "2027-11-07 01:30 -0400"
    );
    let sunday = date_time("tomorrow at 02:30", &setting, Prefer::Future)
        .unwrap()
        .value
        .at;
    assert_eq!(sunday, gap);
}

#[test]
fn the_span_covers_what_was_read() {
    let zone = new_york();
    let setting = Setting {
        now: NOW.parse().unwrap(),
        zone: &zone,
        language: "en",
        region: "US",
    };
    for (input, place) in [
        (
            "é, can I come tomorrow at 10 am please",
            "tomorrow at 10 am",
        ),
        ("at 4 on 12/1, ok?", "at 4 on 12/1"),
        ("wensday works", "wensday"),
        ("I was born March 5, 1980.", "March 5, 1980"),
        ("see you in two weeks then", "in two weeks"),
    ] {
        let found = date_time(input, &setting, Prefer::Future).unwrap();
        assert_eq!(&input[found.span], place);
    }
}

#[test]
fn a_now_out_of_every_calendar_finds_nothing() {
    let zone = TimeZone::UTC;
    for now in [Timestamp::MIN, Timestamp::MAX] {
        let setting = Setting {
            now,
            zone: &zone,
            language: "en",
            region: "US",
        };
        assert_eq!(date_time("tomorrow at 10", &setting, Prefer::Future), None);
        assert_eq!(date("tomorrow", &setting, Prefer::Past), None);
    }
}

#[test]
fn the_same_text_has_the_same_answer_every_time() {
    for (input, language) in [
        ("morgen um 10 Uhr", "de"),
        ("in zwei Wochen vielleicht", "de"),
        ("amanhã de manhã ou à tarde", "pt"),
        ("next friday or the week after", "en"),
        ("mañana por la mañana", "es"),
    ] {
        let first = said(input, language, "US", Prefer::Future);
        for _ in 0..30 {
            assert_eq!(
                said(input, language, "US", Prefer::Future),
                first,
                "{input:?}"
            );
        }
    }
}
