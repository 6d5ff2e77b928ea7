//! What a workspace defines: profile fields, flags, goals.
use crate::Time;
use crate::field::FieldType;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A profile field as the workspace knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProfileField {
    /// The name by which boxes, templates and both APIs speak of it.
    #[schema(example = "allergies")]
    pub name: String,
    /// What it holds.
    pub r#type: FieldType,
    /// Masked in logs, traces and exports, and never in the payload of an event.
    pub sensitive: bool,
    /// What it is for.
    #[schema(example = "As told at the front desk")]
    pub description: String,
    /// Whether every workspace has it. Such a field keeps its type and cannot be removed.
    pub built_in: bool,
}

/// A flag as the workspace knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Flag {
    /// Its name.
    #[schema(example = "vip")]
    pub name: String,
    /// What it is for.
    #[schema(example = "Call back within the hour")]
    pub description: String,
    /// When it was defined.
    pub created_at: Time,
}

/// A goal as the workspace knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Goal {
    /// Its name.
    #[schema(example = "booked")]
    pub name: String,
    /// What it is for.
    #[schema(example = "An appointment was made")]
    pub description: String,
    /// When it was defined.
    pub created_at: Time,
}

/// The longest description, in characters.
pub const MAX_DESCRIPTION_CHARS: usize = 500;

/// The longest name of a goal, in characters.
pub const MAX_GOAL_CHARS: usize = 64;

/// Whether `name` may name a goal: 1 to 64 characters that can be seen, no spaces around them.
pub fn is_valid_goal(name: &str) -> bool {
    !name.is_empty()
        && name.trim() == name
        && name.chars().count() <= MAX_GOAL_CHARS
        && !name.chars().any(char::is_control)
}
