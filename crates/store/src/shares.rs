//! How much of the queue of writes one workspace may fill: half of it, so that a busy one never leaves the others without a place.
use crate::db::MAX_WAITING;
use crate::error::{Error, Result};
use smartbot_model::WorkspaceId;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many lists of one workspace wait at most; one more is [`Error::Full`].
const SHARE: usize = MAX_WAITING / 2;

/// How many lists of each workspace wait.
#[derive(Default)]
pub(crate) struct Shares(Mutex<HashMap<WorkspaceId, usize>>);

impl Shares {
    fn waiting(&self) -> MutexGuard<'_, HashMap<WorkspaceId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place in the queue for a list of this workspace, given back when it is dropped.
    pub(crate) fn take(&self, workspace: WorkspaceId) -> Result<Share<'_>> {
        let mut waiting = self.waiting();
        let own = waiting.entry(workspace).or_default();
        if *own >= SHARE {
            return Err(Error::Full);
        }
        *own += 1;
        Ok(Share {
            shares: self,
            workspace,
        })
    }
}

/// A place in the queue.
pub(crate) struct Share<'a> {
    shares: &'a Shares,
    workspace: WorkspaceId,
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        let mut waiting = self.shares.waiting();
        if let Some(own) = waiting.get_mut(&self.workspace) {
            *own -= 1;
            if *own == 0 {
                waiting.remove(&self.workspace);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_workspace_that_has_filled_its_half_leaves_the_other_one() {
        let shares = Shares::default();
        let [busy, calm] = [1, 2].map(|it| WorkspaceId::from_uuid(Uuid::from_u128(it)));
        let mut held: Vec<_> = (0..SHARE).map(|_| shares.take(busy).unwrap()).collect();
        assert_eq!(shares.take(busy).err(), Some(Error::Full));
        let other = shares.take(calm).unwrap();
        held.pop();
        assert!(shares.take(busy).is_ok());
        drop((held, other));
        assert!(shares.waiting().is_empty(), "nobody is remembered");
    }
}
