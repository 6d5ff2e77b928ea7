//! Work that waits for its time and a worker: calls to External APIs, timers. A row per piece, claimed by lease with fencing.
use crate::db::Row;
use crate::error::{Error, Result};
use crate::open;
use crate::prepare::{Preparation, json};
use crate::query::{Arg, args, queries};
use crate::rows::{JobKind, JobRow};
use crate::seal::SealingKey;
use crate::store::Store;
use crate::what;
use smartbot_model::{JobId, Phi, SessionId, Time, UserId, WorkspaceId};
use std::collections::BTreeMap;
use std::time::Duration;

macro_rules! columns {
    () => {
        "workspace_id, job_id, kind, session_id, user_id, number, due_at, lease_until, attempt, payload, created_at"
    };
}

queries! {
    INSERT = concat!("INSERT INTO jobs (", columns!(), ", wake_at) VALUES {rows}");
    FINISH = "DELETE FROM jobs WHERE workspace_id = $1 AND job_id = $2 AND attempt = $3";
    CANCEL = "DELETE FROM jobs WHERE workspace_id = $1 AND session_id = $2 AND kind = $3 AND number IN ({list})";
    RETRY = "UPDATE jobs SET due_at = $4, wake_at = $4, lease_until = NULL WHERE workspace_id = $1 AND job_id = $2 AND attempt = $3";
    CLAIM = concat!("WITH due AS MATERIALIZED (SELECT workspace_id, job_id FROM jobs WHERE wake_at <= $1 AND kind IN ({list})
        ORDER BY wake_at LIMIT $2 {skip_locked})
        UPDATE jobs SET attempt = attempt + 1, lease_until = $3, wake_at = $3
        WHERE (workspace_id, job_id) IN (SELECT workspace_id, job_id FROM due) RETURNING ", columns!());
    NEXT = "SELECT min(wake_at) AS wake_at FROM jobs";
    END_LEASES = "UPDATE jobs SET lease_until = NULL, wake_at = due_at WHERE lease_until IS NOT NULL";
    GIVE_BACK = "UPDATE jobs SET lease_until = NULL, wake_at = due_at
        WHERE workspace_id = $1 AND job_id = $2 AND attempt = $3 AND lease_until IS NOT NULL";
}

const PAYLOAD: &str = "jobs.payload";

pub(crate) fn insert(to: &mut Preparation<'_>, row: &JobRow) -> Result<()> {
    let payload = to.by_user(
        row.user_id,
        PAYLOAD,
        row.id.uuid().as_bytes(),
        json(row.payload.expose())?.as_bytes(),
    )?;
    let args = args![
        to.workspace,
        row.id,
        row.kind.as_str(),
        row.session_id,
        row.user_id,
        row.number,
        row.due_at,
        row.lease_until,
        row.attempt,
        payload,
        row.created_at,
        row.lease_until.unwrap_or(row.due_at),
    ];
    to.push(INSERT.with_row(args).unique(what::JOB));
    Ok(())
}

pub(crate) fn finish(to: &mut Preparation<'_>, id: JobId, attempt: u32) {
    to.push(
        FINISH
            .with(args![to.workspace, id, attempt])
            .one(what::JOB_LEASE),
    );
}

pub(crate) fn cancel(
    to: &mut Preparation<'_>,
    session: SessionId,
    kind: JobKind,
    numbers: Vec<u64>,
) {
    if !numbers.is_empty() {
        let numbers = numbers.into_iter().map(Arg::from).collect();
        to.push(CANCEL.with_list(args![to.workspace, session, kind.as_str()], numbers));
    }
}

pub(crate) fn retry(to: &mut Preparation<'_>, id: JobId, attempt: u32, due_at: Time) {
    to.push(
        RETRY
            .with(args![to.workspace, id, attempt, due_at])
            .one(what::JOB_LEASE),
    );
}

/// Makes everything that is claimed due again.
pub(crate) fn end_leases() -> crate::query::Statement {
    END_LEASES.with(args![])
}

fn read(workspace: WorkspaceId, user_id: UserId, key: &SealingKey, row: &Row) -> Result<JobRow> {
    let id = row.uuid("job_id")?;
    let payload = open::json(
        key,
        workspace,
        PAYLOAD,
        id.as_bytes(),
        row.bytes("payload")?,
    )?;
    Ok(JobRow {
        id: JobId::from_uuid(id),
        kind: row.named("kind", JobKind::parse)?,
        session_id: SessionId::from_uuid(row.uuid("session_id")?),
        user_id,
        number: row.number("number")?,
        due_at: row.time("due_at")?,
        lease_until: row.time_opt("lease_until")?,
        attempt: row.number("attempt")?,
        payload: Phi::new(payload),
        created_at: row.time("created_at")?,
    })
}

impl Store {
    /// Takes jobs of these kinds that are due, of all workspaces, the ones that wait longest first: each gets its next attempt number and
    /// a lease until `now` + `lease`. Nobody else gets them before the lease is over.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Full`], [`Error::Corrupt`]. A job whose payload cannot be opened is no error: it is told of in the
    /// log, holds up nobody and comes back after its lease.
    pub async fn claim_jobs(
        &self,
        kinds: &[JobKind],
        now: Time,
        lease: Duration,
        limit: u32,
    ) -> Result<Vec<(WorkspaceId, JobRow)>> {
        if kinds.is_empty() {
            return Ok(Vec::new());
        }
        let kinds = kinds.iter().map(|it| it.as_str().into()).collect();
        let claim = CLAIM
            .with_list(args![now, limit, now.plus(lease)], kinds)
            .returning();
        let rows = self.db().write(vec![claim]).await?.rows;
        let mut claimed: BTreeMap<WorkspaceId, Vec<&Row>> = BTreeMap::new();
        for row in &rows {
            claimed
                .entry(WorkspaceId::from_uuid(row.uuid("workspace_id")?))
                .or_default()
                .push(row);
        }
        let mut jobs = Vec::with_capacity(rows.len());
        for (workspace, rows) in claimed {
            let users = rows
                .iter()
                .map(|it| Ok(UserId::from_uuid(it.uuid("user_id")?)))
                .collect::<Result<Vec<_>>>()?;
            let keys = self.keys().users(self.db(), workspace, &users).await?;
            for (row, user_id) in rows.into_iter().zip(users) {
                let key = keys
                    .get(&user_id)
                    .ok_or_else(|| Error::corrupt("user_keys", user_id));
                match key.and_then(|key| read(workspace, user_id, key, row)) {
                    Ok(job) => jobs.push((workspace, job)),
                    Err(error) => tracing::error!(%workspace, %error, "a job cannot be opened"),
                }
            }
        }
        jobs.sort_by_key(|(_, it)| (it.due_at, it.id));
        Ok(jobs)
    }

    /// When the next job is to be looked at: it is due, or a lease is over. May be in the past; none when nothing waits.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn next_job_due(&self) -> Result<Option<Time>> {
        let rows = self.db().read(NEXT.with(args![])).await?;
        rows.first().map_or(Ok(None), |it| it.time_opt("wake_at"))
    }

    /// Gives claimed jobs back before their lease is over, for a worker that stops. Those that are no longer this worker's stay as they are.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Full`].
    pub async fn give_back_jobs(&self, jobs: &[(WorkspaceId, JobId, u32)]) -> Result<()> {
        let give_back =
            |(workspace, id, attempt): &_| GIVE_BACK.with(args![*workspace, *id, *attempt]);
        self.db()
            .write(jobs.iter().map(give_back).collect())
            .await
            .map(drop)
    }
}
