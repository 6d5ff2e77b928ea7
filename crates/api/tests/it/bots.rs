//! The list of bots, and bots that nobody should have written.
use crate::support::{TestServer, bots, on_both_databases};
use serde_json::{Value, json};
use smartbot_app::{Caller, Error};

async fn pages_of_bots_hold_every_bot_once(server: TestServer) {
    let names: Vec<String> = (0..7).map(|it| format!("Bot{it}")).collect();
    for name in names.iter().rev() {
        let question = json!({"type": "text", "text": "?"});
        server.publish(&bots::one_question(name, question)).await;
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = server
            .bots()
            .get(&format!("/api/v1/bots?limit=3{cursor}"))
            .await
            .ok();
        let data = page["data"].as_array().unwrap();
        assert!(data.len() <= 3);
        seen.extend(
            data.iter()
                .map(|it| it["function_id"].as_str().unwrap().to_owned()),
        );
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, names);
    for wrong in [
        "limit=0",
        "limit=201",
        "limit=x",
        "limit=-1",
        "offset=1",
        "cursor=Echo",
        "limit=1&limit=2",
    ] {
        server
            .bots()
            .get(&format!("/api/v1/bots?{wrong}"))
            .await
            .problem(400, "invalid_parameter");
    }
}

async fn running_sessions_stay_on_their_version(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let old = server.bots().start(&greeter).await;
    let mut changed = bots::greeter();
    changed["boxes"][2]["message"] = "Something else.".into();
    server.publish(&changed).await;
    let new = server.bots().start(&greeter).await;
    assert_eq!(
        old.say("a cough").await["messages"][0]["text"],
        "Thank you: a cough."
    );
    assert_eq!(
        new.say("a cough").await["messages"][0]["text"],
        "Something else."
    );
    assert_eq!(
        (&old.state().await["version"], &new.state().await["version"]),
        (&json!(1), &json!(2))
    );
}

/// Publishing must refuse each with findings, and never panic.
fn hostile_bots() -> Vec<(&'static str, Value)> {
    let mut deep = json!("x");
    for _ in 0..500 {
        deep = json!([deep]);
    }
    let message = |id: &str| json!({"id": id, "type": "message", "text": "x"});
    let circle = bots::bot(
        "Circle",
        json!([message("a"), message("b")]),
        json!([{"from": "a", "to": "b"}, {"from": "b", "to": "a"}]),
        json!([]),
    );
    let itself = bots::bot(
        "Itself",
        json!([message("a")]),
        json!([{"from": "a", "to": "a"}]),
        json!([]),
    );
    let jumps =
        json!([{"id": "a", "type": "jump", "box": "b"}, {"id": "b", "type": "jump", "box": "a"}]);
    let nowhere = bots::bot(
        "Nowhere",
        json!([message("a")]),
        json!([{"from": "a", "to": "z"}]),
        json!([]),
    );
    let twice = bots::bot(
        "Twice",
        json!([message("a"), message("a")]),
        json!([]),
        json!([]),
    );
    let mut wrong_start = bots::greeter();
    wrong_start["start"] = "z".into();
    let mut deep_bot = bots::greeter();
    deep_bot["boxes"][0]["text"] = deep;
    let mut unknown = bots::greeter();
    unknown["boxes"][0]["colour"] = "red".into();
    let mut pattern = bots::greeter();
    pattern["links"][0]["when"] = json!({"op": "matches", "value": "(a{1000}){1000}"});
    let formula =
        json!([{"id": "a", "type": "set_field", "field": "x", "formula": "((((".repeat(10_000)}]);
    let path = json!([{"id": "a", "type": "external_api", "url": "https://portal.example/", "map": {"x": "$[".repeat(200)}}]);
    let jinja = json!([{"id": "a", "type": "set_field", "field": "x", "formula": "range(10000000)|list|length"}]);
    let mut not_a_bot = json!({"function_id": "NotABot"});
    not_a_bot["boxes"] = json!("none");
    vec![
        ("an object of nothing", json!({})),
        ("no object", json!([1, 2])),
        ("null", Value::Null),
        ("a bot whose boxes are a text", not_a_bot),
        ("a circle without a question", circle),
        ("a box that leads to itself", itself),
        ("jumps in a circle", bots::chain("Jumps", jumps, json!([]))),
        ("a link to nowhere", nowhere),
        ("an id twice", twice),
        ("a start that is not there", wrong_start),
        ("a deep list for a text", deep_bot),
        ("an unknown key", unknown),
        ("a pattern that explodes", pattern),
        (
            "a formula of parentheses",
            bots::chain("Formula", formula, json!([])),
        ),
        ("a path of brackets", bots::chain("Path", path, json!([]))),
        (
            "a formula that would run long",
            bots::chain("Fuel", jinja, json!([])),
        ),
    ]
}

async fn hostile_bots_are_refused_with_findings(server: TestServer) {
    let system = Caller::system(server.workspace);
    for (what, document) in hostile_bots() {
        match server.app.import_bot(&system, &document, true).await {
            Err(Error::BotInvalid(findings)) => {
                assert!(
                    findings.iter().any(smartbot_flow::Finding::is_error),
                    "{what}: {findings:?}"
                );
            }
            Err(Error::Invalid(errors)) if what == "a deep list for a text" => {
                assert_eq!(errors[0].code, "too_deep");
            }
            // What only running can tell must end when it runs.
            Ok(imported) if what == "a formula that would run long" => {
                let chat = server.bots().start(&imported.function_id).await;
                assert_eq!(chat.started["session"]["status"], "ended", "{what}");
            }
            other => panic!("{what}: {other:?}"),
        }
    }
}

async fn a_bot_of_ten_thousand_boxes_is_published_and_runs(server: TestServer) {
    let boxes: Value = (0..10_000)
        .map(|it| json!({"id": format!("b{it}"), "type": "text", "text": format!("Number {it}?")}))
        .collect();
    let huge = server.publish(&bots::chain("Huge", boxes, json!([]))).await;
    let chat = server.bots().start(&huge).await;
    assert_eq!(chat.say("x").await["messages"][0]["text"], "Number 1?");
}

async fn a_bot_that_is_too_large_is_refused(server: TestServer) {
    let mut bot = bots::greeter();
    bot["description"] = "x".repeat(17 << 20).into();
    let system = Caller::system(server.workspace);
    let Err(Error::Invalid(errors)) = server.app.import_bot(&system, &bot, true).await else {
        panic!("it was taken")
    };
    assert_eq!(errors[0].code, "too_large");
}

on_both_databases!(
    a_bot_of_ten_thousand_boxes_is_published_and_runs,
    a_bot_that_is_too_large_is_refused,
    hostile_bots_are_refused_with_findings,
    pages_of_bots_hold_every_bot_once,
    running_sessions_stay_on_their_version,
);
