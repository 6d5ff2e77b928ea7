//! Sends what is due. First attempts go out right after the commit that made them, without another look at the database; everything
//! else is claimed by lease, endpoint by endpoint in turn, in batches. Nothing is sent with a transaction open.
use crate::App;
use crate::delivery::health::Judged;
use crate::delivery::lanes::{LaneKey, Noted, Ready, Slot};
use crate::delivery::record::box_of;
use crate::delivery::send;
use smartbot_model::webhook::{Endpoint, EndpointState};
use smartbot_model::{DeliveryId, Time, WorkspaceId};
use smartbot_store::{ClaimedDelivery, DeliveryRow, EventRow, LaneDue, Want};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;
use tokio::sync::mpsc;

/// How many outcomes may wait to be written down.
pub(crate) const OUTCOMES: usize = 2_048;

/// How many times as much as it has places is claimed for an endpoint at once, so that claims come in batches.
const AHEAD: usize = 4;

/// The longest sleep, in case a wake-up was lost.
const SWEEP: Duration = Duration::from_secs(5);

/// The shortest sleep when nothing could be done, although something is due: its places are taken.
const REST: Duration = Duration::from_millis(5);

/// How long a claim holds longer than its try may take.
const MARGIN: Duration = Duration::from_secs(10);

/// What waited longer for a place after it was claimed is given back: its try might outlive its claim.
const STALE: Duration = Duration::from_secs(5);

/// A first attempt that has its place.
pub(crate) struct Reserved {
    delivery: ClaimedDelivery,
    slot: Slot,
}

impl App {
    /// The deliveries of an event, one for each endpoint that takes it. Those that can go out at once are made as their own first
    /// attempt, and come beside: to be handed to [`App::send_reserved`] after the commit.
    pub(crate) fn plan_deliveries(
        &self,
        workspace: WorkspaceId,
        event: &EventRow,
        endpoints: &[Endpoint],
        reserved: &mut Vec<Reserved>,
    ) -> Vec<DeliveryRow> {
        let takers = endpoints
            .iter()
            .filter(|it| crate::delivery::endpoints::wants(it, event));
        takers
            .map(|endpoint| {
                let mut row = DeliveryRow {
                    id: DeliveryId::new(event.occurred_at, &*self.random),
                    event_id: event.id,
                    endpoint_id: endpoint.id,
                    due_at: event.occurred_at,
                    order: None,
                    detail: endpoint.detail,
                    of_box: box_of(event),
                    lease_until: None,
                    created_at: event.occurred_at,
                };
                if endpoint.ordered_by.is_some() {
                    row.order = Some((event.subject.clone(), event.sequence));
                } else if endpoint.state == EndpointState::Active
                    && let Some(slot) =
                        self.lanes
                            .reserve((workspace, endpoint.id), endpoint, self.now())
                {
                    row.lease_until = Some(self.now().plus(lease(endpoint)));
                    let delivery = ClaimedDelivery {
                        workspace_id: workspace,
                        id: row.id,
                        endpoint_id: endpoint.id,
                        attempt: 1,
                        tries_from: 0,
                        order_subject: None,
                        created_at: row.created_at,
                        detail: row.detail,
                        event: event.clone(),
                    };
                    reserved.push(Reserved { delivery, slot });
                }
                row
            })
            .collect()
    }

    /// Sends what was reserved, after the commit, and tells the worker of the rest.
    pub(crate) fn after_deliveries(
        &self,
        workspace: WorkspaceId,
        rows: &[DeliveryRow],
        reserved: Vec<Reserved>,
    ) {
        for Reserved { delivery, slot } in reserved {
            self.tasks.spawn(deliver(self.clone(), delivery, slot));
        }
        let now = self.now();
        let mut waits = false;
        for row in rows.iter().filter(|it| it.lease_until.is_none()) {
            self.lanes
                .due((workspace, row.endpoint_id), row.due_at, now);
            waits = true;
        }
        if waits {
            self.deliveries_due.notify_one();
        }
    }
}

/// How long the claim of one try holds.
fn lease(endpoint: &Endpoint) -> Duration {
    Duration::from_secs(u64::from(endpoint.timeout_seconds)) + MARGIN
}

/// Makes a try and sees to what comes of it.
async fn deliver(app: App, delivery: ClaimedDelivery, slot: Slot) {
    let claim = (delivery.workspace_id, delivery.id, delivery.attempt);
    let tried = tokio::select! {
        biased;
        tried = send::attempt(&app, &delivery) => tried,
        () = app.tasks.giving_back().cancelled_owned() => None,
    };
    let Some(tried) = tried else {
        drop(slot);
        return give_back(&app, &[claim]).await;
    };
    let noted = tried.noted;
    let judged = Judged {
        arrived: noted == Noted::Delivered,
        counts: noted != Noted::Unsent,
        event_id: delivery.event.id,
        event_type: delivery.event.event_type,
        disable: tried.disable,
        record: tried.record,
    };
    // The recorder lives as long as senders do.
    drop(app.outcomes.send(judged).await);
    slot.done(noted, app.now());
    app.deliveries_due.notify_one();
}

