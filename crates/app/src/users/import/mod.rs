//! Many users at once: read a record, keep it, say what came of it, in constant memory.
//!
//! Records are kept in batches, a commit each, with the same events as single calls. When a batch collides with somebody else, its records are
//! kept one by one.
mod format;
mod records;

pub use format::Format;
pub use records::{Chunks, MAX_BYTES, MAX_RECORD};

use super::told::ToldUser;
use super::write::{NewUser, UserPatch, assign, flag_definitions};
use crate::workspaces::Workspace;
use crate::{App, Caller, Error, Result};
use format::Reader;
use records::{Next, Records};
use smartbot_model::import::{ImportStatus, ImportedLine, LineError};
use smartbot_store::{Change, UserRow};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// How many records an import takes.
pub const MAX_RECORDS: usize = 100_000;

/// How many records are kept with one commit.
const BATCH: usize = 64;

/// How many bytes of records are held for one commit.
const BATCH_BYTES: usize = 256 * 1024;

/// How often a record that collides with others is tried again.
const MAX_TRIES: u32 = 20;

/// How long to wait for a place in the queue of writes, the first time.
const PAUSE: Duration = Duration::from_millis(20);

/// An import that runs. Ask it for what comes next until there is nothing more.
pub struct Import {
    keeper: Keeper,
    reader: Reader,
    records: Records,
    count: usize,
    is_over: bool,
}

/// Who keeps records, and on whose behalf.
struct Keeper {
    app: App,
    caller: Caller,
    known: Arc<Workspace>,
}

/// A record that can be kept, and the number of its line.
struct Item {
    line: u64,
    new: NewUser,
}

impl Item {
    fn external_id(&self) -> &str {
        self.new.external_id.as_deref().unwrap_or_default()
    }
}

impl App {
    /// Begins an import: reads the headings of a CSV.
    pub async fn import_users(
        &self,
        caller: &Caller,
        format: Format,
        chunks: Chunks,
    ) -> Result<Import> {
        let mut records = Records::new(chunks, format == Format::Csv);
        let reader = match format {
            Format::Ndjson => Reader::Ndjson,
            Format::Csv => match records.next(true).await {
                Next::Record(_, headings) => Reader::csv(&headings)?,
                _ => Reader::csv(b"")?,
            },
        };
        let keeper = Keeper {
            app: self.clone(),
            caller: caller.clone(),
            known: self.workspace(caller.workspace).await?,
        };
        Ok(Import {
            keeper,
            reader,
            records,
            count: 0,
            is_over: false,
        })
    }
}

fn failed(line: u64, error: LineError) -> ImportedLine {
    ImportedLine {
        line,
        status: ImportStatus::Failed,
        id: None,
        error: Some(error),
    }
}

/// Why a record was refused.
fn line_error(error: Error) -> LineError {
    match error {
        Error::Invalid(errors) => {
            let messages: Vec<&str> = errors.iter().map(|it| it.message.as_str()).collect();
            LineError {
                message: messages.join(" "),
                errors,
                code: "invalid_request".to_owned(),
            }
        }
        Error::Conflict(message) => LineError::new("conflict", message),
        Error::Overloaded { .. } => {
            LineError::new("overloaded", "Too much work waits. Send the line again.")
        }
        Error::Unavailable { .. } => LineError::new(
            "unavailable",
            "The database does not answer. Send the line again.",
        ),
        other => {
            tracing::error!(error = format!("{other:#}"), "a line could not be imported");
            LineError::new("internal", "A fault of ours. Send the line again.")
        }
    }
}

impl Import {
    /// What came of the next lines, in their order; none at the end.
    pub async fn next(&mut self) -> Option<Vec<ImportedLine>> {
        if self.is_over {
            return None;
        }
        // Definitions may change while a long import runs.
        self.keeper.refresh().await;
        let mut told = Vec::new();
        let mut items: Vec<Item> = Vec::new();
        let mut bytes = 0;
        while items.len() + told.len() < BATCH && bytes < BATCH_BYTES && !self.is_over {
            let is_first = items.is_empty() && told.is_empty();
            let Some((line, record)) = self.record(is_first).await else {
                break;
            };
            bytes += record.as_ref().map_or(0, bytes::Bytes::len);
            match record.and_then(|it| self.reader.read(&it, &self.keeper.known)) {
                Err(error) => told.push(failed(line, error)),
                Ok(new) => {
                    // Whoever comes twice is changed by the later line after the earlier one.
                    let is_twice = items.iter().any(|it| it.new.external_id == new.external_id);
                    if is_twice {
                        told.extend(self.keeper.keep(std::mem::take(&mut items)).await);
                    }
                    items.push(Item { line, new });
                }
            }
        }
        told.extend(self.keeper.keep(items).await);
        told.sort_by_key(|it| it.line);
        (!told.is_empty() || !self.is_over).then_some(told)
    }

