//! `kickOffBotSMS`: a bot that starts a chat by text message.
use super::{Faults, Raw, not_yet, open, published};
use crate::Context;
use crate::auth::Origin;
use crate::problem::{Problem, ProblemBody};
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use smartbot_app::App;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::new().routes(routes!(kick_off_bot_sms))
}

/// Whom to write to, with the token that may.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = LegacyKickOff)]
struct Body {
    /// A `bots_management` token.
    #[serde(default)]
    #[schema(required = true, example = "sbm_…")]
    #[expect(dead_code, reason = "taken out before the rest is read")]
    security_token: String,
    /// The bot that starts.
    #[serde(rename = "functionID")]
    #[schema(example = "SatisfactionSurvey")]
    function_id: String,
    /// The number to write to, with its country code: 8 to 15 digits, with `-`, `.`, spaces and parentheses as you like.
    #[schema(example = "1-212-555-0142", max_length = 32)]
    user_phone: String,
}

/// Whether a text looks like a number with its country code.
fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let text = text.strip_prefix('+').unwrap_or(text);
    text.len() <= 32
        && (8..=15).contains(&digits)
        && text
            .chars()
            .all(|it| it.is_ascii_digit() || matches!(it, '-' | '.' | ' ' | '(' | ')'))
}

/// Start a bot by text message, as older clients do.
///
/// The token, the bot and the number are checked. Text messages are not there yet: until then the answer to a right call is `not_implemented`.
#[utoipa::path(
    post,
    path = "/chatapi/smartdash/public/kickOffBotSMS",
    tag = "Legacy",
    operation_id = "kick_off_bot_sms",
    request_body = Body,
    responses(
        (status = 501, description = "Understood, and not carried out: text messages are not there yet.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json")
    )
)]
async fn kick_off_bot_sms(
    State(app): State<App>,
    origin: Origin,
    raw: Raw,
) -> Result<Response, Problem> {
    let (caller, body) = open::<Body>(&app, &origin, raw).await?;
    let mut faults = Faults::default();
    faults.check(
        is_phone(&body.user_phone),
        "/userPhone",
        "Write the number with its country code, like `1-212-555-0142`.",
    );
    faults.end()?;
    published(&app, &caller, &body.function_id).await?;
    Err(not_yet(
        "Text messages are not there yet. Invoke the bot with POST /api/v1/sessions and send what it says yourself.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read() {
        assert!(
            ["1-212-555-0142", "+49 30 901820", "(1) 212.555.0142"]
                .into_iter()
                .all(is_phone)
        );
        assert!(
            ![
                "",
                "911",
                "1-212-555-0142 ext 3",
                "1-212-555-01421234567",
                "++12125550142"
            ]
            .into_iter()
            .any(is_phone)
        );
    }
}
