use super::{Global, from_stdin};
use crate::control::Order;
use crate::output;
use anyhow::Result;
use clap::Args;
use std::process::ExitCode;

/// Makes a workspace and its owner
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  printf '%s' 'plum trumpet orbit velvet' | smartbot init --workspace Riverside --owner jo@clinic.example --password-stdin"
)]
pub(crate) struct Init {
    /// The owner's e-mail address
    #[arg(long, value_name = "EMAIL")]
    owner: String,
    /// Reads the owner's password from standard input
    #[arg(long)]
    password_stdin: bool,
    /// The time zone of the organisation, of the IANA list [default: America/New_York]
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
}

impl Init {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode> {
        let Some(name) = global.workspace.clone() else {
            return Err(output::WrongUse("name the workspace: --workspace NAME").into());
        };
        let password = if self.password_stdin {
            Some(from_stdin("password")?)
        } else {
            None
        };
        let order = Order::Init {
            name: name.clone(),
            owner: self.owner.clone(),
            password,
            time_zone: self.time_zone,
        };
        let answer = global.ask(order).await?;
        if global.json {
            output::json(&answer);
        } else {
            output::line(&format!(
                "made the workspace {name} with the owner {}",
                self.owner
            ));
            if let Some(invitation) = answer.get("invitation").filter(|it| !it.is_null()) {
                super::agent::tell_invitation(&global.config()?, invitation);
            }
            output::line("next: smartbot token create --kind bots_management --name portal");
        }
        Ok(ExitCode::SUCCESS)
    }
}
