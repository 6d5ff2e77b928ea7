use super::{Global, text};
use crate::control::{Order, rows};
use crate::demo::receiver;
use crate::orders::webhook::{ResendKindName, WebhookOrder};
use crate::output;
use anyhow::{Context, Result};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::Value;
use smartbot_app::clock::SystemClock;
use smartbot_app::delivery::endpoints::EndpointOptions;
use smartbot_model::time::Clock as _;
use smartbot_model::webhook::{
    DEFAULT_TIMEOUT_SECONDS, EndpointState, EventFilter, EventSelection, OrderedBy, PayloadDetail,
    Signature,
};
use smartbot_model::{DeliveryId, EndpointId, EventType, ResendId, Time};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

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
        #[command(flatten)]
        options: Options,
    },
    /// Lists the endpoints
    #[command(after_help = "Example:\n  smartbot webhook list --json")]
    List,
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
    /// Gives an endpoint another secret, which is printed once; the one before signs too for a while
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
    #[command(after_help = "Example:\n  smartbot webhook deliveries --failed")]
    Deliveries {
        /// Only those that were given up, or wait for another try
        #[arg(long)]
        failed: bool,
        /// Only those to this endpoint
        #[arg(long, value_name = "ID")]
        endpoint: Option<EndpointId>,
        /// At most so many
        #[arg(long, default_value_t = 50, value_name = "N")]
        limit: u32,
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

/// What most endpoints leave as it is.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The events of one user arrive one after the other
    #[arg(long, value_name = "WHAT", value_parser = ["user"])]
    ordered_by: Option<String>,
    /// The most deliveries a second
    #[arg(long, value_name = "N")]
    rate: Option<u32>,
    /// How many seconds one try may take
    #[arg(long, value_name = "SECONDS", default_value_t = DEFAULT_TIMEOUT_SECONDS)]
    timeout: u32,
    /// Only events of these bots, with commas
    #[arg(long, value_name = "FUNCTION_IDS", value_delimiter = ',')]
    only_bots: Vec<String>,
    /// Only events about users who carry one of these flags, with commas
    #[arg(long, value_name = "FLAGS", value_delimiter = ',')]
    only_flags: Vec<String>,
    /// A header that every delivery carries: 'NAME: VALUE'; may be given several times
    #[arg(long = "header", value_name = "HEADER", value_parser = header)]
    headers: Vec<(String, String)>,
    /// How deliveries are signed
    #[arg(long, default_value = "v1")]
    signature: SignatureName,
    /// Sends a test event at once and shows the answer
    #[arg(long)]
    check: bool,
}

impl Options {
    fn into_options(self) -> EndpointOptions {
        EndpointOptions {
            filter: EventFilter {
                function_ids: self.only_bots,
                flags: self.only_flags,
            },
            ordered_by: self.ordered_by.map(|_| OrderedBy::User),
            rate_per_second: self.rate,
            timeout_seconds: self.timeout,
            signature: match self.signature {
                SignatureName::V1 => Signature::V1,
                SignatureName::V1a => Signature::V1a,
                SignatureName::Both => Signature::Both,
            },
            headers: self.headers,
        }
    }
}

/// How deliveries are signed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum SignatureName {
    /// HMAC-SHA256 with the secret
    V1,
    /// Ed25519
    V1a,
    /// Both, while a receiver changes over
    Both,
}

