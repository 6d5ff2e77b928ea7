//! One turn at a time for each session on this node, so that two messages at once wait for each other instead of colliding in the database.
//! Between nodes the version in the session's row decides.
//!
//! Sessions of one user share the user's row: turns that have collided there take the user's turn as well, so that a user with many
//! sessions at once makes them slow and not fail.
use crate::App;
use dashmap::DashMap;
use smartbot_model::{SessionId, UserId};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, OwnedMutexGuard};
use uuid::Uuid;

/// The locks of the sessions and users that have turns running.
#[derive(Debug, Default)]
pub(crate) struct Locks(DashMap<Uuid, Arc<Mutex<()>>>);

/// Somebody's turn; over when dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    _user: Option<OwnedMutexGuard<()>>,
    _session: Option<OwnedMutexGuard<()>>,
}

impl Locks {
    /// Waits for the turn of a session, a new one excepted, and of its user when there was a collision. Always the user first: the other
    /// way round two could wait for each other.
    pub(crate) async fn turn(&self, user: Option<UserId>, session: Option<SessionId>) -> Turn {
        Turn {
            _user: self.lock(user.map(|it| it.uuid())).await,
            _session: self.lock(session.map(|it| it.uuid())).await,
        }
    }

    async fn lock(&self, id: Option<Uuid>) -> Option<OwnedMutexGuard<()>> {
        let lock = self.0.entry(id?).or_default().clone();
        Some(lock.lock_owned().await)
    }

    /// Forgets locks that nobody holds or waits for.
    fn sweep(&self) {
        self.0.retain(|_, it| Arc::strong_count(it) > 1);
    }
}

/// How often what is not needed any more is forgotten.
const SWEEP: Duration = Duration::from_secs(10);

/// How many old answers are forgotten at once.
const ANSWERS_AT_ONCE: u32 = 500;

/// Forgets what is not needed any more, until the server stops.
pub(crate) async fn housekeeping(app: App) {
    let stopping = app.tasks.stopping();
    loop {
        tokio::select! {
            biased;
            () = stopping.cancelled() => return,
            () = tokio::time::sleep(SWEEP) => {}
        }
        app.locks.sweep();
        app.live.sweep();
        app.limits.sweep();
        app.visits.sweep();
        forget_answers(&app).await;
    }
}

/// Forgets all answers whose time is over, in portions, so that turns come in between.
async fn forget_answers(app: &App) {
    let stopping = app.tasks.stopping();
    while !stopping.is_cancelled() {
        match app.store.forget_answers(app.now(), ANSWERS_AT_ONCE).await {
            Ok(gone) if gone >= u64::from(ANSWERS_AT_ONCE) => {}
            Ok(_) => return,
            Err(error) => {
                tracing::warn!(%error, "old answers could not be forgotten");
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_lock_is_held_by_one_and_forgotten_when_free() {
        let locks = Locks::default();
        let session = SessionId::from_uuid(uuid::Uuid::from_u128(1));
        let held = locks.turn(None, Some(session)).await;
        assert!(locks.0.get(&session.uuid()).unwrap().try_lock().is_err());
        locks.sweep();
        assert_eq!(locks.0.len(), 1, "a held lock stays");
        drop(held);
        locks.sweep();
        assert!(locks.0.is_empty());
    }
}
