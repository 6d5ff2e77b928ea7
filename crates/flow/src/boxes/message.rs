use super::{BoxInfo, BoxType, Check, Example, FlowBox, Group, Next, Use, reads};
use crate::{run::Run, template::Template};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// Says something and goes on at once.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Message {
    /// What the bot says: text with `{field}`, and a light Markdown subset (bold, italics, links, lists).
    #[schema(value_type = String, extensions(("x-widget" = json!("template")), ("x-multiline" = json!(true))))]
    text: Template,
}

impl BoxType for Message {
    fn info() -> BoxInfo {
        BoxInfo { title: "Message", group: Group::Say, icon: "message-square", asks: false }
    }

    fn check(&self, check: &mut Check) {
        if self.text.is_blank() {
            check.bad("text", "The message is empty.");
        }
    }

    fn uses(&self, visit: &mut dyn FnMut(Use<'_>)) {
        reads(&self.text, visit);
    }

    fn enter(&self, run: &mut Run<'_>, here: &FlowBox) -> Next {
        run.say(here, &self.text);
        Next::Leave
    }

    fn examples() -> Vec<Example> {
        vec![
            Example::new(
                "Greets by first name",
                json!({"id": "it", "type": "message", "text": "Hello {user_fname|there}!"}),
                json!([{"from": "it", "to": "bye"}]),
                json!([{"bot": "Hello Ana!"}, {"bot": "bye"}, {"ended": true}]),
            )
            .given(json!({"profile": {"user_fname": "Ana"}})),
            Example::new(
                "Marks who came by",
                json!({"id": "it", "type": "message", "text": "Hello {user_fname|there}!",
                       "advanced": {"assign_flags": ["greeted"], "goal": "greeting", "push_to_webhook": true}}),
                json!([{"from": "it", "to": "bye"}]),
                json!([{"bot": "Hello there!"}, {"flag": "greeted"}, {"goal": "greeting"}, {"pushed": {"box_id": "it"}}, {"bot": "bye"}]),
            ),
        ]
    }
}
