//! What those who manage webhooks are to be told of endpoints: counted until it is told, so that one notification tells of thousands.
use crate::db::Row;
use crate::error::Result;
use crate::outgoing::{DueAlert, ToldAlert};
use crate::prepare::{Preparation, json};
use crate::query::{args, queries};
use crate::rows::EndpointAlert;
use crate::store::Store;
use crate::what;
use smartbot_model::notification::NotificationKind;
use smartbot_model::{Time, WorkspaceId};

queries! {
    NOTE = "INSERT INTO endpoint_alerts (workspace_id, endpoint_id, kind, trouble, waiting, happened_at, due_at, told)
        SELECT workspace_id, endpoint_id, $3, $4, $5, $6, $6, 0 FROM endpoints WHERE workspace_id = $1 AND endpoint_id = $2
        ON CONFLICT (workspace_id, endpoint_id, kind) DO UPDATE SET trouble = excluded.trouble, happened_at = excluded.happened_at,
        waiting = endpoint_alerts.waiting + excluded.waiting";
    TELL = "UPDATE endpoint_alerts SET waiting = waiting - $5, told = told + 1, due_at = $6
        WHERE workspace_id = $1 AND endpoint_id = $2 AND kind = $3 AND told = $4 AND waiting >= $5";
    DUE = "SELECT workspace_id, kind, trouble, waiting, happened_at, told FROM endpoint_alerts WHERE waiting > 0 AND due_at <= $1 ORDER BY due_at LIMIT $2";
}

pub(crate) fn note(to: &mut Preparation<'_>, alert: &EndpointAlert) -> Result<()> {
    let args = args![
        to.workspace,
        alert.trouble.endpoint_id,
        alert.kind.as_str(),
        json(&alert.trouble)?,
        alert.count,
        alert.at
    ];
    to.push(NOTE.with(args));
    Ok(())
}

pub(crate) fn tell(to: &mut Preparation<'_>, it: &ToldAlert) {
    let args = args![
        to.workspace,
        it.endpoint_id,
        it.kind.as_str(),
        it.told,
        it.count,
        it.next_at
    ];
    to.push(TELL.with(args).one(what::ENDPOINT_ALERT));
}

fn read(row: &Row) -> Result<DueAlert> {
    Ok(DueAlert {
        workspace_id: WorkspaceId::from_uuid(row.uuid("workspace_id")?),
        alert: EndpointAlert {
            kind: row.named("kind", NotificationKind::parse)?,
            trouble: row.json("trouble")?,
            count: row.number("waiting")?,
            at: row.time("happened_at")?,
        },
        told: row.number("told")?,
    })
}

impl Store {
    /// What is due to be told of endpoints, of all workspaces, what waits longest first. Several may read the same; one of them tells it.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn due_endpoint_alerts(&self, now: Time, limit: u32) -> Result<Vec<DueAlert>> {
        let rows = self.db().read(DUE.with(args![now, limit])).await?;
        rows.iter().map(read).collect()
    }
}
