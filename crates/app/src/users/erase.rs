//! The right to be forgotten. What is left counts, and names nobody.
use super::UserKey;
use crate::act::Act;
use crate::delivery::record;
use crate::live::Note;
use crate::turns::{Once, Reply};
use crate::{App, Caller, Result};
use smartbot_model::event::{DeletedUser, Event, UserDeletedData};
use smartbot_model::{UserId, WorkspaceId};
use smartbot_store::{Change, UserToErase};
use std::sync::OnceLock;

/// How many sessions are told at once.
const SESSIONS_AT_ONCE: u32 = 500;

/// How many users without a key are read at once.
const KEYLESS_AT_ONCE: u32 = 500;

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
                let it = UserToErase {
                    id: row.id,
                    version: row.version,
                    event_sequence: row.event_sequence,
                };
                let external_id = row.external_id.map(smartbot_model::Phi::into_inner);
                let changes = self.erasure(caller, it, external_id).await?;
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
            self.files_gone.notify_one();
            self.end_streams(workspace, *user).await?;
        }
        Ok(reply)
    }

    /// The end of a user, and what tells of it.
    async fn erasure(
        &self,
        caller: &Caller,
        user: UserToErase,
        external_id: Option<String>,
    ) -> Result<Vec<Change>> {
        let id = user.id;
        let event = Event::UserDeleted(UserDeletedData {
            user: DeletedUser { id, external_id },
        });
        let about = (id.to_string(), user.event_sequence + 1);
        let now = self.now();
        let actor = caller.actor.clone();
        let event = record::event_row(&event, about, actor, None, now, &*self.random)?;
        let endpoints = self.endpoints_of(caller.workspace).await?;
        let deliveries = self.waiting_deliveries(&event, &endpoints);
        let mut changes = vec![
            Change::EraseUser {
                id,
                expected_version: user.version,
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
        Ok(changes)
    }

    /// Erases who has no key any more: in a database that was put together of an older copy and newer keys, those are the people who were
    /// erased meanwhile. Receivers are told again, under a new id. Returns how many there were.
    pub async fn erase_keyless_users(&self) -> Result<u64> {
        let mut erased = 0;
        for workspace in self.store.workspaces().await? {
            let caller = Caller::system(workspace.id);
            loop {
                let some = self
                    .store
                    .keyless_users(workspace.id, KEYLESS_AT_ONCE)
                    .await?;
                if some.is_empty() {
                    break;
                }
                for user in some {
                    let changes = self.erasure(&caller, user, None).await?;
                    self.commit(workspace.id, changes).await?;
                    erased += 1;
                }
            }
            self.store.forget_strange_keys(workspace.id).await?;
        }
        Ok(erased)
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
