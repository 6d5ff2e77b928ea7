//! Turns: one input to a session and all that the bot does before it waits again.
//!
//! Read → step (pure) → changes → one commit → answer. A conflict, because another turn came first, reads and steps again.
pub mod api_test;
pub(crate) mod calls;
mod commit;
pub(crate) mod desk;
mod draft;
mod effects;
mod hashtag;
pub(crate) mod jobs;
mod known;
pub(crate) mod locks;
pub mod once;
pub mod preview;
mod repeat;
mod resume;
mod said;
mod start;
pub(crate) mod trace;
pub mod try_reply;
mod wait;
mod watch;

pub use once::Once;
pub use said::Said;
pub(crate) use start::is_language_tag;
pub use start::{StartSession, StartUser};
pub use wait::{DEFAULT_WAIT, MAX_WAIT};

use crate::visitors::Identity;
use crate::{App, Caller, Error, Result};
use commit::{Asked, Finished};
use draft::Draft;
use effects::Surroundings;
use serde_json::{Map, Value};
use smartbot_flow::State;
use smartbot_model::event::{Actor, Event, HandOffData};
use smartbot_model::session::{EndReason, SessionStatus};
use smartbot_model::user::is_valid_flag;
use smartbot_model::{FileId, SessionId, WorkspaceId};
use smartbot_store::{FileState, SessionRow, UserRow};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How often a turn that collides with others is tried again.
const MAX_TRIES: usize = 20;

/// An answer as JSON: the same bytes for every repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
}

impl Reply {
    /// An answer with a body.
    pub(crate) fn json(status: u16, body: &impl serde::Serialize) -> Result<Self> {
        let body = serde_json::to_string(body)?;
        Ok(Self { status, body })
    }

    /// Done, and nothing to say.
    pub(crate) const fn empty() -> Self {
        Self {
            status: 204,
            body: String::new(),
        }
    }
}

/// What an application asks of a running session.
enum Wish {
    Say {
        said: Said,
        client_message_id: Option<String>,
    },
    HandOff {
        flag: Option<String>,
    },
    /// The user turns out to be somebody.
    Identify(Identity),
    SetVariables(Map<String, Value>),
    End,
}

impl App {
    /// A user's message. Answers with what was said because of it.
    pub async fn submit_message(
        &self,
        caller: &Caller,
        session: SessionId,
        said: Said,
        client_message_id: Option<String>,
        once: Option<Once>,
        wait: Duration,
    ) -> Result<Reply> {
        said.check()?;
        let mut guards = Vec::with_capacity(2);
        if let Some(id) = &client_message_id {
            if id.is_empty() || id.len() > once::MAX_KEY {
                return Err(Error::invalid(
                    "/client_message_id",
                    "invalid_value",
                    "A client_message_id has 1 to 255 bytes.",
                ));
            }
            guards.push(Once::message(session, id, &said.content()));
        }
        guards.extend(once);
        self.wish(
            caller,
            session,
            Wish::Say {
                said,
                client_message_id,
            },
            guards,
            wait,
        )
        .await
    }

    /// Hands a session to agents from wherever it stands.
    pub async fn hand_off(
        &self,
        caller: &Caller,
        session: SessionId,
        flag: Option<String>,
        once: Option<Once>,
    ) -> Result<Reply> {
        if flag.as_deref().is_some_and(|it| !is_valid_flag(it)) {
            return Err(Error::invalid(
                "/flag",
                "invalid_value",
                "A flag has 1 to 64 letters, digits, -, _, . or :.",
            ));
        }
        self.wish(
            caller,
            session,
            Wish::HandOff { flag },
            once.into_iter().collect(),
            Duration::ZERO,
        )
        .await
    }

    /// Links a session to the person whom the workspace's own system names.
    pub async fn identify_session(
        &self,
        caller: &Caller,
        session: SessionId,
        jwt: &str,
    ) -> Result<Reply> {
        // Whether there is such a session comes first: who may not know that learns nothing from the rest.
        let found = self.store.session(caller.workspace, session).await?;
        found.ok_or(Error::NotFound("session"))?;
        let identity = self.identify(caller.workspace, jwt).await?;
        let wish = Wish::Identify(identity);
        self.wish(caller, session, wish, Vec::new(), Duration::ZERO)
            .await
    }

    /// Sets variables of a session that its bot declares; null removes one.
    pub async fn set_variables(
        &self,
        caller: &Caller,
        session: SessionId,
        variables: Map<String, Value>,
    ) -> Result<Reply> {
        let wish = Wish::SetVariables(variables);
        self.wish(caller, session, wish, Vec::new(), Duration::ZERO)
            .await
    }

    /// Ends a session.
    pub async fn end_session(
        &self,
        caller: &Caller,
        session: SessionId,
        once: Option<Once>,
    ) -> Result<Reply> {
        self.wish(
            caller,
            session,
            Wish::End,
            once.into_iter().collect(),
            Duration::ZERO,
        )
        .await
    }

