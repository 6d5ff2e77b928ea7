//! Rows of what goes out: deliveries, their attempts, runs that send old events again.
use crate::rows::{EndpointAlert, EventRow};
use smartbot_model::notification::NotificationKind;
use smartbot_model::webhook::{DeliveryState, PayloadDetail};
use smartbot_model::{
    DeliveryId, EndpointId, EventId, EventType, Phi, ResendId, Time, WorkspaceId,
};
use std::time::Duration;

/// One event on its way to one endpoint; it begins as pending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    /// Its id.
    pub id: DeliveryId,
    /// The event.
    pub event_id: EventId,
    /// The endpoint.
    pub endpoint_id: EndpointId,
    /// Not before this instant.
    pub due_at: Time,
    /// Its place among the deliveries to the same endpoint that go one after the other: what they are about, and its number there. None
    /// where order does not matter.
    pub order: Option<(String, u64)>,
    /// How much of the event it tells, on every try.
    pub detail: PayloadDetail,
    /// The box that the event is about; none where it is about no box.
    pub of_box: Option<BoxOfBot>,
    /// Until when the node that makes it has it, as its first attempt; none when it waits for a worker.
    pub lease_until: Option<Time>,
    /// When it was made.
    pub created_at: Time,
}

/// A box of a bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxOfBot {
    /// The bot.
    pub function_id: String,
    /// The box.
    pub box_id: String,
}

/// A wish for deliveries to one endpoint that are due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Want {
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// The endpoint.
    pub endpoint_id: EndpointId,
    /// At most so many.
    pub limit: u32,
    /// How long nobody else gets them.
    pub lease: Duration,
    /// Whether they go one after the other: then only those come that no earlier one holds back.
    pub ordered: bool,
}

/// When somebody should look at an endpoint's deliveries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LaneDue {
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// The endpoint; it is active.
    pub endpoint_id: EndpointId,
    /// When its first delivery is due, or the lease on it is over. May be in the past.
    pub wake_at: Time,
}

/// How an endpoint that fails has been doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndpointHealth {
    /// Since when nothing arrived.
    pub failing_since: Time,
    /// How many attempts failed since.
    pub failures: u64,
    /// How many warnings were given.
    pub warned: u32,
}

/// Something that is due to be told of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueAlert {
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// What is to be told.
    pub alert: EndpointAlert,
    /// How often something of this kind was told before.
    pub told: u64,
}

/// Something that is told of an endpoint now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToldAlert {
    /// The endpoint.
    pub endpoint_id: EndpointId,
    /// What kind of thing.
    pub kind: NotificationKind,
    /// How often something of this kind was told before.
    pub told: u64,
    /// How much of what was noted is told with it.
    pub count: u64,
    /// What comes after it is not told before this instant.
    pub next_at: Time,
}

/// What kind of old events are sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResendKind {
    /// Deliveries that were given up.
    Recover,
    /// Every event that the endpoint takes now, whatever became of it, also ones that it never was to get.
    Replay,
}

impl ResendKind {
    /// As in JSON and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recover => "recover",
            Self::Replay => "replay",
        }
    }

    /// The kind of this name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Recover, Self::Replay]
            .into_iter()
            .find(|it| it.as_str() == text)
    }
}

/// Where a run that sends old events again stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResendState {
    /// It goes on, or stands in line.
    Running,
    /// It came to its end.
    Done,
    /// Somebody stopped it; what it had sent stays sent.
    Cancelled,
    /// Its endpoint was switched off before it came to its end; what it had sent stays sent.
    EndpointDisabled,
}

impl ResendState {
    /// As in JSON and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::EndpointDisabled => "endpoint_disabled",
        }
    }

    /// The state of this name.
    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::Running,
            Self::Done,
            Self::Cancelled,
            Self::EndpointDisabled,
        ]
        .into_iter()
        .find(|it| it.as_str() == text)
    }
}

/// A run that sends old events to an endpoint again, in portions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResendRow {
    /// Its id.
    pub id: ResendId,
    /// The endpoint.
    pub endpoint_id: EndpointId,
    /// What is sent again.
    pub kind: ResendKind,
    /// Events (deliveries, for `Recover`) made since this instant …
    pub since: Time,
    /// … and before this one.
    pub until: Time,
    /// How many go out a second.
    pub rate_per_second: u32,
    /// Where it stands.
    pub state: ResendState,
    /// The last delivery or event that was looked at.
    pub place: Option<uuid::Uuid>,
    /// How many deliveries or events were looked at.
    pub looked_at: u64,
    /// How many of them are sent again.
    pub sent: u64,
    /// When the next portion is due; none when it is over.
    pub wake_at: Option<Time>,
    /// When somebody asked for it.
    pub created_at: Time,
    /// When it was over.
    pub ended_at: Option<Time>,
}

/// Which deliveries to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveryFilter {
    /// Only those in this state.
    pub state: Option<DeliveryState>,
    /// Only those to this endpoint.
    pub endpoint_id: Option<EndpointId>,
    /// Only those of events about this box.
    pub of_box: Option<BoxOfBot>,
    /// Only those of events of this type.
    pub event_type: Option<EventType>,
    /// Only those made at this instant or later.
    pub since: Option<Time>,
    /// Only those made before this instant.
    pub until: Option<Time>,
    /// Only those with a smaller id: older ones.
    pub before: Option<DeliveryId>,
    /// At most so many, the newest first.
    pub limit: u32,
}

