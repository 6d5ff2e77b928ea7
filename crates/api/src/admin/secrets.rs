//! Secrets that External API boxes name in their headers: kept sealed, never shown again.
use crate::Context;
use crate::auth::SignedIn;
use crate::auth::needs::{EditBots, ManageSecrets};
use crate::body::{Json, Path, Query};
use crate::list::{List, Page};
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use smartbot_app::App;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list_secrets))
        .routes(routes!(set_secret, delete_secret))
}

/// A secret, of which only the name is ever shown.
#[derive(Debug, Serialize, ToSchema)]
struct SecretName {
    /// Its name: headers say `{{secret:name}}`.
    #[schema(example = "portal")]
    name: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListSecrets {
    /// How many at the most: 1 to 200, 50 unless given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List the names of the secrets that headers of External API boxes may have, in the order of the alphabet.
#[utoipa::path(
    get,
    path = "/api/v1/admin/secrets",
    tag = "Admin",
    operation_id = "list_secrets",
    params(ListSecrets),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("edit_bots"))),
    responses((status = 200, body = Page<SecretName>), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn list_secrets(
    State(app): State<App>,
    agent: SignedIn<EditBots>,
    Query(query): Query<ListSecrets>,
) -> Result<axum::Json<Page<SecretName>>, Problem> {
    let workspace = agent.caller().workspace;
    let list = List::new(&app, workspace, "secrets", &(), query.limit)?;
    let after: Option<String> = list.position(query.cursor.as_deref()).await?;
    let names = app.secret_names(workspace).await?;
    let names = list.cut(names, after, |it| it);
    let page = list.page(names, Clone::clone, |name| SecretName { name });
    Ok(axum::Json(page.await?))
}

/// The value of a secret.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetSecretBody {
    /// The value: 1 to 8,192 bytes without control characters.
    #[schema(example = "k-17-4f…")]
    value: String,
}

/// Keep a secret, in the place of one of the same name. It is not shown again.
#[utoipa::path(
    put,
    path = "/api/v1/admin/secrets/{name}",
    tag = "Admin",
    operation_id = "set_secret",
    params(("name" = String, Path, description = "Its name: a letter, then letters, digits, `_` and `-`, at most 64.", example = "portal")),
    request_body = SetSecretBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("manage_secrets"))),
    responses((status = 204, description = "It is kept."), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn set_secret(
    State(app): State<App>,
    agent: SignedIn<ManageSecrets>,
    Path(name): Path<String>,
    json: Json<SetSecretBody>,
) -> Result<StatusCode, Problem> {
    let workspace = agent.caller().workspace;
    app.set_secret(workspace, &name, json.value.value).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Forget a secret. Calls that name it fail from now on.
#[utoipa::path(
    delete,
    path = "/api/v1/admin/secrets/{name}",
    tag = "Admin",
    operation_id = "delete_secret",
    params(("name" = String, Path, description = "Its name.", example = "portal")),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("manage_secrets"))),
    responses((status = 204, description = "It is forgotten."), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn delete_secret(
    State(app): State<App>,
    agent: SignedIn<ManageSecrets>,
    Path(name): Path<String>,
) -> Result<StatusCode, Problem> {
    let workspace = agent.caller().workspace;
    app.remove_secret(workspace, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}
