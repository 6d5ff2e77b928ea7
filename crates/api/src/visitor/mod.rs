//! Visitor: what pages of this server do for people who hold no token. Nothing opens these calls, so each is counted by address, and shows
//! only bots that were made public.
mod bots;
mod sessions;

use crate::Context;
use crate::auth::{address, within};
use crate::body::{BodyLimit, MAX_VISITOR_BODY};
use crate::own_pages::{OwnPages, not_kept};
use crate::problem::Problem;
use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::middleware::map_response;
use smartbot_app::App;
use std::net::IpAddr;
use utoipa_axum::router::OpenApiRouter;

pub(crate) fn routes(own_pages: &OwnPages) -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .merge(sessions::routes())
        .merge(bots::routes())
        .layer(map_response(not_kept))
        .layer(own_pages.only())
}

/// Anybody, known by the address only.
pub(crate) struct Stranger {
    pub(crate) address: IpAddr,
}

impl<S: Send + Sync> FromRequestParts<S> for Stranger
where
    App: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let (app, address) = (App::from_ref(state), address(parts));
        if let Some(allowance) = app.limits.address(address) {
            within(parts.extensions.get(), allowance)?;
        }
        // A preview of the page counts as little as a look at it: only what starts something does.
        if !parts.method.is_safe()
            && let Some(allowance) = app.limits.start(address)
        {
            within(parts.extensions.get(), allowance)?;
        }
        parts.extensions.insert(BodyLimit(MAX_VISITOR_BODY));
        Ok(Self { address })
    }
}
