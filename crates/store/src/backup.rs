//! Copies of an embedded database while it is used, and the way back.
//!
//! A backup is two files: the database without the keys of users, and those keys alone. A copy of a person's data is readable only as long
//! as some copy of the person's key is, so that the second file decides how long an erased person can be found in old backups. A newer file
//! of keys opens an older database, since the key of a user never changes; who has no key in it was erased since.
use crate::db::{Address, database_error, sqlite_options, sqlite_reader};
use crate::error::{Error, Result};
use crate::store::Store;
use crate::what;
use serde::{Deserialize, Serialize};
use smartbot_model::{Time, UserId, WorkspaceId};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, Row as _};
use std::fs::File;
use std::path::{Path, PathBuf};

/// What a backup is known by, in `store_meta`.
const MARK: &str = "backup";

const COPY_KEYS: &str =
    "CREATE TABLE store_meta (name TEXT NOT NULL PRIMARY KEY, value BYTEA NOT NULL);
    CREATE TABLE user_keys (workspace_id BYTEA NOT NULL, user_id BYTEA NOT NULL, key_id BIGINT NOT NULL, wrapped BYTEA NOT NULL,
        PRIMARY KEY (workspace_id, user_id)) WITHOUT ROWID;
    BEGIN;
    INSERT INTO main.store_meta SELECT name, value FROM source.store_meta WHERE name = 'master_key_check';
    INSERT INTO main.user_keys SELECT workspace_id, user_id, key_id, wrapped FROM source.user_keys;
    COMMIT";
const MARK_IT: &str = "INSERT INTO store_meta (name, value) VALUES ($1, $2)";
const WITHOUT_KEYS: &str = "DELETE FROM user_keys";
const COUNT_KEYS: &str = "SELECT count(*) FROM user_keys";
const READ_META: &str = "SELECT name, value FROM store_meta";
const INTEGRITY: &str = "PRAGMA integrity_check(1)";
/// Keys of users whom the older database does not know are of no use to it.
const TAKE_KEYS: &str = "INSERT INTO main.user_keys SELECT k.workspace_id, k.user_id, k.key_id, k.wrapped FROM source.user_keys AS k
    WHERE EXISTS (SELECT 1 FROM main.users AS u WHERE u.workspace_id = k.workspace_id AND u.user_id = k.user_id)";
const FORGET_KEY: &str = "DELETE FROM user_keys WHERE workspace_id = $1 AND user_id = $2";
const FORGET_MARK: &str = "DELETE FROM store_meta WHERE name = $1";
const COUNT_KEYLESS: &str = "SELECT count(*) FROM users AS u WHERE NOT EXISTS
    (SELECT 1 FROM user_keys AS k WHERE k.workspace_id = u.workspace_id AND k.user_id = u.user_id)";
const ERASED: &str = "SELECT workspace_id, subject FROM events WHERE event_type = 'user.deleted'";

/// What was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backup {
    /// Of which instant the copy is.
    pub taken_at: Time,
    /// How many users have a key in it.
    pub users: u64,
}

/// What was made of a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restored {
    /// Of which instant the database is.
    pub taken_at: Time,
    /// How many users have no key and are to be erased.
    pub keyless: u64,
}

#[derive(Serialize, Deserialize)]
struct Mark {
    taken_at: i64,
}

/// What stands in `store_meta` of a backup.
#[derive(PartialEq, Eq)]
struct Meta {
    taken_at: i64,
    /// Made once for each database: by it files know that they belong together.
    master_key_check: Vec<u8>,
}

fn told(error: sqlx::Error) -> Error {
    database_error(&error, what::BOOKKEEPING)
}

fn bad(reason: String) -> Error {
    Error::BadBackup { reason }
}

/// For a file that nobody else has and that is thrown away when something fails.
fn private_options(path: &Path) -> SqliteConnectOptions {
    sqlite_options(path)
        .journal_mode(SqliteJournalMode::Off)
        .synchronous(SqliteSynchronous::Off)
}

async fn run(connection: &mut SqliteConnection, sql: &'static str) -> Result<()> {
    sqlx::raw_sql(sql)
        .execute(connection)
        .await
        .map(drop)
        .map_err(told)
}

async fn attach(connection: &mut SqliteConnection, source: &Path) -> Result<()> {
    sqlx::query("ATTACH DATABASE $1 AS source")
        .bind(source.display().to_string())
        .execute(connection)
        .await
        .map(drop)
        .map_err(told)
}

async fn count(connection: &mut SqliteConnection, sql: &'static str) -> Result<u64> {
    let count: i64 = sqlx::query_scalar(sql)
        .fetch_one(connection)
        .await
        .map_err(told)?;
    Ok(count.unsigned_abs())
}

