//! Users: profile and `external_id` sealed by the user's own key, found by blind indexes.
use crate::agents::email_index;
use crate::db::Row;
use crate::error::{Error, Result};
use crate::keys::WorkspaceKeys;
use crate::open;
use crate::prepare::{Preparation, json};
use crate::query::{Arg, ROWS_AT_ONCE, args, queries};
use crate::rows::UserRow;
use crate::seal::SealingKey;
use crate::store::Store;
use crate::what;
use serde_json::{Map, Value};
use smartbot_model::user::is_valid_flag;
use smartbot_model::{Phi, UserId, WorkspaceId};

/// A user, flags and wrapped key included; `u` and `k` are the tables.
macro_rules! user_columns {
    () => {
        "u.user_id, u.external_id, u.fields AS user_fields, u.event_sequence AS user_event_sequence, u.version AS user_version,
        u.created_at AS user_created_at, u.updated_at AS user_updated_at, k.key_id, k.wrapped,
        (SELECT string_agg(f.flag, ' ') FROM user_flags AS f WHERE f.workspace_id = u.workspace_id AND f.user_id = u.user_id) AS user_flags"
    };
}
pub(crate) use user_columns;

/// Users with their keys; conditions follow.
macro_rules! from {
    () => {
        " FROM users AS u JOIN user_keys AS k ON k.workspace_id = u.workspace_id AND k.user_id = u.user_id WHERE u.workspace_id = $1 AND "
    };
}
pub(crate) use from;

queries! {
    INSERT = "INSERT INTO users (workspace_id, user_id, external_id, external_id_index, phone_index, email_index, fields, event_sequence, updated_at, version, created_at)
        VALUES {rows}";
    SAVE = "UPDATE users SET external_id = $3, external_id_index = $4, phone_index = $5, email_index = $6, fields = $7, event_sequence = $8,
        updated_at = $9, version = version + 1 WHERE workspace_id = $1 AND user_id = $2 AND version = $10";
    ADD_FLAGS = "INSERT INTO user_flags (workspace_id, user_id, flag) VALUES {rows} ON CONFLICT (workspace_id, user_id, flag) DO NOTHING";
    REMOVE_FLAGS = "DELETE FROM user_flags WHERE workspace_id = $1 AND user_id = $2 AND flag IN ({list})";
    BY_ID = concat!("SELECT ", user_columns!(), from!(), "u.user_id = $2");
    BY_EXTERNAL_ID = concat!("SELECT ", user_columns!(), from!(), "u.external_id_index = $2");
}

pub(crate) const EXTERNAL_ID: &str = "users.external_id";
const FIELDS: &str = "users.fields";

pub(crate) fn insert(to: &mut Preparation<'_>, row: &UserRow) -> Result<()> {
    let (key, keep_key) = to.ring.new_user(to.workspace, &to.keys, row.id)?;
    to.users.insert(row.id, key);
    to.new_users.push(row.id);
    let mut args = content(to, row)?;
    args.extend(args![row.version, row.created_at]);
    to.push(INSERT.with_row(args).unique(what::EXTERNAL_ID));
    to.push(keep_key);
    add_flags(
        to,
        row.id,
        &row.flags.iter().map(String::as_str).collect::<Vec<_>>(),
    )
}

pub(crate) fn save(
    to: &mut Preparation<'_>,
    row: &UserRow,
    expected_version: u64,
    added_flags: Vec<String>,
    removed_flags: Vec<String>,
) -> Result<()> {
    let mut args = content(to, row)?;
    args.extend(args![expected_version]);
    // Its count is wrong when the version moved on; its unique index refuses when the external id is taken. Both mean: read again.
    to.push(SAVE.with(args).one(what::USER_VERSION).joining());
    if !removed_flags.is_empty() {
        let flags = removed_flags.into_iter().map(Arg::from).collect();
        to.push(REMOVE_FLAGS.with_list(args![to.workspace, row.id], flags));
    }
    add_flags(
        to,
        row.id,
        &added_flags.iter().map(String::as_str).collect::<Vec<_>>(),
    )
}

