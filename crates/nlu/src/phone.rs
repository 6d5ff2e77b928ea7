//! Phone numbers, found in a sentence, as E.164.

use std::str::FromStr;
use std::sync::LazyLock;

use regex::Regex;
use rlibphonenumber::enums::Region;
use rlibphonenumber::phonenumber_matcher::{Leniency, PHONE_MATCHER_FACTORY};
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat};

use crate::input::{Extracted, MAX_INPUT_CHARS, trimmed};
use crate::normal::tokens;

/// A date or a social security number that some country's numbering plan would accept as a phone number.
static NOT_A_NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{3}-\d{2}-\d{4})$").ok()
});

/// American numbers with a word in them: "1-800-FLOWERS".
static VANITY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:\+?\b1[-. ]?)?\(?\b(8(?:00|33|44|55|66|77|88))\)?[-. ]?([a-z0-9]{2,}(?:-?[a-z0-9]+){0,2})\b").ok()
});

pub(crate) fn warm() {
    LazyLock::force(&NOT_A_NUMBER);
    LazyLock::force(&VANITY);
    // One look at a text loads metadata, alternate formats and the region's patterns.
    let _ = phone("you can call 415-555-2671 or +44 20 7946 0958", "US");
}

/// The first valid phone number in the text as E.164 (`+14155552671`); `region` (ISO 3166) is assumed for numbers
/// without a country code, an unknown region means that only numbers with `+` count. Extensions are dropped.
///
/// Finds numbers in sentences, vanity numbers (`1-800-FLOWERS`) and spoken English digits ("four one five …").
pub fn phone(input: &str, region: &str) -> Option<Extracted<String>> {
    let (text, start) = trimmed(input, MAX_INPUT_CHARS)?;
    let region = Region::from_str(region)
        .ok()
        .or_else(|| Region::from_str(&region.to_ascii_uppercase()).ok());
    if is_bare(text) {
        let value = if NOT_A_NUMBER.as_ref()?.is_match(text) {
            None
        } else {
            parsed(text, region)
        };
        return value.map(|value| Extracted::new(value, start..start + text.len(), 1.0));
    }
    let mut found = None;
    if text.bytes().any(|byte| byte.is_ascii_digit()) || !text.is_ascii() {
        found = in_sentence(text, region).or_else(|| vanity(text, region));
    }
    let found = found.or_else(|| spoken(text, region))?;
    Some(Extracted::new(
        found.value,
        start + found.span.start..start + found.span.end,
        found.confidence,
    ))
}

/// Nothing but digits and the signs between them: no search is needed.
fn is_bare(text: &str) -> bool {
    text.len() <= 32
        && text.bytes().all(|byte| {
            byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b' ' | b'(' | b')' | b'/')
        })
        && text.bytes().filter(u8::is_ascii_digit).count() <= 17
}

fn parsed(text: &str, region: Option<Region>) -> Option<String> {
    let number = PHONE_NUMBER_UTIL.parse(text, region).ok()?;
    PHONE_NUMBER_UTIL.is_valid_number(&number).then(|| {
        PHONE_NUMBER_UTIL
            .format(&number, PhoneNumberFormat::E164)
            .into_owned()
    })
}

/// The first match. The matcher's own limit of tries is left alone: it is decremented below zero when it is reached
/// (a panic with overflow checks, no limit without); the cap on the input bounds the work.
fn in_sentence(text: &str, region: Option<Region>) -> Option<Extracted<String>> {
    let mut matches = PHONE_MATCHER_FACTORY
        .matcher_builder(text)
        .leniency(Leniency::Valid)
        .preferred_region(region)
        .build()
        .filter(|found| {
            !NOT_A_NUMBER
                .as_ref()
                .is_some_and(|pattern| pattern.is_match(found.raw_string))
                && text.get(found.start..found.end()).is_some()
        });
    let first = matches.next()?;
    let others = matches.any(|other| {
        other.number.country_code != first.number.country_code
            || other.number.national_number != first.number.national_number
    });
    let value = PHONE_NUMBER_UTIL
        .format(&first.number, PhoneNumberFormat::E164)
        .into_owned();
    Some(Extracted::new(
        value,
        first.start..first.end(),
        if others { 0.6 } else { 0.95 },
    ))
}

fn vanity(text: &str, region: Option<Region>) -> Option<Extracted<String>> {
    VANITY.as_ref()?.captures_iter(text).find_map(|groups| {
        let (whole, prefix, word) = (groups.get(0)?, groups.get(1)?, groups.get(2)?);
        let letters: String = word
            .as_str()
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        // "800 patients" is a count.
        let meant = whole.as_str().starts_with(['1', '+'])
            || !letters.bytes().any(|byte| byte.is_ascii_lowercase());
        if !meant
            || !letters.bytes().any(|byte| byte.is_ascii_alphabetic())
            || letters.len() < 7
            || letters.len() > 10
        {
            return None;
        }
        let digits: String = letters.chars().take(7).filter_map(key).collect();
        let value = parsed(&format!("+1{}{digits}", prefix.as_str()), region)?;
        Some(Extracted::new(value, whole.range(), 0.8))
    })
}

/// The key of a telephone that bears the letter.
fn key(letter: char) -> Option<char> {
    Some(match letter.to_ascii_lowercase() {
        digit @ '0'..='9' => digit,
        'a'..='c' => '2',
        'd'..='f' => '3',
        'g'..='i' => '4',
        'j'..='l' => '5',
        'm'..='o' => '6',
        'p'..='s' => '7',
        't'..='v' => '8',
        'w'..='z' => '9',
        _ => return None,
    })
}