    async fn wish(
        &self,
        caller: &Caller,
        session: SessionId,
        wish: Wish,
        guards: Vec<Once>,
        wait: Duration,
    ) -> Result<Reply> {
        let deadline = Instant::now() + wait;
        let mut running = Vec::new();
        for guard in guards.iter().filter(|it| !it.is_message()) {
            running.push(self.running.enter(guard).ok_or(Error::RequestInProgress)?);
        }
        let mut listener = self.live.subscribe(session);
        let (mut conflicts, mut contended) = (0, None);
        while conflicts < MAX_TRIES {
            let mut turn = Some(self.locks.turn(contended, Some(session)).await);
            if let Some(reply) = self
                .repeated(
                    caller.workspace,
                    &guards,
                    None,
                    &mut turn,
                    &mut listener,
                    deadline,
                )
                .await?
            {
                return Ok(reply);
            }
            let read = self
                .store
                .turn(caller.workspace, session)
                .await?
                .ok_or(Error::NotFound("session"))?;
            if read.0.status == SessionStatus::Ended {
                return Err(Error::SessionEnded);
            }
            let state: State = serde_json::from_str(read.0.state.expose())?;
            if matches!(wish, Wish::Say { .. })
                && state.awaited_call().is_some()
                && self.may_wait(deadline)
            {
                // The bot is in the middle of a call: what the user says is meant for what comes after it.
                drop(turn);
                self.changed(&mut listener, deadline).await;
                continue;
            }
            if let Wish::Say {
                said: Said::File(file),
                ..
            } = &wish
            {
                self.unsaid(caller.workspace, session, file.id).await?;
            }
            let known = self.workspace(caller.workspace).await?;
            let mut draft = self.draft(&known, read, state).await?;
            let mut around = self.surroundings(&draft).await?;
            let before = draft.session.last_seq;
            match &wish {
                Wish::Say {
                    said,
                    client_message_id,
                } => {
                    let box_id = draft.state.current_box().map(str::to_owned);
                    let sensitive = draft
                        .state
                        .awaits_sensitive(&draft.bot.flow, &*around.shelf);
                    draft.say(
                        said.message(box_id.as_deref(), client_message_id.as_deref()),
                        sensitive,
                    )?;
                    draft.wake();
                    if draft.session.last_seq > before {
                        let input = self.input(&draft, said.clone(), &mut around).await?;
                        effects::advance(&mut draft, input, &around).await?;
                    }
                }
                Wish::Identify(identity) => {
                    self.link(&mut draft, identity, &caller.actor).await?;
                }
                Wish::SetVariables(variables) => {
                    known::declared(&draft.bot.flow, variables)?;
                    draft.set_variables(variables.clone())?;
                }
                Wish::HandOff { flag } => hand_off(&mut draft, flag.clone(), caller.actor.clone())?,
                Wish::End => draft.end(EndReason::Ended, caller.actor.clone(), None)?,
            }
            let said_seq = if matches!(wish, Wish::Say { .. }) {
                before + 1
            } else {
                before
            };
            match self
                .finish(
                    &mut draft,
                    &around,
                    Asked {
                        guards: &guards,
                        after_seq: said_seq,
                        status: 200,
                        key: None,
                    },
                )
                .await?
            {
                Finished::Conflict => {
                    conflicts += 1;
                    contended = Some(draft.user.row.id);
                }
                Finished::Answered(reply) => return Ok(reply),
                Finished::Waiting => {
                    drop(turn);
                    let answered = self
                        .settle(caller.workspace, session, said_seq, &mut listener, deadline)
                        .await?;
                    let reply = Reply {
                        status: 200,
                        body: serde_json::to_string(&answered)?,
                    };
                    let complete =
                        self.complete(caller.workspace, &guards, &answered, said_seq, reply);
                    return Ok(complete.await);
                }
            }
        }
        Err(Error::Overloaded {
            retry_after: Duration::from_secs(1),
        })
    }

    /// Refuses a file that a message names already, or that is gone.
    async fn unsaid(&self, workspace: WorkspaceId, session: SessionId, id: FileId) -> Result<()> {
        let row = self.store.file(workspace, session, id).await?;
        match row.ok_or(Error::NotFound("file"))?.state {
            FileState::New => Ok(()),
            FileState::Said => Err(Error::Conflict(
                "Another message has this file already. Send it once more to say it again.".into(),
            )),
        }
    }

    async fn draft<'a>(
        &'a self,
        known: &'a crate::workspaces::Workspace,
        (session, user): (SessionRow, UserRow),
        state: State,
    ) -> Result<Draft<'a>> {
        let bot = self
            .compiled_bot(known.id, session.bot_id, session.bot_version)
            .await?;
        let endpoints = self.endpoints_of(known.id).await?;
        Ok(Draft::new(
            self,
            known,
            endpoints,
            bot,
            (session, user, state),
        ))
    }

    /// What surrounds the steps of a turn.
    async fn surroundings(&self, draft: &Draft<'_>) -> Result<Surroundings> {
        let known = draft.workspace();
        let shelf = self
            .library(known.id, &draft.bot.flow, &draft.state)
            .await?;
        let own = draft
            .user
            .row
            .fields
            .expose()
            .get("user_timezone")
            .and_then(|it| it.as_str());
        let zone = own
            .and_then(|it| jiff::tz::TimeZone::get(it).ok())
            .unwrap_or_else(|| known.zone.clone());
        Ok(Surroundings {
            zone,
            region: known.settings.region.clone(),
            within_hours: known.is_open(draft.now),
            small_talk: known.small_talk.clone(),
            shelf: Arc::new(shelf),
        })
    }
}

fn hand_off(draft: &mut Draft<'_>, flag: Option<String>, actor: Actor) -> Result<()> {
    if draft.state.awaits_agent() {
        return Ok(());
    }
    for timer in draft.state.hand_off() {
        draft.cancel_timer(timer);
    }
    draft.session.desk.wanted_flag.clone_from(&flag);
    let place = draft.place(draft.state.current_box());
    let event = Event::SessionHandOffRequested(HandOffData {
        user: draft.snapshot(),
        flag,
        place,
    });
    draft.record(&event, actor)
}
