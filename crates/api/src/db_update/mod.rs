//! DB-Update: past chat logs, users, definitions. Opened by tokens of its own.
mod chat_logs;
mod fields;
mod flags;
mod goals;
mod users;

use crate::Context;
use utoipa_axum::router::OpenApiRouter;

pub(crate) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .merge(chat_logs::routes())
        .merge(users::routes())
        .merge(fields::routes())
        .merge(flags::routes())
        .merge(goals::routes())
}