async fn mark(connection: &mut SqliteConnection, at: Time) -> Result<()> {
    let mark = serde_json::to_vec(&Mark {
        taken_at: at.micros(),
    });
    let mark = mark.map_err(|it| Error::invalid(it.to_string()))?;
    sqlx::query(MARK_IT)
        .bind(MARK)
        .bind(mark)
        .execute(connection)
        .await
        .map(drop)
        .map_err(told)
}

/// A new file beside its final name, for this user only; goes away unless it gets that name.
struct Draft {
    path: PathBuf,
    to: PathBuf,
}

impl Draft {
    fn new(to: &Path) -> Result<Self> {
        let failed = |it: std::io::Error| Error::unavailable(format!("{}: {it}", to.display()));
        if to.try_exists().map_err(failed)? {
            return Err(bad(format!("{} exists already", to.display())));
        }
        let path = to.with_added_extension(format!("{}.part", std::process::id()));
        let mut options = File::options();
        options.create_new(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&path).map(drop).map_err(failed)?;
        Ok(Self {
            path,
            to: to.to_owned(),
        })
    }

    /// Gives it its name, once it is on the disk.
    fn finish(self) -> Result<()> {
        let failed =
            |it: std::io::Error| Error::unavailable(format!("{}: {it}", self.to.display()));
        File::open(&self.path)
            .and_then(|it| it.sync_all())
            .map_err(failed)?;
        // A link fails when another made the file meanwhile; a rename would replace it.
        std::fs::hard_link(&self.path, &self.to).map_err(failed)?;
        sync_folder_of(&self.to).map_err(failed)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // What is left in the way of an error is nothing that anybody could mend here.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// The name of a file is on the disk once its folder is.
fn sync_folder_of(path: &Path) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|it| !it.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// The file of an embedded database.
fn file_of(url: &str) -> Result<PathBuf> {
    match Address::parse(url)? {
        Address::Sqlite(path) if path.exists() => Ok(path),
        Address::Sqlite(path) => Err(Error::NotSupported {
            reason: format!("there is no database at {}", path.display()),
        }),
        Address::Postgres(_) => Err(Error::NotSupported {
            reason: "a database of PostgreSQL is backed up with PostgreSQL's own tools".to_owned(),
        }),
    }
}

/// Copies the keys of users into a file of their own.
async fn copy_keys(source: &Path, to: &Path, at: Time) -> Result<u64> {
    let mut keys = private_options(to).connect().await.map_err(told)?;
    attach(&mut keys, source).await?;
    run(&mut keys, COPY_KEYS).await?;
    mark(&mut keys, at).await?;
    let users = count(&mut keys, COUNT_KEYS).await?;
    keys.close().await.map_err(told)?;
    Ok(users)
}

/// Opens a file of a backup and looks whether it is one.
async fn open(path: &Path) -> Result<(SqliteConnection, Meta)> {
    let shown = path.display();
    if !path.exists() {
        return Err(bad(format!("there is no file {shown}")));
    }
    let no_backup = |_| bad(format!("{shown} is no backup that `smartbot backup` made"));
    let mut connection = sqlite_reader(path).connect().await.map_err(no_backup)?;
    let rows = sqlx::query(READ_META).fetch_all(&mut connection).await;
    let (mut taken_at, mut master_key_check) = (None, None);
    for row in rows.map_err(no_backup)? {
        let (name, value): (String, Vec<u8>) = (
            row.try_get(0).map_err(no_backup)?,
            row.try_get(1).map_err(no_backup)?,
        );
        match name.as_str() {
            MARK => {
                taken_at = serde_json::from_slice::<Mark>(&value)
                    .ok()
                    .map(|it| it.taken_at);
            }
            "master_key_check" => master_key_check = Some(value),
            _ => {}
        }
    }
    let (Some(taken_at), Some(master_key_check)) = (taken_at, master_key_check) else {
        return Err(no_backup(sqlx::Error::RowNotFound));
    };
    let whole: String = sqlx::query_scalar(INTEGRITY)
        .fetch_one(&mut connection)
        .await
        .unwrap_or_else(|it| it.to_string());
    if whole != "ok" {
        return Err(bad(format!("{shown} is damaged: {whole}")));
    }
    let meta = Meta {
        taken_at,
        master_key_check,
    };
    Ok((connection, meta))
}

impl Store {
    /// Copies the embedded database at this address while others work with it: all but the keys of users to `to`, and those to `keys`, of
    /// the same instant. Neither file is there before it is complete.
    ///
    /// # Errors
    /// [`Error::NotSupported`] for PostgreSQL and when there is no database, [`Error::BadBackup`] when a file is there already,
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn back_up(url: &str, to: &Path, keys: &Path, at: Time) -> Result<Backup> {
        let source = file_of(url)?;
        let (database, key_file) = (Draft::new(to)?, Draft::new(keys)?);
        let mut live = sqlite_reader(&source).connect().await.map_err(told)?;
        let copied = sqlx::query("VACUUM INTO $1")
            .bind(database.path.display().to_string())
            .execute(&mut live)
            .await;
        live.close().await.map_err(told)?;
        copied.map_err(told)?;
        let users = copy_keys(&database.path, &key_file.path, at).await?;
        let mut copy = private_options(&database.path)
            .connect()
            .await
            .map_err(told)?;
        run(&mut copy, WITHOUT_KEYS).await?;
        mark(&mut copy, at).await?;
        copy.close().await.map_err(told)?;
        key_file.finish()?;
        database.finish()?;
        Ok(Backup {
            taken_at: at,
            users,
        })
    }

    /// Copies the keys of users alone, which is quick: a newer file of keys opens older databases.
    ///
    /// # Errors
    /// As [`back_up`](Self::back_up).
    pub async fn back_up_keys(url: &str, keys: &Path, at: Time) -> Result<Backup> {
        let source = file_of(url)?;
        let key_file = Draft::new(keys)?;
        let users = copy_keys(&source, &key_file.path, at).await?;
        key_file.finish()?;
        Ok(Backup {
            taken_at: at,
            users,
        })
    }

    /// Makes an embedded database at `into` of a backup, with the keys of the same backup or a later one. Users whose key is not among
    /// them, or who are in `gone`, have none then: they are to be erased before anybody works with it.
    ///
    /// # Errors
    /// [`Error::BadBackup`] when the files are not what they should be, damaged, or do not belong together; [`Error::Unavailable`].
    pub async fn restore(
        from: &Path,
        keys: &Path,
        into: &Path,
        gone: &[(WorkspaceId, UserId)],
    ) -> Result<Restored> {
        let (database, meta) = open(from).await?;
        let (key_file, key_meta) = open(keys).await?;
        database.close().await.map_err(told)?;
        key_file.close().await.map_err(told)?;
        let shown = keys.display();
        if meta.master_key_check != key_meta.master_key_check {
            return Err(bad(format!("{shown} has the keys of another database")));
        }
        if key_meta.taken_at < meta.taken_at {
            return Err(bad(format!(
                "{shown} is older than the database: users who came between would be taken for erased"
            )));
        }
        let draft = Draft::new(into)?;
        std::fs::copy(from, &draft.path)
            .map_err(|it| Error::unavailable(format!("{}: {it}", into.display())))?;
        #[cfg(unix)]
        std::fs::set_permissions(
            &draft.path,
            std::os::unix::fs::PermissionsExt::from_mode(0o600),
        )
        .map_err(|it| Error::unavailable(format!("{}: {it}", into.display())))?;
        let mut copy = private_options(&draft.path).connect().await.map_err(told)?;
        attach(&mut copy, keys).await?;
        run(&mut copy, TAKE_KEYS).await?;
        run(&mut copy, "DETACH DATABASE source").await?;
        for (workspace, user) in gone {
            sqlx::query(FORGET_KEY)
                .bind(workspace.uuid().as_bytes().to_vec())
                .bind(user.uuid().as_bytes().to_vec())
                .execute(&mut copy)
                .await
                .map_err(told)?;
        }
        sqlx::query(FORGET_MARK)
            .bind(MARK)
            .execute(&mut copy)
            .await
            .map_err(told)?;
        let keyless = count(&mut copy, COUNT_KEYLESS).await?;
        copy.close().await.map_err(told)?;
        draft.finish()?;
        Ok(Restored {
            taken_at: Time::from_micros(meta.taken_at),
            keyless,
        })
    }

    /// The users of whom the embedded database at this address knows that they were erased, for a database that takes its place.
    ///
    /// # Errors
    /// As [`back_up`](Self::back_up), and [`Error::Corrupt`].
    pub async fn erased_users(url: &str) -> Result<Vec<(WorkspaceId, UserId)>> {
        let mut connection = sqlite_reader(&file_of(url)?)
            .connect()
            .await
            .map_err(told)?;
        let rows = sqlx::query(ERASED).fetch_all(&mut connection).await;
        let rows = rows.map_err(told)?;
        connection.close().await.map_err(told)?;
        rows.iter()
            .map(|row| {
                let (workspace, subject): (Vec<u8>, String) =
                    (row.try_get(0).map_err(told)?, row.try_get(1).map_err(told)?);
                let corrupt = || Error::corrupt("events.subject", &subject);
                let workspace = uuid::Uuid::from_slice(&workspace).map_err(|_| corrupt())?;
                let user = subject.parse().map_err(|_| corrupt())?;
                Ok((WorkspaceId::from_uuid(workspace), user))
            })
            .collect()
    }
}
