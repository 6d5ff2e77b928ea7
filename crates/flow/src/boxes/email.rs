use super::{Answer, BoxInfo, BoxType, Example, Group, Said};
use crate::Context;
use serde::Deserialize;
use serde_json::json;
use smartbot_model::field::FieldType;
use utoipa::ToSchema;

/// Asks for an e-mail address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Email {}

impl BoxType for Email {
    fn info() -> BoxInfo {
        BoxInfo { title: "E-mail", group: Group::Ask, icon: "mail", asks: true }
    }

    fn answers(&self) -> Option<FieldType> {
        Some(FieldType::Email)
    }

    fn extract(&self, said: Said<'_>, _: &Context<'_>) -> Option<Answer> {
        smartbot_nlu::email(said.text).map(Answer::found)
    }

    fn examples() -> Vec<Example> {
        vec![Example::new(
            "Finds the address in a sentence",
            json!({"id": "it", "type": "email", "text": "Your e-mail?", "save_to": "user_email"}),
            json!([{"from": "it", "to": "bye", "when": {"op": "has_valid_value"}}]),
            json!([{"bot": "Your e-mail?"}, {"user": "none"}, {"bot": "Your e-mail?"}, {"user": "it is ana@example.com"},
                   {"field": {"name": "user_email", "value": "ana@example.com"}}, {"bot": "bye"}]),
        )]
    }
}
