use super::Global;
use anyhow::Result;
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use std::io::Write;
use std::process::ExitCode;

/// Prints what a shell needs to complete commands and options
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  smartbot completions bash > ~/.local/share/bash-completion/completions/smartbot"
)]
pub(crate) struct Completions {
    /// For which shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self, _: &Global) -> Result<ExitCode> {
        // Into memory first: the generator panics where nobody reads.
        let mut script = Vec::new();
        clap_complete::generate(
            self.shell,
            &mut crate::Arguments::command(),
            "smartbot",
            &mut script,
        );
        std::io::stdout().lock().write_all(&script)?;
        Ok(ExitCode::SUCCESS)
    }
}
