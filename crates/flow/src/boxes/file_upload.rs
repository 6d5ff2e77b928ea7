use super::{Answer, BoxInfo, BoxType, Check, Example, Group, Said};
use crate::Context;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use smartbot_model::{
    field::FieldType,
    file::{TYPES, is_wanted, is_wish},
};
use utoipa::ToSchema;

/// Asks for a file, such as a picture of an insurance card. What is kept of it is `id`, `name`, `type` and `size`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileUpload {
    /// The types that are taken, such as `image/*` or `application/pdf`; all that SmartBot takes unless given.
    #[serde(default)]
    types: Vec<String>,
    /// The largest size in bytes; as large as the workspace takes unless given.
    #[serde(default)]
    #[schema(minimum = 1)]
    max_bytes: Option<u64>,
}

impl BoxType for FileUpload {
    fn info() -> BoxInfo {
        BoxInfo { title: "File upload", group: Group::Ask, icon: "paperclip", asks: true }
    }

    fn check(&self, check: &mut Check) {
        if let Some(wrong) = self.types.iter().find(|it| !is_wish(it)) {
            check.bad("types", format!("`{wrong}` is no type that is taken. There are: {}.", TYPES.join(", ")));
        }
        if self.max_bytes == Some(0) {
            check.bad("max_bytes", "No file is so small.");
        }
    }

    fn answers(&self) -> Option<FieldType> {
        Some(FieldType::Json)
    }

    fn takes_files(&self) -> bool {
        true
    }

    fn extract(&self, said: Said<'_>, _: &Context<'_>) -> Option<Answer> {
        let file = said.file?;
        let fits = is_wanted(&file.r#type, &self.types) && self.max_bytes.is_none_or(|most| file.size <= most);
        fits.then(|| Answer::new(json!({"id": file.id, "name": file.name, "type": file.r#type, "size": file.size})))
    }

    fn draw(&self, details: &mut Map<String, Value>) {
        if !self.types.is_empty() {
            details.insert("types".into(), json!(self.types));
        }
        if let Some(most) = self.max_bytes {
            details.insert("max_bytes".into(), most.into());
        }
    }

    fn examples() -> Vec<Example> {
        vec![
            Example::new(
                "Asks for a picture of a card",
                json!({"id": "it", "type": "file_upload", "text": "Please send a picture of your card.", "types": ["image/*"], "save_to": "card"}),
                json!([{"from": "it", "to": "bye", "when": {"op": "has_valid_value"}}]),
                json!([{"bot": "Please send a picture of your card."}, {"awaiting": "file_upload"},
                       {"file": {"name": "card.png", "type": "image/png", "size": 48213}},
                       {"field": {"name": "card", "value": {"id": "fil_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b", "name": "card.png", "type": "image/png", "size": 48213}}},
                       {"bot": "bye"}]),
            ),
            Example::new(
                "Asks again for what does not fit",
                json!({"id": "it", "type": "file_upload", "text": "Your referral?", "types": ["application/pdf"], "max_bytes": 2_000,
                       "retry_text": "A PDF of at most 2,000 bytes, please.", "save_to": "referral"}),
                json!([{"from": "it", "to": "bye", "when": {"op": "has_valid_value"}}]),
                json!([{"bot": "Your referral?"}, {"user": "I have none"}, {"bot": "A PDF of at most 2,000 bytes, please."},
                       {"file": {"name": "a.png", "type": "image/png"}}, {"bot": "A PDF of at most 2,000 bytes, please."},
                       {"file": {"name": "a.pdf", "type": "application/pdf", "size": 2_001}}, {"bot": "A PDF of at most 2,000 bytes, please."},
                       {"file": {"name": "a.pdf", "type": "application/pdf", "size": 2_000}}, {"bot": "bye"}]),
            ),
        ]
    }
}
