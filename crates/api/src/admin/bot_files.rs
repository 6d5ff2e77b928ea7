//! The documents of bots as files.
use crate::Context;
use crate::auth::SignedIn;
use crate::auth::needs::ViewBots;
use crate::body::{Path, Query};
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use axum::http::{HeaderName, header};
use serde::Deserialize;
use serde_json::Value;
use smartbot_app::{App, Error};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(export_bot))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ExportBot {
    /// This version; the draft unless given.
    #[param(minimum = 1)]
    version: Option<u32>,
}

/// Export a bot: its document as a file that import takes, here and in other workspaces.
#[utoipa::path(
    get,
    path = "/api/v1/admin/bots/{function_id}/export",
    tag = "Admin",
    operation_id = "export_bot",
    params(("function_id" = String, Path, description = "The bot's short public name.", example = "DoctorAppointment"), ExportBot),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("view_bots"))),
    responses(
        (status = 200, body = Value, headers(("Content-Disposition" = String, description = "The name of the file."))),
        (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json")
    )
)]
async fn export_bot(
    State(app): State<App>,
    agent: SignedIn<ViewBots>,
    Path(function_id): Path<String>,
    Query(query): Query<ExportBot>,
) -> Result<([(HeaderName, String); 2], String), Problem> {
    let workspace = agent.caller().workspace;
    let document = match query.version {
        Some(version) => app.bot_version(workspace, &function_id, version).await?.1,
        None => app.export_bot(workspace, &function_id, true).await?,
    };
    let version = query
        .version
        .map_or_else(String::new, |it| format!("-v{it}"));
    // A function id has no characters that a header or a file system could mind.
    let disposition = format!("attachment; filename=\"{function_id}{version}.json\"");
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    let text = serde_json::to_string_pretty::<Value>(&document).map_err(Error::from)?;
    Ok((headers, text))
}
