//! How much of the queue of writes one workspace may fill. Where so many are busy, each may have as much as if one more were: one alone half
//! of it, each of two a third, so that there is always a place for whoever comes next.
use crate::db::MAX_WAITING;
use crate::error::{Error, Result};
use smartbot_model::WorkspaceId;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many lists of one workspace wait at most, where so many have some that wait; one more is [`Error::Full`].
fn share(busy: usize) -> usize {
    MAX_WAITING / (busy + 1)
}

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
        let own = waiting.get(&workspace).copied().unwrap_or_default();
        let busy = waiting.len() + usize::from(own == 0);
        if own >= share(busy) {
            return Err(Error::Full);
        }
        waiting.insert(workspace, own + 1);
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
    fn however_many_fill_their_share_there_is_a_place_for_the_next() {
        let shares = Shares::default();
        let busy = [1, 2, 3].map(|it| WorkspaceId::from_uuid(Uuid::from_u128(it)));
        let next = WorkspaceId::from_uuid(Uuid::from_u128(4));
        let mut held: Vec<_> = busy.iter().map(|it| shares.take(*it).unwrap()).collect();
        for it in busy {
            while let Ok(share) = shares.take(it) {
                held.push(share);
            }
        }
        assert_eq!(held.len(), 3 * MAX_WAITING / 4);
        held.push(shares.take(next).unwrap());
        drop(held);
        let mut alone: Vec<_> = (0..MAX_WAITING / 2)
            .map(|_| shares.take(next).unwrap())
            .collect();
        assert_eq!(shares.take(next).err(), Some(Error::Full));
        alone.pop();
        assert!(shares.take(next).is_ok());
        drop(alone);
        assert!(shares.waiting().is_empty(), "nobody is remembered");
    }
}
