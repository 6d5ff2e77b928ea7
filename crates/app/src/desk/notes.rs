//! Private notes: no messages, never shown to the user.
use crate::live::DeskNote;
use crate::sign_in::AgentAccess;
use crate::{App, Error, Result, agents};
use smartbot_model::agent::AgentRef;
use smartbot_model::chat_log::Note;
use smartbot_model::{MessageId, Phi, SessionId, WorkspaceId};
use smartbot_store::{Change, NoteRow};

/// The longest note, in characters.
const MAX_NOTE_CHARS: usize = 4_000;

fn shown(row: NoteRow) -> Note {
    Note {
        after_seq: row.after_seq,
        agent_id: row.agent_id,
        text: row.text.into_inner(),
        at: row.at,
    }
}

impl App {
    /// Notes something about a chat, also about one that has ended.
    pub async fn note_chat(
        &self,
        access: &AgentAccess,
        session: SessionId,
        text: String,
    ) -> Result<Note> {
        if text.trim().is_empty() || text.chars().count() > MAX_NOTE_CHARS {
            let message = format!("A note has 1 to {MAX_NOTE_CHARS} characters.");
            return Err(Error::invalid("/text", "invalid_value", message));
        }
        let workspace = access.caller.workspace;
        let (row, user) = self.seen_session(access, session).await?;
        let now = self.now();
        let note = NoteRow {
            id: MessageId::new(now, &*self.random),
            session_id: session,
            agent_id: access.row.id,
            after_seq: row.last_seq,
            text: Phi::new(text),
            at: now,
        };
        let changes = vec![
            Change::InsertNote {
                user_id: user.id,
                note: note.clone(),
            },
            Change::JoinSession {
                session_id: session,
                agent_id: access.row.id,
                at: now,
            },
        ];
        self.store.commit(workspace, changes).await?;
        self.live.tell_desks(workspace, DeskNote::Noted(session));
        Ok(shown(note))
    }

    /// The notes about a session, the oldest first.
    pub(crate) async fn notes_of(
        &self,
        workspace: WorkspaceId,
        session: SessionId,
    ) -> Result<Vec<Note>> {
        let rows = self.store.notes(workspace, session).await?;
        Ok(rows.into_iter().map(shown).collect())
    }

    /// The agents who took part in a session, without those who are no agents any more.
    pub(crate) async fn agents_of(
        &self,
        workspace: WorkspaceId,
        session: SessionId,
    ) -> Result<Vec<AgentRef>> {
        let mut found = Vec::new();
        for id in self.store.agents_of_session(workspace, session).await? {
            if let Some(row) = self.store.agent(workspace, id).await? {
                found.push(agents::told(&row).agent);
            }
        }
        Ok(found)
    }
}
