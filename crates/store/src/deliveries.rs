//! Events on their way to endpoints, claimed by lease with fencing.
//!
//! `wake_at` is when a worker looks at a delivery next: when it is due, or when the lease of a worker that died is over. One index serves both.
use crate::attempts;
use crate::db::Row;
use crate::erase::ERASED;
use crate::error::Result;
use crate::prepare::Preparation;
use crate::query::{Arg, ROWS_AT_ONCE, args, queries};
use crate::rows::{ClaimedDelivery, DeliveryFilter, DeliveryRow, DeliveryView};
use crate::store::Store;
use crate::what;
use smartbot_model::webhook::DeliveryState;
use smartbot_model::{DeliveryId, EndpointId, EventId, EventType, Time, WorkspaceId};
use std::collections::BTreeMap;
use std::time::Duration;

macro_rules! view {
    () => {
        "SELECT d.delivery_id, d.event_id, e.event_type, d.endpoint_id, d.state, d.attempts, d.last_status, d.last_error, d.due_at, d.created_at
        FROM deliveries AS d JOIN events AS e ON e.workspace_id = d.workspace_id AND e.event_id = d.event_id WHERE d.workspace_id = $1"
    };
}

queries! {
    INSERT = "INSERT INTO deliveries (workspace_id, delivery_id, event_id, endpoint_id, state, attempts, due_at, wake_at, created_at) VALUES {rows}";
    /// Looks only at rows of its own statement, which PostgreSQL evaluates once.
    CLAIM = "WITH due AS MATERIALIZED (SELECT d.workspace_id, d.delivery_id FROM deliveries AS d WHERE d.wake_at <= $1 AND d.endpoint_id NOT IN ({list})
        AND EXISTS (SELECT 1 FROM endpoints AS e WHERE e.workspace_id = d.workspace_id AND e.endpoint_id = d.endpoint_id AND e.state = 'active')
        ORDER BY d.wake_at LIMIT $2 {skip_locked})
        UPDATE deliveries SET attempts = attempts + 1, lease_until = $3, wake_at = $3
        WHERE (workspace_id, delivery_id) IN (SELECT workspace_id, delivery_id FROM due)
        RETURNING workspace_id, delivery_id, event_id, endpoint_id, attempts, due_at, created_at";
    /// Puts what waits for endpoints that are not active out of the way of the others.
    PARK = "WITH parked AS MATERIALIZED (SELECT d.workspace_id, d.delivery_id FROM deliveries AS d WHERE d.wake_at <= $1
        AND NOT EXISTS (SELECT 1 FROM endpoints AS e WHERE e.workspace_id = d.workspace_id AND e.endpoint_id = d.endpoint_id AND e.state = 'active')
        ORDER BY d.wake_at LIMIT $2 {skip_locked})
        UPDATE deliveries SET wake_at = $3, lease_until = NULL
        WHERE (workspace_id, delivery_id) IN (SELECT workspace_id, delivery_id FROM parked)";
    WAKE = "UPDATE deliveries SET wake_at = due_at WHERE workspace_id = $1 AND endpoint_id = $2 AND wake_at > due_at AND lease_until IS NULL";
    NEXT = "SELECT min(wake_at) AS wake_at FROM deliveries WHERE wake_at IS NOT NULL";
    END_LEASES = "UPDATE deliveries SET lease_until = NULL, wake_at = due_at WHERE wake_at IS NOT NULL AND lease_until IS NOT NULL";
    GIVE_BACK = "UPDATE deliveries SET attempts = attempts - 1, lease_until = NULL, wake_at = due_at
        WHERE workspace_id = $1 AND delivery_id = $2 AND attempts = $3 AND lease_until IS NOT NULL";
    GIVE_UP = "UPDATE deliveries SET state = 'dead', wake_at = NULL, lease_until = NULL, last_error = $4
        WHERE workspace_id = $1 AND delivery_id = $2 AND attempts = $3";
    LIST = concat!(view!(), " ORDER BY d.delivery_id DESC LIMIT $2");
    LIST_IN_STATE = concat!(view!(), " AND d.state = $3 ORDER BY d.delivery_id DESC LIMIT $2");
    LIST_TO_ENDPOINT = concat!(view!(), " AND d.endpoint_id = $3 ORDER BY d.delivery_id DESC LIMIT $2");
    LIST_IN_STATE_TO_ENDPOINT = concat!(view!(), " AND d.state = $3 AND d.endpoint_id = $4 ORDER BY d.delivery_id DESC LIMIT $2");
}

