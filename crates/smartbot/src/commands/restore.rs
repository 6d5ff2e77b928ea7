use super::{Global, backup};
use crate::config::Config;
use crate::output::{self, WrongUse};
use crate::{sealed_files, server};
use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::json;
use smartbot_app::clock::SystemClock;
use smartbot_app::files::Folder;
use smartbot_model::time::Clock;
use smartbot_model::{FileId, WorkspaceId};
use smartbot_store::Store;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// Puts a backup in the place of the embedded database
///
/// People who were erased since the backup was made are erased again: those whose key is not in the file of keys, and those whose erasure the
/// database records that is replaced. The master key must be in the data folder, or set. Stop the server first.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  smartbot restore /backups/smartbot-2026-11-26 --data restored\n  smartbot restore /backups/smartbot-2026-11-26 --keys /backups/newest.keys --replace\n  smartbot restore --finish"
)]
pub(crate) struct Restore {
    /// What `smartbot backup` has made
    #[arg(required_unless_present = "finish", conflicts_with = "finish")]
    file: Option<PathBuf>,
    /// The keys of users: of this backup, or of a later one [default: FILE.keys]
    #[arg(long, value_name = "FILE", conflicts_with = "finish")]
    keys: Option<PathBuf>,
    /// Replaces a database that is there; it is kept beside the new one
    #[arg(long, conflicts_with = "finish")]
    replace: bool,
    /// Only erases who has no key, and removes files that are newer than what was restored: after PostgreSQL's own tools have restored, or once
    /// the database that was replaced is not needed any more
    #[arg(long)]
    finish: bool,
}

/// How long what an erasure has begun may take.
const LAST_WORK_WITHIN: Duration = Duration::from_secs(5);

impl Restore {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode> {
        let config = global.config()?;
        match self.file {
            None => finish(global, &config).await,
            Some(file) => {
                let keys = self.keys.unwrap_or_else(|| backup::keys_beside(&file));
                restore(global, &config, &file, &keys, self.replace).await
            }
        }
    }
}

