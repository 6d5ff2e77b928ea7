//! Test events: a sample is sent at once, and its answer told.
use crate::Context;
use crate::auth::SignedIn;
use crate::auth::needs::ManageWebhooks;
use crate::body::{Json, Path};
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use serde::Deserialize;
use smartbot_app::App;
use smartbot_model::delivery::TestResult;
use smartbot_model::{EndpointId, EventType};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(test_webhook_endpoint))
}

const fn test_event() -> EventType {
    EventType::WebhookTest
}

/// What to send.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"type": "flag.assigned"}))]
struct TestBody {
    /// The type of the sample; `webhook.test` unless given.
    #[serde(default = "test_event")]
    r#type: EventType,
}

/// Send a sample of an event, signed like every other, and tell the answer at once. It counts neither for nor against the endpoint.
#[utoipa::path(
    post,
    path = "/api/v1/admin/webhook_endpoints/{id}/test",
    tag = "Admin",
    operation_id = "test_webhook_endpoint",
    params(("id" = EndpointId, Path, description = "The endpoint.")),
    request_body = TestBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("manage_webhooks"))),
    responses((status = 200, body = TestResult), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn test_webhook_endpoint(
    State(app): State<App>,
    agent: SignedIn<ManageWebhooks>,
    Path(id): Path<EndpointId>,
    json: Json<TestBody>,
) -> Result<axum::Json<TestResult>, Problem> {
    let caller = agent.caller();
    let sent = app.test_endpoint(
        caller.workspace,
        id,
        json.value.r#type,
        caller.actor.clone(),
    );
    Ok(axum::Json(sent.await?))
}
