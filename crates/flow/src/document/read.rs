//! From JSON to a document, part by part.
use super::{
    BotDocument, BoxDocument, CatchAll, FORMAT, LinkDocument, MAX_BOXES, MAX_LINKS, boxes::one_box,
    is_function_id,
};
use crate::{
    Finding, FindingCode, boxes::common::Notify, condition, context::IDENTITY, faq, finding::escape,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use smartbot_model::field::{FieldDefinition, RESTRICTED, is_valid_name};
use smartbot_model::user::is_valid_flag;
use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

/// Reads a whole document.
pub(super) fn document(value: &Value) -> BotDocument {
    Reader::default().document(value)
}

#[derive(Default)]
struct Reader {
    found: Vec<Finding>,
}

const KEYS: [&str; 16] = [
    "format",
    "function_id",
    "name",
    "type",
    "description",
    "language",
    "languages",
    "fields",
    "start",
    "boxes",
    "links",
    "layout",
    "notes",
    "catch_all",
    "hashtags",
    "notify_on_start",
];

/// The keys of a FAQ bot, beside those of its own.
const FAQ_KEYS: [&str; 9] = [
    "format",
    "function_id",
    "name",
    "type",
    "description",
    "language",
    "languages",
    "hashtags",
    "notify_on_start",
];

impl Reader {
    fn report(&mut self, code: FindingCode, pointer: &str, message: impl Into<String>) {
        self.found.push(Finding::new(code, message).at(pointer));
    }

    fn document(&mut self, source: &Value) -> BotDocument {
        let empty = Map::new();
        let map = source.as_object().unwrap_or_else(|| {
            self.report(
                FindingCode::MalformedDocument,
                "",
                "A bot is a JSON object.",
            );
            &empty
        });
        let is_faq = map.get("type").and_then(Value::as_str) == Some("faq");
        let known: Vec<&str> = if is_faq {
            FAQ_KEYS.iter().chain(&faq::KEYS).copied().collect()
        } else {
            KEYS.to_vec()
        };
        for key in map.keys().filter(|it| !known.contains(&it.as_str())) {
            let message = format!(
                "The key `{key}` has no meaning in a bot of this type. Known: {}.",
                known.join(", ")
            );
            self.report(
                FindingCode::UnknownKey,
                &format!("/{}", escape(key)),
                message,
            );
        }
        self.format(map);
        let function_id = self.text(map, "function_id", true);
        if !is_function_id(&function_id) {
            let message = "`function_id` has 1 to 64 letters, digits, `_` or `-`.";
            self.report(FindingCode::BadFunctionId, "/function_id", message);
        }
        for (key, is_right) in [
            ("layout", Value::is_object as fn(&Value) -> bool),
            ("notes", |it| it.is_array() || it.is_object()),
        ] {
            if map.get(key).is_some_and(|it| !is_right(it)) {
                self.report(
                    FindingCode::MalformedDocument,
                    &format!("/{key}"),
                    format!("`{key}` has another shape."),
                );
            }
        }
        let fields = self.fields(map);
        let language = self.language(map);
        let catch_all = self.part::<CatchAll>(map, "catch_all");
        if let Some(it) = &catch_all
            && (!is_function_id(&it.function_id)
                || it.threshold.is_some_and(|it| !(0.0..=1.0).contains(&it)))
        {
            let message = "`catch_all` names a FAQ bot by its function id; `threshold` is a number from 0 to 1.";
            self.report(FindingCode::BadSetting, "/catch_all", message);
        }
        let hashtags = self.hashtags(map);
        let notify_on_start = self.part::<Notify>(map, "notify_on_start");
        if let Some(why) = notify_on_start.as_ref().and_then(Notify::mistake) {
            self.report(FindingCode::BadSetting, "/notify_on_start", why);
        }
        let mut own_faq = None;
        let (boxes, links, start) = if is_faq {
            let mut reader = faq::Reader {
                found: &mut self.found,
                map,
            };
            let (questions, read) = reader.read(&language);
            own_faq = Some(questions);
            let only = BoxDocument {
                id: faq::BOX.to_owned(),
                title: None,
                read: Some(Arc::new(read)),
            };
            (vec![only], vec![], faq::BOX.to_owned())
        } else {
            let boxes = self.boxes(map);
            let links = self.links(map);
            (boxes, links, self.text(map, "start", false))
        };
        BotDocument {
            faq: own_faq,
            catch_all,
            hashtags,
            notify_on_start,
            function_id,
            name: self.text(map, "name", true),
            description: map
                .get("description")
                .map(|_| self.text(map, "description", false)),
            language,
            languages: self.languages(map),
            fields,
            start,
            boxes,
            links,
            problems: std::mem::take(&mut self.found),
        }
    }

    fn format(&mut self, map: &Map<String, Value>) {
        match map.get("format").map(|it| it.as_str().unwrap_or_default()) {
            Some(FORMAT) => {}
            None => {
                self.report(
                    FindingCode::UnsupportedFormat,
                    "/format",
                    format!("`format` is missing; write `{FORMAT}`."),
                );
            }
            Some(other) => {
                let message =
                    format!("The format `{other}` is not known; this version reads `{FORMAT}`.");
                self.report(FindingCode::UnsupportedFormat, "/format", message);
            }
        }
        match map.get("type").map(|it| it.as_str().unwrap_or_default()) {
            Some("flow" | "faq") => {}
            _ => self.report(
                FindingCode::UnsupportedBotType,
                "/type",
                "`type` must be `flow` or `faq`.",
            ),
        }
    }

    /// A part of the document that is read as a whole.
    fn part<T: DeserializeOwned>(&mut self, map: &Map<String, Value>, key: &str) -> Option<T> {
        let value = map.get(key).filter(|it| !it.is_null())?;
        match T::deserialize(value) {
            Ok(part) => Some(part),
            Err(error) => {
                let message = format!("`{key}` cannot be read: {error}.");
                self.report(FindingCode::BadSetting, &format!("/{key}"), message);
                None
            }
        }
    }

    fn hashtags(&mut self, map: &Map<String, Value>) -> Vec<Arc<str>> {
        let mut tags: Vec<Arc<str>> = vec![];
        for (index, value) in self.list(map, "hashtags", false, 20).iter().enumerate() {
            let text = value.as_str().unwrap_or_default().to_lowercase();
            if !is_valid_flag(&text) || tags.iter().any(|it| **it == *text) {
                let message = "A hashtag is a word without the `#`: letters, digits, `-`, `_`, `.`, `:`, at most 64, and there only once.";
                self.report(
                    FindingCode::BadHashtag,
                    &format!("/hashtags/{index}"),
                    message,
                );
            } else {
                tags.push(text.into());
            }
        }
        tags
    }

    fn text(&mut self, map: &Map<String, Value>, key: &str, needed: bool) -> String {
        match map.get(key) {
            Some(Value::String(text)) if !needed || !text.trim().is_empty() => return text.clone(),
            Some(Value::String(_)) => {
                self.report(
                    FindingCode::MalformedDocument,
                    &format!("/{key}"),
                    format!("`{key}` is empty."),
                );
            }
            Some(_) => {
                self.report(
                    FindingCode::MalformedDocument,
                    &format!("/{key}"),
                    format!("`{key}` must be a text."),
                );
            }
            None if needed => {
                self.report(
                    FindingCode::MalformedDocument,
                    &format!("/{key}"),
                    format!("`{key}` is missing."),
                );
            }
            None => {}
        }
        String::new()
    }

    fn language(&mut self, map: &Map<String, Value>) -> String {
        let language = self.text(map, "language", true);
        if !language.is_empty() && !is_language(&language) {
            let message = format!("`{language}` is not a language such as `en` or `es-MX`.");
            self.report(FindingCode::MalformedDocument, "/language", message);
        }
        if is_language(&language) {
            language
        } else {
            "en".to_owned()
        }
    }

    fn languages(&mut self, map: &Map<String, Value>) -> Vec<String> {
        let Some(value) = map.get("languages") else {
            return vec![];
        };
        let list: Vec<String> = value
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|it| it.as_str().map(str::to_owned))
            .collect();
        if value.as_array().is_none_or(|it| it.len() != list.len())
            || !list.iter().all(|it| is_language(it))
        {
            let message = "`languages` is a list of languages such as `en` or `es-MX`.";
            self.report(FindingCode::MalformedDocument, "/languages", message);
            return vec![];
        }
        list
    }

    fn list<'m>(
        &mut self,
        map: &'m Map<String, Value>,
        key: &str,
        needed: bool,
        most: usize,
    ) -> &'m [Value] {
        match map.get(key) {
            Some(Value::Array(list)) if list.len() <= most => return list,
            Some(Value::Array(_)) => {
                let message = format!("`{key}` has more than {most} entries.");
                self.report(FindingCode::MalformedDocument, &format!("/{key}"), message);
            }
            Some(_) => {
                self.report(
                    FindingCode::MalformedDocument,
                    &format!("/{key}"),
                    format!("`{key}` must be a list."),
                );
            }
            None if needed => {
                self.report(
                    FindingCode::MalformedDocument,
                    &format!("/{key}"),
                    format!("`{key}` is missing."),
                );
            }
            None => {}
        }
        &[]
    }

    fn fields(&mut self, map: &Map<String, Value>) -> Vec<FieldDefinition> {
        let mut fields: Vec<FieldDefinition> = vec![];
        let mut names = HashSet::new();
        for (index, value) in self.list(map, "fields", false, 1_000).iter().enumerate() {
            let pointer = format!("/fields/{index}");
            let field = match FieldDefinition::deserialize(value) {
                Ok(field) => field,
                Err(error) => {
                    let message = format!("The field cannot be read: {error}.");
                    self.report(FindingCode::BadField, &pointer, message);
                    continue;
                }
            };
            if !is_valid_name(&field.name) {
                let message = format!(
                    "`{}` cannot name a field: a letter or `_`, then letters, digits and `_`.",
                    field.name
                );
                self.report(FindingCode::BadField, &pointer, message);
            } else if IDENTITY.contains(&field.name.as_str())
                || RESTRICTED.contains(&field.name.as_str())
            {
                let message = format!("`{}` is SmartBot's own and cannot be declared.", field.name);
                self.report(FindingCode::BadField, &pointer, message);
            } else if !names.insert(field.name.clone()) {
                let message = format!("The field `{}` is declared twice.", field.name);
                self.report(FindingCode::DuplicateField, &pointer, message);
            } else {
                fields.push(field);
            }
        }
        fields
    }

    fn boxes(&mut self, map: &Map<String, Value>) -> Vec<BoxDocument> {
        let list = self.list(map, "boxes", true, MAX_BOXES);
        let mut boxes = Vec::with_capacity(list.len());
        let mut ids: HashSet<&str> = HashSet::with_capacity(list.len());
        for (index, value) in list.iter().enumerate() {
            let Some(map) = value.as_object() else {
                self.report(
                    FindingCode::MalformedDocument,
                    &format!("/boxes/{index}"),
                    "A box is an object.",
                );
                continue;
            };
            let id = map.get("id").and_then(Value::as_str).unwrap_or_default();
            if !is_box_id(id) {
                let message = "The box needs an `id`: 1 to 64 characters without white space.";
                self.report(
                    FindingCode::BadBoxId,
                    &format!("/boxes/{index}/id"),
                    message,
                );
                continue;
            }
            if !ids.insert(id) {
                let message = format!("Two boxes have the id `{id}`.");
                let finding = Finding::new(FindingCode::DuplicateBoxId, message);
                self.found
                    .push(finding.at(format!("/boxes/{index}/id")).in_box(id));
                continue;
            }
            boxes.push(one_box(&mut self.found, index, id, map));
        }
        boxes
    }

    fn links(&mut self, map: &Map<String, Value>) -> Vec<LinkDocument> {
        let list = self.list(map, "links", true, MAX_LINKS);
        let mut links = Vec::with_capacity(list.len());
        for (index, value) in list.iter().enumerate() {
            let link = self.link(index, value);
            links.push(link);
        }
        links
    }

    /// Also a link that cannot be read keeps its place: links are named by their index.
    fn link(&mut self, index: usize, value: &Value) -> LinkDocument {
        let mut link = LinkDocument {
            from: String::new(),
            to: String::new(),
            when: None,
            fingerprint: 0,
            broken: true,
        };
        let Some(map) = value.as_object() else {
            let finding = Finding::new(FindingCode::MalformedDocument, "A link is an object.");
            self.found
                .push(finding.at(format!("/links/{index}")).in_link(index));
            return link;
        };
        let mut broken = false;
        let mut report = |code, below: &str, message: String| {
            let mut finding = Finding::new(code, message)
                .at(format!("/links/{index}{below}"))
                .in_link(index);
            finding.box_id = map.get("from").and_then(Value::as_str).map(str::to_owned);
            self.found.push(finding);
        };
        for key in map
            .keys()
            .filter(|it| !matches!(it.as_str(), "from" | "to" | "when"))
        {
            broken = true;
            let message =
                format!("The key `{key}` has no meaning in a link. Known: from, to, when.");
            report(
                FindingCode::UnknownKey,
                &format!("/{}", escape(key)),
                message,
            );
        }
        for (key, into) in [("from", &mut link.from), ("to", &mut link.to)] {
            match map.get(key).and_then(Value::as_str) {
                Some(id) => id.clone_into(into),
                None => {
                    broken = true;
                    report(
                        FindingCode::LinkToNowhere,
                        &format!("/{key}"),
                        format!("The link needs `{key}`, the id of a box."),
                    );
                }
            }
        }
        match map
            .get("when")
            .filter(|it| !it.is_null())
            .map(condition::read)
        {
            None => {}
            Some(Ok(when)) => {
                link.fingerprint = map.get("when").map_or(0, fingerprint);
                link.when = Some(Arc::new(when));
            }
            Some(Err(refusal)) => {
                broken = true;
                report(
                    refusal.code,
                    &format!("/when{}", refusal.pointer),
                    refusal.message,
                );
            }
        }
        link.broken = broken;
        link
    }
}

fn is_box_id(text: &str) -> bool {
    !text.is_empty()
        && text.chars().count() <= 64
        && !text.contains(|it: char| it.is_whitespace() || it.is_control())
}

pub(crate) fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    parts.next().is_some_and(|it| {
        (2..=3).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_lowercase())
    }) && parts
        .all(|it| (2..=8).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_alphanumeric()))
}

/// A hash of JSON, the same for equal values.
fn fingerprint(value: &Value) -> u64 {
    fn feed(value: &Value, hasher: &mut DefaultHasher) {
        match value {
            Value::Null => 0_u8.hash(hasher),
            Value::Bool(it) => it.hash(hasher),
            Value::Number(it) => it.hash(hasher),
            Value::String(it) => it.hash(hasher),
            Value::Array(list) => {
                list.len().hash(hasher);
                list.iter().for_each(|it| feed(it, hasher));
            }
            Value::Object(map) => {
                map.len().hash(hasher);
                for (key, value) in map {
                    key.hash(hasher);
                    feed(value, hasher);
                }
            }
        }
    }
    let mut hasher = DefaultHasher::new();
    feed(value, &mut hasher);
    hasher.finish()
}
