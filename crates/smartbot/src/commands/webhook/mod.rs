//! `smartbot webhook`: the list of its commands is the enum below; what they do is in a file per subject.
mod deliveries;
mod endpoints;
mod listen;
mod options;
mod resends;
mod update;

use super::{Global, text};
use crate::control::{Order, rows};
use crate::orders::webhook::{ResendKindName, WebhookOrder};
use crate::output;
use anyhow::Result;
use clap::Subcommand;
use options::{Detail, Options, event_type, moment, overlap, selection};
use resends::Again;
use serde_json::Value;
use smartbot_model::webhook::{EndpointState, EventSelection};
use smartbot_model::{DeliveryId, EndpointId, EventType, ResendId, Time};
use std::process::ExitCode;
use std::time::Duration;
use update::Changes;

/// Webhook endpoints
#[derive(Debug, Subcommand)]
pub(crate) enum Webhook {
    /// Adds an endpoint and prints its secret, and the public key if it signs with one
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
        #[command(flatten)]
        options: Options,
    },
    /// Lists the endpoints
    #[command(after_help = "Example:\n  smartbot webhook list --json")]
    List,
    /// Changes an endpoint; what is not named stays
    #[command(
        after_help = "Example:\n  smartbot webhook update whk_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b --events all --rate none"
    )]
    Update {
        /// The endpoint
        id: EndpointId,
        #[command(flatten)]
        change: Changes,
    },
    /// Sends nothing for a while; events wait
    #[command(
        after_help = "Example:\n  smartbot webhook pause whk_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b"
    )]
    Pause {
        /// The endpoint
        id: EndpointId,
    },
    /// Sends again what a paused or disabled endpoint takes
    #[command(
        after_help = "Example:\n  smartbot webhook resume whk_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b"
    )]
    Resume {
        /// The endpoint
        id: EndpointId,
    },
    /// Removes an endpoint with its deliveries
    #[command(
        after_help = "Example:\n  smartbot webhook remove whk_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b"
    )]
    Remove {
        /// The endpoint
        id: EndpointId,
    },
    /// Prints the secret of an endpoint, and the public key if it signs with one
    #[command(
        after_help = "Example:\n  smartbot webhook secret whk_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b"
    )]
    Secret {
        /// The endpoint
        id: EndpointId,
    },
    /// Gives an endpoint another secret and key, and prints them; those before sign too for a while
    #[command(
        after_help = "Example:\n  smartbot webhook rotate whk_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b --overlap 48h"
    )]
    Rotate {
        /// The endpoint
        id: EndpointId,
        /// How long the old secret still signs, at most 7d; `--overlap now` ends it at once
        #[arg(long, default_value = "24h", value_parser = overlap)]
        overlap: Duration,
    },
    /// Sends a sample of an event, signed like every other, and shows the answer
    #[command(after_help = "Example:\n  smartbot webhook trigger flag.assigned")]
    Trigger {
        /// The type of the event
        #[arg(value_name = "TYPE", value_parser = event_type)]
        event_type: EventType,
        /// The endpoint; all unless given
        #[arg(long, value_name = "ID")]
        endpoint: Option<EndpointId>,
    },
    /// Lists deliveries, the newest first
    #[command(
        after_help = "Example:\n  smartbot webhook deliveries --failed --type flag.assigned --since 2h"
    )]
    Deliveries {
        /// Only those that were given up, or wait for another try
        #[arg(long)]
        failed: bool,
        /// Only those to this endpoint
        #[arg(long, value_name = "ID")]
        endpoint: Option<EndpointId>,
        /// Only those of events of this type
        #[arg(long = "type", value_name = "TYPE", value_parser = event_type)]
        event_type: Option<EventType>,
        /// Only those that were made since this time: 2h, 3d, or 2026-11-24T08:00:00Z
        #[arg(long, value_name = "TIME", value_parser = moment)]
        since: Option<Time>,
        /// Only those that were made before this time
        #[arg(long, value_name = "TIME", value_parser = moment)]
        until: Option<Time>,
        /// At most so many
        #[arg(long, default_value_t = 50, value_name = "N")]
        limit: u32,
    },
    /// Shows one delivery: each try with its answer, and a line that repeats it
    #[command(
        after_help = "Example:\n  smartbot webhook delivery dlv_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b"
    )]
    Delivery {
        /// The delivery
        id: DeliveryId,
    },
    /// Sends one delivery again, from the start of the schedule
    #[command(
        after_help = "Example:\n  smartbot webhook retry dlv_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b"
    )]
    Retry {
        /// The delivery
        id: DeliveryId,
    },
    /// Sends again, in the background, all that was given up since a time
    #[command(after_help = "Example:\n  smartbot webhook recover --since 2h")]
    Recover(Again),
    /// Sends again, in the background, every event of a time that an endpoint takes, also ones that it never got
    #[command(
        after_help = "Example:\n  smartbot webhook replay --since 2026-11-24T08:00:00Z --until 2026-11-24T09:00:00Z --rate 20"
    )]
    Replay(Again),
    /// Lists the runs that send old events again
    #[command(after_help = "Example:\n  smartbot webhook runs")]
    Runs,
    /// Stops such a run
    #[command(
        after_help = "Example:\n  smartbot webhook cancel rsd_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b"
    )]
    Cancel {
        /// The run
        id: ResendId,
    },
    /// Receives webhooks here: checks signatures and prints what arrives
    #[command(
        after_help = "Example:\n  smartbot webhook listen --port 9000 --secret whsec_… --forward http://127.0.0.1:3000/hooks"
    )]
    Listen {
        /// The port on this machine
        #[arg(long, default_value_t = 8361)]
        port: u16,
        /// The endpoint's secret `whsec_…` or public key `whpk_…`; without it signatures are not checked
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

impl Webhook {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode> {
        match self {
            Self::Add {
                url,
                events,
                detail,
                description,
                options,
            } => {
                let order = WebhookOrder::Add {
                    url,
                    events,
                    detail: detail.into(),
                    description,
                    check: options.check,
                    secret: options.secret.clone(),
                    options: options.into_options(),
                };
                endpoints::add(global, order).await?;
            }
            Self::List => endpoints::list(global).await?,
            Self::Pause { id } => endpoints::set_state(global, id, EndpointState::Paused).await?,
            Self::Resume { id } => endpoints::set_state(global, id, EndpointState::Active).await?,
            Self::Remove { id } => {
                let answer = ask(global, WebhookOrder::Remove { id }).await?;
                tell(global, &answer, &format!("removed {id}"));
            }
            Self::Update { id, change } => {
                let answer = ask(global, change.into_order(id)).await?;
                tell(global, &answer, &format!("{id} is changed"));
            }
            Self::Secret { id } => {
                endpoints::show_secrets(global, WebhookOrder::Secret { id }).await?;
            }
            Self::Rotate { id, overlap } => {
                endpoints::show_secrets(global, WebhookOrder::Rotate { id, overlap }).await?;
            }
            Self::Trigger {
                event_type,
                endpoint,
            } => {
                let order = WebhookOrder::Trigger {
                    event_type,
                    endpoint,
                };
                return deliveries::trigger(global, order).await;
            }
            Self::Deliveries {
                failed,
                endpoint,
                event_type,
                since,
                until,
                limit,
            } => {
                let order = WebhookOrder::Deliveries {
                    failed,
                    endpoint,
                    event_type,
                    since,
                    until,
                    limit,
                };
                deliveries::list(global, order).await?;
            }
            Self::Delivery { id } => deliveries::show(global, id).await?,
            Self::Retry { id } => {
                let answer = ask(global, WebhookOrder::Retry { id }).await?;
                tell(global, &answer, &format!("{id} is sent again"));
            }
            Self::Recover(again) => resends::start(global, ResendKindName::Recover, again).await?,
            Self::Replay(again) => resends::start(global, ResendKindName::Replay, again).await?,
            Self::Runs => resends::show(global, rows(ask(global, WebhookOrder::Resends).await?)?),
            Self::Cancel { id } => {
                let answer = ask(global, WebhookOrder::CancelResend { id }).await?;
                let line = format!("{id} is {}", text(&answer, "state"));
                tell(global, &answer, &line);
            }
            Self::Listen {
                port,
                secret,
                forward,
            } => {
                listen::listen(global, port, secret, forward).await?;
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

async fn ask(global: &Global, order: WebhookOrder) -> Result<Value> {
    global.ask(Order::Webhook(order)).await
}

fn tell(global: &Global, answer: &Value, line: &str) {
    if global.json {
        output::json(answer);
    } else {
        output::line(line);
    }
}

fn events_text(row: &Value) -> String {
    match &row["events"] {
        Value::Array(types) => types
            .iter()
            .filter_map(|it| it.as_str())
            .collect::<Vec<_>>()
            .join(","),
        _ => text(row, "events"),
    }
}

/// Rows for programs or for people.
fn table(global: &Global, rows: &[Value], columns: &[(&str, &str)]) {
    if global.json {
        rows.iter().for_each(output::json);
        return;
    }
    let heads: Vec<_> = columns.iter().map(|it| it.0).collect();
    let cells = |row: &Value| {
        let cell = |(_, key): &(&str, &str)| {
            if *key == "events" {
                events_text(row)
            } else {
                text(row, key)
            }
        };
        columns.iter().map(cell).collect::<Vec<_>>()
    };
    output::table(&heads, &rows.iter().map(cells).collect::<Vec<_>>());
}
