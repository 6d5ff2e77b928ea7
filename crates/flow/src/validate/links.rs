//! Whether the conditions of links fit their boxes and the types of what they look at.
use super::Validator;
use crate::{
    FindingCode,
    boxes::Settings,
    condition::{Condition, Leaf, Operand, Operands, Operator, Subject, yes_no_word},
    document::ReadBox,
};
use serde_json::Value;
use smartbot_model::{
    field::{FieldType, built_in},
    user::is_valid_flag,
};

pub(super) fn check(it: &mut Validator<'_>) {
    for at in 0..it.doc.boxes.len() {
        let mut default = None;
        let numbers = it.out[at].clone();
        for number in numbers {
            let link = &it.doc.links[number];
            if link.broken {
                continue;
            }
            match (&link.when, default) {
                (None, None) => default = Some(number),
                (None, Some(_)) => {
                    let message = "The box has more than one link without a condition; only one can be the default.";
                    it.link_finding(FindingCode::SeveralDefaultLinks, number, "", message);
                }
                (Some(when), _) => check_condition(it, at, number, when),
            }
        }
        if let Some(read) = it.read(at) {
            check_box(it, at, read, default);
        }
    }
}

fn check_condition(it: &mut Validator<'_>, at: usize, number: usize, when: &Condition) {
    let Some(read) = it.read(at) else { return };
    let mut found = vec![];
    when.leaves(&mut |leaf, whole| {
        if let Some(mistake) = mistake(it, read, leaf, whole) {
            found.push(mistake);
        }
    });
    for (code, message) in found {
        it.link_finding(code, number, "/when", message);
    }
}

type Mistake = (FindingCode, String);

fn mismatch(message: impl Into<String>) -> Option<Mistake> {
    Some((FindingCode::OperatorTypeMismatch, message.into()))
}

fn mistake(it: &Validator<'_>, read: &ReadBox, leaf: &Leaf, whole: bool) -> Option<Mistake> {
    let name = leaf.op.as_str();
    let asks = read.question.is_some();
    let kind = read.settings.type_name();
    if leaf.op.stands_alone() && !whole {
        return mismatch(format!("`{name}` must be the whole condition of its link."));
    }
    let fits_box = match leaf.op {
        Operator::Exhausted | Operator::NoReplyFor | Operator::HasValidValue => asks,
        Operator::NoAgent => matches!(*read.settings, Settings::HandOff(_)),
        Operator::ApiSucceeded | Operator::ApiFailed | Operator::ApiStatus => {
            matches!(*read.settings, Settings::ExternalApi(_))
        }
        Operator::SplitIs => matches!(*read.settings, Settings::Split(_)),
        Operator::HasFlag | Operator::LacksFlag => true,
        _ => !matches!(*read.settings, Settings::FlagCondition(_)),
    };
    if !fits_box {
        return mismatch(format!("`{name}` does not fit a box of the type `{kind}`."));
    }
    match leaf.op {
        Operator::HasFlag | Operator::LacksFlag => {
            let wrong = leaf.names().iter().find(|it| !is_valid_flag(it))?;
            return Some((
                FindingCode::BadCondition,
                format!("`{wrong}` cannot name a flag."),
            ));
        }
        Operator::SplitIs => return unknown_choice(read, leaf, "weight"),
        _ if !leaf.op.has_subject() => return None,
        _ => {}
    }
    let of = match &leaf.subject {
        Subject::Answer if !asks => {
            return mismatch(format!(
                "`{name}` needs `field` here: a box of the type `{kind}` gets no answer."
            ));
        }
        Subject::Answer => read.settings.as_box().answers(),
        Subject::Field(path) if path.is_nested() => None,
        Subject::Field(path) => it.type_of(&path.name),
    };
    if let Some(of) = of
        && let Some(mistake) = type_mistake(leaf, of)
    {
        return Some(mistake);
    }
    let of_answer = leaf.subject == Subject::Answer && leaf.op == Operator::ChoiceIs;
    if of_answer {
        unknown_choice(read, leaf, "choice")
    } else {
        None
    }
}

fn unknown_choice(read: &ReadBox, leaf: &Leaf, what: &str) -> Option<Mistake> {
    let choices = read.settings.as_box().choices()?;
    let unknown = leaf
        .names()
        .iter()
        .find(|it| !choices.iter().any(|choice| **choice == ***it))?;
    Some((
        FindingCode::UnknownChoice,
        format!("The box has no {what} `{unknown}`, so this can never hold."),
    ))
}

