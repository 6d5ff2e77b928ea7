use crate::support::bot;
use serde_json::{Value, json};
use smartbot_flow::{Finding, FindingCode, Flow, Known, Severity, parse, validate};

fn findings(document: &Value) -> Vec<Finding> {
    let (doc, mut found) = parse(document);
    found.extend(validate(&doc, &Known::default()));
    found
}

fn codes(document: &Value) -> Vec<FindingCode> {
    findings(document)
        .into_iter()
        .map(|it| it.code)
        .filter(|it| *it != FindingCode::UndeclaredField)
        .collect()
}

/// The codes for these boxes and links.
fn of(boxes: Value, links: Value) -> Vec<FindingCode> {
    codes(&bot(&boxes, &links))
}

fn message(id: &str) -> Value {
    json!({"id": id, "type": "message", "text": "x"})
}

fn ask(id: &str, kind: &str) -> Value {
    json!({"id": id, "type": kind, "text": "?"})
}

fn end(id: &str) -> Value {
    json!({"id": id, "type": "end"})
}

#[test]
fn a_finding_names_its_place() {
    let document = bot(
        &json!([{"id": "a", "type": "message", "txet": "x"}, {"id": "b", "type": "number", "text": "?", "min": "one"}, end("c")]),
        &json!([{"from": "a", "to": "b"}, {"from": "b", "to": "c", "when": {"op": "contains", "value": "x"}}]),
    );
    let found = findings(&document);
    let first = serde_json::to_value(&found[0]).unwrap();
    assert_eq!(
        first,
        json!({"severity": "error", "code": "unknown_key", "box_id": "a", "link": null, "pointer": "/boxes/0/txet",
               "message": "The key `txet` has no meaning in a box of the type `message`."})
    );
    assert_eq!(found[1].code, FindingCode::BadSetting);
    assert_eq!(found[1].pointer.as_deref(), Some("/boxes/1/min"));
}

#[test]
fn documents_that_are_not_bots_are_told_what_is_wrong() {
    use FindingCode::{
        BadFunctionId, MalformedDocument, NoStart, UnknownKey, UnsupportedBotType,
        UnsupportedFormat,
    };
    assert!(codes(&json!([])).contains(&MalformedDocument));
    let good = bot(&json!([end("a")]), &json!([]));
    assert_eq!(codes(&good), []);
    let with = |key: &str, value: Value| {
        let mut document = good.clone();
        document[key] = value;
        codes(&document)
    };
    assert_eq!(with("format", json!("smartbot/9")), [UnsupportedFormat]);
    assert_eq!(with("type", json!("form")), [UnsupportedBotType]);
    assert_eq!(with("colour", json!(1)), [UnknownKey]);
    assert_eq!(with("function_id", json!("a b")), [BadFunctionId]);
    assert_eq!(with("name", json!(7)), [MalformedDocument]);
    assert_eq!(with("language", json!("English")), [MalformedDocument]);
    assert_eq!(
        with("start", json!("nowhere")),
        [NoStart, FindingCode::UnreachableBox][..1]
    );
    assert_eq!(with("layout", json!([])), [MalformedDocument]);
    assert!(with("boxes", json!({})).contains(&MalformedDocument));
}

