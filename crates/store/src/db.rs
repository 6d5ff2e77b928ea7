//! The waist: everything above speaks [`Statement`]s and [`Row`]s, everything below one database's driver.
//!
//! Architecture invariant: no type of a driver leaves `db`, `sqlite`, `postgres` and what opens files by itself (`migrate`, `backup`,
//! `snapshot`), so that another driver can stand behind it.
use crate::error::{Error, Result};
use crate::in_flight::Announced;
use crate::postgres::Postgres;
use crate::query::Statement;
use crate::recent::News;
use crate::simulated::Simulated;
use crate::sqlite::{Sqlite, SqliteRow};
use smartbot_model::Time;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use std::path::PathBuf;
use std::time::Duration;
use uuid::Uuid;

/// How long a read waits for a free connection.
pub(crate) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

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

impl Db {
    /// Opens the database and brings its schema up to date.
    pub(crate) async fn open(address: &Address, max_connections: u32) -> Result<Self> {
        Ok(match address {
            Address::Sqlite(path) => Self::Sqlite(Sqlite::open(path, max_connections).await?),
            Address::Postgres(url) => Self::Postgres(Postgres::open(url, max_connections).await?),
        })
    }

    /// Runs a query that only reads.
    pub(crate) async fn read(&self, statement: Statement) -> Result<Vec<Row>> {
        statement.check()?;
        Ok(match self {
            Self::Sqlite(it) => rows(it.read(statement).await?, Row::Sqlite),
            Self::Simulated(it) => rows(it.read(statement).await?, Row::Sqlite),
            Self::Postgres(it) => rows(it.read(statement).await?, Row::Postgres),
        })
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
            Self::Sqlite(it) => it.write(list).await,
            Self::Simulated(it) => it.write(list).await,
            Self::Postgres(it) => it.write(list).await,
        }
    }

    /// Waits until the disk fails under the database, and tells why. PostgreSQL looks after its own: its server ends and starts anew.
    pub(crate) async fn failed(&self) -> Error {
        match self {
            Self::Sqlite(it) => it.failed().await,
            Self::Postgres(_) | Self::Simulated(_) => std::future::pending().await,
        }
    }

    /// Lets the database look at tables that have grown since it knew nothing of them; returns their names.
    pub(crate) async fn analyse_new_tables(&self) -> Result<Vec<String>> {
        match self {
            // SQLite prefers a unique index without having looked.
            Self::Sqlite(_) | Self::Simulated(_) => Ok(Vec::new()),
            Self::Postgres(it) => it.analyse_new_tables().await,
        }
    }

    /// Lets what waits be written, then closes.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(it) => it.close().await,
            Self::Simulated(it) => it.close().await,
            Self::Postgres(it) => it.close().await,
        }
    }
}

fn rows<T>(found: Vec<T>, row: fn(T) -> Row) -> Vec<Row> {
    found.into_iter().map(row).collect()
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
                Self::Sqlite(row) => row.get(column).map_err(|it| Error::corrupt(column, it)),
                Self::Postgres(row) => row.try_get(column).map_err(|it| Error::corrupt(column, it)),
            }
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

    pub(crate) fn json_opt<T: serde::de::DeserializeOwned>(
        &self,
        column: &'static str,
    ) -> Result<Option<T>> {
        let read = |it: String| serde_json::from_str(&it).map_err(|it| Error::corrupt(column, it));
        self.text_opt(column)?.map(read).transpose()
    }
}
