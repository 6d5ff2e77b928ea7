//! Conditions of links, read once: literals parsed, texts normalised, patterns compiled.
//!
//! `{"op": OP, "field"?: NAME, "value"?: V, "values"?: [V, …]}`; `value` is short for one of `values`. Without `field` a
//! condition looks at the value just extracted. A value written `{name}` stands for a field. Where there is no value
//! to look at, every comparison is false, `ne` too.
mod evaluate;
mod operator;
mod read;

pub(crate) use evaluate::yes_no_word;
pub(crate) use operator::{Operator, Takes};
pub(crate) use read::read;

use crate::{
    moment::{Length, Moment},
    scope::Path,
};
use regex::Regex;
use serde_json::Value;

/// A condition.
#[derive(Debug, Clone)]
pub(crate) enum Condition {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Leaf(Leaf),
}

/// A condition that is not put together of others.
#[derive(Debug, Clone)]
pub(crate) struct Leaf {
    pub(crate) op: Operator,
    pub(crate) subject: Subject,
    pub(crate) operands: Operands,
}

/// What a condition looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Subject {
    Answer,
    Field(Path),
}

/// What it is compared with, in the form that the operator needs.
#[derive(Debug, Clone)]
pub(crate) enum Operands {
    None,
    Texts(Vec<Text>),
    Patterns(Vec<Regex>),
    Values(Vec<Operand>),
    /// Names of flags, choices or weights, as they are.
    Names(Vec<Box<str>>),
    Statuses(Vec<Statuses>),
    Length(Length),
}

#[derive(Debug, Clone)]
pub(crate) enum Text {
    /// Normalised.
    Fixed(Box<str>),
    Field(Path),
}

/// A literal in every reading that it has, or a field.
#[derive(Debug, Clone)]
pub(crate) struct Operand {
    pub(crate) literal: Value,
    pub(crate) field: Option<Path>,
    pub(crate) number: Option<f64>,
    pub(crate) moment: Option<Moment>,
    pub(crate) text: Box<str>,
}

/// `404`, or `5xx`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Statuses {
    low: u16,
    high: u16,
}

impl Statuses {
    /// Whether it holds all of the other ones.
    pub(crate) const fn contains(&self, other: &Self) -> bool {
        self.low <= other.low && other.high <= self.high
    }
}

impl Condition {
    /// Visits all leaves; the second argument says whether the leaf is the whole condition.
    pub(crate) fn leaves<'c>(&'c self, visit: &mut dyn FnMut(&'c Leaf, bool)) {
        fn walk<'c>(it: &'c Condition, whole: bool, visit: &mut dyn FnMut(&'c Leaf, bool)) {
            match it {
                Condition::All(of) | Condition::Any(of) => {
                    of.iter().for_each(|it| walk(it, false, visit));
                }
                Condition::Not(of) => walk(of, false, visit),
                Condition::Leaf(leaf) => visit(leaf, whole),
            }
        }
        walk(self, true, visit);
    }

    /// The leaf, if the condition is nothing but one.
    pub(crate) const fn leaf(&self) -> Option<&Leaf> {
        if let Self::Leaf(it) = self {
            Some(it)
        } else {
            None
        }
    }
}

impl Leaf {
    /// Visits the fields that it reads.
    pub(crate) fn paths(&self, visit: &mut dyn FnMut(&Path)) {
        if let Subject::Field(path) = &self.subject {
            visit(path);
        }
        match &self.operands {
            Operands::Texts(texts) => {
                for it in texts {
                    if let Text::Field(path) = it {
                        visit(path);
                    }
                }
            }
            Operands::Values(values) => {
                for it in values {
                    if let Some(path) = it
                        .field
                        .as_ref()
                        .or_else(|| it.moment.as_ref().and_then(Moment::field))
                    {
                        visit(path);
                    }
                }
            }
            _ => {}
        }
    }

    /// The names of flags, choices or weights.
    pub(crate) fn names(&self) -> &[Box<str>] {
        if let Operands::Names(it) = &self.operands {
            it
        } else {
            &[]
        }
    }
}

#[cfg(test)]
mod tests;
