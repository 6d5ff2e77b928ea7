//! The desk: which sessions people look at, who has them, who took part, and what they noted.
use crate::db::Row;
use crate::error::Result;
use crate::open;
use crate::prepare::{Preparation, json};
use crate::query::{Arg, args, queries};
use crate::rows::{DeskRow, NoteRow, Offer, Snooze};
use crate::store::Store;
use crate::what;
use smartbot_model::agent::Role;
use smartbot_model::session::SessionStatus;
use smartbot_model::{AgentId, MessageId, SessionId, Time, UserId, WorkspaceId};
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

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

/// A page of a list, the newest session first.
macro_rules! newest {
    ($which:literal) => {
        concat!(
            "SELECT s.session_id, s.waiting_since FROM sessions AS s WHERE s.workspace_id = $1 AND s.session_id < $2 AND ", $which, " AND ",
            seen!("$3"), " ORDER BY s.session_id DESC LIMIT $4"
        )
    };
}

queries! {
    SAVE = "UPDATE sessions SET agent_id = $3, waiting_since = $4, wanted_flag = $5, offer = $6, snoozed_at = $7, snoozed_until = $8 WHERE workspace_id = $1 AND session_id = $2";
    OF_STATUS = newest!("s.status <> 'ended' AND s.status = $5");
    ENDED = newest!("s.status = 'ended' AND s.status = $5");
    HELD_BY = newest!("s.agent_id = $5");
    AT_WORK = newest!("s.snoozed_until IS NULL AND s.agent_id = $5");
    SNOOZED = newest!("s.snoozed_until IS NOT NULL AND s.status <> $5");
    ENDED_WITH = concat!("SELECT s.session_id, s.waiting_since FROM session_agents AS g
        JOIN sessions AS s ON s.workspace_id = g.workspace_id AND s.session_id = g.session_id
        WHERE g.workspace_id = $1 AND g.session_id < $2 AND g.agent_id = $5 AND s.status = 'ended' AND ", seen!("$3"), " ORDER BY g.session_id DESC LIMIT $4");
    WAITING = concat!("SELECT s.session_id, s.waiting_since FROM sessions AS s WHERE s.workspace_id = $1 AND s.waiting_since IS NOT NULL AND s.snoozed_until IS NULL
        AND (s.waiting_since, s.session_id) > ($5, $2) AND ", seen!("$3"), " ORDER BY s.waiting_since, s.session_id LIMIT $4");
    COUNTS = concat!("SELECT s.status, COUNT(*) AS number, SUM(CASE WHEN s.agent_id = $2 AND s.snoozed_until IS NULL THEN 1 ELSE 0 END) AS own,
        SUM(CASE WHEN s.snoozed_until IS NULL THEN 0 ELSE 1 END) AS snoozed FROM sessions AS s
        WHERE s.workspace_id = $1 AND s.status <> 'ended' AND ", seen!("$3"), " GROUP BY s.status");
    CHANGED = "SELECT s.session_id, s.version FROM sessions AS s WHERE s.workspace_id = $1 AND s.status <> 'ended' AND s.updated_at >= $2";
    ENDED_SINCE = "SELECT s.session_id, s.version FROM sessions AS s WHERE s.workspace_id = $1 AND s.ended_at >= $2";
    JOIN = "INSERT INTO session_agents (workspace_id, agent_id, session_id, joined_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (workspace_id, agent_id, session_id) DO NOTHING";
    AGENTS = "SELECT session_id, agent_id FROM session_agents WHERE workspace_id = $1 AND session_id IN ({list}) ORDER BY session_id, joined_at, agent_id";
    LOADS = "SELECT s.agent_id, COUNT(*) AS number FROM sessions AS s WHERE s.workspace_id = $1 AND s.agent_id IS NOT NULL GROUP BY s.agent_id";
    /// No workspace leads: there are few sessions that somebody has.
    HELD = "SELECT s.workspace_id, s.session_id, s.agent_id, s.offer, a.role, a.limited_to_flags,
        (SELECT string_agg(f.flag, ' ') FROM user_flags AS f WHERE f.workspace_id = s.workspace_id AND f.user_id = s.user_id) AS user_flags
        FROM sessions AS s LEFT JOIN agents AS a ON a.workspace_id = s.workspace_id AND a.agent_id = s.agent_id AND a.deactivated_at IS NULL
        WHERE s.agent_id IS NOT NULL AND (s.agent_id, s.workspace_id, s.session_id) > ($1, $2, $3) ORDER BY s.agent_id, s.workspace_id, s.session_id LIMIT $4";
    INSERT_NOTE = "INSERT INTO notes (workspace_id, session_id, note_id, agent_id, after_seq, content, mentions, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    NOTES = "SELECT n.session_id, n.note_id, n.agent_id, n.after_seq, n.content, n.mentions, n.at, s.user_id, k.key_id, k.wrapped FROM notes AS n
        JOIN sessions AS s ON s.workspace_id = n.workspace_id AND s.session_id = n.session_id
        JOIN user_keys AS k ON k.workspace_id = s.workspace_id AND k.user_id = s.user_id
        WHERE n.workspace_id = $1 AND n.session_id IN ({list}) ORDER BY n.session_id, n.note_id";
}

const NOTE: &str = "notes.content";

/// A list of the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeskRows {
    /// All sessions that run.
    Open,
    /// Those that the bot has.
    WithBot,
    /// Those that this agent has.
    HeldBy(AgentId),
    /// Those of them that are not put aside.
    AtWork(AgentId),
    /// Those that are put aside.
    Snoozed,
    /// Those that wait for an agent and are not put aside, the longest waiting first; the other lists begin with the newest.
    Waiting,
    /// Those that have ended.
    Ended,
    /// Those that have ended, in which this agent took part.
    EndedWith(AgentId),
}

/// Where a session stands in a list: what comes after it is the next page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeskPosition {
    /// The session.
    pub id: SessionId,
    /// Since when it waits for an agent.
    pub waiting_since: Option<Time>,
}

/// How many sessions run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DeskCounts {
    /// That wait for an agent and are not put aside.
    pub waiting: u64,
    /// That the agent who asks has and has not put aside.
    pub own: u64,
    /// That are put aside.
    pub snoozed: u64,
    /// That the bot has.
    pub with_bot: u64,
    /// All.
    pub open: u64,
}

