//! Invitations, signing in and out.
use crate::Context;
use crate::auth::needs::OwnAccount;
use crate::auth::{Browser, SignedIn, cookie, no_cookie};
use crate::body::Json;
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use smartbot_app::App;
use smartbot_app::sign_in::SignIn;
use smartbot_model::agent::{Agent, BrowserSession};
use smartbot_model::{Permission, Phi, WorkspaceId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(accept_invitation))
        .routes(routes!(sign_in))
        .routes(routes!(sign_out))
}

/// An invitation and the password to sign in with from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AcceptBody {
    /// The invitation's secret.
    #[schema(example = "sbi_…")]
    token: String,
    /// The password: at least 12 characters that are not easy to guess.
    #[schema(example = "copper window lantern sky")]
    password: String,
}

/// Who signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignInBody {
    /// The agent's address.
    #[schema(example = "bea@clinic.example")]
    email: String,
    /// The agent's password.
    #[schema(example = "copper window lantern sky")]
    password: String,
    /// The name of the workspace, for those who are in several.
    #[schema(example = "Riverside Clinic")]
    workspace: Option<String>,
}

/// Nothing to say.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignOutBody {}

/// The agent who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Me {
    /// The agent.
    agent: Agent,
    /// The workspace.
    workspace: WorkspaceRef,
    /// All that the agent's role may do.
    permissions: Vec<Permission>,
    /// The browser session.
    session: BrowserSession,
}

/// A workspace by its name.
#[derive(Debug, Serialize, ToSchema)]
struct WorkspaceRef {
    /// Its id.
    id: WorkspaceId,
    /// Its name.
    #[schema(example = "Riverside Clinic")]
    name: String,
}

/// What a browser is told of its agent.
pub(super) async fn me(
    app: &App,
    workspace: WorkspaceId,
    agent: Agent,
    session: BrowserSession,
) -> Result<Me, Problem> {
    Ok(Me {
        permissions: agent.role.permissions(),
        agent,
        workspace: WorkspaceRef {
            id: workspace,
            name: app.workspace_name(workspace).await?,
        },
        session,
    })
}

/// Accept an invitation: choose the password to sign in with.
///
/// The invitation works once. The address is signed in with afterwards, by `sign_in`.
#[utoipa::path(
    post,
    path = "/api/v1/admin/invitations/accept",
    tag = "Admin",
    operation_id = "accept_invitation",
    request_body = AcceptBody,
    security(()),
    responses((status = 200, body = Agent), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn accept_invitation(
    State(app): State<App>,
    json: Json<AcceptBody>,
) -> Result<axum::Json<Agent>, Problem> {
    let AcceptBody { token, password } = json.value;
    Ok(axum::Json(app.accept_invitation(&token, password).await?))
}

/// Sign in: sets the cookie of a new browser session.
///
/// A wrong password, an unknown address and an open invitation are answered alike (`sign_in_failed`). From the third failure on the next
/// try has to wait, twice as long each time; after ten in 15 minutes the address is suspended for 15 minutes. A network address has 50
/// failures an hour. A try that comes too early is not looked at: it gets the same answer with the status 429 and `Retry-After`.
#[utoipa::path(
    post,
    path = "/api/v1/admin/sign_in",
    tag = "Admin",
    operation_id = "sign_in",
    request_body = SignInBody,
    security(()),
    responses(
        (status = 200, body = Me, headers(("Set-Cookie" = String, description = "The cookie `__Host-smartbot`."))),
        (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json")
    )
)]
async fn sign_in(
    State(app): State<App>,
    browser: Browser,
    json: Json<SignInBody>,
) -> Result<Response, Problem> {
    let body = json.value;
    let wish = SignIn {
        email: body.email,
        password: Phi::new(body.password),
        workspace: body.workspace,
        previous: browser.secret,
        client: browser.client,
    };
    let signed_in = app.sign_in(wish).await?;
    let me = me(
        &app,
        signed_in.workspace,
        signed_in.agent,
        signed_in.session,
    )
    .await?;
    let headers = [
        (header::SET_COOKIE, cookie(&signed_in.secret)?),
        (
            header::CACHE_CONTROL,
            header::HeaderValue::from_static("no-store"),
        ),
    ];
    Ok((headers, axum::Json(me)).into_response())
}

/// Sign out: ends the browser session and takes the cookie away.
#[utoipa::path(
    post,
    path = "/api/v1/admin/sign_out",
    tag = "Admin",
    operation_id = "sign_out",
    request_body = SignOutBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("own_account"))),
    responses((status = 204), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn sign_out(
    State(app): State<App>,
    agent: SignedIn<OwnAccount>,
    _: Json<SignOutBody>,
) -> Result<Response, Problem> {
    app.sign_out(&agent.access).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, no_cookie())]).into_response())
}
