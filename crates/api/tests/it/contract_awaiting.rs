//! `awaiting`: what a client needs to draw the input, for every box that asks and for everything else that is waited for.
use crate::support::normal::normal;
use crate::support::{TestServer, bots, on_both_databases};
use insta::assert_json_snapshot;
use serde_json::{Map, Value, json};
use smartbot_testkit::{Answer, Receiver};
use std::collections::BTreeSet;

fn questions() -> Vec<(&'static str, Value)> {
    let choices = json!([
        {"value": "a", "label": "The first", "synonyms": ["one"]},
        {"value": "b", "label": "The second"},
    ]);
    vec![
        ("text", json!({})),
        ("yes_no", json!({})),
        ("multiple_choice", json!({"choices": choices})),
        (
            "multiple_choice",
            json!({"choices": choices, "many": true, "allow_free_text": false}),
        ),
        ("name", json!({})),
        ("email", json!({})),
        ("phone", json!({})),
        ("number", json!({"min": 0, "max": 250.5, "unit": "kg"})),
        ("date_time", json!({"prefer": "future"})),
        ("date", json!({"prefer": "past"})),
        ("address", json!({"require_postal_code": true})),
        (
            "rating",
            json!({"from": 1, "to": 3, "labels": {"1": "Bad", "3": "Good"}}),
        ),
        (
            "consent",
            json!({"document": "privacy notice", "version": "2026-05"}),
        ),
        (
            "file_upload",
            json!({"types": ["image/*", "application/pdf"], "max_bytes": 1_000_000}),
        ),
        ("faq", json!({"function_id": "Faq"})),
    ]
}

async fn awaiting_tells_how_to_draw_every_question(server: TestServer) {
    let mut drawn = Vec::new();
    for (number, (kind, settings)) in questions().into_iter().enumerate() {
        let mut question = Map::new();
        question.insert("id".into(), "ask".into());
        question.insert("type".into(), kind.into());
        question.insert("text".into(), "Well?".into());
        question.extend(settings.as_object().unwrap().clone());
        let bot = server
            .publish(&bots::one_question(
                &format!("Ask{number}"),
                question.into(),
            ))
            .await;
        let chat = server.bots().start(&bot).await;
        let awaiting = &chat.started["awaiting"];
        assert_eq!(awaiting["kind"], kind);
        assert_eq!(chat.state().await["awaiting"], *awaiting);
        drawn.push(awaiting.clone());
    }
    assert_json_snapshot!("awaiting", normal(&drawn.into()));
}

/// The types that ask, from the catalogue that the server shows, so that a new one cannot be forgotten above.
async fn every_box_that_asks_is_among_the_questions(server: TestServer) {
    let catalogue = server.nobody().get("/schemas/boxes.json").await.ok();
    let asks = |it: &&Value| it["asks"] == true;
    let known: BTreeSet<&str> = catalogue
        .as_array()
        .unwrap()
        .iter()
        .filter(asks)
        .map(|it| it["type"].as_str().unwrap())
        .collect();
    let tested: BTreeSet<&str> = questions().iter().map(|it| it.0).collect();
    assert_eq!(known, tested);
}

async fn a_bot_that_calls_waits_sleeps_or_hands_off_says_so(server: TestServer) {
    let receiver = Receiver::start().await;
    receiver.answer("/", Answer::hang());
    let caller = server
        .publish(&bots::caller(&receiver.url("/"), json!({}), json!([])))
        .await;
    let chat = server
        .bots()
        .start_with(json!({"function_id": caller, "max_wait_ms": 0}))
        .await;
    assert_eq!(chat.started["awaiting"], json!({"kind": "api"}));
    assert_eq!(chat.started["session"]["status"], "active");

    let boxes = json!([{"id": "sleep", "type": "wait", "for": "2h"}, {"id": "bye", "type": "end"}]);
    let sleeper = server
        .publish(&bots::chain("Sleeper", boxes, json!([])))
        .await;
    let chat = server.bots().start(&sleeper).await;
    assert_eq!(chat.started["awaiting"], json!({"kind": "timer"}));

    let hands_off = server.publish(&bots::hands_off()).await;
    let chat = server.bots().start(&hands_off).await;
    assert_eq!(chat.started["awaiting"], json!({"kind": "agent"}));
    assert_eq!(chat.started["session"]["status"], "waiting_for_agent");
}

async fn nothing_is_awaited_after_the_end_and_only_then(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let chat = server.bots().start(&greeter).await;
    assert_eq!(chat.started["awaiting"]["kind"], "text");
    let answer = chat.say("a cough").await;
    assert_eq!(answer["awaiting"], Value::Null);
    assert_eq!(answer["session"]["status"], "ended");
    let state = chat.state().await;
    assert!(state["awaiting"].is_null() && state.as_object().unwrap().contains_key("awaiting"));
}

on_both_databases!(
    a_bot_that_calls_waits_sleeps_or_hands_off_says_so,
    awaiting_tells_how_to_draw_every_question,
    every_box_that_asks_is_among_the_questions,
    nothing_is_awaited_after_the_end_and_only_then,
);
