//! Browsers in which agents are signed in, found by the hash of what the cookie holds.
use crate::db::Row;
use crate::error::{Error, Result};
use crate::keys::WorkspaceKeys;
use crate::prepare::Preparation;
use crate::query::{Statement, args, queries};
use crate::rows::BrowserSessionRow;
use crate::store::Store;
use crate::what;
use smartbot_model::token::SecretHash;
use smartbot_model::{AgentId, BrowserSessionId, Phi, Time, WorkspaceId};

macro_rules! columns {
    () => {
        "workspace_id, browser_session_id, agent_id, hash, address, user_agent, created_at, last_seen_at, expires_at"
    };
}

queries! {
    INSERT = concat!("INSERT INTO browser_sessions (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
    TOUCH = "UPDATE browser_sessions SET last_seen_at = $3, expires_at = $4 WHERE workspace_id = $1 AND browser_session_id = $2 AND last_seen_at < $3";
    END = "DELETE FROM browser_sessions WHERE workspace_id = $1 AND browser_session_id = $2";
    BY_HASH = concat!("SELECT ", columns!(), " FROM browser_sessions WHERE hash = $1");
    OF_AGENT = concat!("SELECT ", columns!(), " FROM browser_sessions WHERE workspace_id = $1 AND agent_id = $2 ORDER BY browser_session_id");
    EXPIRED = concat!("SELECT ", columns!(), " FROM browser_sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2");
}

const ADDRESS: &str = "browser_sessions.address";
const USER_AGENT: &str = "browser_sessions.user_agent";

pub(crate) fn insert(to: &mut Preparation<'_>, row: &BrowserSessionRow) -> Result<()> {
    let uuid = row.id.uuid();
    let seal = |column, value: &Phi<String>| {
        to.by_workspace(column, uuid.as_bytes(), value.expose().as_bytes())
    };
    let args = args![
        to.workspace,
        row.id,
        row.agent_id,
        row.hash,
        seal(ADDRESS, &row.address)?,
        seal(USER_AGENT, &row.user_agent)?,
        row.created_at,
        row.last_seen_at,
        row.expires_at,
    ];
    to.push(INSERT.with(args).unique(what::BROWSER_SESSION));
    Ok(())
}

pub(crate) fn touch(to: &mut Preparation<'_>, id: BrowserSessionId, at: Time, expires_at: Time) {
    to.push(TOUCH.with(args![to.workspace, id, at, expires_at]));
}

pub(crate) fn end(to: &mut Preparation<'_>, id: BrowserSessionId) {
    to.push(
        END.with(args![to.workspace, id])
            .one(what::NO_BROWSER_SESSION),
    );
}

fn read(workspace: WorkspaceId, keys: &WorkspaceKeys, row: &Row) -> Result<BrowserSessionRow> {
    let id = row.uuid("browser_session_id")?;
    let open =
        |column, sealed| crate::open::text(&keys.seal, workspace, column, id.as_bytes(), sealed);
    Ok(BrowserSessionRow {
        id: BrowserSessionId::from_uuid(id),
        agent_id: AgentId::from_uuid(row.uuid("agent_id")?),
        hash: row
            .bytes("hash")?
            .try_into()
            .map_err(|_| Error::corrupt("browser_sessions.hash", id))?,
        address: open(ADDRESS, row.bytes("address")?)?,
        user_agent: open(USER_AGENT, row.bytes("user_agent")?)?,
        created_at: row.time("created_at")?,
        last_seen_at: row.time("last_seen_at")?,
        expires_at: row.time("expires_at")?,
    })
}

impl Store {
    /// The browser session of this secret, also one that is over and was not ended yet.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn browser_session_by_hash(
        &self,
        hash: &SecretHash,
    ) -> Result<Option<(WorkspaceId, BrowserSessionRow)>> {
        let found = self.read_browser_sessions(BY_HASH.with(args![*hash]));
        Ok(found.await?.pop())
    }

    /// The browser sessions of an agent, the oldest first.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn browser_sessions(
        &self,
        workspace: WorkspaceId,
        agent: AgentId,
    ) -> Result<Vec<BrowserSessionRow>> {
        let found = self.read_browser_sessions(OF_AGENT.with(args![workspace, agent]));
        Ok(found.await?.into_iter().map(|it| it.1).collect())
    }

    /// Browser sessions of all workspaces whose time is over, the ones that wait longest first.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn expired_browser_sessions(
        &self,
        now: Time,
        limit: u32,
    ) -> Result<Vec<(WorkspaceId, BrowserSessionRow)>> {
        self.read_browser_sessions(EXPIRED.with(args![now, limit]))
            .await
    }

    async fn read_browser_sessions(
        &self,
        statement: Statement,
    ) -> Result<Vec<(WorkspaceId, BrowserSessionRow)>> {
        let rows = self.db().read(statement).await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in &rows {
            let workspace = WorkspaceId::from_uuid(row.uuid("workspace_id")?);
            if let Some(keys) = self.keys().workspace(self.db(), workspace).await? {
                found.push((workspace, read(workspace, &keys, row)?));
            }
        }
        Ok(found)
    }
}
