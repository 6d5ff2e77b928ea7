//! Webhook endpoints and the customer's secrets, sealed by the workspace's key.
use crate::db::Row;
use crate::error::Result;
use crate::keys::WorkspaceKeys;
use crate::open;
use crate::outgoing::{EndpointSecrets, OldSecret, ReplacedSecret};
use crate::prepare::{Preparation, json};
use crate::query::{Arg, args, queries};
use crate::store::Store;
use crate::what;
use smartbot_model::webhook::{Endpoint, EndpointState, OrderedBy, PayloadDetail, Signature};
use smartbot_model::{EndpointId, Phi, Time, WorkspaceId};

macro_rules! columns {
    () => {
        "url, description, events, detail, state, filter, ordered_by, rate_per_second, timeout_seconds, signature, headers, disabled_reason"
    };
}

queries! {
    INSERT = concat!("INSERT INTO endpoints (workspace_id, endpoint_id, ", columns!(), ", created_at, secret, old_secrets, signing_key)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)");
    SAVE = "UPDATE endpoints SET url = $3, description = $4, events = $5, detail = $6, state = $7, filter = $8, ordered_by = $9, rate_per_second = $10,
        timeout_seconds = $11, signature = $12, headers = $13, disabled_reason = $14, revision = revision + 1 WHERE workspace_id = $1 AND endpoint_id = $2 AND revision = $15";
    SAVE_SECRETS = "UPDATE endpoints SET secret = $3, old_secrets = $4, signing_key = $5 WHERE workspace_id = $1 AND endpoint_id = $2 AND secret = $6";
    EVERY = concat!("SELECT endpoint_id, created_at, revision, ", columns!(), " FROM endpoints WHERE workspace_id = $1 ORDER BY endpoint_id");
    SECRETS_OF = "SELECT secret, old_secrets, signing_key FROM endpoints WHERE workspace_id = $1 AND endpoint_id = $2";
    REMOVE = "DELETE FROM endpoints WHERE workspace_id = $1 AND endpoint_id = $2";
    REMOVE_ATTEMPTS = "DELETE FROM attempts WHERE workspace_id = $1 AND delivery_id IN
        (SELECT delivery_id FROM deliveries WHERE workspace_id = $1 AND endpoint_id = $2)";
    REMOVE_DELIVERIES = "DELETE FROM deliveries WHERE workspace_id = $1 AND endpoint_id = $2";
    REMOVE_RESENDS = "DELETE FROM resends WHERE workspace_id = $1 AND endpoint_id = $2";
    REMOVE_HEALTH = "DELETE FROM endpoint_health WHERE workspace_id = $1 AND endpoint_id = $2";
    REMOVE_ALERTS = "DELETE FROM endpoint_alerts WHERE workspace_id = $1 AND endpoint_id = $2";
    SET_SECRET = "INSERT INTO secrets (workspace_id, name, value, updated_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (workspace_id, name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at";
    REMOVE_SECRET = "DELETE FROM secrets WHERE workspace_id = $1 AND name = $2";
    SECRET = "SELECT value FROM secrets WHERE workspace_id = $1 AND name = $2";
    SECRET_NAMES = "SELECT name FROM secrets WHERE workspace_id = $1 ORDER BY name";
}

const URL: &str = "endpoints.url";
const HEADERS: &str = "endpoints.headers";
const SIGNING_SECRET: &str = "endpoints.secret";
const OLD_SECRETS: &str = "endpoints.old_secrets";
const SIGNING_KEY: &str = "endpoints.signing_key";
const SECRET_VALUE: &str = "secrets.value";

fn content(to: &Preparation<'_>, it: &Endpoint) -> Result<Vec<Arg>> {
    let uuid = it.id.uuid();
    let seal = |column, clear: &[u8]| to.by_workspace(column, uuid.as_bytes(), clear);
    let headers = (!it.headers.is_empty())
        .then(|| seal(HEADERS, json(&it.headers)?.as_bytes()))
        .transpose()?;
    Ok(args![
        to.workspace,
        it.id,
        seal(URL, it.url.as_bytes())?,
        it.description.as_str(),
        json(&it.events)?,
        it.detail.as_str(),
        it.state.as_str(),
        json(&it.filter)?,
        it.ordered_by.map(|_| ORDERED_BY_USER.to_owned()),
        it.rate_per_second,
        it.timeout_seconds,
        it.signature.as_str(),
        headers,
        it.disabled_reason.clone(),
    ])
}

/// The one order there is.
const ORDERED_BY_USER: &str = "user";

fn secrets(to: &Preparation<'_>, id: EndpointId, it: &EndpointSecrets) -> Result<Vec<Arg>> {
    let uuid = id.uuid();
    let seal = |column, clear: &[u8]| to.by_workspace(column, uuid.as_bytes(), clear);
    let old: Vec<(&String, i64)> = it
        .old
        .iter()
        .map(|it| (it.secret.expose(), it.until.micros()))
        .collect();
    let old = (!old.is_empty())
        .then(|| seal(OLD_SECRETS, json(&old)?.as_bytes()))
        .transpose()?;
    let key = it
        .signing_key
        .as_ref()
        .map(|it| seal(SIGNING_KEY, it.expose()));
    Ok(args![
        seal(SIGNING_SECRET, it.current.expose().as_bytes())?,
        old,
        key.transpose()?,
    ])
}

