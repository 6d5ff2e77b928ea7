//! Past and running sessions, whole.
use crate::Context;
use crate::auth::DbUpdate;
use crate::body::Path;
use crate::problem::{Problem, ProblemBody};
use axum::Json;
use axum::extract::State;
use smartbot_app::App;
use smartbot_model::SessionId;
use smartbot_model::chat_log::ChatLog;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(get_chat_log))
}

/// Read one session with its messages, the boxes it went through, fields, flags and variables.
#[utoipa::path(
    get,
    path = "/api/v1/chat_logs/{session_id}",
    tag = "DB-Update",
    operation_id = "get_chat_log",
    params(("session_id" = SessionId, Path, description = "The session.")),
    security(("db_update" = [])),
    responses((status = 200, body = ChatLog), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn get_chat_log(
    State(app): State<App>,
    access: DbUpdate,
    Path(id): Path<SessionId>,
) -> Result<Json<ChatLog>, Problem> {
    Ok(Json(app.chat_log(access.caller.workspace, id).await?))
}
