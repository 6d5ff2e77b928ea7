use super::Global;
use crate::output;
use crate::server;
use anyhow::Result;
use clap::Args;
use serde_json::json;
use smartbot_store::Store;
use std::process::ExitCode;

/// Brings the database to this version; the server does so itself when it starts
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  smartbot migrate --check")]
pub(crate) struct Migrate {
    /// Only tells what would be done; the exit status is 1 when there is something
    #[arg(long)]
    check: bool,
}

impl Migrate {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode> {
        let config = global.config()?;
        let is_new = config.database_url.is_none() && !server::database_file(&config.data).exists();
        let pending = if is_new {
            vec!["the whole database".to_owned()]
        } else {
            Store::pending_migrations(&server::database_address(&config)).await?
        };
        if !self.check && !pending.is_empty() {
            // A running server has done it itself.
            if let Some(opened) = server::open(&config).await? {
                opened.close().await;
            }
        }
        if global.json {
            output::json(
                &json!({"pending": pending, "applied": !self.check && !pending.is_empty()}),
            );
        } else if pending.is_empty() {
            output::line("the database is up to date");
        } else {
            let word = if self.check { "pending" } else { "applied" };
            pending
                .iter()
                .for_each(|it| output::line(&format!("{word}: {it}")));
        }
        Ok(ExitCode::from(u8::from(self.check && !pending.is_empty())))
    }
}
