//! The test chat, and single answers tried on single boxes: on drafts, with nothing kept.
use crate::Context;
use crate::auth::SignedIn;
use crate::auth::needs::EditBots;
use crate::body::WithDocument;
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use smartbot_app::turns::Said;
use smartbot_app::turns::preview::{
    PreviewCall, PreviewInput, PreviewStep, PreviewVariable, Previewed,
};
use smartbot_app::{App, Error};
use smartbot_flow::ApiOutcome;
use smartbot_flow::trace::TraceStep;
use smartbot_model::field::{FieldKind, FieldType};
use smartbot_model::file::{EXAMPLE_ID, StoredFile};
use smartbot_model::message::Message;
use smartbot_model::session::{Awaiting, SessionStatus};
use smartbot_model::{EventType, Time};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(preview_step))
}

/// Who chats, for a test.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct PreviewUser {
    /// Profile fields.
    #[schema(example = json!({"user_fname": "Ana"}))]
    pub(super) fields: Map<String, Value>,
    /// Flags.
    #[schema(example = json!(["vip"]))]
    pub(super) flags: BTreeSet<String>,
}

/// Whether calls of External API boxes are made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum External {
    /// They are not: the answer says what would be sent, and the next step brings `api_reply`.
    #[default]
    Ask,
    /// They are made for real, through the same guard as always.
    Live,
}

/// What comes in: exactly one of these, and `box_id` only beside `start`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "tomorrow at 10"}))]
struct PreviewInputBody {
    /// The session begins.
    start: Option<bool>,
    /// It begins in this box.
    box_id: Option<String>,
    /// The user writes.
    text: Option<String>,
    /// The user picks a choice, by its value.
    choice: Option<String>,
    /// The user picks choices, by their values.
    choices: Option<Vec<String>>,
    /// The user sends a file: what its content would be is told.
    file: Option<PreviewFile>,
    /// The External API answers, or does not.
    api_reply: Option<ApiReplyBody>,
    /// So much time goes by that the next timer is due.
    timer: Option<bool>,
    /// The agent gives the chat back to the bot.
    agent_returned: Option<bool>,
}

/// A file that is only told of.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PreviewFile {
    /// What the sender calls it.
    #[schema(example = "card.png", max_length = 200)]
    name: String,
    /// What it is.
    #[schema(example = "image/png")]
    r#type: String,
    /// Its size in bytes.
    #[schema(example = 48_213)]
    size: u64,
}

impl From<PreviewFile> for Said {
    fn from(file: PreviewFile) -> Self {
        Self::File(StoredFile {
            id: EXAMPLE_ID,
            name: file.name,
            r#type: file.r#type,
            size: file.size,
        })
    }
}

/// What an External API answers: `status` and `body`, or `error`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ApiReplyBody {
    /// The HTTP status, 100 to 599; 200 unless given.
    #[schema(minimum = 100, maximum = 599, example = 200)]
    status: Option<u16>,
    /// The body: JSON, or a text.
    #[schema(value_type = Option<Object>, example = json!({"booked": true}))]
    body: Option<Value>,
    /// Why there is no answer, in a word: `timeout`, `refused_address`, …
    error: Option<String>,
}

impl ApiReplyBody {
    fn into_outcome(self) -> Result<ApiOutcome, Error> {
        let refuse = |name: &str, message: &str| {
            let pointer = format!("/input/api_reply/{name}");
            Err(Error::invalid(pointer, "invalid_value", message))
        };
        if let Some(reason) = self.error {
            if self.status.is_some() || self.body.is_some() {
                return refuse("error", "Give either error, or status and body.");
            }
            if reason.is_empty() || reason.len() > 64 {
                return refuse("error", "A reason is a word of at most 64 letters.");
            }
            return Ok(ApiOutcome::Failed { reason });
        }
        let status = self.status.unwrap_or(200);
        if !(100..=599).contains(&status) {
            return refuse("status", "A status is a number from 100 to 599.");
        }
        let (content_type, body) = match self.body {
            None => (None, Vec::new()),
            Some(Value::String(text)) => (Some("text/plain"), text.into_bytes()),
            Some(json) => (Some("application/json"), json.to_string().into_bytes()),
        };
        Ok(ApiOutcome::Answer {
            status,
            content_type: content_type.map(str::to_owned),
            body,
        })
    }
}

