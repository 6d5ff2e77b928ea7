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
        if turns != *before {
            tokio::time::sleep((begun.elapsed() * PAUSE).min(MAX_PAUSE)).await;
        }
        *before = turns;
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn took(pace: &Pace) -> Duration {
        let begun = Instant::now();
        pace.slice(tokio::time::sleep(Duration::from_millis(100)))
            .await;
        begun.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn work_pauses_only_while_turns_are_made() {
        let pace = Pace::default();
        assert_eq!(took(&pace).await, Duration::from_millis(100));
        pace.turn();
        assert_eq!(took(&pace).await, Duration::from_millis(300));
        assert_eq!(took(&pace).await, Duration::from_millis(100));
    }

    #[tokio::test(start_paused = true)]
    async fn two_works_take_turns() {
        let pace = Pace::default();
        let begun = Instant::now();
        tokio::join!(took(&pace), took(&pace));
        assert_eq!(begun.elapsed(), Duration::from_millis(200));
    }
}
