//! What stands around the data of every event.
use super::EventType;
use crate::{AgentId, EventId, Time, WorkspaceId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// The version of the payload's shape. Fields may be added within a version, never renamed.
pub const SCHEMA_VERSION: u32 = 1;

/// Who brought something about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Actor {
    /// What it is.
    pub kind: ActorKind,
    /// Its id: `bot_…`, `agt_…`, `tok_…`, `usr_…`; absent for the system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// What brought something about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A bot's box.
    Bot,
    /// An agent on a screen.
    Agent,
    /// An application that holds a token.
    Token,
    /// The person who chats.
    User,
    /// SmartBot itself, or its command line.
    System,
}

impl Actor {
    /// Somebody with an id.
    pub fn new(kind: ActorKind, id: impl ToString) -> Self {
        Self {
            kind,
            id: Some(id.to_string()),
        }
    }

    /// SmartBot itself.
    pub const SYSTEM: Self = Self {
        kind: ActorKind::System,
        id: None,
    };
}

/// The payload of a delivery, and an entry of the event feed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Envelope {
    /// The event's id; the same on every try and in the header `webhook-id`.
    pub id: EventId,
    /// What happened.
    pub r#type: EventType,
    /// When it happened.
    pub occurred_at: Time,
    /// The version of the payload's shape.
    pub schema_version: u32,
    /// The workspace it happened in.
    pub workspace_id: WorkspaceId,
    /// The user or agent it is about; the workspace for `bot.published` and `webhook.*`.
    pub subject: String,
    /// Counts the recorded events of the subject without gaps: 1, 2, 3, …
    pub sequence: u64,
    /// Who brought it about.
    pub actor: Actor,
    /// What belongs to the type.
    #[schema(value_type = Object)]
    pub data: Value,
}

/// What stays of a message: ids, numbers and words of our own.
const OF_A_MESSAGE: [&str; 9] = [
    "id",
    "seq",
    "from",
    "kind",
    "file",
    "typing_delay_ms",
    "box_id",
    "client_message_id",
    "at",
];

/// What stays of a message's file; its name is the sender's own words.
const OF_A_FILE: [&str; 3] = ["id", "type", "size"];

/// Takes every profile value, variable and text out of an event's data, and what names people; ids and names of things stay.
pub fn ids_only(data: &mut Value) {
    let Some(data) = data.as_object_mut() else {
        return;
    };
    for key in ["variables", "metadata", "detail", "text"] {
        data.remove(key);
    }
    if let Some(user) = data.get_mut("user").and_then(Value::as_object_mut) {
        user.remove("fields");
    }
    for key in ["agent", "from_agent", "to_agent"] {
        if let Some(agent) = data.get_mut(key).and_then(Value::as_object_mut) {
            agent.remove("name");
            agent.remove("email");
        }
    }
    // A box names agents by id or by e-mail address.
    if let Some(agents) = data.get_mut("agents").and_then(Value::as_array_mut) {
        agents.retain(|it| it.as_str().is_some_and(|it| it.parse::<AgentId>().is_ok()));
    }
    if let Some(changes) = data.get_mut("changes").and_then(Value::as_object_mut) {
        for change in changes.values_mut() {
            *change = Value::Object(serde_json::Map::new());
        }
    }
    if let Some(message) = data.get_mut("message").and_then(Value::as_object_mut) {
        message.retain(|key, _| OF_A_MESSAGE.contains(&key.as_str()));
        if let Some(file) = message.get_mut("file").and_then(Value::as_object_mut) {
            file.retain(|key, _| OF_A_FILE.contains(&key.as_str()));
        }
    }
}
