//! How a name is written: capitals, particles, apostrophes.

use crate::normal::{is_apostrophe, normalise};

/// Words that belong to the family name behind them and are written small.
pub(super) fn is_particle(normal: &str) -> bool {
    matches!(
        normal,
        "de" | "la"
            | "las"
            | "los"
            | "del"
            | "da"
            | "das"
            | "do"
            | "dos"
            | "di"
            | "della"
            | "van"
            | "von"
            | "der"
            | "den"
            | "zu"
            | "zur"
            | "ter"
            | "ten"
            | "bin"
            | "ibn"
            | "al"
            | "el"
            | "le"
            | "du"
            | "des"
            | "e"
            | "y"
            | "st"
            | "san"
            | "santa"
    )
}

/// The words with capitals where the visitor did not care (all small or all capital), else as they are.
pub(super) fn spelled(words: &[&str]) -> Vec<String> {
    let letters = || {
        words
            .iter()
            .flat_map(|word| word.chars())
            .filter(|c| c.is_alphabetic())
    };
    let small = !letters().any(char::is_uppercase);
    let capital = !letters().any(char::is_lowercase)
        && words
            .iter()
            .any(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 2);
    if !small && !capital {
        return words.iter().map(|word| (*word).to_owned()).collect();
    }
    words
        .iter()
        .enumerate()
        .map(|(at, word)| {
            let particle = at > 0 && at + 1 < words.len() && is_particle(&normalise(word));
            if particle && !matches!(normalise(word).as_str(), "st" | "san" | "santa") {
                word.to_lowercase()
            } else {
                capitalised(word)
            }
        })
        .collect()
}

/// `o'brien-smith` as `O'Brien-Smith`, `mcdonald` as `McDonald`.
fn capitalised(word: &str) -> String {
    let lower = word.to_lowercase();
    let mut out = String::with_capacity(lower.len());
    let mut raise = true;
    let mut since = 0;
    for c in lower.chars() {
        if c.is_alphabetic() {
            if raise {
                out.extend(c.to_uppercase());
            } else {
                out.push(c);
            }
            raise = false;
            since += 1;
        } else {
            // An apostrophe starts a new part behind a short one (O'Brien, D'Angelo), not before a genitive.
            raise = !is_apostrophe(c) || since <= 2;
            since = 0;
            out.push(c);
        }
    }
    if let Some(rest) = out.strip_prefix("Mc")
        && rest.chars().count() > 2
    {
        let mut letters = rest.chars();
        if let Some(first) = letters.next() {
            return format!("Mc{}{}", first.to_uppercase(), letters.as_str());
        }
    }
    out
}

/// `jr` as `Jr.`, `iii` as `III`.
pub(super) fn generation(suffix: &str) -> String {
    match normalise(suffix).as_str() {
        "jr" | "junior" => "Jr.".to_owned(),
        "sr" | "senior" => "Sr.".to_owned(),
        other => other.to_uppercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_care_get_their_capitals() {
        for (words, wanted) in [
            (&["john", "smith"][..], &["John", "Smith"][..]),
            (&["JOHN", "SMITH"], &["John", "Smith"]),
            (&["John", "smith"], &["John", "smith"]),
            (&["sinéad", "o'brien-smith"], &["Sinéad", "O'Brien-Smith"]),
            (&["ronald", "mcdonald"], &["Ronald", "McDonald"]),
            (&["juan", "de", "la", "cruz"], &["Juan", "de", "la", "Cruz"]),
            (&["vincent", "van", "gogh"], &["Vincent", "van", "Gogh"]),
            (&["AJ"], &["AJ"]),
            (&["élodie"], &["Élodie"]),
            (&["李小龙"], &["李小龙"]),
        ] {
            assert_eq!(spelled(words), wanted);
        }
        assert_eq!(generation("jr."), "Jr.");
        assert_eq!(generation("iii"), "III");
    }
}
