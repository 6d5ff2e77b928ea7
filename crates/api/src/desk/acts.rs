//! What agents do with a chat. Each answers with the chat as it is then.
use super::views::DeskSessionView;
use crate::Context;
use crate::auth::SignedIn;
use crate::auth::needs::AnswerChats;
use crate::body::{Json, NothingBody, Path};
use crate::problem::{ErrorCode, Problem, ProblemBody};
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};
use smartbot_app::desk::TransferTo;
use smartbot_app::turns::Said;
use smartbot_app::{App, Error};
use smartbot_model::chat_log::Note;
use smartbot_model::problem::InputError;
use smartbot_model::{AgentId, FileId, SessionId, Time};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(take_over_chat))
        .routes(routes!(answer_chat))
        .routes(routes!(hand_chat_back))
        .routes(routes!(close_chat))
        .routes(routes!(transfer_chat))
        .routes(routes!(accept_chat))
        .routes(routes!(decline_chat))
        .routes(routes!(set_chat_fields))
        .routes(routes!(note_chat))
        .routes(routes!(snooze_chat, wake_chat))
        .routes(routes!(type_in_chat))
        .routes(routes!(flag_chat, unflag_chat))
}

/// What to say: exactly one of `text` and `file_id`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(min_properties = 1)]
struct AnswerBody {
    /// Words, at most 4,000 characters.
    #[schema(example = "Hello, this is Bea.", max_length = 4000)]
    text: Option<String>,
    /// A file that was sent before, which no message names yet.
    file_id: Option<FileId>,
    /// Your own id of this message; comes back with it.
    #[schema(max_length = 255)]
    client_message_id: Option<String>,
}

/// Where the bot goes on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HandBackBody {
    /// The box; where the bot stopped unless given.
    #[schema(example = "when")]
    box_id: Option<String>,
}

/// To whom: an agent, or whoever sees a flag.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"flag": "billing", "note": "Asks for an invoice."}))]
struct TransferBody {
    /// This agent.
    agent_id: Option<AgentId>,
    /// Whoever sees this flag; the user gets it.
    flag: Option<String>,
    /// A private note for the next one.
    note: Option<String>,
}

impl TransferBody {
    fn to(self) -> Result<TransferTo, Problem> {
        match (self.agent_id, self.flag) {
            (Some(agent), None) => Ok(TransferTo::Agent(agent)),
            (None, Some(flag)) => Ok(TransferTo::Flag(flag)),
            _ => {
                let error =
                    InputError::new("", "invalid_value", "Name an agent_id or a flag, not both.");
                let problem = Problem::new(ErrorCode::InvalidRequest, error.message.clone());
                Err(problem.with_errors(vec![error]))
            }
        }
    }
}

/// Profile fields.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChatFieldsBody {
    /// Names and values; null removes one.
    #[schema(example = json!({"user_fname": "Ana"}))]
    fields: Map<String, Value>,
}

/// A private note.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NoteBody {
    /// What it says, at most 4,000 characters.
    #[schema(example = "Prefers mornings.", max_length = 4000)]
    text: String,
    /// The agents whom it names, at most 20: they are told of it.
    #[serde(default)]
    #[schema(required = false, max_items = 20)]
    mentions: Vec<AgentId>,
}

/// For how long.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SnoozeBody {
    /// Until when: between a minute and 30 days ahead.
    until: Time,
}

async fn shown(
    app: &App,
    agent: &SignedIn<AnswerChats>,
    id: SessionId,
) -> Result<axum::Json<DeskSessionView>, Problem> {
    Ok(axum::Json(
        app.desk_session(&agent.access, id).await?.into(),
    ))
}

