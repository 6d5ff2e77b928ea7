use super::{BoxInfo, BoxType, Check, Example, FlowBox, Group, Next, Use};
use crate::{
    FindingCode,
    moment::{Length, Moment},
    run::Run,
};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// Waits for a length of time or until a moment. Messages that come meanwhile do not move the bot.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(try_from = "Written")]
pub(crate) struct Wait {
    /// How long: `30m`, `2h`, `1d`, `1h30m`; at most ten years.
    #[serde(rename = "for")]
    #[schema(value_type = Option<String>, extensions(("x-widget" = json!("duration"))))]
    length: Option<Length>,
    /// Until when: `tomorrow 09:00`, `today+7d`, `2026-12-24 18:00`, `{appointment_at}-24h`. A moment that is over, or unknown, waits a second.
    #[schema(value_type = Option<String>, extensions(("x-widget" = json!("moment"))))]
    until: Option<Moment>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(rename = "for", default)]
    length: Option<String>,
    #[serde(default)]
    until: Option<String>,
}

impl TryFrom<Written> for Wait {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let length = match written.length {
            None => None,
            Some(it) => Some(Length::parse(&it).ok_or_else(|| format!("`{it}` is not a length of time such as `2h`"))?),
        };
        let until = match written.until {
            None => None,
            Some(it) => Some(Moment::parse(&it).ok_or_else(|| format!("`{it}` is not a moment such as `tomorrow 09:00`"))?),
        };
        Ok(Self { length, until })
    }
}

impl BoxType for Wait {
    fn info() -> BoxInfo {
        BoxInfo { title: "Wait", group: Group::Do, icon: "hourglass", asks: false }
    }

    fn check(&self, check: &mut Check) {
        if self.length.is_some() == self.until.is_some() {
            check.report(FindingCode::MissingSetting, "for", "Say how long: either `for` or `until`.");
        }
        if self.length.is_some_and(Length::is_zero) {
            check.bad("for", "No time at all is no wait.");
        }
    }

    fn uses(&self, visit: &mut dyn FnMut(Use<'_>)) {
        if let Some(path) = self.until.as_ref().and_then(Moment::field) {
            visit(Use::Reads(path));
        }
    }

    fn pauses(&self) -> bool {
        true
    }

    fn enter(&self, run: &mut Run<'_>, here: &FlowBox) -> Next {
        let now = run.cx.now;
        let at = match (self.length, &self.until) {
            (Some(length), _) => length.after(now, run.cx.zone),
            (None, Some(until)) => {
                let scope = run.scope();
                until.resolve(&scope).and_then(|it| it.start(scope.cx.zone))
            }
            (None, None) => None,
        };
        if at.is_none() {
            run.problem(here, "the moment to wait for is not known, so only a second was waited");
        }
        // A flow that goes in a circle through moments that are over must not spin.
        let soonest = now.saturating_add(SignedDuration::from_secs(1)).unwrap_or(now);
        Next::Wait(run.start_timer(here, at.unwrap_or(now).max(soonest)))
    }

    fn examples() -> Vec<Example> {
        vec![
            Example::new(
                "Two hours",
                json!({"id": "it", "type": "wait", "for": "2h"}),
                json!([{"from": "it", "to": "still there?"}]),
                json!([{"awaiting": "timer"}, {"user": "hello?"}, {"after": "90m"}, {"after": "30m"}, {"bot": "still there?"}]),
            ),
            Example::new(
                "The day before",
                json!({"id": "it", "type": "wait", "until": "{appointment_at}-24h"}),
                json!([{"from": "it", "to": "see you tomorrow"}]),
                json!([{"after": "23h"}, {"awaiting": "timer"}, {"after": "1h"}, {"bot": "see you tomorrow"}]),
            )
            .given(json!({"now": "2026-11-23T09:00:00Z", "variables": {"appointment_at": "2026-11-25T09:00:00Z"}})),
        ]
    }
}
