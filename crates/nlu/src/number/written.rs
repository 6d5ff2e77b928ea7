//! A number in digits, with its sign, separators, currency and unit.

use crate::number_words;

/// Digits beyond this are an identifier and not a quantity; also what an `f64` holds exactly.
const MAX_DIGITS: usize = 15;

/// A piece that is a number with a sign, a currency or a unit around it.
pub(super) fn token(text: &str, comma: bool) -> Option<f64> {
    let text = text.trim_start_matches(|c: char| {
        matches!(c, '~' | '≈' | '<' | '>' | '=' | '#') || is_currency(c)
    });
    let (negative, text) = match text.strip_prefix(['-', '−', '–']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let text = text.trim_start_matches(is_currency);
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | '’')))
        .unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let trimmed = digits.trim_end_matches(['.', ',', '\'', '’']);
    // "5'11" is feet and inches, "5'" too.
    if digits.len() > trimmed.len() && !unit.is_empty() {
        return None;
    }
    if trimmed.starts_with(',') || !is_unit(unit) || (negative && unit.starts_with('-')) {
        return None;
    }
    let value = separated(trimmed, comma)? * number_words::short_scale(unit);
    Some(if negative { -value } else { value })
}

/// Digits with separators of thousands and of decimals.
fn separated(text: &str, comma: bool) -> Option<f64> {
    let apostrophes = text.contains(['\'', '’']);
    let text = if apostrophes {
        let mut groups = text.split(['\'', '’']);
        let first = groups.next()?;
        let grouped = (1..=3).contains(&first.len())
            && groups.all(|group| {
                group
                    .split(['.', ','])
                    .next()
                    .is_some_and(|digits| digits.len() == 3)
            });
        if !grouped {
            return None;
        }
        text.replace(['\'', '’'], "")
    } else {
        text.to_owned()
    };
    let points = text.matches('.').count();
    let commas = text.matches(',').count();
    match (points, commas) {
        (0, 0) => digits_value(&text),
        (1, 0) | (0, 1) => {
            let separator = if points == 1 { '.' } else { ',' };
            let (whole, rest) = text.split_once(separator)?;
            let thousands = comma == (separator == '.');
            let group =
                rest.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
            if thousands && group {
                digits_value(&format!("{whole}{rest}"))
            } else {
                decimal(whole, rest)
            }
        }
        (_, 0) | (0, _) => grouped(&text, if points > 0 { '.' } else { ',' })
            .and_then(|digits| digits_value(&digits)),
        _ => {
            // Both: the last one parts the decimals.
            let last = if text.rfind('.') > text.rfind(',') {
                '.'
            } else {
                ','
            };
            let other = if last == '.' { ',' } else { '.' };
            let (whole, rest) = text.rsplit_once(last)?;
            if whole.contains(last) {
                return None;
            }
            decimal(&grouped(whole, other)?, rest)
        }
    }
}

/// `1,250,000` without its separators, if the groups are of three.
fn grouped(text: &str, separator: char) -> Option<String> {
    let mut groups = text.split(separator);
    let first = groups.next()?;
    if !(1..=3).contains(&first.len()) || !groups.all(|group| group.len() == 3) {
        return None;
    }
    Some(text.replace(separator, ""))
}

pub(super) fn digits_value(digits: &str) -> Option<f64> {
    let fits = !digits.is_empty()
        && digits.len() <= MAX_DIGITS
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    if fits { digits.parse().ok() } else { None }
}

fn decimal(whole: &str, rest: &str) -> Option<f64> {
    let all = whole.bytes().chain(rest.bytes());
    if rest.is_empty()
        || whole.len() + rest.len() > MAX_DIGITS
        || !all.clone().all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    format!("{}.{rest}", if whole.is_empty() { "0" } else { whole })
        .parse()
        .ok()
}

/// `1/2`, `3/4` and `6/10`: a fraction in halves, thirds, quarters or eighths, else the first number.
pub(super) fn fraction(text: &str) -> Option<f64> {
    let (above, below) = text.split_once('/')?;
    let value = |part: &str| {
        if part.len() <= 4 {
            digits_value(part)
        } else {
            None
        }
    };
    // "7.5/10" is a rating too.
    let (above, below) = match (value(above), value(below)) {
        (Some(above), Some(below)) => (above, below),
        (None, Some(below)) => (
            above
                .split_once('.')
                .and_then(|(whole, rest)| decimal(whole, rest))?,
            below,
        ),
        _ => return None,
    };
    if below <= 0.0 {
        return None;
    }
    let parts = [2.0, 3.0, 4.0, 8.0]
        .iter()
        .any(|part| (below - part).abs() < f64::EPSILON);
    if parts && above < below {
        Some(above / below)
    } else if above <= below {
        Some(above)
    } else {
        // "120/80" is a blood pressure.
        None
    }
}

pub(super) fn is_group(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit())
}

const fn is_currency(c: char) -> bool {
    matches!(c, '$' | '€' | '£' | '¥' | '₹' | '₽' | '₩')
}

/// Letters of a unit right behind the digits, "%", "°F", "-year-old"; nothing with digits in it.
fn is_unit(text: &str) -> bool {
    text.chars().count() <= 16
        && text.chars().all(|c| {
            c.is_alphabetic()
                || matches!(c, '%' | '°' | '-' | 'º' | 'ª' | '/' | '+' | '²' | '.')
                || is_currency(c)
        })
        && !text.starts_with(['/', '.'])
        && (!text.starts_with('-') || text.len() > 1)
}
