//! Agents. Names and addresses are sealed by the workspace's key.
use crate::db::Row;
use crate::error::{Error, Result};
use crate::keys::{Keyring, WorkspaceKeys};
use crate::prepare::{Preparation, json};
use crate::query::{Arg, args, queries};
use crate::rows::{AgentRow, InvitationRow};
use crate::store::Store;
use crate::what;
use smartbot_model::agent::Role;
use smartbot_model::token::SecretHash;
use smartbot_model::{AgentId, Phi, WorkspaceId};

macro_rules! columns {
    () => {
        "workspace_id, agent_id, email_index, sign_in_index, email, name, role, limited_to_flags, password_hash, invitation_hash, invitation_expires_at, event_sequence, deactivated_at, created_at, version"
    };
}

queries! {
    INSERT = concat!("INSERT INTO agents (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)");
    SAVE = "UPDATE agents SET email_index = $3, sign_in_index = $4, email = $5, name = $6, role = $7, limited_to_flags = $8, password_hash = $9, invitation_hash = $10, invitation_expires_at = $11, event_sequence = $12, deactivated_at = $13, version = version + 1 WHERE workspace_id = $1 AND agent_id = $2 AND version = $14";
    REMOVE = "DELETE FROM agents WHERE workspace_id = $1 AND agent_id = $2 AND version = $3";
    BY_ID = concat!("SELECT ", columns!(), " FROM agents WHERE workspace_id = $1 AND agent_id = $2");
    BY_EMAIL = concat!("SELECT ", columns!(), " FROM agents WHERE workspace_id = $1 AND email_index = $2");
    BY_SIGN_IN = concat!("SELECT ", columns!(), " FROM agents WHERE sign_in_index = $1 ORDER BY workspace_id");
    BY_INVITATION = concat!("SELECT ", columns!(), " FROM agents WHERE invitation_hash = $1");
    PAGE = concat!("SELECT ", columns!(), " FROM agents WHERE workspace_id = $1 AND agent_id > $2 ORDER BY agent_id LIMIT $3");
    OF_IDS = concat!("SELECT ", columns!(), " FROM agents WHERE workspace_id = $1 AND agent_id IN ({list})");
    COUNT_OF_ROLE = "SELECT COUNT(*) AS number FROM agents WHERE workspace_id = $1 AND role = $2 AND deactivated_at IS NULL";
    WITHOUT_SIGN_IN = "SELECT workspace_id, agent_id, email FROM agents WHERE sign_in_index IS NULL";
    FILL_SIGN_IN = "UPDATE agents SET sign_in_index = $3 WHERE workspace_id = $1 AND agent_id = $2 AND sign_in_index IS NULL";
}

const EMAIL: &str = "agents.email";
const NAME: &str = "agents.name";
const PASSWORD: &str = "agents.password_hash";

/// Addresses are found regardless of case and outer spaces.
pub(crate) fn normal(email: &str) -> String {
    email.trim().to_lowercase()
}

pub(crate) fn email_index(keys: &WorkspaceKeys, email: &str) -> [u8; 32] {
    keys.blind("email", &normal(email))
}

/// What an agent's address is hashed with, to be found before it is known in which workspace.
pub(crate) const SIGN_IN: &str = "agent";

fn sign_in_index(ring: &Keyring, email: &str) -> [u8; 32] {
    ring.sign_in(SIGN_IN, &normal(email))
}

/// The values of a row in the order of the columns, as far as they may change.
fn content(to: &Preparation<'_>, row: &AgentRow) -> Result<Vec<Arg>> {
    let uuid = row.id.uuid();
    let seal = |column, value: &Phi<String>| {
        to.by_workspace(column, uuid.as_bytes(), value.expose().as_bytes())
    };
    let password = row.password_hash.as_ref();
    Ok(args![
        to.workspace,
        row.id,
        email_index(&to.keys, row.email.expose()),
        sign_in_index(to.ring, row.email.expose()),
        seal(EMAIL, &row.email)?,
        seal(NAME, &row.name)?,
        row.role.as_str(),
        json(&row.limited_to_flags)?,
        password.map(|it| seal(PASSWORD, it)).transpose()?,
        row.invitation.map(|it| it.hash),
        row.invitation.map(|it| it.expires_at),
        row.event_sequence,
        row.deactivated_at,
    ])
}

pub(crate) fn insert(to: &mut Preparation<'_>, row: &AgentRow) -> Result<()> {
    let mut args = content(to, row)?;
    args.extend(args![row.created_at, row.version]);
    to.push(INSERT.with(args).unique(what::AGENT_EMAIL));
    Ok(())
}

pub(crate) fn save(to: &mut Preparation<'_>, row: &AgentRow, expected_version: u64) -> Result<()> {
    let mut args = content(to, row)?;
    args.extend(args![expected_version]);
    to.push(SAVE.with(args).one(what::AGENT_VERSION));
    Ok(())
}

pub(crate) fn remove(to: &mut Preparation<'_>, id: AgentId, expected_version: u64) {
    to.push(
        REMOVE
            .with(args![to.workspace, id, expected_version])
            .one(what::AGENT_VERSION),
    );
}

