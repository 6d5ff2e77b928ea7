//! Moments as builders write them: `now`, `today+7d`, `tomorrow 09:00`, `2026-12-24`, `{appointment_at}-24h`; and durations: `30m`.
use crate::{
    scope::{Path, Scope},
    value::When,
};
use jiff::{Span, Timestamp, civil, tz::TimeZone};

/// A moment, read once and worked out whenever it is needed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Moment {
    base: Base,
    offset: Option<Length>,
    time: Option<civil::Time>,
}

#[derive(Debug, Clone, PartialEq)]
enum Base {
    Now,
    /// Days from today.
    Day(i64),
    Fixed(When),
    /// A date and time without an offset: meant in the zone of the session.
    Local(civil::DateTime),
    Field(Path),
}

/// A length of time: calendar days and weeks, exact hours, minutes and seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Length {
    days: i64,
    seconds: i64,
}

/// Ten years: longer waits are mistakes.
const MAX_DAYS: i64 = 3_660;

impl Length {
    /// Reads `90s`, `30m`, `2h`, `1d`, `1w`, `1h30m`; at most ten years.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut it = Self {
            days: 0,
            seconds: 0,
        };
        let mut rest = text.trim();
        if rest.is_empty() {
            return None;
        }
        while !rest.is_empty() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let amount: i64 = rest.get(..digits)?.parse::<u32>().ok()?.into();
            let mut after = rest.get(digits..)?.trim_start().chars();
            match after.next()? {
                's' => it.seconds += amount,
                'm' => it.seconds += amount * 60,
                'h' => it.seconds += amount * 3_600,
                'd' => it.days += amount,
                'w' => it.days += amount * 7,
                _ => return None,
            }
            rest = after.as_str().trim_start();
            if it.days > MAX_DAYS || it.seconds > MAX_DAYS * 86_400 {
                return None;
            }
        }
        Some(it)
    }

    /// Whether it is no time at all.
    pub(crate) const fn is_zero(self) -> bool {
        self.days == 0 && self.seconds == 0
    }

    const fn negated(self) -> Self {
        Self {
            days: -self.days,
            seconds: -self.seconds,
        }
    }

    /// `from` plus this, days by the calendar of `zone`.
    pub(crate) fn after(self, from: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let span = Span::new()
            .try_days(self.days)
            .ok()?
            .try_seconds(self.seconds)
            .ok()?;
        from.to_zoned(zone.clone())
            .checked_add(span)
            .ok()
            .map(|it| it.timestamp())
    }
}

