//! The document of a bot, read leniently: what cannot be understood becomes a finding and stays as it was written.
mod boxes;
mod read;

use crate::{
    Finding,
    boxes::{Advanced, Question, Settings, Use},
    condition::Condition,
};
use crate::{boxes::common::Notify, faq::Faq};
use serde::Deserialize;
use serde_json::Value;
use smartbot_model::field::{FieldDefinition, FieldType};
use std::sync::Arc;
use utoipa::ToSchema;

pub(crate) use read::is_language;

/// The format that this version reads and writes.
pub const FORMAT: &str = "smartbot/1";
/// The most boxes of a bot.
pub const MAX_BOXES: usize = 100_000;
/// The most links of a bot.
pub const MAX_LINKS: usize = 400_000;

/// A bot as it was understood. Whoever keeps drafts keeps the JSON itself: what cannot be read is only a finding here.
#[derive(Debug, Clone)]
pub struct BotDocument {
    /// Its short public name.
    pub function_id: String,
    /// Its name for people.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The language that it speaks.
    pub language: String,
    /// More languages that it understands.
    pub languages: Vec<String>,
    /// The fields that it declares.
    pub fields: Vec<FieldDefinition>,
    /// The box that it begins with.
    pub start: String,
    pub(crate) boxes: Vec<BoxDocument>,
    pub(crate) links: Vec<LinkDocument>,
    /// The questions of a FAQ bot, which has one box of its own and no links.
    pub(crate) faq: Option<Arc<Faq>>,
    /// The FAQ bot that answers when no link holds.
    pub(crate) catch_all: Option<CatchAll>,
    /// The words that start the bot when they are typed after a `#`, in small letters.
    pub(crate) hashtags: Vec<Arc<str>>,
    /// Whom to notify when a session begins.
    pub(crate) notify_on_start: Option<Notify>,
    problems: Vec<Finding>,
}

/// A box as it is written; `read` is `None` if it has a problem.
#[derive(Debug, Clone)]
pub(crate) struct BoxDocument {
    pub(crate) id: String,
    pub(crate) title: Option<String>,
    pub(crate) read: Option<Arc<ReadBox>>,
}

/// A box that was understood.
#[derive(Debug)]
pub(crate) struct ReadBox {
    pub(crate) settings: Arc<Settings>,
    pub(crate) question: Option<Question>,
    pub(crate) advanced: Advanced,
}

/// The FAQ bot that answers when no link of a box holds.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CatchAll {
    /// The FAQ bot.
    #[schema(value_type = String, extensions(("x-widget" = json!("bot"))))]
    pub(crate) function_id: Arc<str>,
    /// How well a question must fit, from 0 to 1; as the FAQ bot says unless given.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1)]
    pub(crate) threshold: Option<f32>,
}

/// A link as it is written.
#[derive(Debug, Clone)]
pub(crate) struct LinkDocument {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) when: Option<Arc<Condition>>,
    /// Equal for conditions that are written alike.
    pub(crate) fingerprint: u64,
    /// Whether its condition could not be understood.
    pub(crate) broken: bool,
}

impl BotDocument {
    /// What [`parse`] found.
    pub fn problems(&self) -> &[Finding] {
        &self.problems
    }

    /// What kind of bot it is: `flow` or `faq`.
    pub const fn kind(&self) -> &'static str {
        if self.faq.is_some() { "faq" } else { "flow" }
    }

    /// The ids of its boxes, in their order.
    pub fn box_ids(&self) -> impl Iterator<Item = &str> {
        self.boxes.iter().map(|it| it.id.as_str())
    }
}

impl ReadBox {
    /// Visits the fields that the box writes, with the type of what it writes.
    pub(crate) fn writes(&self, visit: &mut dyn FnMut(&str, Option<FieldType>)) {
        let it = self.settings.as_box();
        if let Some(name) = self.question.as_ref().and_then(|it| it.save_to.as_deref()) {
            let consent = matches!(&*self.settings, Settings::Consent(_));
            visit(
                name,
                if consent {
                    Some(FieldType::Json)
                } else {
                    it.answers()
                },
            );
        }
        it.uses(&mut |it| {
            if let Use::Writes(name, written) = it {
                visit(name, written);
            }
        });
    }
}

/// Reads a document. Malformed parts become findings and are left out.
/// [`crate::validate`] finds what is wrong with well-formed ones.
pub fn parse(value: &Value) -> (BotDocument, Vec<Finding>) {
    let doc = read::document(value);
    let findings = doc.problems.clone();
    (doc, findings)
}

/// Whether a text can be a bot's short public name.
pub fn is_function_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-'))
}
