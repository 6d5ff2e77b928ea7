//! Users made and changed by applications, one at a time.
use super::check::{self, Faults};
use super::told::{Because, ToldUser};
use super::{UserKey, public};
use crate::act::Act;
use crate::live::DeskNote;
use crate::turns::locks::Turn;
use crate::turns::{Once, Reply};
use crate::workspaces::Workspace;
use crate::{App, Caller, Error, Result};
use serde_json::{Map, Value};
use smartbot_model::event::{Event, Place, UserData};
use smartbot_model::user::is_valid_flag;
use smartbot_model::{Phi, UserId, WorkspaceId};
use smartbot_store::{Change, UserRow};
use std::collections::BTreeSet;

/// What a new user is to be.
#[derive(Debug, Clone, Default)]
pub struct NewUser {
    /// The caller's own id.
    pub external_id: Option<String>,
    /// Profile fields; null is as good as absent.
    pub fields: Map<String, Value>,
    /// Flags.
    pub flags: Vec<String>,
}

/// What is to change about a user.
#[derive(Debug, Clone, Default)]
pub struct UserPatch {
    /// The caller's own id; none in it removes it.
    pub external_id: Option<Option<String>>,
    /// Profile fields as a JSON Merge Patch (RFC 7396): null removes, objects are merged.
    pub fields: Map<String, Value>,
}

/// The most flags that an application puts on one user.
pub const MAX_FLAGS: usize = 1_000;

impl App {
    /// Makes a user.
    pub async fn create_user(
        &self,
        caller: &Caller,
        new: NewUser,
        once: Option<Once>,
    ) -> Result<Reply> {
        let known = self.workspace(caller.workspace).await?;
        new.check(&known)?;
        self.act(caller.workspace, once, || async {
            if let Some(external_id) = &new.external_id {
                self.nobody_has(caller.workspace, external_id, None).await?;
            }
            let user = self.made_user(caller, &known, &new).await?;
            act(201, &user, flag_definitions(&user, &new.flags))
        })
        .await
    }

    /// Changes a user's profile.
    pub async fn change_user(
        &self,
        caller: &Caller,
        key: &UserKey,
        patch: UserPatch,
        once: Option<Once>,
    ) -> Result<Reply> {
        let known = self.workspace(caller.workspace).await?;
        patch.check(&known)?;
        let _turn = self.user_turn(caller.workspace, key).await?;
        self.act(caller.workspace, once, || async {
            let row = self.user_row(caller.workspace, key).await?;
            if let Some(Some(external_id)) = &patch.external_id {
                self.nobody_has(caller.workspace, external_id, Some(row.id))
                    .await?;
            }
            let mut user = self.told_user(caller, row).await?;
            patch.apply(&mut user, caller, &known)?;
            act(200, &user, Vec::new())
        })
        .await
    }

    /// Puts a flag on a user or takes it off; a flag that the workspace does not know is made.
    pub async fn set_user_flag(
        &self,
        caller: &Caller,
        key: &UserKey,
        flag: &str,
        is_on: bool,
        once: Option<Once>,
    ) -> Result<Reply> {
        if !is_valid_flag(flag) {
            return Err(Error::NotFound("flag"));
        }
        let known = self.workspace(caller.workspace).await?;
        let _turn = self.user_turn(caller.workspace, key).await?;
        let set = self.act(caller.workspace, once, || async {
            let row = self.user_row(caller.workspace, key).await?;
            let mut user = self.told_user(caller, row).await?;
            let flags = [flag.to_owned()];
            let mut changes = Vec::new();
            if is_on {
                assign(&mut user, &flags, caller, &known)?;
                changes = flag_definitions(&user, &flags);
            } else {
                user.remove_flag(flag, because(caller, &|it| known.is_sensitive(it)))?;
            }
            let id = user.row.id;
            changes.extend(user.changes());
            Ok(Act {
                changes,
                reply: Reply::empty(),
                user: Some(id),
            })
        });
        let reply = set.await?;
        self.live.tell_desks(caller.workspace, DeskNote::Flags);
        if !is_on {
            // Perhaps an agent who has a chat of the user does not see it any more.
            self.held_due.notify_one();
        }
        Ok(reply)
    }

