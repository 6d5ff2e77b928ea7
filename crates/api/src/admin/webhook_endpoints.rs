//! Webhook endpoints: made, looked at, changed, removed. Their secrets are in `webhook_secrets`.
use crate::Context;
use crate::auth::SignedIn;
use crate::auth::needs::ManageWebhooks;
use crate::body::{Json, Patch, Path, Query};
use crate::etag::{IfMatch, etag};
use crate::list::{List, Page};
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use serde::{Deserialize, Deserializer, Serialize};
use smartbot_app::App;
use smartbot_app::delivery::endpoints::{EndpointChange, EndpointOptions, NewEndpoint};
use smartbot_app::delivery::status::EndpointStatus;
use smartbot_model::delivery::TestResult;
use smartbot_model::webhook::{
    DEFAULT_TIMEOUT_SECONDS, Endpoint, EndpointState, EventFilter, EventSelection, OrderedBy,
    PayloadDetail, Signature,
};
use smartbot_model::{EndpointId, EventType, Time};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(list_webhook_endpoints, create_webhook_endpoint))
        .routes(routes!(
            get_webhook_endpoint,
            update_webhook_endpoint,
            delete_webhook_endpoint
        ))
}

/// A webhook endpoint and how it does.
#[derive(Debug, Serialize, ToSchema)]
struct EndpointView {
    /// The endpoint.
    #[serde(flatten)]
    endpoint: Endpoint,
    /// Until when nothing is sent because it fails again and again; null while it is sent to.
    held_until: Option<Time>,
    /// Since when it has taken nothing; null while it does well.
    failing_since: Option<Time>,
    /// How many tries have failed since then.
    #[schema(example = 0)]
    failures: u64,
}

impl From<EndpointStatus> for EndpointView {
    fn from(status: EndpointStatus) -> Self {
        Self {
            endpoint: status.endpoint,
            held_until: status.held_until,
            failing_since: status.failing_since,
            failures: status.failures,
        }
    }
}

/// An endpoint that was just made.
#[derive(Debug, Serialize, ToSchema)]
struct MadeEndpoint {
    /// The endpoint.
    #[serde(flatten)]
    made: EndpointView,
    /// The secret that signs its deliveries.
    #[schema(example = "whsec_…")]
    secret: String,
    /// The key that receivers of Ed25519 signatures check with.
    #[schema(example = "whpk_…")]
    public_key: Option<String>,
    /// What came of the test event; null unless `check` was asked for.
    check: Option<TestResult>,
}

const fn all_events() -> EventSelection {
    EventSelection::ALL
}

const fn default_timeout() -> u32 {
    DEFAULT_TIMEOUT_SECONDS
}

/// What to make an endpoint of.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "url": "https://portal.example/webhooks/smartbot", "description": "The portal's inbox", "events": ["flag.assigned", "box.reached"],
    "headers": {"x-api-key": "k-17"}, "check": true
}))]
struct CreateEndpointBody {
    /// Where events are posted to.
    #[schema(example = "https://portal.example/webhooks/smartbot")]
    url: String,
    /// What it is for, at most 500 characters.
    #[serde(default)]
    description: String,
    /// Which events it takes; all of them unless given.
    #[serde(default = "all_events")]
    events: EventSelection,
    /// Which of these events it takes; every one unless given.
    #[serde(default)]
    filter: EventFilter,
    /// How much of them.
    #[serde(default)]
    detail: PayloadDetail,
    /// In which order they arrive; as fast as possible unless given.
    ordered_by: Option<OrderedBy>,
    /// The most deliveries a second, 1 to 10,000; as many as go unless given.
    #[schema(minimum = 1, maximum = 10_000)]
    rate_per_second: Option<u32>,
    /// How long one try may take, in seconds.
    #[serde(default = "default_timeout")]
    #[schema(minimum = 1, maximum = 30)]
    timeout_seconds: u32,
    /// How deliveries are signed.
    #[serde(default)]
    signature: Signature,
    /// Headers that every delivery carries, at most 20. Their values are not shown again.
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// The secret to sign with, `whsec_` and base64; one is made unless given.
    #[schema(min_length = 38, max_length = 518)]
    secret: Option<String>,
    /// Whether a test event is sent at once. The endpoint is made whatever comes of it.
    #[serde(default)]
    check: bool,
}

