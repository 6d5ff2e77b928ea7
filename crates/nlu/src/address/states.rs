//! American states and Canadian provinces, by name and by code.

use std::ops::Range;

use crate::normal::normalise;

/// The state that the text ends with, as two letters, and its place.
pub(super) fn last_state(text: &str) -> Option<(String, Range<usize>)> {
    let end = text.trim_end_matches(['.', ' ']).len();
    let text = &text[..end];
    // One to four words from the end: "dc", "new york", "district of columbia".
    let starts = text
        .char_indices()
        .filter(|(at, c)| {
            c.is_alphabetic()
                && text[..*at]
                    .chars()
                    .next_back()
                    .is_none_or(|before| !before.is_alphanumeric())
        })
        .map(|(at, _)| at);
    for start in starts.collect::<Vec<_>>().into_iter().rev().take(4).rev() {
        let normal = normalise(&text[start..]);
        if let Some((code, _)) = STATES
            .iter()
            .find(|(code, name)| normal == *name || normal.eq_ignore_ascii_case(code))
        {
            return Some(((*code).to_owned(), start..end));
        }
    }
    None
}

const STATES: &[(&str, &str)] = &[
    ("AL", "alabama"),
    ("AK", "alaska"),
    ("AZ", "arizona"),
    ("AR", "arkansas"),
    ("CA", "california"),
    ("CO", "colorado"),
    ("CT", "connecticut"),
    ("DE", "delaware"),
    ("FL", "florida"),
    ("GA", "georgia"),
    ("HI", "hawaii"),
    ("ID", "idaho"),
    ("IL", "illinois"),
    ("IN", "indiana"),
    ("IA", "iowa"),
    ("KS", "kansas"),
    ("KY", "kentucky"),
    ("LA", "louisiana"),
    ("ME", "maine"),
    ("MD", "maryland"),
    ("MA", "massachusetts"),
    ("MI", "michigan"),
    ("MN", "minnesota"),
    ("MS", "mississippi"),
    ("MO", "missouri"),
    ("MT", "montana"),
    ("NE", "nebraska"),
    ("NV", "nevada"),
    ("NH", "new hampshire"),
    ("NJ", "new jersey"),
    ("NM", "new mexico"),
    ("NY", "new york"),
    ("NC", "north carolina"),
    ("ND", "north dakota"),
    ("OH", "ohio"),
    ("OK", "oklahoma"),
    ("OR", "oregon"),
    ("PA", "pennsylvania"),
    ("RI", "rhode island"),
    ("SC", "south carolina"),
    ("SD", "south dakota"),
    ("TN", "tennessee"),
    ("TX", "texas"),
    ("UT", "utah"),
    ("VT", "vermont"),
    ("VA", "virginia"),
    ("WA", "washington"),
    ("WV", "west virginia"),
    ("WI", "wisconsin"),
    ("WY", "wyoming"),
    ("DC", "district of columbia"),
    ("DC", "d c"),
    ("PR", "puerto rico"),
    ("ON", "ontario"),
    ("QC", "quebec"),
    ("BC", "british columbia"),
    ("AB", "alberta"),
    ("MB", "manitoba"),
    ("SK", "saskatchewan"),
    ("NS", "nova scotia"),
    ("NB", "new brunswick"),
    ("NL", "newfoundland"),
    ("PE", "prince edward island"),
];