/// What to send again.
#[derive(Debug, Args)]
pub(crate) struct Again {
    /// From this time: 2h, 3d, or 2026-11-24T08:00:00Z
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Time,
    /// To before this time [default: now]
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<Time>,
    /// The endpoint; all unless given
    #[arg(long, value_name = "ID")]
    endpoint: Option<EndpointId>,
    /// How many go out a second [default: 50]
    #[arg(long, value_name = "N")]
    rate: Option<u32>,
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

fn event_type(text: &str) -> Result<EventType, String> {
    EventType::parse(text)
        .ok_or_else(|| format!("there is no event type {text}; see /schemas/events.json"))
}

/// `now`, or a span like `24h`.
fn overlap(text: &str) -> Result<Duration, String> {
    if text == "now" {
        return Ok(Duration::ZERO);
    }
    super::token::duration(text)
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once(':')
        .ok_or_else(|| "write it like 'x-api-key: abc'".to_owned())?;
    Ok((name.trim().to_lowercase(), value.trim().to_owned()))
}

/// A time, or how long ago it was.
fn moment(text: &str) -> Result<Time, String> {
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Ok(Time::from_micros(at.as_microsecond()));
    }
    let ago = super::token::duration(text)
        .map_err(|_| "give a time like 2026-11-24T08:00:00Z, or how long ago: 2h".to_owned())?;
    Ok(SystemClock.now().minus(ago))
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
                options,
            } => {
                let detail = match detail {
                    Detail::Full => PayloadDetail::Full,
                    Detail::IdsOnly => PayloadDetail::IdsOnly,
                };
                let order = WebhookOrder::Add {
                    url,
                    events,
                    detail,
                    description,
                    check: options.check,
                    options: options.into_options(),
                };
                add(global, order).await?;
            }
            Self::List => endpoints(global).await?,
            Self::Pause { id } => set_state(global, id, EndpointState::Paused).await?,
            Self::Resume { id } => set_state(global, id, EndpointState::Active).await?,
            Self::Remove { id } => {
                let answer = ask(global, WebhookOrder::Remove { id }).await?;
                tell(global, &answer, &format!("removed {id}"));
            }
            Self::Rotate { id, overlap } => {
                let answer = ask(global, WebhookOrder::Rotate { id, overlap }).await?;
                tell(global, &answer, &text(&answer, "secret"));
            }
            Self::Trigger {
                event_type,
                endpoint,
            } => {
                let order = WebhookOrder::Trigger {
                    event_type,
                    endpoint,
                };
                return trigger(global, order).await;
            }
            Self::Deliveries {
                failed,
                endpoint,
                limit,
            } => {
                let order = WebhookOrder::Deliveries {
                    failed,
                    endpoint,
                    limit,
                };
                deliveries(global, order).await?;
            }
            Self::Retry { id } => {
                let answer = ask(global, WebhookOrder::Retry { id }).await?;
                tell(global, &answer, &format!("{id} is sent again"));
            }
            Self::Recover(again) => resend(global, ResendKindName::Recover, again).await?,
            Self::Replay(again) => resend(global, ResendKindName::Replay, again).await?,
            Self::Runs => runs(global, rows(ask(global, WebhookOrder::Resends).await?)?),
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

async fn add(global: &Global, order: WebhookOrder) -> Result<()> {
    let made = ask(global, order).await?;
    if global.json {
        output::json(&made);
        return Ok(());
    }
    output::line(&format!("{}  {}", text(&made, "id"), text(&made, "url")));
    output::line(&text(&made, "secret"));
    if let Some(check) = made.get("check") {
        output::line(&tested(check));
    }
    Ok(())
}

async fn endpoints(global: &Global) -> Result<()> {
    let all = rows(ask(global, WebhookOrder::List).await?)?;
    let columns = [
        ("ID", "id"),
        ("STATE", "state"),
        ("URL", "url"),
        ("EVENTS", "events"),
        ("WHY", "disabled_reason"),
    ];
    table(global, &all, &columns);
    Ok(())
}

async fn set_state(global: &Global, id: EndpointId, state: EndpointState) -> Result<()> {
    let answer = ask(global, WebhookOrder::SetState { id, state }).await?;
    tell(global, &answer, &format!("{id} is {}", state.as_str()));
    Ok(())
}

/// What came of a test, in a line.
fn tested(result: &Value) -> String {
    let endpoint = text(result, "endpoint_id");
    let took = text(result, "duration_ms");
    match (result["ok"] == true, result["status"].as_u64()) {
        (true, Some(status)) => format!("{endpoint}: {status} after {took} ms"),
        (_, Some(status)) => format!("{endpoint}: {status} after {took} ms, which is a failure"),
        (_, None) => format!("{endpoint}: no answer: {}", text(result, "detail")),
    }
}

async fn trigger(global: &Global, order: WebhookOrder) -> Result<ExitCode> {
    let results = rows(ask(global, order).await?)?;
    for result in &results {
        tell(global, result, &tested(result));
        if !global.json && !result["response_body"].is_null() {
            output::line(&text(result, "response_body"));
        }
    }
    let fine = results.iter().all(|it| it["ok"] == true);
    Ok(ExitCode::from(u8::from(!fine)))
}

async fn deliveries(global: &Global, order: WebhookOrder) -> Result<()> {
    let all = rows(ask(global, order).await?)?;
    let columns = [
        ("ID", "id"),
        ("TYPE", "type"),
        ("STATE", "state"),
        ("TRIES", "attempts"),
        ("STATUS", "last_status"),
        ("ERROR", "last_error"),
        ("NEXT", "next_attempt_at"),
    ];
    table(global, &all, &columns);
    Ok(())
}

async fn resend(global: &Global, kind: ResendKindName, again: Again) -> Result<()> {
    let order = WebhookOrder::Resend {
        kind,
        endpoint: again.endpoint,
        since: again.since,
        until: again.until,
        rate: again.rate,
    };
    runs(global, rows(ask(global, order).await?)?);
    Ok(())
}

fn runs(global: &Global, all: Vec<Value>) {
    let columns = [
        ("ID", "id"),
        ("KIND", "kind"),
        ("ENDPOINT", "endpoint_id"),
        ("STATE", "state"),
        ("LOOKED AT", "looked_at"),
        ("SENT", "sent"),
        ("SINCE", "since"),
    ];
    table(global, &all, &columns);
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
