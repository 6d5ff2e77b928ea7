//! DB-Update: past chat logs, users, definitions, agents. Opened by tokens of its own, and by browser sessions of agents whose role may.
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
use crate::own_pages::{OwnPages, not_kept};
use crate::problem::{ErrorCode, Problem};
use axum::middleware::{from_fn, map_response};
use smartbot_app::Error;
use utoipa_axum::router::OpenApiRouter;

pub(crate) fn routes(own_pages: &OwnPages) -> OpenApiRouter<Context> {
    let own_pages = own_pages.clone();
    let check = move |request, next| own_pages.clone().if_cookie(request, next);
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
        .layer(map_response(not_kept))
        .layer(from_fn(check))
}

/// What went wrong in a use case whose whole input are parameters.
pub(crate) fn of_parameters(error: Error) -> Problem {
    match error {
        Error::Invalid(errors) => {
            let all: Vec<_> = errors.iter().map(|it| it.message.as_str()).collect();
            Problem::new(ErrorCode::InvalidParameter, all.join(" ")).with_errors(errors)
        }
        other => other.into(),
    }
}
