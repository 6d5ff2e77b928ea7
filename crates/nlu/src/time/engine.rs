//! The border to `duckling`: the only place that knows it and `chrono`.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{DateTime as ChronoDateTime, Datelike, FixedOffset, NaiveDateTime, Timelike};
use duckling::{
    Context, DimensionKind, DimensionValue, Entity, Grain, Lang, Options, TimePoint, TimeValue,
};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

use super::locale::locale;
use super::resolve::Resolver;
use super::{Hit, Moment, Prefer, Unclear, is_alternative};
use crate::input::Setting;
use crate::similarity::words_alike;
use crate::tables::{cardinal, ordinal};

/// More numbers than this in one text are no date; duckling tries all their combinations, which takes 135 ms for 80 of them.
const MOST_NUMBERS: usize = 8;

pub(super) fn warm(language: &str) {
    let now = Timestamp::UNIX_EPOCH;
    let zone = jiff::tz::TimeZone::UTC;
    let setting = Setting {
        now,
        zone: &zone,
        language,
        region: "US",
    };
    if let Some(resolver) = Resolver::new(&setting, Prefer::Future) {
        for text in [
            "tomorrow",
            "next friday morning",
            "the 3rd of march at noon",
        ] {
            // Only the rules that this loads matter.
            let _ = find(text, &setting, &resolver);
        }
    }
}

/// The day or moment in the text, which is lower-case and without what other steps took.
pub(super) fn find(
    text: &str,
    setting: &Setting<'_>,
    resolver: &Resolver,
) -> Result<Option<Hit>, Unclear> {
    if numbers(text) > MOST_NUMBERS {
        return Ok(None);
    }
    let locale = locale(setting);
    let Some(now) = reference(resolver) else {
        return Ok(None);
    };
    let (corrected, repaired) = corrected(text, locale.lang);
    let context = Context::new(now, locale);
    // In release builds duckling catches its own panics and answers with nothing; in debug builds it does not. Its input here
    // is at most 200 characters. Nothing of ours is inside, so nothing can be left half done.
    let parse = || {
        duckling::parse(
            &corrected,
            &locale,
            &[DimensionKind::Time],
            &context,
            &Options::default(),
        )
    };
    let entities = catch_unwind(AssertUnwindSafe(parse)).unwrap_or_default();
    let mut hits: Vec<(u8, Hit)> = entities
        .iter()
        .filter(|entity| entity.latent != Some(true) && is_meant(&corrected, entity))
        .filter_map(|entity| read(&corrected, &repaired, entity, resolver))
        .collect();
    // Where duckling has several readings of one stretch, the plainest comes first; the order is total, so the same text
    // always has the same answer.
    hits.sort_by(|(rank_a, a), (rank_b, b)| {
        (
            a.span.start,
            std::cmp::Reverse(a.span.end),
            rank_a,
            format!("{:?}", a.moment),
        )
            .cmp(&(
                b.span.start,
                std::cmp::Reverse(b.span.end),
                rank_b,
                format!("{:?}", b.moment),
            ))
    });
    let Some((_, first)) = hits.first() else {
        return Ok(None);
    };
    let other = hits
        .iter()
        .find(|(_, hit)| hit.span.start >= first.span.end && hit.moment != first.moment);
    if let Some((_, other)) = other
        && is_alternative(
            text.get(first.span.end..other.span.start)
                .unwrap_or_default(),
        )
    {
        return Err(Unclear);
    }
    let mut first = first.clone();
    // "tomorrow, in the morning" comes as a day and a part of today.
    if let (
        Moment::Day(day),
        Some((
            _,
            Hit {
                moment: Moment::Part(_, from, to),
                span,
                ..
            },
        )),
    ) = (&first.moment, other)
    {
        first.moment = Moment::Part(*day, *from, *to);
        first.span.end = span.end;
    }
    Ok(Some(first))
}

/// How many words of the text are numbers, in digits or written.
fn numbers(text: &str) -> usize {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| {
            word.starts_with(|c: char| c.is_numeric())
                || cardinal(word).is_some()
                || ordinal(word).is_some()
        })
        .count()
}

