//! The secrets that sign deliveries: shown to those who look after endpoints, and changed.
use crate::Context;
use crate::auth::SignedIn;
use crate::auth::needs::ManageWebhooks;
use crate::body::{Json, Path};
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use smartbot_app::App;
use smartbot_app::delivery::secrets::ShownSecrets;
use smartbot_model::EndpointId;
use std::time::Duration;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(reveal_webhook_secret))
        .routes(routes!(rotate_webhook_secret))
}

/// What receivers check signatures with.
#[derive(Debug, Serialize, ToSchema)]
struct SecretView {
    /// The secret that signs (`v1`).
    #[schema(example = "whsec_…")]
    secret: String,
    /// The key that Ed25519 signatures (`v1a`) are checked with.
    #[schema(example = "whpk_…")]
    public_key: Option<String>,
}

impl From<ShownSecrets> for SecretView {
    fn from(shown: ShownSecrets) -> Self {
        Self {
            secret: shown.secret.into_inner(),
            public_key: shown.public_key,
        }
    }
}

/// Show the secret and the public key of an endpoint.
#[utoipa::path(
    get,
    path = "/api/v1/admin/webhook_endpoints/{id}/secret",
    tag = "Admin",
    operation_id = "reveal_webhook_secret",
    params(("id" = EndpointId, Path, description = "The endpoint.")),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("manage_webhooks"))),
    responses((status = 200, body = SecretView), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn reveal_webhook_secret(
    State(app): State<App>,
    agent: SignedIn<ManageWebhooks>,
    Path(id): Path<EndpointId>,
) -> Result<axum::Json<SecretView>, Problem> {
    let shown = app.reveal_secret(agent.caller().workspace, id).await?;
    Ok(axum::Json(shown.into()))
}

const fn a_day() -> u32 {
    24
}

/// How to change over.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RotateBody {
    /// For how many hours the secret and the key before sign too, beside the new ones: 0 to 168. With 0 all older ones end at once.
    #[serde(default = "a_day")]
    #[schema(example = 24, maximum = 168)]
    overlap_hours: u32,
}

/// Give an endpoint another secret and another Ed25519 key.
///
/// Those before sign too for a while, so that no receiver has to change at the same moment. Of two who do it at once one gets 409.
#[utoipa::path(
    post,
    path = "/api/v1/admin/webhook_endpoints/{id}/rotate_secret",
    tag = "Admin",
    operation_id = "rotate_webhook_secret",
    params(("id" = EndpointId, Path, description = "The endpoint.")),
    request_body = RotateBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("manage_webhooks"))),
    responses((status = 200, body = SecretView), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn rotate_webhook_secret(
    State(app): State<App>,
    agent: SignedIn<ManageWebhooks>,
    Path(id): Path<EndpointId>,
    json: Json<RotateBody>,
) -> Result<axum::Json<SecretView>, Problem> {
    let workspace = agent.caller().workspace;
    let overlap = Duration::from_secs(u64::from(json.value.overlap_hours) * 3_600);
    let shown = app.rotate_secret(workspace, id, overlap).await?;
    Ok(axum::Json(shown.into()))
}
