//! Runs in the background that send old events again.
use super::{ask, table};
use crate::commands::{Global, token};
use crate::control::rows;
use crate::orders::webhook::{ResendKindName, WebhookOrder};
use anyhow::Result;
use clap::Args;
use serde_json::Value;
use smartbot_app::clock::SystemClock;
use smartbot_model::time::Clock as _;
use smartbot_model::{EndpointId, Time};

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

/// A time, or how long ago it was.
fn moment(text: &str) -> Result<Time, String> {
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Ok(Time::from_micros(at.as_microsecond()));
    }
    let ago = token::duration(text)
        .map_err(|_| "give a time like 2026-11-24T08:00:00Z, or how long ago: 2h".to_owned())?;
    Ok(SystemClock.now().minus(ago))
}

pub(super) async fn start(global: &Global, kind: ResendKindName, again: Again) -> Result<()> {
    let order = WebhookOrder::Resend {
        kind,
        endpoint: again.endpoint,
        since: again.since,
        until: again.until,
        rate: again.rate,
    };
    show(global, rows(ask(global, order).await?)?);
    Ok(())
}

pub(super) fn show(global: &Global, all: Vec<Value>) {
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
