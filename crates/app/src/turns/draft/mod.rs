//! A turn being put together: everything that one commit will keep.
mod desk;
mod kept;
mod snooze;
mod tallied;
mod told;

use crate::bots::CompiledBot;
use crate::delivery::worker::Reserved;
use crate::notifications::Wanted;
use crate::turns::calls::StoredCall;
use crate::turns::trace::{Stand, Trace, Visited};
use crate::users::told::ToldUser;
use crate::workspaces::Workspace;
use crate::{App, Result};
use serde_json::{Map, Value};
use smartbot_flow::State;
use smartbot_model::event::{Actor, Event, Place, SessionEndedData};
use smartbot_model::file::StoredFile;
use smartbot_model::message::{Message, MessageKind, Sender};
use smartbot_model::session::{EndReason, MAX_MESSAGES, SessionStatus};
use smartbot_model::webhook::Endpoint;
use smartbot_model::{AgentId, JobId, MessageId, Phi, SessionId, Time};
use smartbot_store::{
    DeliveryRow, DeskRow, JobKind, JobRow, MessageRow, NoteRow, SessionRow, UserRow,
};
use std::sync::Arc;
use std::time::Duration;

/// A message before it has a place in the session.
pub(in crate::turns) struct NewMessage {
    pub(in crate::turns) from: Sender,
    pub(in crate::turns) kind: MessageKind,
    pub(in crate::turns) text: String,
    pub(in crate::turns) choices: Vec<String>,
    pub(in crate::turns) media: Option<Value>,
    pub(in crate::turns) file: Option<StoredFile>,
    pub(in crate::turns) typing_delay_ms: Option<u32>,
    pub(in crate::turns) box_id: Option<String>,
    pub(in crate::turns) client_message_id: Option<String>,
}

impl NewMessage {
    pub(in crate::turns) fn text(from: Sender, text: impl Into<String>) -> Self {
        Self {
            from,
            kind: MessageKind::Text,
            text: text.into(),
            choices: Vec::new(),
            media: None,
            file: None,
            typing_delay_ms: None,
            box_id: None,
            client_message_id: None,
        }
    }
}

/// All that one turn changes.
pub(in crate::turns) struct Draft<'a> {
    app: &'a App,
    workspace: &'a Workspace,
    pub(in crate::turns) bot: Arc<CompiledBot>,
    pub(in crate::turns) now: Time,
    pub(in crate::turns) session: SessionRow,
    pub(in crate::turns) user: ToldUser,
    pub(in crate::turns) state: State,
    /// Where the session stood and waited for its user before this turn.
    stood: Option<Stand>,
    /// Whether agents had the session before this turn.
    with_agent: bool,
    is_new_session: bool,
    pub(in crate::turns) messages: Vec<MessageRow>,
    pub(in crate::turns) jobs: Vec<JobRow>,
    pub(in crate::turns) cancelled: Vec<u64>,
    pub(in crate::turns) trace: Trace,
    too_long: bool,
    /// Where the session stood with agents before this turn.
    desk_before: DeskRow,
    /// The agents who take part with this turn.
    took_part: Vec<AgentId>,
    pub(in crate::turns) notes: Vec<NoteRow>,
}

