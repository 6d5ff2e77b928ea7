//! Chat logs: past and running sessions, the newest first, and what is needed to show many of them.
use crate::db::Row;
use crate::error::Result;
use crate::open;
use crate::query::{Arg, args, queries};
use crate::seal::SealingKey;
use crate::sessions::METADATA;
use crate::store::Store;
use crate::users::EXTERNAL_ID;
use serde_json::{Map, Value};
use smartbot_model::session::SessionStatus;
use smartbot_model::{AgentId, Phi, SessionId, Time, UserId, WorkspaceId};
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;
use uuid::Uuid;

/// What all filters share; a filter that has an index of its own is one more condition.
macro_rules! marks {
    ($from:literal, $condition:literal) => {
        marks!($from, "s.session_id < $2 AND s.session_id >= $3", $condition)
    };
    ($from:literal, $range:literal, $condition:literal) => {
        concat!(
            "SELECT s.session_id, s.user_id, s.last_seq, s.created_at FROM ", $from, "
            WHERE s.workspace_id = $1 AND ", $range, " AND s.created_at >= $4 AND s.created_at < $5
            AND ($6 IS NULL OR s.status = $6) AND ($7 IS NULL OR s.function_id = $7) AND ($8 IS NULL OR EXISTS (SELECT 1 FROM user_flags AS f
                WHERE f.workspace_id = s.workspace_id AND f.user_id = s.user_id AND f.flag = $8))
            AND ($10 IS NULL OR EXISTS (SELECT 1 FROM session_agents AS a WHERE a.workspace_id = s.workspace_id AND a.agent_id = $10 AND a.session_id = s.session_id))",
            $condition, " ORDER BY s.session_id DESC LIMIT $9"
        )
    };
}

queries! {
    NEWEST = marks!("sessions AS s", "");
    NEWEST_OF_USER = marks!("sessions AS s", " AND s.user_id = $11");
    NEWEST_OF_BOT = marks!("sessions AS s", " AND s.function_id = $11");
    NEWEST_OPEN = marks!("sessions AS s", " AND s.status <> 'ended' AND s.status = $11");
    // SQLite joins in this order when it is told to cross, and goes by the user only when the range of ids offers no other way.
    NEWEST_OF_FLAG = marks!("user_flags AS g CROSS JOIN sessions AS s", "NOT (s.session_id >= $2) AND NOT (s.session_id < $3)",
        " AND g.workspace_id = $1 AND g.flag = $11 AND s.user_id = g.user_id");
    NEWEST_WITH_AGENT = marks!("session_agents AS g CROSS JOIN sessions AS s", " AND g.workspace_id = $1 AND g.agent_id = $11 AND s.session_id = g.session_id");
    FLAGGED = "SELECT user_id FROM user_flags WHERE workspace_id = $1 AND flag = $2 LIMIT $3";
    HEADS = "SELECT s.session_id, s.user_id, s.function_id, s.bot_version, s.status, s.medium, s.language, s.last_seq, s.version, s.metadata,
        s.created_at, s.ended_at, u.external_id, k.key_id, k.wrapped,
        (SELECT string_agg(f.flag, ' ') FROM user_flags AS f WHERE f.workspace_id = s.workspace_id AND f.user_id = s.user_id) AS user_flags
        FROM sessions AS s JOIN users AS u ON u.workspace_id = s.workspace_id AND u.user_id = s.user_id
        JOIN user_keys AS k ON k.workspace_id = s.workspace_id AND k.user_id = s.user_id
        WHERE s.workspace_id = $1 AND s.session_id IN ({list})";
}

/// A flag that fewer users carry is looked up before the sessions: walking through all sessions for it would be long.
const RARE: u32 = 200;

/// How much later than its id a session may have begun: the id is made first.
const ID_AHEAD: Duration = Duration::from_mins(1);

/// Which chat logs. Everything that is given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChatLogFilter {
    /// Of this user.
    pub user_id: Option<UserId>,
    /// With this bot.
    pub function_id: Option<String>,
    /// That stand so.
    pub status: Option<SessionStatus>,
    /// Of users who carry this flag now.
    pub flag: Option<String>,
    /// In which this agent took part.
    pub agent_id: Option<AgentId>,
    /// That began then or later.
    pub from: Option<Time>,
    /// That began earlier.
    pub to: Option<Time>,
}

/// That there is a chat log, and how much work it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionMark {
    /// The session.
    pub id: SessionId,
    /// Its user.
    pub user_id: UserId,
    /// How many messages it has.
    pub messages: u32,
    /// When it began.
    pub created_at: Time,
}

/// A session as lists show it: without the engine's state.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionHead {
    /// Its id.
    pub id: SessionId,
    /// The person who chats.
    pub user_id: UserId,
    /// The id that the customer's own system gave the user.
    pub external_id: Option<Phi<String>>,
    /// The flags that the user carries now.
    pub flags: BTreeSet<String>,
    /// The bot's short public name.
    pub function_id: String,
    /// The bot's version that the session stays on.
    pub bot_version: u32,
    /// Where it stands.
    pub status: SessionStatus,
    /// Where messages come from and go to.
    pub medium: String,
    /// BCP 47.
    pub language: String,
    /// The `seq` of the newest message.
    pub last_seq: u32,
    /// How many turns it had.
    pub turns: u64,
    /// Whatever the caller wished to keep with it.
    pub metadata: Phi<Map<String, Value>>,
    /// When it began.
    pub created_at: Time,
    /// When it ended.
    pub ended_at: Option<Time>,
}

