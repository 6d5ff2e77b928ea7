//! Postal addresses: the American pattern in parts, others by postal code; the text itself is always kept.

mod states;

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::input::{Extracted, MAX_INPUT_CHARS, trimmed};
use crate::normal::normalise;
use states::last_state;

/// An address as far as it could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The address as it was typed, without "my address is" in front.
    pub text: String,
    /// House number and street with the unit ("123 Main St, Apt 4B"), or a post office box.
    pub street: Option<String>,
    /// City or town.
    pub city: Option<String>,
    /// American state or Canadian province as two letters.
    pub state: Option<String>,
    /// ZIP or ZIP+4, Canadian and British codes with one space, others as typed.
    pub postal_code: Option<String>,
}

struct Patterns {
    lead: Regex,
    us_street: Regex,
    box_number: Regex,
    unit: Regex,
    street_word: Regex,
    state_zip: Regex,
    zip: Regex,
    canadian: Regex,
    british: Regex,
    other_code: Regex,
}

static PATTERNS: LazyLock<Option<Patterns>> = LazyLock::new(|| Patterns::new().ok());

impl Patterns {
    fn new() -> Result<Self, regex::Error> {
        const SUFFIX: &str = "st(?:reet)?|ave(?:nue)?|av|blvd|boulevard|rd|road|dr(?:ive)?|ln|lane|ct|court|pl(?:ace)?|way|ter(?:race)?|cir(?:cle)?|pkwy|parkway|hwy|highway|sq(?:uare)?|trl|trail|loop|row|alley|aly|plaza|plz|pike|run|path|xing|crossing|crescent|cres|close|gardens|grove|mews";
        Ok(Self {
            lead: Regex::new(
                r"(?i)^(?:(?:hi|hello|yes|sure|ok|hola|hallo|oi)[,.! ]+)?(?:(?:my|our|the|home|mailing|current|mi|meine|meu|minha|o meu)\s+)*(?:(?:home |mailing |postal )?address|direcci[oó]n|adresse|anschrift|endere[cç]o|zip(?: ?code)?|postal code|postcode|c[oó]digo postal|plz|postleitzahl|cep)\s*(?:(?:ist|is|es|lautet|é|e)\b|:|=|-)?\s*|^(?:it'?s|it is|i live (?:at|in|on)|i'?m at|we live (?:at|in|on)|vivo en(?: la)?|ich wohne (?:in der|in|im|am)|moro (?:na|no|em))\s+",
            )?,
            us_street: Regex::new(&format!(
                r"(?i)\b\d{{1,6}}[a-z]?(?:-\d{{1,5}})?(?:\s+1/2)?\s+(?:[nsew]{{1,2}}\.?\s+)?(?:[\p{{L}}0-9][\p{{L}}0-9.'’-]*\s+){{1,4}}?(?:{SUFFIX})\b\.?(?:\s+(?:[nsew]|ne|nw|se|sw|north|south|east|west)\b\.?)?"
            ))?,
            box_number: Regex::new(
                r"(?i)\b(?:p\.?\s*o\.?\s*box|post office box|postfach|apartado(?: postal)?|caixa postal)\s*#?\s*\d{1,8}\b",
            )?,
            unit: Regex::new(
                r"(?i)^[\s,]*(?:(?:apt|apartment|suite|ste|unit|floor|fl|bldg|building|room|rm|lot|trlr)\b\.?\s*#?\s*[a-z0-9-]{1,8}|#\s*[a-z0-9-]{1,8})\b",
            )?,
            street_word: Regex::new(
                r"(?i)(?:stra(?:ß|ss)e\b|str\.|\w+stra(?:ß|ss)e\b|\w+str\b|weg\b|platz\b|allee\b|gasse\b|\bcalle\b|\bavenida\b|\bav\.|\bpaseo\b|\bplaza\b|\bcarrera\b|\brua\b|\btravessa\b|\balameda\b|\bpraça\b|\brue\b|\bvia\b|\bboulevard\b)",
            )?,
            state_zip: Regex::new(
                r"(?i)(?:^|[\s,])([\p{L}][\p{L}. ]{1,24}?)[\s,]+(\d{5}(?:-\d{4})?)\b",
            )?,
            zip: Regex::new(r"\b\d{5}(?:-\d{4})?\b")?,
            canadian: Regex::new(
                r"(?i)\b([abceghjklmnprstvxy]\d[abceghj-nprstv-z])[ -]?(\d[abceghj-nprstv-z]\d)\b",
            )?,
            british: Regex::new(
                r"(?i)\b([a-pr-uwyz][a-hk-y]?\d[a-z\d]?) ?(\d[abd-hjlnp-uw-z]{2})\b",
            )?,
            other_code: Regex::new(
                r"(?i)\b(?:\d{5}-\d{3}|\d{4}-\d{3}|\d{2}-\d{3}|\d{3} \d{2}|\d{4} ?[a-z]{2}|\d{4,6})\b",
            )?,
        })
    }
}

