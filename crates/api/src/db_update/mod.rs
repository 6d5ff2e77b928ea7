//! DB-Update: past chat logs, users and agents. Opened by tokens of its own.
mod agents;
mod chat_logs;
mod users;

use crate::Context;
use utoipa_axum::router::OpenApiRouter;

pub(crate) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .merge(agents::routes())
        .merge(chat_logs::routes())
        .merge(users::routes())
}
