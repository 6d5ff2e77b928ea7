//! Sends what is due: claims by lease in batches, sends with no transaction open, records the outcomes in batches.
use crate::App;
use crate::delivery::{schedule, sign};
use http::{HeaderMap, HeaderValue, Method, header};
use smartbot_egress::{OverLimit, Request};
use smartbot_model::event::{Envelope, SCHEMA_VERSION, ids_only};
use smartbot_model::webhook::PayloadDetail;
use smartbot_model::{DeliveryId, EndpointId, Phi, Time, WorkspaceId};
use smartbot_store::{AttemptRecord, ClaimedDelivery, Outcome};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;

/// How many deliveries are on their way at once, over all endpoints.
const IN_FLIGHT: usize = 256;

/// How many deliveries are on their way to one endpoint at once, so that one that hangs does not take all places.
const IN_FLIGHT_PER_ENDPOINT: usize = 16;

/// How long one try may take: look-up, connection, headers and body.
const DEADLINE: Duration = Duration::from_secs(15);

/// How long a claim holds: the deadline and time to record.
const LEASE: Duration = Duration::from_secs(25);

/// How much of an answer is read.
const MAX_ANSWER: usize = 64 * 1024;

/// How much of an answer is kept.
const MAX_KEPT: usize = 16 * 1024;

/// The longest sleep, in case a wake-up was lost.
const SWEEP: Duration = Duration::from_secs(5);

/// What identifies us to receivers.
pub(crate) const USER_AGENT: &str = concat!("SmartBot/", env!("CARGO_PKG_VERSION"));

#[derive(Clone, Default)]
struct InFlight(Arc<Mutex<HashMap<EndpointId, usize>>>);

