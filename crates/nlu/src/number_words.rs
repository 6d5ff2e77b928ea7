//! Number words by `text2num`, and the words around them that it does not know.

use std::sync::LazyLock;

use text2num::{LangInterpreter, Language};

use crate::language::primary;
use crate::number::Found;

/// Longest run of words that is read as one number ("nine hundred and ninety nine thousand nine hundred …").
const MAX_WORDS: usize = 16;
/// Digits that a number in words may have.
const MAX_DIGITS: usize = 15;

static ENGLISH: LazyLock<Language> = LazyLock::new(Language::english);
static SPANISH: LazyLock<Language> = LazyLock::new(Language::spanish);
static GERMAN: LazyLock<Language> = LazyLock::new(Language::german);
static PORTUGUESE: LazyLock<Language> = LazyLock::new(Language::portugese);
static FRENCH: LazyLock<Language> = LazyLock::new(Language::french);
static ITALIAN: LazyLock<Language> = LazyLock::new(Language::italian);
static DUTCH: LazyLock<Language> = LazyLock::new(Language::dutch);
static DANISH: LazyLock<Language> = LazyLock::new(Language::danish);

fn interpreter(tag: &str) -> &'static Language {
    match primary(tag).to_ascii_lowercase().as_str() {
        "es" => &SPANISH,
        "de" => &GERMAN,
        "pt" => &PORTUGUESE,
        "fr" => &FRENCH,
        "it" => &ITALIAN,
        "nl" => &DUTCH,
        "da" => &DANISH,
        _ => &ENGLISH,
    }
}

pub(crate) fn warm(language: &str) {
    let words = ["twenty".to_owned()];
    let _ = at(&words, 0, language);
}

/// The longest number in words that begins at this word. `words` are lower-case with their accents.
pub(crate) fn at(words: &[String], first: usize, language: &str) -> Option<Found> {
    let word = words.get(first)?.as_str();
    if let Some(value) = zero(words, word) {
        return Some(Found {
            value,
            first,
            last: first,
            sure: 0.8,
        });
    }
    // In Spanish "once" is eleven.
    if let ("en", "once" | "twice") = (primary(language), word) {
        let value = if word == "once" { 1.0 } else { 2.0 };
        return Some(Found {
            value,
            first,
            last: first,
            sure: 0.8,
        });
    }
    if let Some((value, count)) = amount(&words[first..]) {
        return Some(Found {
            value,
            first,
            last: first + count - 1,
            sure: 0.9,
        });
    }
    // "a hundred": the article belongs to the number.
    let article = matches!(word, "a" | "an")
        && words
            .get(first + 1)
            .is_some_and(|next| scale(next, language).is_some());
    let from = if article { first + 1 } else { first };
    let language = interpreter(language);
    let longest = MAX_WORDS.min(words.len() - from);
    let (value, count) = (1..=longest)
        .rev()
        .filter(|count| could_be(&words[from..from + count]))
        .find_map(|count| Some((group(language, &words[from..from + count])?, count)))?;
    let mut last = from + count - 1;
    if count == 1 && !article && is_no_count(words, from) {
        return None;
    }
    let mut value = value;
    if let Some((decimals, more)) = decimals(language, &words[last + 1..]) {
        value += decimals;
        last += more;
    }
    Some(Found {
        value,
        first,
        last,
        sure: 0.95,
    })
}

/// A cheap look before the interpreter is asked: words of digits or signs are not number words.
fn could_be(words: &[String]) -> bool {
    words
        .iter()
        .all(|word| word.len() <= 80 && word.chars().all(|c| c.is_alphabetic() || c == '-'))
}

/// The words as one cardinal number.
///
/// `text2num`'s own conversion overflows for "billion billion billion", so its digits are taken and counted here.
fn group(language: &Language, words: &[String]) -> Option<f64> {
    let digits = language.exec_group(words.iter().map(String::as_str)).ok()?;
    if !digits.marker.is_none() || digits.len() > MAX_DIGITS || digits.is_empty() {
        return None;
    }
    // Only leading zeros: the buffer is empty, and the number zero. Several of them are digits being spelled.
    if digits.is_null() {
        return (digits.len() == 1).then_some(0.0);
    }
    if digits.len() > digits.iter().len() {
        return None;
    }
    std::str::from_utf8(&digits).ok()?.parse().ok()
}

/// "point two five" behind a whole number, as 0.25, and how many words that were.
fn decimals(language: &Language, words: &[String]) -> Option<(f64, usize)> {
    let separator = words.first()?;
    language.check_decimal_separator(separator)?;
    let mut digits = text2num::digit_string::DigitString::new();
    let mut count = 0;
    for word in words[1..].iter().take(9) {
        match language.apply_decimal(word, &mut digits) {
            Ok(()) => count += 1,
            Err(_) => break,
        }
    }
    let text: String = digits.to_string();
    if count == 0 || text.is_empty() || text.len() > 9 {
        return None;
    }
    Some((format!("0.{text}").parse().ok()?, count + 1))
}

