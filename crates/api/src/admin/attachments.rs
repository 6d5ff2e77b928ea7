//! Files that agents send in a chat.
use crate::Context;
use crate::auth::SignedIn;
use crate::auth::needs::AnswerChats;
use crate::body::{Path, Query};
use crate::files::{UploadQuery, UploadedView, upload};
use crate::problem::{Problem, ProblemBody};
use axum::extract::{Request, State};
use axum::response::Response;
use smartbot_app::App;
use smartbot_app::files::Uploader;
use smartbot_app::users::sight::Sight;
use smartbot_model::SessionId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(attach_file))
}

/// Send a file into a chat, to be said with its `file_id`. What it is follows from its content.
#[utoipa::path(
    post,
    path = "/api/v1/desk/sessions/{id}/files",
    tag = "Admin",
    operation_id = "attach_file",
    params(("id" = SessionId, Path, description = "The session."), UploadQuery),
    request_body(content = String, content_type = "application/octet-stream", description = "The content of the file."),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("answer_chats"))),
    responses((status = 201, body = UploadedView), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn attach_file(
    State(app): State<App>,
    agent: SignedIn<AnswerChats>,
    Path(session): Path<SessionId>,
    Query(query): Query<UploadQuery>,
    request: Request,
) -> Result<Response, Problem> {
    let sight = Sight::of(agent.access.agent().limited_to_flags);
    let place = (agent.caller().workspace, session);
    upload(&app, place, Uploader::Agent(&sight), query, request).await
}
