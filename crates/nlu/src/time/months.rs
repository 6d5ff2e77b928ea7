//! Dates with a month's name: "March 5 1980", "the 5th of march", "5 de mayo", "5. März 2027".

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use super::resolve::{in_years, short_year, without_year};
use super::{Hit, Moment, Prefer};

/// The names of the months in four languages with usual abbreviations and slips, as they are typed in lower case.
const NAMES: [&str; 12] = [
    "january|janurary|januray|jan|enero|ene|januar|jänner|janeiro",
    "february|febuary|feburary|febrary|feb|febrero|februar|fevereiro|fev",
    "march|mar|marzo|märz|maerz|mrz|março|marco",
    "april|apr|abril|abr|avril",
    "may|mayo|mai|maio",
    "june|jun|junio|juni|junho",
    "july|jul|julio|juli|julho",
    "august|agust|aug|agosto|ago",
    "september|setember|septmber|sept|sep|septiembre|setiembre|setembro|set",
    "october|ocotber|oct|octubre|oktober|okt|outubro|out",
    "november|novemeber|nov|noviembre|novembro",
    "december|decemeber|dec|diciembre|dic|dezember|dez|dezembro",
];

static PATTERN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let names = NAMES.join("|");
    Regex::new(&format!(
        r"(?:\b(?:the |el |o |am |den |dem )?(?P<d1>\d{{1,2}})(?:st|nd|rd|th|er|º|°|\.)?[ -]?(?:of |de |do )?[ ]?(?P<m1>{names})\b\.?|\b(?P<m2>{names})\b\.?[ -]?(?:the )?(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?)(?:(?:,? ?(?:of |in |de |del |do )?|-| ?['’])(?P<y>\d{{4}})|,? ?['’](?P<short>\d{{2}})|,? (?P<old>\d{{2}}))?(?P<end>$|[^\w:'’]|:\D|:$)"
    ))
    .ok()
});

pub(super) fn warm() {
    LazyLock::force(&PATTERN);
}

/// All dates with a month's name, in lower-case text.
pub(super) fn find(text: &str, prefer: Prefer, today: Date) -> Vec<Hit> {
    let Some(pattern) = PATTERN.as_ref() else {
        return Vec::new();
    };
    // Every such date has a digit.
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let mut hits = Vec::new();
    for groups in pattern.captures_iter(text) {
        let (Some(day), Some(name), Some(all)) = (
            groups.name("d1").or_else(|| groups.name("d2")),
            groups.name("m1").or_else(|| groups.name("m2")),
            groups.get(0),
        ) else {
            continue;
        };
        let Some(month) = month(name.as_str()) else {
            continue;
        };
        let Ok(day) = day.as_str().parse::<i8>() else {
            continue;
        };
        let mut end = groups.name("end").map_or(all.end(), |end| end.start());
        let year = groups
            .name("y")
            .and_then(|year| year.as_str().parse::<i16>().ok());
        let short = groups
            .name("short")
            .and_then(|year| year.as_str().parse::<i16>().ok());
        let old = groups.name("old");
        let date = match (year, short, old) {
            (Some(year), ..) => Date::new(year, month, day)
                .ok()
                .filter(|date| in_years(*date)),
            (_, Some(short), _) => short_year(short, month, day, prefer, today),
            (_, _, Some(old)) => {
                // "March 5 80" is a year where the past is wanted and no hour it could be; else the number is not ours.
                let number = old.as_str().parse::<i16>().unwrap_or(0);
                if prefer == Prefer::Past && number > 24 {
                    short_year(number, month, day, prefer, today)
                } else {
                    end = old.start() - 1;
                    without_year(month, day, prefer, today)
                }
            }
            _ => without_year(month, day, prefer, today),
        };
        if let Some(date) = date {
            hits.push(Hit {
                moment: Moment::Day(date),
                span: all.start()..end,
                sure: 0.95,
            });
        }
    }
    hits
}

fn month(name: &str) -> Option<i8> {
    let at = NAMES
        .iter()
        .position(|names| names.split('|').any(|one| one == name))?;
    i8::try_from(at + 1).ok()
}
