//! One written form for comparing: case, accents, punctuation and width do not count.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The form in which texts are compared: compatibility-folded (NFKC), lower-case, without Latin accents, every run of
/// punctuation and white space one space, none at the ends.
///
/// Two things differ from "punctuation is a space": an apostrophe inside a word vanishes (`don't` is `dont`, as half
/// of the visitors type it), and emoji stay, each a word of its own (`👍🏽` is `👍`), because they are answers.
pub fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    if text.is_ascii() {
        normalise_ascii(text, |byte| {
            out.push(char::from(byte));
            true
        });
    } else {
        normalise_unicode(text, &mut out);
    }
    out
}

/// Feeds the normalised bytes of an ASCII text to `push` until it says no; the answer tells whether it never did.
fn normalise_ascii(text: &str, mut push: impl FnMut(u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    let mut gap = false;
    let mut started = false;
    for (at, &byte) in bytes.iter().enumerate() {
        if byte.is_ascii_alphanumeric() {
            if gap && started && !push(b' ') {
                return false;
            }
            gap = false;
            started = true;
            if !push(byte.to_ascii_lowercase()) {
                return false;
            }
        } else if byte == b'\''
            && !gap
            && started
            && bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic)
        {
            // inside a word
        } else {
            gap = true;
        }
    }
    true
}

fn normalise_unicode(text: &str, out: &mut String) {
    let mut gap = false;
    let mut folded = text.nfkd().peekable();
    let mut inner = String::with_capacity(text.len());
    while let Some(c) = folded.next() {
        if is_accent(c) || is_invisible(c) {
            continue;
        }
        if is_emoji(c) {
            if !inner.is_empty() && !inner.ends_with(' ') {
                inner.push(' ');
            }
            inner.push(c);
            gap = true;
        } else if c.is_alphanumeric() || is_combining_mark(c) {
            if gap && !inner.is_empty() {
                inner.push(' ');
            }
            gap = false;
            push_lower(c, &mut inner);
        } else if is_apostrophe(c)
            && !gap
            && !inner.is_empty()
            && folded.peek().is_some_and(|next| next.is_alphabetic())
        {
            // inside a word
        } else {
            gap = true;
        }
    }
    // Hangul, kana and other scripts are whole again after the accents are gone.
    out.extend(inner.nfc());
}

/// Lower-case, and the Latin letters that Unicode does not take apart.
fn push_lower(c: char, out: &mut String) {
    for lower in c.to_lowercase() {
        match lower {
            'ß' => out.push_str("ss"),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' | 'ð' => out.push('d'),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ı' => out.push('i'),
            'þ' => out.push_str("th"),
            // `İ` lower-cases to an i with a dot above.
            other if is_accent(other) => {}
            other => out.push(other),
        }
    }
}

const fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Joiners, variation selectors, skin tones, soft hyphen, direction marks.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{20e3}')
}

pub(crate) const fn is_emoji(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}'
        | '\u{1f000}'..='\u{1faff}')
        && !is_invisible(c)
}

pub(crate) const fn is_apostrophe(c: char) -> bool {
    matches!(
        c,
        '\'' | '\u{2019}' | '\u{2bc}' | '\u{ff07}' | '`' | '\u{b4}'
    )
}

/// The normalised form of a short ASCII text, kept on the stack: an exact answer is looked up without allocating.
pub(crate) struct StackKey {
    bytes: [u8; Self::LENGTH],
    used: usize,
}

impl StackKey {
    const LENGTH: usize = 64;

    /// `None` when the text is not ASCII or too long; use [`normalise`] then.
    pub(crate) fn of(text: &str) -> Option<Self> {
        if text.len() > 2 * Self::LENGTH || !text.is_ascii() {
            return None;
        }
        let mut key = Self {
            bytes: [0; Self::LENGTH],
            used: 0,
        };
        let whole = normalise_ascii(text, |byte| {
            let Some(slot) = key.bytes.get_mut(key.used) else {
                return false;
            };
            *slot = byte;
            key.used += 1;
            true
        });
        whole.then_some(key)
    }

    pub(crate) fn as_str(&self) -> &str {
        // Only ASCII was pushed.
        std::str::from_utf8(&self.bytes[..self.used]).unwrap_or_default()
    }
}

