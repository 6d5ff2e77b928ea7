//! BotsManagement: invoke bots and exchange messages.
mod bots;
mod files;
mod messages;
mod sessions;
mod told;

use crate::Context;
use utoipa_axum::router::OpenApiRouter;

pub(crate) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .merge(bots::routes())
        .merge(sessions::routes())
        .merge(messages::routes())
        .merge(files::routes())
        .merge(told::routes())
}
