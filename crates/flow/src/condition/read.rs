//! From JSON to conditions. Everything that can be refused is refused here.
use super::{
    Condition, Leaf, Operand, Operands, Statuses, Subject, Takes, Text,
    operator::{LATER, Operator},
};
use crate::{
    FindingCode,
    finding::escape,
    moment::{Length, Moment},
    scope::Path,
    value,
};
use regex::{Regex, RegexBuilder};
use serde_json::{Map, Value};
use smartbot_nlu::normalise;
use std::borrow::Cow;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The longest pattern of `matches`, in characters.
const MAX_PATTERN: usize = 256;
/// The most that a compiled pattern may take, in bytes.
const MAX_COMPILED: usize = 256 * 1024;
/// The most alternatives of one condition.
const MAX_ALTERNATIVES: usize = 500;
/// How deep `all`, `any` and `not` may lie in each other.
const MAX_DEPTH: usize = 16;

/// Why a condition was refused.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: FindingCode,
    /// Below the condition, as a JSON pointer.
    pub(crate) pointer: String,
    pub(crate) message: String,
}

fn refuse<T>(code: FindingCode, pointer: &str, message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal {
        code,
        pointer: pointer.to_owned(),
        message: message.into(),
    })
}

fn bad<T>(pointer: &str, message: impl Into<String>) -> Result<T, Refusal> {
    refuse(FindingCode::BadCondition, pointer, message)
}

/// Reads a condition.
pub(crate) fn read(from: &Value) -> Result<Condition, Refusal> {
    read_at(from, "", 0)
}

fn read_at(from: &Value, at: &str, depth: usize) -> Result<Condition, Refusal> {
    let Value::Object(map) = from else {
        return bad(at, "A condition is an object with `op`.");
    };
    if depth > MAX_DEPTH {
        return bad(
            at,
            format!("Conditions may lie at most {MAX_DEPTH} deep in each other."),
        );
    }
    let Some(op) = map.get("op").and_then(Value::as_str) else {
        return bad(at, "A condition needs `op`, a text.");
    };
    match op {
        "all" | "any" => {
            only(map, &["op", "of"], at)?;
            let Some(list) = map
                .get("of")
                .and_then(Value::as_array)
                .filter(|it| !it.is_empty())
            else {
                return bad(at, format!("`{op}` needs `of`, a list of conditions."));
            };
            let of = list
                .iter()
                .enumerate()
                .map(|(index, it)| read_at(it, &format!("{at}/of/{index}"), depth + 1))
                .collect::<Result<Vec<_>, _>>()?;
            Ok(if op == "all" {
                Condition::All(of)
            } else {
                Condition::Any(of)
            })
        }
        "not" => {
            only(map, &["op", "of"], at)?;
            let Some(of) = map.get("of") else {
                return bad(at, "`not` needs `of`, a condition.");
            };
            Ok(Condition::Not(Box::new(read_at(
                of,
                &format!("{at}/of"),
                depth + 1,
            )?)))
        }
        later if LATER.contains(&later) => refuse(
            FindingCode::UnsupportedOperator,
            at,
            format!("`{later}` is not available in this version."),
        ),
        name => match Operator::parse(name) {
            Some(op) => leaf(op, map, at).map(Condition::Leaf),
            None => refuse(
                FindingCode::UnknownOperator,
                at,
                format!("There is no operator `{name}`."),
            ),
        },
    }
}

fn only(map: &Map<String, Value>, keys: &[&str], at: &str) -> Result<(), Refusal> {
    match map.keys().find(|it| !keys.contains(&it.as_str())) {
        Some(key) => refuse(
            FindingCode::UnknownKey,
            &format!("{at}/{}", escape(key)),
            format!(
                "The key `{key}` has no meaning here. Known: {}.",
                keys.join(", ")
            ),
        ),
        None => Ok(()),
    }
}

