//! Events: facts that happened, written with what they tell of.
use crate::db::Row;
use crate::error::{Error, Result};
use crate::keys::WorkspaceKeys;
use crate::open;
use crate::prepare::{Preparation, json};
use crate::query::{ROWS_AT_ONCE, args, queries};
use crate::rows::EventRow;
use crate::seal::SealingKey;
use crate::store::Store;
use crate::what;
use smartbot_model::{EventId, EventType, Phi, SessionId, UserId, WorkspaceId};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

macro_rules! columns {
    () => {
        "event_id, event_type, subject, sequence, occurred_at, actor, user_id, session_id, data"
    };
}

queries! {
    RECORD = concat!("INSERT INTO events (workspace_id, ", columns!(), ") VALUES {rows}");
    FROM_THE_FIRST = concat!("SELECT ", columns!(), " FROM events WHERE workspace_id = $1 ORDER BY event_id LIMIT $2");
    AFTER = concat!("SELECT ", columns!(), " FROM events WHERE workspace_id = $1 AND event_id > $2 ORDER BY event_id LIMIT $3");
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

fn read(
    workspace: WorkspaceId,
    keys: &WorkspaceKeys,
    users: &HashMap<UserId, Arc<SealingKey>>,
    row: &Row,
) -> Result<EventRow> {
    let id = row.uuid("event_id")?;
    let user = row.uuid_opt("user_id")?.map(UserId::from_uuid);
    let key = match &user {
        Some(user) => users
            .get(user)
            .ok_or_else(|| Error::corrupt("user_keys", user))?,
        None => &keys.seal,
    };
    Ok(EventRow {
        id: EventId::from_uuid(id),
        event_type: row.named("event_type", EventType::parse)?,
        subject: row.text("subject")?,
        sequence: row.number("sequence")?,
        occurred_at: row.time("occurred_at")?,
        actor: row.json("actor")?,
        data: Phi::new(open::json(
            key,
            workspace,
            DATA,
            id.as_bytes(),
            row.bytes("data")?,
        )?),
        session_id: row.uuid_opt("session_id")?.map(SessionId::from_uuid),
    })
}

impl Store {
    /// Events in the order of their ids, those after `after`, at most `limit`. Ids are made before they are committed: whoever keeps a
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

    /// Those of these events that can be opened. Others are told of in the log: one that cannot must not hold up the rest.
    pub(crate) async fn readable_events(
        &self,
        workspace: WorkspaceId,
        ids: &[EventId],
    ) -> Result<BTreeMap<EventId, EventRow>> {
        let mut events = BTreeMap::new();
        for some in ids.chunks(128) {
            let list = some.iter().map(|it| (*it).into()).collect();
            let rows = self
                .db()
                .read(BY_IDS.with_list(args![workspace], list))
                .await?;
            for event in self.try_events(workspace, &rows).await? {
                match event {
                    Ok(event) => drop(events.insert(event.id, event)),
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
        Ok(self.readable_events(workspace, &[id]).await?.remove(&id))
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
        let events = self.try_events(workspace, &rows).await?;
        let id = |row: &Row| row.uuid("event_id").map(EventId::from_uuid);
        rows.iter()
            .zip(events)
            .map(|(row, event)| Ok((id(row)?, event.ok())))
            .collect()
    }

    async fn open_events(&self, workspace: WorkspaceId, rows: &[Row]) -> Result<Vec<EventRow>> {
        self.try_events(workspace, rows)
            .await?
            .into_iter()
            .collect()
    }

    async fn try_events(
        &self,
        workspace: WorkspaceId,
        rows: &[Row],
    ) -> Result<Vec<Result<EventRow>>> {
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