    /// The user of this key, as it is kept.
    pub(crate) async fn user_row(&self, workspace: WorkspaceId, key: &UserKey) -> Result<UserRow> {
        let row = match key {
            UserKey::Id(id) => self.store.user(workspace, *id).await?,
            UserKey::External(id) => self.store.user_by_external_id(workspace, id).await?,
        };
        row.ok_or(Error::NotFound("user"))
    }

    /// The user's turn on this node, so that requests about one user wait for each other instead of colliding. Turns of bots that
    /// collide with one take it too.
    pub(crate) async fn user_turn(
        &self,
        workspace: WorkspaceId,
        key: &UserKey,
    ) -> Result<Option<Turn>> {
        let id = match key {
            UserKey::Id(id) => *id,
            UserKey::External(external_id) => {
                let row = self
                    .store
                    .user_by_external_id(workspace, external_id)
                    .await?;
                // Nobody to wait for; the request itself says so, unless it is a repeat.
                let Some(row) = row else { return Ok(None) };
                row.id
            }
        };
        Ok(Some(self.locks.turn(Some(id), None).await))
    }

    /// Refuses an `external_id` that somebody else has.
    async fn nobody_has(
        &self,
        workspace: WorkspaceId,
        external_id: &str,
        but: Option<UserId>,
    ) -> Result<()> {
        let other = self
            .store
            .user_by_external_id(workspace, external_id)
            .await?;
        match other {
            Some(other) if Some(other.id) != but => Err(Error::Conflict(
                "There is a user with this external_id already. Change that one, or choose another external_id.".into(),
            )),
            _ => Ok(()),
        }
    }

    /// A user to be changed.
    pub(crate) async fn told_user(&self, caller: &Caller, row: UserRow) -> Result<ToldUser> {
        let endpoints = self.endpoints_of(caller.workspace).await?;
        Ok(ToldUser::new(self, endpoints, self.now(), row))
    }

    /// A new user with its events.
    pub(crate) async fn made_user(
        &self,
        caller: &Caller,
        known: &Workspace,
        new: &NewUser,
    ) -> Result<ToldUser> {
        let now = self.now();
        let row = UserRow {
            id: UserId::new(now, &*self.random),
            external_id: new.external_id.clone().map(Phi::new),
            fields: Phi::default(),
            flags: BTreeSet::new(),
            event_sequence: 0,
            version: 0,
            created_at: now,
            updated_at: now,
        };
        let mut user = self.told_user(caller, row).await?.made();
        let is_sensitive = |it: &str| known.is_sensitive(it);
        for (name, value) in &new.fields {
            user.set_field(name, value.clone(), because(caller, &is_sensitive))?;
        }
        let event = Event::UserCreated(UserData {
            user: user.snapshot(&is_sensitive),
            place: Place::default(),
        });
        user.record(&event, caller.actor.clone(), None, &is_sensitive)?;
        assign(&mut user, &new.flags, caller, known)?;
        Ok(user)
    }
}

/// On behalf of a caller, outside of any session.
fn because<'a>(caller: &'a Caller, is_sensitive: super::told::IsSensitive<'a>) -> Because<'a> {
    Because {
        actor: &caller.actor,
        place: Place::default(),
        is_sensitive,
    }
}

/// Puts flags on a user, as many as there is room for.
pub(crate) fn assign(
    user: &mut ToldUser,
    flags: &[String],
    caller: &Caller,
    known: &Workspace,
) -> Result<()> {
    for flag in flags {
        user.assign_flag(flag, because(caller, &|it| known.is_sensitive(it)))?;
    }
    if !flags.is_empty() && user.row.flags.len() > MAX_FLAGS {
        let message = format!("A user carries at most {MAX_FLAGS} flags.");
        return Err(Error::invalid("/flags", "too_large", message));
    }
    Ok(())
}