/// "four one five, five five five, two six seven one", also "double two" and "oh".
fn spoken(text: &str, region: Option<Region>) -> Option<Extracted<String>> {
    let words = tokens(text);
    let mut at = 0;
    while at < words.len() {
        let mut digits = String::new();
        let mut repeat = 1;
        let mut end = at;
        for (index, word) in words.iter().enumerate().skip(at) {
            match (digit(&word.text), word.text.as_str()) {
                (Some(digit), _) => {
                    digits.extend(std::iter::repeat_n(digit, repeat));
                    repeat = 1;
                    end = index + 1;
                }
                (None, "double") => repeat = 2,
                (None, "triple") => repeat = 3,
                (None, "plus") if digits.is_empty() => digits.push('+'),
                _ => break,
            }
        }
        if digits.len() >= 7
            && digits.len() <= 18
            && let Some(value) = parsed(&digits, region)
        {
            return Some(Extracted::new(
                value,
                words[at].span.start..words[end - 1].span.end,
                0.8,
            ));
        }
        at = end.max(at + 1);
    }
    None
}

fn digit(word: &str) -> Option<char> {
    Some(match word {
        "zero" | "oh" | "o" => '0',
        "one" => '1',
        "two" => '2',
        "three" => '3',
        "four" => '4',
        "five" => '5',
        "six" => '6',
        "seven" => '7',
        "eight" => '8',
        "nine" => '9',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_in_sentences_for_the_region() {
        let wrong: Vec<_> = [
            ("4155552671", "US", Some("+14155552671")),
            ("(415) 555-2671", "US", Some("+14155552671")),
            ("415-555-2671", "US", Some("+14155552671")),
            ("415.555.2671", "US", Some("+14155552671")),
            ("415 555 2671", "US", Some("+14155552671")),
            ("1 415 555 2671", "US", Some("+14155552671")),
            ("+1 415 555 2671", "US", Some("+14155552671")),
            ("+14155552671", "DE", Some("+14155552671")),
            ("  415-555-2671  ", "us", Some("+14155552671")),
            ("my number is 4155552671", "US", Some("+14155552671")),
            (
                "You can reach me at (415) 555-2671.",
                "US",
                Some("+14155552671"),
            ),
            ("call 415-555-2671 after 5pm", "US", Some("+14155552671")),
            ("415-555-2671 ext. 12", "US", Some("+14155552671")),
            ("415-555-2671 x12", "US", Some("+14155552671")),
            (
                "cell: 415 555 2671, work: 415 555 3890",
                "US",
                Some("+14155552671"),
            ),
            ("it's 415/555-2671", "US", Some("+14155552671")),
            ("tel:+1-415-555-2671", "US", Some("+14155552671")),
            ("+44 20 7946 0958", "US", Some("+442079460958")),
            (
                "my UK number is +44 20 7946 0958",
                "US",
                Some("+442079460958"),
            ),
            ("020 7946 0958", "GB", Some("+442079460958")),
            ("030 901820", "DE", Some("+4930901820")),
            (
                "meine Nummer ist 0151 23456789",
                "DE",
                Some("+4915123456789"),
            ),
            ("+49 (0)30 901820", "US", Some("+4930901820")),
            ("612 34 56 78", "ES", Some("+34612345678")),
            ("mi teléfono es 55 1234 5678", "MX", Some("+525512345678")),
            ("(11) 91234-5678", "BR", Some("+5511912345678")),
            ("01 42 68 53 00", "FR", Some("+33142685300")),
            ("４１５-５５５-２６７１", "US", Some("+14155552671")),
            ("1-800-FLOWERS", "US", Some("+18003569377")),
            ("call 1 800 FLOWERS please", "US", Some("+18003569377")),
            (
                "four one five five five five two six seven one",
                "US",
                Some("+14155552671"),
            ),
            (
                "it's four one five, triple five, two six seven one",
                "US",
                Some("+14155552671"),
            ),
            ("", "US", None),
            ("hello", "US", None),
            ("123", "US", None),
            ("12345", "US", None),
            ("555-2671", "US", None),
            ("123-45-6789", "US", None),
            ("my SSN is 123-45-6789", "US", None),
            ("11/22/2026", "US", None),
            ("05.06.2027", "DE", None),
            ("2026-11-23", "US", None),
            ("order 20261122001 on 11/22/2026", "US", None),
            ("I have 2 kids and 3 cats", "US", None),
            ("0000000000", "US", None),
            ("415555267", "US", None),
            ("41555526711111111111", "US", None),
            ("I don't have one", "US", None),
            ("4155552671", "??", None),
            ("800 patients yesterday", "US", None),
        ]
        .into_iter()
        .map(|(input, region, wanted)| {
            (
                input,
                region,
                wanted,
                phone(input, region).map(|found| found.value),
            )
        })
        .filter(|(_, _, wanted, found)| *wanted != found.as_deref())
        .collect();
        assert!(
            wrong.is_empty(),
            "(input, region, wanted, found): {wrong:#?}"
        );
    }

    #[test]
    fn the_span_is_the_number() {
        let input = "é, call (415) 555-2671 now";
        let found = phone(input, "US").unwrap();
        assert_eq!(input[found.span].trim_start_matches('('), "415) 555-2671");
    }

    #[test]
    fn two_numbers_lower_the_confidence() {
        assert!(
            phone("415 555 2671 or 415 555 3890", "US")
                .unwrap()
                .confidence
                < 0.7
        );
        assert_eq!(phone("415 555 2671", "US").unwrap().confidence, 1.0);
    }
}
