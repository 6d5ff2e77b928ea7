//! Connections that read. Each is opened when it is needed first, and used by one query at a time, off the async threads.
use super::blocking;
use super::connection::{self, Connection, SqliteRow, open_to_read, told};
use crate::db::ACQUIRE_TIMEOUT;
use crate::error::{Error, Result};
use crate::query::Statement;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

pub(super) struct Readers {
    idle: Arc<Idle>,
    places: Arc<Semaphore>,
    max: u32,
}

struct Idle {
    path: PathBuf,
    connections: Mutex<Vec<Connection>>,
}

impl Idle {
    fn take(&self) -> Option<Connection> {
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop()
    }

    fn put(&self, connection: Connection) {
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(connection);
    }

    fn read(&self, statement: &Statement) -> Result<Vec<SqliteRow>> {
        let connection = match self.take() {
            Some(connection) => connection,
            None => open_to_read(&self.path).map_err(|it| told(&it, statement.what))?,
        };
        let rows = connection::read(&connection, statement);
        self.put(connection);
        rows
    }
}

impl Readers {
    pub(super) fn new(path: PathBuf, max: u32) -> Self {
        let max = max.max(1);
        let connections = Mutex::default();
        Self {
            idle: Arc::new(Idle { path, connections }),
            places: Arc::new(Semaphore::new(max as usize)),
            max,
        }
    }

    pub(super) async fn read(&self, statement: Statement) -> Result<Vec<SqliteRow>> {
        let place = Arc::clone(&self.places).acquire_owned();
        let place = tokio::time::timeout(ACQUIRE_TIMEOUT, place)
            .await
            .map_err(|_| Error::unavailable("no connection became free in time"))?
            .map_err(|_| Error::unavailable("the database is closed"))?;
        let idle = Arc::clone(&self.idle);
        blocking(move || {
            let rows = idle.read(&statement);
            drop(place);
            rows
        })
        .await?
    }

    /// Waits for the queries that run, and lets no other begin.
    pub(super) async fn close(&self) {
        // An error means that it is closed already.
        drop(self.places.acquire_many(self.max).await);
        self.places.close();
        while let Some(connection) = self.idle.take() {
            drop(connection);
        }
    }
}
