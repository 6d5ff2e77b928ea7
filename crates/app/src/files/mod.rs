//! Files that people send in a chat: who may send what, where the content lies, what becomes of it.
//!
//! First comes a row, then the content, then the answer; a message that names the file comes after that. What no message names within a day,
//! and what belonged to an erased user or a forgotten session, is taken away by a job.
mod storage;

pub use storage::{Folder, Storage};

use crate::tokens::SESSION_KEY_GRACE;
use crate::turns::Said;
use crate::users::sight::Sight;
use crate::{App, Error, Result};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use smartbot_model::file::{MAX_NAME_CHARS, StoredFile, TYPES, is_wanted};
use smartbot_model::session::SessionStatus;
use smartbot_model::{FileId, Phi, SessionId, UserId, WorkspaceId};
use smartbot_store::{Change, FileRow, FileState, SessionRow, what};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many files may be on their way through this node at once: each is in memory as a whole.
const AT_ONCE: usize = 16;

/// How many files are looked for at once.
const CHUNK: usize = 500;

/// What a workspace takes. Part of its settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileSettings {
    /// The largest file, in bytes: 1 to 26,214,400.
    pub max_bytes: u64,
    /// How many files a session may have: 0 to 200.
    pub per_session: u32,
    /// How many bytes all files may have together.
    pub workspace_bytes: u64,
}

impl Default for FileSettings {
    fn default() -> Self {
        Self {
            max_bytes: 10 * 1024 * 1024,
            per_session: 20,
            workspace_bytes: 1024 * 1024 * 1024,
        }
    }
}

impl FileSettings {
    /// The largest file that any workspace takes.
    const MOST_BYTES: u64 = 25 * 1024 * 1024;

    /// Refuses what cannot be meant: the setting and why.
    pub(crate) fn check(&self) -> Result<(), (&'static str, &'static str)> {
        if !(1..=Self::MOST_BYTES).contains(&self.max_bytes) {
            return Err(("max_bytes", "max_bytes is a number from 1 to 26,214,400."));
        }
        if self.per_session > 200 {
            return Err(("per_session", "per_session is a number from 0 to 200."));
        }
        if self.workspace_bytes > 1 << 50 {
            return Err(("workspace_bytes", "workspace_bytes is at most 2^50."));
        }
        Ok(())
    }
}

/// Who sends a file.
#[derive(Debug, Clone, Copy)]
pub enum Uploader<'a> {
    /// The user of the session: when the bot asks for a file, or an agent has the chat.
    User,
    /// An agent who sees these users.
    Agent(&'a Sight),
}

/// A place for a file that is about to come, and what it may be.
#[derive(Debug)]
pub struct Expected {
    /// The largest size.
    pub max_bytes: u64,
    types: Vec<String>,
    per_session: u32,
    session: SessionId,
    user: UserId,
    _place: OwnedSemaphorePermit,
}

/// What files need of the server.
pub(crate) struct Files {
    storage: OnceLock<Arc<dyn Storage>>,
    places: Arc<Semaphore>,
}

impl Default for Files {
    fn default() -> Self {
        Self {
            storage: OnceLock::new(),
            places: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }
}

impl Files {
    fn storage(&self) -> Result<Arc<dyn Storage>> {
        let storage = self.storage.get().cloned();
        storage.ok_or_else(|| Error::Internal(anyhow::anyhow!("nobody said where files lie")))
    }

    fn place(&self) -> Result<OwnedSemaphorePermit> {
        let place = self.places.clone().try_acquire_owned();
        place.map_err(|_| Error::Overloaded {
            retry_after: Duration::from_secs(1),
        })
    }
}

impl App {
    /// Says where the content of files lies. Of several calls the first counts.
    pub fn keep_files_in(&self, storage: Arc<dyn Storage>) {
        self.files.storage.get_or_init(|| storage);
    }

    /// Whether a file may come now, and which; asked before anything of it is read.
    pub async fn expect_file(
        &self,
        workspace: WorkspaceId,
        session: SessionId,
        by: Uploader<'_>,
    ) -> Result<Expected> {
        let found = self.store.turn(workspace, session).await?;
        let (row, user) = found.ok_or(Error::NotFound("session"))?;
        if let Uploader::Agent(sight) = by {
            sight.check(&user.flags, "session")?;
        }
        if row.status == SessionStatus::Ended {
            return Err(Error::SessionEnded);
        }
        let settings = self.workspace(workspace).await?.settings.files;
        let mut expected = Expected {
            max_bytes: settings.max_bytes,
            types: Vec::new(),
            per_session: settings.per_session,
            session,
            user: user.id,
            _place: self.files.place()?,
        };
        if matches!(by, Uploader::User) && !row.status.is_with_agents() {
            self.narrow(workspace, &row, &mut expected).await?;
        }
        let refuse = |why: &str| Err(Error::Conflict(why.into()));
        let sent = self.store.count_files(workspace, session).await?;
        if sent >= u64::from(settings.per_session) {
            return Err(full());
        }
        if self.store.size_of_files(workspace).await? >= settings.workspace_bytes {
            return refuse("The workspace has no room for more files. Tell its owner.");
        }
        Ok(expected)
    }

