//! What belongs to each type of event.
use super::EventType;
use crate::agent::{AgentRef, AgentStatus, Role};
use crate::message::Message;
use crate::session::EndReason;
use crate::{BotId, EndpointId, EventId, SessionId, Time, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The user an event is about, as of that moment, without fields marked `sensitive`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UserSnapshot {
    /// The id that SmartBot gave.
    pub id: UserId,
    /// The id that your own system gave.
    pub external_id: Option<String>,
    /// The profile fields; absent when the endpoint takes ids only.
    #[serde(default)]
    pub fields: Map<String, Value>,
    /// The flags, in alphabetical order.
    pub flags: Vec<String>,
}

/// The place in a session where something happened.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Place {
    /// The session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<SessionId>,
    /// The bot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function_id: Option<String>,
    /// The box that did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub box_id: Option<String>,
}

/// An agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AgentData {
    /// The agent.
    pub agent: AgentRef,
    /// Where the agent stands.
    pub status: AgentStatus,
}

/// An agent's presence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AgentStatusData {
    /// The agent.
    pub agent: AgentRef,
    /// `online`, `away` or `offline`.
    pub status: String,
    /// What it was before.
    pub previous_status: String,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UserData {
    /// The user.
    pub user: UserSnapshot,
    /// Where it happened, when it happened in a session.
    #[serde(flatten)]
    pub place: Place,
}

/// Profile fields that really changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProfileChangedData {
    /// The user, after the change.
    pub user: UserSnapshot,
    /// What changed, by field.
    pub changes: BTreeMap<String, FieldChange>,
    /// Where it happened, when it happened in a session.
    #[serde(flatten)]
    pub place: Place,
}

/// One field's change. Null stands for "not set".
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FieldChange {
    /// The value before.
    #[serde(default)]
    pub old: Value,
    /// The value now.
    #[serde(default)]
    pub new: Value,
}

/// The ids of a user that is no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UserDeletedData {
    /// The ids.
    pub user: DeletedUser,
}

/// What is left of an erased user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeletedUser {
    /// The id that SmartBot gave.
    pub id: UserId,
    /// The id that your own system gave.
    pub external_id: Option<String>,
}

/// A user who opted out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UserOptedOutData {
    /// The user.
    pub user: UserSnapshot,
    /// The medium that must stay silent, e.g. `sms`.
    pub medium: String,
}

/// A flag of a user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FlagData {
    /// The user, after the change.
    pub user: UserSnapshot,
    /// The flag.
    pub flag: String,
    /// Where it happened, when it happened in a session.
    #[serde(flatten)]
    pub place: Place,
}

/// A session that began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SessionStartedData {
    /// The user.
    pub user: UserSnapshot,
    /// The bot's version.
    pub version: u32,
    /// Where the messages come from and go to.
    pub medium: String,
    /// The language of the session.
    pub language: String,
    /// Whatever the caller wished to keep with it.
    #[serde(default)]
    pub metadata: Map<String, Value>,
    /// The session.
    #[serde(flatten)]
    pub place: Place,
}

/// A session that ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SessionEndedData {
    /// The user.
    pub user: UserSnapshot,
    /// Why.
    pub reason: EndReason,
    /// The session, and the box that ended it.
    #[serde(flatten)]
    pub place: Place,
}

/// A wish for a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HandOffData {
    /// The user.
    pub user: UserSnapshot,
    /// The flag of the agents who should take it.
    pub flag: Option<String>,
    /// The session, and the box that asked.
    #[serde(flatten)]
    pub place: Place,
}

/// An agent in a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SessionAgentData {
    /// The user.
    pub user: UserSnapshot,
    /// The agent.
    pub agent: AgentRef,
    /// The session.
    #[serde(flatten)]
    pub place: Place,
}

