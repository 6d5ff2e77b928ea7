//! Users.
use crate::Context;
use crate::auth::DbUpdate;
use crate::body::Path;
use crate::problem::{Problem, ProblemBody};
use axum::Json;
use axum::extract::State;
use smartbot_app::users::UserKey;
use smartbot_app::{App, Error};
use smartbot_model::user::User;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(get_user))
}

/// Read one user with profile fields and flags.
#[utoipa::path(
    get,
    path = "/api/v1/users/{id}",
    tag = "DB-Update",
    operation_id = "get_user",
    params(("id" = String, Path, description = "`usr_…`, or `ext:` and your own id.", example = "ext:p-17")),
    security(("db_update" = [])),
    responses((status = 200, body = User), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn get_user(
    State(app): State<App>,
    access: DbUpdate,
    Path(id): Path<String>,
) -> Result<Json<User>, Problem> {
    let key = UserKey::parse(&id).ok_or(Error::NotFound("user"))?;
    Ok(Json(app.user(access.caller.workspace, &key).await?))
}
