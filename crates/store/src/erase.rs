//! The end of a user. What was sealed by the user's key dies with the key, in old copies too; here what is left goes as well.
//!
//! First the user's row and the sessions, as turns write them: a turn that runs at the same moment either was first, and what it kept is
//! erased with the rest, or finds a version that moved on.
use crate::db::Row;
use crate::error::Result;
use crate::prepare::Preparation;
use crate::query::{args, queries};
use crate::store::Store;
use crate::what;
use smartbot_model::{Time, UserId, WorkspaceId};
use std::time::Duration;

macro_rules! sessions {
    () => {
        "session_id IN (SELECT session_id FROM sessions WHERE workspace_id = $1 AND user_id = $2)"
    };
}
macro_rules! events {
    () => {
        "(SELECT event_id FROM events WHERE workspace_id = $1 AND subject = $2 AND user_id = $3)"
    };
}

queries! {
    USER = "DELETE FROM users WHERE workspace_id = $1 AND user_id = $2 AND version = $3";
    SESSIONS = "UPDATE sessions SET status = 'ended', state = $3, metadata = $3, ended_at = COALESCE(ended_at, $4),
        end_reason = COALESCE(end_reason, 'user_erased'), updated_at = $4, version = version + 1,
        agent_id = NULL, waiting_since = NULL, wanted_flag = NULL, offer = NULL, snoozed_at = NULL, snoozed_until = NULL WHERE workspace_id = $1 AND user_id = $2";
    NOTES = concat!("DELETE FROM notes WHERE workspace_id = $1 AND ", sessions!());
    MESSAGES = concat!("UPDATE messages SET content = $3 WHERE workspace_id = $1 AND ", sessions!());
    JOBS = concat!("DELETE FROM jobs WHERE workspace_id = $1 AND ", sessions!());
    /// A repeat of a request about the person is not carried out anew, so the rows stay until their time is over.
    ANSWERS = "UPDATE answers SET user_id = NULL, body = NULL, status = 410, fingerprint = $3, expires_at = COALESCE(expires_at, $4)
        WHERE workspace_id = $1 AND user_id = $2";
    /// What is on its way is nobody's any more: a worker that comes back with an answer records nothing.
    DELIVERIES = concat!("UPDATE deliveries SET state = 'dead', wake_at = NULL, lease_until = NULL, last_error = $4
        WHERE workspace_id = $1 AND wake_at IS NOT NULL AND event_id IN ", events!());
    /// Receivers may have repeated what they got.
    RESPONSES = concat!("UPDATE attempts SET response = NULL, response_headers = NULL WHERE workspace_id = $1 AND delivery_id IN
        (SELECT delivery_id FROM deliveries WHERE workspace_id = $1 AND event_id IN ", events!(), ")");
    EVENTS = "UPDATE events SET data = $4 WHERE workspace_id = $1 AND subject = $2 AND user_id = $3";
    FILES = "UPDATE files SET state = 'gone', name = $3 WHERE workspace_id = $1 AND user_id = $2";
    NOTIFICATIONS = concat!("DELETE FROM notifications WHERE workspace_id = $1 AND ", sessions!());
    MAILS = concat!("DELETE FROM mails WHERE workspace_id = $1 AND ", sessions!());
    FLAGS = "DELETE FROM user_flags WHERE workspace_id = $1 AND user_id = $2";
    KEY = "DELETE FROM user_keys WHERE workspace_id = $1 AND user_id = $2";
    KEYLESS = "SELECT user_id, version, event_sequence FROM users AS u WHERE workspace_id = $1 AND NOT EXISTS
        (SELECT 1 FROM user_keys AS k WHERE k.workspace_id = u.workspace_id AND k.user_id = u.user_id) LIMIT $2";
    STRANGE_KEYS = "DELETE FROM user_keys WHERE workspace_id = $1 AND NOT EXISTS
        (SELECT 1 FROM users AS u WHERE u.workspace_id = user_keys.workspace_id AND u.user_id = user_keys.user_id)";
}

/// Why a delivery is dead whose event was about somebody who was erased.
pub(crate) const ERASED: &str = "user_erased";

/// How long repeats of requests about an erased person are known as such.
const KEPT: Duration = Duration::from_secs(24 * 3_600);

pub(crate) fn erase(to: &mut Preparation<'_>, user: UserId, expected_version: u64, at: Time) {
    let workspace = to.workspace;
    let subject = user.to_string();
    let subject = subject.as_str();
    let nothing = Vec::<u8>::new();
    to.push(
        USER.with(args![workspace, user, expected_version])
            .one(what::USER_VERSION),
    );
    to.push(SESSIONS.with(args![workspace, user, nothing.clone(), at]));
    to.push(MESSAGES.with(args![workspace, user, nothing.clone()]));
    to.push(NOTES.with(args![workspace, user]));
    to.push(JOBS.with(args![workspace, user]));
    to.push(ANSWERS.with(args![workspace, user, [0_u8; 32], at.plus(KEPT)]));
    to.push(DELIVERIES.with(args![workspace, subject, user, ERASED]));
    to.push(RESPONSES.with(args![workspace, subject, user]));
    to.push(EVENTS.with(args![workspace, subject, user, nothing.clone()]));
    to.push(FILES.with(args![workspace, user, nothing]));
    to.push(NOTIFICATIONS.with(args![workspace, user]));
    to.push(MAILS.with(args![workspace, user]));
    to.push(FLAGS.with(args![workspace, user]));
    to.push(KEY.with(args![workspace, user]));
}

/// What an erasure needs to know of a user, whose key may be gone already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserToErase {
    /// Who it is.
    pub id: UserId,
    /// The version, as the erasure needs it.
    pub version: u64,
    /// How many events were recorded about the user.
    pub event_sequence: u64,
}

impl Store {
    /// Users without a key, at most `limit`: those who were erased after the backup was made that this database comes from.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn keyless_users(
        &self,
        workspace: WorkspaceId,
        limit: u32,
    ) -> Result<Vec<UserToErase>> {
        let rows = self
            .db()
            .read(KEYLESS.with(args![workspace, limit]))
            .await?;
        let read = |row: &Row| {
            Ok(UserToErase {
                id: UserId::from_uuid(row.uuid("user_id")?),
                version: row.number("version")?,
                event_sequence: row.number("event_sequence")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Forgets keys of users who are not there: they came after the backup was made that this database comes from.
    ///
    /// # Errors
    /// [`Unavailable`](crate::Error::Unavailable), [`Full`](crate::Error::Full).
    pub async fn forget_strange_keys(&self, workspace: WorkspaceId) -> Result<()> {
        let forget = STRANGE_KEYS.with(args![workspace]);
        self.db().write(vec![forget]).await.map(drop)
    }
}
