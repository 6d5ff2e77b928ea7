use super::{BoxInfo, BoxType, Example, FlowBox, Group, Next};
use crate::run::Run;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// Goes different ways by what is known. The conditions stand on its links and name their fields.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConditionBox {}

impl BoxType for ConditionBox {
    fn info() -> BoxInfo {
        BoxInfo { title: "Condition", group: Group::Decide, icon: "git-branch", asks: false }
    }

    fn enter(&self, _: &mut Run<'_>, _: &FlowBox) -> Next {
        Next::Leave
    }

    fn examples() -> Vec<Example> {
        vec![
            Example::new(
                "Bands of a score",
                json!({"id": "it", "type": "condition"}),
                json!([{"from": "it", "to": "severe", "when": {"op": "ge", "field": "score", "value": 20}},
                       {"from": "it", "to": "moderate", "when": {"op": "between", "field": "score", "values": [10, 19]}},
                       {"from": "it", "to": "mild"}]),
                json!([{"bot": "moderate"}]),
            )
            .given(json!({"variables": {"score": 12}})),
            Example::new(
                "Outside of the opening hours",
                json!({"id": "it", "type": "condition"}),
                json!([{"from": "it", "to": "we are here", "when": {"op": "within_hours"}}, {"from": "it", "to": "come again"}]),
                json!([{"bot": "come again"}]),
            )
            .given(json!({"within_hours": false})),
        ]
    }
}
