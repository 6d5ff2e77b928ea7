//! The words of a text as names are written: with apostrophes, hyphens and initials.

use super::words::{DEGREES, GENERATIONS, TITLES};
use crate::normal::{is_apostrophe, is_emoji, normalise};

/// A word of the input with the signs that names use inside it.
#[derive(Debug, Clone)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) normal: String,
    pub(super) start: usize,
    /// What follows it.
    pub(super) after: After,
    /// Letters, apostrophes, hyphens and points only.
    pub(super) letters: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    Space,
    Comma,
    Stop,
}

pub(super) fn split(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut from = 0;
    for raw in text.split_inclusive(|c: char| {
        c.is_whitespace() || matches!(c, ',' | ';' | ':' | '!' | '(' | ')' | '"' | '/')
    }) {
        let start = from;
        from += raw.len();
        let kept = raw.trim_end_matches(|c: char| {
            c.is_whitespace() || matches!(c, ',' | ';' | ':' | '!' | '(' | ')' | '"' | '/')
        });
        let kept_start = kept.trim_start_matches(|c: char| !c.is_alphanumeric());
        let lead = kept.len() - kept_start.len();
        let kept = kept_start.trim_end_matches(|c: char| {
            !(c.is_alphanumeric() || c == '.' || unicode_normalization::char::is_combining_mark(c))
        });
        let sign = raw.chars().next_back();
        let after = match sign {
            Some(',') => After::Comma,
            Some(';' | ':' | '!' | '(' | ')' | '"' | '/') => After::Stop,
            _ => After::Space,
        };
        if kept.is_empty() {
            // A sign by itself belongs to the word before it.
            if let Some(last) = words.last_mut()
                && after != After::Space
            {
                let last: &mut Word<'_> = last;
                last.after = after;
            }
            continue;
        }
        let initial = kept
            .trim_end_matches('.')
            .chars()
            .filter(|c| c.is_alphabetic())
            .count()
            <= 2;
        let known = kept.ends_with('.') && {
            let normal = normalise(kept);
            TITLES.contains(&normal.as_str())
                || GENERATIONS.contains(&normal.as_str())
                || DEGREES.contains(&normal.as_str())
        };
        let ends = kept.ends_with('.') && !initial && !known;
        let shown = if ends {
            kept.trim_end_matches('.')
        } else {
            kept
        };
        words.push(Word {
            text: shown,
            normal: normalise(shown),
            start: start + lead,
            after: if ends && after == After::Space {
                After::Stop
            } else {
                after
            },
            // Points stand behind initials and abbreviations, not inside words ("jane.doe").
            letters: !pointed(shown)
                && shown.chars().all(|c| {
                    c.is_alphabetic()
                        || matches!(c, '-' | '.' | '‐' | '·')
                        || is_apostrophe(c)
                        || unicode_normalization::char::is_combining_mark(c)
                }),
        });
    }
    words.retain(|word| !word.text.chars().all(|c| is_emoji(c) || c == '.'));
    words
}

/// A point inside the word with more than initials around it.
fn pointed(word: &str) -> bool {
    let word = word.trim_end_matches('.');
    word.contains('.') && word.split('.').all(|part| part.chars().count() > 2)
}