/// A session that an agent has, and whether the agent may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldSession {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The session.
    pub id: SessionId,
    /// Who has it.
    pub agent_id: AgentId,
    /// What the agent may do and sees; none when there is no such agent any more, or the agent is deactivated.
    pub agent: Option<(Role, Vec<String>)>,
    /// The flags of the session's user.
    pub flags: BTreeSet<String>,
    /// The agent to whom it is offered.
    pub offered_to: Option<AgentId>,
}

/// The flags as values of a list, which is never empty: a list of nothing has no type.
fn flag_list(flags: &[String]) -> Vec<Arg> {
    let some = flags.iter().map(|it| it.as_str().into());
    some.chain(flags.is_empty().then(|| "".into())).collect()
}

/// Saves where a session stands with agents. Without a guard of its own: it goes with a save of the session.
pub(crate) fn save(to: &mut Preparation<'_>, session: SessionId, row: &DeskRow) -> Result<()> {
    let args = args![
        to.workspace,
        session,
        row.agent_id,
        row.waiting_since,
        row.wanted_flag.clone(),
        row.offer.as_ref().map(json).transpose()?,
        row.snooze.map(|it| it.since),
        row.snooze.map(|it| it.until),
    ];
    to.push(SAVE.with(args).one(what::SESSION_VERSION));
    Ok(())
}

/// Where a session stands with agents; `s` was read with its columns.
pub(crate) fn read(row: &Row) -> Result<DeskRow> {
    Ok(DeskRow {
        agent_id: row.uuid_opt("agent_id")?.map(AgentId::from_uuid),
        waiting_since: row.time_opt("waiting_since")?,
        wanted_flag: row.text_opt("wanted_flag")?,
        offer: offer(row)?,
        snooze: match (row.time_opt("snoozed_at")?, row.time_opt("snoozed_until")?) {
            (Some(since), Some(until)) => Some(Snooze { since, until }),
            _ => None,
        },
    })
}