impl PreviewInputBody {
    fn into_input(self) -> Result<PreviewInput, Error> {
        let refuse = |message: &str| Err(Error::invalid("/input", "invalid_value", message));
        let is_true = |it: Option<bool>| it.map(|it| it.then_some(()));
        let (start, timer, returned) = (
            is_true(self.start),
            is_true(self.timer),
            is_true(self.agent_returned),
        );
        if [start, timer, returned].contains(&Some(None)) {
            return refuse("start, timer and agent_returned are true or absent.");
        }
        let begins = start.is_some();
        if self.box_id.is_some() && !begins {
            return refuse("box_id goes with start.");
        }
        let api_reply = match self.api_reply {
            Some(reply) => Some(PreviewInput::ApiReply(reply.into_outcome()?)),
            None => None,
        };
        let choices = self.choice.map(|it| vec![it]);
        let given = [
            start.map(|_| PreviewInput::Start {
                box_id: self.box_id,
            }),
            self.text.map(|it| PreviewInput::Said(Said::Text(it))),
            choices.map(|it| PreviewInput::Said(Said::Choices(it))),
            self.choices.map(|it| PreviewInput::Said(Said::Choices(it))),
            self.file.map(|it| PreviewInput::Said(it.into())),
            api_reply,
            timer.map(|_| PreviewInput::Timer),
            returned.map(|_| PreviewInput::AgentReturned),
        ];
        let mut given = given.into_iter().flatten();
        match (given.next(), given.next()) {
            (Some(input), None) => Ok(input),
            _ => refuse(
                "Give exactly one of start, text, choice, choices, file, api_reply, timer and agent_returned.",
            ),
        }
    }
}

/// A step of a test chat.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "document": {
        "format": "smartbot/1", "function_id": "Hello", "name": "Hello", "type": "flow", "language": "en", "fields": [],
        "start": "start", "boxes": [{"id": "start", "type": "message", "text": "Hello!"}, {"id": "end", "type": "end"}],
        "links": [{"from": "start", "to": "end"}]
    },
    "state": null, "input": {"start": true}, "user": {"fields": {"user_fname": "Ana"}, "flags": []}
}))]
struct PreviewBody {
    /// The draft.
    #[schema(value_type = Object)]
    document: Value,
    /// The `state` of the answer before; of an earlier one to go on from there; null at the start.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    state: Option<Value>,
    /// What comes in.
    input: PreviewInputBody,
    /// The user before the step: of the answer before, or another one.
    #[serde(default)]
    user: PreviewUser,
    /// When it happens; now unless given.
    now: Option<Time>,
    /// The language of the session, at the start; the bot's own unless given.
    language: Option<String>,
    /// Whether calls of External API boxes are made.
    #[serde(default)]
    external: External,
}

/// A variable or profile field after a step.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PreviewVariable)]
struct VariableView {
    /// Its name.
    #[schema(example = "appointment_at")]
    name: String,
    /// What it holds; null when this step has emptied it.
    #[schema(value_type = Option<Object>, example = "2026-11-24T10:00:00-08:00")]
    value: Value,
    /// What it is declared to hold, or written with; null when nobody knows.
    r#type: Option<FieldType>,
    /// Whether it stays with the user (`profile`) or lives in the session.
    scope: FieldKind,
    /// Whether this step changed it.
    changed: bool,
}

impl From<PreviewVariable> for VariableView {
    fn from(it: PreviewVariable) -> Self {
        Self {
            name: it.name,
            value: it.value,
            r#type: it.r#type,
            scope: it.scope,
            changed: it.changed,
        }
    }
}

