//! Holds a database to what must always be true of it, at one instant and while others work with it. Reads a page at a time.
//!
//! What is found is told, never mended: a database that is not as it must be was changed by something that is not this program.
mod files;
mod numbers;
mod references;
mod sealed;
mod states;

use crate::db::Address;
use crate::error::{Error, Result};
use crate::keys::{self, WorkspaceKeys, unwrap_user, unwrap_workspace};
use crate::master_key::MasterKey;
use crate::migrate;
use crate::query::{args, queries};
use crate::seal::SealingKey;
use crate::snapshot::Snapshot;
use crate::store::Store;
use serde::Serialize;
use smartbot_model::{FileId, UserId, WorkspaceId};
use std::io;
use std::sync::Arc;

queries! {
    /// SQLite only: PostgreSQL looks after its files itself.
    INTEGRITY = "PRAGMA integrity_check(100)";
}

/// All queries of the check.
pub(crate) static QUERIES: &[&[&crate::query::Query]] = &[
    ALL,
    files::ALL,
    numbers::ALL,
    references::ALL,
    sealed::ALL,
    states::ALL,
];

/// How many rows are read at once.
const PAGE: u32 = 500;

/// Gives the sealed content of a file; none when there is none.
pub type Content<'a> = dyn Fn(WorkspaceId, FileId) -> io::Result<Option<Vec<u8>>> + Sync + 'a;

/// What lies beside the database.
#[derive(Clone, Copy)]
struct Files<'a> {
    content: &'a Content<'a>,
    /// All that lay there before the snapshot was taken.
    lying: &'a [(WorkspaceId, FileId)],
}

/// Something that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at: `migrations`, `integrity`, `references`, `states`, `numbers`, `sealed` or `files`.
    pub check: &'static str,
    /// The table, or the column.
    pub table: String,
    /// Which row; empty when it is about the whole table.
    pub row: String,
    /// What is wrong, in a sentence. Never a value.
    pub message: String,
}

/// How much was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Rows that were opened.
    pub rows: u64,
    /// Sealed values that were opened.
    pub sealed_values: u64,
    /// What is not as it must be.
    pub findings: u64,
}

/// A check at work.
struct Check<'a> {
    snapshot: Snapshot,
    keys: Keys,
    tell: &'a mut (dyn FnMut(Finding) + Send),
    checked: Checked,
}

impl Check<'_> {
    fn found(
        &mut self,
        check: &'static str,
        table: impl Into<String>,
        row: impl ToString,
        message: impl Into<String>,
    ) {
        self.checked.findings += 1;
        (self.tell)(Finding {
            check,
            table: table.into(),
            row: row.to_string(),
            message: message.into(),
        });
    }
}

/// The keys that the rows of the moment need: those of one workspace and one user.
struct Keys {
    master: SealingKey,
    sign_in: [u8; 32],
    workspace: Option<(WorkspaceId, Option<Arc<WorkspaceKeys>>)>,
    user: Option<(UserId, Option<Arc<SealingKey>>)>,
}

impl Keys {
    fn new(master: &MasterKey) -> Self {
        Self {
            master: keys::master_wrap(master),
            sign_in: keys::sign_in_key(master),
            workspace: None,
            user: None,
        }
    }

    /// The keys of a workspace, if there are any that can be opened.
    async fn workspace(
        &mut self,
        snapshot: &mut Snapshot,
        id: WorkspaceId,
    ) -> Result<Option<Arc<WorkspaceKeys>>> {
        if let Some((known, keys)) = &self.workspace
            && *known == id
        {
            return Ok(keys.clone());
        }
        let rows = snapshot.read(keys::workspace_key(id)).await?;
        let found = rows
            .first()
            .and_then(|it| unwrap_workspace(&self.master, id, it).ok());
        self.user = None;
        let (_, keys) = self.workspace.insert((id, found.map(Arc::new)));
        Ok(keys.clone())
    }

    /// The key of a user whose row of `user_keys` stands in `row`, if it can be opened.
    fn user(
        &mut self,
        keys: &WorkspaceKeys,
        workspace: WorkspaceId,
        id: UserId,
        row: &crate::db::Row,
    ) -> Option<Arc<SealingKey>> {
        if let Some((known, key)) = &self.user
            && *known == id
        {
            return key.clone();
        }
        let found = unwrap_user(keys, workspace, id, row).ok().map(Arc::new);
        let (_, key) = self.user.insert((id, found));
        key.clone()
    }
}

