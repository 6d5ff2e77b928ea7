use super::{BoxInfo, BoxType, Check, Example, FlowBox, Group, Next, Use};
use crate::{FindingCode, run::Run};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use utoipa::ToSchema;

/// Goes to another box, or to another bot. With `return` the session comes back when an `end` is reached there and follows the links of this box; without it, it stays there. All share the session's variables.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Jump {
    /// The box to go to.
    #[serde(rename = "box", default)]
    #[schema(value_type = Option<String>, extensions(("x-widget" = json!("box"))))]
    to_box: Option<Arc<str>>,
    /// The bot to go to: its function id. Its live version is used.
    #[serde(default)]
    #[schema(value_type = Option<String>, extensions(("x-widget" = json!("bot"))))]
    function_id: Option<Arc<str>>,
    /// Whether the session comes back.
    #[serde(rename = "return", default)]
    returns: bool,
}

impl BoxType for Jump {
    fn info() -> BoxInfo {
        BoxInfo { title: "Jump", group: Group::Do, icon: "corner-up-right", asks: false }
    }

    fn check(&self, check: &mut Check) {
        if self.to_box.is_some() == self.function_id.is_some() {
            check.report(FindingCode::MissingSetting, "box", "Say where to go: either `box` or `function_id`.");
        }
    }

    fn uses(&self, visit: &mut dyn FnMut(Use<'_>)) {
        if let Some(id) = &self.to_box {
            visit(Use::Box(id));
        }
        if let Some(id) = &self.function_id {
            visit(Use::Bot(id));
        }
    }

    fn leaves(&self) -> bool {
        self.returns
    }

    fn enter(&self, _: &mut Run<'_>, _: &FlowBox) -> Next {
        match (&self.to_box, &self.function_id) {
            (Some(id), _) => Next::Box { id: id.clone(), returns: self.returns },
            (None, Some(id)) => Next::Bot { function_id: id.clone(), returns: self.returns },
            (None, None) => Next::Leave,
        }
    }

    fn examples() -> Vec<Example> {
        vec![
            Example::new(
                "Goes to another box for good",
                json!({"id": "it", "type": "jump", "box": "there"}),
                json!([]),
                json!([{"bot": "I am there."}, {"ended": true}]),
            )
            .beside(json!([{"id": "there", "type": "end", "message": "I am there."}])),
            Example::new(
                "Comes back",
                json!({"id": "it", "type": "jump", "box": "there", "return": true}),
                json!([{"from": "it", "to": "back again"}]),
                json!([{"bot": "I am there."}, {"bot": "back again"}, {"ended": true}]),
            )
            .beside(json!([{"id": "there", "type": "end", "message": "I am there."}])),
        ]
    }
}
