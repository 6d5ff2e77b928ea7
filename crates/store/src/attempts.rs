//! The record of attempts to deliver, written in batches.
use crate::db::Row;
use crate::error::Result;
use crate::open;
use crate::outgoing::{AttemptPhases, AttemptRecord, AttemptRow, MAX_RESPONSE_BYTES, Outcome};
use crate::prepare::json;
use crate::query::{Arg, ROWS_AT_ONCE, Statement, args, queries};
use crate::seal::Place;
use crate::store::Store;
use smartbot_model::webhook::DeliveryState;
use smartbot_model::{DeliveryId, Time, WorkspaceId};
use std::time::Duration;

queries! {
    /// First the attempt, while the delivery is still this worker's: it has the lease, and its attempt number.
    RECORD = "INSERT INTO attempts (workspace_id, delivery_id, attempt, started_at, duration, status, error, response, response_headers, dns_us, connect_us, to_headers_us, phase)
        SELECT r.column1, r.column2, r.column3, r.column4, r.column5, r.column6, r.column7, r.column8, r.column9, r.column10, r.column11, r.column12, r.column13 FROM (VALUES {rows}) AS r
        JOIN deliveries AS d ON d.workspace_id = r.column1 AND d.delivery_id = r.column2
        WHERE d.attempts = r.column3 AND d.lease_until IS NOT NULL
        ON CONFLICT (workspace_id, delivery_id, attempt) DO NOTHING";
    SETTLE = "UPDATE deliveries SET state = r.column4, due_at = COALESCE(r.column5, due_at), wake_at = r.column5, lease_until = NULL,
        last_status = COALESCE(r.column6, last_status), last_error = r.column7 FROM (VALUES {rows}) AS r
        WHERE deliveries.workspace_id = r.column1 AND deliveries.delivery_id = r.column2 AND deliveries.attempts = r.column3
        AND deliveries.lease_until IS NOT NULL";
    /// Those that come after one that is tried again later wait as long as it does.
    HOLD = "UPDATE deliveries SET wake_at = $4 WHERE workspace_id = $1 AND endpoint_id = $2 AND order_subject = $3 AND wake_at < $4 AND lease_until IS NULL";
    /// Those that were held wait no more once the one before them has come to its end, earlier than it was due when somebody sent it by hand.
    RELEASE = "UPDATE deliveries SET wake_at = due_at WHERE workspace_id = $1 AND endpoint_id = $2 AND order_subject = $3 AND wake_at > due_at AND lease_until IS NULL";
    OF_DELIVERY = "SELECT attempt, started_at, duration, status, error, response, response_headers, dns_us, connect_us, to_headers_us, phase FROM attempts WHERE workspace_id = $1 AND delivery_id = $2 ORDER BY attempt";
}

const RESPONSE: &str = "attempts.response";
const RESPONSE_HEADERS: &str = "attempts.response_headers";

fn row_id(delivery: DeliveryId, attempt: u32) -> [u8; 20] {
    let mut id = [0; 20];
    id[..16].copy_from_slice(delivery.uuid().as_bytes());
    id[16..].copy_from_slice(&attempt.to_be_bytes());
    id
}

/// The statements that write records down. Those of one delivery come in the order of the attempts.
pub(crate) async fn record(
    store: &Store,
    mut records: Vec<AttemptRecord>,
) -> Result<Vec<Statement>> {
    // Two batches that meet on PostgreSQL take their row locks in the same order.
    records.sort_by_key(|it| (it.workspace_id, it.delivery_id, it.attempt));
    let mut statements = Vec::new();
    for some in records.chunks(ROWS_AT_ONCE) {
        let (mut attempts, mut outcomes) = (Vec::new(), Vec::new());
        for it in some {
            attempts.extend(attempt(store, it).await?);
            outcomes.extend(outcome(it));
        }
        statements.push(RECORD.with_rows(vec![], 13, attempts));
        statements.push(SETTLE.with_rows(vec![], 7, outcomes));
        statements.extend(some.iter().filter_map(hold));
    }
    Ok(statements)
}

