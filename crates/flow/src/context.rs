//! What surrounds a step: time, place, the user, other bots.
use crate::{Flow, faq::Faq};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Map, Value};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// All that a step may know beyond flow, state and input.
pub struct Context<'a> {
    /// The time of the turn.
    pub now: Timestamp,
    /// The zone that dates and times are meant in.
    pub zone: &'a TimeZone,
    /// The language of the session, `en`.
    pub language: &'a str,
    /// The default region for telephone numbers and the order of day and month, `US`.
    pub region: &'a str,
    /// Chance, if anything ever needs it: the same for a replay.
    pub seed: u64,
    /// The user's profile fields before this step.
    pub profile: &'a Map<String, Value>,
    /// The user's flags before this step.
    pub flags: &'a BTreeSet<String>,
    /// Who is talking.
    pub identity: &'a Identity,
    /// Whether somebody could take a hand-off now.
    pub agents_available: bool,
    /// Whether the workspace is open now.
    pub within_hours: bool,
    /// The small talk of the workspace, where it is on.
    pub small_talk: Option<&'a Faq>,
    /// Where other bots come from.
    pub library: &'a dyn Library,
}

/// Who is talking, in which session. Readable in templates and conditions under these names, never writable.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// The user.
    pub user_id: String,
    /// The user in the customer's system.
    pub external_id: Option<String>,
    /// The session.
    pub session_id: String,
    /// The bot that the session was started with.
    pub function_id: String,
}

impl Identity {
    /// The value of an identity name, `None` for other names.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        match name {
            "user_id" => Some(&self.user_id),
            "external_id" => self.external_id.as_deref(),
            "session_id" => Some(&self.session_id),
            "function_id" => Some(&self.function_id),
            _ => None,
        }
    }
}

/// The names of [`Identity`], which no box can write.
pub(crate) const IDENTITY: [&str; 4] = ["user_id", "external_id", "session_id", "function_id"];

/// Other bots of the workspace, for `jump`. Must not block: the runtime loads what [`Flow::jump_targets`] names before the step.
pub trait Library {
    /// A bot; without a version the live one. A session that is inside a bot asks for the version that it entered.
    fn flow(&self, function_id: &str, version: Option<u32>) -> Option<Arc<Flow>>;
}

/// No other bots.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoLibrary;

impl Library for NoLibrary {
    fn flow(&self, _: &str, _: Option<u32>) -> Option<Arc<Flow>> {
        None
    }
}

/// Bots in memory, by function id, without versions: for tests of bots that jump to each other.
#[derive(Debug, Clone, Default)]
pub struct Flows(BTreeMap<String, Arc<Flow>>);

impl FromIterator<Flow> for Flows {
    fn from_iter<I: IntoIterator<Item = Flow>>(flows: I) -> Self {
        Self(
            flows
                .into_iter()
                .map(|it| (it.function_id().to_owned(), Arc::new(it)))
                .collect(),
        )
    }
}

impl Library for Flows {
    fn flow(&self, function_id: &str, _: Option<u32>) -> Option<Arc<Flow>> {
        self.0.get(function_id).cloned()
    }
}