/// A session that changed hands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TransferData {
    /// The user.
    pub user: UserSnapshot,
    /// The agent who gave it away.
    pub from_agent: AgentRef,
    /// The agent who got it.
    pub to_agent: Option<AgentRef>,
    /// The flag of the group that got it.
    pub to_flag: Option<String>,
    /// The session.
    #[serde(flatten)]
    pub place: Place,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MessageData {
    /// The user.
    pub user: UserSnapshot,
    /// The message. The text of an answer to a sensitive question is masked.
    #[schema(value_type = Object)]
    pub message: Value,
    /// The session, and the box that said it.
    #[serde(flatten)]
    pub place: Place,
}

impl MessageData {
    /// The event's data for a message.
    pub fn new(
        user: UserSnapshot,
        message: &Message,
        place: Place,
    ) -> Result<Self, serde_json::Error> {
        Ok(Self {
            user,
            message: serde_json::to_value(message)?,
            place,
        })
    }
}

/// Profile variables and flags at a chosen box.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BoxReachedData {
    /// The user with all profile fields and flags.
    pub user: UserSnapshot,
    /// The session's variables.
    #[serde(default)]
    pub variables: Map<String, Value>,
    /// The session and the box.
    #[serde(flatten)]
    pub place: Place,
}

/// A wish to notify agents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BoxNotifyData {
    /// The user.
    pub user: UserSnapshot,
    /// The roles to notify.
    pub roles: Vec<Role>,
    /// The agents to notify: ids or e-mail addresses, as the box names them.
    pub agents: Vec<String>,
    /// Over which media: `desktop`, `email`, `sms`.
    pub media: Vec<String>,
    /// The session and the box.
    #[serde(flatten)]
    pub place: Place,
}

/// A goal that was fulfilled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GoalData {
    /// The user.
    pub user: UserSnapshot,
    /// The goal.
    pub goal: String,
    /// The session and the box.
    #[serde(flatten)]
    pub place: Place,
}

/// A call to an External API that failed for good.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ExternalApiFailedData {
    /// The user.
    pub user: UserSnapshot,
    /// Why, for programs: `http_status`, `timeout`, `refused_address`, `too_large`, `not_json`, …
    pub reason: String,
    /// The answer's status, when there was one.
    pub status: Option<u16>,
    /// The session and the box.
    #[serde(flatten)]
    pub place: Place,
}

/// A session that could not go on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SessionFailedData {
    /// The user.
    pub user: UserSnapshot,
    /// Why, for programs: `step_limit`, `bad_state`, `missing_box`, …
    pub reason: String,
    /// The session and the box.
    #[serde(flatten)]
    pub place: Place,
}

/// A version that went live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BotPublishedData {
    /// The bot.
    pub bot: PublishedBot,
}

/// A published bot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PublishedBot {
    /// Its id.
    pub id: BotId,
    /// Its short public name.
    pub function_id: String,
    /// Its name.
    pub name: String,
    /// The version that went live.
    pub version: u32,
}

/// A scheduling pattern that came due.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ScheduleTriggeredData {
    /// The user.
    pub user: UserSnapshot,
    /// The pattern's label.
    pub pattern_label: String,
    /// When it was due.
    pub due_at: Time,
    /// The session that it started.
    #[serde(flatten)]
    pub place: Place,
}

/// An SMS that could not be sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SmsFailedData {
    /// The user.
    pub user: UserSnapshot,
    /// Why, for programs.
    pub reason: String,
    /// The session.
    #[serde(flatten)]
    pub place: Place,
}

/// A test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookTestData {
    /// The endpoint that is tested.
    pub endpoint_id: EndpointId,
    /// Says that this is a test.
    pub note: String,
}

/// An endpoint that fails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookFailingData {
    /// The endpoint.
    pub endpoint_id: EndpointId,
    /// Its URL.
    pub url: String,
    /// Since when nothing arrived.
    pub failing_since: Time,
    /// When it will be switched off.
    pub disabled_at: Time,
    /// The delivery that failed last.
    pub event_id: EventId,
    /// The type of its event.
    pub event_type: EventType,
}

/// An endpoint that was switched off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookDisabledData {
    /// The endpoint.
    pub endpoint_id: EndpointId,
    /// Its URL.
    pub url: String,
    /// Why, for programs: `gone`, `failing`, `receiver_asked`, `by_hand`.
    pub reason: String,
}
