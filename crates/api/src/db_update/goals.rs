//! Definitions of goals.
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
use smartbot_model::definition::Goal;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list_goals, create_goal))
        .routes(routes!(update_goal, delete_goal))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListGoals {
    /// How many at the most: 1 to 200, 50 unless given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List the goals that the workspace knows, by name.
#[utoipa::path(
    get,
    path = "/api/v1/goals",
    tag = "DB-Update",
    operation_id = "list_goals",
    params(ListGoals),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("view_definitions"))),
    responses((status = 200, body = Page<Goal>), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn list_goals(
    State(app): State<App>,
    access: DbUpdate<ViewDefinitions>,
    Query(query): Query<ListGoals>,
) -> Result<axum::Json<Page<Goal>>, Problem> {
    let workspace = access.caller.workspace;
    let list = List::new(&app, workspace, "goals", &(), query.limit)?;
    let after: Option<String> = list.position(query.cursor.as_deref()).await?;
    let goals = app.goals(workspace).await?;
    let goals = list.cut(goals, after, |it| &it.name);
    Ok(axum::Json(
        list.page(goals, |it| it.name.clone(), |it| it).await?,
    ))
}

/// A goal to define.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateGoal {
    /// 1 to 64 characters.
    #[schema(example = "booked")]
    name: String,
    /// What it is for, at most 500 characters.
    #[serde(default)]
    description: String,
}

/// Define a goal. Boxes fulfil it; reports count it.
#[utoipa::path(
    post,
    path = "/api/v1/goals",
    tag = "DB-Update",
    operation_id = "create_goal",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless: the same key gets the same answer for 24 hours.")),
    request_body = CreateGoal,
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("edit_definitions"))),
    responses((status = 201, body = Goal), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn create_goal(
    State(app): State<App>,
    access: DbUpdateWriter<EditDefinitions>,
    body: Json<CreateGoal>,
) -> Result<Response, Problem> {
    let once = body.once(&access.scope);
    let CreateGoal { name, description } = body.value;
    let reply = app
        .define_name(&access.caller, Names::Goals, &name, &description, once)
        .await?;
    Ok(answer(reply))
}

/// What changes about a goal; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateGoal {
    /// What it is for, at most 500 characters.
    description: Option<String>,
}

/// Describe a goal. Its name stays: users, bots and reports know it by that.
#[utoipa::path(
    patch,
    path = "/api/v1/goals/{name}",
    tag = "DB-Update",
    operation_id = "update_goal",
    params(("name" = String, Path, description = "The goal.", example = "booked"), ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless: the same key gets the same answer for 24 hours.")),
    request_body(content((UpdateGoal = "application/json"), (UpdateGoal = "application/merge-patch+json"))),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("edit_definitions"))),
    responses((status = 200, body = Goal), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn update_goal(
    State(app): State<App>,
    access: DbUpdateWriter<EditDefinitions>,
    Path(name): Path<String>,
    Patch(body): Patch<UpdateGoal>,
) -> Result<Response, Problem> {
    let once = body.once(&access.scope);
    let description = body.value.description;
    let reply = app
        .describe_name(&access.caller, Names::Goals, &name, description, once)
        .await?;
    Ok(answer(reply))
}

/// Remove the definition of a goal.
///
/// What was reached stays counted. A bot with a box that fulfils it defines it again when it is next published.
#[utoipa::path(
    delete,
    path = "/api/v1/goals/{name}",
    tag = "DB-Update",
    operation_id = "delete_goal",
    params(("name" = String, Path, description = "The goal.", example = "booked"), ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless: the same key gets the same answer for 24 hours.")),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("edit_definitions"))),
    responses((status = 204, description = "The definition is removed."), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn delete_goal(
    State(app): State<App>,
    access: DbUpdateWriter<EditDefinitions>,
    Path(name): Path<String>,
    body: Bare,
) -> Result<Response, Problem> {
    let once = body.once(&access.scope);
    let reply = app
        .remove_name(&access.caller, Names::Goals, &name, once)
        .await?;
    Ok(answer(reply))
}