/// Everything of a user that a save replaces.
fn content(to: &Preparation<'_>, row: &UserRow) -> Result<Vec<Arg>> {
    let uuid = row.id.uuid();
    let fields = row.fields.expose();
    let text_of = |name: &str| {
        fields
            .get(name)
            .and_then(Value::as_str)
            .map(str::trim)
            .filter(|it| !it.is_empty())
    };
    let external_id = row.external_id.as_ref().map(Phi::expose);
    Ok(args![
        to.workspace,
        row.id,
        external_id
            .map(|it| to.by_user(row.id, EXTERNAL_ID, uuid.as_bytes(), it.as_bytes()))
            .transpose()?,
        external_id.map(|it| external_id_index(&to.keys, it)),
        text_of("user_phone").map(|it| phone_index(&to.keys, it)),
        text_of("user_email").map(|it| email_index(&to.keys, it)),
        to.by_user(row.id, FIELDS, uuid.as_bytes(), json(fields)?.as_bytes())?,
        row.event_sequence,
        row.updated_at,
    ])
}

pub(crate) fn external_id_index(keys: &WorkspaceKeys, external_id: &str) -> [u8; 32] {
    keys.blind("external_id", external_id)
}

pub(crate) fn phone_index(keys: &WorkspaceKeys, phone: &str) -> [u8; 32] {
    keys.blind("phone", phone.trim())
}

fn add_flags(to: &mut Preparation<'_>, user: UserId, flags: &[&str]) -> Result<()> {
    // Flags are read back as one text with spaces between them.
    if let Some(flag) = flags.iter().find(|it| !is_valid_flag(it)) {
        return Err(Error::invalid(format!("a flag of this name: {flag}")));
    }
    for some in flags.chunks(ROWS_AT_ONCE) {
        let values = some
            .iter()
            .flat_map(|it| args![to.workspace, user, *it])
            .collect();
        to.push(ADD_FLAGS.with_rows(vec![], 3, values));
    }
    Ok(())
}

/// Reads a user from a row with [`user_columns`].
pub(crate) fn read(workspace: WorkspaceId, key: &SealingKey, row: &Row) -> Result<UserRow> {
    let id = row.uuid("user_id")?;
    let external_id = row
        .bytes_opt("external_id")?
        .map(|it| open::text(key, workspace, EXTERNAL_ID, id.as_bytes(), it));
    let fields: Map<String, Value> = open::json(
        key,
        workspace,
        FIELDS,
        id.as_bytes(),
        row.bytes("user_fields")?,
    )?;
    Ok(UserRow {
        id: UserId::from_uuid(id),
        external_id: external_id.transpose()?,
        fields: Phi::new(fields),
        flags: row
            .text_opt("user_flags")?
            .unwrap_or_default()
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
        event_sequence: row.number("user_event_sequence")?,
        version: row.number("user_version")?,
        created_at: row.time("user_created_at")?,
        updated_at: row.time("user_updated_at")?,
    })
}

impl Store {
    /// The user of this id.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn user(&self, workspace: WorkspaceId, id: UserId) -> Result<Option<UserRow>> {
        let rows = self.db().read(BY_ID.with(args![workspace, id])).await?;
        Ok(self.open_users(workspace, &rows).await?.pop())
    }

    /// The user of exactly this `external_id`.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn user_by_external_id(
        &self,
        workspace: WorkspaceId,
        external_id: &str,
    ) -> Result<Option<UserRow>> {
        let Some(keys) = self.keys().workspace(self.db(), workspace).await? else {
            return Ok(None);
        };
        let rows = self
            .db()
            .read(BY_EXTERNAL_ID.with(args![workspace, external_id_index(&keys, external_id)]))
            .await?;
        Ok(self.open_users(workspace, &rows).await?.pop())
    }

    pub(crate) async fn open_users(
        &self,
        workspace: WorkspaceId,
        rows: &[Row],
    ) -> Result<Vec<UserRow>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let keys = self
            .keys()
            .workspace_with_rows(self.db(), workspace)
            .await?;
        let open = |row: &Row| {
            let key = self.keys().user_in(
                workspace,
                &keys,
                UserId::from_uuid(row.uuid("user_id")?),
                row,
            )?;
            read(workspace, &key, row)
        };
        rows.iter().map(open).collect()
    }
}
