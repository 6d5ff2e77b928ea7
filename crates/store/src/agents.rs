//! Agents. Names and addresses are sealed by the workspace's key.
use crate::db::Row;
use crate::error::Result;
use crate::keys::WorkspaceKeys;
use crate::prepare::Preparation;
use crate::query::{args, queries};
use crate::rows::AgentRow;
use crate::store::Store;
use crate::what;
use smartbot_model::agent::Role;
use smartbot_model::{AgentId, Phi, WorkspaceId};

macro_rules! columns {
    () => {
        "agent_id, email, name, role, password_hash, event_sequence, created_at"
    };
}

queries! {
    INSERT = concat!("INSERT INTO agents (workspace_id, email_index, ", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
    SAVE_SEQUENCE = "UPDATE agents SET event_sequence = $4 WHERE workspace_id = $1 AND agent_id = $2 AND event_sequence = $3";
    BY_EMAIL = concat!("SELECT ", columns!(), " FROM agents WHERE workspace_id = $1 AND email_index = $2");
    EVERY = concat!("SELECT ", columns!(), " FROM agents WHERE workspace_id = $1 ORDER BY agent_id");
}

const EMAIL: &str = "agents.email";
const NAME: &str = "agents.name";
const PASSWORD: &str = "agents.password_hash";

/// E-mail addresses are found regardless of case and outer spaces.
pub(crate) fn email_index(keys: &WorkspaceKeys, email: &str) -> [u8; 32] {
    keys.blind("email", &email.trim().to_lowercase())
}

pub(crate) fn insert(to: &mut Preparation<'_>, row: &AgentRow) -> Result<()> {
    let uuid = row.id.uuid();
    let seal = |column, value: &Phi<String>| {
        to.by_workspace(column, uuid.as_bytes(), value.expose().as_bytes())
    };
    let args = args![
        to.workspace,
        email_index(&to.keys, row.email.expose()),
        row.id,
        seal(EMAIL, &row.email)?,
        seal(NAME, &row.name)?,
        row.role.as_str(),
        row.password_hash
            .as_ref()
            .map(|it| seal(PASSWORD, it))
            .transpose()?,
        row.event_sequence,
        row.created_at,
    ];
    to.push(INSERT.with(args).unique(what::AGENT_EMAIL));
    Ok(())
}

pub(crate) fn save_sequence(
    to: &mut Preparation<'_>,
    id: AgentId,
    expected: u64,
    event_sequence: u64,
) {
    to.push(
        SAVE_SEQUENCE
            .with(args![to.workspace, id, expected, event_sequence])
            .one(what::AGENT_SEQUENCE),
    );
}

fn read(workspace: WorkspaceId, keys: &WorkspaceKeys, row: &Row) -> Result<AgentRow> {
    let id = row.uuid("agent_id")?;
    let open =
        |column, sealed| crate::open::text(&keys.seal, workspace, column, id.as_bytes(), sealed);
    Ok(AgentRow {
        id: AgentId::from_uuid(id),
        email: open(EMAIL, row.bytes("email")?)?,
        name: open(NAME, row.bytes("name")?)?,
        role: row.named("role", Role::parse)?,
        password_hash: row
            .bytes_opt("password_hash")?
            .map(|it| open(PASSWORD, it))
            .transpose()?,
        event_sequence: row.number("event_sequence")?,
        created_at: row.time("created_at")?,
    })
}

impl Store {
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
        let rows = self
            .db()
            .read(BY_EMAIL.with(args![workspace, email_index(&keys, email)]))
            .await?;
        rows.first()
            .map(|it| read(workspace, &keys, it))
            .transpose()
    }

    /// All agents, the oldest first.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn agents(&self, workspace: WorkspaceId) -> Result<Vec<AgentRow>> {
        let Some(keys) = self.keys().workspace(self.db(), workspace).await? else {
            return Ok(Vec::new());
        };
        let rows = self.db().read(EVERY.with(args![workspace])).await?;
        rows.iter().map(|it| read(workspace, &keys, it)).collect()
    }
}
