//! Any valid flow and any inputs: no panic, an end to every turn, the same result twice, states that can be stored.
use crate::support::{Around, Shelf, bot};
use proptest::prelude::*;
use serde_json::{Value, json};
use smartbot_flow::{ApiOutcome, Effect, Flow, Input, State, parse, step_with_notes};
use std::sync::Arc;

const FIELDS: [&str; 5] = ["a", "b", "user_fname", "user_email", "n"];
const FLAGS: [&str; 3] = ["x", "y", "vip"];

fn field() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&FIELDS[..])
}

fn template() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop_oneof![
            Just("hello ".to_owned()),
            Just("é{ ".replace('{', "\\{")),
            field().prop_map(|it| format!("{{{it}}}")),
            field().prop_map(|it| format!("{{{it}|none}}")),
            field().prop_map(|it| format!("{{{it}:date}}")),
            field().prop_map(|it| format!("{{{it}.x.0}}")),
        ],
        1..5,
    )
    .prop_map(|it| format!("t{}", it.concat()))
}

fn settings() -> impl Strategy<Value = Value> {
    let asks = prop::sample::select(
        &[
            "text",
            "yes_no",
            "name",
            "email",
            "phone",
            "number",
            "address",
            "rating",
            "date",
            "date_time",
        ][..],
    );
    prop_oneof![
        4 => (asks, template(), field(), any::<bool>(), 0_u32..3).prop_map(|(kind, text, field, sensitive, retries)| {
            // Types must fit, so only texts go to the built-in fields.
            let save_to = if kind == "text" { field } else { "free" };
            json!({"type": kind, "text": text, "save_to": save_to, "sensitive": sensitive, "max_retries": retries})
        }),
        1 => template().prop_map(|text| json!({"type": "multiple_choice", "text": text, "many": text.len() % 2 == 0,
            "choices": [{"value": "1", "label": "One"}, {"value": "2", "label": "Two"}]})),
        1 => template().prop_map(|text| json!({"type": "consent", "text": text, "document": "d", "version": "1", "save_to": "c"})),
        2 => template().prop_map(|text| json!({"type": "message", "text": text})),
        2 => (field(), template()).prop_map(|(field, value)| json!({"type": "set_field", "field": field, "value": value})),
        1 => Just(json!({"type": "set_field", "field": "n", "formula": "n|default(0) + 1"})),
        1 => Just(json!({"type": "set_field", "field": "a", "formula": "a ~ a ~ b"})),
        1 => field().prop_map(|it| json!({"type": "external_api", "url": format!("https://a.example/{{{it}}}"), "save_to": "r", "map": {"m": "$..x"}})),
        1 => Just(json!({"type": "condition"})),
        1 => Just(json!({"type": "flag_condition"})),
        1 => Just(json!({"type": "split", "weights": {"a": 1, "b": 2}})),
        1 => Just(json!({"type": "hand_off", "message": "wait"})),
        1 => Just(json!({"type": "wait", "for": "1h"})),
        1 => Just(json!({"type": "wait", "until": "{a}-1d"})),
        1 => any::<bool>().prop_map(|it| json!({"type": "jump", "function_id": "Test", "return": it})),
        1 => template().prop_map(|text| json!({"type": "end", "message": text})),
    ]
}

fn condition() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        Just(json!({"op": "has_valid_value"})),
        Just(json!({"op": "exhausted"})),
        Just(json!({"op": "no_reply_for", "value": "5m"})),
        Just(json!({"op": "api_failed"})),
        Just(json!({"op": "no_agent"})),
        Just(json!({"op": "split_is", "value": "a"})),
        Just(json!({"op": "choice_is", "value": "yes"})),
        Just(json!({"op": "matches", "value": "a+|b"})),
        Just(json!({"op": "gt", "value": 3})),
        Just(json!({"op": "after", "value": "today"})),
        prop::sample::select(&FLAGS[..]).prop_map(|it| json!({"op": "has_flag", "value": it})),
        field().prop_map(|it| json!({"op": "is_set", "field": it})),
        field().prop_map(
            |it| json!({"op": "approximately_contains", "field": it, "value": "insurance"})
        ),
        (field(), field())
            .prop_map(|(a, b)| json!({"op": "eq", "field": a, "value": format!("{{{b}}}")})),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..3)
                .prop_map(|of| json!({"op": "any", "of": of})),
            inner.prop_map(|of| json!({"op": "not", "of": of})),
        ]
    })
}

