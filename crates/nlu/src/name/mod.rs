//! A person's name: by a cue ("my name is …") or bare.
//!
//! No list of known names is asked: every name is right for its bearer. What is refused are texts that are clearly
//! something else: questions, greetings, sentences, numbers, addresses.

mod spelling;
mod split;
mod words;

use crate::input::{Extracted, MAX_INPUT_CHARS, cap};
use crate::normal::{is_apostrophe, with_normalised};
use spelling::{is_particle, spelled};
use split::{After, Word, split};
use words::{DEGREES, GENERATIONS, TITLES, cues};

/// A name and its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonName {
    /// The whole name without title and degrees, with its generational suffix: `Juan de la Cruz Jr.`
    pub full: String,
    /// The first given name; `None` behind a title ("Mrs. Smith") and for a family name alone.
    pub first: Option<String>,
    /// The family name with its particles (`de la Cruz`); in Spanish two of them where there are three names or more.
    pub last: Option<String>,
}

/// Words that a bare name may have, particles counted too.
const MAX_WORDS: usize = 6;
/// Letters that one word of a name may have.
const MAX_LETTERS: usize = 40;

pub(crate) fn warm() {
    let _ = words::sets();
}

/// The name that the text gives. Lower-case and upper-case input is capitalised, mixed case is kept.
///
/// A cue in the language or in English ("my name is", "me llamo", "ich heiße") has confidence 0.95, a weak cue ("I'm",
/// "this is", "soy") 0.85 and only before something that looks like a name; a bare name of two or more words 0.9, of
/// one word 0.75.
pub fn name(input: &str, language: &str) -> Option<Extracted<PersonName>> {
    let text = cap(input, MAX_INPUT_CHARS);
    if text.contains([
        '@', '?', '？', '¿', '<', '>', '{', '}', '=', '\\', '&', '\0',
    ]) || text.contains("://")
    {
        return None;
    }
    if with_normalised(text, |key| {
        key.is_empty() || words::sets().replies.contains(key)
    }) {
        return None;
    }
    let words = split(text);
    if let Some(found) = both_parts(&words) {
        return Some(found);
    }
    let cued = cues(language).iter().find_map(|cue| {
        let after = cue.find(&words)?;
        let part = until_stop(&words[after..], !cue.weak);
        let found = read(
            part,
            language,
            if cue.weak { Trust::Weak } else { Trust::Cue },
        )?;
        Some(Extracted::new(
            found,
            span(part)?,
            if cue.weak { 0.85 } else { 0.95 },
        ))
    });
    cued.or_else(|| bare(&words, language))
}

/// "First name John, last name Smith".
fn both_parts(words: &[Word<'_>]) -> Option<Extracted<PersonName>> {
    let after = |which: &str| {
        let at = words
            .windows(2)
            .position(|pair| pair[0].normal == which && pair[1].normal == "name")?
            + 2;
        Some(if words.get(at)?.normal == "is" {
            at + 1
        } else {
            at
        })
    };
    let (given, family) = (words.get(after("first")?)?, words.get(after("last")?)?);
    let fits = |word: &Word<'_>| word.letters && !is_common(&word.normal);
    if !fits(given) || !fits(family) {
        return None;
    }
    let upright = spelled(&[given.text, family.text]);
    let start = given.start.min(family.start);
    let end = (given.start + given.text.len()).max(family.start + family.text.len());
    let value = PersonName {
        full: upright.join(" "),
        first: upright.first().cloned(),
        last: upright.get(1).cloned(),
    };
    Some(Extracted::new(value, start..end, 0.95))
}

/// How much the place of the words says that they are a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trust {
    Cue,
    Weak,
    Bare,
}

