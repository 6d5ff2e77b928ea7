//! The end of a turn: one commit, then whoever waits for it is told.
use super::draft::Draft;
use super::effects::Surroundings;
use super::{Once, Reply, calls, start};
use crate::live::{DeskNote, Note};
use crate::{App, Result, chat_logs};
use smartbot_model::WorkspaceId;
use smartbot_model::session::{Answered, SessionStatus};
use smartbot_store::JobKind;
use std::time::Duration;

/// How long a turn may take from its first look at the clock to its commit.
const LATE: Duration = Duration::from_secs(1);

/// What the caller of a turn wants to hear.
pub(super) struct Asked<'a> {
    pub(super) guards: &'a [Once],
    pub(super) after_seq: u32,
    pub(super) status: u16,
    /// The session key, for the answer to a start.
    pub(super) key: Option<String>,
}

pub(super) enum Finished {
    /// Another turn came first.
    Conflict,
    /// Done.
    Answered(Reply),
    /// Done, and the bot waits for an External API.
    Waiting,
}

impl App {
    /// Closes a turn, commits it and tells everybody who waits for it.
    pub(super) async fn finish(
        &self,
        draft: &mut Draft<'_>,
        around: &Surroundings,
        asked: Asked<'_>,
    ) -> Result<Finished> {
        draft.close()?;
        let workspace = draft.workspace().id;
        let session = draft.session_id();
        let awaiting = draft.state.awaiting(&draft.bot.flow, &*around.shelf);
        let waits_for_call = draft.state.awaited_call().is_some();
        let mut changes = draft.changes();
        let answered = Answered {
            messages: draft.said(),
            awaiting,
            session: chat_logs::session(&draft.session),
        };
        let body = match asked.key {
            Some(key) => start::body(answered, key)?,
            None => serde_json::to_string(&answered)?,
        };
        let known = (!waits_for_call).then(|| (asked.status, body.clone()));
        let user = draft.user.row.id;
        changes.extend(
            asked
                .guards
                .iter()
                .map(|it| it.remember(user, session, asked.after_seq, known.clone(), draft.now)),
        );
        if self.is_late(draft) {
            return Ok(Finished::Conflict);
        }
        match self.store.commit(workspace, changes).await {
            Ok(()) => {}
            Err(smartbot_store::Error::Conflict { .. }) => return Ok(Finished::Conflict),
            Err(error) => return Err(error.into()),
        }
        self.after_commit(workspace, draft);
        metrics::counter!("smartbot_turns_total").increment(1);
        metrics::histogram!("smartbot_turn_seconds")
            .record(self.now().since(draft.now).as_secs_f64());
        if waits_for_call {
            Ok(Finished::Waiting)
        } else {
            Ok(Finished::Answered(Reply {
                status: asked.status,
                body,
            }))
        }
    }

    /// Whether a turn took so long that its events, whose ids are as old as the turn, would come to light behind the horizon of the feed.
    /// It is taken again then.
    pub(super) fn is_late(&self, draft: &Draft<'_>) -> bool {
        self.now().since(draft.now) > LATE
    }

    /// Wakes whoever has something to do after a commit.
    pub(super) fn after_commit(&self, workspace: WorkspaceId, draft: &mut Draft<'_>) {
        self.pace.turn();
        self.live.note(draft.session_id(), Note::Changed);
        let seen = draft
            .session
            .last_seq
            .saturating_sub(draft.messages.len().try_into().unwrap_or(0));
        let changed = DeskNote::Changed {
            session: draft.session_id(),
            version: draft.session.version + 1,
            after_seq: Some(seen),
        };
        self.live.tell_desks(workspace, changed);
        if !draft.notes.is_empty() {
            let noted = DeskNote::Noted(draft.session_id());
            self.live.tell_desks(workspace, noted);
        }
        if draft.session.status == SessionStatus::Ended {
            self.visits.ended(draft.session_id());
        }
        let (deliveries, reserved) = draft.take_deliveries();
        self.after_deliveries(workspace, &deliveries, reserved);
        for job in std::mem::take(&mut draft.jobs) {
            match job.kind {
                JobKind::Call => self
                    .tasks
                    .spawn(calls::perform(self.clone(), workspace, job)),
                JobKind::Timer
                | JobKind::Missed
                | JobKind::Offer
                | JobKind::Snooze
                | JobKind::Notify => {
                    self.jobs_due.notify_one();
                }
            }
        }
    }
}
