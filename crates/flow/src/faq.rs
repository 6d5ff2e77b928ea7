//! Questions and answers: what `faq` bots are made of, and the chit-chat of a workspace.
use crate::{
    Finding, FindingCode,
    boxes::{Question, Settings},
    document::ReadBox,
    finding::escape,
    scope::Path,
    template::Template,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use smartbot_nlu::questions::{self, Questions};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};
use utoipa::ToSchema;

/// The most questions of a bot.
pub const MAX_ENTRIES: usize = 5_000;
/// The most wordings of a question, the first one included.
pub const MAX_PHRASES: usize = 50;
/// The most groups of synonyms.
const MAX_SYNONYMS: usize = 500;
/// How well a question must fit unless somebody says otherwise.
pub(crate) const THRESHOLD: f32 = 0.6;
/// How well small talk must fit: it must not take answers away from the bot.
const SMALL_TALK: f32 = 0.8;

/// The keys that a `faq` bot has of its own.
pub(crate) const KEYS: [&str; 5] = ["greeting", "no_answer", "threshold", "synonyms", "entries"];

/// The one box of a `faq` bot.
pub(crate) const BOX: &str = "faq";

/// Questions with their answers, ready to be asked.
#[derive(Debug, Default)]
pub struct Faq {
    questions: Questions,
    entries: Vec<Entry>,
    index: HashMap<Arc<str>, usize>,
    threshold: f32,
}

/// A question with its answer.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) id: Arc<str>,
    pub(crate) question: String,
    pub(crate) answer: Template,
}

/// What was found for a question.
#[derive(Debug)]
pub(crate) struct Hit<'f> {
    pub(crate) entry: &'f Entry,
    pub(crate) score: f32,
}

/// A question and its answer as it is written.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrittenEntry {
    /// Stable: it names the entry in answers that are kept.
    #[schema(pattern = "^\\S{1,64}$")]
    id: String,
    /// The question.
    question: String,
    /// Other wordings of it.
    #[serde(default)]
    variants: Vec<String>,
    /// What the bot says.
    #[schema(value_type = String, extensions(("x-widget" = json!("template")), ("x-multiline" = json!(true))))]
    answer: Template,
    /// The language that it is asked in, such as `es`; in all unless given.
    #[serde(default)]
    language: Option<String>,
}

impl Faq {
    /// The answer to a text, if one fits at least so well.
    pub(crate) fn find(
        &self,
        text: &str,
        language: &str,
        threshold: Option<f32>,
    ) -> Option<Hit<'_>> {
        let found = self.questions.best(text, language)?;
        let entry = &self.entries[found.place];
        (found.score >= threshold.unwrap_or(self.threshold)).then_some(Hit {
            entry,
            score: found.score,
        })
    }

    pub(crate) fn entry(&self, id: &str) -> Option<&Entry> {
        self.index.get(id).map(|it| &self.entries[*it])
    }

    /// How many questions it answers.
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it answers nothing.
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The fields that its answers name, with the place of the entry.
    pub(crate) fn paths(&self) -> impl Iterator<Item = (usize, &Path)> {
        let entries = self.entries.iter().enumerate();
        entries.flat_map(|(place, it)| it.answer.paths().map(move |path| (place, path)))
    }

    fn new(
        written: Vec<WrittenEntry>,
        synonyms: &[Vec<String>],
        language: &str,
        threshold: f32,
    ) -> Self {
        let asked = written.iter().map(|it| {
            let variants = it.variants.iter().map(String::as_str);
            questions::Question {
                phrases: std::iter::once(it.question.as_str())
                    .chain(variants)
                    .collect(),
                language: it.language.as_deref(),
            }
        });
        let questions = Questions::new(asked, synonyms, language);
        let entries: Vec<Entry> = written
            .into_iter()
            .map(|it| Entry {
                id: it.id.into(),
                question: it.question,
                answer: it.answer,
            })
            .collect();
        let index = entries.iter().enumerate();
        Self {
            questions,
            index: index.map(|(place, it)| (it.id.clone(), place)).collect(),
            entries,
            threshold,
        }
    }

    /// Small talk of a workspace: phrases with what is answered to them, `(id, phrases, answer, language)`. The error is a sentence, with
    /// the place of the entry.
    pub fn small_talk<'a>(
        entries: impl IntoIterator<Item = (&'a str, &'a [String], &'a str, Option<&'a str>)>,
        language: &str,
    ) -> Result<Self, (usize, String)> {
        let mut written = Vec::new();
        for (place, (id, phrases, answer, language)) in entries.into_iter().enumerate() {
            let mut phrases = phrases.iter().cloned();
            written.push(WrittenEntry {
                id: id.to_owned(),
                question: phrases.next().unwrap_or_default(),
                variants: phrases.collect(),
                answer: Template::parse(answer).map_err(|why| (place, why))?,
                language: language.map(str::to_owned),
            });
        }
        Ok(Self::new(written, &[], language, SMALL_TALK))
    }
}

