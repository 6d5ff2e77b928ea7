use super::run;
use crate::NoLibrary;
use serde_json::{Value, json};

fn bot() -> Value {
    json!({
        "format": "smartbot/1", "function_id": "T", "name": "T", "type": "flow", "language": "en", "start": "ask",
        "boxes": [{"id": "ask", "type": "number", "text": "How many?", "save_to": "n"}, {"id": "end", "type": "end", "message": "{n}!"}],
        "links": [{"from": "ask", "to": "end", "when": {"op": "has_valid_value"}}]
    })
}

fn failure(steps: Value) -> String {
    let tests = json!({"tests": [{"name": "t", "steps": steps}]});
    let results = run(&bot(), &tests, &NoLibrary);
    assert_eq!(results.len(), 1);
    results[0]
        .failure
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default()
}

#[test]
fn a_conversation_that_goes_as_written_passes() {
    assert_eq!(
        failure(
            json!([{"bot": "How many?"}, {"user": "3"}, {"bot_contains": "3"}, {"ended": true}, {"awaiting": null}])
        ),
        ""
    );
}

#[test]
fn failures_say_step_expectation_and_what_was_there() {
    let cases = [
        (
            json!([{"bot": "Hello"}]),
            "step 1: expected bot: Hello, got bot: How many?\n    bot: How many?",
        ),
        (
            json!([{"user": "3"}]),
            "step 1: expected nothing more from the bot before the user writes, got bot: How many?\n    bot: How many?",
        ),
        (
            json!([{"bot": "How many?"}, {"user": "3"}]),
            "step 2: expected nothing more from the bot before the end of the test, got bot: 3!\n    bot: How many?\n    user: 3\n    bot: 3!\n    ended: ",
        ),
        (
            json!([{"bot": "How many?"}, {"bot": "What?"}]),
            "step 2: expected bot: What?, got silence\n    bot: How many?",
        ),
        (
            json!([{"bot": "How many?"}, {"flag": "x"}]),
            "step 2: expected the flag x, got flags: \n    bot: How many?",
        ),
        (
            json!([{"bot": "How many?"}, {"api": {"status": 200}}]),
            "step 2: expected a call of the External API, got no call\n    bot: How many?",
        ),
    ];
    for (steps, expected) in cases {
        assert_eq!(failure(steps), expected);
    }
    assert!(
        failure(json!([{"bto": "Hello"}])).starts_with("step 1: expected a step that is known")
    );
}

#[test]
fn broken_bots_and_files_fail_without_running() {
    assert!(!run(&json!({}), &json!({"tests": []}), &NoLibrary)[0].passed());
    assert!(!run(&bot(), &json!([]), &NoLibrary)[0].passed());
    assert!(!run(&bot(), &json!({"tests": [{"name": "x"}]}), &NoLibrary)[0].passed());
    assert!(
        !run(
            &bot(),
            &json!({"tests": [{"name": "x", "time_zone": "Mars", "steps": []}]}),
            &NoLibrary
        )[0]
        .passed()
    );
    assert!(run(&bot(), &json!({"tests": []}), &NoLibrary).is_empty());
}
