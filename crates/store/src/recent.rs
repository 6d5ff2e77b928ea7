//! What was written last of sessions and users, so that a turn which comes soon after another need not read them again.
//!
//! Only where nobody else writes to the database ([`Store::open_alone`](crate::Store::open_alone)). News of a commit are noted by the writer,
//! in the order of commits and before anybody hears of them: what stands here is what stands in the database.
use crate::change::Change;
use crate::rows::{DeskRow, SessionRow, UserRow};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use smartbot_model::{SessionId, UserId, WorkspaceId};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How much is remembered of sessions, in bytes of their states and metadata, and of users, in bytes of their profiles; roughly.
const ROOM: u64 = 8 * 1024 * 1024;

/// What a row takes besides.
const ROW: usize = 512;

/// How long something is remembered that nobody asks for.
const IDLE: Duration = Duration::from_secs(300);

type Rows<Id, Row> = Cache<(WorkspaceId, Id), Arc<Row>>;

#[derive(Clone)]
pub(crate) struct Recent {
    sessions: Rows<SessionId, SessionRow>,
    users: Rows<UserId, UserRow>,
    commits: Arc<AtomicU64>,
}

fn rows<Id, Row>(size: fn(&Row) -> usize) -> Rows<Id, Row>
where
    Id: std::hash::Hash + Eq + Send + Sync + 'static,
    Row: Send + Sync + 'static,
{
    let weigh = move |_: &_, row: &Arc<Row>| u32::try_from(ROW + size(row)).unwrap_or(u32::MAX);
    Cache::builder()
        .max_capacity(ROOM)
        // What came last is asked for next. By its own measure a full cache would keep what was asked for often, turn new sessions away,
        // and each of their turns would have to be read.
        .eviction_policy(EvictionPolicy::lru())
        .weigher(weigh)
        .time_to_idle(IDLE)
        .build()
}

/// A moment before something is read.
pub(crate) struct Before(u64);

impl Recent {
    pub(crate) fn new() -> Self {
        // Values count as some twenty bytes each: nobody needs to know it exactly.
        Self {
            sessions: rows(|it: &SessionRow| {
                it.state.expose().len() + it.metadata.expose().len() * 64
            }),
            users: rows(|it: &UserRow| it.fields.expose().len() * 64 + it.flags.len() * 32),
            commits: Arc::default(),
        }
    }

    /// A session and its user, if both are remembered: of a user who was erased, sessions are not there any more.
    pub(crate) fn turn(
        &self,
        workspace: WorkspaceId,
        session: SessionId,
    ) -> Option<(Arc<SessionRow>, Arc<UserRow>)> {
        let session = self.sessions.get(&(workspace, session))?;
        let user = self.users.get(&(workspace, session.user_id))?;
        Some((session, user))
    }

    pub(crate) fn before_reading(&self) -> Before {
        Before(self.commits.load(Ordering::SeqCst))
    }

    /// Remembers what was read, unless something was committed since.
    pub(crate) fn read(
        &self,
        before: &Before,
        workspace: WorkspaceId,
        session: &SessionRow,
        user: &UserRow,
    ) {
        let is_fresh = || self.commits.load(Ordering::SeqCst) == before.0;
        if !is_fresh() {
            return;
        }
        self.keep_session(workspace, session.clone());
        self.keep_user(workspace, user.clone());
        if !is_fresh() {
            self.forget(workspace, session.id, user.id);
        }
    }

    fn keep_session(&self, workspace: WorkspaceId, row: SessionRow) {
        self.sessions.insert((workspace, row.id), Arc::new(row));
    }

    fn keep_user(&self, workspace: WorkspaceId, row: UserRow) {
        self.users.insert((workspace, row.id), Arc::new(row));
    }

    fn forget(&self, workspace: WorkspaceId, session: SessionId, user: UserId) {
        self.sessions.invalidate(&(workspace, session));
        self.users.invalidate(&(workspace, user));
    }