/// Makes claimed deliveries due again.
async fn give_back(app: &App, claims: &[(WorkspaceId, DeliveryId, u32)]) {
    if claims.is_empty() {
        return;
    }
    if let Err(error) = app.store.give_back_deliveries(claims).await {
        tracing::warn!(%error, "deliveries could not be given back; their leases will end");
    }
}

/// Runs until the server stops.
pub(crate) async fn work(app: App, outcomes: mpsc::Receiver<Judged>) {
    app.tasks
        .spawn(crate::delivery::health::record(app.clone(), outcomes));
    let mut worker = Worker {
        app: app.clone(),
        queues: BTreeMap::new(),
        served: None,
        swept_at: None,
    };
    let stopping = app.tasks.stopping();
    while !stopping.is_cancelled() {
        let woken = app.deliveries_due.notified();
        worker.sweep().await;
        worker.give_stale_back().await;
        let claimed = worker.claim().await;
        let started = worker.start();
        let pause = app.lanes.pause(app.now(), SWEEP);
        let rest = if claimed || started {
            Duration::ZERO
        } else {
            REST
        };
        tokio::select! {
            biased;
            () = stopping.cancelled() => break,
            () = woken => {}
            () = tokio::time::sleep(pause.max(rest)) => {}
        }
    }
    worker.stop().await;
}

struct Worker {
    app: App,
    /// What was claimed and waits for a place.
    queues: BTreeMap<LaneKey, VecDeque<(Time, ClaimedDelivery)>>,
    /// Who was given a place last: the next one goes to whoever comes after.
    served: Option<LaneKey>,
    swept_at: Option<tokio::time::Instant>,
}

impl Worker {
    /// Asks the database, now and then, for endpoints that have something due: what other nodes left, and wake-ups that were lost.
    async fn sweep(&mut self) {
        if self.swept_at.is_some_and(|it| it.elapsed() < SWEEP) {
            return;
        }
        let now = self.app.now();
        match self.app.store.delivery_lanes().await {
            Ok(lanes) => {
                for LaneDue {
                    workspace_id,
                    endpoint_id,
                    wake_at,
                } in lanes
                {
                    self.app
                        .lanes
                        .due((workspace_id, endpoint_id), wake_at, now);
                }
                self.swept_at = Some(tokio::time::Instant::now());
            }
            Err(error) => tracing::error!(%error, "the database does not tell what is due"),
        }
        self.app.lanes.tidy(now);
    }

    /// Gives back what has waited too long for a place.
    async fn give_stale_back(&mut self) {
        let now = self.app.now();
        let mut stale = Vec::new();
        for queue in self.queues.values_mut() {
            while let Some((_, it)) = queue.pop_front_if(|it| now.since(it.0) > STALE) {
                stale.push((it.workspace_id, it.id, it.attempt));
            }
        }
        give_back(&self.app, &stale).await;
    }

