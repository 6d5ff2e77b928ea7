//! DB-Update: past chat logs and users. Opened by tokens of its own.
mod chat_logs;
mod users;

use crate::Context;
use utoipa_axum::router::OpenApiRouter;

pub(crate) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .merge(chat_logs::routes())
        .merge(users::routes())
}
