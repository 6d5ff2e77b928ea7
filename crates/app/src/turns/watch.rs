//! Looking at an open session: its state, its messages, its stream.
use crate::live::{DeskNote, Listener, Note};
use crate::tokens::SESSION_KEY_GRACE;
use crate::{App, Error, Result, chat_logs};
use smartbot_model::message::{Message, Sender};
use smartbot_model::session::{MAX_MESSAGES, SessionAgent, SessionState, SessionStatus};
use smartbot_model::{SessionId, WorkspaceId};

impl App {
    /// Where a session stands.
    pub async fn session_state(
        &self,
        workspace: WorkspaceId,
        id: SessionId,
    ) -> Result<SessionState> {
        let row = self
            .store
            .session(workspace, id)
            .await?
            .ok_or(Error::NotFound("session"))?;
        let (_, awaiting) = self.awaiting(workspace, &row).await?;
        let agent = match row.desk.agent_id {
            Some(agent) => self.store.agent(workspace, agent).await?,
            None => None,
        };
        Ok(SessionState {
            session: chat_logs::session(&row),
            awaiting,
            agent: agent.map(|it| SessionAgent {
                name: it.name.into_inner(),
            }),
        })
    }

    /// The messages of an open session after `after_seq`. One that has ended is a chat log, and out of reach here.
    pub async fn open_messages(
        &self,
        workspace: WorkspaceId,
        id: SessionId,
        after_seq: u32,
    ) -> Result<Vec<Message>> {
        let row = self
            .store
            .session(workspace, id)
            .await?
            .ok_or(Error::NotFound("session"))?;
        if row.status == SessionStatus::Ended {
            return Err(Error::SessionEnded);
        }
        self.messages_after(workspace, id, after_seq).await
    }

    /// What a stream has to tell after `after_seq`. A session's stream can be read until 10 minutes after its end.
    pub async fn stream_page(
        &self,
        workspace: WorkspaceId,
        id: SessionId,
        after_seq: u32,
    ) -> Result<(SessionState, Vec<Message>)> {
        // State first: what is said in between is told with the next note.
        let state = self.session_state(workspace, id).await?;
        if state
            .session
            .ended_at
            .is_some_and(|it| self.now().since(it) > SESSION_KEY_GRACE)
        {
            return Err(Error::SessionEnded);
        }
        let mut messages = self.messages_after(workspace, id, after_seq).await?;
        messages.retain(|it| it.seq <= state.session.last_seq);
        Ok((state, messages))
    }

    async fn messages_after(
        &self,
        workspace: WorkspaceId,
        id: SessionId,
        after_seq: u32,
    ) -> Result<Vec<Message>> {
        let rows = self
            .store
            .messages(workspace, id, after_seq, MAX_MESSAGES)
            .await?;
        Ok(rows.into_iter().map(|it| it.message.into_inner()).collect())
    }

    /// Listens to what happens to a session.
    pub fn watch(&self, id: SessionId) -> Listener {
        self.live.subscribe(id)
    }

    /// Tells those who watch a session that somebody types.
    pub async fn typing(&self, workspace: WorkspaceId, id: SessionId, from: Sender) -> Result<()> {
        let row = self
            .store
            .session(workspace, id)
            .await?
            .ok_or(Error::NotFound("session"))?;
        if row.status == SessionStatus::Ended {
            return Err(Error::SessionEnded);
        }
        self.live.note(id, Note::Typing(from));
        self.live.tell_desks(workspace, DeskNote::Typing(id, from));
        Ok(())
    }
}