fn read(workspace: WorkspaceId, keys: &WorkspaceKeys, row: &Row) -> Result<AgentRow> {
    let id = row.uuid("agent_id")?;
    let open =
        |column, sealed| crate::open::text(&keys.seal, workspace, column, id.as_bytes(), sealed);
    let invitation = match (
        row.bytes_opt("invitation_hash")?,
        row.time_opt("invitation_expires_at")?,
    ) {
        (Some(hash), Some(expires_at)) => Some(InvitationRow {
            hash: hash
                .try_into()
                .map_err(|_| Error::corrupt("agents.invitation_hash", id))?,
            expires_at,
        }),
        _ => None,
    };
    Ok(AgentRow {
        id: AgentId::from_uuid(id),
        email: open(EMAIL, row.bytes("email")?)?,
        name: open(NAME, row.bytes("name")?)?,
        role: row.named("role", Role::parse)?,
        limited_to_flags: row.json("limited_to_flags")?,
        password_hash: row
            .bytes_opt("password_hash")?
            .map(|it| open(PASSWORD, it))
            .transpose()?,
        invitation,
        event_sequence: row.number("event_sequence")?,
        deactivated_at: row.time_opt("deactivated_at")?,
        version: row.number("version")?,
        created_at: row.time("created_at")?,
    })
}

impl Store {
    /// The agent of this id.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn agent(&self, workspace: WorkspaceId, id: AgentId) -> Result<Option<AgentRow>> {
        let found = self.read_agents(workspace, BY_ID.with(args![workspace, id]));
        Ok(found.await?.pop())
    }

    /// The agent of this address, whatever its case.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn agent_by_email(
        &self,
        workspace: WorkspaceId,
        email: &str,
    ) -> Result<Option<AgentRow>> {
        let Some(keys) = self.keys().workspace(self.db(), workspace).await? else {
            return Ok(None);
        };
        let statement = BY_EMAIL.with(args![workspace, email_index(&keys, email)]);
        Ok(self.read_agents(workspace, statement).await?.pop())
    }

    /// The agents of a workspace after this one, the oldest first.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn agents(
        &self,
        workspace: WorkspaceId,
        after: Option<AgentId>,
        limit: u32,
    ) -> Result<Vec<AgentRow>> {
        let after = after.unwrap_or(AgentId::from_uuid(uuid::Uuid::nil()));
        self.read_agents(workspace, PAGE.with(args![workspace, after, limit]))
            .await
    }

    /// The agents of these ids, in no order; those who are not there are absent.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn agents_of_ids(
        &self,
        workspace: WorkspaceId,
        ids: &[AgentId],
    ) -> Result<Vec<AgentRow>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let list = ids.iter().map(|it| (*it).into()).collect();
        self.read_agents(workspace, OF_IDS.with_list(args![workspace], list))
            .await
    }

    /// How many agents of a workspace have this role and are not deactivated.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn count_agents(&self, workspace: WorkspaceId, role: Role) -> Result<u64> {
        let rows = self
            .db()
            .read(COUNT_OF_ROLE.with(args![workspace, role.as_str()]))
            .await?;
        rows.first().map_or(Ok(0), |it| it.number("number"))
    }

    /// The agents of this address in all workspaces, whatever its case.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn agents_who_sign_in_as(&self, email: &str) -> Result<Vec<(WorkspaceId, AgentRow)>> {
        let index = sign_in_index(self.keys(), email);
        self.read_agents_anywhere(BY_SIGN_IN.with(args![index]))
            .await
    }

    /// The agent who was invited with the secret of this hash, also when the invitation is over.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn agent_by_invitation(
        &self,
        hash: &SecretHash,
    ) -> Result<Option<(WorkspaceId, AgentRow)>> {
        let found = self.read_agents_anywhere(BY_INVITATION.with(args![*hash]));
        Ok(found.await?.pop())
    }

    async fn read_agents(
        &self,
        workspace: WorkspaceId,
        statement: crate::query::Statement,
    ) -> Result<Vec<AgentRow>> {
        let Some(keys) = self.keys().workspace(self.db(), workspace).await? else {
            return Ok(Vec::new());
        };
        let rows = self.db().read(statement).await?;
        rows.iter().map(|it| read(workspace, &keys, it)).collect()
    }

    async fn read_agents_anywhere(
        &self,
        statement: crate::query::Statement,
    ) -> Result<Vec<(WorkspaceId, AgentRow)>> {
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

    /// Lets those sign in whose rows are older than the index.
    pub(crate) async fn fill_sign_in_index(&self) -> Result<()> {
        let mut statements = Vec::new();
        for row in self.db().read(WITHOUT_SIGN_IN.with(args![])).await? {
            let workspace = WorkspaceId::from_uuid(row.uuid("workspace_id")?);
            let id = row.uuid("agent_id")?;
            let Some(keys) = self.keys().workspace(self.db(), workspace).await? else {
                continue;
            };
            let sealed = row.bytes("email")?;
            let email = crate::open::text(&keys.seal, workspace, EMAIL, id.as_bytes(), sealed)?;
            let index = sign_in_index(self.keys(), email.expose());
            statements.push(FILL_SIGN_IN.with(args![workspace, AgentId::from_uuid(id), index]));
        }
        self.db().write(statements).await.map(drop)
    }
}
