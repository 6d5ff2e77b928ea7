//! The first run: a server without a workspace is set up with the code that it printed.
use super::sign_in::{Me, me};
use crate::Context;
use crate::auth::{Browser, cookie, within};
use crate::body::Json;
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use smartbot_app::App;
use smartbot_app::sign_in::SetUp;
use smartbot_model::Phi;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(get_setup, set_up))
}

/// Whether the server waits for its first workspace.
#[derive(Debug, Serialize, ToSchema)]
struct SetupView {
    /// Whether there is no workspace yet.
    #[schema(example = false)]
    needed: bool,
}

/// Tell whether the server has to be set up: true while there is no workspace.
#[utoipa::path(
    get,
    path = "/api/v1/admin/setup",
    tag = "Admin",
    operation_id = "get_setup",
    security(()),
    responses((status = 200, body = SetupView), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn get_setup(
    State(app): State<App>,
    browser: Browser,
) -> Result<axum::Json<SetupView>, Problem> {
    if let Some(allowance) = app.limits.address(browser.client.address) {
        within(None, allowance)?;
    }
    Ok(axum::Json(SetupView {
        needed: app.is_first_run().await?,
    }))
}

/// The first workspace and its owner.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetUpBody {
    /// The code that `smartbot serve` printed when it started without a workspace.
    #[schema(example = "7K2QX-M4HTD-9WPVA-BC3FE")]
    code: String,
    /// What people call the workspace, 1 to 100 characters.
    #[schema(example = "Riverside Clinic")]
    workspace: String,
    /// Its time zone, of the IANA list; `America/New_York` unless given.
    #[schema(example = "America/New_York")]
    time_zone: Option<String>,
    /// The name of the owner.
    #[schema(example = "Jo Park")]
    name: String,
    /// The address that the owner signs in with.
    #[schema(example = "owner@riverside.example")]
    email: String,
    /// The owner's password: at least 12 characters that are not easy to guess.
    #[schema(example = "copper window lantern sky")]
    password: String,
}

/// Set the server up: make its first workspace with an owner, who is signed in with it.
///
/// The code works once, and only while there is no workspace; the server prints a new one whenever it starts without. Wrong codes are
/// counted per network address like wrong passwords: a try that comes too early is answered with 429 and `Retry-After`.
#[utoipa::path(
    post,
    path = "/api/v1/admin/setup",
    tag = "Admin",
    operation_id = "set_up",
    request_body = SetUpBody,
    security(()),
    responses(
        (status = 201, body = Me, headers(("Set-Cookie" = String, description = "The cookie `__Host-smartbot`."))),
        (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json")
    )
)]
async fn set_up(
    State(app): State<App>,
    browser: Browser,
    json: Json<SetUpBody>,
) -> Result<Response, Problem> {
    let body = json.value;
    let wish = SetUp {
        code: Phi::new(body.code),
        workspace: body.workspace,
        time_zone: body.time_zone,
        name: body.name,
        email: body.email,
        password: body.password,
        client: browser.client,
    };
    let it = app.set_up(wish).await?;
    let me = me(&app, it.workspace, it.agent, it.session).await?;
    let headers = [
        (header::SET_COOKIE, cookie(&it.secret)?),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((StatusCode::CREATED, headers, axum::Json(me)).into_response())
}
