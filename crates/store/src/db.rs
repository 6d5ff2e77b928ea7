//! The waist: everything above speaks [`Statement`]s and [`Row`]s, everything below one database's driver.
//!
//! Architecture invariant: no type of the driver leaves `db`, `writer` and `postgres`, so that another driver can stand behind it.
use crate::error::{Error, Result};
use crate::in_flight::Announced;
use crate::postgres::Postgres;
use crate::query::{Arg, Statement};
use crate::recent::News;
use crate::simulated::Simulated;
use crate::writer::Writer;
use smartbot_model::Time;
use sqlx::postgres::PgRow;
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteError, SqliteJournalMode,
    SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Row as _, SqlSafeStr, SqlStr, SqlitePool};
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

/// How long a write waits for another process that holds SQLite's write lock (a backup, a command line).
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How long to wait before opening a file is tried again that another process is opening too.
const BUSY_PAUSE: Duration = Duration::from_millis(10);

/// How long a read waits for a free connection.
pub(crate) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// How many prepared statements a connection keeps.
pub(crate) const STATEMENT_CACHE: usize = 512;

/// How much of the file each connection that reads remembers: 2 MiB. Whoever walks through all of history fills every connection's.
const READ_CACHE: &str = "-2000";

/// How many lists of writes wait at most; one more is [`Error::Full`].
pub(crate) const MAX_WAITING: usize = 1024;

/// Where an address leads.
pub(crate) enum Address {
    Sqlite(PathBuf),
    Postgres(String),
}

impl Address {
    pub(crate) fn parse(url: &str) -> Result<Self> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        let path = url
            .strip_prefix("sqlite:")
            .map(|it| it.strip_prefix("//").unwrap_or(it));
        match path {
            Some(path) if !path.is_empty() && !path.starts_with(':') && !path.contains('?') => {
                Ok(Self::Sqlite(path.into()))
            }
            // A database in memory would be another one for every connection.
            _ => Err(Error::NotSupported {
                reason: "a database address is sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME"
                    .to_owned(),
            }),
        }
    }
}

/// An open database.
pub(crate) enum Db {
    Sqlite(Sqlite),
    Postgres(Postgres),
    /// SQLite, and somebody who decides what becomes of each query.
    Simulated(Simulated),
}

/// SQLite has one writer; readers never wait for it (WAL).
pub(crate) struct Sqlite {
    writer: Writer,
    readers: SqlitePool,
}

impl Sqlite {
    pub(crate) async fn read(&self, statement: Statement) -> Result<Vec<Row>> {
        let (sql, args) = for_sqlite(statement.sql, statement.args);
        let rows = sqlx::query_with(sql, args).fetch_all(&self.readers).await;
        Ok(rows
            .map_err(|it| database_error(&it, crate::what::BOOKKEEPING))?
            .into_iter()
            .map(Row::Sqlite)
            .collect())
    }

    pub(crate) async fn write(&self, list: List) -> Result<Written> {
        self.writer.write(list).await
    }

    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

pub(crate) fn sqlite_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        // FULL: a commit is on the disk before it is answered.
        .synchronous(SqliteSynchronous::Full)
        // The schema has none (see the migration).
        .foreign_keys(false)
        .busy_timeout(BUSY_TIMEOUT)
        .statement_cache_capacity(STATEMENT_CACHE)
        .pragma("cache_size", "-16000")
        .pragma("temp_store", "memory")
        // What is deleted is overwritten, above all the keys of erased users.
        .pragma("secure_delete", "on")
        // 16 MiB: moving the log into the file costs syncs of its own.
        .pragma("wal_autocheckpoint", "4000")
        // The driver's own log would format every statement.
        .disable_statement_logging()
}

/// For whoever looks at a file and leaves it as it is, whoever else works with it.
pub(crate) fn sqlite_reader(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .busy_timeout(BUSY_TIMEOUT)
        .disable_statement_logging()
}

impl Db {
    /// Opens the database, brings its schema up to date, and starts its writer.
    pub(crate) async fn open(address: &Address, max_connections: u32) -> Result<Self> {
        match address {
            Address::Sqlite(path) => {
                make_file(path)?;
                let options = sqlite_options(path);
                let patience = Instant::now() + BUSY_TIMEOUT;
                loop {
                    match open_sqlite(&options, max_connections).await {
                        // Setting up the write-ahead log needs the file alone, and SQLite does not wait for that by itself.
                        Err(error) if is_busy(&error) && Instant::now() < patience => {
                            tokio::time::sleep(BUSY_PAUSE).await;
                        }
                        Err(error) => return Err(database_error(&error, crate::what::BOOKKEEPING)),
                        Ok((mut connection, readers)) => {
                            crate::migrate::run_sqlite(&mut connection).await?;
                            let writer = Writer::start(connection, options);
                            return Ok(Self::Sqlite(Sqlite { writer, readers }));
                        }
                    }
                }
            }
            Address::Postgres(url) => {
                Ok(Self::Postgres(Postgres::open(url, max_connections).await?))
            }
        }
    }

