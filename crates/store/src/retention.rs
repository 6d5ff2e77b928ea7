//! The end of what a workspace does not keep for ever. Found by index and deleted in portions, so that no portion is slow and turns come in
//! between; a second node that deletes the same finds nothing, or a version that moved on.
use crate::db::Row;
use crate::error::Result;
use crate::prepare::Preparation;
use crate::query::{Arg, ROWS_AT_ONCE, args, queries};
use crate::store::Store;
use crate::what;
use smartbot_model::{EventId, SessionId, Time, UserId, WorkspaceId};

queries! {
    OLD_EVENTS = "SELECT event_id FROM events WHERE workspace_id = $1 AND event_id < $2 ORDER BY event_id LIMIT $3";
    ENDED = "SELECT s.session_id, s.user_id, s.version FROM sessions AS s WHERE s.workspace_id = $1 AND s.ended_at < $2 ORDER BY s.ended_at LIMIT $3";
    /// Somebody went away in the middle of a chat, long ago.
    LEFT = "SELECT s.session_id, s.user_id, s.version FROM sessions AS s WHERE s.workspace_id = $1 AND s.status <> 'ended'
        AND s.session_id < $2 AND s.updated_at < $3 ORDER BY s.session_id LIMIT $4";
    ATTEMPTS = "DELETE FROM attempts WHERE workspace_id = $1 AND delivery_id IN
        (SELECT delivery_id FROM deliveries WHERE workspace_id = $1 AND event_id IN ({list}))";
    DELIVERIES = "DELETE FROM deliveries WHERE workspace_id = $1 AND event_id IN ({list})";
    EVENTS = "DELETE FROM events WHERE workspace_id = $1 AND event_id IN ({list})";
    MARK = "UPDATE workspaces SET forgotten_until = $2 WHERE workspace_id = $1 AND (forgotten_until IS NULL OR forgotten_until < $2)";
    /// Turns that no counter has yet would be missing in reports.
    SESSION = "DELETE FROM sessions WHERE workspace_id = $1 AND session_id = $2 AND version = $3 AND NOT EXISTS
        (SELECT 1 FROM turns AS t JOIN uncounted_turns AS u ON u.at = t.at AND u.workspace_id = t.workspace_id AND u.session_id = t.session_id
            AND u.turn = t.turn WHERE t.workspace_id = $1 AND t.session_id = $2)";
    MESSAGES = "DELETE FROM messages WHERE workspace_id = $1 AND session_id = $2";
    TURNS = "DELETE FROM turns WHERE workspace_id = $1 AND session_id = $2";
    NOTES = "DELETE FROM notes WHERE workspace_id = $1 AND session_id = $2";
    TOOK_PART = "DELETE FROM session_agents WHERE workspace_id = $1 AND session_id = $2";
    JOBS = "DELETE FROM jobs WHERE workspace_id = $1 AND session_id = $2";
    NOTIFICATIONS = "DELETE FROM notifications WHERE workspace_id = $1 AND session_id = $2";
    MAILS = "DELETE FROM mails WHERE workspace_id = $1 AND session_id = $2";
    FILES = "UPDATE files SET state = 'gone' WHERE workspace_id = $1 AND session_id = $2";
    ANSWERS = "DELETE FROM answers WHERE workspace_id = $1 AND user_id = $2 AND session_id = $3";
}

pub(crate) fn forget_events(to: &mut Preparation<'_>, ids: &[EventId], until: Time) {
    let workspace = to.workspace;
    for some in ids.chunks(ROWS_AT_ONCE) {
        let list = || some.iter().copied().map(Arg::from).collect::<Vec<_>>();
        to.push(ATTEMPTS.with_list(args![workspace], list()));
        to.push(DELIVERIES.with_list(args![workspace], list()));
        to.push(EVENTS.with_list(args![workspace], list()));
    }
    to.push(MARK.with(args![workspace, until]));
}

pub(crate) fn forget_session(to: &mut Preparation<'_>, it: OldSession) {
    let workspace = to.workspace;
    to.push(
        SESSION
            .with(args![workspace, it.id, it.version])
            .one(what::SESSION_VERSION),
    );
    to.push(MESSAGES.with(args![workspace, it.id]));
    to.push(TURNS.with(args![workspace, it.id]));
    to.push(NOTES.with(args![workspace, it.id]));
    to.push(TOOK_PART.with(args![workspace, it.id]));
    to.push(JOBS.with(args![workspace, it.id]));
    to.push(FILES.with(args![workspace, it.id]));
    to.push(NOTIFICATIONS.with(args![workspace, it.id]));
    to.push(MAILS.with(args![workspace, it.id]));
    to.push(ANSWERS.with(args![workspace, it.user_id, it.id]));
}

/// A session whose time is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OldSession {
    /// The session.
    pub id: SessionId,
    /// Whose it is, or was.
    pub user_id: UserId,
    /// The version that was read.
    pub version: u64,
}

fn read(row: &Row) -> Result<OldSession> {
    Ok(OldSession {
        id: SessionId::from_uuid(row.uuid("session_id")?),
        user_id: UserId::from_uuid(row.uuid("user_id")?),
        version: row.number("version")?,
    })
}

impl Store {
    /// Events that were recorded before this instant, the oldest first.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn old_events(
        &self,
        workspace: WorkspaceId,
        until: Time,
        limit: u32,
    ) -> Result<Vec<EventId>> {
        let args = args![workspace, EventId::first_of(until), limit];
        let rows = self.db().read(OLD_EVENTS.with(args)).await?;
        let id = |row: &Row| Ok(EventId::from_uuid(row.uuid("event_id")?));
        rows.iter().map(id).collect()
    }

    /// Sessions that ended before this instant, the oldest first, and then those in which nothing has happened since before it.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn old_sessions(
        &self,
        workspace: WorkspaceId,
        until: Time,
        limit: u32,
    ) -> Result<Vec<OldSession>> {
        let ended = ENDED.with(args![workspace, until, limit]);
        let mut rows = self.db().read(ended).await?;
        if rows.is_empty() {
            let args = args![workspace, SessionId::first_of(until), until, limit];
            rows = self.db().read(LEFT.with(args)).await?;
        }
        rows.iter().map(read).collect()
    }
}
