//! Chats as the desk shows them.
use serde::Serialize;
use serde_json::{Map, Value};
use smartbot_app::desk::{DeskChat, DeskSession, Origin};
use smartbot_model::agent::AgentRef;
use smartbot_model::chat_log::{AgentInShort, LoggedMessage, Note, Visit};
use smartbot_model::event::Actor;
use smartbot_model::message::Sender;
use smartbot_model::session::{Awaiting, Session, SessionStatus};
use smartbot_model::{AgentId, Time, UserId};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The person who chats.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeskUser {
    /// Its id.
    id: UserId,
    /// The id that your own system gave.
    external_id: Option<String>,
    /// The name to call the person by; empty when none is known.
    #[schema(example = "Ana Diaz")]
    name: String,
    /// The flags, in alphabetical order.
    flags: Vec<String>,
    /// The profile fields; what is sensitive is masked.
    fields: Map<String, Value>,
}

/// The newest message of a chat.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LastMessage {
    /// Its place in the session.
    seq: u32,
    /// Who wrote it.
    from: Sender,
    /// What it says.
    text: String,
    /// When.
    at: Time,
}

/// A transfer that nobody has accepted yet.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeskOffer {
    /// To this agent.
    agent_id: AgentId,
    /// Who gives it away.
    from_agent_id: AgentId,
    /// Until when it can be accepted.
    until: Time,
}

/// A chat as lists show one.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeskSessionView {
    /// The session.
    session: Session,
    /// Where it stands, as in `session`.
    status: SessionStatus,
    /// The person who chats.
    user: DeskUser,
    /// The agent who has it; null while the bot or nobody has.
    agent: Option<AgentInShort>,
    /// The newest message; null while there is none.
    last_message: Option<LastMessage>,
    /// Whether the newest message is the user's.
    unread: bool,
    /// Since when it waits for an agent; null when it does not.
    waiting_since: Option<Time>,
    /// The flag of the agents who were asked for.
    wanted_flag: Option<String>,
    /// A transfer that nobody has accepted yet; null when there is none.
    offer: Option<DeskOffer>,
    /// Until when it is put aside; null when it is not.
    snoozed_until: Option<Time>,
}

impl From<DeskSession> for DeskSessionView {
    fn from(it: DeskSession) -> Self {
        Self {
            status: it.session.status,
            user: DeskUser {
                id: it.user.id,
                external_id: it.user.external_id,
                name: it.name,
                flags: it.user.flags,
                fields: it.user.fields,
            },
            agent: it.agent.map(|(id, name)| AgentInShort { id, name }),
            unread: it
                .last_message
                .as_ref()
                .is_some_and(|it| it.from == Sender::User),
            last_message: it.last_message.map(|it| LastMessage {
                seq: it.seq,
                from: it.from,
                text: it.text,
                at: it.at,
            }),
            waiting_since: it.waiting_since,
            wanted_flag: it.wanted_flag,
            offer: it.offer.map(|it| DeskOffer {
                agent_id: it.agent_id,
                from_agent_id: it.from,
                until: it.until,
            }),
            snoozed_until: it.snoozed_until,
            session: it.session,
        }
    }
}

/// One chat with all that belongs to it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeskChatView {
    /// As lists show it.
    #[serde(flatten)]
    head: DeskSessionView,
    /// What was said, by `seq`; answers to sensitive questions are masked.
    messages: Vec<LoggedMessage>,
    /// What agents noted: no messages, never shown to the user.
    notes: Vec<Note>,
    /// The boxes that were entered, in order.
    trace: Vec<Visit>,
    /// The session's variables; what is sensitive is masked.
    variables: Map<String, Value>,
    /// The agents who took part.
    agents: Vec<AgentRef>,
    /// What the session waits for; null when it has ended.
    awaiting: Option<Awaiting>,
    /// Where the user's fields and flags come from, as far as it is known.
    origins: OriginsView,
}

/// Where a user's fields and flags come from, by their names. What was set long ago is absent.
#[derive(Debug, Serialize, ToSchema)]
struct OriginsView {
    /// Of the profile fields.
    fields: BTreeMap<String, OriginView>,
    /// Of the flags.
    flags: BTreeMap<String, OriginView>,
}

/// Who set something, and where.
#[derive(Debug, Serialize, ToSchema)]
struct OriginView {
    /// Who.
    by: Actor,
    /// The session in which it happened; null when it happened in none.
    session_id: Option<String>,
    /// The box that did it; null when none did.
    #[schema(example = "city")]
    box_id: Option<String>,
    /// When.
    at: Time,
}

impl From<Origin> for OriginView {
    fn from(it: Origin) -> Self {
        Self {
            by: it.by,
            session_id: it.session_id,
            box_id: it.box_id,
            at: it.at,
        }
    }
}

impl From<DeskChat> for DeskChatView {
    fn from(it: DeskChat) -> Self {
        let (fields, flags) = (&it.head.user.fields, &it.head.user.flags);
        let mut origins = it.origins;
        origins.fields.retain(|name, _| fields.contains_key(name));
        origins.flags.retain(|name, _| flags.contains(name));
        let shown = |it: BTreeMap<String, Origin>| {
            let views = it.into_iter().map(|(name, it)| (name, it.into()));
            views.collect()
        };
        Self {
            origins: OriginsView {
                fields: shown(origins.fields),
                flags: shown(origins.flags),
            },
            head: it.head.into(),
            messages: it.log.messages,
            notes: it.log.notes,
            trace: it.log.trace,
            variables: it.log.variables,
            agents: it.log.agents,
            awaiting: it.awaiting,
        }
    }
}

/// How many chats there are that the agent may see.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct DeskCountsView {
    /// That wait for an agent and are not put aside.
    needs_person: u64,
    /// That the agent has and has not put aside.
    mine: u64,
    /// That are put aside.
    snoozed: u64,
    /// That the bot has.
    with_bot: u64,
    /// All that run.
    all: u64,
}

impl From<smartbot_app::desk::DeskCounts> for DeskCountsView {
    fn from(it: smartbot_app::desk::DeskCounts) -> Self {
        Self {
            needs_person: it.waiting,
            mine: it.own,
            snoozed: it.snoozed,
            with_bot: it.with_bot,
            all: it.open,
        }
    }
}
