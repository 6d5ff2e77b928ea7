//! Ways back for events that did not arrive: one delivery again, all that were given up, all events of a time. The last two are runs in
//! the background, with a rate, a state that tells how far they are, and no silent end. A few of a workspace go on at once; the others stand
//! in line, the oldest first.
use crate::delivery::endpoints::wants;
use crate::{App, Error, Result};
use smartbot_model::delivery::Resend;
use smartbot_model::webhook::{Endpoint, EndpointState};
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

/// How many runs of a workspace go on at once.
pub(crate) const AT_ONCE: u32 = 5;

/// The most runs of a workspace that are not over: enough for a few to every endpoint.
const MAX_OPEN: u64 = 200;

/// How often a run is looked at that waits for its rate.
const TICK: Duration = Duration::from_secs(1);

/// How long a run is left alone whose portion failed.
const PUT_OFF: Duration = Duration::from_secs(30);

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

fn end(row: &mut ResendRow, state: ResendState, at: Time) {
    row.state = state;
    row.wake_at = None;
    row.ended_at = Some(at);
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
        let mut begun = self.start_resends(workspace, vec![new]).await?;
        begun.pop().ok_or(Error::NotFound("run"))
    }

    /// Begins several such runs: all of them or none.
    pub async fn start_resends(
        &self,
        workspace: WorkspaceId,
        new: Vec<NewResend>,
    ) -> Result<Vec<Resend>> {
        let endpoints = self.store.endpoints(workspace).await?;
        let rows = new
            .into_iter()
            .map(|it| self.planned(&endpoints, it))
            .collect::<Result<Vec<_>>>()?;
        let open = self.store.open_resends(workspace).await?;
        if open + rows.len() as u64 > MAX_OPEN {
            return Err(Error::Conflict(format!(
                "A workspace has at most {MAX_OPEN} runs that are not over. Wait for some, or cancel some."
            )));
        }
        let inserts = rows.iter().cloned().map(Change::InsertResend).collect();
        self.store.commit(workspace, inserts).await?;
        self.resends_due.notify_one();
        Ok(rows.into_iter().map(shown).collect())
    }

    /// A run as it begins, if it can.
    fn planned(&self, endpoints: &[Endpoint], new: NewResend) -> Result<ResendRow> {
        let endpoint = endpoints.iter().find(|it| it.id == new.endpoint_id);
        let endpoint = endpoint.ok_or(Error::NotFound("endpoint"))?;
        if endpoint.state == EndpointState::Disabled {
            return Err(Error::Conflict(
                "The endpoint is disabled, so it is sent nothing. Make it active first.".into(),
            ));
        }
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
        Ok(ResendRow {
            id: ResendId::new(now, &*self.random),
            endpoint_id: endpoint.id,
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
        })
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
            end(&mut row, ResendState::Cancelled, self.now());
            let expected_looked_at = row.looked_at;
            let save = Change::SaveResend {
                resend: row.clone(),
                expected_looked_at,
            };
            match self.store.commit(workspace, vec![save]).await {
                Ok(()) => {
                    // The next in line goes on.
                    self.resends_due.notify_one();
                    return Ok(shown(row));
                }
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
        let mut changes = if endpoint.state == EndpointState::Disabled {
            end(&mut row, ResendState::EndpointDisabled, now);
            Vec::new()
        } else {
            self.next_portion(workspace, &mut row, &endpoint, now)
                .await?
        };
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

    /// What is sent again next. The row tells how far the run is then.
    async fn next_portion(
        &self,
        workspace: WorkspaceId,
        row: &mut ResendRow,
        endpoint: &Endpoint,
        now: Time,
    ) -> Result<Vec<Change>> {
        let limit = row.rate_per_second.min(PORTION);
        let (changes, looked_at) = match row.kind {
            ResendKind::Recover => self.dead_again(workspace, row, limit, now).await?,
            ResendKind::Replay => self.events_again(workspace, row, endpoint, limit).await?,
        };
        row.looked_at += u64::from(looked_at);
        if looked_at < limit {
            end(row, ResendState::Done, now);
        } else {
            row.wake_at = Some(now.plus(TICK * limit / row.rate_per_second));
        }
        Ok(changes)
    }

    /// Leaves a run alone for a while whose portion failed, so that it holds up no other.
    pub(crate) async fn put_off_resend(
        &self,
        workspace: WorkspaceId,
        mut resend: ResendRow,
    ) -> Result<()> {
        let expected_looked_at = resend.looked_at;
        resend.wake_at = Some(self.now().plus(PUT_OFF));
        let save = Change::SaveResend {
            resend,
            expected_looked_at,
        };
        match self.commit(workspace, vec![save]).await {
            // It went on, or is over.
            Ok(()) | Err(Error::Conflict(_)) => Ok(()),
            Err(error) => Err(error),
        }
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
