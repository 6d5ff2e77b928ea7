//! The last step: which choice do the words resemble, and clearly more than any other?

use super::forms::{Form, is_small};
use crate::input::Extracted;
use crate::normal::Token;
use crate::similarity::words_alike;

/// Lowest score that is taken.
const ENOUGH: f32 = 0.62;
/// Distance that the best must have from the runner-up.
const MARGIN: f32 = 0.08;

/// The choice with the best score, unless it is low or another is close.
pub(super) fn best(forms: &[Form], count: usize, words: &[Token]) -> Option<Extracted<usize>> {
    let meaning: Vec<&Token> = words.iter().filter(|word| !is_small(&word.text)).collect();
    let words: Vec<&Token> = if meaning.is_empty() {
        return None;
    } else {
        meaning
    };
    let mut scores = vec![0.0_f32; count];
    for form in forms.iter().filter(|form| !form.bare) {
        let score = resemblance(form, &words);
        if let Some(best) = scores.get_mut(form.choice)
            && score > *best
        {
            *best = score;
        }
    }
    let (choice, best) = scores
        .iter()
        .copied()
        .enumerate()
        .fold(
            (0, 0.0_f32),
            |best, next| {
                if next.1 > best.1 { next } else { best }
            },
        );
    let second = scores
        .iter()
        .enumerate()
        .filter(|(index, _)| *index != choice)
        .map(|(_, score)| *score)
        .fold(0.0, f32::max);
    if best < ENOUGH || best - second < MARGIN {
        return None;
    }
    let (first, last) = (words.first()?, words.last()?);
    Some(Extracted::new(
        choice,
        first.span.start..last.span.end,
        best.min(0.89),
    ))
}

/// From 0 to 1: how much of the answer is in the form, and how much of the form in the answer, weighted by the length
/// of the words. All of a short answer found ("cleaning" of "dental cleaning") is enough; so is all of the form in a
/// sentence.
fn resemblance(form: &Form, words: &[&Token]) -> f32 {
    let own: Vec<&str> = form
        .words
        .iter()
        .map(String::as_str)
        .filter(|word| !is_small(word))
        .collect();
    if own.is_empty() {
        return 0.0;
    }
    let covered = |of: &str, by: &mut dyn Iterator<Item = &str>| {
        by.map(|word| likeness(of, word)).fold(0.0, f32::max)
    };
    let share = |total: f32, got: f32| if total > 0.0 { got / total } else { 0.0 };
    let (mut total, mut got) = (0.0, 0.0);
    for word in &own {
        total += weight(word);
        got += weight(word) * covered(word, &mut words.iter().map(|word| word.text.as_str()));
    }
    let of_form = share(total, got);
    let (mut total, mut got) = (0.0, 0.0);
    for word in words {
        total += weight(&word.text);
        got += weight(&word.text) * covered(&word.text, &mut own.iter().copied());
    }
    let of_answer = share(total, got);
    // Words written together or apart: "primarycare".
    let joined_own: String = own.concat();
    let joined_answer: String = words.iter().map(|word| word.text.as_str()).collect();
    if joined_own.len() >= 6 && words_alike(&joined_own, &joined_answer) {
        return 0.88;
    }
    let (more, less) = if of_form > of_answer {
        (of_form, of_answer)
    } else {
        (of_answer, of_form)
    };
    0.8 * more + 0.2 * less
}

fn weight(word: &str) -> f32 {
    // Lengths are at most the capped input; long words count a little more than short ones.
    f32::from(u16::try_from(word.chars().count().min(12)).unwrap_or(12)) + 2.0
}

/// From 0 to 1: equal, a slip of the fingers, the same stem, or long and alike.
pub(super) fn likeness(a: &str, b: &str) -> f32 {
    if a == b {
        return 1.0;
    }
    if words_alike(a, b) {
        return 0.92;
    }
    let (shorter, longer) = if a.len() < b.len() { (a, b) } else { (b, a) };
    if longer.chars().any(char::is_numeric) {
        return 0.0;
    }
    // "bill" and "billing", "refills" and "refill".
    if shorter.chars().count() >= 4
        && longer.starts_with(shorter)
        && longer.len() - shorter.len() <= 4
    {
        return 0.88;
    }
    if shorter.chars().count() >= 6 && strsim::jaro_winkler(a, b) >= 0.93 {
        return 0.85;
    }
    0.0
}