/// Bots of any shape; those with errors are mended by leaving out what is wrong, until they compile.
fn flow() -> impl Strategy<Value = Option<Flow>> {
    let boxes = prop::collection::vec(
        (
            settings(),
            prop::option::of(prop::sample::select(&FLAGS[..])),
        ),
        1..9,
    );
    let links = prop::collection::vec((0_usize..9, 0_usize..9, condition()), 0..20);
    (boxes, links).prop_map(|(boxes, links)| {
        let count = boxes.len();
        let boxes: Vec<Value> = boxes
            .into_iter()
            .enumerate()
            .map(|(at, (mut it, flag))| {
                it["id"] = format!("b{at}").into();
                if let Some(flag) = flag {
                    it["advanced"] = json!({"assign_flags": [flag], "push_to_webhook": true, "goal": "g"});
                }
                it
            })
            .collect();
        let mut links: Vec<Value> = links
            .into_iter()
            .map(|(from, to, when)| json!({"from": format!("b{}", from % count), "to": format!("b{}", to % count), "when": when}))
            .collect();
        for _ in 0..40 {
            let (doc, _) = parse(&bot(&boxes.clone().into(), &links.clone().into()));
            match Flow::compile(&doc) {
                Ok(flow) => return Some(flow),
                Err(findings) => {
                    let wrong = &findings[0];
                    let index = wrong.link.or_else(|| {
                        links.iter().position(|it| Some(it["from"].as_str().unwrap()) == wrong.box_id.as_deref())
                    });
                    links.remove(index?);
                }
            }
        }
        None
    })
}

fn input() -> impl Strategy<Value = Input> {
    prop_oneof![
        1 => Just(Input::Start),
        4 => prop::sample::select(&["yes", "no", "5", "one", "ana@example.com", "tomorrow at 10 am", "2", "", "{a}"][..])
            .prop_map(|it| Input::Text { text: it.to_owned() }),
        2 => "\\PC{0,40}".prop_map(|text| Input::Text { text }),
        1 => prop::collection::vec("[a-z0-9]{0,3}", 0..3).prop_map(|values| Input::Choice { values }),
        3 => (1_u64..6, answer()).prop_map(|(call, outcome)| Input::ApiReply { call, outcome }),
        2 => (1_u64..8).prop_map(|id| Input::Timer { id }),
        1 => prop::option::of("b[0-9]").prop_map(|box_id| Input::AgentReturned { box_id }),
        1 => "b[0-9]".prop_map(|box_id| Input::Goto { box_id }),
    ]
}

