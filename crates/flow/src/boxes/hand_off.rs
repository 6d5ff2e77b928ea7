use super::{BoxInfo, BoxType, Check, Example, FlowBox, Group, Next, Use, reads};
use crate::{Effect, run::Run, state::Waits, template::Template};
use serde::Deserialize;
use serde_json::json;
use smartbot_model::user::is_valid_flag;
use std::sync::Arc;
use utoipa::ToSchema;

/// Hands the chat to an agent and waits until the agent gives it back; then the links are followed. With a link `{"op":"no_agent"}` that link is followed at once when nobody is available.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HandOff {
    /// Only agents who see this flag are asked.
    #[serde(default)]
    #[schema(value_type = Option<String>, extensions(("x-widget" = json!("flag"))))]
    flag: Option<Arc<str>>,
    /// What the bot says while the user waits.
    #[serde(default)]
    #[schema(value_type = Option<String>, extensions(("x-widget" = json!("template")), ("x-multiline" = json!(true))))]
    message: Option<Template>,
}

impl BoxType for HandOff {
    fn info() -> BoxInfo {
        BoxInfo { title: "Hand off to an agent", group: Group::Do, icon: "headset", asks: false }
    }

    fn check(&self, check: &mut Check) {
        if let Some(flag) = self.flag.as_ref().filter(|it| !is_valid_flag(it)) {
            check.bad("flag", format!("`{flag}` cannot name a flag."));
        }
    }

    fn uses(&self, visit: &mut dyn FnMut(Use<'_>)) {
        if let Some(message) = &self.message {
            reads(message, visit);
        }
        if let Some(flag) = &self.flag {
            visit(Use::Flag(flag));
        }
    }

    fn enter(&self, run: &mut Run<'_>, here: &FlowBox) -> Next {
        if here.has_no_agent && !run.cx.agents_available {
            run.no_agent = true;
            run.missed_agents = true;
            return Next::Leave;
        }
        if let Some(message) = &self.message {
            run.say(here, message);
        }
        run.effects.push(Effect::HandOff { flag: self.flag.clone(), box_id: here.id.clone() });
        Next::Wait(Waits::Agent)
    }

    fn examples() -> Vec<Example> {
        let settings = json!({"id": "it", "type": "hand_off", "flag": "billing", "message": "One moment, please."});
        let links = json!([{"from": "it", "to": "nobody here", "when": {"op": "no_agent"}}, {"from": "it", "to": "bye"}]);
        vec![
            Example::new(
                "An agent takes the chat and gives it back",
                settings.clone(),
                links.clone(),
                json!([{"bot": "One moment, please."}, {"hand_off": true}, {"awaiting": "agent"}, {"user": "hello?"}, {"agent_returned": true}, {"bot": "bye"}]),
            )
            .given(json!({"agents_available": true})),
            Example::new("Nobody is there", settings, links, json!([{"bot": "nobody here"}, {"ended": true}])),
        ]
    }
}
