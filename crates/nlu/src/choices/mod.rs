//! One or several of the choices that a box offers.

mod forms;
mod position;
mod score;
mod split;

use std::collections::HashMap;

use crate::input::{Extracted, MAX_INPUT_CHARS, trimmed};
use crate::normal::{Token, normalise, tokens, with_normalised};
use forms::{Form, acronym};
use split::{negated, parts};

/// A choice as the builder wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is saved.
    pub value: String,
    /// What the visitor sees.
    pub label: String,
    /// Other ways to say it.
    pub synonyms: Vec<String>,
}

/// Choices made ready for matching: build it once per box, not per message.
///
/// An answer is tried in this order, and the first step that finds anything decides:
/// 1. value, label or synonym, the whole answer (confidence 1; a value or label wins over another choice's synonym);
/// 2. a position: "2", "b", "option 2", "the second one", "last" (0.95). Numbers only while no choice *is* a number,
///    letters only while no choice is a single letter, ordinals only while no choice has that word in it;
/// 3. a label or synonym inside the answer: "I'd like the dental cleaning please" (0.9);
/// 4. words of exactly one choice, with slips of the fingers, stems and acronyms, by a score that must be high and well
///    above the runner-up (the score itself, below 0.9).
///
/// An answer that fits two choices is `None` in [`one`](Self::one).
#[derive(Debug, Clone)]
pub struct Choices {
    count: usize,
    /// By trimmed lower-case text, for labels that differ only in signs ("< 5", "> 5").
    raw: HashMap<String, Owner>,
    exact: HashMap<String, Owner>,
    forms: Vec<Form>,
    positions: position::Positions,
}

/// Who owns a written form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Owner {
    choice: usize,
    rank: Rank,
    shared: bool,
}

/// How directly a form names its choice; the better one wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Own,
    Synonym,
    Acronym,
}

/// Labels inside an answer.
#[derive(Default)]
struct Inside {
    chosen: Vec<Extracted<usize>>,
    /// One was named to be refused: "not dental".
    refused: bool,
}

impl Choices {
    /// Compiles the choices; their order is their position.
    pub fn new(choices: &[Choice]) -> Self {
        let mut raw = HashMap::new();
        let mut exact = HashMap::new();
        let mut forms: Vec<Form> = Vec::new();
        for (index, choice) in choices.iter().enumerate() {
            let own = [(&choice.label, Rank::Own), (&choice.value, Rank::Own)];
            let synonyms = choice
                .synonyms
                .iter()
                .map(|synonym| (synonym, Rank::Synonym));
            for (written, rank) in own.into_iter().chain(synonyms) {
                claim(&mut raw, written.trim().to_lowercase(), index, rank);
                let normal = normalise(written);
                if normal.is_empty() {
                    continue;
                }
                claim(&mut exact, normal.clone(), index, rank);
                if !forms
                    .iter()
                    .any(|form| form.choice == index && form.text == normal)
                {
                    forms.push(Form::new(index, normal));
                }
            }
            if let Some(acronym) = acronym(&normalise(&choice.label)) {
                claim(&mut exact, acronym, index, Rank::Acronym);
            }
        }
        raw.remove("");
        let positions = position::Positions::new(choices.len(), &forms);
        Self {
            count: choices.len(),
            raw,
            exact,
            forms,
            positions,
        }
    }

    /// How many choices there are.
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The index of the one choice that is meant.
    pub fn one(&self, input: &str) -> Option<Extracted<usize>> {
        let (text, start) = trimmed(input, MAX_INPUT_CHARS)?;
        if let Some(choice) = self.exactly(text) {
            return choice.map(|choice| Extracted::new(choice, start..start + text.len(), 1.0));
        }
        let words = tokens(text);
        let found = self.by_words(&words)?;
        Some(Extracted::new(
            found.value,
            start + found.span.start..start + found.span.end,
            found.confidence,
        ))
    }

    /// The indices of all choices that are meant, in the order of the answer, each once: "1, 3 and 4", "dental and
    /// vision", "all of them", "all except the last". Parts that fit nothing are left out.
    pub fn many(&self, input: &str) -> Vec<Extracted<usize>> {
        let Some((text, start)) = trimmed(input, MAX_INPUT_CHARS) else {
            return Vec::new();
        };
        let mut found = match self.exactly(text) {
            Some(Some(choice)) => vec![Extracted::new(choice, 0..text.len(), 1.0)],
            Some(None) => Vec::new(),
            None => self.several(text),
        };
        for one in &mut found {
            one.span = start + one.span.start..start + one.span.end;
        }
        found
    }

    /// The outer `None` means: no form is exactly this; the inner one: more than one choice is.
    fn exactly(&self, text: &str) -> Option<Option<usize>> {
        let decide = |owner: &Owner| {
            if owner.shared {
                None
            } else {
                Some(owner.choice)
            }
        };
        let normal = with_normalised(text, |key| self.exact.get(key).map(decide));
        match normal {
            Some(Some(choice)) => Some(Some(choice)),
            // Signs may tell apart what letters do not.
            other => {
                let raw = self
                    .raw
                    .get(text)
                    .or_else(|| self.raw.get(&text.to_lowercase()))
                    .map(decide);
                raw.or(other)
            }
        }
    }

    fn by_words(&self, words: &[Token]) -> Option<Extracted<usize>> {
        if let Some(found) = self.positions.of(words, &self.exact) {
            return Some(found);
        }
        let inside = self.contained(words);
        if let Some(first) = inside.chosen.first() {
            let alone = inside.chosen.iter().all(|other| other.value == first.value)
                && !self.rivalled(words, first);
            return alone.then(|| first.clone());
        }
        if inside.refused {
            None
        } else {
            score::best(&self.forms, self.count, words)
        }
    }

