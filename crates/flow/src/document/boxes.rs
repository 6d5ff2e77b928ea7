//! Reads the boxes of a document.
use super::{BoxDocument, ReadBox};
use crate::{
    Finding, FindingCode,
    boxes::{self, Advanced, Check, Question, Settings},
    context::IDENTITY,
    finding::escape,
    formula, template,
};
use serde::de::{DeserializeOwned, value::MapDeserializer};
use serde_json::{Map, Value};
use serde_path_to_error::{Path, Segment};
use smartbot_model::field::{RESTRICTED, is_valid_name};
use std::{fmt::Write, sync::Arc};

/// Reads a box whose id is known to be right.
pub(super) fn one_box(
    found: &mut Vec<Finding>,
    index: usize,
    id: &str,
    map: &Map<String, Value>,
) -> BoxDocument {
    let mut reader = BoxReader {
        found,
        index,
        id,
        failed: false,
    };
    let title = match map.get("title") {
        None | Some(Value::Null) => None,
        Some(Value::String(title)) => Some(title.clone()),
        Some(_) => {
            reader.report(FindingCode::BadSetting, "/title", "`title` must be a text.");
            None
        }
    };
    let read = reader.settings(map);
    BoxDocument {
        id: id.to_owned(),
        title,
        read: read.map(Arc::new),
    }
}

/// Reads one box; every group of keys is read for itself, so that one mistake does not hide another.
struct BoxReader<'r> {
    found: &'r mut Vec<Finding>,
    index: usize,
    id: &'r str,
    failed: bool,
}

