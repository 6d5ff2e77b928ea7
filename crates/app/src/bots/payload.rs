//! What a box with the checkbox would push, with sample values.
use crate::workspaces::Workspace;
use crate::{App, Error, Result};
use serde_json::{Map, Value, json};
use smartbot_flow::words::find_box;
use smartbot_model::event::{Envelope, Event, SCHEMA_VERSION};
use smartbot_model::field::{FieldKind, FieldType, built_in};
use smartbot_model::{EventId, EventType, WorkspaceId};

/// The built-in profile fields that a sample user has.
const SAMPLE_FIELDS: [&str; 5] = [
    "user_fname",
    "user_lname",
    "user_phone",
    "user_email",
    "user_city",
];

impl App {
    /// The payload of `box.reached` for a box of a draft, with sample values of the fields that the workspace and the bot declare.
    pub async fn box_payload(
        &self,
        workspace: WorkspaceId,
        document: &Value,
        box_id: &str,
    ) -> Result<Value> {
        let Some(it) = find_box(document, box_id) else {
            let message = "There is no such box in the document.";
            return Err(Error::invalid("/box_id", "invalid_value", message));
        };
        let known = self.workspace(workspace).await?;
        let bot = smartbot_flow::parse(document).0;
        let mut data = Event::sample(EventType::BoxReached).data()?;
        data["function_id"] = bot.function_id.clone().into();
        data["box_id"] = box_id.into();
        data["user"]["fields"] = Value::Object(profile(&known, &bot));
        data["user"]["flags"] = flags(it);
        data["variables"] = Value::Object(variables(&bot));
        let now = self.now();
        let envelope = Envelope {
            id: EventId::new(now, &*self.random),
            r#type: EventType::BoxReached,
            occurred_at: now,
            schema_version: SCHEMA_VERSION,
            workspace_id: workspace,
            subject: data["user"]["id"].as_str().unwrap_or_default().to_owned(),
            sequence: 1,
            actor: smartbot_model::event::Actor {
                kind: smartbot_model::event::ActorKind::Bot,
                id: None,
            },
            data,
        };
        Ok(serde_json::to_value(envelope)?)
    }
}

/// A value of this type.
fn sample(r#type: FieldType) -> Value {
    match r#type {
        FieldType::Text => json!("text"),
        FieldType::Number => json!(42),
        FieldType::Boolean => json!(true),
        FieldType::Date => json!("2026-11-24"),
        FieldType::DateTime => json!("2026-11-24T10:00:00-08:00"),
        FieldType::Phone => json!("+13105550100"),
        FieldType::Email => json!("ana@example.org"),
        FieldType::Choice => json!("choice"),
        FieldType::List => json!(["one", "two"]),
        FieldType::Json => json!({"key": "value"}),
    }
}

fn profile(known: &Workspace, bot: &smartbot_flow::BotDocument) -> Map<String, Value> {
    let mut fields = Map::new();
    for name in SAMPLE_FIELDS {
        let value = match name {
            "user_fname" => json!("Ana"),
            "user_lname" => json!("Lopez"),
            "user_city" => json!("Riverside"),
            other => sample(built_in(other).unwrap_or(FieldType::Text)),
        };
        fields.insert(name.to_owned(), value);
    }
    let declared = bot.fields.iter().filter(|it| it.kind == FieldKind::Profile);
    for field in known.fields.values().chain(declared) {
        fields
            .entry(&field.name)
            .or_insert_with(|| sample(field.r#type));
    }
    let is_sensitive = |name: &str| {
        known.is_sensitive(name) || bot.fields.iter().any(|it| it.sensitive && it.name == *name)
    };
    fields.retain(|name, _| !is_sensitive(name));
    fields
}

fn variables(bot: &smartbot_flow::BotDocument) -> Map<String, Value> {
    let declared = bot
        .fields
        .iter()
        .filter(|it| it.kind == FieldKind::Variable && !it.sensitive);
    declared
        .map(|it| (it.name.clone(), sample(it.r#type)))
        .collect()
}

/// The sample user's flags after the box's own have acted.
fn flags(it: &Value) -> Value {
    let names = |key: &str| -> Vec<String> {
        let list = it["advanced"][key].as_array().into_iter().flatten();
        list.filter_map(|it| it.as_str().map(str::to_owned))
            .collect()
    };
    let mut flags = vec!["vip".to_owned()];
    let removed = names("remove_flags");
    flags.retain(|it| !removed.contains(it));
    flags.extend(names("assign_flags"));
    flags.sort_unstable();
    flags.dedup();
    flags.into()
}
