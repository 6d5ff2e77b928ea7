//! Box types: one file each. A new one is a file here and a line in the list at the end.
//!
//! A box type is a struct of its own settings (the keys that all boxes share are split off by [`crate::document`]) that
//! implements [`BoxType`]. Its documentation is the text that builders read, its schema is their form, its examples
//! are its tests. What is parsed, compiled or normalised happens in `Deserialize`, so that a step parses nothing.
pub(crate) mod common;

pub(crate) use common::{Advanced, FlowBox, FlowLink, Question, Route};

use crate::{
    ApiOutcome, Context, FindingCode, run::Run, scope::Path, state::Waits, template::Template,
};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use smartbot_model::field::FieldType;
use smartbot_nlu::{Extracted, Knowledge};
use std::{borrow::Cow, fmt::Debug, ops::Range, sync::Arc};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

/// What the palette shows of a box type. The description is the doc comment of its settings.
pub(crate) struct BoxInfo {
    /// Its name for builders.
    pub(crate) title: &'static str,
    /// Its place in the palette.
    pub(crate) group: Group,
    /// The name of its icon (Lucide).
    pub(crate) icon: &'static str,
    /// Whether it asks the user something; then it has the keys of [`Question`].
    pub(crate) asks: bool,
}

/// The groups of the palette, as in `flow.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Group {
    Say,
    Ask,
    Decide,
    Do,
}

/// A conversation that documents a box type and is run as its test.
pub(crate) struct Example {
    /// What it shows.
    pub(crate) title: &'static str,
    /// The box.
    pub(crate) settings: Value,
    /// Links, mostly from the box. A target that is not in `others` is an `end` that says its own id.
    pub(crate) links: Value,
    /// Other boxes.
    pub(crate) others: Value,
    /// What [`crate::transcript`] plays, from the start at the box on.
    pub(crate) steps: Value,
    /// More keys of the test: `now`, `profile`, `flags`, …
    pub(crate) test: Value,
}

impl Example {
    /// The box `it`, its links and what happens.
    pub(crate) fn new(title: &'static str, settings: Value, links: Value, steps: Value) -> Self {
        Self {
            title,
            settings,
            links,
            others: Value::Array(vec![]),
            steps,
            test: Value::Object(Map::new()),
        }
    }

    /// With other boxes beside it.
    pub(crate) fn beside(mut self, others: Value) -> Self {
        self.others = others;
        self
    }

    /// With other keys of the test.
    pub(crate) fn given(mut self, test: Value) -> Self {
        self.test = test;
        self
    }
}

/// What a user said to a box that asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said<'a> {
    /// The text; of picked choices the first value.
    pub(crate) text: &'a str,
    /// The values that were picked instead of typed.
    pub(crate) picked: Option<&'a [String]>,
}

/// What a box understood.
#[derive(Debug)]
pub(crate) struct Answer {
    /// What conditions see.
    pub(crate) value: Value,
    /// What is saved, where that is something else.
    pub(crate) saved: Option<Value>,
    /// False for an answer that was understood but is none to keep, as a refused consent.
    pub(crate) valid: bool,
    /// What else follows from it for fields of the user.
    pub(crate) also: Vec<(&'static str, Value)>,
    /// Where in the text it stands; none for what was picked.
    pub(crate) heard: Option<Heard>,
}

/// Where in a text an answer stands, in bytes, and how sure that is, from 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Heard {
    pub(crate) span: Range<usize>,
    pub(crate) confidence: f32,
}

impl Answer {
    /// A valid answer.
    pub(crate) fn new(value: impl Into<Value>) -> Self {
        Self {
            value: value.into(),
            saved: None,
            valid: true,
            also: vec![],
            heard: None,
        }
    }

    /// A valid answer that was found in a text.
    pub(crate) fn found(found: Extracted<impl Into<Value>>) -> Self {
        let heard = Heard {
            span: found.span,
            confidence: found.confidence,
        };
        Self::new(found.value).heard(Some(heard))
    }

    /// Says where it stands.
    pub(crate) fn heard(mut self, heard: Option<Heard>) -> Self {
        self.heard = heard;
        self
    }
}

impl Heard {
    /// Where what was found stands.
    pub(crate) fn of<T>(found: &Extracted<T>) -> Self {
        Self {
            span: found.span.clone(),
            confidence: found.confidence,
        }
    }

    /// From the beginning of one to the end of the other, as sure as the less sure one.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            span: self.span.start.min(other.span.start)..self.span.end.max(other.span.end),
            confidence: self.confidence.min(other.confidence),
        }
    }
}

/// What a box tells the engine to do next.
#[derive(Debug)]
pub(crate) enum Next {
    /// Ask the box's question and wait for the answer.
    Ask,
    /// Follow a link.
    Leave,
    /// Wait for something else than an answer.
    Wait(Waits),
    /// Go to another box.
    Box { id: Arc<str>, returns: bool },
    /// Go to another bot.
    Bot {
        function_id: Arc<str>,
        returns: bool,
    },
    /// Return from a jump, or end the session.
    End,
}

