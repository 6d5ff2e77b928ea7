//! A receiver of webhooks on this machine: checks the signature of each call and prints it.
use crate::output;
use anyhow::{Context, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use smartbot_app::clock::SystemClock;
use smartbot_app::delivery::sign;
use smartbot_egress::{Client, OverLimit, Policy, Request};
use smartbot_model::time::Clock;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// How long the server behind `--forward` may take.
const FORWARD_WITHIN: Duration = Duration::from_secs(14);

/// What of an answer's headers SmartBot goes by, or shows.
const PASSED_BACK: [HeaderName; 3] = [
    header::CONTENT_TYPE,
    header::RETRY_AFTER,
    HeaderName::from_static("webhook-delivery"),
];

struct Receiver {
    secret: Option<String>,
    forward: Option<(Client, String)>,
    json: bool,
}

/// Receives until somebody stops it.
pub(crate) async fn listen(
    listener: TcpListener,
    secret: Option<String>,
    forward: Option<String>,
    json: bool,
) -> Result<()> {
    let forward = match forward {
        Some(url) => {
            let client = Client::new(Policy::open()).context("the HTTP client cannot be made")?;
            client
                .check_url(&url)
                .with_context(|| format!("--forward {url} cannot be used"))?;
            Some((client, url))
        }
        None => None,
    };
    let state = Arc::new(Receiver {
        secret,
        forward,
        json,
    });
    let routes = Router::new().fallback(receive).with_state(state);
    axum::serve(listener, routes)
        .with_graceful_shutdown(async { drop(tokio::signal::ctrl_c().await) })
        .await?;
    Ok(())
}

async fn receive(
    State(receiver): State<Arc<Receiver>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let verdict = verdict(receiver.secret.as_deref(), &headers, &body);
    print(&headers, &body, &verdict, receiver.json);
    if matches!(verdict, Verdict::Untrusted(_)) {
        return (StatusCode::UNAUTHORIZED, "the signature does not fit").into_response();
    }
    match &receiver.forward {
        None => StatusCode::NO_CONTENT.into_response(),
        Some((client, url)) => forward(client, url, headers, body).await,
    }
}

async fn forward(client: &Client, url: &str, mut headers: HeaderMap, body: Bytes) -> Response {
    for hop in ["host", "content-length", "transfer-encoding", "connection"] {
        headers.remove(hop);
    }
    let request = Request {
        method: http::Method::POST,
        url: url.to_owned(),
        headers,
        body,
        deadline: FORWARD_WITHIN,
        max_body: 64 * 1024,
        over_limit: OverLimit::Cut,
    };
    match client.send(request).await {
        Ok(answer) => {
            output::aside(&format!("→ {url} answered {}", answer.status.as_u16()));
            let mut passed = HeaderMap::new();
            for name in PASSED_BACK {
                if let Some(value) = answer.headers.get(&name) {
                    passed.insert(name, value.clone());
                }
            }
            (answer.status, passed, answer.body).into_response()
        }
        Err(error) => {
            let said = format!("{url} did not answer: {error}");
            output::aside(&format!("→ {said}"));
            (StatusCode::BAD_GATEWAY, said).into_response()
        }
    }
}

/// Whether a call can be trusted.
pub(crate) enum Verdict {
    Trusted,
    Untrusted(String),
    NotChecked,
}

/// Checks the signature of a call.
pub(crate) fn verdict(secret: Option<&str>, headers: &HeaderMap, body: &[u8]) -> Verdict {
    let Some(secret) = secret else {
        return Verdict::NotChecked;
    };
    let header = |name: &str| {
        headers
            .get(name)
            .and_then(|it| it.to_str().ok())
            .unwrap_or_default()
    };
    let (id, timestamp, signature) = (
        header("webhook-id"),
        header("webhook-timestamp"),
        header("webhook-signature"),
    );
    match sign::verify(secret, id, timestamp, signature, body, SystemClock.now()) {
        Ok(()) => Verdict::Trusted,
        Err(error) => Verdict::Untrusted(error.to_string()),
    }
}

/// Prints a call.
pub(crate) fn print(headers: &HeaderMap, body: &[u8], verdict: &Verdict, as_json: bool) {
    let id = headers
        .get("webhook-id")
        .and_then(|it| it.to_str().ok())
        .unwrap_or("-");
    let payload: Option<Value> = serde_json::from_slice(body).ok();
    if as_json {
        let trusted = match verdict {
            Verdict::Trusted => Some(true),
            Verdict::Untrusted(_) => Some(false),
            Verdict::NotChecked => None,
        };
        output::json(&json!({"webhook_id": id, "trusted": trusted, "payload": payload}));
        return;
    }
    let word = match verdict {
        Verdict::Trusted => output::paint("signature ok", "32"),
        Verdict::Untrusted(why) => output::paint(&format!("refused: {why}"), "31"),
        Verdict::NotChecked => "not checked".to_owned(),
    };
    let kind = payload
        .as_ref()
        .and_then(|it| it["type"].as_str())
        .unwrap_or("not an event");
    output::line(&format!("← {} {id} ({word})", output::paint(kind, "36")));
    if let Some(payload) = payload {
        // Of an event, what it tells; of anything else, like an External API call, all of it.
        let shown = if payload["type"].is_string() {
            &payload["data"]
        } else {
            &payload
        };
        output::line(&serde_json::to_string_pretty(shown).unwrap_or_default());
    }
}
