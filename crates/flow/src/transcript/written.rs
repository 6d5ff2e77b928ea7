//! From a step that was taken to the steps of a test that expects the same.
use super::compare::line;
use crate::{Effect, State};
use serde_json::{Value, json};

/// The steps of a test that expects what a step has done. `input` is what came in as a step of a test, none at the start.
pub fn written(input: Option<Value>, effects: &[Effect], state: &State) -> Vec<Value> {
    let mut steps: Vec<Value> = input.into_iter().collect();
    for effect in effects {
        steps.extend(match effect {
            Effect::Say(say) => Some(json!({"bot": line(say)})),
            Effect::AssignFlag { flag, .. } => Some(json!({"flag": &**flag})),
            Effect::RemoveFlag { flag, .. } => Some(json!({"no_flag": &**flag})),
            Effect::ReachGoal { goal, .. } => Some(json!({"goal": &**goal})),
            Effect::PushProfile { box_id, .. } => Some(json!({"pushed": {"box_id": &**box_id}})),
            Effect::ApiFailed { reason, .. } => Some(json!({"api_failed": reason})),
            Effect::HandOff { .. } => Some(json!({"hand_off": true})),
            _ => None,
        });
    }
    match (state.is_ended(), state.current_box()) {
        (true, _) => steps.push(json!({"ended": true})),
        (false, Some(id)) => steps.push(json!({"box": id})),
        (false, None) => {}
    }
    steps
}