impl Store {
    /// Holds the database at this address to what must always be true of it, and tells each thing that is not so. Changes nothing, and
    /// needs nobody to stop working.
    ///
    /// # Errors
    /// [`Error::NotSupported`] when there is no database, [`Error::WrongMasterKey`], [`Error::Unavailable`]. What is wrong with
    /// the data is no error but told.
    pub async fn check(
        url: &str,
        master_key: &MasterKey,
        tell: &mut (dyn FnMut(Finding) + Send),
    ) -> Result<Checked> {
        Self::check_all(url, master_key, None, tell).await
    }

    /// As [`Store::check`], and opens every file that a message names; `content` gives what lies there. `lying` is all that lay there before.
    ///
    /// # Errors
    /// As [`Store::check`].
    pub async fn check_with_files(
        url: &str,
        master_key: &MasterKey,
        content: &Content<'_>,
        lying: &[(WorkspaceId, FileId)],
        tell: &mut (dyn FnMut(Finding) + Send),
    ) -> Result<Checked> {
        let files = Files { content, lying };
        Self::check_all(url, master_key, Some(files), tell).await
    }

    async fn check_all(
        url: &str,
        master_key: &MasterKey,
        files: Option<Files<'_>>,
        tell: &mut (dyn FnMut(Finding) + Send),
    ) -> Result<Checked> {
        let address = Address::parse(url)?;
        let snapshot = Snapshot::open(&address).await?;
        let mut check = Check {
            snapshot,
            keys: Keys::new(master_key),
            tell,
            checked: Checked::default(),
        };
        let outcome = run(&mut check, &address, master_key, files).await;
        let (checked, closed) = (check.checked, check.snapshot.close().await);
        outcome.and(closed).map(|()| checked)
    }
}

async fn run(
    check: &mut Check<'_>,
    address: &Address,
    master_key: &MasterKey,
    files: Option<Files<'_>>,
) -> Result<()> {
    match all(check, address, master_key, files).await {
        // That the file is damaged was told, so that it cannot be read to its end is no wonder.
        Err(error) if check.checked.findings > 0 => {
            let message = format!("the check could not go on: {error}");
            check.found("integrity", "the file", "", message);
            Ok(())
        }
        outcome => outcome,
    }
}

async fn all(
    check: &mut Check<'_>,
    address: &Address,
    master_key: &MasterKey,
    files: Option<Files<'_>>,
) -> Result<()> {
    integrity(check).await?;
    match migrate::pending_names(address).await {
        Ok(pending) if pending.is_empty() => {}
        Ok(pending) => {
            let message = format!(
                "not migrated to this version; `smartbot migrate` does it: {}",
                pending.join(", ")
            );
            check.found("migrations", "schema_migrations", "", message);
            return Ok(());
        }
        Err(Error::NotSupported { reason }) => {
            check.found("migrations", "schema_migrations", "", reason);
            return Ok(());
        }
        Err(error) => return Err(error),
    }
    match check.snapshot.read(keys::master_check()).await?.first() {
        Some(row) => keys::fits(master_key, row)?,
        None => check.found(
            "sealed",
            "store_meta",
            "",
            "the check of the master key is gone",
        ),
    }
    references::check(check).await?;
    states::check(check).await?;
    numbers::check(check).await?;
    sealed::check(check).await?;
    match files {
        Some(files) => files::check(check, files).await,
        None => Ok(()),
    }
}

async fn integrity(check: &mut Check<'_>) -> Result<()> {
    if !check.snapshot.is_embedded() {
        return Ok(());
    }
    match check.snapshot.read(INTEGRITY.with(args![])).await {
        Ok(rows) => {
            for row in rows {
                let told = row.text("integrity_check")?;
                if told != "ok" {
                    check.found("integrity", "the file", "", told);
                }
            }
        }
        // Damage of the schema itself is no row but an error.
        Err(error) => check.found("integrity", "the file", "", error.to_string()),
    }
    Ok(())
}
