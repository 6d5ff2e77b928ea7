//! The database as it is at one instant, whatever is written meanwhile: one connection with one transaction that only reads.
use crate::db::{Address, Row};
use crate::error::{Error, Result};
use crate::postgres::{self, for_postgres};
use crate::query::Statement;
use crate::sqlite::{self, blocking};
use crate::what::BOOKKEEPING;
use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnection;
use std::sync::{Arc, Mutex, PoisonError};

/// An instant of a database.
pub(crate) enum Snapshot {
    Sqlite(Arc<Mutex<sqlite::Connection>>),
    Postgres(PgConnection),
}

fn told(error: sqlx::Error) -> Error {
    postgres::told(&error, BOOKKEEPING)
}

impl Snapshot {
    /// Opens the database beside whoever works with it, and changes nothing.
    pub(crate) async fn open(address: &Address) -> Result<Self> {
        Ok(match address {
            Address::Sqlite(path) => {
                if !path.exists() {
                    let reason = format!("there is no database at {}", path.display());
                    return Err(Error::NotSupported { reason });
                }
                let path = path.clone();
                let begin = move || {
                    let connection = sqlite::open_to_read(&path)?;
                    connection.execute_batch("BEGIN")?;
                    Ok(connection)
                };
                let connection = blocking(begin).await?;
                let connection = connection.map_err(|it| sqlite::told(&it, BOOKKEEPING))?;
                Self::Sqlite(Arc::new(Mutex::new(connection)))
            }
            Address::Postgres(url) => {
                const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
                let mut connection = postgres::options(url)?.connect().await.map_err(told)?;
                let begun = sqlx::query(BEGIN).execute(&mut connection).await;
                begun.map_err(told)?;
                Self::Postgres(connection)
            }
        })
    }

    /// Runs a query.
    pub(crate) async fn read(&mut self, statement: Statement) -> Result<Vec<Row>> {
        statement.check()?;
        match self {
            Self::Sqlite(connection) => {
                let connection = Arc::clone(connection);
                let rows = blocking(move || {
                    let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
                    sqlite::read(&connection, &statement)
                });
                Ok(rows.await??.into_iter().map(Row::Sqlite).collect())
            }
            Self::Postgres(connection) => {
                let (sql, args) = for_postgres(&statement);
                let rows = sqlx::query_with(sql, args).fetch_all(connection).await;
                Ok(rows.map_err(told)?.into_iter().map(Row::Postgres).collect())
            }
        }
    }

    /// Whether the database is a file.
    pub(crate) const fn is_embedded(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// Gives the instant up.
    pub(crate) async fn close(self) -> Result<()> {
        use sqlx::Connection as _;
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(connection) => connection.close().await.map_err(told),
        }
    }
}
