use super::{Answer, BoxInfo, BoxType, Check, Example, Group, Said};
use crate::Context;
use serde::Deserialize;
use serde_json::json;
use smartbot_model::field::FieldType;
use smartbot_nlu::Knowledge;
use utoipa::ToSchema;

/// Asks for a telephone number. It is kept in the international form.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Phone {
    /// The country of numbers without a country code, as two letters. Without it the session's region counts.
    #[serde(default)]
    #[schema(pattern = "^[A-Z]{2}$")]
    region: Option<String>,
}

impl BoxType for Phone {
    fn info() -> BoxInfo {
        BoxInfo { title: "Phone", group: Group::Ask, icon: "phone", asks: true }
    }

    fn check(&self, check: &mut Check) {
        if self.region.as_ref().is_some_and(|it| it.len() != 2 || !it.bytes().all(|it| it.is_ascii_uppercase())) {
            check.bad("region", "The region is a country as two capital letters, such as `US`.");
        }
    }

    fn answers(&self) -> Option<FieldType> {
        Some(FieldType::Phone)
    }

    fn extract(&self, said: Said<'_>, cx: &Context<'_>) -> Option<Answer> {
        smartbot_nlu::phone(said.text, self.region.as_deref().unwrap_or(cx.region)).map(Answer::found)
    }

    fn needs(&self) -> Option<Knowledge> {
        Some(Knowledge::Phones)
    }

    fn examples() -> Vec<Example> {
        vec![Example::new(
            "Keeps the international form",
            json!({"id": "it", "type": "phone", "text": "Your number?", "save_to": "user_phone"}),
            json!([{"from": "it", "to": "bye", "when": {"op": "has_valid_value"}}]),
            json!([{"bot": "Your number?"}, {"user": "(213) 373-4253"}, {"field": {"name": "user_phone", "value": "+12133734253"}}, {"bot": "bye"}]),
        )]
    }
}
