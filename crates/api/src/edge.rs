//! What surrounds every request: its id, its span, problems in their final form, a panic that becomes a problem.
use crate::Context;
use crate::problem::{ErrorCode, Problem};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use smartbot_app::App;
use std::time::Instant;
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument;

/// Puts the edge around all routes.
pub(crate) fn wrap(routes: Router<Context>, context: &Context) -> Router<Context> {
    routes
        .fallback(async || {
            Problem::new(
                ErrorCode::NotFound,
                "There is no such path. The paths are listed in /openapi.json.",
            )
        })
        .method_not_allowed_fallback(async || {
            Problem::new(
                ErrorCode::MethodNotAllowed,
                "This path does not take this method. See /openapi.json.",
            )
        })
        .layer(CatchPanicLayer::custom(|_| {
            Problem::new(ErrorCode::Internal, ErrorCode::Internal.description()).into_response()
        }))
        .layer(middleware::from_fn_with_state(
            context.app.clone(),
            accompany,
        ))
}

async fn accompany(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut bytes = [0; 16];
    app.random.fill(&mut bytes);
    let id = format!("req_{:032x}", u128::from_be_bytes(bytes));
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<axum::extract::MatchedPath>()
        .map_or("-", |it| it.as_str())
        .to_owned();
    let span = tracing::info_span!("request", request.id = %id, http.method = %method, http.route = %route);
    let started = Instant::now();
    let mut response = async {
        let response = next.run(request).await;
        tracing::debug!(http.status = response.status().as_u16(), "answered");
        response
    }
    .instrument(span)
    .await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response = problem.render(&id);
    }
    let status = response.status().as_u16().to_string();
    metrics::histogram!("smartbot_http_seconds", "method" => method.to_string(), "route" => route, "status" => status)
        .record(started.elapsed().as_secs_f64());
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
        .headers_mut()
        .entry("x-content-type-options")
        .or_insert(HeaderValue::from_static("nosniff"));
    response
}
