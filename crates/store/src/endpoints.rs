//! Webhook endpoints and the customer's secrets, sealed by the workspace's key.
use crate::db::Row;
use crate::deliveries;
use crate::error::Result;
use crate::keys::WorkspaceKeys;
use crate::open;
use crate::prepare::{Preparation, json};
use crate::query::{args, queries};
use crate::store::Store;
use crate::what;
use smartbot_model::webhook::{Endpoint, EndpointState, PayloadDetail};
use smartbot_model::{EndpointId, Phi, Time, WorkspaceId};

queries! {
    INSERT = "INSERT INTO endpoints (workspace_id, endpoint_id, url, description, events, detail, state, created_at, secret)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    SAVE = "UPDATE endpoints SET url = $3, description = $4, events = $5, detail = $6, state = $7 WHERE workspace_id = $1 AND endpoint_id = $2";
    EVERY = "SELECT endpoint_id, url, description, events, detail, state, created_at FROM endpoints WHERE workspace_id = $1 ORDER BY endpoint_id";
    SECRET_OF = "SELECT secret FROM endpoints WHERE workspace_id = $1 AND endpoint_id = $2";
    SET_SECRET = "INSERT INTO secrets (workspace_id, name, value, updated_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (workspace_id, name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at";
    REMOVE_SECRET = "DELETE FROM secrets WHERE workspace_id = $1 AND name = $2";
    SECRET = "SELECT value FROM secrets WHERE workspace_id = $1 AND name = $2";
    SECRET_NAMES = "SELECT name FROM secrets WHERE workspace_id = $1 ORDER BY name";
}

const URL: &str = "endpoints.url";
const SIGNING_SECRET: &str = "endpoints.secret";
const SECRET_VALUE: &str = "secrets.value";

pub(crate) fn insert(to: &mut Preparation<'_>, it: &Endpoint, secret: &Phi<String>) -> Result<()> {
    let uuid = it.id.uuid();
    let args = args![
        to.workspace,
        it.id,
        to.by_workspace(URL, uuid.as_bytes(), it.url.as_bytes())?,
        it.description.as_str(),
        json(&it.events)?,
        it.detail.as_str(),
        it.state.as_str(),
        it.created_at,
        to.by_workspace(SIGNING_SECRET, uuid.as_bytes(), secret.expose().as_bytes())?,
    ];
    to.push(INSERT.with(args).unique(what::ENDPOINT));
    Ok(())
}

pub(crate) fn save(to: &mut Preparation<'_>, it: &Endpoint) -> Result<()> {
    let url = to.by_workspace(URL, it.id.uuid().as_bytes(), it.url.as_bytes())?;
    let args = args![
        to.workspace,
        it.id,
        url,
        it.description.as_str(),
        json(&it.events)?,
        it.detail.as_str(),
        it.state.as_str()
    ];
    to.push(SAVE.with(args).one(what::NO_ENDPOINT));
    if it.state == EndpointState::Active {
        deliveries::wake(to, it.id);
    }
    Ok(())
}

pub(crate) fn set_secret(
    to: &mut Preparation<'_>,
    name: String,
    value: &Phi<String>,
    at: Time,
) -> Result<()> {
    let sealed = to.by_workspace(SECRET_VALUE, name.as_bytes(), value.expose().as_bytes())?;
    to.push(SET_SECRET.with(args![to.workspace, name, sealed, at]));
    Ok(())
}

pub(crate) fn remove_secret(to: &mut Preparation<'_>, name: String) {
    to.push(REMOVE_SECRET.with(args![to.workspace, name]));
}

fn read(workspace: WorkspaceId, keys: &WorkspaceKeys, row: &Row) -> Result<Endpoint> {
    let id = row.uuid("endpoint_id")?;
    Ok(Endpoint {
        id: EndpointId::from_uuid(id),
        url: open::text(&keys.seal, workspace, URL, id.as_bytes(), row.bytes("url")?)?.into_inner(),
        description: row.text("description")?,
        events: row.json("events")?,
        detail: row.named("detail", PayloadDetail::parse)?,
        state: row.named("state", EndpointState::parse)?,
        created_at: row.time("created_at")?,
    })
}

impl Store {
    /// All endpoints, the oldest first.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn endpoints(&self, workspace: WorkspaceId) -> Result<Vec<Endpoint>> {
        let Some(keys) = self.keys().workspace(self.db(), workspace).await? else {
            return Ok(Vec::new());
        };
        let rows = self.db().read(EVERY.with(args![workspace])).await?;
        rows.iter().map(|it| read(workspace, &keys, it)).collect()
    }

    /// The secret that signs what an endpoint is sent.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn endpoint_secret(
        &self,
        workspace: WorkspaceId,
        id: EndpointId,
    ) -> Result<Option<Phi<String>>> {
        let Some(keys) = self.keys().workspace(self.db(), workspace).await? else {
            return Ok(None);
        };
        let rows = self.db().read(SECRET_OF.with(args![workspace, id])).await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        open::text(
            &keys.seal,
            workspace,
            SIGNING_SECRET,
            id.uuid().as_bytes(),
            row.bytes("secret")?,
        )
        .map(Some)
    }

    /// A secret of the customer.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn secret(&self, workspace: WorkspaceId, name: &str) -> Result<Option<Phi<String>>> {
        let Some(keys) = self.keys().workspace(self.db(), workspace).await? else {
            return Ok(None);
        };
        let rows = self.db().read(SECRET.with(args![workspace, name])).await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        open::text(
            &keys.seal,
            workspace,
            SECRET_VALUE,
            name.as_bytes(),
            row.bytes("value")?,
        )
        .map(Some)
    }

    /// The names of the customer's secrets.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn secret_names(&self, workspace: WorkspaceId) -> Result<Vec<String>> {
        let rows = self.db().read(SECRET_NAMES.with(args![workspace])).await?;
        let mut names = rows
            .iter()
            .map(|it| it.text("name"))
            .collect::<Result<Vec<_>>>()?;
        names.sort_unstable();
        Ok(names)
    }
}
