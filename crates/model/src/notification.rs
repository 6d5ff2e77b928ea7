//! What tells an agent that something happens in a chat.
use crate::hours::QuietHours;
use crate::{NotificationId, SessionId, Time};
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
}

impl NotificationKind {
    /// As in JSON and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ChatStarted => "chat_started",
            Self::BoxReached => "box_reached",
            Self::Mentioned => "mentioned",
        }
    }

    /// The kind of this name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::ChatStarted, Self::BoxReached, Self::Mentioned]
            .into_iter()
            .find(|it| it.as_str() == text)
    }
}

/// A notification on an agent's desk. It says where to look, and nothing of what stands there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Notification {
    /// Its id.
    pub id: NotificationId,
    /// What it tells of.
    pub kind: NotificationKind,
    /// The chat.
    pub session_id: SessionId,
    /// The bot.
    #[schema(example = "DoctorAppointment")]
    pub function_id: String,
    /// The box that notified; for a mention the one where the chat stands, empty when it stands nowhere any more.
    #[schema(example = "urgent")]
    pub box_id: String,
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

/// How an agent wants to be told. Bots say whom they tell and how; here an agent says what of it arrives.
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
    fn settings_from_before_there_were_mentions_want_them() {
        let kept = r#"{"desktop": {"chat_started": false, "box_reached": true}}"#;
        let settings: NotificationSettings = serde_json::from_str(kept).unwrap();
        assert!(settings.desktop.mentioned && !settings.desktop.chat_started);
        for kind in [
            NotificationKind::ChatStarted,
            NotificationKind::BoxReached,
            NotificationKind::Mentioned,
        ] {
            assert_eq!(NotificationKind::parse(kind.as_str()), Some(kind));
            assert!(settings.email.wants(kind));
        }
    }
}
