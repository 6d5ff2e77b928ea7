//! A test chat between two steps.
use super::told::{reply_in_words, shown_call, variables};
use super::{PreviewInput, Previewed, wrong_input};
use crate::bots::CompiledBot;
use crate::turns::Said;
use crate::turns::calls::StoredCall;
use crate::turns::draft::Draft;
use crate::turns::effects;
use crate::{App, Caller, Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use smartbot_flow::notes::Note;
use smartbot_flow::trace::{Stood, TraceStep, trace};
use smartbot_flow::{Effect, Flow, Input, State, transcript};
use smartbot_model::event::{Event, SessionStartedData};
use smartbot_model::session::{Awaiting, SessionStatus};
use smartbot_model::{BotId, Phi, SessionId, Time, UserId};
use smartbot_store::{JobKind, SessionRow, UserRow};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// What a step leaves for the next one. It comes back from a client, who may have changed it: whatever it says concerns a test chat only.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kept {
    session_id: SessionId,
    user_id: UserId,
    bot_id: BotId,
    pub(super) status: SessionStatus,
    language: String,
    last_seq: u32,
    at: Time,
    state: State,
    timers: Vec<(u64, Time)>,
    pub(super) call: Option<(u64, StoredCall)>,
}

impl Kept {
    /// A session that has not begun.
    pub(super) fn first(app: &App, flow: &Flow, language: Option<String>) -> Self {
        let now = app.now();
        Self {
            session_id: SessionId::new(now, &*app.random),
            user_id: UserId::new(now, &*app.random),
            bot_id: BotId::new(now, &*app.random),
            status: SessionStatus::Active,
            language: language.unwrap_or_else(|| flow.language().to_owned()),
            last_seq: 0,
            at: now,
            state: State::new(),
            timers: Vec::new(),
            call: None,
        }
    }
}

/// A test chat between two steps.
pub(super) struct Chat<'a> {
    pub(super) app: &'a App,
    pub(super) caller: &'a Caller,
    pub(super) document: Arc<Value>,
    pub(super) flow: Arc<Flow>,
    pub(super) kept: Kept,
    pub(super) fields: Map<String, Value>,
    pub(super) flags: BTreeSet<String>,
    pub(super) now: Time,
}

/// What comes in, in all the forms that it is needed in.
struct Incoming {
    input: Input,
    /// As a user's message.
    said: Option<Said>,
    /// As people see it.
    shown: Option<String>,
    /// As a step of a test.
    written: Option<Value>,
}