#[test]
fn every_kind_of_error_is_found() {
    use FindingCode as C;
    let one = |it: Value| of(json!([it, end("z")]), json!([{"from": "a", "to": "z"}]));
    let link = |it: Value, when: Value| {
        of(
            json!([it, end("z")]),
            json!([{"from": "a", "to": "z", "when": when}]),
        )
    };
    let cases: Vec<(Vec<FindingCode>, FindingCode)> = vec![
        (
            one(json!({"id": "a", "type": "messenger"})),
            C::UnknownBoxType,
        ),
        (one(json!({"id": "a", "type": "llm"})), C::UnknownBoxType),
        (
            one(json!({"id": "a", "type": "message"})),
            C::MissingSetting,
        ),
        (
            one(json!({"id": "a", "type": "message", "text": "{a"})),
            C::BadTemplate,
        ),
        (
            one(json!({"id": "a", "type": "set_field", "field": "x", "formula": "1 +"})),
            C::BadFormula,
        ),
        (
            one(json!({"id": "a", "type": "set_field", "field": "x"})),
            C::MissingSetting,
        ),
        (
            one(json!({"id": "a", "type": "set_field", "field": "user_id", "value": 1})),
            C::ReadOnlyField,
        ),
        (
            one(json!({"id": "a", "type": "text", "text": "?", "save_to": "9"})),
            C::BadSetting,
        ),
        (
            one(json!({"id": "a", "type": "text", "text": "?", "save_to": "password"})),
            C::ReadOnlyField,
        ),
        (
            one(json!({"id": "a", "type": "external_api", "url": "https://{host}/"})),
            C::UrlHostTemplate,
        ),
        (
            one(json!({"id": "a", "type": "external_api", "url": "a.example"})),
            C::BadUrl,
        ),
        (
            one(
                json!({"id": "a", "type": "external_api", "url": "https://a.example", "retries": 9}),
            ),
            C::BadSetting,
        ),
        (
            one(
                json!({"id": "a", "type": "external_api", "url": "https://a.example", "map": {"x": "$["}}),
            ),
            C::BadSetting,
        ),
        (
            one(
                json!({"id": "a", "type": "external_api", "url": "https://a.example", "headers": {"a b": "c"}}),
            ),
            C::BadSetting,
        ),
        (
            one(
                json!({"id": "a", "type": "multiple_choice", "text": "?", "choices": [{"value": "x", "label": "X"}, {"value": "x", "label": "Y"}]}),
            ),
            C::DuplicateChoice,
        ),
        (
            one(json!({"id": "a", "type": "multiple_choice", "text": "?", "choices": []})),
            C::BadSetting,
        ),
        (
            one(json!({"id": "a", "type": "rating", "text": "?", "from": 5, "to": 1})),
            C::BadSetting,
        ),
        (
            one(json!({"id": "a", "type": "wait", "for": "soon"})),
            C::BadSetting,
        ),
        (one(json!({"id": "a", "type": "wait"})), C::MissingSetting),
        (
            one(json!({"id": "a", "type": "jump", "box": "gone", "return": true})),
            C::JumpToNowhere,
        ),
        (
            one(json!({"id": "a", "type": "split", "weights": {"a": 1}})),
            C::BadSetting,
        ),
        (
            one(
                json!({"id": "a", "type": "message", "text": "x", "advanced": {"assign_flags": ["a b"]}}),
            ),
            C::BadSetting,
        ),
        (
            one(json!({"id": "a", "type": "message", "text": "x", "advanced": {"goals": "g"}})),
            C::UnknownKey,
        ),
        (
            one(json!({"id": "a", "type": "message", "text": "x", "advanced": {"notify": {}}})),
            C::BadSetting,
        ),
        (
            one(json!({"id": "a", "type": "number", "text": "?", "save_to": "user_birthdate"})),
            C::FieldTypeMismatch,
        ),
        (
            link(ask("a", "number"), json!({"op": "contains", "value": "x"})),
            C::OperatorTypeMismatch,
        ),
        (
            link(ask("a", "number"), json!({"op": "gt", "value": "x"})),
            C::OperatorTypeMismatch,
        ),
        (
            link(ask("a", "text"), json!({"op": "after", "value": "now"})),
            C::OperatorTypeMismatch,
        ),
        (
            link(ask("a", "yes_no"), json!({"op": "gt", "value": 3})),
            C::OperatorTypeMismatch,
        ),
        (
            link(message("a"), json!({"op": "has_valid_value"})),
            C::OperatorTypeMismatch,
        ),
        (
            link(message("a"), json!({"op": "equals", "value": "x"})),
            C::OperatorTypeMismatch,
        ),
        (
            link(message("a"), json!({"op": "api_failed"})),
            C::OperatorTypeMismatch,
        ),
        (
            link(message("a"), json!({"op": "no_reply_for", "value": "5m"})),
            C::OperatorTypeMismatch,
        ),
        (
            link(
                message("a"),
                json!({"op": "after", "field": "user_email", "value": "now"}),
            ),
            C::OperatorTypeMismatch,
        ),
        (
            link(
                ask("a", "text"),
                json!({"op": "not", "of": {"op": "exhausted"}}),
            ),
            C::OperatorTypeMismatch,
        ),
        (
            link(
                json!({"id": "a", "type": "flag_condition"}),
                json!({"op": "is_set", "field": "user_city"}),
            ),
            C::OperatorTypeMismatch,
        ),
        (
            link(
                ask("a", "text"),
                json!({"op": "semantically_similar", "value": "x"}),
            ),
            C::UnsupportedOperator,
        ),
        (
            link(ask("a", "text"), json!({"op": "resembles", "value": "x"})),
            C::UnknownOperator,
        ),
        (
            link(ask("a", "text"), json!({"op": "matches", "value": "("})),
            C::BadCondition,
        ),
        (
            of(json!([message("a"), end("a")]), json!([])),
            C::DuplicateBoxId,
        ),
        (
            of(json!([message("a"), {"type": "end"}]), json!([])),
            C::BadBoxId,
        ),
        (
            of(json!([message("a")]), json!([{"from": "a", "to": "b"}])),
            C::LinkToNowhere,
        ),
        (
            of(json!([message("a")]), json!([{"from": "b", "to": "a"}])),
            C::LinkToNowhere,
        ),
        (
            of(
                json!([message("a"), end("z")]),
                json!([{"from": "a", "to": "z"}, {"from": "a", "to": "z"}]),
            ),
            C::SeveralDefaultLinks,
        ),
        (
            of(
                json!([message("a"), message("b")]),
                json!([{"from": "a", "to": "b"}, {"from": "b", "to": "a"}]),
            ),
            C::EndlessLoop,
        ),
        (
            of(json!([{"id": "a", "type": "jump", "box": "a"}]), json!([])),
            C::EndlessLoop,
        ),
        (of(json!([]), json!([])), C::NoStart),
    ];
    for (index, (found, expected)) in cases.into_iter().enumerate() {
        assert!(
            found.contains(&expected),
            "case {index}: {expected:?} is not in {found:?}"
        );
        assert_eq!(expected.severity(), Severity::Error);
    }
}

