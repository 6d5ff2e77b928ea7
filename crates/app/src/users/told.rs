//! A user being changed, and the events that tell of it: the same whether a bot, an application or an import changes it.
use crate::delivery::record;
use crate::delivery::worker::Reserved;
use crate::users::fits;
use crate::{App, Result};
use serde_json::Value;
use smartbot_model::event::{
    Actor, Event, FieldChange, FlagData, Place, ProfileChangedData, UserSnapshot,
};
use smartbot_model::webhook::Endpoint;
use smartbot_model::{Phi, SessionId, Time, WorkspaceId};
use smartbot_store::{Change, DeliveryRow, EventRow, UserRow};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Whether events must not show a field of this name.
pub(crate) type IsSensitive<'a> = &'a dyn Fn(&str) -> bool;

/// On whose behalf a user is changed, and where.
pub(crate) struct Because<'a> {
    pub(crate) actor: &'a Actor,
    pub(crate) place: Place,
    pub(crate) is_sensitive: IsSensitive<'a>,
}

/// What came of setting a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldSet {
    /// It has this value already.
    Unchanged,
    /// It has the new value.
    Changed,
    /// The profile is full: it keeps the old value.
    NoRoom,
}

/// A user, with all that a commit will keep of what changes about it.
pub(crate) struct ToldUser {
    app: App,
    endpoints: Arc<[Endpoint]>,
    now: Time,
    pub(crate) row: UserRow,
    is_new: bool,
    is_changed: bool,
    /// Changes of profile fields that no event tells of yet, who made them, and where.
    pending: Option<(Actor, Place, BTreeMap<String, FieldChange>)>,
    added_flags: Vec<String>,
    removed_flags: Vec<String>,
    pub(crate) events: Vec<EventRow>,
    pub(crate) deliveries: Vec<DeliveryRow>,
    /// In a turn: the workspace, and the deliveries that go out right after the commit.
    reserved: Option<(WorkspaceId, Vec<Reserved>)>,
}

impl ToldUser {
    /// A user as it was read.
    pub(crate) fn new(app: &App, endpoints: Arc<[Endpoint]>, now: Time, row: UserRow) -> Self {
        Self {
            app: app.clone(),
            endpoints,
            now,
            row,
            is_new: false,
            is_changed: false,
            pending: None,
            added_flags: Vec::new(),
            removed_flags: Vec::new(),
            events: Vec::new(),
            deliveries: Vec::new(),
            reserved: None,
        }
    }

    /// Lets deliveries go out right after the commit: whoever commits hands on what [`take_deliveries`](Self::take_deliveries) gives.
    pub(crate) fn telling_at_once(mut self, workspace: WorkspaceId) -> Self {
        self.reserved = Some((workspace, Vec::new()));
        self
    }

    /// After the commit: the deliveries that were kept, and those that go out at once.
    pub(crate) fn take_deliveries(&mut self) -> (Vec<DeliveryRow>, Vec<Reserved>) {
        let reserved = self.reserved.as_mut().map(|it| std::mem::take(&mut it.1));
        (
            std::mem::take(&mut self.deliveries),
            reserved.unwrap_or_default(),
        )
    }

    /// Marks the user as one that is made now.
    pub(crate) const fn made(mut self) -> Self {
        self.is_new = true;
        self
    }

    /// Whether anything of the user is to be kept.
    pub(crate) const fn is_changed(&self) -> bool {
        self.is_changed || self.is_new
    }

    /// The endpoints that may be told.
    pub(crate) fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    /// The user as events show one: without sensitive fields.
    pub(crate) fn snapshot(&self, is_sensitive: IsSensitive<'_>) -> UserSnapshot {
        let fields = self.row.fields.expose().iter();
        UserSnapshot {
            id: self.row.id,
            external_id: self.row.external_id.as_ref().map(|it| it.expose().clone()),
            fields: fields
                .filter(|(name, _)| !is_sensitive(name))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
            flags: self.row.flags.iter().cloned().collect(),
        }
    }

    /// Records an event about the user, after the one that tells of profile changes made before it.
    pub(crate) fn record(
        &mut self,
        event: &Event,
        actor: Actor,
        session: Option<SessionId>,
        is_sensitive: IsSensitive<'_>,
    ) -> Result<()> {
        self.flush(is_sensitive)?;
        self.push(event, actor, session)
    }

    /// Records an event about the user.
    pub(crate) fn push(
        &mut self,
        event: &Event,
        actor: Actor,
        session: Option<SessionId>,
    ) -> Result<()> {
        self.row.event_sequence += 1;
        self.is_changed = true;
        let about = (self.row.id.to_string(), self.row.event_sequence);
        let mut row = record::event_row(event, about, actor, session, self.now, &*self.app.random)?;
        if let Some(last) = self.events.last() {
            row.id = last.id.next();
        }
        let planned = match &mut self.reserved {
            Some((workspace, reserved)) => {
                self.app
                    .plan_deliveries(*workspace, &row, &self.endpoints, reserved)
            }
            None => self.app.waiting_deliveries(&row, &self.endpoints),
        };
        self.deliveries.extend(planned);
        self.events.push(row);
        Ok(())
    }

