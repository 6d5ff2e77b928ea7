//! A session that agents put aside for a while. While it is, the clock of those who wait stands.
use super::Draft;
use super::desk::number;
use serde_json::{Map, Value};
use smartbot_model::Time;
use smartbot_store::{JobKind, Snooze};
use std::time::Duration;

impl Draft<'_> {
    /// Puts the session aside until then, or until its user writes.
    pub(in crate::turns) fn snooze(&mut self, until: Time) {
        let before = self.session.desk.snooze;
        let since = before.map_or(self.now, |it| it.since);
        self.session.desk.snooze = Some(Snooze { since, until });
        let nothing = Value::Object(Map::new());
        self.add_job(JobKind::Snooze, number(until), until, None, nothing);
    }

    /// The session is not put aside any more: one that waits goes on waiting where it stopped.
    pub(in crate::turns) fn wake(&mut self) {
        let desk = &mut self.session.desk;
        let (Some(snooze), since) = (desk.snooze.take(), desk.waiting_since) else {
            return;
        };
        if let Some(since) = since {
            self.waits_since(self.now.minus(snooze.since.since(since)));
        }
    }

    /// The time of the snooze of this number is over, if it still is put aside until then.
    pub(in crate::turns) fn snooze_is_over(&mut self, of: u64) -> bool {
        let snooze = self.session.desk.snooze;
        let is_over = snooze.is_some_and(|it| number(it.until) == of);
        if is_over {
            self.wake();
        }
        is_over
    }

    /// The session waits for an agent since then; it counts as missed when that has been too long, once.
    pub(super) fn waits_since(&mut self, since: Time) {
        let seconds = self.workspace.settings.desk.missed_after_seconds;
        let patience = Duration::from_secs(seconds.into());
        self.session.desk.waiting_since = Some(since);
        // One that has waited longer was told of before it was put aside.
        if self.now.since(since) < patience {
            let nothing = Value::Object(Map::new());
            let due = since.plus(patience);
            self.add_job(JobKind::Missed, number(since), due, None, nothing);
        }
    }
}
