//! Looks whether the disk of the embedded database still has room.
use crate::App;
use crate::disk::{Space, Watched};
use std::time::Duration;

/// How often. What a busy second writes is a small part of what is kept free.
const SWEEP: Duration = Duration::from_secs(1);

/// Runs until the server stops.
pub(super) async fn work(app: App) {
    let Some(watched) = app.watched_disk() else {
        return;
    };
    let stopping = app.tasks.stopping();
    loop {
        look(&app, &watched);
        tokio::select! {
            biased;
            () = stopping.cancelled() => return,
            () = tokio::time::sleep(SWEEP) => {}
        }
    }
}

fn look(app: &App, watched: &Watched) {
    let space = match Space::of(&watched.folder) {
        Ok(space) => space,
        Err(error) => {
            tracing::warn!(%error, "it cannot be told how full the disk is");
            return;
        }
    };
    #[expect(clippy::cast_precision_loss, reason = "a metric")]
    metrics::gauge!("smartbot_disk_free_bytes").set(space.free as f64);
    let is_short = space.is_short(watched.reserve);
    if !app.disk.note(is_short) {
        return;
    }
    let free_mib = space.free / (1024 * 1024);
    if is_short {
        tracing::error!(
            free_mib,
            "the disk is nearly full: nothing new is accepted until there is room"
        );
    } else {
        tracing::info!(free_mib, "the disk has room again");
    }
}
