//! From what was said to a moment: the years that count, past and future, the afternoon, the zone.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

use super::clock::Clock;
use super::{Moment, Prefer};
use crate::input::Setting;

/// Years outside of these are slips or attacks.
const YEARS: std::ops::RangeInclusive<i16> = 1850..=2200;

pub(super) fn in_years(date: Date) -> bool {
    YEARS.contains(&date.year())
}

/// ISO 8601 as the whole text: a date and time, with or without an offset. Dates alone are read in `digits`.
pub(super) fn strict(text: &str) -> Option<Moment> {
    let bytes = text.as_bytes();
    if bytes.len() < 13
        || bytes[4] != b'-'
        || bytes[7] != b'-'
        || !matches!(bytes[10], b'T' | b't' | b' ')
    {
        return None;
    }
    // A zone in brackets would be looked up in the system's database; it is left to the caller's zone.
    if text.contains('[') {
        return None;
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(Moment::Exact(at));
    }
    let wall: DateTime = text.parse().ok()?;
    Some(Moment::Wall(wall))
}

/// Lower-case in the same number of bytes: a character whose small form has another length becomes underscores, so that
/// places hold here and in libraries that lower-case for themselves.
pub(super) fn lowered(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let mut small = c.to_lowercase();
        match (small.next(), small.next()) {
            (Some(one), None) if one.len_utf8() == c.len_utf8() => out.push(one),
            _ => out.extend(std::iter::repeat_n('_', c.len_utf8())),
        }
    }
    out
}

/// Now, the zone, and which way to look.
pub(super) struct Resolver {
    now: DateTime,
    zone: TimeZone,
    pub(super) prefer: Prefer,
    zoned: Zoned,
}

impl Resolver {
    /// `None` when now is outside of the years that count, so that nothing below can leave the calendar.
    pub(super) fn new(setting: &Setting<'_>, prefer: Prefer) -> Option<Self> {
        let zoned = setting.now.to_zoned(setting.zone.clone());
        let now = zoned.datetime();
        in_years(now.date()).then(|| Self {
            now,
            zone: setting.zone.clone(),
            prefer,
            zoned,
        })
    }

    pub(super) fn today(&self) -> Date {
        self.now.date()
    }

    /// Now as the clock on the wall shows it, and as an instant.
    pub(super) const fn now(&self) -> &Zoned {
        &self.zoned
    }

    /// The moment in the zone.
    pub(super) fn zoned(&self, moment: &Moment) -> Option<Zoned> {
        match moment {
            Moment::Exact(at) => Some(at.to_zoned(self.zone.clone())),
            Moment::Day(day) => self.wall(day.at(0, 0, 0, 0)),
            Moment::Part(day, from, to) => self.wall(self.part_on(*day, *from, *to)),
            Moment::Wall(at) => self.wall(*at),
        }
    }

    fn wall(&self, at: DateTime) -> Option<Zoned> {
        self.zone.to_ambiguous_zoned(at).compatible().ok()
    }

    /// The clock on a day. `afternoon` is what the day's words said ("tonight at 8").
    ///
    /// An hour from 1 to 12 without am or pm: 1 to 6 are in the afternoon (nobody books 3 in the night), 12 is noon, 7 to 11 are
    /// in the morning, except today when that hour has passed and the evening's has not.
    pub(super) fn clock_on(&self, day: Date, clock: &Clock, afternoon: Option<bool>) -> DateTime {
        let time = |hour: i8| {
            day.to_datetime(Time::new(hour, clock.minute, 0, 0).unwrap_or(Time::midnight()))
        };
        if clock.fixed || clock.hour > 12 || clock.hour == 0 {
            return time(clock.hour);
        }
        let morning = clock.hour % 12;
        match afternoon {
            Some(true) => return time(morning + 12),
            Some(false) => return time(if clock.hour == 12 { 12 } else { morning }),
            None => {}
        }
        if clock.hour == 12 {
            return time(12);
        }
        let (early, late) = (time(morning), time(morning + 12));
        match self.prefer {
            Prefer::Future if clock.hour <= 6 => late,
            Prefer::Future if day == self.today() && early <= self.now && late > self.now => late,
            Prefer::Future => early,
            Prefer::Past if clock.hour <= 6 && late <= self.now => late,
            Prefer::Past if clock.hour <= 6 && day != self.today() => late,
            Prefer::Past => early,
        }
    }