/// Take a chat over. From that commit on the bot is silent; of several agents who try at once one wins, and the others hear who it is.
#[utoipa::path(
    post,
    path = "/api/v1/desk/sessions/{id}/take_over",
    tag = "Desk",
    operation_id = "take_over_chat",
    params(("id" = SessionId, Path, description = "The session.")),
    request_body = NothingBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("answer_chats"))),
    responses((status = 200, body = DeskSessionView), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn take_over_chat(
    State(app): State<App>,
    agent: SignedIn<AnswerChats>,
    Path(id): Path<SessionId>,
    _: Json<NothingBody>,
) -> Result<axum::Json<DeskSessionView>, Problem> {
    app.take_over(&agent.access, id).await?;
    shown(&app, &agent, id).await
}

/// Say something to the user of a chat that one has.
#[utoipa::path(
    post,
    path = "/api/v1/desk/sessions/{id}/messages",
    tag = "Desk",
    operation_id = "answer_chat",
    params(("id" = SessionId, Path, description = "The session.")),
    request_body = AnswerBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("answer_chats"))),
    responses((status = 200, body = DeskSessionView), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn answer_chat(
    State(app): State<App>,
    agent: SignedIn<AnswerChats>,
    Path(id): Path<SessionId>,
    json: Json<AnswerBody>,
) -> Result<axum::Json<DeskSessionView>, Problem> {
    let body = json.value;
    let said = match (body.text, body.file_id) {
        (Some(text), None) => Said::Text(text),
        (None, Some(file)) => {
            let workspace = agent.access.caller.workspace;
            app.said_file(workspace, id, file).await?
        }
        _ => {
            let message = "Send exactly one of text and file_id.";
            return Err(Error::invalid("", "invalid_value", message).into());
        }
    };
    app.answer_chat(&agent.access, id, said, body.client_message_id)
        .await?;
    shown(&app, &agent, id).await
}

/// Give a chat back to the bot: where it stopped, or at a box.
#[utoipa::path(
    post,
    path = "/api/v1/desk/sessions/{id}/hand_back",
    tag = "Desk",
    operation_id = "hand_chat_back",
    params(("id" = SessionId, Path, description = "The session.")),
    request_body = HandBackBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("answer_chats"))),
    responses((status = 200, body = DeskSessionView), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn hand_chat_back(
    State(app): State<App>,
    agent: SignedIn<AnswerChats>,
    Path(id): Path<SessionId>,
    json: Json<HandBackBody>,
) -> Result<axum::Json<DeskSessionView>, Problem> {
    let body = json.value;
    app.hand_back(&agent.access, id, body.box_id).await?;
    shown(&app, &agent, id).await
}

/// End a chat that one has.
#[utoipa::path(
    post,
    path = "/api/v1/desk/sessions/{id}/close",
    tag = "Desk",
    operation_id = "close_chat",
    params(("id" = SessionId, Path, description = "The session.")),
    request_body = NothingBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("answer_chats"))),
    responses((status = 200, body = DeskSessionView), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn close_chat(
    State(app): State<App>,
    agent: SignedIn<AnswerChats>,
    Path(id): Path<SessionId>,
    _: Json<NothingBody>,
) -> Result<axum::Json<DeskSessionView>, Problem> {
    app.close_chat(&agent.access, id).await?;
    shown(&app, &agent, id).await
}

/// Give a chat to another agent, who accepts or declines within a minute, or to whoever sees a flag, which the user gets. One that is declined, or not
/// accepted in time, waits for somebody again.
#[utoipa::path(
    post,
    path = "/api/v1/desk/sessions/{id}/transfer",
    tag = "Desk",
    operation_id = "transfer_chat",
    params(("id" = SessionId, Path, description = "The session.")),
    request_body = TransferBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("answer_chats"))),
    responses((status = 200, body = DeskSessionView), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn transfer_chat(
    State(app): State<App>,
    agent: SignedIn<AnswerChats>,
    Path(id): Path<SessionId>,
    json: Json<TransferBody>,
) -> Result<axum::Json<DeskSessionView>, Problem> {
    let mut body = json.value;
    let note = body.note.take();
    let to = body.to()?;
    app.transfer_chat(&agent.access, id, to, note).await?;
    shown(&app, &agent, id).await
}

/// Accept a chat that another agent gives away.
#[utoipa::path(
    post,
    path = "/api/v1/desk/sessions/{id}/transfer/accept",
    tag = "Desk",
    operation_id = "accept_chat",
    params(("id" = SessionId, Path, description = "The session.")),
    request_body = NothingBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("answer_chats"))),
    responses((status = 200, body = DeskSessionView), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn accept_chat(
    State(app): State<App>,
    agent: SignedIn<AnswerChats>,
    Path(id): Path<SessionId>,
    _: Json<NothingBody>,
) -> Result<axum::Json<DeskSessionView>, Problem> {
    app.answer_transfer(&agent.access, id, true).await?;
    shown(&app, &agent, id).await
}

/// Decline a chat that another agent gives away: it waits for somebody.
#[utoipa::path(
    post,
    path = "/api/v1/desk/sessions/{id}/transfer/decline",
    tag = "Desk",
    operation_id = "decline_chat",
    params(("id" = SessionId, Path, description = "The session.")),
    request_body = NothingBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("answer_chats"))),
    responses((status = 200, body = DeskSessionView), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn decline_chat(
    State(app): State<App>,
    agent: SignedIn<AnswerChats>,
    Path(id): Path<SessionId>,
    _: Json<NothingBody>,
) -> Result<axum::Json<DeskSessionView>, Problem> {
    app.answer_transfer(&agent.access, id, false).await?;
    shown(&app, &agent, id).await
}

/// Set profile fields of the user of a chat; null removes one.
#[utoipa::path(
    patch,
    path = "/api/v1/desk/sessions/{id}/fields",
    tag = "Desk",
    operation_id = "set_chat_fields",
    params(("id" = SessionId, Path, description = "The session.")),
    request_body = ChatFieldsBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("answer_chats"))),
    responses((status = 200, body = DeskSessionView), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn set_chat_fields(
    State(app): State<App>,
    agent: SignedIn<AnswerChats>,
    Path(id): Path<SessionId>,
    json: Json<ChatFieldsBody>,
) -> Result<axum::Json<DeskSessionView>, Problem> {
    let body = json.value;
    app.set_chat_fields(&agent.access, id, body.fields).await?;
    shown(&app, &agent, id).await
}

/// Note something about a chat, for agents only. Those whom it names are told of it, as they have chosen.
#[utoipa::path(
    post,
    path = "/api/v1/desk/sessions/{id}/notes",
    tag = "Desk",
    operation_id = "note_chat",
    params(("id" = SessionId, Path, description = "The session.")),
    request_body = NoteBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("answer_chats"))),
    responses((status = 201, body = Note), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn note_chat(
    State(app): State<App>,
    agent: SignedIn<AnswerChats>,
    Path(id): Path<SessionId>,
    json: Json<NoteBody>,
) -> Result<(StatusCode, axum::Json<Note>), Problem> {
    let NoteBody { text, mentions } = json.value;
    let note = app.note_chat(&agent.access, id, text, mentions).await?;
    Ok((StatusCode::CREATED, axum::Json(note)))
}

/// Put a chat aside: one that one has, or one that waits. It is in no list but `snoozed` and `all`, and comes back at that time, or as soon as its user
/// writes.
#[utoipa::path(
    post,
    path = "/api/v1/desk/sessions/{id}/snooze",
    tag = "Desk",
    operation_id = "snooze_chat",
    params(("id" = SessionId, Path, description = "The session.")),
    request_body = SnoozeBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("answer_chats"))),
    responses((status = 204), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn snooze_chat(
    State(app): State<App>,
    agent: SignedIn<AnswerChats>,
    Path(id): Path<SessionId>,
    json: Json<SnoozeBody>,
) -> Result<StatusCode, Problem> {
    app.snooze_chat(&agent.access, id, json.value.until).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a chat up again that was put aside. One that is not stays as it is.
#[utoipa::path(
    delete,
    path = "/api/v1/desk/sessions/{id}/snooze",
    tag = "Desk",
    operation_id = "wake_chat",
    params(("id" = SessionId, Path, description = "The session.")),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("answer_chats"))),
    responses((status = 204), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn wake_chat(
    State(app): State<App>,
    agent: SignedIn<AnswerChats>,
    Path(id): Path<SessionId>,
) -> Result<StatusCode, Problem> {
    app.wake_chat(&agent.access, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tell the user of a chat that one types.
#[utoipa::path(
    post,
    path = "/api/v1/desk/sessions/{id}/typing",
    tag = "Desk",
    operation_id = "type_in_chat",
    params(("id" = SessionId, Path, description = "The session.")),
    request_body = NothingBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("answer_chats"))),
    responses((status = 204), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn type_in_chat(
    State(app): State<App>,
    agent: SignedIn<AnswerChats>,
    Path(id): Path<SessionId>,
    _: Json<NothingBody>,
) -> Result<StatusCode, Problem> {
    app.agent_types(&agent.access, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Put a flag on the user of a chat.
#[utoipa::path(
    put,
    path = "/api/v1/desk/sessions/{id}/flags/{flag}",
    tag = "Desk",
    operation_id = "flag_chat",
    params(("id" = SessionId, Path, description = "The session."), ("flag" = String, Path, description = "The flag.")),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("answer_chats"))),
    responses((status = 204), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn flag_chat(
    State(app): State<App>,
    agent: SignedIn<AnswerChats>,
    Path((id, flag)): Path<(SessionId, String)>,
) -> Result<StatusCode, Problem> {
    app.flag_chat(&agent.access, id, flag, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a flag off the user of a chat.
#[utoipa::path(
    delete,
    path = "/api/v1/desk/sessions/{id}/flags/{flag}",
    tag = "Desk",
    operation_id = "unflag_chat",
    params(("id" = SessionId, Path, description = "The session."), ("flag" = String, Path, description = "The flag.")),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("answer_chats"))),
    responses((status = 204), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn unflag_chat(
    State(app): State<App>,
    agent: SignedIn<AnswerChats>,
    Path((id, flag)): Path<(SessionId, String)>,
) -> Result<StatusCode, Problem> {
    app.flag_chat(&agent.access, id, flag, false).await?;
    Ok(StatusCode::NO_CONTENT)
}
