//! Choices by position: "2", "b", "option 2", "the second one", "last".

use std::collections::HashMap;

use super::Owner;
use super::forms::Form;
use crate::input::Extracted;
use crate::normal::Token;
use crate::tables::{cardinal, ordinal};

/// Which kinds of positions the labels leave free.
#[derive(Debug, Clone)]
pub(super) struct Positions {
    count: usize,
    numbers: bool,
    letters: bool,
    /// Words of the labels: an ordinal among them is not a position.
    taken: Vec<String>,
}

impl Positions {
    pub(super) fn new(count: usize, forms: &[Form]) -> Self {
        let single = |form: &Form| form.words.len() == 1;
        let number = |form: &Form| {
            single(form)
                && (form.text.chars().all(char::is_numeric) || cardinal(&form.text).is_some())
        };
        let letter = |form: &Form| {
            single(form) && form.text.len() == 1 && form.text.as_bytes()[0].is_ascii_lowercase()
        };
        let mut taken: Vec<String> = forms
            .iter()
            .flat_map(|form| form.words.iter().cloned())
            .collect();
        taken.sort_unstable();
        taken.dedup();
        Self {
            count,
            numbers: !forms.iter().any(number),
            letters: !forms.iter().any(letter),
            taken,
        }
    }

    /// The choice when the answer is nothing but a position.
    pub(super) fn of(
        &self,
        words: &[Token],
        exact: &HashMap<String, Owner>,
    ) -> Option<Extracted<usize>> {
        let mut rest: Vec<&Token> = words.iter().collect();
        while rest.len() > 1 && rest.first().is_some_and(|word| is_filler(&word.text)) {
            rest.remove(0);
        }
        while rest.len() > 1 && rest.last().is_some_and(|word| is_tail(&word.text)) {
            rest.pop();
        }
        let [word] = rest.as_slice() else {
            return self.counted_back(&rest);
        };
        let choice = self.single(&word.text).or_else(|| {
            // "option two" where the values are numbers.
            let number = cardinal(&word.text)?.to_string();
            exact
                .get(&number)
                .filter(|owner| !owner.shared)
                .map(|owner| owner.choice)
        })?;
        Some(Extracted::new(choice, word.span.clone(), 0.95))
    }

    /// Every word a position ("1 3 4", "a c"), or nothing.
    pub(super) fn each(&self, words: &[Token]) -> Vec<Extracted<usize>> {
        let found: Option<Vec<_>> = words
            .iter()
            .map(|word| {
                Some(Extracted::new(
                    self.single(&word.text)?,
                    word.span.clone(),
                    0.9,
                ))
            })
            .collect();
        found.unwrap_or_default()
    }

    fn single(&self, word: &str) -> Option<usize> {
        if self.taken.iter().any(|taken| taken == word) {
            return None;
        }
        let within = |index: usize| (index < self.count).then_some(index);
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            let number: usize = word.parse().ok()?;
            return if self.numbers {
                within(number.checked_sub(1)?)
            } else {
                None
            };
        }
        if let [letter @ b'a'..=b'z'] = word.as_bytes() {
            return if self.letters {
                within(usize::from(letter - b'a'))
            } else {
                None
            };
        }
        if matches!(
            word,
            "last" | "ultimo" | "ultima" | "letzte" | "letzten" | "letzter" | "letztes" | "bottom"
        ) {
            return self.count.checked_sub(1);
        }
        if matches!(word, "top" | "former") {
            return (word == "top" || self.count == 2)
                .then_some(0)
                .filter(|_| self.count > 0);
        }
        if word == "latter" {
            return (self.count == 2).then_some(1);
        }
        if word == "middle" {
            return (self.count % 2 == 1).then_some(self.count / 2);
        }
        if let Some(index) = ordinal(word) {
            return within(index);
        }
        if self.numbers {
            within(cardinal(word)?.checked_sub(1)?)
        } else {
            None
        }
    }

    /// "second to last", "next to last".
    fn counted_back(&self, rest: &[&Token]) -> Option<Extracted<usize>> {
        let [first, middle, last] = rest else {
            return None;
        };
        if !matches!(middle.text.as_str(), "to" | "from")
            || !matches!(last.text.as_str(), "last" | "end" | "bottom")
        {
            return None;
        }
        let back = if first.text == "next" {
            1
        } else {
            ordinal(&first.text)?
        };
        let choice = self.count.checked_sub(back + 1)?;
        Some(Extracted::new(
            choice,
            first.span.start..last.span.end,
            0.95,
        ))
    }
}

/// Words in front of a position that say nothing.
pub(super) fn is_filler(word: &str) -> bool {
    const FILLERS: &[&str] = &[
        "the",
        "option",
        "number",
        "choice",
        "answer",
        "no",
        "nr",
        "num",
        "i",
        "id",
        "ill",
        "im",
        "its",
        "it",
        "is",
        "my",
        "choose",
        "pick",
        "want",
        "take",
        "would",
        "like",
        "will",
        "go",
        "with",
        "for",
        "select",
        "prefer",
        "think",
        "guess",
        "lets",
        "let",
        "me",
        "have",
        "please",
        "um",
        "uh",
        "well",
        "ok",
        "okay",
        "yes",
        "say",
        "definitely",
        "probably",
        "picked",
        "chose",
        "letter",
        "item",
        "on",
        "la",
        "el",
        "lo",
        "los",
        "las",
        "opcion",
        "numero",
        "quiero",
        "elijo",
        "prefiero",
        "die",
        "der",
        "das",
        "den",
        "nummer",
        "antwort",
        "ich",
        "nehme",
        "mochte",
        "wahle",
        "a",
        "o",
        "os",
        "as",
        "opcao",
        "quero",
        "escolho",
        "prefiro",
        "to",
        "choosing",
        "going",
        "hmm",
        "so",
        "then",
        "que",
    ];
    FILLERS.contains(&word)
}

/// Words behind a position that say nothing.
pub(super) fn is_tail(word: &str) -> bool {
    const TAILS: &[&str] = &[
        "one", "option", "choice", "please", "thanks", "thank", "you", "of", "them", "those",
        "these", "the", "above", "answer", "opcion", "opcao", "por", "favor", "bitte", "gracias",
        "obrigado", "obrigada", "item", "is", "good", "fine", "sounds", "best", "three", "two",
        "four", "apply",
    ];
    TAILS.contains(&word)
}