#[test]
fn every_kind_of_warning_is_found() {
    use FindingCode as C;
    let when = |value: &str| json!({"op": "equals", "value": value});
    let cases: Vec<(Vec<FindingCode>, FindingCode)> = vec![
        (of(json!([message("a")]), json!([])), C::DeadEnd),
        (
            of(
                json!([{"id": "a", "type": "condition"}, end("z")]),
                json!([{"from": "a", "to": "z", "when": {"op": "is_set", "field": "user_city"}}]),
            ),
            C::DeadEnd,
        ),
        (
            of(json!([end("a"), end("b")]), json!([])),
            C::UnreachableBox,
        ),
        (
            of(
                json!([{"id": "a", "type": "message", "text": "{who}"}, end("z")]),
                json!([{"from": "a", "to": "z"}]),
            ),
            C::UndefinedField,
        ),
        (
            of(
                json!([{"id": "a", "type": "condition"}, end("z")]),
                json!([{"from": "a", "to": "z", "when": {"op": "is_set", "field": "who"}}]),
            ),
            C::UndefinedField,
        ),
        (
            of(
                json!([{"id": "a", "type": "external_api", "url": "https://a.example"}, end("z")]),
                json!([{"from": "a", "to": "z"}]),
            ),
            C::NoFailureLink,
        ),
        (
            of(
                json!([{"id": "a", "type": "end", "title": "T"}, {"id": "b", "type": "end", "title": "T"}]),
                json!([]),
            ),
            C::DuplicateTitle,
        ),
        (
            of(
                json!([ask("a", "text"), end("y"), end("z")]),
                json!([{"from": "a", "to": "y", "when": when("x")}, {"from": "a", "to": "z", "when": when("x")}]),
            ),
            C::CoveredCondition,
        ),
        (
            of(
                json!([end("a"), end("b")]),
                json!([{"from": "a", "to": "b"}]),
            ),
            C::UselessSetting,
        ),
        (
            of(
                json!([ask("a", "yes_no"), end("b")]),
                json!([{"from": "a", "to": "b", "when": {"op": "choice_is", "value": "maybe"}}]),
            ),
            C::UnknownChoice,
        ),
    ];
    for (index, (found, expected)) in cases.into_iter().enumerate() {
        assert!(
            found.contains(&expected),
            "case {index}: {expected:?} is not in {found:?}"
        );
        assert_eq!(expected.severity(), Severity::Warning);
    }
    let undeclared = findings(&bot(
        &json!([{"id": "a", "type": "text", "text": "?", "save_to": "x"}, end("z")]),
        &json!([{"from": "a", "to": "z"}]),
    ));
    assert_eq!(undeclared[0].code, C::UndeclaredField);
}

