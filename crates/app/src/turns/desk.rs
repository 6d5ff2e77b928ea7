//! What agents do with a session: each act is one commit, guarded by the session's version like every turn.
use super::draft::{Draft, NewMessage};
use super::effects::{self, Surroundings};
use super::{MAX_TRIES, Once, Reply, Said, once};
use crate::notifications::Wanted;
use crate::sign_in::AgentAccess;
use crate::users::check::Faults;
use crate::users::sight::Sight;
use crate::{App, Error, Result, agents};
use serde_json::{Map, Value};
use smartbot_flow::{Input, State};
use smartbot_model::agent::AgentRef;
use smartbot_model::event::Actor;
use smartbot_model::message::Sender;
use smartbot_model::notification::NotificationKind;
use smartbot_model::session::{EndReason, SessionStatus};
use smartbot_model::user::is_valid_flag;
use smartbot_model::{AgentId, Permission, SessionId, Time, WorkspaceId};
use smartbot_store::{AgentRow, NoteRow, Offer};
use std::collections::BTreeSet;
use std::time::Duration;

/// The longest note, in characters.
const MAX_NOTE_CHARS: usize = 4_000;

/// The most agents whom a note names.
const MAX_MENTIONS: usize = 20;

/// To whom a session is transferred.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransferTo {
    /// This agent, who accepts or declines.
    Agent(AgentId),
    /// Whoever sees this flag, which the user gets: it waits for one of them.
    Flag(String),
}

/// What is done with a session.
#[derive(Debug, Clone)]
pub(crate) enum DeskAct {
    TakeOver,
    Say {
        said: Said,
        client_message_id: Option<String>,
    },
    HandBack {
        box_id: Option<String>,
    },
    Close,
    Transfer {
        to: TransferTo,
        note: Option<String>,
    },
    Accept,
    Decline,
    SetFlag {
        flag: String,
        is_on: bool,
    },
    SetFields(Map<String, Value>),
    Note {
        text: String,
        /// The agents whom it names.
        mentions: Vec<AgentId>,
    },
    /// Puts it aside until then; with none it is there again.
    Snooze(Option<Time>),
    /// The agent cannot have it any more.
    GiveUp,
    /// The agent to whom it is offered cannot have it.
    TakeBack {
        offered_to: AgentId,
    },
}

impl DeskAct {
    fn check(&self) -> Result<()> {
        let refuse = |pointer: &str, code: &str, message: String| {
            Err(Error::invalid(pointer, code, message))
        };
        let words = |pointer, text: &str, most: usize| {
            if text.trim().is_empty() {
                let message = "The text is empty. Write something.";
                return refuse(pointer, "missing_value", message.into());
            }
            if text.chars().count() > most {
                return refuse(pointer, "too_long", format!("At most {most} characters."));
            }
            Ok(())
        };
        match self {
            Self::Say {
                said,
                client_message_id,
            } => {
                said.check()?;
                let is_bad = |it: &String| it.is_empty() || it.len() > once::MAX_KEY;
                if client_message_id.as_ref().is_some_and(is_bad) {
                    let message = "A client_message_id has 1 to 255 bytes.";
                    return refuse("/client_message_id", "invalid_value", message.into());
                }
                Ok(())
            }
            Self::Note { text, mentions } => {
                if mentions.len() > MAX_MENTIONS {
                    let message = format!("A note names at most {MAX_MENTIONS} agents.");
                    return refuse("/mentions", "invalid_value", message);
                }
                words("/text", text, MAX_NOTE_CHARS)
            }
            Self::Transfer { to, note } => {
                if let TransferTo::Flag(flag) = to
                    && !is_valid_flag(flag)
                {
                    let message = "A flag has 1 to 64 letters, digits, -, _, . or :.";
                    return refuse("/flag", "invalid_value", message.into());
                }
                note.as_ref()
                    .map_or(Ok(()), |it| words("/note", it, MAX_NOTE_CHARS))
            }
            Self::SetFlag { flag, .. } if !is_valid_flag(flag) => Err(Error::NotFound("flag")),
            _ => Ok(()),
        }
    }

