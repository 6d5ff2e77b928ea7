//! JSON with `{field}` in its strings: bodies of External API calls, values of `set_field`.
use crate::{
    scope::{Path, Scope},
    template::{Escape, Placeholder, Template},
};
use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value};

/// JSON in which a string that is one lone `{field}` becomes the field's value with its type, and other strings are
/// filled as text. Keys are taken as they are.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum JsonTemplate {
    Literal(Value),
    Lone(Box<Placeholder>),
    Text(Template),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl JsonTemplate {
    /// Reads JSON; the error is a sentence.
    pub(crate) fn parse(value: &Value) -> Result<Self, String> {
        Ok(match value {
            Value::String(text) => {
                let template = Template::parse(text)?;
                match (template.literal(), template.lone()) {
                    (Some(literal), _) => Self::Literal(Value::from(literal)),
                    (None, Some(lone)) => Self::Lone(Box::new(lone.clone())),
                    (None, None) => Self::Text(template),
                }
            }
            Value::Array(list) => {
                Self::List(list.iter().map(Self::parse).collect::<Result<_, _>>()?)
            }
            Value::Object(map) => Self::Object(
                map.iter()
                    .map(|(key, it)| Ok((key.clone(), Self::parse(it)?)))
                    .collect::<Result<_, String>>()?,
            ),
            other => Self::Literal(other.clone()),
        })
    }

    /// Fills it.
    pub(crate) fn render(&self, scope: &Scope<'_>) -> Value {
        match self {
            Self::Literal(it) => it.clone(),
            Self::Lone(it) => it.value(scope),
            Self::Text(it) => Value::String(it.render(scope, Escape::Plain)),
            Self::List(list) => Value::Array(list.iter().map(|it| it.render(scope)).collect()),
            Self::Object(map) => Value::Object(
                map.iter()
                    .map(|(key, it)| (key.clone(), it.render(scope)))
                    .collect::<Map<_, _>>(),
            ),
        }
    }

    /// Visits all fields that are inserted.
    pub(crate) fn paths(&self, visit: &mut dyn FnMut(&Path)) {
        match self {
            Self::Literal(_) => {}
            Self::Lone(it) => visit(&it.path),
            Self::Text(it) => it.paths().for_each(visit),
            Self::List(list) => list.iter().for_each(|it| it.paths(visit)),
            Self::Object(map) => map.iter().for_each(|(_, it)| it.paths(visit)),
        }
    }
}

impl<'de> Deserialize<'de> for JsonTemplate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Self::parse(&value)
            .map_err(|it| de::Error::custom(format_args!("{}{it}", crate::template::ERROR_PREFIX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::with_scope;
    use serde_json::json;

    #[test]
    fn strings_are_filled_and_lone_fields_keep_their_type() {
        let template = JsonTemplate::parse(&json!({
            "who": "{name}", "age": "{age}", "tags": ["{tags}", "x"], "text": "{name} is {age}", "n": 1, "no": null, "{name}": "\\{"
        }))
        .unwrap();
        let filled = with_scope(
            &json!({"name": "A\"na", "age": 33, "tags": ["a"]}),
            |scope| template.render(scope),
        );
        let expected = json!({
            "who": "A\"na", "age": 33, "tags": [["a"], "x"], "text": "A\"na is 33", "n": 1, "no": null, "{name}": "{"
        });
        assert_eq!(filled, expected);
    }
}