fn leaf(op: Operator, map: &Map<String, Value>, at: &str) -> Result<Leaf, Refusal> {
    let mut keys = vec!["op"];
    if op.has_subject() {
        keys.push("field");
    }
    match op.takes() {
        Takes::Nothing => {}
        Takes::Bounds => keys.push("values"),
        Takes::Length => keys.push("value"),
        _ => keys.extend(["value", "values"]),
    }
    only(map, &keys, at)?;
    let subject = match map.get("field") {
        None => Subject::Answer,
        Some(field) => match field.as_str().and_then(Path::parse) {
            Some(path) => Subject::Field(path),
            None => return bad(&format!("{at}/field"), "`field` must name a field."),
        },
    };
    let values = alternatives(op, map, at)?;
    let operands = operands(op, &values).map_err(|message| Refusal {
        code: FindingCode::BadCondition,
        pointer: at.to_owned(),
        message,
    })?;
    Ok(Leaf {
        op,
        subject,
        operands,
    })
}

fn alternatives<'m>(
    op: Operator,
    map: &'m Map<String, Value>,
    at: &str,
) -> Result<Vec<&'m Value>, Refusal> {
    let name = op.as_str();
    let list: Vec<&Value> = match (map.get("value"), map.get("values")) {
        (Some(_), Some(_)) => {
            return bad(at, format!("`{name}` takes either `value` or `values`."));
        }
        (Some(one), None) => vec![one],
        (None, Some(Value::Array(many))) => many.iter().collect(),
        (None, Some(_)) => return bad(&format!("{at}/values"), "`values` must be a list."),
        (None, None) => vec![],
    };
    match op.takes() {
        Takes::Nothing => {}
        Takes::Bounds if list.len() != 2 => {
            return bad(at, "`between` needs `values` with two bounds: [low, high].");
        }
        Takes::Length if list.len() != 1 => {
            return bad(at, format!("`{name}` needs `value`, such as \"30m\"."));
        }
        _ if list.is_empty() => return bad(at, format!("`{name}` needs `value` or `values`.")),
        _ if list.len() > MAX_ALTERNATIVES => {
            return bad(
                at,
                format!("`{name}` takes at most {MAX_ALTERNATIVES} alternatives."),
            );
        }
        _ => {}
    }
    Ok(list)
}

fn operands(op: Operator, values: &[&Value]) -> Result<Operands, String> {
    let name = op.as_str();
    Ok(match op.takes() {
        Takes::Nothing => Operands::None,
        Takes::Texts => Operands::Texts(each(values, |it| text(it, name))?),
        Takes::Patterns => Operands::Patterns(each(values, pattern)?),
        Takes::Values => Operands::Values(each(values, |it| operand(it, name))?),
        Takes::Bounds => Operands::Values(bounds(values)?),
        Takes::Moments => Operands::Values(each(values, |it| {
            operand(it, name).and_then(|it| match it.moment.is_some() || it.field.is_some() {
                true => Ok(it),
                false => Err(format!(
                    "`{}` is not a time. Write a date, `now`, `today+7d`, `tomorrow 09:00`.",
                    it.literal
                )),
            })
        })?),
        Takes::Names => Operands::Names(each(values, |it| match it {
            Value::String(it) if !it.is_empty() => Ok(it.as_str().into()),
            Value::Bool(it) if op == Operator::ChoiceIs => {
                Ok(if *it { "yes".into() } else { "no".into() })
            }
            Value::Number(it) if op == Operator::ChoiceIs => Ok(it.to_string().into()),
            _ => Err(format!("`{name}` takes names: texts that are not empty.")),
        })?),
        Takes::Statuses => Operands::Statuses(each(values, statuses)?),
        Takes::Length => match values
            .first()
            .and_then(|it| it.as_str())
            .and_then(Length::parse)
        {
            Some(it) if !it.is_zero() => Operands::Length(it),
            _ => {
                return Err(format!(
                    "`{name}` takes a length of time, such as \"30m\", \"2h\" or \"1d\"."
                ));
            }
        },
    })
}