    /// Whether it may be done with a session that has ended.
    const fn may_come_late(&self) -> bool {
        matches!(self, Self::Note { .. })
    }

    /// Whether the way of the session through the bot is another one after it.
    const fn moves(&self) -> bool {
        !matches!(
            self,
            Self::SetFlag { .. } | Self::SetFields(_) | Self::Note { .. } | Self::Snooze(_)
        )
    }

    /// What makes a repeat of it known as one.
    fn guard(&self, session: SessionId, agent: AgentId) -> Option<Once> {
        match self {
            Self::Say {
                said,
                client_message_id: Some(id),
            } => Some(Once::desk_message(session, agent, id, &said.content())),
            _ => None,
        }
    }
}

/// Who does it, and what is seen.
pub(crate) struct By {
    own: AgentRef,
    actor: Actor,
    sight: Sight,
}

impl By {
    pub(crate) fn agent(access: &AgentAccess) -> Self {
        Self {
            own: agents::told(&access.row).agent,
            actor: access.caller.actor.clone(),
            sight: access.sight(),
        }
    }

    /// SmartBot, about a session that this agent has.
    pub(crate) const fn system(own: AgentRef) -> Self {
        Self {
            own,
            actor: Actor::SYSTEM,
            sight: Sight::ALL,
        }
    }
}