fn answer() -> impl Strategy<Value = ApiOutcome> {
    let body = prop_oneof![
        Just(
            br#"{"a":"2026-01-01","user_email":"x@y.example","x":{"x":1},"user_id":"z"}"#.to_vec()
        ),
        Just(br#"{"a":{"x":[1,2]},"n":"7","b":null}"#.to_vec()),
        Just(format!("\"{}\"", "y".repeat(40_000)).into_bytes()),
        Just("[".repeat(200).into_bytes()),
        prop::collection::vec(any::<u8>(), 0..60),
    ];
    prop_oneof![
        Just(ApiOutcome::Failed {
            reason: "timeout".into()
        }),
        (
            prop::sample::select(&[200_u16, 204, 404, 503][..]),
            any::<bool>(),
            body
        )
            .prop_map(|(status, json, body)| {
                let content_type = Some(
                    if json {
                        "application/json"
                    } else {
                        "text/plain"
                    }
                    .to_owned(),
                );
                ApiOutcome::Answer {
                    status,
                    content_type,
                    body,
                }
            }),
    ]
}

fn bytes(state: &State, effects: &[Effect]) -> String {
    serde_json::to_string(&(state, effects)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_flow_takes_any_inputs(flow in flow(), inputs in prop::collection::vec(input(), 1..25), agents in any::<bool>()) {
        let Some(flow) = flow else { return Ok(()) };
        let flow = Arc::new(flow);
        let shelf = Shelf(vec![(1, flow.clone())]);
        let around = Around { agents_available: agents, ..Around::default() };
        let mut state = State::new();
        for input in std::iter::once(Input::Start).chain(inputs) {
            let first = around.step_in(&shelf, &flow, state.clone(), input.clone());
            let stored: State = serde_json::from_str(&serde_json::to_string(&state).unwrap()).unwrap();
            prop_assert_eq!(&stored, &state);
            let second = around.step_in(&shelf, &flow, stored, input.clone());
            prop_assert_eq!(bytes(&first.state, &first.effects), bytes(&second.state, &second.effects));
            let (watched, _) = step_with_notes(&flow, state.clone(), input.clone(), &around.cx(&shelf));
            prop_assert_eq!(&watched, &first);
            let visits = first.effects.iter().filter(|it| matches!(it, Effect::VisitBox { .. })).count();
            prop_assert!(visits <= 500, "{} boxes in one turn", visits);
            let size = serde_json::to_string(first.state.variables()).unwrap().len();
            prop_assert!(size <= smartbot_flow::MAX_VARIABLES + 2, "{} bytes of variables", size);
            let ended = first.effects.iter().filter(|it| matches!(it, Effect::End { .. })).count();
            prop_assert_eq!(ended == 1, first.state.is_ended() && !state.is_ended());
            let awaits = first.state.awaiting(&flow, &shelf).is_some();
            prop_assert_eq!(awaits, !first.state.is_ended() && first.state != State::new());
            state = first.state;
        }
    }

    #[test]
    fn any_json_is_parsed_and_judged(document in json_value()) {
        let (doc, _) = parse(&document);
        let _ = smartbot_flow::validate(&doc, &smartbot_flow::Known::default());
        prop_assert!(Flow::compile(&doc).is_err() || doc.problems().iter().all(|it| !it.is_error()));
        // A draft is tried out whatever is wrong with it.
        if let Some(flow) = Flow::compile_draft(&doc) {
            let around = Around::default();
            let begun = around.step(&flow, State::new(), Input::Start);
            let _ = around.step(&flow, begun.state, Input::Text { text: "1".into() });
        }
        smartbot_flow::words::condition(&document);
        smartbot_flow::words::box_title(&document);
    }

    #[test]
    fn any_state_of_another_version_is_taken(state in json_value(), text in "\\PC{0,20}") {
        let (doc, _) = parse(&bot(&json!([{"id": "a", "type": "text", "text": "?"}]), &json!([{"from": "a", "to": "a"}])));
        let flow = Flow::compile(&doc).unwrap();
        if let Ok(state) = serde_json::from_value::<State>(json!({"phase": "running", "box": "a", "variables": state})) {
            let _ = Around::default().step(&flow, state, Input::Text { text });
        }
    }
}

/// JSON that is sometimes nearly a bot.
fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(
            &[
                "smartbot/1",
                "flow",
                "a",
                "text",
                "message",
                "{a",
                "equals",
                "now"
            ][..]
        )
        .prop_map(Value::from),
        "\\PC{0,10}".prop_map(Value::from),
    ];
    let key = prop_oneof![
        prop::sample::select(
            &[
                "format", "type", "boxes", "links", "fields", "id", "text", "from", "to", "when",
                "op", "value", "of", "start", "advanced", "choices", "name"
            ][..]
        )
        .prop_map(str::to_owned),
        "[a-z]{1,3}",
    ];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..6)
                .prop_map(|it| Value::Object(it.into_iter().collect())),
        ]
    })
}
