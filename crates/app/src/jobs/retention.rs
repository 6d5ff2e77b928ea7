//! Forgets what workspaces do not keep for ever: events, and sessions with all that was said.
//!
//! A portion at a time, and each node for itself: of two nodes that delete the same, one finds that it is gone. Events go before the sessions
//! that they tell of. Users, definitions and the counters of reports stay.
use crate::{App, Result};
use smartbot_model::{Time, WorkspaceId};
use smartbot_store::Change;
use std::time::Duration;

/// How often it is looked what is too old.
const SWEEP: Duration = Duration::from_secs(600);

/// The pause between portions, in which turns come in.
const PAUSE: Duration = Duration::from_millis(20);

/// The pause when somebody else has to come first: who counts turns, or another node.
const SOON: Duration = Duration::from_secs(1);

/// The pause after a portion could not be deleted.
const TROUBLE: Duration = Duration::from_secs(10);

/// How many events are deleted at once.
const EVENTS: u32 = 256;

/// How many sessions are deleted one after the other.
const SESSIONS: u32 = 32;

/// How much longer sessions stay than their events, whose ids other nodes make with other clocks.
const MARGIN: Duration = Duration::from_secs(60);

const DAY: Duration = Duration::from_secs(24 * 3_600);

/// Runs until the server stops.
pub(super) async fn work(app: App) {
    let stopping = app.tasks.stopping();
    while !stopping.is_cancelled() {
        let woken = app.retention_due.notified();
        let pause = forget(&app).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "what is too old could not be deleted; it will be");
            TROUBLE
        });
        tokio::select! {
            biased;
            () = stopping.cancelled() => return,
            () = woken => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Deletes a portion of each workspace; returns when to look again.
async fn forget(app: &App) -> Result<Duration> {
    let mut pause = SWEEP;
    for workspace in app.store.workspaces().await? {
        // One workspace does not hold up the others.
        let its = forget_of(app, workspace.id).await.unwrap_or_else(|error| {
            tracing::warn!(workspace = %workspace.id, %error, "what is too old could not be deleted; it will be");
            TROUBLE
        });
        pause = pause.min(its);
    }
    Ok(pause)
}

async fn forget_of(app: &App, workspace: WorkspaceId) -> Result<Duration> {
    let Some(days) = app.settings(workspace).await?.retention_days else {
        return Ok(SWEEP);
    };
    let until = app.now().minus(DAY * days);
    if events(app, workspace, until).await? {
        return Ok(PAUSE);
    }
    sessions(app, workspace, until.minus(MARGIN)).await
}

/// Deletes some events; returns whether there were any.
async fn events(app: &App, workspace: WorkspaceId, until: Time) -> Result<bool> {
    let ids = app.store.old_events(workspace, until, EVENTS).await?;
    if ids.is_empty() {
        return Ok(false);
    }
    metrics::counter!("smartbot_forgotten_events_total").increment(ids.len() as u64);
    let forget = Change::ForgetEvents { ids, until };
    app.store.commit(workspace, vec![forget]).await?;
    Ok(true)
}

/// Deletes some sessions; returns when to look again.
async fn sessions(app: &App, workspace: WorkspaceId, until: Time) -> Result<Duration> {
    let old = app.store.old_sessions(workspace, until, SESSIONS).await?;
    let mut pause = if old.is_empty() { SWEEP } else { SOON };
    for session in old {
        let forget = Change::ForgetSession(session);
        match app.store.commit(workspace, vec![forget]).await {
            Ok(()) => {
                metrics::counter!("smartbot_forgotten_sessions_total").increment(1);
                pause = PAUSE;
                app.files_gone.notify_one();
            }
            // Another node was first, somebody writes in it again, or its turns are not counted yet.
            Err(smartbot_store::Error::Conflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(pause)
}
