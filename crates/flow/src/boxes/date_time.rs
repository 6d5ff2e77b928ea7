use super::{Answer, BoxInfo, BoxType, Example, Group, Said};
use crate::{Context, value};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use smartbot_model::field::FieldType;
use smartbot_nlu::{Knowledge, Setting};
use utoipa::ToSchema;

/// Asks for a day and a time: "tomorrow at 10 am", "next friday 3pm". A day without a time is no answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DateTime {
    /// Which one is meant when a day has no year, a weekday no date.
    #[serde(default)]
    #[schema(default = "future")]
    prefer: Prefer,
}

/// The direction of time.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Prefer {
    /// The next one.
    #[default]
    Future,
    /// The last one.
    Past,
}

impl Prefer {
    pub(super) const fn for_nlu(self) -> smartbot_nlu::Prefer {
        match self {
            Self::Future => smartbot_nlu::Prefer::Future,
            Self::Past => smartbot_nlu::Prefer::Past,
        }
    }

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Future => "future",
            Self::Past => "past",
        }
    }
}

pub(super) const fn setting<'a>(cx: &Context<'a>) -> Setting<'a> {
    Setting { now: cx.now, zone: cx.zone, language: cx.language, region: cx.region }
}

impl BoxType for DateTime {
    fn info() -> BoxInfo {
        BoxInfo { title: "Date and time", group: Group::Ask, icon: "calendar-clock", asks: true }
    }

    fn answers(&self) -> Option<FieldType> {
        Some(FieldType::DateTime)
    }

    fn extract(&self, said: Said<'_>, cx: &Context<'_>) -> Option<Answer> {
        let found = smartbot_nlu::date_time(said.text, &setting(cx), self.prefer.for_nlu())?;
        found.value.has_time.then(|| Answer::found(found.map(|it| value::instant(&it.at))))
    }

    fn needs(&self) -> Option<Knowledge> {
        Some(Knowledge::Dates)
    }

    fn draw(&self, details: &mut Map<String, Value>) {
        details.insert("prefer".into(), self.prefer.as_str().into());
    }

    fn examples() -> Vec<Example> {
        vec![Example::new(
            "A time to come",
            json!({"id": "it", "type": "date_time", "text": "When would you like to come?", "save_to": "appointment_at"}),
            json!([{"from": "it", "to": "bye", "when": {"op": "after", "value": "now"}}]),
            json!([{"bot": "When would you like to come?"}, {"awaiting": "date_time"}, {"user": "tomorrow at 10 am"},
                   {"field": {"name": "appointment_at", "value": "2026-11-24T10:00:00-08:00"}}, {"bot": "bye"}]),
        )
        .given(json!({"now": "2026-11-23T17:00:00Z", "time_zone": "America/Los_Angeles"}))]
    }
}
