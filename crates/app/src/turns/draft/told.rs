//! What changes about the user in a turn, and the events that tell of it.
use super::Draft;
use crate::delivery::endpoints::wants_type;
use crate::turns::trace::Trouble;
use crate::users::told::{Because, FieldSet};
use crate::{Result, chat_logs, users};
use serde_json::Value;
use smartbot_model::EventType;
use smartbot_model::event::{Actor, ActorKind, Event, MessageData, UserSnapshot};
use smartbot_model::message::Sender;

/// Whether events must not show a field: the bot, the session or the workspace says so. A macro, so that only what it looks at is borrowed.
macro_rules! is_sensitive {
    ($draft:ident) => {
        &|name: &str| {
            $draft.bot.flow.is_sensitive(name)
                || $draft.state.is_sensitive(name)
                || $draft.workspace.is_sensitive(name)
        }
    };
}

impl Draft<'_> {
    /// The user as events show one: without sensitive fields.
    pub(in crate::turns) fn snapshot(&self) -> UserSnapshot {
        self.user.snapshot(is_sensitive!(self))
    }

    /// Records an event about the user, after the one that tells of profile changes made before it.
    pub(in crate::turns) fn record(&mut self, event: &Event, actor: Actor) -> Result<()> {
        let session = Some(self.session.id);
        self.user.record(event, actor, session, is_sensitive!(self))
    }

    pub(super) fn flush_profile(&mut self) -> Result<()> {
        self.user.flush(is_sensitive!(self))
    }

    /// Sets a profile field; null removes it. A value that would not fit is left out and noted in the trace.
    pub(in crate::turns) fn set_field(
        &mut self,
        name: &str,
        value: Value,
        actor: &Actor,
        box_id: Option<&str>,
    ) -> Result<()> {
        let because = Because {
            actor,
            place: self.place(box_id),
            is_sensitive: is_sensitive!(self),
        };
        match self.user.set_field(name, value, because)? {
            FieldSet::Unchanged => {}
            FieldSet::Changed => {
                if !self.trace.fields.iter().any(|it| it == name) {
                    self.trace.fields.push(name.to_owned());
                }
            }
            FieldSet::NoRoom => {
                let detail = format!(
                    "The profile has no room for the field {name}: {} bytes at the most.",
                    users::MAX_PROFILE
                );
                self.trace.problems.push(Trouble {
                    box_id: box_id.map(str::to_owned),
                    detail,
                });
            }
        }
        Ok(())
    }

    /// Gives the user an `external_id`.
    pub(in crate::turns) fn set_external_id(
        &mut self,
        external_id: String,
        actor: &Actor,
    ) -> Result<()> {
        let because = Because {
            actor,
            place: self.place(None),
            is_sensitive: is_sensitive!(self),
        };
        self.user.set_external_id(Some(external_id), because)
    }

    pub(in crate::turns) fn assign_flag(&mut self, flag: &str, box_id: &str) -> Result<()> {
        let because = Because {
            actor: &self.bot_actor(),
            place: self.place(Some(box_id)),
            is_sensitive: is_sensitive!(self),
        };
        self.user.assign_flag(flag, because).map(drop)
    }

    pub(in crate::turns) fn remove_flag(&mut self, flag: &str, box_id: &str) -> Result<()> {
        let because = Because {
            actor: &self.bot_actor(),
            place: self.place(Some(box_id)),
            is_sensitive: is_sensitive!(self),
        };
        self.user.remove_flag(flag, because).map(drop)
    }

    /// Puts a flag on the user or takes it off, because an agent wants it.
    pub(in crate::turns) fn set_flag(
        &mut self,
        flag: &str,
        is_on: bool,
        actor: &Actor,
    ) -> Result<()> {
        let because = Because {
            actor,
            place: self.place(None),
            is_sensitive: is_sensitive!(self),
        };
        if is_on {
            self.user.assign_flag(flag, because).map(drop)
        } else {
            self.user.remove_flag(flag, because).map(drop)
        }
    }

    pub(super) fn record_messages(&mut self) -> Result<()> {
        let wanted = |event| self.user.endpoints().iter().any(|it| wants_type(it, event));
        let (received, sent) = (
            wanted(EventType::MessageReceived),
            wanted(EventType::MessageSent),
        );
        if !received && !sent {
            return Ok(());
        }
        let bot = self.bot_actor();
        let session = Some(self.session.id);
        for row in self.messages.clone() {
            let message = chat_logs::masked(row);
            let place = self.place(message.box_id.as_deref());
            let by_user = message.from == Sender::User;
            if by_user && received {
                let data = MessageData::new(self.snapshot(), &message, place)?;
                let actor = Actor::new(ActorKind::User, self.user.row.id);
                self.user
                    .push(&Event::MessageReceived(data), actor, session)?;
            } else if !by_user && sent {
                let data = MessageData::new(self.snapshot(), &message, place)?;
                let actor = match (message.from, self.session.desk.agent_id) {
                    (Sender::Agent, Some(agent)) => Actor::new(ActorKind::Agent, agent),
                    (Sender::System, _) => Actor::SYSTEM,
                    _ => bot.clone(),
                };
                self.user.push(&Event::MessageSent(data), actor, session)?;
            }
        }
        Ok(())
    }
}
