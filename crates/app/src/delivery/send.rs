//! One try of one delivery: the exact bytes, the signatures, and what the answer means.
use crate::App;
use crate::delivery::kept::{self, Kept};
use crate::delivery::lanes::Noted;
use crate::delivery::{schedule, sign};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use smartbot_egress::{Answer, OverLimit, Phase, Phases, Request, Unanswered};
use smartbot_model::event::{Envelope, SCHEMA_VERSION, ids_only};
use smartbot_model::webhook::{Endpoint, EndpointState, PayloadDetail};
use smartbot_model::{Phi, Time, WorkspaceId};
use smartbot_store::{
    AttemptPhases, AttemptRecord, ClaimedDelivery, EndpointSecrets, EventRow, Outcome,
};
use std::time::Duration;

/// Where the signatures stand.
pub(crate) const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// How much of an answer is read.
const MAX_ANSWER: usize = 64 * 1024;

/// The longest wait that a receiver may ask for.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(24 * 3_600);

/// What identifies us to receivers.
pub(crate) const USER_AGENT: &str = concat!("SmartBot/", env!("CARGO_PKG_VERSION"));

/// What became of a try.
pub(crate) struct Tried {
    /// What is written down.
    pub(crate) record: AttemptRecord,
    /// What the lane is told.
    pub(crate) noted: Noted,
    /// Why the receiver wants no more, when it said so.
    pub(crate) disable: Option<&'static str>,
}

/// One try. None when the endpoint is not to be sent anything now: then the delivery is to be given back.
pub(crate) async fn attempt(app: &App, delivery: &ClaimedDelivery) -> Option<Tried> {
    let started_at = app.now();
    let sent = send(app, delivery, started_at).await;
    if matches!(sent, Err(Unsent::NotNow)) {
        return None;
    }
    let meaning = Meaning::of(app, delivery, &sent);
    let phase = match &sent {
        Err(Unsent::Http(it)) => it.phase.map(Phase::as_str),
        _ => None,
    };
    let (status, response, response_headers, phases) = match sent {
        Ok(Answered { answer, kept }) => (
            Some(answer.status.as_u16()),
            Some(Phi::new(kept.body)),
            Some(Phi::new(kept.headers)),
            phases(&answer.phases),
        ),
        Err(Unsent::Http(it)) => (None, None, None, phases(&it.phases)),
        Err(_) => (None, None, None, AttemptPhases::default()),
    };
    let duration = app.now().since(started_at);
    if delivery.attempt == 1 {
        metrics::histogram!("smartbot_webhook_lag_seconds")
            .record(started_at.since(delivery.created_at).as_secs_f64());
    }
    tell(delivery, &meaning, status, duration);
    let record = AttemptRecord {
        workspace_id: delivery.workspace_id,
        delivery_id: delivery.id,
        attempt: delivery.attempt,
        started_at,
        duration,
        status,
        error: meaning.error,
        phase,
        response,
        response_headers,
        phases,
        outcome: meaning.outcome,
        endpoint_id: delivery.endpoint_id,
        order_subject: delivery.order_subject.clone(),
    };
    Some(Tried {
        record,
        noted: meaning.noted,
        disable: meaning.disable,
    })
}

fn tell(delivery: &ClaimedDelivery, meaning: &Meaning, status: Option<u16>, duration: Duration) {
    let state = match meaning.outcome {
        Outcome::Delivered => "delivered",
        Outcome::Retry { .. } => "retry",
        Outcome::Dead => "dead",
    };
    metrics::counter!("smartbot_webhook_attempts_total", "outcome" => state).increment(1);
    metrics::histogram!("smartbot_webhook_attempt_seconds", "outcome" => state)
        .record(duration.as_secs_f64());
    if meaning.outcome == Outcome::Dead {
        let error = meaning.error.as_deref();
        tracing::warn!(workspace.id = %delivery.workspace_id, delivery.id = %delivery.id, endpoint.id = %delivery.endpoint_id, event.id = %delivery.event.id, event.type = delivery.event.event_type.as_str(), status, error, "a delivery was given up");
    }
}

fn phases(it: &Phases) -> AttemptPhases {
    AttemptPhases {
        dns_us: it.dns_us,
        connect_us: it.connect_us,
        to_headers_us: it.to_headers_us,
    }
}

/// What an answer means.
struct Meaning {
    outcome: Outcome,
    error: Option<String>,
    noted: Noted,
    disable: Option<&'static str>,
}

