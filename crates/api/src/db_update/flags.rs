//! Definitions of flags.
use crate::Context;
use crate::answer::answer;
use crate::auth::needs::{EditDefinitions, ViewDefinitions};
use crate::auth::{DbUpdate, DbUpdateWriter};
use crate::body::{Bare, Json, Patch, Path, Query};
use crate::list::{List, Page};
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use smartbot_app::App;
use smartbot_app::definitions::Names;
use smartbot_model::definition::Flag;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list_flags, create_flag))
        .routes(routes!(update_flag, delete_flag))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListFlags {
    /// How many at the most: 1 to 200, 50 unless given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List the flags that the workspace knows, by name.
#[utoipa::path(
    get,
    path = "/api/v1/flags",
    tag = "DB-Update",
    operation_id = "list_flags",
    params(ListFlags),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("view_definitions"))),
    responses((status = 200, body = Page<Flag>), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn list_flags(
    State(app): State<App>,
    access: DbUpdate<ViewDefinitions>,
    Query(query): Query<ListFlags>,
) -> Result<axum::Json<Page<Flag>>, Problem> {
    let workspace = access.caller.workspace;
    let list = List::new(&app, workspace, "flags", &(), query.limit)?;
    let after: Option<String> = list.position(query.cursor.as_deref()).await?;
    let flags = app.flags(workspace).await?;
    let flags = list.cut(flags, after, |it| &it.name);
    Ok(axum::Json(
        list.page(flags, |it| it.name.clone(), |it| it).await?,
    ))
}

/// A flag to define.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateFlag {
    /// 1 to 64 letters, digits, `-`, `_`, `.` or `:`.
    #[schema(example = "vip")]
    name: String,
    /// What it is for, at most 500 characters.
    #[serde(default)]
    description: String,
}

/// Define a flag.
#[utoipa::path(
    post,
    path = "/api/v1/flags",
    tag = "DB-Update",
    operation_id = "create_flag",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless: the same key gets the same answer for 24 hours.")),
    request_body = CreateFlag,
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("edit_definitions"))),
    responses((status = 201, body = Flag), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn create_flag(
    State(app): State<App>,
    access: DbUpdateWriter<EditDefinitions>,
    body: Json<CreateFlag>,
) -> Result<Response, Problem> {
    let once = body.once(&access.scope);
    let CreateFlag { name, description } = body.value;
    let reply = app
        .define_name(&access.caller, Names::Flags, &name, &description, once)
        .await?;
    Ok(answer(reply))
}

/// What changes about a flag; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateFlag {
    /// What it is for, at most 500 characters.
    description: Option<String>,
}

/// Describe a flag. Its name stays: users, bots and reports know it by that.
#[utoipa::path(
    patch,
    path = "/api/v1/flags/{name}",
    tag = "DB-Update",
    operation_id = "update_flag",
    params(("name" = String, Path, description = "The flag.", example = "vip"), ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless: the same key gets the same answer for 24 hours.")),
    request_body(content((UpdateFlag = "application/json"), (UpdateFlag = "application/merge-patch+json"))),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("edit_definitions"))),
    responses((status = 200, body = Flag), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn update_flag(
    State(app): State<App>,
    access: DbUpdateWriter<EditDefinitions>,
    Path(name): Path<String>,
    Patch(body): Patch<UpdateFlag>,
) -> Result<Response, Problem> {
    let once = body.once(&access.scope);
    let description = body.value.description;
    let reply = app
        .describe_name(&access.caller, Names::Flags, &name, description, once)
        .await?;
    Ok(answer(reply))
}

/// Remove the definition of a flag.
///
/// No user is touched: whoever carries the flag goes on carrying it. A bot that assigns it, and putting it on a user, defines it again.
#[utoipa::path(
    delete,
    path = "/api/v1/flags/{name}",
    tag = "DB-Update",
    operation_id = "delete_flag",
    params(("name" = String, Path, description = "The flag.", example = "vip"), ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless: the same key gets the same answer for 24 hours.")),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("edit_definitions"))),
    responses((status = 204, description = "The definition is removed."), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn delete_flag(
    State(app): State<App>,
    access: DbUpdateWriter<EditDefinitions>,
    Path(name): Path<String>,
    body: Bare,
) -> Result<Response, Problem> {
    let once = body.once(&access.scope);
    let reply = app
        .remove_name(&access.caller, Names::Flags, &name, once)
        .await?;
    Ok(answer(reply))
}
