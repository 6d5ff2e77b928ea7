//! What a turn did, for the chat log and the reports. No personal data: names of boxes, fields, flags and goals.
use serde::{Deserialize, Serialize};
use smartbot_flow::State;
use smartbot_model::Time;
use smartbot_model::session::SessionStatus;
use smartbot_store::SessionRow;

/// What one turn did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Trace {
    /// The boxes that were entered.
    pub(crate) visits: Vec<Visited>,
    /// The profile fields that were set.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) fields: Vec<String>,
    /// The goals that were reached.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) goals: Vec<String>,
    /// What went wrong without ending the session, for the builder.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) problems: Vec<Trouble>,
    /// What reports count.
    #[serde(skip_serializing_if = "Tally::is_empty")]
    pub(crate) tally: Tally,
}

/// What a turn adds to the counters of the reports, besides visits and goals.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Tally {
    /// The turn began the session.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) started: bool,
    /// The turn ended it.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) ended: bool,
    /// How many messages the user wrote.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) user: u32,
    /// How many messages the bot wrote.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) bot: u32,
    /// How many messages agents wrote.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) agent: u32,
    /// Where the session stood and waited for its user before, and since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) left: Option<Stand>,
    /// Where it came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) came: Option<(Arrival, Stand)>,
}

/// What became of a session in a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Arrival {
    /// It waits for its user.
    Waits,
    /// Its flow came to the end.
    Completed,
    /// It was given to agents.
    HandedOff,
    /// It ended in any other way.
    Ended,
}

/// A box that a session stands in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stand {
    pub(crate) box_id: String,
    /// The bot that the box belongs to, when it is not the session's own, and its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) other_bot: Option<(String, u32)>,
    /// When the session's newest turn was.
    pub(crate) at: Time,
}

impl Stand {
    /// The box that a session stands in and waits for its user. None while it waits for a time to come, is with agents, or is over.
    pub(crate) fn of(session: &SessionRow, state: &State) -> Option<Self> {
        let waits =
            session.status == SessionStatus::Active && !state.is_ended() && !state.awaits_timer();
        let box_id = state.current_box().filter(|_| waits)?.to_owned();
        let other_bot = state.current_bot().map(|function_id| {
            let version = state.other_bots().last().and_then(|it| it.1);
            (function_id.to_owned(), version.unwrap_or_default())
        });
        Some(Self {
            box_id,
            other_bot,
            at: session.updated_at,
        })
    }
}

impl Tally {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
const fn is_false(it: &bool) -> bool {
    !*it
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
const fn is_zero(it: &u32) -> bool {
    *it == 0
}

/// A box that was entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Visited {
    pub(crate) seq: u32,
    pub(crate) box_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) function_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) link: Option<usize>,
}

/// What went wrong in a box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Trouble {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) box_id: Option<String>,
    pub(crate) detail: String,
}
