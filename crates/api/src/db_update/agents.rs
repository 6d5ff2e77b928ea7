//! Agents.
use crate::Context;
use crate::answer::answer;
use crate::auth::needs::{ManageAgents, ViewAgents};
use crate::auth::{DbUpdate, DbUpdateWriter};
use crate::body::{Bare, Json, Path, Query};
use crate::list::{List, Page};
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use smartbot_app::App;
use smartbot_app::agents::{AgentPatch, NewAgent};
use smartbot_model::agent::{AddedAgent, Agent, BrowserSession, NewInvitation, Role};
use smartbot_model::{AgentId, BrowserSessionId};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list_agents, create_agent))
        .routes(routes!(get_agent, update_agent, delete_agent))
        .routes(routes!(invite_agent))
        .routes(routes!(
            list_agent_browser_sessions,
            end_agent_browser_sessions
        ))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListAgents {
    /// How many at the most: 1 to 200, 50 unless given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Whom to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateAgentBody {
    /// The address that signs in; unique in the workspace, whatever its case.
    #[schema(example = "bea@clinic.example")]
    email: String,
    /// The name that users see, 1 to 100 characters; the address up to its `@` unless given.
    #[schema(example = "Bea Ruiz")]
    name: Option<String>,
    /// What the agent may do: any role but `owner`.
    role: Role,
    /// The flags of the users that the agent sees, at most 50; empty means all users.
    #[serde(default)]
    #[schema(example = json!(["billing"]))]
    limited_to_flags: Vec<String>,
}

/// What changes in an agent; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateAgentBody {
    /// The address that signs in; unique in the workspace, whatever its case.
    #[schema(example = "bea@clinic.example")]
    email: Option<String>,
    /// The name that users see, 1 to 100 characters.
    #[schema(example = "Bea Ruiz")]
    name: Option<String>,
    /// What the agent may do: any role but `owner`.
    role: Option<Role>,
    /// The flags of the users that the agent sees, at most 50; empty means all users.
    #[schema(example = json!(["billing"]))]
    limited_to_flags: Option<Vec<String>>,
    /// Whether the agent may sign in. False ends the agent's browser sessions at once, and its chats wait for somebody again.
    is_active: Option<bool>,
}

