//! Group commit: one thread owns the one connection that writes, takes all lists that wait and commits them together.
//!
//! All lists of a group run as they stand. Only when one of them fails is the group undone and run again, each list in a savepoint of its
//! own, so that the one that fails is undone alone: savepoints cost every list something, and failures are rare. Nobody gets an answer
//! before the commit is on the disk.
//!
//! When the disk is full, everybody in the group hears `Full`, the group is rolled back, and the next one is tried as if nothing had been.
//!
//! When the disk **fails** (a write or a sync ends with an input/output error), nothing is written any more. A sync that failed cannot be
//! tried again: the system may have forgotten what it could not write, and the second sync would say that all is well. Everybody hears
//! `Unavailable`, the connection is left as it is (closing it would write), and whoever waits for [`Writer::failed`] stops the process. The next
//! start copies what lies in the write-ahead log into the database's file and syncs that (`Sqlite::open`), so that nothing rests on the sync
//! that failed.
use super::checkpoints::Checkpoints;
use super::connection::{Connection, is_disk_failure, is_own, open, run, told};
use crate::db::{List, MAX_WAITING, Row, Written, waits};
use crate::error::{Error, Result};
use crate::query::Statement;
use crate::what::BOOKKEEPING;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tokio::sync::{mpsc, oneshot, watch};

type Answer = oneshot::Sender<Result<Written>>;

/// The way to the writer's thread.
pub(super) struct Writer {
    lists: Mutex<Option<mpsc::Sender<(List, Answer)>>>,
    ended: tokio::sync::Mutex<Option<oneshot::Receiver<()>>>,
    failed: watch::Receiver<Option<Error>>,
}

impl Writer {
    pub(super) fn start(connection: Connection, path: PathBuf) -> Result<Self> {
        let (sender, receiver) = mpsc::channel(MAX_WAITING);
        let (end, ended) = oneshot::channel();
        let (fails, failed) = watch::channel(None);
        let checkpoints =
            Checkpoints::start(path.clone(), fails.clone()).map_err(Error::unavailable)?;
        // It ends with its store: `close` waits for it, and dropping the store ends its queue.
        std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || {
                work(receiver, connection, checkpoints, &path, &fails);
                // Nobody waits for it when the store was dropped.
                let _ = end.send(());
            })
            .map_err(Error::unavailable)?;
        Ok(Self {
            lists: Mutex::new(Some(sender)),
            ended: tokio::sync::Mutex::new(Some(ended)),
            failed,
        })
    }

    /// Waits until the disk fails, which on most days it does not, and tells why.
    pub(super) async fn failed(&self) -> Error {
        let mut failed = self.failed.clone();
        match failed.wait_for(Option::is_some).await {
            Ok(error) => (*error).clone().unwrap_or_else(closed),
            // The writer has ended, and nothing failed.
            Err(_) => std::future::pending().await,
        }
    }

    pub(super) async fn write(&self, list: List) -> Result<Written> {
        let (answer, answered) = oneshot::channel();
        {
            let lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(lists) = &*lists else {
                return Err(closed());
            };
            waits(lists.max_capacity() - lists.capacity());
            lists.try_send((list, answer)).map_err(|it| match it {
                mpsc::error::TrySendError::Full(_) => Error::Full,
                mpsc::error::TrySendError::Closed(_) => closed(),
            })?;
        }
        answered.await.unwrap_or_else(|_| Err(closed()))
    }

    /// Takes no more lists, writes those that wait, closes the connection.
    pub(super) async fn close(&self) {
        self.lists
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(ended) = self.ended.lock().await.take()
            && ended.await.is_err()
        {
            tracing::error!("the database's writer panicked");
        }
    }
}

fn closed() -> Error {
    Error::unavailable("the database is closed")
}

fn work(
    mut lists: mpsc::Receiver<(List, Answer)>,
    connection: Connection,
    mut checkpoints: Checkpoints,
    path: &Path,
    fails: &watch::Sender<Option<Error>>,
) {
    let mut connection = Some(connection);
    let mut waiting = Vec::with_capacity(MAX_WAITING);
    while lists.blocking_recv_many(&mut waiting, MAX_WAITING) > 0 {
        let failed = fails.borrow().clone();
        if let Some(error) = failed {
            tell(&mut waiting, Err(error));
            continue;
        }
        let it = match connection.take().map_or_else(|| open(path), Ok) {
            Ok(it) => it,
            Err(error) => {
                tell(&mut waiting, Err(told(&error, BOOKKEEPING)));
                continue;
            }
        };
        metrics::histogram!("smartbot_store_group_lists").record(waiting.len() as f64);
        let outcome = match group(&it, &waiting) {
            Ok(results) => {
                connection = Some(it);
                Ok(results)
            }
            Err(broken) => {
                let error = broken.error.clone();
                tracing::error!(%error, lists = waiting.len(), "a group of writes failed");
                metrics::counter!("smartbot_store_groups_failed_total").increment(1);
                match undo(&it, broken) {
                    Undone::Cleanly => connection = Some(it),
                    Undone::Unknown => drop(it),
                    Undone::DiskFailed(error) => {
                        connection = Some(it);
                        fails.send_replace(Some(error));
                    }
                }
                Err(error)
            }
        };
        let is_kept = outcome.is_ok();
        tell(&mut waiting, outcome);
        if is_kept && let Some(it) = &connection {
            checkpoints.after_commit(it);
        }
    }
    checkpoints.end();
    if fails.borrow().is_some() {
        // Closing it would copy the log into the file: with a disk that fails, nothing is touched any more.
        std::mem::forget(connection);
    } else if let Some(connection) = connection
        && let Err((_, error)) = connection.close()
    {
        tracing::warn!(%error, "the database was not closed cleanly; nothing is lost");
    }
}

