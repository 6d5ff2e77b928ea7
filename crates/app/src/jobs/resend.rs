//! Goes on with the runs that send old events again: a portion at a time, as fast as their rates allow.
use crate::App;
use std::time::Duration;

/// How many runs are looked at together.
const BATCH: u32 = 16;

/// The longest sleep, in case a wake-up was lost or another node made the run.
const SWEEP: Duration = Duration::from_secs(5);

/// The pause after a portion could not be kept.
const TROUBLE: Duration = Duration::from_secs(1);

pub(super) async fn work(app: App) {
    let stopping = app.tasks.stopping();
    while !stopping.is_cancelled() {
        let woken = app.resends_due.notified();
        let pause = match go_on(&app).await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::error!(%error, "old events could not be sent again");
                TROUBLE
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

/// Does what is due and tells how long nothing will be.
async fn go_on(app: &App) -> crate::Result<Duration> {
    for (workspace, row) in app.store.due_resends(app.now(), BATCH).await? {
        app.resend_portion(workspace, row).await?;
    }
    let next = app.store.next_resend_due().await?;
    Ok(next.map_or(SWEEP, |it| it.since(app.now()).min(SWEEP)))
}