    /// The clock without a day: today, or tomorrow (yesterday) when that is past (to come).
    pub(super) fn clock_alone(&self, clock: &Clock) -> Option<DateTime> {
        let at = self.clock_on(self.today(), clock, None);
        let other = match self.prefer {
            Prefer::Future if at <= self.now => self.today().tomorrow().ok()?,
            Prefer::Past if at > self.now => self.today().yesterday().ok()?,
            _ => return Some(at),
        };
        Some(self.clock_on(other, clock, None))
    }

    /// A part of the day without a day.
    pub(super) fn part_alone(&self, from: i8, to: i8) -> Option<DateTime> {
        let over = self.now.hour() >= to;
        match self.prefer {
            Prefer::Future if over => Some(self.part_on(self.today().tomorrow().ok()?, from, to)),
            Prefer::Past if self.now.hour() < from => {
                Some(self.part_on(self.today().yesterday().ok()?, from, to))
            }
            _ => Some(self.part_on(self.today(), from, to)),
        }
    }

    /// A usual hour of the part; today and in the future the next full hour when that one is past.
    fn part_on(&self, day: Date, from: i8, to: i8) -> DateTime {
        let usual = match (from, to) {
            (0..=6, ..=12) => 9,
            (12, 16..) => 14,
            (19.., _) => 20,
            (from, _) => from.clamp(0, 23),
        };
        let next = self.now.hour() + 1;
        let hour =
            if self.prefer == Prefer::Future && day == self.today() && usual < next && next < to {
                next
            } else {
                usual
            };
        day.to_datetime(Time::new(hour.clamp(0, 23), 0, 0, 0).unwrap_or(Time::midnight()))
    }

    /// A day of the week that duckling put into the future, on the wanted side.
    pub(super) fn weekday(&self, day: Date) -> Date {
        match self.prefer {
            Prefer::Past if day > self.today() => {
                let weeks_back = day.checked_sub(1.week()).unwrap_or(day);
                if weeks_back > self.today() {
                    weeks_back.checked_sub(1.week()).unwrap_or(weeks_back)
                } else {
                    weeks_back
                }
            }
            _ => day,
        }
    }

    /// A day of the month that duckling put into the future, on the wanted side.
    pub(super) fn day_of_month(&self, day: Date) -> Date {
        if self.prefer == Prefer::Future || day <= self.today() {
            return day;
        }
        (1..=12)
            .filter_map(|months: i32| day.checked_sub(months.months()).ok())
            .find(|before| before.day() == day.day() && *before <= self.today())
            .unwrap_or(day)
    }
}

/// Month and day without a year: the next or the last one.
pub(super) fn without_year(month: i8, day: i8, prefer: Prefer, today: Date) -> Option<Date> {
    // The 29th of February may be up to eight years away.
    (0..=8).find_map(|years| {
        let year = if prefer == Prefer::Future {
            today.year() + years
        } else {
            today.year() - years
        };
        let date = Date::new(year, month, day).ok()?;
        let fits = if prefer == Prefer::Future {
            date >= today
        } else {
            date <= today
        };
        fits.then_some(date)
    })
}

/// A year of two digits: not later than today when the past is wanted, else within the next fifty years.
pub(super) fn short_year(
    year: i16,
    month: i8,
    day: i8,
    prefer: Prefer,
    today: Date,
) -> Option<Date> {
    let this = Date::new(2000 + year, month, day);
    let before = || Date::new(1900 + year, month, day).ok();
    match this {
        Ok(date) if prefer == Prefer::Past && date > today => before(),
        Ok(date) if date.year() > today.year() + 50 => before(),
        Ok(date) => Some(date),
        Err(_) => before(),
    }
}

/// The next such day of the week, today not counted.
pub(super) fn next_weekday(today: Date, weekday: Weekday) -> Option<Date> {
    today.nth_weekday(1, weekday).ok()
}