    /// Claims for every endpoint that has places and something due. Returns whether there was any.
    async fn claim(&mut self) -> bool {
        let now = self.app.now();
        let mut wants = Vec::new();
        for Ready {
            key,
            free,
            is_quick,
        } in self.app.lanes.ready(now)
        {
            let queued = self.queues.get(&key).map_or(0, VecDeque::len);
            let most = if is_quick { free * AHEAD } else { free };
            if queued < free
                && let Some(want) = self.want(key, most - queued).await
            {
                wants.push(want);
            }
        }
        if wants.is_empty() {
            return false;
        }
        for want in wants.iter().filter(|it| it.ordered) {
            // Before the database is asked: that a subject goes on may be told while it answers, and must not be forgotten after that.
            let key = (want.workspace_id, want.endpoint_id);
            self.app.lanes.claimed(key, None);
        }
        let claimed = match self.app.store.claim_deliveries(now, &wants).await {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::error!(%error, "deliveries could not be claimed");
                let later = now.plus(Duration::from_secs(1));
                for want in wants {
                    let key = (want.workspace_id, want.endpoint_id);
                    self.app.lanes.claimed(key, Some(later));
                }
                return false;
            }
        };
        metrics::histogram!("smartbot_webhook_claim_size").record(claimed.deliveries.len() as f64);
        self.app.note_unreadable(claimed.unreadable).await;
        let mut got: HashMap<LaneKey, u32> = HashMap::new();
        for delivery in claimed.deliveries {
            let key = (delivery.workspace_id, delivery.endpoint_id);
            *got.entry(key).or_default() += 1;
            self.queues
                .entry(key)
                .or_default()
                .push_back((now, delivery));
        }
        for want in wants {
            let key = (want.workspace_id, want.endpoint_id);
            if got.get(&key).copied().unwrap_or_default() < want.limit {
                self.all_claimed(want, now).await;
            } else if want.ordered {
                self.app.lanes.due(key, now, now);
            }
        }
        !got.is_empty()
    }

    async fn want(&self, key: LaneKey, limit: usize) -> Option<Want> {
        let (workspace_id, endpoint_id) = key;
        let endpoints = self.app.endpoints_of(workspace_id).await.ok()?;
        let endpoint = endpoints
            .iter()
            .find(|it| it.id == endpoint_id && it.state == EndpointState::Active);
        let Some(endpoint) = endpoint else {
            self.app.lanes.claimed(key, None);
            return None;
        };
        Some(Want {
            workspace_id,
            endpoint_id,
            limit: u32::try_from(limit).unwrap_or(u32::MAX),
            lease: lease(endpoint),
            ordered: endpoint.ordered_by.is_some(),
        })
    }

    /// Everything that was due is claimed: when is there something next?
    async fn all_claimed(&self, want: Want, now: Time) {
        let key = (want.workspace_id, want.endpoint_id);
        if !want.ordered {
            self.app.lanes.claimed(key, None);
        }
        if let Ok(Some(next)) = self
            .app
            .store
            .next_delivery_to(want.workspace_id, want.endpoint_id)
            .await
        {
            // In an ordered lane what is due may be held back by what is on its way, whose end is told.
            if !(want.ordered && next <= now) {
                self.app.lanes.due(key, next, now);
            }
        }
    }

    /// Starts what has a place, one of each endpoint in turn. Returns whether there was any.
    fn start(&mut self) -> bool {
        let now = self.app.now();
        let mut any = false;
        let mut turns = turns(self.queues.keys().copied(), self.served);
        loop {
            let mut started = false;
            turns.retain(|key| {
                let Some(queue) = self.queues.get_mut(key) else {
                    return false;
                };
                let Some((_, delivery)) = queue.front() else {
                    return false;
                };
                let rate = rate_of(&self.app, delivery);
                let Some(slot) = self.app.lanes.take(*key, rate, now) else {
                    return false;
                };
                if let Some((_, delivery)) = queue.pop_front() {
                    let work = deliver(self.app.clone(), delivery, slot);
                    self.app.tasks.spawn(work);
                    self.served = Some(*key);
                    started = true;
                }
                true
            });
            any |= started;
            if !started {
                break;
            }
        }
        self.queues.retain(|_, it| !it.is_empty());
        for key in self.queues.keys() {
            // So that the pause ends when its gate opens.
            self.app.lanes.due(*key, now, now);
        }
        any
    }

    /// Gives back what was claimed and not sent.
    async fn stop(self) {
        let claims: Vec<_> = self
            .queues
            .into_values()
            .flatten()
            .map(|(_, it)| (it.workspace_id, it.id, it.attempt))
            .collect();
        give_back(&self.app, &claims).await;
    }
}

/// In which order endpoints that something waits for are served: whoever comes after the one that was served last begins, so that who
/// comes first by its id is not always first.
fn turns(waiting: impl Iterator<Item = LaneKey>, served: Option<LaneKey>) -> Vec<LaneKey> {
    let mut turns: Vec<_> = waiting.collect();
    if let Some(served) = served {
        let first = turns.partition_point(|it| *it <= served);
        turns.rotate_left(first);
    }
    turns
}

fn rate_of(app: &App, delivery: &ClaimedDelivery) -> Option<u32> {
    app.endpoints
        .known(delivery.workspace_id)?
        .iter()
        .find(|it| it.id == delivery.endpoint_id)?
        .rate_per_second
}

#[cfg(test)]
mod tests {
    use super::*;
    use smartbot_model::EndpointId;
    use uuid::Uuid;

    #[test]
    fn whoever_was_served_last_comes_last() {
        let workspace = WorkspaceId::from_uuid(Uuid::nil());
        let [a, b, c] = [1, 2, 3].map(|it| (workspace, EndpointId::from_uuid(Uuid::from_u128(it))));
        let after = |served| turns([a, b, c].into_iter(), served);
        assert_eq!(after(None), [a, b, c]);
        assert_eq!(after(Some(a)), [b, c, a]);
        assert_eq!(after(Some(c)), [a, b, c]);
        // The one that was served last may have nothing more.
        assert_eq!(turns([a, c].into_iter(), Some(b)), [c, a]);
    }
}
