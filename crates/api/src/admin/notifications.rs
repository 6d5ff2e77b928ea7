//! What an agent is told of chats and webhooks, and how it wants to be told.
use crate::Context;
use crate::auth::SignedIn;
use crate::auth::needs::{OwnAccount, ViewChats};
use crate::body::{Bare, Json, Path, Query};
use crate::list::{List, Page};
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Deserializer};
use smartbot_app::App;
use smartbot_model::NotificationId;
use smartbot_model::hours::QuietHours;
use smartbot_model::notification::{Notification, NotificationSettings, Vacation, WantedKinds};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list_notifications))
        .routes(routes!(read_all_notifications))
        .routes(routes!(read_notification))
        .routes(routes!(
            get_notification_settings,
            update_notification_settings
        ))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListNotifications {
    /// Only what is unread.
    unread: Option<bool>,
    /// How many at the most: 1 to 200, 50 unless given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Tells null from absent.
fn some<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// What changes in which kinds arrive; what is absent stays.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WantedKindsBody {
    /// Whether of chats that begin.
    chat_started: Option<bool>,
    /// Whether of chats that come to a box that notifies.
    box_reached: Option<bool>,
    /// Whether of notes in which colleagues name you.
    mentioned: Option<bool>,
    /// Whether of deliveries of webhooks that were given up. Only who may manage webhooks is told.
    delivery_dead: Option<bool>,
    /// Whether of webhook endpoints that keep failing.
    endpoint_failing: Option<bool>,
    /// Whether of webhook endpoints that were switched off.
    endpoint_disabled: Option<bool>,
}

impl WantedKindsBody {
    fn apply(self, to: &mut WantedKinds) {
        to.chat_started = self.chat_started.unwrap_or(to.chat_started);
        to.box_reached = self.box_reached.unwrap_or(to.box_reached);
        to.mentioned = self.mentioned.unwrap_or(to.mentioned);
        to.delivery_dead = self.delivery_dead.unwrap_or(to.delivery_dead);
        to.endpoint_failing = self.endpoint_failing.unwrap_or(to.endpoint_failing);
        to.endpoint_disabled = self.endpoint_disabled.unwrap_or(to.endpoint_disabled);
    }
}

/// What changes in how you want to be told; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NotificationSettingsBody {
    /// On the desk.
    #[serde(default)]
    #[schema(required = false)]
    desktop: WantedKindsBody,
    /// By e-mail.
    #[serde(default)]
    #[schema(required = false)]
    email: WantedKindsBody,
    /// When mails wait, and the desk makes no noise; null for never.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Option<QuietHours>, required = false)]
    quiet_hours: Option<Option<QuietHours>>,
    /// When nothing arrives; null for never.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Option<Vacation>, required = false)]
    vacation: Option<Option<Vacation>>,
    /// The time zone of quiet hours and vacation (IANA name); null for that of the workspace.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Option<String>, required = false, example = "America/New_York")]
    time_zone: Option<Option<String>>,
}

/// List what you were told of chats and, if you may manage webhooks, of endpoints; the newest first. It is kept for 90 days at the most.
#[utoipa::path(
    get,
    path = "/api/v1/desk/notifications",
    tag = "Admin",
    operation_id = "list_notifications",
    params(ListNotifications),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("view_chats"))),
    responses((status = 200, body = Page<Notification>), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn list_notifications(
    State(app): State<App>,
    agent: SignedIn<ViewChats>,
    Query(query): Query<ListNotifications>,
) -> Result<axum::Json<Page<Notification>>, Problem> {
    let (workspace, own) = (agent.caller().workspace, agent.access.agent().id);
    let unread = query.unread.unwrap_or_default();
    let list = List::new(
        &app,
        workspace,
        "notifications",
        &(own, unread),
        query.limit,
    )?;
    let before: Option<NotificationId> = list.position(query.cursor.as_deref()).await?;
    let found = app.notifications(workspace, own, unread, before, list.to_read());
    Ok(axum::Json(
        list.page(found.await?, |it| it.id, |it| it).await?,
    ))
}

/// Mark what you were told as read. What is read already, or is not there, stays as it is.
#[utoipa::path(
    post,
    path = "/api/v1/desk/notifications/{id}/read",
    tag = "Admin",
    operation_id = "read_notification",
    params(("id" = NotificationId, Path, description = "The notification.")),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("view_chats"))),
    responses((status = 204), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn read_notification(
    State(app): State<App>,
    agent: SignedIn<ViewChats>,
    Path(id): Path<NotificationId>,
    _: Bare,
) -> Result<StatusCode, Problem> {
    let own = agent.access.agent().id;
    app.read_notifications(agent.caller().workspace, own, Some(id))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Mark all that you were told as read.
#[utoipa::path(
    post,
    path = "/api/v1/desk/notifications/read",
    tag = "Admin",
    operation_id = "read_all_notifications",
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("view_chats"))),
    responses((status = 204), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn read_all_notifications(
    State(app): State<App>,
    agent: SignedIn<ViewChats>,
    _: Bare,
) -> Result<StatusCode, Problem> {
    let own = agent.access.agent().id;
    app.read_notifications(agent.caller().workspace, own, None)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Read how you want to be told of chats and webhooks.
#[utoipa::path(
    get,
    path = "/api/v1/admin/me/notifications",
    tag = "Admin",
    operation_id = "get_notification_settings",
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("own_account"))),
    responses((status = 200, body = NotificationSettings), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn get_notification_settings(
    State(app): State<App>,
    agent: SignedIn<OwnAccount>,
) -> Result<axum::Json<NotificationSettings>, Problem> {
    let (workspace, own) = (agent.caller().workspace, agent.access.agent().id);
    Ok(axum::Json(app.notification_settings(workspace, own).await?))
}

/// Change how you want to be told of chats and webhooks. Bots say whom they tell and over which media; here you say what of it arrives.
#[utoipa::path(
    patch,
    path = "/api/v1/admin/me/notifications",
    tag = "Admin",
    operation_id = "update_notification_settings",
    request_body = NotificationSettingsBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("own_account"))),
    responses((status = 200, body = NotificationSettings), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn update_notification_settings(
    State(app): State<App>,
    agent: SignedIn<OwnAccount>,
    json: Json<NotificationSettingsBody>,
) -> Result<axum::Json<NotificationSettings>, Problem> {
    let (workspace, own) = (agent.caller().workspace, agent.access.agent().id);
    let body = json.value;
    let change = |to: &mut NotificationSettings| {
        body.desktop.apply(&mut to.desktop);
        body.email.apply(&mut to.email);
        if let Some(quiet_hours) = &body.quiet_hours {
            to.quiet_hours.clone_from(quiet_hours);
        }
        if let Some(vacation) = body.vacation {
            to.vacation = vacation;
        }
        if let Some(time_zone) = &body.time_zone {
            to.time_zone.clone_from(time_zone);
        }
    };
    let changed = app.update_notification_settings(workspace, own, change);
    Ok(axum::Json(changed.await?))
}
