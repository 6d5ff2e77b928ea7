use super::{Answer, BoxInfo, BoxType, Check, Example, Group, Heard, Said};
use crate::Context;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use smartbot_model::field::FieldType;
use utoipa::ToSchema;

/// Asks for a text in the user's own words.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Text {
    /// The fewest characters that count as an answer.
    #[serde(default)]
    #[schema(minimum = 1)]
    min_length: Option<usize>,
    /// The most characters that count as an answer.
    #[serde(default)]
    #[schema(minimum = 1)]
    max_length: Option<usize>,
}

impl BoxType for Text {
    fn info() -> BoxInfo {
        BoxInfo { title: "Text", group: Group::Ask, icon: "text-cursor-input", asks: true }
    }

    fn check(&self, check: &mut Check) {
        if self.max_length == Some(0) || self.max_length.is_some_and(|max| self.min_length.is_some_and(|min| min > max)) {
            check.bad("max_length", "No text is long enough and short enough at once.");
        }
    }

    fn answers(&self) -> Option<FieldType> {
        Some(FieldType::Text)
    }

    fn extract(&self, said: Said<'_>, _: &Context<'_>) -> Option<Answer> {
        let text = said.text.trim();
        if text.is_empty() {
            return None;
        }
        if self.min_length.is_some() || self.max_length.is_some() {
            let length = text.chars().count();
            if self.min_length.is_some_and(|it| length < it) || self.max_length.is_some_and(|it| length > it) {
                return None;
            }
        }
        let start = said.text.len() - said.text.trim_start().len();
        let heard = Heard { span: start..start + text.len(), confidence: 1.0 };
        Some(Answer::new(text).heard(said.picked.is_none().then_some(heard)))
    }

    fn draw(&self, details: &mut Map<String, Value>) {
        for (key, value) in [("min_length", self.min_length), ("max_length", self.max_length)] {
            if let Some(value) = value {
                details.insert(key.into(), value.into());
            }
        }
    }

    fn examples() -> Vec<Example> {
        vec![
            Example::new(
                "Keeps what was said",
                json!({"id": "it", "type": "text", "text": "What can we do for you?", "save_to": "concern"}),
                json!([{"from": "it", "to": "bye"}]),
                json!([{"bot": "What can we do for you?"}, {"awaiting": "text"}, {"user": "  My back hurts "},
                       {"field": {"name": "concern", "value": "My back hurts"}}, {"bot": "bye"}]),
            ),
            Example::new(
                "Asks again until the answer is long enough",
                json!({"id": "it", "type": "text", "text": "Your member number?", "min_length": 4, "max_length": 8,
                       "retry_text": "It has 4 to 8 characters.", "save_to": "member"}),
                json!([{"from": "it", "to": "bye", "when": {"op": "has_valid_value"}}]),
                json!([{"bot": "Your member number?"}, {"user": "12"}, {"bot": "It has 4 to 8 characters."}, {"user": "12345"}, {"bot": "bye"}]),
            ),
        ]
    }
}
