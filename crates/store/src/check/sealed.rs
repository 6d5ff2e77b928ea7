//! Every sealed value opens where it lies, and what values are found by stands for the value.
use super::{Check, PAGE};
use crate::agents;
use crate::db::Row;
use crate::error::Result;
use crate::keys::{self, WorkspaceKeys};
use crate::query::{Arg, Query, args, queries};
use crate::seal::Place;
use crate::users;
use serde_json::Value;
use smartbot_model::{UserId, WorkspaceId};

/// A page of a table; `$key` leads its order and has `$after` values.
macro_rules! page {
    ($columns:literal, $table:literal, ($key:literal) > ($after:literal), $limit:literal) => {
        concat!(
            "SELECT t.workspace_id, ",
            $columns,
            " FROM ",
            $table,
            " AS t WHERE (",
            $key,
            ") > (",
            $after,
            ") ORDER BY ",
            $key,
            " LIMIT ",
            $limit
        )
    };
}

/// The same with the key of the user `$user`, if there is one.
macro_rules! page_of_user {
    ($columns:literal, $table:literal, $user:literal, ($key:literal) > ($after:literal), $limit:literal) => {
        concat!(
            "SELECT t.workspace_id, ",
            $user,
            " AS user_id, k.key_id, k.wrapped, ",
            $columns,
            " FROM ",
            $table,
            " LEFT JOIN user_keys AS k ON k.workspace_id = t.workspace_id AND k.user_id = ",
            $user,
            " WHERE (",
            $key,
            ") > (",
            $after,
            ") ORDER BY ",
            $key,
            " LIMIT ",
            $limit
        )
    };
}

queries! {
    AGENTS = page!("t.agent_id, t.email, t.name, t.password_hash, t.email_index, t.sign_in_index", "agents", ("t.workspace_id, t.agent_id") > ("$1, $2"), "$3");
    BROWSER_SESSIONS = page!("t.browser_session_id, t.address, t.user_agent", "browser_sessions", ("t.workspace_id, t.browser_session_id") > ("$1, $2"), "$3");
    ENDPOINTS = page!("t.endpoint_id, t.url, t.headers, t.secret, t.old_secrets, t.signing_key", "endpoints", ("t.workspace_id, t.endpoint_id") > ("$1, $2"), "$3");
    SECRETS = page!("t.name, t.value", "secrets", ("t.workspace_id, t.name") > ("$1, $2"), "$3");
    CANNED_REPLIES = page!("t.canned_reply_id, t.name, t.text", "canned_replies", ("t.workspace_id, t.canned_reply_id") > ("$1, $2"), "$3");
    ATTEMPTS = page!("t.delivery_id, t.attempt, t.response, t.response_headers", "attempts", ("t.workspace_id, t.delivery_id, t.attempt") > ("$1, $2, $3"), "$4");
    USERS = page_of_user!("t.external_id, t.fields, t.external_id_index, t.phone_index, t.email_index", "users AS t", "t.user_id", ("t.workspace_id, t.user_id") > ("$1, $2"), "$3");
    SESSIONS = page_of_user!("t.session_id, t.state, t.metadata", "sessions AS t", "t.user_id", ("t.workspace_id, t.session_id") > ("$1, $2"), "$3");
    MESSAGES = page_of_user!("t.session_id, t.seq, t.content", "messages AS t LEFT JOIN sessions AS s ON s.workspace_id = t.workspace_id AND s.session_id = t.session_id",
        "s.user_id", ("t.workspace_id, t.session_id, t.seq") > ("$1, $2, $3"), "$4");
    NOTES = page_of_user!("t.session_id, t.note_id, t.content", "notes AS t LEFT JOIN sessions AS s ON s.workspace_id = t.workspace_id AND s.session_id = t.session_id",
        "s.user_id", ("t.workspace_id, t.session_id, t.note_id") > ("$1, $2, $3"), "$4");
    JOBS = page_of_user!("t.job_id, t.payload", "jobs AS t", "t.user_id", ("t.workspace_id, t.job_id") > ("$1, $2"), "$3");
    EVENTS = page_of_user!("t.event_id, t.data", "events AS t", "t.user_id", ("t.workspace_id, t.event_id") > ("$1, $2"), "$3");
    ANSWERS = page_of_user!("t.scope, t.key_index, t.body", "answers AS t", "t.user_id", ("t.workspace_id, t.scope, t.key_index") > ("$1, $2, $3"), "$4");
}

