//! Gives up what waits too long to be sent, and the oldest of what is too much (`delivery::backlog`).
use crate::App;
use std::time::Duration;

/// How often it is looked what waits.
const SWEEP: Duration = Duration::from_secs(300);

/// The pause between portions, in which turns come in.
const PAUSE: Duration = Duration::from_millis(20);

/// Runs until the server stops.
pub(super) async fn work(app: App) {
    let stopping = app.tasks.stopping();
    while !stopping.is_cancelled() {
        let pause = if look(&app).await { PAUSE } else { SWEEP };
        tokio::select! {
            biased;
            () = stopping.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Gives up a portion of each workspace; returns whether there may be more.
async fn look(app: &App) -> bool {
    let workspaces = match app.store.workspaces().await {
        Ok(all) => all,
        Err(error) => {
            tracing::warn!(%error, "it could not be looked what waits too long to be sent; it will be");
            return false;
        }
    };
    let mut is_more = false;
    for workspace in workspaces {
        match app.give_up_backlog(workspace.id).await {
            Ok(given_up) => is_more |= given_up > 0,
            // One workspace does not hold up the others.
            Err(error) => {
                tracing::warn!(workspace = %workspace.id, %error, "what waits too long to be sent could not be given up; it will be");
            }
        }
    }
    is_more
}
