//! Waiting for what an External API answers, so that it can be told in the same response.
use crate::chat_logs;
use crate::live::{Listener, Note};
use crate::{App, Error, Result};
use smartbot_flow::State;
use smartbot_model::message::{Message, Sender};
use smartbot_model::session::{Answered, Awaiting, MAX_MESSAGES};
use smartbot_model::{SessionId, WorkspaceId};
use smartbot_store::SessionRow;
use std::time::Duration;
use tokio::time::Instant;

/// How long a response waits for an External API unless the caller says otherwise (`max_wait_ms`).
pub const DEFAULT_WAIT: Duration = Duration::from_millis(15_000);

/// The longest wait that a caller may ask for.
pub const MAX_WAIT: Duration = Duration::from_millis(60_000);

/// How long a lost note may hold up an answer.
const SWEEP: Duration = Duration::from_secs(2);

impl App {
    /// Waits until something was committed to the session, the time is over, or calls are given back because the server stops.
    pub(super) async fn changed(&self, listener: &mut Listener, deadline: Instant) {
        let until = deadline.min(Instant::now() + SWEEP);
        let giving_back = self.tasks.giving_back();
        let committed = async { while listener.next().await != Note::Changed {} };
        // Whatever comes first, the caller looks at the session again.
        tokio::select! {
            biased;
            () = committed => {}
            () = giving_back.cancelled() => {}
            () = tokio::time::sleep_until(until) => {}
        }
    }

    /// Whether a response may still wait for an External API.
    pub(super) fn may_wait(&self, deadline: Instant) -> bool {
        Instant::now() < deadline && !self.tasks.giving_back().is_cancelled()
    }

    /// What a session waits for.
    pub(crate) async fn awaiting(
        &self,
        workspace: WorkspaceId,
        row: &SessionRow,
    ) -> Result<(State, Option<Awaiting>)> {
        let bot = self
            .compiled_bot(workspace, row.bot_id, row.bot_version)
            .await?;
        let state: State = serde_json::from_str(row.state.expose())?;
        let shelf = self.library(workspace, &bot.flow, &state).await?;
        let awaiting = state.awaiting(&bot.flow, &shelf);
        Ok((state, awaiting))
    }

    /// What others said after `after_seq`, once the bot no longer waits for an External API or the time is over.
    pub(super) async fn settle(
        &self,
        workspace: WorkspaceId,
        session: SessionId,
        after_seq: u32,
        listener: &mut Listener,
        deadline: Instant,
    ) -> Result<Answered> {
        loop {
            let row = self
                .store
                .session(workspace, session)
                .await?
                .ok_or(Error::NotFound("session"))?;
            let (state, awaiting) = self.awaiting(workspace, &row).await?;
            if state.awaited_call().is_some() && self.may_wait(deadline) {
                self.changed(listener, deadline).await;
                continue;
            }
            let rows = self
                .store
                .messages(workspace, session, after_seq, MAX_MESSAGES)
                .await?;
            let messages: Vec<Message> = rows
                .into_iter()
                .map(|it| it.message.into_inner())
                .take_while(|it| it.from != Sender::User)
                .collect();
            return Ok(Answered {
                messages,
                awaiting,
                session: chat_logs::session(&row),
            });
        }
    }
}
