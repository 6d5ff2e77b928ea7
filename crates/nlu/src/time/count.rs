//! Counts from now: "in two weeks", "3 days ago", "hace un mes", "vor 3 Tagen", and day words that duckling misses.

use std::sync::LazyLock;

use jiff::{Span, ToSpan};
use regex::Regex;

use super::resolve::Resolver;
use super::{Hit, Moment, Unclear};
use crate::language::Language;
use crate::normal::normalise;
use crate::tables::cardinal;

/// Larger counts are not meant.
const MOST: i64 = 1_000;

struct Pattern {
    /// Groups `ahead` or `back` say the direction, `n` the number, `unit` the unit.
    count: Regex,
    /// Words for whole days, with their distance.
    words: &'static [(&'static str, i64)],
}

static PATTERNS: LazyLock<Option<[Pattern; 4]>> = LazyLock::new(|| {
    let number = r"(?P<n>\d{1,4}|[\p{L}]{1,12})";
    let pattern = |count: &str, words| {
        Some(Pattern {
            count: Regex::new(count).ok()?,
            words,
        })
    };
    Some([
        pattern(
            &format!(
                r"\b(?:(?P<ahead>in|within)\s+(?:about\s+|around\s+|like\s+)?)?{number}\s+(?P<unit>minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?)(?:\s+(?P<back>ago|back|before now|earlier)|\s+(?P<from>from (?:now|today)|hence))?\b"
            ),
            &[("day before yesterday", -2), ("overmorrow", 2)][..],
        )?,
        pattern(
            &format!(
                r"\b(?P<ahead>en|dentro de)?\s*(?P<back>hace)?\s*\b{number}\s+(?P<unit>minutos?|horas?|d[ií]as?|semanas?|mes(?:es)?|años?)\b"
            ),
            &[("anteayer", -2), ("antes de ayer", -2), ("antier", -2)][..],
        )?,
        pattern(
            &format!(
                r"\b(?P<ahead>in)?\s*(?P<back>vor)?\s*\b{number}\s+(?P<unit>minuten?|stunden?|tage?n?|wochen?|monate?n?|jahre?n?)\b"
            ),
            &[("übermorgen", 2), ("uebermorgen", 2), ("vorgestern", -2)][..],
        )?,
        pattern(
            &format!(
                r"\b(?P<ahead>em|daqui a|dentro de)?\s*(?P<back>há|ha|faz)?\s*\b{number}\s+(?P<unit>minutos?|horas?|dias?|semanas?|m[eê]s(?:es)?|anos?)(?P<behind>\s+atrás)?\b"
            ),
            &[("anteontem", -2), ("antes de ontem", -2)][..],
        )?,
    ])
});

pub(super) fn warm() {
    LazyLock::force(&PATTERNS);
}

/// The count in lower-case text. Days and longer give a day, hours and minutes a moment.
pub(super) fn find(
    text: &str,
    language: Language,
    resolver: &Resolver,
) -> Result<Option<Hit>, Unclear> {
    let Some(patterns) = PATTERNS.as_ref() else {
        return Ok(None);
    };
    let pattern = &patterns[language.index()];
    for (word, days) in pattern.words {
        if let Some(start) = find_word(text, word)
            && let Ok(day) = resolver.today().checked_add(days.days())
        {
            return Ok(Some(Hit {
                moment: Moment::Day(day),
                span: start..start + word.len(),
                sure: 0.95,
            }));
        }
    }
    for groups in pattern.count.captures_iter(text) {
        let back = groups.name("back").is_some() || groups.name("behind").is_some();
        let ahead = groups.name("ahead").is_some() || groups.name("from").is_some();
        // "3 days" alone is a length of time. "2 weeks from monday" is duckling's.
        let (Some(all), Some(number), Some(unit), true) = (
            groups.get(0),
            groups.name("n"),
            groups.name("unit"),
            back != ahead,
        ) else {
            continue;
        };
        let Some(count) = counted(number.as_str()) else {
            continue;
        };
        if count > MOST {
            return Err(Unclear);
        }
        let Some(span) = span(unit.as_str(), if back { -count } else { count }) else {
            continue;
        };
        let start = all.start() + (all.as_str().len() - all.as_str().trim_start().len());
        let moment = if is_exact(&span) {
            resolver
                .now()
                .checked_add(span)
                .ok()
                .map(|at| Moment::Exact(at.timestamp()))
        } else {
            resolver.today().checked_add(span).ok().map(Moment::Day)
        };
        return Ok(moment.map(|moment| Hit {
            moment,
            span: start..all.end(),
            sure: 0.95,
        }));
    }
    Ok(None)
}

/// "2", "two", "a", "couple of" is left to duckling.
fn counted(word: &str) -> Option<i64> {
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        return word.parse().ok();
    }
    let normal = normalise(word);
    match normal.as_str() {
        "a" | "an" => Some(1),
        _ => i64::try_from(cardinal(&normal)?).ok(),
    }
}

fn span(unit: &str, count: i64) -> Option<Span> {
    let normal = normalise(unit);
    let begins = |stems: &[&str]| stems.iter().any(|stem| normal.starts_with(stem));
    let span = Span::new();
    if begins(&["min"]) {
        span.try_minutes(count)
    } else if begins(&["hour", "hr", "hora", "stund"]) {
        span.try_hours(count)
    } else if begins(&["day", "dia", "tag"]) {
        span.try_days(count)
    } else if begins(&["week", "seman", "woch"]) {
        span.try_weeks(count)
    } else if begins(&["mon", "mes"]) {
        span.try_months(count)
    } else {
        span.try_years(count)
    }
    .ok()
}

fn is_exact(span: &Span) -> bool {
    span.get_hours() != 0 || span.get_minutes() != 0
}

fn find_word(text: &str, word: &str) -> Option<usize> {
    text.match_indices(word)
        .map(|(start, _)| start)
        .find(|start| {
            let before = text[..*start].chars().next_back();
            let behind = text[start + word.len()..].chars().next();
            !before.is_some_and(char::is_alphanumeric) && !behind.is_some_and(char::is_alphanumeric)
        })
}