/// Looks up the normalised form of `text` with `find`, on the stack where that is possible.
pub(crate) fn with_normalised<R>(text: &str, find: impl FnOnce(&str) -> R) -> R {
    match StackKey::of(text) {
        Some(key) => find(key.as_str()),
        None => find(&normalise(text)),
    }
}

/// A word of the input.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    /// Normalised, never empty, without spaces.
    pub(crate) text: String,
    /// Bytes in the text that was split.
    pub(crate) span: Range<usize>,
}

/// The words of `text` in normalised form with their places. Joined with spaces they are [`normalise`] of it, save for
/// rare symbols that compatibility folding turns into letters.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut start = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if is_emoji(c) {
            close(text, &mut start, at, &mut found);
            push_words(text, at..at + c.len_utf8(), &mut found);
        } else if c.is_alphanumeric() || is_combining_mark(c) {
            start.get_or_insert(at);
        } else if is_invisible(c)
            || (is_apostrophe(c)
                && start.is_some()
                && chars.peek().is_some_and(|(_, next)| next.is_alphabetic()))
        {
            // does not end a word
        } else {
            close(text, &mut start, at, &mut found);
        }
    }
    close(text, &mut start, text.len(), &mut found);
    found
}

fn close(text: &str, start: &mut Option<usize>, end: usize, found: &mut Vec<Token>) {
    if let Some(start) = start.take() {
        push_words(text, start..end, found);
    }
}

fn push_words(text: &str, span: Range<usize>, found: &mut Vec<Token>) {
    let normal = normalise(&text[span.clone()]);
    for word in normal.split(' ').filter(|word| !word.is_empty()) {
        found.push(Token {
            text: word.to_owned(),
            span: span.clone(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_punctuation_and_width_do_not_count() {
        for (text, normal) in [
            ("", ""),
            ("  ", ""),
            ("Yes!", "yes"),
            ("  Yes,   please. ", "yes please"),
            ("don't", "dont"),
            ("don’t", "dont"),
            ("'quoted'", "quoted"),
            ("the patients' room", "the patients room"),
            ("¿Sí?", "si"),
            ("MAÑANA", "manana"),
            ("Größe", "grosse"),
            ("heiße", "heisse"),
            ("Ｆｕｌｌ　ｗｉｄｔｈ！", "full width"),
            ("ﬁne", "fine"),
            ("3.5", "3 5"),
            ("a/b-c_d", "a b c d"),
            ("👍", "👍"),
            ("👍🏽👍", "👍 👍"),
            ("ok👌great", "ok 👌 great"),
            ("✔️ done", "✔ done"),
            ("Zażółć", "zazolc"),
            ("İstanbul", "istanbul"),
            ("हिन्दी", "हिन्दी"),
            ("가나", "가나"),
            ("Привет, Мир", "привет мир"),
        ] {
            assert_eq!(normalise(text), normal, "{text:?}");
        }
    }

    #[test]
    fn normalising_twice_changes_nothing() {
        for text in [
            "Don't PANIC",
            "Größe — ½ größer",
            "👍🏽 ok",
            "İI ıi",
            "Ångström №5",
        ] {
            let once = normalise(text);
            assert_eq!(normalise(&once), once, "{text:?}");
        }
    }

    #[test]
    fn words_know_their_place() {
        let text = "Sí, I don't 👍";
        let words: Vec<_> = tokens(text)
            .into_iter()
            .map(|token| (token.text, text[token.span].to_owned()))
            .collect();
        assert_eq!(
            words,
            [("si", "Sí"), ("i", "I"), ("dont", "don't"), ("👍", "👍")]
                .map(|(a, b)| (a.to_owned(), b.to_owned()))
        );
    }

    #[test]
    fn the_key_on_the_stack_is_the_normal_form() {
        for text in ["Yes!", "", "I don't think so.", "  A  b  "] {
            assert_eq!(
                StackKey::of(text).map(|key| key.as_str().to_owned()),
                Some(normalise(text))
            );
        }
        assert!(StackKey::of("sí").is_none());
        assert!(StackKey::of(&"a".repeat(65)).is_none());
    }
}
