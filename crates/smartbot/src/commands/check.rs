use super::Global;
use crate::{output, server};
use anyhow::{Context, Result};
use clap::Args;
use serde_json::{Value, json};
use smartbot_app::files::{Folder, Storage};
use smartbot_store::{Finding, Store};
use std::collections::BTreeMap;
use std::process::ExitCode;

/// Holds the database to what must always be true of it, also while the server runs
///
/// Looks at the file itself, at rows that name other rows, at numbers that have no gaps (messages of a session, events about a user), and
/// opens every sealed value and every file that was sent; what lies among these files without a row is told, too. The exit status is 1 when something is not as it must be. Changes nothing.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  smartbot check\n  smartbot check --json --data restored")]
pub(crate) struct Check {}

/// How many findings of one kind are printed for people.
const SHOWN: u64 = 20;

impl Check {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode> {
        let config = global.config()?;
        let master_key = server::existing_master_key(&config)?;
        let mut told: BTreeMap<(&str, String), u64> = BTreeMap::new();
        let mut tell = |it: Finding| {
            if global.json {
                output::json(&json!(it));
                return;
            }
            let count = told.entry((it.check, it.table.clone())).or_default();
            *count += 1;
            if *count <= SHOWN {
                let row = if it.row.is_empty() {
                    String::new()
                } else {
                    format!(" {}", it.row)
                };
                output::line(&format!("{}: {}{row}: {}", it.check, it.table, it.message));
            }
        };
        let folder = Folder::new(config.files.clone());
        let content = |workspace, id| folder.get(workspace, id);
        // Before the database is looked at: what comes meanwhile has its row in time.
        let lying = folder
            .list()
            .with_context(|| format!("{} cannot be read", config.files.display()))?;
        let url = server::database_address(&config);
        let checked = Store::check_with_files(&url, &master_key, &content, &lying, &mut tell)
            .await
            .context("the database cannot be checked")?;
        for ((check, table), count) in told {
            if count > SHOWN {
                output::line(&format!("{check}: {table}: and {} more", count - SHOWN));
            }
        }
        if global.json {
            output::json(&serde_json::to_value(checked).unwrap_or(Value::Null));
        } else {
            let found = match checked.findings {
                0 => "nothing is wrong".to_owned(),
                1 => "1 thing is wrong".to_owned(),
                count => format!("{count} things are wrong"),
            };
            output::line(&format!(
                "{} sealed values in {} rows opened: {found}",
                checked.sealed_values, checked.rows
            ));
        }
        Ok(ExitCode::from(u8::from(checked.findings > 0)))
    }
}
