//! The one mapping of errors to HTTP: RFC 9457 `application/problem+json`.
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use smartbot_app::{Error, Forbidden, Unauthorised};
use smartbot_flow::Finding;
use smartbot_model::AgentId;
use smartbot_model::problem::InputError;
use utoipa::ToSchema;

macro_rules! codes {
    ($($(#[doc = $doc:expr])+ $Name:ident = $code:literal, $status:ident, $title:literal;)+) => {
        /// The stable name of a kind of problem.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum ErrorCode { $($(#[doc = $doc])+ $Name,)+ }

        impl ErrorCode {
            /// All codes.
            pub const ALL: &'static [Self] = &[$(Self::$Name),+];

            /// The `code` of the body.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$Name => $code,)+ }
            }

            /// The status of the answer.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$Name => StatusCode::$status,)+ }
            }

            /// The `title` of the body.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$Name => $title,)+ }
            }

            /// Where the server tells about it: the `type` of the body.
            pub fn page(self) -> String {
                format!("/docs/errors/{}", self.as_str())
            }

            /// The code of this name.
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.as_str() == name)
            }

            /// What happened and what to do.
            pub fn description(self) -> &'static str {
                match self { $(Self::$Name => concat!($($doc),+).trim(),)+ }
            }
        }
    };
}

