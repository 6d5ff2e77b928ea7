//! A database with somebody before it who decides what becomes of each query: for simulations, in which nothing else happens by chance.
//!
//! Queries run on a run-time of their own, and whoever asks waits without giving way: for the simulated node the database takes no time at all,
//! but for the time that is decided. So the order of things depends on decisions alone.
use crate::db::{List, Written};
use crate::error::{Error, Result};
use crate::query::Statement;
use crate::sqlite::{Sqlite, SqliteRow};
use std::pin::Pin;
use std::sync::{Arc, mpsc};
use tokio::runtime::Handle;

/// A query that is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query {
    /// Its module and name; of a list of writes the first's.
    pub name: &'static str,
    /// Whether it writes.
    pub writes: bool,
}

/// A decision, which may take time.
pub type Deciding<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// Decides what becomes of queries.
pub trait Between: Send + Sync {
    /// Before a query comes to the database. With an error it never does.
    fn before(&self, query: Query) -> Deciding<'_>;

    /// After the database has done what was asked. With an error the caller does not hear of it.
    fn after(&self, query: Query) -> Deciding<'_>;
}

/// SQLite behind a [`Between`].
pub(crate) struct Simulated {
    inner: Arc<Sqlite>,
    /// Where the database works.
    home: Handle,
    between: Arc<dyn Between>,
}

impl Simulated {
    /// Must be called where the database is to work, and used elsewhere.
    pub(crate) fn new(inner: Sqlite, between: Arc<dyn Between>) -> Self {
        Self {
            inner: Arc::new(inner),
            home: Handle::current(),
            between,
        }
    }

    /// Has work done at the database's home, and does nothing else meanwhile.
    fn at_once<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T> {
        let (done, waits) = mpsc::channel();
        // Nobody hears only when the simulation has ended.
        drop(self.home.spawn(async move { drop(done.send(work.await)) }));
        waits
            .recv()
            .map_err(|_| Error::unavailable("the database is closed"))
    }

    pub(crate) async fn read(&self, statement: Statement) -> Result<Vec<SqliteRow>> {
        let query = Query {
            name: statement.query.name(),
            writes: false,
        };
        self.between.before(query).await?;
        let inner = self.inner.clone();
        let rows = self.at_once(async move { inner.read(statement).await })??;
        self.between.after(query).await?;
        Ok(rows)
    }

    pub(crate) async fn write(&self, list: List) -> Result<Written> {
        let query = Query {
            name: list.statements.first().map_or("", |it| it.query.name()),
            writes: true,
        };
        self.between.before(query).await?;
        let inner = self.inner.clone();
        let written = self.at_once(async move { inner.write(list).await })??;
        self.between.after(query).await?;
        Ok(written)
    }

    pub(crate) async fn close(&self) {
        self.inner.close().await;
    }
}
