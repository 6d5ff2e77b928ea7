//! A database with an open store, and a look behind it.
use smartbot_model::random::SeededRandom;
use smartbot_model::{Time, WorkspaceId};
use smartbot_store::{Change, Error, MasterKey, Options, Result, Store, WorkspaceRow, what};
use smartbot_testkit::{TempDir, postgres, temp_dir};
use sqlx::Connection as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

pub(crate) const KEY: MasterKey = MasterKey::new([7; 32]);

/// A new source every time: two stores never draw the same nonces or ids.
pub(crate) fn random() -> SeededRandom {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    SeededRandom::new(NEXT.fetch_add(1, Ordering::SeqCst))
}

/// A moment, `seconds` after the beginning of the tests' time.
pub(crate) fn at(seconds: i64) -> Time {
    Time::from_micros(1_795_000_000_000_123 + seconds * 1_000_000)
}

/// An id of any kind that no other call gives.
macro_rules! new_id {
    ($Id:ty) => {
        <$Id>::new(crate::place::at(0), &crate::place::random())
    };
}
pub(crate) use new_id;

pub(crate) struct Place {
    pub(crate) store: Store,
    pub(crate) workspace: WorkspaceId,
    pub(crate) url: String,
    folder: Option<TempDir>,
}

pub(crate) fn options(url: &str) -> Options {
    Options {
        url: url.to_owned(),
        master_key: KEY,
        max_connections: 4,
    }
}

impl Place {
    pub(crate) async fn sqlite() -> Self {
        let folder = temp_dir();
        let url = format!("sqlite:{}", folder.path().join("smartbot.db").display());
        Self::with_workspace(url, Some(folder)).await
    }

    pub(crate) async fn postgres() -> Self {
        let prepare = async |url: String| {
            let store = Store::open(options(&url), Arc::new(random())).await;
            store.unwrap().close().await;
        };
        let template = postgres().template("store", prepare).await;
        Self::with_workspace(postgres().new_database_from(&template), None).await
    }

    async fn with_workspace(url: String, folder: Option<TempDir>) -> Self {
        let store = Store::open(options(&url), Arc::new(random()))
            .await
            .unwrap();
        let workspace = new_workspace(&store, "Riverside").await;
        Self {
            store,
            workspace,
            url,
            folder,
        }
    }

    pub(crate) async fn commit(&self, changes: Vec<Change>) {
        self.store.commit(self.workspace, changes).await.unwrap();
    }

    pub(crate) async fn conflict(&self, changes: Vec<Change>) -> &'static str {
        conflict(self.store.commit(self.workspace, changes).await)
    }

    /// A second store on the same database.
    pub(crate) async fn reopened(&self) -> Store {
        Store::open(options(&self.url), Arc::new(random()))
            .await
            .unwrap()
    }

    pub(crate) fn file(&self) -> Option<PathBuf> {
        self.folder.as_ref().map(|it| it.path().join("smartbot.db"))
    }

    /// The store as another process finds it after this one was killed now: the files as they lie on the disk, or the server.
    pub(crate) async fn after_a_crash(&self) -> (Store, Option<TempDir>) {
        let Some(file) = self.file() else {
            return (self.reopened().await, None);
        };
        let folder = temp_dir();
        for name in ["smartbot.db", "smartbot.db-wal"] {
            std::fs::copy(file.with_file_name(name), folder.path().join(name)).unwrap();
        }
        let url = format!("sqlite:{}", folder.path().join("smartbot.db").display());
        (
            Store::open(options(&url), Arc::new(random()))
                .await
                .unwrap(),
            Some(folder),
        )
    }

    /// Runs SQL behind the store's back.
    pub(crate) async fn behind(&self, sql: &str) {
        behind(&self.url, sql).await;
    }

    /// A copy of the database, once its store is closed.
    pub(crate) fn copy(&self) -> (String, Option<TempDir>) {
        let Some(file) = self.file() else {
            return (postgres().new_database_from(self.database()), None);
        };
        let folder = temp_dir();
        let copy = folder.path().join("smartbot.db");
        std::fs::copy(file, &copy).unwrap();
        (format!("sqlite:{}", copy.display()), Some(folder))
    }

    /// All that lies in the database: the files, or the rows of all tables with their bytes as they are.
    pub(crate) fn contents(&self) -> Vec<u8> {
        if let Some(file) = self.file() {
            let read = |name| std::fs::read(file.with_file_name(name)).unwrap();
            return [read("smartbot.db"), read("smartbot.db-wal")].concat();
        }
        let tables = postgres().psql(
            self.database(),
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
        );
        let dump: String = tables
            .lines()
            .map(|it| postgres().psql(self.database(), &format!("SELECT * FROM {it}")) + "\n")
            .collect();
        let mut bytes = dump.clone().into_bytes();
        for blob in dump
            .split(['|', '\n'])
            .filter_map(|it| it.strip_prefix("\\x"))
        {
            bytes.extend(
                (0..blob.len() / 2)
                    .map(|it| u8::from_str_radix(&blob[it * 2..it * 2 + 2], 16).unwrap()),
            );
        }
        bytes
    }

    /// Holds up all writes to the table `flags` until the returned is dropped.
    pub(crate) async fn hold_writes(&self) -> Held {
        match self.file() {
            Some(file) => {
                let connection = sqlite(&file);
                connection.execute_batch("BEGIN IMMEDIATE").unwrap();
                Held::Sqlite(connection)
            }
            None => {
                let mut connection = sqlx::PgConnection::connect(&self.url).await.unwrap();
                sqlx::raw_sql("BEGIN; LOCK TABLE flags IN EXCLUSIVE MODE")
                    .execute(&mut connection)
                    .await
                    .unwrap();
                Held::Postgres(connection)
            }
        }
    }

    fn database(&self) -> &str {
        self.url.rsplit('/').next().unwrap()
    }
}

