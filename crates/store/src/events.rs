//! Events: facts that happened, written with what they tell of.
use crate::db::Row;
use crate::error::Result;
use crate::keys::WorkspaceKeys;
use crate::open;
use crate::prepare::{Preparation, json};
use crate::query::{ROWS_AT_ONCE, args, queries};
use crate::rows::EventRow;
use crate::seal::SealingKey;
use crate::store::Store;
use crate::what;
use smartbot_model::{EventId, EventType, Phi, SessionId, Time, UserId, WorkspaceId};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

macro_rules! columns {
    () => {
        "event_id, event_type, subject, sequence, occurred_at, actor, user_id, session_id, data"
    };
}

/// Of a user who is erased there is no key.
macro_rules! kept {
    () => {
        "(e.user_id IS NULL OR EXISTS (SELECT 1 FROM user_keys AS k WHERE k.workspace_id = e.workspace_id AND k.user_id = e.user_id))"
    };
}

queries! {
    RECORD = concat!("INSERT INTO events (workspace_id, ", columns!(), ") VALUES {rows}");
    /// What was about a user who is erased is not there any more.
    FROM_THE_FIRST = concat!("SELECT ", columns!(), " FROM events AS e WHERE workspace_id = $1 AND ", kept!(), " ORDER BY event_id LIMIT $2");
    AFTER = concat!("SELECT ", columns!(), " FROM events AS e WHERE workspace_id = $1 AND event_id > $2 AND ", kept!(), " ORDER BY event_id LIMIT $3");
    FEED = concat!("SELECT ", columns!(), " FROM events WHERE workspace_id = $1 AND event_id > $2 AND event_id < $3 ORDER BY event_id LIMIT $4");
    NEWEST_OF_SUBJECT = concat!("SELECT ", columns!(), " FROM events AS e WHERE workspace_id = $1 AND subject = $2 AND event_type IN ({list}) ORDER BY sequence DESC LIMIT $3");
    BY_IDS = concat!("SELECT ", columns!(), " FROM events WHERE workspace_id = $1 AND event_id IN ({list})");
}

const COLUMNS: usize = 10;
const DATA: &str = "events.data";

pub(crate) fn record(
    to: &mut Preparation<'_>,
    user: Option<UserId>,
    events: &[EventRow],
) -> Result<()> {
    for some in events.chunks(ROWS_AT_ONCE) {
        let mut values = Vec::with_capacity(some.len() * COLUMNS);
        for it in some {
            let data = json(it.data.expose())?;
            values.extend(args![
                to.workspace,
                it.id,
                it.event_type.as_str(),
                it.subject.as_str(),
                it.sequence,
                it.occurred_at,
                json(&it.actor)?,
                user,
                it.session_id,
                to.by_user_or_workspace(user, DATA, it.id.uuid().as_bytes(), data.as_bytes())?,
            ]);
        }
        to.push(
            RECORD
                .with_rows(vec![], COLUMNS, values)
                .unique(what::EVENT),
        );
    }
    Ok(())
}

/// How old an event must be to stand in the feed. An event's id is made up to a second before its commit, and no commit takes longer than
/// the rest: a longer one is undone, or known to this process.
pub const EVENT_HORIZON: Duration = Duration::from_secs(3);

/// An event as the feed has it.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedEvent {
    /// The event; its data is null when it was not asked for or is lost.
    pub event: EventRow,
    /// Whether its data cannot be opened any more, because its user was erased.
    pub is_lost: bool,
}

fn read(
    workspace: WorkspaceId,
    keys: &WorkspaceKeys,
    users: &HashMap<UserId, Arc<SealingKey>>,
    row: &Row,
) -> Result<Option<EventRow>> {
    let id = row.uuid("event_id")?;
    let user = row.uuid_opt("user_id")?.map(UserId::from_uuid);
    let sealed = row.bytes("data")?;
    let key = match &user {
        Some(user) => users.get(user).map(|it| &**it),
        None => Some(&keys.seal),
    };
    // A key may be remembered a little longer than the user on nodes that did not erase it.
    let Some(key) = key.filter(|_| !sealed.is_empty()) else {
        return Ok(None);
    };
    Ok(Some(EventRow {
        data: Phi::new(open::json(key, workspace, DATA, id.as_bytes(), sealed)?),
        ..read_head(row)?
    }))
}

/// Everything of an event that is kept in clear.
fn read_head(row: &Row) -> Result<EventRow> {
    Ok(EventRow {
        id: EventId::from_uuid(row.uuid("event_id")?),
        event_type: row.named("event_type", EventType::parse)?,
        subject: row.text("subject")?,
        sequence: row.number("sequence")?,
        occurred_at: row.time("occurred_at")?,
        actor: row.json("actor")?,
        data: Phi::default(),
        session_id: row.uuid_opt("session_id")?.map(SessionId::from_uuid),
    })
}

