//! Workspaces.
use crate::db::Row;
use crate::error::{Error, Result};
use crate::prepare::{Preparation, json};
use crate::query::{args, queries};
use crate::rows::WorkspaceRow;
use crate::store::Store;
use crate::what;
use smartbot_model::WorkspaceId;

macro_rules! columns {
    () => {
        "workspace_id, name, settings, event_sequence, version, created_at"
    };
}

queries! {
    INSERT = concat!("INSERT INTO workspaces (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6)");
    SAVE = "UPDATE workspaces SET name = $3, settings = $4, event_sequence = $5, version = version + 1 WHERE workspace_id = $1 AND version = $2";
    EVERY = concat!("SELECT ", columns!(), " FROM workspaces ORDER BY workspace_id");
    BY_ID = concat!("SELECT ", columns!(), " FROM workspaces WHERE workspace_id = $1");
    BY_NAME = concat!("SELECT ", columns!(), " FROM workspaces WHERE name = $1");
}

pub(crate) fn create(to: &mut Preparation<'_>, row: &WorkspaceRow) -> Result<()> {
    own(to, row)?;
    let args = args![
        row.id,
        row.name.as_str(),
        json(&row.settings)?,
        row.event_sequence,
        row.version,
        row.created_at
    ];
    to.push(INSERT.with(args).unique(what::WORKSPACE));
    Ok(())
}

pub(crate) fn save(
    to: &mut Preparation<'_>,
    row: &WorkspaceRow,
    expected_version: u64,
) -> Result<()> {
    own(to, row)?;
    let args = args![
        row.id,
        expected_version,
        row.name.as_str(),
        json(&row.settings)?,
        row.event_sequence
    ];
    to.push(SAVE.with(args).one(what::WORKSPACE_VERSION));
    Ok(())
}

fn own(to: &Preparation<'_>, row: &WorkspaceRow) -> Result<()> {
    if row.id == to.workspace {
        Ok(())
    } else {
        Err(Error::invalid("a workspace in the list of another"))
    }
}

fn read(row: &Row) -> Result<WorkspaceRow> {
    Ok(WorkspaceRow {
        id: WorkspaceId::from_uuid(row.uuid("workspace_id")?),
        name: row.text("name")?,
        settings: row.json("settings")?,
        event_sequence: row.number("event_sequence")?,
        version: row.number("version")?,
        created_at: row.time("created_at")?,
    })
}

impl Store {
    /// All workspaces, the oldest first.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn workspaces(&self) -> Result<Vec<WorkspaceRow>> {
        self.db()
            .read(EVERY.with(args![]))
            .await?
            .iter()
            .map(read)
            .collect()
    }

    /// The workspace of this id.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn workspace(&self, id: WorkspaceId) -> Result<Option<WorkspaceRow>> {
        self.db()
            .read(BY_ID.with(args![id]))
            .await?
            .first()
            .map(read)
            .transpose()
    }

    /// The workspace of exactly this name.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn workspace_by_name(&self, name: &str) -> Result<Option<WorkspaceRow>> {
        self.db()
            .read(BY_NAME.with(args![name]))
            .await?
            .first()
            .map(read)
            .transpose()
    }
}
