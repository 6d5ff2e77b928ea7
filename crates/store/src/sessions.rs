//! Sessions, and what a turn reads.
use crate::db::Row;
use crate::desk;
use crate::error::{Error, Result};
use crate::open;
use crate::prepare::{Preparation, from_name, json, name};
use crate::query::{Arg, args, queries};
use crate::recent::Recent;
use crate::rows::{SessionRow, UserRow};
use crate::seal::SealingKey;
use crate::store::Store;
use crate::users::{self, user_columns};
use crate::what;
use smartbot_model::session::SessionStatus;
use smartbot_model::{BotId, Phi, SessionId, UserId, WorkspaceId};
use std::collections::HashMap;

/// A session; `s` is the table. Its user's id is read apart, since a user's columns have it too.
macro_rules! session_columns {
    () => {
        "s.session_id, s.bot_id, s.function_id, s.bot_version, s.status, s.medium, s.language, s.state, s.last_seq, s.version, s.metadata,
        s.created_at, s.updated_at, s.ended_at, s.end_reason, s.agent_id, s.waiting_since, s.wanted_flag, s.offer, s.snoozed_at, s.snoozed_until"
    };
}

macro_rules! user_of_session {
    () => {
        "(SELECT its.user_id FROM sessions AS its WHERE its.workspace_id = $1 AND its.session_id = $2)"
    };
}

