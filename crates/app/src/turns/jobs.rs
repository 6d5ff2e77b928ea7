//! Work that waits: timers that come due, and calls whose node died.
use super::calls;
use crate::{App, notifications};
use smartbot_flow::Input;
use smartbot_model::WorkspaceId;
use smartbot_store::{JobKind, JobRow};
use std::time::Duration;

/// How many jobs are claimed at once.
const BATCH: u32 = 64;

/// The longest sleep, in case a wake-up was lost.
const SWEEP: Duration = Duration::from_secs(5);

/// Runs until the server stops.
pub(crate) async fn work(app: App) {
    let stopping = app.tasks.stopping();
    while !stopping.is_cancelled() {
        let woken = app.jobs_due.notified();
        let claimed = match app
            .store
            .claim_jobs(&JobKind::ALL, app.now(), calls::LEASE, BATCH)
            .await
        {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::error!(%error, "jobs could not be claimed");
                Vec::new()
            }
        };
        let some = !claimed.is_empty();
        for (workspace, job) in claimed {
            match job.kind {
                JobKind::Call => app.tasks.spawn(calls::perform(app.clone(), workspace, job)),
                JobKind::Notify => {
                    app.tasks
                        .spawn(notifications::tell(app.clone(), workspace, job));
                }
                JobKind::Timer | JobKind::Missed | JobKind::Offer | JobKind::Snooze => {
                    app.tasks.spawn(ring(app.clone(), workspace, job));
                }
            }
        }
        if some {
            tokio::task::yield_now().await;
            continue;
        }
        let pause = match app.store.next_job_due().await {
            Ok(Some(due)) => due.since(app.now()).clamp(Duration::from_millis(5), SWEEP),
            Ok(None) => SWEEP,
            Err(error) => {
                tracing::error!(%error, "the database does not tell what is due");
                SWEEP
            }
        };
        tokio::select! {
            biased;
            () = stopping.cancelled() => return,
            () = woken => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// A timer that came due.
async fn ring(app: App, workspace: WorkspaceId, job: JobRow) {
    let input = match job.kind {
        JobKind::Timer => Some(Input::Timer { id: job.number }),
        JobKind::Missed => Some(Input::NobodyCame),
        JobKind::Offer | JobKind::Snooze | JobKind::Call | JobKind::Notify => None,
    };
    if let Err(error) = app.resume(workspace, &job, input).await {
        // Its lease ends, and it rings again.
        tracing::error!(%error, job.id = %job.id, "a timer could not be carried out");
    }
}
