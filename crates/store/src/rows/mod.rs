//! What is kept, row by row. Personal values are [`Phi`] and sealed in the database.
mod desk;

pub use desk::{AvailableAgent, CannedReplyRow, DeskRow, NoteRow, Offer, PresenceRow, Snooze};

use serde_json::{Map, Value};
use smartbot_model::agent::Role;
use smartbot_model::bot::BotStatus;
use smartbot_model::event::Actor;
use smartbot_model::field::FieldDefinition;
use smartbot_model::file::StoredFile;
use smartbot_model::message::Message;
use smartbot_model::notification::{EndpointTrouble, Notification, NotificationKind};
use smartbot_model::session::{EndReason, SessionStatus};
use smartbot_model::token::SecretHash;
use smartbot_model::{
    AgentId, BotId, BrowserSessionId, EventId, EventType, JobId, MailId, Phi, SessionId, Time,
    UserId, WorkspaceId,
};
use std::collections::BTreeSet;

/// One organisation's account.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkspaceRow {
    /// Its id.
    pub id: WorkspaceId,
    /// What people call it; unique in the installation.
    pub name: String,
    /// Its settings, kept in clear: no personal data, no secrets.
    pub settings: Map<String, Value>,
    /// The `sequence` of the newest event about the workspace itself; 0 when there is none.
    pub event_sequence: u64,
    /// Counts the saves: a new row has 1.
    pub version: u64,
    /// When it was made.
    pub created_at: Time,
}

/// A member of a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentRow {
    /// Its id.
    pub id: AgentId,
    /// The address that signs in, found regardless of case and outer spaces; unique in the workspace.
    pub email: Phi<String>,
    /// The name that users see.
    pub name: Phi<String>,
    /// What the agent may do.
    pub role: Role,
    /// The flags of the users that the agent sees; empty means all users.
    pub limited_to_flags: Vec<String>,
    /// The hashed password; none while the invitation is open.
    pub password_hash: Option<Phi<String>>,
    /// What lets the agent choose a password; none once it was used.
    pub invitation: Option<InvitationRow>,
    /// The `sequence` of the newest event about the agent; 0 when there is none.
    pub event_sequence: u64,
    /// Since when the agent cannot sign in; none while the agent may.
    pub deactivated_at: Option<Time>,
    /// Counts the saves: a new row has 1.
    pub version: u64,
    /// When it was made.
    pub created_at: Time,
}

/// What a workspace defines by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Defined {
    /// A profile field.
    Field,
    /// A flag.
    Flag,
    /// A goal.
    Goal,
}

/// A field that a workspace has defined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldRow {
    /// Its name and type, and whether it is sensitive.
    pub definition: FieldDefinition,
    /// What people are told of it.
    pub description: String,
}

/// A flag or goal that a workspace has defined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameRow {
    /// Its name.
    pub name: String,
    /// What people are told of it.
    pub description: String,
    /// When it was defined.
    pub created_at: Time,
}

/// An open invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvitationRow {
    /// The hash of its secret.
    pub hash: SecretHash,
    /// When it stops working.
    pub expires_at: Time,
}

/// A browser in which an agent is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowserSessionRow {
    /// Its id: for lists, opens nothing.
    pub id: BrowserSessionId,
    /// The agent.
    pub agent_id: AgentId,
    /// The hash of the secret in the cookie.
    pub hash: SecretHash,
    /// From where the agent signed in.
    pub address: Phi<String>,
    /// What the browser calls itself.
    pub user_agent: Phi<String>,
    /// When the agent signed in.
    pub created_at: Time,
    /// When it was last used, to the minute.
    pub last_seen_at: Time,
    /// When it ends unless it is used before.
    pub expires_at: Time,
}

/// Failed tries to sign in, of one address or from one network address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailuresRow {
    /// How many.
    pub failures: u32,
    /// Since when they are counted.
    pub since: Time,
    /// Until when no try is looked at.
    pub blocked_until: Time,
    /// When the row means nothing any more.
    pub forget_at: Time,
}

/// A bot with its draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotRow {
    /// All but the draft.
    pub head: BotHead,
    /// The document that is being edited, JSON.
    pub draft: String,
}

/// A bot without its documents: what lists need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotHead {
    /// Its id.
    pub id: BotId,
    /// Its short public name, unique in the workspace.
    pub function_id: String,
    /// What people call it.
    pub name: String,
    /// `flow` or `faq`.
    pub kind: String,
    /// Whether it may be started.
    pub status: BotStatus,
    /// Counts the saves of the draft: a new bot has 1.
    pub draft_revision: u32,
    /// What was found of the draft; none when nobody has looked yet.
    pub judgement: Option<Judgement>,
    /// The published version that new sessions get.
    pub live_version: Option<u32>,
    /// When the live version was published.
    pub published_at: Option<Time>,
    /// When it was made.
    pub created_at: Time,
    /// When its draft was last saved or a version was last published.
    pub updated_at: Time,
    /// Who did that; none for what was done before anybody noted it.
    pub updated_by: Option<Actor>,
}

