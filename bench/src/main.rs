//! Load for a running server, and what is measured under it.
mod client;
mod deliveries;
mod logs;
mod turns;

use anyhow::{Result, bail};
use clap::{Parser, Subcommand};

/// Measures a running server: turns, unless another part is named.
#[derive(Debug, Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    part: Option<Part>,
    #[command(flatten)]
    turns: Option<turns::Arguments>,
}

#[derive(Debug, Subcommand)]
enum Part {
    /// Lists and exports of chat logs, and what an export costs turns. Fill the store before: see bench/README.md
    Logs(logs::Arguments),
    /// Webhooks: how long events take to arrive, beside receivers that hang or not
    Deliveries(deliveries::Arguments),
}

#[tokio::main]
async fn main() -> Result<()> {
    let cli = Cli::parse();
    match (cli.part, cli.turns) {
        (Some(Part::Logs(arguments)), _) => logs::measure(&arguments).await,
        (Some(Part::Deliveries(arguments)), _) => deliveries::measure(&arguments).await,
        (None, Some(arguments)) => turns::measure(&arguments).await,
        (None, None) => bail!("give --token, or a part: see --help"),
    }
}