codes! {
    /// The body is not JSON, not UTF-8, nests too deeply, repeats a key or holds U+0000. `errors` says where.
    InvalidJson = "invalid_json", BAD_REQUEST, "The body cannot be read";
    /// The request is well-formed but something in it is wrong, missing or unknown. `errors` has a JSON Pointer for each fault.
    InvalidRequest = "invalid_request", BAD_REQUEST, "The request is wrong";
    /// A path or query parameter is wrong or unknown.
    InvalidParameter = "invalid_parameter", BAD_REQUEST, "A parameter is wrong";
    /// Send `Authorization: Bearer <token>`.
    TokenMissing = "token_missing", UNAUTHORIZED, "No token";
    /// The token has not the form of one, is unknown, or was revoked.
    TokenInvalid = "token_invalid", UNAUTHORIZED, "The token does not work";
    /// The token has expired.
    TokenExpired = "token_expired", UNAUTHORIZED, "The token has expired";
    /// The call needs a token of the other kind: `bots_management` or `db_update`.
    WrongTokenKind = "wrong_token_kind", FORBIDDEN, "The wrong kind of token";
    /// The token may not be used from this address.
    AddressNotAllowed = "address_not_allowed", FORBIDDEN, "The address is not allowed";
    /// The token may only read.
    ReadOnlyToken = "read_only_token", FORBIDDEN, "The token may only read";
    /// Nobody is signed in here, or the browser session is over. Sign in with `POST /api/v1/admin/sign_in`.
    NotSignedIn = "not_signed_in", UNAUTHORIZED, "Nobody is signed in";
    /// Address and password do not belong together, or too many tries came before. With the status 429, `Retry-After` says when the next try is looked at.
    SignInFailed = "sign_in_failed", UNAUTHORIZED, "The sign-in failed";
    /// No token opens this call: it needs the browser session of an agent.
    BrowserSessionNeeded = "browser_session_needed", FORBIDDEN, "An agent must be signed in";
    /// The agent's role may not do this.
    NotPermitted = "not_permitted", FORBIDDEN, "Your role may not do this";
    /// Only owners make, change and remove owners, signed in with a browser. No token does.
    OwnerProtected = "owner_protected", FORBIDDEN, "Owners are protected";
    /// A page of another site sent this with the browser's cookie. Only pages of this server may.
    CrossSiteRequest = "cross_site_request", FORBIDDEN, "The request comes from another site";
    /// The `identity` of a visitor is no JWT that the workspace's widget key has signed with HS256, or its time is over. `detail` says which. Sign a new one.
    IdentityInvalid = "identity_invalid", UNAUTHORIZED, "The identity does not hold";
    /// There is no such thing in this workspace.
    NotFound = "not_found", NOT_FOUND, "Not found";
    /// The path exists, but not with this method.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "The method is not allowed";
    /// Somebody else changed the same thing first, or it exists already.
    Conflict = "conflict", CONFLICT, "Conflict";
    /// Another agent has the chat: `agent` says who. Nothing was changed.
    Taken = "taken", CONFLICT, "Another agent has the chat";
    /// The `Idempotency-Key` came before with another method, path or body. Use a new key for a new request.
    IdempotencyKeyReused = "idempotency_key_reused", CONFLICT, "The idempotency key was used for something else";
    /// The first request with this `Idempotency-Key` is still running. Wait and repeat it.
    RequestInProgress = "request_in_progress", CONFLICT, "The first request is still running";
    /// The `client_message_id` came before in this session with another message. Use a new one for a new message.
    ClientMessageIdReused = "client_message_id_reused", CONFLICT, "The client message id was used for something else";
    /// The session has ended. Start a new one; past sessions are read with the DB-Update API.
    SessionEnded = "session_ended", GONE, "The session has ended";
    /// The invitation is unknown, was used, or is over. Ask for a new one.
    InvitationInvalid = "invitation_invalid", GONE, "The invitation does not work";
    /// There is a workspace already: the set-up code works once, and only while there is none. Sign in with `POST /api/v1/admin/sign_in`.
    AlreadySetUp = "already_set_up", CONFLICT, "The server is set up already";
    /// What `If-Match` names is not what there is now: somebody changed it meanwhile. Read it again and look whether your change still holds.
    PreconditionFailed = "precondition_failed", PRECONDITION_FAILED, "It was changed meanwhile";
    /// The draft is not what `If-Match` names: somebody saved it meanwhile. `revision` is what it has now; nothing was saved. Read it again and bring your change in.
    RevisionChanged = "revision_changed", PRECONDITION_FAILED, "The draft was saved by somebody else";
    /// Send `If-Match` with the `ETag` of the draft that you have seen, so that you overwrite nobody.
    IfMatchRequired = "if_match_required", PRECONDITION_REQUIRED, "If-Match is missing";
    /// There is a bot of this function id already. Choose another one; archived bots count too.
    FunctionIdTaken = "function_id_taken", CONFLICT, "The function id is taken";
    /// Sessions or the archive stand in the way. `detail` says what to do.
    BotInUse = "bot_in_use", CONFLICT, "The bot is needed";
    /// The bot has warnings. Look at `findings`, and publish with `accept_warnings` if they may stay.
    WarningsNotAccepted = "warnings_not_accepted", CONFLICT, "The bot has warnings";
    /// What would be published is what is live already.
    NothingToPublish = "nothing_to_publish", CONFLICT, "Nothing to publish";
    /// The body is larger than this call takes.
    TooLarge = "payload_too_large", PAYLOAD_TOO_LARGE, "The body is too large";
    /// The body came too slowly: a whole body has ten seconds, and never comes with less than a kibibyte a second for long. Nothing was accepted; send it again.
    BodyTooSlow = "body_too_slow", REQUEST_TIMEOUT, "The body came too slowly";
    /// The first line and the headers of the request have more than 16 KiB, or there are more than 100 headers. Send less of them, mostly cookies.
    HeadTooLarge = "head_too_large", REQUEST_HEADER_FIELDS_TOO_LARGE, "The headers are too large";
    /// Send the body with a `Content-Type` that this call takes, mostly `application/json`.
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, "The content type is not supported";
    /// The bot has errors. `findings` lists them.
    BotInvalid = "bot_invalid", UNPROCESSABLE_ENTITY, "The bot has errors";
    /// The workspace has as many exports running as it may have at once: two. Come again after `Retry-After`, or when one is done.
    TooManyExports = "too_many_exports", TOO_MANY_REQUESTS, "Too many exports";
    /// More calls than the caller may make. Nothing was accepted; repeat the request after `Retry-After`. The `RateLimit-*` headers say how many are left.
    RateLimited = "rate_limited", TOO_MANY_REQUESTS, "Too many calls";
    /// Too much work waits. Nothing was accepted; repeat the request after `Retry-After`.
    Overloaded = "overloaded", SERVICE_UNAVAILABLE, "Too busy";
    /// The server's disk is nearly full, so it only reads until there is room. Nothing was accepted; repeat the request after `Retry-After`.
    DiskFull = "disk_full", SERVICE_UNAVAILABLE, "No room on the disk";
    /// The database does not answer. Nothing was accepted; repeat the request after `Retry-After`.
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, "Not available";
    /// This server cannot do this yet. `detail` says what to use instead.
    NotImplemented = "not_implemented", NOT_IMPLEMENTED, "Not there yet";
    /// A fault of ours. It was logged under `request_id`; repeating an idempotent request is safe.
    Internal = "internal", INTERNAL_SERVER_ERROR, "Internal fault";
}

/// An error on its way out.
#[derive(Debug, Clone)]
pub struct Problem {
    code: ErrorCode,
    detail: String,
    errors: Vec<InputError>,
    findings: Vec<Finding>,
    revision: Option<u32>,
    agent: Option<(AgentId, String)>,
    retry_after: Option<u64>,
    status: StatusCode,
}

