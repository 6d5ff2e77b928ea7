//! What those who manage webhooks are to be told: noted in the database and told from there (`notifications::endpoints`), so that
//! thousands of deliveries that die make one notification, whichever nodes they die on.
use crate::App;
use crate::delivery::health::Judged;
use crate::delivery::lanes::LaneKey;
use smartbot_model::notification::{EndpointTrouble, NotificationKind};
use smartbot_model::{EndpointId, EventId, EventType, Time, WorkspaceId};
use smartbot_store::{Change, EndpointAlert, GivenUp, Outcome};
use std::collections::BTreeMap;

/// The deliveries of a batch that were given up: an alert for each endpoint, with the last of them.
pub(crate) fn deaths(batch: &[Judged], at: Time) -> BTreeMap<LaneKey, EndpointAlert> {
    let mut all: BTreeMap<LaneKey, EndpointAlert> = BTreeMap::new();
    for it in batch {
        let record = &it.record;
        // Whoever sends a test event sees what becomes of it.
        if record.outcome != Outcome::Dead || it.event_type == EventType::WebhookTest {
            continue;
        }
        let key = (record.workspace_id, record.endpoint_id);
        let before = all.get(&key).map_or(0, |it| it.count);
        let alert = EndpointAlert {
            kind: NotificationKind::DeliveryDead,
            trouble: EndpointTrouble {
                endpoint_id: record.endpoint_id,
                reason: record.error.clone().unwrap_or_default(),
                status: record.status,
                delivery_id: Some(record.delivery_id),
                event_id: Some(it.event_id),
                event_type: Some(it.event_type),
                deliveries: None,
                disabled_at: None,
            },
            count: before + 1,
            at,
        };
        all.insert(key, alert);
    }
    all
}

/// That deliveries to an endpoint were given up without another try, with the last of them; `event_type` is its event's.
pub(crate) fn given_up(
    endpoint_id: EndpointId,
    (count, last): (u64, GivenUp),
    event_type: Option<EventType>,
    reason: &str,
    at: Time,
) -> EndpointAlert {
    EndpointAlert {
        kind: NotificationKind::DeliveryDead,
        trouble: EndpointTrouble {
            delivery_id: Some(last.delivery_id),
            event_id: Some(last.event_id),
            event_type,
            ..trouble(endpoint_id, reason)
        },
        count,
        at,
    }
}

/// That an endpoint has been failing for long, the last time with this event.
pub(crate) fn failing(
    endpoint_id: EndpointId,
    (event_id, event_type): (EventId, EventType),
    disabled_at: Time,
    at: Time,
) -> Change {
    let trouble = EndpointTrouble {
        event_id: Some(event_id),
        event_type: Some(event_type),
        disabled_at: Some(disabled_at),
        ..trouble(endpoint_id, "failing")
    };
    note(NotificationKind::EndpointFailing, trouble, at)
}

/// That an endpoint was switched off.
pub(crate) fn disabled(endpoint_id: EndpointId, reason: &str, at: Time) -> Change {
    let trouble = trouble(endpoint_id, reason);
    note(NotificationKind::EndpointDisabled, trouble, at)
}

fn trouble(endpoint_id: EndpointId, reason: &str) -> EndpointTrouble {
    EndpointTrouble {
        endpoint_id,
        reason: reason.to_owned(),
        status: None,
        delivery_id: None,
        event_id: None,
        event_type: None,
        deliveries: None,
        disabled_at: None,
    }
}

fn note(kind: NotificationKind, trouble: EndpointTrouble, at: Time) -> Change {
    Change::NoteEndpointAlert(EndpointAlert {
        kind,
        trouble,
        count: 1,
        at,
    })
}

impl App {
    /// Notes what was given up because its event cannot be read, which nothing but a damaged database brings about.
    pub(crate) async fn note_unreadable(&self, all: Vec<(WorkspaceId, EndpointId, GivenUp)>) {
        let mut last: BTreeMap<LaneKey, (u64, GivenUp)> = BTreeMap::new();
        for (workspace, endpoint, it) in all {
            tracing::error!(endpoint.id = %endpoint, delivery.id = %it.delivery_id, event.id = %it.event_id, "an event cannot be read, and its delivery was given up");
            let of_endpoint = last.entry((workspace, endpoint)).or_insert((0, it));
            *of_endpoint = (of_endpoint.0 + 1, it);
        }
        let alert = |(key, told): (LaneKey, _)| {
            (key, given_up(key.1, told, None, "unreadable", self.now()))
        };
        self.note_deaths(last.into_iter().map(alert).collect())
            .await;
    }

    /// Notes that deliveries were given up. What cannot be noted is in the log and among the deliveries all the same.
    pub(crate) async fn note_deaths(&self, deaths: BTreeMap<LaneKey, EndpointAlert>) {
        for ((workspace, endpoint), alert) in deaths {
            let note = vec![Change::NoteEndpointAlert(alert)];
            match self.store.commit(workspace, note).await {
                Ok(()) => self.alerts_due.notify_one(),
                Err(error) => {
                    tracing::error!(%error, endpoint.id = %endpoint, "that deliveries were given up could not be noted, and is not told");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use smartbot_model::DeliveryId;
    use smartbot_model::random::SeededRandom;
    use smartbot_store::{AttemptPhases, AttemptRecord};
    use std::time::Duration;

    const NOW: Time = Time::from_micros(1_795_000_000_000_000);

    #[test]
    fn deaths_of_an_endpoint_are_one_alert_with_the_last_of_them() {
        let random = SeededRandom::new(3);
        let workspace = WorkspaceId::new(NOW, &random);
        let (one, other) = (EndpointId::new(NOW, &random), EndpointId::new(NOW, &random));
        let judged = |endpoint_id, outcome, event_type| Judged {
            record: AttemptRecord {
                workspace_id: workspace,
                delivery_id: DeliveryId::new(NOW, &random),
                attempt: 12,
                started_at: NOW,
                duration: Duration::ZERO,
                status: Some(500),
                error: Some("http_status".to_owned()),
                response: None,
                response_headers: None,
                phases: AttemptPhases::default(),
                phase: None,
                outcome,
                endpoint_id,
                order_subject: None,
            },
            arrived: outcome == Outcome::Delivered,
            counts: true,
            event_id: EventId::new(NOW, &random),
            event_type,
            disable: None,
        };
        let batch = [
            judged(one, Outcome::Dead, EventType::UserCreated),
            judged(other, Outcome::Delivered, EventType::UserCreated),
            judged(one, Outcome::Dead, EventType::BotPublished),
            judged(
                other,
                Outcome::Retry { due_at: NOW },
                EventType::UserCreated,
            ),
            judged(other, Outcome::Dead, EventType::WebhookTest),
        ];
        let found = deaths(&batch, NOW);
        assert_eq!(found.keys().collect::<Vec<_>>(), [&(workspace, one)]);
        let alert = &found[&(workspace, one)];
        let told = (alert.count, alert.trouble.event_id, alert.trouble.status);
        assert_eq!(told, (2, Some(batch[2].event_id), Some(500)));
    }
}
