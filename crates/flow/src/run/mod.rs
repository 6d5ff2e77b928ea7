//! One step while it runs: the state on its way, the effects so far, and all that moves the session.
mod inputs;
mod moves;

use crate::{
    Context, Effect, Flow,
    boxes::FlowBox,
    effect::{Media, Say, SayKind},
    notes::{Looked, Note},
    scope::{ApiResult, Scope},
    state::{State, Waits, entry_size},
    template::{Escape, Template},
    value,
};
use serde_json::Value;
use smartbot_model::field::FieldKind;
use std::{
    borrow::Cow,
    cell::{OnceCell, RefCell},
    ops::Deref,
    sync::Arc,
};

/// The most boxes that are entered before somebody or something from outside moves the session again.
pub(crate) const MAX_BOXES: u32 = 500;
/// The most jumps with return that lie inside each other.
pub(crate) const MAX_STACK: usize = 32;

/// The session's own flow, or that of another bot.
#[derive(Clone)]
pub(crate) enum FlowRef<'a> {
    Own(&'a Flow),
    Other(Arc<Flow>),
}

impl Deref for FlowRef<'_> {
    type Target = Flow;

    fn deref(&self) -> &Flow {
        match self {
            Self::Own(it) => it,
            Self::Other(it) => it,
        }
    }
}

/// A step on its way.
pub(crate) struct Run<'a> {
    pub(crate) cx: &'a Context<'a>,
    own: &'a Flow,
    flow: FlowRef<'a>,
    pub(crate) state: State,
    pub(crate) effects: Vec<Effect>,
    /// Profile fields that this step has set, the newest last; null stands for removed.
    profile: Vec<(String, Value)>,
    /// Flags that this step has assigned or removed.
    flags: Vec<(Arc<str>, bool)>,
    /// How the call of the box that is being left went.
    pub(crate) api: Option<ApiResult>,
    /// What the split that is being left drew.
    pub(crate) split: Option<Arc<str>>,
    /// Whether the hand-off that is being left found nobody.
    pub(crate) no_agent: bool,
    /// Whether it made a difference that nobody is there.
    pub(crate) missed_agents: bool,
    /// What is looked at on the way, where somebody wants to know.
    notes: Option<RefCell<Vec<Note>>>,
}

impl<'a> Run<'a> {
    pub(crate) fn new(own: &'a Flow, state: State, cx: &'a Context<'a>) -> Self {
        Self {
            cx,
            own,
            flow: FlowRef::Own(own),
            state,
            effects: Vec::with_capacity(8),
            profile: vec![],
            flags: vec![],
            api: None,
            split: None,
            no_agent: false,
            missed_agents: false,
            notes: None,
        }
    }

    /// Notes what is looked at on the way.
    pub(crate) fn watched(mut self) -> Self {
        self.notes = Some(RefCell::default());
        self
    }

    /// What was noted.
    pub(crate) fn take_notes(&mut self) -> Vec<Note> {
        self.notes
            .take()
            .map(RefCell::into_inner)
            .unwrap_or_default()
    }

    /// Notes something about a box.
    fn note(&self, here: &FlowBox, looked: impl FnOnce() -> Looked) {
        if let Some(notes) = &self.notes {
            let other = self.state.bot.as_ref();
            notes.borrow_mut().push(Note {
                effects: self.effects.len(),
                box_id: here.id.clone(),
                function_id: other.map(|it| it.function_id.clone()),
                looked: looked(),
            });
        }
    }

    // ---- what boxes may look at

    pub(crate) fn flow(&self) -> &Flow {
        &self.flow
    }