/// An error as the APIs answer it (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "/docs/errors/invalid_request", "title": "The request is wrong", "status": 400,
    "detail": "Unknown field `feilds`, expected one of `id`, `external_id`, `fields`.", "code": "invalid_request",
    "errors": [{"pointer": "/user/feilds", "code": "unknown_field", "message": "Unknown field `feilds`, expected one of `id`, `external_id`, `fields`."}],
    "request_id": "req_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b"
}))]
pub(crate) struct ProblemBody<'a> {
    /// A page about this kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "/docs/errors/invalid_request")]
    kind: String,
    /// What kind of problem it is, for people.
    title: &'static str,
    /// The HTTP status.
    #[schema(example = 400)]
    status: u16,
    /// What happened this time and what to do about it.
    detail: &'a str,
    /// What kind of problem it is, for programs: stable.
    #[schema(example = "invalid_request")]
    code: &'static str,
    /// What is wrong with the input, and where.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(required = false)]
    errors: &'a [InputError],
    /// What is wrong with the bot.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(required = false)]
    findings: &'a [Finding],
    /// The revision that the draft has now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    revision: Option<u32>,
    /// The agent who has the chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    agent: Option<Holder<'a>>,
    /// The id of the request; name it when you ask for help.
    #[schema(example = "req_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b")]
    request_id: &'a str,
}

/// The agent who has a chat.
#[derive(Debug, Serialize, ToSchema)]
struct Holder<'a> {
    /// The agent's id.
    id: AgentId,
    /// The name that users see.
    name: &'a str,
}

impl Problem {
    /// What kind of problem it is.
    pub const fn code(&self) -> ErrorCode {
        self.code
    }