async fn attempt(store: &Store, it: &AttemptRecord) -> Result<Vec<Arg>> {
    let keys = store
        .keys()
        .workspace_with_rows(store.db(), it.workspace_id)
        .await?;
    let row = row_id(it.delivery_id, it.attempt);
    let seal = |column, clear: &[u8]| {
        let place = Place {
            workspace: it.workspace_id,
            column,
            row: &row,
        };
        keys.seal.seal(place, clear, store.keys().random())
    };
    let response = it.response.as_ref().map(|it| {
        let text = it.expose();
        seal(
            RESPONSE,
            &text.as_bytes()[..text.floor_char_boundary(MAX_RESPONSE_BYTES)],
        )
    });
    let headers = it
        .response_headers
        .as_ref()
        .map(|it| seal(RESPONSE_HEADERS, json(fitting(it.expose()))?.as_bytes()));
    let duration = i64::try_from(it.duration.as_micros()).unwrap_or(i64::MAX);
    Ok(args![
        it.workspace_id,
        it.delivery_id,
        it.attempt,
        it.started_at,
        duration,
        it.status,
        it.error.clone(),
        response.transpose()?,
        headers.transpose()?,
        it.phases.dns_us,
        it.phases.connect_us,
        it.phases.to_headers_us,
        it.phase.map(str::to_owned),
    ])
}

/// As many of the headers as are kept.
fn fitting(headers: &[(String, String)]) -> &[(String, String)] {
    let mut room = MAX_RESPONSE_BYTES;
    let fit = headers.iter().take_while(|(name, value)| {
        let size = name.len() + value.len();
        let fits = size <= room;
        room = room.saturating_sub(size);
        fits
    });
    &headers[..fit.count()]
}

/// What becomes of those that come after one of an ordered endpoint. Nobody waits for one that came to its end with its first try.
fn hold(it: &AttemptRecord) -> Option<Statement> {
    let subject = it.order_subject.as_deref()?;
    match it.outcome {
        Outcome::Retry { due_at } => {
            Some(HOLD.with(args![it.workspace_id, it.endpoint_id, subject, due_at]))
        }
        Outcome::Delivered | Outcome::Dead if it.attempt > 1 => {
            Some(RELEASE.with(args![it.workspace_id, it.endpoint_id, subject]))
        }
        Outcome::Delivered | Outcome::Dead => None,
    }
}

fn outcome(it: &AttemptRecord) -> Vec<Arg> {
    let (state, due_at): (_, Option<Time>) = match it.outcome {
        Outcome::Delivered => (DeliveryState::Delivered, None),
        Outcome::Retry { due_at } => (DeliveryState::Pending, Some(due_at)),
        Outcome::Dead => (DeliveryState::Dead, None),
    };
    args![
        it.workspace_id,
        it.delivery_id,
        it.attempt,
        state.as_str(),
        due_at,
        it.status,
        it.error.clone()
    ]
}

impl Store {
    /// The attempts of a delivery, in order.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn attempts(
        &self,
        workspace: WorkspaceId,
        delivery: DeliveryId,
    ) -> Result<Vec<AttemptRow>> {
        let rows = self
            .db()
            .read(OF_DELIVERY.with(args![workspace, delivery]))
            .await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let keys = self
            .keys()
            .workspace_with_rows(self.db(), workspace)
            .await?;
        let read = |row: &Row| {
            let attempt = row.number("attempt")?;
            let id = row_id(delivery, attempt);
            let response = row
                .bytes_opt("response")?
                .map(|it| open::text(&keys.seal, workspace, RESPONSE, &id, it));
            let headers = row
                .bytes_opt("response_headers")?
                .map(|it| open::json(&keys.seal, workspace, RESPONSE_HEADERS, &id, it));
            let phase = |column| Ok::<_, crate::Error>(row.number_opt(column)?.unwrap_or_default());
            Ok(AttemptRow {
                attempt,
                started_at: row.time("started_at")?,
                duration: Duration::from_micros(row.number("duration")?),
                status: row.number_opt("status")?,
                error: row.text_opt("error")?,
                phase: row.text_opt("phase")?,
                response: response.transpose()?,
                response_headers: headers.transpose()?.unwrap_or_default(),
                phases: AttemptPhases {
                    dns_us: phase("dns_us")?,
                    connect_us: phase("connect_us")?,
                    to_headers_us: phase("to_headers_us")?,
                },
            })
        };
        rows.iter().map(read).collect()
    }
}
