//! The reader: the whole OpenAPI document on one page.
use super::markup::{self, escape, line, prose, text};
use super::{operation, schema};
use serde_json::Value;

/// Operations of one tag, in the order of the document: path, method and the operation.
fn tagged<'a>(
    section: &'a Value,
    tag: &'a str,
) -> impl Iterator<Item = (&'a str, &'a str, &'a Value)> {
    let paths = section.as_object().into_iter().flatten();
    paths
        .flat_map(|(path, item)| {
            let methods = item.as_object().into_iter().flatten();
            methods.map(move |(method, it)| (path.as_str(), method.as_str(), it))
        })
        .filter(move |it| it.2["tags"][0] == tag)
}

/// The page of the whole document.
pub(super) fn reader(document: &Value) -> String {
    let info = &document["info"];
    let mut navigation = String::from(r#"<div id="search"></div>"#);
    let mut content = format!(
        r#"<h1>{} <small>{}</small></h1>{}
<p><a href="/openapi.json">openapi.json</a> (OpenAPI {}) · <a href="/docs/errors">error codes</a> · <a href="/schemas/bot.json">schema of bots</a> · <a href="/schemas/events.json">events with samples</a></p>
<div id="credential"></div>"#,
        escape(text(&info["title"])),
        escape(text(&info["version"])),
        prose(text(&info["description"])),
        escape(text(&document["openapi"]))
    );
    for tag in document["tags"].as_array().into_iter().flatten() {
        let name = text(&tag["name"]);
        let mut links = String::new();
        let mut sections = String::new();
        for part in ["paths", "webhooks"] {
            for (path, method, it) in tagged(&document[part], name) {
                let shown = if part == "webhooks" { "event" } else { method };
                let label = if part == "webhooks" {
                    path
                } else {
                    text(&it["summary"]).trim_end_matches('.')
                };
                links += &format!(
                    r##"<li><a href="#{}"><span class="method {shown}">{shown}</span> {}</a></li>"##,
                    escape(text(&it["operationId"])),
                    line(label)
                );
                sections += &operation::section(document, path, method, it);
            }
        }
        if sections.is_empty() {
            continue;
        }
        let name = escape(name);
        navigation += &format!("<h2>{name}</h2><ul>{links}</ul>");
        content += &format!(
            r#"<h2 id="{name}">{name}</h2>{}{sections}"#,
            prose(text(&tag["description"]))
        );
    }
    navigation += r#"<h2>Errors</h2><ul><li><a href="/docs/errors">All error codes</a></li></ul><h2>Schemas</h2><ul>"#;
    content += r#"<h2 id="schemas">Schemas</h2>"#;
    for (name, it) in document["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten()
    {
        let shown = escape(name);
        navigation += &format!(r##"<li><a href="#schema-{shown}">{shown}</a></li>"##);
        content += &schema::section(document, name, it);
    }
    navigation += "</ul>";
    markup::page("SmartBot API", &navigation, &content)
}
