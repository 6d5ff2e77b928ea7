//! Checks a value against a JSON Schema as far as the server's schemas go: no unknown property, nothing missing, types,
//! constants, references, `allOf`, `oneOf`, `anyOf`.
use serde_json::{Map, Value};

/// What is wrong with `value`, each with its place; empty when it fits. `root` is the document with the definitions.
pub(crate) fn faults(root: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(root, root, value, "", &mut found);
    closed(root, root, value, "", &mut found);
    found
}

fn resolve<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => {
            let at = reference
                .strip_prefix('#')
                .unwrap_or_else(|| panic!("a reference to elsewhere: {reference}"));
            let found = root
                .pointer(at)
                .unwrap_or_else(|| panic!("a reference to nothing: {reference}"));
            resolve(root, found)
        }
        None => schema,
    }
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let schema = resolve(root, schema);
    if let Some(constant) = schema.get("const")
        && constant != value
    {
        found.push(format!("{at}: {value} is not {constant}"));
    }
    if let Some(values) = schema["enum"].as_array()
        && !values.contains(value)
    {
        found.push(format!("{at}: {value} is none of {values:?}"));
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !types.is_empty() && !types.iter().any(|it| is_of_type(value, it)) {
        found.push(format!("{at}: {value} is not of type {types:?}"));
    }
    for name in schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
    {
        if value.get(name).is_none() {
            found.push(format!("{at}/{name}: missing"));
        }
    }
    if let (Some(properties), Some(object)) = (schema["properties"].as_object(), value.as_object())
    {
        for (name, value) in object {
            if let Some(schema) = properties.get(name) {
                check(root, schema, value, &format!("{at}/{name}"), found);
            }
        }
    }
    if let (Some(items), Some(list)) = (schema.get("items"), value.as_array()) {
        for (index, value) in list.iter().enumerate() {
            check(root, items, value, &format!("{at}/{index}"), found);
        }
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        check(root, part, value, at, found);
    }
    for key in ["oneOf", "anyOf"] {
        let Some(options) = schema[key].as_array() else {
            continue;
        };
        let fits = |option: &&Value| {
            let mut faults = Vec::new();
            check(root, option, value, at, &mut faults);
            faults.is_empty()
        };
        let count = options.iter().filter(fits).count();
        if count == 0 || (key == "oneOf" && count > 1) {
            found.push(format!("{at}: {value} fits {count} of {key}"));
        }
    }
}

fn is_of_type(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        other => panic!("an unknown type: {other}"),
    }
}

/// Finds properties that no part of the schema names: consumers cannot know them.
fn closed(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            let mut properties = Map::new();
            let is_open = !collect(root, schema, &mut properties);
            for (name, value) in object {
                match properties.get(name) {
                    Some(schema) => closed(root, schema, value, &format!("{at}/{name}"), found),
                    None if is_open => {}
                    None => found.push(format!("{at}/{name}: not in the schema")),
                }
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                if let Some(items) = resolve(root, schema).get("items") {
                    closed(root, items, value, &format!("{at}/{index}"), found);
                }
            }
        }
        _ => {}
    }
}

/// Gathers the properties of all parts of a schema. False when it names none: then anything goes.
fn collect(root: &Value, schema: &Value, into: &mut Map<String, Value>) -> bool {
    let schema = resolve(root, schema);
    let mut some = false;
    if let Some(properties) = schema["properties"].as_object() {
        into.extend(properties.clone());
        some = true;
    }
    for key in ["allOf", "oneOf", "anyOf"] {
        for part in schema[key].as_array().into_iter().flatten() {
            some |= collect(root, part, into);
        }
    }
    some
}