/// How long deliveries to an endpoint that is not active stay out of the way before somebody looks again. Activating wakes them at once;
/// this is for the one that was parked while the endpoint was being activated.
const PARKED_FOR: Duration = Duration::from_secs(600);

/// Why a delivery is dead whose event cannot be opened.
const UNREADABLE: &str = "the event cannot be read";

/// How many deliveries are parked at once.
const PARKED_AT_ONCE: u32 = 1000;

pub(crate) fn insert(to: &mut Preparation<'_>, rows: &[DeliveryRow]) {
    for some in rows.chunks(ROWS_AT_ONCE) {
        let values = |it: &DeliveryRow| {
            args![
                to.workspace,
                it.id,
                it.event_id,
                it.endpoint_id,
                DeliveryState::Pending.as_str(),
                0_u32,
                it.due_at,
                it.due_at,
                it.created_at,
            ]
        };
        let values = some.iter().flat_map(values).collect();
        to.push(INSERT.with_rows(vec![], 9, values).unique(what::DELIVERY));
    }
}

/// Makes what waits for an endpoint due again.
pub(crate) fn wake(to: &mut Preparation<'_>, endpoint: EndpointId) {
    to.push(WAKE.with(args![to.workspace, endpoint]));
}

/// Makes everything that is claimed due again.
pub(crate) fn end_leases() -> crate::query::Statement {
    END_LEASES.with(args![])
}

fn read_view(row: &Row) -> Result<DeliveryView> {
    let state = row.named("state", DeliveryState::parse)?;
    Ok(DeliveryView {
        id: DeliveryId::from_uuid(row.uuid("delivery_id")?),
        event_id: EventId::from_uuid(row.uuid("event_id")?),
        event_type: row.named("event_type", EventType::parse)?,
        endpoint_id: EndpointId::from_uuid(row.uuid("endpoint_id")?),
        state,
        attempts: row.number("attempts")?,
        last_status: row.number_opt("last_status")?,
        last_error: row.text_opt("last_error")?,
        next_attempt_at: (state == DeliveryState::Pending).then_some(row.time("due_at")?),
        created_at: row.time("created_at")?,
    })
}