impl Meaning {
    fn of(app: &App, delivery: &ClaimedDelivery, sent: &Result<Answered, Unsent>) -> Self {
        let tries = delivery.attempt.saturating_sub(delivery.tries_from);
        let later = |at_least: Duration| match schedule::wait_after(tries, &*app.random) {
            Some(wait) => Outcome::Retry {
                due_at: app.now().plus(wait.max(at_least)),
            },
            None => Outcome::Dead,
        };
        match sent {
            Ok(it) => Self::of_answer(&it.answer, app.now(), later),
            Err(Unsent::Http(Unanswered { error, .. })) => {
                // A refused address stays refused until somebody changes a setting.
                let refused = matches!(error, smartbot_egress::Error::Refused(_));
                Self {
                    outcome: if refused {
                        Outcome::Dead
                    } else {
                        later(Duration::ZERO)
                    },
                    error: Some(error.code().to_owned()),
                    noted: Noted::Failed,
                    disable: None,
                }
            }
            Err(Unsent::Ours(error)) => {
                tracing::error!(%error, delivery.id = %delivery.id, "a delivery could not be made up");
                Self {
                    outcome: later(Duration::ZERO),
                    error: Some("internal".to_owned()),
                    noted: Noted::Unsent,
                    disable: None,
                }
            }
            Err(Unsent::NotNow) => Self {
                outcome: later(Duration::ZERO),
                error: None,
                noted: Noted::Unsent,
                disable: None,
            },
        }
    }

    fn of_answer(answer: &Answer, now: Time, later: impl Fn(Duration) -> Outcome) -> Self {
        let status = answer.status.as_u16();
        let wish = answer
            .headers
            .get("webhook-delivery")
            .and_then(|it| it.to_str().ok())
            .map(str::trim);
        let disable = match (status, wish) {
            (410, _) => Some("gone"),
            (_, Some("disable")) => Some("receiver_asked"),
            _ => None,
        };
        if answer.status.is_success() {
            return Self {
                outcome: Outcome::Delivered,
                error: None,
                noted: Noted::Delivered,
                disable,
            };
        }
        let is_over = disable.is_some() || wish == Some("abort-message");
        let asked = if matches!(status, 429 | 503) {
            retry_after(&answer.headers, now)
        } else {
            Duration::ZERO
        };
        Self {
            outcome: if is_over { Outcome::Dead } else { later(asked) },
            error: Some("http_status".to_owned()),
            noted: if matches!(status, 429 | 502 | 504) {
                Noted::Overloaded
            } else {
                Noted::Failed
            },
            disable,
        }
    }
}

/// How long a receiver asks to be left alone: seconds or a date, at most a day.
fn retry_after(headers: &HeaderMap, now: Time) -> Duration {
    let value = headers
        .get(header::RETRY_AFTER)
        .and_then(|it| it.to_str().ok())
        .map(str::trim)
        .unwrap_or_default();
    let wait = match value.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => jiff::fmt::rfc2822::parse(value).map_or(Duration::ZERO, |date| {
            Time::from_micros(date.timestamp().as_microsecond()).since(now)
        }),
    };
    wait.min(LONGEST_RETRY_AFTER)
}

/// Why nothing was answered.
enum Unsent {
    Http(Unanswered),
    Ours(crate::Error),
    /// The endpoint is not active any more.
    NotNow,
}

impl<E: Into<crate::Error>> From<E> for Unsent {
    fn from(error: E) -> Self {
        Self::Ours(error.into())
    }
}

/// An answer, and what is kept of it.
struct Answered {
    answer: Answer,
    kept: Kept,
}

async fn send(app: &App, delivery: &ClaimedDelivery, at: Time) -> Result<Answered, Unsent> {
    let endpoints = app.endpoints_of(delivery.workspace_id).await?;
    let endpoint = endpoints
        .iter()
        .find(|it| it.id == delivery.endpoint_id && it.state == EndpointState::Active)
        .ok_or(Unsent::NotNow)?;
    let secrets = app
        .endpoint_secrets(delivery.workspace_id, delivery.endpoint_id)
        .await?;
    let body = payload(delivery.workspace_id, &delivery.event, delivery.detail)?;
    let id = delivery.event.id.to_string();
    let request = request(endpoint, &secrets, &id, at, body)?;
    let signatures = request.headers.get(SIGNATURE).cloned();
    let sent = app.egress.send_told(request).await;
    let answer = sent.map_err(Unsent::Http)?;
    let mask = || kept::mask(endpoint, &secrets, signatures.as_ref());
    let kept = Kept::of(&answer, mask);
    Ok(Answered { answer, kept })
}

