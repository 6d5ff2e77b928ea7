//! Wake-ups inside of a node: hints that there is something to do. Whoever sleeps looks again by itself after a while, so that one which is
//! lost costs time and nothing else. Simulations lose some and double others.
use std::sync::Arc;
use tokio::sync::Notify;
use tokio::sync::futures::Notified;

/// Decides how often a hint arrives: once, but in simulations.
pub trait Luck: Send + Sync {
    /// How often the next hint arrives.
    fn arrivals(&self) -> usize;
}

/// Every hint arrives once.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Always;

impl Luck for Always {
    fn arrivals(&self) -> usize {
        1
    }
}

/// Something that may be due.
pub(crate) struct Wake {
    notify: Notify,
    luck: Arc<dyn Luck>,
}

impl Wake {
    pub(crate) fn new(luck: Arc<dyn Luck>) -> Self {
        Self {
            notify: Notify::new(),
            luck,
        }
    }

    /// Wakes who sleeps, or keeps who is about to from it.
    pub(crate) fn notify_one(&self) {
        for _ in 0..self.luck.arrivals() {
            self.notify.notify_one();
        }
    }

    /// Waits to be woken.
    pub(crate) fn notified(&self) -> Notified<'_> {
        self.notify.notified()
    }
}
