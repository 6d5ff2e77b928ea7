//! Values of fields: JSON, read as numbers, moments and text.
use jiff::{Timestamp, Zoned, civil, tz::TimeZone};
use serde_json::{Number, Value};
use smartbot_model::field::FieldType;
use std::fmt::Write;

/// A number as JSON: whole numbers without a fraction; `None` for what JSON cannot hold.
pub(crate) fn number(value: f64) -> Option<Value> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole and within the exact range of f64"
    )]
    if value.fract() == 0.0 && value.abs() <= EXACT {
        return Some(Value::from(value as i64));
    }
    Number::from_f64(value).map(Value::Number)
}

/// A number, also one written as text.
pub(crate) fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(it) => it.as_f64(),
        Value::String(it) if it.len() <= 40 => {
            it.trim().parse().ok().filter(|it: &f64| it.is_finite())
        }
        _ => None,
    }
}

/// An instant as a field holds it: RFC 3339 with the offset of its zone.
pub(crate) fn instant(at: &Zoned) -> String {
    at.timestamp().display_with_offset(at.offset()).to_string()
}

/// A day or an instant.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum When {
    Day(civil::Date),
    At(Timestamp),
}

impl When {
    /// Reads `2026-11-24`, RFC 3339, or a date and time without an offset, which is meant in `zone`.
    pub(crate) fn read(text: &str, zone: &TimeZone) -> Option<Self> {
        let text = text.trim();
        let bytes = text.as_bytes();
        // Cheap way out: everything else that `jiff` would take is not how fields hold time.
        if bytes.len() < 10
            || bytes.len() > 40
            || bytes[4] != b'-'
            || !bytes[..4].iter().all(u8::is_ascii_digit)
        {
            return None;
        }
        if bytes.len() == 10 {
            return text.parse().ok().map(Self::Day);
        }
        if let Ok(at) = text.parse::<Timestamp>() {
            return Some(Self::At(at));
        }
        let local: civil::DateTime = text.parse().ok()?;
        local
            .to_zoned(zone.clone())
            .ok()
            .map(|it| Self::At(it.timestamp()))
    }

    /// The time that a value holds.
    pub(crate) fn of(value: &Value, zone: &TimeZone) -> Option<Self> {
        value.as_str().and_then(|it| Self::read(it, zone))
    }

    /// The day in `zone`.
    pub(crate) fn day(&self, zone: &TimeZone) -> civil::Date {
        match self {
            Self::Day(it) => *it,
            Self::At(it) => it.to_zoned(zone.clone()).date(),
        }
    }

    /// The instant; a day begins at its midnight.
    pub(crate) fn start(&self, zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Self::At(it) => Some(*it),
            Self::Day(it) => it.to_zoned(zone.clone()).ok().map(|it| it.timestamp()),
        }
    }

    /// Earlier or later. Where one side is a day without a time, days are compared.
    pub(crate) fn compare(&self, other: &Self, zone: &TimeZone) -> std::cmp::Ordering {
        match (self, other) {
            (Self::At(a), Self::At(b)) => a.cmp(b),
            _ => self.day(zone).cmp(&other.day(zone)),
        }
    }
}

/// Appends a value as people read it: lists with commas, an address as its text, other objects as JSON.
pub(crate) fn write_text(value: &Value, language: &str, out: &mut String) {
    match value {
        Value::Null => {}
        Value::Bool(it) => out.push_str(yes_or_no(*it, language)),
        Value::String(it) => out.push_str(it),
        Value::Array(list) => {
            for (index, it) in list.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write_text(it, language, out);
            }
        }
        Value::Object(map) => match map.get("text").and_then(Value::as_str) {
            Some(text) => out.push_str(text),
            None => write_plain(value, out),
        },
        Value::Number(_) => write_plain(value, out),
    }
}

/// Appends a value as programs read it: text bare, everything else as JSON, nothing for null.
pub(crate) fn write_plain(value: &Value, out: &mut String) {
    match value {
        Value::Null => {}
        Value::String(it) => out.push_str(it),
        other => {
            // Writing to a string cannot fail.
            let _ = write!(out, "{other}");
        }
    }
}

