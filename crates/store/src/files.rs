//! Files that people send: what is known of them. Their content is sealed here and lies elsewhere.
use crate::db::Row;
use crate::error::{Error, Result};
use crate::open;
use crate::prepare::Preparation;
use crate::query::{Arg, args, queries};
use crate::rows::{FileRow, FileState};
use crate::seal::{Place, SealingKey};
use crate::store::Store;
use crate::what;
use smartbot_model::file::StoredFile;
use smartbot_model::{FileId, Phi, SessionId, Time, UserId, WorkspaceId};
use std::collections::HashSet;
use std::sync::Arc;

queries! {
    /// Nobody else counts the files of the session before this transaction is over.
    HOLD_SESSION = "UPDATE sessions SET last_seq = last_seq WHERE workspace_id = $1 AND session_id = $2";
    INSERT = "INSERT INTO files (workspace_id, file_id, session_id, user_id, state, name, type, size, created_at)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
        WHERE (SELECT COUNT(*) FROM files AS f WHERE f.workspace_id = $1 AND f.session_id = $3 AND f.state <> 'gone') < $10";
    SAY = "UPDATE files SET state = 'said' WHERE workspace_id = $1 AND session_id = $2 AND file_id = $3 AND state = 'new'";
    LET_GO = "UPDATE files SET state = 'gone' WHERE workspace_id = $1 AND file_id = $2";
    FORGET = "DELETE FROM files WHERE workspace_id = $1 AND state = 'gone' AND file_id IN ({list})";
    BY_ID = "SELECT f.user_id, k.key_id, k.wrapped, f.state, f.name, f.type, f.size, f.created_at FROM files AS f
        JOIN user_keys AS k ON k.workspace_id = f.workspace_id AND k.user_id = f.user_id
        WHERE f.workspace_id = $1 AND f.session_id = $2 AND f.file_id = $3 AND f.state <> 'gone'";
    OF_SESSION = "SELECT COUNT(*) AS files FROM files WHERE workspace_id = $1 AND session_id = $2 AND state <> 'gone'";
    OF_WORKSPACE = "SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) AS bytes FROM files WHERE workspace_id = $1 AND state <> 'gone'";
    /// Who does not say within a day what was sent does not say it any more.
    LET_STALE_GO = "UPDATE files SET state = 'gone' WHERE state = 'new' AND created_at < $1";
    KNOWN = "SELECT file_id FROM files WHERE workspace_id = $1 AND file_id IN ({list})";
    GONE = "SELECT workspace_id, file_id FROM files WHERE state = 'gone' ORDER BY created_at LIMIT $1";
}

const NAME: &str = "files.name";
/// No column: where the content is bound to.
const CONTENT: &str = "files.content";

/// Keeps a file, unless its session has as many already.
pub(crate) fn insert(to: &mut Preparation<'_>, row: &FileRow, most: u32) -> Result<()> {
    let file = row.file.expose();
    let name = to.by_user(
        row.user_id,
        NAME,
        file.id.uuid().as_bytes(),
        file.name.as_bytes(),
    )?;
    let args = args![
        to.workspace,
        file.id,
        row.session_id,
        row.user_id,
        row.state.as_str(),
        name,
        file.r#type.as_str(),
        file.size,
        row.created_at,
        most
    ];
    to.push(HOLD_SESSION.with(args![to.workspace, row.session_id]));
    to.push(INSERT.with(args).one(what::FILES_OF_SESSION));
    Ok(())
}

pub(crate) fn say(to: &mut Preparation<'_>, session: SessionId, id: FileId) {
    to.push(SAY.with(args![to.workspace, session, id]).one(what::FILE));
}

pub(crate) fn let_go(to: &mut Preparation<'_>, id: FileId) {
    to.push(LET_GO.with(args![to.workspace, id]));
}

pub(crate) fn forget(to: &mut Preparation<'_>, ids: Vec<FileId>) {
    let ids = ids.into_iter().map(Arg::from).collect();
    to.push(FORGET.with_list(args![to.workspace], ids));
}

fn read(
    workspace: WorkspaceId,
    session_id: SessionId,
    id: FileId,
    (user_id, key): (UserId, &SealingKey),
    row: &Row,
) -> Result<FileRow> {
    let name = row.bytes("name")?;
    let file = StoredFile {
        id,
        name: open::text(key, workspace, NAME, id.uuid().as_bytes(), name)?.into_inner(),
        r#type: row.text("type")?,
        size: row.number("size")?,
    };
    Ok(FileRow {
        file: Phi::new(file),
        session_id,
        user_id,
        state: row.named("state", FileState::parse)?,
        created_at: row.time("created_at")?,
    })
}