/// What goes out to an endpoint, signed.
pub(crate) fn request(
    endpoint: &Endpoint,
    secrets: &EndpointSecrets,
    id: &str,
    at: Time,
    body: Vec<u8>,
) -> Result<Request, crate::Error> {
    let signature = sign::signatures(endpoint.signature, secrets, id, at, &body);
    let mut all = headers(id, at, &signature)?;
    for (name, value) in &endpoint.headers {
        let name = smartbot_egress::check_header_name(name).map_err(crate::Error::internal)?;
        let mut value =
            smartbot_egress::check_header_value(value).map_err(crate::Error::internal)?;
        value.set_sensitive(true);
        all.insert(name, value);
    }
    Ok(Request {
        method: Method::POST,
        url: endpoint.url.clone(),
        headers: all,
        body: body.into(),
        deadline: Duration::from_secs(u64::from(endpoint.timeout_seconds)),
        max_body: MAX_ANSWER,
        over_limit: OverLimit::Cut,
    })
}

/// The exact bytes of a delivery: the same on every try.
pub(crate) fn payload(
    workspace_id: WorkspaceId,
    event: &EventRow,
    detail: PayloadDetail,
) -> Result<Vec<u8>, crate::Error> {
    let mut data = event.data.expose().clone();
    if detail == PayloadDetail::IdsOnly {
        ids_only(&mut data);
    }
    let envelope = Envelope {
        id: event.id,
        r#type: event.event_type,
        occurred_at: event.occurred_at,
        schema_version: SCHEMA_VERSION,
        workspace_id,
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
    headers.insert(SIGNATURE, value(signature)?);
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use http::StatusCode;

    const NOW: Time = Time::from_micros(1_795_000_000_000_000);

    fn answer(status: u16, headers: &[(&'static str, &str)]) -> Answer {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: map,
            body: Bytes::new(),
            cut: false,
            elapsed: Duration::ZERO,
            peer: [127, 0, 0, 1].into(),
            phases: smartbot_egress::Phases::default(),
        }
    }

    /// The wait that an answer leads to, with nothing of the schedule's own.
    fn wait(status: u16, headers: &[(&'static str, &str)]) -> Option<Duration> {
        let later = |wait: Duration| Outcome::Retry {
            due_at: NOW.plus(wait),
        };
        match Meaning::of_answer(&answer(status, headers), NOW, later).outcome {
            Outcome::Retry { due_at } => Some(due_at.since(NOW)),
            Outcome::Delivered | Outcome::Dead => None,
        }
    }

    #[test]
    fn retry_after_is_obeyed_up_to_a_day() {
        let seconds = |it| Some(Duration::from_secs(it));
        assert_eq!(wait(429, &[("retry-after", "3600")]), seconds(3_600));
        assert_eq!(wait(503, &[("retry-after", " 20 ")]), seconds(20));
        assert_eq!(wait(503, &[("retry-after", "1000000000")]), seconds(86_400));
        assert_eq!(wait(500, &[("retry-after", "3600")]), seconds(0));
        for nonsense in ["-5", "soon", "", "99999999999999999999999"] {
            assert_eq!(
                wait(503, &[("retry-after", nonsense)]),
                seconds(0),
                "{nonsense}"
            );
        }
        let in_a_minute = jiff::Timestamp::from_microsecond(NOW.micros() + 60_000_000).unwrap();
        let date = jiff::fmt::rfc2822::to_string(&in_a_minute.to_zoned(jiff::tz::TimeZone::UTC));
        let waited = wait(503, &[("retry-after", &date.unwrap())]).unwrap();
        assert!(waited.as_secs().abs_diff(60) <= 1, "{waited:?}");
        assert_eq!(
            wait(503, &[("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT")]),
            seconds(0)
        );
    }

    #[test]
    fn receivers_say_what_they_want() {
        let meaning = |status, headers: &[(&'static str, &str)]| {
            let later = |_| Outcome::Retry { due_at: NOW };
            let it = Meaning::of_answer(&answer(status, headers), NOW, later);
            (it.outcome, it.noted, it.disable)
        };
        let retry = Outcome::Retry { due_at: NOW };
        let abort = [("webhook-delivery", "abort-message")];
        let disable = [("webhook-delivery", "disable")];
        for (status, headers, expected) in [
            (204, &[][..], (Outcome::Delivered, Noted::Delivered, None)),
            (
                200,
                &disable,
                (Outcome::Delivered, Noted::Delivered, Some("receiver_asked")),
            ),
            (200, &abort, (Outcome::Delivered, Noted::Delivered, None)),
            (400, &abort, (Outcome::Dead, Noted::Failed, None)),
            (
                500,
                &disable,
                (Outcome::Dead, Noted::Failed, Some("receiver_asked")),
            ),
            (410, &[], (Outcome::Dead, Noted::Failed, Some("gone"))),
            (302, &[], (retry, Noted::Failed, None)),
            (404, &[], (retry, Noted::Failed, None)),
            (429, &[], (retry, Noted::Overloaded, None)),
            (502, &[], (retry, Noted::Overloaded, None)),
            (504, &[], (retry, Noted::Overloaded, None)),
        ] {
            assert_eq!(meaning(status, headers), expected, "{status} {headers:?}");
        }
    }
}
