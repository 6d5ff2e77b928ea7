//! One answer tried on one box of a draft: what is understood of it, which link wins, and what the bot says then.
use crate::{
    Context, Effect, Flow, Input, State, TooLarge,
    effect::Say,
    notes::{Looked, Note, Understood},
    step, step_with_notes,
    trace::{TriedLink, trace},
};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// What came of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct TriedReply {
    /// What was understood; nothing when the answer does not fit.
    pub extracted: Option<Understood>,
    /// The conditions of the box's links, up to the first that held.
    pub conditions: Vec<TriedLink>,
    /// The link that was followed; none when the bot asks again.
    pub winner: Option<usize>,
    /// The box that it leads to.
    pub to: Option<String>,
    /// What the bot says then.
    pub says: Vec<Say>,
}

/// Why an answer could not be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoReply {
    /// There is no such box, or it has errors.
    #[error("there is no such box, or it has errors")]
    NoBox,
    /// The box asks nothing.
    #[error("the box asks nothing")]
    NoQuestion,
    /// The variables take more than a session holds.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
}

/// Tries an answer (`Input::Text` or `Input::Choice`) on a box of a draft, as if a session stood there.
///
/// The user is the one of the context, as the box's own Advanced panel leaves them; `variables` are the session's.
pub fn try_reply(
    document: &Value,
    flow: &Flow,
    box_id: &str,
    input: Input,
    variables: &Map<String, Value>,
    cx: &Context<'_>,
) -> Result<TriedReply, NoReply> {
    let here = flow.find(box_id).map(|it| flow.get(it));
    let here = here.filter(|it| !it.broken).ok_or(NoReply::NoBox)?;
    if here.question.is_none() {
        return Err(NoReply::NoQuestion);
    }
    let mut state = State::new();
    for (name, value) in variables {
        state.set_variable(name, value.clone())?;
    }
    let arrive = Input::Goto {
        box_id: box_id.to_owned(),
    };
    let arrived = step(flow, state, arrive, cx);
    let (profile, flags) = after(&arrived.effects, cx);
    let cx = Context {
        profile: &profile,
        flags: &flags,
        ..*cx
    };
    let (stepped, notes) = step_with_notes(flow, arrived.state, input, &cx);
    Ok(tell(document, box_id, stepped.effects, &notes))
}

fn tell(document: &Value, box_id: &str, effects: Vec<Effect>, notes: &[Note]) -> TriedReply {
    let extracted = notes.iter().find_map(|it| match &it.looked {
        Looked::Answer(understood) => understood.clone(),
        Looked::Links { .. } => None,
    });
    let stood = crate::trace::Stood {
        box_id,
        function_id: None,
    };
    let own = |function_id: Option<&str>| function_id.is_none().then_some(document);
    let told = trace(&own, Some(stood), Some(String::new()), &effects, notes);
    let here = told.into_iter().next().unwrap_or_default();
    let to = effects.iter().find_map(|it| match it {
        Effect::VisitBox { box_id, link, .. } if *link == here.link => Some(box_id.to_string()),
        _ => None,
    });
    let says = effects.into_iter().filter_map(|it| match it {
        Effect::Say(say) => Some(say),
        _ => None,
    });
    TriedReply {
        extracted,
        conditions: here.conditions,
        winner: here.link,
        to: to.filter(|_| here.link.is_some()),
        says: says.collect(),
    }
}

/// Profile and flags after these effects.
fn after(effects: &[Effect], cx: &Context<'_>) -> (Map<String, Value>, BTreeSet<String>) {
    let (mut profile, mut flags) = (cx.profile.clone(), cx.flags.clone());
    for effect in effects {
        match effect {
            Effect::SetProfileField { name, value, .. } => {
                profile.insert(name.clone(), value.clone());
            }
            Effect::AssignFlag { flag, .. } => {
                flags.insert(flag.to_string());
            }
            Effect::RemoveFlag { flag, .. } => {
                flags.remove(&**flag);
            }
            _ => {}
        }
    }
    profile.retain(|_, value| !value.is_null());
    (profile, flags)
}
