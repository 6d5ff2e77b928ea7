//! Waiting for a condition, never for an amount of time.

use std::future::Future;
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

const POLL_EVERY: Duration = Duration::from_millis(5);

/// Waits until `condition` answers true; asks it every few milliseconds.
///
/// # Panics
/// If it does not come true within `deadline`; the message names `what`.
#[track_caller]
pub fn until<C>(what: &str, deadline: Duration, mut condition: C) -> impl Future<Output = ()>
where
    C: AsyncFnMut() -> bool,
{
    until_some(what, deadline, async move || {
        condition().await.then_some(())
    })
}

/// Waits until `find` answers with a value and returns that; asks it every few milliseconds.
///
/// # Panics
/// If there is none within `deadline`; the message names `what`.
#[track_caller]
pub fn until_some<T, C>(what: &str, deadline: Duration, mut find: C) -> impl Future<Output = T>
where
    C: AsyncFnMut() -> Option<T>,
{
    // `track_caller` does not reach into a future, so the place is taken before it.
    let caller = std::panic::Location::caller();
    async move {
        let begin = Instant::now();
        loop {
            if let Some(found) = find().await {
                return found;
            }
            assert!(
                begin.elapsed() < deadline,
                "{caller}: waited {deadline:?} in vain for: {what}"
            );
            tokio::time::sleep(POLL_EVERY).await;
        }
    }
}

/// Spawns a task of a test: `tokio::spawn`, which product code must not use untracked.
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    #[expect(
        clippy::disallowed_methods,
        reason = "tests end with their run-time, which ends its tasks"
    )]
    tokio::spawn(future)
}