fn yes_or_no(value: bool, language: &str) -> &'static str {
    let main = language.split(['-', '_']).next().unwrap_or(language);
    match (main, value) {
        ("es", true) => "sí",
        ("it", true) => "sì",
        ("fr", true) => "oui",
        ("de", true) => "ja",
        ("pt", true) => "sim",
        (_, true) => "yes",
        ("fr", false) => "non",
        ("de", false) => "nein",
        ("pt", false) => "não",
        (_, false) => "no",
    }
}

/// The value as a field of this type holds it; `Err` gives back what does not fit.
pub(crate) fn fit(value: Value, to: FieldType, zone: &TimeZone) -> Result<Value, Value> {
    match (to, &value) {
        (_, Value::Null) | (FieldType::Json, _) => Ok(value),
        (FieldType::List, Value::Array(_))
        | (FieldType::Number, Value::Number(_))
        | (FieldType::Boolean, Value::Bool(_))
        | (FieldType::Choice, Value::Array(_)) => Ok(value),
        (
            FieldType::Text | FieldType::Phone | FieldType::Email | FieldType::Choice,
            Value::String(_),
        ) => Ok(value),
        (FieldType::Text, Value::Object(map)) if !map.contains_key("text") => Err(value),
        (FieldType::Text, Value::Bool(it)) => Ok(Value::from(if *it { "true" } else { "false" })),
        (FieldType::Text, _) | (FieldType::Phone | FieldType::Choice, Value::Number(_)) => {
            let mut text = String::new();
            write_text(&value, "en", &mut text);
            Ok(Value::String(text))
        }
        (FieldType::Number, Value::String(_)) => as_number(&value).and_then(number).ok_or(value),
        (FieldType::Boolean, Value::String(it)) => match it.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" => Ok(Value::Bool(true)),
            "false" | "no" => Ok(Value::Bool(false)),
            _ => Err(value),
        },
        (FieldType::Date, Value::String(_)) => match When::of(&value, zone) {
            Some(when) => Ok(Value::String(when.day(zone).to_string())),
            None => Err(value),
        },
        (FieldType::DateTime, Value::String(_)) => {
            match When::of(&value, zone).and_then(|it| it.start(zone)) {
                Some(at) => Ok(Value::String(instant(&at.to_zoned(zone.clone())))),
                None => Err(value),
            }
        }
        _ => Err(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_fit_where_nothing_is_lost() {
        let zone = TimeZone::get("America/Los_Angeles").unwrap();
        let cases = [
            (json!(25), FieldType::Text, Ok(json!("25"))),
            (json!("25"), FieldType::Number, Ok(json!(25))),
            (json!("2.5"), FieldType::Number, Ok(json!(2.5))),
            (json!("much"), FieldType::Number, Err(json!("much"))),
            (json!("yes"), FieldType::Boolean, Ok(json!(true))),
            (json!(90210), FieldType::Phone, Ok(json!("90210"))),
            (
                json!("2026-11-24T07:00:00Z"),
                FieldType::Date,
                Ok(json!("2026-11-23")),
            ),
            (
                json!("2026-11-24T18:00:00Z"),
                FieldType::DateTime,
                Ok(json!("2026-11-24T10:00:00-08:00")),
            ),
            (json!("soon"), FieldType::Date, Err(json!("soon"))),
            (json!(["a", "b"]), FieldType::Text, Ok(json!("a, b"))),
            (
                json!({"text": "1 Main St", "city": "X"}),
                FieldType::Text,
                Ok(json!("1 Main St")),
            ),
            (
                json!({"city": "X"}),
                FieldType::Text,
                Err(json!({"city": "X"})),
            ),
            (
                json!({"city": "X"}),
                FieldType::Json,
                Ok(json!({"city": "X"})),
            ),
            (json!(1), FieldType::List, Err(json!(1))),
        ];
        for (value, to, expected) in cases {
            assert_eq!(fit(value.clone(), to, &zone), expected, "{value} as {to:?}");
        }
    }

    #[test]
    fn a_day_and_an_instant_are_compared_by_day() {
        use std::cmp::Ordering::{Equal, Greater};
        let zone = TimeZone::get("America/Los_Angeles").unwrap();
        let at = When::read("2026-11-24T07:30:00Z", &zone).unwrap();
        assert_eq!(
            at.compare(&When::read("2026-11-23", &zone).unwrap(), &zone),
            Equal
        );
        assert_eq!(
            at.compare(&When::read("2026-11-23T23:00:00", &zone).unwrap(), &zone),
            Greater
        );
    }
}
