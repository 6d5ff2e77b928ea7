use super::{Answer, BoxInfo, BoxType, Example, Group, Heard, Said};
use crate::{Context, condition::yes_no_word};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use smartbot_model::field::FieldType;
use std::borrow::Cow;
use utoipa::ToSchema;

/// Asks a question that is answered with yes or no.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct YesNo {}

/// Yes or no, picked or typed.
pub(super) fn understand(said: Said<'_>, cx: &Context<'_>) -> Option<(bool, Option<Heard>)> {
    if let Some(word) = yes_no_word(said.text) {
        let heard = Heard { span: 0..said.text.len(), confidence: 1.0 };
        return Some((word, said.picked.is_none().then_some(heard)));
    }
    smartbot_nlu::yes_no(said.text, cx.language).map(|it| (it.value, Some(Heard::of(&it))))
}

/// The two choices that a client draws.
pub(super) fn draw_choices(details: &mut Map<String, Value>) {
    details.insert("choices".into(), json!([{"value": "yes", "label": "Yes"}, {"value": "no", "label": "No"}]));
}

impl BoxType for YesNo {
    fn info() -> BoxInfo {
        BoxInfo { title: "Yes or no", group: Group::Ask, icon: "circle-check", asks: true }
    }

    fn answers(&self) -> Option<FieldType> {
        Some(FieldType::Boolean)
    }

    fn extract(&self, said: Said<'_>, cx: &Context<'_>) -> Option<Answer> {
        understand(said, cx).map(|(it, heard)| Answer::new(it).heard(heard))
    }

    fn choices(&self) -> Option<Vec<Cow<'_, str>>> {
        Some(vec!["yes".into(), "no".into(), "true".into(), "false".into()])
    }

    fn draw(&self, details: &mut Map<String, Value>) {
        draw_choices(details);
    }

    fn examples() -> Vec<Example> {
        vec![Example::new(
            "Two ways on",
            json!({"id": "it", "type": "yes_no", "text": "Is it urgent?", "save_to": "urgent"}),
            json!([{"from": "it", "to": "call 911", "when": {"op": "choice_is", "value": "yes"}},
                   {"from": "it", "to": "good", "when": {"op": "choice_is", "value": "no"}}]),
            json!([{"bot": "Is it urgent?"}, {"awaiting": "yes_no"}, {"user": "purple"}, {"bot": "Is it urgent?"},
                   {"user": "nope"}, {"field": {"name": "urgent", "value": false}}, {"bot": "good"}]),
        )]
    }
}
