//! One conversation of one user with one bot on one medium.
use crate::{SessionId, Time, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SessionStatus {
    /// The bot answers.
    Active,
    /// Handed off; nobody took it yet.
    WaitingForAgent,
    /// An agent answers; the bot is silent.
    WithAgent,
    /// Over.
    Ended,
}

impl SessionStatus {
    /// As in JSON and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::WaitingForAgent => "waiting_for_agent",
            Self::WithAgent => "with_agent",
            Self::Ended => "ended",
        }
    }

    /// Whether the session was given to agents and has not come back.
    pub const fn is_with_agents(self) -> bool {
        matches!(self, Self::WaitingForAgent | Self::WithAgent)
    }

    /// The status of this name.
    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::Active,
            Self::WaitingForAgent,
            Self::WithAgent,
            Self::Ended,
        ]
        .into_iter()
        .find(|it| it.as_str() == text)
    }
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The flow came to its end.
    Completed,
    /// The flow came to a box with no way on.
    DeadEnd,
    /// Somebody ended it through the API.
    Ended,
    /// The flow could not go on: too many boxes in one turn, a bad state.
    Failed,
    /// It reached the largest number of messages that a session holds.
    TooLong,
    /// The user was erased.
    UserErased,
}

/// A session as both APIs show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// The bot that was invoked.
    #[schema(example = "DoctorAppointment")]
    pub function_id: String,
    /// The bot's version that the session stays on.
    pub version: u32,
    /// Where it stands.
    pub status: SessionStatus,
    /// The person who chats.
    pub user_id: UserId,
    /// Where the messages come from and go to.
    #[schema(example = "api")]
    pub medium: String,
    /// The language of the session, BCP 47.
    #[schema(example = "en")]
    pub language: String,
    /// The `seq` of the newest message.
    pub last_seq: u32,
    /// When it began.
    pub created_at: Time,
    /// When it ended; null while it runs.
    pub ended_at: Option<Time>,
    /// Whatever the caller wished to keep with it.
    pub metadata: Map<String, Value>,
}

/// What a session waits for, with all that a client needs to draw the input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Awaiting {
    /// The type of the box that asks (`multiple_choice`, `date_time`, …), or `api`, `timer`, `agent`.
    #[schema(example = "multiple_choice")]
    pub kind: String,
    /// What belongs to the kind: `choices` and `allow_free_text`, `min` and `max`, `from` and `to`, …
    #[serde(flatten)]
    pub details: Map<String, Value>,
}

/// The most messages that a session holds; at the next it ends with `too_long`.
pub const MAX_MESSAGES: u32 = 2_000;

/// The longest message text, in Unicode scalar values.
pub const MAX_TEXT_CHARS: usize = 4_000;

/// The answer to a message, and to everything else that makes a session move on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Answered {
    /// What was said by others because of this call.
    pub messages: Vec<crate::message::Message>,
    /// What the session waits for now; null when it has ended.
    pub awaiting: Option<Awaiting>,
    /// The session after it.
    pub session: Session,
}

/// The answer to the start of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Started {
    /// The session.
    pub session: Session,
    /// What the bot said.
    pub messages: Vec<crate::message::Message>,
    /// What the session waits for now; null when it has ended.
    pub awaiting: Option<Awaiting>,
    /// A key for this session only, for a browser or an app that must not hold a token. Works until 10 minutes after the session's end.
    #[schema(example = "sbk_…")]
    pub session_key: String,
}

/// A session and what it waits for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SessionState {
    /// The session.
    #[serde(flatten)]
    pub session: Session,
    /// What it waits for now; null when it has ended.
    pub awaiting: Option<Awaiting>,
    /// The agent who answers; absent while no agent does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<SessionAgent>,
}

/// An agent as the person who chats knows one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionAgent {
    /// The name that users see.
    #[schema(example = "Bea Ruiz")]
    pub name: String,
}
