//! Runs in the background that send old events again.
use super::options::moment;
use super::{ask, table};
use crate::commands::Global;
use crate::control::rows;
use crate::orders::webhook::{ResendKindName, WebhookOrder};
use crate::output;
use anyhow::Result;
use clap::Args;
use serde_json::Value;
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
    /// The endpoint; all that are not disabled unless given
    #[arg(long, value_name = "ID")]
    endpoint: Option<EndpointId>,
    /// How many go out a second [default: 50]
    #[arg(long, value_name = "N")]
    rate: Option<u32>,
}

pub(super) async fn start(global: &Global, kind: ResendKindName, again: Again) -> Result<()> {
    let order = WebhookOrder::Resend {
        kind,
        endpoint: again.endpoint,
        since: again.since,
        until: again.until,
        rate: again.rate,
    };
    let mut begun = ask(global, order).await?;
    show(global, rows(begun["runs"].take())?);
    for id in rows(begun["left_out"].take())? {
        let id = id.as_str().unwrap_or_default();
        output::aside(&format!("{id} is disabled and left out"));
    }
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
