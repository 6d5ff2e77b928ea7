//! What changes about the user in a turn, and the events that tell of it.
use super::Draft;
use crate::delivery::endpoints::wants_type;
use crate::delivery::record;
use crate::turns::trace::Trouble;
use crate::{Result, chat_logs, users};
use serde_json::Value;
use smartbot_model::EventType;
use smartbot_model::event::{
    Actor, ActorKind, Event, FieldChange, FlagData, MessageData, ProfileChangedData, UserSnapshot,
};
use smartbot_model::message::Sender;
use std::collections::BTreeMap;

impl Draft<'_> {
    pub(super) fn is_sensitive(&self, name: &str) -> bool {
        self.bot.flow.is_sensitive(name)
            || self.state.is_sensitive(name)
            || self
                .workspace
                .fields
                .get(name)
                .is_some_and(|it| it.sensitive)
    }

    /// The user as events show one: without sensitive fields.
    pub(in crate::turns) fn snapshot(&self) -> UserSnapshot {
        let fields = self
            .user
            .fields
            .expose()
            .iter()
            .filter(|(name, _)| !self.is_sensitive(name));
        UserSnapshot {
            id: self.user.id,
            external_id: self.user.external_id.as_ref().map(|it| it.expose().clone()),
            fields: fields
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
            flags: self.user.flags.iter().cloned().collect(),
        }
    }

    /// Records an event about the user, after the one that tells of profile changes made before it.
    pub(in crate::turns) fn record(&mut self, event: &Event, actor: Actor) -> Result<()> {
        self.flush_profile()?;
        self.push_event(event, actor)
    }

    fn push_event(&mut self, event: &Event, actor: Actor) -> Result<()> {
        self.user.event_sequence += 1;
        self.user_changed = true;
        let about = (self.user.id.to_string(), self.user.event_sequence);
        let mut row = record::event_row(
            event,
            about,
            actor,
            Some(self.session.id),
            self.now,
            &*self.app.random,
        )?;
        if let Some(last) = self.events.last() {
            row.id = last.id.next();
        }
        let planned =
            self.app
                .plan_deliveries(self.workspace.id, &row, &self.endpoints, &mut self.reserved);
        self.deliveries.extend(planned);
        self.events.push(row);
        Ok(())
    }

    pub(super) fn flush_profile(&mut self) -> Result<()> {
        let Some((actor, place, mut changes)) = self.pending.take() else {
            return Ok(());
        };
        changes.retain(|_, it| it.old != it.new);
        if changes.is_empty() {
            return Ok(());
        }
        let event = Event::UserProfileChanged(ProfileChangedData {
            user: self.snapshot(),
            changes,
            place,
        });
        self.push_event(&event, actor)
    }

    /// Sets a profile field; null removes it. A value that would not fit is left out and noted in the trace.
    pub(in crate::turns) fn set_field(
        &mut self,
        name: &str,
        value: Value,
        actor: &Actor,
        box_id: Option<&str>,
    ) -> Result<()> {
        let fields = self.user.fields.expose_mut();
        let old = if value.is_null() {
            fields.remove(name)
        } else {
            fields.insert(name.to_owned(), value.clone())
        };
        let old = old.unwrap_or_default();
        if old == value {
            return Ok(());
        }
        if !users::fits(fields) {
            if old.is_null() {
                fields.remove(name);
            } else {
                fields.insert(name.to_owned(), old);
            }
            let detail = format!(
                "The profile has no room for the field {name}: {} bytes at the most.",
                users::MAX_PROFILE
            );
            self.trace.problems.push(Trouble {
                box_id: box_id.map(str::to_owned),
                detail,
            });
            return Ok(());
        }
        self.user_changed = true;
        self.user.updated_at = self.now;
        if !self.trace.fields.iter().any(|it| it == name) {
            self.trace.fields.push(name.to_owned());
        }
        if self.is_new_user && self.events.is_empty() {
            // Told by `user.created`.
            return Ok(());
        }
        if self.is_sensitive(name) {
            return Ok(());
        }
        let place = self.place(box_id);
        if self.pending.as_ref().is_some_and(|(by, _, _)| by != actor) {
            self.flush_profile()?;
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
        change.new = value;
        Ok(())
    }

    pub(in crate::turns) fn assign_flag(&mut self, flag: &str, box_id: &str) -> Result<()> {
        if !self.user.flags.insert(flag.to_owned()) {
            return Ok(());
        }
        self.user.updated_at = self.now;
        self.removed_flags.retain(|it| it != flag);
        self.added_flags.push(flag.to_owned());
        let place = self.place(Some(box_id));
        let event = Event::FlagAssigned(FlagData {
            user: self.snapshot(),
            flag: flag.to_owned(),
            place,
        });
        self.record(&event, self.bot_actor())
    }

    pub(in crate::turns) fn remove_flag(&mut self, flag: &str, box_id: &str) -> Result<()> {
        if !self.user.flags.remove(flag) {
            return Ok(());
        }
        self.user.updated_at = self.now;
        self.added_flags.retain(|it| it != flag);
        self.removed_flags.push(flag.to_owned());
        let place = self.place(Some(box_id));
        let event = Event::FlagRemoved(FlagData {
            user: self.snapshot(),
            flag: flag.to_owned(),
            place,
        });
        self.record(&event, self.bot_actor())
    }

    pub(super) fn record_messages(&mut self) -> Result<()> {
        let wanted = |event| self.endpoints.iter().any(|it| wants_type(it, event));
        let (received, sent) = (
            wanted(EventType::MessageReceived),
            wanted(EventType::MessageSent),
        );
        if !received && !sent {
            return Ok(());
        }
        let bot = self.bot_actor();
        for row in self.messages.clone() {
            let message = chat_logs::masked(row);
            let place = self.place(message.box_id.as_deref());
            let by_user = message.from == Sender::User;
            if by_user && received {
                let data = MessageData::new(self.snapshot(), &message, place)?;
                let actor = Actor::new(ActorKind::User, self.user.id);
                self.push_event(&Event::MessageReceived(data), actor)?;
            } else if !by_user && sent {
                let data = MessageData::new(self.snapshot(), &message, place)?;
                self.push_event(&Event::MessageSent(data), bot.clone())?;
            }
        }
        Ok(())
    }
}
