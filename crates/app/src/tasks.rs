//! Background tasks: tracked, so that a stop waits for them, and told when to stop.
use std::future::Future;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The tasks of one server.
#[derive(Debug, Clone, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    stop: CancellationToken,
    give_back: CancellationToken,
}

/// How long other servers may still take to answer when this one stops.
const PATIENCE: Duration = Duration::from_secs(3);

impl Tasks {
    /// Runs `work` beside everything else; a stop waits for it.
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.tracker.spawn(work);
    }

    /// Is done when the server is asked to stop.
    pub fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Is done a little later than [`stopping`](Self::stopping): who waits for another server then gives the work back, so that the next
    /// start goes on with it.
    pub fn giving_back(&self) -> CancellationToken {
        self.give_back.clone()
    }

    /// Asks all tasks to stop and waits for them, at most `deadline`. Returns whether all came to their end.
    pub async fn stop(&self, deadline: Duration) -> bool {
        self.stop.cancel();
        self.tracker.close();
        let ended = async {
            if tokio::time::timeout(PATIENCE, self.tracker.wait())
                .await
                .is_err()
            {
                self.give_back.cancel();
                self.tracker.wait().await;
            }
        };
        let in_time = tokio::time::timeout(deadline, ended).await.is_ok();
        self.give_back.cancel();
        in_time
    }
}
