//! Dates and times of day, alone or in a sentence.
//!
//! Read in this order, each step on what the steps before left over:
//! 1. strict formats as the whole answer (`2027-06-05`, `2027-06-05T10:00`, with offset), by `jiff`;
//! 2. dates in digits (`5/6`, `05.06.2027`) and with a month's name (`March 5 1980`), and counts from now ("in two weeks");
//! 3. a time of day ("at 3", "10 am", "between 2 and 4 pm", "noon"), see [`date_time`] for the rule of the afternoon;
//! 4. everything else by `duckling`, its dimension *Time* only.
//!
//! The steps of our own are there for what a bot must get right every time and duckling does not: the order of day and
//! month by region, past and future, the start of a range, and German, Spanish and Portuguese day words.

mod clock;
mod count;
mod digits;
mod engine;
mod locale;
mod months;
mod resolve;

use std::ops::Range;

use jiff::Zoned;
use jiff::civil::{Date, DateTime};

use crate::input::{Extracted, Setting, trimmed};
use crate::language::Language;
use clock::{Clock, Clocks};
use resolve::{Resolver, in_years};

/// Longest input in characters that is searched for dates. Shorter than [`MAX_INPUT_CHARS`](crate::MAX_INPUT_CHARS): duckling
/// takes 0.25 ms for a phrase and, on hostile text, time that grows faster than its length.
pub const MAX_DATE_CHARS: usize = 200;

/// Where a date without a year, or a day of the week, is looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Prefer {
    /// The next one: appointments.
    Future,
    /// The last one: birth dates, when symptoms began.
    Past,
}

/// A moment, and whether its time of day was said.
#[derive(Debug, Clone, PartialEq)]
pub struct DateTimeValue {
    /// The moment in the setting's zone. Without a time of day it is the start of that day.
    pub at: Zoned,
    /// Whether a time of day was given. A part of the day counts: "tomorrow morning" is 9:00, afternoon 14:00, evening 18:00,
    /// night 20:00, with a confidence of 0.6.
    pub has_time: bool,
}

/// What was found, before it is put into the zone.
#[derive(Debug, Clone, PartialEq)]
enum Moment {
    Day(Date),
    /// From and to of a part of a day, as hours.
    Part(Date, i8, i8),
    Wall(DateTime),
    Exact(jiff::Timestamp),
}

/// A moment and where it stands.
#[derive(Debug, Clone)]
struct Hit {
    moment: Moment,
    span: Range<usize>,
    sure: f32,
}

/// Two readings, or something that looks like a date and is none: asking again is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Unclear;

/// Loads the rules of a language: 60 to 200 ms the first time.
pub(crate) fn warm(language: &str) {
    clock::warm(Language::of(language));
    months::warm();
    count::warm();
    digits::warm();
    engine::warm(language);
}

/// The date and time that the text names; see [`DateTimeValue`] for dates without a time, and the [module](self) for
/// what is understood. "At 3" alone is the next such time (the last one with [`Prefer::Past`]).
///
/// An hour from 1 to 12 that nothing fixes (am, pm, "in the morning", a leading zero): 1 to 6 are in the afternoon, 12 is noon, 7 to
/// 11 are in the morning, except today when that hour has passed and the evening's has not. A range is its start and takes
/// am or pm from its end: "between 2 and 4 pm" is 14:00.
///
/// Explicit dates are kept even when they lie on the wrong side of now. A local time that the clocks skip is moved
/// forward by the gap, one that they repeat is the first of the two.
pub fn date_time(input: &str, s: &Setting<'_>, prefer: Prefer) -> Option<Extracted<DateTimeValue>> {
    let (text, start) = trimmed(input, MAX_DATE_CHARS)?;
    let found = Search::new(s, prefer)?.run(text)?;
    let span = start + found.span.start..start + found.span.end;
    Some(Extracted::new(found.value, span, found.confidence))
}

/// The date that the text names; a time of day in it is ignored, and one alone ("at 3") is no date.
pub fn date(input: &str, s: &Setting<'_>, prefer: Prefer) -> Option<Extracted<Date>> {
    let (text, start) = trimmed(input, MAX_DATE_CHARS)?;
    let search = Search::new(s, prefer)?;
    let found = search.run(text)?;
    if found.clock_only {
        return None;
    }
    let span = start + found.span.start..start + found.span.end;
    Some(Extracted::new(
        found.value.at.date(),
        span,
        found.confidence,
    ))
}

struct Found {
    value: DateTimeValue,
    span: Range<usize>,
    confidence: f32,
    /// No date was said.
    clock_only: bool,
}

struct Search<'a> {
    setting: &'a Setting<'a>,
    prefer: Prefer,
    language: Language,
    resolver: Resolver,
}

impl<'a> Search<'a> {
    /// `None` when the setting's own time is out of every calendar.
    fn new(setting: &'a Setting<'a>, prefer: Prefer) -> Option<Self> {
        let resolver = Resolver::new(setting, prefer)?;
        Some(Self {
            setting,
            prefer,
            language: Language::of(setting.language),
            resolver,
        })
    }

