//! A step told box by box: what came in, what was understood, which conditions were tried, what was done. For whoever builds the bot.
use crate::{
    Effect,
    notes::{Looked, Note, Understood},
    words,
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

/// What happened in one box.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct TraceStep {
    /// The box.
    #[schema(example = "when")]
    pub box_id: String,
    /// The bot that the box belongs to, when it is not the one that is tried out; null otherwise.
    pub function_id: Option<String>,
    /// What people call the box.
    #[schema(example = "When would you like to come?")]
    pub title: String,
    /// What came in; null when nothing did.
    #[schema(example = "tomorrow at 10")]
    pub input: Option<String>,
    /// What was understood of it; null when nothing was.
    pub extracted: Option<Understood>,
    /// The conditions of its links, in their order, up to the first that held.
    pub conditions: Vec<TriedLink>,
    /// The link that was followed: its index in the document's `links`; null when none was.
    #[schema(example = 2)]
    pub link: Option<usize>,
    /// What was done there, beside talking.
    pub actions: Vec<TraceAction>,
}

/// A condition that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TriedLink {
    /// The link: its index in the document's `links`.
    #[schema(example = 2)]
    pub link: usize,
    /// The condition in words.
    #[schema(example = "the answer is after now")]
    pub sentence: String,
    /// Whether it held.
    pub held: bool,
}

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TraceAction {
    /// What kind it is: `assign_flag`, `set_profile_field`, `push_profile`, `call_api`, `reach_goal`, …
    #[serde(rename = "type")]
    #[schema(example = "assign_flag")]
    pub kind: String,
    /// In words.
    #[schema(example = "Puts the flag “vip” on the user")]
    pub sentence: String,
    /// What belongs to the kind: `flag`, `name` and `value`, `goal`, …
    #[schema(value_type = Object, example = json!({"flag": "vip", "box_id": "when"}))]
    pub data: Map<String, Value>,
}

/// Where a session stood before a step.
#[derive(Debug, Clone, Copy)]
pub struct Stood<'a> {
    /// The box.
    pub box_id: &'a str,
    /// The bot that the box belongs to, when it is not the session's own.
    pub function_id: Option<&'a str>,
}

/// The document of the bot that is tried out (`None`), or of another that it jumps to.
pub type Documents<'d> = dyn Fn(Option<&str>) -> Option<&'d Value> + 'd;

/// Tells a step. `input` is what came in, as people see it.
pub fn trace(
    documents: &Documents<'_>,
    stood: Option<Stood<'_>>,
    input: Option<String>,
    effects: &[Effect],
    notes: &[Note],
) -> Vec<TraceStep> {
    let mut told = Told {
        documents,
        steps: Vec::new(),
    };
    if let Some(stood) = stood {
        told.enter(stood.box_id, stood.function_id);
        told.last().input = input;
    }
    let mut notes = notes.iter().peekable();
    for (place, effect) in effects.iter().enumerate() {
        while let Some(note) = notes.next_if(|it| it.effects <= place) {
            told.note(note);
        }
        told.effect(effect);
    }
    notes.for_each(|it| told.note(it));
    told.steps.retain(|it| !it.is_empty());
    told.steps
}

impl TraceStep {
    /// Whether nothing happened there: the session stood there before, and the step went elsewhere from somewhere else.
    fn is_empty(&self) -> bool {
        *self
            == Self {
                box_id: self.box_id.clone(),
                function_id: self.function_id.clone(),
                title: self.title.clone(),
                ..Self::default()
            }
    }
}

struct Told<'d, 't> {
    documents: &'t Documents<'d>,
    steps: Vec<TraceStep>,
}

impl Told<'_, '_> {
    fn enter(&mut self, box_id: &str, function_id: Option<&str>) {
        let document = (self.documents)(function_id);
        let title = document.map_or_else(|| box_id.to_owned(), |it| words::title_of(it, box_id));
        self.steps.push(TraceStep {
            box_id: box_id.to_owned(),
            function_id: function_id.map(str::to_owned),
            title,
            ..TraceStep::default()
        });
    }

    fn last(&mut self) -> &mut TraceStep {
        if self.steps.is_empty() {
            self.steps.push(TraceStep::default());
        }
        let last = self.steps.len() - 1;
        &mut self.steps[last]
    }

    fn stands_in(&self, box_id: &str, function_id: Option<&str>) -> bool {
        let last = self.steps.last();
        last.is_some_and(|it| it.box_id == box_id && it.function_id.as_deref() == function_id)
    }

    fn note(&mut self, note: &Note) {
        let function_id = note.function_id.as_deref();
        // A jump came back to the box that it left from.
        if !self.stands_in(&note.box_id, function_id) {
            self.enter(&note.box_id, function_id);
        }
        match &note.looked {
            Looked::Answer(understood) => self.last().extracted.clone_from(understood),
            Looked::Links { conditions } => {
                let document = (self.documents)(function_id);
                let links = document.map(|it| &it["links"]);
                let tried = conditions.iter().map(|&(link, held)| TriedLink {
                    link,
                    sentence: links.map_or_else(String::new, |it| words::link_condition(&it[link])),
                    held,
                });
                let tried: Vec<_> = tried.collect();
                self.last().conditions = tried;
            }
        }
    }

    fn effect(&mut self, effect: &Effect) {
        match effect {
            Effect::VisitBox {
                box_id,
                function_id,
                link,
                ..
            } => {
                if link.is_some() && !self.steps.is_empty() {
                    self.last().link = *link;
                }
                self.enter(box_id, function_id.as_deref());
            }
            Effect::Say(_) => {}
            other => {
                if let Some(sentence) = words::action(other) {
                    let (kind, data) = data(other);
                    self.last().actions.push(TraceAction {
                        kind,
                        sentence,
                        data,
                    });
                }
            }
        }
    }
}

/// An effect as data: its kind and what belongs to it.
fn data(effect: &Effect) -> (String, Map<String, Value>) {
    let json = match effect {
        // The body would be a list of bytes.
        Effect::CallApi(call) => {
            json!({"type": "call_api", "box_id": &*call.box_id, "method": call.method, "url": call.url})
        }
        other => serde_json::to_value(other).unwrap_or_default(),
    };
    match json {
        Value::Object(mut data) => {
            let kind = data.remove("type");
            let kind = kind.as_ref().and_then(Value::as_str).unwrap_or_default();
            (kind.to_owned(), data)
        }
        _ => (String::new(), Map::new()),
    }
}
