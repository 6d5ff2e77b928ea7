//! Answers that a use case has written already: the same bytes for every repeat.
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use smartbot_app::turns::Reply;

/// The answer as it goes out.
pub(crate) fn answer(reply: Reply) -> Response {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK);
    let no_store = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if reply.body.is_empty() {
        return (status, [no_store]).into_response();
    }
    let json = HeaderValue::from_static("application/json");
    let headers = [(header::CONTENT_TYPE, json), no_store];
    (status, headers, reply.body).into_response()
}
