//! Checkpoints: what lies in the write-ahead log is copied into the database's file, and the log begins anew.
//!
//! SQLite would do it in the middle of a commit, and everybody would wait while megabytes are written and synced; and it would say nothing
//! when that sync fails. Here a thread with a connection of its own copies nearly all of it while the writer goes on, and the writer copies
//! the rest, a few pages, between two groups: only when all is copied and nobody writes can the log begin anew.
use super::connection::{Connection, is_disk_failure, open, told};
use crate::error::Error;
use crate::what::BOOKKEEPING;
use rusqlite::Result;
use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::JoinHandle;
use tokio::sync::watch;

type Fails = watch::Sender<Option<Error>>;

/// From so many pages in the log they are copied: 16 MiB.
const ENOUGH: u32 = 4_000;

/// So few pages may be left for the writer.
const LITTLE: u32 = 64;

/// From so many pages in the log the writer copies whatever is left: more comes in than is copied beside it.
const TOO_MANY: u32 = 4 * ENOUGH;

/// So many pages later it is tried again when the log could not begin anew, because somebody still reads what is in it.
const LATER: u32 = 500;

/// How often it is copied at most what was written while the rest was copied.
const PASSES: u32 = 4;

thread_local! {
    /// How many pages were in the log after the last commit of this thread.
    static PAGES: Cell<u32> = const { Cell::new(0) };
}

/// Lets a connection count the pages of the log at each commit, and copy none of them.
pub(super) fn count_pages(connection: &Connection) {
    connection.wal_hook(Some(|_, pages| {
        PAGES.set(u32::try_from(pages).unwrap_or(0));
        Ok(())
    }));
}

/// Copies what can be copied without waiting for anybody; returns how many pages are left.
fn copy(connection: &Connection) -> Result<u32> {
    let (pages, copied): (i64, i64) =
        connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
            Ok((row.get(1)?, row.get(2)?))
        })?;
    // -1 where there is no log yet.
    Ok(u32::try_from(pages - copied).unwrap_or(0))
}

/// Copies until little is left, or somebody reads what would be next.
fn copy_most(connection: &Connection) -> Result<u32> {
    let mut left = copy(connection)?;
    for _ in 1..PASSES {
        if left <= LITTLE {
            break;
        }
        left = copy(connection)?;
    }
    Ok(left)
}

/// Tells that the disk fails, if that is what it is; else it is tried again.
fn trouble(error: &rusqlite::Error, fails: &Fails) {
    if is_disk_failure(error) {
        fails.send_replace(Some(told(error, BOOKKEEPING)));
    } else {
        tracing::warn!(%error, "the database's log could not be copied into its file; it will be");
    }
}

/// What the writer knows of the thread that copies.
pub(super) struct Checkpoints {
    /// None once it ends.
    ask: Option<mpsc::SyncSender<()>>,
    /// How many pages each try left.
    left: mpsc::Receiver<u32>,
    fails: Fails,
    is_copying: bool,
    due: u32,
    thread: Option<JoinHandle<()>>,
}

impl Checkpoints {
    /// Starts the thread. `fails` hears when the disk does.
    pub(super) fn start(path: PathBuf, fails: Fails) -> std::io::Result<Self> {
        let (ask, asked) = mpsc::sync_channel(1);
        let (tell, left) = mpsc::channel();
        let its = fails.clone();
        let thread = std::thread::Builder::new()
            .name("sqlite-checkpoints".to_owned())
            .spawn(move || work(&path, &asked, &tell, &its))?;
        Ok(Self {
            ask: Some(ask),
            left,
            fails,
            is_copying: false,
            due: ENOUGH,
            thread: Some(thread),
        })
    }

    /// After each commit of the writer: has pages copied when there are enough, and copies the rest.
    pub(super) fn after_commit(&mut self, connection: &Connection) {
        let pages = PAGES.get();
        if pages < ENOUGH {
            self.due = ENOUGH;
        }
        if self.is_copying {
            let Ok(left) = self.left.try_recv() else {
                return;
            };
            self.is_copying = false;
            self.due = pages.saturating_add(LATER);
            if (left <= LITTLE || pages >= TOO_MANY)
                && let Err(error) = copy(connection)
            {
                trouble(&error, &self.fails);
            }
        } else if pages >= self.due
            && let Some(ask) = &self.ask
        {
            self.is_copying = ask.try_send(()).is_ok();
        }
    }

