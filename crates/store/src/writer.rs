//! Group commit on SQLite: one task owns the one connection that writes, takes all lists that wait and commits them together.
//!
//! A list runs in a savepoint of its own, so one that fails is undone alone. Nobody gets an answer before the commit is on the disk.
//!
//! When the disk is full, everybody in the group hears `Full`, the group is rolled back, and the next one is tried as if nothing had been.
//!
//! When the disk **fails** (a write or a sync ends with an input/output error), nothing is written any more. A sync that failed cannot be
//! tried again: the system may have forgotten what it could not write, and the second sync would say that all is well. Everybody hears
//! `Unavailable`, the connection is left as it is (closing it would write), and whoever waits for [`Writer::failed`] stops the process. The next
//! start copies what lies in the write-ahead log into the database's file and syncs that (`Db::open`), so that nothing rests on the sync
//! that failed.
use crate::db::{List, MAX_WAITING, Row, Written, database_error, for_sqlite, primary_code, waits};
use crate::error::{Error, Result};
use crate::in_flight::Announced;
use crate::query::{Expect, Statement};
use crate::recent::News;
use futures_util::StreamExt as _;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _, Either, Executor as _, SqlStr};
use std::borrow::Cow;
use std::sync::Mutex;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

/// Statements in one text with their values encoded, by the task that wants them: one way to the driver's thread and back instead of many.
struct Piece {
    sql: SqlStr,
    args: SqliteArguments,
    /// What to look at after each statement.
    checks: Vec<Check>,
}

struct Check {
    expect: Expect,
    what: &'static str,
    returning: bool,
}

/// A list that waits.
struct Waiting {
    pieces: Vec<Piece>,
    announced: Option<Announced>,
    news: Option<News>,
    answer: oneshot::Sender<Result<Written>>,
}

/// Begins a group, with the savepoint that its first list ends.
const BEGIN: &str = "BEGIN IMMEDIATE; SAVEPOINT list";

/// Ends the savepoint of the list before, be it done or undone, and begins the next one's. COMMIT ends the last.
const NEXT_LIST: [&str; 2] = ["RELEASE list", "SAVEPOINT list"];

/// How many statements make a piece. Usual lists are one piece, and their texts are prepared once; a long one must not crowd them out.
const PIECE: usize = 8;

/// The way to the writer's task.
pub(crate) struct Writer {
    lists: Mutex<Option<mpsc::Sender<Waiting>>>,
    task: tokio::sync::Mutex<Option<JoinHandle<()>>>,
    failed: watch::Receiver<Option<Error>>,
}

/// Opens the connection that writes.
pub(crate) async fn connect(options: &SqliteConnectOptions) -> Result<SqliteConnection> {
    options
        .connect()
        .await
        .map_err(|it| database_error(&it, crate::what::BOOKKEEPING))
}

impl Writer {
    pub(crate) fn start(connection: SqliteConnection, options: SqliteConnectOptions) -> Self {
        let (sender, receiver) = mpsc::channel(MAX_WAITING);
        let (fails, failed) = watch::channel(None);
        #[expect(
            clippy::disallowed_methods,
            reason = "the task ends with its store: `close` waits for it, and dropping the store ends its queue"
        )]
        let task = tokio::spawn(work(receiver, connection, options, fails));
        Self {
            lists: Mutex::new(Some(sender)),
            task: tokio::sync::Mutex::new(Some(task)),
            failed,
        }
    }

    /// Waits until the disk fails, which on most days it does not, and tells why.
    pub(crate) async fn failed(&self) -> Error {
        let mut failed = self.failed.clone();
        match failed.wait_for(Option::is_some).await {
            Ok(error) => (*error).clone().unwrap_or_else(closed),
            // The writer has ended, and nothing failed.
            Err(_) => std::future::pending().await,
        }
    }

    pub(crate) async fn write(&self, list: List) -> Result<Written> {
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting {
            pieces: pieces(list.statements),
            announced: list.announced,
            news: list.news,
            answer,
        };
        {
            let lists = self
                .lists
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            let Some(lists) = &*lists else {
                return Err(closed());
            };
            waits(lists.max_capacity() - lists.capacity());
            lists.try_send(waiting).map_err(|it| match it {
                mpsc::error::TrySendError::Full(_) => Error::Full,
                mpsc::error::TrySendError::Closed(_) => closed(),
            })?;
        }
        answered.await.unwrap_or_else(|_| Err(closed()))
    }

    /// Takes no more lists, writes those that wait, closes the connection.
    pub(crate) async fn close(&self) {
        self.lists
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .take();
        if let Some(task) = self.task.lock().await.take()
            && task.await.is_err()
        {
            tracing::error!("the database's writer panicked");
        }
    }
}

