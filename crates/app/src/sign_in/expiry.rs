//! Ends browser sessions whose time is over, so that the end is told although nobody comes any more.
use crate::App;
use smartbot_model::event::Actor;
use std::time::Duration;

/// How long after its time a browser session is ended. It opens nothing meanwhile.
const SWEEP: Duration = Duration::from_secs(5);

/// How many are ended at once.
const AT_ONCE: u32 = 100;

/// Looks for what is over until the server stops.
pub(crate) async fn work(app: App) {
    let stopping = app.tasks.stopping();
    loop {
        tokio::select! {
            biased;
            () = stopping.cancelled() => return,
            () = tokio::time::sleep(SWEEP) => {}
        }
        if let Err(error) = sweep(&app).await {
            tracing::warn!(%error, "browser sessions that are over could not be ended");
        }
    }
}

async fn sweep(app: &App) -> crate::Result<()> {
    let now = app.now();
    for (workspace, session) in app.store.expired_browser_sessions(now, AT_ONCE).await? {
        app.end_browser_session(workspace, &session, Some(&Actor::SYSTEM))
            .await?;
    }
    Ok(app.store.forget_sign_in_failures(now).await?)
}
