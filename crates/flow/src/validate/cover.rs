//! Conditions that can never hold because an earlier link of the box always wins, where that can be decided.
use super::Validator;
use crate::{
    FindingCode,
    boxes::Settings,
    condition::{Condition, Leaf, Operands, Operator, Subject, Text},
};
use std::collections::HashMap;

/// How many earlier links are looked at for each link beyond equal ones: keeps boxes with thousands of links cheap.
const LOOK_BACK: usize = 64;

pub(super) fn check(it: &mut Validator<'_>) {
    let doc = it.doc;
    let mut same: HashMap<u64, usize> = HashMap::new();
    let mut earlier: Vec<(usize, &Condition)> = vec![];
    for at in 0..it.out.len() {
        let understands_invalid = it
            .read(at)
            .is_some_and(|it| matches!(*it.settings, Settings::Consent(_)));
        let origin = Origin {
            understands_invalid,
        };
        same.clear();
        earlier.clear();
        let mut default = None;
        for place in 0..it.out[at].len() {
            let number = it.out[at][place];
            let link = &doc.links[number];
            if link.broken {
                continue;
            }
            let Some(when) = link.when.as_deref() else {
                default = Some(number);
                continue;
            };
            let equal = same.get(&link.fingerprint).copied();
            let covering = equal.or_else(|| {
                let recent = earlier.iter().rev().take(LOOK_BACK);
                recent
                    .into_iter()
                    .find(|(_, it)| origin.covers(it, when))
                    .map(|(number, _)| *number)
            });
            if let Some(other) = covering {
                let message = format!("This can never hold: link {other} always takes it first.");
                it.link_finding(FindingCode::CoveredCondition, number, "/when", message);
            } else {
                same.insert(link.fingerprint, number);
                earlier.push((number, when));
            }
        }
        let exhausted = earlier
            .iter()
            .find(|(_, it)| it.leaf().is_some_and(|it| it.op == Operator::Exhausted));
        if let (Some(default), Some((number, _))) = (default, exhausted) {
            let message = format!(
                "The box never asks again: link {default} has no condition and takes every answer that fits no other link."
            );
            it.link_finding(FindingCode::CoveredCondition, *number, "/when", message);
        }
    }
}

/// What matters of the box whose links are compared.
#[derive(Clone, Copy)]
struct Origin {
    /// Whether an answer can be understood, and compared, without being valid: a refused consent.
    understands_invalid: bool,
}

impl Origin {
    /// Whether `later` can only hold when `earlier` holds.
    fn covers(self, earlier: &Condition, later: &Condition) -> bool {
        match (earlier, later) {
            (Condition::Any(of), _) => of.iter().any(|it| self.covers(it, later)),
            (_, Condition::All(of)) => of.iter().any(|it| self.covers(earlier, it)),
            (_, Condition::Any(of)) => of.iter().all(|it| self.covers(earlier, it)),
            (Condition::Leaf(a), Condition::Leaf(b)) => self.leaf_covers(a, b),
            _ => false,
        }
    }

    fn leaf_covers(self, a: &Leaf, b: &Leaf) -> bool {
        if a.op == Operator::HasValidValue {
            let compares_answer =
                b.subject == Subject::Answer && b.op.has_subject() && b.op != Operator::IsEmpty;
            return b.op == Operator::HasValidValue
                || (compares_answer && !self.understands_invalid);
        }
        if a.subject != b.subject {
            return false;
        }
        if a.op == Operator::IsSet && b.op.has_subject() {
            // An empty text is not set, yet it can be compared: only what cannot hold for it is covered.
            let of_no_text = [
                Operator::Lt,
                Operator::Le,
                Operator::Gt,
                Operator::Ge,
                Operator::Between,
                Operator::Before,
                Operator::After,
                Operator::On,
            ];
            return b.op == Operator::IsSet || of_no_text.contains(&b.op);
        }
        match (&a.operands, &b.operands) {
            (Operands::Texts(have), Operands::Texts(wanted)) => {
                texts_cover(a.op, have, b.op, wanted)
            }
            (Operands::Names(have), Operands::Names(wanted)) if a.op == b.op => match a.op {
                Operator::LacksFlag => have.iter().all(|it| wanted.contains(it)),
                _ => wanted.iter().all(|it| have.contains(it)),
            },
            (Operands::Statuses(have), Operands::Statuses(wanted)) => {
                wanted.iter().all(|it| have.iter().any(|a| a.contains(it)))
            }
            (Operands::Values(_), Operands::Values(_)) => numbers_cover(a, b),
            (Operands::None, Operands::None) => a.op == b.op,
            _ => false,
        }
    }
}

fn texts_cover(a: Operator, have: &[Text], b: Operator, wanted: &[Text]) -> bool {
    let fixed = |it: &Text| {
        if let Text::Fixed(it) = it {
            Some(it.clone())
        } else {
            None
        }
    };
    wanted.iter().all(|wanted| {
        let Some(wanted) = fixed(wanted) else {
            return false;
        };
        have.iter().filter_map(fixed).any(|have| match (a, b) {
            _ if a == b && have == wanted => true,
            (Operator::ApproximatelyEquals, Operator::Equals) => have == wanted,
            (Operator::StartsWith, Operator::Equals | Operator::StartsWith) => {
                wanted.starts_with(&*have)
            }
            (Operator::Contains, Operator::Equals | Operator::StartsWith | Operator::Contains) => {
                wanted.contains(&*have)
            }
            _ => false,
        })
    })
}

/// Comparisons with literal numbers, as sets of numbers.
fn numbers_cover(a: &Leaf, b: &Leaf) -> bool {
    let (Some(outer), Some(inner)) = (Range::of(a), Range::of(b)) else {
        return equal_values(a, b);
    };
    outer.holds(&inner)
}

/// `eq` with a list against `eq` with a part of it.
fn equal_values(a: &Leaf, b: &Leaf) -> bool {
    let (Operands::Values(have), Operands::Values(wanted)) = (&a.operands, &b.operands) else {
        return false;
    };
    a.op == b.op
        && matches!(a.op, Operator::Eq | Operator::On)
        && wanted
            .iter()
            .all(|it| it.field.is_none() && have.iter().any(|have| have.literal == it.literal))
}

#[derive(Debug)]
struct Range {
    low: f64,
    low_included: bool,
    high: f64,
    high_included: bool,
}

impl Range {
    fn of(leaf: &Leaf) -> Option<Self> {
        let Operands::Values(values) = &leaf.operands else {
            return None;
        };
        let number = |index: usize| {
            values
                .get(index)
                .and_then(|it| it.number.filter(|_| it.field.is_none()))
        };
        let (inf, one) = (f64::INFINITY, number(0)?);
        let range = |low, low_included, high, high_included| {
            Some(Self {
                low,
                low_included,
                high,
                high_included,
            })
        };
        match (leaf.op, values.len()) {
            (Operator::Eq, 1) => range(one, true, one, true),
            (Operator::Lt, 1) => range(-inf, false, one, false),
            (Operator::Le, 1) => range(-inf, false, one, true),
            (Operator::Gt, 1) => range(one, false, inf, false),
            (Operator::Ge, 1) => range(one, true, inf, false),
            (Operator::Between, 2) => range(one, true, number(1)?, true),
            _ => None,
        }
    }

    fn holds(&self, other: &Self) -> bool {
        let low = self.low < other.low
            || (self.low.total_cmp(&other.low).is_eq()
                && (self.low_included || !other.low_included));
        let high = self.high > other.high
            || (self.high.total_cmp(&other.high).is_eq()
                && (self.high_included || !other.high_included));
        low && high
    }
}
