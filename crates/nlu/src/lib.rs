//! Text → typed values: what a visitor typed becomes an answer of the kind a box asked for.
//!
//! One file per kind. Everything here is pure and deterministic: the time, the zone, the language and the region are
//! given by the caller, the same arguments give the same result, and no function panics or blocks. Work is bounded by
//! caps on the input ([`MAX_INPUT_CHARS`], [`time::MAX_DATE_CHARS`]), never by timers.
//!
//! Every extractor returns the value, the span of the input it was read from (bytes, on character boundaries) and a
//! confidence. An answer that is absent or has two readings is `None`: asking again is cheaper than a wrong value.

pub mod address;
pub mod choices;
pub mod email;
mod input;
mod knowledge;
mod language;
pub mod name;
mod normal;
pub mod number;
mod number_words;
pub mod phone;
pub mod similarity;
mod tables;
pub mod text;
pub mod time;
pub mod yes_no;

pub use address::{Address, address};
pub use choices::{Choice, Choices};
pub use email::email;
pub use input::{Extracted, MAX_INPUT_CHARS, Setting};
pub use knowledge::Knowledge;
pub use name::{PersonName, name};
pub use normal::normalise;
pub use number::number;
pub use phone::phone;
pub use text::text;
pub use time::{DateTimeValue, Prefer, date, date_time};
pub use yes_no::yes_no;

/// Loads every table and model that the extractors need for `languages` (BCP 47), so that no visitor waits for them.
///
/// Takes up to about 0.2 s per language and some 20 ms for the phone metadata; a second call costs next to nothing.
pub fn warm(languages: &[&str]) {
    address::warm();
    email::warm();
    phone::warm();
    for language in languages {
        yes_no::warm(language);
        number_words::warm(language);
        name::warm();
        time::warm(language);
    }
}

#[cfg(test)]
mod properties;
