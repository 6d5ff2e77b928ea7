//! An example for every body that says nothing itself: made from its schema and the examples of its properties.
use super::codes::operations;
use serde_json::{Map, Value, json};
use utoipa::openapi::content::Content;
use utoipa::openapi::{OpenApi, RefOr};

/// How many references an example follows into the deep; schemas may hold themselves.
const MAX_DEPTH: usize = 8;

/// Gives every JSON body of requests and answers an example, and every answer a description.
pub(super) fn fill_in(document: &mut OpenApi) {
    let components = serde_json::to_value(&document.components).unwrap_or_default();
    for item in document.paths.paths.values_mut() {
        for (_, operation) in operations(item) {
            if let Some(RefOr::T(body)) = &mut operation.request_body {
                for (media_type, content) in &mut body.content {
                    fill_in_one(&components, media_type, content, Of::Request);
                }
            }
            for (status, response) in &mut operation.responses.responses {
                let RefOr::T(response) = response else {
                    continue;
                };
                if response.description.is_empty() {
                    response.description = told(status).to_owned();
                }
                for (media_type, content) in &mut response.content {
                    fill_in_one(&components, media_type, content, Of::Answer);
                }
            }
        }
    }
}

fn told(status: &str) -> &'static str {
    match status {
        "201" => "Made.",
        "202" => "Taken; it is done later.",
        "204" => "Done; there is nothing to say.",
        _ => "Done.",
    }
}

fn fill_in_one(components: &Value, media_type: &str, content: &mut RefOr<Content>, of: Of) {
    let RefOr::T(content) = content else { return };
    if of == Of::Request && content.example.is_none() && content.examples.is_empty() {
        content.example = lines(media_type).map(Value::from);
    }
    let is_json = media_type.ends_with("json") && !media_type.ends_with("ndjson");
    if !is_json || content.example.is_some() || !content.examples.is_empty() {
        return;
    }
    let schema = serde_json::to_value(&content.schema).unwrap_or_default();
    content.example = Some(example(components, &schema, of));
}

/// A body of many lines, each about one user.
fn lines(media_type: &str) -> Option<&'static str> {
    match media_type {
        "application/x-ndjson" => Some(
            "{\"external_id\": \"p-18\", \"fields\": {\"user_fname\": \"Ben\"}}\n{\"external_id\": \"p-19\", \"fields\": {\"user_fname\": \"Eve\"}}\n",
        ),
        "text/csv" => Some("external_id,user_fname\np-18,Ben\np-19,Eve\n"),
        _ => None,
    }
}

/// What an example is for. A request shows what is needed and what has an example of its own, an answer shows all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    Request,
    Answer,
}

/// An example of a schema. `components` is the document's section of that name.
pub(crate) fn example(components: &Value, schema: &Value, of: Of) -> Value {
    Examples { components, of }.of(schema, MAX_DEPTH)
}

/// What a schema says of itself.
fn own(schema: &Value) -> Option<&Value> {
    schema
        .get("example")
        .or_else(|| schema.get("examples")?.get(0))
}

struct Examples<'a> {
    components: &'a Value,
    of: Of,
}

