//! Events that are on their way into the database. Their ids are made before they are committed, so that one of an older id may come to
//! light after one of a newer id was read; whoever reads in the order of ids stays behind what is announced here.
use smartbot_model::EventId;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a commit with events may take before it begins to end, where other nodes cannot know of it (PostgreSQL).
pub(crate) const COMMIT_WITHIN: Duration = Duration::from_millis(1_500);

/// What is on its way from this process, by the oldest event of each commit.
#[derive(Debug, Clone, Default)]
pub(crate) struct InFlight(Arc<Mutex<BTreeMap<EventId, usize>>>);

/// A commit with events; over when dropped.
#[derive(Debug)]
pub(crate) struct Announced {
    oldest: EventId,
    of: InFlight,
}

impl InFlight {
    /// Tells of a commit whose oldest event is this.
    pub(crate) fn announce(&self, oldest: EventId) -> Announced {
        *self.lock().entry(oldest).or_default() += 1;
        Announced {
            oldest,
            of: self.clone(),
        }
    }

    /// The oldest event that is on its way.
    pub(crate) fn oldest(&self) -> Option<EventId> {
        self.lock().keys().next().copied()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<EventId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Announced {
    fn drop(&mut self) {
        let mut all = self.of.lock();
        if let Some(count) = all.get_mut(&self.oldest) {
            *count -= 1;
            if *count == 0 {
                all.remove(&self.oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn the_oldest_is_known_until_its_last_commit_is_over() {
        let all = InFlight::default();
        let id = |number| EventId::from_uuid(Uuid::from_u128(number));
        let (first, again, later) = (
            all.announce(id(1)),
            all.announce(id(1)),
            all.announce(id(2)),
        );
        drop(first);
        assert_eq!(all.oldest(), Some(id(1)));
        drop(again);
        assert_eq!(all.oldest(), Some(id(2)));
        drop(later);
        assert_eq!(all.oldest(), None);
    }
}
