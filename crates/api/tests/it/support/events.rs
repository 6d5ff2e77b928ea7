//! Events as they are kept and as they are delivered.
use super::PATIENCE;
use serde_json::Value;
use smartbot_app::delivery::sign;
use smartbot_model::event::Actor;
use smartbot_model::{EventType, Time};
use smartbot_store::EventRow;
use smartbot_testkit::{Receiver, Request, until_some};

/// A recorded event.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) event_type: EventType,
    pub(crate) subject: String,
    pub(crate) sequence: u64,
    pub(crate) actor: Actor,
    pub(crate) data: Value,
}

impl From<EventRow> for Event {
    fn from(row: EventRow) -> Self {
        Self {
            event_type: row.event_type,
            subject: row.subject,
            sequence: row.sequence,
            actor: row.actor,
            data: row.data.into_inner(),
        }
    }
}

/// Waits until the receiver has got `count` events at `path`, each known by its id once, and returns them in their
/// order of arrival.
pub(crate) async fn delivered(receiver: &Receiver, path: &str, count: usize) -> Vec<Value> {
    let what = format!("{count} events at {path}");
    until_some(&what, PATIENCE, async || {
        let got = events_at(receiver, path);
        (got.len() >= count).then_some(got)
    })
    .await
}

/// The events that arrived at `path` so far, each once.
pub(crate) fn events_at(receiver: &Receiver, path: &str) -> Vec<Value> {
    let mut got: Vec<Value> = Vec::new();
    for request in receiver.requests_to(path) {
        let event = request.json();
        if got.iter().all(|it| it["id"] != event["id"]) {
            got.push(event);
        }
    }
    got
}

/// Waits for the event of this type at `path`.
pub(crate) async fn delivered_type(receiver: &Receiver, path: &str, event_type: &str) -> Value {
    until_some(event_type, PATIENCE, async || {
        events_at(receiver, path)
            .into_iter()
            .find(|it| it["type"] == event_type)
    })
    .await
}

/// Checks the signature of a request as a receiver does.
#[track_caller]
pub(crate) fn verify(request: &Request, secret: &str, now: Time) {
    let header = |name| {
        request
            .header(name)
            .unwrap_or_else(|| panic!("no header {name}"))
    };
    let (id, timestamp, signatures) = (
        header("webhook-id"),
        header("webhook-timestamp"),
        header("webhook-signature"),
    );
    if let Err(error) = sign::verify(secret, id, timestamp, signatures, &request.body, now) {
        panic!("{} {}: {error}", request.method, request.uri);
    }
    let wrong = sign::verify(
        "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        id,
        timestamp,
        signatures,
        &request.body,
        now,
    );
    assert!(wrong.is_err(), "any secret verifies");
}