/// How strangers meet a bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelRow {
    /// The bot.
    pub bot_id: BotId,
    /// What people call it.
    pub name: String,
    /// Whether it may be started.
    pub status: BotStatus,
    /// The published version that new sessions get.
    pub live_version: Option<u32>,
    /// What was said of its channel, JSON; none when nobody has.
    pub channel: Option<String>,
}

/// What was found of a draft when it was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judgement {
    /// How many findings block publishing.
    pub errors: u32,
    /// How many do not.
    pub warnings: u32,
    /// Whether it says something else than the live version.
    pub changed: bool,
}

/// An immutable published copy of a bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRow {
    /// The bot.
    pub bot_id: BotId,
    /// 1, 2, 3, …
    pub version: u32,
    /// The document, JSON.
    pub document: String,
    /// When it was published.
    pub published_at: Time,
    /// Who published it.
    pub published_by: Actor,
    /// What whoever published it wrote about it.
    pub note: String,
}

/// A person who chats with bots.
#[derive(Debug, Clone, PartialEq)]
pub struct UserRow {
    /// Its id.
    pub id: UserId,
    /// The id that the customer's own system gave; unique in the workspace, found exactly as written.
    pub external_id: Option<Phi<String>>,
    /// The profile fields that are set.
    pub fields: Phi<Map<String, Value>>,
    /// The flags that the user carries.
    pub flags: BTreeSet<String>,
    /// The `sequence` of the newest event about the user; 0 when there is none.
    pub event_sequence: u64,
    /// Counts the saves: a new row has 1.
    pub version: u64,
    /// When it was made.
    pub created_at: Time,
    /// When a field or flag last changed.
    pub updated_at: Time,
}

/// Which users to list. What is none restricts nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// The one of exactly this `external_id`.
    pub external_id: Option<Phi<String>>,
    /// Those whose field `user_phone` is this text, outer spaces aside.
    pub phone: Option<Phi<String>>,
    /// Those whose field `user_email` is this address, case and outer spaces aside.
    pub email: Option<Phi<String>>,
    /// Those who carry this flag.
    pub flag: Option<String>,
    /// Those who changed at this instant or later.
    pub updated_from: Option<Time>,
    /// Those who changed before this instant.
    pub updated_to: Option<Time>,
}

/// In which order users are listed, and after which one: its last change and its id, where the order looks at them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserOrder {
    /// By id from the newest to the oldest: nobody moves, and who is made meanwhile comes before the beginning.
    Newest(Option<UserId>),
    /// By the last change from the oldest to the newest: who changes meanwhile comes again at the end.
    Changed(Option<(Time, UserId)>),
}

/// One conversation of one user with one bot.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionRow {
    /// Its id.
    pub id: SessionId,
    /// The person who chats.
    pub user_id: UserId,
    /// The bot.
    pub bot_id: BotId,
    /// The bot's name when the session began.
    pub function_id: String,
    /// The version that the session stays on.
    pub bot_version: u32,
    /// Where it stands.
    pub status: SessionStatus,
    /// Where the messages come from and go to.
    pub medium: String,
    /// BCP 47.
    pub language: String,
    /// The engine's state, JSON.
    pub state: Phi<String>,
    /// The `seq` of the newest message; 0 when there is none.
    pub last_seq: u32,
    /// Counts the saves: a new row has 1.
    pub version: u64,
    /// Whatever the caller wished to keep with it.
    pub metadata: Phi<Map<String, Value>>,
    /// When it began.
    pub created_at: Time,
    /// When it was last saved.
    pub updated_at: Time,
    /// When it ended.
    pub ended_at: Option<Time>,
    /// Why it ended.
    pub end_reason: Option<EndReason>,
    /// Where it stands with agents.
    pub desk: DeskRow,
}

/// A line of a session.
#[derive(Debug, Clone, PartialEq)]
pub struct MessageRow {
    /// The message. Its id, `seq`, sender, kind, box, delay and time are kept in clear; text, choices, media and the caller's id are sealed.
    pub message: Phi<Message>,
    /// Whether it answers a box whose field is `sensitive`: masked wherever chat logs leave the workspace.
    pub sensitive: bool,
    /// The agent who wrote it. Sealed, like the text.
    pub agent_id: Option<AgentId>,
}

/// What the bot did with one input.
#[derive(Debug, Clone, PartialEq)]
pub struct TurnRow {
    /// The session.
    pub session_id: SessionId,
    /// The session's version that the turn made.
    pub turn: u64,
    /// The `seq` of the user's message, or of the first new message.
    pub seq: u32,
    /// When it was committed.
    pub at: Time,
    /// The visited boxes and followed links; no personal data.
    pub trace: Value,
}

/// A fact that happened and may be pushed.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRow {
    /// Its id.
    pub id: EventId,
    /// What happened.
    pub event_type: EventType,
    /// The id of the user, agent or workspace that it is about.
    pub subject: String,
    /// Counts the events of the subject: 1, 2, 3, …
    pub sequence: u64,
    /// When it happened.
    pub occurred_at: Time,
    /// Who brought it about.
    pub actor: Actor,
    /// What belongs to the type.
    pub data: Phi<Value>,
    /// The session that it happened in.
    pub session_id: Option<SessionId>,
}

