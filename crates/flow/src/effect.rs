//! What a step asks the runtime to do, in order. Data only.
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use smartbot_model::agent::Role;
pub use smartbot_model::session::EndReason;
use std::sync::Arc;
use utoipa::ToSchema;

/// The id of a box. Cheap to clone: compiled once per flow.
pub type BoxId = Arc<str>;

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Effect {
    /// The bot says something.
    Say(Say),
    /// A profile field gets another value.
    SetProfileField {
        /// The field.
        name: String,
        /// The new value; null removes it.
        value: Value,
        /// The box that did it.
        box_id: BoxId,
    },
    /// The user gets a flag that they do not have yet.
    AssignFlag {
        /// The flag.
        flag: Arc<str>,
        /// The box that did it.
        box_id: BoxId,
    },
    /// The user loses a flag.
    RemoveFlag {
        /// The flag.
        flag: Arc<str>,
        /// The box that did it.
        box_id: BoxId,
    },
    /// Profile variables and flags, as they are at this place in the list of effects, go to the webhook (`box.reached`).
    PushProfile {
        /// The box with the checkbox.
        box_id: BoxId,
        /// The session's variables, without sensitive ones. The runtime adds the profile (again without sensitive
        /// fields, see [`crate::Flow::is_sensitive`] and [`crate::State::is_sensitive`]) and the flags.
        variables: Map<String, Value>,
    },
    /// Calls the customer's API; the session waits for [`crate::Input::ApiReply`].
    CallApi(ApiCall),
    /// The call failed, or its answer could not be used (`external_api.failed`).
    ApiFailed {
        /// The box that called.
        box_id: BoxId,
        /// A stable word: `http_status`, `not_json`, `not_text`, `too_large`, `bad_url`, or the runtime's own (`timeout`, …).
        reason: String,
        /// The HTTP status, when there was an answer.
        status: Option<u16>,
    },
    /// The session is handed to agents and waits for [`crate::Input::AgentReturned`].
    HandOff {
        /// Only agents who see this flag.
        flag: Option<Arc<str>>,
        /// The box that did it.
        box_id: BoxId,
    },
    /// Tells people that a box was reached (`box.notify`).
    Notify {
        /// The box.
        box_id: BoxId,
        /// Whether it tells that the session begins, and not that the box was reached.
        on_start: bool,
        /// Everybody with one of these roles.
        roles: Arc<[Role]>,
        /// These agents, by id or e-mail.
        agents: Arc<[String]>,
        /// Over which media: `desktop`, `email`, `sms`.
        media: Arc<[String]>,
    },
    /// A goal of the workspace is fulfilled.
    ReachGoal {
        /// The goal.
        goal: Arc<str>,
        /// The box that fulfils it.
        box_id: BoxId,
    },
    /// Starts a durable timer; when it is due, [`crate::Input::Timer`] with the same id.
    StartTimer {
        /// Unique within the session.
        id: u64,
        /// When it is due.
        at: Timestamp,
        /// The box that waits.
        box_id: BoxId,
    },
    /// The timer is no longer wanted.
    CancelTimer {
        /// As it was started.
        id: u64,
    },
    /// The flow entered a box (analytics and the trace).
    VisitBox {
        /// The box.
        box_id: BoxId,
        /// The bot that the box belongs to, when it is not the session's own.
        function_id: Option<Arc<str>>,
        /// The version of that other bot, when it is known.
        version: Option<u32>,
        /// The link that led here: its index in `links` of the bot it belongs to.
        link: Option<usize>,
    },
    /// The text of this input answers a sensitive question: mask it wherever it is kept or shown.
    MaskInput,
    /// Something went wrong that the session survives; for the trace, never for the user. Holds no values of fields.
    Problem {
        /// Where.
        box_id: BoxId,
        /// A sentence for the builder.
        detail: String,
    },
    /// The session cannot go on (`session.failed`). `End` follows.
    Failed {
        /// Why.
        reason: FailReason,
        /// A sentence for the builder.
        detail: String,
    },
    /// The session is over: `completed`, `dead_end` or `failed`.
    End {
        /// Why.
        reason: EndReason,
    },
}

/// A line that the bot says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Say {
    /// The box that speaks.
    pub box_id: BoxId,
    /// Text or media.
    pub kind: SayKind,
    /// The text; a caption with media, possibly empty then.
    pub text: String,
    /// What is shown with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<Media>,
    /// How long the client shows that the bot is typing, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub typing_delay_ms: Option<u32>,
}

/// The kind of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SayKind {
    /// Plain text with a light Markdown subset.
    Text,
    /// A picture, film, sound, file or link card.
    Media,
}

/// Something to look at or to listen to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Media {
    /// What it is.
    #[serde(rename = "type")]
    pub kind: MediaKind,
    /// Where it lies: an absolute `http` or `https` address.
    pub url: String,
    /// What a person who cannot see it should know.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub alt: String,
    /// The headline of a link card, the name of a file.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
}

/// The kinds of media.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// A sound.
    Audio,
    /// A file to load.
    File,
    /// A card that leads to a page.
    Link,
}

/// A call of the customer's API.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ApiCall {
    /// Unique within the session; comes back in [`crate::Input::ApiReply`].
    pub call: u64,
    /// The box that calls.
    pub box_id: BoxId,
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: &'static str,
    /// The address, complete and encoded.
    pub url: String,
    /// Headers of the builder. `{{secret:name}}` is left for the runtime; a field's value never contains it.
    pub headers: Vec<(String, String)>,
    /// The JSON body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Vec<u8>>,
    /// How long one try may take, in milliseconds.
    pub timeout_ms: u32,
    /// How often it is tried again after network errors, 429 and 5xx.
    pub retries: u8,
}

/// Why a session cannot go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailReason {
    /// More than 500 boxes were entered without an input of a person.
    StepLimit,
    /// More than 32 jumps with return lie inside each other.
    CallDepth,
    /// The box that the session stands in is not in the flow.
    MissingBox,
    /// The bot that was jumped to is not there.
    MissingBot,
    /// The stored state does not fit the flow.
    BadState,
    /// A draft that is tried out came to a box with errors.
    BrokenBox,
}