fn closed() -> Error {
    Error::unavailable("the database is closed")
}

async fn work(
    mut lists: mpsc::Receiver<Waiting>,
    connection: SqliteConnection,
    options: SqliteConnectOptions,
    fails: watch::Sender<Option<Error>>,
) {
    let mut connection = Some(connection);
    let mut waiting = Vec::with_capacity(MAX_WAITING);
    while lists.recv_many(&mut waiting, MAX_WAITING).await > 0 {
        if let Some(error) = &*fails.borrow() {
            refuse(&mut waiting, error);
            continue;
        }
        let mut it = match connection.take() {
            Some(it) => it,
            None => match connect(&options).await {
                Ok(it) => it,
                Err(error) => {
                    refuse(&mut waiting, &error);
                    continue;
                }
            },
        };
        metrics::histogram!("smartbot_store_group_lists").record(waiting.len() as f64);
        let (mut announced, mut news) = (Vec::new(), Vec::with_capacity(waiting.len()));
        let lists = waiting.drain(..).map(|mut it| {
            announced.extend(it.announced.take());
            news.push(it.news.take());
            it
        });
        let (answers, undone) = group(&mut it, lists).await;
        for (news, (_, result)) in news.into_iter().zip(&answers) {
            if let (Some(news), Ok(_)) = (news, result) {
                news.committed();
            }
        }
        drop(announced);
        match undone {
            Undone::Cleanly => connection = Some(it),
            Undone::Unknown => drop(it.close().await),
            Undone::DiskFailed(error) => {
                // Closing it would copy the log into the file: with a disk that fails, nothing is touched any more.
                std::mem::forget(it);
                fails.send_replace(Some(error));
            }
        }
        for (answer, result) in answers {
            // A caller that went away needs no answer.
            drop(answer.send(result));
        }
    }
    if let Some(connection) = connection
        && let Err(error) = connection.close().await
    {
        tracing::warn!(%error, "the database was not closed cleanly; nothing is lost");
    }
}

/// Answers all lists that wait with the same error.
fn refuse(waiting: &mut Vec<Waiting>, error: &Error) {
    for list in waiting.drain(..) {
        // A caller that went away needs no answer.
        drop(list.answer.send(Err(error.clone())));
    }
}

/// Whether the connection is as if the group had not been, or committed.
enum Undone {
    Cleanly,
    Unknown,
    /// What was written cannot be relied on, nor what would be written next.
    DiskFailed(Error),
}

/// An error that ends a whole group.
#[derive(Clone)]
struct Broken {
    error: Error,
    disk_failed: bool,
}

impl Broken {
    fn of(error: &sqlx::Error, what: &'static str) -> Self {
        Self {
            error: match database_error(error, what) {
                // What begins and ends a group clashes with nothing.
                it @ Error::Conflict { .. } => Error::unavailable(it),
                other => other,
            },
            disk_failed: primary_code(error) == Some(IOERR),
        }
    }
}

type Answers = Vec<(oneshot::Sender<Result<Written>>, Result<Written>)>;

/// Runs the lists as one transaction. What is answered `Ok` is on the disk.
async fn group(
    connection: &mut SqliteConnection,
    lists: impl Iterator<Item = Waiting>,
) -> (Answers, Undone) {
    let mut answers = Answers::new();
    let mut broken = control(connection, BEGIN).await.err();
    for list in lists {
        let result = match &broken {
            Some(broken) => Err(broken.error.clone()),
            None => match run_list(connection, list.pieces).await {
                Ok(result) => result,
                Err(it) => Err(broken.insert(it).error.clone()),
            },
        };
        answers.push((list.answer, result));
    }
    if broken.is_none() {
        broken = control(connection, "COMMIT").await.err();
    }
    let Some(Broken { error, disk_failed }) = broken else {
        return (answers, Undone::Cleanly);
    };
    tracing::error!(%error, lists = answers.len(), "a group of writes failed");
    metrics::counter!("smartbot_store_groups_failed_total").increment(1);
    for (_, result) in &mut answers {
        *result = Err(error.clone());
    }
    if disk_failed {
        return (answers, Undone::DiskFailed(error));
    }
    // Some errors have ended the transaction already; then there is none to roll back, and that is as good.
    let undone = match sqlx::query("ROLLBACK").execute(&mut *connection).await {
        Ok(_) => Undone::Cleanly,
        Err(sqlx::Error::Database(it)) if it.message().contains("no transaction is active") => {
            Undone::Cleanly
        }
        Err(error) if primary_code(&error) == Some(IOERR) => {
            Undone::DiskFailed(Broken::of(&error, crate::what::BOOKKEEPING).error)
        }
        Err(_) => Undone::Unknown,
    };
    (answers, undone)
}

