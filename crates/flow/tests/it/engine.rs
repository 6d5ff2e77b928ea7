use crate::support::{Around, bot, compile, lines, reply, text};
use serde_json::{Value, json};
use smartbot_flow::{ApiOutcome, Effect, Input, NoLibrary, State};

/// The bot of the language's own documentation.
pub(crate) fn doctor() -> Value {
    json!({
        "format": "smartbot/1", "function_id": "DoctorAppointment", "name": "Doctor appointment", "type": "flow", "language": "en",
        "fields": [
            {"name": "insurance_name", "kind": "variable", "type": "text"},
            {"name": "appointment_at", "kind": "variable", "type": "date_time"},
            {"name": "booking", "kind": "variable", "type": "json"},
            {"name": "user_concern", "kind": "profile", "type": "text"}
        ],
        "start": "welcome",
        "boxes": [
            {"id": "welcome", "type": "message", "text": "Hello {user_fname|there}!"},
            {"id": "when", "type": "date_time", "text": "When would you like to come?", "save_to": "appointment_at",
             "advanced": {"assign_flags": ["wants-appointment"]}},
            {"id": "book", "type": "external_api", "url": "https://portal.example/api/book", "save_to": "booking"},
            {"id": "done", "type": "end", "message": "See you on {appointment_at:date}.",
             "advanced": {"push_to_webhook": true, "goal": "appointment"}},
            {"id": "sorry", "type": "end", "message": "We will call you."}
        ],
        "links": [
            {"from": "welcome", "to": "when"},
            {"from": "when", "to": "book", "when": {"op": "after", "value": "now"}},
            {"from": "book", "to": "done", "when": {"op": "api_succeeded"}},
            {"from": "book", "to": "sorry"}
        ],
        "layout": {"welcome": {"x": 0, "y": 0}}
    })
}

