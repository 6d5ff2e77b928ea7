//! Long work that gives way to turns: in slices, one at a time on this node, and with pauses while turns are being made.
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// How many times as long as a slice took is left to turns after it.
const PAUSE: u32 = 2;

/// The longest pause, so that one slow answer of the database does not stop the work.
const MAX_PAUSE: Duration = Duration::from_secs(1);

/// Who is at work.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    turns: AtomicU64,
    /// How many turns there were when the last slice ended.
    slice: Mutex<u64>,
}

impl Pace {
    /// Tells that a turn was made.
    pub(crate) fn turn(&self) {
        self.turns.fetch_add(1, Ordering::Relaxed);
    }

    /// Does a slice of long work when no other is being done, and leaves time after it if turns were made meanwhile.
    pub(crate) async fn slice<T>(&self, work: impl Future<Output = T>) -> T {
        let mut before = self.slice.lock().await;
        let begun = Instant::now();
        let done = work.await;
        let turns = self.turns.load(Ordering::Relaxed);
        let pause = pause(begun.elapsed(), turns != *before);
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        *before = turns;
        done
    }
}

/// How long a slice that took so long leaves to turns.
fn pause(took: Duration, turns_were_made: bool) -> Duration {
    if turns_were_made {
        (took * PAUSE).min(MAX_PAUSE)
    } else {
        Duration::ZERO
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_pauses_only_while_turns_are_made_and_never_long() {
        let short = Duration::from_millis(10);
        assert_eq!(pause(short, false), Duration::ZERO);
        assert_eq!(pause(short, true), short * 2);
        assert_eq!(pause(Duration::from_secs(9), true), MAX_PAUSE);
    }

    #[tokio::test]
    async fn two_works_take_turns() {
        let pace = Pace::default();
        let first = pace.slice(async { 1 });
        assert_eq!(first.await, 1);
        let held = pace.slice.lock().await;
        let mut second = std::pin::pin!(pace.slice(async { 2 }));
        assert!(futures_util::poll!(second.as_mut()).is_pending());
        drop(held);
        assert_eq!(second.await, 2);
    }
}
