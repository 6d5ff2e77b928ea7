//! What agents do with a session: each act is one commit, guarded by the session's version like every turn.
use super::MAX_TRIES;
use super::draft::{Draft, NewMessage};
use super::effects::{self, Surroundings};
use crate::sign_in::AgentAccess;
use crate::users::check::Faults;
use crate::{App, Error, Result, agents};
use serde_json::{Map, Value};
use smartbot_flow::{Input, State};
use smartbot_model::agent::AgentRef;
use smartbot_model::event::{Actor, Event, SessionAgentData, TransferData};
use smartbot_model::message::Sender;
use smartbot_model::session::{EndReason, MAX_TEXT_CHARS, SessionStatus};
use smartbot_model::user::is_valid_flag;
use smartbot_model::{AgentId, SessionId, WorkspaceId};
use smartbot_store::{DeskRow, Offer};
use std::time::Duration;

/// How long a transfer can be accepted.
pub const OFFER_LIFE: Duration = Duration::from_secs(60);

/// To whom a session is transferred.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransferTo {
    /// This agent, who accepts or declines.
    Agent(AgentId),
    /// Whoever sees this flag: it waits for one of them.
    Flag(String),
}

/// What an agent does with a session.
#[derive(Debug, Clone)]
pub(crate) enum DeskAct {
    TakeOver,
    Say {
        text: String,
        client_message_id: Option<String>,
    },
    HandBack {
        box_id: Option<String>,
    },
    Close,
    Transfer(TransferTo),
    Accept,
    Decline,
    SetFlag {
        flag: String,
        is_on: bool,
    },
    SetFields(Map<String, Value>),
}

impl DeskAct {
    fn check(&self) -> Result<()> {
        match self {
            Self::Say { text, .. } if text.trim().is_empty() => Err(Error::invalid(
                "/text",
                "missing_value",
                "The text is empty. Write something.",
            )),
            Self::Say { text, .. } if text.chars().count() > MAX_TEXT_CHARS => Err(Error::invalid(
                "/text",
                "too_long",
                format!("A message has at most {MAX_TEXT_CHARS} characters."),
            )),
            Self::Transfer(TransferTo::Flag(flag)) if !is_valid_flag(flag) => Err(Error::invalid(
                "/flag",
                "invalid_value",
                "A flag has 1 to 64 letters, digits, -, _, . or :.",
            )),
            Self::SetFlag { flag, .. } if !is_valid_flag(flag) => Err(Error::NotFound("flag")),
            _ => Ok(()),
        }
    }
}

