//! A number where a number is expected: digits, words, or both ("2 hundred").

mod written;

use crate::input::{Extracted, MAX_INPUT_CHARS, trimmed};
use crate::language::decimal_comma;
use crate::number_words;

/// Numbers beyond this are no quantities ("999 billion billion").
const MAX_VALUE: f64 = 1e15;

/// The number that the text names; `None` when it names none, several different ones, or a range.
///
/// - `language` (BCP 47) says how `1.250` and `1,250` are meant, and whose number words are read (English, Spanish,
///   German, Portuguese, French, Italian, Dutch, Danish).
/// - Units, currencies and percent signs are ignored: "180 lbs", "$1,250.50", "50%" (is 50), "25 years old".
/// - A rating names its first number: "6/10" and "6 out of 10" are 6. Fractions in halves, thirds, quarters and eighths are
///   fractions: "1/2" is 0.5, "1 1/2" is 1.5.
/// - "5k", "1.5 million", "2 hundred", "a dozen", "two and a half", "minus five" and "none" (0) are understood.
/// - Dates, times, phone numbers, versions and words with digits in them ("B12", "11/22/2026", "10:30") are no numbers.
pub fn number(input: &str, language: &str) -> Option<Extracted<f64>> {
    let (text, start) = trimmed(input, MAX_INPUT_CHARS)?;
    if let Some(value) = plain(text) {
        return Some(Extracted::new(value, start..start + text.len(), 1.0));
    }
    let found = Reader {
        language,
        comma: decimal_comma(language),
    }
    .read(text)?;
    Some(Extracted::new(
        found.value,
        start + found.span.start..start + found.span.end,
        found.confidence,
    ))
}

/// The fast path: up to nine digits and nothing else.
fn plain(text: &str) -> Option<f64> {
    if text.len() > 9 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse::<u32>().ok().map(f64::from)
}

struct Reader<'a> {
    language: &'a str,
    comma: bool,
}

/// A piece of the text between white space, without brackets and punctuation around it.
struct Piece<'a> {
    text: &'a str,
    start: usize,
}

impl Piece<'_> {
    const fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// A number and the pieces that say it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found {
    pub(crate) value: f64,
    pub(crate) first: usize,
    pub(crate) last: usize,
    pub(crate) sure: f32,
}

impl Reader<'_> {
    fn read(&self, text: &str) -> Option<Extracted<f64>> {
        let folded = fold(text);
        let whole = 0..text.len();
        let text = folded.as_ref().map_or(text, |folded| folded.text.as_str());
        let pieces = pieces(text);
        let lower: Vec<String> = pieces
            .iter()
            .map(|piece| piece.text.to_lowercase())
            .collect();
        let mut found = self.numbers(&pieces, &lower);
        strip_scale(&lower, &mut found);
        let first = found.first()?.clone();
        let same = found
            .iter()
            .all(|other| (other.value - first.value).abs() < f64::EPSILON);
        // "five five five" is a number being spelled.
        let spelled = found
            .windows(2)
            .any(|pair| pair[1].first == pair[0].last + 1);
        if !same || spelled || first.value.abs() > MAX_VALUE {
            return None;
        }
        let mut span = pieces[first.first].start..pieces[first.last].end();
        if let Some(folded) = &folded {
            span = folded.places.get(span.start)?.0..folded.places.get(span.end.checked_sub(1)?)?.1;
        }
        let sure = if span == whole {
            first.sure
        } else {
            first.sure.min(0.9)
        };
        Some(Extracted::new(first.value, span, sure))
    }

    fn numbers(&self, pieces: &[Piece<'_>], lower: &[String]) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        let mut at = 0;
        while at < pieces.len() {
            let next = self.digits(pieces, lower, at).or_else(|| {
                number_words::at(lower, at, self.language).map(|found| self.halved(lower, found))
            });
            match next {
                Some(mut number) => {
                    if at > 0 && number.value > 0.0 && number_words::is_minus(&lower[at - 1]) {
                        number.value = -number.value;
                        number.first = at - 1;
                    }
                    at = number.last + 1;
                    found.push(number);
                }
                None => at += 1,
            }
        }
        found
    }

    /// A number in digits at this piece, with what belongs to it behind: fraction, "and a half", "million".
    fn digits(&self, pieces: &[Piece<'_>], lower: &[String], at: usize) -> Option<Found> {
        let text = pieces[at].text;
        if !text.bytes().any(|byte| byte.is_ascii_digit()) {
            return None;
        }
        if let Some(value) = written::fraction(text) {
            return Some(Found {
                value,
                first: at,
                last: at,
                sure: 0.9,
            });
        }
        let mut number = Found {
            value: written::token(text, self.comma)?,
            first: at,
            last: at,
            sure: 1.0,
        };
        if let Some(next) = pieces.get(at + 1) {
            // "1 1/2"; "1 250 000" where spaces part the thousands.
            if let Some(part) = written::fraction(next.text).filter(|part| *part < 1.0)
                && number.value.fract() == 0.0
            {
                number.value += part;
                number.last = at + 1;
                return Some(number);
            }
            let groups = pieces[at + 1..]
                .iter()
                .take_while(|piece| written::is_group(piece.text))
                .count();
            if groups > 0
                && text.len() <= 3
                && !text.starts_with('0')
                && text.bytes().all(|byte| byte.is_ascii_digit())
            {
                let joined: String = pieces[at..=at + groups]
                    .iter()
                    .map(|piece| piece.text)
                    .collect();
                number.value = written::digits_value(&joined)?;
                number.last = at + groups;
            }
        }
        Some(self.scaled(lower, number))
    }

    /// "million", "and a half" and their like behind a number.
    fn scaled(&self, lower: &[String], mut number: Found) -> Found {
        while let Some(scale) = lower
            .get(number.last + 1)
            .and_then(|word| number_words::scale(word, self.language))
        {
            number.value *= scale;
            number.last += 1;
        }
        self.halved(lower, number)
    }

    /// "two and a half", "one and a half million".
    fn halved(&self, lower: &[String], mut number: Found) -> Found {
        if let Some(words) = number_words::and_a_half(&lower[number.last + 1..]) {
            number.value += 0.5;
            number.last += words;
            if let Some(scale) = lower
                .get(number.last + 1)
                .and_then(|word| number_words::scale(word, self.language))
            {
                number.value *= scale;
                number.last += 1;
            }
        }
        number
    }
}

/// Pieces between white space, without punctuation around them.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let outside = |c: char| {
        matches!(
            c,
            ',' | ';'
                | ':'
                | '!'
                | '?'
                | '('
                | ')'
                | '['
                | ']'
                | '{'
                | '}'
                | '"'
                | '“'
                | '”'
                | '«'
                | '»'
                | '¿'
                | '¡'
                | '*'
                | '_'
                | '…'
        )
    };
    let mut found = Vec::new();
    let mut from = 0;
    for raw in text.split(char::is_whitespace) {
        let start = from + (raw.len() - raw.trim_start_matches(outside).len());
        let inner = raw
            .trim_matches(outside)
            .trim_end_matches(['.', '\'', '’'])
            .trim_end_matches(outside);
        if !inner.is_empty() && start + inner.len() <= text.len() {
            found.push(Piece { text: inner, start });
        }
        from += raw.len();
        from += text[from..].chars().next().map_or(0, char::len_utf8);
    }
    found
}

