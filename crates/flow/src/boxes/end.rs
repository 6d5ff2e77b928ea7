use super::{BoxInfo, BoxType, Example, FlowBox, Group, Next, Use, reads};
use crate::{run::Run, template::Template};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// Ends the session, or returns to where a jump came from.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct End {
    /// The last words.
    #[serde(default)]
    #[schema(value_type = Option<String>, extensions(("x-widget" = json!("template")), ("x-multiline" = json!(true))))]
    message: Option<Template>,
}

impl BoxType for End {
    fn info() -> BoxInfo {
        BoxInfo { title: "End", group: Group::Do, icon: "circle-stop", asks: false }
    }

    fn uses(&self, visit: &mut dyn FnMut(Use<'_>)) {
        if let Some(message) = &self.message {
            reads(message, visit);
        }
    }

    fn leaves(&self) -> bool {
        false
    }

    fn enter(&self, run: &mut Run<'_>, here: &FlowBox) -> Next {
        if let Some(message) = &self.message {
            run.say(here, message);
        }
        Next::End
    }

    fn examples() -> Vec<Example> {
        vec![
            Example::new(
                "Last words",
                json!({"id": "it", "type": "end", "message": "Goodbye, {user_fname|friend}."}),
                json!([]),
                json!([{"bot": "Goodbye, friend."}, {"ended": true}]),
            ),
        ]
    }
}
