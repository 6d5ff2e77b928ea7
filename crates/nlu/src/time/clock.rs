//! Times of day: "at 3", "10:30 am", "half past three", "a las 3 y media", "um 15 Uhr", "às 10h", "noon".
//!
//! A number is a time only with something that says so: am or pm, minutes behind a colon, "o'clock", "at", a range with
//! one of these. An hour from 1 to 12 that nothing fixes is kept open; which half of the day is meant is decided with the day
//! (`Resolver::clock_on`): 1 to 6 are in the afternoon, 7 to 11 in the morning unless that has passed today, 12 is noon.
//! `03:00` with its zero, hours from 13 and a part of the day ("3 in the afternoon") are fixed. A range is its start, and
//! takes am or pm from its end: "between 2 and 4 pm" is 14:00, "11 to 1 pm" is 11:00.

mod patterns;
mod ranges;

use std::ops::Range;
use std::sync::LazyLock;

use regex::Captures;

use crate::language::Language;
use crate::normal::normalise;
use crate::tables::cardinal;
use patterns::{PARTS, PATTERNS, ZONE};
use ranges::join_ranges;

/// A time of day as it was said.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Clock {
    pub(super) hour: i8,
    pub(super) minute: i8,
    /// Nothing is left to decide about the half of the day.
    pub(super) fixed: bool,
    pub(super) span: Range<usize>,
}

impl Clock {
    pub(super) const fn sure(&self) -> bool {
        self.fixed || self.hour > 12
    }
}

/// How many times of day a text has.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Clocks {
    None,
    One(Clock),
    /// "at 3 or 4": a choice that is not made.
    Several,
}

pub(super) fn warm(language: Language) {
    LazyLock::force(&PARTS);
    LazyLock::force(&ZONE);
    let _ = find("at 3", language);
}

pub(super) fn has_zone(text: &str) -> bool {
    ZONE.as_ref().is_some_and(|zone| zone.is_match(text))
}

/// A part of the day in lower-case Spanish, German or Portuguese: from and to as hours, and its place.
pub(super) fn part_of_day(text: &str, language: Language) -> Option<(i8, i8, Range<usize>)> {
    let groups = PARTS
        .as_ref()?
        .get(language.index().checked_sub(1)?)?
        .captures(text)?;
    let word = groups.get(1).or_else(|| groups.get(2))?;
    let (from, to) = hours(word.as_str())?;
    Some((from, to, groups.get(0)?.range()))
}

fn hours(part: &str) -> Option<(i8, i8)> {
    let normal = normalise(part);
    let has = |words: &[&str]| words.iter().any(|word| normal.contains(word));
    if has(&["nachmittag", "tarde", "afternoon"]) {
        Some((12, 19))
    } else if has(&[
        "fruh",
        "vormittag",
        "morgen",
        "manana",
        "manha",
        "morning",
        "madrugada",
    ]) {
        Some((0, 12))
    } else if has(&["abend", "evening"]) {
        Some((18, 24))
    } else if has(&["noche", "noite", "nacht", "night"]) {
        Some((19, 24))
    } else {
        None
    }
}

/// The times of day in lower-case text.
pub(super) fn find(text: &str, language: Language) -> Clocks {
    let Some(patterns) = PATTERNS.as_ref() else {
        return Clocks::None;
    };
    let own = &patterns[language.index()];
    let mut candidates: Vec<Candidate> = own
        .time
        .captures_iter(text)
        .filter_map(|groups| candidate(text, &groups, language))
        .collect();
    for groups in own.named.captures_iter(text) {
        if let Some(all) = groups.get(0) {
            let hour = if groups.name("noon").is_some() { 12 } else { 0 };
            candidates.retain(|other| {
                other.clock.span.end <= all.start() || other.clock.span.start >= all.end()
            });
            let clock = Clock {
                hour,
                minute: 0,
                fixed: true,
                span: all.range(),
            };
            candidates.push(Candidate {
                clock,
                half: Some(hour == 12),
                strong: true,
                counted: false,
            });
        }
    }
    candidates.sort_by_key(|one| one.clock.span.start);
    join_ranges(text, &mut candidates);
    let choice = candidates.windows(2).any(|pair| {
        let between = text
            .get(pair[0].clock.span.end..pair[1].clock.span.start)
            .unwrap_or_default()
            .trim();
        matches!(between, "or" | "o" | "u" | "oder" | "ou")
            && (pair[0].strong || pair[1].strong)
            && !pair[1].counted
    });
    if choice {
        return Clocks::Several;
    }
    candidates.retain(|one| one.strong && !one.counted);
    let mut found = candidates.into_iter();
    let Some(first) = found.next() else {
        return Clocks::None;
    };
    match found.next() {
        Some(second) => {
            let between = text
                .get(first.clock.span.end..second.clock.span.start)
                .unwrap_or_default();
            if super::is_alternative(between) {
                Clocks::Several
            } else {
                Clocks::One(first.clock)
            }
        }
        None => Clocks::One(first.clock),
    }
}

