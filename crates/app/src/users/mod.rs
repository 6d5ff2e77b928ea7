//! Users: who they are, how they come to be, change and go.
pub(crate) mod check;
mod erase;
pub mod import;
pub mod list;
mod sessions;
pub mod sight;
pub(crate) mod told;
pub mod write;

use crate::{App, Result};
use serde_json::{Map, Value};
use smartbot_model::user::User;
use smartbot_model::{UserId, WorkspaceId};
use smartbot_store::UserRow;

/// A user as the APIs show one.
pub(crate) fn public(row: &UserRow) -> User {
    User {
        id: row.id,
        external_id: row.external_id.as_ref().map(|it| it.expose().clone()),
        fields: row.fields.expose().clone(),
        flags: row.flags.iter().cloned().collect(),
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

/// How a caller names a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserKey {
    /// By SmartBot's id.
    Id(UserId),
    /// By the caller's own id.
    External(String),
}

impl UserKey {
    /// Reads `usr_…` or `ext:…`.
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix("ext:") {
            Some(external) if !external.is_empty() => Some(Self::External(external.to_owned())),
            Some(_) => None,
            None => text.parse().ok().map(Self::Id),
        }
    }
}

/// The most bytes that one user's profile fields take, as JSON.
pub const MAX_PROFILE: usize = 64 * 1024;

/// Whether all profile fields together stay within their limit.
pub(crate) fn fits(fields: &Map<String, Value>) -> bool {
    serde_json::to_vec(fields).is_ok_and(|it| it.len() <= MAX_PROFILE)
}

impl App {
    /// One user.
    pub async fn user(&self, workspace: WorkspaceId, key: &UserKey) -> Result<User> {
        Ok(public(&self.user_row(workspace, key).await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_named_by_either_id() {
        assert_eq!(
            UserKey::parse("ext:p-17"),
            Some(UserKey::External("p-17".into()))
        );
        assert!(matches!(
            UserKey::parse("usr_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b"),
            Some(UserKey::Id(_))
        ));
        for wrong in ["", "ext:", "p-17", "ses_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b"] {
            assert_eq!(UserKey::parse(wrong), None, "{wrong}");
        }
    }
}
