//! Answering a request that came before.
use super::locks::Turn;
use super::{Once, Reply, start};
use crate::live::Listener;
use crate::{App, Error, Result};
use smartbot_model::WorkspaceId;
use smartbot_model::session::Answered;
use smartbot_store::Change;
use tokio::time::Instant;

impl App {
    /// The answer of an earlier request with one of these keys. `turn` is given up where the answer waits for a call, because what
    /// comes of the call needs it.
    pub(super) async fn repeated(
        &self,
        workspace: WorkspaceId,
        guards: &[Once],
        start: Option<()>,
        turn: &mut Option<Turn>,
        listener: &mut Listener,
        deadline: Instant,
    ) -> Result<Option<Reply>> {
        for guard in guards {
            let Some(row) = self
                .store
                .answer(workspace, guard.scope(), guard.key())
                .await?
            else {
                continue;
            };
            guard.check(&row)?;
            if let (Some(status), Some(body)) = (row.status, row.body) {
                return Ok(Some(Reply {
                    status,
                    body: body.into_inner(),
                }));
            }
            // The first request was cut off while it waited for an External API: answer in its place.
            let session = row.session_id.ok_or(Error::NotFound("session"))?;
            *turn = None;
            if start.is_some() {
                *listener = self.live.subscribe(session);
            }
            let answered = self
                .settle(workspace, session, row.seq, listener, deadline)
                .await?;
            let reply = self.reply(workspace, &answered, start.is_some()).await?;
            let guard = std::slice::from_ref(guard);
            let complete = self.complete(workspace, guard, &answered, row.seq, reply);
            return Ok(Some(complete.await));
        }
        Ok(None)
    }

    pub(super) async fn reply(
        &self,
        workspace: WorkspaceId,
        answered: &Answered,
        is_start: bool,
    ) -> Result<Reply> {
        if !is_start {
            return Ok(Reply {
                status: 200,
                body: serde_json::to_string(answered)?,
            });
        }
        let key = self.session_key(workspace, answered.session.id).await?;
        Ok(Reply {
            status: 201,
            body: start::body(answered.clone(), key)?,
        })
    }

    /// Writes the answer of a request that had to wait into the row that remembers it. When somebody who came with the same key has been
    /// answered meanwhile, that answer stands.
    pub(super) async fn complete(
        &self,
        workspace: WorkspaceId,
        guards: &[Once],
        answered: &Answered,
        seq: u32,
        reply: Reply,
    ) -> Reply {
        let changes: Vec<Change> = guards
            .iter()
            .map(|it| Change::CompleteAnswer {
                scope: it.scope().to_owned(),
                key: it.key().to_owned(),
                user_id: Some(answered.session.user_id),
                session_id: Some(answered.session.id),
                seq,
                status: reply.status,
                body: reply.body.clone().into(),
            })
            .collect();
        if changes.is_empty() {
            return reply;
        }
        match self.store.commit(workspace, changes).await {
            Ok(()) => {}
            Err(smartbot_store::Error::Conflict { .. }) => {
                for guard in guards {
                    let remembered = self.store.answer(workspace, guard.scope(), guard.key());
                    if let Ok(Some(row)) = remembered.await
                        && let (Some(status), Some(body)) = (row.status, row.body)
                    {
                        let body = body.into_inner();
                        return Reply { status, body };
                    }
                }
            }
            // The turn itself is kept; without this the answer to a repeat is put together again from the messages.
            Err(error) => {
                tracing::warn!(%error, "the answer to a request could not be remembered");
            }
        }
        reply
    }
}
