//! Ways back for events that did not arrive: one delivery again, all that were given up, all events of a time. The last two are runs in
//! the background, with a rate, a state that tells how far they are, and no silent end.
use crate::delivery::endpoints::wants;
use crate::{App, Error, Result};
use smartbot_model::delivery::Resend;
use smartbot_model::webhook::Endpoint;
use smartbot_model::{DeliveryId, EndpointId, EventId, ResendId, Time, WorkspaceId};
pub use smartbot_store::ResendKind;
use smartbot_store::{Change, ResendRow, ResendState};
use std::time::Duration;

/// How many go out a second unless somebody says otherwise.
pub const DEFAULT_RATE: u32 = 50;

/// The most that go out a second.
const MAX_RATE: u32 = 1_000;

/// How many events are looked at in one portion at most.
const PORTION: u32 = 500;

/// The most runs of a workspace at once.
const MAX_RUNS: usize = 5;

/// How often a run is looked at that waits for its rate.
const TICK: Duration = Duration::from_secs(1);

fn shown(row: ResendRow) -> Resend {
    Resend {
        id: row.id,
        endpoint_id: row.endpoint_id,
        kind: row.kind.as_str().to_owned(),
        since: row.since,
        until: row.until,
        rate_per_second: row.rate_per_second,
        state: row.state.as_str().to_owned(),
        looked_at: row.looked_at,
        sent: row.sent,
        created_at: row.created_at,
        ended_at: row.ended_at,
    }
}

/// What to send again.
#[derive(Debug, Clone)]
pub struct NewResend {
    /// The endpoint.
    pub endpoint_id: EndpointId,
    /// What is sent again.
    pub kind: ResendKind,
    /// From this instant.
    pub since: Time,
    /// To before this one; until now unless given.
    pub until: Option<Time>,
    /// How many go out a second.
    pub rate_per_second: Option<u32>,
}

impl App {
    /// Sends one delivery again, from the start of the schedule, under its old id.
    pub async fn resend_delivery(&self, workspace: WorkspaceId, id: DeliveryId) -> Result<()> {
        let view = self.delivery(workspace, id).await?;
        let at = self.now();
        match self
            .store
            .commit(workspace, vec![Change::ResendDelivery { id, at }])
            .await
        {
            Ok(()) => {}
            Err(smartbot_store::Error::Conflict { .. }) => {
                return Err(Error::Conflict(
                    "The delivery is on its way at this moment. Look again in a few seconds."
                        .into(),
                ));
            }
            Err(error) => return Err(error.into()),
        }
        self.lanes.due((workspace, view.endpoint_id), at, at);
        self.deliveries_due.notify_one();
        Ok(())
    }

    /// Begins a run that sends old events again.
    pub async fn start_resend(&self, workspace: WorkspaceId, new: NewResend) -> Result<Resend> {
        self.endpoint(workspace, new.endpoint_id).await?;
        let now = self.now();
        let until = new.until.unwrap_or(now).min(now);
        if new.since >= until {
            return Err(Error::invalid(
                "/since",
                "invalid_value",
                "`since` is before `until`, and in the past.",
            ));
        }
        let rate_per_second = new.rate_per_second.unwrap_or(DEFAULT_RATE);
        if !(1..=MAX_RATE).contains(&rate_per_second) {
            return Err(Error::invalid(
                "/rate_per_second",
                "invalid_value",
                format!("A rate is 1 to {MAX_RATE} a second."),
            ));
        }
        let running = self.store.resends(workspace, None, 100).await?;
        let running = running.iter().filter(|it| it.state == ResendState::Running);
        if running.count() >= MAX_RUNS {
            return Err(Error::Conflict(format!(
                "{MAX_RUNS} runs are going on already. Wait for one, or cancel one."
            )));
        }
        let row = ResendRow {
            id: ResendId::new(now, &*self.random),
            endpoint_id: new.endpoint_id,
            kind: new.kind,
            since: new.since,
            until,
            rate_per_second,
            state: ResendState::Running,
            place: None,
            looked_at: 0,
            sent: 0,
            wake_at: Some(now),
            created_at: now,
            ended_at: None,
        };
        let insert = Change::InsertResend(row.clone());
        self.store.commit(workspace, vec![insert]).await?;
        self.resends_due.notify_one();
        Ok(shown(row))
    }

    /// Runs of a workspace, the newest first, after `before`.
    pub async fn resends(
        &self,
        workspace: WorkspaceId,
        before: Option<ResendId>,
        limit: u32,
    ) -> Result<Vec<Resend>> {
        let rows = self.store.resends(workspace, before, limit).await?;
        Ok(rows.into_iter().map(shown).collect())
    }

