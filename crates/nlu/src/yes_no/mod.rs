//! Yes or no: a lexicon per language, negation, emoji, and slips in longer words.

mod lexicon;

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::input::{Extracted, MAX_INPUT_CHARS, trimmed};
use crate::language::Language;
use crate::normal::{Token, tokens, with_normalised};
use crate::similarity::words_alike;
use lexicon::{EMOJI_NO, EMOJI_YES, Lexicon};

/// What a phrase says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Yes,
    No,
    /// "maybe", "I don't know": an answer, but neither; it also shields the words inside it.
    Neither,
}

/// How much a phrase weighs outside of the beginning of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    /// Counts wherever it stands ("yes", "nope").
    Anywhere,
    /// Counts only when the sentence starts with it or is it ("right", "sure", "I do").
    AtStart,
    /// Counts only as the whole answer ("y", "1", "s").
    Alone,
}

struct Compiled {
    phrases: HashMap<&'static str, (Says, Weight)>,
    fillers: Vec<&'static str>,
    negations: Vec<&'static str>,
    contrasts: Vec<&'static str>,
    longest: usize,
}

static COMPILED: [LazyLock<Compiled>; 4] = [
    LazyLock::new(|| compile(&lexicon::ENGLISH)),
    LazyLock::new(|| compile(&lexicon::SPANISH)),
    LazyLock::new(|| compile(&lexicon::GERMAN)),
    LazyLock::new(|| compile(&lexicon::PORTUGUESE)),
];

fn compile(source: &'static Lexicon) -> Compiled {
    let mut phrases = HashMap::new();
    let lists = [
        (source.yes_anywhere, Says::Yes, Weight::Anywhere),
        (source.yes_at_start, Says::Yes, Weight::AtStart),
        (source.yes_alone, Says::Yes, Weight::Alone),
        (EMOJI_YES, Says::Yes, Weight::Anywhere),
        (source.no_anywhere, Says::No, Weight::Anywhere),
        (source.no_at_start, Says::No, Weight::AtStart),
        (source.no_alone, Says::No, Weight::Alone),
        (EMOJI_NO, Says::No, Weight::Anywhere),
        (source.neither, Says::Neither, Weight::Anywhere),
    ];
    for (list, says, weight) in lists {
        for phrase in lexicon::phrases(list) {
            phrases.insert(phrase, (says, weight));
        }
    }
    let longest = phrases
        .keys()
        .map(|phrase| phrase.split(' ').count())
        .max()
        .unwrap_or(1);
    Compiled {
        phrases,
        fillers: lexicon::phrases(source.fillers).collect(),
        negations: lexicon::phrases(source.negations).collect(),
        contrasts: lexicon::phrases(source.contrasts).collect(),
        longest,
    }
}

pub(crate) fn warm(language: &str) {
    LazyLock::force(&COMPILED[Language::of(language).index()]);
    LazyLock::force(&COMPILED[Language::English.index()]);
}

/// Whether the answer says yes (`true`) or no (`false`); `None` for neither and for both.
///
/// The whole answer is looked up first (confidence 1). Then a sentence is read: what it begins with decides (0.9),
/// else the one polarity that its words have (0.7), else a plain negation such as "I don't smoke" (0.6). Questions
/// without an answer in front, "maybe", "I don't know" and "yes and no" are `None`. English is understood in every
/// language for answers that are a single phrase.
pub fn yes_no(input: &str, language: &str) -> Option<Extracted<bool>> {
    let (text, start) = trimmed(input, MAX_INPUT_CHARS)?;
    let language = Language::of(language);
    let whole = start..start + text.len();
    let compiled = &*COMPILED[language.index()];
    let exact = with_normalised(text, |key| exact(compiled, language, key));
    let (answer, confidence) = match exact {
        Some(Says::Yes) => (true, 1.0),
        Some(Says::No) => (false, 1.0),
        Some(Says::Neither) => return None,
        None => {
            let found = Sentence::read(compiled, text).answer()?;
            let span = start + found.span.start..start + found.span.end;
            return Some(Extracted::new(found.value, span, found.confidence));
        }
    };
    Some(Extracted::new(answer, whole, confidence))
}

fn exact(compiled: &Compiled, language: Language, key: &str) -> Option<Says> {
    let own = compiled.phrases.get(key).map(|(says, _)| *says);
    if own.is_some() || language == Language::English {
        return own;
    }
    COMPILED[Language::English.index()]
        .phrases
        .get(key)
        .map(|(says, _)| *says)
}

/// A phrase of the lexicon in the sentence.
struct Hit {
    says: Says,
    weight: Weight,
    first: usize,
    last: usize,
}

struct Sentence<'a> {
    compiled: &'a Compiled,
    words: Vec<Token>,
    hits: Vec<Hit>,
    question: bool,
}

