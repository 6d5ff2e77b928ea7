//! The languages whose rules are written here; others use English rules.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Spanish,
    German,
    Portuguese,
}

impl Language {
    /// Reads the first part of a BCP 47 tag; anything unknown counts as English.
    pub(crate) fn of(tag: &str) -> Self {
        let primary = primary(tag);
        if primary.eq_ignore_ascii_case("es") {
            Self::Spanish
        } else if primary.eq_ignore_ascii_case("de") {
            Self::German
        } else if primary.eq_ignore_ascii_case("pt") {
            Self::Portuguese
        } else {
            Self::English
        }
    }

    /// Position in tables that hold one entry per language.
    pub(crate) const fn index(self) -> usize {
        match self {
            Self::English => 0,
            Self::Spanish => 1,
            Self::German => 2,
            Self::Portuguese => 3,
        }
    }
}

/// `es` of `es-MX`.
pub(crate) fn primary(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or(tag)
}

/// Whether numbers in this language are written `1.250,50`.
///
/// Spanish is split: Mexico, Central America and the United States write `1,250.50`.
pub(crate) fn decimal_comma(tag: &str) -> bool {
    match primary(tag).to_ascii_lowercase().as_str() {
        "de" => !region_is(tag, &["CH", "LI"]),
        "es" => !region_is(tag, &["MX", "US", "PR", "GT", "HN", "SV", "NI", "PA", "DO"]),
        "pt" | "fr" | "it" | "nl" | "da" | "nb" | "sv" | "fi" | "pl" | "cs" | "ru" | "uk"
        | "tr" | "id" | "ro" | "el" | "hu" | "bg" | "hr" | "vi" => true,
        _ => false,
    }
}

fn region_is(tag: &str, regions: &[&str]) -> bool {
    tag.split(['-', '_']).skip(1).any(|part| {
        regions
            .iter()
            .any(|region| part.eq_ignore_ascii_case(region))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_read_by_its_first_part() {
        assert_eq!(Language::of("es-MX"), Language::Spanish);
        assert_eq!(Language::of("DE"), Language::German);
        assert_eq!(Language::of("pt_BR"), Language::Portuguese);
        assert_eq!(Language::of("tlh"), Language::English);
        assert_eq!(Language::of(""), Language::English);
    }

    #[test]
    fn spanish_in_mexico_writes_a_decimal_point() {
        assert!(decimal_comma("es"));
        assert!(decimal_comma("de-DE"));
        assert!(!decimal_comma("es-MX"));
        assert!(!decimal_comma("en"));
    }
}