/// Runs SQL on a database of which nobody knows that it is changed.
pub(crate) async fn behind(url: &str, sql: &str) {
    match url.strip_prefix("sqlite:") {
        Some(file) => {
            let (file, sql) = (file.to_owned(), sql.to_owned());
            let work = move || sqlite(Path::new(&file)).execute_batch(&sql).unwrap();
            tokio::task::spawn_blocking(work).await.unwrap();
        }
        None => drop(postgres().psql(url.rsplit('/').next().unwrap(), sql)),
    }
}

pub(crate) enum Held {
    Sqlite(rusqlite::Connection),
    Postgres(sqlx::PgConnection),
}

impl Held {
    pub(crate) async fn release(self) {
        match self {
            Self::Sqlite(it) => it.close().unwrap(),
            Self::Postgres(it) => it.close().await.unwrap(),
        }
    }
}

fn sqlite(file: &Path) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(file).unwrap();
    connection.busy_timeout(Duration::from_secs(60)).unwrap();
    connection
}

pub(crate) fn conflict<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
    match result {
        Err(Error::Conflict { what }) => what,
        other => panic!("expected a conflict, got {other:?}"),
    }
}

pub(crate) async fn new_workspace(store: &Store, name: &str) -> WorkspaceId {
    let id = new_id!(WorkspaceId);
    let row = workspace(id, name);
    store
        .commit(id, vec![Change::CreateWorkspace(row)])
        .await
        .unwrap();
    id
}

pub(crate) fn workspace(id: WorkspaceId, name: &str) -> WorkspaceRow {
    let settings = serde_json::json!({"timezone": "America/Los_Angeles", "n": 1.5})
        .as_object()
        .cloned()
        .unwrap();
    WorkspaceRow {
        id,
        name: name.to_owned(),
        settings,
        event_sequence: 0,
        version: 1,
        created_at: at(0),
    }
}

#[test]
fn sqlite_is_not_one_that_loses_commits() {
    let version = rusqlite::version();
    let numbers: Vec<u32> = version.split('.').map(|it| it.parse().unwrap()).collect();
    assert!(numbers >= vec![3, 51, 3], "{version}");
}

#[tokio::test]
async fn other_addresses_are_refused_with_what_is_possible() {
    for url in [
        "",
        "mysql://x",
        "sqlite:",
        "sqlite::memory:",
        "sqlite:x?mode=ro",
        "/var/lib/smartbot.db",
    ] {
        let error = Store::open(options(url), Arc::new(random()))
            .await
            .unwrap_err();
        assert!(error.to_string().contains("sqlite:PATH"), "{url}: {error}");
    }
    let error = Store::open(options("sqlite:/nowhere/at/all.db"), Arc::new(random()))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Unavailable { .. }), "{error}");
    assert_eq!(what::ANSWER, "answer");
}