/// The smallest id that a session of this millisecond can have.
fn first_id(at: Time) -> SessionId {
    SessionId::from_uuid(Uuid::from_u128(u128::from(at.unix_millis()) << 80))
}

fn read_mark(row: &Row) -> Result<SessionMark> {
    Ok(SessionMark {
        id: SessionId::from_uuid(row.uuid("session_id")?),
        user_id: UserId::from_uuid(row.uuid("user_id")?),
        messages: row.number("last_seq")?,
        created_at: row.time("created_at")?,
    })
}

fn read_head(workspace: WorkspaceId, key: &SealingKey, row: &Row) -> Result<SessionHead> {
    let (id, user) = (row.uuid("session_id")?, row.uuid("user_id")?);
    let external_id = row
        .bytes_opt("external_id")?
        .map(|it| open::text(key, workspace, EXTERNAL_ID, user.as_bytes(), it));
    let flags = row.text_opt("user_flags")?.unwrap_or_default();
    let metadata = row.bytes("metadata")?;
    Ok(SessionHead {
        id: SessionId::from_uuid(id),
        user_id: UserId::from_uuid(user),
        external_id: external_id.transpose()?,
        flags: flags.split_whitespace().map(str::to_owned).collect(),
        function_id: row.text("function_id")?,
        bot_version: row.number("bot_version")?,
        status: row.named("status", SessionStatus::parse)?,
        medium: row.text("medium")?,
        language: row.text("language")?,
        last_seq: row.number("last_seq")?,
        turns: row.number("version")?,
        metadata: Phi::new(open::json(
            key,
            workspace,
            METADATA,
            id.as_bytes(),
            metadata,
        )?),
        created_at: row.time("created_at")?,
        ended_at: row.time_opt("ended_at")?,
    })
}

impl Store {
    /// The newest chat logs that the filter leaves, those before `before`, at most `limit`. Sessions get their ids when they begin, so what
    /// begins meanwhile stands before the first page and moves nothing.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn chat_logs(
        &self,
        workspace: WorkspaceId,
        filter: &ChatLogFilter,
        before: Option<SessionId>,
        limit: u32,
    ) -> Result<Vec<SessionMark>> {
        let from = filter.from.unwrap_or(Time::from_micros(i64::MIN));
        let to = filter.to.unwrap_or(Time::from_micros(i64::MAX));
        let end = filter.to.map_or(SessionId::from_uuid(Uuid::max()), |it| {
            first_id(it.plus(Duration::from_millis(1)))
        });
        let status = filter.status.map(|it| it.as_str().to_owned());
        let mut args = args![
            workspace,
            before.map_or(end, |it| it.min(end)),
            first_id(from.minus(ID_AHEAD)),
            from,
            to,
            status.clone(),
            filter.function_id.clone(),
            filter.flag.clone(),
            limit,
            filter.agent_id,
        ];
        let mut by = |query: &'static crate::query::Query, value: Arg| {
            args.push(value);
            query.with(std::mem::take(&mut args))
        };
        let open = filter.status.filter(|it| *it != SessionStatus::Ended);
        let rare = match &filter.flag {
            Some(flag) if filter.user_id.is_none() => self.is_rare(workspace, flag).await?,
            _ => false,
        };
        let statement = match (filter.user_id, &filter.flag, open, &filter.function_id) {
            (Some(user), ..) => by(&NEWEST_OF_USER, user.into()),
            (None, ..) if filter.agent_id.is_some() => {
                by(&NEWEST_WITH_AGENT, filter.agent_id.into())
            }
            (None, Some(flag), ..) if rare => by(&NEWEST_OF_FLAG, flag.as_str().into()),
            (None, _, Some(status), _) => by(&NEWEST_OPEN, status.as_str().into()),
            (None, _, None, Some(bot)) => by(&NEWEST_OF_BOT, bot.as_str().into()),
            _ => NEWEST.with(args),
        };
        let rows = self.db().read(statement).await?;
        rows.iter().map(read_mark).collect()
    }

    async fn is_rare(&self, workspace: WorkspaceId, flag: &str) -> Result<bool> {
        let flagged = FLAGGED.with(args![workspace, flag, RARE + 1]);
        Ok(self.db().read(flagged).await?.len() <= RARE as usize)
    }

    /// These sessions as lists show them. Those that cannot be opened any more, because their user was erased, are absent.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn session_heads(
        &self,
        workspace: WorkspaceId,
        sessions: &[SessionId],
    ) -> Result<HashMap<SessionId, SessionHead>> {
        let mut heads = HashMap::with_capacity(sessions.len());
        if sessions.is_empty() {
            return Ok(heads);
        }
        let keys = self
            .keys()
            .workspace_with_rows(self.db(), workspace)
            .await?;
        let list = sessions.iter().map(|it| (*it).into()).collect();
        let rows = self
            .db()
            .read(HEADS.with_list(args![workspace], list))
            .await?;
        for row in &rows {
            let user = UserId::from_uuid(row.uuid("user_id")?);
            let key = self.keys().user_in(workspace, &keys, user, row)?;
            let head = read_head(workspace, &key, row)?;
            heads.insert(head.id, head);
        }
        Ok(heads)
    }
}
