use super::{
    Answer, BoxInfo, BoxType, Example, Group, Said,
    date_time::{Prefer, setting},
};
use crate::Context;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use smartbot_model::field::FieldType;
use smartbot_nlu::Knowledge;
use utoipa::ToSchema;

/// Asks for a day: "next friday", "in two weeks", a date of birth.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Date {
    /// Which one is meant when a day has no year, a weekday no date.
    #[serde(default)]
    #[schema(default = "future")]
    prefer: Prefer,
}

impl BoxType for Date {
    fn info() -> BoxInfo {
        BoxInfo { title: "Date", group: Group::Ask, icon: "calendar", asks: true }
    }

    fn answers(&self) -> Option<FieldType> {
        Some(FieldType::Date)
    }

    fn extract(&self, said: Said<'_>, cx: &Context<'_>) -> Option<Answer> {
        let day = smartbot_nlu::date(said.text, &setting(cx), self.prefer.for_nlu())?;
        Some(Answer::found(day.map(|it| it.to_string())))
    }

    fn needs(&self) -> Option<Knowledge> {
        Some(Knowledge::Dates)
    }

    fn draw(&self, details: &mut Map<String, Value>) {
        details.insert("prefer".into(), self.prefer.as_str().into());
    }

    fn examples() -> Vec<Example> {
        vec![Example::new(
            "A date of birth",
            json!({"id": "it", "type": "date", "prefer": "past", "text": "When were you born?", "save_to": "user_birthdate"}),
            json!([{"from": "it", "to": "bye", "when": {"op": "before", "value": "today"}}]),
            json!([{"bot": "When were you born?"}, {"user": "February 3, 1980"}, {"field": {"name": "user_birthdate", "value": "1980-02-03"}}, {"bot": "bye"}]),
        )]
    }
}