/// Erases who has no key, in the database as it is.
async fn finish(global: &Global, config: &Config) -> Result<ExitCode> {
    let master_key = server::existing_master_key(config)?;
    let lock = match config.database_url {
        Some(_) => None,
        None => Some(alone(&config.data).await?),
    };
    let lying = lying(config)?;
    let url = server::database_address(config);
    let (erased, removed) = erase(config, url, master_key, &lying).await?;
    drop(lock);
    if global.json {
        output::json(&json!({"erased": erased, "files_removed": removed}));
    } else {
        output::line(&format!("{erased} users erased"));
        if removed > 0 {
            output::line(&format!(
                "files removed of which there is no row: {removed}"
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// All files that people have sent and that still lie there.
fn lying(config: &Config) -> Result<Vec<(WorkspaceId, FileId)>> {
    let listed = Folder::new(config.files.clone()).list();
    listed.with_context(|| format!("{} cannot be read", config.files.display()))
}

/// Erases who has no key, and removes those of these files of which there is no row; returns how many of both.
async fn erase(
    config: &Config,
    url: String,
    master_key: smartbot_store::MasterKey,
    lying: &[(WorkspaceId, FileId)],
) -> Result<(u64, u64)> {
    let app = server::open_database(config, url, master_key).await?;
    let done = async {
        let erased = app.erase_keyless_users().await?;
        Ok::<_, smartbot_app::Error>((erased, app.remove_unknown_files(lying).await?))
    };
    let done = done.await;
    app.tasks.stop(LAST_WORK_WITHIN).await;
    app.store.close().await;
    Ok(done?)
}

/// The data folder for this process alone.
async fn alone(data: &Path) -> Result<File> {
    match server::lock(data).await? {
        Some(lock) => Ok(lock),
        None => bail!(
            "a server runs on {}. Stop it first, or choose another folder with --data.",
            data.display()
        ),
    }
}

async fn restore(
    global: &Global,
    config: &Config,
    file: &Path,
    keys: &Path,
    replace: bool,
) -> Result<ExitCode> {
    if config.database_url.is_some() {
        return Err(WrongUse(
            "PostgreSQL is restored with its own tools, pg_restore first of all; then `smartbot restore --finish` erases who was erased since. The guide to operation (docs/guides/operation.md) says how.",
        )
        .into());
    }
    let lock = alone(&config.data).await?;
    let database = server::database_file(&config.data);
    let is_there = database.exists();
    if is_there && !replace {
        bail!(
            "there is a database in {} already. Restore into another folder with --data, or replace it with --replace.",
            config.data.display()
        );
    }
    let master_key = server::existing_master_key(config)?;
    let gone = if is_there {
        Store::erased_users(&server::address_of(&database)).await.context(
            "the database that is to be replaced cannot be read, and who was erased is to be known from it. Move it away if you do without that",
        )?
    } else {
        Vec::new()
    };
    // Everything is done to a file beside; only a database that is ready takes the place.
    let staged = config.data.join("restored.db");
    remove(&staged)?;
    let restored = Store::restore(file, keys, &staged, &gone).await?;
    // What is newer than the backup belongs to the database that is kept aside, as long as that may be needed.
    let erased = erase(config, server::address_of(&staged), master_key, &[]).await;
    if erased.is_err() {
        remove(&staged)?;
    }
    let (erased, _) = erased?;
    sealed_files::copy(&sealed_files::beside(file), &config.files)?;
    let kept = is_there.then(|| kept_aside(&database)).transpose()?;
    put_in_place(&staged, &database)?;
    drop(lock);
    if global.json {
        output::json(&json!({"taken_at": restored.taken_at, "erased": erased, "replaced": kept}));
    } else {
        output::line(&format!(
            "restored the database of {}; {erased} users erased again",
            restored.taken_at
        ));
        if let Some(kept) = kept {
            output::line(&format!(
                "the database that was there is {} now; remove it once you are sure, and run `smartbot restore --finish`, which removes files that only it knew",
                kept.display()
            ));
        }
        output::aside("`smartbot check` looks whether everything is there");
    }
    Ok(ExitCode::SUCCESS)
}

/// The companions of a database's file.
const COMPANIONS: [&str; 2] = ["-wal", "-shm"];

fn companion(file: &Path, of: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(of);
    PathBuf::from(name)
}

/// Removes a database that is not ready.
fn remove(file: &Path) -> Result<()> {
    for file in COMPANIONS
        .iter()
        .map(|it| companion(file, it))
        .chain([file.to_owned()])
    {
        if let Err(error) = std::fs::remove_file(&file)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            return Err(error).with_context(|| format!("{} cannot be removed", file.display()));
        }
    }
    Ok(())
}

/// Gives a database a second name.
fn kept_aside(file: &Path) -> Result<PathBuf> {
    let stamp: String = SystemClock
        .now()
        .to_string()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let kept = file.with_added_extension(format!("replaced-{stamp}"));
    for of in ["", "-wal"] {
        let (from, to) = (companion(file, of), companion(&kept, of));
        if let Err(error) = std::fs::hard_link(&from, &to)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            return Err(error).with_context(|| format!("{} cannot be made", to.display()));
        }
    }
    Ok(kept)
}

/// Puts a database in the place of another. At no moment is there none.
fn put_in_place(staged: &Path, database: &Path) -> Result<()> {
    // The log of the other must never be taken for this one's.
    for of in COMPANIONS {
        let file = companion(database, of);
        if let Err(error) = std::fs::remove_file(&file)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            return Err(error).with_context(|| format!("{} cannot be removed", file.display()));
        }
    }
    let folder = database.parent().unwrap_or(Path::new("."));
    std::fs::rename(staged, database)
        .and_then(|()| File::open(folder)?.sync_all())
        .with_context(|| format!("{} cannot be put in its place", database.display()))
}