/// What kind of work waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobKind {
    /// A call to an External API.
    Call,
    /// A timer of a session.
    Timer,
    /// People are to be told of a session.
    Notify,
    /// A session that waits for an agent has waited long enough.
    Missed,
    /// An agent who was offered a session has had long enough to accept it.
    Offer,
    /// A session was put aside for long enough.
    Snooze,
}

impl JobKind {
    /// All kinds.
    pub const ALL: [Self; 6] = [
        Self::Call,
        Self::Timer,
        Self::Missed,
        Self::Offer,
        Self::Snooze,
        Self::Notify,
    ];

    /// As in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Timer => "timer",
            Self::Notify => "notify",
            Self::Missed => "missed",
            Self::Offer => "offer",
            Self::Snooze => "snooze",
        }
    }

    /// The kind of this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

/// A piece of work of a session that waits for its time and a worker.
#[derive(Debug, Clone, PartialEq)]
pub struct JobRow {
    /// Its id.
    pub id: JobId,
    /// What kind of work.
    pub kind: JobKind,
    /// The session that it belongs to.
    pub session_id: SessionId,
    /// The session's user.
    pub user_id: UserId,
    /// The number that the session's state knows it by (call or timer number).
    pub number: u64,
    /// Not before this instant.
    pub due_at: Time,
    /// Until when a worker has it; none while it waits.
    pub lease_until: Option<Time>,
    /// How often a worker took it; a new job has 0.
    pub attempt: u32,
    /// What to do.
    pub payload: Phi<Value>,
    /// When it was made.
    pub created_at: Time,
}

/// Something that an agent is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationRow {
    /// The agent.
    pub agent_id: AgentId,
    /// What is told.
    pub notification: Notification,
}

/// Something that those who manage webhooks are to be told of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointAlert {
    /// What kind of thing.
    pub kind: NotificationKind,
    /// What is wrong, the last of several.
    pub trouble: EndpointTrouble,
    /// How often it happened.
    pub count: u64,
    /// When it happened last.
    pub at: Time,
}

/// What a mail is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MailKind {
    /// What a notification tells of.
    Told(NotificationKind),
    /// An invitation to choose a password.
    Invitation,
}

impl MailKind {
    /// As in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Told(kind) => kind.as_str(),
            Self::Invitation => "invitation",
        }
    }

    /// The kind of this name.
    pub fn parse(text: &str) -> Option<Self> {
        if text == Self::Invitation.as_str() {
            return Some(Self::Invitation);
        }
        NotificationKind::parse(text).map(Self::Told)
    }
}

/// A mail that waits. It says what to write, never the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRow {
    /// Its id.
    pub id: MailId,
    /// To whom.
    pub agent_id: AgentId,
    /// What it is about.
    pub kind: MailKind,
    /// The chat that it is about.
    pub session_id: Option<SessionId>,
    /// What is wrong with the endpoint that it is about.
    pub endpoint: Option<EndpointTrouble>,
    /// Not before this instant.
    pub due_at: Time,
    /// How often a worker took it; a new one has 0.
    pub attempt: u32,
    /// When it was made.
    pub created_at: Time,
}

/// Where a file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileState {
    /// No message names it yet.
    New,
    /// A message names it.
    Said,
}

impl FileState {
    /// As in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Said => "said",
        }
    }

    /// The state of this name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::New, Self::Said]
            .into_iter()
            .find(|it| it.as_str() == text)
    }
}

/// A file that somebody sent in a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    /// What messages say of it.
    pub file: Phi<StoredFile>,
    /// The session.
    pub session_id: SessionId,
    /// The session's user, whose key seals it.
    pub user_id: UserId,
    /// Where it stands.
    pub state: FileState,
    /// When it was sent.
    pub created_at: Time,
}

/// The answer that a repeated request gets again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerRow {
    /// Within what the key is unique: the id of a token or of a session, say. Kept in clear.
    pub scope: String,
    /// The caller's key. Only a keyed hash of it is kept: a row that was read has the key that one asked for.
    pub key: String,
    /// A hash of the request, to tell a repeat from a reuse.
    pub fingerprint: [u8; 32],
    /// The user whose key seals the body; the workspace's key does when there is none.
    pub user_id: Option<UserId>,
    /// The session that the request was about or made.
    pub session_id: Option<SessionId>,
    /// The `seq` of the user's message, 0 when the request brought none.
    pub seq: u32,
    /// The status of the answer; none while the request runs.
    pub status: Option<u16>,
    /// The body of the answer; none, beside a status, when the person whom it was about was erased.
    pub body: Option<Phi<String>>,
    /// When the request came.
    pub created_at: Time,
    /// When the row may be forgotten; none means never.
    pub expires_at: Option<Time>,
}

impl AnswerRow {
    /// Whether the person whom the request was about was erased, and the answer with it.
    pub const fn is_erased(&self) -> bool {
        self.status.is_some() && self.body.is_none()
    }
}
