//! Nearly equal texts: an edit distance that grows with the length of the word.
//!
//! All functions take texts that [`normalise`](crate::normalise) has made.

use crate::input::MAX_INPUT_CHARS;

/// How many edits (insert, delete, replace, swap of neighbours) a word of this many characters may be away: none up to
/// 3 characters, 1 up to 7, 2 up to 13, 3 beyond.
pub const fn allowed_distance(len_chars: usize) -> usize {
    match len_chars {
        0..=3 => 0,
        4..=7 => 1,
        8..=13 => 2,
        _ => 3,
    }
}

/// Whether two words are equal but for a slip of the fingers.
///
/// Words with digits in them must be equal, and words of up to 5 characters must begin alike (`food` is not `good`).
pub(crate) fn words_alike(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let (length_a, length_b) = (a.chars().count(), b.chars().count());
    let shorter = length_a.min(length_b);
    let allowed = allowed_distance(shorter);
    if allowed == 0
        || length_a.abs_diff(length_b) > allowed
        || length_a.max(length_b) > MAX_INPUT_CHARS
    {
        return false;
    }
    if has_digit(a) || has_digit(b) || (shorter <= 5 && a.chars().next() != b.chars().next()) {
        return false;
    }
    !letters_differ(a, b, allowed) && strsim::osa_distance(a, b) <= allowed
}

/// Whether two ASCII words have letters so different that `allowed` edits cannot make one of the other, wherever the letters stand.
/// An edit changes the bag of letters by two at the most. Far cheaper than the distance itself, which most pairs of words never need.
fn letters_differ(a: &str, b: &str, allowed: usize) -> bool {
    if !a.is_ascii() || !b.is_ascii() {
        return false;
    }
    let mut bag = [0_i16; 32];
    a.bytes().for_each(|it| bag[usize::from(it & 31)] += 1);
    b.bytes().for_each(|it| bag[usize::from(it & 31)] -= 1);
    bag.iter()
        .map(|it| usize::from(it.unsigned_abs()))
        .sum::<usize>()
        > 2 * allowed
}

fn has_digit(word: &str) -> bool {
    word.chars().any(char::is_numeric)
}

/// Whether two normalised texts are equal but for slips of the fingers: word by word, and with spaces left out or added
/// in between (`healthinsurance`). Texts over [`MAX_INPUT_CHARS`] must be equal.
pub fn approximately_equals(a_normalised: &str, b_normalised: &str) -> bool {
    let (a, b) = (a_normalised, b_normalised);
    if a == b {
        return true;
    }
    // Bytes stand for characters here: the limit only keeps the work small.
    if a.is_empty() || b.is_empty() || a.len().max(b.len()) > 4 * MAX_INPUT_CHARS {
        return false;
    }
    let words = |text: &str| text.split(' ').count();
    if words(a) == words(b) {
        a.split(' ')
            .zip(b.split(' '))
            .all(|(a, b)| words_alike(a, b))
    } else {
        let joined = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
        let length = |text: &str| text.chars().filter(|c| *c != ' ').count();
        words(a).abs_diff(words(b)) <= 2
            && length(a).abs_diff(length(b)) <= allowed_distance(usize::MAX)
            && words_alike(&joined(a), &joined(b))
    }
}

/// Whether the haystack holds the needle, word by word, but for slips of the fingers. An empty needle is nowhere.
pub fn approximately_contains(haystack_normalised: &str, needle_normalised: &str) -> bool {
    if needle_normalised.is_empty() {
        return false;
    }
    let ends: Vec<usize> = word_bounds(haystack_normalised);
    let wanted = needle_normalised.split(' ').count();
    // A window of one word less or more finds words that were joined or split.
    (0..ends.len() / 2).any(|first| {
        (wanted.saturating_sub(1).max(1)..=wanted + 1).any(|count| {
            let last = first + count - 1;
            match (ends.get(2 * first), ends.get(2 * last + 1)) {
                (Some(&from), Some(&to)) => {
                    approximately_equals(&haystack_normalised[from..to], needle_normalised)
                }
                _ => false,
            }
        })
    })
}

/// Start and end of each word, one after the other.
fn word_bounds(text: &str) -> Vec<usize> {
    let mut bounds = Vec::new();
    let mut start = 0;
    for word in text.split(' ') {
        if !word.is_empty() {
            bounds.extend([start, start + word.len()]);
        }
        start += word.len() + 1;
    }
    bounds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_in_long_words_are_forgiven_and_short_words_must_match() {
        for (a, b, alike) in [
            ("insurace", "insurance", true),
            ("apointment", "appointment", true),
            ("appointement", "appointment", true),
            ("appiontment", "appointment", true),
            ("insurnace", "insurance", true),
            ("prescripton", "prescription", true),
            ("perscription", "prescription", true),
            ("dentsit", "dentist", true),
            ("refil", "refill", true),
            ("yes", "yes", true),
            ("no", "yes", false),
            ("no", "on", false),
            ("yes", "yet", false),
            ("food", "good", false),
            ("cold", "gold", false),
            ("male", "female", false),
            ("type1", "type2", false),
            ("type 1", "type 2", false),
            ("100000", "100001", false),
            ("healthinsurance", "health insurance", true),
            ("health insurace", "health insurance", true),
            ("insurance health", "health insurance", false),
            ("can walk", "cant walk", false),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(approximately_equals(a, b), alike, "{a} ~ {b}");
            assert_eq!(approximately_equals(b, a), alike, "{b} ~ {a}");
        }
    }

    #[test]
    fn a_needle_is_found_in_a_sentence_with_slips() {
        for (haystack, needle, found) in [
            ("i need an apointment please", "appointment", true),
            ("do you take my insurace", "insurance", true),
            ("do you take my health insurace", "health insurance", true),
            ("my healthinsurance card", "health insurance", true),
            ("i need an app ointment", "appointment", true),
            ("i have none", "no", false),
            ("", "no", false),
            ("anything", "", false),
            ("no", "no", true),
            ("one two", "one two three four", false),
        ] {
            assert_eq!(
                approximately_contains(haystack, needle),
                found,
                "{haystack} ∋ {needle}"
            );
        }
    }

    #[test]
    fn huge_texts_cost_no_distance() {
        let (a, b) = ("a".repeat(60_000), "b".repeat(60_000));
        assert!(!approximately_equals(&a, &b));
        assert!(approximately_equals(&a, &a));
    }
}
