//! The transcripts of bots: kept, and run against drafts.
use crate::Context;
use crate::auth::SignedIn;
use crate::auth::needs::{EditBots, ViewBots};
use crate::body::{Path, WithDocument};
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use smartbot_app::App;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(get_bot_tests, save_bot_tests))
        .routes(routes!(run_bot_tests))
}

/// The tests of a bot.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BotTests {
    /// Transcripts, as files beside bots have them: `docs/guides/testing-bots.md` tells how they are written.
    #[schema(value_type = Vec<Object>, example = json!([{"name": "says hello", "steps": [{"bot": "Hello!"}, {"ended": true}]}]))]
    tests: Vec<Value>,
}

/// Read the tests of a bot.
#[utoipa::path(
    get,
    path = "/api/v1/admin/bots/{function_id}/tests",
    tag = "Admin",
    operation_id = "get_bot_tests",
    params(("function_id" = String, Path, description = "The bot's short public name.", example = "DoctorAppointment")),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("view_bots"))),
    responses((status = 200, body = BotTests), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn get_bot_tests(
    State(app): State<App>,
    agent: SignedIn<ViewBots>,
    Path(function_id): Path<String>,
) -> Result<axum::Json<BotTests>, Problem> {
    let workspace = agent.caller().workspace;
    let tests = app.bot_tests(workspace, &function_id).await?;
    Ok(axum::Json(BotTests { tests }))
}

/// Keep other tests of a bot, in the place of all that it had.
#[utoipa::path(
    put,
    path = "/api/v1/admin/bots/{function_id}/tests",
    tag = "Admin",
    operation_id = "save_bot_tests",
    params(("function_id" = String, Path, description = "The bot's short public name.", example = "DoctorAppointment")),
    request_body = BotTests,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("edit_bots"))),
    responses((status = 200, body = BotTests), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn save_bot_tests(
    State(app): State<App>,
    agent: SignedIn<EditBots>,
    Path(function_id): Path<String>,
    WithDocument(body): WithDocument<BotTests>,
) -> Result<axum::Json<BotTests>, Problem> {
    let workspace = agent.caller().workspace;
    app.save_bot_tests(workspace, &function_id, &body.tests)
        .await?;
    Ok(axum::Json(body))
}

/// What to run the tests against.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RunBotTestsBody {
    /// A document that is not saved yet; the bot's draft unless given.
    #[schema(value_type = Option<Object>)]
    document: Option<Value>,
}

/// How one test went.
#[derive(Debug, Serialize, ToSchema)]
struct BotTestResult {
    /// The test's name.
    #[schema(example = "says hello")]
    name: String,
    /// Whether it passed.
    passed: bool,
    /// What went wrong, with the conversation so far; null when it passed.
    message: Option<String>,
}

/// How the tests went.
#[derive(Debug, Serialize, ToSchema)]
struct BotTestResults {
    /// Each test.
    results: Vec<BotTestResult>,
}

/// Run the tests of a bot against its draft, or a document that is not saved yet. Nothing is kept, and no call is made.
#[utoipa::path(
    post,
    path = "/api/v1/admin/bots/{function_id}/tests/run",
    tag = "Admin",
    operation_id = "run_bot_tests",
    params(("function_id" = String, Path, description = "The bot's short public name.", example = "DoctorAppointment")),
    request_body = RunBotTestsBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("view_bots"))),
    responses((status = 200, body = BotTestResults), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn run_bot_tests(
    State(app): State<App>,
    agent: SignedIn<ViewBots>,
    Path(function_id): Path<String>,
    WithDocument(body): WithDocument<RunBotTestsBody>,
) -> Result<axum::Json<BotTestResults>, Problem> {
    let workspace = agent.caller().workspace;
    let ran = app.run_bot_tests(workspace, &function_id, body.document);
    let results = ran.await?.into_iter().map(|it| BotTestResult {
        passed: it.passed(),
        message: it.failure.map(|it| it.to_string()),
        name: it.name,
    });
    Ok(axum::Json(BotTestResults {
        results: results.collect(),
    }))
}