    /// Waits for the thread, whose connection must not be the last to be closed.
    pub(super) fn end(&mut self) {
        self.ask = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the database's checkpoints panicked");
        }
    }
}

fn work(path: &Path, asked: &mpsc::Receiver<()>, tell: &mpsc::Sender<u32>, fails: &Fails) {
    let mut connection = None;
    while asked.recv().is_ok() {
        let copied = connection
            .take()
            .map_or_else(|| open(path), Ok)
            .and_then(|it| copy_most(connection.insert(it)));
        let left = copied.unwrap_or_else(|error| {
            trouble(&error, fails);
            u32::MAX
        });
        // The writer waits for nothing once it ends.
        if tell.send(left).is_err() {
            break;
        }
    }
    if fails.borrow().is_some() {
        // Closing it could copy more: with a disk that fails, nothing is touched any more.
        std::mem::forget(connection);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use smartbot_testkit::TempDir;
    use std::io::Read as _;

    /// A file that is written to, its log copied by a thread.
    struct File {
        connection: Connection,
        checkpoints: Checkpoints,
        failed: watch::Receiver<Option<Error>>,
        path: PathBuf,
        _folder: TempDir,
    }

    impl File {
        fn new() -> Self {
            Self::copied_as(|it| it)
        }

        /// Where the thread looks for it under another name.
        fn copied_as(name: impl Fn(PathBuf) -> PathBuf) -> Self {
            let folder = smartbot_testkit::temp_dir();
            let path = folder.path().join("x.db");
            std::fs::File::create(&path).unwrap();
            let connection = open(&path).unwrap();
            connection
                .execute_batch("CREATE TABLE things (content BLOB)")
                .unwrap();
            let (fails, failed) = watch::channel(None);
            Self {
                connection,
                checkpoints: Checkpoints::start(name(path.clone()), fails).unwrap(),
                failed,
                path,
                _folder: folder,
            }
        }

        /// Writes some 25 pages.
        fn write(&mut self) {
            self.connection
                .execute("INSERT INTO things VALUES (zeroblob(100000))", [])
                .unwrap();
            self.checkpoints.after_commit(&self.connection);
        }

        /// How often the log has begun anew, as its header tells.
        fn begun(&self) -> u32 {
            let mut header = [0; 16];
            let mut log = std::fs::File::open(format!("{}-wal", self.path.display())).unwrap();
            log.read_exact(&mut header).unwrap();
            u32::from_be_bytes(header[12..].try_into().unwrap())
        }

        fn write_until_it_begins_anew(&mut self) {
            let before = self.begun();
            // So many would be far more than is ever let into the log.
            let begins = (0..3_000).any(|_| {
                self.write();
                self.begun() != before
            });
            assert!(begins, "the log grows and grows");
        }
    }

    #[test]
    fn the_log_begins_anew_while_somebody_writes_and_another_reads() {
        let mut file = File::new();
        for _ in 0..3 {
            file.write_until_it_begins_anew();
        }
        let count = |it: &Connection| {
            it.query_row("SELECT count(*) FROM things", [], |row| {
                row.get::<_, i64>(0)
            })
        };
        let reader = super::super::open_to_read(&file.path).unwrap();
        reader.execute_batch("BEGIN").unwrap();
        let (then, begun) = (count(&reader).unwrap(), file.begun());
        for _ in 0..400 {
            file.write();
        }
        assert_eq!((count(&reader), file.begun()), (Ok(then), begun));
        reader.execute_batch("COMMIT").unwrap();
        assert_eq!(count(&reader), Ok(then + 400));
        file.write_until_it_begins_anew();
        let whole =
            (file.connection).query_row("PRAGMA integrity_check", [], |it| it.get::<_, String>(0));
        assert_eq!(whole, Ok("ok".to_owned()));
        file.checkpoints.end();
        assert_eq!(*file.failed.borrow(), None);
    }

    #[test]
    fn the_writer_copies_alone_when_the_other_cannot() {
        let mut file = File::copied_as(|it| it.with_extension("elsewhere"));
        file.write_until_it_begins_anew();
        file.write_until_it_begins_anew();
        assert_eq!(*file.failed.borrow(), None, "no disk failed");
    }
}