    fn note(&self, workspace: WorkspaceId, change: SeenChange) {
        match change {
            SeenChange::NewSession(row) => self.keep_session(
                workspace,
                SessionRow {
                    desk: DeskRow::default(),
                    ..row
                },
            ),
            SeenChange::NewUser(row) => self.keep_user(workspace, row),
            SeenChange::Session(row, expected_version) => {
                let key = (workspace, row.id);
                match self.sessions.get(&key) {
                    // Some of a session is never saved anew.
                    Some(old) if old.version == expected_version => {
                        let row = SessionRow {
                            user_id: old.user_id,
                            bot_id: old.bot_id,
                            function_id: old.function_id.clone(),
                            bot_version: old.bot_version,
                            medium: old.medium.clone(),
                            created_at: old.created_at,
                            version: expected_version + 1,
                            desk: old.desk.clone(),
                            ..row
                        };
                        self.keep_session(workspace, row);
                    }
                    _ => self.sessions.invalidate(&key),
                }
            }
            SeenChange::Desk(id, desk) => {
                if let Some(old) = self.sessions.get(&(workspace, id)) {
                    let row = SessionRow {
                        desk,
                        ..SessionRow::clone(&old)
                    };
                    self.keep_session(workspace, row);
                }
            }
            SeenChange::User {
                row,
                expected_version,
                added_flags,
                removed_flags,
            } => {
                let key = (workspace, row.id);
                match self.users.get(&key) {
                    Some(old) if old.version == expected_version => {
                        let mut flags = old.flags.clone();
                        flags.retain(|it| !removed_flags.contains(it));
                        flags.extend(added_flags);
                        let row = UserRow {
                            flags,
                            version: expected_version + 1,
                            created_at: old.created_at,
                            ..row
                        };
                        self.keep_user(workspace, row);
                    }
                    _ => self.users.invalidate(&key),
                }
            }
            SeenChange::Erased(user) => self.users.invalidate(&(workspace, user)),
        }
    }
}

/// A change of a session or user.
enum SeenChange {
    NewSession(SessionRow),
    Session(SessionRow, u64),
    Desk(SessionId, DeskRow),
    NewUser(UserRow),
    User {
        row: UserRow,
        expected_version: u64,
        added_flags: Vec<String>,
        removed_flags: Vec<String>,
    },
    Erased(UserId),
}

impl SeenChange {
    fn of(change: &Change) -> Option<Self> {
        Some(match change {
            Change::InsertSession(row) => Self::NewSession(row.clone()),
            Change::SaveSession {
                session,
                expected_version,
            } => Self::Session(session.clone(), *expected_version),
            Change::SaveDesk { session_id, desk } => Self::Desk(*session_id, desk.clone()),
            Change::InsertUser(row) => Self::NewUser(row.clone()),
            Change::SaveUser {
                user,
                expected_version,
                added_flags,
                removed_flags,
            } => Self::User {
                row: user.clone(),
                expected_version: *expected_version,
                added_flags: added_flags.clone(),
                removed_flags: removed_flags.clone(),
            },
            Change::EraseUser { id, .. } => Self::Erased(*id),
            _ => return None,
        })
    }
}

/// What a list of changes makes of sessions and users, once it is committed.
pub(crate) struct News {
    recent: Recent,
    workspace: WorkspaceId,
    changes: Vec<SeenChange>,
}

impl News {
    pub(crate) fn of(recent: &Recent, workspace: WorkspaceId, changes: &[Change]) -> Self {
        Self {
            recent: recent.clone(),
            workspace,
            changes: changes.iter().filter_map(SeenChange::of).collect(),
        }
    }

    /// The list is committed. The writer says so, in the order of commits.
    pub(crate) fn committed(self) {
        self.recent.commits.fetch_add(1, Ordering::SeqCst);
        for change in self.changes {
            self.recent.note(self.workspace, change);
        }
    }
}
