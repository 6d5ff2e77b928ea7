//! The start of a session: invoking a bot.
use super::draft::Draft;
use super::{Asked, Finished, MAX_TRIES, Once, Reply, effects};
use crate::users::check::{Faults, pointer_to, room};
use crate::workspaces::Workspace;
use crate::{App, Caller, Error, Result};
use serde_json::{Map, Value};
use smartbot_flow::{Flow, Input, State};
use smartbot_model::event::{Actor, ActorKind, Event, SessionStartedData, UserData};
use smartbot_model::field::{FieldKind, FieldType, is_valid_name};
use smartbot_model::session::{Answered, SessionStatus, Started};
use smartbot_model::{Phi, SessionId, UserId};
use smartbot_store::{SessionRow, UserRow};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::Instant;

/// A wish to start a session.
#[derive(Debug, Clone, Default)]
pub struct StartSession {
    /// The bot's short public name.
    pub function_id: String,
    /// Who will chat.
    pub user: StartUser,
    /// Session variables to begin with.
    pub variables: Map<String, Value>,
    /// Where messages come from and go to; `api` unless given.
    pub medium: Option<String>,
    /// The language, BCP 47; the bot's own unless given.
    pub language: Option<String>,
    /// Whatever the caller wishes to keep with the session.
    pub metadata: Map<String, Value>,
}

/// Who will chat: somebody known, or somebody new.
#[derive(Debug, Clone, Default)]
pub struct StartUser {
    /// SmartBot's id of a user that exists.
    pub id: Option<UserId>,
    /// The caller's id; a user is made when there is none.
    pub external_id: Option<String>,
    /// Profile fields to set.
    pub fields: Map<String, Value>,
}

/// The largest metadata, in bytes of JSON.
const MAX_METADATA: usize = 16 * 1024;

/// The answer to a start, as JSON.
pub(super) fn body(answered: Answered, session_key: String) -> Result<String> {
    let Answered {
        messages,
        awaiting,
        session,
    } = answered;
    Ok(serde_json::to_string(&Started {
        session,
        messages,
        awaiting,
        session_key,
    })?)
}

impl App {
    /// Invokes a bot. Answers with what it says first.
    pub async fn start_session(
        &self,
        caller: &Caller,
        start: StartSession,
        once: Option<Once>,
        wait: Duration,
    ) -> Result<Reply> {
        let deadline = Instant::now() + wait;
        let guards: Vec<Once> = once.into_iter().collect();
        let mut running = Vec::new();
        for guard in &guards {
            running.push(self.running.enter(guard).ok_or(Error::RequestInProgress)?);
        }
        let known = self.workspace(caller.workspace).await?;
        let mut contended = None;
        for _ in 0..MAX_TRIES {
            let mut turn = Some(self.locks.turn(contended, None).await);
            let session = SessionId::new(self.now(), &*self.random);
            let mut listener = self.live.subscribe(session);
            if let Some(reply) = self
                .repeated(
                    caller.workspace,
                    &guards,
                    Some(()),
                    &mut turn,
                    &mut listener,
                    deadline,
                )
                .await?
            {
                return Ok(reply);
            }
            let mut draft = self.begin(caller, &known, session, &start).await?;
            let around = self.surroundings(&draft).await?;
            effects::advance(&mut draft, Input::Start, &around).await?;
            let key = self.session_key(caller.workspace, session).await?;
            let asked = Asked {
                guards: &guards,
                after_seq: 0,
                status: 201,
                key: Some(key),
            };
            match self.finish(&mut draft, &around, asked).await? {
                Finished::Conflict => contended = Some(draft.user.row.id),
                Finished::Answered(reply) => return Ok(reply),
                Finished::Waiting => {
                    drop(turn);
                    let answered = self
                        .settle(caller.workspace, session, 0, &mut listener, deadline)
                        .await?;
                    let reply = self.reply(caller.workspace, &answered, true).await?;
                    let complete = self.complete(caller.workspace, &guards, &answered, 0, reply);
                    return Ok(complete.await);
                }
            }
        }
        Err(Error::Overloaded {
            retry_after: Duration::from_secs(1),
        })
    }

