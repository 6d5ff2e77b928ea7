//! The catalogue of box types and the JSON Schema of bots, made from the settings and their documentation.
use crate::{
    boxes::{Advanced, Question, TYPES, TypeEntry, common::Notify},
    condition::{Operator, Takes},
    document::{CatchAll, FORMAT},
    faq::{self, WrittenEntry},
};
use serde_json::{Map, Value, json};
use smartbot_model::field::FieldDefinition;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::SchemaType},
};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// All box types: `type`, `title`, `group`, `icon`, `description`, `asks`, `schema` (JSON Schema 2020-12, self-contained,
/// with `x-widget` hints for forms) and `examples` (`title`, `box`, `links`, `steps` as in test files).
pub fn box_catalogue() -> Value {
    let types = TYPES.iter().map(|it| {
        let info = (it.info)();
        let mut parts = Parts::default();
        let mut schema = box_schema(it, &mut parts);
        schema.insert("$schema".into(), DIALECT.into());
        schema.insert("$defs".into(), parts.defs.into());
        let examples: Vec<Value> = (it.examples)()
            .into_iter()
            .map(|it| json!({"title": it.title, "box": it.settings, "links": it.links, "steps": it.steps}))
            .collect();
        json!({
            "type": it.name,
            "title": info.title,
            "group": info.group,
            "icon": info.icon,
            "asks": info.asks,
            "description": schema.get("description").cloned().unwrap_or_default(),
            "schema": schema,
            "examples": examples,
        })
    });
    Value::Array(types.collect())
}

/// The JSON Schema (2020-12, self-contained) of a bot's document.
pub fn bot_schema() -> Value {
    let mut parts = Parts::default();
    let mut boxes = vec![];
    for it in TYPES {
        let schema = box_schema(it, &mut parts);
        parts.defs.insert(format!("box_{}", it.name), schema.into());
        boxes.push(json!({"$ref": format!("#/$defs/box_{}", it.name)}));
    }
    let field = parts.take::<FieldDefinition>();
    parts.defs.insert("Condition".into(), condition_schema());
    parts.defs.insert("Field".into(), field);
    json!({
        "$schema": DIALECT,
        "$id": "/schemas/bot.json",
        "title": "SmartBot bot",
        "description": "A flow bot: what the Bot Builder edits, what import and export carry, what a version freezes.",
        "type": "object",
        "required": ["format", "function_id", "name", "type", "language", "start", "boxes", "links"],
        "additionalProperties": false,
        "properties": {
            "format": {"const": FORMAT, "description": "The version of this format."},
            "function_id": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$", "description": "The bot's short public name, unique in its workspace."},
            "name": {"type": "string", "minLength": 1, "description": "The bot's name for people."},
            "type": {"const": "flow", "description": "The kind of bot."},
            "description": {"type": "string", "description": "What the bot is for."},
            "language": {"type": "string", "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", "description": "The language that it speaks, such as `en`."},
            "languages": {"type": "array", "items": {"type": "string"}, "description": "More languages that it understands."},
            "fields": {"type": "array", "items": {"$ref": "#/$defs/Field"}, "description": "The fields that it uses."},
            "start": {"type": "string", "description": "The id of the box that it begins with."},
            "boxes": {"type": "array", "items": {"oneOf": boxes}, "description": "Its boxes."},
            "links": {
                "type": "array",
                "description": "Its links. Those of a box are tried in their order; the first whose condition holds is followed, the one without a condition last.",
                "items": {
                    "type": "object",
                    "required": ["from", "to"],
                    "additionalProperties": false,
                    "properties": {
                        "from": {"type": "string", "description": "The id of the box that it leaves."},
                        "to": {"type": "string", "description": "The id of the box that it leads to."},
                        "when": {"$ref": "#/$defs/Condition"}
                    }
                }
            },
            "layout": {"type": "object", "description": "Where boxes lie on the canvas, by id. The engine never reads it."},
            "catch_all": parts.add(<CatchAll as PartialSchema>::schema, <CatchAll as ToSchema>::schemas),
            "hashtags": {"type": "array", "items": {"type": "string"}, "maxItems": 20, "description": "Words that start the bot when a user types them after a `#`, and that the user gets as flags."},
            "notify_on_start": parts.add(<Notify as PartialSchema>::schema, <Notify as ToSchema>::schemas),
            "notes": {"type": ["array", "object"], "description": "Notes on the canvas. The engine never reads them."}
        },
        "$defs": parts.defs,
    })
}

/// The JSON Schema (2020-12, self-contained) of the document of a FAQ bot.
pub fn faq_schema() -> Value {
    let mut parts = Parts::default();
    let entry = parts.take::<WrittenEntry>();
    let mut schema = faq::schema(entry);
    if let Some(map) = schema.as_object_mut() {
        map.insert("$schema".into(), DIALECT.into());
        let notify = parts.take::<Notify>();
        map["properties"]["notify_on_start"] = notify;
        map.insert("$defs".into(), parts.defs.into());
    }
    schema
}

/// Any JSON, edited by a widget. utoipa takes no documentation of settings whose schema is given by hand.
pub(crate) fn any_json(widget: &str, description: &str) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(SchemaType::AnyValue)
        .description(Some(description))
        .extensions(Some([("x-widget", widget)].into_iter().collect()))
        .into()
}

/// Schemas that other ones refer to.
#[derive(Default)]
struct Parts {
    defs: Map<String, Value>,
}

impl Parts {
    fn take<T: PartialSchema + ToSchema>(&mut self) -> Value {
        self.add(T::schema, T::schemas)
    }

