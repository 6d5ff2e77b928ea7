//! Sends mails that are due, and forgets notifications that nobody looks for any more.
use crate::App;
use crate::mail::WITHIN;
use std::time::Duration;

/// How many are sent at once.
const BATCH: u32 = 8;

/// The longest sleep, in case a wake-up was lost or another node made a mail.
const SWEEP: Duration = Duration::from_secs(5);

/// How long a claimed mail is this worker's.
const LEASE: Duration = Duration::from_secs(10 * 60);

/// How long agents find what they were told.
const KEPT: Duration = Duration::from_secs(90 * 24 * 3_600);

/// Runs until the server stops.
pub(super) async fn work(app: App) {
    let stopping = app.tasks.stopping();
    while !stopping.is_cancelled() {
        let woken = app.mails_due.notified();
        let pause = match send(&app).await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::warn!(%error, "mails could not be looked at; they will be");
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

/// Sends what is due; returns when to look again.
async fn send(app: &App) -> crate::Result<Duration> {
    app.store
        .forget_old_notifications(app.now().minus(KEPT))
        .await?;
    if !app.sends_mail() {
        return Ok(SWEEP);
    }
    let claimed = app.store.claim_mails(app.now(), LEASE, BATCH).await?;
    let some = !claimed.is_empty();
    let sending = claimed.iter().map(async |(workspace, mail)| {
        // A server that hangs is one that does not answer: the lease must not end before.
        let sent = tokio::time::timeout(WITHIN * 4, app.send_mail(*workspace, mail)).await;
        if let Ok(Err(error)) = sent {
            tracing::warn!(%error, mail.id = %mail.id, "what became of a mail could not be noted; it may come twice");
        }
    });
    futures_util::future::join_all(sending).await;
    if some {
        return Ok(Duration::ZERO);
    }
    let next = app.store.next_mail_due().await?;
    Ok(next.map_or(SWEEP, |it| it.since(app.now()).min(SWEEP)))
}
