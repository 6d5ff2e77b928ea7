//! The one binary: server and command line.
mod commands;
mod config;
mod control;
mod demo;
mod logs;
mod orders;
mod output;
mod sealed_files;
mod server;

use clap::Parser;
use commands::{Command, Global};
use std::process::ExitCode;

/// Requests allocate on one thread what another frees; the system's allocator is slow at that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// SmartBot: chatbots for clinics and other careful organisations.
#[derive(Debug, Parser)]
#[command(
    name = "smartbot",
    version,
    propagate_version = true,
    disable_help_subcommand = true
)]
struct Arguments {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    smartbot_egress::set_up_crypto();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: no threads can be started: {error}");
            return ExitCode::from(1);
        }
    };
    let json = arguments.global.json;
    let done = runtime.block_on(commands::run(arguments.command, &arguments.global));
    // What still runs is not waited for: it may hang on a disk that has failed.
    runtime.shutdown_background();
    match done {
        Ok(code) => code,
        Err(error) => output::failure(&error, json),
    }
}