    /// Runs a query that only reads.
    pub(crate) async fn read(&self, statement: Statement) -> Result<Vec<Row>> {
        statement.check()?;
        match self {
            Self::Sqlite(sqlite) => sqlite.read(statement).await,
            Self::Simulated(simulated) => simulated.read(statement).await,
            Self::Postgres(postgres) => postgres.read(statement).await,
        }
    }

    /// Keeps what all these statements do, or nothing. Returns once it is on the disk, with the rows of those that return some.
    pub(crate) async fn write(&self, statements: Vec<Statement>) -> Result<Written> {
        self.write_list(statements.into()).await
    }

    /// As [`write`](Self::write), with what is to be told of it.
    pub(crate) async fn write_list(&self, list: List) -> Result<Written> {
        for statement in &list.statements {
            statement.check()?;
        }
        if list.statements.is_empty() {
            return Ok(Written::default());
        }
        match self {
            Self::Sqlite(sqlite) => sqlite.write(list).await,
            Self::Simulated(simulated) => simulated.write(list).await,
            Self::Postgres(postgres) => postgres.write(list).await,
        }
    }

    /// What stands for `{skip_locked}`: SQLite's only writer has the database to itself.
    pub(crate) const fn skip_locked(&self) -> &'static str {
        match self {
            Self::Sqlite(_) | Self::Simulated(_) => "",
            Self::Postgres(_) => "FOR UPDATE SKIP LOCKED",
        }
    }

    /// Waits until the disk fails under the database, and tells why. PostgreSQL looks after its own: its server ends and starts anew.
    pub(crate) async fn failed(&self) -> Error {
        match self {
            Self::Sqlite(sqlite) => sqlite.writer.failed().await,
            Self::Postgres(_) | Self::Simulated(_) => std::future::pending().await,
        }
    }

    /// Lets what waits be written, then closes.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(sqlite) => sqlite.close().await,
            Self::Postgres(postgres) => postgres.close().await,
            Self::Simulated(simulated) => simulated.close().await,
        }
    }
}

/// Tells how many lists stand before one that comes to be written.
#[expect(clippy::cast_precision_loss, reason = "there are never so many")]
pub(crate) fn waits(before: usize) {
    metrics::histogram!("smartbot_store_waiting_writes").record(before as f64);
}

/// A list of statements on its way.
pub(crate) struct List {
    pub(crate) statements: Vec<Statement>,
    /// That it has events; lives until it is known what becomes of the list, also when nobody waits for the answer any more.
    pub(crate) announced: Option<Announced>,
    /// What to note once it is committed.
    pub(crate) news: Option<News>,
}

impl From<Vec<Statement>> for List {
    fn from(statements: Vec<Statement>) -> Self {
        Self {
            statements,
            announced: None,
            news: None,
        }
    }
}

/// What a list of statements did.
#[derive(Default)]
pub(crate) struct Written {
    /// The rows of the statements that return some, in order.
    pub(crate) rows: Vec<Row>,
    /// How many rows the last statement changed.
    pub(crate) changed: u64,
}

async fn open_sqlite(
    options: &SqliteConnectOptions,
    max_connections: u32,
) -> std::result::Result<(SqliteConnection, SqlitePool), sqlx::Error> {
    let mut connection = options.connect().await?;
    // What lies in the log came there under a process that may have ended because a sync failed: here it is written and synced anew.
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(&mut connection)
        .await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(max_connections.max(1))
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .connect_with(
            options
                .clone()
                .read_only(true)
                .pragma("cache_size", READ_CACHE),
        )
        .await?;
    Ok((connection, readers))
}

