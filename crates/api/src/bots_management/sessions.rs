//! Sessions: invoke a bot, look at one, watch it, hand it off, end it.
use crate::Context;
use crate::answer::answer;
use crate::auth::{BotsManagement, SessionAccess};
use crate::body::{self, Json, Query};
use crate::problem::{Problem, ProblemBody};
use crate::stream;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value};
use smartbot_app::App;
use smartbot_app::turns::{StartSession, StartUser};
use smartbot_model::UserId;
use smartbot_model::message::Sender;
use smartbot_model::session::{Answered, SessionState, Started};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(start_session))
        .routes(routes!(get_session))
        .routes(routes!(stream_session))
        .routes(routes!(send_typing))
        .routes(routes!(hand_off))
        .routes(routes!(end_session))
}

/// A wish to invoke a bot.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StartBody {
    /// The bot's short public name.
    #[schema(example = "DoctorAppointment")]
    function_id: String,
    /// Who will chat; a new user unless given.
    #[serde(default)]
    user: StartUserBody,
    /// Session variables to begin with.
    #[serde(default)]
    variables: Map<String, Value>,
    /// Where messages come from and go to; `api` unless given.
    medium: Option<String>,
    /// The language, BCP 47; the bot's own unless given.
    #[schema(example = "en")]
    language: Option<String>,
    /// Whatever you wish to keep with the session, at most 16 KiB.
    #[serde(default)]
    metadata: Map<String, Value>,
    /// How long the response may wait for an External API, in milliseconds: 15,000 unless given, at most 60,000.
    #[schema(maximum = 60_000)]
    max_wait_ms: Option<u64>,
}

/// Who will chat.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StartUserBody {
    /// SmartBot's id of a user that exists.
    id: Option<UserId>,
    /// Your own id; a user is made when there is none.
    #[schema(example = "p-17")]
    external_id: Option<String>,
    /// Profile fields to set; null removes one.
    #[serde(default)]
    #[schema(example = json!({"user_fname": "Ana"}))]
    fields: Map<String, Value>,
}

/// A wish for a person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HandOffBody {
    /// The flag of the agents who should take it.
    #[schema(example = "billing")]
    flag: Option<String>,
}

/// Nothing to say.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EmptyBody {}

/// Invoke a bot: starts a session and answers with what the bot says first.
#[utoipa::path(
    post,
    path = "/api/v1/sessions",
    tag = "BotsManagement",
    operation_id = "start_session",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat answer like the first call, for 24 hours.")),
    request_body = StartBody,
    security(("bots_management" = [])),
    responses((status = 201, body = Started), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn start_session(
    State(app): State<App>,
    access: BotsManagement,
    json: Json<StartBody>,
) -> Result<Response, Problem> {
    let once = json.once(&access.scope);
    let body = json.value;
    let wait = body::wait(body.max_wait_ms)?;
    let start = StartSession {
        function_id: body.function_id,
        user: StartUser {
            id: body.user.id,
            external_id: body.user.external_id,
            fields: body.user.fields,
        },
        variables: body.variables,
        medium: body.medium,
        language: body.language,
        metadata: body.metadata,
    };
    Ok(answer(
        app.start_session(&access.caller, start, once, wait).await?,
    ))
}

/// Read where a session stands.
#[utoipa::path(
    get,
    path = "/api/v1/sessions/{id}",
    tag = "BotsManagement",
    operation_id = "get_session",
    params(("id" = smartbot_model::SessionId, Path, description = "The session.")),
    security(("bots_management" = []), ("session_key" = [])),
    responses((status = 200, body = SessionState), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn get_session(
    State(app): State<App>,
    access: SessionAccess,
) -> Result<axum::Json<SessionState>, Problem> {
    Ok(axum::Json(
        app.session_state(access.caller.workspace, access.session)
            .await?,
    ))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoParameters {}

/// Watch a session: Server-Sent Events `message`, `typing` and `status`.
///
/// Only `message` has an `id`, its `seq`. Send the last one as `Last-Event-ID` to go on without loss or repeat; without it the stream
/// starts at the first message. It ends after the `status` of a session that has ended.
#[utoipa::path(
    get,
    path = "/api/v1/sessions/{id}/stream",
    tag = "BotsManagement",
    operation_id = "stream_session",
    params(
        ("id" = smartbot_model::SessionId, Path, description = "The session."),
        ("Last-Event-ID" = Option<u32>, Header, description = "The `seq` of the last message that arrived.")
    ),
    security(("bots_management" = []), ("session_key" = [])),
    responses(
        (status = 200, body = String, content_type = "text/event-stream"),
        (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json")
    )
)]
async fn stream_session(
    State(app): State<App>,
    access: SessionAccess,
    Query(NoParameters {}): Query<NoParameters>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    stream::open(app, access.caller.workspace, access.session, &headers).await
}

/// Tell those who watch the session that the user types.
#[utoipa::path(
    post,
    path = "/api/v1/sessions/{id}/typing",
    tag = "BotsManagement",
    operation_id = "send_typing",
    params(("id" = smartbot_model::SessionId, Path, description = "The session.")),
    request_body = EmptyBody,
    security(("bots_management" = []), ("session_key" = [])),
    responses((status = 204), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn send_typing(
    State(app): State<App>,
    access: SessionAccess,
    _: Json<EmptyBody>,
) -> Result<Response, Problem> {
    app.typing(access.caller.workspace, access.session, Sender::User)
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Hand the session to an agent, from wherever it stands.
#[utoipa::path(
    post,
    path = "/api/v1/sessions/{id}/hand_off",
    tag = "BotsManagement",
    operation_id = "hand_off",
    params(
        ("id" = smartbot_model::SessionId, Path, description = "The session."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat answer like the first call, for 24 hours.")
    ),
    request_body = HandOffBody,
    security(("bots_management" = []), ("session_key" = [])),
    responses((status = 200, body = Answered), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn hand_off(
    State(app): State<App>,
    access: SessionAccess,
    json: Json<HandOffBody>,
) -> Result<Response, Problem> {
    let once = json.once(&access.scope);
    Ok(answer(
        app.hand_off(&access.caller, access.session, json.value.flag, once)
            .await?,
    ))
}

/// End the session.
#[utoipa::path(
    post,
    path = "/api/v1/sessions/{id}/end",
    tag = "BotsManagement",
    operation_id = "end_session",
    params(
        ("id" = smartbot_model::SessionId, Path, description = "The session."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat answer like the first call, for 24 hours.")
    ),
    request_body = EmptyBody,
    security(("bots_management" = []), ("session_key" = [])),
    responses((status = 200, body = Answered), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn end_session(
    State(app): State<App>,
    access: SessionAccess,
    json: Json<EmptyBody>,
) -> Result<Response, Problem> {
    let once = json.once(&access.scope);
    Ok(answer(
        app.end_session(&access.caller, access.session, once)
            .await?,
    ))
}
