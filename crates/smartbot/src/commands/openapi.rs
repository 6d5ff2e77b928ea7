use super::Global;
use anyhow::Result;
use clap::Args;
use std::io::Write;
use std::process::ExitCode;

/// Prints the OpenAPI 3.1 document of both APIs
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  smartbot openapi > openapi.json")]
pub(crate) struct Openapi {}

impl Openapi {
    pub(super) fn run(self, _: &Global) -> Result<ExitCode> {
        std::io::stdout()
            .lock()
            .write_all(smartbot_api::openapi::document().as_bytes())?;
        Ok(ExitCode::SUCCESS)
    }
}