impl<'a> Sentence<'a> {
    fn read(compiled: &'a Compiled, text: &str) -> Self {
        let mut words = tokens(text);
        let few = words.len() <= 3;
        for word in &mut words {
            repair(compiled, &mut word.text, few);
        }
        let mut hits = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let longest = compiled.longest.min(words.len() - at);
            let hit = (1..=longest).rev().find_map(|count| {
                let phrase = join(&words[at..at + count]);
                compiled
                    .phrases
                    .get(phrase.as_str())
                    .map(|(says, weight)| Hit {
                        says: *says,
                        weight: *weight,
                        first: at,
                        last: at + count - 1,
                    })
            });
            at = hit.as_ref().map_or(at + 1, |hit| hit.last + 1);
            hits.extend(hit.filter(|hit| hit.weight != Weight::Alone));
        }
        Self {
            compiled,
            words,
            hits,
            question: text.trim_end().ends_with(['?', '？']),
        }
    }

    fn answer(&self) -> Option<Extracted<bool>> {
        self.beginning().unwrap_or_else(|| self.middle())
    }

    /// What the sentence begins with. The outer `None` means: nothing.
    fn beginning(&self) -> Option<Option<Extracted<bool>>> {
        let first = self
            .words
            .iter()
            .position(|word| !self.compiled.fillers.contains(&word.text.as_str()))?;
        let hit = self.hits.iter().find(|hit| hit.first == first)?;
        if hit.says == Says::Neither {
            return Some(None);
        }
        // "I have no allergies": what follows turns it round.
        let turned = hit.says == Says::Yes
            && hit.weight == Weight::AtStart
            && self
                .hits
                .iter()
                .any(|other| other.first == hit.last + 1 && other.says == Says::No);
        if self.negated(hit) || turned {
            return None;
        }
        // "yes and no", "no but yes": the opposite right behind, with nothing but a link in between.
        let opposite = self.hits.iter().any(|other| {
            other.says != hit.says
                && (other.weight == Weight::Anywhere || other.says == Says::Neither)
                && other.first > hit.last
                && self.words[hit.last + 1..other.first]
                    .iter()
                    .all(|word| self.compiled.contrasts.contains(&word.text.as_str()))
                && self.answers_on(hit, other)
        });
        Some(if opposite {
            None
        } else {
            Some(self.extracted(hit, 0.9))
        })
    }

    /// "no yes" has two answers; "yes, no problem" and "yes I have no car" have one.
    fn answers_on(&self, hit: &Hit, other: &Hit) -> bool {
        other.first > hit.last + 1 || other.last + 1 == self.words.len()
    }

    /// The polarity that the words agree on.
    fn middle(&self) -> Option<Extracted<bool>> {
        if self.question || self.hits.iter().any(|hit| hit.says == Says::Neither) {
            return None;
        }
        let mut counted = self
            .hits
            .iter()
            .filter(|hit| hit.weight == Weight::Anywhere);
        if let Some(hit) = counted.next() {
            let says = self.effective(hit);
            return counted.all(|other| self.effective(other) == says).then(|| {
                let mut found = self.extracted(hit, 0.7);
                found.value = says == Says::Yes;
                found
            });
        }
        let negation = self
            .words
            .iter()
            .find(|word| self.compiled.negations.contains(&word.text.as_str()))?;
        Some(Extracted::new(false, negation.span.clone(), 0.6))
    }

    /// "not yes" is no.
    fn effective(&self, hit: &Hit) -> Says {
        if hit.says == Says::Yes && self.negated(hit) {
            Says::No
        } else {
            hit.says
        }
    }

    fn negated(&self, hit: &Hit) -> bool {
        hit.first > 0
            && self
                .compiled
                .negations
                .contains(&self.words[hit.first - 1].text.as_str())
    }

    fn extracted(&self, hit: &Hit, confidence: f32) -> Extracted<bool> {
        let span = self.words[hit.first].span.start..self.words[hit.last].span.end;
        Extracted::new(hit.says == Says::Yes, span, confidence)
    }
}

fn join(words: &[Token]) -> String {
    let mut joined = String::new();
    for word in words {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(&word.text);
    }
    joined
}

/// "yesss" and "nooo" lose their extra letters; in short answers "definitly" becomes the word it was meant to be.
fn repair(compiled: &Compiled, word: &mut String, few: bool) {
    if compiled.phrases.contains_key(word.as_str()) {
        return;
    }
    let length = word.chars().count();
    if let Some(once) = without_repeats(word)
        && compiled.phrases.contains_key(once.as_str())
    {
        *word = once;
        return;
    }
    if few && length >= 5 {
        // The smallest of the candidates, so that the order of the map does not matter.
        let meant = compiled
            .phrases
            .keys()
            .filter(|phrase| {
                phrase.len() >= 5 && !phrase.contains(' ') && words_alike(phrase, word)
            })
            .min();
        if let Some(meant) = meant {
            *word = (*meant).to_owned();
        }
    }
}

/// The word with each run of one letter written once, if it has a run of two or more.
fn without_repeats(word: &str) -> Option<String> {
    let mut once = String::with_capacity(word.len());
    let mut last = None;
    for c in word.chars() {
        if last != Some(c) {
            once.push(c);
        }
        last = Some(c);
    }
    (once.len() < word.len()).then_some(once)
}

#[cfg(test)]
mod tests;
