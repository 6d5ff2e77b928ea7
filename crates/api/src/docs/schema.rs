//! Schemas as tables of fields, each with its type, what it is for and a link to what it refers to.
use super::markup::{escape, json, line, text};
use serde_json::Value;

/// The name of what a reference leads to.
fn referred(schema: &Value) -> Option<&str> {
    schema["$ref"]
        .as_str()?
        .strip_prefix("#/components/schemas/")
}

/// A type in a few words, with links.
pub(super) fn kind(schema: &Value) -> String {
    if let Some(name) = referred(schema) {
        let name = escape(name);
        return format!(r##"<a href="#schema-{name}">{name}</a>"##);
    }
    for key in ["oneOf", "anyOf", "allOf"] {
        if let Some(options) = schema[key].as_array() {
            let word = if key == "allOf" { " and " } else { " or " };
            return options.iter().map(kind).collect::<Vec<_>>().join(word);
        }
    }
    let one = |name: &str| match name {
        "array" if schema["items"].is_object() => format!("list of {}", kind(&schema["items"])),
        other => escape(other),
    };
    let base = match &schema["type"] {
        Value::String(name) => one(name),
        Value::Array(names) => {
            let names = names.iter().filter_map(Value::as_str).map(one);
            names.collect::<Vec<_>>().join(" or ")
        }
        _ if schema["properties"].is_object() => "object".to_owned(),
        _ => "anything".to_owned(),
    };
    match schema["format"].as_str() {
        Some(format) if !format.starts_with("int") => format!("{base} ({})", escape(format)),
        _ => base,
    }
}

/// The bounds, the default and the allowed values of a schema, in a few words.
pub(super) fn bounds(schema: &Value) -> String {
    let mut said = Vec::new();
    let mut say = |key: &str, word: &str| {
        if let Some(value) = schema.get(key) {
            said.push(format!(
                "{word} <code>{}</code>",
                escape(&value.to_string())
            ));
        }
    };
    say("default", "default");
    say("minimum", "at least");
    say("maximum", "at most");
    say("minLength", "at least so many characters:");
    say("maxLength", "at most so many characters:");
    say("maxItems", "at most so many entries:");
    say("pattern", "of the form");
    say("example", "like");
    if let Some(values) = schema["enum"].as_array() {
        let each = values
            .iter()
            .map(|it| format!("<code>{}</code>", escape(text(it))));
        said.push(format!("one of {}", each.collect::<Vec<_>>().join(", ")));
    }
    if said.is_empty() {
        return String::new();
    }
    format!(r#" <span class="bounds">{}</span>"#, said.join("; "))
}

/// The schema that a reference leads to, or the schema itself.
pub(super) fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let found = schema["$ref"]
        .as_str()
        .and_then(|it| document.pointer(it.strip_prefix('#')?));
    found.unwrap_or(schema)
}

/// The properties of an object, with those of all its parts, as a table.
pub(super) fn properties(document: &Value, schema: &Value) -> String {
    let schema = resolve(document, schema);
    if let Some(parts) = schema["allOf"].as_array() {
        return parts.iter().map(|it| properties(document, it)).collect();
    }
    let Some(all) = schema["properties"].as_object().filter(|it| !it.is_empty()) else {
        return String::new();
    };
    let required: Vec<&Value> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .collect();
    let mut rows = String::new();
    for (name, property) in all {
        let needed = if required.iter().any(|it| *it == name) {
            r#" <span class="needed">needed</span>"#
        } else {
            ""
        };
        let options = property["oneOf"].as_array().into_iter().flatten();
        let described = property["description"].as_str().or_else(|| {
            options
                .into_iter()
                .find_map(|it| it["description"].as_str())
        });
        rows += &format!(
            "<tr><td><code>{}</code>{needed}</td><td>{}</td><td>{}{}</td></tr>",
            escape(name),
            kind(property),
            line(described.unwrap_or_default()),
            bounds(property)
        );
    }
    format!(
        "<table><thead><tr><th>field</th><th>type</th><th></th></tr></thead><tbody>{rows}</tbody></table>"
    )
}

/// A named schema with a place of its own.
pub(super) fn section(document: &Value, name: &str, schema: &Value) -> String {
    let name = escape(name);
    let mut out = format!(
        r#"<section class="schema" id="schema-{name}"><h3>{name}</h3><p>{}{}</p>"#,
        line(text(&schema["description"])),
        bounds(schema)
    );
    out += &properties(document, schema);
    if schema["properties"].is_null()
        && let Some(example) = schema["examples"].get(0)
    {
        out += &json(example);
    }
    out + "</section>"
}
