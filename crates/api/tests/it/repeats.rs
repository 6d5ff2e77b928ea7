//! Calls that are repeated act once: `Idempotency-Key` and `client_message_id`.
use crate::support::{PATIENCE, TestServer, bots, on_both_databases, texts};
use futures_util::future::join_all;
use serde_json::json;
use smartbot_model::EventType;
use smartbot_model::token::TokenKind;
use smartbot_testkit::{Answer, Receiver, until_some};
use std::time::{Duration, Instant};

async fn a_repeated_start_is_answered_with_the_same_bytes_and_acts_once(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let (api, body) = (
        server.bots().key("start-1"),
        json!({"function_id": greeter}),
    );
    let first = api.sessions(&body).await;
    assert_eq!(first.status, 201);
    for _ in 0..3 {
        let again = api.sessions(&body).await;
        assert_eq!((again.status, &again.body), (201, &first.body));
    }
    assert_eq!(server.count(EventType::SessionStarted).await, 1);
    assert_eq!(server.count(EventType::UserCreated).await, 1);
    let other = server.bots().key("start-2").sessions(&body).await;
    assert_ne!(other.body, first.body);
}

async fn a_repeat_is_answered_as_before_even_when_the_session_has_moved_on(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let keyed = chat.by(server.bots().key("m"));
    let first = keyed.send(&json!({"text": "one"})).await;
    chat.say("two").await;
    chat.end().await;
    let again = keyed.send(&json!({"text": "one"})).await;
    assert_eq!((again.status, again.body), (200, first.body));
}

async fn every_unsafe_call_takes_a_key(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    for (call, body) in [
        ("/messages", json!({"text": "a"})),
        ("/hand_off", json!({"flag": "x"})),
        ("/end", json!({})),
    ] {
        let api = server.bots().key(call);
        let first = api.post(&chat.path(call), &body).await;
        let again = api.post(&chat.path(call), &body).await;
        assert_eq!((first.status, again.status), (200, 200), "{call}");
        assert_eq!(first.body, again.body, "{call}");
    }
    assert_eq!(server.count(EventType::SessionHandOffRequested).await, 1);
    assert_eq!(server.count(EventType::SessionEnded).await, 1);
}

async fn a_key_that_was_used_for_something_else_is_refused(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let api = server.bots().key("k");
    api.sessions(&json!({"function_id": echo})).await.created();
    let reused = "idempotency_key_reused";
    api.sessions(&json!({"function_id": echo, "medium": "web"}))
        .await
        .problem(409, reused);
    let chat = server.bots().start(&echo).await;
    chat.by(api.clone())
        .send(&json!({"text": "a"}))
        .await
        .problem(409, reused);
    // Another path with the same body.
    let other = server.bots().start(&echo).await;
    let key = server.bots().key("path");
    chat.by(key.clone()).send(&json!({"text": "a"})).await.ok();
    other
        .by(key)
        .send(&json!({"text": "a"}))
        .await
        .problem(409, reused);
    assert_eq!(other.messages().await.len(), 1);
}

async fn a_key_is_one_token_s_own(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let body = json!({"function_id": echo});
    let first = server.bots().key("k").sessions(&body).await;
    let token = server.token(TokenKind::BotsManagement, None, &[]).await;
    let other = server.with(&token.secret).key("k").sessions(&body).await;
    assert_ne!(first.body, other.body);
    // For session keys it is the session's own.
    let (one, two) = (
        server.bots().start(&echo).await,
        server.bots().start(&echo).await,
    );
    for chat in [one, two] {
        chat.by(server.with(&chat.key).key("k")).say(&chat.id).await;
    }
}

async fn a_key_has_1_to_255_visible_characters(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let body = json!({"function_id": echo});
    server
        .bots()
        .key(&"k".repeat(255))
        .sessions(&body)
        .await
        .created();
    for wrong in [String::new(), "k".repeat(256), "k\u{e9}".into()] {
        server
            .bots()
            .key(&wrong)
            .sessions(&body)
            .await
            .problem(400, "invalid_parameter");
    }
}

async fn twenty_equal_starts_at_once_make_one_session(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let (api, body) = (server.bots().key("k"), json!({"function_id": greeter}));
    let replies = join_all((0..20).map(|_| api.sessions(&body))).await;
    let mut answers = Vec::new();
    for reply in replies {
        match reply.status {
            201 => answers.push(reply.body),
            _ => drop(reply.problem(409, "request_in_progress")),
        }
    }
    assert!(!answers.is_empty() && answers.iter().all(|it| *it == answers[0]));
    assert_eq!(server.count(EventType::SessionStarted).await, 1);
}

