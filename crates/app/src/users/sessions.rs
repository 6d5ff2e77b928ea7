//! The sessions of a user.
use crate::{App, Result};
use smartbot_model::{SessionId, UserId, WorkspaceId};

impl App {
    /// The sessions of a user after `after`, the oldest first, at most `limit`.
    pub async fn sessions_of_user(
        &self,
        workspace: WorkspaceId,
        user: UserId,
        after: Option<SessionId>,
        limit: u32,
    ) -> Result<Vec<SessionId>> {
        let sessions = self
            .store
            .sessions_of(workspace, user, after, limit)
            .await?;
        Ok(sessions.into_iter().map(|(id, _)| id).collect())
    }
}
