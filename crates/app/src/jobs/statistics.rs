//! Lets PostgreSQL look at tables that have filled since it knew nothing of them, so that it plans by what is there.
use crate::App;
use std::time::Duration;

/// How often: soon enough for nobody to feel plans that were made for empty tables.
const SWEEP: Duration = Duration::from_secs(2);

/// Runs until the server stops; not at all on the embedded database, which plans without.
pub(super) async fn work(app: App) {
    if app.store.is_embedded() {
        return;
    }
    let stopping = app.tasks.stopping();
    loop {
        match app.store.analyse_new_tables().await {
            Ok(tables) if tables.is_empty() => {}
            Ok(tables) => tracing::debug!(?tables, "the database has looked at new tables"),
            Err(error) => {
                tracing::warn!(%error, "the database could not look at its tables; it will");
            }
        }
        tokio::select! {
            biased;
            () = stopping.cancelled() => return,
            () = tokio::time::sleep(SWEEP) => {}
        }
    }
}
