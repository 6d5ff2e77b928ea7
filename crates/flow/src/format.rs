//! The `:format` of a template: dates, times and numbers.
use crate::{Context, value, value::When};
use jiff::{Zoned, civil, fmt::strtime};
use serde_json::Value;
use std::fmt::Write;

/// A format, read once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Format {
    /// `date`: the day in words or figures of the language.
    Date,
    /// `time`: the time of day.
    Time,
    /// `date_time`: both.
    DateTime,
    /// `weekday`: the name of the day (English), else its date.
    Weekday,
    /// `iso`: `2026-11-24` or RFC 3339.
    Iso,
    /// Anything with `%`: as `strftime`, in English.
    Pattern(Box<str>),
    /// `0`, `0.00`, `,0`, `,0.00`, `integer`: so many decimals, with or without thousands.
    Number { decimals: usize, thousands: bool },
}

impl Format {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Some(match text.trim() {
            "date" => Self::Date,
            "time" => Self::Time,
            "date_time" => Self::DateTime,
            "weekday" => Self::Weekday,
            "iso" => Self::Iso,
            "integer" => Self::Number {
                decimals: 0,
                thousands: false,
            },
            pattern if pattern.contains('%') => {
                let sample = civil::date(2026, 1, 2)
                    .at(3, 4, 5, 0)
                    .to_zoned(jiff::tz::TimeZone::UTC)
                    .ok()?;
                strtime::format(pattern, &sample).ok()?;
                Self::Pattern(pattern.into())
            }
            number => {
                let (thousands, rest) = match number.strip_prefix(',') {
                    Some(rest) => (true, rest),
                    None => (false, number),
                };
                let decimals = match rest.strip_prefix('0')? {
                    "" => 0,
                    fraction => {
                        let zeros = fraction.strip_prefix('.')?;
                        if zeros.is_empty() || zeros.len() > 6 || zeros.bytes().any(|it| it != b'0')
                        {
                            return None;
                        }
                        zeros.len()
                    }
                };
                Self::Number {
                    decimals,
                    thousands,
                }
            }
        })
    }

    /// Appends the value in this format; false, and nothing appended, when the value is of another kind.
    pub(crate) fn write(&self, value: &Value, cx: &Context<'_>, out: &mut String) -> bool {
        if let Self::Number {
            decimals,
            thousands,
        } = self
        {
            let Some(number) = value::as_number(value) else {
                return false;
            };
            write_number(number, *decimals, *thousands, out);
            return true;
        }
        let Some(when) = When::of(value, cx.zone) else {
            return false;
        };
        let (at, timed) = match when {
            When::At(at) => (at.to_zoned(cx.zone.clone()), true),
            When::Day(day) => match day.to_zoned(cx.zone.clone()) {
                Ok(at) => (at, false),
                Err(_) => return false,
            },
        };
        match self {
            Self::Date => write_date(&at, cx, out),
            Self::Time => write_time(&at, cx, out),
            Self::DateTime if !timed => write_date(&at, cx, out),
            Self::DateTime => {
                write_date(&at, cx, out);
                out.push_str(if is_english(cx) { " at " } else { " " });
                write_time(&at, cx, out);
            }
            Self::Weekday if is_english(cx) => push(&at, "%A", out),
            Self::Weekday => write_date(&at, cx, out),
            Self::Iso if timed => out.push_str(&value::instant(&at)),
            Self::Iso => push(&at, "%Y-%m-%d", out),
            Self::Pattern(pattern) => push(&at, pattern, out),
            Self::Number { .. } => {}
        }
        true
    }
}

/// Appends a time without a wish for a format, as people read it.
pub(crate) fn write_default(when_text: &Value, cx: &Context<'_>, out: &mut String) -> bool {
    Format::DateTime.write(when_text, cx, out)
}

fn is_english(cx: &Context<'_>) -> bool {
    main_language(cx) == "en"
}

fn main_language<'a>(cx: &Context<'a>) -> &'a str {
    cx.language.split(['-', '_']).next().unwrap_or(cx.language)
}

fn write_date(at: &Zoned, cx: &Context<'_>, out: &mut String) {
    let pattern = match main_language(cx) {
        "en" if cx.region == "US" => "%A, %B %-d, %Y",
        "en" => "%A, %-d %B %Y",
        "es" | "fr" | "it" | "pt" => "%d/%m/%Y",
        "de" => "%d.%m.%Y",
        _ => "%Y-%m-%d",
    };
    push(at, pattern, out);
}

fn write_time(at: &Zoned, cx: &Context<'_>, out: &mut String) {
    let twelve = is_english(cx) && matches!(cx.region, "US" | "CA" | "AU" | "NZ" | "IN" | "PH");
    push(at, if twelve { "%-I:%M %p" } else { "%H:%M" }, out);
}

fn push(at: &Zoned, pattern: &str, out: &mut String) {
    // The pattern was tried when it was read, and writing to a string cannot fail.
    if let Ok(text) = strtime::format(pattern, at) {
        out.push_str(&text);
    }
}

fn write_number(number: f64, decimals: usize, thousands: bool, out: &mut String) {
    let start = out.len();
    let _ = write!(out, "{number:.decimals$}");
    if out[start..].starts_with('-') && out[start + 1..].bytes().all(|it| matches!(it, b'0' | b'.'))
    {
        out.remove(start);
    }
    if !thousands {
        return;
    }
    let first = start + usize::from(out[start..].starts_with('-'));
    let end = out[start..].find('.').map_or(out.len(), |at| start + at);
    let mut at = end;
    while at > first + 3 {
        at -= 3;
        out.insert(at, ',');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::with_scope;
    use serde_json::json;

    #[test]
    fn formats_write_what_people_read() {
        let at = json!("2026-11-24T10:05:00-08:00");
        let cases = [
            ("date", at.clone(), "Tuesday, November 24, 2026"),
            ("time", at.clone(), "10:05 AM"),
            (
                "date_time",
                at.clone(),
                "Tuesday, November 24, 2026 at 10:05 AM",
            ),
            (
                "date_time",
                json!("2026-11-24"),
                "Tuesday, November 24, 2026",
            ),
            ("weekday", at.clone(), "Tuesday"),
            ("iso", at.clone(), "2026-11-24T10:05:00-08:00"),
            ("%d/%m %H:%M", at, "24/11 10:05"),
            ("0", json!(2.5), "2"),
            ("0.00", json!(2), "2.00"),
            (",0.00", json!(-1_234_567.891), "-1,234,567.89"),
            (",0", json!(123), "123"),
            ("0", json!(-0.2), "0"),
            ("integer", json!("7"), "7"),
        ];
        with_scope(&json!({}), |scope| {
            for (format, value, expected) in cases {
                let mut out = String::new();
                assert!(
                    Format::parse(format)
                        .unwrap()
                        .write(&value, scope.cx, &mut out),
                    "{format}"
                );
                assert_eq!(out, expected, "{format} of {value}");
            }
        });
    }

    #[test]
    fn a_format_for_another_kind_of_value_says_so() {
        with_scope(&json!({}), |scope| {
            for (format, value) in [
                ("date", json!("soon")),
                ("0.0", json!("much")),
                ("time", json!(3)),
            ] {
                let mut out = String::new();
                assert!(
                    !Format::parse(format)
                        .unwrap()
                        .write(&value, scope.cx, &mut out),
                    "{format}"
                );
                assert_eq!(out, "");
            }
        });
        for bad in ["", "dates", "0.", "0.000000001", "%", "%Ö"] {
            assert_eq!(Format::parse(bad), None, "{bad}");
        }
    }
}