/// What a `faq` bot has of its own, read leniently.
pub(crate) struct Reader<'r> {
    pub(crate) found: &'r mut Vec<Finding>,
    pub(crate) map: &'r Map<String, Value>,
}

impl Reader<'_> {
    fn report(&mut self, code: FindingCode, pointer: &str, message: impl Into<String>) {
        self.found.push(Finding::new(code, message).at(pointer));
    }

    /// The questions, and the box that asks for them.
    pub(crate) fn read(&mut self, language: &str) -> (Arc<Faq>, ReadBox) {
        let threshold = self.threshold();
        let synonyms = self.synonyms();
        let entries = self.entries();
        let faq = Arc::new(Faq::new(entries, &synonyms, language, threshold));
        let greeting = self.template("greeting", "What would you like to know?");
        let no_answer = self.template(
            "no_answer",
            "I have no answer to that. Can you say it in other words?",
        );
        let question = Question {
            text: greeting,
            save_to: None,
            retry_text: Some(no_answer),
            max_retries: u32::MAX,
            sensitive: false,
        };
        let read = ReadBox {
            settings: Arc::new(Settings::own_faq(faq.clone())),
            question: Some(question),
            advanced: crate::boxes::Advanced::default(),
        };
        (faq, read)
    }

    fn template(&mut self, key: &str, usual: &str) -> Template {
        let text = match self.map.get(key) {
            None => usual,
            Some(Value::String(text)) => text,
            Some(_) => {
                let message = format!("`{key}` must be a text.");
                self.report(FindingCode::MalformedDocument, &format!("/{key}"), message);
                usual
            }
        };
        Template::parse(text).unwrap_or_else(|why| {
            let message = format!("`{key}`: {why}.");
            self.report(FindingCode::BadTemplate, &format!("/{key}"), message);
            Template::default()
        })
    }

    fn threshold(&mut self) -> f32 {
        let Some(value) = self.map.get("threshold") else {
            return THRESHOLD;
        };
        match value.as_f64().filter(|it| (0.0..=1.0).contains(it)) {
            #[expect(clippy::cast_possible_truncation, reason = "a share of one")]
            Some(it) => it as f32,
            None => {
                let message = "`threshold` is a number from 0 to 1.";
                self.report(FindingCode::BadSetting, "/threshold", message);
                THRESHOLD
            }
        }
    }

    fn synonyms(&mut self) -> Vec<Vec<String>> {
        let Some(value) = self.map.get("synonyms") else {
            return vec![];
        };
        let groups = Vec::<Vec<String>>::deserialize(value).ok();
        let fits = |it: &Vec<Vec<String>>| {
            it.len() <= MAX_SYNONYMS && it.iter().all(|it| it.len() <= MAX_PHRASES)
        };
        groups.filter(fits).unwrap_or_else(|| {
            let message = "`synonyms` is a list of at most 500 groups of at most 50 words that mean the same.";
            self.report(FindingCode::MalformedDocument, "/synonyms", message);
            vec![]
        })
    }

    fn entries(&mut self) -> Vec<WrittenEntry> {
        let list = match self.map.get("entries") {
            Some(Value::Array(list)) if list.len() <= MAX_ENTRIES => list.as_slice(),
            _ => {
                let message = format!(
                    "`entries` is a list of at most {MAX_ENTRIES} questions with their answers."
                );
                self.report(FindingCode::MalformedDocument, "/entries", message);
                &[]
            }
        };
        if list.is_empty() && self.map.get("entries").is_some_and(Value::is_array) {
            self.report(
                FindingCode::BadEntry,
                "/entries",
                "The bot answers nothing yet: `entries` is empty.",
            );
        }
        let mut entries = Vec::with_capacity(list.len());
        let mut ids: HashSet<String> = HashSet::new();
        let mut asked: HashMap<(String, Option<String>), usize> = HashMap::new();
        for (place, value) in list.iter().enumerate() {
            let Some(entry) = self.entry(place, value) else {
                continue;
            };
            if !ids.insert(entry.id.clone()) {
                let message = format!("Two entries have the id `{}`.", entry.id);
                self.report(
                    FindingCode::DuplicateEntry,
                    &format!("/entries/{place}/id"),
                    message,
                );
                continue;
            }
            for phrase in std::iter::once(&entry.question).chain(&entry.variants) {
                let key = (smartbot_nlu::normalise(phrase), entry.language.clone());
                if let Some(other) = asked.insert(key, place).filter(|it| *it != place) {
                    let message = format!(
                        "Entry {} asks “{phrase}” too; the first one is answered.",
                        other + 1
                    );
                    self.report(
                        FindingCode::DuplicateQuestion,
                        &format!("/entries/{place}"),
                        message,
                    );
                }
            }
            entries.push(entry);
        }
        entries
    }

    fn entry(&mut self, place: usize, value: &Value) -> Option<WrittenEntry> {
        let pointer = format!("/entries/{place}");
        let entry = match WrittenEntry::deserialize(value) {
            Ok(entry) => entry,
            Err(error) => {
                let text = error.to_string();
                let unknown = text
                    .strip_prefix("unknown field `")
                    .and_then(|it| it.split('`').next());
                let template = text.strip_prefix(crate::template::ERROR_PREFIX);
                match (unknown, template) {
                    (Some(key), _) => {
                        let message = format!("The key `{key}` has no meaning in an entry.");
                        self.report(
                            FindingCode::UnknownKey,
                            &format!("{pointer}/{}", escape(key)),
                            message,
                        );
                    }
                    (_, Some(why)) => {
                        self.report(
                            FindingCode::BadTemplate,
                            &format!("{pointer}/answer"),
                            format!("`answer`: {why}."),
                        );
                    }
                    _ => self.report(
                        FindingCode::BadEntry,
                        &pointer,
                        format!("The entry cannot be read: {text}."),
                    ),
                }
                return None;
            }
        };
        let mut refuse = |key: &str, message: &str| {
            self.found
                .push(Finding::new(FindingCode::BadEntry, message).at(format!("{pointer}/{key}")));
        };
        let id = &entry.id;
        if id.is_empty() || id.len() > 64 || id.contains(char::is_whitespace) {
            refuse(
                "id",
                "The entry needs an `id`: 1 to 64 characters without white space.",
            );
            return None;
        }
        if entry.question.trim().is_empty() {
            refuse("question", "The entry asks nothing: `question` is empty.");
        }
        if entry.answer.is_blank() {
            refuse("answer", "The entry answers nothing: `answer` is empty.");
        }
        if entry.variants.len() >= MAX_PHRASES {
            refuse("variants", "A question has at most 50 wordings.");
        }
        if entry
            .language
            .as_deref()
            .is_some_and(|it| !crate::document::is_language(it))
        {
            refuse("language", "The language is one such as `en` or `es-MX`.");
        }
        Some(entry)
    }
}

