//! Writes down what came of attempts, as many at a time as have come together, and looks after endpoints that fail for days.
use crate::App;
use crate::delivery::alerts;
use crate::delivery::lanes::LaneKey;
use crate::delivery::worker::OUTCOMES;
use crate::{Error, Result};
use smartbot_model::event::{Actor, Event, WebhookDisabledData, WebhookFailingData};
use smartbot_model::webhook::{Endpoint, EndpointState};
use smartbot_model::{EventId, EventType, Time};
use smartbot_store::{AttemptRecord, Change, EndpointHealth, Outcome};
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;
use tokio::sync::mpsc;

/// An endpoint that took nothing for so long is switched off …
const PATIENCE: Duration = Duration::from_secs(5 * 24 * 3_600);

/// … if at least so many attempts failed meanwhile.
const FAILURES: u64 = 20;

/// At which parts of [`PATIENCE`], in percent, the admins are warned.
const WARNINGS: [u32; 3] = [50, 75, 90];

/// How often a change that collides with others is tried again.
const MAX_TRIES: usize = 5;

/// How long the last outcomes are waited for when the server stops.
const LAST: Duration = Duration::from_millis(20);

/// What came of an attempt.
pub(crate) struct Judged {
    /// What is written down.
    pub(crate) record: AttemptRecord,
    /// Whether the receiver took it.
    pub(crate) arrived: bool,
    /// Whether it says something about the receiver.
    pub(crate) counts: bool,
    /// The event.
    pub(crate) event_id: EventId,
    /// What happened.
    pub(crate) event_type: EventType,
    /// Why the receiver wants no more, when it said so.
    pub(crate) disable: Option<&'static str>,
}

/// What a batch says about one endpoint.
#[derive(Default)]
struct Tally {
    arrived: bool,
    failures: u64,
    last: Option<(EventId, EventType)>,
    disable: Option<&'static str>,
}

/// How long it is taken for kept that an endpoint does well. Another node may write that it fails, and has to hear that it does not.
const WELL_FOR: Duration = Duration::from_secs(60);

/// When it was kept last that an endpoint does well. How one fails is not remembered: somebody may enable it again, and all begins anew.
type Well = HashMap<LaneKey, Time>;

/// Runs until the server stops and nothing is on its way any more.
pub(crate) async fn record(app: App, mut inbox: mpsc::Receiver<Judged>) {
    let stopping = app.tasks.stopping();
    let mut well = Well::new();
    let mut batch = Vec::new();
    loop {
        let next = inbox.recv_many(&mut batch, OUTCOMES);
        if stopping.is_cancelled() {
            let came = tokio::time::timeout(LAST, next).await.unwrap_or(0);
            if came == 0 && app.lanes.in_flight() == 0 {
                return;
            }
        } else {
            tokio::select! {
                biased;
                came = next => if came == 0 { return },
                () = stopping.cancelled() => {}
            }
        }
        if !batch.is_empty() {
            note(&app, &mut well, std::mem::take(&mut batch)).await;
        }
    }
}

async fn note(app: &App, well: &mut Well, batch: Vec<Judged>) {
    let deaths = alerts::deaths(&batch, app.now());
    let mut tallies: BTreeMap<LaneKey, Tally> = BTreeMap::new();
    let mut records = Vec::with_capacity(batch.len());
    for it in batch {
        let key = (it.record.workspace_id, it.record.endpoint_id);
        let tally = tallies.entry(key).or_default();
        tally.arrived |= it.arrived;
        if it.counts && !it.arrived {
            tally.failures += 1;
            tally.last = Some((it.event_id, it.event_type));
        }
        tally.disable = tally.disable.or(it.disable);
        records.push(it.record);
    }
    let times: Vec<_> = records
        .iter()
        .filter_map(|it| {
            let due_at = match it.outcome {
                Outcome::Retry { due_at } => due_at,
                // Only once this is written down may the next of the same subject go: told before, nothing would be found to send.
                _ if it.order_subject.is_some() => Time::default(),
                _ => return None,
            };
            Some(((it.workspace_id, it.endpoint_id), due_at))
        })
        .collect();
    write(app, records).await;
    let now = app.now();
    for (key, due_at) in times {
        app.lanes.due(key, due_at.max(now), now);
        app.deliveries_due.notify_one();
    }
    app.note_deaths(deaths).await;
    for (key, tally) in tallies {
        if let Err(error) = judge(app, well, key, tally).await {
            tracing::error!(%error, endpoint.id = %key.1, "how an endpoint does could not be written down");
        }
    }
}

async fn write(app: &App, records: Vec<AttemptRecord>) {
    for _ in 0..MAX_TRIES {
        match app.store.record_attempts(records.clone()).await {
            Ok(()) => return,
            Err(smartbot_store::Error::Conflict { .. }) => {}
            // A record that is lost costs one more try under the same id when the lease ends.
            Err(error) => {
                tracing::error!(%error, "the outcome of deliveries could not be written down");
                return;
            }
        }
    }
}

