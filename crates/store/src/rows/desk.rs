//! What is kept of agents at work: who has which session, what they note, what they say again and again, who is there.
use smartbot_model::agent::{Presence, Role};
use smartbot_model::{AgentId, CannedReplyId, MessageId, Phi, SessionId, Time};

/// Where a session stands with agents.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeskRow {
    /// The agent who answers.
    pub agent_id: Option<AgentId>,
    /// Since when it waits for one.
    pub waiting_since: Option<Time>,
    /// The flag of the agents who were asked for.
    pub wanted_flag: Option<String>,
    /// A transfer that nobody has accepted yet.
    pub offer: Option<Offer>,
    /// When it is put aside for a while.
    pub snooze: Option<Snooze>,
}

/// A session that is put aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snooze {
    /// Since when.
    pub since: Time,
    /// Until when, unless its user writes before.
    pub until: Time,
}

/// A session that an agent wants to give to another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Offer {
    /// To this agent.
    pub agent_id: AgentId,
    /// Who gives it away.
    pub from: AgentId,
    /// Until when it can be accepted; kept to the millisecond.
    pub until: Time,
}

/// What an agent noted about a session: no message, never shown to the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteRow {
    /// Its id.
    pub id: MessageId,
    /// The session.
    pub session_id: SessionId,
    /// Who wrote it.
    pub agent_id: AgentId,
    /// The newest message when it was written.
    pub after_seq: u32,
    /// What it says.
    pub text: Phi<String>,
    /// The agents whom it names.
    pub mentions: Vec<AgentId>,
    /// When it was written.
    pub at: Time,
}

/// What agents say again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannedReplyRow {
    /// Its id.
    pub id: CannedReplyId,
    /// Whose own it is; none when it is everybody's.
    pub agent_id: Option<AgentId>,
    /// What it is found by.
    pub name: Phi<String>,
    /// What it says.
    pub text: Phi<String>,
    /// BCP 47; none for every language.
    pub language: Option<String>,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

/// Whether an agent is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PresenceRow {
    /// The agent.
    pub agent_id: AgentId,
    /// What the agent has chosen.
    pub chosen: Presence,
    /// What everybody was told last.
    pub told: Presence,
    /// Until when the agent counts as there unless seen again.
    pub seen_until: Time,
    /// How many chats at once.
    pub capacity: u32,
}

/// An agent who is online.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AvailableAgent {
    /// Who it is.
    pub id: AgentId,
    /// What the agent may do.
    pub role: Role,
    /// The flags of the users that the agent sees; empty means all users.
    pub limited_to_flags: Vec<String>,
    /// How many chats at once.
    pub capacity: u32,
    /// How many the agent has.
    pub busy: u32,
}
