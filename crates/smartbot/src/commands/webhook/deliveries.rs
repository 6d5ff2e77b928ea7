//! What was sent, and samples that are sent at once.
use super::{ask, table, tell};
use crate::commands::{Global, text};
use crate::control::rows;
use crate::orders::webhook::WebhookOrder;
use crate::output;
use anyhow::Result;
use serde_json::Value;
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
