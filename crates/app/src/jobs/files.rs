//! Takes away the content of files that nobody needs any more: of erased users and forgotten sessions, and what no message named in a day.
use crate::App;
use std::time::Duration;

/// How often it is looked what is to go.
const SWEEP: Duration = Duration::from_secs(60);

/// How long a file may be there that no message names.
const UNSAID: Duration = Duration::from_secs(24 * 3_600);

/// How much is taken away at once.
const BATCH: u32 = 64;

/// Runs until the server stops.
pub(super) async fn work(app: App) {
    let stopping = app.tasks.stopping();
    while !stopping.is_cancelled() {
        let woken = app.files_gone.notified();
        let pause = match sweep(&app).await {
            Ok(found) if found >= BATCH as usize => Duration::ZERO,
            Ok(_) => SWEEP,
            Err(error) => {
                tracing::warn!(%error, "files that nobody needs could not be removed; they will be");
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

async fn sweep(app: &App) -> crate::Result<usize> {
    let since = app.now().minus(UNSAID);
    app.store.let_stale_files_go(since).await?;
    app.remove_gone_files(BATCH).await
}
