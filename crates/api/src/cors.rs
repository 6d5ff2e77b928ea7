//! What browsers ask before a page of another site talks to a session (CORS). Off but for the origins that a workspace lists, for calls
//! with a session key only, without credentials.
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use smartbot_app::App;

/// The only paths that pages of other sites may reach.
const PATHS: &str = "/api/v1/sessions/{id}";

/// How long a browser remembers the answer, in seconds.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// The origin of a page on whose behalf a browser asks before it sends; none when this is no such question.
pub(crate) fn asking(request: &Request) -> Option<HeaderValue> {
    let headers = request.headers();
    if request.method() != Method::OPTIONS
        || !headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
    {
        return None;
    }
    let path = request.extensions().get::<MatchedPath>()?.as_str();
    let rest = path.strip_prefix(PATHS)?;
    let is_below = rest.is_empty() || rest.starts_with('/');
    headers.get(header::ORIGIN).filter(|_| is_below).cloned()
}

/// The answer to a browser that asks; none when no page of that origin may send.
///
/// The question comes without a credential, so it cannot be known for which workspace: any that lists the origin will do. The answer to
/// the request itself is readable only for the origins of its own workspace.
pub(crate) async fn preflight(app: &App, origin: HeaderValue) -> Option<Response> {
    // A database that does not answer lets nobody in.
    if !app.is_listed_origin(origin.to_str().ok()?).await.ok()? {
        return None;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    let answer = response.headers_mut();
    allow(answer, origin);
    answer.insert(
        header::ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("GET, POST, PATCH"),
    );
    answer.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("authorization, content-type, idempotency-key, last-event-id"),
    );
    answer.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    Some(response)
}

/// Lets pages of this origin read the answer.
pub(crate) fn allow(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static(
            "x-request-id, retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset",
        ),
    );
}
