//! What waits to be sent, and giving up the part of it that waits too long or is too much. The index of what is due next serves all of it, so that
//! a workspace's history costs nothing here.
use crate::error::Result;
use crate::outgoing::GivenUp;
use crate::query::{args, queries};
use crate::store::Store;
use smartbot_model::{DeliveryId, EndpointId, EventId, Time, WorkspaceId};

queries! {
    COUNT = "SELECT count(*) AS waiting FROM deliveries WHERE workspace_id = $1 AND wake_at IS NOT NULL";
    OLDEST = "SELECT * FROM (SELECT e.endpoint_id, (SELECT min(d.wake_at) FROM deliveries AS d
            WHERE d.workspace_id = e.workspace_id AND d.endpoint_id = e.endpoint_id AND d.wake_at IS NOT NULL) AS wake_at
        FROM endpoints AS e WHERE e.workspace_id = $1) AS waiting WHERE wake_at <= $2 ORDER BY wake_at, endpoint_id";
    /// One that somebody is sending at this moment is not given up.
    GIVE_UP = "WITH oldest AS MATERIALIZED (SELECT d.delivery_id FROM deliveries AS d WHERE d.workspace_id = $1 AND d.endpoint_id = $2 AND d.wake_at <= $3
            AND d.lease_until IS NULL ORDER BY d.wake_at, d.delivery_id LIMIT $4 {skip_locked})
        UPDATE deliveries SET state = 'dead', wake_at = NULL, last_error = $5 WHERE workspace_id = $1 AND delivery_id IN (SELECT delivery_id FROM oldest)
        RETURNING delivery_id, event_id";
}

impl Store {
    /// How many deliveries of a workspace have not come to their end.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn waiting_deliveries(&self, workspace: WorkspaceId) -> Result<u64> {
        let rows = self.db().read(COUNT.with(args![workspace])).await?;
        rows.first().map_or(Ok(0), |it| it.number("waiting"))
    }

    /// The endpoints, active or not, to which something waits that was due by an instant; the one that waits longest comes first.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn endpoints_that_wait(
        &self,
        workspace: WorkspaceId,
        due_by: Time,
    ) -> Result<Vec<EndpointId>> {
        let rows = self
            .db()
            .read(OLDEST.with(args![workspace, due_by]))
            .await?;
        rows.iter()
            .map(|it| Ok(EndpointId::from_uuid(it.uuid("endpoint_id")?)))
            .collect()
    }

    /// Gives up the deliveries to an endpoint that were due by an instant, at most `limit`, those that wait longest first; `why` is their last error.
    /// They stay listed, and may be sent again as others that died.
    ///
    /// # Errors
    /// [`Unavailable`](crate::Error::Unavailable), [`Full`](crate::Error::Full), [`Corrupt`](crate::Error::Corrupt).
    pub async fn give_up_waiting(
        &self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        due_by: Time,
        limit: u32,
        why: &'static str,
    ) -> Result<Vec<GivenUp>> {
        let give_up = GIVE_UP
            .with(args![workspace, endpoint, due_by, limit, why])
            .returning();
        let rows = self.db().write(vec![give_up]).await?.rows;
        let mut all = rows
            .iter()
            .map(|it| {
                Ok(GivenUp {
                    delivery_id: DeliveryId::from_uuid(it.uuid("delivery_id")?),
                    event_id: EventId::from_uuid(it.uuid("event_id")?),
                })
            })
            .collect::<Result<Vec<_>>>()?;
        all.sort_unstable_by_key(|it| it.delivery_id);
        Ok(all)
    }
}
