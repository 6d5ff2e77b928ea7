//! Which of many known questions somebody asks: by the words, give or take slips of the fingers, and by words that mean the same.
//!
//! The seam for other ways of matching: whoever asks only calls [`Questions::best`], and gets a place and a score from 0 to 1.
use crate::input::MAX_INPUT_CHARS;
use crate::normalise;
use crate::similarity::{approximately_equals, words_alike};
use std::collections::{HashMap, HashSet};

/// The most words of a question that are looked at.
const MAX_WORDS: usize = 60;

/// What a word that is nearly a known one counts, beside one that is.
const NEARLY: f32 = 0.9;

/// What words count that all stand in a question which has more.
const TELLING: f32 = 0.75;

/// What a word counts that stands in no question.
const UNKNOWN: f32 = 0.5;

/// A question with all its wordings.
#[derive(Debug, Clone, Default)]
pub struct Question<'a> {
    /// How it may be asked.
    pub phrases: Vec<&'a str>,
    /// The language that it is asked in, BCP 47; in any when there is none.
    pub language: Option<&'a str>,
}

/// The best question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Its place in the list.
    pub place: usize,
    /// How well it fits, from 0 to 1.
    pub score: f32,
}

/// Known questions, ready to be looked through.
#[derive(Debug, Default)]
pub struct Questions {
    languages: Vec<Option<String>>,
    phrases: Vec<Phrase>,
    /// Words that mean the same as another: what they are taken for.
    synonyms: HashMap<String, String>,
    /// Synonyms of several words, the longest first.
    long_synonyms: Vec<(String, String)>,
    words: HashMap<String, Word>,
}

#[derive(Debug)]
struct Phrase {
    question: usize,
    whole: String,
    /// What its words weigh together.
    weight: f32,
}

/// A word of questions.
#[derive(Debug, Default)]
struct Word {
    /// How much it tells: little when it stands everywhere.
    weight: f32,
    /// The phrases that it stands in.
    phrases: Vec<usize>,
}

/// Words that say nothing about what is asked.
const FILLERS: &[(&str, &[&str])] = &[
    (
        "en",
        &[
            "a",
            "an",
            "and",
            "any",
            "are",
            "at",
            "be",
            "been",
            "but",
            "by",
            "can",
            "could",
            "did",
            "do",
            "does",
            "for",
            "from",
            "get",
            "had",
            "has",
            "have",
            "hello",
            "hi",
            "how",
            "i",
            "if",
            "im",
            "in",
            "is",
            "it",
            "its",
            "ive",
            "just",
            "know",
            "like",
            "me",
            "my",
            "need",
            "of",
            "on",
            "or",
            "our",
            "please",
            "should",
            "so",
            "some",
            "tell",
            "thanks",
            "that",
            "the",
            "their",
            "there",
            "they",
            "this",
            "to",
            "us",
            "want",
            "was",
            "we",
            "what",
            "whats",
            "when",
            "where",
            "which",
            "who",
            "will",
            "with",
            "would",
            "you",
            "your",
            "about",
            "am",
            "id",
            "question",
            "wondering",
        ],
    ),
    (
        "es",
        &[
            "a", "al", "como", "con", "cual", "cuales", "cuando", "de", "del", "donde", "el",
            "ella", "en", "es", "esta", "estan", "este", "favor", "hay", "hola", "la", "las", "lo",
            "los", "me", "mi", "mis", "necesito", "o", "para", "pero", "por", "puedo", "que",
            "quien", "quiero", "quisiera", "se", "si", "son", "su", "sus", "tengo", "tiene",
            "tienen", "un", "una", "y", "yo",
        ],
    ),
    (
        "de",
        &[
            "aber", "am", "an", "auch", "auf", "bei", "bitte", "das", "dass", "dem", "den", "der",
            "die", "ein", "eine", "einem", "einen", "einer", "er", "es", "fur", "gibt", "habe",
            "haben", "hallo", "ich", "ihr", "ihre", "im", "in", "ist", "kann", "man", "mein",
            "meine", "mich", "mir", "mit", "muss", "oder", "sie", "sind", "und", "von", "was",
            "wann", "welche", "wer", "wie", "wir", "wo", "wollte", "zu", "zum", "zur",
        ],
    ),
    (
        "pt",
        &[
            "a", "ao", "as", "com", "como", "da", "das", "de", "do", "dos", "e", "em", "esta",
            "eu", "favor", "ha", "la", "me", "meu", "minha", "na", "no", "o", "ola", "onde", "os",
            "ou", "para", "por", "posso", "preciso", "qual", "quais", "quando", "que", "quem",
            "quero", "sao", "se", "seu", "sua", "tem", "tenho", "um", "uma", "voces",
        ],
    ),
];

