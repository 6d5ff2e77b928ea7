//! When a workspace is open, and times of day.
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::openapi::schema::{SchemaType, Type};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// The most spans of a week.
const MAX_SPANS: usize = 70;

/// The most days that are closed.
const MAX_CLOSED: usize = 400;

/// The longest note on a closed day, in characters.
const MAX_NOTE_CHARS: usize = 100;

/// A day of the week.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

impl Day {
    /// All days, from Monday on.
    pub const ALL: [Self; 7] = [
        Self::Mon,
        Self::Tue,
        Self::Wed,
        Self::Thu,
        Self::Fri,
        Self::Sat,
        Self::Sun,
    ];

    /// The day of a date.
    pub fn of(date: Date) -> Self {
        let number = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or_default();
        Self::ALL[number % 7]
    }
}

/// A time of day to the minute, `00:00` to `24:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DayTime(u16);

impl DayTime {
    /// Minutes since midnight.
    pub const fn minutes(self) -> u16 {
        self.0
    }
}

impl TryFrom<String> for DayTime {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        const WRONG: &str = "a time of day is written like 08:30, up to 24:00";
        let digits = |it: &str| {
            let two = it.len() == 2 && it.bytes().all(|it| it.is_ascii_digit());
            two.then(|| it.parse::<u16>().ok()).flatten().ok_or(WRONG)
        };
        let (hours, minutes) = text.split_once(':').ok_or(WRONG)?;
        let (hours, minutes) = (digits(hours)?, digits(minutes)?);
        let all = hours * 60 + minutes;
        if minutes > 59 || all > 24 * 60 {
            return Err(WRONG);
        }
        Ok(Self(all))
    }
}

impl From<DayTime> for String {
    fn from(time: DayTime) -> Self {
        time.to_string()
    }
}

impl fmt::Display for DayTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl PartialSchema for DayTime {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .pattern(Some("^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"))
            .examples(["08:30"])
            .description(Some("A time of day, to the minute."))
            .into()
    }
}

impl ToSchema for DayTime {}

/// A span of a week in which a workspace is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenSpan {
    /// On which day.
    pub day: Day,
    /// From when on.
    pub from: DayTime,
    /// Until when; what goes past midnight is two spans.
    pub to: DayTime,
}

/// A day on which a workspace is closed, whatever the week says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClosedDay {
    /// Which day.
    #[schema(value_type = String, format = Date, example = "2026-12-25")]
    pub date: Date,
    /// Why, for people, at most 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Christmas")]
    pub note: Option<String>,
}

/// When a workspace is open, in its time zone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningHours {
    /// The week. Spans of a day do not overlap.
    pub weekly: Vec<OpenSpan>,
    /// Holidays, and other days on which nobody is there.
    #[serde(default)]
    pub closed: Vec<ClosedDay>,
}

impl OpeningHours {
    /// What cannot be meant: where, and why.
    pub fn check(&self) -> Result<(), (String, &'static str)> {
        if self.weekly.len() > MAX_SPANS {
            return Err(("weekly".into(), "A week has at most 70 spans."));
        }
        for (place, span) in self.weekly.iter().enumerate() {
            if span.from >= span.to {
                let message = "A span ends after it begins. What goes past midnight is two spans.";
                return Err((format!("weekly/{place}/to"), message));
            }
            let overlaps =
                |it: &OpenSpan| it.day == span.day && it.from < span.to && span.from < it.to;
            if self.weekly[..place].iter().any(overlaps) {
                let message = "Two spans of a day overlap. Make one of them.";
                return Err((format!("weekly/{place}"), message));
            }
        }
        if self.closed.len() > MAX_CLOSED {
            return Err(("closed".into(), "At most 400 days are closed."));
        }
        for (place, day) in self.closed.iter().enumerate() {
            if self.closed[..place].iter().any(|it| it.date == day.date) {
                return Err((format!("closed/{place}/date"), "The day is there twice."));
            }
            let note = day.note.as_deref().unwrap_or_default();
            if note.chars().count() > MAX_NOTE_CHARS {
                let message = "A note has at most 100 characters.";
                return Err((format!("closed/{place}/note"), message));
            }
        }
        Ok(())
    }

    /// Whether it is open at this instant, by the clock of the zone.
    pub fn is_open(&self, at: Timestamp, zone: &TimeZone) -> bool {
        let (date, minute) = local(at, zone);
        if self.closed.iter().any(|it| it.date == date) {
            return false;
        }
        let day = Day::of(date);
        let holds = |it: &OpenSpan| it.day == day && (it.from.0..it.to.0).contains(&minute);
        self.weekly.iter().any(holds)
    }
}

/// The date and the minute of the day that clocks of a zone show.
fn local(at: Timestamp, zone: &TimeZone) -> (Date, u16) {
    let local = zone.to_datetime(at);
    let minute = u16::try_from(local.hour()).unwrap_or_default() * 60
        + u16::try_from(local.minute()).unwrap_or_default();
    (local.date(), minute)
}

/// A span of the day, of some days, in which somebody wants no noise. It may go past midnight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// From when on.
    pub from: DayTime,
    /// Until when; earlier than `from` means on the next day.
    pub to: DayTime,
    /// The days on which it begins; all unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<Vec<Day>>,
}

impl QuietHours {
    fn begins_on(&self, date: Date) -> bool {
        let day = Day::of(date);
        self.days.as_ref().is_none_or(|it| it.contains(&day))
    }

