//! Goes on with the runs that send old events again: a portion at a time, as fast as their rates allow.
use crate::App;
use crate::delivery::resend::AT_ONCE;
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

/// Does what is due and tells how long nothing will be. A run that fails is put off, and holds up no other.
async fn go_on(app: &App) -> crate::Result<Duration> {
    let mut stuck = false;
    for (workspace, row) in app.store.due_resends(app.now(), BATCH, AT_ONCE).await? {
        let id = row.id;
        if let Err(error) = app.resend_portion(workspace, row.clone()).await {
            tracing::warn!(%error, run = %id, "a run that sends old events again is put off");
            if let Err(error) = app.put_off_resend(workspace, row).await {
                tracing::warn!(%error, run = %id, "a run cannot be put off");
                stuck = true;
            }
        }
    }
    let next = app.store.next_resend_due(AT_ONCE).await?;
    let pause = next.map_or(SWEEP, |it| it.since(app.now()).min(SWEEP));
    // One that cannot even be put off is still due.
    Ok(if stuck { pause.max(TROUBLE) } else { pause })
}
