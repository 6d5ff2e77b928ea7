//! Where a user's fields and flags come from: the newest events that tell of them say so, as long as they are kept.
use crate::{App, Result};
use serde_json::Value;
use smartbot_model::event::Actor;
use smartbot_model::{EventType, Time, UserId, WorkspaceId};
use std::collections::BTreeMap;

/// How many events are looked at: what was set longer ago has no origin.
const LOOKED_AT: u32 = 200;

/// Who set something, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Who.
    pub by: Actor,
    /// The session in which it happened.
    pub session_id: Option<String>,
    /// The box that did it.
    pub box_id: Option<String>,
    /// When.
    pub at: Time,
}

/// Where fields and flags come from, by their names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins {
    /// Of the profile fields.
    pub fields: BTreeMap<String, Origin>,
    /// Of the flags.
    pub flags: BTreeMap<String, Origin>,
}

impl App {
    /// Where what is known of a user comes from.
    pub(super) async fn origins(&self, workspace: WorkspaceId, user: UserId) -> Result<Origins> {
        let types = [
            EventType::UserCreated,
            EventType::UserProfileChanged,
            EventType::FlagAssigned,
        ];
        let newest = self
            .store
            .newest_events_of_user(workspace, user, &types, LOOKED_AT);
        let mut found = Origins::default();
        for event in newest.await? {
            let data = event.data.expose();
            let text = |name: &str| data.get(name).and_then(Value::as_str).map(str::to_owned);
            let origin = Origin {
                by: event.actor,
                session_id: text("session_id"),
                box_id: text("box_id"),
                at: event.occurred_at,
            };
            // The newest comes first, and stays.
            let set = match event.event_type {
                EventType::FlagAssigned => {
                    if let Some(flag) = text("flag") {
                        found.flags.entry(flag).or_insert(origin);
                    }
                    continue;
                }
                EventType::UserCreated => data.pointer("/user/fields"),
                _ => data.get("changes"),
            };
            for name in set
                .and_then(Value::as_object)
                .into_iter()
                .flat_map(|it| it.keys())
            {
                let known = found.fields.entry(name.clone());
                known.or_insert_with(|| origin.clone());
            }
        }
        Ok(found)
    }
}
