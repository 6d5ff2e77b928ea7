use super::{Global, from_stdin, text};
use crate::config::Config;
use crate::control::{Order, rows};
use crate::output;
use anyhow::Result;
use clap::{Subcommand, ValueEnum};
use serde_json::Value;
use smartbot_model::agent::Role;
use std::process::ExitCode;

/// Agents: the members of the workspace
#[derive(Debug, Subcommand)]
pub(crate) enum Agent {
    /// Adds an agent: prints an invitation to choose a password, unless one is given
    #[command(
        after_help = "Example:\n  smartbot agent add bea@clinic.example --role agent --name 'Bea Ruiz' --limit-to-flag billing"
    )]
    Add {
        /// The address that signs in
        email: String,
        /// What the agent may do
        #[arg(long)]
        role: Roles,
        /// The name that users see [default: the address up to its @]
        #[arg(long)]
        name: Option<String>,
        /// A flag of the users that the agent sees; may be given several times [default: all users]
        #[arg(long = "limit-to-flag", value_name = "FLAG")]
        limited_to_flags: Vec<String>,
        /// Reads the agent's password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// Lists all agents
    #[command(after_help = "Example:\n  smartbot agent list --json")]
    List,
    /// Removes an agent and ends its browser sessions
    #[command(after_help = "Example:\n  smartbot agent remove bea@clinic.example")]
    Remove {
        /// The agent's address or id
        agent: String,
    },
}

/// The roles, as they are written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Roles {
    Owner,
    Admin,
    Builder,
    Agent,
    Viewer,
}

impl From<Roles> for Role {
    fn from(role: Roles) -> Self {
        match role {
            Roles::Owner => Self::Owner,
            Roles::Admin => Self::Admin,
            Roles::Builder => Self::Builder,
            Roles::Agent => Self::Agent,
            Roles::Viewer => Self::Viewer,
        }
    }
}

/// Shows an invitation, whose link is for the agent alone.
pub(super) fn tell_invitation(config: &Config, invitation: &Value) {
    output::line(&format!("{}{}", config.url(), text(invitation, "link")));
    eprintln!(
        "Hand this invitation on: it works once, until {}, and is not shown again.",
        text(invitation, "expires_at")
    );
}

impl Agent {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode> {
        match self {
            Self::Add {
                email,
                role,
                name,
                limited_to_flags,
                password_stdin,
            } => {
                let password = if password_stdin {
                    Some(from_stdin("password")?)
                } else {
                    None
                };
                let order = Order::AddAgent {
                    email,
                    name,
                    role: role.into(),
                    limited_to_flags,
                    password,
                };
                let added = global.ask(order).await?;
                if global.json {
                    output::json(&added);
                } else if added["invitation"].is_null() {
                    output::line(&format!("added {}", text(&added, "email")));
                } else {
                    tell_invitation(&global.config()?, &added["invitation"]);
                }
            }
            Self::List => list(rows(global.ask(Order::ListAgents).await?)?, global.json),
            Self::Remove { agent } => {
                let done = format!("removed {agent}");
                let answer = global.ask(Order::RemoveAgent { agent }).await?;
                if global.json {
                    output::json(&answer);
                } else {
                    output::line(&done);
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn list(all: Vec<Value>, json: bool) {
    if json {
        return all.iter().for_each(output::json);
    }
    let cells = all.iter().map(|it| {
        let keys = ["id", "email", "name", "role", "status"];
        keys.map(|key| text(it, key)).to_vec()
    });
    output::table(
        &["ID", "EMAIL", "NAME", "ROLE", "STATUS"],
        &cells.collect::<Vec<_>>(),
    );
}