/// The inner result is the list's own; the outer is an error that ends the whole group.
async fn run_list(
    connection: &mut SqliteConnection,
    pieces: Vec<Piece>,
) -> Result<Result<Written>, Broken> {
    let mut written = Written::default();
    for (place, piece) in pieces.into_iter().enumerate() {
        let before = if place == 0 { NEXT_LIST.len() } else { 0 };
        match run(connection, piece, before, &mut written).await {
            Ok(()) => {}
            Err(Failure::Own(error)) => {
                control(connection, "ROLLBACK TO list").await?;
                return Ok(Err(error));
            }
            Err(Failure::Everybodys(broken)) => return Err(broken),
        }
    }
    Ok(Ok(written))
}

enum Failure {
    /// This list cannot be kept; others can.
    Own(Error),
    /// The database cannot write.
    Everybodys(Broken),
}

/// Runs a piece, whose first `before` statements are none of the list's own.
async fn run(
    connection: &mut SqliteConnection,
    piece: Piece,
    before: usize,
    written: &mut Written,
) -> Result<(), Failure> {
    let mut steps = connection.fetch_many(sqlx::query_with(piece.sql, piece.args));
    let (mut done, mut rows) = (0_usize, 0);
    while let Some(step) = steps.next().await {
        let check = done.checked_sub(before).and_then(|it| piece.checks.get(it));
        let what = check.map_or(crate::what::BOOKKEEPING, |it| it.what);
        match step {
            Ok(Either::Right(row)) => {
                written.rows.push(Row::Sqlite(row));
                rows += 1;
            }
            Ok(Either::Left(result)) => {
                if let Some(check) = check {
                    written.changed = if check.returning {
                        rows
                    } else {
                        result.rows_affected()
                    };
                    if !check.expect.holds(written.changed) {
                        // What the driver has run ahead meanwhile is undone with the rest of the list.
                        return Err(Failure::Own(Error::conflict(what)));
                    }
                }
                (done, rows) = (done + 1, 0);
            }
            Err(error) if is_everybodys(&error) => {
                return Err(Failure::Everybodys(Broken::of(&error, what)));
            }
            Err(error) => return Err(Failure::Own(database_error(&error, what))),
        }
    }
    Ok(())
}

/// A list as few texts, the first of which ends the list before.
fn pieces(statements: Vec<Statement>) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(statements.len().div_ceil(PIECE));
    let mut statements = statements.into_iter().peekable();
    while statements.peek().is_some() {
        let mut sql = if pieces.is_empty() {
            format!("{};", NEXT_LIST.join(";"))
        } else {
            String::new()
        };
        let (mut args, mut checks) = (Vec::new(), Vec::with_capacity(PIECE));
        for statement in statements.by_ref().take(PIECE) {
            renumber(&statement.sql, args.len(), &mut sql);
            sql.push(';');
            args.extend(statement.args);
            checks.push(Check {
                expect: statement.expect,
                what: statement.what,
                returning: statement.returning,
            });
        }
        let (sql, args) = for_sqlite(Cow::Owned(sql), args);
        pieces.push(Piece { sql, args, checks });
    }
    pieces
}

/// Appends `sql` with every `$n` as `$(n + by)`.
fn renumber(sql: &str, by: usize, to: &mut String) {
    let mut parts = sql.split('$');
    to.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = part.split_at(digits);
        to.push('$');
        match number.parse::<usize>() {
            Ok(number) => to.push_str(&(number + by).to_string()),
            Err(_) => to.push_str(number),
        }
        to.push_str(rest);
    }
}

async fn control(connection: &mut SqliteConnection, sql: &'static str) -> Result<(), Broken> {
    sqlx::query(sql)
        .execute(connection)
        .await
        .map(drop)
        .map_err(|it| Broken::of(&it, crate::what::BOOKKEEPING))
}