async fn twenty_equal_starts_on_two_nodes_make_one_session(server: TestServer) {
    if !server.is_shared() {
        // One file belongs to one process.
        return;
    }
    let greeter = server.publish(&bots::greeter()).await;
    let other = server.another_node().await;
    let (one, two) = (server.bots().key("k"), other.bots().key("k"));
    let body = json!({"function_id": greeter});
    let replies = join_all((0..20).map(|it| {
        if it % 2 == 0 {
            one.sessions(&body)
        } else {
            two.sessions(&body)
        }
    }))
    .await;
    let mut answers = Vec::new();
    for reply in replies {
        match reply.status {
            201 => answers.push(reply.body),
            _ => drop(reply.problem(409, "request_in_progress")),
        }
    }
    assert!(!answers.is_empty() && answers.iter().all(|it| *it == answers[0]));
    assert_eq!(server.count(EventType::SessionStarted).await, 1);
}

async fn a_repeated_message_is_answered_like_the_first(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let body = json!({"text": "one", "client_message_id": "m-1"});
    let first = chat.send(&body).await;
    assert_eq!(first.status, 200);
    chat.say("two").await;
    let again = chat.send(&body).await;
    assert_eq!(first.body, again.body);
    // By the session's key as well: the id belongs to the session.
    let by_key = chat.by(server.with(&chat.key)).send(&body).await;
    assert_eq!(first.body, by_key.body);
    assert_eq!(chat.messages().await.len(), 7);
    let message = &chat.messages().await[1];
    assert_eq!(
        (&message["text"], &message["client_message_id"]),
        (&json!("one"), &json!("m-1"))
    );

    let reused = "client_message_id_reused";
    chat.send(&json!({"text": "ONE", "client_message_id": "m-1"}))
        .await
        .problem(409, reused);
    chat.send(&json!({"choice": "one", "client_message_id": "m-1"}))
        .await
        .problem(409, reused);
    let other = server.bots().start(&echo).await;
    other
        .send(&json!({"text": "else", "client_message_id": "m-1"}))
        .await
        .ok();
    chat.end().await;
    assert_eq!(
        chat.send(&body).await.body,
        first.body,
        "a repeat is answered after the end, too"
    );
}