impl App {
    /// Does something with a session that may be seen. Returns the note that was made.
    pub(crate) async fn desk_act(
        &self,
        workspace: WorkspaceId,
        by: &By,
        session: SessionId,
        act: &DeskAct,
    ) -> Result<Option<NoteRow>> {
        act.check()?;
        let guard = act.guard(session, by.own.id);
        let mut contended = None;
        for _ in 0..MAX_TRIES {
            let _turn = self.locks.turn(contended, Some(session)).await;
            let read = self.store.turn(workspace, session).await?;
            let read = read.filter(|(_, user)| by.sight.sees(&user.flags));
            let read = read.ok_or(Error::NotFound("session"))?;
            if let Some(guard) = &guard {
                let row = self.store.answer(workspace, guard.scope(), guard.key());
                if let Some(row) = row.await? {
                    return guard.check(&row).map(|()| None);
                }
            }
            if read.0.status == SessionStatus::Ended && !act.may_come_late() {
                return Err(Error::SessionEnded);
            }
            let state: State = serde_json::from_str(read.0.state.expose())?;
            let known = self.workspace(workspace).await?;
            let mut draft = self.draft(&known, read, state).await?;
            let around = self.surroundings(&draft).await?;
            self.carry_out(by, &mut draft, &around, act).await?;
            if draft.is_empty() {
                return Ok(None);
            }
            draft.close()?;
            if !act.moves() {
                draft.stays();
            }
            if self.is_late(&draft) {
                continue;
            }
            let mut changes = draft.changes();
            let (user, seq) = (draft.user.row.id, draft.session.last_seq);
            changes.extend(guard.as_ref().map(|it| {
                let done = Reply::empty();
                it.remember(
                    user,
                    session,
                    seq,
                    Some((done.status, done.body)),
                    draft.now,
                )
            }));
            match self.store.commit(workspace, changes).await {
                Ok(()) => {
                    self.after_commit(workspace, &mut draft);
                    return Ok(draft.notes.pop());
                }
                Err(smartbot_store::Error::Conflict { .. }) => {
                    contended = Some(draft.user.row.id);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::Overloaded {
            retry_after: Duration::from_secs(1),
        })
    }

    async fn carry_out(
        &self,
        by: &By,
        draft: &mut Draft<'_>,
        around: &Surroundings,
        act: &DeskAct,
    ) -> Result<()> {
        let workspace = draft.workspace().id;
        let holder = draft.session.desk.agent_id;
        match act {
            DeskAct::TakeOver => match holder {
                Some(agent) if agent == by.own.id => {
                    // Whoever has it and wants it does not give it away.
                    draft.session.desk.offer = None;
                    Ok(())
                }
                Some(agent) => Err(self.taken(workspace, agent).await?),
                None => draft.join(&by.own, by.actor.clone()),
            },
            DeskAct::Accept => {
                let offer = offered(draft, by.own.id)?;
                let from = self.agent_ref(workspace, offer.from).await?;
                let actor = || by.actor.clone();
                draft.leave(from.clone(), actor())?;
                draft.transferred(from, Some(by.own.clone()), None, actor())?;
                draft.join(&by.own, actor())
            }
            DeskAct::Decline => {
                let offer = offered(draft, by.own.id)?;
                let from = self.agent_ref(workspace, offer.from).await?;
                draft.give_to_queue(from, None, by.actor.clone())
            }
            DeskAct::GiveUp if holder == Some(by.own.id) => {
                draft.give_to_queue(by.own.clone(), None, by.actor.clone())
            }
            DeskAct::GiveUp => Ok(()),
            DeskAct::TakeBack { offered_to } => {
                let offer = &mut draft.session.desk.offer;
                *offer = offer.filter(|it| it.agent_id != *offered_to);
                Ok(())
            }
            DeskAct::SetFlag { flag, is_on } => draft.set_flag(flag, *is_on, &by.actor),
            DeskAct::SetFields(fields) => {
                let mut faults = Faults::default();
                faults.fields("/fields", fields, draft.workspace(), false, |_| None);
                faults.refuse()?;
                for (name, value) in fields {
                    draft.set_field(name, value.clone(), &by.actor, None)?;
                }
                Ok(())
            }
            DeskAct::Note { text, mentions } => {
                let named = self.mentioned(draft, mentions).await?;
                draft.note(by.own.id, text.clone(), named);
                Ok(())
            }
            DeskAct::Snooze(until) => match holder {
                Some(agent) if agent != by.own.id => Err(self.taken(workspace, agent).await?),
                None if draft.session.status != SessionStatus::WaitingForAgent => {
                    let message = "The bot has this chat. Take it over first.";
                    Err(Error::Conflict(message.into()))
                }
                _ => {
                    match until {
                        Some(until) => draft.snooze(*until),
                        None => draft.wake(),
                    }
                    Ok(())
                }
            },
            DeskAct::Say { .. }
            | DeskAct::HandBack { .. }
            | DeskAct::Close
            | DeskAct::Transfer { .. } => match holder {
                Some(agent) if agent == by.own.id => self.with_own(by, draft, around, act).await,
                Some(agent) => Err(self.taken(workspace, agent).await?),
                None => Err(Error::Conflict(
                    "The bot has this chat, or nobody. Take it over first.".into(),
                )),
            },
        }
    }

    /// What only the agent who has the session does with it.
    async fn with_own(
        &self,
        by: &By,
        draft: &mut Draft<'_>,
        around: &Surroundings,
        act: &DeskAct,
    ) -> Result<()> {
        let (own, actor) = (|| by.own.clone(), || by.actor.clone());
        match act {
            DeskAct::Say {
                said,
                client_message_id,
            } => {
                let message = NewMessage {
                    from: Sender::Agent,
                    ..said.message(None, client_message_id.as_deref())
                };
                draft.say(message, false)
            }
            DeskAct::HandBack { box_id } => {
                if box_id
                    .as_deref()
                    .is_some_and(|it| !draft.bot.flow.has_box(it))
                {
                    let message =
                        "The bot has no box of this id in the version that the chat stays on.";
                    return Err(Error::invalid("/box_id", "invalid_value", message));
                }
                draft.leave_alone(own(), actor())?;
                draft.session.status = SessionStatus::Active;
                let box_id = box_id.clone();
                effects::advance(draft, Input::AgentReturned { box_id }, around).await
            }
            DeskAct::Close => {
                draft.leave(own(), actor())?;
                draft.end(EndReason::Ended, actor(), None)
            }
            DeskAct::Transfer { to, note } => {
                if let Some(note) = note {
                    draft.note(by.own.id, note.clone(), Vec::new());
                }
                match to {
                    TransferTo::Agent(to) => {
                        let other = self.agent_row(draft.workspace().id, *to).await;
                        let other = other.map_err(|_| cannot_take())?;
                        if *to == by.own.id || !may_have(&other, &draft.user.row.flags) {
                            return Err(cannot_take());
                        }
                        draft.wake();
                        draft.offer(by.own.id, *to);
                        Ok(())
                    }
                    TransferTo::Flag(flag) => {
                        draft.set_flag(flag, true, &by.actor)?;
                        draft.transferred(own(), None, Some(flag.clone()), actor())?;
                        draft.give_to_queue(own(), Some(flag.clone()), actor())
                    }
                }
            }
            _ => Ok(()),
        }
    }

    /// The agents whom a note about the session names, each once; they are told of it.
    async fn mentioned(&self, draft: &mut Draft<'_>, ids: &[AgentId]) -> Result<Vec<AgentId>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows = self.store.agents_of_ids(draft.workspace().id, ids).await?;
        let may_read = |it: &AgentRow| {
            let sight = Sight::of(it.limited_to_flags.clone());
            it.deactivated_at.is_none()
                && it.role.may(Permission::ViewChats)
                && sight.sees(&draft.user.row.flags)
        };
        let can = |id: &AgentId| rows.iter().any(|it| it.id == *id && may_read(it));
        if let Some(place) = ids.iter().position(|it| !can(it)) {
            let message = "This agent cannot read the chat. Name another one.";
            let pointer = format!("/mentions/{place}");
            return Err(Error::invalid(pointer, "invalid_value", message));
        }
        let mut named: Vec<AgentId> = Vec::new();
        for id in ids {
            if !named.contains(id) {
                named.push(*id);
            }
        }
        draft.add_notice(&Wanted {
            kind: NotificationKind::Mentioned,
            box_id: draft.state.current_box().unwrap_or_default().to_owned(),
            function_id: draft.session.function_id.clone(),
            roles: Vec::new(),
            agents: named.iter().map(ToString::to_string).collect(),
            media: vec!["desktop".into(), "email".into()],
        })?;
        Ok(named)
    }

    /// The time of an offer is over: the session waits for somebody, unless it was accepted, declined or taken back before.
    pub(super) async fn offer_is_over(&self, draft: &mut Draft<'_>, number: u64) -> Result<bool> {
        let Some(offer) = draft.standing_offer(number) else {
            return Ok(false);
        };
        let from = self.agent_ref(draft.workspace().id, offer.from).await?;
        draft.give_to_queue(from, None, Actor::SYSTEM)?;
        Ok(true)
    }

    /// Says who has the session.
    async fn taken(&self, workspace: WorkspaceId, agent: AgentId) -> Result<Error> {
        let name = match self.store.agent(workspace, agent).await? {
            Some(row) => row.name.into_inner(),
            None => "Somebody who is no agent any more".into(),
        };
        Ok(Error::Taken { agent, name })
    }

    /// An agent for events; of one who is not there any more nothing but the id is known.
    pub(crate) async fn agent_ref(&self, workspace: WorkspaceId, id: AgentId) -> Result<AgentRef> {
        let row = self.store.agent(workspace, id).await?;
        Ok(row.map_or_else(
            || AgentRef {
                id,
                name: String::new(),
                email: String::new(),
                role: smartbot_model::agent::Role::Agent,
            },
            |row| agents::told(&row).agent,
        ))
    }
}

/// Whether this agent may have a session of a user with these flags.
pub(crate) fn may_have(agent: &AgentRow, flags: &BTreeSet<String>) -> bool {
    let sight = Sight::of(agent.limited_to_flags.clone());
    agent.deactivated_at.is_none() && agent.role.may(Permission::AnswerChats) && sight.sees(flags)
}

fn cannot_take() -> Error {
    let message = "This agent cannot take the chat. Choose another one.";
    Error::invalid("/agent_id", "invalid_value", message)
}

/// The offer of the session to this agent.
fn offered(draft: &Draft<'_>, agent: AgentId) -> Result<Offer> {
    let offer = draft.session.desk.offer;
    let is_mine = |it: &Offer| it.agent_id == agent && it.until > draft.now;
    offer.filter(is_mine).ok_or_else(|| {
        let message = "Nobody offers you this chat, or not any more.";
        Error::Conflict(message.into())
    })
}
