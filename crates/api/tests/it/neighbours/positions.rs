//! Where ids stand in requests, read from the OpenAPI document.
use http::Method;
use serde_json::Value;

/// A place of a request where a value stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Position {
    Path(String),
    Query(String),
    Header(String),
    /// A pointer into the body.
    Body(String),
}

impl Position {
    /// What is called by this name.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Path(name) | Self::Query(name) | Self::Header(name) | Self::Body(name) => name,
        }
    }
}

/// All places of an operation, the useless ones included.
pub(super) fn of(document: &Value, method: &Method, path: &str) -> Vec<Position> {
    let operation = &document["paths"][path][method.as_str().to_lowercase()];
    let mut found = Vec::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap().to_owned();
        found.push(match parameter["in"].as_str().unwrap() {
            "path" => Position::Path(name),
            "query" => Position::Query(name),
            "header" => Position::Header(name),
            other => panic!("{method} {path} has a parameter in {other}: say here what that is"),
        });
    }
    if let Some(contents) = operation["requestBody"]["content"].as_object() {
        if let Some(json) = contents.get("application/json") {
            let mut pointers = Vec::new();
            walk(document, &json["schema"], "", &mut pointers);
            pointers.dedup();
            found.extend(pointers.into_iter().map(Position::Body));
        } else {
            // The content of a file names nothing.
            if path.ends_with("/files") {
                return found;
            }
            // Lines of objects, of which the document cannot tell.
            assert_eq!(path, "/api/v1/users/bulk", "say here what its body holds");
            let names = ["/external_id", "/fields", "/flags"];
            found.extend(names.map(|it| Position::Body(it.to_owned())));
        }
    }
    found
}

fn walk(document: &Value, schema: &Value, pointer: &str, found: &mut Vec<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let named = document.pointer(reference.strip_prefix('#').unwrap());
        return walk(document, named.unwrap(), pointer, found);
    }
    for alternatives in ["oneOf", "anyOf", "allOf"] {
        for one in schema[alternatives].as_array().into_iter().flatten() {
            walk(document, one, pointer, found);
        }
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let pointer = format!("{pointer}/{name}");
        found.push(pointer.clone());
        walk(document, property, &pointer, found);
    }
}

/// Puts a value into a body, making the objects on its way.
pub(super) fn put(body: &mut Value, pointer: &str, value: &Value) {
    let mut at = body;
    for name in pointer.split('/').skip(1) {
        if !at.is_object() {
            *at = Value::Object(serde_json::Map::new());
        }
        at = &mut at[name];
    }
    *at = value.clone();
}

/// The texts of a value, names included.
pub(super) fn leaves(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(list) => list.iter().flat_map(leaves).collect(),
        Value::Object(object) => object
            .iter()
            .flat_map(|(name, it)| [vec![name.clone()], leaves(it)].concat())
            .collect(),
        _ => Vec::new(),
    }
}
