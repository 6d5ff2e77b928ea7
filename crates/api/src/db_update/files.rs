//! Files of past and running sessions.
use crate::Context;
use crate::auth::DbUpdate;
use crate::auth::needs::ViewChats;
use crate::body::Path;
use crate::files::download;
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use axum::response::Response;
use smartbot_app::App;
use smartbot_model::{FileId, SessionId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(get_logged_file))
}

/// Load a file that was sent in a session.
#[utoipa::path(
    get,
    path = "/api/v1/chat_logs/{session_id}/files/{file_id}",
    tag = "DB-Update",
    operation_id = "get_logged_file",
    params(("session_id" = SessionId, Path, description = "The session."), ("file_id" = FileId, Path, description = "The file.")),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("view_chats"))),
    responses((status = 200, body = String, content_type = "*/*"), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn get_logged_file(
    State(app): State<App>,
    access: DbUpdate<ViewChats>,
    Path((session, file)): Path<(SessionId, FileId)>,
) -> Result<Response, Problem> {
    let workspace = access.caller.workspace;
    download(
        app.logged_file(workspace, &access.sight, session, file)
            .await?,
    )
}
