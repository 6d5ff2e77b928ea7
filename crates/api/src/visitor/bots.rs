//! What everybody may know of a public bot.
use crate::Context;
use crate::body::{Path, Query};
use crate::edge::Told;
use crate::problem::{Problem, ProblemBody};
use crate::visitor::Stranger;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use serde::{Deserialize, Serialize};
use smartbot_app::visitors::PublicBot;
use smartbot_app::{App, Error};
use smartbot_model::WorkspaceId;
use smartbot_model::channel::Appearance;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(get_public_bot))
}

/// A bot as everybody sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PublicBotView {
    /// Its name.
    #[schema(example = "Doctor appointment")]
    name: String,
    /// Its short public name.
    #[schema(example = "DoctorAppointment")]
    function_id: String,
    /// The language it starts in, BCP 47.
    #[schema(example = "en")]
    language: String,
    /// The languages it speaks.
    languages: Vec<String>,
    /// How its widget looks.
    appearance: Appearance,
    /// Whether somebody is there now; absent while the workspace has no opening hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_open: Option<bool>,
}

impl PublicBotView {
    pub(super) fn new(bot: &PublicBot, function_id: String) -> Self {
        Self {
            name: bot.name.clone(),
            function_id,
            language: bot.flow.language().to_owned(),
            languages: bot.flow.languages().to_vec(),
            appearance: bot.appearance(),
            is_open: bot.is_open,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoParameters {}

/// Read how a public bot is called and looks. One that is not public is answered like one that does not exist.
#[utoipa::path(
    get,
    path = "/api/v1/visitor/bots/{workspace}/{function_id}",
    tag = "Visitor",
    operation_id = "get_public_bot",
    params(
        ("workspace" = WorkspaceId, Path, description = "The workspace."),
        ("function_id" = String, Path, description = "The bot's short public name.")
    ),
    security(()),
    responses((status = 200, body = PublicBotView), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn get_public_bot(
    State(app): State<App>,
    _: Stranger,
    Extension(told): Extension<Told>,
    Path((workspace, function_id)): Path<(WorkspaceId, String)>,
    Query(NoParameters {}): Query<NoParameters>,
    headers: HeaderMap,
) -> Result<axum::Json<PublicBotView>, Problem> {
    let found = app.public_bot(workspace, &function_id).await;
    let bot = found.map_err(|it| match it {
        Error::NotFound(_) => Error::NotFound("bot"),
        other => other,
    })?;
    // The loader asks from the page that it stands in.
    if let Some(origin) = headers.get(header::ORIGIN) {
        let mut allowed = bot.channel.allowed_origins.iter();
        if allowed.any(|it| it.as_bytes() == origin.as_bytes()) {
            told.origin(origin.clone());
        }
    }
    Ok(axum::Json(PublicBotView::new(&bot, function_id)))
}
