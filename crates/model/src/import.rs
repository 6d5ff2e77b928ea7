//! What came of the lines of an import.
use crate::UserId;
use crate::problem::InputError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What came of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportedLine {
    /// The number of the line in what was sent, from 1; of a CSV record that spans lines, the first.
    #[schema(example = 2)]
    pub line: u64,
    /// What became of it.
    pub status: ImportStatus,
    /// The user; absent when the line failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub id: Option<UserId>,
    /// Why the line failed; absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub error: Option<LineError>,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportStatus {
    /// A user was made.
    Created,
    /// A user was changed.
    Updated,
    /// The user is so already.
    Unchanged,
    /// Nothing was kept of it.
    Failed,
}

/// Why a line failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LineError {
    /// What, for programs: a code of a problem.
    #[schema(example = "invalid_request")]
    pub code: String,
    /// What and what to do, for people.
    pub message: String,
    /// What is wrong, and where in the line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<InputError>,
}

impl LineError {
    /// An error of this kind.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            errors: Vec::new(),
        }
    }
}
