use super::{Global, from_stdin, text};
use crate::control::{Order, rows};
use crate::output;
use anyhow::Result;
use clap::Subcommand;
use std::process::ExitCode;

/// Secrets that External API boxes name in headers as {{secret:NAME}}
#[derive(Debug, Subcommand)]
pub(crate) enum Secret {
    /// Keeps the secret that stands on standard input
    #[command(
        after_help = "Example:\n  printf '%s' 'Bearer abc' | smartbot secret set portal-token"
    )]
    Set {
        /// The name that boxes use
        name: String,
    },
    /// Forgets a secret
    #[command(after_help = "Example:\n  smartbot secret remove portal-token")]
    Remove {
        /// The name that boxes use
        name: String,
    },
    /// Lists the names of all secrets
    #[command(after_help = "Example:\n  smartbot secret list")]
    List,
}

impl Secret {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode> {
        let (order, done) = match self {
            Self::Set { name } => {
                let done = format!("kept {name}");
                (
                    Order::SetSecret {
                        name,
                        value: from_stdin("secret")?,
                    },
                    done,
                )
            }
            Self::Remove { name } => {
                let done = format!("removed {name}");
                (Order::RemoveSecret { name }, done)
            }
            Self::List => {
                for row in rows(global.ask(Order::ListSecrets).await?)? {
                    if global.json {
                        output::json(&row);
                    } else {
                        output::line(&text(&row, "name"));
                    }
                }
                return Ok(ExitCode::SUCCESS);
            }
        };
        let answer = global.ask(order).await?;
        if global.json {
            output::json(&answer);
        } else {
            output::line(&done);
        }
        Ok(ExitCode::SUCCESS)
    }
}
