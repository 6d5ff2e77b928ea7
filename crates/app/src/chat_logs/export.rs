//! Exports: chat logs one after the other, read as they are taken. No more is held than a portion, and no snapshot of the database.
use super::list::{ChatLogQuery, Needle, portion};
use super::{ChatLog, Kept};
use crate::users::sight::Sight;
use crate::{App, Error, Result};
use smartbot_model::{SessionId, WorkspaceId};
use smartbot_store::{ChatLogFilter, SessionMark};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How many exports a workspace may have running at once.
const MAX_RUNNING: u32 = 2;

/// When one who found too many may come again.
const COME_AGAIN: Duration = Duration::from_secs(30);

/// How many sessions are looked up at once.
const MARKS: u32 = 500;

/// The exports that run on this node.
#[derive(Debug, Clone, Default)]
pub(crate) struct Exports(Arc<Mutex<HashMap<WorkspaceId, u32>>>);

/// A place for an export; free again when dropped.
#[derive(Debug)]
struct Running {
    workspace: WorkspaceId,
    of: Exports,
}

impl Exports {
    fn enter(&self, workspace: WorkspaceId) -> Result<Running> {
        let mut all = self.lock();
        let count = all.entry(workspace).or_default();
        if *count >= MAX_RUNNING {
            return Err(Error::TooManyExports {
                retry_after: COME_AGAIN,
            });
        }
        *count += 1;
        Ok(Running {
            workspace,
            of: self.clone(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<WorkspaceId, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut all = self.of.lock();
        if let Some(count) = all.get_mut(&self.workspace) {
            *count -= 1;
            if *count == 0 {
                all.remove(&self.workspace);
            }
        }
    }
}

/// An export that runs. It stops when dropped.
pub struct Export {
    app: App,
    workspace: WorkspaceId,
    /// None when nothing can match.
    filter: Option<ChatLogFilter>,
    needle: Option<Needle>,
    sight: Sight,
    /// Sessions that are found and not read yet, the newest first.
    marks: VecDeque<SessionMark>,
    /// The session before which to look for more.
    before: Option<SessionId>,
    is_over: bool,
    _running: Running,
}

impl App {
    /// Begins to export the chat logs that a query finds, the newest first.
    pub async fn export_chat_logs(
        &self,
        workspace: WorkspaceId,
        sight: Sight,
        query: &ChatLogQuery,
    ) -> Result<Export> {
        let needle = Needle::of(query)?;
        let running = self.exports.enter(workspace)?;
        let filter = self.resolved(workspace, &sight, query).await?;
        Ok(Export {
            app: self.clone(),
            workspace,
            is_over: filter.is_none(),
            filter,
            needle,
            sight,
            marks: VecDeque::new(),
            before: None,
            _running: running,
        })
    }
}

impl Export {
    /// The next chat logs, each whole; none at the end. Meanwhile turns go first.
    pub async fn next(&mut self) -> Result<Option<Vec<ChatLog>>> {
        let app = self.app.clone();
        loop {
            if app.tasks.stopping().is_cancelled() {
                return Err(Error::Unavailable {
                    retry_after: Duration::from_secs(2),
                });
            }
            let Some(logs) = app.pace.slice(self.portion()).await? else {
                return Ok(None);
            };
            if !logs.is_empty() {
                return Ok(Some(logs));
            }
        }
    }

    /// A portion of chat logs, perhaps empty; none at the end.
    async fn portion(&mut self) -> Result<Option<Vec<ChatLog>>> {
        if self.marks.is_empty() && !self.look_up().await? {
            return Ok(None);
        }
        let count = portion(self.marks.make_contiguous());
        let marks: Vec<_> = self.marks.drain(..count).collect();
        let ids: Vec<_> = marks.iter().map(|it| it.id).collect();
        let users: Vec<_> = marks.iter().map(|it| (it.id, it.user_id)).collect();
        let store = &self.app.store;
        let mut sessions = store.sessions_with_users(self.workspace, &ids).await?;
        let mut messages = store.messages_of(self.workspace, &users, true).await?;
        let mut turns = store.turns_of(self.workspace, &ids).await?;
        let mut notes = store.notes_of_sessions(self.workspace, &ids).await?;
        let mut agents = self.app.agents_of(self.workspace, &ids).await?;
        let mut logs = Vec::with_capacity(count);
        for id in ids {
            // One whose user was erased meanwhile is gone.
            let Some((session, user)) = sessions.remove(&id) else {
                continue;
            };
            if !self.sight.sees(&user.flags) {
                continue;
            }
            let kept = Kept {
                session,
                user,
                messages: messages.remove(&id).unwrap_or_default(),
                turns: turns.remove(&id).unwrap_or_default(),
                notes: notes.remove(&id).unwrap_or_default(),
                agents: agents.remove(&id).unwrap_or_default(),
            };
            let is_wanted = |it: &Needle| kept.messages.iter().any(|row| it.is_in(row));
            if self.needle.as_ref().is_none_or(is_wanted) {
                logs.push(self.app.assemble(self.workspace, kept).await?);
            }
        }
        Ok(Some(logs))
    }

    /// Looks for more sessions; returns whether there are any.
    async fn look_up(&mut self) -> Result<bool> {
        let Some(filter) = self.filter.as_ref().filter(|_| !self.is_over) else {
            return Ok(false);
        };
        let found = self
            .app
            .store
            .chat_logs(self.workspace, filter, self.before, MARKS)
            .await?;
        self.is_over = found.len() < MARKS as usize;
        self.before = found.last().map(|it| it.id).or(self.before);
        self.marks.extend(found);
        Ok(!self.marks.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_has_two_places_and_gets_them_back() {
        let all = Exports::default();
        let [one, other] = [1, 2].map(|it| WorkspaceId::from_uuid(uuid::Uuid::from_u128(it)));
        let first = all.enter(one).unwrap();
        let _second = all.enter(one).unwrap();
        assert!(matches!(all.enter(one), Err(Error::TooManyExports { .. })));
        assert!(all.enter(other).is_ok());
        drop(first);
        assert!(all.enter(one).is_ok());
    }
}
