use super::{BoxInfo, BoxType, Example, FlowBox, Group, Next};
use crate::run::Run;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// Goes different ways by the user's flags. The conditions stand on its links: `has_flag`, `lacks_flag`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FlagCondition {}

impl BoxType for FlagCondition {
    fn info() -> BoxInfo {
        BoxInfo { title: "Flag condition", group: Group::Decide, icon: "flag", asks: false }
    }

    fn enter(&self, _: &mut Run<'_>, _: &FlowBox) -> Next {
        Next::Leave
    }

    fn examples() -> Vec<Example> {
        let settings = json!({"id": "it", "type": "flag_condition"});
        let links = json!([{"from": "it", "to": "welcome back", "when": {"op": "has_flag", "value": "vip"}}, {"from": "it", "to": "welcome"}]);
        vec![
            Example::new("A user with the flag", settings.clone(), links.clone(), json!([{"bot": "welcome back"}]))
                .given(json!({"flags": ["vip"]})),
            Example::new("A user without it", settings, links, json!([{"bot": "welcome"}])),
        ]
    }
}