impl CreateEndpointBody {
    fn into_new(self) -> NewEndpoint {
        NewEndpoint {
            url: self.url,
            description: self.description,
            events: self.events,
            detail: self.detail,
            options: EndpointOptions {
                filter: self.filter,
                ordered_by: self.ordered_by,
                rate_per_second: self.rate_per_second,
                timeout_seconds: self.timeout_seconds,
                signature: self.signature,
                headers: lower_case(self.headers).collect(),
            },
            secret: self.secret,
        }
    }
}

fn lower_case<T>(headers: BTreeMap<String, T>) -> impl Iterator<Item = (String, T)> {
    let pairs = headers.into_iter();
    pairs.map(|(name, value)| (name.to_ascii_lowercase(), value))
}

/// Tells null from absent.
fn some<'de, D, T>(from: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(from).map(Some)
}

/// What changes in an endpoint: a JSON Merge Patch (RFC 7396). What is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateEndpointBody {
    /// Where events are posted to.
    #[schema(example = "https://portal.example/webhooks/smartbot")]
    url: Option<String>,
    /// What it is for, at most 500 characters.
    description: Option<String>,
    /// Which events it takes.
    events: Option<EventSelection>,
    /// Which of these events it takes; takes the place of the filter before.
    filter: Option<EventFilter>,
    /// How much of them.
    detail: Option<PayloadDetail>,
    /// In which order they arrive; null means as fast as possible.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Option<OrderedBy>)]
    ordered_by: Option<Option<OrderedBy>>,
    /// The most deliveries a second; null means as many as go.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 10_000, example = 20)]
    rate_per_second: Option<Option<u32>>,
    /// How long one try may take, in seconds.
    #[schema(minimum = 1, maximum = 30)]
    timeout_seconds: Option<u32>,
    /// How deliveries are signed.
    signature: Option<Signature>,
    /// Headers to set; null takes one away, and what is not named stays.
    #[serde(default)]
    #[schema(example = json!({"x-api-key": "k-18", "x-old": null}))]
    headers: BTreeMap<String, Option<String>>,
    /// Whether it is sent anything. One that becomes active again gets what waits for it.
    state: Option<EndpointState>,
}

impl UpdateEndpointBody {
    fn into_change(self, only_revisions: Option<Vec<u32>>) -> EndpointChange {
        EndpointChange {
            url: self.url,
            description: self.description,
            events: self.events,
            detail: self.detail,
            filter: self.filter,
            ordered_by: self.ordered_by,
            rate_per_second: self.rate_per_second,
            timeout_seconds: self.timeout_seconds,
            signature: self.signature,
            headers: lower_case(self.headers).collect(),
            state: self.state,
            only_revisions,
        }
    }
}

/// An answer that tells its revision.
type Tagged = ([(HeaderName, HeaderValue); 1], axum::Json<EndpointView>);

