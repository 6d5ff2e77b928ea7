//! What goes in and what comes out: the cap on the input, the setting, the result.

use std::ops::Range;

/// Longest input in characters that any extractor looks at; the rest is cut at a character boundary.
pub const MAX_INPUT_CHARS: usize = 500;

/// A value found in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Extracted<T> {
    /// The value.
    pub value: T,
    /// Where it stands, in bytes of the input; both ends are character boundaries.
    pub span: Range<usize>,
    /// How sure we are, from 0 to 1. Exact answers have 1.
    pub confidence: f32,
}

impl<T> Extracted<T> {
    pub(crate) const fn new(value: T, span: Range<usize>, confidence: f32) -> Self {
        Self {
            value,
            span,
            confidence,
        }
    }

    /// The same place and confidence with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Extracted<U> {
        Extracted {
            value: change(self.value),
            span: self.span,
            confidence: self.confidence,
        }
    }
}

/// Everything an extractor may need besides the text.
#[derive(Debug, Clone)]
pub struct Setting<'a> {
    /// The moment of the turn.
    pub now: jiff::Timestamp,
    /// The zone in which "tomorrow at 10" is meant.
    pub zone: &'a jiff::tz::TimeZone,
    /// BCP 47: `en`, `es-MX`.
    pub language: &'a str,
    /// ISO 3166, the default for phone numbers and for the order of day and month: `US`.
    pub region: &'a str,
}

/// The first `chars` characters of `text`.
pub(crate) fn cap(text: &str, chars: usize) -> &str {
    // A text of at most `chars` bytes has at most `chars` characters.
    if text.len() <= chars {
        return text;
    }
    match text.char_indices().nth(chars) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

/// The capped input without surrounding white space, and where it starts; `None` when nothing is left.
pub(crate) fn trimmed(input: &str, chars: usize) -> Option<(&str, usize)> {
    let capped = cap(input, chars);
    let start = capped.len() - capped.trim_start().len();
    let trimmed = capped.trim();
    if trimmed.is_empty() {
        None
    } else {
        Some((trimmed, start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cap_counts_characters_and_cuts_between_them() {
        assert_eq!(cap("héllo", 2), "hé");
        assert_eq!(cap("ab", 2), "ab");
        assert_eq!(cap("ééé", 3), "ééé");
        assert_eq!(cap("", 3), "");
    }

    #[test]
    fn trimming_reports_where_the_text_starts() {
        assert_eq!(trimmed("  a b ", 10), Some(("a b", 2)));
        assert_eq!(trimmed(" \n\t ", 10), None);
    }
}