    /// A problem of this kind; `detail` says what happened this time.
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            errors: Vec::new(),
            findings: Vec::new(),
            revision: None,
            agent: None,
            retry_after: None,
            status: code.status(),
        }
    }

    /// A problem of this kind, with what the kind itself says.
    fn plain(code: ErrorCode) -> Self {
        Self::new(code, code.description())
    }

    /// The same words whatever was wrong: they tell nobody who is known here.
    fn sign_in_failed(retry_after: Option<std::time::Duration>) -> Self {
        let detail = "Address and password do not belong together, or too many tries came before. If your address is in several workspaces, name one.";
        let mut problem = Self::new(ErrorCode::SignInFailed, detail);
        if let Some(after) = retry_after {
            problem.status = StatusCode::TOO_MANY_REQUESTS;
            problem = problem.retry_after(after);
        }
        problem
    }

    /// Says what is wrong with the input.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<InputError>) -> Self {
        self.errors = errors;
        self
    }

    pub(crate) fn retry_after(mut self, after: std::time::Duration) -> Self {
        // Rounded up: whoever comes then is not too early.
        let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
        self.retry_after = Some(seconds.max(1));
        self
    }

    pub(crate) fn body<'a>(&'a self, request_id: &'a str) -> ProblemBody<'a> {
        ProblemBody {
            kind: self.code.page(),
            title: self.code.title(),
            status: self.status.as_u16(),
            detail: &self.detail,
            code: self.code.as_str(),
            errors: &self.errors,
            findings: &self.findings,
            revision: self.revision,
            agent: self
                .agent
                .as_ref()
                .map(|(id, name)| Holder { id: *id, name }),
            request_id,
        }
    }

    /// The answer, with the id of the request it belongs to.
    pub(crate) fn render(&self, request_id: &str) -> Response {
        let body = serde_json::to_vec(&self.body(request_id)).unwrap_or_default();
        let status = self.status;
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::UNAUTHORIZED {
            let scheme = match self.code {
                ErrorCode::NotSignedIn | ErrorCode::SignInFailed => "Cookie",
                ErrorCode::IdentityInvalid => "JWT",
                _ => "Bearer",
            };
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(scheme));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// Carries the problem to the edge, which knows the id of the request.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<InputError> for Problem {
    fn from(error: InputError) -> Self {
        Self::new(ErrorCode::InvalidJson, error.message.clone()).with_errors(vec![error])
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let detail = error.to_string();
        match error {
            Error::NotFound(kind) => Self::new(
                ErrorCode::NotFound,
                format!("There is no such {kind} in this workspace."),
            ),
            Error::Invalid(errors) => {
                let detail = errors
                    .iter()
                    .map(|it| it.message.as_str())
                    .collect::<Vec<_>>()
                    .join(" ");
                Self::new(ErrorCode::InvalidRequest, detail).with_errors(errors)
            }
            Error::BotInvalid(findings) => {
                let count = findings.iter().filter(|it| it.is_error()).count();
                let mut problem = Self::new(
                    ErrorCode::BotInvalid,
                    format!("The bot has {count} errors. Mend them and try again."),
                );
                problem.findings = findings;
                problem
            }
            Error::WarningsNotAccepted(findings) => {
                let count = findings.len();
                let detail = format!(
                    "The bot has {count} warnings. Look at them and accept them, or mend the bot."
                );
                let mut problem = Self::new(ErrorCode::WarningsNotAccepted, detail);
                problem.findings = findings;
                problem
            }
            Error::NothingToPublish => Self::plain(ErrorCode::NothingToPublish),
            Error::FunctionIdTaken(function_id) => Self::new(
                ErrorCode::FunctionIdTaken,
                format!("There is a bot {function_id} already. Choose another function id."),
            ),
            Error::BotInUse(_) => Self::new(ErrorCode::BotInUse, detail),
            Error::RevisionChanged { revision } => {
                let mut problem = Self::plain(ErrorCode::RevisionChanged);
                problem.revision = Some(revision);
                problem
            }
            Error::Unauthorised(Unauthorised::Missing) => {
                Self::new(ErrorCode::TokenMissing, detail)
            }
            Error::Unauthorised(Unauthorised::Malformed | Unauthorised::Unknown) => {
                Self::new(ErrorCode::TokenInvalid, detail)
            }
            Error::Unauthorised(Unauthorised::Expired) => {
                Self::new(ErrorCode::TokenExpired, detail)
            }
            Error::Forbidden(Forbidden::WrongTokenKind) => {
                Self::new(ErrorCode::WrongTokenKind, detail)
            }
            Error::Forbidden(Forbidden::AddressNotAllowed) => {
                Self::new(ErrorCode::AddressNotAllowed, detail)
            }
            Error::Forbidden(Forbidden::ReadOnly) => Self::new(ErrorCode::ReadOnlyToken, detail),
            Error::Unauthorised(Unauthorised::NotSignedIn) => {
                Self::new(ErrorCode::NotSignedIn, detail)
            }
            Error::Forbidden(Forbidden::BrowserSessionNeeded) => {
                Self::new(ErrorCode::BrowserSessionNeeded, detail)
            }
            Error::Forbidden(Forbidden::NotPermitted) => Self::new(ErrorCode::NotPermitted, detail),
            Error::Forbidden(Forbidden::OwnerProtected) => {
                Self::new(ErrorCode::OwnerProtected, detail)
            }
            Error::SignInFailed { retry_after } => Self::sign_in_failed(retry_after),
            Error::AlreadySetUp => Self::plain(ErrorCode::AlreadySetUp),
            Error::InvitationInvalid => Self::plain(ErrorCode::InvitationInvalid),
            Error::RateLimited { retry_after } => {
                Self::plain(ErrorCode::RateLimited).retry_after(retry_after)
            }
            Error::IdentityInvalid(why) => Self::new(ErrorCode::IdentityInvalid, why),
            Error::Taken { agent, name } => {
                let mut problem = Self::new(ErrorCode::Taken, format!("{name} has this chat."));
                problem.agent = Some((agent, name));
                problem
            }
            Error::SessionEnded => Self::plain(ErrorCode::SessionEnded),
            Error::IdempotencyKeyReused => Self::plain(ErrorCode::IdempotencyKeyReused),
            Error::ClientMessageIdReused => Self::plain(ErrorCode::ClientMessageIdReused),
            Error::RequestInProgress => Self::plain(ErrorCode::RequestInProgress),
            Error::Conflict(detail) => Self::new(ErrorCode::Conflict, detail),
            Error::PreconditionFailed => Self::plain(ErrorCode::PreconditionFailed),
            Error::TooManyExports { retry_after } => {
                Self::plain(ErrorCode::TooManyExports).retry_after(retry_after)
            }
            Error::Overloaded { retry_after } => {
                Self::plain(ErrorCode::Overloaded).retry_after(retry_after)
            }
            Error::Unavailable { retry_after } => {
                Self::plain(ErrorCode::Unavailable).retry_after(retry_after)
            }
            Error::Internal(cause) => {
                tracing::error!(error = format!("{cause:#}"), "internal fault");
                Self::plain(ErrorCode::Internal)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_documented() {
        let mut codes: Vec<_> = ErrorCode::ALL.iter().map(|it| it.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), ErrorCode::ALL.len());
        assert!(
            ErrorCode::ALL
                .iter()
                .all(|it| it.description().ends_with('.') && it.status().as_u16() >= 400)
        );
    }
}
