use super::{Global, text};
use crate::control::{Order, rows};
use crate::demo::receiver;
use crate::output;
use anyhow::{Context, Result};
use clap::{Subcommand, ValueEnum};
use smartbot_model::EventType;
use smartbot_model::webhook::{EventSelection, PayloadDetail};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;

/// Webhook endpoints
#[derive(Debug, Subcommand)]
pub(crate) enum Webhook {
    /// Adds an endpoint; its secret is printed once
    #[command(
        after_help = "Example:\n  smartbot webhook add https://portal.example/webhooks --events flag.assigned,box.reached --detail ids_only"
    )]
    Add {
        /// Where events are posted to
        url: String,
        /// Types with commas, or `all`: all types, also future ones, save message.*
        #[arg(long, default_value = "all", value_parser = selection)]
        events: EventSelection,
        /// How much of an event is sent
        #[arg(long, default_value = "full")]
        detail: Detail,
        /// What it is for
        #[arg(long, default_value = "")]
        description: String,
    },
    /// Lists the endpoints
    #[command(after_help = "Example:\n  smartbot webhook list --json")]
    List,
    /// Receives webhooks here: checks signatures and prints what arrives
    #[command(
        after_help = "Example:\n  smartbot webhook listen --port 9000 --secret whsec_… --forward http://127.0.0.1:3000/hooks"
    )]
    Listen {
        /// The port on this machine
        #[arg(long, default_value_t = 8361)]
        port: u16,
        /// The endpoint's secret; without it signatures are not checked
        #[arg(long)]
        secret: Option<String>,
        /// Passes everything on, unchanged, and answers what comes back
        #[arg(long, value_name = "URL")]
        forward: Option<String>,
    },
    /// Prints the secret that signs External API calls
    #[command(after_help = "Example:\n  smartbot webhook signing-secret")]
    SigningSecret,
}

/// How much of an event is sent.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Detail {
    /// Everything but fields marked sensitive
    Full,
    /// Ids and names only
    IdsOnly,
}

fn selection(text: &str) -> Result<EventSelection, String> {
    if text == "all" {
        return Ok(EventSelection::ALL);
    }
    let types = text.split(',').map(|it| {
        EventType::parse(it.trim())
            .ok_or_else(|| format!("there is no event type {it}; see /schemas/events.json"))
    });
    types
        .collect::<Result<Vec<_>, _>>()
        .map(EventSelection::Some)
}

fn events_text(row: &serde_json::Value) -> String {
    match &row["events"] {
        serde_json::Value::Array(types) => types
            .iter()
            .filter_map(|it| it.as_str())
            .collect::<Vec<_>>()
            .join(","),
        _ => text(row, "events"),
    }
}

impl Webhook {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode> {
        match self {
            Self::Add {
                url,
                events,
                detail,
                description,
            } => {
                let detail = match detail {
                    Detail::Full => PayloadDetail::Full,
                    Detail::IdsOnly => PayloadDetail::IdsOnly,
                };
                let made = global
                    .ask(Order::AddEndpoint {
                        url,
                        events,
                        detail,
                        description,
                        secret: None,
                    })
                    .await?;
                if global.json {
                    output::json(&made);
                } else {
                    output::line(&format!("{}  {}", text(&made, "id"), text(&made, "url")));
                    output::line(&text(&made, "secret"));
                }
            }
            Self::List => {
                let all = rows(global.ask(Order::ListEndpoints).await?)?;
                if global.json {
                    all.iter().for_each(output::json);
                } else {
                    let cells = all.iter().map(|it| {
                        vec![
                            text(it, "id"),
                            text(it, "state"),
                            text(it, "url"),
                            events_text(it),
                        ]
                    });
                    output::table(
                        &["ID", "STATE", "URL", "EVENTS"],
                        &cells.collect::<Vec<_>>(),
                    );
                }
            }
            Self::Listen {
                port,
                secret,
                forward,
            } => {
                let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
                let listener = tokio::net::TcpListener::bind(address)
                    .await
                    .with_context(|| format!("cannot listen on {address}"))?;
                if !global.json {
                    output::line(&format!("listening on http://{}", listener.local_addr()?));
                    if secret.is_none() {
                        output::line("without --secret signatures are not checked");
                    }
                }
                receiver::listen(listener, secret, forward, global.json).await?;
            }
            Self::SigningSecret => {
                let answer = global.ask(Order::SigningSecret).await?;
                if global.json {
                    output::json(&answer);
                } else {
                    output::line(&text(&answer, "secret"));
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
    fn selections_are_read() {
        assert_eq!(selection("all"), Ok(EventSelection::ALL));
        assert_eq!(
            selection("flag.assigned, box.reached"),
            Ok(EventSelection::Some(vec![
                EventType::FlagAssigned,
                EventType::BoxReached
            ]))
        );
        assert!(selection("flag.asigned").is_err());
    }
}