impl<'a> Draft<'a> {
    pub(in crate::turns) fn new(
        app: &'a App,
        workspace: &'a Workspace,
        endpoints: Arc<[Endpoint]>,
        bot: Arc<CompiledBot>,
        (session, user, state): (SessionRow, UserRow, State),
    ) -> Self {
        let now = app.now();
        Self {
            app,
            workspace,
            bot,
            now,
            stood: Stand::of(&session, &state),
            with_agent: session.status.is_with_agents(),
            desk_before: session.desk.clone(),
            session,
            user: ToldUser::new(app, endpoints, now, user).telling_at_once(workspace.id),
            state,
            is_new_session: false,
            messages: Vec::new(),
            jobs: Vec::new(),
            cancelled: Vec::new(),
            trace: Trace::default(),
            too_long: false,
            took_part: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Marks session, and perhaps user, as made by this turn.
    pub(in crate::turns) fn starting(mut self, is_new_user: bool) -> Self {
        self.is_new_session = true;
        if is_new_user {
            self.user = self.user.made();
        }
        self
    }

    pub(in crate::turns) const fn workspace(&self) -> &'a Workspace {
        self.workspace
    }

    pub(in crate::turns) fn bot_actor(&self) -> Actor {
        Actor::new(smartbot_model::event::ActorKind::Bot, self.bot.id)
    }

    /// The session, and a box in it.
    pub(in crate::turns) fn place(&self, box_id: Option<&str>) -> Place {
        Place {
            session_id: Some(self.session.id),
            function_id: Some(self.session.function_id.clone()),
            box_id: box_id.map(str::to_owned),
        }
    }

    /// Adds a message. One that a session has no place for ends it instead.
    pub(in crate::turns) fn say(&mut self, new: NewMessage, sensitive: bool) -> Result<()> {
        if self.session.last_seq >= MAX_MESSAGES {
            self.too_long = true;
            return Ok(());
        }
        self.session.last_seq += 1;
        let agent_id = self.session.desk.agent_id;
        let agent_id = agent_id.filter(|_| new.from == Sender::Agent);
        let message = Message {
            id: MessageId::new(self.now, &*self.app.random),
            seq: self.session.last_seq,
            from: new.from,
            kind: new.kind,
            text: new.text,
            choices: new.choices,
            media: new.media,
            file: new.file,
            typing_delay_ms: new.typing_delay_ms,
            box_id: new.box_id,
            client_message_id: new.client_message_id,
            at: self.now,
        };
        self.messages.push(MessageRow {
            message: Phi::new(message),
            sensitive,
            agent_id,
        });
        Ok(())
    }

    /// Marks the user's message of this turn as the answer to a sensitive question.
    pub(in crate::turns) fn mask_input(&mut self) {
        for row in self
            .messages
            .iter_mut()
            .filter(|it| it.message.expose().from == Sender::User)
        {
            row.sensitive = true;
        }
    }

    pub(in crate::turns) fn visit(
        &mut self,
        box_id: &str,
        other_bot: Option<(&str, Option<u32>)>,
        link: Option<usize>,
    ) {
        self.trace.visits.push(Visited {
            seq: self.session.last_seq,
            box_id: box_id.to_owned(),
            function_id: other_bot.map(|it| it.0.to_owned()),
            version: other_bot.and_then(|it| it.1),
            link,
        });
    }

    /// Adds a timer.
    pub(in crate::turns) fn add_timer(&mut self, number: u64, due_at: Time) {
        self.add_job(
            JobKind::Timer,
            number,
            due_at,
            None,
            Value::Object(Map::new()),
        );
    }

    /// Adds the wish to tell agents.
    pub(in crate::turns) fn add_notice(&mut self, wanted: &Wanted) -> Result<()> {
        let payload = serde_json::to_value(wanted)?;
        self.add_job(JobKind::Notify, 0, self.now, None, payload);
        Ok(())
    }

    /// Adds a call. This node makes it right after the commit, so it is claimed with it; if the node dies, the lease ends.
    pub(in crate::turns) fn add_call(&mut self, number: u64, call: &StoredCall) -> Result<()> {
        let payload = serde_json::to_value(call)?;
        self.add_job(JobKind::Call, number, self.now, Some(call.lease()), payload);
        Ok(())
    }

    fn add_job(
        &mut self,
        kind: JobKind,
        number: u64,
        due_at: Time,
        lease: Option<Duration>,
        payload: Value,
    ) {
        self.jobs.push(JobRow {
            id: JobId::new(self.now, &*self.app.random),
            kind,
            session_id: self.session.id,
            user_id: self.user.row.id,
            number,
            due_at,
            lease_until: lease.map(|it| self.now.plus(it)),
            attempt: u32::from(lease.is_some()),
            payload: Phi::new(payload),
            created_at: self.now,
        });
    }

    pub(in crate::turns) fn cancel_timer(&mut self, number: u64) {
        // One that was started in this very turn was never kept.
        let before = self.jobs.len();
        self.jobs
            .retain(|it| it.kind != JobKind::Timer || it.number != number);
        if self.jobs.len() == before {
            self.cancelled.push(number);
        }
    }

    /// Ends the session.
    pub(in crate::turns) fn end(
        &mut self,
        reason: EndReason,
        actor: Actor,
        box_id: Option<&str>,
    ) -> Result<()> {
        if self.session.status == SessionStatus::Ended {
            return Ok(());
        }
        for timer in self.state.end() {
            self.cancel_timer(timer);
        }
        self.session.status = SessionStatus::Ended;
        self.session.ended_at = Some(self.now);
        self.session.end_reason = Some(reason);
        let place = self.place(box_id);
        let event = Event::SessionEnded(SessionEndedData {
            user: self.snapshot(),
            reason,
            place,
        });
        self.record(&event, actor)
    }

    /// Closes the books: what is left to record, and the session's state.
    pub(in crate::turns) fn close(&mut self) -> Result<()> {
        if self.too_long {
            self.end(EndReason::TooLong, Actor::SYSTEM, None)?;
        }
        self.flush_profile()?;
        self.record_messages()?;
        if self.session.status != SessionStatus::Ended {
            self.session.status = match (self.state.awaits_agent(), self.session.status) {
                (true, SessionStatus::WithAgent) => SessionStatus::WithAgent,
                (true, _) => SessionStatus::WaitingForAgent,
                (false, _) => SessionStatus::Active,
            };
        }
        self.settle_desk();
        self.session.state = Phi::new(serde_json::to_string(&self.state)?);
        self.session.updated_at = self.now;
        self.trace.tally = self.tally();
        Ok(())
    }

    /// Whether a commit would change nothing but the books.
    pub(in crate::turns) fn is_empty(&self) -> bool {
        self.messages.is_empty()
            && self.user.events.is_empty()
            && self.jobs.is_empty()
            && self.trace == Trace::default()
            && !self.user.is_changed()
            && self.cancelled.is_empty()
            && self.notes.is_empty()
            && self.session.desk == self.desk_before
    }

    /// After the commit: the deliveries that were kept, and those that go out at once.
    pub(in crate::turns) fn take_deliveries(&mut self) -> (Vec<DeliveryRow>, Vec<Reserved>) {
        self.user.take_deliveries()
    }

    /// The messages of this turn that others than the user wrote.
    pub(in crate::turns) fn said(&self) -> Vec<Message> {
        self.messages
            .iter()
            .map(|it| it.message.expose())
            .filter(|it| it.from != Sender::User)
            .cloned()
            .collect()
    }

    /// The id of the session.
    pub(in crate::turns) const fn session_id(&self) -> SessionId {
        self.session.id
    }

    /// The session's variables, changed through the state.
    pub(in crate::turns) fn set_variables(&mut self, variables: Map<String, Value>) -> Result<()> {
        for (name, value) in variables {
            self.state.set_variable(&name, value).map_err(|error| {
                crate::Error::invalid(
                    format!("/variables/{name}"),
                    "too_large",
                    format!("Shorten the variables: {error}."),
                )
            })?;
        }
        Ok(())
    }
}
