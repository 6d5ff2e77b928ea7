//! PostgreSQL behind the waist: a pool, lists that are committed together, and a transaction for each of the others.
mod group;
mod joined;
mod statistics;

use crate::db::{ACQUIRE_TIMEOUT, List, MAX_WAITING, Row, Written, waits};
use crate::error::{Error, Result};
use crate::in_flight::COMMIT_WITHIN;
use crate::query::{Arg, Dialect, Statement};
use crate::what::BOOKKEEPING;
use group::Group;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgPoolOptions, PgRow};
use sqlx::{
    Arguments as _, AssertSqlSafe, ConnectOptions as _, Connection as _, PgPool, SqlSafeStr as _,
};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// How many prepared statements a connection keeps.
const STATEMENTS: usize = 512;

/// The disk has no room.
const DISK_FULL: &str = "53100";

/// A connection that rested longer is asked whether it still lives before it is used.
const TRUSTED_FOR: Duration = Duration::from_secs(1);

/// An open database.
pub(crate) struct Postgres {
    alone: Alone,
    group: Group,
    waiting: Arc<Semaphore>,
}

pub(crate) fn options(url: &str) -> Result<PgConnectOptions> {
    let options = PgConnectOptions::from_str(url).map_err(|_| Error::NotSupported {
        reason: "this is no address of a PostgreSQL".to_owned(),
    })?;
    Ok(options
        .application_name("smartbot")
        .disable_statement_logging()
        .statement_cache_capacity(STATEMENTS)
        .options([
            // A commit is on the disk before it is answered, whatever the server's default.
            ("synchronous_commit", "on"),
            // A node that froze in the middle of a transaction does not hold up the others for ever.
            ("lock_timeout", "10s"),
            ("idle_in_transaction_session_timeout", "30s"),
            // A plan is kept although tables grow, and most are made when they are empty: it must be the one by the indexes from the
            // beginning. All statements are by an index, a page or a portion at a time.
            ("enable_seqscan", "off"),
            ("enable_hashjoin", "off"),
            ("enable_mergejoin", "off"),
            ("jit", "off"),
        ]))
}

/// The pool of connections that any statement may run on.
fn pool(max_connections: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(max_connections.max(1))
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // A round trip for every use would be too many; none at all, and a restart of the server would be felt for long.
        .test_before_acquire(false)
        .before_acquire(|connection, about| {
            let rested = about.idle_for > TRUSTED_FOR;
            Box::pin(async move {
                if rested {
                    connection.ping().await.map(|()| true)
                } else {
                    Ok(true)
                }
            })
        })
}

impl Postgres {
    pub(crate) async fn open(url: &str, max_connections: u32) -> Result<Self> {
        let options = options(url)?;
        let others = max_connections.saturating_sub(group::WRITERS);
        let pool = pool(others)
            .connect_with(options.clone())
            .await
            .map_err(|it| told(&it, BOOKKEEPING))?;
        crate::migrate::run_postgres(&pool).await?;
        let alone = Alone(pool);
        Ok(Self {
            group: Group::start(options, alone.clone()),
            alone,
            waiting: Arc::new(Semaphore::new(MAX_WAITING)),
        })
    }

    pub(crate) async fn read(&self, statement: Statement) -> Result<Vec<PgRow>> {
        let what = statement.what;
        let (sql, args) = for_postgres(&statement);
        let rows = sqlx::query_with(sql, args).fetch_all(&self.alone.0).await;
        rows.map_err(|it| told(&it, what))
    }

    pub(crate) async fn write(&self, list: List) -> Result<Written> {
        let begun = Instant::now();
        waits(MAX_WAITING - self.waiting.available_permits());
        let _place = self.waiting.try_acquire().map_err(|_| Error::Full)?;
        if list.statements.iter().all(|it| it.joins) {
            self.group.write(list, begun).await
        } else {
            self.alone.write(&list, begun).await
        }
    }

    pub(crate) async fn close(&self) {
        self.group.close().await;
        self.alone.0.close().await;
    }
}

