//! One step: from an input to the next state and the effects.
use crate::{
    Context, Effect, Flow, Input, State,
    boxes::Said,
    notes::Note,
    run::Run,
    state::{Phase, Waits},
};

/// What a step comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Stepped {
    /// The next state.
    pub state: State,
    /// What is to be done, in this order.
    pub effects: Vec<Effect>,
    /// Whether it would have gone another way if an agent had been available: who has not looked whether one is may look, and step again.
    pub missed_agents: bool,
}

impl Stepped {
    fn of(run: Run<'_>) -> Self {
        Self {
            missed_agents: run.missed_agents,
            state: run.state,
            effects: run.effects,
        }
    }
}

/// Advances a session by one input. Pure, deterministic and total: it never panics and always ends.
///
/// An input that does not concern the session any more (an answer to an old call, a stale timer, a text while it waits
/// for something else, anything after its end) changes nothing and has no effects.
pub fn step(flow: &Flow, state: State, input: Input, cx: &Context<'_>) -> Stepped {
    if !concerns(&state, &input) {
        return unconcerned(state);
    }
    let mut run = Run::new(flow, state, cx);
    advance(&mut run, &input);
    Stepped::of(run)
}

/// As [`step`], and tells what was looked at on the way: the same step, watched.
pub fn step_with_notes(
    flow: &Flow,
    state: State,
    input: Input,
    cx: &Context<'_>,
) -> (Stepped, Vec<Note>) {
    if !concerns(&state, &input) {
        return (unconcerned(state), Vec::new());
    }
    let mut run = Run::new(flow, state, cx).watched();
    advance(&mut run, &input);
    let notes = run.take_notes();
    (Stepped::of(run), notes)
}

const fn unconcerned(state: State) -> Stepped {
    Stepped {
        state,
        effects: Vec::new(),
        missed_agents: false,
    }
}

fn advance(run: &mut Run<'_>, input: &Input) {
    match input {
        Input::Start => run.start(),
        Input::Text { text } => run.answered(Said { text, picked: None }),
        Input::Choice { values } => {
            let text = values.first().map_or("", String::as_str);
            run.answered(Said {
                text,
                picked: Some(values),
            });
        }
        Input::ApiReply { outcome, .. } => run.replied(outcome),
        Input::Timer { id } => run.timer_is_due(*id),
        Input::AgentReturned { box_id } => run.agent_returned(box_id.as_deref()),
        Input::NobodyCame => run.nobody_came(),
        Input::Goto { box_id } => run.go_to(box_id),
    }
}

fn concerns(state: &State, input: &Input) -> bool {
    match (state.phase, input) {
        (Phase::Ended, _) => false,
        (Phase::New, Input::Start | Input::Goto { .. }) => true,
        (Phase::New, _) | (Phase::Running, Input::Start) => false,
        (Phase::Running, Input::Text { .. } | Input::Choice { .. }) => {
            // A running session always waits for something; one that does not is damaged and must not hang.
            matches!(state.waits, Waits::Input | Waits::Nothing)
        }
        (Phase::Running, Input::ApiReply { call, .. }) => state.waits == Waits::Api(*call),
        (Phase::Running, Input::Timer { id }) => {
            state.waits == Waits::Timer(*id)
                || (state.waits == Waits::Input && state.timers.iter().any(|it| it.id == *id))
        }
        (Phase::Running, Input::AgentReturned { box_id }) => {
            box_id.is_some() || matches!(state.waits, Waits::Agent | Waits::Input)
        }
        (Phase::Running, Input::NobodyCame) => state.waits == Waits::Agent,
        (Phase::Running, Input::Goto { .. }) => true,
    }
}
