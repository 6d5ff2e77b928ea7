//! SQLite behind the waist: one connection that writes, one that copies the log into the file, each on a thread of its own, and a few that read.
mod checkpoints;
mod connection;
mod readers;
mod writer;

pub(crate) use connection::{Connection, SqliteRow, open_draft, open_to_read, read, told};

use crate::db::{List, Written};
use crate::error::{Error, Result};
use crate::query::Statement;
use connection::{BUSY_TIMEOUT, is_busy, open};
use readers::Readers;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;
use writer::Writer;

/// How long to wait before opening a file is tried again that another process is opening too.
const BUSY_PAUSE: Duration = Duration::from_millis(10);

/// An open file. Readers never wait for the writer (WAL).
pub(crate) struct Sqlite {
    writer: Writer,
    readers: Readers,
}

impl Sqlite {
    /// Opens the file, makes it if it is not there, brings its schema up to date, and starts the writer.
    pub(crate) async fn open(path: &Path, max_readers: u32) -> Result<Self> {
        let patience = Instant::now() + BUSY_TIMEOUT;
        let connection = loop {
            let path = path.to_owned();
            match blocking(move || open_to_write(path)).await? {
                // Setting up the write-ahead log needs the file alone, and SQLite does not wait for that by itself.
                Err(Unopened::Busy(_)) if Instant::now() < patience => {
                    tokio::time::sleep(BUSY_PAUSE).await;
                }
                Err(Unopened::Busy(error) | Unopened::Other(error)) => return Err(error),
                Ok(connection) => break connection,
            }
        };
        Ok(Self {
            writer: Writer::start(connection, path.to_owned())?,
            readers: Readers::new(path.to_owned(), max_readers),
        })
    }

    /// Runs a query that only reads.
    pub(crate) async fn read(&self, statement: Statement) -> Result<Vec<SqliteRow>> {
        self.readers.read(statement).await
    }

    /// Keeps what all these statements do, or nothing.
    pub(crate) async fn write(&self, list: List) -> Result<Written> {
        self.writer.write(list).await
    }

    /// Waits until the disk fails, and tells why.
    pub(crate) async fn failed(&self) -> Error {
        self.writer.failed().await
    }

    /// Lets what waits be written, then closes.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

enum Unopened {
    Busy(Error),
    Other(Error),
}

impl From<Error> for Unopened {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

fn open_to_write(path: PathBuf) -> std::result::Result<Connection, Unopened> {
    make_file(&path)?;
    let open = || {
        let connection = open(&path)?;
        // What lies in the log came there under a process that may have ended because a sync failed: here it is written and synced anew.
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(connection)
    };
    let mut connection = open().map_err(|it| {
        let error = told(&it, crate::what::BOOKKEEPING);
        if is_busy(&it) {
            Unopened::Busy(error)
        } else {
            Unopened::Other(error)
        }
    })?;
    crate::migrate::run_sqlite(&mut connection)?;
    Ok(connection)
}

/// Runs what waits for the disk where it holds up nobody.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(Error::unavailable)
}

/// Makes the file for this user only, before SQLite makes it for everybody; its companions get the same mode.
///
/// It gets its name only when it is closed again: closing any handle of a database's file would end all locks that SQLite has on it in
/// this process.
fn make_file(path: &Path) -> Result<()> {
    let told = |it: std::io::Error| Error::unavailable(format!("{}: {it}", path.display()));
    if path.try_exists().map_err(told)? {
        return Ok(());
    }
    static MADE: AtomicU64 = AtomicU64::new(0);
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let draft = path.with_added_extension(format!("{}-{number}.new", std::process::id()));
    let mut options = std::fs::OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&draft).map(drop).map_err(told)?;
    // A link fails when another made the file meanwhile; a rename would replace it.
    let linked = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft).map_err(told)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(told(error)),
        _ => Ok(()),
    }
}
