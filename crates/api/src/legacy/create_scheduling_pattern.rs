//! `createSchedulingPattern`: when a bot is to be started for users, again and again.
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
    OpenApiRouter::new().routes(routes!(create_scheduling_pattern))
}

/// How often a pattern comes due.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Recurrence {
    /// One time.
    Once,
    /// Every day.
    Daily,
    /// Every week.
    Weekly,
    /// Every month.
    Monthly,
}

/// A scheduling pattern, with the token that makes it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = LegacySchedulingPattern)]
struct Body {
    /// A `bots_management` token.
    #[serde(default)]
    #[schema(required = true, example = "sbm_…")]
    #[expect(dead_code, reason = "taken out before the rest is read")]
    security_token: String,
    /// The bot that it starts.
    #[serde(rename = "functionID")]
    #[schema(example = "SatisfactionSurvey")]
    function_id: String,
    /// What people call the pattern: 1 to 100 characters.
    #[schema(example = "After a visit", min_length = 1, max_length = 100)]
    pattern_label: String,
    /// How often it comes due.
    recurrence: Recurrence,
    /// For how long: a number and `days`, `weeks`, `months` or `years`. Needed unless `recurrence` is `once`.
    #[schema(
        example = "1 months",
        pattern = "^[1-9][0-9]{0,2} (days|weeks|months|years)$"
    )]
    recurrent_duration: Option<String>,
    /// At which time of the day, in the workspace's time zone: `HH:MM:SS`.
    #[schema(
        example = "18:00:23",
        pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$"
    )]
    preferred_time: String,
    /// How long after it was assigned to a user it begins, written like `recurrentDuration`; at once unless given.
    #[schema(
        example = "2 days",
        pattern = "^[1-9][0-9]{0,2} (days|weeks|months|years)$"
    )]
    activation_delay: Option<String>,
    /// The medium that the bot writes on; the workspace's own for text messages unless given.
    #[serde(rename = "mediumID")]
    #[schema(max_length = 64)]
    medium_id: Option<String>,
}

/// Whether a text is a number and a unit, like `1 months`.
fn is_duration(text: &str) -> bool {
    let Some((number, unit)) = text.split_once(' ') else {
        return false;
    };
    let is_number = (1..=3).contains(&number.len())
        && number.bytes().all(|it| it.is_ascii_digit())
        && !number.starts_with('0');
    is_number && ["days", "weeks", "months", "years"].contains(&unit)
}

/// Whether a text is a time of the day, like `18:00:23`.
fn is_time_of_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let fits = |part: &str, below: u8| {
        part.len() == 2
            && part.bytes().all(|it| it.is_ascii_digit())
            && part.parse::<u8>().is_ok_and(|it| it < below)
    };
    matches!(parts[..], [hour, minute, second] if fits(hour, 24) && fits(minute, 60) && fits(second, 60))
}

impl Body {
    fn check(&self) -> Result<(), Problem> {
        const DURATION: &str = "Write a number and a unit, like `1 months` or `10 days`.";
        let mut faults = Faults::default();
        faults.check(
            (1..=100).contains(&self.pattern_label.trim().chars().count()),
            "/patternLabel",
            "A label has 1 to 100 characters.",
        );
        match &self.recurrent_duration {
            Some(text) => faults.check(is_duration(text), "/recurrentDuration", DURATION),
            None => faults.check(
                matches!(self.recurrence, Recurrence::Once),
                "/recurrentDuration",
                "Say for how long, unless `recurrence` is `once`.",
            ),
        }
        faults.check(
            is_time_of_day(&self.preferred_time),
            "/preferredTime",
            "Write a time of the day as HH:MM:SS, like `18:00:23`.",
        );
        let delay = self.activation_delay.as_deref();
        faults.check(delay.is_none_or(is_duration), "/activationDelay", DURATION);
        let medium = self.medium_id.as_deref();
        faults.check(
            medium.is_none_or(|it| (1..=64).contains(&it.chars().count())),
            "/mediumID",
            "A medium's id has 1 to 64 characters.",
        );
        faults.end()
    }
}

/// Make a scheduling pattern, as older clients do.
///
/// The token, the bot and all fields are checked. Schedules are not there yet: until then the answer to a right call is `not_implemented`.
#[utoipa::path(
    post,
    path = "/chatapi/smartdash/public/createSchedulingPattern",
    tag = "Legacy",
    operation_id = "create_scheduling_pattern",
    request_body = Body,
    responses(
        (status = 501, description = "Understood, and not carried out: schedules are not there yet.", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = "default", body = ProblemBody<'static>, content_type = "application/problem+json")
    )
)]
async fn create_scheduling_pattern(
    State(app): State<App>,
    origin: Origin,
    raw: Raw,
) -> Result<Response, Problem> {
    let (caller, body) = open::<Body>(&app, &origin, raw).await?;
    body.check()?;
    published(&app, &caller, &body.function_id).await?;
    Err(not_yet(
        "Schedules are not there yet. Start the bot when it is due with POST /api/v1/sessions.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_times_are_read() {
        assert!(
            ["1 months", "10 days", "999 years"]
                .into_iter()
                .all(is_duration)
        );
        assert!(
            ![
                "",
                "1",
                "months",
                "0 days",
                "1 month",
                "1  days",
                "+1 days",
                "1000 days"
            ]
            .into_iter()
            .any(is_duration)
        );
        assert!(
            ["18:00:23", "00:00:00", "23:59:59"]
                .into_iter()
                .all(is_time_of_day)
        );
        assert!(
            ![
                "",
                "24:00:00",
                "18:00",
                "1:00:00",
                "18:60:00",
                "+1:00:00",
                "18:00:00:00"
            ]
            .into_iter()
            .any(is_time_of_day)
        );
    }
}
