//! The delivery log: what was sent where, and what came of it.
use crate::Context;
use crate::auth::SignedIn;
use crate::auth::needs::ManageWebhooks;
use crate::body::{Path, Query};
use crate::list::{List, Page, wrong};
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use serde::Deserialize;
use smartbot_app::App;
use smartbot_app::delivery::log::{BoxOfBot, DeliveryFilter};
use smartbot_model::delivery::{Delivery, DeliveryDetail};
use smartbot_model::webhook::DeliveryState;
use smartbot_model::{DeliveryId, EndpointId, EventType, Time};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list_deliveries))
        .routes(routes!(get_delivery))
        .routes(routes!(retry_delivery))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListDeliveries {
    /// Only those to this endpoint.
    endpoint_id: Option<EndpointId>,
    /// Only those that stand so.
    state: Option<DeliveryState>,
    /// Only those of events of this type.
    r#type: Option<EventType>,
    /// Only those of events about a box of this bot; together with `box_id`.
    #[param(example = "DoctorAppointment")]
    function_id: Option<String>,
    /// Only those of events about this box; together with `function_id`.
    #[param(example = "when")]
    box_id: Option<String>,
    /// Only those that were made then or later.
    since: Option<Time>,
    /// Only those that were made before then.
    until: Option<Time>,
    /// How many at the most: 1 to 200, 50 unless given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The box that both name, if any.
fn of_box(
    function_id: Option<String>,
    box_id: Option<String>,
) -> Result<Option<BoxOfBot>, Problem> {
    match (function_id, box_id) {
        (None, None) => Ok(None),
        (Some(function_id), Some(box_id)) => Ok(Some(BoxOfBot {
            function_id,
            box_id,
        })),
        (None, Some(_)) => Err(wrong(
            "function_id",
            "Name the bot of the box with function_id.",
        )),
        (Some(_), None) => Err(wrong("box_id", "Name a box of the bot with box_id.")),
    }
}

/// List deliveries, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/admin/deliveries",
    tag = "Admin",
    operation_id = "list_deliveries",
    params(ListDeliveries),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("manage_webhooks"))),
    responses((status = 200, body = Page<Delivery>), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn list_deliveries(
    State(app): State<App>,
    agent: SignedIn<ManageWebhooks>,
    Query(query): Query<ListDeliveries>,
) -> Result<axum::Json<Page<Delivery>>, Problem> {
    let workspace = agent.caller().workspace;
    let of_box = of_box(query.function_id, query.box_id)?;
    let about = of_box.as_ref().map(|it| (&it.function_id, &it.box_id));
    let of = (
        query.endpoint_id,
        query.state,
        query.r#type,
        query.since,
        query.until,
        about,
    );
    let list = List::new(&app, workspace, "deliveries", &of, query.limit)?;
    let filter = DeliveryFilter {
        state: query.state,
        endpoint_id: query.endpoint_id,
        of_box,
        event_type: query.r#type,
        since: query.since,
        until: query.until,
        before: list.position(query.cursor.as_deref()).await?,
        limit: list.to_read(),
    };
    let found = app.deliveries(workspace, filter).await?;
    Ok(axum::Json(list.page(found, |it| it.id, |it| it).await?))
}

/// Read a delivery with its tries, each with its answer, and a line for the shell that repeats it.
#[utoipa::path(
    get,
    path = "/api/v1/admin/deliveries/{id}",
    tag = "Admin",
    operation_id = "get_delivery",
    params(("id" = DeliveryId, Path, description = "The delivery.")),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("manage_webhooks"))),
    responses((status = 200, body = DeliveryDetail), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn get_delivery(
    State(app): State<App>,
    agent: SignedIn<ManageWebhooks>,
    Path(id): Path<DeliveryId>,
) -> Result<axum::Json<DeliveryDetail>, Problem> {
    let workspace = agent.caller().workspace;
    Ok(axum::Json(app.delivery_detail(workspace, id).await?))
}

/// Send a delivery again, from the start of the schedule, under its old id.
#[utoipa::path(
    post,
    path = "/api/v1/admin/deliveries/{id}/retry",
    tag = "Admin",
    operation_id = "retry_delivery",
    params(("id" = DeliveryId, Path, description = "The delivery.")),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("manage_webhooks"))),
    responses((status = 200, body = Delivery), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn retry_delivery(
    State(app): State<App>,
    agent: SignedIn<ManageWebhooks>,
    Path(id): Path<DeliveryId>,
) -> Result<axum::Json<Delivery>, Problem> {
    let workspace = agent.caller().workspace;
    app.resend_delivery(workspace, id).await?;
    Ok(axum::Json(app.delivery(workspace, id).await?))
}
