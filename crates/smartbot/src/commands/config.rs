use super::Global;
use crate::config::SETTINGS;
use crate::output;
use anyhow::Result;
use clap::Args;
use serde_json::json;
use std::process::ExitCode;

/// Prints the settings in force and where each comes from
#[derive(Debug, Args)]
#[command(
    name = "config",
    after_help = "Flags win over the environment (SMARTBOT_…), that over smartbot.toml, that over defaults.\n\nExample:\n  SMARTBOT_LISTEN=0.0.0.0:8360 smartbot config"
)]
pub(crate) struct Show {}

impl Show {
    pub(super) fn run(self, global: &Global) -> Result<ExitCode> {
        let config = global.config()?;
        let help = |name: &str| {
            SETTINGS
                .iter()
                .find(|it| it.name == name)
                .map_or("", |it| it.help)
        };
        if global.json {
            for (name, value, origin) in &config.shown {
                output::json(
                    &json!({"name": name, "value": value, "origin": origin.to_string(), "help": help(name)}),
                );
            }
        } else {
            let rows = config.shown.iter().map(|(name, value, origin)| {
                let value = if value.is_empty() {
                    "-".to_owned()
                } else {
                    value.clone()
                };
                vec![
                    (*name).to_owned(),
                    value,
                    origin.to_string(),
                    help(name).to_owned(),
                ]
            });
            output::table(
                &["SETTING", "VALUE", "FROM", "WHAT IT IS"],
                &rows.collect::<Vec<_>>(),
            );
        }
        Ok(ExitCode::SUCCESS)
    }
}
