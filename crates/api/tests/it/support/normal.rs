//! Answers made comparable: ids, secrets and times become what they are, numbered in the order of their appearance.
use serde_json::Value;
use std::collections::HashMap;

const IDS: [&str; 12] = [
    "ses", "usr", "msg", "bot", "agt", "evt", "whk", "tok", "wsp", "dlv", "job", "req",
];
const SECRETS: [&str; 3] = ["sbm", "sbd", "sbk"];

/// Remembers what it has seen, so that an id keeps its number over several answers.
#[derive(Default)]
pub(crate) struct Normal {
    seen: HashMap<String, String>,
    counts: HashMap<&'static str, usize>,
}

impl Normal {
    /// The value with everything replaced that differs from run to run.
    pub(crate) fn of(&mut self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(list) => list.iter().map(|it| self.of(it)).collect(),
            Value::Object(object) => {
                let mut names: Vec<_> = object.keys().collect();
                names.sort_unstable();
                Value::Object(
                    names
                        .into_iter()
                        .map(|it| (it.clone(), self.of(&object[it])))
                        .collect(),
                )
            }
            other => other.clone(),
        }
    }

    fn text(&mut self, text: &str) -> String {
        if is_time(text) {
            return "<time>".to_owned();
        }
        if let Some(known) = self.seen.get(text) {
            return known.clone();
        }
        let Some((prefix, rest)) = text.split_once('_') else {
            return text.to_owned();
        };
        let is_id = rest.len() == 32
            && rest
                .bytes()
                .all(|it| it.is_ascii_hexdigit() && !it.is_ascii_uppercase());
        let is_secret = rest.len() == 49 && rest.bytes().all(|it| it.is_ascii_alphanumeric());
        let kind = IDS
            .iter()
            .filter(|_| is_id)
            .chain(SECRETS.iter().filter(|_| is_secret))
            .find(|it| **it == prefix);
        let Some(kind) = kind else {
            return text.to_owned();
        };
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        let normal = format!("{kind}_#{count}");
        self.seen.insert(text.to_owned(), normal.clone());
        normal
    }
}

/// One answer alone.
pub(crate) fn normal(value: &Value) -> Value {
    Normal::default().of(value)
}

/// Whether a text is a time as the APIs write one: RFC 3339, UTC, milliseconds.
pub(crate) fn is_time(text: &str) -> bool {
    const FORM: &[u8] = b"0000-00-00T00:00:00.000Z";
    let fits = |(byte, form): (u8, &u8)| {
        if *form == b'0' {
            byte.is_ascii_digit()
        } else {
            byte == *form
        }
    };
    text.len() == FORM.len() && text.bytes().zip(FORM).all(fits)
}
