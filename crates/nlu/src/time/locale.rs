//! The languages and regions of `duckling`.

use duckling::{Lang, Locale, Region};

use crate::input::Setting;
use crate::language::primary;

/// The locale of a setting; English where duckling does not know the language.
pub(super) fn locale(setting: &Setting<'_>) -> Locale {
    let lang = match primary(setting.language).to_ascii_lowercase().as_str() {
        "es" => Lang::ES,
        "de" => Lang::DE,
        "pt" => Lang::PT,
        "fr" => Lang::FR,
        "it" => Lang::IT,
        "nl" => Lang::NL,
        "pl" => Lang::PL,
        "ru" => Lang::RU,
        "uk" => Lang::UK,
        "zh" => Lang::ZH,
        "ja" => Lang::JA,
        "ko" => Lang::KO,
        "ar" => Lang::AR,
        "tr" => Lang::TR,
        "sv" => Lang::SV,
        "nb" | "no" => Lang::NB,
        "da" => Lang::DA,
        "ro" => Lang::RO,
        "el" => Lang::EL,
        "hu" => Lang::HU,
        "vi" => Lang::VI,
        "he" => Lang::HE,
        "hi" => Lang::HI,
        _ => Lang::EN,
    };
    // Holidays and the order of day and month follow the region where duckling knows it.
    let region = match setting.region.to_ascii_uppercase().as_str() {
        "US" => Some(Region::US),
        "GB" => Some(Region::GB),
        "AU" => Some(Region::AU),
        "CA" => Some(Region::CA),
        "IE" => Some(Region::IE),
        "IN" => Some(Region::IN),
        "NZ" => Some(Region::NZ),
        "ZA" => Some(Region::ZA),
        "PH" => Some(Region::PH),
        "ES" => Some(Region::ES),
        "MX" => Some(Region::MX),
        "AR" => Some(Region::AR),
        "CO" => Some(Region::CO),
        "CL" => Some(Region::CL),
        "PE" => Some(Region::PE),
        "VE" => Some(Region::VE),
        _ => None,
    };
    Locale::new(lang, region)
}
