//! What tells an agent that something happens in a chat, or that webhooks do not arrive.
use crate::hours::QuietHours;
use crate::{DeliveryId, EndpointId, EventId, EventType, NotificationId, SessionId, Time};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a notification tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// A chat began.
    ChatStarted,
    /// A chat came to a box that notifies.
    BoxReached,
    /// A colleague named the agent in a note about a chat.
    Mentioned,
    /// Deliveries to a webhook endpoint were given up.
    DeliveryDead,
    /// A webhook endpoint has been failing for days and will be switched off.
    EndpointFailing,
    /// A webhook endpoint was switched off.
    EndpointDisabled,
}

impl NotificationKind {
    /// All kinds.
    pub const ALL: [Self; 6] = [
        Self::ChatStarted,
        Self::BoxReached,
        Self::Mentioned,
        Self::DeliveryDead,
        Self::EndpointFailing,
        Self::EndpointDisabled,
    ];

    /// As in JSON and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ChatStarted => "chat_started",
            Self::BoxReached => "box_reached",
            Self::Mentioned => "mentioned",
            Self::DeliveryDead => "delivery_dead",
            Self::EndpointFailing => "endpoint_failing",
            Self::EndpointDisabled => "endpoint_disabled",
        }
    }

    /// The kind of this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

/// What is wrong with a webhook endpoint: where to look, and nothing of what is sent there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EndpointTrouble {
    /// The endpoint.
    pub endpoint_id: EndpointId,
    /// Why: `http_status` or another code of what went wrong with a try; `failing` for too long; `gone` (410) or `receiver_asked`, when the receiver wants no more.
    #[schema(example = "http_status")]
    pub reason: String,
    /// The status of the last answer, when there was one and it says why.
    #[schema(example = 500)]
    pub status: Option<u16>,
    /// The delivery that was given up, the last one of several.
    pub delivery_id: Option<DeliveryId>,
    /// The event that did not arrive, the last one of several.
    pub event_id: Option<EventId>,
    /// What happened.
    pub event_type: Option<EventType>,
    /// How many deliveries were given up, this one included, since you were told of the ones before.
    #[schema(example = 1)]
    pub deliveries: Option<u64>,
    /// When the endpoint will be switched off unless it takes something before.
    pub disabled_at: Option<Time>,
}

/// A notification on an agent's desk. It says where to look, and nothing of what stands there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Notification {
    /// Its id.
    pub id: NotificationId,
    /// What it tells of.
    pub kind: NotificationKind,
    /// The chat; null when it is about none.
    pub session_id: Option<SessionId>,
    /// The bot; null when it is about no chat.
    #[schema(example = "DoctorAppointment")]
    pub function_id: Option<String>,
    /// The box that notified; for a mention the one where the chat stands, empty when it stands nowhere any more; null when it is about no chat.
    #[schema(example = "urgent")]
    pub box_id: Option<String>,
    /// What is wrong with a webhook endpoint; null when it is about a chat.
    pub endpoint: Option<EndpointTrouble>,
    /// Whether it came in the agent's quiet hours: it is listed, and makes no noise.
    pub quiet: bool,
    /// When it happened.
    pub at: Time,
    /// When the agent read it; null while it is unread.
    pub read_at: Option<Time>,
}

/// Of what an agent is told over a medium.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WantedKinds {
    /// Whether of chats that begin.
    pub chat_started: bool,
    /// Whether of chats that come to a box that notifies.
    pub box_reached: bool,
    /// Whether of notes in which colleagues name the agent.
    #[serde(default = "wanted")]
    pub mentioned: bool,
    /// Whether of deliveries of webhooks that were given up. Only who manages webhooks is told.
    #[serde(default = "wanted")]
    pub delivery_dead: bool,
    /// Whether of webhook endpoints that keep failing.
    #[serde(default = "wanted")]
    pub endpoint_failing: bool,
    /// Whether of webhook endpoints that were switched off.
    #[serde(default = "wanted")]
    pub endpoint_disabled: bool,
}

/// What was chosen before there were such notifications says nothing against them.
const fn wanted() -> bool {
    true
}

impl Default for WantedKinds {
    fn default() -> Self {
        Self {
            chat_started: true,
            box_reached: true,
            mentioned: true,
            delivery_dead: true,
            endpoint_failing: true,
            endpoint_disabled: true,
        }
    }
}

impl WantedKinds {
    /// Whether this kind is wanted.
    pub const fn wants(self, kind: NotificationKind) -> bool {
        match kind {
            NotificationKind::ChatStarted => self.chat_started,
            NotificationKind::BoxReached => self.box_reached,
            NotificationKind::Mentioned => self.mentioned,
            NotificationKind::DeliveryDead => self.delivery_dead,
            NotificationKind::EndpointFailing => self.endpoint_failing,
            NotificationKind::EndpointDisabled => self.endpoint_disabled,
        }
    }
}

/// Days on which an agent is told of nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Vacation {
    /// The first day.
    #[schema(value_type = String, format = Date, example = "2026-12-20")]
    pub from: Date,
    /// The last day.
    #[schema(value_type = String, format = Date, example = "2027-01-02")]
    pub until: Date,
}

/// How an agent wants to be told. Bots say whom they tell of chats and how; here an agent says what of it arrives.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct NotificationSettings {
    /// On the desk.
    pub desktop: WantedKinds,
    /// By e-mail.
    pub email: WantedKinds,
    /// When mails wait, and the desk makes no noise.
    pub quiet_hours: Option<QuietHours>,
    /// When nothing arrives.
    pub vacation: Option<Vacation>,
    /// The time zone of quiet hours and vacation (IANA name); that of the workspace when null.
    #[schema(example = "America/New_York")]
    pub time_zone: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_from_before_there_was_a_kind_want_it() {
        let kept = r#"{"desktop": {"chat_started": false, "box_reached": true}}"#;
        let settings: NotificationSettings = serde_json::from_str(kept).unwrap();
        assert!(settings.desktop.mentioned && !settings.desktop.chat_started);
        for kind in NotificationKind::ALL {
            assert_eq!(NotificationKind::parse(kind.as_str()), Some(kind));
            assert!(settings.email.wants(kind));
        }
    }
}
