use super::{Answer, BoxInfo, BoxType, Check, Example, Group, Heard, Said};
use crate::{Context, FindingCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use smartbot_model::field::FieldType;
use smartbot_nlu::{Choices, normalise};
use std::{borrow::Cow, collections::HashSet};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ArrayBuilder, RefOr, Schema},
};

/// Offers choices. The answer is the value of the choice, or a list of values.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MultipleChoice {
    /// See `choices_schema`.
    #[schema(schema_with = choices_schema)]
    choices: ChoiceList,
    /// Whether several may be picked.
    #[serde(default)]
    many: bool,
    /// Whether the user may type in their own words; typing errors, synonyms and "the second one" are understood. If not, only a choice's exact value or label counts.
    #[serde(default = "yes")]
    #[schema(default = true)]
    allow_free_text: bool,
}

const fn yes() -> bool {
    true
}

/// One choice.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choice {
    /// What is kept.
    value: String,
    /// What the user sees.
    label: String,
    /// Other words for it.
    #[serde(default)]
    synonyms: Vec<String>,
}

/// The choices and the index by which typed words are looked up.
#[derive(Debug, Deserialize)]
#[serde(from = "Vec<Choice>")]
struct ChoiceList {
    list: Vec<Choice>,
    index: Choices,
    /// Normalised values and labels, for exact answers.
    exact: Vec<(String, usize)>,
}

impl From<Vec<Choice>> for ChoiceList {
    fn from(list: Vec<Choice>) -> Self {
        let words: Vec<smartbot_nlu::Choice> = list
            .iter()
            .cloned()
            .map(|Choice { value, label, synonyms }| smartbot_nlu::Choice { value, label, synonyms })
            .collect();
        let exact = list
            .iter()
            .enumerate()
            .flat_map(|(index, it)| [(normalise(&it.value), index), (normalise(&it.label), index)])
            .collect();
        Self { index: Choices::new(&words), exact, list }
    }
}

impl MultipleChoice {
    fn exact(&self, text: &str) -> Option<usize> {
        self.choices.list.iter().position(|it| it.value == text).or_else(|| {
            let normal = normalise(text);
            self.choices.exact.iter().find(|(it, _)| *it == normal && !normal.is_empty()).map(|(_, index)| *index)
        })
    }

    fn value(&self, index: usize) -> Option<Value> {
        self.choices.list.get(index).map(|it| Value::from(it.value.as_str()))
    }
}

/// With the choices in place: a widget edits them as a table.
fn choices_schema() -> RefOr<Schema> {
    ArrayBuilder::new()
        .items(Choice::schema())
        .description(Some("What can be picked."))
        .min_items(Some(1))
        .extensions(Some([("x-widget", "choices")].into_iter().collect()))
        .into()
}

impl BoxType for MultipleChoice {
    fn info() -> BoxInfo {
        BoxInfo { title: "Multiple choice", group: Group::Ask, icon: "list-checks", asks: true }
    }

    fn check(&self, check: &mut Check) {
        if self.choices.list.is_empty() {
            check.bad("choices", "There is nothing to choose from.");
        }
        let mut seen = HashSet::new();
        for it in &self.choices.list {
            if it.value.is_empty() || it.label.trim().is_empty() {
                check.bad("choices", "Every choice needs a value and a label.");
            } else if !seen.insert(it.value.as_str()) {
                check.report(FindingCode::DuplicateChoice, "choices", format!("Two choices have the value `{}`.", it.value));
            }
        }
    }

    fn answers(&self) -> Option<FieldType> {
        Some(if self.many { FieldType::List } else { FieldType::Choice })
    }

