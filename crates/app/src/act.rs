//! Requests that change something outside of a turn: once, in one commit, and again when somebody else came first.
use crate::turns::{Once, Reply};
use crate::{App, Error, Result};
use smartbot_model::{UserId, WorkspaceId};
use smartbot_store::Change;
use std::time::Duration;

/// How often a change that collides with others is tried again.
const MAX_TRIES: usize = 20;

/// What a request wants to be kept, and how it is answered then.
#[derive(Debug)]
pub(crate) struct Act {
    /// What is kept, in one commit; nothing when there is nothing to change.
    pub(crate) changes: Vec<Change>,
    /// The status and body of the answer.
    pub(crate) reply: Reply,
    /// The user whose key seals the remembered answer; the workspace's does when there is none.
    pub(crate) user: Option<UserId>,
}

impl App {
    /// Carries out a request: a repeat with the same key is answered like the first. `plan` reads and says what to keep; it runs
    /// again when another request changed the same thing meanwhile.
    pub(crate) async fn act<F: Future<Output = Result<Act>>>(
        &self,
        workspace: WorkspaceId,
        once: Option<Once>,
        mut plan: impl FnMut() -> F,
    ) -> Result<Reply> {
        let _running = match &once {
            Some(once) => Some(self.running.enter(once).ok_or(Error::RequestInProgress)?),
            None => None,
        };
        for _ in 0..MAX_TRIES {
            if let Some(reply) = self.answered(workspace, once.as_ref()).await? {
                return Ok(reply);
            }
            let Act {
                mut changes,
                reply,
                user,
            } = plan().await?;
            if let Some(once) = &once {
                let body = Some((reply.status, reply.body.clone()));
                changes.push(once.remember_for(user, None, body, self.now()));
            }
            match self.commit(workspace, changes).await {
                Ok(()) => return Ok(reply),
                Err(Error::Conflict(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Overloaded {
            retry_after: Duration::from_secs(1),
        })
    }

    /// As [`act`](Self::act), for what comes without a key: `plan` says what to keep and what to answer with.
    pub(crate) async fn keep<T, F: Future<Output = Result<(Vec<Change>, T)>>>(
        &self,
        workspace: WorkspaceId,
        mut plan: impl FnMut() -> F,
    ) -> Result<T> {
        for _ in 0..MAX_TRIES {
            let (changes, answer) = plan().await?;
            match self.commit(workspace, changes).await {
                Ok(()) => return Ok(answer),
                Err(Error::Conflict(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Overloaded {
            retry_after: Duration::from_secs(1),
        })
    }

    /// The answer that a request with this key got before.
    async fn answered(&self, workspace: WorkspaceId, once: Option<&Once>) -> Result<Option<Reply>> {
        let Some(once) = once else { return Ok(None) };
        let Some(row) = self
            .store
            .answer(workspace, once.scope(), once.key())
            .await?
        else {
            return Ok(None);
        };
        once.check(&row)?;
        let answer = row.status.zip(row.body);
        Ok(answer.map(|(status, body)| Reply {
            status,
            body: body.into_inner(),
        }))
    }
}