async fn a_choice_and_choices_with_that_choice_are_one_message(server: TestServer) {
    let choices = json!([{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]);
    let question = json!({"type": "multiple_choice", "text": "?", "choices": choices});
    let bot = server.publish(&bots::one_question("Ask", question)).await;
    let chat = server.bots().start(&bot).await;
    let first = chat
        .send(&json!({"choice": "a", "client_message_id": "m"}))
        .await;
    let again = chat
        .send(&json!({"choices": ["a"], "client_message_id": "m"}))
        .await;
    assert_eq!((first.status, first.body), (200, again.body));
}

async fn twenty_equal_messages_at_once_are_one_message(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let body = json!({"text": "one", "client_message_id": "m-1"});
    let replies = join_all((0..20).map(|_| chat.send(&body))).await;
    let first = &replies[0].body;
    assert!(
        replies
            .iter()
            .all(|it| it.status == 200 && it.body == first)
    );
    assert_eq!(chat.messages().await.len(), 4);
}

async fn a_client_message_id_has_1_to_255_bytes(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let with = |id: &str| json!({"text": "a", "client_message_id": id});
    chat.send(&with(&"m".repeat(255))).await.ok();
    for wrong in ["", &"m".repeat(256)] {
        let faults = chat.send(&with(wrong)).await.faults();
        assert_eq!(
            faults,
            [("/client_message_id".into(), "invalid_value".into())]
        );
    }
}

async fn a_repeat_after_a_lost_connection_gets_the_whole_answer(server: TestServer) {
    let receiver = Receiver::start().await;
    receiver.answer(
        "/",
        Answer::json(200, &json!("fine")).after(Duration::from_millis(700)),
    );
    let bot = bots::caller(&receiver.url("/"), json!({"save_to": "result"}), json!([]));
    let caller = server.publish(&bot).await;
    let (api, body) = (
        server.bots().key("k"),
        json!({"function_id": caller}).to_string(),
    );
    let hasty = api
        .clone()
        .header("content-type", "application/json")
        .patience(Duration::from_millis(300));
    let cut = hasty
        .try_call(http::Method::POST, "/api/v1/sessions", body.clone())
        .await;
    assert!(
        matches!(cut, Err(smartbot_egress::Error::Timeout { .. })),
        "{cut:?}"
    );
    let reply = until_some("the answer", PATIENCE, async || {
        let reply = api.post_bytes("/api/v1/sessions", body.clone()).await;
        (reply.status != 409).then_some(reply)
    })
    .await;
    let bytes = reply.body.clone();
    assert_eq!(texts(&reply.created()), ["One moment.", "Done: fine."]);
    assert_eq!(api.post_bytes("/api/v1/sessions", body).await.body, bytes);
    assert_eq!(receiver.requests().len(), 1);
    assert_eq!(server.count(EventType::SessionStarted).await, 1);
}

async fn a_message_repeated_after_a_lost_connection_gets_the_whole_answer(server: TestServer) {
    let receiver = Receiver::start().await;
    receiver.answer(
        "/",
        Answer::json(200, &json!({"result": "fine"})).after(Duration::from_millis(700)),
    );
    let boxes = json!([
        {"id": "ask", "type": "text", "text": "?"},
        {"id": "call", "type": "external_api", "url": receiver.url("/")},
        {"id": "bye", "type": "end", "message": "Done: {result}."},
    ]);
    let bot = server
        .publish(&bots::chain("AsksFirst", boxes, json!([])))
        .await;
    let chat = server.bots().start(&bot).await;
    let body = json!({"text": "go", "client_message_id": "m"}).to_string();
    let json = chat.api.clone().header("content-type", "application/json");
    let hasty = json.patience(Duration::from_millis(300));
    let cut = hasty
        .try_call(http::Method::POST, &chat.path("/messages"), body.clone())
        .await;
    assert!(
        matches!(cut, Err(smartbot_egress::Error::Timeout { .. })),
        "{cut:?}"
    );
    let started = Instant::now();
    let reply = chat
        .api
        .post_bytes(&chat.path("/messages"), body.clone())
        .await;
    let bytes = reply.body.clone();
    assert_eq!(texts(&reply.ok()), ["Done: fine."]);
    assert!(
        started.elapsed() < Duration::from_secs(12),
        "the repeat holds up what it waits for: {:?}",
        started.elapsed()
    );
    assert_eq!(
        chat.api
            .post_bytes(&chat.path("/messages"), body)
            .await
            .body,
        bytes
    );
    assert_eq!(receiver.requests().len(), 1);
}

async fn a_key_may_be_used_again_after_a_day(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let api = server.bots().key("k");
    let first = api.start(&echo).await;
    let other = json!({"function_id": echo, "medium": "web"});
    api.sessions(&other)
        .await
        .problem(409, "idempotency_key_reused");
    server.clock.advance(Duration::from_secs(24 * 3_600));
    let reply = until_some("the key is free", PATIENCE, async || {
        let reply = api.sessions(&other).await;
        (reply.status != 409).then_some(reply)
    })
    .await;
    assert_ne!(reply.created()["session"]["id"], first.id);
}

async fn a_refused_request_does_not_use_up_its_key(server: TestServer) {
    let api = server.bots().key("k");
    api.sessions(&json!({"function_id": "Greeter"}))
        .await
        .problem(404, "not_found");
    let greeter = server.publish(&bots::greeter()).await;
    api.sessions(&json!({"function_id": greeter}))
        .await
        .created();
}

on_both_databases!(
    a_key_may_be_used_again_after_a_day,
    a_message_repeated_after_a_lost_connection_gets_the_whole_answer,
    a_choice_and_choices_with_that_choice_are_one_message,
    a_client_message_id_has_1_to_255_bytes,
    a_key_has_1_to_255_visible_characters,
    a_key_is_one_token_s_own,
    a_key_that_was_used_for_something_else_is_refused,
    a_refused_request_does_not_use_up_its_key,
    a_repeat_after_a_lost_connection_gets_the_whole_answer,
    a_repeat_is_answered_as_before_even_when_the_session_has_moved_on,
    a_repeated_message_is_answered_like_the_first,
    a_repeated_start_is_answered_with_the_same_bytes_and_acts_once,
    every_unsafe_call_takes_a_key,
    twenty_equal_messages_at_once_are_one_message,
    twenty_equal_starts_at_once_make_one_session,
    twenty_equal_starts_on_two_nodes_make_one_session,
);
