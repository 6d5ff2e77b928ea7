//! A person who chats with bots.
use crate::{Time, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A user as the DB-Update API shows one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct User {
    /// The id that SmartBot gave.
    pub id: UserId,
    /// The id that your own system gave.
    #[schema(example = "p-17")]
    pub external_id: Option<String>,
    /// The profile fields that are set.
    #[schema(example = json!({"user_fname": "Ana"}))]
    pub fields: Map<String, Value>,
    /// The flags, in alphabetical order.
    #[schema(example = json!(["vip"]))]
    pub flags: Vec<String>,
    /// When the user was made.
    pub created_at: Time,
    /// When a field or flag last changed.
    pub updated_at: Time,
}

/// The longest `external_id`, in characters.
pub const MAX_EXTERNAL_ID_CHARS: usize = 200;

/// The longest name of a flag, in characters.
pub const MAX_FLAG_CHARS: usize = 64;

/// Whether `name` may name a flag: letters and digits of any script, `-`, `_`, `.`, `:`, no spaces, 1 to 64 characters.
pub fn is_valid_flag(name: &str) -> bool {
    !name.is_empty()
        && name.chars().count() <= MAX_FLAG_CHARS
        && name
            .chars()
            .all(|it| it.is_alphanumeric() || matches!(it, '-' | '_' | '.' | ':'))
}