fn type_mistake(leaf: &Leaf, of: FieldType) -> Option<Mistake> {
    let name = leaf.op.as_str();
    let type_name = type_name(of);
    if !leaf.op.fits(of) {
        return mismatch(format!(
            "`{name}` does not fit a value of the type {type_name}."
        ));
    }
    let Operands::Values(operands) = &leaf.operands else {
        return None;
    };
    let fits = |it: &Operand| {
        it.field.is_some()
            || match of {
                FieldType::Number => it.number.is_some(),
                FieldType::Date | FieldType::DateTime => it.moment.is_some(),
                FieldType::Boolean => {
                    it.literal.is_boolean()
                        || it
                            .literal
                            .as_str()
                            .is_some_and(|it| yes_no_word(it).is_some())
                }
                _ => true,
            }
    };
    let wrong = operands.iter().find(|it| !fits(it))?;
    let literal: &Value = &wrong.literal;
    mismatch(format!(
        "{literal} cannot be compared with a value of the type {type_name}."
    ))
}

/// As in documents.
pub(super) fn type_name(of: FieldType) -> String {
    serde_json::to_value(of)
        .ok()
        .and_then(|it| it.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn check_box(it: &mut Validator<'_>, at: usize, read: &ReadBox, default: Option<usize>) {
    let kind = read.settings.type_name();
    if !read.settings.as_box().leaves() {
        for number in it.out[at].clone() {
            let message = format!("A box of the type `{kind}` is never left by a link.");
            it.link_finding(FindingCode::UselessSetting, number, "", message);
        }
        return;
    }
    let ordinary: Vec<usize> = it.out[at]
        .iter()
        .copied()
        .filter(|number| {
            let op = it.doc.links[*number]
                .when
                .as_deref()
                .and_then(Condition::leaf)
                .map(|it| it.op);
            !matches!(op, Some(Operator::Exhausted | Operator::NoReplyFor))
        })
        .collect();
    if ordinary.is_empty() {
        it.box_finding(
            FindingCode::DeadEnd,
            at,
            "Nothing leads on from here, so the session ends. Add a link, or make it an `end`.",
        );
    } else if read.question.is_none() && default.is_none() && !is_exhaustive(it, read, &ordinary) {
        let message =
            "If no condition holds, the session ends here. Add a link without a condition.";
        it.box_finding(FindingCode::DeadEnd, at, message);
    }
    if matches!(*read.settings, Settings::ExternalApi(_)) && !tells_failure(it, &ordinary, default)
    {
        let message =
            "A failure of the call goes the same way as success. Add a link with `api_failed`.";
        it.box_finding(FindingCode::NoFailureLink, at, message);
    }
}

/// Whether one of the conditions must hold: two that are the opposite of each other, or all weights of a split.
fn is_exhaustive(it: &Validator<'_>, read: &ReadBox, numbers: &[usize]) -> bool {
    let leaves: Vec<&Leaf> = numbers
        .iter()
        .filter_map(|it_number| {
            it.doc.links[*it_number]
                .when
                .as_deref()
                .and_then(Condition::leaf)
        })
        .collect();
    // A link that could not be read may be the one that is missing.
    if numbers.iter().any(|number| it.doc.links[*number].broken) {
        return true;
    }
    if matches!(*read.settings, Settings::Split(_)) {
        let choices = read.settings.as_box().choices().unwrap_or_default();
        let covered = |choice: &str| {
            leaves
                .iter()
                .any(|it| it.op == Operator::SplitIs && it.names().iter().any(|it| **it == *choice))
        };
        return choices.iter().all(|it| covered(it));
    }
    let has = |op: Operator| leaves.iter().filter(move |it| it.op == op);
    let opposite_flags =
        has(Operator::HasFlag).any(|a| has(Operator::LacksFlag).any(|b| a.names() == b.names()));
    let opposite_fields =
        has(Operator::IsSet).any(|a| has(Operator::IsEmpty).any(|b| a.subject == b.subject));
    let both_api =
        has(Operator::ApiSucceeded).next().is_some() && has(Operator::ApiFailed).next().is_some();
    opposite_flags || opposite_fields || both_api
}

fn tells_failure(it: &Validator<'_>, numbers: &[usize], default: Option<usize>) -> bool {
    let mut failed = false;
    let mut succeeded = false;
    for number in numbers {
        let link = &it.doc.links[*number];
        failed |= link.broken;
        if let Some(when) = &link.when {
            when.leaves(&mut |leaf, _| {
                failed |= matches!(leaf.op, Operator::ApiFailed | Operator::ApiStatus);
                succeeded |= leaf.op == Operator::ApiSucceeded;
            });
        }
    }
    failed || (succeeded && default.is_some())
}

/// Whether a field of the type `to` can keep what a box writes.
pub(super) fn can_keep(to: FieldType, written: FieldType) -> bool {
    use FieldType::{Choice, Date, DateTime, Json, List, Text};
    to == written
        || match to {
            Json => true,
            Text => written != Json,
            Choice => matches!(written, Text | List),
            List => written == Json,
            Date => written == DateTime,
            DateTime => written == Date,
            _ => false,
        }
}

/// The type that a field is declared with or built in as.
pub(super) fn declared(it: &Validator<'_>, name: &str) -> Option<FieldType> {
    it.declared.get(name).copied().or_else(|| built_in(name))
}