fn span(words: &[Word<'_>]) -> Option<std::ops::Range<usize>> {
    let (first, last) = (words.first()?, words.last()?);
    Some(first.start..last.start + last.text.len())
}

/// The words up to the end of the name: a stop, a comma, or a word that no name has.
fn until_stop<'w, 't>(words: &'w [Word<'t>], strong: bool) -> &'w [Word<'t>] {
    let mut end = 0;
    for (at, word) in words.iter().enumerate() {
        let title = TITLES.contains(&word.normal.as_str());
        // "My name is Will" is a name, "I'm will" is not; behind a strong cue the first word gets the benefit.
        let benefit = strong && at == 0 && is_capitalised(word.text);
        if !word.letters
            || (!title && !benefit && !is_particle(&word.normal) && is_common(&word.normal))
        {
            break;
        }
        end = at + 1;
        let next = words.get(at + 1).map(|next| next.normal.as_str());
        let suffix =
            next.is_some_and(|next| GENERATIONS.contains(&next) || DEGREES.contains(&next));
        if (word.after == After::Stop && !title)
            || (word.after == After::Comma && !suffix)
            || end == MAX_WORDS + 2
        {
            break;
        }
    }
    // "my name is Ana de" ends before the particle.
    while end > 0 && is_particle(&words[end - 1].normal) && end > 1 {
        end -= 1;
    }
    &words[..end]
}

