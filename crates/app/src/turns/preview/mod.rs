//! The test chat: a turn like any other, on a draft, which is put together and never kept. All that a session is goes back to the client.
mod chat;
mod told;

use super::Said;
use super::calls;
use super::is_language_tag;
use crate::{App, Caller, Error, Result, users};
use chat::{Chat, Kept};
use serde_json::{Map, Value};
use smartbot_flow::trace::TraceStep;
use smartbot_flow::{ApiOutcome, Flow};
use smartbot_model::field::{FieldKind, FieldType};
use smartbot_model::message::Message;
use smartbot_model::session::{Awaiting, SessionStatus};
use smartbot_model::user::is_valid_flag;
use smartbot_model::{EventType, JobId, Time, WorkspaceId};
use std::collections::BTreeSet;
use std::sync::Arc;
pub(super) use told::shown_call;

/// How many calls a step makes for real, one after the other: a flow may call in a circle.
const MAX_LIVE_CALLS: usize = 10;

/// One step of a test chat.
#[derive(Debug)]
pub struct PreviewStep {
    /// The draft.
    pub document: Value,
    /// What the step before answered with; none at the start.
    pub state: Option<Value>,
    /// What comes in.
    pub input: PreviewInput,
    /// The user's profile fields before the step.
    pub fields: Map<String, Value>,
    /// The user's flags before the step.
    pub flags: BTreeSet<String>,
    /// When it happens; now unless given.
    pub now: Option<Time>,
    /// The language of the session; the bot's own unless given.
    pub language: Option<String>,
    /// Whether calls of External API boxes are made for real.
    pub live: bool,
}

/// What comes in.
#[derive(Debug)]
pub enum PreviewInput {
    /// The session begins: at the bot's start, or in a box.
    Start {
        /// The box.
        box_id: Option<String>,
    },
    /// The user says something.
    Said(Said),
    /// The External API answers, or does not.
    ApiReply(ApiOutcome),
    /// So much time goes by that the next timer is due.
    Timer,
    /// The agent gives the session back.
    AgentReturned,
}

/// What came of a step.
#[derive(Debug)]
pub struct Previewed {
    /// What the next step wants to know.
    pub state: Value,
    /// The user's profile fields after the step.
    pub fields: Map<String, Value>,
    /// The user's flags after the step.
    pub flags: BTreeSet<String>,
    /// What the bot said.
    pub messages: Vec<Message>,
    /// What it waits for; none when it has ended.
    pub awaiting: Option<Awaiting>,
    /// What happened, box by box.
    pub trace: Vec<TraceStep>,
    /// Variables and profile fields after the step.
    pub variables: Vec<PreviewVariable>,
    /// What an External API box wants to send.
    pub call: Option<PreviewCall>,
    /// What the webhook would get.
    pub events: Vec<(EventType, Value)>,
    /// The steps of a test that expects the same.
    pub transcript_step: Vec<Value>,
    /// Where the session stands.
    pub status: SessionStatus,
    /// When the step happened.
    pub now: Time,
}

/// A variable or profile field.
#[derive(Debug, Clone, PartialEq)]
pub struct PreviewVariable {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub value: Value,
    /// What it is declared to hold, or written with.
    pub r#type: Option<FieldType>,
    /// Whether it stays with the user or lives in the session.
    pub scope: FieldKind,
    /// Whether this step changed it.
    pub changed: bool,
}

/// What an External API box wants to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewCall {
    /// The HTTP method.
    pub method: String,
    /// The address.
    pub url: String,
    /// The headers of the box. Secrets stand as `{{secret:name}}`.
    pub headers: Vec<(String, String)>,
    /// The body, JSON.
    pub body: Option<Value>,
}

fn wrong_input(message: &str) -> Error {
    Error::invalid("/input", "invalid_value", message)
}

impl App {
    /// Takes one step of a test chat. Nothing is kept, and nobody is told; what `live` allows is sent.
    pub async fn preview_step(&self, caller: &Caller, step: PreviewStep) -> Result<Previewed> {
        check_user(&step)?;
        let document = Arc::new(step.document);
        let flow = self.draft_flow(caller.workspace, &document).await?;
        let kept = match (&step.input, step.state) {
            (PreviewInput::Start { .. }, _) => Kept::first(self, &flow, step.language),
            (_, Some(state)) => serde_json::from_value(state).map_err(|_| {
                let message = "Send the state of an earlier answer as it was.";
                Error::invalid("/state", "invalid_value", message)
            })?,
            (_, None) => return Err(wrong_input("Begin with {\"start\": true}.")),
        };
        if kept.status == SessionStatus::Ended {
            return Err(Error::SessionEnded);
        }
        let mut chat = Chat {
            app: self,
            caller,
            document,
            flow,
            kept,
            fields: step.fields,
            flags: step.flags,
            now: step.now.unwrap_or_else(|| self.now()),
        };
        let mut told = chat.take(step.input).await?;
        for _ in 0..MAX_LIVE_CALLS {
            let Some((_, call)) = chat.kept.call.clone().filter(|_| step.live) else {
                break;
            };
            let id = JobId::new(self.now(), &*self.random);
            let outcome = calls::call_once(self, caller.workspace, id, &call).await;
            told.add(chat.take(PreviewInput::ApiReply(outcome)).await?);
        }
        told.state = serde_json::to_value(&chat.kept)?;
        Ok(told)
    }

    /// A draft, ready to be tried out.
    pub(crate) async fn draft_flow(
        &self,
        workspace: WorkspaceId,
        document: &Arc<Value>,
    ) -> Result<Arc<Flow>> {
        let parsed = document.clone();
        let work = move || Flow::compile_draft(&smartbot_flow::parse(&parsed).0);
        // Milliseconds for a large bot: not on the async threads.
        let flow = tokio::task::spawn_blocking(work).await;
        match flow.map_err(Error::internal)? {
            Some(flow) => Ok(Arc::new(flow)),
            None => Err(Error::BotInvalid(
                self.validate_bot(workspace, document).await?,
            )),
        }
    }
}

fn check_user(step: &PreviewStep) -> Result<()> {
    let refuse =
        |pointer: &str, message: String| Err(Error::invalid(pointer, "invalid_value", message));
    if !users::fits(&step.fields) {
        let message = format!("A profile has at most {} bytes.", users::MAX_PROFILE);
        return refuse("/user/fields", message);
    }
    if step.flags.iter().any(|it| !is_valid_flag(it)) {
        let message = "A flag has 1 to 64 letters, digits, -, _, . or :.";
        return refuse("/user/flags", message.into());
    }
    match &step.language {
        Some(tag) if !is_language_tag(tag) => refuse(
            "/language",
            "Give the language as in BCP 47: en, es-MX.".into(),
        ),
        _ => Ok(()),
    }
}