/// Notes what is committed now, then answers.
fn tell(lists: &mut Vec<(List, Answer)>, outcome: Result<Vec<Result<Written>>>) {
    let results =
        outcome.unwrap_or_else(|error| lists.iter().map(|_| Err(error.clone())).collect());
    let mut answers = Vec::with_capacity(lists.len());
    for ((list, answer), result) in lists.drain(..).zip(results) {
        if let (Some(news), Ok(_)) = (list.news, &result) {
            news.committed();
        }
        answers.push((answer, result));
    }
    for (answer, result) in answers {
        // A caller that went away needs no answer.
        drop(answer.send(result));
    }
}

/// An error that ends a whole group.
struct Broken {
    error: Error,
    disk_failed: bool,
}

impl Broken {
    fn of(error: &rusqlite::Error, what: &'static str) -> Self {
        Self {
            error: match told(error, what) {
                // What begins and ends a group clashes with nothing.
                it @ Error::Conflict { .. } => Error::unavailable(it),
                other => other,
            },
            disk_failed: is_disk_failure(error),
        }
    }
}

/// Whether the connection is as if the group had not been.
enum Undone {
    Cleanly,
    Unknown,
    /// What was written cannot be relied on, nor what would be written next.
    DiskFailed(Error),
}

fn undo(connection: &Connection, broken: Broken) -> Undone {
    if broken.disk_failed {
        return Undone::DiskFailed(broken.error);
    }
    match roll_back(connection) {
        Ok(()) => Undone::Cleanly,
        Err(broken) if broken.disk_failed => Undone::DiskFailed(broken.error),
        Err(_) => Undone::Unknown,
    }
}

type Results = Vec<Result<Written>>;

/// Runs the lists as one transaction. What is `Ok` is on the disk. An error is everybody's, and leaves the transaction to be undone.
fn group(connection: &Connection, lists: &[(List, Answer)]) -> Result<Results, Broken> {
    let mut results = Vec::with_capacity(lists.len());
    control(connection, "BEGIN IMMEDIATE")?;
    for (list, _) in lists {
        match run_list(connection, &list.statements)? {
            Ok(written) => results.push(Ok(written)),
            Err(error) => {
                roll_back(connection)?;
                return if lists.len() == 1 {
                    Ok(vec![Err(error)])
                } else {
                    one_by_one(connection, lists)
                };
            }
        }
    }
    control(connection, "COMMIT")?;
    Ok(results)
}

/// As [`group`], so that a list that fails harms no other.
fn one_by_one(connection: &Connection, lists: &[(List, Answer)]) -> Result<Results, Broken> {
    let mut results = Vec::with_capacity(lists.len());
    control(connection, "BEGIN IMMEDIATE")?;
    for (list, _) in lists {
        control(connection, "SAVEPOINT list")?;
        let result = run_list(connection, &list.statements)?;
        if result.is_err() {
            control(connection, "ROLLBACK TO list")?;
        }
        control(connection, "RELEASE list")?;
        results.push(result);
    }
    control(connection, "COMMIT")?;
    Ok(results)
}

/// The inner result is the list's own; the outer is an error that ends the whole group.
fn run_list(connection: &Connection, statements: &[Statement]) -> Result<Result<Written>, Broken> {
    let mut written = Written::default();
    for statement in statements {
        match run(connection, statement) {
            Ok(ran) => {
                written.rows.extend(ran.rows.into_iter().map(Row::Sqlite));
                written.changed = ran.changed;
                if !statement.expect.holds(ran.changed) {
                    return Ok(Err(Error::conflict(statement.what)));
                }
            }
            Err(error) if is_own(&error) => return Ok(Err(told(&error, statement.what))),
            Err(error) => return Err(Broken::of(&error, statement.what)),
        }
    }
    Ok(Ok(written))
}

/// Undoes what is not committed. Some errors have ended the transaction already; then there is nothing to undo, and that is as good.
fn roll_back(connection: &Connection) -> Result<(), Broken> {
    if connection.is_autocommit() {
        Ok(())
    } else {
        control(connection, "ROLLBACK")
    }
}