pub(crate) fn insert(
    to: &mut Preparation<'_>,
    it: &Endpoint,
    signed_by: &EndpointSecrets,
) -> Result<()> {
    let mut args = content(to, it)?;
    args.push(it.created_at.into());
    args.extend(secrets(to, it.id, signed_by)?);
    to.push(INSERT.with(args).unique(what::ENDPOINT));
    Ok(())
}

pub(crate) fn save(to: &mut Preparation<'_>, it: &Endpoint) -> Result<()> {
    let mut args = content(to, it)?;
    args.push(it.revision.into());
    to.push(SAVE.with(args).one(what::ENDPOINT_REVISION));
    Ok(())
}

pub(crate) fn save_secrets(
    to: &mut Preparation<'_>,
    id: EndpointId,
    it: &EndpointSecrets,
    replaces: ReplacedSecret,
) -> Result<()> {
    let mut args = args![to.workspace, id];
    args.extend(secrets(to, id, it)?);
    args.push(replaces.0.into());
    to.push(SAVE_SECRETS.with(args).one(what::ENDPOINT_SECRET));
    Ok(())
}

pub(crate) fn remove(to: &mut Preparation<'_>, id: EndpointId) {
    let about = || args![to.workspace, id];
    let statements = [
        REMOVE.with(about()).one(what::NO_ENDPOINT),
        REMOVE_ATTEMPTS.with(about()),
        REMOVE_DELIVERIES.with(about()),
        REMOVE_RESENDS.with(about()),
        REMOVE_HEALTH.with(about()),
        REMOVE_ALERTS.with(about()),
    ];
    statements.into_iter().for_each(|it| to.push(it));
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
    let headers = row
        .bytes_opt("headers")?
        .map(|it| open::json(&keys.seal, workspace, HEADERS, id.as_bytes(), it));
    Ok(Endpoint {
        id: EndpointId::from_uuid(id),
        url: open::text(&keys.seal, workspace, URL, id.as_bytes(), row.bytes("url")?)?.into_inner(),
        description: row.text("description")?,
        events: row.json("events")?,
        filter: row.json("filter")?,
        detail: row.named("detail", PayloadDetail::parse)?,
        ordered_by: row.text_opt("ordered_by")?.map(|_| OrderedBy::User),
        rate_per_second: row.number_opt("rate_per_second")?,
        timeout_seconds: row.number("timeout_seconds")?,
        signature: row.named("signature", Signature::parse)?,
        headers: headers.transpose()?.unwrap_or_default(),
        state: row.named("state", EndpointState::parse)?,
        disabled_reason: row.text_opt("disabled_reason")?,
        revision: row.number("revision")?,
        created_at: row.time("created_at")?,
    })
}

fn read_secrets(
    workspace: WorkspaceId,
    keys: &WorkspaceKeys,
    id: EndpointId,
    row: &Row,
) -> Result<EndpointSecrets> {
    let uuid = id.uuid();
    let seal = &keys.seal;
    let old: Vec<(String, i64)> = match row.bytes_opt("old_secrets")? {
        Some(sealed) => open::json(seal, workspace, OLD_SECRETS, uuid.as_bytes(), sealed)?,
        None => Vec::new(),
    };
    let signing_key = match row.bytes_opt("signing_key")? {
        Some(sealed) => Some(Phi::new(open::bytes(
            seal,
            workspace,
            SIGNING_KEY,
            uuid.as_bytes(),
            sealed,
        )?)),
        None => None,
    };
    Ok(EndpointSecrets {
        current: open::text(
            seal,
            workspace,
            SIGNING_SECRET,
            uuid.as_bytes(),
            row.bytes("secret")?,
        )?,
        old: old
            .into_iter()
            .map(|(secret, until)| OldSecret {
                secret: Phi::new(secret),
                until: Time::from_micros(until),
            })
            .collect(),
        signing_key,
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

    /// The secrets that sign what an endpoint is sent.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn endpoint_secrets(
        &self,
        workspace: WorkspaceId,
        id: EndpointId,
    ) -> Result<Option<EndpointSecrets>> {
        let read = self.endpoint_secrets_to_replace(workspace, id).await?;
        Ok(read.map(|it| it.0))
    }

    /// The same, with what guards that nobody else replaces them meanwhile.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn endpoint_secrets_to_replace(
        &self,
        workspace: WorkspaceId,
        id: EndpointId,
    ) -> Result<Option<(EndpointSecrets, ReplacedSecret)>> {
        let Some(keys) = self.keys().workspace(self.db(), workspace).await? else {
            return Ok(None);
        };
        let rows = self
            .db()
            .read(SECRETS_OF.with(args![workspace, id]))
            .await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let secrets = read_secrets(workspace, &keys, id, row)?;
        let sealed = row.bytes("secret")?.to_vec();
        Ok(Some((secrets, ReplacedSecret(sealed))))
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
