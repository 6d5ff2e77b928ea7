//! Load for a running server, and what is measured under it. `bench/run` starts the servers.
mod ceilings;
mod client;
mod deliveries;
mod desk;
mod idle;
mod logs;
mod process;
mod raw;
mod soak;
mod times;
mod turns;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Measures a running server.
#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    part: Part,
}

#[derive(Debug, Subcommand)]
enum Part {
    /// The four-message intake, from many clients at once
    Turns(turns::Arguments),
    /// Webhooks: how many go a second, and how long events take to arrive
    Deliveries(deliveries::Arguments),
    /// Lists and exports of chat logs, and what an export costs turns. Fill the store before: see bench/README.md
    Logs(logs::Arguments),
    /// Memory of a server that nobody uses, and of open streams
    Idle(idle::Arguments),
    /// Open streams of visitors whose chats an agent answers: memory, and how soon an answer is there
    Desk(desk::Arguments),
    /// A steady load for minutes: growth of memory, handles and log
    Soak(soak::Arguments),
    /// Answers every post with its body, to compare with
    Echo {
        /// The port to listen on
        #[arg(long)]
        port: u16,
    },
    /// What HTTP can do on this machine at best, against `echo`
    Ceilings(ceilings::Arguments),
}

fn main() -> Result<()> {
    let part = Cli::parse().part;
    // Load comes from one thread, which leaves the rest of the machine to the server; the echo is a server as ours is.
    let mut threads = match part {
        Part::Echo { .. } => tokio::runtime::Builder::new_multi_thread(),
        _ => tokio::runtime::Builder::new_current_thread(),
    };
    threads.enable_all().build()?.block_on(async {
        match &part {
            Part::Turns(arguments) => turns::measure(arguments).await,
            Part::Deliveries(arguments) => deliveries::measure(arguments).await,
            Part::Logs(arguments) => logs::measure(arguments).await,
            Part::Idle(arguments) => idle::measure(arguments).await,
            Part::Desk(arguments) => desk::measure(arguments).await,
            Part::Soak(arguments) => soak::measure(arguments).await,
            Part::Echo { port } => ceilings::echo(*port).await,
            Part::Ceilings(arguments) => ceilings::measure(arguments).await,
        }
    })
}
