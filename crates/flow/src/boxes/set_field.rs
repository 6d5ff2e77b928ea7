use super::{BoxInfo, BoxType, Check, Example, FlowBox, Group, Next, Use};
use crate::{
    FindingCode,
    context::IDENTITY,
    formula::Formula,
    json_template::JsonTemplate,
    run::Run,
    schema::any_json,
};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use smartbot_model::field::{FieldType, is_valid_name};
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

/// Sets a field: to a literal, to a text with `{field}`, or to what a formula comes to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetField {
    /// The field.
    #[schema(extensions(("x-widget" = json!("field"))))]
    field: String,
    /// See `value_schema`.
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = value_schema, required = false)]
    value: Option<JsonTemplate>,
    /// Arithmetic over fields, such as `phq1 + phq2` or `(weight / (height * height)) | round(1)`. A field that is not set is null; `score|default(0)` helps. `today` and `now` are known. If it does not work out, the field keeps its value.
    #[serde(default)]
    #[schema(value_type = Option<String>, extensions(("x-widget" = json!("formula"))))]
    formula: Option<Formula>,
}

/// Tells an explicit null from an absent key.
fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<JsonTemplate>, D::Error> {
    JsonTemplate::deserialize(from).map(Some)
}

fn value_schema() -> RefOr<Schema> {
    any_json(
        "value",
        "A literal or a template; a lone `{other}` keeps its type, null removes the value.",
    )
}

impl BoxType for SetField {
    fn info() -> BoxInfo {
        BoxInfo { title: "Set field", group: Group::Do, icon: "pencil", asks: false }
    }

    fn check(&self, check: &mut Check) {
        if !is_valid_name(&self.field) {
            check.bad("field", format!("`{}` cannot name a field.", self.field));
        } else if IDENTITY.contains(&self.field.as_str()) {
            check.report(FindingCode::ReadOnlyField, "field", format!("No bot may write `{}`.", self.field));
        }
        if self.value.is_some() == self.formula.is_some() {
            check.report(FindingCode::MissingSetting, "value", "Give either `value` or `formula`.");
        }
    }

    fn uses(&self, visit: &mut dyn FnMut(Use<'_>)) {
        if let Some(value) = &self.value {
            value.paths(&mut |path| visit(Use::Reads(path)));
        }
        if let Some(formula) = &self.formula {
            for name in formula.names() {
                if let Some(path) = crate::scope::Path::parse(name) {
                    visit(Use::Reads(&path));
                }
            }
        }
        let written = match &self.value {
            Some(JsonTemplate::Literal(Value::String(_)) | JsonTemplate::Text(_)) => Some(FieldType::Text),
            Some(JsonTemplate::Literal(Value::Number(_))) => Some(FieldType::Number),
            Some(JsonTemplate::Literal(Value::Bool(_))) => Some(FieldType::Boolean),
            Some(JsonTemplate::List(_)) => Some(FieldType::List),
            _ => None,
        };
        visit(Use::Writes(&self.field, written));
    }

    fn enter(&self, run: &mut Run<'_>, here: &FlowBox) -> Next {
        let value = match (&self.value, &self.formula) {
            (Some(value), _) => Ok(value.render(&run.scope())),
            (None, Some(formula)) => formula.evaluate(&run.scope()),
            (None, None) => return Next::Leave,
        };
        match value {
            Ok(value) => run.write(here, &self.field, value),
            Err(why) => run.problem(here, format!("the formula for `{}` did not work out: {why}", self.field)),
        }
        Next::Leave
    }

    fn examples() -> Vec<Example> {
        vec![
            Example::new(
                "Adds up a score",
                json!({"id": "it", "type": "set_field", "field": "score", "formula": "phq1 + phq2"}),
                json!([{"from": "it", "to": "seen"}]),
                json!([{"bot": "Your score is 5."}, {"field": {"name": "score", "value": 5}}]),
            )
            .beside(json!([{"id": "seen", "type": "end", "message": "Your score is {score}."}]))
            .given(json!({"variables": {"phq1": 2, "phq2": 3}})),
            Example::new(
                "A formula that does not work out leaves the field alone",
                json!({"id": "it", "type": "set_field", "field": "score", "formula": "phq1 + phq2"}),
                json!([{"from": "it", "to": "bye"}]),
                json!([{"bot": "bye"}, {"field": {"name": "score", "value": 1}}]),
            )
            .given(json!({"variables": {"phq1": 2, "score": 1}})),
            Example::new(
                "Makes a text of two fields",
                json!({"id": "it", "type": "set_field", "field": "user_name", "value": "{user_fname} {user_lname}"}),
                json!([{"from": "it", "to": "bye"}]),
                json!([{"field": {"name": "user_name", "value": "Ana Lopez"}}, {"bot": "bye"}]),
            )
            .given(json!({"profile": {"user_fname": "Ana", "user_lname": "Lopez"}})),
        ]
    }
}
