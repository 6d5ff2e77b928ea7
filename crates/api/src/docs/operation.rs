//! One operation: what it takes, what it answers, how it fails, and a line to paste.
use super::markup::{escape, json, line, prose, text};
use super::schema::{bounds, kind, properties};
use crate::problem::ErrorCode;
use serde_json::Value;

/// An operation with a place of its own.
pub(super) fn section(document: &Value, path: &str, method: &str, operation: &Value) -> String {
    let id = escape(text(&operation["operationId"]));
    let mut out = format!(
        r##"<section class="operation" id="{id}"><h3><a href="#{id}">{}</a></h3>
<p class="line"><span class="method {method}">{}</span> <code class="path">{}</code></p>"##,
        line(text(&operation["summary"]).trim_end_matches('.')),
        method.to_uppercase(),
        escape(path)
    );
    out += &prose(text(&operation["description"]));
    out += &credentials(operation);
    let parameters = parameters(operation);
    let is_webhook = !path.starts_with('/');
    if is_webhook {
        out += &shown("headers", &parameters);
    } else {
        out += &parameters;
    }
    out += &bodies(
        document,
        "Body",
        operation["requestBody"]["content"].as_object(),
    );
    for (status, response) in operation["responses"].as_object().into_iter().flatten() {
        if status == "default" {
            continue;
        }
        out += &format!(
            "<h4>Answer {}</h4>{}",
            escape(status),
            prose(text(&response["description"]))
        );
        out += &bodies(document, "", response["content"].as_object());
    }
    out += &errors(operation);
    if !is_webhook {
        out += &curl(path, method, operation);
        out += &attempt(path, method, operation);
    }
    out + "</section>"
}

fn credentials(operation: &Value) -> String {
    let all = operation["security"].as_array().into_iter().flatten();
    let names: Vec<String> = all
        .filter_map(Value::as_object)
        .flat_map(|it| it.keys())
        .map(|it| format!("<code>{}</code>", escape(it)))
        .collect();
    if names.is_empty() {
        return String::new();
    }
    format!("<p>Opened by {}.</p>", names.join(" or "))
}

fn parameters(operation: &Value) -> String {
    let mut rows = String::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let needed = if parameter["required"] == true {
            r#" <span class="needed">needed</span>"#
        } else {
            ""
        };
        rows += &format!(
            "<tr><td><code>{}</code>{needed}</td><td>{}, {}</td><td>{}{}</td></tr>",
            escape(text(&parameter["name"])),
            escape(text(&parameter["in"])),
            kind(&parameter["schema"]),
            line(text(&parameter["description"])),
            bounds(&parameter["schema"])
        );
    }
    if rows.is_empty() {
        return String::new();
    }
    format!(
        "<h4>Parameters</h4><table><thead><tr><th>name</th><th>where, type</th><th></th></tr></thead><tbody>{rows}</tbody></table>"
    )
}

fn bodies(
    document: &Value,
    title: &str,
    content: Option<&serde_json::Map<String, Value>>,
) -> String {
    let mut out = String::new();
    for (media_type, body) in content.into_iter().flatten() {
        if !title.is_empty() {
            out += &format!("<h4>{title}</h4>");
        }
        let schema = &body["schema"];
        // Of an event, the data: the envelope around it is the same for all.
        let data = &schema["allOf"][1]["properties"]["data"];
        out += &format!(
            "<p><code>{}</code>: {}</p>",
            escape(media_type),
            if data.is_object() {
                kind(&schema["allOf"][0])
            } else {
                kind(schema)
            }
        );
        if title.is_empty() {
            out += &shown("fields", &properties(document, schema));
        } else if data.is_object() {
            out += &format!("<h4><code>data</code></h4>{}", properties(document, data));
        } else {
            out += &properties(document, schema);
        }
        let mut examples: Vec<&Value> = body["examples"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|it| &it.1["value"])
            .collect();
        examples.extend(body.get("example"));
        for example in examples {
            out += &shown("example", &json(example));
        }
    }
    out
}

/// Something that is opened when it is wanted.
fn shown(what: &str, content: &str) -> String {
    if content.is_empty() {
        return String::new();
    }
    format!("<details><summary>{what}</summary>{content}</details>")
}

fn errors(operation: &Value) -> String {
    let codes = operation["x-error-codes"].as_array().into_iter().flatten();
    let links: Vec<String> = codes
        .filter_map(|it| ErrorCode::parse(it.as_str()?))
        .map(|it| {
            let (page, code) = (it.page(), it.as_str());
            format!(
                r#"<a href="{page}"><code>{code}</code></a> {}"#,
                it.status().as_u16()
            )
        })
        .collect();
    if links.is_empty() {
        return String::new();
    }
    shown("errors", &format!("<p>{}</p>", links.join(", ")))
}

/// The example of the body, as it is sent.
fn example(operation: &Value) -> Option<String> {
    let content = operation["requestBody"]["content"].as_object()?;
    let (_, body) = content.iter().next()?;
    let named = || Some(&body["examples"].as_object()?.iter().next()?.1["value"]);
    match body.get("example").or_else(named)? {
        Value::String(lines) => Some(lines.clone()),
        other => Some(other.to_string()),
    }
}

fn media_type(operation: &Value) -> Option<&str> {
    let content = operation["requestBody"]["content"].as_object()?;
    content.keys().next().map(String::as_str)
}

/// The path with an example of each of its parameters.
fn filled(path: &str, operation: &Value) -> String {
    let mut path = path.to_owned();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        if parameter["in"] == "path"
            && let Some(example) = parameter["example"].as_str()
        {
            path = path.replace(&format!("{{{}}}", text(&parameter["name"])), example);
        }
    }
    path
}

/// A line for a terminal. `$URL` is the server, `$TOKEN` the credential.
fn curl(path: &str, method: &str, operation: &Value) -> String {
    let mut command = String::from("curl");
    if operation["responses"]["200"]["content"]["text/event-stream"].is_object() {
        command += " -N";
    }
    let body = example(operation);
    let usual = if body.is_some() { "post" } else { "get" };
    if method != usual {
        command += &format!(" -X {}", method.to_uppercase());
    }
    command += &format!(" \"$URL{}\"", filled(path, operation));
    if operation["security"].is_array() {
        command += " -H \"Authorization: Bearer $TOKEN\"";
    }
    if let (Some(body), Some(media_type)) = (body, media_type(operation)) {
        command += &format!(
            " \\\n  -H 'Content-Type: {media_type}' --data-binary '{}'",
            body.replace('\'', "'\\''")
        );
    }
    format!(
        r#"<pre class="curl"><code>{}</code></pre>"#,
        escape(&command)
    )
}

/// What the script makes a form of.
fn attempt(path: &str, method: &str, operation: &Value) -> String {
    let streams = operation["responses"]["200"]["content"]["text/event-stream"].is_object();
    if streams {
        return String::new();
    }
    format!(
        r#"<div class="attempt" data-method="{}" data-path="{}" data-type="{}" data-body="{}"></div>"#,
        method.to_uppercase(),
        escape(&filled(path, operation)),
        escape(media_type(operation).unwrap_or_default()),
        escape(&example(operation).unwrap_or_default())
    )
}