/// Whether an error says something about the statement (a constraint, a wrong type, too big) or about the database as a whole.
fn is_everybodys(error: &sqlx::Error) -> bool {
    // SQLITE_ERROR, TOOBIG, CONSTRAINT, MISMATCH, RANGE
    !matches!(primary_code(error), Some(1 | 18 | 19 | 20 | 25))
}

/// SQLITE_IOERR: the system could not read, write or sync.
const IOERR: i32 = 10;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::sqlite_options;
    use crate::query::{Query, args};
    use sqlx::Row as _;
    use std::future::Future as _;

    static FILL: Query = Query::new("fill", "INSERT INTO things (content) VALUES ($1)");
    static COUNT: Query = Query::new("count", "SELECT count(*) AS n FROM things");
    static NONSENSE: Query = Query::new("nonsense", "INSERT INTO nowhere VALUES ($1)");

    async fn writer(pages: u32) -> (Writer, smartbot_testkit::TempDir) {
        let folder = smartbot_testkit::temp_dir();
        let options = sqlite_options(&folder.path().join("x.db")).create_if_missing(true);
        let mut connection = connect(&options).await.unwrap();
        let setup = format!("CREATE TABLE things (content BLOB); PRAGMA max_page_count = {pages}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(setup))
            .execute(&mut connection)
            .await
            .unwrap();
        (Writer::start(connection, options), folder)
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

    #[test]
    fn values_are_numbered_through_a_piece() {
        static TWO: Query = Query::new("two", "UPDATE x SET a = $2 WHERE b = $1 AND c = 'no $'");
        let pieces = pieces(vec![
            TWO.with(args![1_u32, 2_u32]),
            TWO.with(args![3_u32, 4_u32]),
        ]);
        let second = "UPDATE x SET a = $4 WHERE b = $3 AND c = 'no $';";
        assert!(
            pieces[0].sql.as_str().ends_with(second),
            "{}",
            pieces[0].sql.as_str()
        );
        assert_eq!(pieces[0].checks.len(), 2);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_list_of_many_pieces_is_kept_or_undone_as_one() {
        let (writer, _folder) = writer(1000).await;
        let fill = || FILL.with(args![vec![1_u8; 10]]);
        let many = |last| {
            (0..3 * PIECE)
                .map(|_| fill())
                .chain([last])
                .collect::<Vec<_>>()
        };
        let bad = NONSENSE.with(args![1_u32]);
        let (a, b, c) = tokio::join!(
            writer.write(many(fill()).into()),
            writer.write(many(bad).into()),
            writer.write(many(fill()).into())
        );
        assert!(a.is_ok() && b.is_err() && c.is_ok());
        assert_eq!(
            usize::try_from(count(&writer).await),
            Ok(2 * (3 * PIECE + 1))
        );
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_wrong_count_undoes_what_stands_before_and_after_it() {
        static MISS: Query =
            Query::new("miss", "UPDATE things SET content = $1 WHERE content = $2");
        let (writer, _folder) = writer(1000).await;
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

    #[tokio::test]
    async fn a_commit_is_synced_before_it_is_answered() {
        let folder = smartbot_testkit::temp_dir();
        let options = sqlite_options(&folder.path().join("x.db")).create_if_missing(true);
        let mut connection = connect(&options).await.unwrap();
        let full: i64 = sqlx::query("PRAGMA synchronous")
            .fetch_one(&mut connection)
            .await
            .unwrap()
            .get(0);
        let mode: String = sqlx::query("PRAGMA journal_mode")
            .fetch_one(&mut connection)
            .await
            .unwrap()
            .get(0);
        assert_eq!((full, mode.as_str()), (2, "wal"));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_full_disk_acknowledges_nothing_and_is_survived() {
        let (writer, _folder) = writer(30).await;
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
        let (writer, _folder) = writer(1000).await;
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
        let (writer, _folder) = writer(1000).await;
        let mut waiting: Vec<_> = (0..50)
            .map(|_| Box::pin(writer.write(vec![FILL.with(args![vec![1_u8; 10]])].into())))
            .collect();
        // Polled once each, so that all stand in the queue before it is closed; there is one thread, so none is written yet.
        for it in &mut waiting {
            let ready = std::future::poll_fn(|context| {
                std::task::Poll::Ready(it.as_mut().poll(context).is_ready())
            })
            .await;
            assert!(!ready, "nothing is answered before it is written");
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