    /// One run.
    pub async fn resend(&self, workspace: WorkspaceId, id: ResendId) -> Result<Resend> {
        let row = self.store.resend(workspace, id).await?;
        row.map(shown).ok_or(Error::NotFound("run"))
    }

    /// Stops a run. What it has sent stays sent.
    pub async fn cancel_resend(&self, workspace: WorkspaceId, id: ResendId) -> Result<Resend> {
        loop {
            let read = self.store.resend(workspace, id).await?;
            let mut row = read.ok_or(Error::NotFound("run"))?;
            if row.state != ResendState::Running {
                return Ok(shown(row));
            }
            row.state = ResendState::Cancelled;
            row.wake_at = None;
            row.ended_at = Some(self.now());
            let expected_looked_at = row.looked_at;
            let save = Change::SaveResend {
                resend: row.clone(),
                expected_looked_at,
            };
            match self.store.commit(workspace, vec![save]).await {
                Ok(()) => return Ok(shown(row)),
                // It has just moved on.
                Err(smartbot_store::Error::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The next portion of a run, in one commit with how far it is then.
    pub(crate) async fn resend_portion(
        &self,
        workspace: WorkspaceId,
        mut row: ResendRow,
    ) -> Result<()> {
        let expected_looked_at = row.looked_at;
        let endpoints = self.store.endpoints(workspace).await?;
        let Some(endpoint) = endpoints.into_iter().find(|it| it.id == row.endpoint_id) else {
            // It was removed, and its runs with it.
            return Ok(());
        };
        let now = self.now();
        let limit = row.rate_per_second.min(PORTION);
        let (mut changes, looked_at) = match row.kind {
            ResendKind::Recover => self.dead_again(workspace, &mut row, limit, now).await?,
            ResendKind::Replay => {
                self.events_again(workspace, &mut row, &endpoint, limit)
                    .await?
            }
        };
        row.looked_at += u64::from(looked_at);
        if looked_at < limit {
            row.state = ResendState::Done;
            row.wake_at = None;
            row.ended_at = Some(now);
        } else {
            row.wake_at = Some(now.plus(TICK * limit / row.rate_per_second));
        }
        changes.push(Change::SaveResend {
            resend: row.clone(),
            expected_looked_at,
        });
        match self.commit(workspace, changes).await {
            Ok(()) => {}
            // Another node did it, somebody cancelled it, or a delivery went on its way at this moment: all is read again.
            Err(Error::Conflict(_)) => return Ok(()),
            Err(error) => return Err(error),
        }
        self.lanes.due((workspace, row.endpoint_id), now, now);
        self.deliveries_due.notify_one();
        Ok(())
    }

    async fn dead_again(
        &self,
        workspace: WorkspaceId,
        row: &mut ResendRow,
        limit: u32,
        now: Time,
    ) -> Result<(Vec<Change>, u32)> {
        let after = row
            .place
            .map_or(DeliveryId::first_of(row.since), DeliveryId::from_uuid);
        let before = DeliveryId::first_of(row.until);
        let dead = self
            .store
            .dead_deliveries(workspace, row.endpoint_id, after, before, limit)
            .await?;
        row.place = dead.last().map(|it| it.uuid()).or(row.place);
        row.sent += dead.len() as u64;
        let count = u32::try_from(dead.len()).unwrap_or(limit);
        let again = |id| Change::ResendDelivery { id, at: now };
        Ok((dead.into_iter().map(again).collect(), count))
    }

    async fn events_again(
        &self,
        workspace: WorkspaceId,
        row: &mut ResendRow,
        endpoint: &Endpoint,
        limit: u32,
    ) -> Result<(Vec<Change>, u32)> {
        let after = row
            .place
            .map_or(EventId::first_of(row.since), EventId::from_uuid);
        let before = EventId::first_of(row.until);
        let mut events = self
            .store
            .readable_events_after(workspace, after, limit)
            .await?;
        events.retain(|it| it.0 < before);
        row.place = events.last().map(|it| it.0.uuid()).or(row.place);
        let count = u32::try_from(events.len()).unwrap_or(limit);
        let mut deliveries: Vec<_> = events
            .into_iter()
            .filter_map(|it| it.1)
            .filter(|it| wants(endpoint, it))
            .map(|it| self.waiting_delivery(&it, endpoint))
            .collect();
        self.as_before(workspace, endpoint.id, &mut deliveries)
            .await?;
        row.sent += deliveries.len() as u64;
        let changes = if deliveries.is_empty() {
            Vec::new()
        } else {
            vec![Change::InsertDeliveries(deliveries)]
        };
        Ok((changes, count))
    }
}
