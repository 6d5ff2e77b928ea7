//! Definitions of profile fields.
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
use smartbot_app::definitions::FieldPatch;
use smartbot_model::definition::ProfileField;
use smartbot_model::field::FieldType;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list_fields, create_field))
        .routes(routes!(get_field, update_field, delete_field))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListFields {
    /// How many at the most: 1 to 200, 50 unless given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List the profile fields, built-in ones among them, by name.
#[utoipa::path(
    get,
    path = "/api/v1/fields",
    tag = "DB-Update",
    operation_id = "list_fields",
    params(ListFields),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("view_definitions"))),
    responses((status = 200, body = Page<ProfileField>), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn list_fields(
    State(app): State<App>,
    access: DbUpdate<ViewDefinitions>,
    Query(query): Query<ListFields>,
) -> Result<axum::Json<Page<ProfileField>>, Problem> {
    let workspace = access.caller.workspace;
    let list = List::new(&app, workspace, "fields", &(), query.limit)?;
    let after: Option<String> = list.position(query.cursor.as_deref()).await?;
    let fields = app.profile_fields(workspace).await?;
    let fields = list.cut(fields, after, |it| &it.name);
    Ok(axum::Json(
        list.page(fields, |it| it.name.clone(), |it| it).await?,
    ))
}

/// Read the definition of one profile field.
#[utoipa::path(
    get,
    path = "/api/v1/fields/{name}",
    tag = "DB-Update",
    operation_id = "get_field",
    params(("name" = String, Path, description = "The field.", example = "user_city")),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("view_definitions"))),
    responses((status = 200, body = ProfileField), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn get_field(
    State(app): State<App>,
    access: DbUpdate<ViewDefinitions>,
    Path(name): Path<String>,
) -> Result<axum::Json<ProfileField>, Problem> {
    let field = app.profile_field(access.caller.workspace, &name).await?;
    Ok(axum::Json(field))
}

const fn text() -> FieldType {
    FieldType::Text
}

/// A profile field to declare.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateField {
    /// A letter or `_`, then letters, digits and `_`, at most 64 in all.
    #[schema(example = "allergies")]
    name: String,
    /// What it holds.
    #[serde(default = "text")]
    r#type: FieldType,
    /// Masked in logs, traces and exports, and never in the payload of an event.
    #[serde(default)]
    sensitive: bool,
    /// What it is for, at most 500 characters.
    #[serde(default)]
    #[schema(example = "As told at the front desk")]
    description: String,
}

/// Declare a profile field. From then on values are held to its type, and `bots_management` tokens may set it.
#[utoipa::path(
    post,
    path = "/api/v1/fields",
    tag = "DB-Update",
    operation_id = "create_field",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless: the same key gets the same answer for 24 hours.")),
    request_body = CreateField,
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("edit_definitions"))),
    responses((status = 201, body = ProfileField), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn create_field(
    State(app): State<App>,
    access: DbUpdateWriter<EditDefinitions>,
    body: Json<CreateField>,
) -> Result<Response, Problem> {
    let once = body.once(&access.scope);
    let new = ProfileField {
        name: body.value.name,
        r#type: body.value.r#type,
        sensitive: body.value.sensitive,
        description: body.value.description,
        built_in: false,
    };
    Ok(answer(app.define_field(&access.caller, new, once).await?))
}

/// What changes about a profile field; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateField {
    /// What it holds. Values that users have stay as they are; new ones are held to it. A built-in field keeps its type.
    r#type: Option<FieldType>,
    /// Masked in logs, traces and exports, and never in the payload of an event.
    #[schema(example = true)]
    sensitive: Option<bool>,
    /// What it is for, at most 500 characters.
    description: Option<String>,
}

/// Change the definition of a profile field.
#[utoipa::path(
    patch,
    path = "/api/v1/fields/{name}",
    tag = "DB-Update",
    operation_id = "update_field",
    params(("name" = String, Path, description = "The field.", example = "user_city"), ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless: the same key gets the same answer for 24 hours.")),
    request_body(content((UpdateField = "application/json"), (UpdateField = "application/merge-patch+json"))),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("edit_definitions"))),
    responses((status = 200, body = ProfileField), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn update_field(
    State(app): State<App>,
    access: DbUpdateWriter<EditDefinitions>,
    Path(name): Path<String>,
    Patch(body): Patch<UpdateField>,
) -> Result<Response, Problem> {
    let once = body.once(&access.scope);
    let patch = FieldPatch {
        r#type: body.value.r#type,
        sensitive: body.value.sensitive,
        description: body.value.description,
    };
    let reply = app.change_field(&access.caller, &name, patch, once).await?;
    Ok(answer(reply))
}

/// Remove the definition of a profile field.
///
/// No user is touched: values stay, are no longer held to a type, and are no longer masked if the field was sensitive. A bot that declares the
/// field defines it again when it is next published. Built-in fields cannot be removed.
#[utoipa::path(
    delete,
    path = "/api/v1/fields/{name}",
    tag = "DB-Update",
    operation_id = "delete_field",
    params(("name" = String, Path, description = "The field.", example = "allergies"), ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless: the same key gets the same answer for 24 hours.")),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("edit_definitions"))),
    responses((status = 204, description = "The definition is removed."), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn delete_field(
    State(app): State<App>,
    access: DbUpdateWriter<EditDefinitions>,
    Path(name): Path<String>,
    body: Bare,
) -> Result<Response, Problem> {
    let once = body.once(&access.scope);
    Ok(answer(app.remove_field(&access.caller, &name, once).await?))
}
