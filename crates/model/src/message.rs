//! One line of a session.
use crate::file::StoredFile;
use crate::{MessageId, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sender {
    /// The person who chats.
    User,
    /// The bot.
    Bot,
    /// A member of the workspace.
    Agent,
    /// SmartBot itself.
    System,
}

impl Sender {
    /// As in JSON and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Bot => "bot",
            Self::Agent => "agent",
            Self::System => "system",
        }
    }

    /// The sender of this name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::User, Self::Bot, Self::Agent, Self::System]
            .into_iter()
            .find(|it| it.as_str() == text)
    }
}

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// Words.
    Text,
    /// One or more picked choices; `choices` has their values.
    Choice,
    /// An image, a video, audio, a file or a link card; `media` says which.
    Media,
    /// An uploaded file; `file` says which.
    File,
    /// Something that happened, told in the chat.
    Event,
}

impl MessageKind {
    /// As in JSON and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Choice => "choice",
            Self::Media => "media",
            Self::File => "file",
            Self::Event => "event",
        }
    }

    /// The kind of this name.
    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::Text,
            Self::Choice,
            Self::Media,
            Self::File,
            Self::Event,
        ]
        .into_iter()
        .find(|it| it.as_str() == text)
    }
}

/// A message as both APIs show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Its place in the session: 1, 2, 3, … without gaps.
    pub seq: u32,
    /// Who wrote it.
    pub from: Sender,
    /// What it is.
    pub kind: MessageKind,
    /// Its words; for media a short description, for a file its name.
    #[schema(example = "When would you like to come?")]
    pub text: String,
    /// The picked values of a `choice` message.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// What a `media` message shows: `type`, `url` and what belongs to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub media: Option<Value>,
    /// The file of a `file` message, whoever sent it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<StoredFile>,
    /// How long a client may pretend to type before it shows the message, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typing_delay_ms: Option<u32>,
    /// The box that said it, or that was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "when")]
    pub box_id: Option<String>,
    /// The caller's own id of a user's message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_message_id: Option<String>,
    /// When it was stored.
    pub at: Time,
}
