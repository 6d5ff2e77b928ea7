//! A whole session as the DB-Update API shows it.
use crate::agent::AgentRef;
use crate::message::{Message, Sender};
use crate::session::Session;
use crate::user::User;
use crate::{AgentId, Time, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A session with everything that was said and done in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChatLog {
    /// The session.
    pub session: Session,
    /// The user as of now.
    pub user: User,
    /// The agents who took part.
    pub agents: Vec<AgentRef>,
    /// The names of the profile fields that were set in the session, in the order of their first change.
    pub fields_set: Vec<String>,
    /// All messages. The text of an answer to a sensitive question is masked.
    pub messages: Vec<LoggedMessage>,
    /// Agents' private notes.
    pub notes: Vec<Note>,
    /// The boxes that were entered, in order.
    pub trace: Vec<Visit>,
    /// The session's variables; those marked `sensitive` are masked.
    pub variables: Map<String, Value>,
}

/// A message as those who may see chats see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LoggedMessage {
    /// The message.
    #[serde(flatten)]
    pub message: Message,
    /// Who wrote it, when it was an agent who still is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub agent: Option<AgentInShort>,
    /// The words on the choices that the user picked, where they are others than `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(required = false, example = "Check-up")]
    pub label: Option<String>,
}

/// An agent, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AgentInShort {
    /// The agent's id.
    pub id: AgentId,
    /// The name that users see.
    #[schema(example = "Bea Ruiz")]
    pub name: String,
}

/// A session as lists show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChatLogItem {
    /// The session.
    pub session: Session,
    /// The user in short, as of now.
    pub user: UserInShort,
    /// How much there is in it.
    pub counts: Counts,
    /// Only in answers to a search with `q`: some of the messages that it was found by, at most three.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub matches: Vec<Match>,
}

/// Who a user is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UserInShort {
    /// The id that SmartBot gave.
    pub id: UserId,
    /// The id that your own system gave.
    #[schema(example = "p-17")]
    pub external_id: Option<String>,
    /// The flags, in alphabetical order.
    #[schema(example = json!(["vip"]))]
    pub flags: Vec<String>,
}

/// How much there is in a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Counts {
    /// How many messages were written, by whomever.
    #[schema(example = 9)]
    pub messages: u32,
    /// How many turns there were: the start, and each input that the bot took.
    #[schema(example = 5)]
    pub turns: u64,
}

/// A message that a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Match {
    /// Its place in the session.
    #[schema(example = 3)]
    pub seq: u32,
    /// Who wrote it.
    pub from: Sender,
    /// What it says, at most the first 200 characters.
    #[schema(example = "Is Dr. Gómez in on Friday?")]
    pub text: String,
    /// When it was written.
    pub at: Time,
}

/// An agent's private note: no message, never shown to the user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Note {
    /// The message after which it was written.
    pub after_seq: u32,
    /// Who wrote it.
    pub agent_id: AgentId,
    /// What it says.
    pub text: String,
    /// The agents whom it names, without those who are no agents any more.
    #[serde(default)]
    pub mentions: Vec<AgentInShort>,
    /// When it was written.
    pub at: Time,
}

/// A box that was entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Visit {
    /// The newest message when it was entered.
    pub seq: u32,
    /// The box.
    pub box_id: String,
    /// The bot that the box belongs to, when it is not the session's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function_id: Option<String>,
    /// The link that led there: its index in the bot's `links`; null for the start.
    pub link: Option<usize>,
    /// When it was entered.
    pub at: Time,
}

/// What stands in place of a sensitive value.
pub const MASK: &str = "•••";