/// The language without its region.
fn primary(language: &str) -> &str {
    language.split('-').next().unwrap_or(language)
}

/// A word without the endings that mean nothing for what is asked.
fn stem(word: &str) -> &str {
    let shorter = |ending: &str, least: usize| {
        word.strip_suffix(ending)
            .filter(|it| it.chars().count() >= least)
    };
    shorter("ing", 4)
        .or_else(|| shorter("es", 4).filter(|it| it.ends_with(['s', 'x', 'z', 'h'])))
        .or_else(|| shorter("s", 3).filter(|it| !it.ends_with('s')))
        .or_else(|| shorter("ed", 4))
        .unwrap_or(word)
}

impl Questions {
    /// Questions that are asked in `language` where they say nothing else. A group of `synonyms` is words, or groups of words, that mean
    /// the same.
    pub fn new<'a>(
        questions: impl IntoIterator<Item = Question<'a>>,
        synonyms: &[Vec<String>],
        language: &str,
    ) -> Self {
        let mut all = Self::default();
        all.take_synonyms(synonyms);
        let mut stands_in: HashMap<String, HashSet<usize>> = HashMap::new();
        let mut of_phrases: Vec<Vec<String>> = Vec::new();
        for (place, question) in questions.into_iter().enumerate() {
            let spoken = question.language.unwrap_or(language);
            for phrase in &question.phrases {
                let whole = normalise(phrase);
                if whole.is_empty() {
                    continue;
                }
                let words = all.words_of(&whole, spoken);
                for word in &words {
                    stands_in.entry(word.clone()).or_default().insert(place);
                }
                of_phrases.push(words);
                all.phrases.push(Phrase {
                    question: place,
                    whole,
                    weight: 0.0,
                });
            }
            let own = question.language.map(|it| primary(it).to_owned());
            all.languages.push(own);
        }
        let count = all.languages.len().max(1);
        for (word, places) in stands_in {
            let word_of = Word {
                weight: weight(places.len(), count),
                phrases: Vec::new(),
            };
            all.words.insert(word, word_of);
        }
        for (place, words) in of_phrases.into_iter().enumerate() {
            for word in words {
                if let Some(known) = all.words.get_mut(&word) {
                    known.phrases.push(place);
                    all.phrases[place].weight += known.weight;
                }
            }
        }
        all
    }

    fn take_synonyms(&mut self, groups: &[Vec<String>]) {
        for group in groups {
            let words: Vec<String> = group.iter().map(|it| normalise(it)).collect();
            let Some(first) = words.iter().find(|it| !it.is_empty()) else {
                continue;
            };
            // One word, whatever the first of them is made of.
            let meant = first.replace(' ', "_");
            for word in &words {
                if word.contains(' ') {
                    self.long_synonyms.push((word.clone(), meant.clone()));
                } else if !word.is_empty() {
                    self.synonyms.insert(stem(word).to_owned(), meant.clone());
                }
            }
        }
        self.long_synonyms
            .sort_by_key(|it| std::cmp::Reverse(it.0.len()));
    }

    /// The words of a text that tell something, each once; all of them where none does.
    fn words_of(&self, whole: &str, language: &str) -> Vec<String> {
        let mut padded = format!(" {whole} ");
        for (words, meant) in &self.long_synonyms {
            let wanted = format!(" {words} ");
            if padded.contains(&wanted) {
                padded = padded.replace(&wanted, &format!(" {meant} "));
            }
        }
        let fillers = FILLERS
            .iter()
            .find(|it| it.0 == primary(language))
            .map_or(&[] as &[&str], |it| it.1);
        let mut telling: Vec<String> = Vec::new();
        let mut every: Vec<String> = Vec::new();
        for word in padded.split_whitespace().take(MAX_WORDS) {
            let stemmed = stem(word);
            let meant = self.synonyms.get(stemmed).map_or(stemmed, String::as_str);
            if !every.iter().any(|it| it == meant) {
                every.push(meant.to_owned());
                if !fillers.contains(&word) {
                    telling.push(meant.to_owned());
                }
            }
        }
        if telling.is_empty() { every } else { telling }
    }

    /// The question that fits a text best, of those that are asked in this language; of equals the first. None when nothing of it fits.
    pub fn best(&self, text: &str, language: &str) -> Option<Found> {
        let end = text.floor_char_boundary(text.len().min(4 * MAX_INPUT_CHARS));
        let whole = normalise(&text[..end]);
        if whole.is_empty() {
            return None;
        }
        let spoken = |question: usize| {
            let own = self.languages[question].as_deref();
            own.is_none_or(|it| it == primary(language))
        };
        let words = self.words_of(&whole, language);
        let mut all = 0.0;
        let mut matched: HashMap<usize, f32> = HashMap::new();
        for word in &words {
            let known = self.known(word);
            all += known.map_or(UNKNOWN, |it| it.0.weight);
            if let Some((known, likeness)) = known {
                for phrase in &known.phrases {
                    *matched.entry(*phrase).or_default() += known.weight * likeness;
                }
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "a few words")]
        let count = words.len().max(1) as f32;
        let mut best: Option<Found> = None;
        let mut places: Vec<_> = matched.into_iter().collect();
        places.sort_unstable_by_key(|it| it.0);
        for (place, shared) in places {
            let phrase = &self.phrases[place];
            if !spoken(phrase.question) {
                continue;
            }
            let score = if phrase.whole == whole {
                1.0
            } else if approximately_equals(&phrase.whole, &whole) {
                0.98
            } else {
                // Half of one's words in the other and half of the other's in it is half.
                let alike = 2.0 * shared / (phrase.weight + all);
                // A few words that stand in this question and hardly elsewhere say which one is meant.
                let telling = TELLING * shared / count;
                alike.max(telling).min(0.97)
            };
            if best.is_none_or(|it| score > it.score) {
                best = Some(Found {
                    place: phrase.question,
                    score,
                });
            }
        }
        best
    }

    /// The word of questions that a word is, or nearly is.
    fn known(&self, word: &str) -> Option<(&Word, f32)> {
        if let Some(found) = self.words.get(word) {
            return Some((found, 1.0));
        }
        let alike = self.words.iter().filter(|it| words_alike(it.0, word));
        // Of several the first of the alphabet: the same for every look.
        let nearest = alike.min_by_key(|it| it.0.as_str());
        nearest.map(|it| (it.1, NEARLY))
    }
}

