//! The demo's stand-in for a clinic's patient portal: answers the External API boxes and receives the webhooks. A real server on loopback.
use crate::demo::receiver;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The secrets that the portal checks calls with.
pub(crate) struct Secrets {
    /// Of the webhook endpoint.
    pub(crate) webhook: String,
    /// Of External API calls.
    pub(crate) calls: String,
}

/// Answers until the server stops.
pub(crate) async fn run(listener: TcpListener, secrets: Secrets, stopping: CancellationToken) {
    let routes = Router::new()
        .route("/api/insurance", post(insurance))
        .route("/api/appointments", post(appointments))
        .route("/webhooks", post(webhooks))
        .with_state(Arc::new(secrets));
    if let Err(error) = axum::serve(listener, routes)
        .with_graceful_shutdown(stopping.cancelled_owned())
        .await
    {
        tracing::error!(%error, "the demo's portal ended");
    }
}

/// Why a call was not taken.
enum Refused {
    Untrusted(String),
    NotJson,
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, error) = match self {
            Self::Untrusted(why) => (StatusCode::UNAUTHORIZED, why),
            Self::NotJson => (StatusCode::BAD_REQUEST, "not JSON".to_owned()),
        };
        (status, Json(json!({"error": error}))).into_response()
    }
}

fn trusted(secrets: &Secrets, headers: &HeaderMap, body: &[u8]) -> Result<Value, Refused> {
    if let receiver::Verdict::Untrusted(why) =
        receiver::verdict(Some(&secrets.calls), headers, body)
    {
        return Err(Refused::Untrusted(why));
    }
    serde_json::from_slice(body).map_err(|_| Refused::NotJson)
}

/// Members whose number begins with M are known.
async fn insurance(
    State(secrets): State<Arc<Secrets>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refused> {
    let asked = trusted(&secrets, &headers, &body)?;
    let member = asked["member_number"].as_str().unwrap_or_default();
    if !member.to_ascii_uppercase().starts_with('M') {
        return Ok((
            StatusCode::NOT_FOUND,
            Json(json!({"error": "unknown member"})),
        )
            .into_response());
    }
    Ok(
        Json(
            json!({"active": true, "plan": "Gold PPO", "copay": 25, "member_since": "2021-04-01"}),
        )
        .into_response(),
    )
}

async fn appointments(
    State(secrets): State<Arc<Secrets>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refused> {
    let asked = trusted(&secrets, &headers, &body)?;
    Ok(Json(
        json!({"booking": {"id": "A-1042", "slot": {"start": asked["appointment_at"]}}}),
    ))
}

async fn webhooks(
    State(secrets): State<Arc<Secrets>>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let verdict = receiver::verdict(Some(&secrets.webhook), &headers, &body);
    receiver::print(&headers, &body, &verdict, false);
    if matches!(verdict, receiver::Verdict::Trusted) {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::UNAUTHORIZED
    }
}
