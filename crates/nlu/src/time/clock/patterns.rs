//! How times of day are written, per language. All patterns have the same groups, so one reader serves them.

use std::sync::LazyLock;

use regex::Regex;

pub(super) struct Patterns {
    /// Groups: `lead`, `frac` (half past), `h`, `m`, `oc` (o'clock), `tail` (y media), `part` (am, in the morning).
    pub(super) time: Regex,
    /// Noon and midnight; group `noon` for the first.
    pub(super) named: Regex,
}

const ENGLISH: [&str; 2] = [
    r"(?P<lead>\b(?:at|around|about|by|after|before|from|between|until|till|for|say)\s+(?:about\s+|around\s+)?|@\s*)?(?P<frac>\b(?:half past|half|quarter past|quarter after|quarter to|quarter of|quarter til)\s+)?\b(?P<h>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?:(?P<sep>[:.])(?P<m>\d{2})(?::\d{2})?)?(?P<oc>\s*(?:o'?\s?clock|o’clock|hrs|hours))?(?:-?ish\b)?(?P<tail>)(?P<part>\s*(?:a\.?m\b\.?|p\.?m\b\.?)|[ap]\b|\s+(?:in the (?:early |late )?(?:morning|afternoon|evening)|at night|tonight|this (?:morning|afternoon|evening)))?",
    r"\b(?:(?:at |around |by |before |after |12 )?(?:(?P<noon>noon|midday|noontime|lunchtime)|midnight))\b",
];

const SPANISH: [&str; 2] = [
    r"(?P<lead>\b(?:a las?|sobre las?|hacia las?|desde las?|de las?|entre las?|después de las?|antes de las?|y las?|las?)\s+)?(?P<frac>)\b(?P<h>\d{1,2}|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce)(?:(?P<sep>[:.h])(?P<m>\d{2}))?(?P<oc>\s*(?:horas|hrs?|h)\b)?(?P<tail>\s+(?:y media|y cuarto|menos cuarto|en punto)\b)?(?P<part>\s*(?:a\.?\s?m\b\.?|p\.?\s?m\b\.?)|\s+(?:(?:de|por|en) la (?:mañana|manana|tarde|noche|madrugada)|del mediod[ií]a))?",
    r"\b(?:al? )?(?:(?P<noon>mediod[ií]a)|(?:la )?medianoche)\b",
];

const GERMAN: [&str; 2] = [
    r"(?P<lead>\b(?:um|gegen|ab|nach|vor|bis|von|zwischen|so gegen|circa|ca\.)\s+)?(?P<frac>\b(?:halb|viertel nach|viertel vor|dreiviertel)\s+)?\b(?P<h>\d{1,2}|ein|eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf)(?:(?P<sep>[:.])(?P<m>\d{2}))?(?P<oc>\s*(?:uhr|h)\b(?:\s*(?P<m2>\d{2})\b)?)?(?P<tail>)(?P<part>\s*(?:am|pm)\b|\s+(?:morgens|vormittags|mittags|nachmittags|abends|nachts|in der früh|am (?:morgen|vormittag|nachmittag|abend)|in der nacht)\b)?",
    r"\b(?:(?P<noon>(?:zu )?mittag|mittags|12 uhr mittags)|(?:um )?mitternacht)\b",
];

const PORTUGUESE: [&str; 2] = [
    r"(?P<lead>(?:\b(?:as|pelas|por volta das|das|entre as|depois das|antes das|a partir das|até as|até|e)\s+|(?:às|à|até às)\s+))?(?P<frac>)\b(?P<h>\d{1,2}|uma|duas|três|tres|quatro|cinco|seis|sete|oito|nove|dez|onze|doze)(?:(?P<sep>[:.h])(?P<m>\d{2}))?(?P<oc>\s*(?:horas?|hrs?|h)\b)?(?P<tail>\s+(?:e meia|e quinze|em ponto)\b)?(?P<part>\s*(?:am|pm)\b|\s+(?:da|de|pela) (?:manhã|manha|tarde|noite|madrugada))?",
    r"(?:\b(?:ao )?(?P<noon>meio[- ]dia)|(?:à )?\bmeia[- ]noite)\b",
];

pub(super) static PATTERNS: LazyLock<Option<[Patterns; 4]>> = LazyLock::new(|| {
    let patterns = |[time, named]: [&str; 2]| {
        Some(Patterns {
            time: Regex::new(time).ok()?,
            named: Regex::new(named).ok()?,
        })
    };
    Some([
        patterns(ENGLISH)?,
        patterns(SPANISH)?,
        patterns(GERMAN)?,
        patterns(PORTUGUESE)?,
    ])
});

/// Parts of the day as words, for the three languages where duckling misses them. Group 1 is the part.
pub(super) static PARTS: LazyLock<Option<[Regex; 3]>> = LazyLock::new(|| {
    Some([
        Regex::new(r"\b(?:por|en|de|a) la (mañana|manana|tarde|noche)\b").ok()?,
        Regex::new(r"\b(?:(früh|morgens|vormittags?|nachmittags?|abends?|nachts)|am (morgen|vormittag|nachmittag|abend))(?:\b|$)").ok()?,
        Regex::new(r"(?:\b(?:de|pela|da|a)|à) (manhã|manha|tarde|noite)\b").ok()?,
    ])
});

/// A time in another zone: left to duckling, which knows them.
pub(super) static ZONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"\d\s*(?:[ap]\.?m\.?)?\s*\b(?:utc|gmt|est|edt|cst|cdt|mst|mdt|pst|pdt|cet|cest|bst)\b",
    )
    .ok()
});
