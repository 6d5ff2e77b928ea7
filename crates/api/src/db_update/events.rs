//! The event feed: what webhooks push, to be fetched by whoever missed it.
use crate::Context;
use crate::auth::needs::ManageWebhooks;
use crate::auth::{DbUpdate, sees_all};
use crate::body::Query;
use crate::list::{DEFAULT_LIMIT, MAX_LIMIT, wrong};
use crate::problem::{Problem, ProblemBody};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use smartbot_app::App;
use smartbot_model::event::Envelope;
use smartbot_model::{EventId, EventType};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(list_events))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListEvents {
    /// Only events after this one; from the first one unless given.
    after: Option<EventId>,
    /// The `next_cursor` of the page before; the same as `after`.
    cursor: Option<EventId>,
    /// Only events of this type. A page looks at so many events and no more: it may be short, or empty, and yet have a `next_cursor`.
    r#type: Option<EventType>,
    /// How many at the most: 1 to 200, 50 unless given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
}

/// An event of the feed: the envelope that webhooks push.
#[derive(Debug, Serialize, ToSchema)]
struct FeedEvent {
    #[serde(flatten)]
    envelope: Envelope,
    /// Only when it is true: whom the event tells of was erased, and `data` is empty.
    #[serde(skip_serializing_if = "is_false")]
    #[schema(required = false)]
    erased: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
const fn is_false(it: &bool) -> bool {
    !*it
}

/// A page of events.
#[derive(Debug, Serialize, ToSchema)]
struct EventPage {
    /// The events, the oldest first.
    data: Vec<FeedEvent>,
    /// The `after` of the next page; null when there are no more at this moment.
    next_cursor: Option<EventId>,
    /// The newest event that was looked at. Keep it and pass it as `after` the next time: nothing is skipped, nothing comes twice.
    last_event_id: Option<EventId>,
}

/// Read the events of the workspace, the oldest first.
///
/// The same events with the same ids that webhooks push, for catching up. An event appears three seconds after it happened, when none can come
/// before it any more.
#[utoipa::path(
    get,
    path = "/api/v1/events",
    tag = "DB-Update",
    operation_id = "list_events",
    params(ListEvents),
    security(("db_update" = []), ("browser_session" = [])),
    extensions(("x-permission" = json!("manage_webhooks"))),
    responses((status = 200, body = EventPage), (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json"))
)]
async fn list_events(
    State(app): State<App>,
    access: DbUpdate<ManageWebhooks>,
    Query(query): Query<ListEvents>,
) -> Result<Json<EventPage>, Problem> {
    sees_all(&access.sight)?;
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        let message = format!("limit is a number from 1 to {MAX_LIMIT}.");
        return Err(wrong("limit", message));
    }
    if query.after.is_some() && query.cursor.is_some() {
        return Err(wrong("cursor", "Give after or cursor, not both."));
    }
    let after = query.after.or(query.cursor);
    let feed = app
        .event_feed(access.caller.workspace, after, query.r#type, limit)
        .await?;
    let show = |(envelope, erased)| FeedEvent { envelope, erased };
    Ok(Json(EventPage {
        data: feed.events.into_iter().map(show).collect(),
        next_cursor: feed.last.filter(|_| feed.has_more),
        last_event_id: feed.last,
    }))
}