queries! {
    INSERT = "INSERT INTO sessions (workspace_id, session_id, status, language, state, last_seq, metadata, updated_at, ended_at, end_reason,
        user_id, bot_id, function_id, bot_version, medium, version, created_at) VALUES {rows}";
    SAVE = "UPDATE sessions SET status = $3, language = $4, state = $5, last_seq = $6, metadata = $7, updated_at = $8, ended_at = $9, end_reason = $10,
        version = version + 1 WHERE workspace_id = $1 AND session_id = $2 AND version = $11 AND user_id = $12";
    BY_ID = concat!("SELECT s.user_id, k.key_id, k.wrapped, ", session_columns!(), " FROM sessions AS s
        JOIN user_keys AS k ON k.workspace_id = s.workspace_id AND k.user_id = s.user_id
        WHERE s.workspace_id = $1 AND s.session_id = $2");
    OF_USER = "SELECT session_id, status FROM sessions WHERE workspace_id = $1 AND user_id = $2 AND session_id > $3 ORDER BY session_id LIMIT $4";
    WITH_USERS = concat!("SELECT ", session_columns!(), ", ", user_columns!(), " FROM sessions AS s
        JOIN users AS u ON u.workspace_id = s.workspace_id AND u.user_id = s.user_id
        JOIN user_keys AS k ON k.workspace_id = s.workspace_id AND k.user_id = s.user_id
        WHERE s.workspace_id = $1 AND s.session_id IN ({list})");
    /// The user is looked for by its own subquery: planned as a join over empty tables, PostgreSQL would walk all users of the workspace, and
    /// keep to that.
    TURN = concat!("SELECT ", session_columns!(), ", ", user_columns!(), " FROM sessions AS s
        JOIN users AS u ON u.workspace_id = $1 AND u.user_id = ", user_of_session!(), "
        JOIN user_keys AS k ON k.workspace_id = $1 AND k.user_id = ", user_of_session!(), "
        WHERE s.workspace_id = $1 AND s.session_id = $2");
}

const STATE: &str = "sessions.state";
pub(crate) const METADATA: &str = "sessions.metadata";

pub(crate) fn insert(to: &mut Preparation<'_>, row: &SessionRow) -> Result<()> {
    let mut args = content(to, row)?;
    args.extend(args![
        row.user_id,
        row.bot_id,
        row.function_id.as_str(),
        row.bot_version,
        row.medium.as_str(),
        row.version,
        row.created_at,
    ]);
    to.push(INSERT.with_row(args).unique(what::SESSION));
    Ok(())
}

pub(crate) fn save(
    to: &mut Preparation<'_>,
    row: &SessionRow,
    expected_version: u64,
) -> Result<()> {
    let mut args = content(to, row)?;
    // The user belongs to the guard: a session sealed with another user's key could never be opened again.
    args.extend(args![expected_version, row.user_id]);
    to.push(SAVE.with(args).one(what::SESSION_VERSION).joining());
    Ok(())
}

/// Everything of a session that a save replaces. Where it stands with agents changes seldom, and is saved apart.
fn content(to: &Preparation<'_>, row: &SessionRow) -> Result<Vec<Arg>> {
    let uuid = row.id.uuid();
    Ok(args![
        to.workspace,
        row.id,
        row.status.as_str(),
        row.language.as_str(),
        to.by_user(
            row.user_id,
            STATE,
            uuid.as_bytes(),
            row.state.expose().as_bytes()
        )?,
        row.last_seq,
        to.by_user(
            row.user_id,
            METADATA,
            uuid.as_bytes(),
            json(row.metadata.expose())?.as_bytes()
        )?,
        row.updated_at,
        row.ended_at,
        row.end_reason.as_ref().map(name).transpose()?,
    ])
}

fn read(workspace: WorkspaceId, key: &SealingKey, row: &Row) -> Result<SessionRow> {
    let id = row.uuid("session_id")?;
    let end_reason = row.text_opt("end_reason")?;
    Ok(SessionRow {
        id: SessionId::from_uuid(id),
        user_id: UserId::from_uuid(row.uuid("user_id")?),
        bot_id: BotId::from_uuid(row.uuid("bot_id")?),
        function_id: row.text("function_id")?,
        bot_version: row.number("bot_version")?,
        status: row.named("status", SessionStatus::parse)?,
        medium: row.text("medium")?,
        language: row.text("language")?,
        state: open::text(key, workspace, STATE, id.as_bytes(), row.bytes("state")?)?,
        last_seq: row.number("last_seq")?,
        version: row.number("version")?,
        metadata: Phi::new(open::json(
            key,
            workspace,
            METADATA,
            id.as_bytes(),
            row.bytes("metadata")?,
        )?),
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
        ended_at: row.time_opt("ended_at")?,
        end_reason: end_reason
            .map(|it| from_name(&it).ok_or_else(|| Error::corrupt("sessions.end_reason", it)))
            .transpose()?,
        desk: desk::read(row)?,
    })
}

impl Store {
    /// The session of this id.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn session(
        &self,
        workspace: WorkspaceId,
        id: SessionId,
    ) -> Result<Option<SessionRow>> {
        if let Some((session, _)) = self.recent().and_then(|it| it.turn(workspace, id)) {
            return Ok(Some(SessionRow::clone(&session)));
        }
        let rows = self.db().read(BY_ID.with(args![workspace, id])).await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let keys = self
            .keys()
            .workspace_with_rows(self.db(), workspace)
            .await?;
        let key = self.keys().user_in(
            workspace,
            &keys,
            UserId::from_uuid(row.uuid("user_id")?),
            row,
        )?;
        read(workspace, &key, row).map(Some)
    }

    /// The sessions of a user after `after`, the oldest first, at most `limit`: which, and where each stands.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn sessions_of(
        &self,
        workspace: WorkspaceId,
        user: UserId,
        after: Option<SessionId>,
        limit: u32,
    ) -> Result<Vec<(SessionId, SessionStatus)>> {
        let after = after.unwrap_or(SessionId::from_uuid(uuid::Uuid::nil()));
        let rows = self
            .db()
            .read(OF_USER.with(args![workspace, user, after, limit]))
            .await?;
        let read = |row: &Row| {
            let id = SessionId::from_uuid(row.uuid("session_id")?);
            Ok((id, row.named("status", SessionStatus::parse)?))
        };
        rows.iter().map(read).collect()
    }

    /// What a turn begins with: the session and its user, read at one instant, in one round trip.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn turn(
        &self,
        workspace: WorkspaceId,
        session: SessionId,
    ) -> Result<Option<(SessionRow, UserRow)>> {
        if let Some((session, user)) = self.recent().and_then(|it| it.turn(workspace, session)) {
            return Ok(Some((SessionRow::clone(&session), UserRow::clone(&user))));
        }
        let before = self.recent().map(Recent::before_reading);
        let rows = self.db().read(TURN.with(args![workspace, session])).await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let keys = self
            .keys()
            .workspace_with_rows(self.db(), workspace)
            .await?;
        let key = self.keys().user_in(
            workspace,
            &keys,
            UserId::from_uuid(row.uuid("user_id")?),
            row,
        )?;
        let (session, user) = (
            read(workspace, &key, row)?,
            users::read(workspace, &key, row)?,
        );
        if let (Some(recent), Some(before)) = (self.recent(), before) {
            recent.read(&before, workspace, &session, &user);
        }
        Ok(Some((session, user)))
    }

    /// These sessions and their users. Those that cannot be opened any more, because their user was erased, are absent.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn sessions_with_users(
        &self,
        workspace: WorkspaceId,
        sessions: &[SessionId],
    ) -> Result<HashMap<SessionId, (SessionRow, UserRow)>> {
        let mut found = HashMap::with_capacity(sessions.len());
        if sessions.is_empty() {
            return Ok(found);
        }
        let keys = self
            .keys()
            .workspace_with_rows(self.db(), workspace)
            .await?;
        let list = sessions.iter().map(|it| (*it).into()).collect();
        let rows = self
            .db()
            .read(WITH_USERS.with_list(args![workspace], list))
            .await?;
        for row in &rows {
            let user = UserId::from_uuid(row.uuid("user_id")?);
            let key = self.keys().user_in(workspace, &keys, user, row)?;
            let session = read(workspace, &key, row)?;
            found.insert(session.id, (session, users::read(workspace, &key, row)?));
        }
        Ok(found)
    }
}
