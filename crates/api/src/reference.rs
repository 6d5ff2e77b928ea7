//! The generated pages of `docs/reference/`: what the code says of itself, kept true by ordinary tests.
use crate::problem::ErrorCode;
use crate::schemas;
use serde_json::Value;
use smartbot_model::Permission;
use smartbot_model::agent::Role;
use smartbot_model::event::{Event, EventType};
use smartbot_testkit::generated_file;
use std::fmt::Write;

const NOTE: &str = "<!-- Made from the code by a test; `make accept` writes it anew. -->\n";

fn one_line(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('|', "\\|")
}

/// The properties of an object's schema as rows of a table.
fn properties(schema: &Value, skip: &[&str], out: &mut String) {
    let required: Vec<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let Some(properties) = schema["properties"].as_object() else {
        return;
    };
    for (name, property) in properties
        .iter()
        .filter(|(name, _)| !skip.contains(&name.as_str()))
    {
        let needed = if required.contains(&name.as_str()) {
            "yes"
        } else {
            ""
        };
        let default = property
            .get("default")
            .map_or_else(String::new, |it| format!(" Default `{it}`."));
        let text = property["description"].as_str().unwrap_or_default();
        writeln!(out, "| `{name}` | {needed} | {}{default} |", one_line(text)).unwrap();
    }
}

#[test]
fn errors_page() {
    let mut page = format!(
        "{NOTE}# Errors\n\nEvery error is an `application/problem+json` document (RFC 9457) with a stable `code`. A running server has these pages too: the `type` of\nan error is the address of its page, `/docs/errors/CODE`.\n\n"
    );
    for code in ErrorCode::ALL {
        let text = one_line(code.description());
        writeln!(
            page,
            "## {}\n\n{} {}. {text}\n",
            code.as_str(),
            code.status().as_u16(),
            code.title()
        )
        .unwrap();
    }
    generated_file("docs/reference/errors.md", &page);
}

#[test]
fn permissions_page() {
    let mut page = format!(
        "{NOTE}# Permissions\n\nWhat agents may do, by role. Each call of the Admin API needs one of these; `x-permission` in the OpenAPI document names it.\n\n| permission |"
    );
    for role in Role::ALL {
        write!(page, " {} |", role.as_str()).unwrap();
    }
    page.push_str(" what it allows |\n|---|---|---|---|---|---|---|\n");
    for permission in Permission::ALL {
        write!(page, "| `{}` |", permission.as_str()).unwrap();
        for role in Role::ALL {
            page.push_str(if role.may(*permission) {
                " yes |"
            } else {
                " |"
            });
        }
        writeln!(page, " {} |", one_line(permission.description())).unwrap();
    }
    generated_file("docs/reference/permissions.md", &page);
}

#[test]
fn events_page() {
    let mut page = format!(
        "{NOTE}# Events\n\nWhat may be pushed to a webhook. Each payload's JSON Schema is served at `/schemas/events/TYPE.json`, the catalogue with samples at `/schemas/events.json`.\n"
    );
    let mut group = "";
    for &event_type in EventType::ALL {
        if event_type.group() != group {
            group = event_type.group();
            writeln!(page, "\n# Group {group}").unwrap();
        }
        let data =
            serde_json::to_string_pretty(&Event::sample(event_type).data().unwrap()).unwrap();
        writeln!(
            page,
            "\n## {}\n\n{}\n\n```json\n{data}\n```",
            event_type.as_str(),
            one_line(event_type.description())
        )
        .unwrap();
    }
    generated_file("docs/reference/events.md", &page);
}

#[test]
fn boxes_page() {
    let mut page = format!(
        "{NOTE}# Boxes\n\nThe types of boxes that a flow bot is made of. The JSON Schema of a whole bot is served at `/schemas/bot.json`.\n"
    );
    for entry in smartbot_flow::box_catalogue().as_array().unwrap() {
        let text = entry["description"].as_str().unwrap();
        let asks = if entry["asks"] == true {
            "Waits for an answer."
        } else {
            "Takes no input."
        };
        writeln!(
            page,
            "\n## {}\n\n{text}\n\n{asks}\n\n| setting | needed | |\n|---|---|---|",
            entry["type"].as_str().unwrap()
        )
        .unwrap();
        properties(
            &entry["schema"],
            &["id", "type", "title", "advanced"],
            &mut page,
        );
        if let Some(example) = entry["examples"].get(0) {
            let text = serde_json::to_string_pretty(&example["box"]).unwrap();
            writeln!(page, "\n```json\n{text}\n```").unwrap();
        }
    }
    generated_file("docs/reference/boxes.md", &page);
}

#[test]
fn every_event_has_a_schema_of_its_own() {
    for &event_type in EventType::ALL {
        let schema = schemas::event_schema(event_type);
        assert_eq!(schema["properties"]["type"]["const"], event_type.as_str());
        assert!(schema["properties"]["data"].is_object());
    }
}
