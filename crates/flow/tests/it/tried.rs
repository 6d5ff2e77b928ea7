//! Drafts that are tried out: as far as they go, and told box by box.
use crate::support::{Around, bot, compile, text};
use serde_json::{Map, Value, json};
use smartbot_flow::effect::FailReason;
use smartbot_flow::reply::{NoReply, TriedReply, try_reply};
use smartbot_flow::trace::{Stood, TraceStep, trace};
use smartbot_flow::{Effect, Flow, Input, NoLibrary, State, parse, step_with_notes};

fn draft(document: &Value) -> Flow {
    Flow::compile_draft(&parse(document).0).unwrap()
}

/// A question with three ways on.
fn visit() -> Value {
    let boxes = json!([
        {"id": "hello", "type": "message", "text": "Hello."},
        {"id": "when", "type": "date_time", "title": "Time", "text": "When?", "save_to": "at", "advanced": {"assign_flags": ["asked"]}},
        {"id": "past", "type": "message", "text": "That is over."},
        {"id": "book", "type": "end", "message": "Booked.", "advanced": {"goal": "booked", "push_to_webhook": true}},
        {"id": "odd", "type": "end", "message": "I do not understand."}
    ]);
    let links = json!([
        {"from": "hello", "to": "when"},
        {"from": "when", "to": "past", "when": {"op": "before", "value": "now"}},
        {"from": "past", "to": "when"},
        {"from": "when", "to": "book", "when": {"op": "all", "of": [{"op": "has_valid_value"}, {"op": "has_flag", "value": "asked"}]}},
        {"from": "when", "to": "odd", "when": {"op": "is_empty"}}
    ]);
    bot(&boxes, &links)
}

fn told(document: &Value, state: State, input: Input, shown: &str) -> (State, Vec<TraceStep>) {
    let flow = draft(document);
    let around = Around::default();
    let before = state.current_box().map(str::to_owned);
    let (stepped, notes) = step_with_notes(&flow, state, input, &around.cx(&NoLibrary));
    let stood = before.as_deref().map(|box_id| Stood {
        box_id,
        function_id: None,
    });
    let input = stood.map(|_| shown.to_owned());
    let own = |function_id: Option<&str>| function_id.is_none().then_some(document);
    let steps = trace(&own, stood, input, &stepped.effects, &notes);
    (stepped.state, steps)
}

#[test]
fn a_step_is_told_box_by_box() {
    let document = visit();
    let (state, steps) = told(&document, State::new(), Input::Start, "");
    let ids: Vec<_> = steps
        .iter()
        .map(|it| (it.box_id.as_str(), it.link))
        .collect();
    assert_eq!(ids, [("hello", Some(0)), ("when", None)]);
    assert_eq!(
        steps[1].actions[0].sentence,
        "Puts the flag “asked” on the user"
    );
    let (_, steps) = told(
        &document,
        state,
        text("tomorrow at 10 am please"),
        "tomorrow at 10 am please",
    );
    let when = &steps[0];
    assert_eq!((when.title.as_str(), when.link), ("Time", None), "{when:?}");
    let understood = when.extracted.as_ref().unwrap();
    assert_eq!(understood.text, "tomorrow at 10 am");
    assert_eq!((understood.start, understood.end), (0, 17));
    assert_eq!(understood.value, "2026-11-24T10:00:00+00:00");
    let tried: Vec<_> = when
        .conditions
        .iter()
        .map(|it| (it.link, it.sentence.as_str(), it.held))
        .collect();
    assert_eq!(
        tried,
        [
            (1, "the answer is before now", false),
            // The flag is kept by the runtime, which is not there.
            (
                3,
                "the answer is understood and the user has the flag “asked”",
                false
            ),
            (4, "the answer has no value", false),
        ]
    );
    assert_eq!(when.input.as_deref(), Some("tomorrow at 10 am please"));
}

#[test]
fn watching_changes_nothing() {
    let document = visit();
    let flow = compile(&document);
    let around = Around::default();
    let mut state = State::new();
    for input in [
        Input::Start,
        text("hm"),
        text("yesterday 9:00"),
        text("tomorrow at 10"),
    ] {
        let plain = around.step(&flow, state.clone(), input.clone());
        let (watched, _) = step_with_notes(&flow, state, input, &around.cx(&NoLibrary));
        assert_eq!(plain, watched);
        state = plain.state;
    }
}

#[test]
fn a_jump_that_comes_back_is_told_where_it_goes_on() {
    let document = bot(
        &json!([
            {"id": "jump", "type": "jump", "box": "ask", "return": true},
            {"id": "ask", "type": "text", "text": "Name?"},
            {"id": "back", "type": "end"},
            {"id": "bye", "type": "end", "message": "Bye."}
        ]),
        &json!([{"from": "jump", "to": "bye", "when": {"op": "is_set", "field": "user_name"}}, {"from": "jump", "to": "back"}, {"from": "ask", "to": "back"}]),
    );
    let (state, _) = told(&document, State::new(), Input::Start, "");
    let (_, steps) = told(&document, state, text("Ana"), "Ana");
    let way: Vec<_> = steps
        .iter()
        .map(|it| (it.box_id.as_str(), it.link, it.conditions.len()))
        .collect();
    assert_eq!(
        way,
        [("ask", Some(2), 0), ("jump", Some(1), 1), ("back", None, 0)]
    );
}