fn reference(resolver: &Resolver) -> Option<ChronoDateTime<FixedOffset>> {
    let now = resolver.now();
    let offset = FixedOffset::east_opt(now.offset().seconds())?;
    let at = chrono::DateTime::from_timestamp(now.timestamp().as_second(), 0)?;
    Some(at.with_timezone(&offset))
}

/// English days of the week with a slip ("wendesday") as abbreviations that duckling knows, padded to their length, and
/// where they stand.
fn corrected(text: &str, lang: Lang) -> (String, Vec<Range<usize>>) {
    const DAYS: [(&str, &str); 8] = [
        ("monday", "mon"),
        ("tuesday", "tue"),
        ("wednesday", "wed"),
        ("thursday", "thu"),
        ("friday", "fri"),
        ("saturday", "sat"),
        ("sunday", "sun"),
        ("tomorrow", "tmrw"),
    ];
    let mut out = text.to_owned();
    let mut places = Vec::new();
    if lang != Lang::EN {
        return (out, places);
    }
    for (start, word) in text.split(' ').scan(0, |at, word| {
        let start = *at;
        *at += word.len() + 1;
        Some((start, word))
    }) {
        if !(5..=11).contains(&word.len()) || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
            continue;
        }
        if matches!(
            word,
            "sundae"
                | "mondays"
                | "fridays"
                | "sundays"
                | "tuesdays"
                | "saturdays"
                | "someday"
                | "today"
        ) {
            continue;
        }
        let meant = DAYS.iter().find(|(day, _)| {
            // No other day is spelled in so many ways.
            let wednesday = *day == "wednesday"
                && word.starts_with("we")
                && word.ends_with("day")
                && word != "weekday";
            *day != word && (words_alike(day, word) || wednesday)
        });
        if let Some((_, short)) = meant {
            let place = start..start + word.len();
            out.replace_range(
                place.clone(),
                &format!("{short:<width$}", width = word.len()),
            );
            places.push(place);
        }
    }
    (out, places)
}

