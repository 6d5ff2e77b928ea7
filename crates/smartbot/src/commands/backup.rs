use super::Global;
use crate::{output, sealed_files, server};
use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::json;
use smartbot_app::clock::SystemClock;
use smartbot_model::time::Clock;
use smartbot_store::Store;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Copies the embedded database, also while the server runs
///
/// FILE comes of it without the keys of users, FILE.keys with them, and the folder FILE.files with the files that people have sent, sealed. Keep FILE.keys for a short time only: when its last copy
/// is gone, so is what old backups say of people who were erased. The newest FILE.keys opens all older FILEs. The master key is in none of them.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  smartbot backup /backups/smartbot-2026-11-26\n  smartbot backup --only-keys /backups/smartbot.keys"
)]
pub(crate) struct Backup {
    /// The new file
    #[arg(required_unless_present = "only_keys", conflicts_with = "only_keys")]
    file: Option<PathBuf>,
    /// Where the keys of users go [default: FILE.keys]
    #[arg(long, value_name = "FILE", conflicts_with = "only_keys")]
    keys: Option<PathBuf>,
    /// Copies the keys of users alone, to this new file
    #[arg(long, value_name = "FILE")]
    only_keys: Option<PathBuf>,
}

/// Where the keys of a backup are, unless something else was said.
pub(super) fn keys_beside(file: &Path) -> PathBuf {
    file.with_added_extension("keys")
}

impl Backup {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode> {
        let config = global.config()?;
        if config.database_url.is_some() {
            bail!(
                "PostgreSQL is backed up with its own tools: pg_dump makes a copy while the server runs. The guide to operation (docs/guides/operation.md) says how, and what to do about people who are erased."
            );
        }
        let (url, now) = (server::database_address(&config), SystemClock.now());
        let (made, mut files, sent) = match (self.file, self.only_keys) {
            (Some(file), _) => {
                let keys = self.keys.unwrap_or_else(|| keys_beside(&file));
                let made = Store::back_up(&url, &file, &keys, now).await;
                let sent = sealed_files::beside(&file);
                (made, vec![file, keys], Some(sent))
            }
            (None, Some(keys)) => {
                let made = Store::back_up_keys(&url, &keys, now).await;
                (made, vec![keys], None)
            }
            (None, None) => bail!("name the new file"),
        };
        let made = made.context("no backup was made")?;
        // After the database: what it names is there then.
        if let Some(sent) = sent
            && sealed_files::copy(&config.files, &sent)? > 0
        {
            files.push(sent);
        }
        if global.json {
            output::json(&json!({"files": files, "taken_at": made.taken_at, "users": made.users}));
        } else {
            let files: Vec<_> = files.iter().map(|it| it.display().to_string()).collect();
            output::line(&format!(
                "{} of {}, {} users",
                files.join(" and "),
                made.taken_at,
                made.users
            ));
        }
        Ok(ExitCode::SUCCESS)
    }
}
