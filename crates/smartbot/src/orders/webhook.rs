//! Webhook endpoints, their deliveries, and what is sent again.
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use smartbot_app::delivery::endpoints::{EndpointChange, EndpointOptions, NewEndpoint};
use smartbot_app::delivery::resend::NewResend;
use smartbot_app::delivery::secrets::ShownSecrets;
use smartbot_app::{App, Caller, Error};
use smartbot_model::delivery::Delivery;
use smartbot_model::webhook::{
    DeliveryState, Endpoint, EndpointState, EventFilter, EventSelection, PayloadDetail, Signature,
};
use smartbot_model::{DeliveryId, EndpointId, EventType, ResendId, Time};
use smartbot_store::{DeliveryFilter, ResendKind};
use std::time::Duration;

/// What is asked for.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "webhook", rename_all = "snake_case")]
pub(crate) enum WebhookOrder {
    Add {
        url: String,
        events: EventSelection,
        detail: PayloadDetail,
        description: String,
        options: EndpointOptions,
        /// One is made unless given.
        secret: Option<String>,
        /// Whether a test event is sent at once.
        check: bool,
    },
    List,
    Update {
        id: EndpointId,
        change: EndpointChange,
        /// The bots of the filter, if they change.
        only_bots: Option<Vec<String>>,
        /// The flags of the filter, if they change.
        only_flags: Option<Vec<String>>,
    },
    Secret {
        id: EndpointId,
    },
    Remove {
        id: EndpointId,
    },
    Rotate {
        id: EndpointId,
        overlap: Duration,
    },
    Trigger {
        event_type: EventType,
        endpoint: Option<EndpointId>,
    },
    Deliveries {
        failed: bool,
        endpoint: Option<EndpointId>,
        event_type: Option<EventType>,
        since: Option<Time>,
        until: Option<Time>,
        limit: u32,
    },
    Delivery {
        id: DeliveryId,
    },
    Retry {
        id: DeliveryId,
    },
    Resend {
        kind: ResendKindName,
        endpoint: Option<EndpointId>,
        since: Time,
        until: Option<Time>,
        rate: Option<u32>,
    },
    Resends,
    CancelResend {
        id: ResendId,
    },
}

/// What is sent again, as it is written.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ResendKindName {
    Recover,
    Replay,
}

impl From<ResendKindName> for ResendKind {
    fn from(name: ResendKindName) -> Self {
        match name {
            ResendKindName::Recover => Self::Recover,
            ResendKindName::Replay => Self::Replay,
        }
    }
}

/// How many runs are listed, the newest ones.
const SHOWN_RUNS: u32 = 200;

/// Carries an order out.
pub(crate) async fn carry_out(
    app: &App,
    caller: &Caller,
    order: WebhookOrder,
) -> Result<Value, Error> {
    let workspace = caller.workspace;
    Ok(match order {
        WebhookOrder::Add {
            url,
            events,
            detail,
            description,
            options,
            secret,
            check,
        } => {
            let new = NewEndpoint {
                url,
                description,
                events,
                detail,
                options,
                secret,
            };
            let (endpoint, _) = app.add_endpoint(workspace, new).await?;
            let shown = app.reveal_secret(workspace, endpoint.id).await?;
            let made = json!({"id": endpoint.id, "url": endpoint.url, "events": endpoint.events});
            let mut made = with_secrets(made, &endpoint, shown);
            if check {
                made["check"] = test(app, caller, endpoint.id, EventType::WebhookTest).await?;
            }
            made
        }
        WebhookOrder::List => list(app.endpoints_of(workspace).await?.iter().map(endpoint_json)),
        WebhookOrder::Update {
            id,
            mut change,
            only_bots,
            only_flags,
        } => {
            if only_bots.is_some() || only_flags.is_some() {
                let EventFilter {
                    function_ids,
                    flags,
                } = app.endpoint(workspace, id).await?.filter;
                change.filter = Some(EventFilter {
                    function_ids: only_bots.unwrap_or(function_ids),
                    flags: only_flags.unwrap_or(flags),
                });
            }
            endpoint_json(&app.change_endpoint(caller, id, change).await?)
        }
        WebhookOrder::Secret { id } => {
            let endpoint = app.endpoint(workspace, id).await?;
            let shown = app.reveal_secret(workspace, id).await?;
            with_secrets(json!({"id": id}), &endpoint, shown)
        }
        WebhookOrder::Remove { id } => {
            app.remove_endpoint(workspace, id).await?;
            json!({"id": id, "removed": true})
        }
        WebhookOrder::Rotate { id, overlap } => {
            let shown = app.rotate_secret(workspace, id, overlap).await?;
            let endpoint = app.endpoint(workspace, id).await?;
            with_secrets(json!({"id": id}), &endpoint, shown)
        }
        WebhookOrder::Trigger {
            event_type,
            endpoint,
        } => trigger(app, caller, event_type, endpoint).await?,
        WebhookOrder::Deliveries {
            failed,
            endpoint,
            event_type,
            since,
            until,
            limit,
        } => {
            let filter = DeliveryFilter {
                endpoint_id: endpoint,
                event_type,
                since,
                until,
                limit: limit.clamp(1, 1_000),
                ..DeliveryFilter::default()
            };
            deliveries(app, caller, failed, filter).await?
        }
        WebhookOrder::Delivery { id } => {
            serde_json::to_value(app.delivery_detail(workspace, id).await?)?
        }
        WebhookOrder::Retry { id } => {
            app.resend_delivery(workspace, id).await?;
            delivery_json(&app.delivery(workspace, id).await?)
        }
        WebhookOrder::Resend {
            kind,
            endpoint,
            since,
            until,
            rate,
        } => {
            let (ids, left_out) = sent_to(app, caller, endpoint).await?;
            let run = |endpoint_id| NewResend {
                endpoint_id,
                kind: kind.into(),
                since,
                until,
                rate_per_second: rate,
            };
            let new = ids.into_iter().map(run).collect();
            let runs = app.start_resends(workspace, new).await?;
            json!({"runs": runs, "left_out": left_out})
        }
        WebhookOrder::Resends => {
            serde_json::to_value(app.resends(workspace, None, SHOWN_RUNS).await?)?
        }
        WebhookOrder::CancelResend { id } => {
            serde_json::to_value(app.cancel_resend(workspace, id).await?)?
        }
    })
}

