//! One file per command; the list is the enum below.
mod agent;
mod backup;
mod bot;
mod chat;
mod check;
mod completions;
mod config;
mod demo;
mod init;
mod migrate;
mod openapi;
mod restore;
mod secret;
mod serve;
mod token;
mod user;
mod webhook;

use crate::config::Config;
use crate::control::{self, Order, Request};
use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::Value;
use std::path::PathBuf;
use std::process::ExitCode;

/// What every command takes.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Global {
    /// The data folder [default: smartbot-data]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// The configuration file [default: smartbot.toml, when there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The workspace; the only one unless given
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) workspace: Option<String>,
    /// Prints JSON for programs
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

impl Global {
    fn config(&self) -> Result<Config> {
        Config::load(self, None, &[])
    }

    /// Has an order carried out in the chosen workspace.
    async fn ask(&self, order: Order) -> Result<Value> {
        control::ask(
            &self.config()?,
            Request {
                workspace: self.workspace.clone(),
                order,
            },
        )
        .await
    }
}

/// All commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Serve(serve::Serve),
    Demo(demo::Demo),
    Init(init::Init),
    #[command(subcommand)]
    Agent(agent::Agent),
    #[command(subcommand)]
    Token(token::Token),
    #[command(subcommand)]
    Bot(bot::Bot),
    Chat(chat::Chat),
    #[command(subcommand)]
    Webhook(webhook::Webhook),
    #[command(subcommand)]
    Secret(secret::Secret),
    #[command(subcommand)]
    User(user::User),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Check(check::Check),
    Migrate(migrate::Migrate),
    Openapi(openapi::Openapi),
    Completions(completions::Completions),
    Config(config::Show),
}

/// Runs a command.
pub(crate) async fn run(command: Command, global: &Global) -> Result<ExitCode> {
    match command {
        Command::Serve(it) => it.run(global).await,
        Command::Demo(it) => it.run(global).await,
        Command::Init(it) => it.run(global).await,
        Command::Agent(it) => it.run(global).await,
        Command::Token(it) => it.run(global).await,
        Command::Bot(it) => it.run(global).await,
        Command::Chat(it) => it.run(global).await,
        Command::Webhook(it) => it.run(global).await,
        Command::Secret(it) => it.run(global).await,
        Command::User(it) => it.run(global).await,
        Command::Backup(it) => it.run(global).await,
        Command::Restore(it) => it.run(global).await,
        Command::Check(it) => it.run(global).await,
        Command::Migrate(it) => it.run(global).await,
        Command::Openapi(it) => it.run(global),
        Command::Completions(it) => it.run(global),
        Command::Config(it) => it.run(global),
    }
}

/// Reads a secret or password from standard input, without the line break at its end.
fn from_stdin(what: &str) -> Result<String> {
    let mut text = String::new();
    std::io::stdin().read_line(&mut text)?;
    let text = text.trim_end_matches(['\r', '\n']).to_owned();
    anyhow::ensure!(
        !text.is_empty(),
        "standard input had no {what}; pipe it in: printf '%s' … | smartbot …"
    );
    Ok(text)
}

/// A text of a JSON object, or nothing.
fn text(value: &Value, key: &str) -> String {
    match value.get(key) {
        None | Some(Value::Null) => "-".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
