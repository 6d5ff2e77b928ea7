//! What the OpenAPI document says that a request can answer, so that every problem which a test meets is a documented one.
use http::Method;
use serde_json::Value;
use std::sync::OnceLock;

struct Operation {
    id: String,
    method: String,
    segments: Vec<String>,
    codes: Vec<String>,
}

fn operations() -> &'static [Operation] {
    static ALL: OnceLock<Vec<Operation>> = OnceLock::new();
    ALL.get_or_init(|| {
        let document: Value = serde_json::from_str(&smartbot_api::openapi::document()).unwrap();
        let mut all = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let codes = operation["x-error-codes"].as_array().unwrap();
                all.push(Operation {
                    id: operation["operationId"].as_str().unwrap().to_owned(),
                    method: method.to_uppercase(),
                    segments: path.split('/').map(str::to_owned).collect(),
                    codes: codes
                        .iter()
                        .map(|it| it.as_str().unwrap().to_owned())
                        .collect(),
                });
            }
        }
        // What is named outright comes before what a parameter may stand for.
        all.sort_by_key(|it| it.segments.iter().filter(|it| it.starts_with('{')).count());
        all
    })
}

/// Asserts that the operation behind this request, if any, is documented to answer this code.
pub(crate) fn check(method: &Method, path: &str, code: &str) {
    let path = path.split('?').next().unwrap_or_default();
    let segments: Vec<&str> = path.split('/').collect();
    let fits = |it: &&Operation| {
        let pairs = || it.segments.iter().zip(&segments);
        it.method == method.as_str()
            && it.segments.len() == segments.len()
            && pairs().all(|(known, asked)| {
                known == asked || (known.starts_with('{') && !asked.is_empty())
            })
    };
    if let Some(operation) = operations().iter().find(fits) {
        assert!(
            operation.codes.iter().any(|it| it == code),
            "{} answers {code}: say so in crates/api/src/openapi/codes.rs",
            operation.id
        );
    }
}