impl Chat<'_> {
    /// Takes one step.
    pub(super) async fn take(&mut self, input: PreviewInput) -> Result<Previewed> {
        let begins = matches!(input, PreviewInput::Start { .. });
        let incoming = self.incoming(input)?;
        let known = self.app.workspace(self.caller.workspace).await?;
        let bot = Arc::new(CompiledBot {
            id: self.kept.bot_id,
            version: 0,
            flow: self.flow.clone(),
        });
        let before = self.kept.state.clone();
        let whole = (self.session(), self.user(), before.clone());
        let mut draft = Draft::new(self.app, &known, Arc::from([]), bot, whole);
        draft.now = self.now;
        if begins {
            draft = draft.starting(false);
            self.tell_start(&mut draft)?;
        }
        let mut around = self.app.surroundings(&draft).await?;
        let input = match &incoming.said {
            Some(said) => self.app.input(&draft, said.clone(), &mut around).await?,
            None => incoming.input,
        };
        if let Some(said) = &incoming.said {
            let sensitive = before.awaits_sensitive(&self.flow, &*around.shelf);
            draft.say(said.message(before.current_box(), None), sensitive)?;
        }
        let (effects, notes) = effects::advance_watched(&mut draft, input, &around).await?;
        draft.close()?;
        let trace = self
            .trace(&before, incoming.shown, &effects, &notes)
            .await?;
        let transcript_step = transcript::written(incoming.written, &effects, &draft.state);
        let awaiting = draft.state.awaiting(&self.flow, &*around.shelf);
        self.keep(draft, before, (trace, transcript_step, awaiting))
    }

    fn tell_start(&self, draft: &mut Draft<'_>) -> Result<()> {
        let event = Event::SessionStarted(SessionStartedData {
            user: draft.snapshot(),
            version: draft.session.bot_version,
            medium: draft.session.medium.clone(),
            language: draft.session.language.clone(),
            metadata: Map::new(),
            place: draft.place(None),
        });
        draft.record(&event, self.caller.actor.clone())
    }

    fn incoming(&mut self, input: PreviewInput) -> Result<Incoming> {
        let plain = |input| Incoming {
            input,
            said: None,
            shown: None,
            written: None,
        };
        Ok(match input {
            PreviewInput::Start { box_id: None } => plain(Input::Start),
            PreviewInput::Start {
                box_id: Some(box_id),
            } => plain(Input::Goto { box_id }),
            PreviewInput::Said(said) => {
                said.check().map_err(below_input)?;
                let (shown, written) = match &said {
                    Said::Text(text) => (text.clone(), json!({"user": text})),
                    Said::Choices(values) => (values.join(", "), json!({"choose": values})),
                    Said::File(file) => (
                        file.name.clone(),
                        json!({"file": {"name": file.name, "type": file.r#type, "size": file.size}}),
                    ),
                };
                Incoming {
                    input: said.clone().input(),
                    said: Some(said),
                    shown: Some(shown),
                    written: Some(written),
                }
            }
            PreviewInput::ApiReply(outcome) => {
                let Some((call, _)) = self.kept.call.take() else {
                    return Err(wrong_input("No call waits for an answer."));
                };
                let (shown, written) = reply_in_words(&outcome);
                Incoming {
                    shown: Some(shown),
                    written: Some(written),
                    ..plain(Input::ApiReply { call, outcome })
                }
            }
            PreviewInput::Timer => {
                let Some(&(id, due)) = self.kept.timers.iter().min_by_key(|it| it.1) else {
                    return Err(wrong_input("No timer runs."));
                };
                self.kept.timers.retain(|it| it.0 != id);
                self.now = self.now.max(due);
                let seconds = due.since(self.kept.at).as_secs().max(1);
                Incoming {
                    shown: Some(format!("{seconds} seconds later")),
                    written: Some(json!({"after": format!("{seconds}s")})),
                    ..plain(Input::Timer { id })
                }
            }
            PreviewInput::AgentReturned => Incoming {
                shown: Some("the agent gives the chat back".into()),
                written: Some(json!({"agent_returned": true})),
                ..plain(Input::AgentReturned { box_id: None })
            },
        })
    }

    fn session(&self) -> SessionRow {
        SessionRow {
            id: self.kept.session_id,
            user_id: self.kept.user_id,
            bot_id: self.kept.bot_id,
            function_id: self.flow.function_id().to_owned(),
            bot_version: 0,
            status: self.kept.status,
            medium: "test".into(),
            language: self.kept.language.clone(),
            state: Phi::default(),
            last_seq: self.kept.last_seq,
            version: 1,
            metadata: Phi::default(),
            created_at: self.now,
            updated_at: self.now,
            ended_at: None,
            end_reason: None,
            desk: Default::default(),
        }
    }

    fn user(&self) -> UserRow {
        UserRow {
            id: self.kept.user_id,
            external_id: None,
            fields: Phi::new(self.fields.clone()),
            flags: self.flags.clone(),
            event_sequence: 0,
            version: 1,
            created_at: self.now,
            updated_at: self.now,
        }
    }

    /// The step in words: also of other bots, whose documents are read for it.
    async fn trace(
        &self,
        before: &State,
        shown: Option<String>,
        effects: &[Effect],
        notes: &[Note],
    ) -> Result<Vec<TraceStep>> {
        let mut others = HashMap::new();
        let visited = effects.iter().filter_map(|it| match it {
            Effect::VisitBox { function_id, .. } => function_id.clone(),
            _ => None,
        });
        let noted = notes.iter().filter_map(|it| it.function_id.clone());
        let stood = before.current_bot().map(Arc::from);
        for function_id in visited.chain(noted).chain(stood) {
            if others.contains_key(&*function_id) {
                continue;
            }
            let workspace = self.caller.workspace;
            match self.app.export_bot(workspace, &function_id, false).await {
                Ok(document) => drop(others.insert(function_id.to_string(), document)),
                Err(Error::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        let documents = |function_id: Option<&str>| match function_id {
            None => Some(&*self.document),
            Some(other) => others.get(other),
        };
        let stood = before.current_box().map(|box_id| Stood {
            box_id,
            function_id: before.current_bot(),
        });
        Ok(trace(&documents, stood, shown, effects, notes))
    }

    /// Takes over what the step has changed, and tells of it.
    fn keep(
        &mut self,
        mut draft: Draft<'_>,
        before: State,
        (trace, transcript_step, awaiting): (Vec<TraceStep>, Vec<Value>, Option<Awaiting>),
    ) -> Result<Previewed> {
        let messages = draft.said();
        self.kept
            .timers
            .retain(|it| !draft.cancelled.contains(&it.0));
        for job in std::mem::take(&mut draft.jobs) {
            match job.kind {
                JobKind::Notify => {}
                JobKind::Timer => self.kept.timers.push((job.number, job.due_at)),
                JobKind::Call => {
                    let call = serde_json::from_value(job.payload.into_inner())?;
                    self.kept.call = Some((job.number, call));
                }
                // Nobody waits in a test chat.
                JobKind::Missed | JobKind::Offer | JobKind::Snooze => {}
            }
        }
        self.kept.state = draft.state;
        self.kept.status = draft.session.status;
        self.kept.last_seq = draft.session.last_seq;
        self.kept.at = self.now;
        let fields = draft.user.row.fields.into_inner();
        let variables = variables(
            &self.flow,
            (before.variables(), &self.fields),
            (self.kept.state.variables(), &fields),
        );
        self.fields = fields;
        self.flags = draft.user.row.flags;
        let events = draft.user.events.into_iter();
        Ok(Previewed {
            state: Value::Null,
            fields: self.fields.clone(),
            flags: self.flags.clone(),
            messages,
            awaiting,
            trace,
            variables,
            call: self.kept.call.as_ref().map(|it| shown_call(&it.1)),
            events: events
                .map(|it| (it.event_type, it.data.into_inner()))
                .collect(),
            transcript_step,
            status: self.kept.status,
            now: self.now,
        })
    }
}

/// A fault of a message, where the message stands in the request.
fn below_input(error: Error) -> Error {
    match error {
        Error::Invalid(mut errors) => {
            for it in &mut errors {
                it.pointer = format!("/input{}", it.pointer);
            }
            Error::Invalid(errors)
        }
        other => other,
    }
}