    /// Session and user before the bot's first step.
    async fn begin<'a>(
        &'a self,
        caller: &Caller,
        known: &'a Workspace,
        id: SessionId,
        start: &StartSession,
    ) -> Result<Draft<'a>> {
        let bot = self.live_bot(caller.workspace, &start.function_id).await?;
        check(start, known, &bot.flow)?;
        let now = self.now();
        let found = match (&start.user.id, &start.user.external_id) {
            (Some(id), _) => Some(
                self.store
                    .user(caller.workspace, *id)
                    .await?
                    .ok_or(Error::NotFound("user"))?,
            ),
            (None, Some(external)) => {
                self.store
                    .user_by_external_id(caller.workspace, external)
                    .await?
            }
            (None, None) => None,
        };
        let is_new_user = found.is_none();
        let user = found.unwrap_or_else(|| UserRow {
            id: UserId::new(now, &*self.random),
            external_id: start.user.external_id.clone().map(Phi::new),
            fields: Phi::default(),
            flags: BTreeSet::new(),
            event_sequence: 0,
            version: 0,
            created_at: now,
            updated_at: now,
        });
        // A visitor acts as the user that the session finds or makes.
        let actor = match (caller.actor.kind, &caller.actor.id) {
            (ActorKind::User, None) => Actor::new(ActorKind::User, user.id),
            _ => caller.actor.clone(),
        };
        let session = SessionRow {
            id,
            user_id: user.id,
            bot_id: bot.id,
            function_id: start.function_id.clone(),
            bot_version: bot.version,
            status: SessionStatus::Active,
            medium: start.medium.clone().unwrap_or_else(|| "api".into()),
            language: start
                .language
                .clone()
                .unwrap_or_else(|| bot.flow.language().to_owned()),
            state: Phi::default(),
            last_seq: 0,
            version: 0,
            metadata: Phi::new(start.metadata.clone()),
            created_at: now,
            updated_at: now,
            ended_at: None,
            end_reason: None,
            desk: Default::default(),
        };
        let endpoints = self.endpoints_of(caller.workspace).await?;
        let mut draft = Draft::new(self, known, endpoints, bot, (session, user, State::new()))
            .starting(is_new_user);
        draft.set_variables(start.variables.clone())?;
        check_profile(draft.user.row.fields.expose(), &start.user.fields)?;
        for (name, value) in &start.user.fields {
            draft.set_field(name, value.clone(), &actor, None)?;
        }
        let place = draft.place(None);
        if is_new_user {
            let event = Event::UserCreated(UserData {
                user: draft.snapshot(),
                place: place.clone(),
            });
            draft.record(&event, actor.clone())?;
        }
        let event = Event::SessionStarted(SessionStartedData {
            user: draft.snapshot(),
            version: draft.session.bot_version,
            medium: draft.session.medium.clone(),
            language: draft.session.language.clone(),
            metadata: start.metadata.clone(),
            place,
        });
        draft.record(&event, actor.clone())?;
        Ok(draft)
    }
}

/// Refuses fields that the profile has no room for.
fn check_profile(known: &Map<String, Value>, given: &Map<String, Value>) -> Result<()> {
    let mut fields = known.clone();
    fields.extend(given.clone());
    fields.retain(|_, it| !it.is_null());
    room("/user/fields", &fields)
}

/// Whether a text may name a language, as in BCP 47.
pub(crate) fn is_language_tag(text: &str) -> bool {
    let is_of_tags = |it: u8| it.is_ascii_alphanumeric() || it == b'-';
    (2..=35).contains(&text.len()) && text.bytes().all(is_of_tags)
}

/// Refuses a start with everything that is wrong with it.
fn check(start: &StartSession, known: &Workspace, flow: &Flow) -> Result<()> {
    let mut faults = Faults::default();
    if start.user.id.is_some() && start.user.external_id.is_some() {
        faults.add(
            "/user",
            "invalid_value",
            "Name the user by id or by external_id, not by both.",
        );
    }
    if let Some(external_id) = &start.user.external_id {
        faults.external_id("/user/external_id", external_id);
    }
    let by_bot = |name: &str| {
        flow.fields()
            .iter()
            .find(|it| it.kind == FieldKind::Profile && it.name == *name)
            .map(|it| it.r#type)
    };
    let allow_new = known.settings.allow_new_fields;
    faults.fields("/user/fields", &start.user.fields, known, allow_new, by_bot);
    for name in start.variables.keys().filter(|it| !is_valid_name(it)) {
        faults.add(
            pointer_to("/variables", name),
            "invalid_name",
            "A variable's name is a letter, then letters, digits and _.",
        );
    }
    for (name, value) in &start.variables {
        let declared = flow
            .fields()
            .iter()
            .find(|it| it.kind == FieldKind::Variable && it.name == *name);
        if let Some(field) = declared.filter(|it| !it.r#type.accepts(value)) {
            faults.add(
                pointer_to("/variables", name),
                "invalid_value",
                format!(
                    "The variable {name} holds {}.",
                    FieldType::holds(field.r#type)
                ),
            );
        }
    }
    let plain = |it: &str| {
        !it.is_empty()
            && it.len() <= 64
            && it
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || b"-_.:@+".contains(&it))
    };
    if start.medium.as_deref().is_some_and(|it| !plain(it)) {
        faults.add(
            "/medium",
            "invalid_value",
            "A medium has 1 to 64 letters, digits, -, _, ., :, @ or +.",
        );
    }
    if start
        .language
        .as_deref()
        .is_some_and(|it| !is_language_tag(it))
    {
        faults.add(
            "/language",
            "invalid_value",
            "Give the language as in BCP 47: en, es-MX.",
        );
    }
    if serde_json::to_vec(&start.metadata).is_ok_and(|it| it.len() > MAX_METADATA) {
        faults.add(
            "/metadata",
            "too_large",
            format!("Metadata has at most {MAX_METADATA} bytes."),
        );
    }
    faults.refuse()
}
