//! The OpenAPI document, and that and the error codes as pages to read: made once, from this program alone, with nothing loaded from elsewhere.
//!
//! The pages work without scripts; one script adds a search and sends requests to this very server.
mod errors;
mod markup;
mod operation;
mod page;
mod schema;

use crate::problem::{ErrorCode, Problem};
use crate::{Context, openapi};
use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use smartbot_app::Error;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// Everything comes from this server, and nothing may be framed, embedded or sent elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The document and its pages. They take megabytes while they are made, and most servers are never asked for them.
struct Pages {
    document: Bytes,
    reader: Bytes,
    errors: Bytes,
    error: HashMap<&'static str, Bytes>,
}

impl Pages {
    fn make() -> Self {
        let document = openapi::made();
        let text = document.to_json().unwrap_or_default();
        let document = serde_json::to_value(document).unwrap_or_default();
        Self {
            document: text.into(),
            reader: page::reader(&document).into(),
            errors: errors::list().into(),
            error: ErrorCode::ALL
                .iter()
                .map(|&it| (it.as_str(), errors::page(&document, it).into()))
                .collect(),
        }
    }
}

/// Made when they are asked for first, where that holds up nobody.
#[derive(Clone, Default)]
struct Made(Arc<OnceCell<Pages>>);

impl Made {
    async fn answer(&self, of: impl FnOnce(&Pages) -> Response) -> Response {
        let make = async || tokio::task::spawn_blocking(Pages::make).await;
        match self.0.get_or_try_init(make).await {
            Ok(pages) => of(pages),
            Err(error) => Problem::from(Error::internal(error)).into_response(),
        }
    }
}

pub(crate) fn routes() -> Router<Context> {
    let made = Made::default();
    let page = |which: fn(&Pages) -> &Bytes| {
        let made = made.clone();
        get(async move || made.answer(|it| html(which(it).clone())).await)
    };
    let (document, error) = (made.clone(), made.clone());
    Router::new()
        .route(
            "/openapi.json",
            get(async move || document.answer(|it| json(it.document.clone())).await),
        )
        .route("/docs", page(|it| &it.reader))
        .route("/docs/errors", page(|it| &it.errors))
        .route(
            "/docs/errors/{code}",
            get(async move |Path(code): Path<String>| {
                let of = |it: &Pages| match it.error.get(code.as_str()) {
                    Some(page) => html(page.clone()),
                    None => Problem::new(
                        ErrorCode::NotFound,
                        "There is no such error code. They are listed at /docs/errors.",
                    )
                    .into_response(),
                };
                error.answer(of).await
            }),
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

fn json(document: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], document).into_response()
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
