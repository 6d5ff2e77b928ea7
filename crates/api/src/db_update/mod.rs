//! DB-Update: past chat logs, users, definitions, agents. Opened by tokens of its own.
mod agents;
mod chat_logs;
mod events;
mod export;
mod fields;
mod flags;
mod goals;
mod reports;
mod users;

use crate::Context;
use crate::problem::{ErrorCode, Problem};
use smartbot_app::Error;
use utoipa_axum::router::OpenApiRouter;

pub(crate) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .merge(agents::routes())
        .merge(chat_logs::routes())
        .merge(export::routes())
        .merge(users::routes())
        .merge(fields::routes())
        .merge(flags::routes())
        .merge(goals::routes())
        .merge(events::routes())
        .merge(reports::routes())
}

/// What went wrong in a use case whose whole input are parameters.
fn of_parameters(error: Error) -> Problem {
    match error {
        Error::Invalid(errors) => {
            let all: Vec<_> = errors.iter().map(|it| it.message.as_str()).collect();
            Problem::new(ErrorCode::InvalidParameter, all.join(" ")).with_errors(errors)
        }
        other => other.into(),
    }
}
