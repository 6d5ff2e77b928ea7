//! Where a session stands with agents, as a turn changes it.
use super::{Draft, NewMessage};
use crate::Result;
use crate::desk::words;
use serde_json::{Map, Value};
use smartbot_model::agent::AgentRef;
use smartbot_model::event::{Actor, Event, HandOffData, SessionAgentData, TransferData};
use smartbot_model::message::{MessageKind, Sender};
use smartbot_model::session::SessionStatus;
use smartbot_model::{AgentId, MessageId, Phi, Time};
use smartbot_store::{DeskRow, JobKind, NoteRow, Offer};
use std::time::Duration;

/// How long an agent has to accept a session that a colleague gives away.
const OFFER_LIFE: Duration = Duration::from_secs(60);

/// What a job is known by that belongs to an instant.
pub(super) const fn number(at: Time) -> u64 {
    at.micros().cast_unsigned()
}

impl Draft<'_> {
    /// Whether an agent who sees the user could take the session now.
    pub(in crate::turns) async fn is_agent_free(&self) -> Result<bool> {
        let flags = &self.user.row.flags;
        self.app.is_agent_free(self.workspace.id, flags).await
    }

    /// An agent has the session from this commit on, and the bot is silent.
    pub(in crate::turns) fn join(&mut self, agent: &AgentRef, actor: Actor) -> Result<()> {
        let event = Event::SessionAgentJoined(self.about(agent.clone()));
        self.record(&event, actor)?;
        for timer in self.state.hand_off() {
            self.cancel_timer(timer);
        }
        self.session.status = SessionStatus::WithAgent;
        self.session.desk = DeskRow {
            agent_id: Some(agent.id),
            ..DeskRow::default()
        };
        self.took_part(agent.id);
        let line = words::joined(&self.session.language, &agent.name);
        self.tell(line)
    }

    /// The agent who has the session gives it up. To whom is the caller's to say.
    pub(in crate::turns) fn leave(&mut self, agent: AgentRef, actor: Actor) -> Result<()> {
        let event = Event::SessionAgentLeft(self.about(agent));
        self.record(&event, actor)
    }

    /// As [`leave`](Self::leave), where no other agent comes at once: the user hears of it.
    pub(in crate::turns) fn leave_alone(&mut self, agent: AgentRef, actor: Actor) -> Result<()> {
        let line = words::left(&self.session.language, &agent.name);
        self.leave(agent, actor)?;
        self.session.desk = DeskRow::default();
        self.tell(line)
    }

    /// Nobody has the session, and it waits for whoever sees this flag, or for anybody.
    pub(in crate::turns) fn give_to_queue(
        &mut self,
        from: AgentRef,
        flag: Option<String>,
        actor: Actor,
    ) -> Result<()> {
        self.leave_alone(from, actor)?;
        self.session.status = SessionStatus::WaitingForAgent;
        self.session.desk.wanted_flag = flag;
        Ok(())
    }

    /// The session went from one agent to another, or to a flag.
    pub(in crate::turns) fn transferred(
        &mut self,
        from_agent: AgentRef,
        to_agent: Option<AgentRef>,
        to_flag: Option<String>,
        actor: Actor,
    ) -> Result<()> {
        let event = Event::SessionTransferred(TransferData {
            user: self.snapshot(),
            from_agent,
            to_agent,
            to_flag,
            place: self.place(self.state.current_box()),
        });
        self.record(&event, actor)
    }

    /// Offers the session to another agent. If nobody accepts in time, it waits for somebody.
    pub(in crate::turns) fn offer(&mut self, from: AgentId, to: AgentId) {
        // To the millisecond, which is all that JSON holds.
        let until = self.now.plus(OFFER_LIFE);
        let until = Time::from_micros(until.micros() / 1_000 * 1_000);
        self.session.desk.offer = Some(Offer {
            agent_id: to,
            from,
            until,
        });
        let nothing = Value::Object(Map::new());
        self.add_job(JobKind::Offer, number(until), until, None, nothing);
    }

    /// Tells that nobody took the session that waits since this number; false when it does not wait since then any more.
    pub(in crate::turns) fn missed(&mut self, of: u64) -> Result<bool> {
        let desk = &self.session.desk;
        if desk.snooze.is_some() || desk.waiting_since.is_none_or(|it| number(it) != of) {
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

    /// The offer of this number, if it still stands.
    pub(in crate::turns) fn standing_offer(&self, of: u64) -> Option<Offer> {
        let offer = self.session.desk.offer;
        offer.filter(|it| number(it.until) == of)
    }

    /// Notes something that the user never sees.
    pub(in crate::turns) fn note(&mut self, agent: AgentId, text: String, mentions: Vec<AgentId>) {
        self.notes.push(NoteRow {
            id: MessageId::new(self.now, &*self.app.random),
            session_id: self.session.id,
            agent_id: agent,
            after_seq: self.session.last_seq,
            text: Phi::new(text),
            mentions,
            at: self.now,
        });
        self.took_part(agent);
    }

    /// What is done says nothing about the way of the bot, so that no report counts it.
    pub(in crate::turns) fn stays(&mut self) {
        self.trace.tally = Default::default();
    }

    fn took_part(&mut self, agent: AgentId) {
        if !self.took_part.contains(&agent) {
            self.took_part.push(agent);
        }
    }

    fn about(&self, agent: AgentRef) -> SessionAgentData {
        SessionAgentData {
            user: self.snapshot(),
            agent,
            place: self.place(self.state.current_box()),
        }
    }

    /// Tells the user what happened.
    fn tell(&mut self, line: String) -> Result<()> {
        let message = NewMessage {
            kind: MessageKind::Event,
            ..NewMessage::text(Sender::System, line)
        };
        self.say(message, false)
    }

    /// Makes what is kept of agents agree with where the session stands at the end of a turn.
    pub(super) fn settle_desk(&mut self) {
        match self.session.status {
            SessionStatus::WaitingForAgent => {
                self.session.desk.agent_id = None;
                if self.session.desk.waiting_since.is_none() {
                    self.waits_since(self.now);
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