    /// "appointment or refill": beside the choice that is named, what stands behind a link resembles another.
    fn rivalled(&self, words: &[Token], named: &Extracted<usize>) -> bool {
        let linked = words.iter().any(|word| {
            matches!(
                word.text.as_str(),
                "or" | "and" | "o" | "y" | "oder" | "und" | "ou" | "e"
            )
        });
        let outside =
            |word: &&Token| word.span.end <= named.span.start || word.span.start >= named.span.end;
        let rest: Vec<Token> = words.iter().filter(outside).cloned().collect();
        linked
            && score::best(&self.forms, self.count, &rest)
                .is_some_and(|other| other.value != named.value)
    }

    /// Forms that stand in the answer word by word, the longest first choice at each place, in the answer's order.
    fn contained(&self, words: &[Token]) -> Inside {
        let mut found = Inside::default();
        let mut at = 0;
        while at < words.len() {
            let longest = self
                .forms
                .iter()
                .filter(|form| !form.bare && form.stands_at(&words[at..]))
                .max_by_key(|form| form.words.len());
            let Some(form) = longest else {
                at += 1;
                continue;
            };
            let end = at + form.words.len();
            let rivals = self
                .forms
                .iter()
                .any(|other| other.choice != form.choice && other.text == form.text);
            if negated(&words[..at]) {
                found.refused = true;
            } else if !rivals {
                let span = words[at].span.start..words[end - 1].span.end;
                found.chosen.push(Extracted::new(form.choice, span, 0.9));
            }
            at = end;
        }
        found
    }

    fn several(&self, text: &str) -> Vec<Extracted<usize>> {
        let words = tokens(text);
        if let Some(all) = self.all(&words) {
            return all;
        }
        let inside = self.contained(&words).chosen;
        let mut found = inside.clone();
        // What lies between the labels is read part by part.
        for part in parts(text, &inside) {
            let words: Vec<Token> = tokens(&text[part.clone()])
                .into_iter()
                .map(|word| Token {
                    span: part.start + word.span.start..part.start + word.span.end,
                    text: word.text,
                })
                .collect();
            // Beside labels, the "a" of "a headache" is no position.
            if words.is_empty()
                || (!inside.is_empty() && words.iter().all(|word| forms::is_small(&word.text)))
            {
                continue;
            }
            match self.exactly(&text[part.clone()]) {
                Some(Some(choice)) => {
                    let span = words[0].span.start..words[words.len() - 1].span.end;
                    found.push(Extracted::new(choice, span, 0.95));
                }
                Some(None) => {}
                None => match self.by_words(&words) {
                    Some(one) => found.push(one),
                    // "1 3 4" without commas.
                    None => found.extend(self.positions.each(&words)),
                },
            }
        }
        found.sort_by_key(|one| one.span.start);
        let mut seen = vec![false; self.count];
        found.retain(|one| {
            seen.get_mut(one.value)
                .is_some_and(|seen| !std::mem::replace(seen, true))
        });
        found
    }

    /// "all of them", "both", "everything but the second".
    fn all(&self, words: &[Token]) -> Option<Vec<Extracted<usize>>> {
        const ALL: &[&str] = &[
            "all",
            "everything",
            "both",
            "todo",
            "todos",
            "todas",
            "ambos",
            "ambas",
            "alle",
            "alles",
            "beide",
            "beides",
            "tudo",
        ];
        const BUT: &[&str] = &[
            "except", "but", "excepto", "menos", "salvo", "ausser", "bis", "exceto", "not", "apart",
        ];
        let first = words
            .iter()
            .position(|word| !position::is_filler(&word.text))?;
        let word = &words[first];
        let pair = matches!(
            word.text.as_str(),
            "both" | "ambos" | "ambas" | "beide" | "beides"
        );
        if !ALL.contains(&word.text.as_str()) || (pair && self.count != 2) {
            return None;
        }
        // A label may begin with "all".
        if self
            .forms
            .iter()
            .any(|form| form.words.contains(&word.text))
        {
            return None;
        }
        let rest = &words[first + 1..];
        let without = match rest
            .iter()
            .position(|word| BUT.contains(&word.text.as_str()))
        {
            Some(at) => vec![self.by_words(&rest[at + 1..])?.value],
            None if rest.iter().all(|word| {
                position::is_filler(&word.text)
                    || position::is_tail(&word.text)
                    || self.resembles(&word.text)
            }) =>
            {
                Vec::new()
            }
            None => return None,
        };
        let chosen = (0..self.count).filter(|choice| !without.contains(choice));
        Some(
            chosen
                .map(|choice| Extracted::new(choice, word.span.clone(), 0.9))
                .collect(),
        )
    }
}

impl Choices {
    /// "knees" of "both knees": a word of the labels, nearly.
    fn resembles(&self, word: &str) -> bool {
        self.forms.iter().any(|form| {
            form.words
                .iter()
                .any(|own| score::likeness(own, word) > 0.0)
        })
    }
}

fn claim(forms: &mut HashMap<String, Owner>, text: String, choice: usize, rank: Rank) {
    let new = Owner {
        choice,
        rank,
        shared: false,
    };
    forms
        .entry(text)
        .and_modify(|owner| {
            if owner.choice != choice {
                match rank.cmp(&owner.rank) {
                    std::cmp::Ordering::Less => *owner = new,
                    std::cmp::Ordering::Equal => owner.shared = true,
                    std::cmp::Ordering::Greater => {}
                }
            }
        })
        .or_insert(new);
}

#[cfg(test)]
mod tests;