    /// When the quiet ends that holds at this instant; none when it is not quiet.
    pub fn quiet_until(&self, at: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let (date, minute) = local(at, zone);
        let (from, to) = (self.from.0, self.to.0);
        let end = |date: Date| {
            let days = i64::from(to / (24 * 60));
            let date = date.checked_add(days.days()).ok()?;
            let minute = to % (24 * 60);
            let time = jiff::civil::time(
                i8::try_from(minute / 60).ok()?,
                i8::try_from(minute % 60).ok()?,
                0,
                0,
            );
            zone.to_timestamp(date.to_datetime(time)).ok()
        };
        if from < to {
            let holds = (from..to).contains(&minute) && self.begins_on(date);
            return holds.then(|| end(date)).flatten();
        }
        if minute >= from && self.begins_on(date) {
            return end(date.tomorrow().ok()?);
        }
        let before = date.yesterday().ok()?;
        let holds = minute < to && self.begins_on(before);
        holds.then(|| end(date)).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn zone() -> TimeZone {
        TimeZone::get("America/New_York").unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_time_of_day_is_two_and_two_digits() {
        for (text, minutes) in [
            ("00:00", Some(0)),
            ("08:30", Some(510)),
            ("23:59", Some(1_439)),
            ("24:00", Some(1_440)),
            ("24:01", None),
            ("08:60", None),
            ("8:30", None),
            ("08.30", None),
            ("+8:30", None),
            ("", None),
        ] {
            let read = DayTime::try_from(text.to_owned()).ok();
            assert_eq!(read.map(DayTime::minutes), minutes, "{text}");
            if let Some(read) = read {
                assert_eq!(read.to_string(), text);
            }
        }
    }

    #[test]
    fn it_is_open_by_the_clock_of_the_zone() {
        let hours: OpeningHours = serde_json::from_value(json!({
            "weekly": [
                {"day": "mon", "from": "08:00", "to": "12:00"}, {"day": "mon", "from": "13:00", "to": "17:30"},
                {"day": "sun", "from": "00:00", "to": "24:00"}
            ],
            "closed": [{"date": "2026-11-30", "note": "Stocktaking"}]
        }))
        .unwrap();
        assert_eq!(hours.check(), Ok(()));
        for (instant, is_open) in [
            ("2026-11-23T12:59:59Z", false),
            ("2026-11-23T13:00:00Z", true),
            ("2026-11-23T16:59:59Z", true),
            ("2026-11-23T17:00:00Z", false),
            ("2026-11-23T22:29:59Z", true),
            ("2026-11-23T22:30:00Z", false),
            ("2026-11-24T13:00:00Z", false),
            // Sunday in New York, Monday in London.
            ("2026-11-30T04:59:59Z", true),
            ("2026-11-30T13:00:00Z", false),
            // Summer: an hour earlier.
            ("2026-07-06T12:00:00Z", true),
            ("2026-07-06T11:59:59Z", false),
        ] {
            assert_eq!(hours.is_open(at(instant), &zone()), is_open, "{instant}");
        }
        assert!(!OpeningHours::default().is_open(at("2026-11-23T13:00:00Z"), &zone()));
    }

    #[test]
    fn what_cannot_be_meant_is_told_with_its_place() {
        let place = |hours: serde_json::Value| {
            let hours: OpeningHours = serde_json::from_value(hours).unwrap();
            hours.check().err().map(|it| it.0)
        };
        let span = |from: &str, to: &str| json!({"day": "mon", "from": from, "to": to});
        let weekly = |spans: &[serde_json::Value]| json!({"weekly": spans});
        assert_eq!(
            place(weekly(&[span("09:00", "09:00")])).as_deref(),
            Some("weekly/0/to")
        );
        let overlap = weekly(&[span("08:00", "12:00"), span("11:59", "13:00")]);
        assert_eq!(place(overlap).as_deref(), Some("weekly/1"));
        let beside = weekly(&[span("08:00", "12:00"), span("12:00", "13:00")]);
        assert_eq!(place(beside), None);
        let twice =
            json!({"weekly": [], "closed": [{"date": "2026-12-25"}, {"date": "2026-12-25"}]});
        assert_eq!(place(twice).as_deref(), Some("closed/1/date"));
    }

    #[test]
    fn quiet_goes_past_midnight_and_ends_by_the_clock() {
        let quiet = |value| serde_json::from_value::<QuietHours>(value).unwrap();
        let night = quiet(json!({"from": "21:00", "to": "07:00"}));
        let weekend = quiet(json!({"from": "21:00", "to": "07:00", "days": ["fri"]}));
        let noon = quiet(json!({"from": "12:00", "to": "13:00"}));
        let whole = quiet(json!({"from": "00:00", "to": "24:00", "days": ["sun"]}));
        for (quiet, instant, until) in [
            (&night, "2026-11-24T01:59:59Z", None),
            (&night, "2026-11-24T02:00:00Z", Some("2026-11-24T12:00:00Z")),
            (&night, "2026-11-24T11:59:59Z", Some("2026-11-24T12:00:00Z")),
            (&night, "2026-11-24T12:00:00Z", None),
            (&weekend, "2026-11-24T11:00:00Z", None),
            (
                &weekend,
                "2026-11-28T11:00:00Z",
                Some("2026-11-28T12:00:00Z"),
            ),
            (&noon, "2026-11-24T17:30:00Z", Some("2026-11-24T18:00:00Z")),
            (&noon, "2026-11-24T18:00:00Z", None),
            (&whole, "2026-11-22T06:00:00Z", Some("2026-11-23T05:00:00Z")),
            // The night in which clocks go back is an hour longer.
            (&night, "2026-11-01T01:00:00Z", Some("2026-11-01T12:00:00Z")),
        ] {
            let found = quiet.quiet_until(at(instant), &zone());
            assert_eq!(found, until.map(at), "{quiet:?} {instant}");
        }
    }
}
