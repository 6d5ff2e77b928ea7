use crate::support::{Around, Shelf, bot, compile, lines, text};
use serde_json::{Value, json};
use smartbot_flow::{Input, State};
use std::sync::Arc;

fn other(message: &str) -> Value {
    let mut other = bot(
        &json!([{"id": "ask", "type": "text", "text": message, "save_to": "said", "sensitive": true}, {"id": "over", "type": "end"}]),
        &json!([{"from": "ask", "to": "over"}]),
    );
    other["function_id"] = "Other".into();
    other
}

fn caller(returns: bool) -> Value {
    bot(
        &json!([{"id": "go", "type": "jump", "function_id": "Other", "return": returns},
                {"id": "done", "type": "end", "message": "You said {said}.", "advanced": {"push_to_webhook": true}}]),
        &if returns {
            json!([{"from": "go", "to": "done"}])
        } else {
            json!([])
        },
    )
}

#[test]
fn a_session_goes_into_another_bot_and_comes_back() {
    let flow = compile(&caller(true));
    assert_eq!(flow.jump_targets().collect::<Vec<_>>(), ["Other"]);
    let around = Around::default();
    let mut shelf = Shelf(vec![(
        1,
        Arc::new(compile(&other("First?")).with_version(1)),
    )]);
    let inside = around.step_in(&shelf, &flow, State::new(), Input::Start);
    assert_eq!(
        lines(&inside.effects),
        ["box go", "box Other/ask", "say First?"]
    );
    assert_eq!(inside.state.current_bot(), Some("Other"));
    assert!(inside.state.awaits_sensitive(&flow, &shelf));
    assert_eq!(inside.state.awaiting(&flow, &shelf).unwrap().kind, "text");

    // A version that is published meanwhile does not disturb the session.
    shelf
        .0
        .push((2, Arc::new(compile(&caller(false)).with_version(2))));
    let kept: State = serde_json::from_str(&serde_json::to_string(&inside.state).unwrap()).unwrap();
    let back = around.step_in(&shelf, &flow, kept, text("hi"));
    assert_eq!(
        lines(&back.effects),
        [
            "mask",
            "box Other/over",
            "box done by 0",
            "push {}",
            "say You said hi.",
            "end Completed"
        ],
        "what the other bot marked as sensitive stays so"
    );
}

#[test]
fn without_return_the_session_stays_over_there() {
    let flow = compile(&caller(false));
    let shelf = Shelf(vec![(1, Arc::new(compile(&other("First?"))))]);
    let around = Around::default();
    let inside = around.step_in(&shelf, &flow, State::new(), Input::Start);
    let ended = around.step_in(&shelf, &flow, inside.state, text("hi"));
    assert_eq!(
        lines(&ended.effects),
        ["mask", "box Other/over", "end Completed"]
    );
}

#[test]
fn a_bot_that_is_missing_is_told_and_passed_by_if_there_is_a_way() {
    let around = Around::default();
    let passed = around.step(&compile(&caller(true)), State::new(), Input::Start);
    assert_eq!(
        lines(&passed.effects)[1..3],
        ["problem there is no published bot `Other`", "box done by 0"]
    );
    let stuck = around.step(&compile(&caller(false)), State::new(), Input::Start);
    assert_eq!(
        lines(&stuck.effects),
        ["box go", "failed MissingBot", "end Failed"]
    );
}

#[test]
fn jumps_with_return_nest_32_deep_and_no_deeper() {
    let boxes = json!([{"id": "again", "type": "jump", "function_id": "Test", "return": true}, {"id": "end", "type": "end"}]);
    let flow = Arc::new(compile(&bot(
        &boxes,
        &json!([{"from": "again", "to": "end"}]),
    )));
    let shelf = Shelf(vec![(1, flow.clone())]);
    let stepped = Around::default().step_in(&shelf, &flow, State::new(), Input::Start);
    let lines = lines(&stepped.effects);
    assert_eq!(lines.iter().filter(|it| it.starts_with("box")).count(), 33);
    assert_eq!(lines[33..], ["failed CallDepth", "end Failed"]);
}

#[test]
fn a_dead_end_over_there_comes_back_too() {
    let boxes = json!([
        {"id": "go", "type": "jump", "box": "there", "return": true}, {"id": "there", "type": "message", "text": "there"},
        {"id": "back", "type": "message", "text": "back"}
    ]);
    let flow = compile(&bot(&boxes, &json!([{"from": "go", "to": "back"}])));
    let stepped = Around::default().step(&flow, State::new(), Input::Start);
    assert_eq!(
        lines(&stepped.effects),
        [
            "box go",
            "box there",
            "say there",
            "box back by 0",
            "say back",
            "end DeadEnd"
        ]
    );
}
