//! Agents who are signed in with a browser. Each call names the permission that it needs, as a type: without one there is no extractor,
//! and without an extractor no workspace.
use crate::auth::address;
use crate::problem::Problem;
use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use smartbot_app::sign_in::{AgentAccess, ClientInfo};
use smartbot_app::{App, Caller, Error, Forbidden, Unauthorised};
use smartbot_model::Permission;
use std::convert::Infallible;
use std::marker::PhantomData;

/// The cookie of a browser session. Its prefix makes browsers take it from this very host only, over TLS, for all paths.
pub(crate) const COOKIE: &str = "__Host-smartbot";

/// A permission as a type.
pub(crate) trait Needs: Send + Sync {
    /// The permission.
    const PERMISSION: Permission;
}

/// The permissions that calls need so far.
pub(crate) mod needs {
    use super::{Needs, Permission};

    macro_rules! needs {
        ($($Name:ident),+ $(,)?) => {$(
            pub(crate) struct $Name;
            impl Needs for $Name {
                const PERMISSION: Permission = Permission::$Name;
            }
        )+};
    }

    needs!(
        OwnAccount,
        ViewChats,
        AnswerChats,
        ViewUsers,
        EditUsers,
        EraseUsers,
        ViewDefinitions,
        EditDefinitions,
        ViewBots,
        EditBots,
        ViewReports,
        ViewAgents,
        ManageAgents,
        ManageTokens,
        ManageSettings,
        ManageSecrets,
        ManageWebhooks,
    );
}

/// An agent who is signed in and has this permission.
pub(crate) struct SignedIn<P: Needs> {
    pub(crate) access: AgentAccess,
    permission: PhantomData<P>,
}

impl<P: Needs> SignedIn<P> {
    pub(crate) const fn caller(&self) -> &Caller {
        &self.access.caller
    }
}

/// What the browser's cookie holds.
fn secret_of_cookie(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(header::COOKIE).into_iter();
    lines
        .filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split(';'))
        .find_map(|it| it.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

/// Whether a browser session comes with a request.
pub(crate) fn has_cookie(headers: &HeaderMap) -> bool {
    secret_of_cookie(headers).is_some()
}

/// Who is signed in with the cookie of a request, and may do this.
pub(super) async fn signed_in(
    headers: &HeaderMap,
    app: &App,
    permission: Permission,
) -> Result<AgentAccess, Problem> {
    let Some(secret) = secret_of_cookie(headers) else {
        return Err(Error::Unauthorised(Unauthorised::NotSignedIn).into());
    };
    let access = app.authenticate_agent(secret).await?;
    if !access.agent().role.may(permission) {
        return Err(Error::Forbidden(Forbidden::NotPermitted).into());
    }
    Ok(access)
}

/// The cookie that holds this secret until the browser is closed.
pub(crate) fn cookie(secret: &str) -> Result<HeaderValue, Problem> {
    let text = format!("{COOKIE}={secret}; Path=/; Secure; HttpOnly; SameSite=Lax");
    HeaderValue::try_from(text).map_err(|it| Error::internal(it).into())
}

/// What takes the cookie away.
pub(crate) fn no_cookie() -> HeaderValue {
    HeaderValue::from_static("__Host-smartbot=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
}

/// Any browser, signed in or not.
pub(crate) struct Browser {
    pub(crate) client: ClientInfo,
    /// What its cookie holds.
    pub(crate) secret: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Browser {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let name = parts.headers.get(header::USER_AGENT);
        let user_agent = name.and_then(|it| it.to_str().ok()).unwrap_or_default();
        Ok(Self {
            client: ClientInfo {
                address: address(parts),
                user_agent: user_agent.to_owned(),
            },
            secret: secret_of_cookie(&parts.headers).map(str::to_owned),
        })
    }
}

impl<S: Send + Sync, P: Needs> FromRequestParts<S> for SignedIn<P>
where
    App: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let has_token = parts.headers.contains_key(header::AUTHORIZATION);
        if has_token && !has_cookie(&parts.headers) {
            return Err(Error::Forbidden(Forbidden::BrowserSessionNeeded).into());
        }
        let app = App::from_ref(state);
        let access = signed_in(&parts.headers, &app, P::PERMISSION).await?;
        Ok(Self {
            access,
            permission: PhantomData,
        })
    }
}
