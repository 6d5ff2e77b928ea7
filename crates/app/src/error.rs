//! What can go wrong, said as what the caller can do about it. `api` has the one mapping to HTTP.
use smartbot_flow::Finding;
use smartbot_model::problem::InputError;
use std::time::Duration;

/// The result of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a use case was refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing in this workspace.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The input is wrong: what, and where.
    #[error("the input is wrong: {}", .0.iter().map(|it| it.message.as_str()).collect::<Vec<_>>().join(" "))]
    Invalid(Vec<InputError>),
    /// The bot has errors that block publishing.
    #[error("the bot has errors")]
    BotInvalid(Vec<Finding>),
    /// The bot looks wrong, and whoever publishes it has not said that it may.
    #[error("the bot has warnings")]
    WarningsNotAccepted(Vec<Finding>),
    /// The draft says the same as the live version.
    #[error("there is nothing new to publish")]
    NothingToPublish,
    /// There is a bot of this function id.
    #[error("there is a bot {0} already")]
    FunctionIdTaken(String),
    /// The bot is needed; the text says by what.
    #[error("{0}")]
    BotInUse(String),
    /// Somebody else saved the draft meanwhile.
    #[error("the draft was saved by somebody else meanwhile")]
    RevisionChanged {
        /// The revision that it has now.
        revision: u32,
    },
    /// No credential, or none that works.
    #[error("{}", .0.message())]
    Unauthorised(Unauthorised),
    /// The credential works, but not for this.
    #[error("{}", .0.message())]
    Forbidden(Forbidden),
    /// Address and password do not belong together, or too many tries came before: nobody can tell which.
    #[error("the sign-in failed")]
    SignInFailed {
        /// When the next try is looked at, if not at once.
        retry_after: Option<Duration>,
    },
    /// There is a workspace already, so nobody sets one up without signing in.
    #[error("the server is set up already")]
    AlreadySetUp,
    /// The invitation is unknown, used or over: nobody can tell which.
    #[error("the invitation does not work")]
    InvitationInvalid,
    /// What says who a visitor is does not hold; the text says why.
    #[error("{0}")]
    IdentityInvalid(&'static str),
    /// Another agent has the chat.
    #[error("{name} has this chat")]
    Taken {
        /// Who it is.
        agent: smartbot_model::AgentId,
        /// The agent's name.
        name: String,
    },
    /// The session has ended.
    #[error("the session has ended")]
    SessionEnded,
    /// The same `Idempotency-Key` came with another request.
    #[error("the idempotency key was used for another request")]
    IdempotencyKeyReused,
    /// The same `client_message_id` came with another message.
    #[error("the client_message_id was used for another message")]
    ClientMessageIdReused,
    /// The first request with this key is still running.
    #[error("the first request with this idempotency key is still running")]
    RequestInProgress,
    /// Somebody else changed the same thing first.
    #[error("{0}")]
    Conflict(String),
    /// The thing is no longer what the caller has seen of it.
    #[error("it was changed meanwhile")]
    PreconditionFailed,
    /// The workspace has as many exports running as it may have.
    #[error("too many exports run")]
    TooManyExports {
        /// When to come again.
        retry_after: Duration,
    },
    /// More calls than the caller may make; this one was not looked at.
    #[error("too many calls")]
    RateLimited {
        /// When to come again.
        retry_after: Duration,
    },
    /// Too much work waits; nothing was accepted.
    #[error("too much work waits")]
    Overloaded {
        /// When to come again.
        retry_after: Duration,
    },
    /// The database does not answer; nothing was accepted.
    #[error("the database does not answer")]
    Unavailable {
        /// When to come again.
        retry_after: Duration,
    },
    /// A fault of ours. Logged once, told to nobody.
    #[error("internal fault")]
    Internal(#[source] anyhow::Error),
}

/// Why nobody is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unauthorised {
    /// No `Authorization` header.
    Missing,
    /// Not the form of a token, or its checksum is wrong.
    Malformed,
    /// Unknown or revoked.
    Unknown,
    /// Past its expiry.
    Expired,
    /// No browser session, or one that is over.
    NotSignedIn,
}

impl Unauthorised {
    /// What to do, for people.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Missing => "Send the header `Authorization: Bearer <token>`.",
            Self::Malformed => {
                "This is not a token of SmartBot, or a character of it is wrong. Copy the whole token."
            }
            Self::Unknown => {
                "This token is unknown or was revoked. Make a new one under SETTINGS → Advanced → API and Webhook."
            }
            Self::Expired => {
                "This token has expired. Make a new one under SETTINGS → Advanced → API and Webhook."
            }
            Self::NotSignedIn => {
                "Nobody is signed in here, or the browser session is over. Sign in with POST /api/v1/admin/sign_in."
            }
        }
    }
}

/// Why a working credential is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forbidden {
    /// A token of the other kind.
    WrongTokenKind,
    /// The token may not be used from this address.
    AddressNotAllowed,
    /// The token may only read.
    ReadOnly,
    /// A token where an agent must be signed in.
    BrowserSessionNeeded,
    /// The agent's role may not do this.
    NotPermitted,
    /// Owners are made, changed and removed by owners only.
    OwnerProtected,
}

impl Forbidden {
    /// What to do, for people.
    pub const fn message(self) -> &'static str {
        match self {
            Self::WrongTokenKind => "This call needs a token of the other kind.",
            Self::AddressNotAllowed => {
                "This token may not be used from this address. Change its list of addresses or call from another one."
            }
            Self::ReadOnly => "This token may only read. Use one that may write.",
            Self::BrowserSessionNeeded => {
                "No token opens this call: it needs the browser session of an agent."
            }
            Self::NotPermitted => {
                "Your role may not do this. Ask an owner or admin of the workspace."
            }
            Self::OwnerProtected => {
                "Only owners make, change and remove owners: signed in with a browser, or on the server with `smartbot agent`. No token does."
            }
        }
    }
}

impl Error {
    /// One thing that is wrong with the input.
    pub fn invalid(
        pointer: impl Into<String>,
        code: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self::Invalid(vec![InputError::new(pointer, code, message)])
    }

    /// A fault of ours.
    pub fn internal(error: impl Into<anyhow::Error>) -> Self {
        Self::Internal(error.into())
    }
}

impl From<smartbot_store::Error> for Error {
    fn from(error: smartbot_store::Error) -> Self {
        match error {
            smartbot_store::Error::Conflict { .. } => {
                Self::Conflict("Somebody else changed this at the same moment. Try again.".into())
            }
            smartbot_store::Error::Full => Self::Overloaded {
                retry_after: Duration::from_secs(1),
            },
            smartbot_store::Error::Unavailable { .. } => {
                tracing::error!(%error, "the database does not answer");
                Self::Unavailable {
                    retry_after: Duration::from_secs(2),
                }
            }
            other => Self::internal(other),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}