/// What an External API box wants to send.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PreviewCall)]
pub(super) struct CallView {
    /// The HTTP method.
    #[schema(example = "POST")]
    pub(super) method: String,
    /// The address.
    #[schema(example = "https://portal.example/api/book")]
    pub(super) url: String,
    /// The headers of the box. Secrets stand as `{{secret:name}}`.
    #[schema(example = json!({"authorization": "Bearer {{secret:portal}}"}))]
    pub(super) headers: BTreeMap<String, String>,
    /// The body; null when none is sent.
    #[schema(value_type = Option<Object>, example = json!({"user_fname": "Ana"}))]
    pub(super) body: Option<Value>,
}

impl From<PreviewCall> for CallView {
    fn from(call: PreviewCall) -> Self {
        Self {
            method: call.method,
            url: call.url,
            headers: call.headers.into_iter().collect(),
            body: call.body,
        }
    }
}

/// An event that the webhook would get.
#[derive(Debug, Serialize, ToSchema)]
struct PreviewEvent {
    /// What happened.
    r#type: EventType,
    /// What belongs to the type.
    #[schema(value_type = Object)]
    data: Value,
}

/// What came of a step.
#[derive(Debug, Serialize, ToSchema)]
struct PreviewView {
    /// What the next step sends back. It may be sent again later, to go on from here once more.
    #[schema(value_type = Object, example = json!({}))]
    state: Value,
    /// The user after the step.
    user: PreviewUser,
    /// What the bot said.
    messages: Vec<Message>,
    /// What the session waits for; null when it has ended.
    awaiting: Option<Awaiting>,
    /// What happened, box by box, with every condition that was tried.
    trace: Vec<TraceStep>,
    /// Variables and profile fields after the step.
    variables: Vec<VariableView>,
    /// What an External API box wants to send; null when none waits.
    call: Option<CallView>,
    /// What the webhook would get.
    events: Vec<PreviewEvent>,
    /// The steps of a test that expects the same, as `docs/guides/testing-bots.md` tells.
    #[schema(value_type = Vec<Object>, example = json!([{"user": "tomorrow at 10"}, {"bot": "See you!"}, {"ended": true}]))]
    transcript_step: Vec<Value>,
    /// Where the session stands.
    status: SessionStatus,
    /// When the step happened: what was asked for, or when the timer was due.
    now: Time,
}

impl From<Previewed> for PreviewView {
    fn from(it: Previewed) -> Self {
        let event = |(r#type, data)| PreviewEvent { r#type, data };
        Self {
            state: it.state,
            user: PreviewUser {
                fields: it.fields,
                flags: it.flags,
            },
            messages: it.messages,
            awaiting: it.awaiting,
            trace: it.trace,
            variables: it.variables.into_iter().map(VariableView::from).collect(),
            call: it.call.map(CallView::from),
            events: it.events.into_iter().map(event).collect(),
            transcript_step: it.transcript_step,
            status: it.status,
            now: it.now,
        }
    }
}

/// Take one step of a test chat on a draft.
///
/// The same engine as in a real session, and nothing is kept: no session, no user, no event, no counter. What the session is goes back
/// with the answer, and comes with the next step. A draft with errors runs until it comes to a box that has some.
#[utoipa::path(
    post,
    path = "/api/v1/admin/previews/step",
    tag = "Admin",
    operation_id = "preview_step",
    request_body = PreviewBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("edit_bots"))),
    responses((status = 200, body = PreviewView), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn preview_step(
    State(app): State<App>,
    agent: SignedIn<EditBots>,
    WithDocument(body): WithDocument<PreviewBody>,
) -> Result<axum::Json<PreviewView>, Problem> {
    let step = PreviewStep {
        document: body.document,
        state: body.state.filter(|it| !it.is_null()),
        input: body.input.into_input()?,
        fields: body.user.fields,
        flags: body.user.flags,
        now: body.now,
        language: body.language,
        live: body.external == External::Live,
    };
    let told = app.preview_step(agent.caller(), step).await?;
    Ok(axum::Json(told.into()))
}
