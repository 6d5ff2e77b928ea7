//! What a turn did, for the chat log and the reports. No personal data: names of boxes, fields, flags and goals.
use serde::{Deserialize, Serialize};

/// What one turn did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Trace {
    /// The boxes that were entered.
    pub(crate) visits: Vec<Visited>,
    /// The profile fields that were set.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) fields: Vec<String>,
    /// The goals that were reached.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) goals: Vec<String>,
    /// What went wrong without ending the session, for the builder.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) problems: Vec<Trouble>,
}

/// A box that was entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Visited {
    pub(crate) seq: u32,
    pub(crate) box_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) function_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) link: Option<usize>,
}

/// What went wrong in a box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Trouble {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) box_id: Option<String>,
    pub(crate) detail: String,
}
