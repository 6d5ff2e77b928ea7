//! How much of a workspace may wait to be sent, and how long: what a paused endpoint misses does not fill the disk for ever.
//!
//! A delivery that fails is given up by its schedule long before. What comes to these bounds was never tried, because its endpoint is paused or switched
//! off, or takes less than there is. It is given up as others are: it stays listed, its admins are told, and it can be sent again.
use crate::delivery::alerts;
use crate::{App, Result};
use smartbot_model::{Time, WorkspaceId};
use std::collections::BTreeMap;
use std::time::Duration;

/// How many deliveries are given up in one commit.
const PORTION: u32 = 256;

/// `last_error` of a delivery that waited longer than it may.
const WAITED_TOO_LONG: &str = "waited_too_long";

/// `last_error` of a delivery that waited while others of its workspace were too many.
const BACKLOG_FULL: &str = "backlog_full";

/// The bounds of what waits to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backlog {
    /// How many deliveries of a workspace may wait; of more the oldest are given up.
    pub deliveries: u64,
    /// How long a delivery may wait after it was due.
    pub wait: Duration,
}

impl Default for Backlog {
    /// A million, and 7 days.
    fn default() -> Self {
        Self {
            deliveries: 1_000_000,
            wait: Duration::from_secs(7 * 24 * 3_600),
        }
    }
}

impl App {
    /// Gives up a portion of what a workspace has too much of, or waits too long; returns how much. None is left when it returns 0.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn give_up_backlog(&self, workspace: WorkspaceId) -> Result<usize> {
        let Backlog { deliveries, wait } = self.backlog.get().copied().unwrap_or_default();
        let due_by = self.now().minus(wait);
        let late = self
            .give_up_oldest(workspace, due_by, PORTION, WAITED_TOO_LONG)
            .await?;
        if late > 0 {
            return Ok(late);
        }
        let waiting = self.store.waiting_deliveries(workspace).await?;
        let too_many = waiting.saturating_sub(deliveries);
        if too_many == 0 {
            return Ok(0);
        }
        let portion = u32::try_from(too_many).unwrap_or(PORTION).min(PORTION);
        let whenever = Time::from_micros(i64::MAX);
        self.give_up_oldest(workspace, whenever, portion, BACKLOG_FULL)
            .await
    }

    /// Gives up what was due by an instant, of the endpoint where something waits longest.
    async fn give_up_oldest(
        &self,
        workspace: WorkspaceId,
        due_by: Time,
        limit: u32,
        why: &'static str,
    ) -> Result<usize> {
        for endpoint in self.store.endpoints_that_wait(workspace, due_by).await? {
            let given_up = self
                .store
                .give_up_waiting(workspace, endpoint, due_by, limit, why)
                .await?;
            // Of one endpoint everything may be on its way at this moment.
            let Some(last) = given_up.last() else {
                continue;
            };
            metrics::counter!("smartbot_webhook_given_up_total", "reason" => why)
                .increment(given_up.len() as u64);
            tracing::warn!(endpoint.id = %endpoint, deliveries = given_up.len(), why, "deliveries were given up that waited");
            // Without its type it is told all the same.
            let known = self.store.delivery(workspace, last.delivery_id).await;
            let event_type = known.ok().flatten().map(|it| it.event_type);
            let told = (given_up.len() as u64, *last);
            let alert = alerts::given_up(endpoint, told, event_type, why, self.now());
            self.note_deaths(BTreeMap::from([((workspace, endpoint), alert)]))
                .await;
            return Ok(given_up.len());
        }
        Ok(0)
    }
}
