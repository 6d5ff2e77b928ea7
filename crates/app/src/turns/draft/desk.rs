//! Where a session stands with agents, as a turn changes it.
use super::Draft;
use crate::Result;
use serde_json::{Map, Value};
use smartbot_model::AgentId;
use smartbot_model::event::{Actor, Event, HandOffData};
use smartbot_model::session::SessionStatus;
use smartbot_store::{DeskRow, JobKind};
use std::time::Duration;

/// How long a session waits for an agent before it counts as missed.
pub(crate) const MISSED_AFTER: Duration = Duration::from_secs(3 * 60);

impl Draft<'_> {
    /// An agent has the session from now on.
    pub(in crate::turns) fn give_to(&mut self, agent: AgentId) {
        for timer in self.state.hand_off() {
            self.cancel_timer(timer);
        }
        self.session.status = SessionStatus::WithAgent;
        self.session.desk = DeskRow {
            agent_id: Some(agent),
            ..DeskRow::default()
        };
        self.joined = Some(agent);
    }

    /// Nobody has the session, and it waits for whoever sees this flag, or for anybody.
    pub(in crate::turns) fn give_to_queue(&mut self, flag: Option<String>) {
        self.session.status = SessionStatus::WaitingForAgent;
        self.session.desk = DeskRow {
            wanted_flag: flag,
            ..DeskRow::default()
        };
    }

    /// Tells that nobody took the session that waits since this number; false when it does not wait since then any more.
    pub(in crate::turns) fn missed(&mut self, number: u64) -> Result<bool> {
        let since = self.session.desk.waiting_since;
        if since.is_none_or(|it| it.micros().cast_unsigned() != number) {
            return Ok(false);
        }
        let event = Event::SessionMissed(HandOffData {
            user: self.snapshot(),
            flag: self.session.desk.wanted_flag.clone(),
            place: self.place(self.state.current_box()),
        });
        self.record(&event, Actor::SYSTEM)?;
        Ok(true)
    }

    /// Makes what is kept of agents agree with where the session stands at the end of a turn.
    pub(super) fn settle_desk(&mut self) {
        match self.session.status {
            SessionStatus::WaitingForAgent => {
                self.session.desk.agent_id = None;
                if self.session.desk.waiting_since.is_none() {
                    self.session.desk.waiting_since = Some(self.now);
                    let number = self.now.micros().cast_unsigned();
                    let due = self.now.plus(MISSED_AFTER);
                    self.add_job(
                        JobKind::Missed,
                        number,
                        due,
                        None,
                        Value::Object(Map::new()),
                    );
                }
            }
            SessionStatus::WithAgent => {
                self.session.desk.waiting_since = None;
                self.session.desk.wanted_flag = None;
            }
            SessionStatus::Active | SessionStatus::Ended => {
                self.session.desk = DeskRow::default();
            }
        }
    }
}
