//! What is wrong with somebody's input, as data.
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InputError {
    /// Where: a JSON Pointer (RFC 6901) into the body, or the name of a query parameter or header.
    #[schema(example = "/user/fields/user_zip")]
    pub pointer: String,
    /// What, for programs.
    #[schema(example = "unknown_field")]
    pub code: String,
    /// What and what to do, for people.
    pub message: String,
}

impl InputError {
    /// Says what is wrong at `pointer`.
    pub fn new(
        pointer: impl Into<String>,
        code: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            pointer: pointer.into(),
            code: code.into(),
            message: message.into(),
        }
    }
}
