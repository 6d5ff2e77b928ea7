//! The flags of a user.
use super::key;
use crate::Context;
use crate::answer::answer;
use crate::auth::needs::{EditUsers, ViewUsers};
use crate::auth::{DbUpdate, DbUpdateWriter};
use crate::body::{Bare, Path, Query};
use crate::list::{List, Page};
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use smartbot_app::App;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list_user_flags))
        .routes(routes!(assign_user_flag, remove_user_flag))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListUserFlags {
    /// How many at the most: 1 to 200, 50 unless given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List the flags that a user carries, in alphabetical order.
#[utoipa::path(
    get,
    path = "/api/v1/users/{id}/flags",
    tag = "DB-Update",
    operation_id = "list_user_flags",
    params(("id" = String, Path, description = "`usr_…`, or `ext:` and your own id.", example = "ext:p-17"), ListUserFlags),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("view_users"))),
    responses((status = 200, body = Page<String>), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn list_user_flags(
    State(app): State<App>,
    access: DbUpdate<ViewUsers>,
    Path(id): Path<String>,
    Query(query): Query<ListUserFlags>,
) -> Result<axum::Json<Page<String>>, Problem> {
    let workspace = access.caller.workspace;
    let user = app.seen_user(workspace, &access.sight, &key(&id)?).await?;
    let list = List::new(&app, workspace, "user_flags", &user.id, query.limit)?;
    let after: Option<String> = list.position(query.cursor.as_deref()).await?;
    let flags = list.cut(user.flags, after, |it| it);
    Ok(axum::Json(list.page(flags, Clone::clone, |it| it).await?))
}

/// Put a flag on a user. One that is there already is no change, and nothing is told of it.
#[utoipa::path(
    put,
    path = "/api/v1/users/{id}/flags/{flag}",
    tag = "DB-Update",
    operation_id = "assign_user_flag",
    params(
        ("id" = String, Path, description = "`usr_…`, or `ext:` and your own id.", example = "ext:p-17"),
        ("flag" = String, Path, description = "The flag. One that the workspace does not know is made.", example = "vip"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless: the same key gets the same answer for 24 hours.")
    ),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("edit_users"))),
    responses((status = 204, description = "The user carries the flag."), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn assign_user_flag(
    State(app): State<App>,
    access: DbUpdateWriter<EditUsers>,
    Path((id, flag)): Path<(String, String)>,
    body: Bare,
) -> Result<Response, Problem> {
    let once = body.once(&access.scope);
    let key = key(&id)?;
    app.see_user(access.caller.workspace, &access.sight, &key)
        .await?;
    let reply = app
        .set_user_flag(&access.caller, &key, &flag, true, once)
        .await?;
    Ok(answer(reply))
}

/// Take a flag off a user. One that is not there is no change, and nothing is told of it.
#[utoipa::path(
    delete,
    path = "/api/v1/users/{id}/flags/{flag}",
    tag = "DB-Update",
    operation_id = "remove_user_flag",
    params(
        ("id" = String, Path, description = "`usr_…`, or `ext:` and your own id.", example = "ext:p-17"),
        ("flag" = String, Path, description = "The flag.", example = "vip"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless: the same key gets the same answer for 24 hours.")
    ),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("edit_users"))),
    responses((status = 204, description = "The user does not carry the flag."), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn remove_user_flag(
    State(app): State<App>,
    access: DbUpdateWriter<EditUsers>,
    Path((id, flag)): Path<(String, String)>,
    body: Bare,
) -> Result<Response, Problem> {
    let once = body.once(&access.scope);
    let key = key(&id)?;
    app.see_user(access.caller.workspace, &access.sight, &key)
        .await?;
    let reply = app
        .set_user_flag(&access.caller, &key, &flag, false, once)
        .await?;
    Ok(answer(reply))
}
