//! What a page tells a running session: who its user is, and values of variables.
use crate::Context;
use crate::answer::answer;
use crate::auth::SessionAccess;
use crate::body::Json;
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value};
use smartbot_app::App;
use smartbot_model::SessionId;
use smartbot_model::session::Answered;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(identify_session))
        .routes(routes!(set_variables))
}

/// Who the user is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct IdentityBody {
    /// A JWT that your own system has signed with the widget key (HS256): `sub` is your id of the person, `exp` at most 24 hours ahead, `fields` perhaps profile fields.
    identity: String,
}

/// Values of variables.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VariablesBody {
    /// Variables that the bot declares; null removes a value.
    variables: Map<String, Value>,
}

/// Link the session to a person whom your own system knows.
///
/// A session keeps its user: when somebody else has this `external_id` already, or the session is another person's, start a new one with the identity.
#[utoipa::path(
    post,
    path = "/api/v1/sessions/{id}/identity",
    tag = "Visitor",
    operation_id = "identify_session",
    params(("id" = SessionId, Path, description = "The session.")),
    request_body = IdentityBody,
    security(("bots_management" = []), ("session_key" = [])),
    responses((status = 200, body = Answered), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn identify_session(
    State(app): State<App>,
    access: SessionAccess,
    json: Json<IdentityBody>,
) -> Result<Response, Problem> {
    let jwt = json.value.identity;
    let reply = app
        .identify_session(&access.caller, access.session, &jwt)
        .await?;
    Ok(answer(reply))
}

/// Set variables of a running session.
#[utoipa::path(
    patch,
    path = "/api/v1/sessions/{id}/variables",
    tag = "Visitor",
    operation_id = "set_variables",
    params(("id" = SessionId, Path, description = "The session.")),
    request_body = VariablesBody,
    security(("bots_management" = []), ("session_key" = [])),
    responses((status = 200, body = Answered), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn set_variables(
    State(app): State<App>,
    access: SessionAccess,
    json: Json<VariablesBody>,
) -> Result<Response, Problem> {
    let variables = json.value.variables;
    let reply = app
        .set_variables(&access.caller, access.session, variables)
        .await?;
    Ok(answer(reply))
}
