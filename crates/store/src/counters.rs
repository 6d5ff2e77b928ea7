//! Counters: what reports read instead of history. Buckets of 15 minutes, which begin every day of every time zone of today.
//!
//! Turns are only appended, each with a mark that it is not counted yet, which is a row of its own: turns are many and large, and a change of
//! each would leave two versions of it to PostgreSQL. Whoever counts takes the marks away and adds to the counters in
//! one commit, and only if all the marks are still there: a turn that was committed late is simply still marked, and of two who count the
//! same turns one loses and finds them done.
use crate::db::Row;
use crate::error::Result;
use crate::prepare::Preparation;
use crate::query::{Arg, ROWS_AT_ONCE, args, queries};
use crate::store::Store;
use crate::what;
use serde_json::Value;
use smartbot_model::{SessionId, Time, WorkspaceId};
use std::collections::BTreeMap;
use std::time::Duration;

queries! {
    /// One by one: with `(at, …) IN (…)` SQLite would walk through all marks.
    TAKE_MARK = "DELETE FROM uncounted_turns WHERE at = $1 AND workspace_id = $2 AND session_id = $3 AND turn = $4";
    ADD = "INSERT INTO counters (workspace_id, counter, bucket, function_id, bot_version, name, count) VALUES {rows}
        ON CONFLICT (workspace_id, counter, bucket, function_id, bot_version, name) DO UPDATE SET count = counters.count + excluded.count";
    UNCOUNTED = "SELECT u.workspace_id, u.session_id, u.turn, u.at, t.trace, s.function_id, s.bot_version
        FROM (SELECT workspace_id, session_id, turn, at FROM uncounted_turns ORDER BY at, workspace_id, session_id, turn LIMIT $1) AS u
        LEFT JOIN turns AS t ON t.workspace_id = u.workspace_id AND t.session_id = u.session_id AND t.turn = u.turn
        LEFT JOIN sessions AS s ON s.workspace_id = u.workspace_id AND s.session_id = u.session_id ORDER BY u.at";
    OLDEST_UNCOUNTED = "SELECT min(at) AS at FROM uncounted_turns";
    SUMS = "WITH spans (span_from, span_to) AS (VALUES {rows})
        SELECT p.span_from, c.function_id, c.bot_version, c.name, CAST(sum(c.count) AS BIGINT) AS count FROM spans AS p
        JOIN counters AS c ON c.workspace_id = $1 AND c.counter = $2 AND c.bucket >= p.span_from AND c.bucket < p.span_to
        WHERE ($3 IS NULL OR c.function_id = $3) AND ($4 IS NULL OR c.bot_version = $4)
        GROUP BY p.span_from, c.function_id, c.bot_version, c.name ORDER BY p.span_from, c.function_id, c.bot_version, c.name";
}

/// How long a bucket is.
pub const BUCKET: Duration = Duration::from_mins(15);

/// What is counted. All but the last are counted in the bucket in which it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Counter {
    /// Sessions that began.
    SessionsStarted,
    /// Sessions that ended.
    SessionsEnded,
    /// Messages that users wrote.
    MessagesFromUsers,
    /// Messages that bots wrote.
    MessagesFromBots,
    /// Messages that agents wrote.
    MessagesFromAgents,
    /// Goals that were reached, by name.
    Goals,
    /// Boxes that were entered, by box.
    Visits,
    /// Sessions that came to the end of their flow, by the box they stood in.
    Completed,
    /// Sessions that were given to agents, by the box they stood in.
    HandedOff,
    /// Sessions that ended in any other way, by the box they stood in.
    Ended,
    /// Sessions that stand in a box and wait for their user, by box, in the bucket of their newest turn: the turn that comes next takes
    /// them out of there again.
    Waiting,
}

impl Counter {
    /// As in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SessionsStarted => "sessions_started",
            Self::SessionsEnded => "sessions_ended",
            Self::MessagesFromUsers => "messages_from_users",
            Self::MessagesFromBots => "messages_from_bots",
            Self::MessagesFromAgents => "messages_from_agents",
            Self::Goals => "goals",
            Self::Visits => "box_visits",
            Self::Completed => "box_completed",
            Self::HandedOff => "box_handed_off",
            Self::Ended => "box_ended",
            Self::Waiting => "box_waiting",
        }
    }
}

/// Additions to counters, each counter once and in one order, so that two who add at once do not wait for each other in a circle.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counters(BTreeMap<Key, i64>);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    counter: Counter,
    bucket: i64,
    function_id: String,
    version: u32,
    name: String,
}

