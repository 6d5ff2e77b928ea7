//! Tells those who manage webhooks what is due to be told of endpoints.
use crate::App;
use std::time::Duration;

/// How much is told in one go.
const BATCH: u32 = 50;

/// The longest sleep, in case a wake-up was lost, another node noted something, or what came soon after the last has waited long enough.
const SWEEP: Duration = Duration::from_secs(5);

/// Runs until the server stops.
pub(super) async fn work(app: App) {
    let stopping = app.tasks.stopping();
    while !stopping.is_cancelled() {
        let woken = app.alerts_due.notified();
        if let Err(error) = look(&app).await {
            tracing::warn!(%error, "it could not be looked what is to be told of endpoints; it will be");
        }
        tokio::select! {
            biased;
            () = stopping.cancelled() => return,
            () = woken => {}
            () = tokio::time::sleep(SWEEP) => {}
        }
    }
}

async fn look(app: &App) -> crate::Result<()> {
    for due in app.store.due_endpoint_alerts(app.now(), BATCH).await? {
        let endpoint = due.alert.trouble.endpoint_id;
        if let Err(error) = app.tell_of_endpoint(due).await {
            // It is due as before.
            tracing::warn!(%error, endpoint.id = %endpoint, "what is to be told of an endpoint could not be told yet");
        }
    }
    Ok(())
}
