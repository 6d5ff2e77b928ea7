//! A receiver of webhooks in Rust: takes the secret from `SECRET` and the port from `PORT`, verifies and prints each event.
//! Needs axum, tokio, serde_json and standardwebhooks.
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::Value;
use standardwebhooks::{Webhook, WebhookError};
use std::env;
use std::error::Error;
use std::sync::Arc;
use tokio::net::TcpListener;

#[expect(clippy::disallowed_methods, reason = "a program of its own")]
#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = env::var("PORT").unwrap_or_else(|_| "9000".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("listening on {port}");
    axum::serve(listener, routes(&env::var("SECRET")?)?).await?;
    Ok(())
}

/// The address `/hooks`, for whoever signs with this secret.
pub fn routes(secret: &str) -> Result<Router, WebhookError> {
    let webhook = Arc::new(Webhook::new(secret)?);
    Ok(Router::new()
        .route("/hooks", post(receive))
        .with_state(webhook))
}

/// The body must be the bytes that came: JSON that was read and written again has another signature.
async fn receive(
    State(webhook): State<Arc<Webhook>>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    if webhook.verify(&body, &headers).is_err() {
        return StatusCode::BAD_REQUEST;
    }
    let Ok(event) = serde_json::from_slice::<Value>(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    // Answer soon and do the work afterwards. An event may come twice: know it by its id.
    println!("{} {}", event["type"], event["id"]);
    StatusCode::NO_CONTENT
}
