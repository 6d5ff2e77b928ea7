//! A bot that is ready to run.
use crate::{
    BotDocument, Finding, State,
    boxes::{
        Advanced, FlowBox, FlowLink, Route, Settings, Use,
        common::{Notify, SaveTo},
    },
    condition::{Operands, Operator},
    document::{CatchAll, ReadBox},
    faq::Faq,
    state::Waits,
    validate::{Known, validate},
};
use serde_json::{Map, Value};
use smartbot_model::field::{FieldDefinition, FieldKind, FieldType, built_in};
use smartbot_nlu::Knowledge;
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

/// A compiled bot. Immutable; share it in an `Arc`.
#[derive(Debug)]
pub struct Flow {
    function_id: Arc<str>,
    name: String,
    languages: Vec<String>,
    version: Option<u32>,
    start: u32,
    boxes: Vec<FlowBox>,
    index: HashMap<Arc<str>, u32>,
    fields: Vec<FieldDefinition>,
    /// What is known of every field that the bot declares or writes.
    known: HashMap<Arc<str>, KnownField>,
    sensitive: HashSet<Arc<str>>,
    jump_targets: BTreeSet<Arc<str>>,
    faq: Option<Arc<Faq>>,
    catch_all: Option<CatchAll>,
    hashtags: Vec<Arc<str>>,
    notify_on_start: Option<Notify>,
}

#[derive(Debug, Clone, Copy)]
struct KnownField {
    kind: FieldKind,
    /// Whether the bot declares it; if not, it is built in or only written by a box.
    declared: bool,
    /// The type that it is declared with or built in as.
    r#type: Option<FieldType>,
    /// The type of what boxes write to it.
    written: Option<FieldType>,
}

impl Flow {
    /// Makes a document ready to run. Only errors stand in the way, never warnings; all of them are told at once.
    pub fn compile(doc: &BotDocument) -> Result<Self, Vec<Finding>> {
        let mut errors: Vec<Finding> = doc.problems().to_vec();
        errors.extend(validate(doc, &Known::default()));
        errors.retain(Finding::is_error);
        if !errors.is_empty() {
            return Err(errors);
        }
        Self::compile_draft(doc).ok_or_else(|| {
            vec![Finding::new(
                crate::FindingCode::MalformedDocument,
                "The bot cannot be made ready to run.",
            )]
        })
    }