/// The named endpoint, or all of them.
async fn chosen(
    app: &App,
    caller: &Caller,
    endpoint: Option<EndpointId>,
) -> Result<Vec<EndpointId>, Error> {
    match endpoint {
        Some(id) => Ok(vec![app.endpoint(caller.workspace, id).await?.id]),
        None => {
            let all = app.endpoints_of(caller.workspace).await?;
            let ids: Vec<_> = all.iter().map(|it| it.id).collect();
            if ids.is_empty() {
                return Err(Error::NotFound("endpoint"));
            }
            Ok(ids)
        }
    }
}

/// The named endpoint, or all of them that are not disabled, and those that are.
async fn sent_to(
    app: &App,
    caller: &Caller,
    endpoint: Option<EndpointId>,
) -> Result<(Vec<EndpointId>, Vec<EndpointId>), Error> {
    let all = chosen(app, caller, endpoint).await?;
    if endpoint.is_some() {
        return Ok((all, Vec::new()));
    }
    let endpoints = app.endpoints_of(caller.workspace).await?;
    let is_disabled = |id: &EndpointId| {
        let mut endpoints = endpoints.iter();
        endpoints.any(|it| it.id == *id && it.state == EndpointState::Disabled)
    };
    let (disabled, others): (Vec<_>, Vec<_>) = all.into_iter().partition(is_disabled);
    if others.is_empty() {
        return Err(Error::Conflict(
            "All endpoints are disabled, so they are sent nothing. Let one go on with `smartbot webhook resume` first.".into(),
        ));
    }
    Ok((others, disabled))
}

async fn trigger(
    app: &App,
    caller: &Caller,
    event_type: EventType,
    endpoint: Option<EndpointId>,
) -> Result<Value, Error> {
    let mut results = Vec::new();
    for id in chosen(app, caller, endpoint).await? {
        results.push(test(app, caller, id, event_type).await?);
    }
    Ok(Value::Array(results))
}

async fn test(
    app: &App,
    caller: &Caller,
    id: EndpointId,
    event_type: EventType,
) -> Result<Value, Error> {
    let result = app
        .test_endpoint(caller.workspace, id, event_type, caller.actor.clone())
        .await?;
    let mut shown = serde_json::to_value(result)?;
    shown["endpoint_id"] = json!(id);
    shown["type"] = json!(event_type);
    Ok(shown)
}

async fn deliveries(
    app: &App,
    caller: &Caller,
    failed: bool,
    filter: DeliveryFilter,
) -> Result<Value, Error> {
    let limit = filter.limit;
    let mut found = app.deliveries(caller.workspace, filter.clone()).await?;
    if failed {
        // Given up, or waiting for another try.
        let dead = DeliveryFilter {
            state: Some(DeliveryState::Dead),
            ..filter.clone()
        };
        let pending = DeliveryFilter {
            state: Some(DeliveryState::Pending),
            ..filter
        };
        found = app.deliveries(caller.workspace, dead).await?;
        let waiting = app.deliveries(caller.workspace, pending).await?;
        found.extend(waiting.into_iter().filter(|it| it.last_error.is_some()));
        found.sort_by_key(|it| std::cmp::Reverse(it.id));
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    }
    Ok(list(found.iter().map(delivery_json)))
}

fn list(items: impl Iterator<Item = Value>) -> Value {
    Value::Array(items.collect())
}

fn endpoint_json(it: &Endpoint) -> Value {
    let mut shown = json!({"id": it.id, "url": it.url, "events": it.events, "state": it.state});
    if let Some(reason) = &it.disabled_reason {
        shown["disabled_reason"] = json!(reason);
    }
    shown
}

/// What receivers check signatures with: the public key only where they need it.
fn with_secrets(mut to: Value, endpoint: &Endpoint, shown: ShownSecrets) -> Value {
    to["secret"] = json!(shown.secret.expose());
    if endpoint.signature != Signature::V1 {
        to["public_key"] = json!(shown.public_key);
    }
    to
}

fn delivery_json(it: &Delivery) -> Value {
    let mut shown = json!({
        "id": it.id, "event_id": it.event_id, "type": it.r#type, "endpoint_id": it.endpoint_id, "state": it.state,
        "attempts": it.attempts, "last_status": it.last_status, "next_attempt_at": it.next_attempt_at,
    });
    if let Some(error) = &it.last_error {
        shown["last_error"] = json!(error);
    }
    shown
}
