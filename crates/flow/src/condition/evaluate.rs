//! Whether a condition holds.
use super::{Condition, Leaf, Operand, Operands, Operator, Subject, Text, read::without_accents};
use crate::{
    scope::Scope,
    value::{self, When},
};
use serde_json::Value;
use smartbot_nlu::{
    normalise,
    similarity::{approximately_contains, approximately_equals},
};
use std::{borrow::Cow, cmp::Ordering};

impl Condition {
    /// Whether it holds.
    pub(crate) fn holds(&self, scope: &Scope<'_>) -> bool {
        match self {
            Self::All(of) => of.iter().all(|it| it.holds(scope)),
            Self::Any(of) => of.iter().any(|it| it.holds(scope)),
            Self::Not(of) => !of.holds(scope),
            Self::Leaf(leaf) => leaf.holds(scope),
        }
    }
}

impl Leaf {
    fn holds(&self, scope: &Scope<'_>) -> bool {
        match self.op {
            Operator::HasValidValue => scope.valid,
            Operator::HasFlag => self.names().iter().any(|it| scope.has_flag(it)),
            Operator::LacksFlag => !self.names().iter().any(|it| scope.has_flag(it)),
            Operator::ApiSucceeded => scope.api.is_some_and(|it| it.succeeded),
            Operator::ApiFailed => scope.api.is_some_and(|it| !it.succeeded),
            Operator::ApiStatus => match (&self.operands, scope.api.and_then(|it| it.status)) {
                (Operands::Statuses(list), Some(status)) => {
                    list.iter().any(|it| (it.low..=it.high).contains(&status))
                }
                _ => false,
            },
            Operator::SplitIs => scope
                .split
                .is_some_and(|drawn| self.names().iter().any(|it| **it == *drawn)),
            Operator::NoAgent => scope.no_agent,
            Operator::WithinHours => scope.cx.within_hours,
            // The engine follows these links when their time has come.
            Operator::NoReplyFor | Operator::Exhausted => false,
            _ => self.looks_at(scope),
        }
    }

    fn looks_at(&self, scope: &Scope<'_>) -> bool {
        let value: Option<Cow<'_, Value>> = match &self.subject {
            Subject::Answer => scope.answer.map(Cow::Borrowed),
            Subject::Field(path) => scope.get(path),
        };
        let value = value.as_deref().filter(|it| !it.is_null());
        match self.op {
            Operator::IsSet => return value.is_some_and(|it| !is_empty(it)),
            Operator::IsEmpty => return value.is_none_or(is_empty),
            _ => {}
        }
        let Some(value) = value else { return false };
        match &self.operands {
            Operands::Texts(texts) => self.compares_text(value, texts, scope),
            Operands::Patterns(patterns) => any_text(value, &mut |text| {
                let text = without_accents(text);
                patterns.iter().any(|it| it.is_match(&text))
            }),
            Operands::Names(names) => any_text(value, &mut |text| {
                names.iter().any(|it| **it == *text || is_yes_no(value, it))
            }),
            Operands::Values(operands) => self.compares(value, operands, scope),
            _ => false,
        }
    }

    fn compares_text(&self, value: &Value, texts: &[Text], scope: &Scope<'_>) -> bool {
        let test = |have: &str, wanted: &str| match self.op {
            Operator::Equals => have == wanted,
            Operator::Contains => have.contains(wanted),
            Operator::StartsWith => have.starts_with(wanted),
            Operator::ApproximatelyEquals => approximately_equals(have, wanted),
            _ => approximately_contains(have, wanted),
        };
        let any = |have: &str| {
            texts.iter().any(|it| match it {
                Text::Fixed(wanted) => test(have, wanted),
                Text::Field(path) => scope.get(path).is_some_and(|it| {
                    any_text(&it, &mut |it| {
                        let wanted = normalise(it);
                        !wanted.is_empty() && test(have, &wanted)
                    })
                }),
            })
        };
        match (value, &self.subject) {
            (Value::String(text), Subject::Answer) => {
                any(scope.normalised.get_or_init(|| normalise(text)))
            }
            (Value::Bool(_), _) if self.op == Operator::Equals => texts.iter().any(|it| match it {
                Text::Fixed(wanted) => is_yes_no(value, wanted),
                Text::Field(path) => scope.get(path).is_some_and(|it| *it == *value),
            }),
            _ => any_text(value, &mut |it| any(&normalise(it))),
        }
    }

    fn compares(&self, value: &Value, operands: &[Operand], scope: &Scope<'_>) -> bool {
        let order = |it: &Operand| compare(value, it, scope);
        match self.op {
            Operator::Eq => operands.iter().any(|it| order(it) == Some(Ordering::Equal)),
            Operator::Ne => operands.iter().all(|it| order(it) != Some(Ordering::Equal)),
            Operator::Lt | Operator::Before => {
                operands.iter().any(|it| order(it) == Some(Ordering::Less))
            }
            Operator::Gt | Operator::After => operands
                .iter()
                .any(|it| order(it) == Some(Ordering::Greater)),
            Operator::Le => operands
                .iter()
                .any(|it| order(it).is_some_and(Ordering::is_le)),
            Operator::Ge => operands
                .iter()
                .any(|it| order(it).is_some_and(Ordering::is_ge)),
            Operator::Between => match operands {
                [low, high] => {
                    order(low).is_some_and(Ordering::is_ge)
                        && order(high).is_some_and(Ordering::is_le)
                }
                _ => false,
            },
            Operator::On => When::of(value, scope.cx.zone).is_some_and(|when| {
                let day = when.day(scope.cx.zone);
                operands
                    .iter()
                    .any(|it| moment(it, scope).is_some_and(|it| it.day(scope.cx.zone) == day))
            }),
            _ => false,
        }
    }
}

