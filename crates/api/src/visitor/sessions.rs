//! Sessions that visitors start.
use super::bots::PublicBotView;
use crate::Context;
use crate::body::Json;
use crate::problem::{Problem, ProblemBody};
use crate::visitor::Stranger;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use smartbot_app::visitors::Visit;
use smartbot_app::{App, Error};
use smartbot_model::session::Started;
use smartbot_model::{Phi, WorkspaceId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(start_visitor_session))
}

/// A visitor's wish to chat.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VisitBody {
    /// The workspace.
    workspace: WorkspaceId,
    /// The bot's short public name.
    #[schema(example = "DoctorAppointment")]
    function_id: String,
    /// Who the visitor is: a JWT that your own system has signed with the widget key (HS256), with `sub`, `exp` and perhaps `fields`. Somebody new unless given.
    identity: Option<String>,
    /// Session variables to begin with; only those that the bot declares.
    #[serde(default)]
    variables: Map<String, Value>,
    /// Profile fields of somebody new; only those that are declared. With an `identity` they stand in there.
    #[serde(default)]
    fields: Map<String, Value>,
    /// The language, BCP 47; the bot's own unless given.
    #[schema(example = "en")]
    language: Option<String>,
    /// The address of the page that the visitor is on. What follows its path is not kept.
    #[schema(example = "https://www.clinic.example/visit")]
    page: Option<String>,
}

/// A session that a visitor has started.
#[derive(Debug, Serialize, ToSchema)]
struct StartedVisit {
    /// The session, what the bot said, what it waits for, and the key for all that follows.
    #[serde(flatten)]
    started: Started,
    /// The bot.
    bot: PublicBotView,
}

/// Start a session as a visitor, without a token. Only pages of this server may: the panel of the widget is one.
///
/// Everything after that is done with the `session_key`. An address starts at most 30 sessions a minute and has 20 open.
#[utoipa::path(
    post,
    path = "/api/v1/visitor/sessions",
    tag = "Visitor",
    operation_id = "start_visitor_session",
    request_body = VisitBody,
    security(()),
    responses((status = 201, body = StartedVisit), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn start_visitor_session(
    State(app): State<App>,
    stranger: Stranger,
    json: Json<VisitBody>,
) -> Result<(StatusCode, axum::Json<StartedVisit>), Problem> {
    let body = json.value;
    let visit = Visit {
        function_id: body.function_id.clone(),
        identity: body.identity.map(Phi::new),
        variables: body.variables,
        fields: body.fields,
        language: body.language,
        page: body.page,
    };
    let (reply, bot) = app
        .start_visit(body.workspace, visit, stranger.address)
        .await?;
    let started = serde_json::from_str(&reply.body).map_err(Error::from)?;
    let view = StartedVisit {
        started,
        bot: PublicBotView::new(&bot, body.function_id),
    };
    Ok((StatusCode::CREATED, axum::Json(view)))
}
