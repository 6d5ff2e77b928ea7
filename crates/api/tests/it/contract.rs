//! The shapes of the contract, answer by answer. A change of a snapshot is a change of what users rely on: fields may be added, never
//! renamed or removed.
use crate::support::normal::{Normal, normal};
use crate::support::{TestServer, bots, on_both_databases};
use insta::assert_json_snapshot;
use serde_json::{Value, json};

/// Asks for one of three visits and then for several reasons.
fn visits() -> Value {
    let choices = json!([
        {"value": "checkup", "label": "Check-up"},
        {"value": "vaccine", "label": "Vaccination", "synonyms": ["shot"]},
    ]);
    let boxes = json!([
        {"id": "visit", "type": "multiple_choice", "text": "What is it about?", "choices": choices, "save_to": "visit"},
        {"id": "reasons", "type": "multiple_choice", "text": "And why?", "choices": choices, "many": true,
         "allow_free_text": false, "save_to": "reasons"},
        {"id": "picture", "type": "media", "kind": "image", "url": "https://clinic.example/map.png", "alt": "A map",
         "text": "Here we are."},
        {"id": "bye", "type": "end", "message": "See you for {visit}.", "advanced": {"typing_delay_ms": 800}},
    ]);
    bots::chain("Visits", boxes, json!([]))
}

async fn the_answer_to_a_start_has_the_promised_shape(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let body = json!({
        "function_id": greeter,
        "user": {"external_id": "p-17", "fields": {"user_fname": "Ana"}},
        "variables": {"source": "portal"},
        "medium": "web",
        "language": "en-US",
        "metadata": {"campaign": 7},
    });
    let reply = server.bots().sessions(&body).await;
    assert_eq!(reply.header("content-type"), "application/json");
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_json_snapshot!("start", normal(&reply.created()));
}

async fn the_answers_to_messages_have_the_promised_shape(server: TestServer) {
    let visits = server.publish(&visits()).await;
    let chat = server.bots().start(&visits).await;
    let mut normal = Normal::default();
    let one = chat
        .send(&json!({"choice": "vaccine", "client_message_id": "m-1"}))
        .await
        .ok();
    assert_json_snapshot!("choice", normal.of(&one));
    let many = chat
        .send(&json!({"choices": ["vaccine", "checkup"]}))
        .await
        .ok();
    assert_json_snapshot!("choices", normal.of(&many));

    let greeter = server.publish(&bots::greeter()).await;
    let chat = server.bots().start(&greeter).await;
    let text = chat.send(&json!({"text": "a cough"})).await.ok();
    assert_json_snapshot!("text", normal.of(&text));
}

async fn the_state_of_a_session_has_the_promised_shape(server: TestServer) {
    let visits = server.publish(&visits()).await;
    let chat = server.bots().start(&visits).await;
    assert_json_snapshot!("state", normal(&chat.state().await));
    chat.end().await;
    assert_json_snapshot!("state_ended", normal(&chat.state().await));
}

async fn the_messages_of_an_open_session_have_the_promised_shape(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    chat.send(&json!({"text": "one", "client_message_id": "m-1"}))
        .await
        .ok();
    let page = chat.api.get(&chat.path("/messages")).await.ok();
    assert_json_snapshot!("messages", normal(&page));
    let later = chat.api.get(&chat.path("/messages?after_seq=3")).await.ok();
    assert_eq!(later["data"].as_array().unwrap().len(), 1);
    assert_eq!(later["data"][0]["seq"], 4);
    let none = chat.api.get(&chat.path("/messages?after_seq=4")).await.ok();
    assert_eq!(none, json!({"data": [], "next_cursor": null}));
}

async fn the_answers_of_hand_off_end_and_typing_have_the_promised_shape(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let chat = server.bots().start(&greeter).await;
    let mut normal = Normal::default();
    let handed = chat
        .api
        .post(&chat.path("/hand_off"), &json!({"flag": "billing"}))
        .await
        .ok();
    assert_json_snapshot!("hand_off", normal.of(&handed));
    let typing = chat.api.post(&chat.path("/typing"), &json!({})).await;
    assert_eq!((typing.status, typing.body.len()), (204, 0));
    assert_json_snapshot!("end", normal.of(&chat.end().await));
}

async fn the_lists_of_bots_have_the_promised_shape(server: TestServer) {
    server.publish(&bots::greeter()).await;
    server.publish(&bots::advanced()).await;
    let page = server.bots().get("/api/v1/bots").await.ok();
    assert_json_snapshot!("bots", normal(&page));
    let one = server.bots().get("/api/v1/bots/Advanced").await.ok();
    assert_json_snapshot!("bot", normal(&one));
}

async fn a_chat_log_has_the_promised_shape(server: TestServer) {
    let advanced = server.publish(&bots::advanced()).await;
    let chat = server
        .bots()
        .start_with(json!({"function_id": advanced, "user": {"external_id": "p-17"}}))
        .await;
    for text in ["Riverside", "K-4711", "180"] {
        chat.say(text).await;
    }
    let log = server
        .db()
        .get(&format!("/api/v1/chat_logs/{}", chat.id))
        .await
        .ok();
    assert!(
        !log.to_string().contains("K-4711"),
        "a sensitive answer is shown: {log}"
    );
    assert_json_snapshot!("chat_log", normal(&log));
}

async fn a_user_has_the_promised_shape(server: TestServer) {
    let advanced = server.publish(&bots::advanced()).await;
    let chat = server
        .bots()
        .start_with(json!({"function_id": advanced, "user": {"external_id": "p-17"}}))
        .await;
    chat.say("Riverside").await;
    let by_id = server
        .db()
        .get(&format!("/api/v1/users/{}", chat.user()))
        .await
        .ok();
    let by_external_id = server.db().get("/api/v1/users/ext:p-17").await.ok();
    assert_eq!(by_id, by_external_id);
    assert_json_snapshot!("user", normal(&by_id));
}

async fn a_running_session_has_a_chat_log_too(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let chat = server.bots().start(&greeter).await;
    let log = server
        .db()
        .get(&format!("/api/v1/chat_logs/{}", chat.id))
        .await
        .ok();
    assert_eq!(log["session"], chat.started["session"]);
    assert_eq!(log["messages"], chat.started["messages"]);
}

on_both_databases!(
    a_chat_log_has_the_promised_shape,
    a_running_session_has_a_chat_log_too,
    a_user_has_the_promised_shape,
    the_answer_to_a_start_has_the_promised_shape,
    the_answers_of_hand_off_end_and_typing_have_the_promised_shape,
    the_answers_to_messages_have_the_promised_shape,
    the_lists_of_bots_have_the_promised_shape,
    the_messages_of_an_open_session_have_the_promised_shape,
    the_state_of_a_session_has_the_promised_shape,
);
