//! The parts of an answer that names several choices, and choices that are named to be refused.

use std::ops::Range;

use crate::input::Extracted;
use crate::normal::Token;

/// "not dental": the choice is named to be refused.
pub(super) fn negated(before: &[Token]) -> bool {
    const NOT: &[&str] = &[
        "not", "no", "except", "dont", "without", "nicht", "kein", "keine", "keinen", "nao", "sin",
        "sem",
    ];
    const LINKS: &[&str] = &[
        "the", "a", "an", "want", "need", "have", "like", "el", "la", "o", "die", "der", "das",
    ];
    for word in before.iter().rev().take(3) {
        if NOT.contains(&word.text.as_str()) {
            return true;
        }
        if !LINKS.contains(&word.text.as_str()) {
            return false;
        }
    }
    false
}

/// The stretches of `text` outside of `taken`, split at commas, "and" and their like.
pub(super) fn parts(text: &str, taken: &[Extracted<usize>]) -> Vec<Range<usize>> {
    const LINKS: &[&str] = &[
        "and", "or", "plus", "also", "then", "y", "e", "o", "u", "und", "oder", "ou", "sowie",
        "tambien",
    ];
    let mut parts = Vec::new();
    let mut start = 0;
    let mut cut = |start: &mut usize, end: usize, next: usize| {
        if *start < end && !text[*start..end].trim().is_empty() {
            parts.push(*start..end);
        }
        *start = next;
    };
    let mut at = 0;
    while at < text.len() {
        if let Some(one) = taken
            .iter()
            .find(|one| one.span.start == at && one.span.end > at)
        {
            cut(&mut start, at, one.span.end);
            at = one.span.end;
            continue;
        }
        let rest = &text[at..];
        let c = rest.chars().next().map_or(1, char::len_utf8);
        if rest.starts_with([',', ';', '/', '&', '+', '\n', '|', '、', '，']) {
            cut(&mut start, at, at + c);
        } else if rest.starts_with(char::is_whitespace) {
            let word = rest.trim_start();
            let from = text.len() - word.len();
            let length = word
                .find(|c: char| !c.is_alphanumeric())
                .unwrap_or(word.len());
            let whole = word[length..].is_empty()
                || word[length..].starts_with(|c: char| c.is_whitespace() || c == ',');
            if whole && LINKS.contains(&word[..length].to_lowercase().as_str()) {
                cut(&mut start, at, from + length);
                at = from + length;
                continue;
            }
        }
        at += c;
    }
    cut(&mut start, text.len(), text.len());
    parts
}
