use super::{Answer, BoxInfo, BoxType, Check, Example, Group, Heard, Said};
use crate::Context;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use smartbot_model::field::FieldType;
use smartbot_nlu::Choices;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Asks for a number on a scale.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(try_from = "Written")]
#[schema(as = Rating)]
pub(crate) struct Rating {
    /// The lowest step.
    #[schema(default = 1, required = false)]
    from: i64,
    /// The highest step.
    #[schema(default = 5, required = false)]
    to: i64,
    /// Words for steps, by step: `{"1": "Bad", "5": "Very good"}`. They are shown, and understood as answers.
    #[schema(value_type = Option<BTreeMap<String, String>>, extensions(("x-widget" = json!("labels"))))]
    labels: Labels,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default = "one")]
    from: i64,
    #[serde(default = "five")]
    to: i64,
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

const fn one() -> i64 {
    1
}

const fn five() -> i64 {
    5
}

/// Words for steps, and the index by which they are looked up.
#[derive(Debug)]
struct Labels {
    by_step: BTreeMap<i64, String>,
    steps: Vec<i64>,
    index: Choices,
}

impl TryFrom<Written> for Rating {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let mut by_step = BTreeMap::new();
        for (step, label) in written.labels {
            let Ok(number) = step.parse::<i64>() else {
                return Err(format!("`labels` has the key `{step}`, which is no step"));
            };
            by_step.insert(number, label);
        }
        let words: Vec<smartbot_nlu::Choice> = by_step
            .iter()
            .map(|(step, label)| smartbot_nlu::Choice { value: step.to_string(), label: label.clone(), synonyms: vec![] })
            .collect();
        let labels = Labels { steps: by_step.keys().copied().collect(), index: Choices::new(&words), by_step };
        Ok(Self { from: written.from, to: written.to, labels })
    }
}

impl BoxType for Rating {
    fn info() -> BoxInfo {
        BoxInfo { title: "Rating", group: Group::Ask, icon: "star", asks: true }
    }

    fn check(&self, check: &mut Check) {
        if self.from >= self.to || self.to.saturating_sub(self.from) > 100 || self.from < -1_000 || self.to > 1_000 {
            check.bad("from", "A scale goes from a lower to a higher step and has at most 101 steps.");
        }
        if let Some(step) = self.labels.by_step.keys().find(|it| !(self.from..=self.to).contains(it)) {
            check.bad("labels", format!("The step {step} is not on the scale."));
        }
    }

    fn answers(&self) -> Option<FieldType> {
        Some(FieldType::Number)
    }

    fn extract(&self, said: Said<'_>, cx: &Context<'_>) -> Option<Answer> {
        // Figures first: with labels from 0 on, "1" means the step, not the first label.
        #[expect(clippy::cast_possible_truncation, reason = "whole and on the scale, which is checked")]
        let on_scale = |it: f64| {
            let whole = it.fract() == 0.0 && it.abs() <= 1_000.0;
            (whole && (self.from..=self.to).contains(&(it as i64))).then_some(it as i64)
        };
        let step = match smartbot_nlu::number(said.text, cx.language) {
            Some(number) => number.map(on_scale),
            None => self.labels.index.one(said.text)?.map(|it| self.labels.steps.get(it).copied()),
        };
        let heard = said.picked.is_none().then(|| Heard::of(&step));
        step.value.map(|it| Answer::new(it).heard(heard))
    }

    fn draw(&self, details: &mut Map<String, Value>) {
        details.insert("from".into(), self.from.into());
        details.insert("to".into(), self.to.into());
        if !self.labels.by_step.is_empty() {
            let labels: Map<String, Value> =
                self.labels.by_step.iter().map(|(step, label)| (step.to_string(), label.as_str().into())).collect();
            details.insert("labels".into(), labels.into());
        }
    }

    fn examples() -> Vec<Example> {
        vec![Example::new(
            "Words for steps",
            json!({"id": "it", "type": "rating", "text": "How often did you feel down?", "from": 0, "to": 3, "save_to": "phq2",
                   "labels": {"0": "Not at all", "1": "Several days", "2": "More than half the days", "3": "Nearly every day"}}),
            json!([{"from": "it", "to": "bye", "when": {"op": "has_valid_value"}}]),
            json!([{"bot": "How often did you feel down?"}, {"awaiting": "rating"}, {"user": "7"}, {"bot": "How often did you feel down?"},
                   {"user": "several days"}, {"field": {"name": "phq2", "value": 1}}, {"bot": "bye"}]),
        )]
    }
}
