//! What a turn adds to the counters of the reports: known here, for nothing more than what the turn has at hand; counted later.
use super::Draft;
use crate::turns::trace::{Arrival, Stand, Tally};
use smartbot_model::message::Sender;
use smartbot_model::session::{EndReason, SessionStatus};

impl Draft<'_> {
    /// The tally of a turn whose session has its final state and status.
    pub(super) fn tally(&self) -> Tally {
        let mut tally = Tally {
            started: self.is_new_session,
            ended: self.session.status == SessionStatus::Ended,
            left: self.stood.clone(),
            came: self.came(),
            ..Tally::default()
        };
        for message in &self.messages {
            match message.message.expose().from {
                Sender::User => tally.user += 1,
                Sender::Bot => tally.bot += 1,
                Sender::Agent => tally.agent += 1,
                Sender::System => {}
            }
        }
        tally
    }

    fn came(&self) -> Option<(Arrival, Stand)> {
        // What agents do with a session says nothing about the box from which they got it.
        if self.with_agent && self.session.status != SessionStatus::Active {
            return None;
        }
        let arrival = match self.session.status {
            SessionStatus::Ended if self.session.end_reason == Some(EndReason::Completed) => {
                Arrival::Completed
            }
            SessionStatus::Ended => Arrival::Ended,
            SessionStatus::WaitingForAgent | SessionStatus::WithAgent => Arrival::HandedOff,
            SessionStatus::Active => {
                return Stand::of(&self.session, &self.state).map(|it| (Arrival::Waits, it));
            }
        };
        let visited = self.trace.visits.last().map(|it| Stand {
            box_id: it.box_id.clone(),
            other_bot: it.function_id.clone().zip(Some(it.version.unwrap_or(0))),
            at: self.now,
        });
        Some((arrival, visited.or_else(|| self.stood.clone())?))
    }
}