/// What the rows of a table are told apart by in their workspace.
#[derive(Clone, Copy)]
enum Id {
    /// An id.
    Uuid(&'static str),
    /// An id and a number.
    Numbered(&'static str, &'static str),
    /// An id among those of another one.
    Nested(&'static str, &'static str),
    /// A text.
    Text(&'static str),
    /// A text and bytes.
    Scoped(&'static str, &'static str),
}

impl Id {
    /// As it is part of what is sealed with a value.
    fn bytes(self, row: &Row) -> Result<Vec<u8>> {
        Ok(match self {
            Self::Uuid(column) | Self::Nested(_, column) => row.bytes(column)?,
            Self::Numbered(column, number) => {
                let number: u32 = row.number(number)?;
                [row.bytes(column)?.as_slice(), &number.to_be_bytes()].concat()
            }
            Self::Text(column) => row.text(column)?.into_bytes(),
            Self::Scoped(column, bytes) => {
                [row.text(column)?.as_bytes(), &[0], &row.bytes(bytes)?].concat()
            }
        })
    }

    /// As people find the row.
    fn shown(self, row: &Row) -> Result<String> {
        Ok(match self {
            Self::Uuid(column) | Self::Nested(_, column) => row.uuid(column)?.simple().to_string(),
            Self::Numbered(column, number) => {
                format!("{} {}", row.uuid(column)?.simple(), row.int(number)?)
            }
            Self::Text(column) | Self::Scoped(column, _) => row.text(column)?,
        })
    }

    /// Where the next page begins.
    fn after(self, row: &Row) -> Result<Vec<Arg>> {
        let workspace = row.bytes("workspace_id")?;
        Ok(match self {
            Self::Uuid(column) => args![workspace, row.bytes(column)?],
            Self::Numbered(column, number) => {
                args![workspace, row.bytes(column)?, row.int(number)?]
            }
            Self::Nested(outer, column) => {
                args![workspace, row.bytes(outer)?, row.bytes(column)?]
            }
            Self::Text(column) => args![workspace, row.text(column)?],
            Self::Scoped(column, bytes) => {
                args![workspace, row.text(column)?, row.bytes(bytes)?]
            }
        })
    }

    /// Where the first page begins.
    fn before_all(self) -> Vec<Arg> {
        let no_bytes = Vec::<u8>::new;
        match self {
            Self::Uuid(_) => args![no_bytes(), no_bytes()],
            Self::Numbered(..) => args![no_bytes(), no_bytes(), -1_i64],
            Self::Nested(..) => args![no_bytes(), no_bytes(), no_bytes()],
            Self::Text(_) => args![no_bytes(), ""],
            Self::Scoped(..) => args![no_bytes(), "", no_bytes()],
        }
    }
}

/// Whose key seals a column.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Workspace,
    User,
    /// The workspace's when there is no user.
    UserIfAny,
}

/// A table with sealed values.
struct Table {
    page: &'static Query,
    id: Id,
    by: By,
    /// `table.column`
    columns: &'static [&'static str],
    /// Looks at what rows are found by.
    indexes: Option<Indexes>,
}

type Indexes = fn(&WorkspaceKeys, &[u8; 32], &Row, &[Option<Vec<u8>>]) -> Result<Vec<&'static str>>;