/// Words that duckling takes for a date and a visitor does not: "sat" in "I sat down", what follows "not".
fn is_meant(text: &str, entity: &Entity) -> bool {
    let before = text.get(..entity.start).unwrap_or_default().trim_end();
    let last = before
        .rsplit(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default();
    if matches!(last, "not" | "nicht") {
        return false;
    }
    let body = entity.body.trim();
    let bare = matches!(
        body,
        "sat" | "sun" | "mon" | "wed" | "second" | "now" | "mar" | "do" | "so" | "mi" | "ma" | "sa"
    );
    !bare
        || text.split_whitespace().count() <= 3
        || matches!(last, "on" | "next" | "this" | "last" | "right")
}

/// The entity as a moment with a rank among readings; `None` for weeks, months, open and long ranges: no day is meant.
fn read(
    text: &str,
    repaired: &[Range<usize>],
    entity: &Entity,
    resolver: &Resolver,
) -> Option<(u8, Hit)> {
    let DimensionValue::Time(value) = &entity.value else {
        return None;
    };
    let body = text.get(entity.start..entity.end)?;
    // A corrected word was padded; its place is the whole word that was typed.
    let last = repaired
        .iter()
        .find(|place| place.contains(&entity.end.saturating_sub(1)));
    let end = last.map_or(entity.end, |place| place.end);
    let (rank, moment, sure) = match value {
        TimeValue::Single { value, .. } => single(value, body, resolver)?,
        TimeValue::Interval {
            from: Some(from),
            to: Some(to),
            ..
        } => interval(from, to, body)?,
        TimeValue::Interval { .. } => return None,
    };
    Some((
        rank,
        Hit {
            moment,
            span: entity.start..end,
            sure,
        },
    ))
}

fn single(point: &TimePoint, body: &str, resolver: &Resolver) -> Option<(u8, Moment, f32)> {
    match point {
        TimePoint::Naive {
            value,
            grain: Grain::Day,
        } => {
            let day = civil(value)?.date();
            Some((0, Moment::Day(sided(day, body, resolver)), 0.9))
        }
        TimePoint::Naive {
            value,
            grain: Grain::Hour | Grain::Minute | Grain::Second,
        } => Some((2, Moment::Wall(waking(civil(value)?, body)), 0.85)),
        // "in a couple of days" has the hour of now, which nobody said.
        TimePoint::Instant {
            value,
            grain: Grain::Hour,
        } if !counts_hours(body) => {
            Some((1, Moment::Day(civil(&value.naive_local())?.date()), 0.85))
        }
        TimePoint::Instant {
            value,
            grain: Grain::Day,
        } => Some((1, Moment::Day(civil(&value.naive_local())?.date()), 0.9)),
        TimePoint::Instant {
            value,
            grain: Grain::Hour | Grain::Minute | Grain::Second | Grain::NoGrain,
        } => Some((
            3,
            Moment::Exact(Timestamp::new(value.timestamp(), 0).ok()?),
            0.85,
        )),
        TimePoint::Naive { .. } | TimePoint::Instant { .. } => None,
    }
}

/// The rule of the afternoon for hours that only duckling found.
fn waking(at: DateTime, body: &str) -> DateTime {
    let fixed = [
        "am",
        "a.m",
        "morning",
        "night",
        "0",
        "mañana",
        "madrugada",
        "manhã",
        "früh",
        "nacht",
    ];
    if (1..=6).contains(&at.hour()) && !fixed.iter().any(|word| body.contains(word)) {
        at.with().hour(at.hour() + 12).build().unwrap_or(at)
    } else {
        at
    }
}

fn counts_hours(body: &str) -> bool {
    const STEMS: [&str; 7] = ["h", "min", "sec", "seg", "sek", "stund", "now"];
    const OTHERS: [&str; 8] = ["hace", "há", "ha", "heute", "hoje", "hoy", "hence", "half"];
    body.split(|c: char| !c.is_alphabetic())
        .any(|word| STEMS.iter().any(|stem| word.starts_with(stem)) && !OTHERS.contains(&word))
}

fn interval(from: &TimePoint, to: &TimePoint, body: &str) -> Option<(u8, Moment, f32)> {
    let (
        TimePoint::Naive {
            value: from,
            grain: Grain::Hour,
        },
        TimePoint::Naive { value: to, .. },
    ) = (from, to)
    else {
        return None;
    };
    let (from, to) = (civil(from)?, civil(to)?);
    let hours = from.duration_until(to).as_hours();
    // The weekend begins on Friday evening for duckling; its day is Saturday.
    if hours > 24 {
        let weekend = body.contains("weekend")
            || body.contains("wochenende")
            || body.contains("fin de semana");
        let saturday = super::resolve::next_weekday(from.date(), jiff::civil::Weekday::Saturday)?;
        return weekend.then_some((4, Moment::Day(saturday), 0.6));
    }
    let end = if to.date() == from.date() {
        to.hour()
    } else {
        24
    };
    (hours > 0).then(|| (4, Moment::Part(from.date(), from.hour(), end), 0.6))
}

/// A day of the week or of the month on the side that is wanted, unless the text says which ("next", "last").
fn sided(day: Date, body: &str, resolver: &Resolver) -> Date {
    let said = [
        "next", "last", "this", "coming", "past", "tomorrow", "today", "tmrw", "after", "before",
        "ago", "from",
    ]
    .iter()
    .chain(&[
        "próxim",
        "proxim",
        "pasado",
        "que viene",
        "nächst",
        "letzt",
        "kommend",
        "passad",
        "mañana",
        "amanhã",
        "morgen",
    ])
    .any(|word| body.contains(word));
    if said || resolver.prefer == Prefer::Future {
        return day;
    }
    if body.bytes().any(|byte| byte.is_ascii_digit()) {
        resolver.day_of_month(day)
    } else {
        resolver.weekday(day)
    }
}

fn civil(value: &NaiveDateTime) -> Option<DateTime> {
    let year = i16::try_from(value.year()).ok()?;
    let part = |number: u32| i8::try_from(number).ok();
    DateTime::new(
        year,
        part(value.month())?,
        part(value.day())?,
        part(value.hour())?,
        part(value.minute())?,
        part(value.second())?,
        0,
    )
    .ok()
}