/// A delivery as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryView {
    /// Its id.
    pub id: DeliveryId,
    /// The event.
    pub event_id: EventId,
    /// What happened.
    pub event_type: EventType,
    /// The endpoint.
    pub endpoint_id: EndpointId,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was taken up.
    pub attempts: u32,
    /// The HTTP status of the last attempt that got an answer.
    pub last_status: Option<u16>,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// When it will be tried next; none when it is delivered or dead.
    pub next_attempt_at: Option<Time>,
    /// How much of the event it tells.
    pub detail: PayloadDetail,
    /// When it was made.
    pub created_at: Time,
}

/// One HTTP try of a delivery, as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptRow {
    /// 1, 2, 3, …
    pub attempt: u32,
    /// When it began.
    pub started_at: Time,
    /// How long it took, to the microsecond.
    pub duration: Duration,
    /// The HTTP status; none when there was no answer.
    pub status: Option<u16>,
    /// What went wrong.
    pub error: Option<String>,
    /// What was being done when it ended without an answer.
    pub phase: Option<String>,
    /// The kept part of the answer's body.
    pub response: Option<Phi<String>>,
    /// The kept headers of the answer.
    pub response_headers: Vec<(String, String)>,
    /// Where the time went.
    pub phases: AttemptPhases,
}

/// What a worker got.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Claimed {
    /// What it has to send.
    pub deliveries: Vec<ClaimedDelivery>,
    /// What was given up instead, because its event cannot be read, with the workspace and the endpoint. What tells of somebody who was erased is not here.
    pub unreadable: Vec<(WorkspaceId, EndpointId, GivenUp)>,
}

/// A delivery that a worker has for the length of its lease.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimedDelivery {
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// The delivery.
    pub id: DeliveryId,
    /// Where to.
    pub endpoint_id: EndpointId,
    /// The number of this attempt: 1, 2, 3, … It guards the record of its outcome.
    pub attempt: u32,
    /// How many of the attempts count for no schedule: those whose worker died, and those before it was sent again by hand.
    pub tries_from: u32,
    /// What it is about, when it goes one after the other.
    pub order_subject: Option<String>,
    /// When the delivery was made.
    pub created_at: Time,
    /// How much of the event it tells.
    pub detail: PayloadDetail,
    /// What to send.
    pub event: EventRow,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptRecord {
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// The delivery.
    pub delivery_id: DeliveryId,
    /// The number that the claim gave.
    pub attempt: u32,
    /// When it began.
    pub started_at: Time,
    /// How long it took.
    pub duration: Duration,
    /// The HTTP status; none when there was no answer.
    pub status: Option<u16>,
    /// What went wrong: a stable word or short sentence, kept in clear, no personal data.
    pub error: Option<String>,
    /// What was being done when it ended without an answer: a stable word.
    pub phase: Option<&'static str>,
    /// The answer's body; the store keeps at most [`MAX_RESPONSE_BYTES`] of it.
    pub response: Option<Phi<String>>,
    /// The answer's headers; the store keeps at most [`MAX_RESPONSE_BYTES`] of them, as JSON.
    pub response_headers: Option<Phi<Vec<(String, String)>>>,
    /// Where the time went.
    pub phases: AttemptPhases,
    /// What becomes of the delivery.
    pub outcome: Outcome,
    /// Where the delivery was to.
    pub endpoint_id: EndpointId,
    /// What it is about, when it goes one after the other: those that come after it wait as long as it does.
    pub order_subject: Option<String>,
}

/// Where the time of an attempt went, in micro-seconds; zero for what was not reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AttemptPhases {
    /// The look-up of the name; zero on a connection that existed.
    pub dns_us: u64,
    /// Connecting, encryption included; zero on a connection that existed.
    pub connect_us: u64,
    /// From the call to the answer's headers.
    pub to_headers_us: u64,
}

/// A delivery that was given up without another try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GivenUp {
    /// Which.
    pub delivery_id: DeliveryId,
    /// What it would have told.
    pub event_id: EventId,
}

/// What becomes of a delivery after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver has it.
    Delivered,
    /// Try again.
    Retry {
        /// Not before this instant.
        due_at: Time,
    },
    /// Given up.
    Dead,
}

/// How much of an answer's body is kept, in bytes; the cut never splits a character.
pub const MAX_RESPONSE_BYTES: usize = 16 * 1024;

/// What signs the deliveries to an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointSecrets {
    /// The secret that signs, `whsec_…`.
    pub current: Phi<String>,
    /// Secrets and keys that sign beside it for a while, the newest first.
    pub old: Vec<OldSecret>,
    /// The seed of the Ed25519 key.
    pub signing_key: Option<Phi<[u8; 32]>>,
}

/// The secret of an endpoint as somebody read it who wants to replace it, sealed; it guards that nobody else did so meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplacedSecret(pub(crate) Vec<u8>);

/// A secret or key that was replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldSecret {
    /// The secret `whsec_…`, or `whsk_…` and the base64 of the seed of an Ed25519 key.
    pub secret: Phi<String>,
    /// Until when it still signs.
    pub until: Time,
}
