//! What can go wrong with what is kept.
use std::fmt;

/// Why the store could not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Somebody else came first: a version that moved on, a name or key that is taken, a lease that was lost. Read again and decide anew.
    /// Nothing of the list of changes was kept.
    #[error("conflict: {what}")]
    Conflict {
        /// What clashed; one of the constants of [`what`].
        what: &'static str,
    },
    /// A kept value cannot be opened or understood: it was changed, moved to another row, or its key is not this one.
    #[error("{table} has a row that cannot be read: {row}")]
    Corrupt {
        /// The table and, where known, the column.
        table: &'static str,
        /// The id of the row.
        row: String,
    },
    /// There is no room: more writes wait than the queue holds, or the disk is full. Nothing was kept; try again later.
    #[error("there is no room: too many writes are waiting, or the disk is full")]
    Full,
    /// The database cannot be reached or cannot write. What was asked may or may not have been kept when the connection was cut
    /// between a commit and its answer; it was certainly not acknowledged.
    #[error("the database is unavailable: {reason}")]
    Unavailable {
        /// What the database said.
        reason: String,
    },
    /// A value that no database can keep: a text with a NUL character, a number beyond 63 bits, an unusable flag name.
    #[error("cannot be kept: {what}")]
    Invalid {
        /// Which value, in words.
        what: String,
    },
    /// The master key is not the one that this database was sealed with.
    #[error("the master key does not open this database: it was sealed with another one")]
    WrongMasterKey,
    /// The key is no key: not 32 bytes in base64 or hexadecimal digits, or its file cannot be read or made.
    #[error("the master key is unusable: {reason}")]
    BadMasterKey {
        /// What is wrong with it; never the key.
        reason: String,
    },
    /// A file of a backup cannot be used, or one is in the way.
    #[error("{reason}")]
    BadBackup {
        /// Which, and why.
        reason: String,
    },
    /// The database is not one that this program can use: an unknown kind of address, a newer or a changed schema.
    #[error("not supported: {reason}")]
    NotSupported {
        /// What is not, and where known what to do.
        reason: String,
    },
}

/// What [`Error::Conflict`] can name.
pub mod what {
    /// A workspace of this name or id exists.
    pub const WORKSPACE: &str = "workspace";
    /// The workspace changed since it was read, or is gone.
    pub const WORKSPACE_VERSION: &str = "workspace version";
    /// An agent of this e-mail address exists.
    pub const AGENT_EMAIL: &str = "agent e-mail";
    /// The agent changed since it was read, or is gone.
    pub const AGENT_VERSION: &str = "agent version";
    /// A browser session of this id or secret exists.
    pub const BROWSER_SESSION: &str = "browser session";
    /// There is no such browser session.
    pub const NO_BROWSER_SESSION: &str = "no such browser session";
    /// Another try to sign in was counted meanwhile.
    pub const SIGN_IN_FAILURES: &str = "sign-in failures";
    /// A bot of this function id exists.
    pub const FUNCTION_ID: &str = "function id";
    /// There is no such bot.
    pub const NO_BOT: &str = "no such bot";
    /// The bot is not archived, or has had sessions.
    pub const BOT_IN_USE: &str = "bot in use";
    /// The draft changed since it was read, or the bot is gone.
    pub const DRAFT_REVISION: &str = "draft revision";
    /// What the bot says of its channel changed since it was read, or the bot is gone.
    pub const BOT_CHANNEL: &str = "bot channel";
    /// Another version was published or the draft changed since the bot was read, or the bot is gone.
    pub const LIVE_VERSION: &str = "live version";
    /// A token of this id or secret exists.
    pub const TOKEN: &str = "token";
    /// There is no such token.
    pub const NO_TOKEN: &str = "no such token";
    /// An endpoint of this id exists.
    pub const ENDPOINT: &str = "endpoint";
    /// The endpoint changed since it was read, or is gone.
    pub const ENDPOINT_REVISION: &str = "endpoint revision";
    /// The secret of the endpoint was replaced since it was read, or the endpoint is gone.
    pub const ENDPOINT_SECRET: &str = "endpoint secret";
    /// There is no such endpoint.
    pub const NO_ENDPOINT: &str = "no such endpoint";
    /// A user of this `external_id` (or id) exists.
    pub const EXTERNAL_ID: &str = "external id";
    /// The user changed since it was read, or is gone.
    pub const USER_VERSION: &str = "user version";
    /// There is no such user, or no more: nothing can be sealed for it.
    pub const NO_USER: &str = "no such user";
    /// A session of this id exists.
    pub const SESSION: &str = "session";
    /// The session changed since it was read, or is gone.
    pub const SESSION_VERSION: &str = "session version";
    /// A canned reply of this id exists.
    pub const CANNED_REPLY: &str = "canned reply";
    /// There is no canned reply of this id.
    pub const NO_CANNED_REPLY: &str = "no canned reply";
    /// A note of this id exists.
    pub const NOTE: &str = "note";
    /// What is known of an agent's presence changed since it was read.
    pub const PRESENCE: &str = "presence";
    /// The session has a message of this `seq`.
    pub const MESSAGE_SEQ: &str = "message seq";
    /// The session has a turn of this number.
    pub const TURN: &str = "turn";
    /// Turns that were to be counted were counted by somebody else.
    pub const TURNS_COUNTED: &str = "turns counted";
    /// An event of this id exists, or its subject has one of this sequence.
    pub const EVENT: &str = "event";
    /// A delivery of this id exists.
    pub const DELIVERY: &str = "delivery";
    /// There is no such delivery, or it is on its way at this moment.
    pub const NO_DELIVERY: &str = "no such delivery";
    /// A run of this id that sends old events again exists.
    pub const RESEND: &str = "resend";
    /// The run moved on since it was read, or is over.
    pub const RESEND_PLACE: &str = "resend place";
    /// A job of this id exists.
    pub const JOB: &str = "job";
    /// What was to be told of an endpoint is told already, or the endpoint is gone.
    pub const ENDPOINT_ALERT: &str = "endpoint alert";
    /// The job is gone, or another worker has it now.
    pub const JOB_LEASE: &str = "job lease";
    /// A file of this id exists; or it was said already, is another session's, or gone.
    pub const FILE: &str = "file";
    /// The session has as many files as it may have.
    pub const FILES_OF_SESSION: &str = "files of a session";
    /// There is an answer under this key.
    pub const ANSWER: &str = "answer";
    /// There is no answer under this key.
    pub const NO_ANSWER: &str = "no such answer";
    /// A value that is kept for bookkeeping (definitions, keys, attempts) clashed.
    pub const BOOKKEEPING: &str = "bookkeeping";
}

/// The result of everything here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) const fn conflict(what: &'static str) -> Self {
        Self::Conflict { what }
    }

    pub(crate) fn corrupt(table: &'static str, row: impl fmt::Display) -> Self {
        Self::Corrupt {
            table,
            row: row.to_string(),
        }
    }

    pub(crate) fn unavailable(reason: impl fmt::Display) -> Self {
        Self::Unavailable {
            reason: reason.to_string(),
        }
    }

    pub(crate) fn invalid(what: impl Into<String>) -> Self {
        Self::Invalid { what: what.into() }
    }
}
