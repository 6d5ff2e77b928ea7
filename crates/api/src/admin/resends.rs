//! Runs in the background that send old events again.
use crate::Context;
use crate::auth::SignedIn;
use crate::auth::needs::ManageWebhooks;
use crate::body::{Json, Path, Query};
use crate::list::{List, Page};
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use smartbot_app::App;
use smartbot_app::delivery::resend::{NewResend, ResendKind};
use smartbot_model::delivery::Resend;
use smartbot_model::{EndpointId, ResendId, Time};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list_resends, start_resend))
        .routes(routes!(get_resend))
        .routes(routes!(cancel_resend))
}

/// What is sent again.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// Deliveries that were given up.
    Recover,
    /// Every event that the endpoint takes, also ones that it never got.
    Replay,
}

/// What to send again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StartResendBody {
    /// The endpoint.
    endpoint_id: EndpointId,
    /// `recover`: deliveries that were given up; `replay`: every event that the endpoint takes, also ones that it never got.
    kind: Kind,
    /// From this instant.
    since: Time,
    /// To before this one; until now unless given.
    until: Option<Time>,
    /// How many go out a second, 1 to 1,000; 50 unless given.
    #[schema(example = 50, minimum = 1, maximum = 1000)]
    rate_per_second: Option<u32>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListResends {
    /// How many at the most: 1 to 200, 50 unless given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List the runs that send old events again, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/admin/resends",
    tag = "Admin",
    operation_id = "list_resends",
    params(ListResends),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("manage_webhooks"))),
    responses((status = 200, body = Page<Resend>), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn list_resends(
    State(app): State<App>,
    agent: SignedIn<ManageWebhooks>,
    Query(query): Query<ListResends>,
) -> Result<axum::Json<Page<Resend>>, Problem> {
    let workspace = agent.caller().workspace;
    let list = List::new(&app, workspace, "resends", &(), query.limit)?;
    let before = list.position(query.cursor.as_deref()).await?;
    let found = app.resends(workspace, before, list.to_read()).await?;
    Ok(axum::Json(list.page(found, |it| it.id, |it| it).await?))
}

/// Send old events to an endpoint again, in the background.
///
/// They go out under their old ids, so that receivers know what they have already. At most five runs of a workspace go on at once; the others
/// stand in line behind them, the oldest first. An endpoint that is disabled is refused (409); a run whose endpoint becomes disabled
/// ends as `endpoint_disabled`.
#[utoipa::path(
    post,
    path = "/api/v1/admin/resends",
    tag = "Admin",
    operation_id = "start_resend",
    request_body = StartResendBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("manage_webhooks"))),
    responses((status = 201, body = Resend), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn start_resend(
    State(app): State<App>,
    agent: SignedIn<ManageWebhooks>,
    json: Json<StartResendBody>,
) -> Result<(StatusCode, axum::Json<Resend>), Problem> {
    let body = json.value;
    let new = NewResend {
        endpoint_id: body.endpoint_id,
        kind: match body.kind {
            Kind::Recover => ResendKind::Recover,
            Kind::Replay => ResendKind::Replay,
        },
        since: body.since,
        until: body.until,
        rate_per_second: body.rate_per_second,
    };
    let run = app.start_resend(agent.caller().workspace, new).await?;
    Ok((StatusCode::CREATED, axum::Json(run)))
}

/// Read how far a run is.
#[utoipa::path(
    get,
    path = "/api/v1/admin/resends/{id}",
    tag = "Admin",
    operation_id = "get_resend",
    params(("id" = ResendId, Path, description = "The run.")),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("manage_webhooks"))),
    responses((status = 200, body = Resend), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn get_resend(
    State(app): State<App>,
    agent: SignedIn<ManageWebhooks>,
    Path(id): Path<ResendId>,
) -> Result<axum::Json<Resend>, Problem> {
    let workspace = agent.caller().workspace;
    Ok(axum::Json(app.resend(workspace, id).await?))
}

/// Stop a run. What it has sent stays sent; one that is over stays as it is.
#[utoipa::path(
    post,
    path = "/api/v1/admin/resends/{id}/cancel",
    tag = "Admin",
    operation_id = "cancel_resend",
    params(("id" = ResendId, Path, description = "The run.")),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("manage_webhooks"))),
    responses((status = 200, body = Resend), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn cancel_resend(
    State(app): State<App>,
    agent: SignedIn<ManageWebhooks>,
    Path(id): Path<ResendId>,
) -> Result<axum::Json<Resend>, Problem> {
    let workspace = agent.caller().workspace;
    Ok(axum::Json(app.cancel_resend(workspace, id).await?))
}
