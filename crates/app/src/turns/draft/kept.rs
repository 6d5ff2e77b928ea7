//! From a turn to the list of changes that one commit keeps.
use super::Draft;
use crate::turns::trace::Trace;
use smartbot_store::{Change, JobKind, TurnRow};

impl Draft<'_> {
    /// What is kept, in one commit.
    pub(in crate::turns) fn changes(&self) -> Vec<Change> {
        let mut changes = Vec::with_capacity(8);
        changes.extend(self.user.saved());
        let mut session = self.session.clone();
        let session_id = session.id;
        let turn = session.version + 1;
        if self.is_new_session {
            session.version = turn;
            changes.push(Change::InsertSession(session));
        } else {
            let expected_version = session.version;
            session.version = turn;
            changes.push(Change::SaveSession {
                session,
                expected_version,
            });
        }
        if self.session.desk != self.desk_before {
            let desk = self.session.desk.clone();
            changes.push(Change::SaveDesk { session_id, desk });
        }
        changes.extend(self.took_part.iter().map(|agent_id| Change::JoinSession {
            session_id,
            agent_id: *agent_id,
            at: self.now,
        }));
        changes.extend(self.notes.iter().map(|note| Change::InsertNote {
            user_id: self.user.row.id,
            note: note.clone(),
        }));
        let first_seq = self
            .messages
            .first()
            .map_or(self.session.last_seq, |it| it.message.expose().seq);
        if !self.messages.is_empty() {
            changes.push(Change::AppendMessages {
                session_id,
                user_id: self.user.row.id,
                messages: self.messages.clone(),
            });
        }
        if self.trace != Trace::default() {
            // A trace is plain data with string keys; it always becomes JSON.
            let trace = serde_json::to_value(&self.trace).unwrap_or_default();
            changes.push(Change::AppendTurn(TurnRow {
                session_id,
                turn,
                seq: first_seq,
                at: self.now,
                trace,
            }));
        }
        changes.extend(self.user.told());
        changes.extend(self.jobs.iter().cloned().map(Change::InsertJob));
        if !self.cancelled.is_empty() {
            changes.push(Change::CancelJobs {
                session_id,
                kind: JobKind::Timer,
                numbers: self.cancelled.clone(),
            });
        }
        changes
    }
}
