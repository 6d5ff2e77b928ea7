//! Chats: lists, counts, and one with all that belongs to it.
use super::views::{DeskChatView, DeskCountsView, DeskSessionView};
use crate::Context;
use crate::auth::SignedIn;
use crate::auth::needs::ViewChats;
use crate::body::{Path, Query};
use crate::db_update::of_parameters;
use crate::list::{List, Page};
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use smartbot_app::App;
use smartbot_app::desk::{DeskFilter, DeskList, DeskPosition};
use smartbot_model::{AgentId, SessionId, Time};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list_desk_sessions))
        .routes(routes!(get_desk_counts))
        .routes(routes!(get_desk_session))
}

/// A list of the desk.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DeskListName {
    /// That wait for an agent.
    NeedsPerson,
    /// That the agent has.
    Mine,
    /// That the bot has.
    WithBot,
    /// That are put aside.
    Snoozed,
    /// That run.
    All,
    /// That have ended.
    Closed,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListDeskSessions {
    /// Which list; all that run unless given.
    #[param(inline)]
    list: Option<DeskListName>,
    /// Only chats that have this in one of the eight newest messages, the profile or the `external_id`; case and accents do not count.
    #[param(example = "appointment")]
    q: Option<String>,
    /// Only chats of users who carry this flag.
    #[param(example = "billing")]
    flag: Option<String>,
    /// Only chats with this bot.
    #[param(example = "ContactUs")]
    function_id: Option<String>,
    /// Only chats in this language (BCP 47).
    #[param(example = "en")]
    language: Option<String>,
    /// Only chats that this agent has; of those that have ended, took part in.
    agent_id: Option<AgentId>,
    /// How many at the most: 1 to 200, 50 unless given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List chats, the newest first; those that wait for an agent, the longest waiting first. All of the filters that are given must hold. A page of a search or
/// with a filter may be short, or empty, and yet have a `next_cursor`: go on until that is null.
#[utoipa::path(
    get,
    path = "/api/v1/desk/sessions",
    tag = "Desk",
    operation_id = "list_desk_sessions",
    params(ListDeskSessions),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("view_chats"))),
    responses((status = 200, body = Page<DeskSessionView>), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn list_desk_sessions(
    State(app): State<App>,
    agent: SignedIn<ViewChats>,
    Query(query): Query<ListDeskSessions>,
) -> Result<axum::Json<Page<DeskSessionView>>, Problem> {
    let name = query.list.unwrap_or(DeskListName::All);
    let list = match name {
        DeskListName::NeedsPerson => DeskList::NeedsPerson,
        DeskListName::Mine => DeskList::Mine,
        DeskListName::WithBot => DeskList::WithBot,
        DeskListName::Snoozed => DeskList::Snoozed,
        DeskListName::All => DeskList::All,
        DeskListName::Closed => DeskList::Closed,
    };
    let workspace = agent.caller().workspace;
    let limits = agent.access.sight();
    let filter = DeskFilter {
        q: query.q,
        flag: query.flag,
        function_id: query.function_id,
        language: query.language,
        agent_id: query.agent_id,
    };
    let wanted = (
        &filter.q,
        &filter.flag,
        &filter.function_id,
        &filter.language,
        filter.agent_id,
    );
    let of = (name, wanted, &agent.caller().actor.id, limits.flags());
    let pages = List::new(&app, workspace, "desk_sessions", &of, query.limit)?;
    // As JSON a time has no more than milliseconds.
    let after: Option<(SessionId, Option<i64>)> = pages.position(query.cursor.as_deref()).await?;
    let after = after.map(|(id, micros)| DeskPosition {
        id,
        waiting_since: micros.map(Time::from_micros),
    });
    let found = app
        .desk_sessions(&agent.access, list, &filter, after, pages.limit)
        .await
        .map_err(of_parameters)?;
    let next_cursor = match found.next {
        Some(last) => {
            let micros = last.waiting_since.map(|it| it.micros());
            Some(pages.cursor(&(last.id, micros)).await?)
        }
        None => None,
    };
    Ok(axum::Json(Page {
        data: found.data.into_iter().map(Into::into).collect(),
        next_cursor,
        searched_until: None,
    }))
}

/// Count the chats that run.
#[utoipa::path(
    get,
    path = "/api/v1/desk/counts",
    tag = "Desk",
    operation_id = "get_desk_counts",
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("view_chats"))),
    responses((status = 200, body = DeskCountsView), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn get_desk_counts(
    State(app): State<App>,
    agent: SignedIn<ViewChats>,
) -> Result<axum::Json<DeskCountsView>, Problem> {
    Ok(axum::Json(app.desk_counts(&agent.access).await?.into()))
}

/// Read one chat with messages, notes, trace, variables and who took part.
#[utoipa::path(
    get,
    path = "/api/v1/desk/sessions/{id}",
    tag = "Desk",
    operation_id = "get_desk_session",
    params(("id" = SessionId, Path, description = "The session.")),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("view_chats"))),
    responses((status = 200, body = DeskChatView), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn get_desk_session(
    State(app): State<App>,
    agent: SignedIn<ViewChats>,
    Path(id): Path<SessionId>,
) -> Result<axum::Json<DeskChatView>, Problem> {
    Ok(axum::Json(app.desk_chat(&agent.access, id).await?.into()))
}