impl Store {
    /// Events in the order of their ids, those after `after`, at most `limit`; not those about users who were erased. Ids are made before they are committed: whoever keeps a
    /// cursor leaves the newest seconds alone.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn events(
        &self,
        workspace: WorkspaceId,
        after: Option<EventId>,
        limit: u32,
    ) -> Result<Vec<EventRow>> {
        let rows = match after {
            None => {
                self.db()
                    .read(FROM_THE_FIRST.with(args![workspace, limit]))
                    .await?
            }
            Some(after) => {
                self.db()
                    .read(AFTER.with(args![workspace, after, limit]))
                    .await?
            }
        };
        self.open_events(workspace, &rows).await
    }

    /// The newest events about a user that are of one of these types, the newest first, at most `limit`; none about one who was erased.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn newest_events_of_user(
        &self,
        workspace: WorkspaceId,
        user: UserId,
        types: &[EventType],
        limit: u32,
    ) -> Result<Vec<EventRow>> {
        let types = types.iter().map(|it| it.as_str().into()).collect();
        let args = args![workspace, user.to_string(), limit];
        let rows = self.db().read(NEWEST_OF_SUBJECT.with_list(args, types));
        self.open_events(workspace, &rows.await?).await
    }

    /// Events in the order of their ids, those after `after`, at most `limit`, and none that another of an older id could still come behind:
    /// whoever reads on from the last one misses nothing. Data is opened only of events of type `only`, if one is given.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn event_feed(
        &self,
        workspace: WorkspaceId,
        after: Option<EventId>,
        only: Option<EventType>,
        now: Time,
        limit: u32,
    ) -> Result<Vec<FeedEvent>> {
        let settled = u128::from(now.minus(EVENT_HORIZON).unix_millis()) << 80;
        let settled = EventId::from_uuid(Uuid::from_u128(settled));
        let end = self
            .in_flight()
            .oldest()
            .map_or(settled, |it| it.min(settled));
        let after = after.unwrap_or(EventId::from_uuid(Uuid::nil()));
        let rows = self
            .db()
            .read(FEED.with(args![workspace, after, end, limit]))
            .await?;
        let heads = rows.iter().map(read_head).collect::<Result<Vec<_>>>()?;
        let is_wanted = |it: &EventRow| only.is_none_or(|only| it.event_type == only);
        let wanted = rows.iter().zip(&heads).filter(|(_, it)| is_wanted(it));
        let wanted: Vec<_> = wanted.map(|(row, _)| row).collect();
        let mut opened = self.try_events(workspace, &wanted).await?.into_iter();
        let mut events = Vec::with_capacity(heads.len());
        for head in heads {
            let opened = if is_wanted(&head) {
                opened.next()
            } else {
                None
            };
            let (event, is_lost) = match opened {
                None => (head, false),
                Some(Ok(Some(event))) => (event, false),
                Some(Ok(None)) => (head, true),
                Some(Err(error)) => {
                    tracing::warn!(%workspace, %error, "an event of the feed cannot be opened");
                    (head, true)
                }
            };
            events.push(FeedEvent { event, is_lost });
        }
        Ok(events)
    }

    /// Those of these events that can be opened, and none for those about users who were erased. Others are told of in the log: one that
    /// cannot must not hold up the rest.
    pub(crate) async fn readable_events(
        &self,
        workspace: WorkspaceId,
        ids: &[EventId],
    ) -> Result<BTreeMap<EventId, Option<EventRow>>> {
        let mut events = BTreeMap::new();
        for some in ids.chunks(128) {
            let list = some.iter().map(|it| (*it).into()).collect();
            let rows = self
                .db()
                .read(BY_IDS.with_list(args![workspace], list))
                .await?;
            let all = rows.iter().collect::<Vec<_>>();
            let opened = self.try_events(workspace, &all).await?;
            for (row, event) in rows.iter().zip(opened) {
                let id = EventId::from_uuid(row.uuid("event_id")?);
                match event {
                    Ok(event) => drop(events.insert(id, event)),
                    Err(error) => tracing::error!(%workspace, %error, "an event cannot be opened"),
                }
            }
        }
        Ok(events)
    }

    /// An event, when it can be opened.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn readable_event(
        &self,
        workspace: WorkspaceId,
        id: EventId,
    ) -> Result<Option<EventRow>> {
        let mut found = self.readable_events(workspace, &[id]).await?;
        Ok(found.remove(&id).flatten())
    }

    /// The next events after an id, at most `limit`; none stands for one that cannot be opened.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn readable_events_after(
        &self,
        workspace: WorkspaceId,
        after: EventId,
        limit: u32,
    ) -> Result<Vec<(EventId, Option<EventRow>)>> {
        let rows = self
            .db()
            .read(AFTER.with(args![workspace, after, limit]))
            .await?;
        let events = self
            .try_events(workspace, &rows.iter().collect::<Vec<_>>())
            .await?;
        let id = |row: &Row| row.uuid("event_id").map(EventId::from_uuid);
        rows.iter()
            .zip(events)
            .map(|(row, event)| Ok((id(row)?, event.ok().flatten())))
            .collect()
    }

    async fn open_events(&self, workspace: WorkspaceId, rows: &[Row]) -> Result<Vec<EventRow>> {
        self.try_events(workspace, &rows.iter().collect::<Vec<_>>())
            .await?
            .into_iter()
            .filter_map(Result::transpose)
            .collect()
    }

    /// Each event; none when it is about a user who was erased.
    async fn try_events(
        &self,
        workspace: WorkspaceId,
        rows: &[&Row],
    ) -> Result<Vec<Result<Option<EventRow>>>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let mut users = Vec::new();
        for row in rows {
            users.extend(row.uuid_opt("user_id")?.map(UserId::from_uuid));
        }
        let users = self.keys().users(self.db(), workspace, &users).await?;
        let keys = self
            .keys()
            .workspace_with_rows(self.db(), workspace)
            .await?;
        Ok(rows
            .iter()
            .map(|it| read(workspace, &keys, &users, it))
            .collect())
    }
}