    fn add(
        &mut self,
        schema: fn() -> RefOr<Schema>,
        parts: fn(&mut Vec<(String, RefOr<Schema>)>),
    ) -> Value {
        let mut list = vec![];
        parts(&mut list);
        for (name, part) in list {
            let part = plain(&part);
            self.defs.entry(name).or_insert(part);
        }
        plain(&schema())
    }
}

/// A schema as JSON, with references into `$defs`.
fn plain(schema: &RefOr<Schema>) -> Value {
    // Schemas are made by derives and always serialise.
    let mut value = serde_json::to_value(schema).unwrap_or_default();
    tidy(&mut value);
    value
}

/// Points references into `$defs`, and lifts the form hints of lists and maps, which utoipa puts on their entries.
fn tidy(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for inner in ["items", "additionalProperties", "propertyNames"] {
                let Some(Value::Object(entry)) = map.get_mut(inner) else {
                    continue;
                };
                let hints: Vec<String> = entry
                    .keys()
                    .filter(|it| it.starts_with("x-"))
                    .cloned()
                    .collect();
                let hints: Vec<_> = hints
                    .into_iter()
                    .filter_map(|it| entry.remove_entry(&it))
                    .collect();
                map.extend(hints);
            }
            if let Some(Value::String(target)) = map.get_mut("$ref") {
                *target = target.replace("#/components/schemas/", "#/$defs/");
            }
            map.values_mut().for_each(tidy);
        }
        Value::Array(list) => list.iter_mut().for_each(tidy),
        _ => {}
    }
}

/// The common keys, those of the question and those of the type, as one object.
fn box_schema(entry: &TypeEntry, parts: &mut Parts) -> Map<String, Value> {
    let own = parts.add(entry.schema, entry.parts);
    let advanced = parts.take::<Advanced>();
    parts.defs.insert("Advanced".into(), advanced);
    let mut properties = Map::new();
    let mut required = vec![json!("id"), json!("type")];
    properties.insert("id".into(), json!({"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^\\S+$", "description": "Stable: analytics survive edits."}));
    properties.insert("type".into(), json!({"const": entry.name}));
    properties.insert(
        "title".into(),
        json!({"type": ["string", "null"], "description": "The box's name on the canvas."}),
    );
    let mut merge = |schema: Value| {
        if let Some(Value::Object(more)) = schema.get("properties") {
            properties.extend(more.clone());
        }
        if let Some(Value::Array(more)) = schema.get("required") {
            required.extend(more.iter().cloned());
        }
    };
    if (entry.info)().asks {
        merge(parts.take::<Question>());
    }
    let description = own.get("description").cloned().unwrap_or_default();
    merge(own);
    properties.insert("advanced".into(), json!({"$ref": "#/$defs/Advanced"}));
    let mut schema = Map::new();
    schema.insert("title".into(), (entry.info)().title.into());
    schema.insert("description".into(), description);
    schema.insert("type".into(), "object".into());
    schema.insert("properties".into(), properties.into());
    schema.insert("required".into(), required.into());
    schema.insert("additionalProperties".into(), false.into());
    schema
}

fn condition_schema() -> Value {
    let mut kinds = vec![
        json!({
            "type": "object", "required": ["op", "of"], "additionalProperties": false,
            "properties": {
                "op": {"enum": ["all", "any"], "description": "All of them hold; at least one holds."},
                "of": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Condition"}}
            }
        }),
        json!({
            "type": "object", "required": ["op", "of"], "additionalProperties": false,
            "properties": {"op": {"const": "not", "description": "It does not hold."}, "of": {"$ref": "#/$defs/Condition"}}
        }),
    ];
    for op in Operator::ALL {
        let mut properties = Map::new();
        properties.insert(
            "op".into(),
            json!({"const": op.as_str(), "description": op.description()}),
        );
        if op.has_subject() {
            properties.insert("field".into(), json!({"type": "string", "x-widget": "field", "description": "The field to look at; without it, the answer."}));
        }
        let one = match op.takes() {
            Takes::Nothing => None,
            Takes::Texts | Takes::Patterns | Takes::Moments | Takes::Length => {
                Some(json!({"type": "string"}))
            }
            Takes::Values | Takes::Bounds => Some(json!({"type": ["string", "number", "boolean"]})),
            Takes::Names if *op == Operator::ChoiceIs => {
                Some(json!({"type": ["string", "number", "boolean"]}))
            }
            Takes::Names => Some(json!({"type": "string", "minLength": 1})),
            Takes::Statuses => Some(json!({"type": ["integer", "string"]})),
        };
        let mut schema = json!({"type": "object", "additionalProperties": false});
        let mut required = vec!["op"];
        if let Some(one) = one {
            let list = json!({"type": "array", "items": one, "minItems": if op.takes() == Takes::Bounds { 2 } else { 1 }});
            match op.takes() {
                Takes::Bounds => {
                    required.push("values");
                    properties.insert("values".into(), list);
                }
                Takes::Length => {
                    required.push("value");
                    properties.insert("value".into(), one);
                }
                _ => {
                    properties.insert("value".into(), one);
                    properties.insert("values".into(), list);
                    schema["oneOf"] = json!([{"required": ["value"]}, {"required": ["values"]}]);
                }
            }
        }
        schema["required"] = json!(required);
        schema["properties"] = properties.into();
        kinds.push(schema);
    }
    json!({"description": "When a link is followed.", "oneOf": kinds})
}