impl Store {
    /// A file of a session; none when it is gone.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn file(
        &self,
        workspace: WorkspaceId,
        session: SessionId,
        id: FileId,
    ) -> Result<Option<FileRow>> {
        let rows = self
            .db()
            .read(BY_ID.with(args![workspace, session, id]))
            .await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let keys = self.keys();
        let of_workspace = keys.workspace_with_rows(self.db(), workspace).await?;
        let user = UserId::from_uuid(row.uuid("user_id")?);
        let key = keys.user_in(workspace, &of_workspace, user, row)?;
        read(workspace, session, id, (user, &key), row).map(Some)
    }

    /// Which of these files there are rows of.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn known_files(
        &self,
        workspace: WorkspaceId,
        ids: &[FileId],
    ) -> Result<HashSet<FileId>> {
        if ids.is_empty() {
            return Ok(HashSet::new());
        }
        let list = ids.iter().map(|it| (*it).into()).collect();
        let rows = self.db().read(KNOWN.with_list(args![workspace], list));
        let id = |row: &Row| Ok(FileId::from_uuid(row.uuid("file_id")?));
        rows.await?.iter().map(id).collect()
    }

    /// How many files a session has.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn count_files(&self, workspace: WorkspaceId, session: SessionId) -> Result<u64> {
        let count = OF_SESSION.with(args![workspace, session]);
        let rows = self.db().read(count).await?;
        rows.first().map_or(Ok(0), |it| it.number("files"))
    }

    /// How many bytes all files of a workspace have.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn size_of_files(&self, workspace: WorkspaceId) -> Result<u64> {
        let rows = self.db().read(OF_WORKSPACE.with(args![workspace])).await?;
        rows.first().map_or(Ok(0), |it| it.number("bytes"))
    }

    /// Lets files go that no message has named since this instant.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Full`].
    pub async fn let_stale_files_go(&self, since: Time) -> Result<()> {
        let let_go = LET_STALE_GO.with(args![since]);
        self.db().write(vec![let_go]).await.map(drop)
    }

    /// Files of all workspaces whose content is to be removed, at most `limit`.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn gone_files(&self, limit: u32) -> Result<Vec<(WorkspaceId, FileId)>> {
        let rows = self.db().read(GONE.with(args![limit])).await?;
        let read = |row: &Row| {
            Ok((
                WorkspaceId::from_uuid(row.uuid("workspace_id")?),
                FileId::from_uuid(row.uuid("file_id")?),
            ))
        };
        rows.iter().map(read).collect()
    }

    /// The content of a file as it may lie anywhere: sealed by its user's key, and opened as this very file only.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the user was erased. As every read: [`Error::Unavailable`], [`Error::Corrupt`].
    pub async fn seal_file(
        &self,
        workspace: WorkspaceId,
        user: UserId,
        id: FileId,
        content: &[u8],
    ) -> Result<Vec<u8>> {
        let key = self.key_of_file(workspace, user).await?;
        let row = id.uuid();
        key.seal(place(workspace, &row), content, self.keys().random())
    }

    /// Opens what [`Store::seal_file`] has sealed.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when it is not the content of this file, [`Error::Conflict`] when the user was erased.
    pub async fn open_file(
        &self,
        workspace: WorkspaceId,
        user: UserId,
        id: FileId,
        sealed: Vec<u8>,
    ) -> Result<Vec<u8>> {
        let key = self.key_of_file(workspace, user).await?;
        key.open(place(workspace, &id.uuid()), sealed)
    }

    async fn key_of_file(&self, workspace: WorkspaceId, user: UserId) -> Result<Arc<SealingKey>> {
        let mut found = self.keys().users(self.db(), workspace, &[user]).await?;
        found
            .remove(&user)
            .ok_or_else(|| Error::conflict(what::NO_USER))
    }
}

/// What the content of a file is bound to.
pub(crate) fn place(workspace: WorkspaceId, id: &uuid::Uuid) -> Place<'_> {
    Place {
        workspace,
        column: CONTENT,
        row: id.as_bytes(),
    }
}