    fn extract(&self, said: Said<'_>, _: &Context<'_>) -> Option<Answer> {
        if let Some(picked) = said.picked {
            let mut indices = picked.iter().map(|it| self.exact(it)).collect::<Option<Vec<_>>>()?;
            indices.sort_unstable();
            indices.dedup();
            return match &*indices {
                [one] if !self.many => self.value(*one).map(Answer::new),
                [_, ..] if self.many => indices.iter().map(|it| self.value(*it)).collect::<Option<Vec<_>>>().map(Answer::new),
                _ => None,
            };
        }
        let exactly = |text: &str| {
            let heard = Heard { span: 0..text.len(), confidence: 1.0 };
            self.exact(text).map(|it| (it, heard))
        };
        if self.many {
            let mut found: Vec<(usize, Heard)> = if self.allow_free_text {
                self.choices.index.many(said.text).into_iter().map(|it| (it.value, Heard::of(&it))).collect()
            } else {
                exactly(said.text).into_iter().collect()
            };
            found.sort_unstable_by_key(|it| it.0);
            found.dedup_by_key(|it| it.0);
            let heard = found.iter().map(|it| it.1.clone()).reduce(Heard::and);
            let values: Vec<Value> = found.into_iter().filter_map(|it| self.value(it.0)).collect();
            return (!values.is_empty()).then(|| Answer::new(values).heard(heard));
        }
        let (index, heard) = if self.allow_free_text {
            let found = self.choices.index.one(said.text)?;
            (found.value, Heard::of(&found))
        } else {
            exactly(said.text)?
        };
        self.value(index).map(|it| Answer::new(it).heard(Some(heard)))
    }

    fn choices(&self) -> Option<Vec<Cow<'_, str>>> {
        Some(self.choices.list.iter().map(|it| it.value.as_str().into()).collect())
    }

    fn draw(&self, details: &mut Map<String, Value>) {
        let choices: Vec<Value> =
            self.choices.list.iter().map(|it| json!({"value": it.value, "label": it.label})).collect();
        details.insert("choices".into(), choices.into());
        details.insert("allow_free_text".into(), self.allow_free_text.into());
        if self.many {
            details.insert("many".into(), true.into());
        }
    }

    fn examples() -> Vec<Example> {
        let choices = json!([
            {"value": "checkup", "label": "Check-up", "synonyms": ["routine visit"]},
            {"value": "vaccine", "label": "Vaccination", "synonyms": ["shot"]},
            {"value": "other", "label": "Something else"}
        ]);
        vec![
            Example::new(
                "One of three",
                json!({"id": "it", "type": "multiple_choice", "text": "What is it about?", "choices": choices, "save_to": "visit"}),
                json!([{"from": "it", "to": "nurse", "when": {"op": "choice_is", "value": "vaccine"}},
                       {"from": "it", "to": "doctor", "when": {"op": "has_valid_value"}}]),
                json!([{"bot": "What is it about?"}, {"awaiting": "multiple_choice"}, {"user": "a vacination"},
                       {"field": {"name": "visit", "value": "vaccine"}}, {"bot": "nurse"}]),
            ),
            Example::new(
                "Several of three, picked with buttons",
                json!({"id": "it", "type": "multiple_choice", "text": "What is it about?", "choices": choices, "many": true, "save_to": "visits"}),
                json!([{"from": "it", "to": "bye", "when": {"op": "has_valid_value"}}]),
                json!([{"bot": "What is it about?"}, {"choose": ["vaccine", "checkup"]},
                       {"field": {"name": "visits", "value": ["checkup", "vaccine"]}}, {"bot": "bye"}]),
            ),
            Example::new(
                "Buttons only",
                json!({"id": "it", "type": "multiple_choice", "text": "Which one?", "choices": choices, "allow_free_text": false, "save_to": "visit"}),
                json!([{"from": "it", "to": "bye", "when": {"op": "has_valid_value"}}]),
                json!([{"bot": "Which one?"}, {"user": "a shot"}, {"bot": "Which one?"}, {"user": "vaccination"},
                       {"field": {"name": "visit", "value": "vaccine"}}, {"bot": "bye"}]),
            ),
        ]
    }
}
