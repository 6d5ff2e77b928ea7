//! Who calls: each extractor is a permission, and a handler that takes none cannot reach a workspace.
mod agent;

pub(crate) use agent::{Browser, COOKIE, SignedIn, cookie, has_cookie, needs, no_cookie};

use agent::{Needs, signed_in};

use crate::body::{BodyLimit, MAX_VISITOR_BODY};
use crate::client::ClientAddress;
use crate::edge::Told;
use crate::problem::Problem;
use axum::RequestPartsExt;
use axum::extract::{FromRef, FromRequestParts};
use axum::http::header;
use axum::http::request::Parts;
use smartbot_app::limits::Allowance;
use smartbot_app::tokens::SESSION_KEY_PREFIX;
use smartbot_app::users::sight::Sight;
use smartbot_app::{App, Caller, Error, Forbidden, Unauthorised};
use smartbot_model::token::{Token, TokenKind, is_well_formed};
use smartbot_model::{Permission, SessionId};
use std::collections::HashMap;
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr};

/// Holds a `bots_management` token.
pub(crate) struct BotsManagement {
    pub(crate) caller: Caller,
    /// Within what idempotency keys are unique.
    pub(crate) scope: String,
}

/// Holds a `db_update` token, or is an agent who is signed in and has this permission.
pub(crate) struct DbUpdate<P: Needs> {
    pub(crate) caller: Caller,
    /// Whom the caller sees: tokens see everybody.
    pub(crate) sight: Sight,
    permission: PhantomData<P>,
}

/// Holds a `db_update` token that may write, or is an agent who is signed in and has this permission.
pub(crate) struct DbUpdateWriter<P: Needs> {
    pub(crate) caller: Caller,
    /// Whom the caller sees: tokens see everybody.
    pub(crate) sight: Sight,
    /// Within what idempotency keys are unique.
    pub(crate) scope: String,
    permission: PhantomData<P>,
}

/// May use one session: by a `bots_management` token of its workspace, or by the session's own key.
pub(crate) struct SessionAccess {
    pub(crate) caller: Caller,
    pub(crate) session: SessionId,
    /// Within what idempotency keys are unique.
    pub(crate) scope: String,
}

fn bearer(parts: &Parts) -> Result<&str, Problem> {
    let value = parts
        .headers
        .get(header::AUTHORIZATION)
        .ok_or(Error::Unauthorised(Unauthorised::Missing))?;
    let text = value
        .to_str()
        .map_err(|_| Error::Unauthorised(Unauthorised::Malformed))?;
    let (scheme, secret) = text
        .split_once(' ')
        .ok_or(Error::Unauthorised(Unauthorised::Malformed))?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Error::Unauthorised(Unauthorised::Malformed).into());
    }
    Ok(secret.trim())
}

/// The address of the client.
pub(crate) fn address(parts: &Parts) -> IpAddr {
    let found = parts.extensions.get::<ClientAddress>();
    found.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |it| it.0)
}

/// Notes what is left of a limit for the answer, and refuses when it is nothing.
pub(crate) fn within(told: Option<&Told>, allowance: Allowance) -> Result<(), Problem> {
    if let Some(told) = told {
        told.allowance(allowance);
    }
    match allowance.retry_after {
        Some(retry_after) => Err(Error::RateLimited { retry_after }.into()),
        None => Ok(()),
    }
}

async fn token(parts: &Parts, app: &App, kind: TokenKind) -> Result<(Caller, Token), Problem> {
    open(app, bearer(parts)?, kind, &Origin::of(parts)).await
}

/// Whose secret it is, and that it opens this kind of API from this address.
async fn open(
    app: &App,
    secret: &str,
    kind: TokenKind,
    origin: &Origin,
) -> Result<(Caller, Token), Problem> {
    if is_well_formed(SESSION_KEY_PREFIX, secret) {
        return Err(Error::Forbidden(Forbidden::WrongTokenKind).into());
    }
    let (caller, token) = app.authenticate(secret, kind, origin.from).await?;
    if let Some(allowance) = app.token_allowance(caller.workspace, token.id).await? {
        within(origin.told.as_ref(), allowance)?;
    }
    Ok((caller, token))
}

/// From where a call comes; the legacy calls, whose token stands in the body, take it as an argument.
pub(crate) struct Origin {
    from: IpAddr,
    told: Option<Told>,
}

impl Origin {
    fn of(parts: &Parts) -> Self {
        Self {
            from: address(parts),
            told: parts.extensions.get::<Told>().cloned(),
        }
    }

