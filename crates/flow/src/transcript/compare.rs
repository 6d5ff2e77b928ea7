//! Whether what happened is what was expected.
use super::step::{AtBox, Expect};
use crate::{
    Effect,
    effect::{ApiCall, Say},
};
use serde_json::Value;

/// What a step expected and what was there instead.
pub(super) type Mismatch = (String, String);

pub(super) fn mismatch<T>(
    expected: impl Into<String>,
    got: impl Into<String>,
) -> Result<T, Mismatch> {
    Err((expected.into(), got.into()))
}

pub(super) fn line(say: &Say) -> String {
    match &say.media {
        None => say.text.clone(),
        Some(media) => {
            let kind = serde_json::to_value(media.kind).ok();
            let kind = kind.as_ref().and_then(Value::as_str).unwrap_or("media");
            format!("[{kind} {}] {}", media.url, say.text)
                .trim_end()
                .to_owned()
        }
    }
}

pub(super) fn is_push(effect: &Effect, at: &AtBox) -> bool {
    let Effect::PushProfile { box_id, variables } = effect else {
        return false;
    };
    **box_id == *at.box_id
        && at
            .variables
            .iter()
            .all(|(name, value)| variables.get(name).is_some_and(|it| same(it, value)))
}

pub(super) fn check_request(call: &ApiCall, expect: &Expect) -> Result<(), Mismatch> {
    if let Some(method) = expect.method.as_deref().filter(|it| *it != call.method) {
        return mismatch(format!("a {method} request"), call.method);
    }
    if let Some(url) = expect.url.as_ref().filter(|it| **it != call.url) {
        return mismatch(format!("the address {url}"), call.url.clone());
    }
    for (name, wanted) in &expect.headers {
        let got = call
            .headers
            .iter()
            .find(|(it, _)| it.eq_ignore_ascii_case(name))
            .map(|(_, it)| it.as_str());
        if wanted.as_str() != got {
            return mismatch(format!("the header {name}: {wanted}"), format!("{got:?}"));
        }
    }
    let body = call.body.as_deref().map(serde_json::from_slice::<Value>);
    let body = body.and_then(Result::ok).unwrap_or_default();
    if let Some(wanted) = expect.body.as_ref().filter(|it| !contains(&body, it)) {
        return mismatch(format!("a body with {wanted}"), body.to_string());
    }
    if let Some(key) = expect
        .body_lacks
        .iter()
        .find(|it| body.get(it.as_str()).is_some())
    {
        return mismatch(format!("a body without {key}"), body.to_string());
    }
    Ok(())
}

/// Whether `whole` has everything that `part` has; lists must be equal.
fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => part
            .iter()
            .all(|(key, part)| whole.get(key).is_some_and(|whole| contains(whole, part))),
        _ => same(whole, part),
    }
}

/// Equality in which `2` and `2.0` are one number.
pub(super) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}
