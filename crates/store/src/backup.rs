//! Copies of an embedded database while it is used, and the way back.
//!
//! A backup is two files: the database without the keys of users, and those keys alone. A copy of a person's data is readable only as long
//! as some copy of the person's key is, so that the second file decides how long an erased person can be found in old backups. A newer file
//! of keys opens an older database, since the key of a user never changes; who has no key in it was erased since.
use crate::db::Address;
use crate::error::{Error, Result};
use crate::sqlite::{self, Connection, blocking, open_draft, open_to_read};
use crate::store::Store;
use crate::what::BOOKKEEPING;
use serde::{Deserialize, Serialize};
use smartbot_model::{Time, UserId, WorkspaceId};
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

#[expect(
    clippy::needless_pass_by_value,
    reason = "it stands where errors are mapped"
)]
fn told(error: rusqlite::Error) -> Error {
    sqlite::told(&error, BOOKKEEPING)
}

fn bad(reason: String) -> Error {
    Error::BadBackup { reason }
}

fn run(connection: &Connection, sql: &'static str) -> Result<()> {
    connection.execute_batch(sql).map_err(told)
}

fn attach(connection: &Connection, source: &Path) -> Result<()> {
    let source = source.display().to_string();
    connection
        .execute("ATTACH DATABASE $1 AS source", [source])
        .map(drop)
        .map_err(told)
}

fn count(connection: &Connection, sql: &'static str) -> Result<u64> {
    let count = connection.query_row(sql, [], |it| it.get::<_, i64>(0));
    Ok(count.map_err(told)?.unsigned_abs())
}

fn mark(connection: &Connection, at: Time) -> Result<()> {
    let mark = serde_json::to_vec(&Mark {
        taken_at: at.micros(),
    });
    let mark = mark.map_err(|it| Error::invalid(it.to_string()))?;
    connection
        .execute(MARK_IT, (MARK, mark))
        .map(drop)
        .map_err(told)
}

fn close(connection: Connection) -> Result<()> {
    connection.close().map_err(|(_, error)| told(error))
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
fn copy_keys(source: &Path, to: &Path, at: Time) -> Result<u64> {
    let keys = open_draft(to).map_err(told)?;
    attach(&keys, source)?;
    run(&keys, COPY_KEYS)?;
    mark(&keys, at)?;
    let users = count(&keys, COUNT_KEYS)?;
    close(keys)?;
    Ok(users)
}

/// Looks whether a file is one of a backup, whole, and what it says of itself.
fn look_at(path: &Path) -> Result<Meta> {
    let shown = path.display();
    if !path.exists() {
        return Err(bad(format!("there is no file {shown}")));
    }
    let no_backup = || bad(format!("{shown} is no backup that `smartbot backup` made"));
    let connection = open_to_read(path).map_err(|_| no_backup())?;
    let meta = || -> rusqlite::Result<_> {
        let mut query = connection.prepare(READ_META)?;
        let (mut taken_at, mut master_key_check) = (None, None);
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (name, value): (String, Vec<u8>) = (row.get(0)?, row.get(1)?);
            match name.as_str() {
                MARK => taken_at = serde_json::from_slice::<Mark>(&value).ok(),
                "master_key_check" => master_key_check = Some(value),
                _ => {}
            }
        }
        Ok(taken_at.zip(master_key_check))
    };
    let Ok(Some((mark, master_key_check))) = meta() else {
        return Err(no_backup());
    };
    let whole = connection.query_row(INTEGRITY, [], |it| it.get::<_, String>(0));
    let whole = whole.unwrap_or_else(|it| it.to_string());
    if whole != "ok" {
        return Err(bad(format!("{shown} is damaged: {whole}")));
    }
    close(connection)?;
    Ok(Meta {
        taken_at: mark.taken_at,
        master_key_check,
    })
}

fn back_up(url: &str, to: &Path, keys: &Path, at: Time) -> Result<Backup> {
    let source = file_of(url)?;
    let (database, key_file) = (Draft::new(to)?, Draft::new(keys)?);
    let live = open_to_read(&source).map_err(told)?;
    let copied = live.execute("VACUUM INTO $1", [database.path.display().to_string()]);
    close(live)?;
    copied.map_err(told)?;
    let users = copy_keys(&database.path, &key_file.path, at)?;
    let copy = open_draft(&database.path).map_err(told)?;
    run(&copy, WITHOUT_KEYS)?;
    mark(&copy, at)?;
    close(copy)?;
    key_file.finish()?;
    database.finish()?;
    Ok(Backup {
        taken_at: at,
        users,
    })
}

