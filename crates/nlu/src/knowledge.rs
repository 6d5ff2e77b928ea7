//! What extractors load before they can read their first text, and that takes too long for somebody's turn.
use crate::{phone, time};
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// Something that is loaded at its first use and stays in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Knowledge {
    /// The rules for dates of a language: some 0.2 s and 25 MB each.
    Dates,
    /// What telephone numbers of all countries look like: some 20 ms and 13 MB, whatever the language.
    Phones,
}

static LOADED: Mutex<Option<HashSet<(Knowledge, String)>>> = Mutex::new(None);

impl Knowledge {
    /// Whether somebody has loaded it for this language (BCP 47), or is doing so.
    pub fn is_loaded(self, language: &str) -> bool {
        let loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        loaded
            .as_ref()
            .is_some_and(|it| it.contains(&self.with(language)))
    }

    /// Loads it. Returns at once when somebody has done so.
    pub fn load(self, language: &str) {
        let is_new = LOADED
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert_default()
            .insert(self.with(language));
        match self {
            Self::Dates if is_new => time::warm(language),
            Self::Phones if is_new => phone::warm(),
            Self::Dates | Self::Phones => {}
        }
    }

    fn with(self, language: &str) -> (Self, String) {
        match self {
            Self::Dates => (self, language.to_owned()),
            Self::Phones => (self, String::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_loaded_by_language_and_phones_once() {
        Knowledge::Phones.load("en");
        assert!(Knowledge::Phones.is_loaded("de"));
        Knowledge::Dates.load("pt");
        assert!(Knowledge::Dates.is_loaded("pt"));
        assert!(!Knowledge::Dates.is_loaded("xx"));
    }
}
