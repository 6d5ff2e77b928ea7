//! Tells of agents of whom nobody has heard for a while: a closed lid, a lost connection.
use crate::App;
use std::time::Duration;

/// How often it is looked who is lost.
const SWEEP: Duration = Duration::from_secs(2);

/// How many are told of at once.
const BATCH: u32 = 100;

/// Runs until the server stops.
pub(super) async fn work(app: App) {
    let stopping = app.tasks.stopping();
    loop {
        if let Err(error) = app.tell_of_lost_agents(BATCH).await {
            tracing::warn!(%error, "agents who are lost could not be told of; they will be");
        }
        tokio::select! {
            biased;
            () = stopping.cancelled() => return,
            () = tokio::time::sleep(SWEEP) => {}
        }
    }
}
