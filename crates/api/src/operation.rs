//! For those who run the server: is it alive, is it ready, how does it do.
use crate::Context;
use crate::problem::{ErrorCode, Problem};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;

pub(crate) fn routes() -> Router<Context> {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
}

/// Alive: the process answers.
async fn healthz() -> Json<serde_json::Value> {
    Json(json!({"status": "ok"}))
}

/// Ready: the database answers too. With a disk that is nearly full the server still reads, and says so.
async fn readyz(State(context): State<Context>) -> Response {
    let disk = if context.app.disk.is_short() {
        "nearly_full"
    } else {
        "ok"
    };
    match context.app.store.ping().await {
        Ok(()) => {
            let status = if disk == "ok" { "ok" } else { "read_only" };
            Json(json!({"status": status, "database": "ok", "disk": disk})).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "not ready");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                Json(json!({"status": "unavailable", "database": "unavailable", "disk": disk})),
            )
                .into_response()
        }
    }
}

/// Prometheus text, unless it has a listener of its own.
async fn metrics(State(context): State<Context>) -> Response {
    let Some(metrics) = &context.options.metrics else {
        let detail = "Metrics are served elsewhere: see the setting metrics_listen.";
        return Problem::new(ErrorCode::NotFound, detail).into_response();
    };
    let text = metrics.render();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}