    /// Tells of the profile changes that no event tells of yet.
    pub(crate) fn flush(&mut self, is_sensitive: IsSensitive<'_>) -> Result<()> {
        let Some((actor, place, mut changes)) = self.pending.take() else {
            return Ok(());
        };
        changes.retain(|_, it| it.old != it.new);
        if changes.is_empty() {
            return Ok(());
        }
        let session = place.session_id;
        let event = Event::UserProfileChanged(ProfileChangedData {
            user: self.snapshot(is_sensitive),
            changes,
            place,
        });
        self.push(&event, actor, session)
    }

    /// Sets a profile field; null removes it.
    pub(crate) fn set_field(
        &mut self,
        name: &str,
        value: Value,
        because: Because<'_>,
    ) -> Result<FieldSet> {
        let fields = self.row.fields.expose_mut();
        let old = if value.is_null() {
            fields.remove(name)
        } else {
            fields.insert(name.to_owned(), value.clone())
        };
        let old = old.unwrap_or_default();
        if old == value {
            return Ok(FieldSet::Unchanged);
        }
        if !value.is_null() && !fits(fields) {
            if old.is_null() {
                fields.remove(name);
            } else {
                fields.insert(name.to_owned(), old);
            }
            return Ok(FieldSet::NoRoom);
        }
        self.touch();
        if !(because.is_sensitive)(name) {
            self.note(name, old, value, because)?;
        }
        Ok(FieldSet::Changed)
    }

    /// Gives the user another `external_id`, or none. Told of like a profile field.
    pub(crate) fn set_external_id(
        &mut self,
        external_id: Option<String>,
        because: Because<'_>,
    ) -> Result<()> {
        let old = self.row.external_id.take().map(Phi::into_inner);
        self.row.external_id = external_id.clone().map(Phi::new);
        if old == external_id {
            return Ok(());
        }
        self.touch();
        self.note("external_id", old.into(), external_id.into(), because)
    }

    /// Puts a flag on the user and says whether it was not there.
    pub(crate) fn assign_flag(&mut self, flag: &str, because: Because<'_>) -> Result<bool> {
        if !self.row.flags.insert(flag.to_owned()) {
            return Ok(false);
        }
        self.touch();
        self.removed_flags.retain(|it| it != flag);
        self.added_flags.push(flag.to_owned());
        let data = self.flag_data(flag, &because)?;
        let session = because.place.session_id;
        self.push(&Event::FlagAssigned(data), because.actor.clone(), session)?;
        Ok(true)
    }

    /// Takes a flag off the user and says whether it was there.
    pub(crate) fn remove_flag(&mut self, flag: &str, because: Because<'_>) -> Result<bool> {
        if !self.row.flags.remove(flag) {
            return Ok(false);
        }
        self.touch();
        self.added_flags.retain(|it| it != flag);
        self.removed_flags.push(flag.to_owned());
        let data = self.flag_data(flag, &because)?;
        let session = because.place.session_id;
        self.push(&Event::FlagRemoved(data), because.actor.clone(), session)?;
        Ok(true)
    }

    fn flag_data(&mut self, flag: &str, because: &Because<'_>) -> Result<FlagData> {
        self.flush(because.is_sensitive)?;
        Ok(FlagData {
            user: self.snapshot(because.is_sensitive),
            flag: flag.to_owned(),
            place: because.place.clone(),
        })
    }

    const fn touch(&mut self) {
        self.is_changed = true;
        self.row.updated_at = self.now;
    }

    /// Remembers a change of the profile until an event tells of it.
    fn note(&mut self, name: &str, old: Value, new: Value, because: Because<'_>) -> Result<()> {
        if self.is_new && self.events.is_empty() {
            // Told by `user.created`.
            return Ok(());
        }
        let Because {
            actor,
            place,
            is_sensitive,
        } = because;
        if self.pending.as_ref().is_some_and(|(by, _, _)| by != actor) {
            self.flush(is_sensitive)?;
        }
        let (_, at, changes) = self
            .pending
            .get_or_insert_with(|| (actor.clone(), place.clone(), BTreeMap::new()));
        *at = place;
        let change = changes
            .entry(name.to_owned())
            .or_insert_with(|| FieldChange {
                old,
                new: Value::Null,
            });
        change.new = new;
        Ok(())
    }

    /// What keeps the user; none when nothing changed. Events come after it.
    pub(crate) fn saved(&self) -> Option<Change> {
        let mut user = self.row.clone();
        if self.is_new {
            user.version = 1;
            return Some(Change::InsertUser(user));
        }
        let expected_version = user.version;
        user.version += 1;
        self.is_changed.then(|| Change::SaveUser {
            user,
            expected_version,
            added_flags: self.added_flags.clone(),
            removed_flags: self.removed_flags.clone(),
        })
    }

    /// What keeps the events and their deliveries.
    pub(crate) fn told(&self) -> impl Iterator<Item = Change> {
        let events = (!self.events.is_empty()).then(|| Change::RecordEvents {
            user_id: Some(self.row.id),
            events: self.events.clone(),
        });
        let deliveries = (!self.deliveries.is_empty())
            .then(|| Change::InsertDeliveries(self.deliveries.clone()));
        events.into_iter().chain(deliveries)
    }

    /// All that a commit must keep.
    pub(crate) fn changes(&self) -> Vec<Change> {
        self.saved().into_iter().chain(self.told()).collect()
    }
}
