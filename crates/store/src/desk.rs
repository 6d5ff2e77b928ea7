//! The desk: which sessions people look at, who took part, and what they noted.
use crate::error::Result;
use crate::open;
use crate::prepare::Preparation;
use crate::query::{Arg, args, queries};
use crate::rows::NoteRow;
use crate::store::Store;
use crate::what;
use smartbot_model::session::SessionStatus;
use smartbot_model::{AgentId, MessageId, SessionId, Time, UserId, WorkspaceId};

/// Whose users carry one of these flags, where somebody is limited to some.
macro_rules! seen {
    ($all:literal) => {
        concat!(
            "(",
            $all,
            " OR EXISTS (SELECT 1 FROM user_flags AS f WHERE f.workspace_id = s.workspace_id AND f.user_id = s.user_id AND f.flag IN ({list})))"
        )
    };
}

queries! {
    OPEN = concat!("SELECT s.session_id FROM sessions AS s WHERE s.workspace_id = $1 AND s.status <> 'ended' AND s.session_id < $2
        AND ($3 IS NULL OR s.status = $3) AND ($4 IS NULL OR s.agent_id = $4) AND ", seen!("$5"), " ORDER BY s.session_id DESC LIMIT $6");
    CLOSED = concat!("SELECT s.session_id FROM sessions AS s WHERE s.workspace_id = $1 AND s.status = 'ended' AND s.session_id < $2
        AND ($3 IS NULL OR s.status = $3) AND ($4 IS NULL OR s.agent_id = $4) AND ", seen!("$5"), " ORDER BY s.session_id DESC LIMIT $6");
    COUNTS = concat!("SELECT s.status, COUNT(*) AS number, SUM(CASE WHEN s.agent_id = $2 THEN 1 ELSE 0 END) AS own FROM sessions AS s
        WHERE s.workspace_id = $1 AND s.status <> 'ended' AND ", seen!("$3"), " GROUP BY s.status");
    JOIN = "INSERT INTO session_agents (workspace_id, agent_id, session_id, joined_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (workspace_id, agent_id, session_id) DO NOTHING";
    AGENTS = "SELECT agent_id FROM session_agents WHERE workspace_id = $1 AND session_id = $2 ORDER BY joined_at, agent_id";
    HELD = "SELECT s.session_id FROM sessions AS s WHERE s.workspace_id = $1 AND s.agent_id = $2";
    INSERT_NOTE = "INSERT INTO notes (workspace_id, session_id, note_id, agent_id, after_seq, content, at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    NOTES = "SELECT n.note_id, n.agent_id, n.after_seq, n.content, n.at, s.user_id, k.key_id, k.wrapped FROM notes AS n
        JOIN sessions AS s ON s.workspace_id = n.workspace_id AND s.session_id = n.session_id
        JOIN user_keys AS k ON k.workspace_id = s.workspace_id AND k.user_id = s.user_id
        WHERE n.workspace_id = $1 AND n.session_id = $2 ORDER BY n.note_id";
}

const NOTE: &str = "notes.content";

/// Which sessions of the desk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeskFilter {
    /// That have ended; those that run unless it is set.
    pub ended: bool,
    /// That stand so.
    pub status: Option<SessionStatus>,
    /// That this agent has.
    pub agent_id: Option<AgentId>,
    /// Whose users carry one of these flags; all when there is none.
    pub flags: Vec<String>,
}

/// How many sessions run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DeskCounts {
    /// That wait for an agent.
    pub waiting: u64,
    /// That the agent who asks has.
    pub own: u64,
    /// That the bot has.
    pub with_bot: u64,
    /// All.
    pub open: u64,
}

/// The flags as values of a list, which is never empty: a list of nothing has no type.
pub(crate) fn flag_list(flags: &[String]) -> Vec<Arg> {
    let some = flags.iter().map(|it| it.as_str().into());
    some.chain(flags.is_empty().then(|| "".into())).collect()
}

pub(crate) fn join(to: &mut Preparation<'_>, session: SessionId, agent: AgentId, at: Time) {
    to.push(JOIN.with(args![to.workspace, agent, session, at]));
}

pub(crate) fn insert_note(to: &mut Preparation<'_>, user: UserId, note: &NoteRow) -> Result<()> {
    let uuid = note.id.uuid();
    let content = to.by_user(user, NOTE, uuid.as_bytes(), note.text.expose().as_bytes())?;
    let args = args![
        to.workspace,
        note.session_id,
        note.id,
        note.agent_id,
        note.after_seq,
        content,
        note.at
    ];
    to.push(INSERT_NOTE.with(args).unique(what::NOTE));
    Ok(())
}

impl Store {
    /// The newest sessions that the filter leaves, those before `before`, at most `limit`.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn desk_sessions(
        &self,
        workspace: WorkspaceId,
        filter: &DeskFilter,
        before: Option<SessionId>,
        limit: u32,
    ) -> Result<Vec<SessionId>> {
        let before = before.unwrap_or(SessionId::from_uuid(uuid::Uuid::max()));
        let args = args![
            workspace,
            before,
            filter.status.map(|it| it.as_str().to_owned()),
            filter.agent_id,
            filter.flags.is_empty(),
            limit,
        ];
        let query = if filter.ended { &CLOSED } else { &OPEN };
        let statement = query.with_list(args, flag_list(&filter.flags));
        let rows = self.db().read(statement).await?;
        rows.iter()
            .map(|it| Ok(SessionId::from_uuid(it.uuid("session_id")?)))
            .collect()
    }

    /// How many sessions run whose users carry one of these flags; all when there is none.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn desk_counts(
        &self,
        workspace: WorkspaceId,
        agent: AgentId,
        flags: &[String],
    ) -> Result<DeskCounts> {
        let args = args![workspace, agent, flags.is_empty()];
        let statement = COUNTS.with_list(args, flag_list(flags));
        let mut counts = DeskCounts::default();
        for row in self.db().read(statement).await? {
            let number: u64 = row.number("number")?;
            counts.open += number;
            counts.own += row.number::<u64>("own")?;
            match row.named("status", SessionStatus::parse)? {
                SessionStatus::WaitingForAgent => counts.waiting = number,
                SessionStatus::Active => counts.with_bot = number,
                SessionStatus::WithAgent | SessionStatus::Ended => {}
            }
        }
        Ok(counts)
    }

    /// The agents who took part in a session, in the order in which they came.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn agents_of_session(
        &self,
        workspace: WorkspaceId,
        session: SessionId,
    ) -> Result<Vec<AgentId>> {
        let rows = self
            .db()
            .read(AGENTS.with(args![workspace, session]))
            .await?;
        rows.iter()
            .map(|it| Ok(AgentId::from_uuid(it.uuid("agent_id")?)))
            .collect()
    }

    /// The sessions that an agent has.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn sessions_held_by(
        &self,
        workspace: WorkspaceId,
        agent: AgentId,
    ) -> Result<Vec<SessionId>> {
        let rows = self.db().read(HELD.with(args![workspace, agent])).await?;
        rows.iter()
            .map(|it| Ok(SessionId::from_uuid(it.uuid("session_id")?)))
            .collect()
    }

    /// The notes about a session, the oldest first.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn notes(&self, workspace: WorkspaceId, session: SessionId) -> Result<Vec<NoteRow>> {
        let rows = self
            .db()
            .read(NOTES.with(args![workspace, session]))
            .await?;
        let keys = self
            .keys()
            .workspace_with_rows(self.db(), workspace)
            .await?;
        let mut notes = Vec::with_capacity(rows.len());
        for row in &rows {
            let (id, user) = (row.uuid("note_id")?, row.uuid("user_id")?);
            let user = UserId::from_uuid(user);
            let key = self.keys().user_in(workspace, &keys, user, row)?;
            notes.push(NoteRow {
                id: MessageId::from_uuid(id),
                session_id: session,
                agent_id: AgentId::from_uuid(row.uuid("agent_id")?),
                after_seq: row.number("after_seq")?,
                text: open::text(&key, workspace, NOTE, id.as_bytes(), row.bytes("content")?)?,
                at: row.time("at")?,
            });
        }
        Ok(notes)
    }
}