impl Store {
    /// Deliveries of a workspace, the newest first.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn deliveries(
        &self,
        workspace: WorkspaceId,
        filter: DeliveryFilter,
    ) -> Result<Vec<DeliveryView>> {
        let limit = filter.limit;
        let statement = match (filter.state, filter.endpoint_id) {
            (None, None) => LIST.with(args![workspace, limit]),
            (Some(state), None) => LIST_IN_STATE.with(args![workspace, limit, state.as_str()]),
            (None, Some(endpoint)) => LIST_TO_ENDPOINT.with(args![workspace, limit, endpoint]),
            (Some(state), Some(endpoint)) => {
                LIST_IN_STATE_TO_ENDPOINT.with(args![workspace, limit, state.as_str(), endpoint])
            }
        };
        self.db()
            .read(statement)
            .await?
            .iter()
            .map(read_view)
            .collect()
    }

    /// Takes deliveries that are due, of all workspaces, the ones that wait longest first: each gets its next attempt number and a lease
    /// until `now` + `lease`. Only those to active endpoints that are not in `skip_endpoints`. Nobody else gets them before the lease is over.
    ///
    /// # Errors
    /// [`Unavailable`](crate::Error::Unavailable), [`Full`](crate::Error::Full), [`Corrupt`](crate::Error::Corrupt). A delivery whose event cannot be opened is no error: it becomes dead,
    /// with the reason, and holds up nobody.
    pub async fn claim_deliveries(
        &self,
        now: Time,
        lease: Duration,
        limit: u32,
        skip_endpoints: &[EndpointId],
    ) -> Result<Vec<ClaimedDelivery>> {
        let lease_until = now.plus(lease);
        // NOT IN of a list with NULL is never true, hence an id that is nobody's.
        let mut skip: Vec<Arg> = skip_endpoints.iter().map(|it| (*it).into()).collect();
        if skip.is_empty() {
            skip.push(EndpointId::from_uuid(uuid::Uuid::nil()).into());
        }
        let claim = CLAIM
            .with_list(args![now, limit, lease_until], skip)
            .skip_locked(self.db().skip_locked())
            .returning();
        let rows = self.db().write(vec![claim]).await?.rows;
        if rows.len() < limit as usize {
            // Nothing due is left but what nobody may send now: clear the way for the next claim.
            let park = PARK
                .with(args![now, PARKED_AT_ONCE, now.plus(PARKED_FOR)])
                .skip_locked(self.db().skip_locked());
            self.db().write(vec![park]).await?;
        }
        let mut claimed: BTreeMap<WorkspaceId, Vec<&Row>> = BTreeMap::new();
        for row in &rows {
            claimed
                .entry(WorkspaceId::from_uuid(row.uuid("workspace_id")?))
                .or_default()
                .push(row);
        }
        let mut out = Vec::with_capacity(rows.len());
        let mut unreadable = Vec::new();
        for (workspace_id, rows) in claimed {
            let ids = rows
                .iter()
                .map(|it| Ok(EventId::from_uuid(it.uuid("event_id")?)))
                .collect::<Result<Vec<_>>>()?;
            let events = self.readable_events(workspace_id, &ids).await?;
            for (row, event_id) in rows.into_iter().zip(ids) {
                let id = DeliveryId::from_uuid(row.uuid("delivery_id")?);
                let attempt: u32 = row.number("attempts")?;
                // An event may go to several endpoints.
                let Some(Some(event)) = events.get(&event_id).cloned() else {
                    let why = match events.get(&event_id) {
                        Some(None) => ERASED,
                        _ => UNREADABLE,
                    };
                    unreadable.push(GIVE_UP.with(args![workspace_id, id, attempt, why]));
                    continue;
                };
                let it = ClaimedDelivery {
                    workspace_id,
                    id,
                    endpoint_id: EndpointId::from_uuid(row.uuid("endpoint_id")?),
                    attempt,
                    created_at: row.time("created_at")?,
                    event,
                };
                out.push((row.time("due_at")?, it));
            }
        }
        self.db().write(unreadable).await?;
        out.sort_by_key(|(due_at, it)| (*due_at, it.id));
        Ok(out.into_iter().map(|(_, it)| it).collect())
    }

    /// When the next delivery is to be looked at: it is due, or a lease is over. May be in the past; none when nothing waits.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn next_delivery_due(&self) -> Result<Option<Time>> {
        let rows = self.db().read(NEXT.with(args![])).await?;
        rows.first().map_or(Ok(None), |it| it.time_opt("wake_at"))
    }

    /// Gives claimed deliveries back before their lease is over, for a worker that stops: they are due again, and the attempt does not
    /// count. Whoever gives back must not send or record. Those that are no longer this worker's stay as they are.
    ///
    /// # Errors
    /// [`Unavailable`](crate::Error::Unavailable), [`Full`](crate::Error::Full).
    pub async fn give_back_deliveries(
        &self,
        deliveries: &[(WorkspaceId, DeliveryId, u32)],
    ) -> Result<()> {
        let give_back =
            |(workspace, id, attempt): &_| GIVE_BACK.with(args![*workspace, *id, *attempt]);
        self.db()
            .write(deliveries.iter().map(give_back).collect())
            .await
            .map(drop)
    }

    /// Writes down what came of attempts, many at once. Each is guarded by its attempt number: of a delivery that another worker has
    /// meanwhile, or whose attempt is on record already, nothing changes.
    ///
    /// # Errors
    /// [`Unavailable`](crate::Error::Unavailable), [`Full`](crate::Error::Full), [`Invalid`](crate::Error::Invalid); [`Conflict`](crate::Error::Conflict) when batches got in each other's way: record again.
    pub async fn record_attempts(&self, records: Vec<crate::rows::AttemptRecord>) -> Result<()> {
        let statements = attempts::record(self, records).await?;
        self.db().write(statements).await.map(drop)
    }
}