impl Moment {
    /// Reads a moment; `None` if it is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (base, rest) = Self::base(text)?;
        let (offset, rest) = Self::offset(rest)?;
        let time = match rest.trim() {
            "" => None,
            time => Some(Self::time(time)?),
        };
        // `now 09:00` and a time on a time say two things at once.
        if time.is_some() && matches!(base, Base::Now | Base::Local(_) | Base::Fixed(When::At(_))) {
            return None;
        }
        Some(Self { base, offset, time })
    }

    fn base(text: &str) -> Option<(Base, &str)> {
        if let Some(rest) = text.strip_prefix('{') {
            let (path, rest) = rest.split_once('}')?;
            return Some((Base::Field(Path::parse(path.trim())?), rest));
        }
        let words = [
            ("now", Base::Now),
            ("today", Base::Day(0)),
            ("tomorrow", Base::Day(1)),
            ("yesterday", Base::Day(-1)),
        ];
        for (word, base) in words {
            if text
                .get(..word.len())
                .is_some_and(|it| it.eq_ignore_ascii_case(word))
            {
                return Some((base, &text[word.len()..]));
            }
        }
        if let Ok(at) = text.parse::<Timestamp>() {
            return Some((Base::Fixed(When::At(at)), ""));
        }
        if text.len() > 10
            && matches!(text.as_bytes()[10], b'T' | b't')
            && let Ok(local) = text.parse::<civil::DateTime>()
        {
            return Some((Base::Local(local), ""));
        }
        let date: civil::Date = text.get(..10)?.parse().ok()?;
        Some((Base::Fixed(When::Day(date)), &text[10..]))
    }

    fn offset(text: &str) -> Option<(Option<Length>, &str)> {
        let trimmed = text.trim_start();
        let (negative, rest) = match trimmed.as_bytes().first() {
            Some(b'+') => (false, &trimmed[1..]),
            Some(b'-') => (true, &trimmed[1..]),
            _ => return Some((None, text)),
        };
        let rest = rest.trim_start();
        // A length ends where the time of day begins: `today+1d 09:00`.
        let end = rest
            .find(' ')
            .filter(|at| rest[*at..].contains(':'))
            .unwrap_or(rest.len());
        let length = Length::parse(&rest[..end])?;
        Some((
            Some(if negative { length.negated() } else { length }),
            &rest[end..],
        ))
    }

    fn time(text: &str) -> Option<civil::Time> {
        let mut parts = text.split(':');
        let hour = parts.next()?.parse().ok()?;
        let minute = parts.next()?.parse().ok()?;
        let second = parts.next().map_or(Some(0), |it| it.parse().ok())?;
        if parts.next().is_some() {
            return None;
        }
        civil::Time::new(hour, minute, second, 0).ok()
    }

    /// The field that it is counted from.
    pub(crate) const fn field(&self) -> Option<&Path> {
        if let Base::Field(path) = &self.base {
            Some(path)
        } else {
            None
        }
    }

    /// The moment as seen now; `None` when its field holds no time or it lies beyond the calendar.
    pub(crate) fn resolve(&self, scope: &Scope<'_>) -> Option<When> {
        let zone = scope.cx.zone;
        let base = match &self.base {
            Base::Now => When::At(scope.cx.now),
            Base::Day(days) => {
                let today = scope.cx.now.to_zoned(zone.clone()).date();
                When::Day(today.checked_add(Span::new().days(*days)).ok()?)
            }
            Base::Fixed(when) => when.clone(),
            Base::Local(local) => When::At(local.to_zoned(zone.clone()).ok()?.timestamp()),
            Base::Field(path) => When::of(&*scope.get(path)?, zone)?,
        };
        let moved = match (self.offset, &base) {
            (None, _) => base,
            (Some(length), When::Day(day)) if length.seconds == 0 => When::Day(
                day.checked_add(Span::new().try_days(length.days).ok()?)
                    .ok()?,
            ),
            (Some(length), _) => When::At(length.after(base.start(zone)?, zone)?),
        };
        match self.time {
            None => Some(moved),
            Some(time) => {
                let local = moved.day(zone).to_datetime(time);
                local
                    .to_zoned(zone.clone())
                    .ok()
                    .map(|it| When::At(it.timestamp()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::with_scope;
    use serde_json::json;

    fn resolved(text: &str) -> Option<String> {
        let moment = Moment::parse(text)?;
        // Monday 23 November 2026, 09:00 UTC is 01:00 in Los Angeles.
        with_scope(
            &json!({"at": "2026-12-01T10:00:00-08:00", "born": "1980-02-03"}),
            |scope| {
                moment.resolve(scope).map(|it| match it {
                    When::Day(it) => it.to_string(),
                    When::At(it) => crate::value::instant(&it.to_zoned(scope.cx.zone.clone())),
                })
            },
        )
    }

    #[test]
    fn moments_are_worked_out_in_the_zone() {
        let cases = [
            ("now", "2026-11-23T01:00:00-08:00"),
            ("now+2h", "2026-11-23T03:00:00-08:00"),
            ("now - 90m", "2026-11-22T23:30:00-08:00"),
            ("today", "2026-11-23"),
            ("Tomorrow", "2026-11-24"),
            ("today+7d", "2026-11-30"),
            ("today-1w", "2026-11-16"),
            ("today+26h", "2026-11-24T02:00:00-08:00"),
            ("tomorrow 09:00", "2026-11-24T09:00:00-08:00"),
            ("today+2d 17:30", "2026-11-25T17:30:00-08:00"),
            ("2026-12-24", "2026-12-24"),
            ("2026-12-24 18:00", "2026-12-24T18:00:00-08:00"),
            ("2026-12-24T18:00", "2026-12-24T18:00:00-08:00"),
            ("2026-12-24T18:00:00Z", "2026-12-24T10:00:00-08:00"),
            ("{at}-24h", "2026-11-30T10:00:00-08:00"),
            ("{at} 08:00", "2026-12-01T08:00:00-08:00"),
            ("{born}", "1980-02-03"),
        ];
        for (text, expected) in cases {
            assert_eq!(resolved(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "soon",
            "now 09:00",
            "today+",
            "today+7",
            "today+7y",
            "2026-13-01",
            "2026-02-30",
            "{a b}",
            "{at",
            "today 25:00",
            "todayish",
            "2026-12-24T18:00 09:00",
            "today+999999999d",
        ] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
        assert_eq!(resolved("{unknown}"), None);
    }

    #[test]
    fn lengths_are_read_strictly() {
        assert_eq!(
            Length::parse("1h30m"),
            Some(Length {
                days: 0,
                seconds: 5_400
            })
        );
        assert_eq!(
            Length::parse("2 w"),
            Some(Length {
                days: 14,
                seconds: 0
            })
        );
        for text in [
            "",
            "30",
            "m",
            "-5m",
            "1y",
            "5m x",
            "99999999999m",
            "5000d",
            "１m",
        ] {
            assert_eq!(Length::parse(text), None, "{text}");
        }
    }
}
