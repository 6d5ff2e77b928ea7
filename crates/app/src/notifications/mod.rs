//! Agents are told that something happens in a chat, or that webhooks do not arrive: on their desk and by mail.
//!
//! A turn that notifies keeps a job with everything else that it does (`JobKind::Notify`). The job finds out who is meant, who sees the user
//! and who wants to be told, and keeps a row for each desk and each mail in one commit with its own end.
//! What is wrong with an endpoint is noted in the database (`delivery::alerts`), and told to those who manage webhooks (`endpoints`).
mod endpoints;
mod expand;
mod settings;
mod telling;

pub(crate) use expand::{Wanted, tell};

use crate::{App, Result};
use smartbot_model::notification::Notification;
use smartbot_model::{AgentId, NotificationId, WorkspaceId};
use smartbot_store::Change;

impl App {
    /// What an agent was told, the newest first, before this one.
    pub async fn notifications(
        &self,
        workspace: WorkspaceId,
        agent: AgentId,
        only_unread: bool,
        before: Option<NotificationId>,
        limit: u32,
    ) -> Result<Vec<Notification>> {
        let found = self
            .store
            .notifications(workspace, agent, only_unread, before, limit);
        Ok(found.await?)
    }

    /// Marks what an agent was told as read: this one, or all.
    pub async fn read_notifications(
        &self,
        workspace: WorkspaceId,
        agent_id: AgentId,
        id: Option<NotificationId>,
    ) -> Result<()> {
        let at = self.now();
        let read = Change::ReadNotifications { agent_id, id, at };
        self.commit(workspace, vec![read]).await
    }
}