#[test]
fn what_the_workspace_does_not_know_is_told_only_when_somebody_asked() {
    let boxes = json!([
        {"id": "a", "type": "hand_off", "flag": "x", "advanced": {"goal": "g", "assign_flags": ["y"]}},
        {"id": "b", "type": "flag_condition"}, {"id": "c", "type": "jump", "function_id": "Other"}
    ]);
    let links = json!([{"from": "a", "to": "b"}, {"from": "b", "to": "c", "when": {"op": "has_flag", "value": "z"}}, {"from": "b", "to": "c"}]);
    let (doc, found) = parse(&bot(&boxes, &links));
    assert_eq!(found, []);
    assert_eq!(validate(&doc, &Known::default()), []);
    let known = Known {
        flags: Some(&[]),
        goals: Some(&[]),
        profile_fields: Some(&[]),
        function_ids: Some(&[]),
        faq_bots: None,
        webhook: Some(true),
    };
    let codes: Vec<FindingCode> = validate(&doc, &known)
        .into_iter()
        .map(|it| it.code)
        .collect();
    use FindingCode::{UnknownBot, UnknownFlag, UnknownGoal};
    assert_eq!(
        codes,
        [
            UnknownFlag,
            UnknownFlag,
            UnknownGoal,
            UnknownBot,
            UnknownFlag
        ]
    );
}

#[test]
fn a_bot_that_pushes_where_nobody_takes_it_is_warned_of_once() {
    let boxes = json!([
        {"id": "a", "type": "message", "text": "Hi.", "advanced": {"push_to_webhook": true}},
        {"id": "b", "type": "end", "advanced": {"push_to_webhook": true}}
    ]);
    let (doc, _) = parse(&bot(&boxes, &json!([{"from": "a", "to": "b"}])));
    for (webhook, boxes) in [
        (None, vec![]),
        (Some(true), vec![]),
        (Some(false), vec!["a"]),
    ] {
        let known = Known {
            webhook,
            ..Known::default()
        };
        let found = validate(&doc, &known);
        assert!(found.iter().all(|it| it.code == FindingCode::NoEndpoint));
        let at: Vec<&str> = found.iter().filter_map(|it| it.box_id.as_deref()).collect();
        assert_eq!(at, boxes, "{webhook:?}");
    }
}

#[test]
fn circles_with_a_question_or_a_wait_are_fine() {
    let pauses = [
        ask("b", "text"),
        json!({"id": "b", "type": "wait", "for": "1h"}),
        json!({"id": "b", "type": "hand_off"}),
    ];
    for pause in pauses {
        let found = of(
            json!([message("a"), pause]),
            json!([{"from": "a", "to": "b"}, {"from": "b", "to": "a"}]),
        );
        assert!(!found.contains(&FindingCode::EndlessLoop), "{pause}");
    }
    let nobody = json!([{"from": "a", "to": "b"}, {"from": "b", "to": "a", "when": {"op": "no_agent"}}, {"from": "b", "to": "a"}]);
    assert!(
        of(
            json!([message("a"), {"id": "b", "type": "hand_off"}]),
            nobody
        )
        .contains(&FindingCode::EndlessLoop)
    );
    let polling = json!([{"from": "a", "to": "a", "when": {"op": "api_failed"}}]);
    assert!(
        of(
            json!([{"id": "a", "type": "external_api", "url": "https://a.example"}]),
            polling
        )
        .contains(&FindingCode::EndlessLoop)
    );
    let sub = json!([{"from": "a", "to": "a"}]);
    let jump = json!({"id": "a", "type": "jump", "box": "s", "return": true});
    assert!(of(json!([jump, end("s")]), sub.clone()).contains(&FindingCode::EndlessLoop));
    assert!(!of(json!([jump, ask("s", "text")]), sub).contains(&FindingCode::EndlessLoop));
}