/// List the agents, the oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/agents",
    tag = "DB-Update",
    operation_id = "list_agents",
    params(ListAgents),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("view_agents"))),
    responses((status = 200, body = Page<Agent>), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn list_agents(
    State(app): State<App>,
    access: DbUpdate<ViewAgents>,
    Query(query): Query<ListAgents>,
) -> Result<axum::Json<Page<Agent>>, Problem> {
    let workspace = access.caller.workspace;
    let list = List::new(&app, workspace, "agents", &(), query.limit)?;
    let after = list.position(query.cursor.as_deref()).await?;
    let read = app.agents(workspace, after, list.to_read()).await?;
    Ok(axum::Json(list.page(read, |it| it.id, |it| it).await?))
}

/// Add an agent: answers with an invitation to choose a password, which works once, for seven days.
///
/// Hand the invitation on: it is mailed only where a mail server is set. It is shown this once; who lost it is invited again. A token cannot add an `owner`.
#[utoipa::path(
    post,
    path = "/api/v1/agents",
    tag = "DB-Update",
    operation_id = "create_agent",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat answer like the first call, for 24 hours.")),
    request_body(content = CreateAgentBody, example = json!({"email": "bea@clinic.example", "name": "Bea Ruiz", "role": "agent", "limited_to_flags": ["billing"]})),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("manage_agents"))),
    responses((status = 201, body = AddedAgent), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn create_agent(
    State(app): State<App>,
    access: DbUpdateWriter<ManageAgents>,
    json: Json<CreateAgentBody>,
) -> Result<Response, Problem> {
    let once = json.once(&access.scope);
    let body = json.value;
    let new = NewAgent {
        email: body.email,
        name: body.name,
        role: body.role,
        limited_to_flags: body.limited_to_flags,
        password: None,
    };
    Ok(answer(app.add_agent(&access.caller, new, once).await?))
}

/// Read one agent.
#[utoipa::path(
    get,
    path = "/api/v1/agents/{id}",
    tag = "DB-Update",
    operation_id = "get_agent",
    params(("id" = AgentId, Path, description = "The agent.")),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("view_agents"))),
    responses((status = 200, body = Agent), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn get_agent(
    State(app): State<App>,
    access: DbUpdate<ViewAgents>,
    Path(id): Path<AgentId>,
) -> Result<axum::Json<Agent>, Problem> {
    Ok(axum::Json(app.agent(access.caller.workspace, id).await?))
}

/// Change an agent's address, name, role or flags, deactivate the agent or bring the agent back. It holds from the agent's next request on. A token cannot
/// change an `owner` nor make one.
#[utoipa::path(
    patch,
    path = "/api/v1/agents/{id}",
    tag = "DB-Update",
    operation_id = "update_agent",
    params(
        ("id" = AgentId, Path, description = "The agent."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat answer like the first call, for 24 hours.")
    ),
    request_body(content = UpdateAgentBody, example = json!({"name": "Bea Ruiz", "role": "builder", "limited_to_flags": []})),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("manage_agents"))),
    responses((status = 200, body = Agent), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn update_agent(
    State(app): State<App>,
    access: DbUpdateWriter<ManageAgents>,
    Path(id): Path<AgentId>,
    json: Json<UpdateAgentBody>,
) -> Result<Response, Problem> {
    let once = json.once(&access.scope);
    let body = json.value;
    let patch = AgentPatch {
        email: body.email,
        name: body.name,
        role: body.role,
        limited_to_flags: body.limited_to_flags,
        is_active: body.is_active,
    };
    Ok(answer(
        app.update_agent(&access.caller, id, patch, once).await?,
    ))
}

/// Invite an agent anew who has not chosen a password yet. The invitation that the agent got before does not work any more.
#[utoipa::path(
    post,
    path = "/api/v1/agents/{id}/invitation",
    tag = "DB-Update",
    operation_id = "invite_agent",
    params(
        ("id" = AgentId, Path, description = "The agent."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat answer like the first call, for 24 hours.")
    ),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("manage_agents"))),
    responses((status = 201, body = NewInvitation), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn invite_agent(
    State(app): State<App>,
    access: DbUpdateWriter<ManageAgents>,
    Path(id): Path<AgentId>,
    body: Bare,
) -> Result<Response, Problem> {
    let once = body.once(&access.scope);
    Ok(answer(app.invite_again(&access.caller, id, once).await?))
}

/// List the browsers in which an agent is signed in, the oldest first. A token sees none of an `owner`.
#[utoipa::path(
    get,
    path = "/api/v1/agents/{id}/browser_sessions",
    tag = "DB-Update",
    operation_id = "list_agent_browser_sessions",
    params(("id" = AgentId, Path, description = "The agent."), ListAgents),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("manage_agents"))),
    responses((status = 200, body = Page<BrowserSession>), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn list_agent_browser_sessions(
    State(app): State<App>,
    access: DbUpdate<ManageAgents>,
    Path(id): Path<AgentId>,
    Query(query): Query<ListAgents>,
) -> Result<axum::Json<Page<BrowserSession>>, Problem> {
    let workspace = access.caller.workspace;
    let list = List::new(&app, workspace, "agent_browser_sessions", &id, query.limit)?;
    let after: Option<BrowserSessionId> = list.position(query.cursor.as_deref()).await?;
    let mut all = app.browser_sessions_of(&access.caller, id).await?;
    all.retain(|it| after.is_none_or(|after| it.id > after));
    Ok(axum::Json(list.page(all, |it| it.id, |it| it).await?))
}

/// Sign an agent out everywhere: all of the agent's browser sessions end at once.
#[utoipa::path(
    delete,
    path = "/api/v1/agents/{id}/browser_sessions",
    tag = "DB-Update",
    operation_id = "end_agent_browser_sessions",
    params(("id" = AgentId, Path, description = "The agent.")),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("manage_agents"))),
    responses((status = 204), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn end_agent_browser_sessions(
    State(app): State<App>,
    access: DbUpdateWriter<ManageAgents>,
    Path(id): Path<AgentId>,
    _: Bare,
) -> Result<StatusCode, Problem> {
    app.end_browser_sessions_of(&access.caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove an agent. The agent's browser sessions end at once. A token cannot remove an `owner`.
#[utoipa::path(
    delete,
    path = "/api/v1/agents/{id}",
    tag = "DB-Update",
    operation_id = "delete_agent",
    params(
        ("id" = AgentId, Path, description = "The agent."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat answer like the first call, for 24 hours.")
    ),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("manage_agents"))),
    responses((status = 204), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn delete_agent(
    State(app): State<App>,
    access: DbUpdateWriter<ManageAgents>,
    Path(id): Path<AgentId>,
    body: Bare,
) -> Result<Response, Problem> {
    let once = body.once(&access.scope);
    Ok(answer(app.remove_agent(&access.caller, id, once).await?))
}
