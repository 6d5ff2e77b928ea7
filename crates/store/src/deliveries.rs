//! Events on their way to endpoints, claimed by lease with fencing.
//!
//! `wake_at` is when a worker looks at a delivery next: when it is due, or when the lease of a worker that died is over. One index serves both.
//!
//! A try whose worker died says nothing about the receiver: it keeps its number, and does not count for the schedule (`tries_from`).
use crate::attempts;
use crate::db::Row;
use crate::erase::ERASED;
use crate::error::Result;
use crate::outgoing::{
    Claimed, ClaimedDelivery, DeliveryFilter, DeliveryRow, DeliveryView, GivenUp, LaneDue, Want,
};
use crate::prepare::Preparation;
use crate::query::{ROWS_AT_ONCE, args, queries};
use crate::store::Store;
use crate::what;
use smartbot_model::webhook::{DeliveryState, PayloadDetail};
use smartbot_model::{DeliveryId, EndpointId, EventId, EventType, Time, WorkspaceId};
use std::collections::BTreeMap;

macro_rules! view {
    () => {
        "SELECT d.delivery_id, d.event_id, e.event_type, d.endpoint_id, d.state, d.attempts, d.last_status, d.last_error, CASE WHEN d.lease_until IS NULL THEN d.wake_at ELSE d.due_at END AS next_at, d.created_at, d.detail
        FROM deliveries AS d JOIN events AS e ON e.workspace_id = d.workspace_id AND e.event_id = d.event_id WHERE d.workspace_id = $1"
    };
}

macro_rules! filter {
    () => {
        " AND d.delivery_id < $3 AND d.delivery_id >= $4 AND ($5 IS NULL OR d.state = $5) AND ($6 IS NULL OR e.event_type = $6)"
    };
}

macro_rules! is_active {
    () => {
        " AND EXISTS (SELECT 1 FROM endpoints AS e WHERE e.workspace_id = $1 AND e.endpoint_id = $2 AND e.state = 'active')"
    };
}

macro_rules! take {
    () => {
        " UPDATE deliveries SET attempts = attempts + 1, tries_from = tries_from + CASE WHEN lease_until IS NULL THEN 0 ELSE 1 END, lease_until = $5, wake_at = $5
        WHERE workspace_id = $1 AND delivery_id IN (SELECT delivery_id FROM due)
        RETURNING workspace_id, delivery_id, event_id, endpoint_id, attempts, tries_from, order_subject, due_at, created_at, detail"
    };
}

queries! {
    INSERT = "INSERT INTO deliveries (workspace_id, delivery_id, event_id, endpoint_id, state, attempts, due_at, lease_until, wake_at, order_subject,
        order_sequence, created_at, function_id, box_id, detail) VALUES {rows}";
    /// Looks only at rows of its own statement, which PostgreSQL evaluates once.
    CLAIM = concat!("WITH due AS MATERIALIZED (SELECT d.delivery_id FROM deliveries AS d WHERE d.workspace_id = $1 AND d.endpoint_id = $2 AND d.wake_at <= $3",
        is_active!(), " ORDER BY d.wake_at LIMIT $4 {skip_locked})", take!());
    /// The first of each subject only: an earlier one that is not settled holds back those after it.
    CLAIM_IN_ORDER = concat!("WITH due AS MATERIALIZED (SELECT d.delivery_id FROM deliveries AS d WHERE d.workspace_id = $1 AND d.endpoint_id = $2 AND d.wake_at <= $3
        AND NOT EXISTS (SELECT 1 FROM deliveries AS p WHERE p.workspace_id = $1 AND p.endpoint_id = $2 AND p.order_subject = d.order_subject
            AND p.order_sequence < d.order_sequence AND p.wake_at IS NOT NULL)",
        is_active!(), " ORDER BY d.wake_at, d.delivery_id LIMIT $4 {skip_locked})", take!());
    LANES = "SELECT * FROM (SELECT e.workspace_id, e.endpoint_id, (SELECT min(d.wake_at) FROM deliveries AS d
            WHERE d.workspace_id = e.workspace_id AND d.endpoint_id = e.endpoint_id AND d.wake_at IS NOT NULL) AS wake_at
        FROM endpoints AS e WHERE e.state = 'active') AS lanes WHERE wake_at IS NOT NULL";
    NEXT_OF = "SELECT min(wake_at) AS wake_at FROM deliveries WHERE workspace_id = $1 AND endpoint_id = $2 AND wake_at IS NOT NULL";
    RESEND = "UPDATE deliveries SET state = 'pending', due_at = $3, wake_at = $3, tries_from = attempts
        WHERE workspace_id = $1 AND delivery_id = $2 AND lease_until IS NULL";
    END_LEASES = "UPDATE deliveries SET tries_from = tries_from + 1, lease_until = NULL, wake_at = due_at WHERE wake_at IS NOT NULL AND lease_until IS NOT NULL";
    GIVE_BACK = "UPDATE deliveries SET attempts = attempts - 1, lease_until = NULL, wake_at = due_at
        WHERE workspace_id = $1 AND delivery_id = $2 AND attempts = $3 AND lease_until IS NOT NULL";
    GIVE_UP = "UPDATE deliveries SET state = 'dead', wake_at = NULL, lease_until = NULL, last_error = $4
        WHERE workspace_id = $1 AND delivery_id = $2 AND attempts = $3";
    LIST = concat!(view!(), filter!(), " ORDER BY d.delivery_id DESC LIMIT $2");
    LIST_TO_ENDPOINT = concat!(view!(), filter!(), " AND d.endpoint_id = $7 ORDER BY d.delivery_id DESC LIMIT $2");
    LIST_OF_BOX = concat!(view!(), filter!(), " AND d.function_id = $7 AND d.box_id = $8 AND ($9 IS NULL OR d.endpoint_id = $9)
        ORDER BY d.delivery_id DESC LIMIT $2");
    BY_ID = concat!(view!(), " AND d.delivery_id = $2");
    /// Of all endpoints: with one of them SQLite would walk through all that was ever sent there.
    OF_EVENTS = "SELECT delivery_id, event_id, endpoint_id, detail FROM deliveries WHERE workspace_id = $1 AND event_id IN ({list})";
}