impl InFlight {
    fn change<T>(&self, change: impl FnOnce(&mut HashMap<EndpointId, usize>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn total(&self) -> usize {
        self.change(|it| it.values().sum())
    }

    /// Endpoints that have all their places taken.
    fn full(&self) -> Vec<EndpointId> {
        self.change(|it| {
            it.iter()
                .filter(|(_, count)| **count >= IN_FLIGHT_PER_ENDPOINT)
                .map(|(id, _)| *id)
                .collect()
        })
    }

    fn leave(&self, endpoint: EndpointId) {
        self.change(|it| {
            if let Some(count) = it.get_mut(&endpoint) {
                *count -= 1;
                if *count == 0 {
                    it.remove(&endpoint);
                }
            }
        });
    }
}

/// Runs until the server stops.
pub(crate) async fn work(app: App) {
    let (outcomes, inbox) = mpsc::channel(IN_FLIGHT * 2);
    app.tasks.spawn(record(app.clone(), inbox));
    let in_flight = InFlight::default();
    let stopping = app.tasks.stopping();
    while !stopping.is_cancelled() {
        let woken = app.deliveries_due.notified();
        let sent = send_due(&app, &in_flight, &outcomes).await;
        let pause = if sent > 0 {
            Duration::ZERO
        } else {
            until_next(&app).await
        };
        tokio::select! {
            () = stopping.cancelled() => return,
            () = woken => {}
            () = tokio::time::sleep(pause), if pause > Duration::ZERO || in_flight.total() < IN_FLIGHT => {}
        }
    }
}

/// Claims and sends what is due and has a place. Returns how many.
async fn send_due(
    app: &App,
    in_flight: &InFlight,
    outcomes: &mpsc::Sender<AttemptRecord>,
) -> usize {
    let free = IN_FLIGHT.saturating_sub(in_flight.total());
    if free == 0 {
        return 0;
    }
    let limit = u32::try_from(free).unwrap_or(u32::MAX);
    let claimed = match app
        .store
        .claim_deliveries(app.now(), LEASE, limit, &in_flight.full())
        .await
    {
        Ok(claimed) => claimed,
        Err(error) => {
            tracing::error!(%error, "deliveries could not be claimed");
            return 0;
        }
    };
    let mut back = Vec::new();
    let mut sent = 0;
    for delivery in claimed {
        let has_place = in_flight.change(|it| {
            let count = it.entry(delivery.endpoint_id).or_default();
            let has_place = *count < IN_FLIGHT_PER_ENDPOINT;
            *count += usize::from(has_place);
            has_place
        });
        if !has_place {
            back.push((delivery.workspace_id, delivery.id, delivery.attempt));
            continue;
        }
        sent += 1;
        let (app, in_flight, outcomes) = (app.clone(), in_flight.clone(), outcomes.clone());
        app.clone().tasks.spawn(async move {
            let endpoint = delivery.endpoint_id;
            let claim = (delivery.workspace_id, delivery.id, delivery.attempt);
            let record = tokio::select! {
                record = attempt(&app, delivery) => Some(record),
                () = app.tasks.giving_back().cancelled_owned() => None,
            };
            in_flight.leave(endpoint);
            match record {
                // The recorder lives as long as senders do.
                Some(record) => drop(outcomes.send(record).await),
                None => give_back(&app, &[claim]).await,
            }
            app.deliveries_due.notify_one();
        });
    }
    if !back.is_empty() {
        give_back(app, &back).await;
    }
    sent
}

/// Makes claimed deliveries due again.
async fn give_back(app: &App, claims: &[(WorkspaceId, DeliveryId, u32)]) {
    if let Err(error) = app.store.give_back_deliveries(claims).await {
        tracing::warn!(%error, "deliveries could not be given back; their leases will end");
    }
}

/// How long nothing will be due.
async fn until_next(app: &App) -> Duration {
    match app.store.next_delivery_due().await {
        Ok(Some(due)) => due.since(app.now()).clamp(Duration::from_millis(20), SWEEP),
        Ok(None) => SWEEP,
        Err(error) => {
            tracing::error!(%error, "the database does not tell what is due");
            SWEEP
        }
    }
}

/// One try of one delivery.
async fn attempt(app: &App, delivery: ClaimedDelivery) -> AttemptRecord {
    let started_at = app.now();
    let sent = send(app, &delivery, started_at).await;
    let retry = || match schedule::wait_after(delivery.attempt, &*app.random) {
        Some(wait) => Outcome::Retry {
            due_at: app.now().plus(wait),
        },
        None => Outcome::Dead,
    };
    let (status, error, response, outcome) = match sent {
        Ok(answer) => {
            let kept = String::from_utf8_lossy(&answer.body[..answer.body.len().min(MAX_KEPT)])
                .into_owned();
            let outcome = if answer.status.is_success() {
                Outcome::Delivered
            } else {
                retry()
            };
            let error = (!answer.status.is_success()).then(|| "http_status".to_owned());
            (
                Some(answer.status.as_u16()),
                error,
                Some(Phi::new(kept)),
                outcome,
            )
        }
        Err(Unsent::Http(error)) => {
            // A refused address stays refused until somebody changes a setting.
            let refused = matches!(error, smartbot_egress::Error::Refused(_));
            (
                None,
                Some(error.code().to_owned()),
                None,
                if refused { Outcome::Dead } else { retry() },
            )
        }
        Err(Unsent::Ours(error)) => {
            tracing::error!(%error, delivery.id = %delivery.id, "a delivery could not be made up");
            (None, Some("internal".to_owned()), None, retry())
        }
    };
    let state = match outcome {
        Outcome::Delivered => "delivered",
        Outcome::Retry { .. } => "retry",
        Outcome::Dead => "dead",
    };
    metrics::counter!("smartbot_webhook_attempts_total", "outcome" => state).increment(1);
    if outcome == Outcome::Dead {
        tracing::warn!(delivery.id = %delivery.id, endpoint.id = %delivery.endpoint_id, event.type = delivery.event.event_type.as_str(), status, error, "a delivery was given up");
    }
    AttemptRecord {
        workspace_id: delivery.workspace_id,
        delivery_id: delivery.id,
        attempt: delivery.attempt,
        started_at,
        duration: app.now().since(started_at),
        status,
        error,
        response,
        outcome,
    }
}

enum Unsent {
    Http(smartbot_egress::Error),
    Ours(crate::Error),
}

impl<E: Into<crate::Error>> From<E> for Unsent {
    fn from(error: E) -> Self {
        Self::Ours(error.into())
    }
}

async fn send(
    app: &App,
    delivery: &ClaimedDelivery,
    at: Time,
) -> Result<smartbot_egress::Answer, Unsent> {
    let endpoints = app.endpoints_of(delivery.workspace_id).await?;
    let endpoint = endpoints
        .iter()
        .find(|it| it.id == delivery.endpoint_id)
        .ok_or(crate::Error::NotFound("endpoint"))?;
    let secret = app
        .endpoint_secret(delivery.workspace_id, delivery.endpoint_id)
        .await?;
    let body = payload(delivery, endpoint.detail)?;
    let id = delivery.event.id.to_string();
    let signature = sign::sign(secret.expose(), &id, at, &body);
    let request = Request {
        method: Method::POST,
        url: endpoint.url.clone(),
        headers: headers(&id, at, &signature)?,
        body: body.into(),
        deadline: DEADLINE,
        max_body: MAX_ANSWER,
        over_limit: OverLimit::Cut,
    };
    app.egress.send(request).await.map_err(Unsent::Http)
}

/// The exact bytes of a delivery: the same on every try.
fn payload(delivery: &ClaimedDelivery, detail: PayloadDetail) -> Result<Vec<u8>, crate::Error> {
    let event = &delivery.event;
    let mut data = event.data.expose().clone();
    if detail == PayloadDetail::IdsOnly {
        ids_only(&mut data);
    }
    let envelope = Envelope {
        id: event.id,
        r#type: event.event_type,
        occurred_at: event.occurred_at,
        schema_version: SCHEMA_VERSION,
        workspace_id: delivery.workspace_id,
        subject: event.subject.clone(),
        sequence: event.sequence,
        actor: event.actor.clone(),
        data,
    };
    Ok(serde_json::to_vec(&envelope)?)
}

/// The headers of everything that is posted as JSON and signed by Standard Webhooks.
pub(crate) fn headers(id: &str, at: Time, signature: &str) -> Result<HeaderMap, crate::Error> {
    let value = |text: &str| HeaderValue::from_str(text).map_err(crate::Error::internal);
    let mut headers = HeaderMap::with_capacity(8);
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
    headers.insert("webhook-id", value(id)?);
    headers.insert("webhook-timestamp", value(&at.unix_seconds().to_string())?);
    headers.insert("webhook-signature", value(signature)?);
    Ok(headers)
}

/// Writes outcomes down, as many at a time as have come together.
async fn record(app: App, mut inbox: mpsc::Receiver<AttemptRecord>) {
    let mut batch = Vec::new();
    while inbox.recv_many(&mut batch, IN_FLIGHT).await > 0 {
        // A record that is lost costs one more try under the same id when the lease ends.
        if let Err(error) = app.store.record_attempts(std::mem::take(&mut batch)).await {
            tracing::error!(%error, "the outcome of deliveries could not be written down");
        }
    }
}
