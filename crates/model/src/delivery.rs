//! Deliveries, their tries and runs that send old events again, as the APIs show them.
use crate::webhook::DeliveryState;
use crate::{DeliveryId, EndpointId, EventId, EventType, ResendId, Time};
use serde::Serialize;
use utoipa::ToSchema;

/// A delivery as the APIs show one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// The event; the header `webhook-id` of every try.
    pub event_id: EventId,
    /// What happened.
    pub r#type: EventType,
    /// The endpoint.
    pub endpoint_id: EndpointId,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was tried.
    #[schema(example = 1)]
    pub attempts: u32,
    /// The HTTP status of the last try that got an answer.
    #[schema(example = 503)]
    pub last_status: Option<u16>,
    /// What went wrong last, for programs: `http_status`, `timeout`, `connect_failed`, …; of one that was given up without a try `waited_too_long`, `backlog_full`, `user_erased` or `unreadable`.
    #[schema(example = "http_status")]
    pub last_error: Option<String>,
    /// When it is tried next; none when it is delivered or dead.
    pub next_attempt_at: Option<Time>,
    /// When it was made.
    pub created_at: Time,
}

/// One HTTP try of a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Attempt {
    /// 1, 2, 3, …
    pub attempt: u32,
    /// When it began.
    pub started_at: Time,
    /// How long it took, in milliseconds.
    #[schema(example = 41)]
    pub duration_ms: u64,
    /// The HTTP status; none when there was no answer.
    #[schema(example = 503)]
    pub status: Option<u16>,
    /// What went wrong.
    #[schema(example = "http_status")]
    pub error: Option<String>,
    /// What was being done when it ended without a whole answer: `look_up`, `connect`, `tls`, `headers` (sending the request and waiting for
    /// the headers of the answer) or `body`; none when there was an answer, or nothing was sent.
    #[schema(example = "headers")]
    pub phase: Option<String>,
    /// Where the time went.
    pub phases: Phases,
    /// The headers of the answer, without cookies; what they repeat of the endpoint's own headers, its secrets and the signatures is masked.
    #[schema(example = json!([["content-type", "text/plain"]]))]
    pub response_headers: Vec<(String, String)>,
    /// The first 16 KiB of the answer, masked like the headers.
    #[schema(example = "Come back later.")]
    pub response_body: Option<String>,
}

/// Where the time of a try went, in micro-seconds. What a try did not come to is zero; what it was interrupted at, the time until then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Phases {
    /// The look-up of the name; zero on a connection that existed.
    pub dns_us: u64,
    /// Connecting, encryption included; zero on a connection that existed.
    pub connect_us: u64,
    /// From the call to the answer's headers; zero when none came.
    pub to_headers_us: u64,
}

/// A delivery with everything that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeliveryDetail {
    /// The delivery.
    #[serde(flatten)]
    pub delivery: Delivery,
    /// Where it goes.
    #[schema(example = "https://portal.example/webhooks/smartbot")]
    pub url: String,
    /// The exact body of every try, whatever the endpoint's `detail` became since; none when the user it is about was erased.
    #[schema(example = "{\"id\":\"evt_…\",\"type\":\"flag.assigned\"}")]
    pub request_body: Option<String>,
    /// The headers of the last try, with its time; of one that would be made now, when there was none. They are not kept but made again: signatures
    /// by the endpoint's secrets of today, and its own headers as they are today, whose values are not shown.
    #[schema(example = json!([["webhook-id", "evt_…"], ["x-api-key", "•••"]]))]
    pub request_headers: Vec<(String, String)>,
    /// A line for the shell that repeats it, signed now and good for five minutes.
    #[schema(
        example = "curl -X POST 'https://portal.example/webhooks/smartbot' -H 'webhook-id: evt_…' --data-raw '{…}'"
    )]
    pub curl: Option<String>,
    /// Its tries, in order.
    pub attempt_log: Vec<Attempt>,
}

/// What came of a test event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TestResult {
    /// Whether the receiver answered 2xx in time.
    pub ok: bool,
    /// The id of the test event.
    pub event_id: EventId,
    /// The HTTP status.
    #[schema(example = 200)]
    pub status: Option<u16>,
    /// What went wrong.
    pub error: Option<String>,
    /// What to do about it.
    pub detail: Option<String>,
    /// How long it took, in milliseconds.
    #[schema(example = 41)]
    pub duration_ms: u64,
    /// What was sent.
    #[schema(example = "{\"id\":\"evt_…\",\"type\":\"flag.assigned\"}")]
    pub request_body: String,
    /// The headers of the answer, without cookies; what they repeat of the endpoint's own headers, its secrets and the signatures is masked.
    #[schema(example = json!([["content-type", "text/plain"]]))]
    pub response_headers: Vec<(String, String)>,
    /// The first 16 KiB of the answer, masked like the headers.
    #[schema(example = "Thank you.")]
    pub response_body: Option<String>,
}

/// A run that sends old events to an endpoint again, as the APIs show one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Resend {
    /// Its id.
    pub id: ResendId,
    /// The endpoint.
    pub endpoint_id: EndpointId,
    /// `recover`: deliveries that were given up; `replay`: every event that the endpoint takes.
    #[schema(example = "recover")]
    pub kind: String,
    /// From this instant …
    pub since: Time,
    /// … to before this one.
    pub until: Time,
    /// How many go out a second.
    #[schema(example = 50)]
    pub rate_per_second: u32,
    /// `running`, `done`, `cancelled`, or `endpoint_disabled`: the endpoint was switched off before the run came to its end.
    #[schema(example = "running")]
    pub state: String,
    /// How many deliveries or events were looked at.
    pub looked_at: u64,
    /// How many of them are sent again.
    pub sent: u64,
    /// When somebody asked for it.
    pub created_at: Time,
    /// When it was over.
    pub ended_at: Option<Time>,
}