const fn table(page: &'static Query, id: Id, by: By, columns: &'static [&'static str]) -> Table {
    Table {
        page,
        id,
        by,
        columns,
        indexes: None,
    }
}

/// Every sealed column, but for the keys themselves.
static TABLES: &[Table] = &[
    Table {
        indexes: Some(indexes_of_agent),
        ..table(
            &AGENTS,
            Id::Uuid("agent_id"),
            By::Workspace,
            &["agents.email", "agents.name", "agents.password_hash"],
        )
    },
    table(
        &BROWSER_SESSIONS,
        Id::Uuid("browser_session_id"),
        By::Workspace,
        &["browser_sessions.address", "browser_sessions.user_agent"],
    ),
    table(
        &ENDPOINTS,
        Id::Uuid("endpoint_id"),
        By::Workspace,
        &[
            "endpoints.url",
            "endpoints.headers",
            "endpoints.secret",
            "endpoints.old_secrets",
            "endpoints.signing_key",
        ],
    ),
    table(
        &SECRETS,
        Id::Text("name"),
        By::Workspace,
        &["secrets.value"],
    ),
    table(
        &CANNED_REPLIES,
        Id::Uuid("canned_reply_id"),
        By::Workspace,
        &["canned_replies.name", "canned_replies.text"],
    ),
    table(
        &ATTEMPTS,
        Id::Numbered("delivery_id", "attempt"),
        By::Workspace,
        &["attempts.response", "attempts.response_headers"],
    ),
    Table {
        indexes: Some(indexes_of_user),
        ..table(
            &USERS,
            Id::Uuid("user_id"),
            By::User,
            &["users.external_id", "users.fields"],
        )
    },
    table(
        &SESSIONS,
        Id::Uuid("session_id"),
        By::User,
        &["sessions.state", "sessions.metadata"],
    ),
    table(
        &MESSAGES,
        Id::Numbered("session_id", "seq"),
        By::User,
        &["messages.content"],
    ),
    table(
        &NOTES,
        Id::Nested("session_id", "note_id"),
        By::User,
        &["notes.content"],
    ),
    table(&JOBS, Id::Uuid("job_id"), By::User, &["jobs.payload"]),
    table(
        &EVENTS,
        Id::Uuid("event_id"),
        By::UserIfAny,
        &["events.data"],
    ),
    table(
        &ANSWERS,
        Id::Scoped("scope", "key_index"),
        By::UserIfAny,
        &["answers.body"],
    ),
];

pub(super) async fn check(check: &mut Check<'_>) -> Result<()> {
    for table in TABLES {
        let mut after = table.id.before_all();
        loop {
            after.push(PAGE.into());
            let rows = check.snapshot.read(table.page.with(after)).await?;
            for row in &rows {
                look_at(check, table, row).await?;
            }
            let Some(row) = rows.last() else { break };
            after = table.id.after(row)?;
        }
    }
    Ok(())
}

async fn look_at(check: &mut Check<'_>, table: &Table, row: &Row) -> Result<()> {
    check.checked.rows += 1;
    let workspace = WorkspaceId::from_uuid(row.uuid("workspace_id")?);
    let shown = || Ok::<_, crate::Error>(format!("{} of {workspace}", table.id.shown(row)?));
    let keys = check.keys.workspace(&mut check.snapshot, workspace).await?;
    let Some(keys) = keys else {
        let message = "the key of its workspace is gone or cannot be opened";
        check.found("sealed", table.columns[0], shown()?, message);
        return Ok(());
    };
    let user = match table.by {
        By::Workspace => None,
        By::User | By::UserIfAny => row.uuid_opt("user_id")?.map(UserId::from_uuid),
    };
    // Of a user who was erased the rows stay, with nothing in them.
    let is_erased = (user.is_some() || table.by == By::User) && row.bytes_opt("wrapped")?.is_none();
    let key = user
        .filter(|_| !is_erased)
        .and_then(|it| check.keys.user(&keys, workspace, it, row));
    let seal = if user.is_some() || table.by == By::User {
        key.as_deref()
    } else {
        Some(&keys.seal)
    };
    let id = table.id.bytes(row)?;
    let mut opened = Vec::with_capacity(table.columns.len());
    for place in table.columns {
        let (_, column) = place.split_once('.').unwrap_or_default();
        let sealed = row.bytes_opt(column)?;
        let clear = match (sealed, seal) {
            (None, _) => None,
            (Some(sealed), None) if is_erased && sealed.is_empty() => None,
            (Some(_), None) if is_erased => {
                let message = "it is sealed by the key of a user, and that key is gone";
                check.found("sealed", *place, shown()?, message);
                None
            }
            (Some(_), None) => {
                let message = "it is sealed by the key of a user, and that key cannot be opened";
                check.found("sealed", *place, shown()?, message);
                None
            }
            (Some(sealed), Some(seal)) => {
                check.checked.sealed_values += 1;
                let place = Place {
                    workspace,
                    column: place,
                    row: &id,
                };
                let clear = seal.open(place, sealed).ok();
                if clear.is_none() {
                    let message = "it cannot be opened: it was changed, or belongs to another row";
                    check.found("sealed", place.column, shown()?, message);
                }
                clear
            }
        };
        opened.push(clear);
    }
    let Some(indexes) = table.indexes else {
        return Ok(());
    };
    for wrong in indexes(&keys, &check.keys.sign_in, row, &opened)? {
        let message = "it does not stand for the value, so the row is not found by it";
        check.found("sealed", wrong, shown()?, message);
    }
    Ok(())
}

/// Whether an index is another than the one that it should be; nothing is said where the value could not be opened.
fn differs(row: &Row, column: &'static str, expected: Option<[u8; 32]>) -> Result<bool> {
    Ok(row.bytes_opt(column)?.as_deref() != expected.as_ref().map(<[u8; 32]>::as_slice))
}

fn text(value: &Option<Vec<u8>>) -> Option<&str> {
    std::str::from_utf8(value.as_deref()?).ok()
}

fn indexes_of_user(
    keys: &WorkspaceKeys,
    _: &[u8; 32],
    row: &Row,
    opened: &[Option<Vec<u8>>],
) -> Result<Vec<&'static str>> {
    let [external_id, fields] = opened else {
        return Ok(Vec::new());
    };
    let mut wrong = Vec::new();
    let is_open = row.bytes_opt("external_id")?.is_some() == external_id.is_some();
    let expected = text(external_id).map(|it| users::external_id_index(keys, it));
    if is_open && differs(row, "external_id_index", expected)? {
        wrong.push("users.external_id_index");
    }
    let fields = text(fields).and_then(|it| serde_json::from_str::<Value>(it).ok());
    if let Some(fields) = fields {
        let filled = |name: &str| {
            let text = fields.get(name)?.as_str()?.trim();
            (!text.is_empty()).then_some(text)
        };
        let phone = filled("user_phone").map(|it| users::phone_index(keys, it));
        if differs(row, "phone_index", phone)? {
            wrong.push("users.phone_index");
        }
        let email = filled("user_email").map(|it| agents::email_index(keys, it));
        if differs(row, "email_index", email)? {
            wrong.push("users.email_index");
        }
    }
    Ok(wrong)
}