#[test]
fn the_documented_bot_talks_to_its_end() {
    let flow = compile(&doctor());
    let around = Around::default();
    let started = around.step(&flow, State::new(), Input::Start);
    assert_eq!(
        lines(&started.effects),
        [
            "box welcome",
            "say Hello there!",
            "box when by 0",
            "flag +wants-appointment",
            "say When would you like to come?"
        ]
    );
    let awaiting = started.state.awaiting(&flow, &NoLibrary).unwrap();
    assert_eq!(
        serde_json::to_value(awaiting).unwrap(),
        json!({"kind": "date_time", "prefer": "future"})
    );
    assert!(flow.needs_time_parsing(&started.state));

    let past = around.step(&flow, started.state, text("yesterday at 10 am"));
    assert_eq!(lines(&past.effects), ["say When would you like to come?"]);
    assert!(
        past.state.variables().is_empty(),
        "an answer that no link takes is not kept"
    );

    let asked = around.step(&flow, past.state, text("tomorrow at 10 am"));
    assert_eq!(
        lines(&asked.effects),
        [
            "box book by 1",
            "call 1 POST https://portal.example/api/book"
        ]
    );
    let Effect::CallApi(call) = &asked.effects[1] else {
        panic!("a call")
    };
    let body: Value = serde_json::from_slice(call.body.as_deref().unwrap()).unwrap();
    assert_eq!(
        body,
        json!({"appointment_at": "2026-11-24T10:00:00+00:00", "user_id": "usr_1", "external_id": "p-17",
               "session_id": "ses_1", "function_id": "Test", "box_id": "book"})
    );
    assert_eq!(asked.state.awaiting(&flow, &NoLibrary).unwrap().kind, "api");

    let done = around.step(
        &flow,
        asked.state,
        reply(1, 200, "application/json", br#"{"slot":{"start":"ten"}}"#),
    );
    assert_eq!(
        lines(&done.effects),
        [
            "box done by 2",
            "goal appointment",
            r#"push {"appointment_at":"2026-11-24T10:00:00+00:00","booking":{"slot":{"start":"ten"}},"slot":{"start":"ten"}}"#,
            "say See you on Tuesday, November 24, 2026.",
            "end Completed"
        ]
    );
    assert!(done.state.is_ended());
    assert_eq!(done.state.awaiting(&flow, &NoLibrary), None);
}

#[test]
fn states_are_small_and_survive_serialisation() {
    let flow = compile(&doctor());
    let state = Around::default()
        .step(&flow, State::new(), Input::Start)
        .state;
    let json = serde_json::to_string(&state).unwrap();
    assert_eq!(
        json,
        r#"{"phase":"running","box":"when","waits":"input","boxes":2}"#
    );
    assert_eq!(serde_json::from_str::<State>(&json).unwrap(), state);
}

#[test]
fn inputs_that_do_not_concern_the_session_change_nothing() {
    let flow = compile(&doctor());
    let around = Around::default();
    let at_question = around.step(&flow, State::new(), Input::Start).state;
    let at_call = around
        .step(&flow, at_question.clone(), text("tomorrow at 10 am"))
        .state;
    let ended = around
        .step(&flow, at_call.clone(), reply(1, 500, "text/html", b""))
        .state;
    let failed = Input::ApiReply {
        call: 2,
        outcome: ApiOutcome::Failed {
            reason: "timeout".into(),
        },
    };
    let cases = [
        (&at_question, Input::Start),
        (&at_question, reply(1, 200, "text/plain", b"x")),
        (&at_question, Input::Timer { id: 1 }),
        (&at_call, text("hello?")),
        (&at_call, failed),
        (&at_call, Input::Timer { id: 1 }),
        (&at_call, Input::AgentReturned { box_id: None }),
        (&ended, text("hello?")),
        (&ended, Input::Start),
        (
            &ended,
            Input::Goto {
                box_id: "when".into(),
            },
        ),
        (&State::new(), text("hello?")),
    ];
    for (state, input) in cases {
        let after = around.step(&flow, state.clone(), input.clone());
        assert_eq!(after.effects, [], "{input:?}");
        assert_eq!(&after.state, state, "{input:?}");
    }
}

#[test]
fn after_max_retries_the_link_exhausted_is_followed() {
    let boxes = json!([
        {"id": "ask", "type": "email", "text": "E-mail?", "retry_text": "Really?", "max_retries": 2, "save_to": "user_email"},
        {"id": "ok", "type": "end"}, {"id": "help", "type": "end", "message": "An agent will help."}
    ]);
    let links = json!([
        {"from": "ask", "to": "ok", "when": {"op": "has_valid_value"}},
        {"from": "ask", "to": "help", "when": {"op": "exhausted"}}
    ]);
    let (flow, around) = (compile(&bot(&boxes, &links)), Around::default());
    let mut state = around.step(&flow, State::new(), Input::Start).state;
    for _ in 0..2 {
        let again = around.step(&flow, state, text("no"));
        assert_eq!(lines(&again.effects), ["say Really?"]);
        state = again.state;
    }
    let last = around.step(&flow, state, text("no"));
    assert_eq!(
        lines(&last.effects),
        ["box help by 1", "say An agent will help.", "end Completed"]
    );
}

#[test]
fn the_default_link_is_followed_also_when_nothing_was_understood_and_nothing_is_saved_then() {
    let boxes = json!([{"id": "ask", "type": "number", "text": "How many?", "save_to": "n"}, {"id": "on", "type": "end", "message": "{n|none}"}]);
    let flow = compile(&bot(&boxes, &json!([{"from": "ask", "to": "on"}])));
    let around = Around::default();
    let asked = around.step(&flow, State::new(), Input::Start).state;
    let wrong = around.step(&flow, asked.clone(), text("purple"));
    assert_eq!(
        lines(&wrong.effects),
        ["box on by 0", "say none", "end Completed"]
    );
    let right = around.step(&flow, asked, text("4"));
    assert_eq!(
        lines(&right.effects),
        ["box on by 0", "say 4", "end Completed"]
    );
}

#[test]
fn advanced_acts_on_entering_in_the_documented_order_and_not_on_asking_again() {
    let boxes = json!([
        {"id": "ask", "type": "yes_no", "text": "Well?", "advanced": {
            "remove_flags": ["old"], "assign_flags": ["new", "kept"], "goal": "g", "push_to_webhook": true,
            "notify": {"roles": ["agent"], "media": ["email"]}, "typing_delay_ms": 500}},
        {"id": "end", "type": "end"}
    ]);
    let flow = compile(&bot(
        &boxes,
        &json!([{"from": "ask", "to": "end", "when": {"op": "has_valid_value"}}]),
    ));
    let mut around = Around::default();
    around.flags.extend(["old".to_owned(), "kept".to_owned()]);
    let started = around.step(&flow, State::new(), Input::Start);
    assert_eq!(
        lines(&started.effects),
        [
            "box ask",
            "flag -old",
            "flag +new",
            "goal g",
            "push {}",
            "notify [Agent] [\"email\"]",
            "say Well?"
        ]
    );
    let Some(Effect::Say(say)) = started.effects.last() else {
        panic!("says")
    };
    assert_eq!(say.typing_delay_ms, Some(500));
    assert_eq!(
        lines(&around.step(&flow, started.state, text("purple")).effects),
        ["say Well?"]
    );
}

#[test]
fn answers_of_boxes_before_are_in_what_is_pushed_but_sensitive_ones_never_are() {
    let boxes = json!([
        {"id": "ssn", "type": "text", "text": "Number?", "save_to": "ssn", "sensitive": true},
        {"id": "color", "type": "text", "text": "Colour?", "save_to": "colour"},
        {"id": "call", "type": "external_api", "url": "https://a.example/", "advanced": {"push_to_webhook": true}},
        {"id": "named", "type": "external_api", "url": "https://a.example/", "body": {"n": "{ssn}"}},
        {"id": "end", "type": "end"}
    ]);
    let links = json!([{"from": "ssn", "to": "color"}, {"from": "color", "to": "call"}, {"from": "call", "to": "named"}, {"from": "named", "to": "end"}]);
    let (flow, around) = (compile(&bot(&boxes, &links)), Around::default());
    assert!(flow.is_sensitive("ssn"));
    let state = around.step(&flow, State::new(), Input::Start).state;
    assert!(state.awaits_sensitive(&flow, &NoLibrary));
    let first = around.step(&flow, state, text("123"));
    assert_eq!(
        lines(&first.effects),
        ["mask", "box color by 0", "say Colour?"]
    );
    assert!(first.state.is_sensitive("ssn"));
    let second = around.step(&flow, first.state, text("red"));
    assert_eq!(lines(&second.effects)[1], r#"push {"colour":"red"}"#);
    let Some(Effect::CallApi(call)) = second.effects.last() else {
        panic!("calls")
    };
    let body: Value = serde_json::from_slice(call.body.as_deref().unwrap()).unwrap();
    assert_eq!(body.get("ssn"), None);
    assert_eq!(body["colour"], "red");
    let third = around.step(&flow, second.state, reply(1, 204, "text/plain", b""));
    let Some(Effect::CallApi(call)) = third.effects.last() else {
        panic!("calls")
    };
    assert_eq!(call.body.as_deref(), Some(&br#"{"n":"123"}"#[..]));
}

#[test]
fn a_silent_user_is_followed_up_and_an_answer_stops_the_timer() {
    let boxes = json!([{"id": "ask", "type": "yes_no", "text": "Well?"}, {"id": "end", "type": "end"}, {"id": "nudge", "type": "end", "message": "Still there?"}]);
    let links = json!([
        {"from": "ask", "to": "nudge", "when": {"op": "no_reply_for", "value": "30m"}},
        {"from": "ask", "to": "end", "when": {"op": "has_valid_value"}}
    ]);
    let (flow, around) = (compile(&bot(&boxes, &links)), Around::default());
    let started = around.step(&flow, State::new(), Input::Start);
    assert_eq!(
        lines(&started.effects),
        ["box ask", "timer 1 at 2026-11-23T09:30:00Z", "say Well?"]
    );
    let due = around.step(&flow, started.state.clone(), Input::Timer { id: 1 });
    assert_eq!(
        lines(&due.effects),
        ["box nudge by 0", "say Still there?", "end Completed"]
    );
    let again = around.step(&flow, started.state, text("purple"));
    assert_eq!(
        lines(&again.effects),
        ["cancel 1", "timer 2 at 2026-11-23T09:30:00Z", "say Well?"]
    );
    assert_eq!(
        around
            .step(&flow, again.state.clone(), Input::Timer { id: 1 })
            .effects,
        []
    );
    assert_eq!(
        lines(&around.step(&flow, again.state, text("yes")).effects),
        ["cancel 2", "box end by 1", "end Completed"]
    );
}

#[test]
fn an_answer_of_the_api_follows_the_rules() {
    let mut document = bot(
        &json!([{"id": "call", "type": "external_api", "url": "https://a.example/", "save_to": "result"}, {"id": "end", "type": "end"}]),
        &json!([{"from": "call", "to": "end"}]),
    );
    document["fields"] = json!([{"name": "plan", "kind": "profile", "type": "text"}, {"name": "n", "kind": "variable", "type": "number"}]);
    let flow = compile(&document);
    let mut around = Around::default();
    around.profile.insert("loyalty".into(), json!("silver"));
    let waiting = around.step(&flow, State::new(), Input::Start).state;
    let answer = |content_type: &str, body: &[u8]| {
        let stepped = around.step(&flow, waiting.clone(), reply(1, 200, content_type, body));
        let effects = lines(&stepped.effects)
            .into_iter()
            .take_while(|it| !it.starts_with("box"))
            .collect::<Vec<_>>();
        (effects, Value::Object(stepped.state.variables().clone()))
    };
    let json = "application/json";
    let body = br#"{"user_fname":"Ana","plan":7,"loyalty":"gold","user_id":"evil","password":"x","n":"5","fresh":[1],"bad key":1,"gone":null,"result":"own"}"#;
    let (effects, variables) = answer(json, body);
    assert_eq!(
        effects,
        [
            "problem 1 keys of the answer cannot name fields and were passed over",
            r#"profile loyalty="gold""#,
            r#"profile plan="7""#,
            r#"profile user_fname="Ana""#,
        ]
    );
    assert_eq!(
        variables,
        json!({"APIuser_id": "evil", "APIpassword": "x", "n": 5, "fresh": [1], "result": "own"})
    );
    assert_eq!(answer(json, b"\"done\"").1, json!({"result": "done"}));
    assert_eq!(
        answer("text/plain; charset=utf-8", b"done").1,
        json!({"result": "done"})
    );
    assert_eq!(answer(json, b"[1,2]").1, json!({"result": [1, 2]}));
    assert_eq!(answer(json, b"4.5").1, json!({"result": 4.5}));
    assert_eq!(answer(json, b"").1, json!({}));
    assert_eq!(
        answer(json, br#"{"a":1}"#).1,
        json!({"result": {"a": 1}, "a": 1})
    );
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(70_000));
    assert_eq!(
        answer(json, large.as_bytes()),
        (vec!["api_failed too_large Some(200)".to_owned()], json!({}))
    );
    assert_eq!(answer(json, b"<html>").0, ["api_failed not_json Some(200)"]);
    let failed = Input::ApiReply {
        call: 1,
        outcome: ApiOutcome::Failed {
            reason: "timeout".into(),
        },
    };
    let failed = around.step(&flow, waiting.clone(), failed);
    assert_eq!(
        lines(&failed.effects),
        ["api_failed timeout None", "box end by 0", "end Completed"]
    );
    let broken = around.step(&flow, waiting.clone(), reply(1, 500, json, br#"{"a":1}"#));
    assert_eq!(
        lines(&broken.effects)[0],
        "api_failed http_status Some(500)"
    );
    assert!(broken.state.variables().is_empty());
}

#[test]
fn a_value_cannot_leave_the_folder_of_an_address() {
    let boxes = json!([{"id": "call", "type": "external_api", "url": "https://a.example/users/{who}/x"}, {"id": "end", "type": "end"}]);
    let flow = compile(&bot(&boxes, &json!([{"from": "call", "to": "end"}])));
    let mut state = State::new();
    state.set_variable("who", json!("..")).unwrap();
    let stepped = Around::default().step(&flow, state, Input::Start);
    assert_eq!(
        lines(&stepped.effects),
        [
            "box call",
            "api_failed bad_url None",
            "box end by 0",
            "end Completed"
        ]
    );
}

#[test]
fn agents_give_sessions_back_where_they_were_or_elsewhere() {
    let boxes = json!([{"id": "off", "type": "hand_off"}, {"id": "ask", "type": "yes_no", "text": "Well?"}, {"id": "end", "type": "end"}]);
    let links = json!([{"from": "off", "to": "ask"}, {"from": "ask", "to": "end"}]);
    let (flow, around) = (compile(&bot(&boxes, &links)), Around::default());
    let waiting = around.step(&flow, State::new(), Input::Start);
    assert_eq!(lines(&waiting.effects), ["box off", "hand_off None"]);
    assert!(waiting.state.awaits_agent());
    assert_eq!(
        around
            .step(&flow, waiting.state.clone(), text("hello"))
            .effects,
        []
    );
    let back = Input::AgentReturned { box_id: None };
    let asked = around.step(&flow, waiting.state.clone(), back.clone());
    assert_eq!(lines(&asked.effects), ["box ask by 0", "say Well?"]);
    let elsewhere = Input::AgentReturned {
        box_id: Some("end".into()),
    };
    assert_eq!(
        lines(&around.step(&flow, waiting.state.clone(), elsewhere).effects),
        ["box end", "end Completed"]
    );
    let nowhere = Input::AgentReturned {
        box_id: Some("gone".into()),
    };
    assert_eq!(
        lines(&around.step(&flow, waiting.state, nowhere).effects)[1..],
        ["box ask by 0", "say Well?"]
    );
    assert_eq!(
        lines(&around.step(&flow, asked.state, back).effects),
        ["say Well?"],
        "an agent stepped in meanwhile"
    );
}

#[test]
fn a_flow_that_never_waits_is_stopped() {
    // Polling is found before publishing; an engine that is given such a flow all the same must end.
    let boxes = json!([{"id": "a", "type": "jump", "function_id": "Test"}]);
    let flow = std::sync::Arc::new(compile(&bot(&boxes, &json!([]))));
    let shelf = crate::support::Shelf(vec![(1, flow.clone())]);
    let stepped = Around::default().step_in(&shelf, &flow, State::new(), Input::Start);
    assert_eq!(
        stepped
            .effects
            .iter()
            .filter(|it| matches!(it, Effect::VisitBox { .. }))
            .count(),
        500
    );
    assert_eq!(
        lines(&stepped.effects)[500..],
        ["failed StepLimit", "end Failed"]
    );
    assert!(stepped.state.is_ended());
}

#[test]
fn a_damaged_state_ends_with_a_reason() {
    let flow = compile(&doctor());
    let cases = [
        (r#"{"phase":"running"}"#, "failed BadState"),
        (
            r#"{"phase":"running","box":"done","waits":"input"}"#,
            "failed BadState",
        ),
        (
            r#"{"phase":"running","box":"gone","waits":"input"}"#,
            "failed MissingBox",
        ),
        (
            r#"{"phase":"running","box":"x","bot":{"function_id":"Gone"},"waits":"input"}"#,
            "failed MissingBot",
        ),
    ];
    for (state, expected) in cases {
        let state: State = serde_json::from_str(state).unwrap();
        let stepped = Around::default().step(&flow, state, text("hello"));
        assert_eq!(lines(&stepped.effects), [expected, "end Failed"]);
    }
}

#[test]
fn the_same_user_always_goes_the_same_way_of_a_split() {
    let boxes = json!([{"id": "s", "type": "split", "weights": {"a": 30, "b": 70}}, {"id": "A", "type": "end"}, {"id": "B", "type": "end"}]);
    let links = json!([{"from": "s", "to": "A", "when": {"op": "split_is", "value": "a"}}, {"from": "s", "to": "B", "when": {"op": "split_is", "value": "b"}}]);
    let flow = compile(&bot(&boxes, &links));
    let way = |user: u32| {
        let mut around = Around::default();
        around.identity.user_id = format!("usr_{user}");
        lines(&around.step(&flow, State::new(), Input::Start).effects)[1].clone()
    };
    let to_a = (0..2_000)
        .filter(|it| way(*it).starts_with("box A"))
        .count();
    assert!(
        (500..700).contains(&to_a),
        "{to_a} of 2,000 instead of about 600"
    );
    assert_eq!(way(5), way(5));
}

#[test]
fn what_a_user_writes_is_never_read_as_a_template() {
    let boxes = json!([{"id": "ask", "type": "text", "text": "?", "save_to": "said"}, {"id": "end", "type": "end", "message": "{said}"}]);
    let flow = compile(&bot(&boxes, &json!([{"from": "ask", "to": "end"}])));
    let around = Around::default();
    let state = around.step(&flow, State::new(), Input::Start).state;
    let stepped = around.step(&flow, state, text("{user_id} {{secret:x}} \\{"));
    assert_eq!(lines(&stepped.effects)[1], "say {user_id} {{secret:x}} \\{");
}

#[test]
fn variables_that_are_full_are_told_and_the_session_goes_on() {
    let boxes = json!([
        {"id": "big", "type": "set_field", "field": "a", "value": "{a}{a}"}, {"id": "ask", "type": "text", "text": "?"},
    ]);
    let links = json!([{"from": "big", "to": "ask"}, {"from": "ask", "to": "big"}]);
    let (flow, around) = (compile(&bot(&boxes, &links)), Around::default());
    let mut state = State::new();
    state.set_variable("a", json!("x".repeat(40_000))).unwrap();
    let stepped = around.step(&flow, state, Input::Start);
    assert_eq!(
        lines(&stepped.effects)[1],
        "problem the session's variables are full; `a` was not saved"
    );
    assert_eq!(lines(&stepped.effects)[3], "say ?");
}

#[test]
fn flows_and_states_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>(_: &T) {}
    shared(&compile(&doctor()));
    shared(&State::new());
}