/// A transaction for each list.
#[derive(Clone)]
struct Alone(PgPool);

impl Alone {
    async fn write(&self, list: &List, begun: Instant) -> Result<Written> {
        let statements = &list.statements;
        let what = statements.first().map_or(BOOKKEEPING, |it| it.what);
        let mut written = Written::default();
        if let [statement] = statements.as_slice() {
            // A statement is a transaction by itself: two round trips less. One that fails or changes nothing leaves nothing.
            let mut connection = self.0.acquire().await.map_err(|it| told(&it, what))?;
            run(&mut connection, statement, &mut written).await?;
            return Ok(written);
        }
        let mut transaction = self.0.begin().await.map_err(|it| told(&it, what))?;
        for statement in statements {
            // An early return drops the transaction, which rolls it back.
            run(&mut transaction, statement, &mut written).await?;
        }
        if is_late(list, begun) {
            return Err(Error::conflict(crate::what::EVENT));
        }
        transaction.commit().await.map_err(|it| told(&it, what))?;
        Ok(written)
    }
}

/// Whether a list took too long. Other nodes read events up to a horizon: what is not ready by then must not come to light behind it.
fn is_late(list: &List, begun: Instant) -> bool {
    list.announced.is_some() && begun.elapsed() > COMMIT_WITHIN
}

async fn run(
    connection: &mut PgConnection,
    statement: &Statement,
    written: &mut Written,
) -> Result<()> {
    let (what, expect, returning) = (statement.what, statement.expect, statement.returning);
    let (sql, args) = for_postgres(statement);
    let query = sqlx::query_with(sql, args);
    written.changed = if returning {
        let rows = query
            .fetch_all(connection)
            .await
            .map_err(|it| told(&it, what))?;
        written.rows.extend(rows.into_iter().map(Row::Postgres));
        written.rows.len() as u64
    } else {
        query
            .execute(connection)
            .await
            .map_err(|it| told(&it, what))?
            .rows_affected()
    };
    if expect.holds(written.changed) {
        Ok(())
    } else {
        Err(Error::conflict(what))
    }
}

pub(crate) fn for_postgres(statement: &Statement) -> (sqlx::SqlStr, PgArguments) {
    // Safe: only `Query` makes these, from its own text and numbers of values.
    let sql = AssertSqlSafe(statement.sql(Dialect::Postgres)).into_sql_str();
    let mut args = PgArguments::default();
    args.reserve(statement.args.len(), 0);
    for arg in &statement.args {
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
    (sql, args)
}

/// What an error means. `what` clashes when the database refused because of other rows.
pub(crate) fn told(error: &sqlx::Error, what: &'static str) -> Error {
    match error {
        sqlx::Error::Database(it) if it.is_unique_violation() || is_race(it.code().as_deref()) => {
            Error::conflict(what)
        }
        sqlx::Error::Database(it) if it.code().as_deref() == Some(DISK_FULL) => Error::Full,
        // Only the message: PostgreSQL's details quote values.
        sqlx::Error::Database(it) => Error::unavailable(it.message()),
        sqlx::Error::PoolTimedOut => Error::unavailable("no connection became free in time"),
        other => Error::unavailable(other),
    }
}

/// PostgreSQL's serialization failure and deadlock: another transaction came first.
fn is_race(code: Option<&str>) -> bool {
    matches!(code, Some("40001" | "40P01"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::Row as _;

    #[tokio::test]
    async fn a_commit_is_synced_before_it_is_answered_whatever_the_server_says() {
        // The tests' server has it off.
        let database = Postgres::open(&smartbot_testkit::postgres().new_database(), 1)
            .await
            .unwrap();
        let setting: String = sqlx::query("SHOW synchronous_commit")
            .fetch_one(&database.alone.0)
            .await
            .unwrap()
            .get(0);
        assert_eq!(setting, "on");
        database.close().await;
    }

    #[test]
    fn an_address_that_cannot_be_read_is_not_shown() {
        let error = options("postgres://user:secret@host:notaport/x")
            .map(drop)
            .unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
