//! The right to be forgotten. What is left counts, and names nobody.
use super::UserKey;
use crate::act::Act;
use crate::delivery::record;
use crate::live::Note;
use crate::turns::{Once, Reply};
use crate::{App, Caller, Result};
use smartbot_model::event::{DeletedUser, Event, UserDeletedData};
use smartbot_model::{UserId, WorkspaceId};
use smartbot_store::Change;
use std::sync::OnceLock;

/// How many sessions are told at once.
const SESSIONS_AT_ONCE: u32 = 500;

impl App {
    /// Erases a person: key, profile, flags, message texts, jobs, remembered answers and the content of events. Sessions end and stay as
    /// shells. What remains to be told, `user.deleted`, is sealed by the workspace's key.
    pub async fn erase_user(
        &self,
        caller: &Caller,
        key: &UserKey,
        once: Option<Once>,
    ) -> Result<Reply> {
        let workspace = caller.workspace;
        let _turn = self.user_turn(workspace, key).await?;
        let erased = OnceLock::new();
        let reply = self
            .act(workspace, once, || async {
                let row = self.user_row(workspace, key).await?;
                let event = Event::UserDeleted(UserDeletedData {
                    user: DeletedUser {
                        id: row.id,
                        external_id: row.external_id.map(smartbot_model::Phi::into_inner),
                    },
                });
                let about = (row.id.to_string(), row.event_sequence + 1);
                let now = self.now();
                let actor = caller.actor.clone();
                let event = record::event_row(&event, about, actor, None, now, &*self.random)?;
                let endpoints = self.endpoints_of(workspace).await?;
                let deliveries = self.waiting_deliveries(&event, &endpoints);
                let mut changes = vec![
                    Change::EraseUser {
                        id: row.id,
                        expected_version: row.version,
                        at: now,
                    },
                    Change::RecordEvents {
                        user_id: None,
                        events: vec![event],
                    },
                ];
                if !deliveries.is_empty() {
                    changes.push(Change::InsertDeliveries(deliveries));
                }
                // Every try finds the same person.
                erased.get_or_init(|| row.id);
                Ok(Act {
                    changes,
                    reply: Reply::empty(),
                    user: None,
                })
            })
            .await?;
        if let Some(user) = erased.get() {
            self.end_streams(workspace, *user).await?;
        }
        Ok(reply)
    }

    /// Tells those who watch the sessions of a user to look again.
    async fn end_streams(&self, workspace: WorkspaceId, user: UserId) -> Result<()> {
        let mut after = None;
        loop {
            let page = self
                .store
                .sessions_of(workspace, user, after, SESSIONS_AT_ONCE)
                .await?;
            for (session, _) in &page {
                self.live.note(*session, Note::Changed);
            }
            match page.last() {
                Some((last, _)) if page.len() == SESSIONS_AT_ONCE as usize => after = Some(*last),
                _ => return Ok(()),
            }
        }
    }
}