    pub(crate) fn scope(&self) -> Scope<'_> {
        self.scope_with(&[], None, false)
    }

    fn scope_with<'s>(
        &'s self,
        pending: &'s [(Cow<'s, str>, Value)],
        answer: Option<&'s Value>,
        valid: bool,
    ) -> Scope<'s> {
        Scope {
            cx: self.cx,
            flow: &self.flow,
            variables: &self.state.variables,
            profile: &self.profile,
            flags: &self.flags,
            pending,
            answer,
            valid,
            api: self.api,
            split: self.split.as_deref(),
            no_agent: self.no_agent,
            normalised: OnceCell::new(),
        }
    }

    /// The profile as it is at this place in the list of effects.
    pub(crate) fn profile_now(&self) -> impl Iterator<Item = (&str, &Value)> {
        let changed = |name: &str| self.profile.iter().any(|(it, _)| it == name);
        let newest = self
            .profile
            .iter()
            .enumerate()
            .filter(|(index, (name, _))| {
                !self.profile[index + 1..].iter().any(|(it, _)| it == name)
            })
            .map(|(_, it)| it);
        let kept = self
            .cx
            .profile
            .iter()
            .filter(move |(name, _)| !changed(name));
        kept.map(|(name, value)| (name.as_str(), value))
            .chain(newest.map(|(name, value)| (name.as_str(), value)))
            .filter(|(_, value)| !value.is_null())
    }

    pub(crate) fn is_sensitive(&self, name: &str) -> bool {
        self.flow.is_sensitive(name) || self.own.is_sensitive(name) || self.state.is_sensitive(name)
    }

    /// A number that stays the same for this user at this box, spread evenly (FNV-1a, then a finaliser).
    pub(crate) fn user_number(&self, here: &FlowBox) -> u64 {
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        for part in [
            self.cx.identity.user_id.as_str(),
            self.flow.function_id(),
            &here.id,
        ] {
            for byte in part.bytes().chain([0]) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        hash ^ (hash >> 33)
    }

    // ---- what boxes may do

    /// Says a text; one that comes out blank is not said.
    pub(crate) fn say(&mut self, here: &FlowBox, text: &Template) {
        let text = text.render(&self.scope(), Escape::Text);
        if !text.trim().is_empty() {
            self.push_say(here, SayKind::Text, text, None);
        }
    }

    pub(crate) fn show(&mut self, here: &FlowBox, caption: String, media: Media) {
        self.push_say(here, SayKind::Media, caption, Some(media));
    }

    fn push_say(&mut self, here: &FlowBox, kind: SayKind, text: String, media: Option<Media>) {
        let typing_delay_ms = here.advanced.typing_delay_ms;
        self.effects.push(Effect::Say(Say {
            box_id: here.id.clone(),
            kind,
            text,
            media,
            typing_delay_ms,
        }));
    }

    pub(crate) fn problem(&mut self, here: &FlowBox, detail: impl Into<String>) {
        self.effects.push(Effect::Problem {
            box_id: here.id.clone(),
            detail: detail.into(),
        });
    }

    pub(crate) fn api_failed(&mut self, here: &FlowBox, reason: &str, status: Option<u16>) {
        self.api = Some(ApiResult {
            succeeded: false,
            status,
        });
        self.effects.push(Effect::ApiFailed {
            box_id: here.id.clone(),
            reason: reason.to_owned(),
            status,
        });
    }

    /// A number for a call or a timer, unique in the session.
    pub(crate) const fn next_id(&mut self) -> u64 {
        self.state.last_id += 1;
        self.state.last_id
    }

    pub(crate) fn start_timer(&mut self, here: &FlowBox, at: jiff::Timestamp) -> Waits {
        let id = self.next_id();
        self.effects.push(Effect::StartTimer {
            id,
            at,
            box_id: here.id.clone(),
        });
        Waits::Timer(id)
    }

    /// Writes a field where the flow says that it lives.
    pub(crate) fn write(&mut self, here: &FlowBox, name: &str, value: Value) {
        let kind = self.flow.kind_of(name);
        self.write_as(here, name, kind, value);
    }

    /// Writes a profile field or a variable, in the type that it is declared with where the value fits.
    pub(crate) fn write_as(&mut self, here: &FlowBox, name: &str, kind: FieldKind, value: Value) {
        let fitted = match self.flow.declared_type(name) {
            Some(to) => value::fit(value, to, self.cx.zone),
            None => Ok(value),
        };
        match (kind, fitted) {
            (FieldKind::Profile, Err(_)) => {
                self.problem(
                    here,
                    format!("the value does not fit the type of `{name}` and was not saved"),
                );
            }
            (FieldKind::Profile, Ok(value)) => self.set_profile(here, name, value),
            (FieldKind::Variable, Ok(value) | Err(value)) => {
                if self.flow.is_sensitive(name) && !self.state.sensitive.contains(name) {
                    self.state.sensitive.insert(name.to_owned());
                }
                if self.state.set_variable(name, value).is_err() {
                    self.problem(
                        here,
                        format!("the session's variables are full; `{name}` was not saved"),
                    );
                }
            }
        }
    }

    fn set_profile(&mut self, here: &FlowBox, name: &str, value: Value) {
        if !self.state.variables.is_empty() && self.state.variables.contains_key(name) {
            // What is saved must be what is read, and variables are read first. Removing cannot make them larger.
            let _ = self.state.set_variable(name, Value::Null);
        }
        let now = self
            .profile
            .iter()
            .rev()
            .find(|(it, _)| it == name)
            .map(|(_, it)| it);
        if now
            .or_else(|| self.cx.profile.get(name))
            .unwrap_or(&Value::Null)
            == &value
        {
            return;
        }
        self.profile.push((name.to_owned(), value.clone()));
        self.effects.push(Effect::SetProfileField {
            name: name.to_owned(),
            value,
            box_id: here.id.clone(),
        });
    }

    /// How large the variables would be after these writes, in bytes.
    pub(crate) fn size_after(&self, writes: &[(String, FieldKind, Value)]) -> usize {
        let written = |name: &str| {
            writes
                .iter()
                .any(|(it, kind, _)| *kind == FieldKind::Variable && it == name)
        };
        let kept: usize = self
            .state
            .variables
            .iter()
            .filter(|(name, _)| !written(name))
            .map(|(name, value)| entry_size(name, value))
            .sum();
        let new: usize = writes
            .iter()
            .enumerate()
            .filter(|(index, (name, kind, value))| {
                *kind == FieldKind::Variable
                    && !value.is_null()
                    && !writes[index + 1..]
                        .iter()
                        .any(|(it, kind, _)| *kind == FieldKind::Variable && it == name)
            })
            .map(|(_, (name, _, value))| entry_size(name, value))
            .sum();
        kept + new
    }
}
