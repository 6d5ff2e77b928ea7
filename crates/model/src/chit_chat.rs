//! The chit-chat script of a workspace.
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Phrases, and what is answered to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChitChatEntry {
    /// Stable: it names the entry, 1 to 64 characters without white space.
    #[schema(example = "thanks")]
    pub id: String,
    /// What people say: 1 to 50 wordings.
    #[schema(example = json!(["thanks", "thank you so much"]))]
    pub phrases: Vec<String>,
    /// What the bot answers. `{field}` inserts a field.
    #[schema(example = "You are welcome, {user_fname|dear visitor}!")]
    pub answer: String,
    /// The language that it is said in, BCP 47; any unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "en")]
    pub language: Option<String>,
}

/// The chit-chat script of a workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChitChat {
    /// Whether bots use it.
    pub enabled: bool,
    /// At most 500 entries.
    #[serde(default)]
    pub entries: Vec<ChitChatEntry>,
}
