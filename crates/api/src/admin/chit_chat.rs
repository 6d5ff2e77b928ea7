//! What every bot answers to small talk.
use crate::Context;
use crate::auth::SignedIn;
use crate::auth::needs::{EditBots, ViewBots};
use crate::body::Json;
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use smartbot_app::App;
use smartbot_app::workspaces::SettingsPatch;
use smartbot_model::chit_chat::ChitChat;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(get_chit_chat, set_chit_chat))
}

/// Read what bots answer to small talk.
#[utoipa::path(
    get,
    path = "/api/v1/admin/chit_chat",
    tag = "Admin",
    operation_id = "get_chit_chat",
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("view_bots"))),
    responses((status = 200, body = ChitChat), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn get_chit_chat(
    State(app): State<App>,
    agent: SignedIn<ViewBots>,
) -> Result<axum::Json<ChitChat>, Problem> {
    let settings = app.settings(agent.caller().workspace).await?;
    Ok(axum::Json(settings.chit_chat))
}

/// Set what bots answer to small talk, as a whole. It holds for sessions that run, too.
#[utoipa::path(
    put,
    path = "/api/v1/admin/chit_chat",
    tag = "Admin",
    operation_id = "set_chit_chat",
    request_body = ChitChat,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("edit_bots"))),
    responses((status = 200, body = ChitChat), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn set_chit_chat(
    State(app): State<App>,
    agent: SignedIn<EditBots>,
    json: Json<ChitChat>,
) -> Result<axum::Json<ChitChat>, Problem> {
    let patch = SettingsPatch {
        chit_chat: Some(json.value),
        ..SettingsPatch::default()
    };
    let settings = app
        .update_settings(agent.caller().workspace, &patch)
        .await?;
    Ok(axum::Json(settings.chit_chat))
}
