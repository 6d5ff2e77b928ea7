//! What a session remembers between two inputs.
use crate::{Flow, Library, boxes::FlowBox, effect::BoxId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use smartbot_model::session::Awaiting;
use std::{
    collections::BTreeSet,
    io::{self, Write},
    sync::Arc,
};

/// The most that the variables of a session may take, in bytes of JSON.
pub const MAX_VARIABLES: usize = 64 * 1024;

/// Where a session stands. Serialises to a few hundred bytes of JSON; a state of an older version is read,
/// because every field has a default and unknown ones are passed over.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    pub(crate) phase: Phase,
    /// The box that the session stands in.
    #[serde(rename = "box", skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<BoxId>,
    /// The bot that the box belongs to, when it is not the session's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bot: Option<OtherBot>,
    pub(crate) waits: Waits,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(crate) variables: Map<String, Value>,
    /// The size of `variables` in bytes of JSON, 0 if it is not known.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) size: usize,
    /// How often the box has asked again.
    #[serde(skip_serializing_if = "is_zero_u32")]
    pub(crate) retries: u32,
    /// Boxes to return to, the innermost last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) stack: Vec<Frame>,
    /// `no_reply_for` timers that run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) timers: Vec<OpenTimer>,
    /// The number of the newest call or timer.
    #[serde(skip_serializing_if = "is_zero_u64")]
    pub(crate) last_id: u64,
    /// Boxes entered since somebody or something from outside last moved the session.
    #[serde(skip_serializing_if = "is_zero_u32")]
    pub(crate) boxes: u32,
    /// Variables that a bot, maybe another one, marked as sensitive.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) sensitive: BTreeSet<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Phase {
    #[default]
    New,
    Running,
    Ended,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Waits {
    #[default]
    Nothing,
    Input,
    Api(u64),
    Timer(u64),
    Agent,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OtherBot {
    pub(crate) function_id: Arc<str>,
    /// The version that was live when the session came in.
    #[serde(default)]
    pub(crate) version: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Frame {
    /// The jump whose links are followed on return.
    #[serde(rename = "box")]
    pub(crate) at: BoxId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bot: Option<OtherBot>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OpenTimer {
    pub(crate) id: u64,
    /// The link that it opens, as an index in the document.
    pub(crate) link: usize,
}

fn is_zero(it: &usize) -> bool {
    *it == 0
}

fn is_zero_u64(it: &u64) -> bool {
    *it == 0
}

fn is_zero_u32(it: &u32) -> bool {
    *it == 0
}

/// The variables would be larger than [`MAX_VARIABLES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the variables of a session may take {MAX_VARIABLES} bytes at most")]
pub struct TooLarge;

impl State {
    /// A session that has not begun.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a variable before the start (`variables` of `POST /sessions`); null removes it.
    pub fn set_variable(&mut self, name: &str, value: Value) -> Result<(), TooLarge> {
        let before = self
            .variables
            .get(name)
            .map_or(0, |old| entry_size(name, old));
        let after = if value.is_null() {
            0
        } else {
            entry_size(name, &value)
        };
        let size = (self.variables_size() + after).saturating_sub(before);
        if size > MAX_VARIABLES && after > before {
            return Err(TooLarge);
        }
        if value.is_null() {
            self.variables.remove(name);
        } else if let Some(old) = self.variables.get_mut(name) {
            *old = value;
        } else {
            self.variables.insert(name.to_owned(), value);
        }
        self.size = size;
        Ok(())
    }

    /// What the variables take as JSON, in bytes.
    fn variables_size(&self) -> usize {
        if self.size == 0 {
            self.variables
                .iter()
                .map(|(name, value)| entry_size(name, value))
                .sum()
        } else {
            self.size
        }
    }

    /// The session's variables.
    pub const fn variables(&self) -> &Map<String, Value> {
        &self.variables
    }

    /// The box that the session stands in, `None` before the start and after the end.
    pub fn current_box(&self) -> Option<&str> {
        self.at.as_deref()
    }

    /// The bot that [`Self::current_box`] belongs to, when it is not the session's own.
    pub fn current_bot(&self) -> Option<&str> {
        self.bot.as_ref().map(|it| &*it.function_id)
    }

    /// Whether the session is over.
    pub fn is_ended(&self) -> bool {
        self.phase == Phase::Ended
    }

    /// Whether a bot of this session marked the variable or field as sensitive when it saved it.
    pub fn is_sensitive(&self, name: &str) -> bool {
        self.sensitive.contains(name)
    }

    /// The call whose answer the session waits for.
    pub const fn awaited_call(&self) -> Option<u64> {
        if let Waits::Api(call) = self.waits {
            Some(call)
        } else {
            None
        }
    }

    /// Hands the session to agents from wherever it stands: it waits for [`crate::Input::AgentReturned`].
    /// Returns the timers that are no longer wanted.
    pub fn hand_off(&mut self) -> Vec<u64> {
        let timers = self.take_timers();
        self.waits = Waits::Agent;
        timers
    }

    /// Ends the session from wherever it stands. Returns the timers that are no longer wanted.
    pub fn end(&mut self) -> Vec<u64> {
        let timers = self.take_timers();
        self.phase = Phase::Ended;
        self.waits = Waits::Nothing;
        timers
    }

    /// The timers that run: those of links, and that of a `wait` box.
    fn take_timers(&mut self) -> Vec<u64> {
        let waits = match self.waits {
            Waits::Timer(id) => Some(id),
            _ => None,
        };
        self.timers.drain(..).map(|it| it.id).chain(waits).collect()
    }

    /// The other bots that the session stands in, or comes back to: function id and version.
    pub fn other_bots(&self) -> impl Iterator<Item = (&str, Option<u32>)> {
        let inner = self.stack.iter().filter_map(|it| it.bot.as_ref());
        inner
            .chain(self.bot.as_ref())
            .map(|it| (&*it.function_id, it.version))
    }

    /// Whether the session waits for an agent to give it back.
    pub fn awaits_agent(&self) -> bool {
        self.waits == Waits::Agent
    }

    /// Whether the session waits for a time to come, and not for its user.
    pub const fn awaits_timer(&self) -> bool {
        matches!(self.waits, Waits::Timer(_))
    }

    /// Whether the next text answers a sensitive question.
    pub fn awaits_sensitive(&self, flow: &Flow, library: &dyn Library) -> bool {
        self.waits == Waits::Input
            && self
                .with_box(flow, library, |flow, it| flow.is_sensitive_answer(it))
                .unwrap_or(false)
    }

    /// What a client needs to draw the input; `None` before the start and after the end.
    pub fn awaiting(&self, flow: &Flow, library: &dyn Library) -> Option<Awaiting> {
        let plain = |kind: &str| {
            Some(Awaiting {
                kind: kind.to_owned(),
                details: Map::new(),
            })
        };
        match self.waits {
            Waits::Nothing => None,
            Waits::Api(_) => plain("api"),
            Waits::Timer(_) => plain("timer"),
            Waits::Agent => plain("agent"),
            Waits::Input => self
                .with_box(flow, library, |_, it| {
                    let mut details = Map::new();
                    it.settings.as_box().draw(&mut details);
                    Awaiting {
                        kind: it.settings.type_name().to_owned(),
                        details,
                    }
                })
                .or_else(|| plain("text")),
        }
    }

    fn with_box<T>(
        &self,
        flow: &Flow,
        library: &dyn Library,
        use_it: impl FnOnce(&Flow, &FlowBox) -> T,
    ) -> Option<T> {
        let id = self.at.as_deref()?;
        match &self.bot {
            None => flow.find(id).map(|index| use_it(flow, flow.get(index))),
            Some(bot) => {
                let flow = library.flow(&bot.function_id, bot.version)?;
                flow.find(id).map(|index| use_it(&flow, flow.get(index)))
            }
        }
    }
}

/// What a variable takes as JSON: `"name":value,`.
pub(crate) fn entry_size(name: &str, value: &Value) -> usize {
    name.len() + 4 + json_size(value)
}

fn json_size(value: &Value) -> usize {
    struct Counter(usize);
    impl Write for Counter {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut counter = Counter(0);
    // Counting cannot fail, and a `Value` has string keys only.
    match serde_json::to_writer(&mut counter, value) {
        Ok(()) => counter.0,
        Err(_) => usize::MAX / 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn variables_have_a_limit_and_shrinking_always_works() {
        let mut state = State::new();
        state.set_variable("a", json!("x".repeat(60_000))).unwrap();
        assert_eq!(
            state.set_variable("b", json!("x".repeat(10_000))),
            Err(TooLarge)
        );
        assert!(!state.variables().contains_key("b"));
        state.set_variable("a", json!(1)).unwrap();
        state.set_variable("b", json!("x".repeat(10_000))).unwrap();
        state.set_variable("a", Value::Null).unwrap();
        assert_eq!(state.variables().len(), 1);
        let size: usize = state
            .variables
            .iter()
            .map(|(name, value)| entry_size(name, value))
            .sum();
        assert_eq!(state.size, size);
    }

    #[test]
    fn a_state_with_fewer_and_with_unknown_fields_is_read() {
        let old: State = serde_json::from_str(
            r#"{"phase":"running","box":"when","waits":"input","colour":"red"}"#,
        )
        .unwrap();
        assert_eq!(old.current_box(), Some("when"));
        assert_eq!(serde_json::from_str::<State>("{}").unwrap(), State::new());
    }
}