/// Whether another connection has the file at this moment (SQLITE_BUSY and its kin).
fn is_busy(error: &sqlx::Error) -> bool {
    primary_code(error) == Some(5)
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

pub(crate) fn text_of(sql: Cow<'static, str>) -> SqlStr {
    match sql {
        Cow::Borrowed(text) => text.into_sql_str(),
        // Safe: only `Query` makes these, from its own text and numbers of values.
        Cow::Owned(text) => AssertSqlSafe(text).into_sql_str(),
    }
}

pub(crate) fn for_sqlite(sql: Cow<'static, str>, values: Vec<Arg>) -> (SqlStr, SqliteArguments) {
    use sqlx::Arguments as _;
    let mut args = SqliteArguments::default();
    args.reserve(values.len(), 0);
    for arg in values {
        let added = match arg {
            Arg::Int(value) => args.add(value),
            Arg::Bool(value) => args.add(value),
            Arg::Text(value) => args.add(value),
            Arg::Bytes(value) => args.add(value),
            Arg::TooBig(_) => args.add(None::<i64>),
        };
        debug_assert!(
            added.is_ok(),
            "these types have one encoding, which cannot fail"
        );
    }
    (text_of(sql), args)
}

/// A row of an answer.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

macro_rules! getters {
    ($($(#[$doc:meta])* $name:ident -> $Type:ty;)+) => {$(
        $(#[$doc])*
        pub(crate) fn $name(&self, column: &'static str) -> Result<$Type> {
            match self {
                Self::Sqlite(row) => row.try_get(column),
                Self::Postgres(row) => row.try_get(column),
            }
            .map_err(|it| Error::corrupt(column, it))
        }
    )+};
}

impl Row {
    getters! {
        int -> i64;
        int_opt -> Option<i64>;
        bool -> bool;
        bool_opt -> Option<bool>;
        text -> String;
        text_opt -> Option<String>;
        bytes -> Vec<u8>;
        bytes_opt -> Option<Vec<u8>>;
    }

    /// A number of a narrower type.
    pub(crate) fn number<T: TryFrom<i64>>(&self, column: &'static str) -> Result<T> {
        let value = self.int(column)?;
        T::try_from(value).map_err(|_| Error::corrupt(column, value))
    }

    /// A number of a narrower type, or nothing.
    pub(crate) fn number_opt<T: TryFrom<i64>>(&self, column: &'static str) -> Result<Option<T>> {
        let value = self.int_opt(column)?;
        value
            .map(|it| T::try_from(it).map_err(|_| Error::corrupt(column, it)))
            .transpose()
    }

    pub(crate) fn time(&self, column: &'static str) -> Result<Time> {
        self.int(column).map(Time::from_micros)
    }

    pub(crate) fn time_opt(&self, column: &'static str) -> Result<Option<Time>> {
        Ok(self.int_opt(column)?.map(Time::from_micros))
    }

    pub(crate) fn uuid(&self, column: &'static str) -> Result<Uuid> {
        let bytes = self.bytes(column)?;
        Uuid::from_slice(&bytes).map_err(|it| Error::corrupt(column, it))
    }

    pub(crate) fn uuid_opt(&self, column: &'static str) -> Result<Option<Uuid>> {
        let bytes = self.bytes_opt(column)?;
        bytes
            .map(|it| Uuid::from_slice(&it).map_err(|it| Error::corrupt(column, it)))
            .transpose()
    }

    /// A name that `parse` knows.
    pub(crate) fn named<T>(
        &self,
        column: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T> {
        let text = self.text(column)?;
        parse(&text).ok_or_else(|| Error::corrupt(column, text))
    }

    /// JSON that is kept in clear.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self, column: &'static str) -> Result<T> {
        serde_json::from_str(&self.text(column)?).map_err(|it| Error::corrupt(column, it))
    }
}

/// What an error of the driver means. `what` clashes when the database refused because of other rows.
pub(crate) fn database_error(error: &sqlx::Error, what: &'static str) -> Error {
    match error {
        sqlx::Error::Database(it) if it.is_unique_violation() || is_race(it.code().as_deref()) => {
            Error::conflict(what)
        }
        sqlx::Error::Database(it) if is_full(&**it) => Error::Full,
        // Only the message: PostgreSQL's details quote values.
        sqlx::Error::Database(it) => Error::unavailable(it.message()),
        sqlx::Error::PoolTimedOut => Error::unavailable("no connection became free in time"),
        other => Error::unavailable(other),
    }
}

/// Whether the disk has no room: SQLITE_FULL, or PostgreSQL's `disk_full`.
fn is_full(error: &dyn sqlx::error::DatabaseError) -> bool {
    match error.try_downcast_ref::<SqliteError>() {
        Some(_) => sqlite_code(error) == Some(13),
        None => error.code().as_deref() == Some("53100"),
    }
}

/// What SQLite says went wrong, without the details; none when it was not SQLite that said something.
pub(crate) fn primary_code(error: &sqlx::Error) -> Option<i32> {
    sqlite_code(error.as_database_error()?)
}

fn sqlite_code(error: &dyn sqlx::error::DatabaseError) -> Option<i32> {
    error.try_downcast_ref::<SqliteError>()?;
    let code = error.code()?.parse::<i32>().ok()?;
    Some(code & 0xff)
}

/// PostgreSQL's serialization failure and deadlock: another transaction came first.
fn is_race(code: Option<&str>) -> bool {
    matches!(code, Some("40001" | "40P01"))
}