fn moment(operand: &Operand, scope: &Scope<'_>) -> Option<When> {
    operand.moment.as_ref()?.resolve(scope)
}

/// How a value stands to an operand: numbers as numbers, times as times, all else only equal or not (then `None`).
fn compare(value: &Value, operand: &Operand, scope: &Scope<'_>) -> Option<Ordering> {
    let field = match &operand.field {
        Some(path) => Some(scope.get(path)?),
        None => None,
    };
    let right = field.as_deref().unwrap_or(&operand.literal);
    if let Value::Bool(_) = value {
        let same = match right {
            Value::Bool(_) => right == value,
            other => other
                .as_str()
                .is_some_and(|it| is_yes_no(value, &normalise(it))),
        };
        return same.then_some(Ordering::Equal);
    }
    let number = if operand.field.is_some() {
        value::as_number(right)
    } else {
        operand.number
    };
    if let (Some(a), Some(b)) = (value::as_number(value), number) {
        return a.partial_cmp(&b);
    }
    if let (Some(a), Some(b)) = (When::of(value, scope.cx.zone), moment(operand, scope)) {
        return Some(a.compare(&b, scope.cx.zone));
    }
    let same = match (value, right) {
        (Value::String(have), Value::String(wanted)) => {
            let have = normalise(have);
            if operand.field.is_some() {
                have == normalise(wanted)
            } else {
                have == *operand.text
            }
        }
        (Value::Array(list), wanted) => list.contains(wanted),
        _ => value == right,
    };
    same.then_some(Ordering::Equal)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::String(it) => it.trim().is_empty(),
        Value::Array(it) => it.is_empty(),
        Value::Object(it) => it.is_empty(),
        _ => false,
    }
}

/// Whether a word means this truth value; other values never do.
fn is_yes_no(value: &Value, word: &str) -> bool {
    value
        .as_bool()
        .is_some_and(|it| yes_no_word(word) == Some(it))
}

/// What the words for truth in documents mean.
pub(crate) fn yes_no_word(word: &str) -> Option<bool> {
    match word {
        "yes" | "true" => Some(true),
        "no" | "false" => Some(false),
        _ => None,
    }
}

/// Whether one of the texts of a value passes: of a list each, of an address its text, of a number its digits.
fn any_text(value: &Value, test: &mut dyn FnMut(&str) -> bool) -> bool {
    match value {
        Value::String(it) => test(it),
        Value::Array(list) => list.iter().any(|it| any_text(it, test)),
        Value::Object(map) => map.get("text").and_then(Value::as_str).is_some_and(test),
        Value::Number(it) => test(&it.to_string()),
        Value::Bool(it) => test(if *it { "yes" } else { "no" }),
        Value::Null => false,
    }
}
