//! The small talk of a workspace: what every bot answers to thanks and greetings when nothing else fits.
use crate::turns::is_language_tag;
use crate::{Error, Result};
use smartbot_flow::Faq;
use smartbot_flow::faq::MAX_PHRASES;
use smartbot_model::chit_chat::ChitChat;

/// The most entries.
const MAX_ENTRIES: usize = 500;

/// The longest answer and the longest phrase, in characters.
const MAX_CHARS: usize = 2_000;

/// Refuses what cannot be meant.
pub(crate) fn check(script: &ChitChat) -> Result<()> {
    let refuse =
        |pointer: String, message: &str| Err(Error::invalid(pointer, "invalid_value", message));
    if script.entries.len() > MAX_ENTRIES {
        return refuse("/entries".into(), "There are at most 500 entries.");
    }
    for (place, entry) in script.entries.iter().enumerate() {
        let at = |key: &str| format!("/entries/{place}/{key}");
        let id = &entry.id;
        if id.is_empty() || id.len() > 64 || id.contains(char::is_whitespace) {
            return refuse(
                at("id"),
                "An id has 1 to 64 characters without white space.",
            );
        }
        if script.entries[..place].iter().any(|it| it.id == *id) {
            return refuse(at("id"), "Two entries have this id.");
        }
        let is_long = |it: &str| it.chars().count() > MAX_CHARS;
        let is_empty = |it: &String| it.trim().is_empty() || is_long(it);
        if !(1..=MAX_PHRASES).contains(&entry.phrases.len()) || entry.phrases.iter().any(is_empty) {
            return refuse(
                at("phrases"),
                "An entry has 1 to 50 phrases of at most 2,000 characters.",
            );
        }
        if entry.answer.trim().is_empty() || is_long(&entry.answer) {
            return refuse(at("answer"), "Give an answer of at most 2,000 characters.");
        }
        if entry
            .language
            .as_deref()
            .is_some_and(|it| !is_language_tag(it))
        {
            return refuse(at("language"), "Give the language as in BCP 47: en, es-MX.");
        }
    }
    match compile(script, "en") {
        Ok(_) => Ok(()),
        Err((place, why)) => refuse(
            format!("/entries/{place}/answer"),
            &format!("The answer cannot be read: {why}."),
        ),
    }
}

/// Ready to be asked.
pub(crate) fn compile(script: &ChitChat, language: &str) -> Result<Faq, (usize, String)> {
    let entries = script.entries.iter().map(|it| {
        let (id, language) = (it.id.as_str(), it.language.as_deref());
        (id, it.phrases.as_slice(), it.answer.as_str(), language)
    });
    Faq::small_talk(entries, language)
}
