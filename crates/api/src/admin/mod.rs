//! Admin: what agents do with a browser. Opened by the cookie of a browser session and by nothing else; the role decides.
mod account;
mod attachments;
mod bot_files;
mod bot_tests;
mod bots;
mod box_tests;
mod channel;
mod chit_chat;
mod compare;
mod deliveries;
mod notifications;
mod previews;
mod resends;
mod secrets;
mod settings;
mod setup;
mod sign_in;
mod templates;
mod tokens;
mod versions;
mod webhook_endpoints;
mod webhook_secrets;
mod webhook_tests;

use crate::Context;
use crate::own_pages::{OwnPages, not_kept};
use axum::middleware::map_response;
use utoipa_axum::router::OpenApiRouter;

/// All of it behind the check that requests come from pages of this server.
pub(crate) fn routes(own_pages: &OwnPages) -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .merge(sign_in::routes())
        .merge(account::routes())
        .merge(attachments::routes())
        .merge(tokens::routes())
        .merge(settings::routes())
        .merge(setup::routes())
        .merge(bots::routes())
        .merge(bot_files::routes())
        .merge(channel::routes())
        .merge(chit_chat::routes())
        .merge(versions::routes())
        .merge(compare::routes())
        .merge(bot_tests::routes())
        .merge(secrets::routes())
        .merge(templates::routes())
        .merge(notifications::routes())
        .merge(previews::routes())
        .merge(box_tests::routes())
        .merge(webhook_endpoints::routes())
        .merge(webhook_secrets::routes())
        .merge(webhook_tests::routes())
        .merge(deliveries::routes())
        .merge(resends::routes())
        .layer(map_response(not_kept))
        .layer(own_pages.only())
}