/// How much a word tells that stands in so many of all questions: 1 in one of many, less the more.
fn weight(places: usize, count: usize) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "a weight")]
    let (places, count) = (places.max(1) as f32, count as f32);
    let most = (1.0 + count).ln();
    0.3 + 0.7 * ((1.0 + count / places).ln() / most).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clinic() -> Questions {
        let ask = |phrases: &[&'static str]| Question {
            phrases: phrases.to_vec(),
            language: None,
        };
        let synonyms = vec![
            vec![
                "car".to_owned(),
                "automobile".into(),
                "motor vehicle".into(),
            ],
            vec![
                "price".to_owned(),
                "cost".into(),
                "fee".into(),
                "how much".into(),
            ],
        ];
        Questions::new(
            [
                ask(&[
                    "Where can I park my car?",
                    "Is there parking?",
                    "parking garage",
                ]),
                ask(&[
                    "What are your opening hours?",
                    "When are you open?",
                    "Are you open on Saturday?",
                ]),
                ask(&[
                    "Do you take my insurance?",
                    "Which insurance plans do you accept?",
                ]),
                ask(&["What is the price of a visit?"]),
                ask(&["How do I cancel or reschedule an appointment?"]),
                ask(&["Do I need a referral?"]),
                ask(&["What is your fax number?"]),
                ask(&["How are you?"]),
            ],
            &synonyms,
            "en",
        )
    }

    #[test]
    fn what_visitors_ask_finds_its_question() {
        let clinic = clinic();
        for (text, place) in [
            ("Where can I park my car?", 0),
            ("where do i park", 0),
            ("is there any parking for my automobile", 0),
            ("parking?", 0),
            ("GARRAGE", 0),
            ("can i park my motor vehicle", 0),
            ("when do you open", 1),
            ("are you open on saturdays?", 1),
            ("what are the opening hours please", 1),
            ("opening ours", 1),
            ("do you accept my insurance", 2),
            ("insurace", 2),
            ("which insurances do you take", 2),
            ("what does a visit cost", 3),
            ("how much is a visit?", 3),
            ("the fee for a visit", 3),
            ("i want to cancel my apointment", 4),
            ("cancel appointment", 4),
            ("reschedule an appointment", 4),
            ("need a referal?", 5),
            ("do i need a referral from my doctor", 5),
            ("fax number", 6),
            ("whats your fax", 6),
            ("how are you", 7),
            ("How are you??", 7),
        ] {
            let found = clinic.best(text, "en-US");
            assert_eq!(found.map(|it| it.place), Some(place), "{text}: {found:?}");
            assert!(found.is_some_and(|it| it.score >= 0.6), "{text}: {found:?}");
        }
    }

    #[test]
    fn what_nobody_knows_does_not_pass() {
        let clinic = clinic();
        for text in [
            "my knee hurts",
            "tomorrow at 10",
            "Ana Lopez",
            "I would like to talk to somebody about my results",
            "is the doctor a woman",
            "1990-02-03",
            "yes",
            "?",
            "",
        ] {
            let score = clinic.best(text, "en").map_or(0.0, |it| it.score);
            assert!(score < 0.6, "{text}: {score}");
        }
    }

    #[test]
    fn a_question_is_asked_in_its_language() {
        let list = [
            Question {
                phrases: vec!["Where can I park?"],
                language: Some("en"),
            },
            Question {
                phrases: vec!["¿Dónde puedo estacionar?"],
                language: Some("es-MX"),
            },
            Question {
                phrases: vec!["Wi-Fi"],
                language: None,
            },
        ];
        let all = Questions::new(list, &[], "en");
        let place = |text, language| all.best(text, language).map(|it| it.place);
        assert_eq!(place("donde puedo estacionar", "es"), Some(1));
        assert_eq!(place("donde puedo estacionar", "en"), None);
        assert_eq!(place("where can i park", "es-ES"), None);
        assert_eq!(place("wi fi", "de"), Some(2));
    }

    #[test]
    fn the_same_words_score_one_and_a_slip_a_little_less() {
        let clinic = clinic();
        let score = |text| clinic.best(text, "en").map(|it| it.score);
        assert_eq!(score("what is your FAX number"), Some(1.0));
        assert_eq!(score("what is your fax nubmer"), Some(0.98));
        assert!(Questions::default().best("anything", "en").is_none());
    }

    #[test]
    fn many_questions_and_long_texts_are_looked_through_in_no_time() {
        let phrases: Vec<String> = (0..5_000)
            .map(|it| format!("topic{it} of section{}", it % 70))
            .collect();
        let list = phrases.iter().map(|it| Question {
            phrases: vec![it],
            language: None,
        });
        let all = Questions::new(list, &[], "en");
        assert_eq!(
            all.best("topic4711 of section21", "en").map(|it| it.place),
            Some(4_711)
        );
        let long = "unheard words without an end ".repeat(20_000);
        assert!(all.best(&long, "en").is_none_or(|it| it.score < 0.6));
    }
}