/// Something that may be a time.
#[derive(Debug, Clone)]
struct Candidate {
    clock: Clock,
    /// What am, pm or a part of the day said: whether it is after noon.
    half: Option<bool>,
    strong: bool,
    /// A number of something ("3 days").
    counted: bool,
}

fn candidate(text: &str, groups: &Captures<'_>, language: Language) -> Option<Candidate> {
    let all = groups.get(0)?;
    let hour_text = groups.name("h")?;
    let hour: i8 = match hour_text.as_str().parse() {
        Ok(hour) => hour,
        Err(_) => i8::try_from(cardinal(&normalise(hour_text.as_str()))?).ok()?,
    };
    let minute_text = groups.name("m").or_else(|| groups.name("m2"));
    let minute: i8 = minute_text.map_or(Some(0), |minute| minute.as_str().parse().ok())?;
    // Digits, signs and letters around it that make it something else: "3/4", "$10", "10%", "3rd", "10-11-2027".
    let before = text[..hour_text.start()].chars().next_back();
    let behind = text[all.end()..].chars().next();
    let glued = before
        .is_some_and(|c| matches!(c, '/' | '$' | '€' | '#' | '.' | ':' | '+') || c.is_numeric())
        || behind
            .is_some_and(|c| matches!(c, '/' | '%' | '°' | ':' | '$' | '€') || c.is_alphanumeric())
        || (behind == Some('.') && text[all.end() + 1..].starts_with(|c: char| c.is_ascii_digit()));
    let group = |name: &str| {
        groups
            .name(name)
            .map(|found| found.as_str().trim())
            .filter(|found| !found.is_empty())
    };
    let (lead, frac, oc, tail, part) = (
        group("lead"),
        group("frac"),
        group("oc"),
        group("tail"),
        group("part"),
    );
    if glued || minute > 59 || hour > 24 || (hour == 24 && minute > 0) {
        return None;
    }
    let colon = group("sep").is_some_and(|sep| sep != ".") && groups.name("m").is_some();
    let pointed = group("sep") == Some(".");
    let half = part.and_then(|part| half(part, hour));
    if half.is_some() && (hour > 12 || hour == 0) && !colon && oc.is_none() {
        return None;
    }
    // "for 3", "bis 4", "e 5" and "las 3" only carry on a range or stand before a sure sign.
    let firm = lead.is_some_and(|lead| {
        !matches!(
            lead,
            "for" | "say" | "bis" | "e" | "por" | "nach" | "vor" | "von" | "as"
        )
    });
    let counts = is_counted(&text[all.end()..]);
    let strong = part.is_some()
        || colon
        || oc.is_some()
        || tail.is_some()
        || frac.is_some()
        || (firm && !(pointed && language == Language::English));
    let counted = counts && part.is_none() && !colon && oc.is_none();
    // "2 hours" is a length of time in English; "15 horas" and "3 h" are times elsewhere unless something counts them.
    let length = oc.is_some_and(|oc| matches!(oc, "hours" | "hrs" | "horas" | "hora" | "hr" | "h"))
        && !colon
        && lead.is_none();
    let length = length && (language == Language::English || oc != Some("h"))
        || oc.is_some_and(|oc| oc == "hours" && hour < 13);
    if length {
        return None;
    }
    let (hour, minute) = fraction(hour, minute, frac.or(tail), language)?;
    let zero_padded = hour_text.as_str().starts_with('0') && hour_text.as_str().len() == 2;
    let (hour, fixed) = match half {
        Some(true) if hour < 12 => (hour + 12, true),
        Some(false) if hour == 12 => (0, true),
        Some(_) => (hour, true),
        None => (hour % 24, zero_padded || hour > 12 || hour == 0),
    };
    let start = all.start() + (all.as_str().len() - all.as_str().trim_start().len());
    let end = all.start() + all.as_str().trim_end().len();
    Some(Candidate {
        clock: Clock {
            hour,
            minute,
            fixed,
            span: start..end,
        },
        half,
        strong,
        counted,
    })
}