fn indexes_of_agent(
    keys: &WorkspaceKeys,
    sign_in: &[u8; 32],
    row: &Row,
    opened: &[Option<Vec<u8>>],
) -> Result<Vec<&'static str>> {
    let Some(email) = opened.first().and_then(text) else {
        return Ok(Vec::new());
    };
    let mut wrong = Vec::new();
    if differs(row, "email_index", Some(agents::email_index(keys, email)))? {
        wrong.push("agents.email_index");
    }
    // Empty until the next start in databases from before there was a sign-in.
    let expected = keys::sign_in(sign_in, agents::SIGN_IN, &agents::normal(email));
    if row.bytes_opt("sign_in_index")?.is_some() && differs(row, "sign_in_index", Some(expected))? {
        wrong.push("agents.sign_in_index");
    }
    Ok(wrong)
}

#[cfg(test)]
mod tests {
    use super::TABLES;
    use std::collections::BTreeSet;

    /// The columns that the migrations mark as sealed.
    fn sealed_columns() -> BTreeSet<String> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
        let mut found = BTreeSet::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            let mut table = String::new();
            for line in text.lines() {
                let words: Vec<&str> = line.split_whitespace().collect();
                match words[..] {
                    ["CREATE", "TABLE", name, ..] | ["ALTER", "TABLE", name, ..] => {
                        table = name.to_owned();
                    }
                    _ => {}
                }
                let Some((definition, comment)) = line.split_once("--") else {
                    continue;
                };
                if !comment.trim_start().starts_with("sealed") {
                    continue;
                }
                let definition = definition.split("ADD COLUMN").last().unwrap_or_default();
                let column = definition.split_whitespace().next();
                found.extend(column.map(|it| format!("{table}.{it}")));
            }
        }
        found
    }

    #[test]
    fn every_sealed_column_is_opened() {
        let opened: BTreeSet<String> = TABLES
            .iter()
            .flat_map(|it| it.columns)
            .map(|it| (*it).to_owned())
            .collect();
        let sealed = sealed_columns();
        assert!(sealed.len() >= 20, "{sealed:?}");
        assert_eq!(opened, sealed);
    }
}