impl<'a> Examples<'a> {
    fn resolve<'b>(&self, schema: &'b Value) -> &'b Value
    where
        'a: 'b,
    {
        schema["$ref"]
            .as_str()
            .and_then(|it| it.strip_prefix("#/components"))
            .and_then(|it| self.components.pointer(it))
            .unwrap_or(schema)
    }

    fn of(&self, schema: &Value, depth: usize) -> Value {
        if depth == 0 {
            return Value::Null;
        }
        if let Some(own) = own(schema).or_else(|| schema.get("default")) {
            return own.clone();
        }
        if schema["$ref"].is_string() {
            return self.of(self.resolve(schema), depth - 1);
        }
        if let Some(first) = schema.get("const").or_else(|| schema.get("enum")?.get(0)) {
            return first.clone();
        }
        if let Some(parts) = schema["allOf"].as_array() {
            return self.merged(parts, depth);
        }
        for key in ["oneOf", "anyOf"] {
            if let Some(options) = schema[key].as_array() {
                return self.one_of(options, depth);
            }
        }
        self.of_type(schema, depth)
    }

    fn merged(&self, parts: &[Value], depth: usize) -> Value {
        let mut all = Map::new();
        for part in parts {
            if let Value::Object(more) = self.of(part, depth) {
                all.extend(more);
            }
        }
        Value::Object(all)
    }

    /// The first that is not null; of single values that may be null, null.
    fn one_of(&self, options: &[Value], depth: usize) -> Value {
        let may_be_null = options.iter().any(|it| it["type"] == "null");
        let Some(first) = options.iter().find(|it| it["type"] != "null") else {
            return Value::Null;
        };
        let made = self.of(first, depth);
        if may_be_null && !made.is_object() && own(first).is_none() {
            Value::Null
        } else {
            made
        }
    }

    fn of_type(&self, schema: &Value, depth: usize) -> Value {
        let kind = match &schema["type"] {
            Value::String(one) => one.as_str(),
            Value::Array(many) if many.iter().any(|it| it == "null") => "null",
            _ => "object",
        };
        match kind {
            "null" => Value::Null,
            "string" if schema["format"] == "date-time" => json!("2026-11-22T14:03:05.123Z"),
            "string" => json!("text"),
            "integer" | "number" => json!(schema["minimum"].as_u64().unwrap_or_default().max(1)),
            "boolean" => json!(true),
            "array" => json!([self.of(&schema["items"], depth)]),
            _ => self.object(schema, depth),
        }
    }

    fn object(&self, schema: &Value, depth: usize) -> Value {
        let required = |name: &str| {
            let names = schema["required"].as_array().into_iter().flatten();
            names.into_iter().any(|it| it == name)
        };
        let mut all = Map::new();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let made = self.of(property, depth);
            let is_shown = match self.of {
                // What may be missing is left out, unless its description speaks of null.
                Of::Answer => {
                    let is_told = property.to_string().contains("null ") || !made.is_null();
                    required(name) || own(property).is_some() || (is_told && !made.is_array())
                }
                Of::Request => {
                    let is_part = self.resolve(property)["properties"].is_object();
                    let says_something = made.as_object().is_some_and(|it| !it.is_empty());
                    required(name) || own(property).is_some() || (is_part && says_something)
                }
            };
            if is_shown {
                all.insert(name.clone(), made);
            }
        }
        Value::Object(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(schema: &Value, of: Of) -> Value {
        let components = json!({"schemas": {
            "Id": {"type": "string", "examples": ["usr_1"]},
            "Part": {"type": "object", "properties": {"a": {"type": "string", "example": "b"}, "c": {"type": "string"}}},
            "Endless": {"type": "object", "required": ["more"], "properties": {"more": {"$ref": "#/components/schemas/Endless"}}},
        }});
        example(&components, schema, of)
    }

    #[test]
    fn a_request_shows_what_is_needed_and_what_has_an_example() {
        let schema = json!({"type": "object", "required": ["needed"], "properties": {
            "needed": {"type": "integer", "minimum": 3}, "shown": {"type": ["string", "null"], "example": "x"},
            "left_out": {"type": "string"}, "id": {"$ref": "#/components/schemas/Id"}, "part": {"$ref": "#/components/schemas/Part"},
        }});
        assert_eq!(
            made(&schema, Of::Request),
            json!({"needed": 3, "shown": "x", "part": {"a": "b"}})
        );
        let all = made(&schema, Of::Answer);
        assert_eq!(all["id"], "usr_1");
        assert_eq!(all["left_out"], "text");
        assert_eq!(all["part"], json!({"a": "b", "c": "text"}));
    }

    #[test]
    fn a_schema_that_holds_itself_comes_to_an_end() {
        let schema = json!({"$ref": "#/components/schemas/Endless"});
        assert!(made(&schema, Of::Answer)["more"]["more"].is_object());
    }

    #[test]
    fn what_may_be_null_is_shown_when_it_is_an_object() {
        let object = json!({"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Part"}]});
        assert_eq!(made(&object, Of::Answer)["a"], "b");
        let text = json!({"oneOf": [{"type": "string"}, {"type": "null"}]});
        assert_eq!(made(&text, Of::Answer), Value::Null);
    }
}