fn offer(row: &Row) -> Result<Option<Offer>> {
    match row.text_opt("offer")? {
        Some(_) => row.json("offer").map(Some),
        None => Ok(None),
    }
}

pub(crate) fn join(to: &mut Preparation<'_>, session: SessionId, agent: AgentId, at: Time) {
    to.push(JOIN.with(args![to.workspace, agent, session, at]));
}

pub(crate) fn insert_note(to: &mut Preparation<'_>, user: UserId, note: &NoteRow) -> Result<()> {
    let uuid = note.id.uuid();
    let content = to.by_user(user, NOTE, uuid.as_bytes(), note.text.expose().as_bytes())?;
    let mentions = (!note.mentions.is_empty()).then(|| json(&note.mentions));
    let mentions = mentions.transpose()?;
    let args = args![
        to.workspace,
        note.session_id,
        note.id,
        note.agent_id,
        note.after_seq,
        content,
        mentions,
        note.at
    ];
    to.push(INSERT_NOTE.with(args).unique(what::NOTE));
    Ok(())
}

fn session(row: &Row) -> Result<SessionId> {
    Ok(SessionId::from_uuid(row.uuid("session_id")?))
}

impl Store {
    /// A page of a list, of sessions whose users carry one of these flags, of all when there is none: what comes after the position,
    /// at most `limit`.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn desk_sessions(
        &self,
        workspace: WorkspaceId,
        which: DeskRows,
        flags: &[String],
        after: Option<DeskPosition>,
        limit: u32,
    ) -> Result<Vec<DeskPosition>> {
        let highest = SessionId::from_uuid(uuid::Uuid::max());
        let args = |value: Arg| {
            let before = after.map_or(highest, |it| it.id);
            let mut args = args![workspace, before, flags.is_empty(), limit];
            args.push(value);
            args
        };
        let of = |status: SessionStatus| args(status.as_str().into());
        let read = async |query: &'static crate::query::Query, args| {
            let rows = self.db().read(query.with_list(args, flag_list(flags)));
            let position = |row: &Row| {
                Ok(DeskPosition {
                    id: session(row)?,
                    waiting_since: row.time_opt("waiting_since")?,
                })
            };
            rows.await?.iter().map(position).collect::<Result<Vec<_>>>()
        };
        match which {
            DeskRows::WithBot => read(&OF_STATUS, of(SessionStatus::Active)).await,
            DeskRows::Ended => read(&ENDED, of(SessionStatus::Ended)).await,
            DeskRows::HeldBy(agent) => read(&HELD_BY, args(agent.into())).await,
            DeskRows::AtWork(agent) => read(&AT_WORK, args(agent.into())).await,
            DeskRows::Snoozed => read(&SNOOZED, of(SessionStatus::Ended)).await,
            DeskRows::EndedWith(agent) => read(&ENDED_WITH, args(agent.into())).await,
            DeskRows::Waiting => {
                let (since, id) = match after {
                    Some(it) => (it.waiting_since.unwrap_or_default(), it.id),
                    None => (
                        Time::from_micros(i64::MIN),
                        SessionId::from_uuid(uuid::Uuid::nil()),
                    ),
                };
                let args = args![workspace, id, flags.is_empty(), limit, since];
                read(&WAITING, args).await
            }
            DeskRows::Open => {
                // Each of the three in the order of its index: one query for all would walk through what has ended.
                let mut found = Vec::new();
                for status in [
                    SessionStatus::Active,
                    SessionStatus::WaitingForAgent,
                    SessionStatus::WithAgent,
                ] {
                    found.extend(read(&OF_STATUS, of(status)).await?);
                }
                found.sort_unstable_by_key(|it| Reverse(it.id));
                found.truncate(limit as usize);
                Ok(found)
            }
        }
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
            let snoozed: u64 = row.number("snoozed")?;
            counts.snoozed += snoozed;
            match row.named("status", SessionStatus::parse)? {
                SessionStatus::WaitingForAgent => counts.waiting = number - snoozed,
                SessionStatus::Active => counts.with_bot = number,
                SessionStatus::WithAgent | SessionStatus::Ended => {}
            }
        }
        Ok(counts)
    }

    /// The sessions that were saved at this instant or later, with their versions.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn sessions_changed(
        &self,
        workspace: WorkspaceId,
        since: Time,
    ) -> Result<Vec<(SessionId, u64)>> {
        let mut found = Vec::new();
        for query in [&CHANGED, &ENDED_SINCE] {
            for row in self.db().read(query.with(args![workspace, since])).await? {
                found.push((session(&row)?, row.number("version")?));
            }
        }
        Ok(found)
    }

    /// The agents who took part in these sessions, in the order in which they came.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn agents_of_sessions(
        &self,
        workspace: WorkspaceId,
        sessions: &[SessionId],
    ) -> Result<HashMap<SessionId, Vec<AgentId>>> {
        let list = sessions.iter().map(|it| (*it).into()).collect();
        let rows = self.db().read(AGENTS.with_list(args![workspace], list));
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for row in rows.await? {
            let agent = AgentId::from_uuid(row.uuid("agent_id")?);
            found.entry(session(&row)?).or_default().push(agent);
        }
        Ok(found)
    }

    /// How many sessions each agent has; those who have none are absent.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn agent_loads(&self, workspace: WorkspaceId) -> Result<HashMap<AgentId, u32>> {
        let rows = self.db().read(LOADS.with(args![workspace])).await?;
        let load = |row: &Row| {
            let agent = AgentId::from_uuid(row.uuid("agent_id")?);
            Ok((agent, row.number("number")?))
        };
        rows.iter().map(load).collect()
    }

    /// Sessions of all workspaces that somebody has, those after this one, at most `limit`.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn held_sessions(
        &self,
        after: Option<&HeldSession>,
        limit: u32,
    ) -> Result<Vec<HeldSession>> {
        let args = match after {
            Some(it) => args![it.agent_id, it.workspace, it.id, limit],
            None => args![Vec::<u8>::new(), Vec::<u8>::new(), Vec::<u8>::new(), limit],
        };
        let held = |row: &Row| {
            let agent = match row.text_opt("role")? {
                None => None,
                Some(_) => Some((
                    row.named("role", Role::parse)?,
                    row.json("limited_to_flags")?,
                )),
            };
            let flags = row.text_opt("user_flags")?.unwrap_or_default();
            Ok(HeldSession {
                workspace: WorkspaceId::from_uuid(row.uuid("workspace_id")?),
                id: session(row)?,
                agent_id: AgentId::from_uuid(row.uuid("agent_id")?),
                agent,
                flags: flags.split_whitespace().map(str::to_owned).collect(),
                offered_to: offer(row)?.map(|it| it.agent_id),
            })
        };
        let rows = self.db().read(HELD.with(args)).await?;
        rows.iter().map(held).collect()
    }

    /// The notes about these sessions, the oldest first.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn notes_of_sessions(
        &self,
        workspace: WorkspaceId,
        sessions: &[SessionId],
    ) -> Result<HashMap<SessionId, Vec<NoteRow>>> {
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        let list = sessions.iter().map(|it| (*it).into()).collect();
        let rows = self.db().read(NOTES.with_list(args![workspace], list));
        let rows = rows.await?;
        if rows.is_empty() {
            return Ok(found);
        }
        let keys = self
            .keys()
            .workspace_with_rows(self.db(), workspace)
            .await?;
        for row in &rows {
            let (id, user) = (row.uuid("note_id")?, row.uuid("user_id")?);
            let user = UserId::from_uuid(user);
            let key = self.keys().user_in(workspace, &keys, user, row)?;
            let note = NoteRow {
                id: MessageId::from_uuid(id),
                session_id: session(row)?,
                agent_id: AgentId::from_uuid(row.uuid("agent_id")?),
                after_seq: row.number("after_seq")?,
                mentions: match row.text_opt("mentions")? {
                    Some(_) => row.json("mentions")?,
                    None => Vec::new(),
                },
                text: open::text(&key, workspace, NOTE, id.as_bytes(), row.bytes("content")?)?,
                at: row.time("at")?,
            };
            found.entry(note.session_id).or_default().push(note);
        }
        Ok(found)
    }
}
