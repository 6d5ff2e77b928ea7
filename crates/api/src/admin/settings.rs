//! The settings of the workspace.
use crate::Context;
use crate::auth::SignedIn;
use crate::auth::needs::ManageSettings;
use crate::body::Json;
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use smartbot_app::App;
use smartbot_app::workspaces::{Settings, SettingsPatch};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(get_settings, update_settings))
}

/// What the workspace has set.
#[derive(Debug, Serialize, ToSchema)]
struct SettingsView {
    /// The time zone that "tomorrow at 10" is meant in, unless the user has one (IANA name).
    #[schema(example = "America/New_York")]
    time_zone: String,
    /// The region of telephone numbers without country code and of dates like 5/6 (ISO 3166).
    #[schema(example = "US")]
    region: String,
    /// Whether BotsManagement tokens may set profile fields that are not declared.
    allow_new_fields: bool,
    /// After how many minutes without a request an agent is signed out.
    #[schema(example = 15)]
    idle_minutes: u32,
    /// The web origins whose pages may talk to sessions with a session key.
    #[schema(example = json!(["https://www.clinic.example"]))]
    allowed_origins: Vec<String>,
    /// How many calls a minute each token may make; 0 means as many as it likes.
    #[schema(example = 0)]
    token_calls_per_minute: u32,
}

impl From<Settings> for SettingsView {
    fn from(settings: Settings) -> Self {
        Self {
            time_zone: settings.time_zone,
            region: settings.region,
            allow_new_fields: settings.allow_new_fields,
            idle_minutes: settings.idle_minutes,
            allowed_origins: settings.allowed_origins,
            token_calls_per_minute: settings.token_calls_per_minute,
        }
    }
}

/// What changes in the settings; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SettingsBody {
    /// The time zone that "tomorrow at 10" is meant in, unless the user has one (IANA name).
    #[schema(example = "America/New_York")]
    time_zone: Option<String>,
    /// The region of telephone numbers without country code and of dates like 5/6 (ISO 3166).
    #[schema(example = "US")]
    region: Option<String>,
    /// Whether BotsManagement tokens may set profile fields that are not declared.
    allow_new_fields: Option<bool>,
    /// After how many minutes without a request an agent is signed out.
    #[schema(example = 15, minimum = 1, maximum = 720)]
    idle_minutes: Option<u32>,
    /// The web origins whose pages may talk to sessions with a session key, at most 50.
    #[schema(example = json!(["https://www.clinic.example"]))]
    allowed_origins: Option<Vec<String>>,
    /// How many calls a minute each token may make; 0 means as many as it likes.
    #[schema(example = 0, maximum = 1_000_000)]
    token_calls_per_minute: Option<u32>,
}

/// Read the settings of the workspace.
#[utoipa::path(
    get,
    path = "/api/v1/admin/settings",
    tag = "Admin",
    operation_id = "get_settings",
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("manage_settings"))),
    responses((status = 200, body = SettingsView), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn get_settings(
    State(app): State<App>,
    agent: SignedIn<ManageSettings>,
) -> Result<axum::Json<SettingsView>, Problem> {
    let settings = app.settings(agent.caller().workspace).await?;
    Ok(axum::Json(settings.into()))
}

/// Change settings of the workspace. Other nodes follow within a second.
#[utoipa::path(
    patch,
    path = "/api/v1/admin/settings",
    tag = "Admin",
    operation_id = "update_settings",
    request_body = SettingsBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("manage_settings"))),
    responses((status = 200, body = SettingsView), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn update_settings(
    State(app): State<App>,
    agent: SignedIn<ManageSettings>,
    json: Json<SettingsBody>,
) -> Result<axum::Json<SettingsView>, Problem> {
    let body = json.value;
    let patch = SettingsPatch {
        time_zone: body.time_zone,
        region: body.region,
        allow_new_fields: body.allow_new_fields,
        idle_minutes: body.idle_minutes,
        allowed_origins: body.allowed_origins,
        token_calls_per_minute: body.token_calls_per_minute,
    };
    let workspace = agent.caller().workspace;
    let settings = app.update_settings(workspace, &patch).await?;
    Ok(axum::Json(settings.into()))
}