fn bare(words: &[Word<'_>], language: &str) -> Option<Extracted<PersonName>> {
    let mut words = words;
    // "Hi, Jane Doe here"
    while let Some((first, rest)) = words.split_first() {
        if !words::sets().openers.contains(first.normal.as_str()) || rest.is_empty() {
            break;
        }
        words = rest;
    }
    while let Some((last, rest)) = words.split_last() {
        if rest.is_empty()
            || !matches!(
                last.normal.as_str(),
                "here" | "speaking" | "please" | "thanks" | "aqui" | "hier" | "gracias"
            )
        {
            break;
        }
        words = rest;
    }
    if words.is_empty() || words.len() > MAX_WORDS + 2 {
        return None;
    }
    // "Smith, John": the family name first.
    let swapped: Vec<Word<'_>>;
    let (read_words, comma) = match words.iter().position(|word| word.after == After::Comma) {
        Some(at) if at + 1 < words.len() && !is_suffix(&words[at + 1].normal) => {
            swapped = words[at + 1..]
                .iter()
                .chain(&words[..=at])
                .cloned()
                .collect();
            (swapped.as_slice(), Some(at + 1))
        }
        _ => (words, None),
    };
    if words
        .iter()
        .take(words.len() - 1)
        .any(|word| word.after == After::Stop)
        || comma.is_some_and(|family| family > 4)
    {
        return None;
    }
    let mut found = read(read_words, language, Trust::Bare)?;
    if let Some(family) = comma {
        let given = words.len() - family;
        let upright: Vec<String> =
            spelled(&read_words.iter().map(|word| word.text).collect::<Vec<_>>());
        found.first = upright.first().cloned();
        found.last = Some(upright[given..].join(" "));
    }
    let several = read_words.len() > 1;
    Some(Extracted::new(
        found,
        span(words)?,
        if several { 0.9 } else { 0.75 },
    ))
}

fn is_suffix(normal: &str) -> bool {
    GENERATIONS.contains(&normal) || DEGREES.contains(&normal)
}

fn is_common(normal: &str) -> bool {
    words::sets().not_names.contains(normal)
}

fn is_capitalised(text: &str) -> bool {
    text.chars().next().is_some_and(char::is_uppercase)
        && text.chars().skip(1).any(char::is_lowercase)
}

/// The parts of a name; `None` when the words are no name.
fn read(words: &[Word<'_>], language: &str, trust: Trust) -> Option<PersonName> {
    let mut words: Vec<&Word<'_>> = words.iter().collect();
    let mut titled = false;
    while words.len() > 1 && TITLES.contains(&words[0].normal.as_str()) {
        titled = true;
        words.remove(0);
    }
    let mut suffix = None;
    while words.len() > 1 {
        let last = words[words.len() - 1];
        if DEGREES.contains(&last.normal.as_str()) {
            words.pop();
        } else if GENERATIONS.contains(&last.normal.as_str())
            && suffix.is_none()
            && (words.len() > 2 || last.normal.len() > 1)
        {
            suffix = Some(last.text);
            words.pop();
        } else {
            break;
        }
    }
    if words.is_empty() || words.len() > MAX_WORDS || (trust != Trust::Cue && !plausible(&words)) {
        return None;
    }
    let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
    let sound = words.iter().all(|word| {
        word.letters && (1..=MAX_LETTERS).contains(&letters(word.text)) && !possessive(word.text)
    });
    let single = words.len() == 1;
    let short = single && letters(words[0].text) < 2 && words[0].text.is_ascii();
    // A title or a particle alone is nobody.
    let nobody = single
        && (TITLES.contains(&words[0].normal.as_str())
            || (is_particle(&words[0].normal)
                && words[0].normal.len() < 4
                && !is_capitalised(words[0].text)));
    if !sound || short || nobody {
        return None;
    }
    let upright = spelled(&words.iter().map(|word| word.text).collect::<Vec<_>>());
    let mut full = upright.join(" ");
    if let Some(suffix) = suffix {
        full.push(' ');
        full.push_str(&spelling::generation(suffix));
    }
    let normals: Vec<&str> = words.iter().map(|word| word.normal.as_str()).collect();
    let family = family_start(&normals, language);
    let (first, last) = match (single, titled) {
        (true, true) => (None, Some(upright[0].clone())),
        (true, false) => (Some(upright[0].clone()), None),
        (false, _) => (Some(upright[0].clone()), Some(upright[family..].join(" "))),
    };
    Some(PersonName { full, first, last })
}

/// Where the family name begins: at the first particle behind the given name, else at the last word, in Spanish at the
/// last but one of three or more.
fn family_start(normals: &[&str], language: &str) -> usize {
    let last = normals.len().saturating_sub(1);
    if let Some(particle) = normals
        .iter()
        .skip(1)
        .take(last.saturating_sub(1))
        .position(|word| is_particle(word))
    {
        let particle = particle + 1;
        let spanish = crate::language::primary(language).eq_ignore_ascii_case("es");
        // "García de la Cruz" and "María del Carmen Ruiz": the particle's word may be a given name; a name more follows then.
        let behind = normals[particle..]
            .iter()
            .filter(|word| !is_particle(word))
            .count();
        return if spanish
            && behind > 1
            && matches!(normals[particle], "del" | "de")
            && particle == 1
        {
            last + 1 - (behind - 1).min(2)
        } else {
            particle
        };
    }
    if crate::language::primary(language).eq_ignore_ascii_case("es") && normals.len() >= 3 {
        last - 1
    } else {
        last
    }
}

/// "John's": not a name but somebody of his.
fn possessive(text: &str) -> bool {
    let mut end = text.chars().rev();
    matches!(end.next(), Some('s' | 'S')) && end.next().is_some_and(is_apostrophe)
}

/// Whether words without a strong cue are a name: none is a common word. Two words or more with capitals may hold one
/// ("My Tran", "Will Young").
fn plausible(words: &[&Word<'_>]) -> bool {
    let common = words
        .iter()
        .filter(|word| is_common(&word.normal) && !is_particle(&word.normal))
        .count();
    if common == 0 {
        // "de la" alone is not a name.
        return words.iter().any(|word| !is_particle(&word.normal))
            || (words.len() <= 2 && words.iter().all(|word| is_capitalised(word.text)));
    }
    let excusable = |word: &Word<'_>| {
        !is_common(&word.normal) || words::sets().also_names.contains(word.normal.as_str())
    };
    words.len() >= 2
        && common < words.len()
        && words
            .iter()
            .all(|word| is_capitalised(word.text) && excusable(word))
}

#[cfg(test)]
mod tests;
