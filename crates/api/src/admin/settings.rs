//! The settings of the workspace.
use crate::Context;
use crate::auth::SignedIn;
use crate::auth::needs::ManageSettings;
use crate::body::Json;
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use serde::{Deserialize, Deserializer, Serialize};
use smartbot_app::App;
use smartbot_app::workspaces::{Settings, SettingsPatch};
use smartbot_model::hours::OpeningHours;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(get_settings, update_settings))
}

/// What the workspace has set.
#[derive(Debug, Serialize, ToSchema)]
struct SettingsView {
    /// What people call the workspace.
    #[schema(example = "Riverside Clinic")]
    name: String,
    /// The language that new bots speak, BCP 47.
    #[schema(example = "en")]
    language: String,
    /// The languages that the workspace's users speak, BCP 47.
    #[schema(example = json!(["en", "es"]))]
    languages: Vec<String>,
    /// How many days ended sessions are kept, with all that was said; null means for ever.
    #[schema(example = 365)]
    retention_days: Option<u32>,
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
    /// When somebody is there, in the time zone; null means always.
    opening_hours: Option<OpeningHours>,
    /// Which files are taken in chats.
    files: FilesView,
    /// How the live desk works.
    desk: DeskView,
}

/// How the live desk works.
#[derive(Debug, Serialize, ToSchema)]
struct DeskView {
    /// How long a chat waits for an agent before it counts as missed, in seconds.
    #[schema(example = 180)]
    missed_after_seconds: u32,
}

/// What changes in how the live desk works; what is absent stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DeskBody {
    /// How long a chat waits for an agent before it counts as missed, in seconds. It holds for chats that begin to wait from now on.
    #[schema(example = 180, minimum = 30, maximum = 86_400)]
    missed_after_seconds: Option<u32>,
}

/// Which files are taken in chats.
#[derive(Debug, Serialize, ToSchema)]
struct FilesView {
    /// The largest file, in bytes.
    #[schema(example = 10_485_760)]
    max_bytes: u64,
    /// How many files a session may have.
    #[schema(example = 20)]
    per_session: u32,
    /// How many bytes all files may have together.
    #[schema(example = 1_073_741_824)]
    workspace_bytes: u64,
}

/// What changes in which files are taken; what is absent stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FilesBody {
    /// The largest file, in bytes.
    #[schema(example = 10_485_760, minimum = 1, maximum = 26_214_400)]
    max_bytes: Option<u64>,
    /// How many files a session may have; with 0 nobody sends any.
    #[schema(example = 20, maximum = 200)]
    per_session: Option<u32>,
    /// How many bytes all files may have together.
    #[schema(example = 1_073_741_824, maximum = 1_125_899_906_842_624_u64)]
    workspace_bytes: Option<u64>,
}

impl SettingsView {
    fn new(name: String, settings: Settings) -> Self {
        Self {
            name,
            language: settings.language,
            languages: settings.languages,
            retention_days: settings.retention_days,
            time_zone: settings.time_zone,
            region: settings.region,
            allow_new_fields: settings.allow_new_fields,
            idle_minutes: settings.idle_minutes,
            allowed_origins: settings.allowed_origins,
            token_calls_per_minute: settings.token_calls_per_minute,
            opening_hours: settings.opening_hours,
            files: FilesView {
                max_bytes: settings.files.max_bytes,
                per_session: settings.files.per_session,
                workspace_bytes: settings.files.workspace_bytes,
            },
            desk: DeskView {
                missed_after_seconds: settings.desk.missed_after_seconds,
            },
        }
    }
}

/// Tells null from absent.
fn some<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// What changes in the settings; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SettingsBody {
    /// What people call the workspace, 1 to 100 characters; unique in the installation.
    name: Option<String>,
    /// The language that new bots speak, BCP 47.
    #[schema(example = "en")]
    language: Option<String>,
    /// The languages that the workspace's users speak, BCP 47, at most 50.
    #[schema(example = json!(["en", "es"]))]
    languages: Option<Vec<String>>,
    /// How many days ended sessions are kept, 1 to 36,500; null means for ever.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Option<u32>, required = false, minimum = 1, maximum = 36_500, example = 365)]
    retention_days: Option<Option<u32>>,
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
    /// When somebody is there, in the time zone; null means always.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Option<OpeningHours>, required = false)]
    opening_hours: Option<Option<OpeningHours>>,
    /// Which files are taken in chats.
    #[serde(default)]
    #[schema(required = false)]
    files: FilesBody,
    /// How the live desk works.
    #[serde(default)]
    #[schema(required = false)]
    desk: DeskBody,
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
    let workspace = agent.caller().workspace;
    let settings = app.settings(workspace).await?;
    let name = app.workspace_name(workspace).await?;
    Ok(axum::Json(SettingsView::new(name, settings)))
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
        name: body.name,
        language: body.language,
        languages: body.languages,
        retention_days: body.retention_days,
        time_zone: body.time_zone,
        region: body.region,
        allow_new_fields: body.allow_new_fields,
        idle_minutes: body.idle_minutes,
        allowed_origins: body.allowed_origins,
        token_calls_per_minute: body.token_calls_per_minute,
        opening_hours: body.opening_hours,
        chit_chat: None,
        file_max_bytes: body.files.max_bytes,
        files_per_session: body.files.per_session,
        files_workspace_bytes: body.files.workspace_bytes,
        missed_after_seconds: body.desk.missed_after_seconds,
    };
    let workspace = agent.caller().workspace;
    let settings = app.update_settings(workspace, &patch).await?;
    let name = app.workspace_name(workspace).await?;
    Ok(axum::Json(SettingsView::new(name, settings)))
}
