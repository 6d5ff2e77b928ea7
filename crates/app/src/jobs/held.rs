//! Takes chats from agents who cannot have them: who was removed, has another role, or does not see the user any more. They wait for somebody
//! again. Whoever brings that about wakes this job; what it forgets to do before a crash is found by the next look.
use crate::App;
use std::time::Duration;

/// How often it is looked for chats that nobody was told of.
const SWEEP: Duration = Duration::from_secs(10);

/// Runs until the server stops.
pub(super) async fn work(app: App) {
    let stopping = app.tasks.stopping();
    while !stopping.is_cancelled() {
        let woken = app.held_due.notified();
        if let Err(error) = app.give_up_stranded_chats().await {
            tracing::warn!(%error, "chats of agents who cannot have them could not be given up; they will be");
        }
        tokio::select! {
            biased;
            () = stopping.cancelled() => return,
            () = woken => {}
            () = tokio::time::sleep(SWEEP) => {}
        }
    }
}
