//! Past and running sessions: lists, the search in what was said, and one of them whole.
use super::of_parameters;
use crate::Context;
use crate::auth::DbUpdate;
use crate::auth::needs::ViewChats;
use crate::body::{Path, Query};
use crate::list::{List, Page, wrong};
use crate::problem::{Problem, ProblemBody};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use smartbot_app::App;
use smartbot_app::chat_logs::ChatLogQuery;
use smartbot_model::chat_log::{ChatLog, ChatLogItem};
use smartbot_model::session::SessionStatus;
use smartbot_model::{AgentId, Phi, SessionId, UserId, WorkspaceId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list_chat_logs))
        .routes(routes!(get_chat_log))
}

/// Declares the parameters of a call that finds chat logs: the filters, which are the same everywhere, and its own.
macro_rules! with_filters {
    ($(#[$of:meta])* $Name:ident { $($(#[$attribute:meta])* $field:ident: $Type:ty,)* }) => {
        $(#[$of])*
        #[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
        #[serde(deny_unknown_fields)]
        #[into_params(parameter_in = Query)]
        pub(super) struct $Name {
            /// Only sessions with this bot.
            #[param(example = "DoctorAppointment")]
            function_id: Option<String>,
            /// Only sessions of this user.
            user_id: Option<smartbot_model::UserId>,
            /// Only sessions of the user whom your own system calls so.
            #[param(example = "p-17")]
            external_id: Option<String>,
            /// Only sessions in which this agent took part.
            agent_id: Option<smartbot_model::AgentId>,
            /// Only sessions of users who carry this flag now.
            #[param(example = "vip")]
            flag: Option<String>,
            /// Only sessions that stand so.
            status: Option<smartbot_model::session::SessionStatus>,
            /// Only sessions that began then or later: a time (RFC 3339), or a day in the workspace's time zone.
            #[param(example = "2026-11-01")]
            from: Option<String>,
            /// Only sessions that began before this time, or on this day or earlier.
            #[param(example = "2026-11-30")]
            to: Option<String>,
            /// Only sessions in which this was said. Case, accents and punctuation do not count; answers to sensitive questions are not
            /// looked at.
            #[param(example = "knee")]
            q: Option<String>,
            $($(#[$attribute])* pub(super) $field: $Type,)*
        }

        impl $Name {
            /// What restricts the list.
            pub(super) fn filters(&self) -> crate::db_update::chat_logs::Filters {
                crate::db_update::chat_logs::Filters {
                    function_id: self.function_id.clone(),
                    user_id: self.user_id,
                    external_id: self.external_id.clone(),
                    agent_id: self.agent_id,
                    flag: self.flag.clone(),
                    status: self.status,
                    from: self.from.clone(),
                    to: self.to.clone(),
                    q: self.q.clone(),
                }
            }
        }
    };
}
pub(super) use with_filters;

/// What restricts a list of chat logs.
#[derive(Serialize)]
pub(super) struct Filters {
    pub(super) function_id: Option<String>,
    pub(super) user_id: Option<UserId>,
    pub(super) external_id: Option<String>,
    pub(super) agent_id: Option<AgentId>,
    pub(super) flag: Option<String>,
    pub(super) status: Option<SessionStatus>,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    pub(super) q: Option<String>,
}

impl Filters {
    /// The same as the application knows it.
    pub(super) async fn query(
        self,
        app: &App,
        workspace: WorkspaceId,
    ) -> Result<ChatLogQuery, Problem> {
        for (name, value) in [("function_id", &self.function_id), ("flag", &self.flag)] {
            if value.as_ref().is_some_and(|it| it.contains('\0')) {
                return Err(wrong(name, format!("There is no {name} with U+0000.")));
            }
        }
        let mut query = ChatLogQuery {
            external_id: self.external_id,
            agent_id: self.agent_id,
            q: self.q.map(Phi::new),
            ..ChatLogQuery::default()
        };
        let filter = &mut query.filter;
        filter.user_id = self.user_id;
        filter.function_id = self.function_id;
        filter.flag = self.flag;
        filter.status = self.status;
        if let Some(from) = self.from {
            let from = app.moment(workspace, &from, false).await;
            filter.from = Some(from.map_err(of_parameters)?);
        }
        if let Some(to) = self.to {
            let to = app.moment(workspace, &to, true).await;
            filter.to = Some(to.map_err(of_parameters)?);
        }
        Ok(query)
    }
}

with_filters! {
    ListChatLogs {
        /// How many at the most: 1 to 200, 50 unless given.
        #[param(minimum = 1, maximum = 200, default = 50)]
        limit: Option<u32>,
        /// The `next_cursor` of the page before.
        cursor: Option<String>,
    }
}

/// List past and running sessions, the newest first.
///
/// Every filter that is given must hold. What begins meanwhile moves nothing: pages neither repeat nor leave out a session that was there.
///
/// With `q` the messages of what the other filters leave are opened one session after the other, as there is no index of what patients
/// say. A page does so much work and no more: it may be short, or empty, and yet have a `next_cursor`. `searched_until` is how far back it came.
#[utoipa::path(
    get,
    path = "/api/v1/chat_logs",
    tag = "DB-Update",
    operation_id = "list_chat_logs",
    params(ListChatLogs),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("view_chats"))),
    responses((status = 200, body = Page<ChatLogItem>), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn list_chat_logs(
    State(app): State<App>,
    access: DbUpdate<ViewChats>,
    Query(query): Query<ListChatLogs>,
) -> Result<Json<Page<ChatLogItem>>, Problem> {
    let workspace = access.caller.workspace;
    let filters = query.filters();
    let list = List::new(&app, workspace, "chat_logs", &filters, query.limit)?;
    let before: Option<SessionId> = list.position(query.cursor.as_deref()).await?;
    let wanted = filters.query(&app, workspace).await?;
    let found = app
        .chat_logs(workspace, &access.sight, &wanted, before, list.limit)
        .await
        .map_err(of_parameters)?;
    let next_cursor = match found.next {
        Some(last) => Some(list.cursor(&last).await?),
        None => None,
    };
    Ok(Json(Page {
        data: found.items,
        next_cursor,
        searched_until: found.searched_until,
    }))
}

/// Read one session with its messages, the boxes it went through, fields, flags and variables.
#[utoipa::path(
    get,
    path = "/api/v1/chat_logs/{session_id}",
    tag = "DB-Update",
    operation_id = "get_chat_log",
    params(("session_id" = SessionId, Path, description = "The session.")),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("view_chats"))),
    responses((status = 200, body = ChatLog), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn get_chat_log(
    State(app): State<App>,
    access: DbUpdate<ViewChats>,
    Path(id): Path<SessionId>,
) -> Result<Json<ChatLog>, Problem> {
    let log = app.chat_log(access.caller.workspace, id).await?;
    access.sight.check(&log.user.flags, "session")?;
    Ok(Json(log))
}
