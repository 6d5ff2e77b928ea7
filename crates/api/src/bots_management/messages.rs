//! Messages of a session: say something, catch up.
use crate::Context;
use crate::answer::answer;
use crate::auth::SessionAccess;
use crate::body::{self, Json, Query};
use crate::problem::{ErrorCode, Problem, ProblemBody};
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use smartbot_app::App;
use smartbot_app::turns::Said;
use smartbot_model::FileId;
use smartbot_model::message::Message;
use smartbot_model::problem::InputError;
use smartbot_model::session::Answered;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(submit_message, list_messages))
}

/// What the user says: exactly one of `text`, `choice`, `choices` and `file_id`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(min_properties = 1)]
struct MessageBody {
    /// Words, at most 4,000 characters.
    #[schema(example = "tomorrow at 10 am", max_length = 4000)]
    text: Option<String>,
    /// The value of a picked choice.
    choice: Option<String>,
    /// The values of several picked choices.
    choices: Option<Vec<String>>,
    /// A file that was sent before, which no message names yet.
    file_id: Option<FileId>,
    /// Your own id of this message: a repeat in this session is answered like the first, for ever.
    #[schema(max_length = 255)]
    client_message_id: Option<String>,
    /// How long the response may wait for an External API, in milliseconds: 15,000 unless given, at most 60,000.
    #[schema(maximum = 60_000)]
    max_wait_ms: Option<u64>,
}

impl MessageBody {
    async fn said(&mut self, app: &App, access: &SessionAccess) -> Result<Said, Problem> {
        let (text, choice, choices) = (self.text.take(), self.choice.take(), self.choices.take());
        match (text, choice, choices, self.file_id) {
            (Some(text), None, None, None) => Ok(Said::Text(text)),
            (None, Some(choice), None, None) => Ok(Said::Choices(vec![choice])),
            (None, None, Some(choices), None) => Ok(Said::Choices(choices)),
            (None, None, None, Some(file)) => {
                let (workspace, session) = (access.caller.workspace, access.session);
                Ok(app.said_file(workspace, session, file).await?)
            }
            _ => {
                let error = InputError::new(
                    "",
                    "invalid_value",
                    "Send exactly one of text, choice, choices and file_id.",
                );
                Err(
                    Problem::new(ErrorCode::InvalidRequest, error.message.clone())
                        .with_errors(vec![error]),
                )
            }
        }
    }
}

/// Submit a user message; answers with what is said because of it.
#[utoipa::path(
    post,
    path = "/api/v1/sessions/{id}/messages",
    tag = "BotsManagement",
    operation_id = "submit_message",
    params(
        ("id" = smartbot_model::SessionId, Path, description = "The session."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat answer like the first call, for 24 hours.")
    ),
    request_body = MessageBody,
    security(("bots_management" = []), ("session_key" = [])),
    responses((status = 200, body = Answered), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn submit_message(
    State(app): State<App>,
    access: SessionAccess,
    json: Json<MessageBody>,
) -> Result<Response, Problem> {
    let once = json.once(&access.scope);
    let mut body = json.value;
    let said = body.said(&app, &access).await?;
    let wait = body::wait(body.max_wait_ms)?;
    Ok(answer(
        app.submit_message(
            &access.caller,
            access.session,
            said,
            body.client_message_id,
            once,
            wait,
        )
        .await?,
    ))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListMessages {
    /// Only messages after this `seq`; all unless given.
    after_seq: Option<u32>,
}

/// The messages of an open session.
#[derive(Debug, Serialize, ToSchema)]
struct MessagePage {
    /// The messages, by `seq`. A session holds at most 2,000, so they come all at once.
    data: Vec<Message>,
    /// Always null.
    next_cursor: Option<String>,
}

/// Read the messages of an open session, to catch up after a lost connection.
#[utoipa::path(
    get,
    path = "/api/v1/sessions/{id}/messages",
    tag = "BotsManagement",
    operation_id = "list_messages",
    params(("id" = smartbot_model::SessionId, Path, description = "The session."), ListMessages),
    security(("bots_management" = []), ("session_key" = [])),
    responses((status = 200, body = MessagePage), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn list_messages(
    State(app): State<App>,
    access: SessionAccess,
    Query(query): Query<ListMessages>,
) -> Result<axum::Json<MessagePage>, Problem> {
    let data = app
        .open_messages(
            access.caller.workspace,
            access.session,
            query.after_seq.unwrap_or(0),
        )
        .await?;
    Ok(axum::Json(MessagePage {
        data,
        next_cursor: None,
    }))
}
