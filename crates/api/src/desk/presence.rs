//! Who is there.
use crate::Context;
use crate::auth::SignedIn;
use crate::auth::needs::{AnswerChats, ViewChats};
use crate::body::Json;
use crate::list::Page;
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use smartbot_app::App;
use smartbot_app::desk::{AgentPresence, OwnPresence};
use smartbot_model::AgentId;
use smartbot_model::agent::Presence;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(get_presence, set_presence))
        .routes(routes!(list_desk_agents))
}

/// Whether the agent is there.
#[derive(Debug, Serialize, ToSchema)]
struct PresenceView {
    /// What everybody sees.
    status: Presence,
    /// How many chats at once.
    capacity: u32,
}

impl From<OwnPresence> for PresenceView {
    fn from(it: OwnPresence) -> Self {
        Self {
            status: it.status,
            capacity: it.capacity,
        }
    }
}

/// What the agent chooses.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PresenceBody {
    /// To be online, away or offline.
    status: Presence,
    /// How many chats at once, 1 to 100; 5 until another number is chosen.
    #[schema(minimum = 1, maximum = 100)]
    capacity: Option<u32>,
}

/// A colleague.
#[derive(Debug, Serialize, ToSchema)]
struct DeskAgentView {
    /// The agent's id.
    id: AgentId,
    /// The name that users see.
    #[schema(example = "Bea Ruiz")]
    name: String,
    /// Whether the agent is there.
    status: Presence,
    /// How many chats the agent has.
    chats: u32,
    /// How many at once.
    capacity: u32,
    /// The flags of the users that the agent sees; empty means all users.
    limited_to_flags: Vec<String>,
}

impl From<AgentPresence> for DeskAgentView {
    fn from(it: AgentPresence) -> Self {
        Self {
            id: it.id,
            name: it.name,
            status: it.status,
            chats: it.chats,
            capacity: it.capacity,
            limited_to_flags: it.limited_to_flags,
        }
    }
}

/// Read whether one is online, away or offline.
#[utoipa::path(
    get,
    path = "/api/v1/desk/presence",
    tag = "Desk",
    operation_id = "get_presence",
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("view_chats"))),
    responses((status = 200, body = PresenceView), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn get_presence(
    State(app): State<App>,
    agent: SignedIn<ViewChats>,
) -> Result<axum::Json<PresenceView>, Problem> {
    Ok(axum::Json(app.presence_of(&agent.access).await?.into()))
}

/// Choose to be online, away or offline. It holds for half a minute, and as long as a stream of the desk is open.
#[utoipa::path(
    put,
    path = "/api/v1/desk/presence",
    tag = "Desk",
    operation_id = "set_presence",
    request_body = PresenceBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("answer_chats"))),
    responses((status = 200, body = PresenceView), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn set_presence(
    State(app): State<App>,
    agent: SignedIn<AnswerChats>,
    json: Json<PresenceBody>,
) -> Result<axum::Json<PresenceView>, Problem> {
    let body = json.value;
    let set = app.set_presence(&agent.access, body.status, body.capacity);
    Ok(axum::Json(set.await?.into()))
}

/// List the agents who answer chats, and who of them is there.
#[utoipa::path(
    get,
    path = "/api/v1/desk/agents",
    tag = "Desk",
    operation_id = "list_desk_agents",
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("view_chats"))),
    responses((status = 200, body = Page<DeskAgentView>), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn list_desk_agents(
    State(app): State<App>,
    agent: SignedIn<ViewChats>,
) -> Result<axum::Json<Page<DeskAgentView>>, Problem> {
    let agents = app.desk_agents(agent.caller().workspace).await?;
    Ok(axum::Json(Page {
        data: agents.into_iter().map(Into::into).collect(),
        next_cursor: None,
        searched_until: None,
    }))
}
