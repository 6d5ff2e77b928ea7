//! Who may sign in, and what ends when an agent may not any more.
use super::told;
use crate::{App, Caller, Error, Result};
use smartbot_model::agent::{AgentStatus, Presence, Role};
use smartbot_model::event::{ActorKind, Event};
use smartbot_model::{AgentId, WorkspaceId};
use smartbot_store::{AgentRow, Change, PresenceRow};

/// Where an agent stands.
pub(super) const fn of(row: &AgentRow) -> AgentStatus {
    if row.deactivated_at.is_some() {
        AgentStatus::Deactivated
    } else if row.password_hash.is_some() {
        AgentStatus::Active
    } else {
        AgentStatus::Invited
    }
}

/// Whether it is an owner on whom the workspace can count.
pub(super) fn is_owner(row: &AgentRow) -> bool {
    row.role == Role::Owner && row.deactivated_at.is_none()
}

/// Refuses an agent who would lock itself out.
pub(super) fn is_somebody_else(caller: &Caller, id: AgentId) -> Result<()> {
    let actor = &caller.actor;
    let is_own = actor.kind == ActorKind::Agent && actor.id == Some(id.to_string());
    if is_own {
        let message = "Nobody deactivates themself. Ask another owner or admin.";
        return Err(Error::Conflict(message.into()));
    }
    Ok(())
}

impl App {
    /// Ends all browser sessions of an agent who goes. Adds what there is to tell of it.
    pub(super) async fn signing_off(
        &self,
        workspace: WorkspaceId,
        row: &AgentRow,
        happened: &mut Vec<Event>,
    ) -> Result<Vec<Change>> {
        let sessions = self.store.browser_sessions(workspace, row.id).await?;
        happened.extend(self.goes_offline(workspace, row).await?);
        let logouts = sessions.iter().map(|_| Event::AgentLogout(told(row)));
        happened.extend(logouts);
        let ends = sessions.iter().map(|it| it.id);
        Ok(ends.map(|id| Change::EndBrowserSession { id }).collect())
    }

    /// Nobody counts on an agent who stays and cannot sign in. What the agent has chosen is kept for later.
    pub(super) async fn leaving_desk(
        &self,
        workspace: WorkspaceId,
        id: AgentId,
    ) -> Result<Option<Change>> {
        let known = self.store.presence(workspace, id).await?;
        Ok(known.map(|known| Change::SavePresence {
            presence: PresenceRow {
                told: Presence::Offline,
                seen_until: known.seen_until.min(self.now()),
                ..known
            },
            expected: Some(known),
        }))
    }
}
