//! What a step looks at on its way: for whoever builds the bot and asks why it went there. Never kept.
use crate::{
    boxes::{Answer, Said},
    effect::BoxId,
};
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;
use utoipa::ToSchema;

/// Something that a step looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// How many effects came before it.
    pub effects: usize,
    /// The box that looked.
    pub box_id: BoxId,
    /// The bot that the box belongs to, when it is not the session's own.
    pub function_id: Option<Arc<str>>,
    /// At what.
    pub looked: Looked,
}

/// What was looked at.
#[derive(Debug, Clone, PartialEq)]
pub enum Looked {
    /// The user's answer: what was understood, if anything.
    Answer(Option<Understood>),
    /// The conditions of links, in their order, up to the first that held: the link's index in the document, and whether it held.
    Links {
        /// Each link with what came of it.
        conditions: Vec<(usize, bool)>,
    },
}

/// What a box understood of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Understood {
    /// The value.
    #[schema(value_type = Object, example = "2026-11-24T10:00:00-08:00")]
    pub value: Value,
    /// The words that it was found in; empty for what was picked.
    #[schema(example = "tomorrow at 10")]
    pub text: String,
    /// Where these words begin in the answer, in UTF-16 units, as JavaScript counts.
    #[schema(example = 0)]
    pub start: usize,
    /// Where they end.
    #[schema(example = 14)]
    pub end: usize,
    /// How sure that is, from 0 to 1.
    #[schema(example = 1.0)]
    pub confidence: f32,
    /// Whether it is an answer to keep; a refused consent is none.
    pub valid: bool,
}

impl Understood {
    pub(crate) fn of(answer: &Answer, said: Said<'_>) -> Self {
        let units = |text: &str| text.encode_utf16().count();
        let heard = answer.heard.as_ref();
        let span = heard.map_or(0..0, |it| it.span.clone());
        let text = said.text.get(span.clone()).unwrap_or_default();
        let start = units(said.text.get(..span.start).unwrap_or_default());
        Self {
            value: answer.value.clone(),
            text: text.to_owned(),
            start,
            end: start + units(text),
            confidence: heard.map_or(1.0, |it| it.confidence),
            valid: answer.valid,
        }
    }
}