fn answer(document: &Value, box_id: &str, input: Input) -> Result<TriedReply, NoReply> {
    let around = Around::default();
    let cx = around.cx(&NoLibrary);
    try_reply(document, &draft(document), box_id, input, &Map::new(), &cx)
}

#[test]
fn a_reply_tells_what_was_understood_and_which_link_wins() {
    let document = visit();
    let tried = answer(&document, "when", text("tomorrow at 10")).unwrap();
    assert_eq!((tried.winner, tried.to.as_deref()), (Some(3), Some("book")));
    let held: Vec<_> = tried
        .conditions
        .iter()
        .map(|it| (it.link, it.held))
        .collect();
    assert_eq!(held, [(1, false), (3, true)]);
    assert_eq!(
        tried
            .says
            .iter()
            .map(|it| it.text.as_str())
            .collect::<Vec<_>>(),
        ["Booked."]
    );
    let tried = answer(&document, "when", text("yesterday at 10")).unwrap();
    assert_eq!((tried.winner, tried.to.as_deref()), (Some(1), Some("past")));
    let says: Vec<_> = tried.says.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(says, ["That is over.", "When?"]);
}

#[test]
fn a_reply_that_does_not_fit_is_asked_for_again() {
    let document = bot(
        &json!([{"id": "a", "type": "number", "text": "How old?", "retry_text": "A number, please."}, {"id": "b", "type": "end"}]),
        &json!([{"from": "a", "to": "b", "when": {"op": "gt", "value": 17}}]),
    );
    let tried = answer(&document, "a", text("old")).unwrap();
    assert_eq!(
        (tried.extracted, tried.winner, tried.to),
        (None, None, None)
    );
    assert_eq!(tried.says[0].text, "A number, please.");
    let tried = answer(&document, "a", text("i am 12")).unwrap();
    let understood = tried.extracted.unwrap();
    assert_eq!(
        (understood.text.as_str(), understood.start, understood.end),
        ("12", 5, 7)
    );
    assert_eq!(tried.winner, None);
}

#[test]
fn places_are_counted_as_browsers_count() {
    let document = bot(
        &json!([{"id": "a", "type": "multiple_choice", "text": "?", "choices": [{"value": "x", "label": "Knee"}, {"value": "y", "label": "Back"}]}, {"id": "b", "type": "end"}]),
        &json!([{"from": "a", "to": "b"}]),
    );
    let tried = answer(&document, "a", text("🦵🦵 knee")).unwrap();
    let understood = tried.extracted.unwrap();
    assert_eq!(
        (understood.value, understood.text.as_str()),
        (json!("x"), "knee")
    );
    assert_eq!((understood.start, understood.end), (5, 9));
    let picked = Input::Choice {
        values: vec!["y".into()],
    };
    let understood = answer(&document, "a", picked).unwrap().extracted.unwrap();
    assert_eq!(
        (understood.value, understood.text.as_str()),
        (json!("y"), "")
    );
    assert!((understood.confidence - 1.0).abs() < f32::EPSILON);
}

#[test]
fn what_cannot_be_tried_says_why() {
    let mut document = visit();
    assert_eq!(
        answer(&document, "hello", text("x")),
        Err(NoReply::NoQuestion)
    );
    assert_eq!(answer(&document, "nobody", text("x")), Err(NoReply::NoBox));
    document["boxes"][1]["type"] = json!("nothing");
    assert_eq!(answer(&document, "when", text("x")), Err(NoReply::NoBox));
    document["start"] = json!("");
    assert!(Flow::compile_draft(&parse(&document).0).is_none());
}

#[test]
fn a_draft_runs_until_it_comes_to_what_is_broken() {
    let mut document = visit();
    document["boxes"][3]["goal"] = json!("typo");
    assert!(Flow::compile(&parse(&document).0).is_err());
    let tried = answer(&document, "when", text("tomorrow at 10")).unwrap();
    assert_eq!((tried.winner, tried.to.as_deref()), (Some(3), Some("book")));
    assert!(tried.says.is_empty());
    let flow = draft(&document);
    let around = Around {
        flags: ["asked".to_owned()].into(),
        ..Around::default()
    };
    let mut state = around.step(&flow, State::new(), Input::Start).state;
    let stepped = around.step(&flow, state, text("tomorrow at 10"));
    let failed = stepped.effects.iter().find_map(|it| match it {
        Effect::Failed { reason, detail } => Some((*reason, detail.as_str())),
        _ => None,
    });
    assert_eq!(
        failed,
        Some((FailReason::BrokenBox, "the box `book` has errors"))
    );
    state = stepped.state;
    assert!(state.is_ended());
    // A link to nowhere breaks where it is followed, a condition that cannot be read is never followed.
    document["links"][3]["to"] = json!("gone");
    document["links"][1]["when"] = json!({"op": "likes"});
    let flow = draft(&document);
    let state = around.step(&flow, State::new(), Input::Start).state;
    let stepped = around.step(&flow, state, text("yesterday at 10"));
    assert!(stepped.effects.iter().any(|it| matches!(
        it,
        Effect::Failed {
            reason: FailReason::BrokenBox,
            ..
        }
    )));
}