pub(crate) fn warm() {
    LazyLock::force(&PATTERNS);
}

/// The address in the text: it needs a street with a number, a post office box, a postal code, or a city with its state.
///
/// Confidence 0.95 for street and postal code, 0.8 for one of them, 0.6 for city and state. Postal codes are checked by their
/// shape only.
pub fn address(input: &str) -> Option<Extracted<Address>> {
    let patterns = PATTERNS.as_ref()?;
    let (whole, offset) = trimmed(input, MAX_INPUT_CHARS)?;
    if whole.contains('@') || whole.contains("://") {
        return None;
    }
    let lead = patterns.lead.find(whole).map_or(0, |lead| lead.end());
    let said_zip = lead > 0;
    let text = whole[lead..].trim_end_matches(['.', '!', ' ', ',']);
    let start = offset + lead;
    let mut reader = Reader {
        patterns,
        text,
        taken: Vec::new(),
    };
    let street = reader.street();
    let (state, postal_code) = reader.state_and_code(street.is_some() || said_zip);
    let city = reader.city(state.is_some() || postal_code.is_some() || street.is_some());
    // A number by itself in a sentence is no postal code: "I am 25000 times sorry".
    let code_counts = postal_code.is_some()
        && (street.is_some() || state.is_some() || code_alone(text) || said_zip);
    let confidence = match (
        street.is_some(),
        code_counts,
        city.is_some() && state.is_some(),
    ) {
        (true, true, _) => 0.95,
        (true, false, _) | (false, true, _) => 0.8,
        (false, false, true) => 0.6,
        (false, false, false) => return None,
    };
    let value = Address {
        text: text.to_owned(),
        street,
        city,
        state,
        postal_code,
    };
    Some(Extracted::new(value, start..start + text.len(), confidence))
}

/// A postal code with a town at most, and no other number beside it.
fn code_alone(text: &str) -> bool {
    let numbers = text
        .split_whitespace()
        .filter(|word| word.bytes().any(|byte| byte.is_ascii_digit()))
        .count();
    text.split_whitespace().count() <= 4 && (numbers == 1 || (numbers == 2 && text.len() <= 8))
}

struct Reader<'a> {
    patterns: &'a Patterns,
    text: &'a str,
    /// What is already read.
    taken: Vec<Range<usize>>,
}

