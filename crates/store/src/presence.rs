//! Which agents are there. Who is not seen for a while is lost.
use crate::error::Result;
use crate::prepare::Preparation;
use crate::query::{args, queries};
use crate::rows::{AvailableAgent, PresenceRow};
use crate::store::Store;
use crate::what;
use smartbot_model::agent::{Presence, Role};
use smartbot_model::{AgentId, Time, WorkspaceId};

queries! {
    INSERT = "INSERT INTO presence (workspace_id, agent_id, chosen, told, seen_until, capacity) VALUES ($1, $2, $3, $4, $5, $6)";
    SAVE = "UPDATE presence SET chosen = $3, told = $4, seen_until = $5, capacity = $6 WHERE workspace_id = $1 AND agent_id = $2
        AND told = $7 AND seen_until = $8";
    SEEN = "UPDATE presence SET seen_until = $3 WHERE workspace_id = $1 AND agent_id = $2 AND seen_until < $3";
    REMOVE = "DELETE FROM presence WHERE workspace_id = $1 AND agent_id = $2";
    BY_AGENT = "SELECT agent_id, chosen, told, seen_until, capacity FROM presence WHERE workspace_id = $1 AND agent_id = $2";
    EVERY = "SELECT agent_id, chosen, told, seen_until, capacity FROM presence WHERE workspace_id = $1";
    LOST = "SELECT workspace_id, agent_id FROM presence WHERE told <> 'offline' AND seen_until < $1 LIMIT $2";
    AVAILABLE = "SELECT p.agent_id, a.role, a.limited_to_flags, p.capacity, (SELECT COUNT(*) FROM sessions AS s
            WHERE s.workspace_id = p.workspace_id AND s.agent_id = p.agent_id) AS busy
        FROM presence AS p JOIN agents AS a ON a.workspace_id = p.workspace_id AND a.agent_id = p.agent_id
        WHERE p.workspace_id = $1 AND p.told = 'online' AND p.seen_until >= $2 AND a.deactivated_at IS NULL";
}

/// Saves what is known of an agent. `expected` is what was read; none for one who was never there.
pub(crate) fn save(to: &mut Preparation<'_>, row: &PresenceRow, expected: Option<PresenceRow>) {
    let mut args = args![
        to.workspace,
        row.agent_id,
        row.chosen.as_str(),
        row.told.as_str(),
        row.seen_until,
        row.capacity
    ];
    let statement = match expected {
        None => INSERT.with(args).unique(what::PRESENCE),
        Some(known) => {
            args.extend(args![known.told.as_str(), known.seen_until]);
            SAVE.with(args).one(what::PRESENCE)
        }
    };
    to.push(statement);
}

pub(crate) fn seen(to: &mut Preparation<'_>, agent: AgentId, until: Time) {
    to.push(SEEN.with(args![to.workspace, agent, until]));
}

pub(crate) fn remove(to: &mut Preparation<'_>, agent: AgentId) {
    to.push(REMOVE.with(args![to.workspace, agent]));
}

fn read(row: &crate::db::Row) -> Result<PresenceRow> {
    Ok(PresenceRow {
        agent_id: AgentId::from_uuid(row.uuid("agent_id")?),
        chosen: row.named("chosen", Presence::parse)?,
        told: row.named("told", Presence::parse)?,
        seen_until: row.time("seen_until")?,
        capacity: row.number("capacity")?,
    })
}

impl Store {
    /// What is known of an agent's presence; none of one who was never there.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn presence(
        &self,
        workspace: WorkspaceId,
        agent: AgentId,
    ) -> Result<Option<PresenceRow>> {
        let statement = BY_AGENT.with(args![workspace, agent]);
        let rows = self.db().read(statement).await?;
        rows.first().map(read).transpose()
    }

    /// What is known of the presence of all agents who were ever there.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn presences(&self, workspace: WorkspaceId) -> Result<Vec<PresenceRow>> {
        let rows = self.db().read(EVERY.with(args![workspace])).await?;
        rows.iter().map(read).collect()
    }

    /// Agents of all workspaces who count as there and have not been seen for too long, at most `limit`.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn lost_agents(&self, now: Time, limit: u32) -> Result<Vec<(WorkspaceId, AgentId)>> {
        let rows = self.db().read(LOST.with(args![now, limit])).await?;
        rows.iter()
            .map(|it| {
                let workspace = WorkspaceId::from_uuid(it.uuid("workspace_id")?);
                Ok((workspace, AgentId::from_uuid(it.uuid("agent_id")?)))
            })
            .collect()
    }

    /// The agents who are online, with how much they have to do.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn available_agents(
        &self,
        workspace: WorkspaceId,
        now: Time,
    ) -> Result<Vec<AvailableAgent>> {
        let rows = self
            .db()
            .read(AVAILABLE.with(args![workspace, now]))
            .await?;
        rows.iter()
            .map(|it| {
                Ok(AvailableAgent {
                    id: AgentId::from_uuid(it.uuid("agent_id")?),
                    role: it.named("role", Role::parse)?,
                    limited_to_flags: it.json("limited_to_flags")?,
                    capacity: it.number("capacity")?,
                    busy: it.number("busy")?,
                })
            })
            .collect()
    }
}