/// Why a delivery is dead whose event cannot be opened.
const UNREADABLE: &str = "unreadable";

pub(crate) fn insert(to: &mut Preparation<'_>, rows: &[DeliveryRow]) {
    for some in rows.chunks(ROWS_AT_ONCE) {
        let values = |it: &DeliveryRow| {
            args![
                to.workspace,
                it.id,
                it.event_id,
                it.endpoint_id,
                DeliveryState::Pending.as_str(),
                u32::from(it.lease_until.is_some()),
                it.due_at,
                it.lease_until,
                it.lease_until.unwrap_or(it.due_at),
                it.order.as_ref().map(|it| it.0.clone()),
                it.order.as_ref().map(|it| it.1),
                it.created_at,
                it.of_box.as_ref().map(|it| it.function_id.clone()),
                it.of_box.as_ref().map(|it| it.box_id.clone()),
                it.detail.as_str(),
            ]
        };
        let values = some.iter().flat_map(values).collect();
        to.push(INSERT.with_rows(vec![], 15, values).unique(what::DELIVERY));
    }
}

/// Sends a delivery again.
pub(crate) fn resend(to: &mut Preparation<'_>, id: DeliveryId, at: Time) {
    to.push(
        RESEND
            .with(args![to.workspace, id, at])
            .one(what::NO_DELIVERY),
    );
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
        next_attempt_at: row
            .time_opt("next_at")?
            .filter(|_| state == DeliveryState::Pending),
        detail: row.named("detail", PayloadDetail::parse)?,
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
        let ends = [filter.before, filter.until.map(DeliveryId::first_of)];
        let end = ends.into_iter().flatten().min();
        let mut args = args![
            workspace,
            filter.limit,
            end.unwrap_or_else(|| DeliveryId::from_uuid(uuid::Uuid::max())),
            DeliveryId::first_of(filter.since.unwrap_or_default()),
            filter.state.map(|it| it.as_str().to_owned()),
            filter.event_type.map(|it| it.as_str().to_owned()),
        ];
        let statement = match (filter.of_box, filter.endpoint_id) {
            (None, None) => LIST.with(args),
            (None, Some(endpoint)) => {
                args.push(endpoint.into());
                LIST_TO_ENDPOINT.with(args)
            }
            (Some(it), endpoint) => {
                args.extend(args![it.function_id, it.box_id, endpoint]);
                LIST_OF_BOX.with(args)
            }
        };
        self.db()
            .read(statement)
            .await?
            .iter()
            .map(read_view)
            .collect()
    }

    /// One delivery.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn delivery(
        &self,
        workspace: WorkspaceId,
        id: DeliveryId,
    ) -> Result<Option<DeliveryView>> {
        let rows = self.db().read(BY_ID.with(args![workspace, id])).await?;
        rows.first().map(read_view).transpose()
    }

    /// How much the first delivery of each of these events to an endpoint tells; nothing of events that were never on their way there.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn first_details(
        &self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        events: &[EventId],
    ) -> Result<BTreeMap<EventId, PayloadDetail>> {
        let mut first: BTreeMap<EventId, (uuid::Uuid, PayloadDetail)> = BTreeMap::new();
        for some in events.chunks(128) {
            let list = some.iter().map(|it| (*it).into()).collect();
            let rows = self
                .db()
                .read(OF_EVENTS.with_list(args![workspace], list))
                .await?;
            for row in &rows {
                if row.uuid("endpoint_id")? != endpoint.uuid() {
                    continue;
                }
                let event = EventId::from_uuid(row.uuid("event_id")?);
                let id = row.uuid("delivery_id")?;
                if first.get(&event).is_none_or(|it| id < it.0) {
                    first.insert(event, (id, row.named("detail", PayloadDetail::parse)?));
                }
            }
        }
        Ok(first.into_iter().map(|(id, it)| (id, it.1)).collect())
    }

    /// Takes deliveries that are due, those to each endpoint that wait longest first: each gets its next attempt number and a lease. Nobody
    /// else gets them before the lease is over. An endpoint that is not active gets none.
    ///
    /// # Errors
    /// [`Unavailable`](crate::Error::Unavailable), [`Full`](crate::Error::Full), [`Corrupt`](crate::Error::Corrupt). A delivery whose event cannot be opened is no error: it becomes dead,
    /// with the reason, and holds up nobody.
    pub async fn claim_deliveries(&self, now: Time, wants: &[Want]) -> Result<Claimed> {
        let claim = |it: &Want| {
            let query = if it.ordered { &CLAIM_IN_ORDER } else { &CLAIM };
            query
                .with(args![
                    it.workspace_id,
                    it.endpoint_id,
                    now,
                    it.limit,
                    now.plus(it.lease)
                ])
                .returning()
        };
        let rows = self.db().write(wants.iter().map(claim).collect()).await?;
        let rows = rows.rows;
        let mut claimed: BTreeMap<WorkspaceId, Vec<&Row>> = BTreeMap::new();
        for row in &rows {
            claimed
                .entry(WorkspaceId::from_uuid(row.uuid("workspace_id")?))
                .or_default()
                .push(row);
        }
        let mut out = Vec::with_capacity(rows.len());
        let (mut given_up, mut unreadable) = (Vec::new(), Vec::new());
        for (workspace_id, rows) in claimed {
            let ids = rows
                .iter()
                .map(|it| Ok(EventId::from_uuid(it.uuid("event_id")?)))
                .collect::<Result<Vec<_>>>()?;
            let events = self.readable_events(workspace_id, &ids).await?;
            for (row, event_id) in rows.into_iter().zip(ids) {
                let id = DeliveryId::from_uuid(row.uuid("delivery_id")?);
                let endpoint_id = EndpointId::from_uuid(row.uuid("endpoint_id")?);
                let attempt: u32 = row.number("attempts")?;
                // An event may go to several endpoints.
                let Some(Some(event)) = events.get(&event_id).cloned() else {
                    let why = if matches!(events.get(&event_id), Some(None)) {
                        ERASED
                    } else {
                        let it = GivenUp {
                            delivery_id: id,
                            event_id,
                        };
                        unreadable.push((workspace_id, endpoint_id, it));
                        UNREADABLE
                    };
                    given_up.push(GIVE_UP.with(args![workspace_id, id, attempt, why]));
                    continue;
                };
                let it = ClaimedDelivery {
                    workspace_id,
                    id,
                    endpoint_id,
                    attempt,
                    tries_from: row.number("tries_from")?,
                    order_subject: row.text_opt("order_subject")?,
                    created_at: row.time("created_at")?,
                    detail: row.named("detail", PayloadDetail::parse)?,
                    event,
                };
                out.push((row.time("due_at")?, it));
            }
        }
        self.db().write(given_up).await?;
        out.sort_by_key(|(due_at, it)| (*due_at, it.id));
        Ok(Claimed {
            deliveries: out.into_iter().map(|(_, it)| it).collect(),
            unreadable,
        })
    }

    /// The active endpoints that have deliveries to send, now or later, of all workspaces.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn delivery_lanes(&self) -> Result<Vec<LaneDue>> {
        let rows = self.db().read(LANES.with(args![])).await?;
        let lane = |row: &Row| {
            Ok(LaneDue {
                workspace_id: WorkspaceId::from_uuid(row.uuid("workspace_id")?),
                endpoint_id: EndpointId::from_uuid(row.uuid("endpoint_id")?),
                wake_at: row.time("wake_at")?,
            })
        };
        rows.iter().map(lane).collect()
    }

    /// When the next delivery to an endpoint is to be looked at: it is due, or a lease is over. May be in the past; none when nothing waits.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn next_delivery_to(
        &self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
    ) -> Result<Option<Time>> {
        let rows = self
            .db()
            .read(NEXT_OF.with(args![workspace, endpoint]))
            .await?;
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
    pub async fn record_attempts(
        &self,
        records: Vec<crate::outgoing::AttemptRecord>,
    ) -> Result<()> {
        let statements = attempts::record(self, records).await?;
        self.db().write(statements).await.map(drop)
    }
}