impl App {
    /// Does what an agent wants with a session that the agent may see.
    pub(crate) async fn desk_act(
        &self,
        access: &AgentAccess,
        session: SessionId,
        act: &DeskAct,
    ) -> Result<()> {
        act.check()?;
        let workspace = access.caller.workspace;
        let mut contended = None;
        for _ in 0..MAX_TRIES {
            let _turn = self.locks.turn(contended, Some(session)).await;
            let read = self.store.turn(workspace, session).await?;
            let read = read.filter(|(_, user)| access.sees(&user.flags));
            let read = read.ok_or(Error::NotFound("session"))?;
            if read.0.status == SessionStatus::Ended {
                return Err(Error::SessionEnded);
            }
            let state: State = serde_json::from_str(read.0.state.expose())?;
            let known = self.workspace(workspace).await?;
            let mut draft = self.draft(&known, read, state).await?;
            let around = self.surroundings(&draft).await?;
            self.carry_out(access, &mut draft, &around, act).await?;
            draft.close()?;
            if self.is_late(&draft) {
                continue;
            }
            match self.store.commit(workspace, draft.changes()).await {
                Ok(()) => {
                    self.after_commit(workspace, &mut draft);
                    return Ok(());
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
        access: &AgentAccess,
        draft: &mut Draft<'_>,
        around: &Surroundings,
        act: &DeskAct,
    ) -> Result<()> {
        let workspace = access.caller.workspace;
        let own = agents::told(&access.row).agent;
        let actor = access.caller.actor.clone();
        match act {
            DeskAct::TakeOver => match draft.session.desk.agent_id {
                Some(agent) if agent == own.id => Ok(()),
                Some(agent) => Err(self.taken(workspace, agent).await?),
                None => join(draft, &own, actor),
            },
            DeskAct::Accept => {
                let offer = draft.session.desk.offer.clone();
                let is_mine = |it: &Offer| it.agent_id == Some(own.id) && it.until > draft.now;
                let Some(offer) = offer.filter(is_mine) else {
                    return Err(Error::Conflict(
                        "There is nothing to accept: nobody offers you this chat, or not any more."
                            .into(),
                    ));
                };
                let from = self.agent_ref(workspace, offer.from).await?;
                leave(draft, from.clone(), actor.clone())?;
                transferred(draft, from, Some(own.clone()), None, actor.clone())?;
                join(draft, &own, actor)
            }
            DeskAct::Decline => {
                let offer = draft.session.desk.offer.take();
                let is_mine = |it: &Offer| it.agent_id == Some(own.id);
                if offer.as_ref().is_some_and(is_mine) {
                    return Ok(());
                }
                Err(Error::Conflict(
                    "There is nothing to decline: nobody offers you this chat, or not any more."
                        .into(),
                ))
            }
            DeskAct::SetFlag { flag, is_on } => draft.set_flag(flag, *is_on, &actor),
            DeskAct::SetFields(fields) => {
                let known = draft.workspace();
                let mut faults = Faults::default();
                faults.fields("/fields", fields, known, false, |_| None);
                faults.refuse()?;
                for (name, value) in fields {
                    draft.set_field(name, value.clone(), &actor, None)?;
                }
                Ok(())
            }
            DeskAct::Say { .. }
            | DeskAct::HandBack { .. }
            | DeskAct::Close
            | DeskAct::Transfer(_) => {
                self.must_have(workspace, draft, own.id).await?;
                self.with_own(access, draft, around, act).await
            }
        }
    }

    /// What only the agent who has the session does with it.
    async fn with_own(
        &self,
        access: &AgentAccess,
        draft: &mut Draft<'_>,
        around: &Surroundings,
        act: &DeskAct,
    ) -> Result<()> {
        let workspace = access.caller.workspace;
        let own = agents::told(&access.row).agent;
        let actor = access.caller.actor.clone();
        match act {
            DeskAct::Say {
                text,
                client_message_id,
            } => {
                let message = NewMessage {
                    client_message_id: client_message_id.clone(),
                    ..NewMessage::text(Sender::Agent, text.clone())
                };
                draft.say(message, false)
            }
            DeskAct::HandBack { box_id } => {
                leave(draft, own, actor)?;
                draft.session.desk = DeskRow::default();
                draft.session.status = SessionStatus::Active;
                let box_id = box_id.clone();
                effects::advance(draft, Input::AgentReturned { box_id }, around).await
            }
            DeskAct::Close => {
                leave(draft, own, actor.clone())?;
                draft.end(EndReason::Ended, actor, None)
            }
            DeskAct::Transfer(TransferTo::Agent(to)) => {
                let other = self.agent_row(workspace, *to).await?;
                let limits = &other.limited_to_flags;
                let sees =
                    limits.is_empty() || limits.iter().any(|it| draft.user.row.flags.contains(it));
                if *to == own.id
                    || !sees
                    || !other.role.may(smartbot_model::Permission::AnswerChats)
                {
                    return Err(Error::invalid(
                        "/agent_id",
                        "invalid_value",
                        "This agent cannot take the chat. Choose another one.",
                    ));
                }
                draft.session.desk.offer = Some(Offer {
                    agent_id: Some(*to),
                    flag: None,
                    from: own.id,
                    until: draft.now.plus(OFFER_LIFE),
                });
                Ok(())
            }
            DeskAct::Transfer(TransferTo::Flag(flag)) => {
                leave(draft, own.clone(), actor.clone())?;
                transferred(draft, own, None, Some(flag.clone()), actor)?;
                draft.give_to_queue(Some(flag.clone()));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Refuses whoever does not have the session.
    async fn must_have(
        &self,
        workspace: WorkspaceId,
        draft: &Draft<'_>,
        own: AgentId,
    ) -> Result<()> {
        match draft.session.desk.agent_id {
            Some(agent) if agent == own => Ok(()),
            Some(agent) => Err(self.taken(workspace, agent).await?),
            None => Err(Error::Conflict(
                "The bot has this chat, or nobody. Take it over first.".into(),
            )),
        }
    }

    /// Says who has the session.
    async fn taken(&self, workspace: WorkspaceId, agent: AgentId) -> Result<Error> {
        let name = match self.store.agent(workspace, agent).await? {
            Some(row) => row.name.into_inner(),
            None => "somebody who is no agent any more".into(),
        };
        Ok(Error::Taken { agent, name })
    }

    async fn agent_ref(&self, workspace: WorkspaceId, agent: AgentId) -> Result<AgentRef> {
        Ok(agents::told(&self.agent_row(workspace, agent).await?).agent)
    }
}

fn about(draft: &Draft<'_>, agent: AgentRef) -> SessionAgentData {
    SessionAgentData {
        user: draft.snapshot(),
        agent,
        place: draft.place(draft.state.current_box()),
    }
}

/// From this commit on the bot is silent.
fn join(draft: &mut Draft<'_>, agent: &AgentRef, actor: Actor) -> Result<()> {
    let event = Event::SessionAgentJoined(about(draft, agent.clone()));
    draft.record(&event, actor)?;
    draft.give_to(agent.id);
    Ok(())
}

fn leave(draft: &mut Draft<'_>, agent: AgentRef, actor: Actor) -> Result<()> {
    let event = Event::SessionAgentLeft(about(draft, agent));
    draft.record(&event, actor)
}

fn transferred(
    draft: &mut Draft<'_>,
    from_agent: AgentRef,
    to_agent: Option<AgentRef>,
    to_flag: Option<String>,
    actor: Actor,
) -> Result<()> {
    let event = Event::SessionTransferred(TransferData {
        user: draft.snapshot(),
        from_agent,
        to_agent,
        to_flag,
        place: draft.place(draft.state.current_box()),
    });
    draft.record(&event, actor)
}
