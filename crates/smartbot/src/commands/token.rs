use super::{Global, text};
use crate::control::{Order, rows};
use crate::output;
use anyhow::{Context, Result};
use clap::{Subcommand, ValueEnum};
use ipnet::IpNet;
use smartbot_model::TokenId;
use smartbot_model::token::TokenKind;
use std::process::ExitCode;
use std::time::Duration;

/// API tokens of both kinds
#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Makes a token; its secret is printed once
    #[command(
        after_help = "Example:\n  smartbot token create --kind bots_management --name portal --expires 90d --allow-ip 10.1.0.0/16"
    )]
    Create {
        /// Which API it opens
        #[arg(long)]
        kind: Kind,
        /// What people call it
        #[arg(long)]
        name: String,
        /// How long it works: 90d, 12h [default: until it is revoked]
        #[arg(long, value_parser = duration)]
        expires: Option<Duration>,
        /// A db_update token that may only read
        #[arg(long)]
        read_only: bool,
        /// A network it may be used from, in CIDR; may be given several times [default: any]
        #[arg(long = "allow-ip", value_name = "CIDR", value_parser = network)]
        allow_ips: Vec<IpNet>,
    },
    /// Lists all tokens, also revoked ones
    #[command(after_help = "Example:\n  smartbot token list --json")]
    List,
    /// Revokes a token at once
    #[command(
        after_help = "Example:\n  smartbot token revoke tok_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b"
    )]
    Revoke {
        /// The token's id
        id: TokenId,
    },
}

/// The kinds of token, as they are written.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Kind {
    BotsManagement,
    DbUpdate,
}

impl From<Kind> for TokenKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::BotsManagement => Self::BotsManagement,
            Kind::DbUpdate => Self::DbUpdate,
        }
    }
}

/// `90d`, `12h`, `30m`: also what jiff calls a friendly duration, with days of 24 hours.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "give a span like 90d, 12h or 30m".to_owned();
    let span: jiff::Span = text.parse().map_err(|_| wrong())?;
    let total = span
        .to_duration(jiff::SpanRelativeTo::days_are_24_hours())
        .map_err(|_| wrong())?;
    Duration::try_from(total)
        .ok()
        .filter(|it| !it.is_zero())
        .ok_or_else(wrong)
}

/// A network, or one address.
fn network(text: &str) -> Result<IpNet, String> {
    let one = || text.parse::<std::net::IpAddr>().map(IpNet::from);
    text.parse::<IpNet>()
        .or_else(|_| one())
        .map_err(|_| "give a network like 10.1.0.0/16 or an address".to_owned())
}

impl Token {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode> {
        match self {
            Self::Create {
                kind,
                name,
                expires,
                read_only,
                allow_ips,
            } => {
                let order = Order::CreateToken {
                    kind: kind.into(),
                    name,
                    expires_in: expires,
                    read_only,
                    allow_ips,
                };
                let made = global.ask(order).await?;
                if global.json {
                    output::json(&made);
                } else {
                    output::line(made["token"].as_str().context("the answer has no token")?);
                    eprintln!(
                        "Keep it now: it is not shown again. Its id is {}.",
                        text(&made, "id")
                    );
                }
            }
            Self::List => {
                let all = rows(global.ask(Order::ListTokens).await?)?;
                if global.json {
                    all.iter().for_each(output::json);
                } else {
                    let state = |it: &serde_json::Value| {
                        if it["revoked_at"].is_null() {
                            "live"
                        } else {
                            "revoked"
                        }
                        .to_owned()
                    };
                    let cells = all.iter().map(|it| {
                        vec![
                            text(it, "id"),
                            text(it, "kind"),
                            text(it, "name"),
                            state(it),
                            text(it, "expires_at"),
                            text(it, "last_used_at"),
                        ]
                    });
                    output::table(
                        &["ID", "KIND", "NAME", "STATE", "EXPIRES", "LAST USED"],
                        &cells.collect::<Vec<_>>(),
                    );
                }
            }
            Self::Revoke { id } => {
                let answer = global.ask(Order::RevokeToken { id }).await?;
                if global.json {
                    output::json(&answer);
                } else {
                    output::line(&format!("revoked {id}"));
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read() {
        assert_eq!(duration("90d"), Ok(Duration::from_secs(90 * 86_400)));
        assert_eq!(duration("12h"), Ok(Duration::from_secs(12 * 3_600)));
        for wrong in ["", "0s", "-1h", "soon", "90"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
