//! The live desk, for agents with a browser: chats in lists, one chat, what is done with it, who is there, and the stream of all that.
//! Agents who are limited to flags meet the chats of users who carry one of them; all others are not there.
mod acts;
mod canned_replies;
mod chats;
mod presence;
mod stream;
mod views;

use crate::Context;
use crate::own_pages::{OwnPages, not_kept};
use axum::middleware::map_response;
use utoipa_axum::router::OpenApiRouter;

pub(crate) fn routes(own_pages: &OwnPages) -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .merge(chats::routes())
        .merge(acts::routes())
        .merge(canned_replies::routes())
        .merge(presence::routes())
        .merge(stream::routes())
        .layer(map_response(not_kept))
        .layer(own_pages.only())
}
