//! How strangers meet a bot, and the key that signs who they are.
use crate::Context;
use crate::auth::SignedIn;
use crate::auth::needs::{EditBots, ManageSettings, ViewBots};
use crate::body::{Json, NothingBody, Path};
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use serde::{Deserialize, Deserializer, Serialize};
use smartbot_app::App;
use smartbot_app::visitors::{AppearancePatch, ChannelPatch};
use smartbot_model::Phi;
use smartbot_model::channel::{Channel, Position};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(get_bot_channel, update_bot_channel))
        .routes(routes!(get_widget_key, rotate_widget_key))
}

/// What changes in how the widget looks; what is absent stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AppearanceBody {
    /// The colour, as `#rrggbb`.
    #[schema(example = "#0f62b8")]
    color: Option<String>,
    /// What stands in the header, at most 80 characters; the bot's name when it is empty.
    title: Option<String>,
    /// What the teaser says, at most 300 characters; there is none when it is empty.
    greeting: Option<String>,
    /// On which side of a page it stands.
    position: Option<Position>,
    /// What the launcher says, 1 to 60 characters.
    launcher_text: Option<String>,
    /// The `https` address of a picture; null takes it away.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    avatar: Option<Option<String>>,
}

/// Tells null from absence.
fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// What changes in how strangers meet a bot; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChannelBody {
    /// Whether anybody may start it, without a token.
    is_public: Option<bool>,
    /// The web origins whose pages may show the widget. At most 50.
    #[schema(example = json!(["https://www.clinic.example"]))]
    allowed_origins: Option<Vec<String>>,
    /// How it looks.
    #[serde(default)]
    appearance: AppearanceBody,
}

/// Read how strangers meet a bot: whether they may start it, on which sites, and how the widget looks.
#[utoipa::path(
    get,
    path = "/api/v1/admin/bots/{function_id}/channel",
    tag = "Admin",
    operation_id = "get_bot_channel",
    params(("function_id" = String, Path, description = "The bot's short public name.")),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("view_bots"))),
    responses((status = 200, body = Channel), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn get_bot_channel(
    State(app): State<App>,
    agent: SignedIn<ViewBots>,
    Path(function_id): Path<String>,
) -> Result<axum::Json<Channel>, Problem> {
    let channel = app.channel(agent.caller().workspace, &function_id).await?;
    Ok(axum::Json(channel))
}

/// Change how strangers meet a bot.
#[utoipa::path(
    patch,
    path = "/api/v1/admin/bots/{function_id}/channel",
    tag = "Admin",
    operation_id = "update_bot_channel",
    params(("function_id" = String, Path, description = "The bot's short public name.")),
    request_body = ChannelBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("edit_bots"))),
    responses((status = 200, body = Channel), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn update_bot_channel(
    State(app): State<App>,
    agent: SignedIn<EditBots>,
    Path(function_id): Path<String>,
    json: Json<ChannelBody>,
) -> Result<axum::Json<Channel>, Problem> {
    let body = json.value;
    let appearance = AppearancePatch {
        color: body.appearance.color,
        title: body.appearance.title,
        greeting: body.appearance.greeting,
        position: body.appearance.position,
        launcher_text: body.appearance.launcher_text,
        avatar: body.appearance.avatar,
    };
    let patch = ChannelPatch {
        is_public: body.is_public,
        allowed_origins: body.allowed_origins,
        appearance,
    };
    let workspace = agent.caller().workspace;
    let channel = app.update_channel(workspace, &function_id, &patch).await?;
    Ok(axum::Json(channel))
}

/// The key that signs who visitors are.
#[derive(Debug, Serialize, ToSchema)]
struct WidgetKey {
    /// The key; null until one is made. Its characters, as they are, are the secret of HS256. It belongs on your server, never on a page.
    #[schema(example = "sbw_…")]
    key: Option<String>,
}

/// Read the key with which your own system signs who a visitor is.
#[utoipa::path(
    get,
    path = "/api/v1/admin/widget_key",
    tag = "Admin",
    operation_id = "get_widget_key",
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("manage_settings"))),
    responses((status = 200, body = WidgetKey), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn get_widget_key(
    State(app): State<App>,
    agent: SignedIn<ManageSettings>,
) -> Result<axum::Json<WidgetKey>, Problem> {
    let key = app.widget_key(agent.caller().workspace).await?;
    let key = key.map(Phi::into_inner);
    Ok(axum::Json(WidgetKey { key }))
}

/// Make a new key in the place of the old one. What that one has signed does not hold any more.
#[utoipa::path(
    post,
    path = "/api/v1/admin/widget_key",
    tag = "Admin",
    operation_id = "rotate_widget_key",
    request_body = NothingBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("manage_settings"))),
    responses((status = 200, body = WidgetKey), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn rotate_widget_key(
    State(app): State<App>,
    agent: SignedIn<ManageSettings>,
    _: Json<NothingBody>,
) -> Result<axum::Json<WidgetKey>, Problem> {
    let key = app.rotate_widget_key(agent.caller().workspace).await?;
    let key = Some(key.into_inner());
    Ok(axum::Json(WidgetKey { key }))
}
