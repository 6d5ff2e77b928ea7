//! What an agent sees and changes of itself.
use super::sign_in::{Me, me};
use crate::Context;
use crate::auth::SignedIn;
use crate::auth::needs::OwnAccount;
use crate::body::{Json, Path, Query};
use crate::list::{List, Page};
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use smartbot_app::App;
use smartbot_model::BrowserSessionId;
use smartbot_model::agent::BrowserSession;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(get_me))
        .routes(routes!(list_browser_sessions))
        .routes(routes!(end_browser_session))
        .routes(routes!(change_password))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListBrowserSessions {
    /// How many at the most: 1 to 200, 50 unless given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The old password and the new one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordBody {
    /// The password so far.
    #[schema(example = "copper window lantern sky")]
    old_password: String,
    /// The password from now on: at least 12 characters that are not easy to guess.
    #[schema(example = "walnut ladder comet breeze")]
    new_password: String,
}

/// Read who is signed in, with role, permissions and the times of the browser session.
#[utoipa::path(
    get,
    path = "/api/v1/admin/me",
    tag = "Admin",
    operation_id = "get_me",
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("own_account"))),
    responses((status = 200, body = Me), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn get_me(
    State(app): State<App>,
    agent: SignedIn<OwnAccount>,
) -> Result<axum::Json<Me>, Problem> {
    let workspace = agent.caller().workspace;
    let (who, session) = (agent.access.agent(), agent.access.session());
    Ok(axum::Json(me(&app, workspace, who, session).await?))
}

/// List your own browser sessions, the oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/admin/browser_sessions",
    tag = "Admin",
    operation_id = "list_browser_sessions",
    params(ListBrowserSessions),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("own_account"))),
    responses((status = 200, body = Page<BrowserSession>), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn list_browser_sessions(
    State(app): State<App>,
    agent: SignedIn<OwnAccount>,
    Query(query): Query<ListBrowserSessions>,
) -> Result<axum::Json<Page<BrowserSession>>, Problem> {
    let workspace = agent.caller().workspace;
    let whose = agent.access.agent().id;
    let list = List::new(&app, workspace, "browser_sessions", &whose, query.limit)?;
    let after: Option<BrowserSessionId> = list.position(query.cursor.as_deref()).await?;
    let mut all = app.browser_sessions(&agent.access).await?;
    all.retain(|it| after.is_none_or(|after| it.id > after));
    Ok(axum::Json(list.page(all, |it| it.id, |it| it).await?))
}

/// End one of your own browser sessions: its cookie opens nothing any more.
#[utoipa::path(
    delete,
    path = "/api/v1/admin/browser_sessions/{id}",
    tag = "Admin",
    operation_id = "end_browser_session",
    params(("id" = BrowserSessionId, Path, description = "The browser session.")),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("own_account"))),
    responses((status = 204), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn end_browser_session(
    State(app): State<App>,
    agent: SignedIn<OwnAccount>,
    Path(id): Path<BrowserSessionId>,
) -> Result<StatusCode, Problem> {
    app.end_own_browser_session(&agent.access, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Change your password. Your other browser sessions end.
#[utoipa::path(
    post,
    path = "/api/v1/admin/password",
    tag = "Admin",
    operation_id = "change_password",
    request_body = PasswordBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("own_account"))),
    responses((status = 204), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn change_password(
    State(app): State<App>,
    agent: SignedIn<OwnAccount>,
    json: Json<PasswordBody>,
) -> Result<StatusCode, Problem> {
    let PasswordBody {
        old_password,
        new_password,
    } = json.value;
    app.change_password(&agent.access, old_password, new_password)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
