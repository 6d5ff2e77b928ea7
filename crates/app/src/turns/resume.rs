//! What came of a job, as the input of a new turn.
use super::{MAX_TRIES, effects};
use crate::{App, Error, Result};
use smartbot_flow::{Input, State};
use smartbot_model::WorkspaceId;
use smartbot_model::session::SessionStatus;
use smartbot_store::{Change, JobKind, JobRow, what};
use std::time::Duration;

impl App {
    /// What came of a job, as the input of a new turn, if the bot has to do with it. The job is over with the same commit.
    pub(crate) async fn resume(
        &self,
        workspace: WorkspaceId,
        job: &JobRow,
        input: Option<Input>,
    ) -> Result<()> {
        let over = || {
            vec![Change::FinishJob {
                id: job.id,
                attempt: job.attempt,
            }]
        };
        let mut contended = None;
        for _ in 0..MAX_TRIES {
            let _turn = self.locks.turn(contended, Some(job.session_id)).await;
            let read = self.store.turn(workspace, job.session_id).await?;
            let Some(read) = read.filter(|(session, _)| session.status != SessionStatus::Ended)
            else {
                return lost_or(self.store.commit(workspace, over()).await);
            };
            let known = self.workspace(workspace).await?;
            let state: State = serde_json::from_str(read.0.state.expose())?;
            let mut draft = self.draft(&known, read, state.clone()).await?;
            let around = self.surroundings(&draft).await?;
            let stands = match job.kind {
                JobKind::Missed => draft.missed(job.number)?,
                JobKind::Snooze => draft.snooze_is_over(job.number),
                JobKind::Offer => self.offer_is_over(&mut draft, job.number).await?,
                JobKind::Call | JobKind::Timer | JobKind::Notify => true,
            };
            if let Some(input) = input.clone().filter(|_| stands) {
                effects::advance(&mut draft, input, &around).await?;
            }
            if draft.is_empty() && draft.state == state {
                // The session has moved on; nobody waits for this any more.
                return lost_or(self.store.commit(workspace, over()).await);
            }
            draft.close()?;
            if self.is_late(&draft) {
                continue;
            }
            let mut changes = over();
            changes.extend(draft.changes());
            match self.store.commit(workspace, changes).await {
                Ok(()) => {
                    self.after_commit(workspace, &mut draft);
                    return Ok(());
                }
                Err(smartbot_store::Error::Conflict { what }) if what != what::JOB_LEASE => {
                    contended = Some(job.user_id);
                }
                other => return lost_or(other),
            }
        }
        Err(Error::Overloaded {
            retry_after: Duration::from_secs(1),
        })
    }
}

/// A job whose lease went to somebody else is theirs to finish.
fn lost_or(result: smartbot_store::Result<()>) -> Result<()> {
    match result {
        Err(smartbot_store::Error::Conflict { what }) if what == what::JOB_LEASE => Ok(()),
        other => Ok(other?),
    }
}