/// Something outside of a box that its settings name.
pub(crate) enum Use<'u> {
    /// A field that is read.
    Reads(&'u Path),
    /// A field that is written, with the type of what is written, where it is known.
    Writes(&'u str, Option<FieldType>),
    /// A flag.
    Flag(&'u str),
    /// A box that is jumped to.
    Box(&'u str),
    /// A bot that is jumped to.
    Bot(&'u str),
}

/// Reports all fields of a template.
pub(crate) fn reads(template: &Template, visit: &mut dyn FnMut(Use<'_>)) {
    template.paths().for_each(|path| visit(Use::Reads(path)));
}

/// Collects what is wrong with settings beyond what their schema can say.
pub(crate) struct Check {
    pub(crate) found: Vec<(FindingCode, &'static str, String)>,
}

impl Check {
    /// Something is wrong with the setting `key`.
    pub(crate) fn report(
        &mut self,
        code: FindingCode,
        key: &'static str,
        message: impl Into<String>,
    ) {
        self.found.push((code, key, message.into()));
    }

    /// The setting `key` has a value that it cannot have.
    pub(crate) fn bad(&mut self, key: &'static str, message: impl Into<String>) {
        self.report(FindingCode::BadSetting, key, message);
    }
}

/// A type of box. The settings are the implementing struct.
pub(crate) trait BoxType: Debug + Send + Sync {
    /// What the palette shows.
    fn info() -> BoxInfo
    where
        Self: Sized;

    /// Conversations that document the type and are run as its tests.
    fn examples() -> Vec<Example>
    where
        Self: Sized;

    /// Finds mistakes that the schema cannot express.
    fn check(&self, _check: &mut Check) {}

    /// Visits what the settings name outside of the box.
    fn uses(&self, _visit: &mut dyn FnMut(Use<'_>)) {}

    /// The session arrives, after the Advanced panel has acted. Boxes that ask need not say anything here.
    fn enter(&self, _run: &mut Run<'_>, _here: &FlowBox) -> Next {
        Next::Ask
    }

    /// Whether the box can be left by its links at all.
    fn leaves(&self) -> bool {
        true
    }

    /// Whether a person or time stands between arriving and leaving, whichever link is taken.
    fn pauses(&self) -> bool {
        false
    }

    /// The type of the answers of a box that asks.
    fn answers(&self) -> Option<FieldType> {
        None
    }

    /// Understands an answer; `None` when it does not fit.
    fn extract(&self, _said: Said<'_>, _cx: &Context<'_>) -> Option<Answer> {
        None
    }

    /// What [`Self::extract`] has to load before it can read its first text.
    fn needs(&self) -> Option<Knowledge> {
        None
    }

    /// The values that an answer can have, if they are few and known.
    fn choices(&self) -> Option<Vec<Cow<'_, str>>> {
        None
    }

    /// What a client needs beside the type to draw the input (`awaiting`).
    fn draw(&self, _details: &mut Map<String, Value>) {}

    /// The answer to the box's External API call.
    fn reply(&self, _run: &mut Run<'_>, _here: &FlowBox, _outcome: &ApiOutcome) {}
}

/// A row of the list of types.
pub(crate) struct TypeEntry {
    /// As in documents.
    pub(crate) name: &'static str,
    pub(crate) info: fn() -> BoxInfo,
    pub(crate) examples: fn() -> Vec<Example>,
    pub(crate) schema: fn() -> RefOr<Schema>,
    /// Adds the schemas that `schema` refers to.
    pub(crate) parts: fn(&mut Vec<(String, RefOr<Schema>)>),
}

/// The type of this name.
pub(crate) fn find_type(name: &str) -> Option<&'static TypeEntry> {
    TYPES.iter().find(|it| it.name == name)
}

macro_rules! box_types {
    ($($module:ident :: $Type:ident),+ $(,)?) => {
        $(mod $module;)+

        /// The settings of a box, by its type.
        #[derive(Debug)]
        pub(crate) enum Settings { $($Type($module::$Type),)+ }

        impl Settings {
            /// Reads the settings of a type; `None` if there is no such type.
            pub(crate) fn read<'de, D: Deserializer<'de>>(name: &str, from: D) -> Option<Result<Self, D::Error>> {
                $(if name == stringify!($module) {
                    return Some($module::$Type::deserialize(from).map(Self::$Type));
                })+
                None
            }

            /// What the type does.
            pub(crate) fn as_box(&self) -> &dyn BoxType {
                match self { $(Self::$Type(it) => it,)+ }
            }

            /// The type, as in documents.
            pub(crate) const fn type_name(&self) -> &'static str {
                match self { $(Self::$Type(_) => stringify!($module),)+ }
            }
        }

        /// All types, in the order of the palette.
        pub(crate) const TYPES: &[TypeEntry] = &[$(TypeEntry {
            name: stringify!($module),
            info: <$module::$Type as BoxType>::info,
            examples: <$module::$Type as BoxType>::examples,
            schema: <$module::$Type as PartialSchema>::schema,
            parts: <$module::$Type as ToSchema>::schemas,
        },)+];
    };
}

box_types! {
    message::Message,
    media::MediaBox,
    text::Text,
    yes_no::YesNo,
    multiple_choice::MultipleChoice,
    name::Name,
    email::Email,
    phone::Phone,
    number::Number,
    date_time::DateTime,
    date::Date,
    address::AddressBox,
    rating::Rating,
    consent::Consent,
    flag_condition::FlagCondition,
    condition::ConditionBox,
    split::Split,
    set_field::SetField,
    external_api::ExternalApi,
    hand_off::HandOff,
    jump::Jump,
    wait::Wait,
    end::End,
}

#[cfg(test)]
mod tests;