fn control(connection: &Connection, sql: &'static str) -> Result<(), Broken> {
    connection
        .prepare_cached(sql)
        .and_then(|mut it| it.raw_execute())
        .map(drop)
        .map_err(|it| Broken::of(&it, BOOKKEEPING))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::{Query, args};
    use std::future::Future as _;

    static FILL: Query = Query::new("fill", "INSERT INTO things (content) VALUES ($1)");
    static COUNT: Query = Query::new("count", "SELECT count(*) AS n FROM things");
    static NONSENSE: Query = Query::new("nonsense", "INSERT INTO nowhere VALUES ($1)");

    fn writer(pages: u32) -> (Writer, smartbot_testkit::TempDir) {
        let folder = smartbot_testkit::temp_dir();
        let path = folder.path().join("x.db");
        std::fs::File::create(&path).unwrap();
        let connection = open(&path).unwrap();
        let setup = format!("CREATE TABLE things (content BLOB); PRAGMA max_page_count = {pages}");
        connection.execute_batch(&setup).unwrap();
        (Writer::start(connection, path).unwrap(), folder)
    }

    async fn count(writer: &Writer) -> i64 {
        writer
            .write(vec![COUNT.with(args![]).returning()].into())
            .await
            .unwrap()
            .rows[0]
            .int("n")
            .unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_long_list_is_kept_or_undone_as_one() {
        let (writer, _folder) = writer(1000);
        let fill = || FILL.with(args![vec![1_u8; 10]]);
        let many = |last| (0..20).map(|_| fill()).chain([last]).collect::<Vec<_>>();
        let bad = NONSENSE.with(args![1_u32]);
        let (a, b, c) = tokio::join!(
            writer.write(many(fill()).into()),
            writer.write(many(bad).into()),
            writer.write(many(fill()).into())
        );
        assert!(a.is_ok() && b.is_err() && c.is_ok());
        assert_eq!(count(&writer).await, 2 * 21);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_wrong_count_undoes_what_stands_before_and_after_it() {
        static MISS: Query =
            Query::new("miss", "UPDATE things SET content = $1 WHERE content = $2");
        let (writer, _folder) = writer(1000);
        let fill = || FILL.with(args![vec![1_u8; 10]]);
        let miss = MISS
            .with(args![vec![1_u8], vec![2_u8]])
            .one(crate::what::JOB);
        let (a, b) = tokio::join!(
            writer.write(vec![fill(), miss, fill()].into()),
            writer.write(vec![fill()].into())
        );
        assert_eq!(
            a.map(|it| it.changed),
            Err(Error::conflict(crate::what::JOB))
        );
        assert_eq!(b.map(|it| it.changed), Ok(1));
        assert_eq!(count(&writer).await, 1);
    }

    #[test]
    fn a_commit_is_synced_before_it_is_answered() {
        let folder = smartbot_testkit::temp_dir();
        let path = folder.path().join("x.db");
        std::fs::File::create(&path).unwrap();
        let connection = open(&path).unwrap();
        let full = connection.query_row("PRAGMA synchronous", [], |it| it.get::<_, i64>(0));
        let mode = connection.query_row("PRAGMA journal_mode", [], |it| it.get::<_, String>(0));
        assert_eq!((full, mode), (Ok(2), Ok("wal".to_owned())));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_full_disk_acknowledges_nothing_and_is_survived() {
        let (writer, _folder) = writer(30);
        let fill = |size| writer.write(vec![FILL.with(args![vec![1_u8; size]])].into());
        fill(10).await.unwrap();
        let (a, b) = tokio::join!(fill(1_000_000), fill(1_000_000));
        for result in [a.map(|it| it.changed), b.map(|it| it.changed)] {
            assert_eq!(result, Err(Error::Full));
        }
        assert_eq!(count(&writer).await, 1);
        fill(10).await.unwrap();
        assert_eq!(count(&writer).await, 2);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_statement_that_makes_no_sense_harms_only_its_own_list() {
        let (writer, _folder) = writer(1000);
        let fine = || writer.write(vec![FILL.with(args![vec![1_u8; 10]])].into());
        let (a, b, c) = tokio::join!(
            fine(),
            writer.write(vec![NONSENSE.with(args![1_u32])].into()),
            fine()
        );
        assert!(a.is_ok() && c.is_ok());
        assert!(matches!(
            b.map(|it| it.changed),
            Err(Error::Unavailable { .. })
        ));
        assert_eq!(count(&writer).await, 2);
    }

    #[tokio::test]
    async fn closing_writes_what_waits() {
        let (writer, _folder) = writer(1000);
        let mut waiting: Vec<_> = (0..50)
            .map(|_| Box::pin(writer.write(vec![FILL.with(args![vec![1_u8; 10]])].into())))
            .collect();
        // Polled once each, so that all stand in the queue before it is closed.
        for it in &mut waiting {
            let polled = std::future::poll_fn(|context| {
                std::task::Poll::Ready(it.as_mut().poll(context).is_pending())
            })
            .await;
            assert!(polled, "nothing is answered before it is written");
        }
        writer.close().await;
        for it in waiting {
            assert!(it.await.is_ok());
        }
        let late = writer
            .write(vec![FILL.with(args![vec![1_u8; 10]])].into())
            .await;
        assert!(matches!(
            late.map(|it| it.changed),
            Err(Error::Unavailable { .. })
        ));
    }
}