#[test]
fn covered_conditions_are_found_where_they_can_be() {
    let boxes = json!([ask("a", "number"), end("y"), end("z")]);
    let text = json!([ask("a", "text"), end("y"), end("z")]);
    let covered = |boxes: &Value, first: Value, second: Value| {
        let links = json!([{"from": "a", "to": "y", "when": first}, {"from": "a", "to": "z", "when": second}]);
        of(boxes.clone(), links).contains(&FindingCode::CoveredCondition)
    };
    let op = |op: &str, value: Value| json!({"op": op, "value": value});
    assert!(covered(
        &boxes,
        json!({"op": "has_valid_value"}),
        op("gt", json!(3))
    ));
    assert!(!covered(
        &boxes,
        op("gt", json!(3)),
        json!({"op": "has_valid_value"})
    ));
    assert!(covered(&boxes, op("gt", json!(3)), op("ge", json!(5))));
    assert!(!covered(&boxes, op("gt", json!(3)), op("ge", json!(3))));
    assert!(covered(
        &boxes,
        op("ge", json!(3)),
        json!({"op": "between", "values": [3, 4]})
    ));
    assert!(covered(
        &text,
        json!({"op": "equals", "values": ["a", "B"]}),
        op("equals", json!("b!"))
    ));
    assert!(!covered(
        &text,
        op("equals", json!("b")),
        json!({"op": "equals", "values": ["a", "b"]})
    ));
    assert!(covered(
        &text,
        op("contains", json!("car")),
        op("starts_with", json!("cars"))
    ));
    assert!(covered(
        &text,
        op("has_flag", json!("x")),
        json!({"op": "all", "of": [op("has_flag", json!("x")), op("equals", json!("y"))]})
    ));
    assert!(covered(
        &text,
        json!({"op": "has_valid_value"}),
        op("equals", json!("x"))
    ));
    assert!(covered(
        &text,
        json!({"op": "is_set", "field": "user_zip"}),
        json!({"op": "is_set", "field": "user_zip"})
    ));
    let consent = json!([{"id": "a", "type": "consent", "text": "?", "document": "d", "version": "1"}, end("y"), end("z")]);
    assert!(
        !covered(
            &consent,
            json!({"op": "has_valid_value"}),
            op("choice_is", json!("no"))
        ),
        "a refusal is compared, too"
    );
    let default_first = json!([{"from": "a", "to": "y"}, {"from": "a", "to": "z", "when": {"op": "gt", "value": 1}}]);
    assert!(
        !of(boxes.clone(), default_first).contains(&FindingCode::CoveredCondition),
        "a default is tried last wherever it stands"
    );
    let exhausted =
        json!([{"from": "a", "to": "y"}, {"from": "a", "to": "z", "when": {"op": "exhausted"}}]);
    assert!(of(boxes, exhausted).contains(&FindingCode::CoveredCondition));
}

#[test]
fn what_cannot_be_read_hides_nothing_else() {
    let document = bot(
        &json!([{"id": "a", "type": "hologram", "beam": 3}, end("b")]),
        &json!([{"from": "a", "to": "b", "when": {"op": "?"}}]),
    );
    let (doc, found) = parse(&document);
    assert_eq!(doc.box_ids().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(found.len(), 2);
    assert_eq!(Flow::compile(&doc).unwrap_err().len(), 2);
}

#[test]
fn warnings_do_not_stand_in_the_way() {
    let (doc, _) = parse(&bot(&json!([message("a")]), &json!([])));
    assert!(!validate(&doc, &Known::default()).is_empty());
    assert!(Flow::compile(&doc).is_ok());
}

#[test]
fn long_bots_do_not_overflow_the_stack() {
    let boxes: Vec<Value> = (0..100_000).map(|it| message(&format!("b{it}"))).collect();
    let links: Vec<Value> = (1..100_000)
        .map(|it| json!({"from": format!("b{}", it - 1), "to": format!("b{it}")}))
        .collect();
    let found = of(boxes.into(), links.into());
    assert_eq!(found, [FindingCode::DeadEnd]);
}