    /// Only what the bot asks for may come.
    async fn narrow(
        &self,
        workspace: WorkspaceId,
        row: &SessionRow,
        expected: &mut Expected,
    ) -> Result<()> {
        let (_, awaiting) = self.awaiting(workspace, row).await?;
        let awaiting = awaiting.filter(|it| it.kind == "file_upload");
        let Some(mut awaiting) = awaiting else {
            return Err(Error::Conflict(
                "The bot does not ask for a file now, and no agent has the chat.".into(),
            ));
        };
        if let Some(most) = awaiting.details.get("max_bytes").and_then(|it| it.as_u64()) {
            expected.max_bytes = expected.max_bytes.min(most);
        }
        if let Some(types) = awaiting.details.remove("types") {
            expected.types = serde_json::from_value(types)?;
        }
        Ok(())
    }

    /// Keeps a file that was expected. What it is follows from its content.
    pub async fn keep_file(
        &self,
        workspace: WorkspaceId,
        expected: Expected,
        name: Option<&str>,
        content: Bytes,
    ) -> Result<StoredFile> {
        let storage = self.files.storage()?;
        let r#type = type_of(&content, &expected.types)?;
        let now = self.now();
        let file = StoredFile {
            id: FileId::new(now, &*self.random),
            name: plain_name(name, r#type),
            r#type: r#type.to_owned(),
            size: content.len() as u64,
        };
        let row = FileRow {
            file: Phi::new(file.clone()),
            session_id: expected.session,
            user_id: expected.user,
            state: FileState::New,
            created_at: now,
        };
        let insert = Change::InsertFile {
            file: row,
            most: expected.per_session,
        };
        match self.store.commit(workspace, vec![insert]).await {
            // Another one came meanwhile.
            Err(smartbot_store::Error::Conflict {
                what: what::FILES_OF_SESSION,
            }) => return Err(full()),
            other => other?,
        }
        let sealed = self
            .store
            .seal_file(workspace, expected.user, file.id, &content);
        let kept = match sealed.await {
            Ok(sealed) => blocking(move || storage.put(workspace, file.id, &sealed)).await,
            Err(error) => Err(error.into()),
        };
        if let Err(error) = kept {
            self.commit(workspace, vec![Change::LetFileGo { id: file.id }])
                .await?;
            return Err(error);
        }
        // Somebody may have erased the user meanwhile, and taken away what was there then.
        let found = self.store.file(workspace, expected.session, file.id);
        if found.await?.is_none() {
            let storage = self.files.storage()?;
            blocking(move || storage.remove(workspace, file.id)).await?;
            return Err(Error::NotFound("session"));
        }
        Ok(file)
    }

    /// A file and its content, for whoever talks in the session: until 10 minutes after its end.
    pub async fn open_file(
        &self,
        workspace: WorkspaceId,
        session: SessionId,
        id: FileId,
    ) -> Result<(StoredFile, Vec<u8>)> {
        let row = self.store.session(workspace, session).await?;
        let row = row.ok_or(Error::NotFound("session"))?;
        let is_over = |it| self.now().since(it) > SESSION_KEY_GRACE;
        if row.ended_at.is_some_and(is_over) {
            return Err(Error::SessionEnded);
        }
        self.load_file(workspace, session, id).await
    }

    /// A file and its content, for whoever sees the user.
    pub async fn logged_file(
        &self,
        workspace: WorkspaceId,
        sight: &Sight,
        session: SessionId,
        id: FileId,
    ) -> Result<(StoredFile, Vec<u8>)> {
        let found = self.store.turn(workspace, session).await?;
        let (_, user) = found.ok_or(Error::NotFound("session"))?;
        sight.check(&user.flags, "session")?;
        self.load_file(workspace, session, id).await
    }

    async fn load_file(
        &self,
        workspace: WorkspaceId,
        session: SessionId,
        id: FileId,
    ) -> Result<(StoredFile, Vec<u8>)> {
        const NOTHING: Error = Error::NotFound("file");
        let row = self.store.file(workspace, session, id).await?;
        let row = row.ok_or(NOTHING)?;
        let _place = self.files.place()?;
        let storage = self.files.storage()?;
        let sealed = blocking(move || storage.get(workspace, id)).await?;
        let Some(sealed) = sealed else {
            tracing::error!(%workspace, file = %id, "the content of a file is not there");
            return Err(NOTHING);
        };
        let opened = self.store.open_file(workspace, row.user_id, id, sealed);
        Ok((row.file.into_inner(), opened.await?))
    }

    /// What a message says that names a file.
    pub async fn said_file(
        &self,
        workspace: WorkspaceId,
        session: SessionId,
        id: FileId,
    ) -> Result<Said> {
        let row = self.store.file(workspace, session, id).await?;
        let row = row.ok_or(Error::NotFound("file"))?;
        Ok(Said::File(row.file.into_inner()))
    }

    /// Takes away the content of those of these files of which there is no row: they are newer than a backup that was restored. What lies
    /// there is to be listed before. Returns how many there were.
    pub async fn remove_unknown_files(&self, lying: &[(WorkspaceId, FileId)]) -> Result<u64> {
        let storage = self.files.storage()?;
        let mut removed = 0;
        for some in lying
            .chunk_by(|a, b| a.0 == b.0)
            .flat_map(|it| it.chunks(CHUNK))
        {
            let workspace = some[0].0;
            let ids: Vec<FileId> = some.iter().map(|it| it.1).collect();
            let known = self.store.known_files(workspace, &ids).await?;
            for id in ids.into_iter().filter(|it| !known.contains(it)) {
                let storage = storage.clone();
                blocking(move || storage.remove(workspace, id)).await?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// Takes away some content that nobody needs any more; returns how much there was.
    pub(crate) async fn remove_gone_files(&self, limit: u32) -> Result<usize> {
        let Some(storage) = self.files.storage.get().cloned() else {
            return Ok(0);
        };
        let gone = self.store.gone_files(limit).await?;
        for &(workspace, id) in &gone {
            let storage = storage.clone();
            blocking(move || storage.remove(workspace, id)).await?;
            let forget = Change::ForgetFiles { ids: vec![id] };
            self.store.commit(workspace, vec![forget]).await?;
        }
        Ok(gone.len())
    }
}

fn full() -> Error {
    Error::Conflict("The session has as many files as the workspace allows.".into())
}

/// Disks are slow: not on the async threads.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(Error::internal)?.map_err(Error::internal)
}

/// What the content is; refused when it is nothing that is taken, or not what is wanted.
fn type_of(content: &[u8], wanted: &[String]) -> Result<&'static str> {
    let found = infer::get(content).map(|it| it.mime_type());
    let known = found.and_then(|found| TYPES.iter().copied().find(|it| *it == found));
    let known = known.filter(|it| is_wanted(it, wanted));
    known.ok_or_else(|| {
        let all: Vec<&str> = wanted.iter().map(String::as_str).collect();
        let taken = if all.is_empty() { TYPES } else { &all };
        Error::UnsupportedFile(format!(
            "By its content this is no file that is taken here. Send one of: {}.",
            taken.join(", ")
        ))
    })
}

/// A name without a path and without what could be taken for something else; made up where none is left.
fn plain_name(name: Option<&str>, r#type: &str) -> String {
    let last = name.unwrap_or_default().rsplit(['/', '\\']).next();
    let is_plain = |it: &char| {
        !it.is_control() && !matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let plain: String = last
        .unwrap_or_default()
        .chars()
        .filter(is_plain)
        .take(MAX_NAME_CHARS)
        .collect();
    let plain = plain.trim();
    if plain.is_empty() || plain.chars().all(|it| it == '.') {
        let kind = r#type.split('/').next().unwrap_or_default();
        return kind.to_owned();
    }
    plain.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

    #[test]
    fn a_type_is_known_by_the_content() {
        let any: &[String] = &[];
        assert_eq!(type_of(PNG, any).unwrap(), "image/png");
        assert_eq!(type_of(b"%PDF-1.7\n", any).unwrap(), "application/pdf");
        assert_eq!(type_of(PNG, &["image/*".into()]).unwrap(), "image/png");
        assert!(type_of(PNG, &["application/pdf".into()]).is_err());
        for other in [
            &b"<html><script>alert(1)</script>"[..],
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            b"<?xml version='1.0'?>",
            b"MZ\x90\0",
            b"\x7fELF",
            b"#!/bin/sh\n",
            b"PK\x03\x04",
            b"hello",
            b"",
        ] {
            assert!(type_of(other, any).is_err(), "{other:?}");
        }
    }

    #[test]
    fn a_name_is_a_name_and_no_path() {
        for (given, kept) in [
            (Some("card.png"), "card.png"),
            (Some("../../etc/passwd"), "passwd"),
            (Some("C:\\Users\\ana\\card.png"), "card.png"),
            (Some("a\r\nb\0.png"), "ab.png"),
            (Some("gpj.\u{202e}exe"), "gpj.exe"),
            (Some("  "), "image"),
            (Some(".."), "image"),
            (None, "image"),
        ] {
            assert_eq!(plain_name(given, "image/png"), kept, "{given:?}");
        }
        let long = plain_name(Some(&"x".repeat(5_000)), "image/png");
        assert_eq!(long.len(), MAX_NAME_CHARS);
    }
}
