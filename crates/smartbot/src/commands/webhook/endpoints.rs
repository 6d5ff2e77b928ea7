//! Endpoints: added, listed, paused, sent to again.
use super::deliveries::tested;
use super::{ask, table, tell};
use crate::commands::{Global, text};
use crate::control::rows;
use crate::orders::webhook::WebhookOrder;
use crate::output;
use anyhow::Result;
use serde_json::Value;
use smartbot_app::delivery::endpoints::EndpointChange;
use smartbot_model::EndpointId;
use smartbot_model::webhook::EndpointState;

pub(super) async fn add(global: &Global, order: WebhookOrder) -> Result<()> {
    let made = ask(global, order).await?;
    if global.json {
        output::json(&made);
        return Ok(());
    }
    output::line(&format!("{}  {}", text(&made, "id"), text(&made, "url")));
    secrets(&made);
    if let Some(check) = made.get("check") {
        output::line(&tested(check));
    }
    Ok(())
}

/// The secret, and the public key of an endpoint that signs with one, a line each.
fn secrets(answer: &Value) {
    output::line(&text(answer, "secret"));
    if answer["public_key"].is_string() {
        output::line(&text(answer, "public_key"));
    }
}

/// Shows or rotates them.
pub(super) async fn show_secrets(global: &Global, order: WebhookOrder) -> Result<()> {
    let answer = ask(global, order).await?;
    if global.json {
        output::json(&answer);
    } else {
        secrets(&answer);
    }
    Ok(())
}

pub(super) async fn list(global: &Global) -> Result<()> {
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

pub(super) async fn set_state(global: &Global, id: EndpointId, state: EndpointState) -> Result<()> {
    let order = WebhookOrder::Update {
        id,
        change: EndpointChange {
            state: Some(state),
            ..EndpointChange::default()
        },
        only_bots: None,
        only_flags: None,
    };
    let answer = ask(global, order).await?;
    tell(global, &answer, &format!("{id} is {}", state.as_str()));
    Ok(())
}
