//! The `webhooks` section: what SmartBot sends, one entry per event type, made from the one list of events.
use crate::schemas;
use serde_json::{Value, json};
use smartbot_model::event::{Envelope, EventType};
use utoipa::ToSchema;
use utoipa::openapi::path::{Paths, PathsMap};
use utoipa::openapi::{OpenApi, RefOr, Schema};

/// Adds an entry for every event type, and the schemas that they need.
pub(super) fn describe(document: &mut OpenApi) {
    let mut named: Vec<(String, RefOr<Schema>)> = Vec::new();
    <Envelope as ToSchema>::schemas(&mut named);
    named.push((
        Envelope::name().into_owned(),
        <Envelope as utoipa::PartialSchema>::schema(),
    ));
    let mut entries = PathsMap::new();
    for &event_type in EventType::ALL {
        let (data, needs) = event_type.data_schema();
        named.extend(needs);
        let entry = serde_json::to_value(data).ok().and_then(|mut data| {
            open_maps(&mut data);
            serde_json::from_value(entry(event_type, &data)).ok()
        });
        if let Some(entry) = entry {
            entries.insert(event_type.as_str().to_owned(), entry);
        }
    }
    let components = document.components.get_or_insert_with(Default::default);
    for (name, schema) in named {
        components.schemas.entry(name).or_insert(schema);
    }
    let mut webhooks = Paths::new();
    webhooks.paths = entries;
    document.webhooks = Some(webhooks);
}

/// Writes a map of anything as `true`, which is the same as `{}` and the only form that is read back.
fn open_maps(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            for (key, value) in object {
                if key == "additionalProperties" && *value == json!({}) {
                    *value = json!(true);
                }
                open_maps(value);
            }
        }
        Value::Array(list) => list.iter_mut().for_each(open_maps),
        _ => {}
    }
}

/// One event type as a path item.
fn entry(event_type: EventType, data: &Value) -> Value {
    let header = |name: &str, text: &str| json!({"name": name, "in": "header", "required": true, "description": text, "schema": {"type": "string"}});
    json!({"post": {
        "tags": ["Webhooks"],
        "operationId": format!("webhook_{}", event_type.as_str().replace('.', "_")),
        "summary": event_type.description(),
        "security": [],
        "parameters": [
            header("webhook-id", "The event's id; the same on every try."),
            header("webhook-timestamp", "When this try was signed, in seconds since 1970."),
            header("webhook-signature", "`v1,` and the base64 of an HMAC-SHA256 over `id.timestamp.body`; several, with spaces between, while a secret is being rotated."),
        ],
        "requestBody": {
            "required": true,
            "content": {"application/json": {
                "schema": {"allOf": [
                    {"$ref": "#/components/schemas/Envelope"},
                    {"type": "object", "properties": {
                        "type": {"type": "string", "enum": [event_type.as_str()], "description": "What happened."},
                        "data": data,
                    }},
                ]},
                "example": schemas::sample(event_type),
            }},
        },
        "responses": {
            "2XX": {"description": "Taken. Answer within 15 seconds and work afterwards."},
            "410": {"description": "Not wanted any more: the endpoint is switched off."},
            "default": {"description": "Not taken: it is sent again, later and later, for three days."},
        },
    }})
}