async fn tagged(
    app: &App,
    agent: &SignedIn<ManageWebhooks>,
    id: EndpointId,
) -> Result<Tagged, Problem> {
    let status = app.endpoint_status(agent.caller().workspace, id).await?;
    let tag = etag(status.endpoint.revision)?;
    Ok(([(header::ETAG, tag)], axum::Json(status.into())))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListWebhookEndpoints {
    /// How many at the most: 1 to 200, 50 unless given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List the webhook endpoints, the oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/admin/webhook_endpoints",
    tag = "Admin",
    operation_id = "list_webhook_endpoints",
    params(ListWebhookEndpoints),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("manage_webhooks"))),
    responses((status = 200, body = Page<EndpointView>), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn list_webhook_endpoints(
    State(app): State<App>,
    agent: SignedIn<ManageWebhooks>,
    Query(query): Query<ListWebhookEndpoints>,
) -> Result<axum::Json<Page<EndpointView>>, Problem> {
    let workspace = agent.caller().workspace;
    let list = List::new(&app, workspace, "webhook_endpoints", &(), query.limit)?;
    let after: Option<EndpointId> = list.position(query.cursor.as_deref()).await?;
    let all = app.endpoint_statuses(workspace).await?;
    let rest = list.cut(all, after, |it| &it.endpoint.id);
    Ok(axum::Json(
        list.page(rest, |it| it.endpoint.id, EndpointView::from)
            .await?,
    ))
}

/// Make a webhook endpoint.
///
/// With `check`, a test event is sent at once, signed like every other, and what came of it is in the answer.
#[utoipa::path(
    post,
    path = "/api/v1/admin/webhook_endpoints",
    tag = "Admin",
    operation_id = "create_webhook_endpoint",
    request_body = CreateEndpointBody,
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("manage_webhooks"))),
    responses((status = 201, body = MadeEndpoint, headers(("ETag" = String, description = "The revision, for `If-Match`."))), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn create_webhook_endpoint(
    State(app): State<App>,
    agent: SignedIn<ManageWebhooks>,
    json: Json<CreateEndpointBody>,
) -> Result<
    (
        StatusCode,
        [(HeaderName, HeaderValue); 1],
        axum::Json<MadeEndpoint>,
    ),
    Problem,
> {
    let caller = agent.caller();
    let check = json.value.check;
    let (endpoint, _) = app
        .add_endpoint(caller.workspace, json.value.into_new())
        .await?;
    let id = endpoint.id;
    let shown = app.reveal_secret(caller.workspace, id).await?;
    let check = if check {
        let test = EventType::WebhookTest;
        let sent = app.test_endpoint(caller.workspace, id, test, caller.actor.clone());
        Some(sent.await?)
    } else {
        None
    };
    let (headers, axum::Json(made)) = tagged(&app, &agent, id).await?;
    let made = MadeEndpoint {
        made,
        secret: shown.secret.into_inner(),
        public_key: shown.public_key,
        check,
    };
    Ok((StatusCode::CREATED, headers, axum::Json(made)))
}

/// Read a webhook endpoint.
#[utoipa::path(
    get,
    path = "/api/v1/admin/webhook_endpoints/{id}",
    tag = "Admin",
    operation_id = "get_webhook_endpoint",
    params(("id" = EndpointId, Path, description = "The endpoint.")),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("manage_webhooks"))),
    responses((status = 200, body = EndpointView, headers(("ETag" = String, description = "The revision, for `If-Match`."))), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn get_webhook_endpoint(
    State(app): State<App>,
    agent: SignedIn<ManageWebhooks>,
    Path(id): Path<EndpointId>,
) -> Result<Tagged, Problem> {
    tagged(&app, &agent, id).await
}

/// Change a webhook endpoint, pause it, switch it off, or let it go on.
#[utoipa::path(
    patch,
    path = "/api/v1/admin/webhook_endpoints/{id}",
    tag = "Admin",
    operation_id = "update_webhook_endpoint",
    params(
        ("id" = EndpointId, Path, description = "The endpoint."),
        ("If-Match" = Option<String>, Header, description = "The `ETag` that was seen: with another one now, nothing changes and the answer is 412.", example = "\"1\"")
    ),
    request_body(content((UpdateEndpointBody = "application/json"), (UpdateEndpointBody = "application/merge-patch+json"))),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("manage_webhooks"))),
    responses((status = 200, body = EndpointView, headers(("ETag" = String, description = "The revision, for `If-Match`."))), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn update_webhook_endpoint(
    State(app): State<App>,
    agent: SignedIn<ManageWebhooks>,
    Path(id): Path<EndpointId>,
    IfMatch(revisions): IfMatch,
    Patch(body): Patch<UpdateEndpointBody>,
) -> Result<Tagged, Problem> {
    let change = body.value.into_change(revisions);
    app.change_endpoint(agent.caller(), id, change).await?;
    tagged(&app, &agent, id).await
}

/// Remove a webhook endpoint with its deliveries and runs.
#[utoipa::path(
    delete,
    path = "/api/v1/admin/webhook_endpoints/{id}",
    tag = "Admin",
    operation_id = "delete_webhook_endpoint",
    params(("id" = EndpointId, Path, description = "The endpoint.")),
    security(("browser_session" = [])),
    extensions(("x-permission" = json!("manage_webhooks"))),
    responses((status = 204), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn delete_webhook_endpoint(
    State(app): State<App>,
    agent: SignedIn<ManageWebhooks>,
    Path(id): Path<EndpointId>,
) -> Result<StatusCode, Problem> {
    app.remove_endpoint(agent.caller().workspace, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
