use super::{BoxInfo, BoxType, Check, Example, FlowBox, Group, Next};
use crate::run::Run;
use serde::Deserialize;
use serde_json::json;
use std::{borrow::Cow, collections::BTreeMap, sync::Arc};
use utoipa::ToSchema;

/// Sends users different ways by weight: the same user always the same way. Its links say `{"op":"split_is","value":"a"}`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Split {
    /// The shares by name.
    #[schema(value_type = BTreeMap<String, u32>, extensions(("x-widget" = json!("weights"))))]
    weights: BTreeMap<Arc<str>, u32>,
}

impl Split {
    fn draw_weight(&self, number: u64) -> Option<&Arc<str>> {
        let total: u64 = self.weights.values().map(|it| u64::from(*it)).sum();
        let mut rest = number.checked_rem(total)?;
        self.weights.iter().find_map(|(name, weight)| match rest.checked_sub(u64::from(*weight)) {
            Some(left) => {
                rest = left;
                None
            }
            None => Some(name),
        })
    }
}

impl BoxType for Split {
    fn info() -> BoxInfo {
        BoxInfo { title: "Split", group: Group::Decide, icon: "split", asks: false }
    }

    fn check(&self, check: &mut Check) {
        if self.weights.len() < 2 || self.weights.values().all(|it| *it == 0) {
            check.bad("weights", "A split needs two or more weights, not all of them 0.");
        }
        if self.weights.keys().any(|it| it.is_empty()) {
            check.bad("weights", "Every weight needs a name.");
        }
    }

    fn choices(&self) -> Option<Vec<Cow<'_, str>>> {
        Some(self.weights.keys().map(|it| (&**it).into()).collect())
    }

    fn enter(&self, run: &mut Run<'_>, here: &FlowBox) -> Next {
        let number = run.user_number(here);
        run.split = self.draw_weight(number).cloned();
        Next::Leave
    }

    fn examples() -> Vec<Example> {
        vec![Example::new(
            "All on one side",
            json!({"id": "it", "type": "split", "weights": {"a": 0, "b": 100}}),
            json!([{"from": "it", "to": "A", "when": {"op": "split_is", "value": "a"}}, {"from": "it", "to": "B", "when": {"op": "split_is", "value": "b"}}]),
            json!([{"bot": "B"}]),
        )]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_falls_to_a_weight_in_proportion() {
        let split: Split = serde_json::from_value(json!({"weights": {"a": 1, "b": 3, "c": 0}})).unwrap();
        let drawn: Vec<&str> = (0..8).filter_map(|it| split.draw_weight(it)).map(|it| &**it).collect();
        assert_eq!(drawn, ["a", "b", "b", "b", "a", "b", "b", "b"]);
    }
}
