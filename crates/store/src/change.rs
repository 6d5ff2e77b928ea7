//! What can be changed, as data: a use case makes a list, [`Store::commit`](crate::Store::commit) keeps all of it or nothing.
use crate::counters::{Counters, TurnMark};
use crate::outgoing::{
    DeliveryRow, EndpointHealth, EndpointSecrets, ReplacedSecret, ResendRow, ToldAlert,
};
use crate::retention::OldSession;
use crate::rows::{
    AgentRow, AnswerRow, BotRow, BrowserSessionRow, CannedReplyRow, Defined, DeskRow,
    EndpointAlert, EventRow, FileRow, JobKind, JobRow, Judgement, MailRow, MessageRow, NoteRow,
    NotificationRow, PresenceRow, SessionRow, TurnRow, UserRow, VersionRow, WorkspaceRow,
};
use smartbot_model::bot::BotStatus;
use smartbot_model::event::Actor;
use smartbot_model::field::FieldDefinition;
use smartbot_model::notification::NotificationSettings;
use smartbot_model::token::{SecretHash, Token};
use smartbot_model::webhook::Endpoint;
use smartbot_model::{
    AgentId, BotId, BrowserSessionId, CannedReplyId, DeliveryId, EndpointId, EventId, FileId,
    JobId, NotificationId, Phi, SessionId, Time, TokenId, UserId,
};