/// What makes flags known to the workspace.
pub(crate) fn flag_definitions(user: &ToldUser, flags: &[String]) -> Vec<Change> {
    let define = |name: &String| Change::DefineFlag {
        name: name.clone(),
        at: user.row.updated_at,
    };
    flags.iter().map(define).collect()
}

/// Keeps a user with its events, and answers with it.
fn act(status: u16, user: &ToldUser, mut changes: Vec<Change>) -> Result<Act> {
    changes.extend(user.changes());
    Ok(Act {
        changes,
        reply: Reply::json(status, &public(&user.row))?,
        user: Some(user.row.id),
    })
}

impl NewUser {
    /// Refuses everything that is wrong, at once.
    pub(crate) fn check(&self, known: &Workspace) -> Result<()> {
        let mut faults = Faults::default();
        if let Some(external_id) = &self.external_id {
            faults.external_id("/external_id", external_id);
        }
        faults.fields("/fields", &self.fields, known, true, |_| None);
        for (place, flag) in self.flags.iter().enumerate() {
            faults.flag(format!("/flags/{place}"), flag);
        }
        faults.refuse()?;
        check::room("/fields", &self.fields)
    }
}

impl UserPatch {
    pub(crate) fn check(&self, known: &Workspace) -> Result<()> {
        let mut faults = Faults::default();
        if let Some(Some(external_id)) = &self.external_id {
            faults.external_id("/external_id", external_id);
        }
        faults.fields("/fields", &self.fields, known, true, |_| None);
        faults.refuse()
    }

    /// Changes the user, and tells of what really changed.
    pub(crate) fn apply(
        &self,
        user: &mut ToldUser,
        caller: &Caller,
        known: &Workspace,
    ) -> Result<()> {
        let is_sensitive = |it: &str| known.is_sensitive(it);
        let mut merged = user.row.fields.expose().clone();
        for (name, patch) in &self.fields {
            merge(merged.entry(name.clone()).or_insert(Value::Null), patch);
        }
        merged.retain(|_, it| !it.is_null());
        check::room("/fields", &merged)?;
        if let Some(external_id) = &self.external_id {
            user.set_external_id(external_id.clone(), because(caller, &is_sensitive))?;
        }
        let size = |it: Option<&Value>| it.map_or(0, |it| it.to_string().len());
        let mut news: Vec<_> = self
            .fields
            .keys()
            .map(|name| (name, merged.remove(name).unwrap_or_default()))
            .collect();
        // First what gives room, then what takes it: what fits in the end then fits all the time.
        news.sort_by_key(|(name, new)| {
            let old = size(user.row.fields.expose().get(*name));
            size(Some(new)).cast_signed() - old.cast_signed()
        });
        for (name, value) in news {
            user.set_field(name, value, because(caller, &is_sensitive))?;
        }
        user.flush(&is_sensitive)
    }
}

/// RFC 7396.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        target.clone_from(patch);
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    if let Value::Object(target) = target {
        for (name, value) in patch {
            if value.is_null() {
                target.remove(name);
            } else {
                merge(target.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The examples of RFC 7396 that can happen to a field.
    #[test]
    fn patches_merge_as_the_rfc_says() {
        for (target, patch, merged) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (
                json!({"a": "b"}),
                json!({"b": "c"}),
                json!({"a": "b", "b": "c"}),
            ),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
            (
                json!({"a": {"b": "c"}}),
                json!({"a": {"b": "d", "c": null}}),
                json!({"a": {"b": "d"}}),
            ),
            (json!(["a"]), json!(["c"]), json!(["c"])),
            (json!({"a": "b"}), json!(["c"]), json!(["c"])),
            (
                json!({"e": null}),
                json!({"a": 1}),
                json!({"e": null, "a": 1}),
            ),
            (
                json!([1, 2]),
                json!({"a": "b", "c": null}),
                json!({"a": "b"}),
            ),
            (
                json!({}),
                json!({"a": {"bb": {"ccc": null}}}),
                json!({"a": {"bb": {}}}),
            ),
        ] {
            let mut target = target;
            merge(&mut target, &patch);
            assert_eq!(target, merged, "{patch}");
        }
    }
}
