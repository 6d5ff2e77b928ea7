//! Dates in digits: `2027-06-05`, `5/6`, `5/6/27`, `05.06.2027`.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use super::resolve::{in_years, short_year, without_year};
use super::{Hit, Moment, Prefer, Unclear};

static PATTERN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(\d{1,4})([/.-])(\d{1,2})(?:([/.-])(\d{4}|\d{2}|\d)?)?").ok());

pub(super) fn warm() {
    LazyLock::force(&PATTERN);
}

/// Whether `5/6` is the sixth of May: the United States and their territories, the Philippines and three island states.
fn month_first(region: &str) -> bool {
    [
        "US", "PR", "GU", "VI", "AS", "MP", "UM", "PH", "FM", "MH", "PW",
    ]
    .iter()
    .any(|one| region.eq_ignore_ascii_case(one))
}

/// A date as the whole text, without a regular expression: the fast path.
pub(super) fn whole(text: &str, region: &str, prefer: Prefer, today: Date) -> Option<Date> {
    let bytes = text.as_bytes();
    if !(3..=10).contains(&bytes.len()) || !bytes[0].is_ascii_digit() {
        return None;
    }
    let separator = *bytes.iter().find(|byte| !byte.is_ascii_digit())?;
    if !matches!(separator, b'/' | b'.' | b'-') {
        return None;
    }
    let mut parts = text.split(char::from(separator));
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next());
    if parts.next().is_some() {
        return None;
    }
    read(
        first,
        char::from(separator),
        second,
        third,
        region,
        prefer,
        today,
    )
}

/// All dates in digits; something like `24/7` is none, a date that does not exist (`2/30/2027`) is unclear.
pub(super) fn find(
    text: &str,
    region: &str,
    prefer: Prefer,
    today: Date,
) -> Result<Vec<Hit>, Unclear> {
    let Some(pattern) = PATTERN.as_ref() else {
        return Ok(Vec::new());
    };
    let mut hits = Vec::new();
    if !text.bytes().any(|byte| matches!(byte, b'/' | b'.' | b'-')) {
        return Ok(hits);
    }
    for groups in pattern.captures_iter(text) {
        let (Some(all), Some(first), Some(sign), Some(second)) =
            (groups.get(0), groups.get(1), groups.get(2), groups.get(3))
        else {
            continue;
        };
        let before = text[..all.start()].chars().next_back();
        let behind = text[all.end()..].chars().next();
        let inside = |c: char| c.is_alphanumeric() || matches!(c, '/' | ':' | '-' | '$' | '#');
        if before.is_some_and(|c| inside(c) || c == '.')
            || behind.is_some_and(|c| inside(c) && c != ':')
        {
            continue;
        }
        let third = groups.get(5).map(|third| third.as_str());
        let closing = groups.get(4).map(|sign| sign.as_str());
        if third.is_some() && closing != Some(sign.as_str()) {
            continue;
        }
        let sign = sign.as_str().chars().next().unwrap_or('/');
        // "5.6" is a number, "05.06." a date; "5-6" is a range.
        let third = match (sign, third, closing) {
            ('.', None, Some(".")) => Some(""),
            (_, third, _) => third,
        };
        let date = read(
            first.as_str(),
            sign,
            second.as_str(),
            third,
            region,
            prefer,
            today,
        );
        match date {
            Some(date) => hits.push(Hit {
                moment: Moment::Day(date),
                span: all.range(),
                sure: 1.0,
            }),
            // A full date that is not in the calendar must not be read as something else.
            None if third.is_some_and(|third| third.len() >= 2) => return Err(Unclear),
            None => {}
        }
    }
    Ok(hits)
}

/// Blanks what looks like a date in digits and is none ("24/7", "5-10"), so that no other step takes it for one.
pub(super) fn blank_others(text: &mut String) {
    let Some(pattern) = PATTERN.as_ref() else {
        return;
    };
    let places: Vec<_> = pattern.find_iter(text).map(|found| found.range()).collect();
    for place in places {
        super::blank(text, place);
    }
}

fn read(
    first: &str,
    sign: char,
    second: &str,
    third: Option<&str>,
    region: &str,
    prefer: Prefer,
    today: Date,
) -> Option<Date> {
    let number = |text: &str| {
        if text.len() <= 4 {
            text.parse::<i16>().ok()
        } else {
            None
        }
    };
    let small = |text: &str| {
        if text.len() <= 2 {
            text.parse::<i8>().ok()
        } else {
            None
        }
    };
    if first.len() == 4 {
        let date = Date::new(number(first)?, small(second)?, small(third?)?).ok()?;
        return in_years(date).then_some(date);
    }
    let (one, two) = (small(first)?, small(second)?);
    // With points the day comes first everywhere; a number over 12 can only be the day.
    let month_first = sign != '.' && month_first(region);
    let (month, day) = match (month_first, one > 12, two > 12) {
        (true, false, _) => (one, two),
        (true, true, false) => (two, one),
        (false, _, false) => (two, one),
        (false, false, true) if sign != '.' => (one, two),
        _ => return None,
    };
    match third {
        None if sign != '/' || (one == 24 && two == 7) => None,
        None | Some("") => without_year(month, day, prefer, today),
        Some(year) if year.len() == 2 => short_year(number(year)?, month, day, prefer, today),
        Some(year) if year.len() == 4 => {
            let date = Date::new(number(year)?, month, day).ok()?;
            in_years(date).then_some(date)
        }
        Some(_) => None,
    }
}