async fn judge(app: &App, well: &mut Well, key: LaneKey, tally: Tally) -> Result<()> {
    let (workspace, id) = key;
    if let Some(reason) = tally.disable {
        return app.switch_off(key, reason).await;
    }
    let now = app.now();
    if tally.arrived {
        if well.get(&key).is_none_or(|it| now.since(*it) >= WELL_FOR) {
            let health = Change::SaveEndpointHealth { id, health: None };
            app.store.commit(workspace, vec![health]).await?;
            well.insert(key, now);
        }
        return Ok(());
    }
    let Some(last) = tally.last else {
        return Ok(());
    };
    well.remove(&key);
    let before = app.store.endpoint_health(workspace, id).await?;
    let mut health = before.unwrap_or(EndpointHealth {
        failing_since: now,
        failures: 0,
        warned: 0,
    });
    health.failures += tally.failures;
    let failing_for = now.since(health.failing_since);
    if failing_for >= PATIENCE && health.failures >= FAILURES {
        return app.switch_off(key, "failing").await;
    }
    let level = |share: &&u32| failing_for >= PATIENCE * **share / 100;
    let due = u32::try_from(WARNINGS.iter().filter(level).count()).unwrap_or(u32::MAX);
    let warn = due > health.warned && health.failures >= FAILURES;
    if warn {
        health.warned = due;
    }
    let keep = Change::SaveEndpointHealth {
        id,
        health: Some(health),
    };
    if warn {
        app.warn_of(key, &health, last, keep).await?;
    } else {
        app.store.commit(workspace, vec![keep]).await?;
    }
    Ok(())
}

impl App {
    async fn endpoint_as_kept(&self, key: LaneKey) -> Result<Option<Endpoint>> {
        let all = self.store.endpoints(key.0).await?;
        Ok(all.into_iter().find(|it| it.id == key.1))
    }

    /// Tells the admins and the other endpoints that one fails.
    async fn warn_of(
        &self,
        key: LaneKey,
        health: &EndpointHealth,
        (event_id, event_type): (EventId, EventType),
        keep: Change,
    ) -> Result<()> {
        let Some(endpoint) = self.endpoint_as_kept(key).await? else {
            return Ok(());
        };
        let disabled_at: Time = health.failing_since.plus(PATIENCE);
        tracing::warn!(workspace.id = %key.0, endpoint.id = %key.1, failures = health.failures, "an endpoint has been failing for days and will be switched off");
        let alert = alerts::failing(key.1, (event_id, event_type), disabled_at, self.now());
        let event = Event::WebhookFailing(WebhookFailingData {
            endpoint_id: endpoint.id,
            url: endpoint.url,
            failing_since: health.failing_since,
            disabled_at,
            event_id,
            event_type,
        });
        for _ in 0..MAX_TRIES {
            let changes = vec![keep.clone(), alert.clone()];
            if self.commit_about(key, &event, changes).await? {
                self.alerts_due.notify_one();
                return Ok(());
            }
        }
        Err(Error::Overloaded {
            retry_after: Duration::from_secs(1),
        })
    }

    /// Switches an endpoint off, because its receiver said so or has failed for too long.
    pub(crate) async fn switch_off(&self, key: LaneKey, reason: &str) -> Result<()> {
        let health = Change::SaveEndpointHealth {
            id: key.1,
            health: None,
        };
        for _ in 0..MAX_TRIES {
            let Some(mut endpoint) = self.endpoint_as_kept(key).await? else {
                return Ok(());
            };
            if endpoint.state == EndpointState::Disabled {
                return Ok(());
            }
            endpoint.state = EndpointState::Disabled;
            endpoint.disabled_reason = Some(reason.to_owned());
            let event = Event::WebhookDisabled(WebhookDisabledData {
                endpoint_id: endpoint.id,
                url: endpoint.url.clone(),
                reason: reason.to_owned(),
            });
            let alert = alerts::disabled(key.1, reason, self.now());
            let changes = vec![Change::SaveEndpoint { endpoint }, health.clone(), alert];
            if self.commit_about(key, &event, changes).await? {
                self.alerts_due.notify_one();
                tracing::warn!(workspace.id = %key.0, endpoint.id = %key.1, reason, "an endpoint was switched off");
                return Ok(());
            }
        }
        Err(Error::Overloaded {
            retry_after: Duration::from_secs(1),
        })
    }

    /// Keeps changes of an endpoint with the event that tells of them. Returns false when somebody else came first.
    async fn commit_about(
        &self,
        (workspace, _): LaneKey,
        event: &Event,
        mut changes: Vec<Change>,
    ) -> Result<bool> {
        changes.extend(
            self.workspace_event(workspace, Actor::SYSTEM, event)
                .await?,
        );
        match self.commit(workspace, changes).await {
            Ok(()) => {
                self.forget_endpoints(workspace);
                Ok(true)
            }
            Err(Error::Conflict(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
