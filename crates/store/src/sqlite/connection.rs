//! A connection to a SQLite file: how it is set up, and how a statement runs on it.
use super::checkpoints::count_pages;
use crate::error::{Error, Result};
use crate::query::{Arg, Dialect, Statement};
use rusqlite::types::{FromSql, ToSqlOutput, Value, ValueRef};
use rusqlite::{OpenFlags, ToSql, ffi};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

pub(crate) use rusqlite::Connection;

/// How long a write waits for another process that holds SQLite's write lock (a backup, a command line).
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How many prepared statements a connection keeps.
const STATEMENTS: usize = 512;

/// How much of the file the connection that writes remembers, in KiB.
const WRITE_CACHE: i64 = -16_000;

/// How much of the file each connection that reads remembers, in KiB. Whoever walks through all of history fills every connection's.
const READ_CACHE: i64 = -2_000;

/// Opens the file to write.
pub(super) fn open(path: &Path) -> rusqlite::Result<Connection> {
    let connection = open_with(path, OpenFlags::SQLITE_OPEN_READ_WRITE, WRITE_CACHE)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    // FULL: a commit is on the disk before it is answered.
    connection.pragma_update(None, "synchronous", "full")?;
    // What is deleted is overwritten, above all the keys of erased users.
    connection.pragma_update(None, "secure_delete", "on")?;
    count_pages(&connection);
    Ok(connection)
}

/// Opens the file to read only, and leaves it as it is, whoever else works with it.
pub(crate) fn open_to_read(path: &Path) -> rusqlite::Result<Connection> {
    open_with(path, OpenFlags::SQLITE_OPEN_READ_ONLY, READ_CACHE)
}

/// Opens a file that nobody else has and that is thrown away when something fails.
pub(crate) fn open_draft(path: &Path) -> rusqlite::Result<Connection> {
    let connection = open_with(path, OpenFlags::SQLITE_OPEN_READ_WRITE, WRITE_CACHE)?;
    connection.pragma_update(None, "journal_mode", "off")?;
    connection.pragma_update(None, "synchronous", "off")?;
    connection.pragma_update(None, "secure_delete", "on")?;
    Ok(connection)
}

fn open_with(path: &Path, mode: OpenFlags, cache: i64) -> rusqlite::Result<Connection> {
    // A connection is used by one thread at a time.
    let connection = Connection::open_with_flags(path, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // The schema has none (see the migration).
    connection.pragma_update(None, "foreign_keys", "off")?;
    connection.pragma_update(None, "cache_size", cache)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    Ok(connection)
}

/// A row of an answer.
pub(crate) struct SqliteRow {
    columns: Arc<[String]>,
    values: Vec<Value>,
}

impl SqliteRow {
    /// The value in a column.
    pub(crate) fn get<T: FromSql>(&self, column: &str) -> std::result::Result<T, String> {
        let found = self.columns.iter().position(|it| it == column);
        let value = found.and_then(|it| self.values.get(it));
        let value = value.ok_or_else(|| format!("no column {column}"))?;
        // What the value is, is never told.
        T::column_result(ValueRef::from(value))
            .map_err(|_| format!("not a {value:?}", value = value.data_type()))
    }
}

/// What a statement did.
pub(super) struct Ran {
    /// The rows that it answered with.
    pub(super) rows: Vec<SqliteRow>,
    /// How many rows it changed, or answered with.
    pub(super) changed: u64,
}

impl ToSql for Arg {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Int(Some(value)) => ValueRef::Integer(*value),
            Self::Bool(Some(value)) => ValueRef::Integer(i64::from(*value)),
            Self::Text(Some(value)) => ValueRef::Text(value.as_bytes()),
            Self::Bytes(Some(value)) => ValueRef::Blob(value),
            Self::Int(None)
            | Self::Bool(None)
            | Self::Text(None)
            | Self::Bytes(None)
            | Self::TooBig(_) => ValueRef::Null,
        }))
    }
}

/// Runs a statement, prepared once for each text.
pub(super) fn run(connection: &Connection, statement: &Statement) -> rusqlite::Result<Ran> {
    let mut prepared = connection.prepare_cached(&statement.sql(Dialect::Sqlite))?;
    for (place, arg) in statement.args.iter().enumerate() {
        prepared.raw_bind_parameter(place + 1, arg)?;
    }
    if prepared.column_count() == 0 {
        let changed = prepared.raw_execute()? as u64;
        return Ok(Ran {
            rows: Vec::new(),
            changed,
        });
    }
    let columns: Arc<[String]> = prepared
        .column_names()
        .into_iter()
        .map(str::to_owned)
        .collect();
    let mut found = prepared.raw_query();
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let values = (0..columns.len()).map(|it| row.get(it));
        rows.push(SqliteRow {
            columns: Arc::clone(&columns),
            values: values.collect::<rusqlite::Result<_>>()?,
        });
    }
    let changed = rows.len() as u64;
    Ok(Ran { rows, changed })
}

fn failure(error: &rusqlite::Error) -> Option<&ffi::Error> {
    match error {
        rusqlite::Error::SqliteFailure(failure, _) => Some(failure),
        rusqlite::Error::SqlInputError { error, .. } => Some(error),
        _ => None,
    }
}

/// The error's kind, whatever else its code says.
fn primary_code(error: &rusqlite::Error) -> Option<i32> {
    failure(error).map(|it| it.extended_code & 0xff)
}

/// Whether another connection has the file at this moment (SQLITE_BUSY and its kin).
pub(super) fn is_busy(error: &rusqlite::Error) -> bool {
    primary_code(error) == Some(ffi::SQLITE_BUSY)
}

/// Whether an error says something about the statement (a constraint, a wrong type, too big) and not about the database as a whole.
pub(super) fn is_own(error: &rusqlite::Error) -> bool {
    primary_code(error).is_none_or(|it| {
        [
            ffi::SQLITE_ERROR,
            ffi::SQLITE_TOOBIG,
            ffi::SQLITE_CONSTRAINT,
            ffi::SQLITE_MISMATCH,
            ffi::SQLITE_RANGE,
        ]
        .contains(&it)
    })
}

/// Whether the system could not read, write or sync.
pub(super) fn is_disk_failure(error: &rusqlite::Error) -> bool {
    primary_code(error) == Some(ffi::SQLITE_IOERR)
}

/// What an error means. `what` clashes when the database refused because of other rows.
pub(crate) fn told(error: &rusqlite::Error, what: &'static str) -> Error {
    let is_taken = |it: &ffi::Error| {
        [
            ffi::SQLITE_CONSTRAINT_UNIQUE,
            ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
        ]
        .contains(&it.extended_code)
    };
    if failure(error).is_some_and(is_taken) {
        return Error::conflict(what);
    }
    if primary_code(error) == Some(ffi::SQLITE_FULL) {
        return Error::Full;
    }
    match error {
        // Without the text of the statement.
        rusqlite::Error::SqlInputError { msg, .. } => Error::unavailable(msg),
        other => Error::unavailable(other),
    }
}

/// The outcome of a query that only reads.
pub(crate) fn read(connection: &Connection, statement: &Statement) -> Result<Vec<SqliteRow>> {
    run(connection, statement)
        .map(|it| it.rows)
        .map_err(|it| told(&it, statement.what))
}
