use super::{Answer, BoxInfo, BoxType, Example, Group, Heard, Said};
use crate::Context;
use serde::Deserialize;
use serde_json::{Value, json};
use smartbot_model::field::FieldType;
use utoipa::ToSchema;

/// Asks for a person's name. Saved to `user_name`, `user_fname` or `user_lname`, it fills all three as far as they were said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Name {}

impl BoxType for Name {
    fn info() -> BoxInfo {
        BoxInfo { title: "Name", group: Group::Ask, icon: "user", asks: true }
    }

    fn answers(&self) -> Option<FieldType> {
        Some(FieldType::Text)
    }

    fn extract(&self, said: Said<'_>, cx: &Context<'_>) -> Option<Answer> {
        let found = smartbot_nlu::name(said.text, cx.language)?;
        let heard = Heard::of(&found);
        let name = found.value;
        let mut answer = Answer::new(name.full.clone()).heard(Some(heard));
        answer.also.push(("user_name", name.full.into()));
        let parts = [("user_fname", name.first), ("user_lname", name.last)];
        answer.also.extend(parts.into_iter().filter_map(|(field, part)| part.map(|it| (field, Value::from(it)))));
        Some(answer)
    }

    fn examples() -> Vec<Example> {
        vec![
            Example::new(
                "Fills the user's names",
                json!({"id": "it", "type": "name", "text": "What is your name?", "save_to": "user_name"}),
                json!([{"from": "it", "to": "bye", "when": {"op": "has_valid_value"}}]),
                json!([{"bot": "What is your name?"}, {"user": "My name is Ana Lopez"}, {"field": {"name": "user_name", "value": "Ana Lopez"}},
                       {"field": {"name": "user_fname", "value": "Ana"}}, {"field": {"name": "user_lname", "value": "Lopez"}}, {"bot": "bye"}]),
            ),
            Example::new(
                "Somebody else's name leaves the user's alone",
                json!({"id": "it", "type": "name", "text": "Who should we call?", "save_to": "contact"}),
                json!([{"from": "it", "to": "bye"}]),
                json!([{"bot": "Who should we call?"}, {"user": "Ben Lopez"}, {"field": {"name": "contact", "value": "Ben Lopez"}},
                       {"field": {"name": "user_name", "value": null}}, {"bot": "bye"}]),
            ),
        ]
    }
}
