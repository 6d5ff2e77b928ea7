//! Runs that send old events to an endpoint again. A portion is one commit, guarded by how far the run had come, so that of two nodes one
//! does it. Of each workspace the oldest few go on, the others stand in line behind them.
use crate::db::Row;
use crate::error::Result;
use crate::outgoing::{ResendKind, ResendRow, ResendState};
use crate::prepare::Preparation;
use crate::query::{args, queries};
use crate::store::Store;
use crate::what;
use smartbot_model::{DeliveryId, EndpointId, ResendId, Time, WorkspaceId};

macro_rules! columns {
    () => {
        "workspace_id, resend_id, endpoint_id, kind, since, until, rate_per_second, created_at, state, place, looked_at, sent, wake_at, ended_at"
    };
}

/// The runs that are not over, each with its place in the line of its workspace; few rows, found by the index of those that have a `wake_at`.
macro_rules! in_line {
    () => {
        concat!("(SELECT ", columns!(), ", row_number() OVER (PARTITION BY workspace_id ORDER BY resend_id) AS place_in_line FROM resends
            WHERE wake_at IS NOT NULL) AS open_runs")
    };
}

queries! {
    INSERT = concat!("INSERT INTO resends (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)");
    SAVE = "UPDATE resends SET state = $4, place = $5, looked_at = $6, sent = $7, wake_at = $8, ended_at = $9
        WHERE workspace_id = $1 AND resend_id = $2 AND looked_at = $3 AND state = 'running'";
    EVERY = concat!("SELECT ", columns!(), " FROM resends WHERE workspace_id = $1 AND resend_id < $2 ORDER BY resend_id DESC LIMIT $3");
    BY_ID = concat!("SELECT ", columns!(), " FROM resends WHERE workspace_id = $1 AND resend_id = $2");
    OPEN = "SELECT count(*) AS open FROM resends WHERE workspace_id = $1 AND wake_at IS NOT NULL";
    DUE = concat!("SELECT ", columns!(), " FROM ", in_line!(), " WHERE wake_at <= $1 AND place_in_line <= $3 ORDER BY wake_at LIMIT $2");
    NEXT = concat!("SELECT min(wake_at) AS wake_at FROM ", in_line!(), " WHERE place_in_line <= $1");
    DEAD = "SELECT delivery_id FROM deliveries WHERE workspace_id = $1 AND endpoint_id = $2 AND state = 'dead' AND delivery_id > $3 AND delivery_id < $4
        ORDER BY delivery_id LIMIT $5";
}

pub(crate) fn insert(to: &mut Preparation<'_>, it: &ResendRow) {
    let args = args![
        to.workspace,
        it.id,
        it.endpoint_id,
        it.kind.as_str(),
        it.since,
        it.until,
        it.rate_per_second,
        it.created_at,
        it.state.as_str(),
        it.place.map(|it| it.as_bytes().to_vec()),
        it.looked_at,
        it.sent,
        it.wake_at,
        it.ended_at,
    ];
    to.push(INSERT.with(args).unique(what::RESEND));
}

pub(crate) fn save(to: &mut Preparation<'_>, it: &ResendRow, expected_looked_at: u64) {
    let args = args![
        to.workspace,
        it.id,
        expected_looked_at,
        it.state.as_str(),
        it.place.map(|it| it.as_bytes().to_vec()),
        it.looked_at,
        it.sent,
        it.wake_at,
        it.ended_at,
    ];
    to.push(SAVE.with(args).one(what::RESEND_PLACE));
}

fn read(row: &Row) -> Result<(WorkspaceId, ResendRow)> {
    let it = ResendRow {
        id: ResendId::from_uuid(row.uuid("resend_id")?),
        endpoint_id: EndpointId::from_uuid(row.uuid("endpoint_id")?),
        kind: row.named("kind", ResendKind::parse)?,
        since: row.time("since")?,
        until: row.time("until")?,
        rate_per_second: row.number("rate_per_second")?,
        state: row.named("state", ResendState::parse)?,
        place: row.uuid_opt("place")?,
        looked_at: row.number("looked_at")?,
        sent: row.number("sent")?,
        wake_at: row.time_opt("wake_at")?,
        created_at: row.time("created_at")?,
        ended_at: row.time_opt("ended_at")?,
    };
    Ok((WorkspaceId::from_uuid(row.uuid("workspace_id")?), it))
}

impl Store {
    /// Runs of a workspace, the newest first; `before` is the id of the last one of the page before.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn resends(
        &self,
        workspace: WorkspaceId,
        before: Option<ResendId>,
        limit: u32,
    ) -> Result<Vec<ResendRow>> {
        let before = before.unwrap_or_else(|| ResendId::from_uuid(uuid::Uuid::max()));
        let every = EVERY.with(args![workspace, before, limit]);
        let rows = self.db().read(every).await?;
        rows.iter().map(|it| Ok(read(it)?.1)).collect()
    }

    /// One run.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn resend(&self, workspace: WorkspaceId, id: ResendId) -> Result<Option<ResendRow>> {
        let rows = self.db().read(BY_ID.with(args![workspace, id])).await?;
        rows.first().map(|it| Ok(read(it)?.1)).transpose()
    }

    /// How many runs of a workspace are not over.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn open_resends(&self, workspace: WorkspaceId) -> Result<u64> {
        let rows = self.db().read(OPEN.with(args![workspace])).await?;
        rows.first().map_or(Ok(0), |it| it.number("open"))
    }

    /// Runs of all workspaces whose next portion is due, at most `limit`. Of each workspace only the oldest `at_once` go on.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn due_resends(
        &self,
        now: Time,
        limit: u32,
        at_once: u32,
    ) -> Result<Vec<(WorkspaceId, ResendRow)>> {
        let due = DUE.with(args![now, limit, at_once]);
        let rows = self.db().read(due).await?;
        rows.iter().map(read).collect()
    }

    /// When the next portion of any run is due, of those that go on.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn next_resend_due(&self, at_once: u32) -> Result<Option<Time>> {
        let rows = self.db().read(NEXT.with(args![at_once])).await?;
        rows.first().map_or(Ok(None), |it| it.time_opt("wake_at"))
    }

    /// Deliveries to an endpoint that were given up, between two ids, the oldest first.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn dead_deliveries(
        &self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        after: DeliveryId,
        before: DeliveryId,
        limit: u32,
    ) -> Result<Vec<DeliveryId>> {
        let rows = self
            .db()
            .read(DEAD.with(args![workspace, endpoint, after, before, limit]))
            .await?;
        rows.iter()
            .map(|it| Ok(DeliveryId::from_uuid(it.uuid("delivery_id")?)))
            .collect()
    }
}
