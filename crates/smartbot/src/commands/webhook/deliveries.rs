//! What was sent, and samples that are sent at once.
use super::{ask, table, tell};
use crate::commands::{Global, text};
use crate::control::rows;
use crate::orders::webhook::WebhookOrder;
use crate::output;
use anyhow::Result;
use serde_json::Value;
use smartbot_model::DeliveryId;
use std::process::ExitCode;

/// What came of a test, in a line.
pub(super) fn tested(result: &Value) -> String {
    let endpoint = text(result, "endpoint_id");
    let took = text(result, "duration_ms");
    match (result["ok"] == true, result["status"].as_u64()) {
        (true, Some(status)) => format!("{endpoint}: {status} after {took} ms"),
        (_, Some(status)) => format!("{endpoint}: {status} after {took} ms, which is a failure"),
        (_, None) => format!("{endpoint}: no answer: {}", text(result, "detail")),
    }
}

pub(super) async fn trigger(global: &Global, order: WebhookOrder) -> Result<ExitCode> {
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

pub(super) async fn list(global: &Global, order: WebhookOrder) -> Result<()> {
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

/// One delivery with its tries and what repeats it.
pub(super) async fn show(global: &Global, id: DeliveryId) -> Result<()> {
    let delivery = ask(global, WebhookOrder::Delivery { id }).await?;
    if global.json {
        output::json(&delivery);
        return Ok(());
    }
    let part = |key| text(&delivery, key);
    output::line(&format!(
        "{}  {}  {}  {}",
        part("id"),
        part("type"),
        part("state"),
        part("url")
    ));
    let tries = rows(delivery["attempt_log"].clone())?;
    let columns = [
        ("TRY", "attempt"),
        ("STARTED", "started_at"),
        ("MS", "duration_ms"),
        ("STATUS", "status"),
        ("ERROR", "error"),
        ("PHASE", "phase"),
    ];
    table(global, &tries, &columns);
    for it in &tries {
        if it["response_body"]
            .as_str()
            .is_some_and(|it| !it.is_empty())
        {
            let (number, answer) = (text(it, "attempt"), text(it, "response_body"));
            output::line(&format!("answer to try {number}: {answer}"));
        }
    }
    if delivery["curl"].is_string() {
        output::line(&part("curl"));
    }
    Ok(())
}
