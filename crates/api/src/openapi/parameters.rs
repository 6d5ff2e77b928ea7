//! Parameters as they can be sent: one that may be left out is not one that may be null.
use super::codes::operations;
use serde_json::{Value, json};
use utoipa::openapi::{OpenApi, RefOr, Schema};

/// Takes null out of what parameters of paths, queries and headers can hold.
pub(super) fn tidy(document: &mut OpenApi) {
    for item in document.paths.paths.values_mut() {
        for (_, operation) in operations(item) {
            for parameter in operation.parameters.iter_mut().flatten() {
                if let RefOr::T(parameter) = parameter
                    && let Some(schema) = &parameter.schema
                {
                    parameter.schema = without_null(schema).or_else(|| parameter.schema.clone());
                }
            }
        }
    }
}

fn without_null(schema: &RefOr<Schema>) -> Option<RefOr<Schema>> {
    let mut schema = serde_json::to_value(schema).ok()?;
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
