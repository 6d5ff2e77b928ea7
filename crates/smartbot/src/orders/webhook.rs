//! Webhook endpoints, their deliveries, and what is sent again.
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use smartbot_app::delivery::endpoints::{EndpointChange, EndpointOptions, NewEndpoint};
use smartbot_app::delivery::resend::NewResend;
use smartbot_app::{App, Caller, Error};
use smartbot_model::delivery::Delivery;
use smartbot_model::webhook::{
    DeliveryState, Endpoint, EndpointState, EventSelection, PayloadDetail,
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
        /// Whether a test event is sent at once.
        check: bool,
    },
    List,
    SetState {
        id: EndpointId,
        state: EndpointState,
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
        limit: u32,
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
            check,
        } => {
            let new = NewEndpoint {
                url,
                description,
                events,
                detail,
                options,
                secret: None,
            };
            let (endpoint, secret) = app.add_endpoint(workspace, new).await?;
            let mut made = json!({"id": endpoint.id, "url": endpoint.url, "events": endpoint.events, "secret": secret.expose()});
            if check {
                made["check"] = test(app, caller, endpoint.id, EventType::WebhookTest).await?;
            }
            made
        }
        WebhookOrder::List => list(app.endpoints_of(workspace).await?.iter().map(endpoint_json)),
        WebhookOrder::SetState { id, state } => {
            let change = EndpointChange {
                state: Some(state),
                ..EndpointChange::default()
            };
            endpoint_json(&app.change_endpoint(caller, id, change).await?)
        }
        WebhookOrder::Remove { id } => {
            app.remove_endpoint(workspace, id).await?;
            json!({"id": id, "removed": true})
        }
        WebhookOrder::Rotate { id, overlap } => {
            let secret = app.rotate_secret(workspace, id, overlap).await?;
            json!({"id": id, "secret": secret.expose()})
        }
        WebhookOrder::Trigger {
            event_type,
            endpoint,
        } => trigger(app, caller, event_type, endpoint).await?,
        WebhookOrder::Deliveries {
            failed,
            endpoint,
            limit,
        } => deliveries(app, caller, failed, endpoint, limit).await?,
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
            let mut runs = Vec::new();
            for endpoint_id in chosen(app, caller, endpoint).await? {
                let new = NewResend {
                    endpoint_id,
                    kind: kind.into(),
                    since,
                    until,
                    rate_per_second: rate,
                };
                runs.push(serde_json::to_value(
                    app.start_resend(workspace, new).await?,
                )?);
            }
            Value::Array(runs)
        }
        WebhookOrder::Resends => serde_json::to_value(app.resends(workspace).await?)?,
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
    endpoint_id: Option<EndpointId>,
    limit: u32,
) -> Result<Value, Error> {
    let filter = DeliveryFilter {
        state: None,
        endpoint_id,
        limit: limit.clamp(1, 1_000),
        ..DeliveryFilter::default()
    };
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

fn delivery_json(it: &Delivery) -> Value {
    json!({
        "id": it.id, "event_id": it.event_id, "type": it.r#type, "endpoint_id": it.endpoint_id, "state": it.state,
        "attempts": it.attempts, "last_status": it.last_status, "last_error": it.last_error, "next_attempt_at": it.next_attempt_at,
    })
}
