//! Publishing bots, and what was published.
use super::bots::{TaggedDraft, tagged};
use crate::Context;
use crate::auth::SignedIn;
use crate::auth::needs::{EditBots, ViewBots};
use crate::body::{Json, Path, Query};
use crate::etag::RequiredIfMatch;
use crate::list::{List, Page};
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use smartbot_app::App;
use smartbot_app::bots::Publication;
use smartbot_flow::Finding;
use smartbot_model::bot::BotVersion;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(publish_bot))
        .routes(routes!(list_bot_versions))
        .routes(routes!(get_bot_version))
        .routes(routes!(roll_back_bot))
        .routes(routes!(restore_bot_draft))
}

/// How to publish.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PublishBody {
    /// What the version is about, at most 500 characters.
    #[schema(example = "New hours")]
    note: Option<String>,
    /// Whether a bot with warnings is published.
    #[serde(default)]
    #[schema(example = false)]
    accept_warnings: bool,
}

/// A version that went live.
#[derive(Debug, Serialize, ToSchema)]
struct Published {
    /// The version.
    #[schema(example = 8)]
    version: u32,
    /// What looks wrong with it.
    findings: Vec<Finding>,
}

/// Publish the draft of a bot: it becomes a new version, live at once. Sessions that run stay on their version.
///
/// Flags, goals and profile fields that do not exist yet are made. Told of by `bot.published`.
#[utoipa::path(
    post,
    path = "/api/v1/admin/bots/{function_id}/publish",
    tag = "Admin",
    operation_id = "publish_bot",
    params(
        ("function_id" = String, Path, description = "The bot's short public name.", example = "DoctorAppointment"),
        ("If-Match" = String, Header, description = "The `ETag` of the draft that you have seen, so that nobody publishes what somebody else has just saved.", example = "\"12\"")
    ),
    request_body = PublishBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("edit_bots"))),
    responses((status = 200, body = Published), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn publish_bot(
    State(app): State<App>,
    agent: SignedIn<EditBots>,
    Path(function_id): Path<String>,
    RequiredIfMatch(only_revisions): RequiredIfMatch,
    json: Json<PublishBody>,
) -> Result<axum::Json<Published>, Problem> {
    let how = Publication {
        note: json.value.note,
        only_revisions,
        refuse_warnings: !json.value.accept_warnings,
        only_changed: true,
    };
    let (version, findings) = app.publish_bot(agent.caller(), &function_id, how).await?;
    Ok(axum::Json(Published { version, findings }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListBotVersions {
    /// How many at the most: 1 to 200, 50 unless given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List the versions of a bot, the newest first, each with how many sessions are still on it.
#[utoipa::path(
    get,
    path = "/api/v1/admin/bots/{function_id}/versions",
    tag = "Admin",
    operation_id = "list_bot_versions",
    params(("function_id" = String, Path, description = "The bot's short public name.", example = "DoctorAppointment"), ListBotVersions),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("view_bots"))),
    responses((status = 200, body = Page<BotVersion>), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn list_bot_versions(
    State(app): State<App>,
    agent: SignedIn<ViewBots>,
    Path(function_id): Path<String>,
    Query(query): Query<ListBotVersions>,
) -> Result<axum::Json<Page<BotVersion>>, Problem> {
    let workspace = agent.caller().workspace;
    let list = List::new(&app, workspace, "bot_versions", &function_id, query.limit)?;
    let before: Option<u32> = list.position(query.cursor.as_deref()).await?;
    let found = app
        .bot_versions(workspace, &function_id, before, list.to_read())
        .await?;
    Ok(axum::Json(
        list.page(found, |it| it.version, |it| it).await?,
    ))
}

/// A version with its document.
#[derive(Debug, Serialize, ToSchema)]
struct BotVersionView {
    /// The version.
    #[serde(flatten)]
    version: BotVersion,
    /// The document.
    #[schema(value_type = Object)]
    document: Value,
}

/// Read one version of a bot with its document.
#[utoipa::path(
    get,
    path = "/api/v1/admin/bots/{function_id}/versions/{version}",
    tag = "Admin",
    operation_id = "get_bot_version",
    params(
        ("function_id" = String, Path, description = "The bot's short public name.", example = "DoctorAppointment"),
        ("version" = u32, Path, description = "The version.", example = 7)
    ),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("view_bots"))),
    responses((status = 200, body = BotVersionView), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn get_bot_version(
    State(app): State<App>,
    agent: SignedIn<ViewBots>,
    Path((function_id, version)): Path<(String, u32)>,
) -> Result<axum::Json<BotVersionView>, Problem> {
    let workspace = agent.caller().workspace;
    let (version, document) = app.bot_version(workspace, &function_id, version).await?;
    Ok(axum::Json(BotVersionView { version, document }))
}

/// Which version to publish again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RollBackBody {
    /// The version.
    #[schema(example = 6)]
    version: u32,
    /// Why, at most 500 characters.
    #[schema(example = "The new hours were wrong")]
    note: Option<String>,
}

/// The version that went live.
#[derive(Debug, Serialize, ToSchema)]
struct RolledBack {
    /// The new version, with the document of the old one.
    #[schema(example = 9)]
    version: u32,
}

/// Roll a bot back: an old version is published again as a new one, live at once. The draft stays as it is.
#[utoipa::path(
    post,
    path = "/api/v1/admin/bots/{function_id}/roll_back",
    tag = "Admin",
    operation_id = "roll_back_bot",
    params(("function_id" = String, Path, description = "The bot's short public name.", example = "DoctorAppointment")),
    request_body = RollBackBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("edit_bots"))),
    responses((status = 200, body = RolledBack), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn roll_back_bot(
    State(app): State<App>,
    agent: SignedIn<EditBots>,
    Path(function_id): Path<String>,
    json: Json<RollBackBody>,
) -> Result<axum::Json<RolledBack>, Problem> {
    let RollBackBody { version, note } = json.value;
    let version = app
        .roll_back_bot(agent.caller(), &function_id, version, note)
        .await?;
    Ok(axum::Json(RolledBack { version }))
}

/// Which version becomes the draft.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RestoreDraftBody {
    /// The version.
    #[schema(example = 6)]
    version: u32,
}

/// Make a published version the draft again, to go on from there. What is live stays live.
#[utoipa::path(
    post,
    path = "/api/v1/admin/bots/{function_id}/restore_draft",
    tag = "Admin",
    operation_id = "restore_bot_draft",
    params(
        ("function_id" = String, Path, description = "The bot's short public name.", example = "DoctorAppointment"),
        ("If-Match" = String, Header, description = "The `ETag` of the draft that you have seen: it is overwritten.", example = "\"12\"")
    ),
    request_body = RestoreDraftBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("edit_bots"))),
    responses(
        (status = 200, body = super::bots::BotDraftView, headers(("ETag" = String, description = "The revision, for the next `If-Match`."))),
        (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json")
    )
)]
async fn restore_bot_draft(
    State(app): State<App>,
    agent: SignedIn<EditBots>,
    Path(function_id): Path<String>,
    RequiredIfMatch(revisions): RequiredIfMatch,
    json: Json<RestoreDraftBody>,
) -> Result<TaggedDraft, Problem> {
    let draft = app
        .restore_draft(
            agent.caller(),
            &function_id,
            revisions.as_deref(),
            json.value.version,
        )
        .await?;
    tagged(StatusCode::OK, draft)
}
