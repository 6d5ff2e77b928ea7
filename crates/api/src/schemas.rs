//! JSON Schemas of bots, boxes and events, for editors and for those who receive webhooks.
use crate::Context;
use crate::problem::{ErrorCode, Problem};
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Map, Value, json};
use smartbot_model::event::{Envelope, Event, EventType, SCHEMA_VERSION};
use smartbot_model::{EventId, Time, WorkspaceId};
use utoipa::{PartialSchema, ToSchema};

pub(crate) fn routes() -> Router<Context> {
    Router::new()
        .route(
            "/schemas/bot.json",
            get(async || Json(smartbot_flow::bot_schema())),
        )
        .route(
            "/schemas/faq.json",
            get(async || Json(smartbot_flow::faq_schema())),
        )
        .route(
            "/schemas/boxes.json",
            get(async || Json(smartbot_flow::box_catalogue())),
        )
        .route(
            "/schemas/events.json",
            get(async || Json(event_catalogue())),
        )
        .route("/schemas/events/{file}", get(event))
}

async fn event(Path(file): Path<String>) -> Response {
    let known = file.strip_suffix(".json").and_then(EventType::parse);
    match known {
        Some(event_type) => Json(event_schema(event_type)).into_response(),
        None => Problem::new(
            ErrorCode::NotFound,
            "There is no such event type. They are listed in /schemas/events.json.",
        )
        .into_response(),
    }
}

/// The JSON Schema of an event's whole payload, complete in itself.
pub(crate) fn event_schema(event_type: EventType) -> Value {
    let (data, mut named) = event_type.data_schema();
    <Envelope as ToSchema>::schemas(&mut named);
    let mut schema = to_json(Envelope::schema());
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert("type".into(), json!({"const": event_type.as_str()}));
        properties.insert("data".into(), to_json(data));
    }
    let definitions: Map<String, Value> = named
        .into_iter()
        .map(|(name, schema)| (name, to_json(schema)))
        .collect();
    if let Some(object) = schema.as_object_mut() {
        object.insert(
            "$schema".into(),
            json!("https://json-schema.org/draft/2020-12/schema"),
        );
        object.insert("title".into(), json!(event_type.as_str()));
        object.insert("description".into(), json!(event_type.description()));
        object.insert("$defs".into(), Value::Object(definitions));
    }
    localise(&mut schema);
    schema
}

/// All event types with group, description and a sample payload.
pub(crate) fn event_catalogue() -> Value {
    let all = EventType::ALL.iter().map(|&it| {
        json!({"type": it.as_str(), "group": it.group(), "description": it.description(), "sample": sample(it)})
    });
    json!({"data": all.collect::<Vec<_>>()})
}

/// A payload as an endpoint gets it.
pub(crate) fn sample(event_type: EventType) -> Value {
    let zero = uuid::Uuid::from_u128(0x019a_ae3c_5d1e_7c0f_9a3b_0000_0000_0000);
    let data = Event::sample(event_type).data().unwrap_or_default();
    let about = ["user", "agent", "from_agent"]
        .iter()
        .find_map(|it| data.get(it)?.get("id")?.as_str().map(str::to_owned));
    let envelope = Envelope {
        id: EventId::from_uuid(zero),
        r#type: event_type,
        occurred_at: Time::from_micros(1_795_356_185_123_000),
        schema_version: SCHEMA_VERSION,
        workspace_id: WorkspaceId::from_uuid(zero),
        subject: about.unwrap_or_else(|| WorkspaceId::from_uuid(zero).to_string()),
        sequence: 42,
        actor: smartbot_model::event::Actor::SYSTEM,
        data,
    };
    serde_json::to_value(envelope).unwrap_or_default()
}

fn to_json(schema: impl serde::Serialize) -> Value {
    serde_json::to_value(schema).unwrap_or_default()
}

/// Points references at the document's own definitions.
fn localise(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            for (key, value) in object.iter_mut() {
                match value {
                    Value::String(text) if key == "$ref" => {
                        *text = text.replace("#/components/schemas/", "#/$defs/");
                    }
                    other => localise(other),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(localise),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_in_an_event_s_schema_is_defined_in_it() {
        fn references(value: &Value, found: &mut Vec<String>) {
            match value {
                Value::Object(object) => {
                    found.extend(
                        object
                            .get("$ref")
                            .and_then(Value::as_str)
                            .map(str::to_owned),
                    );
                    object.values().for_each(|it| references(it, found));
                }
                Value::Array(list) => list.iter().for_each(|it| references(it, found)),
                _ => {}
            }
        }
        for &event_type in EventType::ALL {
            let schema = event_schema(event_type);
            let mut found = Vec::new();
            references(&schema, &mut found);
            for reference in found {
                let name = reference.strip_prefix("#/$defs/").unwrap();
                assert!(
                    schema["$defs"].get(name).is_some(),
                    "{event_type:?}: {name}"
                );
            }
        }
    }
}
