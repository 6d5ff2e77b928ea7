//! The OpenAPI document and the error codes, as pages to read: made once, from this program alone, with nothing loaded from elsewhere.
//!
//! The pages work without scripts; one script adds a search and sends requests to this very server.
mod errors;
mod markup;
mod operation;
mod page;
mod schema;

use crate::Context;
use crate::problem::{ErrorCode, Problem};
use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::Arc;
use utoipa::openapi::OpenApi;

/// Everything comes from this server, and nothing may be framed, embedded or sent elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(crate) fn routes(document: &OpenApi) -> Router<Context> {
    let document = serde_json::to_value(document).unwrap_or_default();
    let reader: Bytes = page::reader(&document).into();
    let list: Bytes = errors::list().into();
    let each: HashMap<&str, Bytes> = ErrorCode::ALL
        .iter()
        .map(|&it| (it.as_str(), errors::page(&document, it).into()))
        .collect();
    let each = Arc::new(each);
    Router::new()
        .route("/docs", get(async move || html(reader.clone())))
        .route("/docs/errors", get(async move || html(list.clone())))
        .route(
            "/docs/errors/{code}",
            get(
                async move |Path(code): Path<String>| match each.get(code.as_str()) {
                    Some(page) => html(page.clone()),
                    None => Problem::new(
                        ErrorCode::NotFound,
                        "There is no such error code. They are listed at /docs/errors.",
                    )
                    .into_response(),
                },
            ),
        )
        .route(
            "/docs/style.css",
            get(async || asset("text/css", include_str!("docs/style.css"))),
        )
        .route(
            "/docs/script.js",
            get(async || asset("text/javascript", include_str!("docs/script.js"))),
        )
}

fn html(page: Bytes) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ];
    (headers, page).into_response()
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "max-age=300"),
    ];
    (headers, text).into_response()
}