impl Reader<'_> {
    fn street(&mut self) -> Option<String> {
        let found = self
            .patterns
            .us_street
            .find(self.text)
            .or_else(|| self.patterns.box_number.find(self.text));
        if let Some(found) = found {
            let mut end = found.end();
            while let Some(unit) = self.patterns.unit.find(&self.text[end..]) {
                if unit.end() == 0 {
                    break;
                }
                end += unit.end();
            }
            return Some(self.take(found.start()..end));
        }
        // "Hauptstraße 5", "Calle Mayor 10": a street word and a number in one part; "123 Broadway, New York": the first part.
        let mut from = 0;
        let parts: Vec<Range<usize>> = self
            .text
            .split([',', '\n'])
            .map(|part| {
                let range = from..from + part.len();
                from += part.len() + 1;
                range
            })
            .collect();
        let numbered = |part: &str| {
            part.split_whitespace()
                .any(|word| word.starts_with(|c: char| c.is_ascii_digit()) && word.len() <= 6)
        };
        for (at, range) in parts.iter().enumerate() {
            let part = &self.text[range.clone()];
            let leading = at == 0
                && parts.len() > 1
                && part.split_whitespace().count() <= 5
                && part.trim_start().starts_with(|c: char| c.is_ascii_digit())
                && part.trim().contains(' ')
                && part.chars().any(char::is_alphabetic)
                && !self.patterns.state_zip.is_match(part);
            if leading || (numbered(part) && self.patterns.street_word.is_match(part)) {
                // The number of the house may stand behind a comma; a postal code ends the street.
                return Some(self.take(range.clone()));
            }
            if self.patterns.street_word.is_match(part)
                && let Some(next) = parts.get(at + 1)
                && self.text[next.clone()].trim().len() <= 5
                && numbered(&self.text[next.clone()])
            {
                return Some(self.take(range.start..next.end));
            }
        }
        None
    }

    /// State and postal code, looked for behind the street.
    fn state_and_code(&mut self, street: bool) -> (Option<String>, Option<String>) {
        let free = self.free();
        let from = if street {
            self.taken.last().map_or(0, |taken| taken.end)
        } else {
            0
        };
        let with_zip = self
            .patterns
            .state_zip
            .captures_iter(&free[from..])
            .filter_map(|groups| {
                let (before, zip) = (groups.get(1)?, groups.get(2)?);
                let (state, place) = last_state(before.as_str())?;
                Some((
                    state,
                    from + before.start() + place.start..from + zip.end(),
                    zip.as_str().to_owned(),
                ))
            });
        if let Some((state, range, zip)) = with_zip.last() {
            self.taken.push(range);
            return (Some(state), Some(zip));
        }
        for pattern in [&self.patterns.canadian, &self.patterns.british] {
            if let Some(groups) = pattern.captures(&free[from..])
                && let (Some(whole), Some(one), Some(two)) =
                    (groups.get(0), groups.get(1), groups.get(2))
            {
                let code = format!("{} {}", one.as_str(), two.as_str()).to_uppercase();
                self.taken.push(from + whole.start()..from + whole.end());
                return (self.state(), Some(code));
            }
        }
        let zip = self.patterns.zip.find_iter(&free[from..]).last();
        let other = || self.patterns.other_code.find_iter(&free[from..]).last();
        let code = zip
            .filter(|zip| !free[from + zip.end()..].starts_with('-'))
            .or_else(other)
            .map(|code| from + code.start()..from + code.end());
        let code = code.map(|range| {
            self.taken.push(range.clone());
            self.text[range].to_owned()
        });
        (self.state(), code)
    }

    /// A state at the end of what is left, behind a comma or as two capital letters.
    fn state(&mut self) -> Option<String> {
        let free = self.free();
        let left = free.trim_end_matches([' ', ',', '.', '-']);
        let (state, place) = last_state(left)?;
        let capitals = left[place.clone()].chars().all(char::is_uppercase);
        let comma = left[..place.start].trim_end().ends_with([',', '-']);
        if !capitals && !comma {
            return None;
        }
        self.taken.push(place);
        Some(state)
    }

    /// The last part that is left and made of letters.
    fn city(&mut self, known: bool) -> Option<String> {
        if !known {
            return None;
        }
        let free = self.free();
        let mut found = None;
        for part in free.split([',', '\n', '\0']) {
            let name = part
                .trim_matches(|c: char| !c.is_alphabetic() && c != '.' && c != ')')
                .trim();
            let normal = normalise(name);
            let letters = !name.is_empty()
                && name.chars().all(|c| {
                    c.is_alphabetic() || matches!(c, ' ' | '.' | '-' | '\'' | '’' | '(' | ')')
                });
            let sentence = normal.split(' ').any(|word| {
                matches!(
                    word,
                    "i" | "my" | "have" | "is" | "am" | "the" | "and" | "dont" | "not" | "it"
                )
            });
            let country = matches!(
                normal.as_str(),
                "usa"
                    | "us"
                    | "united states"
                    | "uk"
                    | "united kingdom"
                    | "england"
                    | "canada"
                    | "germany"
                    | "deutschland"
                    | "spain"
                    | "espana"
                    | "brasil"
                    | "brazil"
                    | "mexico"
                    | "unit"
                    | "apt"
            );
            if letters
                && !sentence
                && !country
                && name.chars().count() >= 2
                && name.split(' ').count() <= 5
            {
                // "in San Francisco"
                let name = ["in ", "en ", "em ", "at "]
                    .iter()
                    .fold(name, |name, word| name.strip_prefix(word).unwrap_or(name));
                found = Some(name.to_owned());
            }
        }
        found
    }

    fn take(&mut self, range: Range<usize>) -> String {
        let text = self.text[range.clone()]
            .trim()
            .trim_end_matches(',')
            .to_owned();
        self.taken.push(range);
        text
    }

    /// The text with what is read replaced by NUL, byte by byte, so that places stay.
    fn free(&self) -> String {
        let mut bytes = self.text.as_bytes().to_vec();
        for range in &self.taken {
            if let Some(part) = bytes.get_mut(range.clone()) {
                part.fill(0);
            }
        }
        // Only whole characters were replaced.
        String::from_utf8(bytes).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