/// "half past 3", "halb vier" (3:30), "las 3 y media", "menos cuarto".
fn fraction(hour: i8, minute: i8, said: Option<&str>, language: Language) -> Option<(i8, i8)> {
    let Some(said) = said else {
        return Some((hour, minute));
    };
    if minute != 0 {
        return None;
    }
    let before = |minutes: i8| ((hour + 23) % 24, minutes);
    let at = match (normalise(said).as_str(), language) {
        ("half", Language::English) | ("half past" | "y media" | "e meia", _) => (hour, 30),
        ("halb", _) => before(30),
        (
            "dreiviertel" | "quarter to" | "quarter of" | "quarter til" | "viertel vor"
            | "menos cuarto",
            _,
        ) => before(45),
        ("quarter past" | "quarter after" | "viertel nach" | "y cuarto" | "e quinze", _) => {
            (hour, 15)
        }
        _ => (hour, 0),
    };
    // "half past 12" stays at noon; "quarter to 1" is 12:45.
    Some(if at.0 == 0 && hour == 1 {
        (12, at.1)
    } else {
        at
    })
}

/// Whether the part of the day is after noon, for an hour of twelve.
fn half(part: &str, hour: i8) -> Option<bool> {
    let normal = normalise(part);
    let plain: String = normal.chars().filter(|c| *c != ' ').collect();
    if matches!(plain.as_str(), "am" | "pm" | "a" | "p") {
        return Some(plain.starts_with('p'));
    }
    if normal.contains("mediodia") || normal == "mittags" {
        return Some(true);
    }
    let (from, _) = hours(&normal).or_else(|| normal.contains("tonight").then_some((18, 24)))?;
    // "3 at night" is in the small hours, "12 at night" midnight.
    if from >= 18 && (hour <= 4 || hour == 12) {
        Some(false)
    } else {
        Some(from >= 12)
    }
}

/// Whether what follows counts the number: "3 days", "2 of them", "5 people".
fn is_counted(behind: &str) -> bool {
    const UNITS: &[&str] = &[
        "day",
        "days",
        "week",
        "weeks",
        "month",
        "months",
        "year",
        "years",
        "minute",
        "minutes",
        "min",
        "mins",
        "hour",
        "hours",
        "second",
        "seconds",
        "percent",
        "people",
        "times",
        "kids",
        "children",
        "of",
        "more",
        "other",
        "pills",
        "tablets",
        "mg",
        "ml",
        "lbs",
        "pounds",
        "kg",
        "dollars",
        "miles",
        "km",
        "feet",
        "semanas",
        "semana",
        "dias",
        "días",
        "día",
        "dia",
        "mes",
        "meses",
        "años",
        "año",
        "anos",
        "ano",
        "horas",
        "hora",
        "minutos",
        "tage",
        "tagen",
        "tag",
        "wochen",
        "woche",
        "monate",
        "monaten",
        "monat",
        "jahre",
        "jahren",
        "jahr",
        "stunden",
        "stunde",
        "minuten",
        "veces",
        "vezes",
        "mal",
        "personas",
        "pessoas",
        "personen",
        "weekdays",
        "appointments",
        "visits",
        "and",
        "kinder",
        "hijos",
        "filhos",
    ];
    let word: String = behind
        .trim_start_matches([' ', '-'])
        .chars()
        .take_while(|c| c.is_alphabetic())
        .collect();
    UNITS.contains(&word.as_str())
        && (word != "and" || behind.trim_start().starts_with("and a half"))
}