    fn run(&self, text: &str) -> Option<Found> {
        if let Some(day) = digits::whole(
            text,
            self.setting.region,
            self.prefer,
            self.resolver.today(),
        ) {
            return self.finish(
                &Hit {
                    moment: Moment::Day(day),
                    span: 0..text.len(),
                    sure: 1.0,
                },
                None,
            );
        }
        if let Some(moment) = resolve::strict(text) {
            return self.finish(
                &Hit {
                    moment,
                    span: 0..text.len(),
                    sure: 1.0,
                },
                None,
            );
        }
        // Spans hold for a text of the same length in bytes.
        let mut left = resolve::lowered(text);
        let day = self.own_date(&left).ok()?;
        if let Some(hit) = &day {
            blank(&mut left, hit.span.clone());
        }
        let foreign_clock = clock::has_zone(&left);
        let part = clock::part_of_day(&left, self.language);
        let clock = if foreign_clock && day.is_none() {
            Clocks::None
        } else {
            clock::find(&left, self.language)
        };
        let clock = match clock {
            Clocks::Several => return None,
            Clocks::None => None,
            Clocks::One(clock) => Some(clock),
        };
        if let Some(clock) = &clock {
            blank(&mut left, clock.span.clone());
        } else if let Some((_, _, span)) = &part {
            blank(&mut left, span.clone());
        }
        if !foreign_clock {
            digits::blank_others(&mut left);
        }
        let day = match day {
            Some(hit) => Some(hit),
            None if left.chars().any(char::is_alphanumeric) => {
                engine::find(&left, self.setting, &self.resolver).ok()?
            }
            None => None,
        };
        let part = part.filter(|_| clock.is_none());
        match (day, clock, part) {
            (Some(hit), clock, None) => self.finish(&hit, clock.as_ref()),
            (Some(hit), None, Some((from, to, span))) => {
                let moment = match hit.moment {
                    Moment::Day(day) => Moment::Part(day, from, to),
                    other => other,
                };
                self.finish(
                    &Hit {
                        moment,
                        span: join(&hit.span, &span),
                        sure: hit.sure,
                    },
                    None,
                )
            }
            (None, Some(clock), _) => {
                let at = self.resolver.clock_alone(&clock)?;
                let sure = if clock.sure() { 0.9 } else { 0.8 };
                self.found(Moment::Wall(at), clock.span.clone(), sure, true)
            }
            (None, None, Some((from, to, span))) => {
                let at = self.resolver.part_alone(from, to)?;
                self.found(Moment::Wall(at), span, 0.5, true)
            }
            _ => None,
        }
    }

    /// Dates that are read without duckling.
    fn own_date(&self, text: &str) -> Result<Option<Hit>, Unclear> {
        let today = self.resolver.today();
        let mut hits = digits::find(text, self.setting.region, self.prefer, today)?;
        hits.extend(months::find(text, self.prefer, today));
        hits.sort_by_key(|hit| hit.span.start);
        match hits.as_slice() {
            [] => count::find(text, self.language, &self.resolver),
            // "December 3rd or 4th"
            [one] if is_other_day(text.get(one.span.end..).unwrap_or_default()) => Err(Unclear),
            [one] => Ok(Some(one.clone())),
            [first, second, ..] => {
                if first.moment == second.moment {
                    return Ok(Some(first.clone()));
                }
                let between = text
                    .get(first.span.end..second.span.start)
                    .unwrap_or_default();
                if is_alternative(between) {
                    Err(Unclear)
                } else {
                    Ok(Some(Hit {
                        sure: 0.6,
                        ..first.clone()
                    }))
                }
            }
        }
    }

    fn finish(&self, hit: &Hit, clock: Option<&Clock>) -> Option<Found> {
        let Some(clock) = clock else {
            return self.found(hit.moment.clone(), hit.span.clone(), hit.sure, false);
        };
        let span = join(&hit.span, &clock.span);
        let moment = match &hit.moment {
            Moment::Day(day) => Moment::Wall(self.resolver.clock_on(*day, clock, None)),
            Moment::Part(day, from, _) => {
                Moment::Wall(self.resolver.clock_on(*day, clock, Some(*from >= 12)))
            }
            // "in 2 hours at 3" makes no sense; the first thing said counts.
            other => other.clone(),
        };
        self.found(moment, span, hit.sure.min(0.95), false)
    }

    fn found(
        &self,
        moment: Moment,
        span: Range<usize>,
        sure: f32,
        clock_only: bool,
    ) -> Option<Found> {
        let has_time = !matches!(moment, Moment::Day(_));
        let part = matches!(moment, Moment::Part(..));
        let at = self.resolver.zoned(&moment)?;
        let confidence = if part { sure.min(0.6) } else { sure };
        in_years(at.date()).then_some(Found {
            value: DateTimeValue { at, has_time },
            span,
            confidence,
            clock_only,
        })
    }
}

/// Whether two dates with this between them are a choice: "monday or tuesday".
fn is_alternative(between: &str) -> bool {
    between
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| matches!(word, "or" | "o" | "u" | "oder" | "ou"))
        || between.trim() == "/"
}

/// Whether a second number follows as a choice.
fn is_other_day(behind: &str) -> bool {
    let mut words = behind.split_whitespace();
    let link = matches!(words.next(), Some("or" | "oder" | "o" | "ou"));
    let number = words.find(|word| *word != "the").is_some_and(|word| {
        word.starts_with(|c: char| c.is_ascii_digit()) && !word.contains([':', 'm'])
    });
    link && number
}

fn join(a: &Range<usize>, b: &Range<usize>) -> Range<usize> {
    a.start.min(b.start)..a.end.max(b.end)
}

/// Replaces a stretch by spaces, so that places stay.
fn blank(text: &mut String, span: Range<usize>) {
    if text.get(span.clone()).is_some() {
        let spaces = " ".repeat(span.len());
        text.replace_range(span, &spaces);
    }
}

#[cfg(test)]
mod tests;
