//! Calls that exist in the wild: their own paths and keys, the token in the body. Thin adapters over what BotsManagement can do.
mod create_scheduling_pattern;
mod kick_off_bot_sms;

use crate::Context;
use crate::auth::Origin;
use crate::body::{self, Json};
use crate::problem::{ErrorCode, Problem};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use smartbot_app::{App, Caller, Error, Unauthorised};
use smartbot_model::problem::InputError;
use utoipa_axum::router::OpenApiRouter;

pub(crate) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .merge(create_scheduling_pattern::routes())
        .merge(kick_off_bot_sms::routes())
}

/// A legacy body as it comes: the token is looked at before anything else in it.
type Raw = Json<Map<String, Value>>;

/// Takes the token out of a body, finds out who calls, and only then reads the rest.
async fn open<T: DeserializeOwned>(
    app: &App,
    origin: &Origin,
    raw: Raw,
) -> Result<(Caller, T), Problem> {
    let mut body = raw.value;
    let caller = match body.remove("securityToken") {
        None | Some(Value::Null) => {
            let detail = "Send the token in the body, as `securityToken`.";
            return Err(Problem::new(ErrorCode::TokenMissing, detail));
        }
        Some(Value::String(secret)) => origin.bots_management(app, &secret).await?,
        Some(_) => return Err(Error::Unauthorised(Unauthorised::Malformed).into()),
    };
    Ok((caller, body::shape(Value::Object(body))?))
}

/// Refuses a bot that is not published.
async fn published(app: &App, caller: &Caller, function_id: &str) -> Result<(), Problem> {
    app.published_bot(caller.workspace, function_id).await?;
    Ok(())
}

/// Collects what is wrong with a body, so that all of it is told at once.
#[derive(Default)]
struct Faults(Vec<InputError>);

impl Faults {
    fn check(&mut self, is_right: bool, pointer: &str, message: &str) {
        if !is_right {
            self.0
                .push(InputError::new(pointer, "invalid_value", message));
        }
    }

    fn end(self) -> Result<(), Problem> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(Error::Invalid(self.0).into())
    }
}

/// The answer to a call that is understood and cannot be carried out yet.
fn not_yet(what_instead: &str) -> Problem {
    Problem::new(ErrorCode::NotImplemented, what_instead)
}
