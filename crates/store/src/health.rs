//! How endpoints that fail have been doing. One that does well has no row, so that success writes nothing.
use crate::db::Row;
use crate::error::Result;
use crate::outgoing::EndpointHealth;
use crate::prepare::Preparation;
use crate::query::{args, queries};
use crate::store::Store;
use smartbot_model::{EndpointId, WorkspaceId};

queries! {
    SAVE = "INSERT INTO endpoint_health (workspace_id, endpoint_id, failing_since, failures, warned) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (workspace_id, endpoint_id) DO UPDATE SET failing_since = excluded.failing_since, failures = excluded.failures, warned = excluded.warned";
    FORGET = "DELETE FROM endpoint_health WHERE workspace_id = $1 AND endpoint_id = $2";
    OF_WORKSPACE = "SELECT endpoint_id, failing_since, failures, warned FROM endpoint_health WHERE workspace_id = $1";
    OF_ENDPOINT = "SELECT failing_since, failures, warned FROM endpoint_health WHERE workspace_id = $1 AND endpoint_id = $2";
}

pub(crate) fn save(to: &mut Preparation<'_>, id: EndpointId, health: Option<EndpointHealth>) {
    to.push(match health {
        None => FORGET.with(args![to.workspace, id]),
        Some(it) => SAVE.with(args![
            to.workspace,
            id,
            it.failing_since,
            it.failures,
            it.warned
        ]),
    });
}

fn read(row: &Row) -> Result<EndpointHealth> {
    Ok(EndpointHealth {
        failing_since: row.time("failing_since")?,
        failures: row.number("failures")?,
        warned: row.number("warned")?,
    })
}

impl Store {
    /// How an endpoint has been doing; none when nothing is wrong.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn endpoint_health(
        &self,
        workspace: WorkspaceId,
        id: EndpointId,
    ) -> Result<Option<EndpointHealth>> {
        let rows = self
            .db()
            .read(OF_ENDPOINT.with(args![workspace, id]))
            .await?;
        rows.first().map(read).transpose()
    }

    /// The endpoints of a workspace that fail, and how they have been doing.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn failing_endpoints(
        &self,
        workspace: WorkspaceId,
    ) -> Result<Vec<(EndpointId, EndpointHealth)>> {
        let rows = self.db().read(OF_WORKSPACE.with(args![workspace])).await?;
        let each = |row| {
            Ok((
                EndpointId::from_uuid(Row::uuid(row, "endpoint_id")?),
                read(row)?,
            ))
        };
        rows.iter().map(each).collect()
    }
}
