//! E-mail addresses, found in a sentence and checked.

use std::sync::LazyLock;

use email_address::{EmailAddress, Options};
use regex::Regex;

use crate::input::{Extracted, MAX_INPUT_CHARS, cap};

/// Written as it should be: no spaces.
static PLAIN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"([\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]+)@([\p{L}\p{N}.-]+)").ok());

/// With the spaces that keyboards of phones put in: `john @gmail.com`, `john@gmail. com`.
static SPACED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)([\p{L}\p{N}.+_-]+) ?@ ?([\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*?) ?\. ?(com|net|org|edu|gov|info|io|de|es|br|mx|fr|it|uk|ca)\b",
    )
    .ok()
});

/// Spoken or hidden from robots: `john dot doe at example dot com`, `john (at) example.com`.
static SPOKEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b([\p{L}\p{N}+_-]+(?:(?:\.| ?[\[(]dot[\])] ?| dot )[\p{L}\p{N}+_-]+)*)(?: at | ?[\[(]at[\])] ?)([\p{L}\p{N}-]+(?:(?:\.| ?[\[(]dot[\])] ?| dot )[\p{L}\p{N}-]+)+)\b",
    )
    .ok()
});

static DOT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i) ?[\[(]dot[\])] ?| dot ").ok());

pub(crate) fn warm() {
    for pattern in [&PLAIN, &SPACED, &SPOKEN, &DOT] {
        LazyLock::force(pattern);
    }
}

/// The first e-mail address in the text, checked against RFC 5321 (with a top-level domain), the domain lower-cased.
///
/// Also reads addresses with stray spaces (`john @gmail. com`) and spelled ones (`john at example dot com`), with less
/// confidence. Whether the domain exists is not asked: nothing here talks to a network.
pub fn email(input: &str) -> Option<Extracted<String>> {
    let text = cap(input, MAX_INPUT_CHARS);
    if text.contains('@') {
        return plain(text).or_else(|| spaced(text));
    }
    // The domain's dot, spelled or not, is there in every other form.
    spoken(text)
}

fn plain(text: &str) -> Option<Extracted<String>> {
    let mut found = PLAIN.as_ref()?.captures_iter(text).filter_map(|groups| {
        let (local, domain) = (groups.get(1)?, groups.get(2)?);
        // "mailto:" ends with a colon and never gets here; quotes and slashes may.
        let skipped = local.as_str().len()
            - local
                .as_str()
                .trim_start_matches(['.', '\'', '`', '/', '=', '*'])
                .len();
        let domain_text = domain.as_str().trim_end_matches(['.', '-']);
        let start = local.start() + skipped;
        let value = checked(&local.as_str()[skipped..], domain_text)?;
        Some((value, start..domain.start() + domain_text.len()))
    });
    let (value, span) = found.next()?;
    let alone = found.all(|(other, _)| other == value);
    Some(Extracted::new(value, span, if alone { 1.0 } else { 0.6 }))
}

fn spaced(text: &str) -> Option<Extracted<String>> {
    SPACED.as_ref()?.captures_iter(text).find_map(|groups| {
        let value = checked(
            groups.get(1)?.as_str(),
            &format!("{}.{}", groups.get(2)?.as_str(), groups.get(3)?.as_str()),
        )?;
        Some(Extracted::new(value, groups.get(0)?.range(), 0.8))
    })
}

fn spoken(text: &str) -> Option<Extracted<String>> {
    let dot = DOT.as_ref()?;
    SPOKEN.as_ref()?.captures_iter(text).find_map(|groups| {
        let whole = groups.get(0)?;
        // "meet me at example.com" is a sentence; a spelled address spells something or hides the @.
        if !dot.is_match(whole.as_str()) && !whole.as_str().contains(['(', '[']) {
            return None;
        }
        let local = dot.replace_all(groups.get(1)?.as_str(), ".");
        let domain = dot.replace_all(groups.get(2)?.as_str(), ".");
        Some(Extracted::new(
            checked(&local, &domain)?,
            whole.range(),
            0.7,
        ))
    })
}