impl BoxReader<'_> {
    fn report(&mut self, code: FindingCode, below: &str, message: impl Into<String>) {
        self.failed |= code.severity() == crate::Severity::Error;
        let finding = Finding::new(code, message)
            .at(format!("/boxes/{}{below}", self.index))
            .in_box(self.id);
        self.found.push(finding);
    }

    fn settings(&mut self, map: &Map<String, Value>) -> Option<ReadBox> {
        let Some(name) = map.get("type").and_then(Value::as_str) else {
            self.report(
                FindingCode::UnknownBoxType,
                "/type",
                "The box needs a `type`.",
            );
            return None;
        };
        let Some(entry) = boxes::find_type(name) else {
            self.report(
                FindingCode::UnknownBoxType,
                "/type",
                format!("There is no box type `{name}` in this version."),
            );
            return None;
        };
        let asks = (entry.info)().asks;
        let advanced = match map.get("advanced").filter(|it| !it.is_null()) {
            None => Some(Advanced::default()),
            Some(Value::Object(advanced)) => {
                self.group::<Advanced>(advanced.iter(), "/advanced", "the Advanced panel")
            }
            Some(_) => {
                self.report(
                    FindingCode::BadSetting,
                    "/advanced",
                    "`advanced` must be an object.",
                );
                None
            }
        };
        let question = if asks {
            let keys = map.iter().filter(|(key, _)| is_question_key(key));
            Some(self.group::<Question>(keys, "", name))
        } else {
            None
        };
        let own = map
            .iter()
            .filter(|(key, _)| !is_common_key(key) && (!asks || !is_question_key(key)));
        let mut track = serde_path_to_error::Track::new();
        let from = MapDeserializer::new(own.map(|(key, value)| (key.as_str(), value)));
        let settings = match Settings::read(
            name,
            serde_path_to_error::Deserializer::new(from, &mut track),
        )? {
            Ok(settings) => Some(settings),
            Err(error) => {
                self.refused(&track.path(), &error, "", name);
                None
            }
        };
        let read = ReadBox {
            settings: Arc::new(settings?),
            question: match question {
                None => None,
                Some(question) => Some(question?),
            },
            advanced: advanced?,
        };
        self.check(&read);
        (!self.failed).then_some(read)
    }

    fn group<'v, T: DeserializeOwned>(
        &mut self,
        keys: impl Iterator<Item = (&'v String, &'v Value)>,
        below: &str,
        place: &str,
    ) -> Option<T> {
        let from = MapDeserializer::new(keys.map(|(key, value)| (key.as_str(), value)));
        let mut track = serde_path_to_error::Track::new();
        match T::deserialize(serde_path_to_error::Deserializer::new(from, &mut track)) {
            Ok(it) => Some(it),
            Err(error) => {
                self.refused(&track.path(), &error, below, place);
                None
            }
        }
    }

    /// Makes a finding of what `serde` says.
    fn refused(&mut self, path: &Path, error: &serde_json::Error, below: &str, place: &str) {
        let mut pointer = below.to_owned();
        for segment in path {
            let _ = match segment {
                Segment::Seq { index } => write!(pointer, "/{index}"),
                Segment::Map { key } => write!(pointer, "/{}", escape(key)),
                _ => Ok(()),
            };
        }
        let text = error.to_string();
        let setting = path.to_string();
        if let Some(rest) = text.strip_prefix("unknown field `") {
            let key = rest.split('`').next().unwrap_or_default();
            if !pointer.ends_with(&format!("/{}", escape(key))) {
                pointer.push('/');
                pointer.push_str(&escape(key));
            }
            let message = format!("The key `{key}` has no meaning in {}.", article(place));
            self.report(FindingCode::UnknownKey, &pointer, message);
        } else if let Some(rest) = text.strip_prefix("missing field `") {
            let key = rest.split('`').next().unwrap_or_default();
            self.report(
                FindingCode::MissingSetting,
                &pointer,
                format!("`{key}` is missing."),
            );
        } else if let Some(why) = text.strip_prefix(template::ERROR_PREFIX) {
            self.report(
                FindingCode::BadTemplate,
                &pointer,
                format!("`{setting}`: {why}."),
            );
        } else if let Some(why) = text.strip_prefix(formula::ERROR_PREFIX) {
            self.report(
                FindingCode::BadFormula,
                &pointer,
                format!("`{setting}`: {why}."),
            );
        } else if setting == "." {
            self.report(
                FindingCode::BadSetting,
                &pointer,
                format!("The settings do not fit: {text}."),
            );
        } else {
            self.report(
                FindingCode::BadSetting,
                &pointer,
                format!("`{setting}` does not fit: {text}."),
            );
        }
    }

    fn check(&mut self, read: &ReadBox) {
        let mut check = Check { found: vec![] };
        read.settings.as_box().check(&mut check);
        if let Some(question) = &read.question {
            if question.text.is_blank() {
                check.report(
                    FindingCode::MissingSetting,
                    "text",
                    "The box asks nothing: `text` is empty.",
                );
            }
            if question.max_retries > 100 {
                check.bad("max_retries", "At most 100 retries.");
            }
            if let Some(name) = &question.save_to {
                if !is_valid_name(name) {
                    check.bad("save_to", format!("`{name}` cannot name a field."));
                } else if IDENTITY.contains(&&**name) || RESTRICTED.contains(&&**name) {
                    check.report(
                        FindingCode::ReadOnlyField,
                        "save_to",
                        format!("No bot may write `{name}`."),
                    );
                }
            }
        }
        for (code, key, message) in check.found {
            self.report(code, &format!("/{key}"), message);
        }
        let mut check = Check { found: vec![] };
        read.advanced.check(&mut check);
        for (code, key, message) in check.found {
            self.report(code, &format!("/advanced/{key}"), message);
        }
    }
}

fn article(place: &str) -> String {
    if place.starts_with("the ") {
        place.to_owned()
    } else {
        format!("a box of the type `{place}`")
    }
}

fn is_common_key(key: &str) -> bool {
    matches!(key, "id" | "type" | "title" | "advanced")
}

fn is_question_key(key: &str) -> bool {
    matches!(
        key,
        "text" | "save_to" | "retry_text" | "max_retries" | "sensitive"
    )
}