/// A text with full-width digits and vulgar fractions in plain characters, and for each of its bytes the place of the
/// character that it came from.
struct Folded {
    text: String,
    places: Vec<(usize, usize)>,
}

/// `None` when there is nothing to fold.
fn fold(text: &str) -> Option<Folded> {
    let wide = |c: char| {
        matches!(
            c,
            '\u{ff10}'..='\u{ff19}' | '½' | '¼' | '¾' | '⅓' | '⅔' | '⅛' | '\u{2044}'
        )
    };
    if text.is_ascii() || !text.contains(wide) {
        return None;
    }
    let mut folded = Folded {
        text: String::with_capacity(text.len() + 8),
        places: Vec::with_capacity(text.len() + 8),
    };
    for (at, c) in text.char_indices() {
        match c {
            '\u{ff10}'..='\u{ff19}' => {
                folded.text.push(char::from(
                    b'0' + u8::try_from(u32::from(c) - 0xff10).unwrap_or(0),
                ));
            }
            '½' => folded.text.push_str(" 1/2"),
            '¼' => folded.text.push_str(" 1/4"),
            '¾' => folded.text.push_str(" 3/4"),
            '⅓' => folded.text.push_str(" 1/3"),
            '⅔' => folded.text.push_str(" 2/3"),
            '⅛' => folded.text.push_str(" 1/8"),
            '\u{2044}' => folded.text.push('/'),
            other => folded.text.push(other),
        }
        folded
            .places
            .resize(folded.text.len(), (at, at + c.len_utf8()));
    }
    Some(folded)
}

/// Drops the scale from "7 on a scale of 1 to 10", "6 out of 10" and "6 of 10".
fn strip_scale(lower: &[String], found: &mut Vec<Found>) {
    if let Some(scale) = lower
        .iter()
        .position(|word| matches!(word.as_str(), "scale" | "escala" | "skala"))
    {
        let behind: Vec<usize> = found
            .iter()
            .filter(|number| number.first > scale)
            .map(|number| number.first)
            .collect();
        if let [low, high, ..] = behind.as_slice()
            && *high <= low + 2
        {
            let (low, high) = (*low, *high);
            found.retain(|number| number.first != low && number.first != high);
        }
        return;
    }
    if let [rating, top] = found.as_slice()
        && rating.value <= top.value
        && top.first > rating.last + 1
        && top.first <= rating.last + 3
    {
        let between: Vec<&str> = lower[rating.last + 1..top.first]
            .iter()
            .map(String::as_str)
            .collect();
        if matches!(
            between.as_slice(),
            ["out", "of"] | ["of"] | ["from"] | ["de"] | ["von"] | ["/"] | ["over"] | ["sobre"]
        ) {
            found.truncate(1);
        }
    }
}

#[cfg(test)]
mod tests;
