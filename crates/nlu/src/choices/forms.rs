//! A written form of a choice, and what can be derived from it.

use crate::normal::Token;

/// Value, label or synonym of a choice, normalised.
#[derive(Debug, Clone)]
pub(super) struct Form {
    pub(super) choice: usize,
    pub(super) text: String,
    pub(super) words: Vec<String>,
    /// A single number or letter: counts as a whole answer only, not inside a sentence ("I have 2 of them").
    pub(super) bare: bool,
}

impl Form {
    pub(super) fn new(choice: usize, text: String) -> Self {
        let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        let bare = match words.as_slice() {
            [word] => word.chars().all(char::is_numeric) || (word.is_ascii() && word.len() == 1),
            _ => false,
        };
        Self {
            choice,
            text,
            words,
            bare,
        }
    }

    /// Whether `words` begins with this form.
    pub(super) fn stands_at(&self, words: &[Token]) -> bool {
        self.words.len() <= words.len()
            && self
                .words
                .iter()
                .zip(words)
                .all(|(own, word)| *own == word.text)
    }
}

/// Words that carry no choice by themselves.
pub(super) fn is_small(word: &str) -> bool {
    const SMALL: &[&str] = &[
        "a", "an", "the", "of", "and", "or", "for", "to", "in", "on", "at", "my", "i", "me", "im",
        "id", "ill", "ive", "we", "is", "it", "its", "be", "am", "are", "was", "with", "this",
        "that", "these", "those", "you", "your", "do", "does", "have", "has", "had", "want",
        "need", "would", "like", "please", "one", "get", "take", "go", "can", "could", "will",
        "some", "about", "just", "think", "guess", "maybe", "say", "choose", "pick", "select",
        "help", "not", "no", "by", "from", "so", "well", "um", "uh", "yes", "thanks", "option",
        "hi", "hello", "looking", "make", "book", "there", "any", "then", "el", "la", "los", "las",
        "un", "una", "de", "del", "y", "o", "en", "mi", "es", "por", "para", "quiero", "quisiera",
        "necesito", "tengo", "favor", "con", "der", "die", "das", "den", "dem", "ein", "eine",
        "einen", "und", "oder", "ich", "mochte", "brauche", "habe", "bitte", "fur", "zu", "mit",
        "im", "os", "as", "um", "uma", "do", "da", "e", "ou", "meu", "minha", "quero", "preciso",
        "tenho", "com", "em",
    ];
    SMALL.contains(&word)
}

/// "bcbs" of "blue cross blue shield"; labels of three words or more only.
pub(super) fn acronym(label: &str) -> Option<String> {
    let letters: String = label
        .split(' ')
        .filter(|word| {
            !matches!(
                *word,
                "of" | "and" | "the" | "for" | "de" | "la" | "und" | "der" | "e" | "y"
            )
        })
        .filter_map(|word| word.chars().next())
        .collect();
    (letters.chars().count() >= 3 && letters.chars().all(char::is_alphabetic)).then_some(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_acronym_needs_three_words() {
        assert_eq!(acronym("blue cross blue shield").as_deref(), Some("bcbs"));
        assert_eq!(acronym("obstetrics and gynecology"), None);
        assert_eq!(acronym("18 to 30"), None);
    }

    #[test]
    fn numbers_and_letters_are_bare() {
        assert!(Form::new(0, "2".to_owned()).bare);
        assert!(Form::new(0, "b".to_owned()).bare);
        assert!(!Form::new(0, "2 times".to_owned()).bare);
        assert!(!Form::new(0, "👍".to_owned()).bare);
    }
}