fn checked(local: &str, domain: &str) -> Option<String> {
    // One-letter top-level domains and those of digits do not exist, though the grammar allows them.
    let top = domain.rsplit('.').next()?;
    if top.chars().count() < 2 || top.chars().all(char::is_numeric) {
        return None;
    }
    let address = format!("{local}@{}", domain.to_lowercase());
    let options = Options::default()
        .with_required_tld()
        .without_domain_literal()
        .without_display_text();
    EmailAddress::parse_with_options(&address, options).ok()?;
    Some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_sentences_and_checked() {
        for (input, value) in [
            ("jane@example.com", Some("jane@example.com")),
            ("  jane@example.com ", Some("jane@example.com")),
            ("Jane.Doe@Example.COM", Some("Jane.Doe@example.com")),
            ("my email is jane@example.com", Some("jane@example.com")),
            ("My email is jane@example.com.", Some("jane@example.com")),
            ("It's jane@example.com, thanks!", Some("jane@example.com")),
            ("<jane@example.com>", Some("jane@example.com")),
            ("Jane Doe <jane@example.com>", Some("jane@example.com")),
            ("mailto:jane@example.com", Some("jane@example.com")),
            ("'jane@example.com'", Some("jane@example.com")),
            ("\"jane@example.com\"", Some("jane@example.com")),
            ("(jane@example.com)", Some("jane@example.com")),
            (
                "jane+clinic@example.co.uk",
                Some("jane+clinic@example.co.uk"),
            ),
            (
                "jane_doe-99@mail.example.org",
                Some("jane_doe-99@mail.example.org"),
            ),
            ("o'brien@example.ie", Some("o'brien@example.ie")),
            (
                "first@example.com or second@example.com",
                Some("first@example.com"),
            ),
            ("jane @gmail.com", Some("jane@gmail.com")),
            ("jane@ gmail.com", Some("jane@gmail.com")),
            ("jane@gmail. com", Some("jane@gmail.com")),
            ("mi correo es maria @ gmail . com", Some("maria@gmail.com")),
            ("jane at example dot com", Some("jane@example.com")),
            (
                "jane dot doe at example dot co dot uk",
                Some("jane.doe@example.co.uk"),
            ),
            ("jane (at) example.com", Some("jane@example.com")),
            ("jane[at]example[dot]com", Some("jane@example.com")),
            ("mi correo es josé@ejemplo.es", Some("josé@ejemplo.es")),
            (
                "meine Mail: max.mustermann@beispiel.de",
                Some("max.mustermann@beispiel.de"),
            ),
            ("info@münchen.de", Some("info@münchen.de")),
            ("a@b.co", Some("a@b.co")),
            ("jane", None),
            ("", None),
            ("jane@", None),
            ("@example.com", None),
            ("jane@example", None),
            ("jane@localhost", None),
            ("jane@@example.com", None),
            ("jane@example..com", None),
            ("jane@-example.com", None),
            ("jane@127.0.0.1", None),
            ("meet me at example.com", None),
            ("I'll be there at 5", None),
            ("I don't have one", None),
            ("@jane on twitter", None),
            ("jane at example", None),
        ] {
            assert_eq!(
                email(input).map(|found| found.value).as_deref(),
                value,
                "{input:?}"
            );
        }
    }

    #[test]
    fn the_span_is_the_address() {
        let input = "é: jane@Example.com.";
        let found = email(input).unwrap();
        assert_eq!(&input[found.span], "jane@Example.com");
        assert_eq!(found.confidence, 1.0);
    }

    #[test]
    fn two_addresses_lower_the_confidence() {
        assert!(email("a@example.com, b@example.com").unwrap().confidence < 0.7);
        assert_eq!(
            email("a@example.com a@example.com").unwrap().confidence,
            1.0
        );
    }

    #[test]
    fn an_absurd_address_is_refused() {
        assert_eq!(email(&format!("{}@example.com", "a".repeat(80))), None);
    }
}
