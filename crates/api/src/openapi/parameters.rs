//! Parameters and bodies as they can be sent: what may be left out is not what may be null.
use super::codes::operations;
use serde_json::{Value, json};
use smartbot_app::turns::once::MAX_KEY;
use utoipa::openapi::request_body::RequestBody;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{OpenApi, RefOr, Required, Schema};

/// The largest number that a parameter of 32 bits takes.
const MAX_32_BITS: u32 = u32::MAX;

/// Takes null out of what parameters of paths, queries and headers can hold, and says of bodies whether they are needed.
pub(super) fn tidy(document: &mut OpenApi) {
    let components = serde_json::to_value(&document.components).unwrap_or_default();
    for item in document.paths.paths.values_mut() {
        for (_, operation) in operations(item) {
            if let Some(RefOr::T(body)) = &mut operation.request_body
                && is_optional(&components, body)
            {
                body.required = Some(Required::False);
            }
            for parameter in operation.parameters.iter_mut().flatten() {
                if let RefOr::T(parameter) = parameter
                    && let Some(schema) = &parameter.schema
                {
                    if parameter.name == "Idempotency-Key" {
                        parameter.schema = Some(idempotency_key());
                        continue;
                    }
                    parameter.schema = without_null(schema).or_else(|| parameter.schema.clone());
                }
            }
        }
    }
}

/// Whether nothing in a JSON body is needed, so that no body at all will do.
fn is_optional(components: &Value, body: &RequestBody) -> bool {
    let Some(RefOr::T(content)) = body.content.get("application/json") else {
        return false;
    };
    let schema = serde_json::to_value(&content.schema).unwrap_or_default();
    let named = schema["$ref"]
        .as_str()
        .and_then(|it| components.pointer(it.strip_prefix("#/components")?));
    let shape = named.unwrap_or(&schema);
    shape["type"] == "object" && shape["required"].is_null() && shape["minProperties"].is_null()
}

fn without_null(schema: &RefOr<Schema>) -> Option<RefOr<Schema>> {
    let mut schema = serde_json::to_value(schema).ok()?;
    // A header or an unsigned number is told by more than its type.
    if schema["format"] == "int32" && schema["minimum"] == 0 {
        schema["format"] = json!("int64");
        if schema["maximum"].is_null() {
            schema["maximum"] = json!(MAX_32_BITS);
        }
    }
    if let Some(types) = schema["type"].as_array_mut() {
        types.retain(|it| it != "null");
        if let [one] = types.as_slice() {
            schema["type"] = one.clone();
        }
    }
    if let Some(options) = schema["oneOf"].as_array_mut() {
        options.retain(|it| *it != json!({"type": "null"}));
        if let [one] = options.as_slice() {
            let one: Value = one.clone();
            return serde_json::from_value(one).ok();
        }
    }
    serde_json::from_value(schema).ok()
}

fn idempotency_key() -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(MAX_KEY))
        .pattern(Some("^[!-~]([ -~]*[!-~])?$"))
        .examples(["visit-4711"])
        .into()
}
