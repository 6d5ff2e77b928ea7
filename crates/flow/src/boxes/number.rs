use super::{Answer, BoxInfo, BoxType, Check, Example, Group, Heard, Said};
use crate::{Context, value};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use smartbot_model::field::FieldType;
use utoipa::ToSchema;

/// Asks for a number; "twenty five" counts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Number {
    /// The smallest number that counts as an answer.
    #[serde(default)]
    min: Option<f64>,
    /// The largest number that counts as an answer.
    #[serde(default)]
    max: Option<f64>,
    /// What is counted, for the client to show: `kg`.
    #[serde(default)]
    unit: Option<String>,
}

impl BoxType for Number {
    fn info() -> BoxInfo {
        BoxInfo { title: "Number", group: Group::Ask, icon: "hash", asks: true }
    }

    fn check(&self, check: &mut Check) {
        if matches!((self.min, self.max), (Some(min), Some(max)) if min > max) {
            check.bad("min", "`min` is above `max`.");
        }
    }

    fn answers(&self) -> Option<FieldType> {
        Some(FieldType::Number)
    }

    fn extract(&self, said: Said<'_>, cx: &Context<'_>) -> Option<Answer> {
        let found = smartbot_nlu::number(said.text, cx.language)?;
        let number = found.value;
        if self.min.is_some_and(|it| number < it) || self.max.is_some_and(|it| number > it) {
            return None;
        }
        value::number(number).map(|it| Answer::new(it).heard(Some(Heard::of(&found))))
    }

    fn draw(&self, details: &mut Map<String, Value>) {
        for (key, bound) in [("min", self.min), ("max", self.max)] {
            if let Some(bound) = bound.and_then(value::number) {
                details.insert(key.into(), bound);
            }
        }
        if let Some(unit) = &self.unit {
            details.insert("unit".into(), unit.as_str().into());
        }
    }

    fn examples() -> Vec<Example> {
        vec![Example::new(
            "Within bounds",
            json!({"id": "it", "type": "number", "text": "How old are you?", "min": 0, "max": 120, "unit": "years", "save_to": "age"}),
            json!([{"from": "it", "to": "adult", "when": {"op": "ge", "value": 18}},
                   {"from": "it", "to": "child", "when": {"op": "lt", "value": 18}}]),
            json!([{"bot": "How old are you?"}, {"user": "300"}, {"bot": "How old are you?"}, {"user": "twenty five"},
                   {"field": {"name": "age", "value": 25}}, {"bot": "adult"}]),
        )]
    }
}
