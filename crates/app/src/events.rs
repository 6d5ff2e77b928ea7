//! The event feed: what webhooks push, to be fetched.
use crate::{App, Result};
use serde_json::{Map, Value};
use smartbot_model::event::{Envelope, SCHEMA_VERSION};
use smartbot_model::{EventId, EventType, WorkspaceId};
use smartbot_store::FeedEvent;

/// How many events a page of one type looks at.
const SEARCHED: u32 = 1_000;

/// A page of the feed.
#[derive(Debug)]
pub struct Feed {
    /// The events, the oldest first, and whether what each tells of was erased.
    pub events: Vec<(Envelope, bool)>,
    /// The newest event that was looked at: where to go on.
    pub last: Option<EventId>,
    /// Whether there are more at this moment.
    pub has_more: bool,
}

impl App {
    /// Events after one of them, the oldest first, so old that none can come before them any more.
    pub async fn event_feed(
        &self,
        workspace: WorkspaceId,
        after: Option<EventId>,
        only: Option<EventType>,
        limit: u32,
    ) -> Result<Feed> {
        let to_read = if only.is_some() { SEARCHED } else { limit };
        let mut found = self
            .store
            .event_feed(workspace, after, only, self.now(), to_read + 1)
            .await?;
        let mut has_more = found.len() > to_read as usize;
        found.truncate(to_read as usize);
        let (mut events, mut last) = (Vec::new(), after);
        for it in found {
            if events.len() >= limit as usize {
                has_more = true;
                break;
            }
            last = Some(it.event.id);
            if only.is_none_or(|only| it.event.event_type == only) {
                events.push(show(workspace, it));
            }
        }
        Ok(Feed {
            events,
            last,
            has_more,
        })
    }
}

fn show(workspace: WorkspaceId, feed: FeedEvent) -> (Envelope, bool) {
    let event = feed.event;
    let data = if feed.is_lost {
        Value::Object(Map::new())
    } else {
        event.data.into_inner()
    };
    let envelope = Envelope {
        id: event.id,
        r#type: event.event_type,
        occurred_at: event.occurred_at,
        schema_version: SCHEMA_VERSION,
        workspace_id: workspace,
        subject: event.subject,
        sequence: event.sequence,
        actor: event.actor,
        data,
    };
    (envelope, feed.is_lost)
}
