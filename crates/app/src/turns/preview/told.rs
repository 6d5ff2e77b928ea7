//! What came of steps, in the form that is told.
use super::{PreviewCall, PreviewVariable, Previewed};
use crate::turns::calls::StoredCall;
use serde_json::{Map, Value, json};
use smartbot_flow::{ApiOutcome, Flow};
use smartbot_model::field::FieldKind;

impl Previewed {
    /// What came of the next step too.
    pub(super) fn add(&mut self, mut next: Self) {
        for it in &mut next.variables {
            let had_changed = |before: &PreviewVariable| {
                before.name == it.name && before.scope == it.scope && before.changed
            };
            it.changed |= self.variables.iter().any(had_changed);
        }
        self.messages.append(&mut next.messages);
        self.trace.append(&mut next.trace);
        self.events.append(&mut next.events);
        self.transcript_step.append(&mut next.transcript_step);
        *self = Self {
            messages: std::mem::take(&mut self.messages),
            trace: std::mem::take(&mut self.trace),
            events: std::mem::take(&mut self.events),
            transcript_step: std::mem::take(&mut self.transcript_step),
            ..next
        };
    }
}

/// An answer to a call for people, and as a step of a test.
pub(super) fn reply_in_words(outcome: &ApiOutcome) -> (String, Value) {
    match outcome {
        ApiOutcome::Failed { reason } => (reason.clone(), json!({"api": {"fails": reason}})),
        ApiOutcome::Answer {
            status,
            content_type,
            body,
        } => {
            let text = String::from_utf8_lossy(body).into_owned();
            let mut step = json!({"status": status});
            match serde_json::from_str::<Value>(&text) {
                Ok(body) => step["body"] = body,
                Err(_) if text.is_empty() => {}
                Err(_) => {
                    step["body"] = text.into();
                    step["content_type"] = content_type.clone().into();
                }
            }
            (status.to_string(), json!({"api": step}))
        }
    }
}

/// A call as a builder sees it.
pub(in crate::turns) fn shown_call(call: &StoredCall) -> PreviewCall {
    let body = call.body.as_deref();
    PreviewCall {
        method: call.method.clone(),
        url: call.url.clone(),
        headers: call.headers.clone(),
        body: body.map(|it| serde_json::from_str(it).unwrap_or_else(|_| it.into())),
    }
}

/// Variables and profile fields before a step.
pub(super) type Fields<'a> = (&'a Map<String, Value>, &'a Map<String, Value>);

/// Variables and profile fields after a step, and which of them it changed.
pub(super) fn variables(
    flow: &Flow,
    before: Fields<'_>,
    after: Fields<'_>,
) -> Vec<PreviewVariable> {
    let mut all = Vec::new();
    for (scope, before, after) in [
        (FieldKind::Variable, before.0, after.0),
        (FieldKind::Profile, before.1, after.1),
    ] {
        let gone = before.keys().filter(|it| !after.contains_key(*it));
        for name in after.keys().chain(gone) {
            let value = after.get(name).cloned().unwrap_or_default();
            all.push(PreviewVariable {
                name: name.clone(),
                r#type: flow.type_of(name),
                scope,
                changed: before.get(name).unwrap_or(&Value::Null) != &value,
                value,
            });
        }
    }
    all
}
