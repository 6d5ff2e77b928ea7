//! The receiver in Rust of `examples/receivers` against deliveries of a running server. Those in other languages, and what deceives a
//! receiver in more ways, are in `web/test/receivers.test.ts`.
use crate::support::{Http, PATIENCE, Place, documents};
use http::Method;
use serde_json::json;
use smartbot_app::clock::SystemClock;
use smartbot_model::time::Clock;
use smartbot_testkit::{spawn, until};
use standardwebhooks::Webhook;
use std::net::Ipv4Addr;
use tokio::net::TcpListener;

#[expect(dead_code, unreachable_pub, reason = "it is a program of its own")]
#[path = "../../../../examples/receivers/receiver.rs"]
mod receiver;

/// What the metrics tell once a delivery has arrived.
const TOLD: [&str; 7] = [
    "smartbot_webhook_attempts_total{outcome=\"delivered\"} 1\n",
    "smartbot_http_seconds_bucket{",
    "smartbot_turn_seconds_bucket{",
    "smartbot_webhook_attempt_seconds_bucket{outcome=\"delivered\",",
    "smartbot_webhook_lag_seconds_bucket{",
    "smartbot_store_waiting_writes_bucket{",
    "smartbot_store_group_lists_bucket{",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_receiver_in_rust_verifies_deliveries_and_is_not_deceived() {
    let mut place = Place::served().await;
    place.init().await;
    place.publish(&documents::choice()).await;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let made = place
        .endpoint(&format!("{base}/hooks"), "session.started")
        .await;
    let secret = made["secret"].as_str().unwrap().to_owned();
    let routes = receiver::routes(&secret).unwrap();
    spawn(async move { axum::serve(listener, routes).await.unwrap() });
    let (http, _) = place.chat("Choice").await;
    // Not all of it comes at the same moment.
    for told in TOLD {
        until(told, PATIENCE, async || {
            let answer = http.try_call(Method::GET, "/metrics", &[], None);
            answer.await.unwrap().1.contains(told)
        })
        .await;
    }

    let now = SystemClock.now().unix_seconds();
    let body = json!({"id": "evt_1", "type": "webhook.test", "data": {}});
    let post = async |key: &str, at: i64, sent: &serde_json::Value| {
        let signer = Webhook::new(key).unwrap();
        let signature = signer
            .sign("evt_1", at, body.to_string().as_bytes())
            .unwrap();
        let at = at.to_string();
        let headers = [
            ("webhook-id", "evt_1"),
            ("webhook-timestamp", at.as_str()),
            ("webhook-signature", signature.as_str()),
        ];
        let http = Http::new(&base);
        let answer = http.try_call(Method::POST, "/hooks", &headers, Some(sent));
        answer.await.unwrap().0
    };
    assert_eq!(post(&secret, now, &body).await, 204);
    let changed = json!({"id": "evt_1", "type": "webhook.test", "data": {"a": 1}});
    assert_eq!(post(&secret, now, &changed).await, 400, "a changed body");
    let other = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    assert_eq!(post(other, now, &body).await, 400, "another secret");
    for away in [-360, 360] {
        assert_eq!(post(&secret, now + away, &body).await, 400, "{away} s away");
    }
}
