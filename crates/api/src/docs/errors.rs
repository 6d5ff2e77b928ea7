//! A page per error code: the `type` of every problem leads here.
use super::markup::{self, escape, json, line, prose, text};
use crate::problem::{ErrorCode, Problem};
use serde_json::Value;

fn navigation() -> String {
    let links: String = ErrorCode::ALL
        .iter()
        .map(|it| {
            format!(
                r#"<li><a href="{}"><code>{}</code></a></li>"#,
                it.page(),
                it.as_str()
            )
        })
        .collect();
    format!(r#"<h2><a href="/docs/errors">Error codes</a></h2><ul>{links}</ul>"#)
}

/// All codes with what they mean.
pub(super) fn list() -> String {
    let rows: String = ErrorCode::ALL
        .iter()
        .map(|it| {
            format!(
                r#"<tr id="{code}"><td><a href="{}"><code>{code}</code></a></td><td>{}</td><td>{}</td></tr>"#,
                it.page(),
                it.status().as_u16(),
                line(it.description()),
                code = it.as_str()
            )
        })
        .collect();
    let content = format!(
        "<h1>Error codes</h1>{}<table><thead><tr><th>code</th><th>status</th><th></th></tr></thead><tbody>{rows}</tbody></table>",
        prose(
            "Every error is an `application/problem+json` document (RFC 9457). Decide by its `code`, which never changes; show or log its `detail`; name its `request_id` when you ask for help."
        )
    );
    markup::page("Error codes", &navigation(), &content)
}

/// One code.
pub(super) fn page(document: &Value, code: ErrorCode) -> String {
    let status = code.status();
    let mut content = format!(
        "<h1><code>{}</code></h1><p>{} · status {} {}</p>{}",
        code.as_str(),
        escape(code.title()),
        status.as_u16(),
        status.canonical_reason().unwrap_or_default(),
        prose(code.description())
    );
    content += "<h2>So it looks</h2>";
    let problem = Problem::new(code, code.description());
    let body = serde_json::to_value(problem.body("req_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b"));
    content += &json(&body.unwrap_or_default());
    content += &answered_by(document, code);
    markup::page(code.as_str(), &navigation(), &content)
}

/// The operations that can answer it.
fn answered_by(document: &Value, code: ErrorCode) -> String {
    let mut links = String::new();
    for item in document["paths"].as_object().into_iter().flatten() {
        for (_, operation) in item.1.as_object().into_iter().flatten() {
            let codes = operation["x-error-codes"].as_array().into_iter().flatten();
            if codes.into_iter().any(|it| it == code.as_str()) {
                links += &format!(
                    r##"<li><a href="/docs#{}">{}</a></li>"##,
                    escape(text(&operation["operationId"])),
                    line(text(&operation["summary"]).trim_end_matches('.'))
                );
            }
        }
    }
    if links.is_empty() {
        return String::new();
    }
    format!("<h2>Who can answer it</h2><ul>{links}</ul>")
}