    /// What a token in the body opens: the same as one in the header.
    pub(crate) async fn bots_management(&self, app: &App, secret: &str) -> Result<Caller, Problem> {
        let (caller, _) = open(app, secret.trim(), TokenKind::BotsManagement, self).await?;
        Ok(caller)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Origin {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(parts))
    }
}

/// What holds for calls with the key of a session and not for those with a token: limits per session and address, small bodies, and
/// answers that pages of the workspace's own sites may read.
async fn visitor(
    parts: &mut Parts,
    app: &App,
    caller: &Caller,
    session: SessionId,
) -> Result<(), Problem> {
    let told = parts.extensions.get::<Told>();
    if let (Some(told), Some(origin)) = (told, parts.headers.get(header::ORIGIN))
        && app
            .lists_origin(caller.workspace, origin.as_bytes())
            .await?
    {
        told.origin(origin.clone());
    }
    if let Some(allowance) = app.limits.address(address(parts)) {
        within(parts.extensions.get(), allowance)?;
    }
    if !parts.method.is_safe() {
        within(parts.extensions.get(), app.limits.session(session))?;
    }
    app.visits.used(session);
    parts.extensions.insert(BodyLimit(MAX_VISITOR_BODY));
    Ok(())
}

impl<S: Send + Sync> FromRequestParts<S> for BotsManagement
where
    App: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let (caller, token) =
            token(parts, &App::from_ref(state), TokenKind::BotsManagement).await?;
        Ok(Self {
            caller,
            scope: token.id.to_string(),
        })
    }
}

impl<S: Send + Sync, P: Needs> FromRequestParts<S> for DbUpdate<P>
where
    App: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let app = App::from_ref(state);
        let (caller, sight) = if counts_as_agent(parts) {
            agent(parts, &app, P::PERMISSION).await?
        } else {
            let (caller, _) = token(parts, &app, TokenKind::DbUpdate).await?;
            (caller, Sight::ALL)
        };
        Ok(Self {
            caller,
            sight,
            permission: PhantomData,
        })
    }
}

impl<S: Send + Sync, P: Needs> FromRequestParts<S> for DbUpdateWriter<P>
where
    App: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let app = App::from_ref(state);
        let (caller, sight, scope) = if counts_as_agent(parts) {
            let (caller, sight) = agent(parts, &app, P::PERMISSION).await?;
            let scope = caller.actor.id.clone().unwrap_or_default();
            (caller, sight, scope)
        } else {
            let (caller, token) = token(parts, &app, TokenKind::DbUpdate).await?;
            if token.read_only {
                return Err(Error::Forbidden(Forbidden::ReadOnly).into());
            }
            (caller, Sight::ALL, token.id.to_string())
        };
        Ok(Self {
            caller,
            sight,
            scope,
            permission: PhantomData,
        })
    }
}

/// Whether a request is an agent's: one with a token is the token's, whatever cookie a browser adds.
fn counts_as_agent(parts: &Parts) -> bool {
    !parts.headers.contains_key(header::AUTHORIZATION) && has_cookie(&parts.headers)
}

/// The agent behind a request's cookie, and whom the agent sees.
async fn agent(
    parts: &Parts,
    app: &App,
    permission: Permission,
) -> Result<(Caller, Sight), Problem> {
    let access = signed_in(&parts.headers, app, permission).await?;
    let sight = Sight::of(access.agent().limited_to_flags);
    Ok((access.caller, sight))
}

/// Refuses agents who do not see all users, where what is done concerns them all.
pub(crate) fn sees_all(sight: &Sight) -> Result<(), Problem> {
    if sight.is_limited() {
        return Err(Error::Forbidden(Forbidden::NotPermitted).into());
    }
    Ok(())
}

impl<S: Send + Sync> FromRequestParts<S> for SessionAccess
where
    App: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let app = App::from_ref(state);
        let named = parts
            .extract::<axum::extract::Path<HashMap<String, String>>>()
            .await
            .ok();
        let session =
            named.and_then(|it| it.0.get("id").and_then(|it| it.parse::<SessionId>().ok()));
        let secret = bearer(parts)?.to_owned();
        if is_well_formed(SESSION_KEY_PREFIX, &secret) {
            let session = session.ok_or(Error::Unauthorised(Unauthorised::Unknown))?;
            let caller = app.authenticate_session(&secret, session).await?;
            visitor(parts, &app, &caller, session).await?;
            return Ok(Self {
                caller,
                session,
                scope: session.to_string(),
            });
        }
        let (caller, token) = token(parts, &app, TokenKind::BotsManagement).await?;
        let session = session.ok_or(Error::NotFound("session"))?;
        Ok(Self {
            caller,
            session,
            scope: token.id.to_string(),
        })
    }
}