    /// The next record, or why it cannot be read; none when nothing is there at the moment, or at the end.
    async fn record(
        &mut self,
        is_patient: bool,
    ) -> Option<(u64, std::result::Result<bytes::Bytes, LineError>)> {
        let stopping = self.keeper.app.tasks.stopping();
        let next = tokio::select! {
            biased;
            next = self.records.next(is_patient) => next,
            () = stopping.cancelled() => {
                Next::Cut(self.records.line(), "The server stops. Send what has no result again.")
            }
        };
        let (line, record) = match next {
            Next::Record(line, record) => (line, Ok(record)),
            Next::TooLong(line) => {
                let message = format!("The line is longer than {MAX_RECORD} bytes.");
                (line, Err(LineError::new("payload_too_large", message)))
            }
            Next::Nothing => return None,
            Next::End => {
                self.is_over = true;
                return None;
            }
            Next::Cut(line, why) => {
                self.is_over = true;
                return Some((line, Err(LineError::new("cut_off", why))));
            }
        };
        self.count += 1;
        if self.count > MAX_RECORDS {
            self.is_over = true;
            let message = format!(
                "An import has at most {MAX_RECORDS} lines. Send the rest, from this line on, in another one."
            );
            return Some((line, Err(LineError::new("too_many_lines", message))));
        }
        Some((line, record))
    }
}

impl Keeper {
    async fn refresh(&mut self) {
        if let Ok(known) = self.app.workspace(self.caller.workspace).await {
            self.known = known;
        }
    }

    /// Keeps records of different people with one commit, or one by one when that does not work.
    async fn keep(&self, items: Vec<Item>) -> Vec<ImportedLine> {
        if items.is_empty() {
            return Vec::new();
        }
        if let Ok(told) = self.keep_together(&items).await {
            return told;
        }
        let mut told = Vec::with_capacity(items.len());
        for item in &items {
            told.push(match self.keep_alone(item).await {
                Ok(line) => line,
                Err(error) => failed(item.line, line_error(error)),
            });
        }
        told
    }

    async fn keep_together(&self, items: &[Item]) -> Result<Vec<ImportedLine>> {
        let ids: Vec<&str> = items.iter().map(Item::external_id).collect();
        let store = &self.app.store;
        let rows = store
            .users_by_external_ids(self.caller.workspace, &ids)
            .await?;
        let mut rows: HashMap<String, UserRow> = rows
            .into_iter()
            .filter_map(|it| Some((it.external_id.clone()?.into_inner(), it)))
            .collect();
        let (mut changes, mut told) = (Vec::new(), Vec::with_capacity(items.len()));
        for item in items {
            match self.plan(item, rows.remove(item.external_id())).await {
                Ok((line, more)) => {
                    told.push(line);
                    changes.extend(more);
                }
                Err(error) => told.push(failed(item.line, line_error(error))),
            }
        }
        self.commit(changes).await?;
        Ok(told)
    }

    async fn keep_alone(&self, item: &Item) -> Result<ImportedLine> {
        let key = super::UserKey::External(item.external_id().to_owned());
        let workspace = self.caller.workspace;
        for number in 1..=MAX_TRIES {
            let _turn = self.app.user_turn(workspace, &key).await?;
            let row = self
                .app
                .store
                .user_by_external_id(workspace, item.external_id())
                .await?;
            let (line, changes) = self.plan(item, row).await?;
            match self.commit(changes).await {
                Ok(()) => return Ok(line),
                Err(Error::Conflict(_)) => {}
                Err(Error::Overloaded { .. }) => tokio::time::sleep(PAUSE * number).await,
                Err(error) => return Err(error),
            }
        }
        Err(Error::Overloaded {
            retry_after: Duration::from_secs(1),
        })
    }

    async fn commit(&self, changes: Vec<Change>) -> Result<()> {
        self.app.commit(self.caller.workspace, changes).await
    }

    /// What a record changes.
    async fn plan(&self, item: &Item, row: Option<UserRow>) -> Result<(ImportedLine, Vec<Change>)> {
        item.new.check(&self.known)?;
        let (user, status) = match row {
            None => {
                let user = self
                    .app
                    .made_user(&self.caller, &self.known, &item.new)
                    .await?;
                (user, ImportStatus::Created)
            }
            Some(row) => {
                let user = self.changed(item, row).await?;
                let status = if user.is_changed() {
                    ImportStatus::Updated
                } else {
                    ImportStatus::Unchanged
                };
                (user, status)
            }
        };
        let mut changes = Vec::new();
        if status != ImportStatus::Unchanged {
            changes = flag_definitions(&user, &item.new.flags);
            changes.extend(user.changes());
        }
        let line = ImportedLine {
            line: item.line,
            status,
            id: Some(user.row.id),
            error: None,
        };
        Ok((line, changes))
    }

    async fn changed(&self, item: &Item, row: UserRow) -> Result<ToldUser> {
        let mut user = self.app.told_user(&self.caller, row).await?;
        let patch = UserPatch {
            external_id: None,
            fields: item.new.fields.clone(),
        };
        patch.apply(&mut user, &self.caller, &self.known)?;
        assign(&mut user, &item.new.flags, &self.caller, &self.known)?;
        Ok(user)
    }
}
