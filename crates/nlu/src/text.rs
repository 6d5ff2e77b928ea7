//! Free text: anything that is not empty.

use crate::input::{Extracted, MAX_INPUT_CHARS, trimmed};

/// The input without surrounding white space, cut at [`MAX_INPUT_CHARS`]; `None` when nothing readable is left.
pub fn text(input: &str) -> Option<Extracted<String>> {
    let (value, start) = trimmed(input, MAX_INPUT_CHARS)?;
    let readable = value
        .chars()
        .any(|c| !c.is_control() && !c.is_whitespace() && !is_blank(c));
    readable.then(|| Extracted::new(value.to_owned(), start..start + value.len(), 1.0))
}

/// Characters that show nothing: joiners, marks of direction, fillers.
const fn is_blank(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_words_are_text() {
        for (input, value) in [
            ("hello", Some("hello")),
            ("  hello  ", Some("hello")),
            (
                "My knee hurts when I climb stairs.",
                Some("My knee hurts when I climb stairs."),
            ),
            (
                "Since yesterday, mostly at night",
                Some("Since yesterday, mostly at night"),
            ),
            ("\tBlue Cross\n", Some("Blue Cross")),
            ("line one\nline two", Some("line one\nline two")),
            ("no", Some("no")),
            ("?", Some("?")),
            ("...", Some("...")),
            ("0", Some("0")),
            ("42", Some("42")),
            ("👍", Some("👍")),
            ("❤️", Some("❤️")),
            ("Me duele la cabeza", Some("Me duele la cabeza")),
            ("¿Qué?", Some("¿Qué?")),
            ("Ich habe Rückenschmerzen", Some("Ich habe Rückenschmerzen")),
            (
                "Estou com febre há três dias",
                Some("Estou com febre há três dias"),
            ),
            ("头疼", Some("头疼")),
            ("صداع", Some("صداع")),
            ("боль в спине", Some("боль в спине")),
            (
                "<script>alert(1)</script>",
                Some("<script>alert(1)</script>"),
            ),
            ("{user_fname}", Some("{user_fname}")),
            ("'; DROP TABLE users; --", Some("'; DROP TABLE users; --")),
            ("a", Some("a")),
            ("\u{a0}non-breaking\u{a0}", Some("non-breaking")),
            ("\u{3000}wide\u{3000}", Some("wide")),
            ("10mg twice a day", Some("10mg twice a day")),
            ("n/a", Some("n/a")),
            ("", None),
            (" ", None),
            ("\n\r\t", None),
            ("\u{200b}\u{200d}", None),
            ("\u{feff}", None),
            ("\0\0", None),
            ("\u{3164}", None),
        ] {
            assert_eq!(
                text(input).map(|found| found.value).as_deref(),
                value,
                "{input:?}"
            );
        }
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let long = "é".repeat(MAX_INPUT_CHARS + 50);
        let found = text(&long).unwrap();
        assert_eq!(found.value.chars().count(), MAX_INPUT_CHARS);
        assert_eq!(found.span, 0..2 * MAX_INPUT_CHARS);
    }

    #[test]
    fn the_span_leaves_out_the_white_space() {
        assert_eq!(text("  hi ").unwrap().span, 2..4);
    }
}