fn each<T>(
    values: &[&Value],
    read: impl Fn(&Value) -> Result<T, String>,
) -> Result<Vec<T>, String> {
    values.iter().map(|it| read(it)).collect()
}

/// `{name}` alone stands for a field.
fn field(text: &str) -> Option<Path> {
    Path::parse(text.trim().strip_prefix('{')?.strip_suffix('}')?.trim())
}

fn plain(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(it) => Some(it.as_str().into()),
        Value::Number(it) => Some(it.to_string().into()),
        Value::Bool(it) => Some(if *it { "yes".into() } else { "no".into() }),
        _ => None,
    }
}

fn text(from: &Value, name: &str) -> Result<Text, String> {
    let Some(text) = plain(from) else {
        return Err(format!("`{name}` takes texts."));
    };
    if let Some(path) = field(&text) {
        return Ok(Text::Field(path));
    }
    let normal = normalise(&text);
    if normal.is_empty() {
        return Err(format!(
            "`{name}` needs texts with letters or digits; {from} has none."
        ));
    }
    Ok(Text::Fixed(normal.into()))
}

fn operand(from: &Value, name: &str) -> Result<Operand, String> {
    let Some(text) = plain(from) else {
        return Err(format!(
            "`{name}` takes a number, a time, a text, true or false."
        ));
    };
    let literal_number = from.as_f64();
    Ok(Operand {
        literal: from.clone(),
        field: field(&text),
        number: literal_number.or_else(|| value::as_number(from)),
        moment: from.as_str().and_then(Moment::parse),
        text: normalise(&text).into(),
    })
}

fn bounds(values: &[&Value]) -> Result<Vec<Operand>, String> {
    let bounds = each(values, |it| operand(it, "between"))?;
    if let [
        Operand {
            number: Some(low), ..
        },
        Operand {
            number: Some(high), ..
        },
    ] = &*bounds
        && low > high
    {
        return Err("The first bound of `between` must not be above the second.".into());
    }
    Ok(bounds)
}

fn statuses(from: &Value) -> Result<Statuses, String> {
    let one = from
        .as_u64()
        .or_else(|| from.as_str().and_then(|it| it.parse().ok()));
    if let Some(status) = one
        .and_then(|it| u16::try_from(it).ok())
        .filter(|it| (100..=599).contains(it))
    {
        return Ok(Statuses {
            low: status,
            high: status,
        });
    }
    if let Some([class @ b'1'..=b'5', b'x' | b'X', b'x' | b'X']) = from.as_str().map(str::as_bytes)
    {
        let low = u16::from(class - b'0') * 100;
        return Ok(Statuses {
            low,
            high: low + 99,
        });
    }
    Err("`api_status` takes statuses such as 404, or classes such as \"5xx\".".into())
}

fn pattern(from: &Value) -> Result<Regex, String> {
    let Some(text) = from.as_str() else {
        return Err("`matches` takes regular expressions as texts.".into());
    };
    if text.chars().count() > MAX_PATTERN {
        return Err(format!(
            "A pattern of `matches` may have at most {MAX_PATTERN} characters."
        ));
    }
    RegexBuilder::new(&without_accents(text))
        .case_insensitive(true)
        .size_limit(MAX_COMPILED)
        .dfa_size_limit(MAX_COMPILED)
        .nest_limit(50)
        .build()
        .map_err(|it| match it {
            regex::Error::CompiledTooBig(_) => format!("The pattern `{text}` would grow too large."),
            _ => format!("`{text}` is not a regular expression of the supported kind (no look-around, no back-references)."),
        })
}

/// The text without accents, everything else as it is.
pub(super) fn without_accents(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return text.into();
    }
    text.nfd()
        .filter(|it| !is_combining_mark(*it))
        .nfc()
        .collect::<String>()
        .into()
}