/// One change. All of a list belong to one workspace. What a variant may clash with is named in [`what`](crate::error::what).
#[derive(Debug, Clone)]
pub enum Change {
    /// A new workspace with a data key of its own. Its id must be the one that the list is committed to.
    CreateWorkspace(WorkspaceRow),
    /// Name, settings and event counter of the workspace.
    SaveWorkspace {
        /// The new content; the version becomes `expected_version` + 1 whatever it says.
        workspace: WorkspaceRow,
        /// The version that was read.
        expected_version: u64,
    },
    /// A new agent.
    InsertAgent(AgentRow),
    /// An agent's new content.
    SaveAgent {
        /// The new content; the version becomes `expected_version` + 1 whatever it says.
        agent: AgentRow,
        /// The version that was read.
        expected_version: u64,
    },
    /// Removes an agent. Its browser sessions are ended apart, since each is told.
    RemoveAgent {
        /// The agent.
        id: AgentId,
        /// The version that was read.
        expected_version: u64,
    },
    /// An agent signed in.
    InsertBrowserSession(BrowserSessionRow),
    /// Notes that a browser session was used. Does nothing when it is gone.
    TouchBrowserSession {
        /// The browser session.
        id: BrowserSessionId,
        /// Now.
        at: Time,
        /// When it ends unless it is used before.
        expires_at: Time,
    },
    /// Ends a browser session. A conflict when it has ended already.
    EndBrowserSession {
        /// The browser session.
        id: BrowserSessionId,
    },
    /// A field's definition; replaces one of the same name.
    DefineField(FieldDefinition),
    /// A flag's name; does nothing when it is known.
    DefineFlag {
        /// The flag.
        name: String,
        /// Now.
        at: Time,
    },
    /// A goal's name; does nothing when it is known.
    DefineGoal {
        /// The goal.
        name: String,
        /// Now.
        at: Time,
    },
    /// What people are told of a field, flag or goal; does nothing when it is not defined.
    Describe {
        /// Which list it stands in.
        what: Defined,
        /// Its name.
        name: String,
        /// The text.
        description: String,
    },
    /// Takes a field, flag or goal off its list; users keep what they have. Does nothing when it is not defined.
    Undefine {
        /// Which list it stands in.
        what: Defined,
        /// Its name.
        name: String,
    },
    /// A new bot.
    InsertBot {
        /// The bot.
        bot: BotRow,
        /// Its transcripts, a JSON array.
        tests: String,
    },
    /// Another draft of a bot.
    SaveDraft {
        /// The bot.
        bot_id: BotId,
        /// The revision that was read; the new one is one more.
        expected_revision: u32,
        /// What people call the bot.
        name: String,
        /// The document, JSON.
        document: String,
        /// What was found of it.
        judgement: Judgement,
        /// Who saved it.
        by: Actor,
        /// Now.
        at: Time,
    },
    /// What was found of a draft. Does nothing when the draft is another one by now.
    JudgeDraft {
        /// The bot.
        bot_id: BotId,
        /// The revision that was looked at.
        revision: u32,
        /// What was found of it.
        judgement: Judgement,
    },
    /// Other transcripts of a bot. A conflict when there is no such bot.
    SaveBotTests {
        /// The bot.
        bot_id: BotId,
        /// The transcripts, a JSON array.
        tests: String,
    },
    /// Puts a bot away, or fetches it back. A conflict when there is no such bot.
    SetBotStatus {
        /// The bot.
        bot_id: BotId,
        /// What it is from now on.
        status: BotStatus,
        /// Who did it.
        by: Actor,
        /// Now.
        at: Time,
    },
    /// How strangers meet a bot. A conflict when somebody else has changed it, or there is no such bot.
    SetBotChannel {
        /// The bot.
        bot_id: BotId,
        /// What was read, JSON.
        expected: Option<String>,
        /// What holds from now on, JSON.
        channel: String,
    },
    /// The end of a bot, its draft and its versions. A conflict when it is not archived or has ever had a session.
    RemoveBot {
        /// The bot.
        bot_id: BotId,
    },
    /// A new version, live at once.
    PublishVersion {
        /// The bot.
        bot_id: BotId,
        /// The live version that was read.
        expected_live: Option<u32>,
        /// The revision of the draft that was read.
        expected_revision: u32,
        /// The version.
        version: VersionRow,
        /// Whether the draft says something else than this version.
        changed: bool,
    },
    /// A new token.
    InsertToken {
        /// What is known of it.
        token: Token,
        /// The hash of its secret.
        hash: SecretHash,
    },
    /// Ends a token; one that is revoked keeps its first time.
    RevokeToken {
        /// The token.
        id: TokenId,
        /// Now.
        at: Time,
    },
    /// Notes that a token was used. Does nothing when the token is gone.
    TouchToken {
        /// The token.
        id: TokenId,
        /// Now.
        at: Time,
    },
    /// A new endpoint.
    InsertEndpoint {
        /// The endpoint.
        endpoint: Endpoint,
        /// The secrets that sign.
        secrets: EndpointSecrets,
    },
    /// Everything of an endpoint but its id, secrets and birth.
    SaveEndpoint {
        /// The new content, with the revision that was read; the new one is one more.
        endpoint: Endpoint,
    },
    /// Other secrets of an endpoint.
    SaveEndpointSecrets {
        /// The endpoint.
        id: EndpointId,
        /// The secrets that sign from now on.
        secrets: EndpointSecrets,
        /// The secret that was read.
        replaces: ReplacedSecret,
    },
    /// An endpoint goes, with its deliveries, their attempts and its runs.
    RemoveEndpoint {
        /// The endpoint.
        id: EndpointId,
    },
    /// How an endpoint that fails does; none when it does well again.
    SaveEndpointHealth {
        /// The endpoint.
        id: EndpointId,
        /// How it does.
        health: Option<EndpointHealth>,
    },
    /// A delivery is sent again, from the start of the schedule. A conflict when there is none, or it is on its way right now.
    ResendDelivery {
        /// The delivery.
        id: DeliveryId,
        /// Now.
        at: Time,
    },
    /// A new run that sends old events again.
    InsertResend(ResendRow),
    /// A run that sends old events again, further on or over.
    SaveResend {
        /// The new content.
        resend: ResendRow,
        /// How many deliveries or events had been looked at when it was read.
        expected_looked_at: u64,
    },
    /// A secret of the customer, for headers of External API calls; replaces one of the same name.
    SetSecret {
        /// Its name, kept in clear.
        name: String,
        /// Its value.
        value: Phi<String>,
        /// Now.
        at: Time,
    },
    /// Forgets a secret; does nothing when there is none.
    RemoveSecret {
        /// Its name.
        name: String,
    },
    /// A new user with a key of its own and its flags.
    InsertUser(UserRow),
    /// A user's new content.
    SaveUser {
        /// The new content; the version becomes `expected_version` + 1 whatever it says. `flags` is not looked at: the lists below say what changes.
        user: UserRow,
        /// The version that was read.
        expected_version: u64,
        /// Flags to put on; those that are on stay.
        added_flags: Vec<String>,
        /// Flags to take off.
        removed_flags: Vec<String>,
    },
    /// The end of a user: the row, the key and with it all that was sealed, flags, jobs, remembered answers and what receivers answered to
    /// deliveries. Sessions end and stay as empty shells, so that counts stay; deliveries that wait become dead. Events of this list that
    /// come after it stay.
    EraseUser {
        /// The user.
        id: UserId,
        /// The version that was read.
        expected_version: u64,
        /// Now.
        at: Time,
    },
    /// Events go for good, with their deliveries and attempts; those that are gone already do not matter.
    ForgetEvents {
        /// The events.
        ids: Vec<EventId>,
        /// What happened before this instant is on its way out.
        until: Time,
    },
    /// A session goes for good, with its messages, turns, jobs and remembered answers. Its events go before it. A conflict when it is not as
    /// it was read, or has turns that are not counted yet.
    ForgetSession(OldSession),
    /// A new session.
    InsertSession(SessionRow),
    /// A session's new content; its user, bot, medium and birth stay as they are.
    SaveSession {
        /// The new content; the version becomes `expected_version` + 1 whatever it says.
        session: SessionRow,
        /// The version that was read.
        expected_version: u64,
    },
    /// Where a session stands with agents. Goes with a [`SaveSession`](Self::SaveSession) or [`InsertSession`](Self::InsertSession) whose row says
    /// the same, and comes after it.
    SaveDesk {
        /// The session.
        session_id: SessionId,
        /// The new content.
        desk: DeskRow,
    },
    /// An agent takes part in a session; does nothing when that is known.
    JoinSession {
        /// The session.
        session_id: SessionId,
        /// The agent.
        agent_id: AgentId,
        /// Now.
        at: Time,
    },
    /// A note about a session.
    InsertNote {
        /// The session's user, whose key seals.
        user_id: UserId,
        /// The note.
        note: NoteRow,
    },
    /// What is known of an agent's presence. A conflict when everybody has been told something else meanwhile, or the agent was seen.
    SavePresence {
        /// The new content.
        presence: PresenceRow,
        /// What was read; none for one who was never there.
        expected: Option<PresenceRow>,
    },
    /// Notes that an agent was seen. Does nothing when nothing is known of the agent.
    SeeAgent {
        /// The agent.
        agent_id: AgentId,
        /// Until when that counts.
        until: Time,
    },
    /// Forgets whether an agent is there, and the canned replies that are the agent's own.
    ForgetDeskOfAgent {
        /// The agent.
        agent_id: AgentId,
    },
    /// A new canned reply.
    InsertCannedReply(CannedReplyRow),
    /// A canned reply's new content. A conflict when there is none.
    SaveCannedReply(CannedReplyRow),
    /// Removes a canned reply. A conflict when there is none.
    RemoveCannedReply {
        /// The canned reply.
        id: CannedReplyId,
    },
    /// New lines of a session.
    AppendMessages {
        /// The session.
        session_id: SessionId,
        /// The session's user, whose key seals.
        user_id: UserId,
        /// The messages.
        messages: Vec<MessageRow>,
    },
    /// What a turn did.
    AppendTurn(TurnRow),
    /// Turns go into the counters. A conflict when somebody else has counted one of them.
    CountTurns {
        /// Which turns, each once.
        turns: Vec<TurnMark>,
        /// What they add, each key once.
        counts: Counters,
    },
    /// Facts that happened.
    RecordEvents {
        /// The user whose key seals their data; the workspace's does when there is none.
        user_id: Option<UserId>,
        /// The events.
        events: Vec<EventRow>,
    },
    /// Events to send.
    InsertDeliveries(Vec<DeliveryRow>),
    /// Work that waits.
    InsertJob(JobRow),
    /// The work is done: the job goes. A conflict when another worker has it now.
    FinishJob {
        /// The job.
        id: JobId,
        /// The attempt that the claim gave.
        attempt: u32,
    },
    /// The session no longer waits for these; those that are gone do not matter.
    CancelJobs {
        /// The session.
        session_id: SessionId,
        /// Which kind.
        kind: JobKind,
        /// Their numbers.
        numbers: Vec<u64>,
    },
    /// The work is to be done again later. A conflict when another worker has it now.
    RetryJob {
        /// The job.
        id: JobId,
        /// The attempt that the claim gave.
        attempt: u32,
        /// Not before this instant.
        due_at: Time,
    },
    /// An agent is told something.
    InsertNotification(NotificationRow),
    /// An agent has read what it was told.
    ReadNotifications {
        /// The agent.
        agent_id: AgentId,
        /// What; all of it when none.
        id: Option<NotificationId>,
        /// Now.
        at: Time,
    },
    /// How an agent wants to be told from now on.
    SaveNotificationSettings {
        /// The agent.
        agent_id: AgentId,
        /// How.
        settings: NotificationSettings,
    },
    /// A mail to send.
    InsertMail(MailRow),
    /// Something of an endpoint is to be told; what is not told yet becomes one with it. Nothing when the endpoint is gone.
    NoteEndpointAlert(EndpointAlert),
    /// What was to be told of an endpoint is told. A conflict when somebody else has told it, or the endpoint is gone.
    TellEndpointAlert(ToldAlert),
    /// A new file. Its content is put where it lies after this.
    InsertFile {
        /// The file.
        file: FileRow,
        /// How many files its session may have, with this one.
        most: u32,
    },
    /// A message names a file. A conflict when one does already, or the file is gone or another session's.
    SayFile {
        /// The session.
        session_id: SessionId,
        /// The file.
        id: FileId,
    },
    /// The content of a file is to be removed, whatever it was. Does nothing when there is none.
    LetFileGo {
        /// The file.
        id: FileId,
    },
    /// Files whose content is removed go for good; those that are not gone stay.
    ForgetFiles {
        /// The files.
        ids: Vec<FileId>,
    },
    /// An answer to keep for repeats. A conflict when there is one under the key.
    SaveAnswer(AnswerRow),
    /// The answer of a request that was kept as running.
    CompleteAnswer {
        /// As in the kept row.
        scope: String,
        /// As in the kept row.
        key: String,
        /// The user whose key seals the body; the workspace's does when there is none.
        user_id: Option<UserId>,
        /// The session that the request made.
        session_id: Option<SessionId>,
        /// The `seq` of the user's message, 0 when the request brought none.
        seq: u32,
        /// The status of the answer.
        status: u16,
        /// The body of the answer.
        body: Phi<String>,
    },
    /// Forgets an answer, so that a request which failed may be sent again with its key; does nothing when there is none.
    RemoveAnswer {
        /// As in the kept row.
        scope: String,
        /// As in the kept row.
        key: String,
    },
}