/// The JSON Schema of the document of a `faq` bot, without its dialect.
pub(crate) fn schema(entry: Value) -> Value {
    let text = |description: &str| json!({"type": "string", "x-widget": "template", "description": description});
    json!({
        "$id": "/schemas/faq.json",
        "title": "SmartBot FAQ bot",
        "description": "A bot that answers questions: by itself, as a box of a flow bot, or when no link of a flow bot fits.",
        "type": "object",
        "required": ["format", "function_id", "name", "type", "language", "entries"],
        "additionalProperties": false,
        "properties": {
            "format": {"const": crate::document::FORMAT, "description": "The version of this format."},
            "function_id": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$", "description": "The bot's short public name, unique in its workspace."},
            "name": {"type": "string", "minLength": 1, "description": "The bot's name for people."},
            "type": {"const": "faq", "description": "The kind of bot."},
            "description": {"type": "string", "description": "What the bot is for."},
            "language": {"type": "string", "description": "The language that it speaks, such as `en`."},
            "languages": {"type": "array", "items": {"type": "string"}, "description": "More languages that it understands."},
            "hashtags": {"type": "array", "items": {"type": "string"}, "description": "Words that start the bot when a user types them after a `#`."},
            "greeting": text("What it says first."),
            "no_answer": text("What it says when nothing fits."),
            "threshold": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.6, "description": "How well a question must fit, from 0 to 1."},
            "synonyms": {"type": "array", "maxItems": MAX_SYNONYMS, "items": {"type": "array", "items": {"type": "string"}, "maxItems": MAX_PHRASES}, "description": "Groups of words that mean the same."},
            "entries": {"type": "array", "minItems": 1, "maxItems": MAX_ENTRIES, "items": entry, "description": "The questions with their answers."}
        }
    })
}