fn back_up_keys(url: &str, keys: &Path, at: Time) -> Result<Backup> {
    let source = file_of(url)?;
    let key_file = Draft::new(keys)?;
    let users = copy_keys(&source, &key_file.path, at)?;
    key_file.finish()?;
    Ok(Backup {
        taken_at: at,
        users,
    })
}

fn restore(
    from: &Path,
    keys: &Path,
    into: &Path,
    gone: &[(WorkspaceId, UserId)],
) -> Result<Restored> {
    let (meta, key_meta) = (look_at(from)?, look_at(keys)?);
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
    let failed = |it: std::io::Error| Error::unavailable(format!("{}: {it}", into.display()));
    std::fs::copy(from, &draft.path).map_err(failed)?;
    #[cfg(unix)]
    std::fs::set_permissions(
        &draft.path,
        std::os::unix::fs::PermissionsExt::from_mode(0o600),
    )
    .map_err(failed)?;
    let copy = open_draft(&draft.path).map_err(told)?;
    attach(&copy, keys)?;
    run(&copy, TAKE_KEYS)?;
    run(&copy, "DETACH DATABASE source")?;
    for (workspace, user) in gone {
        let (workspace, user) = (workspace.uuid(), user.uuid());
        let row = (&workspace.as_bytes()[..], &user.as_bytes()[..]);
        copy.execute(FORGET_KEY, row).map_err(told)?;
    }
    copy.execute(FORGET_MARK, [MARK]).map_err(told)?;
    let keyless = count(&copy, COUNT_KEYLESS)?;
    close(copy)?;
    draft.finish()?;
    Ok(Restored {
        taken_at: Time::from_micros(meta.taken_at),
        keyless,
    })
}

fn erased_users(url: &str) -> Result<Vec<(WorkspaceId, UserId)>> {
    let connection = open_to_read(&file_of(url)?).map_err(told)?;
    let mut query = connection.prepare(ERASED).map_err(told)?;
    let rows = query.query_map([], |it| Ok((it.get(0)?, it.get(1)?)));
    rows.map_err(told)?
        .map(|row| {
            let (workspace, subject): (Vec<u8>, String) = row.map_err(told)?;
            let corrupt = || Error::corrupt("events.subject", &subject);
            let workspace = uuid::Uuid::from_slice(&workspace).map_err(|_| corrupt())?;
            let user = subject.parse().map_err(|_| corrupt())?;
            Ok((WorkspaceId::from_uuid(workspace), user))
        })
        .collect()
}

impl Store {
    /// Copies the embedded database at this address while others work with it: all but the keys of users to `to`, and those to `keys`, of
    /// the same instant. Neither file is there before it is complete.
    ///
    /// # Errors
    /// [`Error::NotSupported`] for PostgreSQL and when there is no database, [`Error::BadBackup`] when a file is there already,
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn back_up(url: &str, to: &Path, keys: &Path, at: Time) -> Result<Backup> {
        let (url, to, keys) = (url.to_owned(), to.to_owned(), keys.to_owned());
        blocking(move || back_up(&url, &to, &keys, at)).await?
    }

    /// Copies the keys of users alone, which is quick: a newer file of keys opens older databases.
    ///
    /// # Errors
    /// As [`back_up`](Self::back_up).
    pub async fn back_up_keys(url: &str, keys: &Path, at: Time) -> Result<Backup> {
        let (url, keys) = (url.to_owned(), keys.to_owned());
        blocking(move || back_up_keys(&url, &keys, at)).await?
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
        let (from, keys, into) = (from.to_owned(), keys.to_owned(), into.to_owned());
        let gone = gone.to_vec();
        blocking(move || restore(&from, &keys, &into, &gone)).await?
    }

    /// The users of whom the embedded database at this address knows that they were erased, for a database that takes its place.
    ///
    /// # Errors
    /// As [`back_up`](Self::back_up), and [`Error::Corrupt`].
    pub async fn erased_users(url: &str) -> Result<Vec<(WorkspaceId, UserId)>> {
        let url = url.to_owned();
        blocking(move || erased_users(&url)).await?
    }
}