impl Counters {
    /// Adds to a counter in the bucket of an instant; `name` is the box or goal.
    pub fn add(
        &mut self,
        counter: Counter,
        at: Time,
        (function_id, version): (&str, u32),
        name: &str,
        count: i64,
    ) {
        let length = i64::try_from(BUCKET.as_micros()).unwrap_or(i64::MAX);
        let key = Key {
            counter,
            bucket: at.micros().div_euclid(length) * length,
            function_id: function_id.to_owned(),
            version,
            name: name.to_owned(),
        };
        *self.0.entry(key).or_default() += count;
    }
}

/// The mark of a turn that is not counted yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TurnMark {
    /// When the turn was committed.
    pub at: Time,
    /// The session.
    pub session_id: SessionId,
    /// The session's version that the turn made.
    pub turn: u64,
}

/// A turn that is not counted yet.
#[derive(Debug, Clone, PartialEq)]
pub struct UncountedTurn {
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// Its mark.
    pub mark: TurnMark,
    /// What the bot did; null when it cannot be read.
    pub trace: Value,
    /// The session's bot and its version; none when the session is gone.
    pub bot: Option<(String, u32)>,
}

/// A sum of counters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The beginning of the span of time.
    pub from: Time,
    /// The bot.
    pub function_id: String,
    /// The bot's version.
    pub version: u32,
    /// The box or goal; empty where bots as a whole are counted.
    pub name: String,
    /// How many.
    pub count: i64,
}

pub(crate) fn count(to: &mut Preparation<'_>, turns: &[TurnMark], counts: &Counters) {
    let mut turns = turns.to_vec();
    turns.sort_unstable();
    for it in turns {
        let mark = args![it.at, to.workspace, it.session_id, it.turn];
        let taken = TAKE_MARK.with(mark).one(what::TURNS_COUNTED);
        to.push(taken.joining());
    }
    let counts: Vec<_> = counts.0.iter().filter(|(_, count)| **count != 0).collect();
    for some in counts.chunks(ROWS_AT_ONCE) {
        let mut values: Vec<Arg> = Vec::with_capacity(some.len() * 7);
        for (key, count) in some {
            values.extend(args![
                to.workspace,
                key.counter.as_str(),
                key.bucket,
                key.function_id.as_str(),
                key.version,
                key.name.as_str(),
                **count,
            ]);
        }
        to.push(ADD.with_rows(vec![], 7, values));
    }
}

fn read_turn(row: &Row) -> Result<UncountedTurn> {
    let function_id = row.text_opt("function_id")?;
    let version = row.number_opt("bot_version")?;
    Ok(UncountedTurn {
        workspace_id: WorkspaceId::from_uuid(row.uuid("workspace_id")?),
        mark: TurnMark {
            at: row.time("at")?,
            session_id: SessionId::from_uuid(row.uuid("session_id")?),
            turn: row.number("turn")?,
        },
        // One that cannot be read must not hold up the rest.
        trace: serde_json::from_str(&row.text_opt("trace")?.unwrap_or_default())
            .unwrap_or_default(),
        bot: function_id.zip(version),
    })
}

impl Store {
    /// Turns that are not counted yet, of all workspaces, the oldest first, at most `limit`.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn uncounted_turns(&self, limit: u32) -> Result<Vec<UncountedTurn>> {
        let rows = self.db().read(UNCOUNTED.with(args![limit])).await?;
        rows.iter().map(read_turn).collect()
    }

    /// When the oldest turn happened that is not counted yet; none when all are.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn oldest_uncounted(&self) -> Result<Option<Time>> {
        let rows = self.db().read(OLDEST_UNCOUNTED.with(args![])).await?;
        rows.first().map_or(Ok(None), |it| it.time_opt("at"))
    }

    /// The sums of a counter over spans of time, each from its first instant up to, but without, its second; both should be beginnings
    /// of buckets. Of one bot or version only when one is given. Sums of nothing are absent.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn counts(
        &self,
        workspace: WorkspaceId,
        counter: Counter,
        spans: &[(Time, Time)],
        function_id: Option<&str>,
        version: Option<u32>,
    ) -> Result<Vec<Count>> {
        if spans.is_empty() {
            return Ok(Vec::new());
        }
        let mut values: Vec<_> = spans.iter().flat_map(|it| args![it.0, it.1]).collect();
        // Spans of nothing, so that there are few different texts.
        values.resize(spans.len().next_power_of_two() * 2, Arg::from(0_i64));
        let function_id = function_id.map(str::to_owned);
        let own = args![workspace, counter.as_str(), function_id, version];
        let rows = self.db().read(SUMS.with_rows(own, 2, values)).await?;
        let read = |row: &Row| {
            Ok(Count {
                from: row.time("span_from")?,
                function_id: row.text("function_id")?,
                version: row.number("bot_version")?,
                name: row.text("name")?,
                count: row.int("count")?,
            })
        };
        rows.iter().map(read).collect()
    }
}
