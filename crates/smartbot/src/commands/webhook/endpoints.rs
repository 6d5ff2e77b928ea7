//! Endpoints: added, listed, paused, sent to again.
use super::deliveries::tested;
use super::{ask, table, tell};
use crate::commands::{Global, text};
use crate::control::rows;
use crate::orders::webhook::WebhookOrder;
use crate::output;
use anyhow::Result;
use smartbot_model::EndpointId;
use smartbot_model::webhook::EndpointState;

pub(super) async fn add(global: &Global, order: WebhookOrder) -> Result<()> {
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
    let answer = ask(global, WebhookOrder::SetState { id, state }).await?;
    tell(global, &answer, &format!("{id} is {}", state.as_str()));
    Ok(())
}
