//! Files of a running session: send one, load one.
use crate::Context;
use crate::auth::SessionAccess;
use crate::body::{Path, Query};
use crate::files::{UploadQuery, UploadedView, download, upload};
use crate::problem::{Problem, ProblemBody};
use axum::extract::{Request, State};
use axum::response::Response;
use smartbot_app::App;
use smartbot_app::files::Uploader;
use smartbot_model::{FileId, SessionId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(upload_file))
        .routes(routes!(get_file))
}

/// Send a file: when the bot asks for one, or an agent has the chat. A message with its `file_id` says it then.
///
/// What the file is follows from its content; the `Content-Type` of the request does not matter. A file that no message names within a day
/// is removed.
#[utoipa::path(
    post,
    path = "/api/v1/sessions/{id}/files",
    tag = "BotsManagement",
    operation_id = "upload_file",
    params(("id" = SessionId, Path, description = "The session."), UploadQuery),
    request_body(content = String, content_type = "application/octet-stream", description = "The content of the file.", example = json!("%PDF-1.4\n%%EOF\n")),
    security(("bots_management" = []), ("session_key" = [])),
    responses((status = 201, body = UploadedView), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn upload_file(
    State(app): State<App>,
    access: SessionAccess,
    Query(query): Query<UploadQuery>,
    request: Request,
) -> Result<Response, Problem> {
    let place = (access.caller.workspace, access.session);
    upload(&app, place, Uploader::User, query, request).await
}

/// Load a file of the session, until 10 minutes after its end.
#[utoipa::path(
    get,
    path = "/api/v1/sessions/{id}/files/{file_id}",
    tag = "BotsManagement",
    operation_id = "get_file",
    params(("id" = SessionId, Path, description = "The session."), ("file_id" = FileId, Path, description = "The file.")),
    security(("bots_management" = []), ("session_key" = [])),
    responses((status = 200, body = String, content_type = "*/*"), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn get_file(
    State(app): State<App>,
    access: SessionAccess,
    Path((_session, file)): Path<(String, FileId)>,
) -> Result<Response, Problem> {
    let (workspace, session) = (access.caller.workspace, access.session);
    download(app.open_file(workspace, session, file).await?)
}
