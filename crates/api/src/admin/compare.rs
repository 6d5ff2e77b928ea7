//! What is different between a bot's draft and its versions, in words.
use crate::Context;
use crate::auth::SignedIn;
use crate::auth::needs::ViewBots;
use crate::body::{Path, Query};
use crate::list::wrong;
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use smartbot_app::App;
use smartbot_app::bots::Side;
use smartbot_flow::compare::Change;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(compare_bot))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CompareBot {
    /// What is compared with: `live`, `draft` or a version; `live` unless given.
    #[param(example = "live")]
    from: Option<String>,
    /// What is looked at: `draft`, `live` or a version; `draft` unless given.
    #[param(example = "draft")]
    to: Option<String>,
}

fn side(name: &str, text: Option<&str>, default: Side) -> Result<Side, Problem> {
    match text {
        None => Ok(default),
        Some("draft") => Ok(Side::Draft),
        Some("live") => Ok(Side::Live),
        Some(number) => match number.parse() {
            Ok(version) => Ok(Side::Version(version)),
            Err(_) => Err(wrong(name, format!("{name} is draft, live or a version."))),
        },
    }
}

/// What is different.
#[derive(Debug, Serialize, ToSchema)]
struct Comparison {
    /// The differences: of the bot, its fields, its boxes and its links.
    changes: Vec<Change>,
    /// How many sessions with the bot have not ended: they stay on their version.
    #[schema(example = 38)]
    open_sessions: u64,
}

/// Compare a bot's draft or a version with another one, in plain words. A bot that is not published is compared with nothing.
#[utoipa::path(
    get,
    path = "/api/v1/admin/bots/{function_id}/compare",
    tag = "Admin",
    operation_id = "compare_bot",
    params(("function_id" = String, Path, description = "The bot's short public name.", example = "DoctorAppointment"), CompareBot),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("view_bots"))),
    responses((status = 200, body = Comparison), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn compare_bot(
    State(app): State<App>,
    agent: SignedIn<ViewBots>,
    Path(function_id): Path<String>,
    Query(query): Query<CompareBot>,
) -> Result<axum::Json<Comparison>, Problem> {
    let from = side("from", query.from.as_deref(), Side::Live)?;
    let to = side("to", query.to.as_deref(), Side::Draft)?;
    let workspace = agent.caller().workspace;
    let (changes, open_sessions) = app.compare_bot(workspace, &function_id, from, to).await?;
    Ok(axum::Json(Comparison {
        changes,
        open_sessions,
    }))
}
