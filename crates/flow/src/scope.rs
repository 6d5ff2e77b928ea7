//! What templates, conditions and formulas see: fields by name, flags, the answer of the moment.
use crate::{Context, Flow};
use serde_json::{Map, Value};
use smartbot_model::field::is_valid_name;
use std::{borrow::Cow, cell::OnceCell, fmt, sync::Arc};

/// A field, or a value inside a field that holds JSON: `booking.slot.start`, `items.0`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path {
    pub(crate) name: Box<str>,
    steps: Box<[Box<str>]>,
}

impl Path {
    /// Reads a dotted path; `None` if the field's name is not valid or a step is empty.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let name = parts.next().filter(|it| is_valid_name(it))?;
        let steps: Box<[Box<str>]> = parts.map(Box::from).collect();
        (steps.len() < 32 && steps.iter().all(|it| !it.is_empty())).then(|| Self {
            name: name.into(),
            steps,
        })
    }

    /// Whether it reaches into the field's value.
    pub(crate) const fn is_nested(&self) -> bool {
        !self.steps.is_empty()
    }

    fn walk<'v>(&self, from: &'v Value) -> Option<&'v Value> {
        self.steps.iter().try_fold(from, |value, step| match value {
            Value::Object(map) => map.get(&**step),
            Value::Array(list) => list.get(step.parse::<usize>().ok()?),
            _ => None,
        })
    }
}

impl fmt::Display for Path {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.name)?;
        self.steps.iter().try_for_each(|it| write!(out, ".{it}"))
    }
}

/// How the last External API call went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ApiResult {
    pub(crate) succeeded: bool,
    pub(crate) status: Option<u16>,
}

/// Everything that can be looked at in one moment of a step.
pub(crate) struct Scope<'s> {
    pub(crate) cx: &'s Context<'s>,
    pub(crate) flow: &'s Flow,
    pub(crate) variables: &'s Map<String, Value>,
    /// Profile fields that this step has set, the newest last; null stands for removed.
    pub(crate) profile: &'s [(String, Value)],
    /// Flags that this step has assigned (true) or removed.
    pub(crate) flags: &'s [(Arc<str>, bool)],
    /// What the answer would write if a link is followed.
    pub(crate) pending: &'s [(Cow<'s, str>, Value)],
    /// The value just extracted.
    pub(crate) answer: Option<&'s Value>,
    /// Whether that value is valid.
    pub(crate) valid: bool,
    pub(crate) api: Option<ApiResult>,
    /// The weight that was drawn by `split`.
    pub(crate) split: Option<&'s str>,
    /// Whether a hand-off finds nobody right now.
    pub(crate) no_agent: bool,
    /// The answer, normalised when the first condition wants it.
    pub(crate) normalised: OnceCell<String>,
}

impl<'s> Scope<'s> {
    /// The value at a path; null counts as absent.
    pub(crate) fn get(&self, path: &Path) -> Option<Cow<'s, Value>> {
        let found = match self.field(&path.name)? {
            Cow::Borrowed(value) => Cow::Borrowed(path.walk(value)?),
            Cow::Owned(value) if path.steps.is_empty() => Cow::Owned(value),
            Cow::Owned(_) => return None,
        };
        (!found.is_null()).then_some(found)
    }

    /// The field of this name: the answer's own writes, then variables, then the profile, then who is talking.
    pub(crate) fn field(&self, name: &str) -> Option<Cow<'s, Value>> {
        if let Some((_, value)) = self.pending.iter().find(|(it, _)| it == name) {
            return Some(Cow::Borrowed(value));
        }
        if let Some(value) = self.variables.get(name) {
            return Some(Cow::Borrowed(value));
        }
        if let Some((_, value)) = self.profile.iter().rev().find(|(it, _)| it == name) {
            return Some(Cow::Borrowed(value));
        }
        if let Some(value) = self.cx.profile.get(name) {
            return Some(Cow::Borrowed(value));
        }
        self.cx
            .identity
            .get(name)
            .map(|it| Cow::Owned(Value::String(it.to_owned())))
    }

    /// Whether the user has the flag now.
    pub(crate) fn has_flag(&self, flag: &str) -> bool {
        match self.flags.iter().rev().find(|(it, _)| &**it == flag) {
            Some((_, has)) => *has,
            None => self.cx.flags.contains(flag),
        }
    }
}