    /// Makes a draft ready to be tried out, as far as it goes: a session fails where it comes to a box with errors, and links that
    /// cannot be understood are never followed. `None` only for a draft without a start.
    pub fn compile_draft(doc: &BotDocument) -> Option<Self> {
        let known = known_fields(doc);
        let mut sensitive: HashSet<Arc<str>> = doc
            .fields
            .iter()
            .filter(|it| it.sensitive)
            .map(|it| it.name.as_str().into())
            .collect();
        let mut boxes = Vec::with_capacity(doc.boxes.len());
        let mut index = HashMap::with_capacity(doc.boxes.len());
        let mut jump_targets = BTreeSet::new();
        for (number, it) in doc.boxes.iter().enumerate() {
            let Some(read) = &it.read else {
                index.insert(it.id.as_str().into(), u32::try_from(number).ok()?);
                boxes.push(broken_box(&it.id)?);
                continue;
            };
            let ReadBox {
                settings,
                question,
                advanced,
            } = &**read;
            let id: Arc<str> = it.id.as_str().into();
            index.insert(id.clone(), u32::try_from(number).ok()?);
            let save_to = question.as_ref().and_then(|it| it.save_to.clone());
            if let Some(name) = save_to
                .as_ref()
                .filter(|_| question.as_ref().is_some_and(|it| it.sensitive))
            {
                sensitive.insert(name.clone());
            }
            settings.as_box().uses(&mut |it| {
                if let Use::Bot(function_id) | Use::Faq(function_id) = it {
                    jump_targets.insert(Arc::from(function_id));
                }
            });
            let save = save_to.map(|name| SaveTo {
                declared: known.get(&name).and_then(|it| it.r#type),
                name,
            });
            boxes.push(FlowBox {
                id,
                settings: settings.clone(),
                question: question.clone(),
                advanced: advanced.clone(),
                links: vec![],
                default: None,
                exhausted: None,
                no_reply: vec![],
                save,
                has_no_agent: false,
                broken: false,
            });
        }
        for link in doc.links.iter().filter(|it| !it.broken) {
            if !index.contains_key(link.to.as_str()) {
                index.insert(link.to.as_str().into(), u32::try_from(boxes.len()).ok()?);
                boxes.push(broken_box(&link.to)?);
            }
        }
        for (number, link) in doc.links.iter().enumerate().filter(|it| !it.1.broken) {
            let to = *index.get(link.to.as_str())?;
            let Some(&from) = index.get(link.from.as_str()) else {
                continue;
            };
            let from = boxes.get_mut(from as usize)?;
            let route = Route { link: number, to };
            let Some(when) = &link.when else {
                from.default = Some(route);
                continue;
            };
            match when.leaf().map(|it| (it.op, &it.operands)) {
                Some((Operator::Exhausted, _)) => {
                    from.exhausted.get_or_insert(route);
                }
                Some((Operator::NoReplyFor, Operands::Length(length))) => {
                    from.no_reply.push((*length, route));
                }
                leaf => {
                    from.has_no_agent |= leaf.is_some_and(|(op, _)| op == Operator::NoAgent);
                    from.links.push(FlowLink {
                        when: when.clone(),
                        route,
                    });
                }
            }
        }
        if let Some(it) = &doc.catch_all {
            jump_targets.insert(it.function_id.clone());
        }
        let mut languages = vec![doc.language.clone()];
        languages.extend(
            doc.languages
                .iter()
                .filter(|it| **it != doc.language)
                .cloned(),
        );
        Some(Self {
            function_id: doc.function_id.as_str().into(),
            name: doc.name.clone(),
            languages,
            version: None,
            start: *index.get(doc.start.as_str())?,
            boxes,
            index,
            fields: doc.fields.clone(),
            known,
            sensitive,
            jump_targets,
            faq: doc.faq.clone(),
            catch_all: doc.catch_all.clone(),
            hashtags: doc.hashtags.clone(),
            notify_on_start: doc.notify_on_start.clone(),
        })
    }

    /// Says which published version this is, so that sessions that come in by a jump stay on it.
    #[must_use]
    pub fn with_version(mut self, version: u32) -> Self {
        self.version = Some(version);
        self
    }

    /// The published version, where somebody said it.
    pub const fn version(&self) -> Option<u32> {
        self.version
    }

    /// The bot's short public name.
    pub fn function_id(&self) -> &str {
        &self.function_id
    }

    /// The bot's name for people.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The language that the bot speaks when nobody says otherwise.
    pub fn language(&self) -> &str {
        self.languages.first().map_or("en", String::as_str)
    }

    /// All languages of the bot, the main one first.
    pub fn languages(&self) -> &[String] {
        &self.languages
    }

    /// The fields that the bot declares.
    pub fn fields(&self) -> &[FieldDefinition] {
        &self.fields
    }

    /// How many boxes it has.
    pub const fn box_count(&self) -> usize {
        self.boxes.len()
    }

    /// Whether a field is marked as sensitive: at its declaration, or at a box that saves to it.
    pub fn is_sensitive(&self, name: &str) -> bool {
        !self.sensitive.is_empty() && self.sensitive.contains(name)
    }

    /// Whether the next step may have to find a date in a text (some 0.25 ms; anything else is about 1 µs).
    /// Inside another bot the answer is yes.
    pub fn needs_time_parsing(&self, state: &State) -> bool {
        state.waits == Waits::Input
            && (state.bot.is_some()
                || state
                    .at
                    .as_deref()
                    .and_then(|it| self.find(it))
                    .is_some_and(|it| {
                        self.get(it).settings.as_box().needs() == Some(Knowledge::Dates)
                    }))
    }

    /// Whether somebody should call [`Self::load`] before a user answers.
    pub fn is_cold(&self) -> bool {
        self.needs().any(|(it, language)| !it.is_loaded(language))
    }

    /// Loads what its boxes need to understand answers, in all of its languages, so that no user waits for it. Takes up to 0.2 s per
    /// language, and next to nothing when it was loaded before.
    pub fn load(&self) {
        self.needs().for_each(|(it, language)| it.load(language));
    }

    fn needs(&self) -> impl Iterator<Item = (Knowledge, &str)> {
        let needs: BTreeSet<Knowledge> = self
            .boxes
            .iter()
            .filter_map(|it| it.settings.as_box().needs())
            .collect();
        needs
            .into_iter()
            .flat_map(|it| self.languages.iter().map(move |language| (it, &**language)))
    }

    /// The other bots that boxes of this one jump to or answer from: the runtime loads them (and theirs) before a step.
    pub fn jump_targets(&self) -> impl Iterator<Item = &str> {
        self.jump_targets.iter().map(|it| &**it)
    }

    /// The questions of a FAQ bot; none for a flow bot.
    pub const fn faq(&self) -> Option<&Arc<Faq>> {
        self.faq.as_ref()
    }

    /// The FAQ bot that answers when no link holds.
    pub(crate) const fn catch_all(&self) -> Option<&CatchAll> {
        self.catch_all.as_ref()
    }

    /// The words that start the bot when they are typed after a `#`, in small letters.
    pub fn hashtags(&self) -> impl Iterator<Item = &str> {
        self.hashtags.iter().map(|it| &**it)
    }

    /// Whom to notify when a session begins.
    pub(crate) const fn notify_on_start(&self) -> Option<&Notify> {
        self.notify_on_start.as_ref()
    }

    /// The words that people saw on the choices or steps of a box with these values; none when it has not all of them.
    pub fn labels(&self, box_id: &str, values: &[String]) -> Option<String> {
        let here = self.get(self.find(box_id)?);
        let mut details = Map::new();
        here.settings.as_box().draw(&mut details);
        let choices = details.get("choices").and_then(Value::as_array);
        let steps = details.get("labels").and_then(Value::as_object);
        let label = |value: &String| {
            let mut choices = choices.into_iter().flatten();
            let choice = choices.find(|it| it["value"].as_str() == Some(value));
            let choice = choice.and_then(|it| it["label"].as_str());
            choice.or_else(|| steps?.get(value)?.as_str())
        };
        let labels: Option<Vec<&str>> = values.iter().map(label).collect();
        labels.filter(|it| !it.is_empty()).map(|it| it.join(", "))
    }

    /// Whether there is a box of this id.
    pub fn has_box(&self, id: &str) -> bool {
        self.find(id).is_some()
    }

    /// The flags that boxes and hashtags assign or remove, each once, in alphabetical order.
    pub fn flags(&self) -> BTreeSet<&str> {
        let advanced = self.boxes.iter().map(|it| &it.advanced);
        advanced
            .flat_map(|it| it.assign_flags.iter().chain(&it.remove_flags))
            .chain(&self.hashtags)
            .map(|it| &**it)
            .collect()
    }

    /// The goals that boxes fulfil, each once, in alphabetical order.
    pub fn goals(&self) -> BTreeSet<&str> {
        self.boxes
            .iter()
            .filter_map(|it| it.advanced.goal.as_deref())
            .collect()
    }

    pub(crate) fn is_sensitive_answer(&self, it: &FlowBox) -> bool {
        it.question
            .as_ref()
            .is_some_and(|question| question.sensitive)
            || it
                .save
                .as_ref()
                .is_some_and(|save| self.is_sensitive(&save.name))
    }

    pub(crate) const fn start(&self) -> u32 {
        self.start
    }

    pub(crate) fn find(&self, id: &str) -> Option<u32> {
        self.index.get(id).copied()
    }

    /// The box of an index that [`Self::find`] or a link gave.
    pub(crate) fn get(&self, index: u32) -> &FlowBox {
        &self.boxes[index as usize]
    }

    /// Where a field lives: as declared, built-in ones with the user, all others in the session.
    pub(crate) fn kind_of(&self, name: &str) -> FieldKind {
        match self.known.get(name) {
            Some(it) => it.kind,
            None if built_in(name).is_some() => FieldKind::Profile,
            None => FieldKind::Variable,
        }
    }

    /// Where the bot's own declaration says that a field lives.
    pub(crate) fn declared_kind(&self, name: &str) -> Option<FieldKind> {
        self.known
            .get(name)
            .filter(|it| it.declared)
            .map(|it| it.kind)
    }

    /// The type that a field is declared with or built in as.
    pub(crate) fn declared_type(&self, name: &str) -> Option<FieldType> {
        match self.known.get(name) {
            Some(it) => it.r#type,
            None => built_in(name),
        }
    }

    /// The type of a field, declared or by what is written to it.
    pub fn type_of(&self, name: &str) -> Option<FieldType> {
        match self.known.get(name) {
            Some(it) => it.r#type.or(it.written),
            None => built_in(name),
        }
    }
}

/// What stands in a draft for a box that cannot be run.
fn broken_box(id: &str) -> Option<FlowBox> {
    let nothing = serde_json::Value::Object(serde_json::Map::new());
    Some(FlowBox {
        id: id.into(),
        settings: Arc::new(Settings::read("end", nothing)?.ok()?),
        question: None,
        advanced: Advanced::default(),
        links: vec![],
        default: None,
        exhausted: None,
        no_reply: vec![],
        save: None,
        has_no_agent: false,
        broken: true,
    })
}

/// The fields that a document declares or writes.
fn known_fields(doc: &BotDocument) -> HashMap<Arc<str>, KnownField> {
    let mut known: HashMap<Arc<str>, KnownField> = HashMap::new();
    for it in &doc.fields {
        let field = KnownField {
            kind: it.kind,
            declared: true,
            r#type: Some(it.r#type),
            written: None,
        };
        known.insert(it.name.as_str().into(), field);
    }
    for it in doc.boxes.iter().filter_map(|it| it.read.as_deref()) {
        it.writes(&mut |name, written| {
            let field = known
                .entry(name.into())
                .or_insert_with(|| match built_in(name) {
                    Some(it) => KnownField {
                        kind: FieldKind::Profile,
                        declared: false,
                        r#type: Some(it),
                        written: None,
                    },
                    None => KnownField {
                        kind: FieldKind::Variable,
                        declared: false,
                        r#type: None,
                        written,
                    },
                });
            // Two boxes that write different types leave it open.
            if field.written != written {
                field.written = None;
            }
        });
    }
    known
}

#[cfg(test)]
impl Flow {
    /// A bot with one box that ends, which knows the type of one field.
    pub(crate) fn for_tests() -> Self {
        let doc = serde_json::json!({
            "format": "smartbot/1", "function_id": "Test", "name": "Test", "type": "flow", "language": "en", "start": "end",
            "fields": [], "boxes": [{"id": "end", "type": "end"}], "links": []
        });
        Self::compile(&crate::parse(&doc).0).unwrap()
    }
}