/// "one" that counts nothing: "no one", "that one", "one of them", "tengo una pregunta".
fn is_no_count(words: &[String], at: usize) -> bool {
    const ONE: &[&str] = &[
        "one", "ones", "un", "una", "uno", "ein", "eine", "einen", "einer", "einem", "um", "uma",
        "une", "een", "en", "o",
    ];
    const BEFORE: &[&str] = &[
        "no", "the", "this", "that", "which", "any", "every", "each", "another", "new", "good",
        "some", "other", "only", "next", "last", "first", "my", "your", "a",
    ];
    const AFTER: &[&str] = &[
        "of", "moment", "sec", "second", "question", "thing", "more", "another",
    ];
    let word = words[at].as_str();
    if !ONE.contains(&word) {
        return false;
    }
    if !matches!(word, "one" | "uno") {
        // An article in every other language, unless it is the whole answer or counts a unit of time.
        return words.len() > 2;
    }
    let before = at.checked_sub(1).and_then(|before| words.get(before));
    before.is_some_and(|word| BEFORE.contains(&word.as_str()))
        || words
            .get(at + 1)
            .is_some_and(|word| AFTER.contains(&word.as_str()))
}

/// "none" and its like, as the whole answer.
fn zero(words: &[String], word: &str) -> Option<f64> {
    const NONE: &[&str] = &[
        "none", "nil", "nada", "ninguno", "ninguna", "keine", "keinen", "keiner", "kein", "nenhum",
        "nenhuma", "nothing", "zilch",
    ];
    (words.len() == 1 && NONE.contains(&word)).then_some(0.0)
}

/// "a dozen", "half a dozen", "a couple", "half": amounts that are not number words.
fn amount(words: &[String]) -> Option<(f64, usize)> {
    let word = |at: usize| words.get(at).map(String::as_str).unwrap_or_default();
    Some(match (word(0), word(1), word(2)) {
        ("half", "a", "dozen") => (6.0, 3),
        ("half", "dozen", _) => (6.0, 2),
        ("a", "dozen", _) => (12.0, 2),
        ("media", "docena", _) | ("meia", "dúzia", _) => (6.0, 2),
        ("una", "docena", _) | ("uma", "dúzia", _) => (12.0, 2),
        ("ein", "dutzend", _) => (12.0, 2),
        ("a", "couple", _) => (2.0, 2),
        ("a", "pair", _) => (2.0, 2),
        ("dozen" | "dutzend" | "docena" | "dúzia", _, _) => (12.0, 1),
        ("couple", _, _) => (2.0, 1),
        ("half", "a" | "an", _) => (0.5, 2),
        ("one", "half", _) => (0.5, 2),
        ("half" | "halb", "", _) => (0.5, 1),
        ("anderthalb" | "eineinhalb", _, _) => (1.5, 1),
        ("zweieinhalb", _, _) => (2.5, 1),
        ("dreieinhalb", _, _) => (3.5, 1),
        _ => return None,
    })
}

/// "and a half" behind a number; how many words that is.
pub(crate) fn and_a_half(words: &[String]) -> Option<usize> {
    let word = |at: usize| words.get(at).map(String::as_str).unwrap_or_default();
    match (word(0), word(1), word(2)) {
        ("and", "a", "half") => Some(3),
        ("and", "half", _) | ("y", "media" | "medio", _) | ("e", "meia" | "meio", _) => Some(2),
        _ => None,
    }
}

/// 1,000 for "thousand", "mil", "k" behind a number in digits.
pub(crate) fn scale(word: &str, language: &str) -> Option<f64> {
    Some(match word {
        "hundred" | "hundreds" | "hundert" | "cien" => 100.0,
        "thousand" | "thousands" | "mil" | "tausend" | "k" | "mille" | "duizend" => 1_000.0,
        "million" | "millions" | "millón" | "millones" | "millionen" | "milhão" | "milhões"
        | "mio" => 1_000_000.0,
        "billion" | "billions" if matches!(primary(language), "en") => 1_000_000_000.0,
        "milliarde" | "milliarden" | "milliard" | "milliards" | "bilhão" | "bilhões" => {
            1_000_000_000.0
        }
        _ => return None,
    })
}

/// 1,000 for the "k" of "5k", else 1: other letters are units ("5m" may be metres).
pub(crate) fn short_scale(unit: &str) -> f64 {
    if matches!(unit, "k" | "K") {
        1_000.0
    } else {
        1.0
    }
}

/// "minus five", "negative 3".
pub(crate) fn is_minus(word: &str) -> bool {
    matches!(word, "minus" | "negative" | "menos" | "moins" | "-" | "−")
}
