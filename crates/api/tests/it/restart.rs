//! What a server knows again after it was stopped, or cut off in the middle.
use crate::support::{Database, PATIENCE, TestServer, bots, on_both_databases, texts};
use serde_json::json;
use smartbot_model::EventType;
use smartbot_testkit::{Answer, Receiver, until};
use std::time::Duration;

async fn repeats_are_known_after_a_restart(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let body = json!({"function_id": echo});
    let start = server.bots().key("k").sessions(&body).await;
    let chat = server.bots().start(&echo).await;
    let message = json!({"text": "one", "client_message_id": "m-1"});
    let said = chat.send(&message).await;

    let server = server.restart().await;
    let again = server.bots().key("k").sessions(&body).await;
    assert_eq!((again.status, again.body), (201, start.body));
    server
        .bots()
        .key("k")
        .sessions(&json!({"function_id": "Other"}))
        .await
        .problem(409, "idempotency_key_reused");
    let chat = chat.by(server.bots());
    assert_eq!(chat.send(&message).await.body, said.body);
    let reused = json!({"text": "two", "client_message_id": "m-1"});
    chat.send(&reused)
        .await
        .problem(409, "client_message_id_reused");

    // Keys are kept for a day, the ids of messages as long as their session.
    server.clock.advance(Duration::from_secs(25 * 3_600));
    let server = server.restart().await;
    let chat = chat.by(server.bots());
    assert_eq!(chat.send(&message).await.body, said.body);
    assert_eq!(chat.messages().await.len(), 4);
}

async fn a_session_goes_on_after_a_restart(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let chat = server.bots().start(&greeter).await;
    let server = server.restart().await;
    let chat = chat.by(server.with(&chat.key));
    assert_eq!(texts(&chat.say("a cough").await), ["Thank you: a cough."]);
}

async fn a_timer_that_came_due_while_nobody_ran_rings_after_the_start(server: TestServer) {
    let boxes = json!([
        {"id": "sleep", "type": "wait", "for": "2h"},
        {"id": "ask", "type": "text", "text": "Still there?"},
    ]);
    let bot = server
        .publish(&bots::chain("Sleeper", boxes, json!([])))
        .await;
    let chat = server.bots().start(&bot).await;
    let server = server.restart().await;
    let chat = chat.by(server.bots());
    assert_eq!(chat.state().await["awaiting"]["kind"], "timer");
    server.clock.advance(Duration::from_secs(2 * 3_600));
    let server = server.restart().await;
    let chat = chat.by(server.bots());
    assert_eq!(chat.stream().await.message().await.text(), "Still there?");
}

async fn a_timer_for_silence_rings_only_when_there_was_silence(server: TestServer) {
    let boxes = json!([
        {"id": "ask", "type": "text", "text": "Well?", "save_to": "word"},
        {"id": "silent", "type": "end", "message": "Nobody there."},
        {"id": "said", "type": "text", "text": "And?"},
    ]);
    let links = json!([
        {"from": "ask", "to": "silent", "when": {"op": "no_reply_for", "value": "30m"}},
        {"from": "ask", "to": "said"},
    ]);
    let bot = server
        .publish(&bots::bot("Silence", boxes, links, json!([])))
        .await;
    let (silent, talking) = (
        server.bots().start(&bot).await,
        server.bots().start(&bot).await,
    );
    talking.say("hello").await;
    server.clock.advance(Duration::from_secs(31 * 60));
    let server = server.restart().await;
    let (silent, talking) = (silent.by(server.bots()), talking.by(server.bots()));
    let all = silent.stream_after(1).await.rest().await;
    let said = all.iter().rfind(|it| it.name == "message").unwrap();
    assert_eq!(said.text(), "Nobody there.");
    assert_eq!(talking.state().await["awaiting"]["kind"], "text");
    assert_eq!(talking.messages().await.len(), 3);
}

/// Starts a server in a run-time of its own, so that it can be cut off like a process that dies.
fn doomed(database: Database) -> (tokio::runtime::Runtime, TestServer) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let handle = runtime.handle().clone();
    let server = std::thread::spawn(move || handle.block_on(TestServer::start(database)))
        .join()
        .unwrap();
    (runtime, server)
}

/// Not with the macro: the first server runs in a run-time of its own.
async fn an_unfinished_call_is_made_again_under_the_same_key(database: Database) {
    let receiver = Receiver::start().await;
    receiver.answer_once("/", Answer::hang());
    receiver.answer("/", Answer::json(200, &json!("fine")));
    let (runtime, first) = doomed(database);
    let bot = bots::caller(&receiver.url("/"), json!({"save_to": "result"}), json!([]));
    let caller = first.publish(&bot).await;
    let body = json!({"function_id": caller, "max_wait_ms": 0});
    let chat = first.bots().start_with(body).await;
    until("the first call", PATIENCE, async || {
        receiver.requests().len() == 1
    })
    .await;
    runtime.shutdown_background();

    let server = first.another_node().await;
    let chat = chat.by(server.bots());
    assert_eq!(
        chat.state().await["awaiting"]["kind"],
        "api",
        "its lease holds"
    );
    server.clock.advance(Duration::from_secs(151));
    let server = server.restart().await;
    let chat = chat.by(server.bots());
    let all = chat.stream_after(1).await.rest().await;
    let said: Vec<&str> = all
        .iter()
        .filter(|it| it.name == "message")
        .map(|it| it.text())
        .collect();
    assert_eq!(said, ["Done: fine."]);
    let requests = receiver.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(
        requests[0].header("idempotency-key"),
        requests[1].header("idempotency-key")
    );
    assert_eq!(requests[0].body, requests[1].body);
    assert_eq!(server.count(EventType::SessionEnded).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unfinished_call_is_made_again_under_the_same_key_on_sqlite() {
    an_unfinished_call_is_made_again_under_the_same_key(Database::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unfinished_call_is_made_again_under_the_same_key_on_postgresql() {
    an_unfinished_call_is_made_again_under_the_same_key(Database::postgresql().await).await;
}

on_both_databases!(
    a_session_goes_on_after_a_restart,
    a_timer_for_silence_rings_only_when_there_was_silence,
    a_timer_that_came_due_while_nobody_ran_rings_after_the_start,
    repeats_are_known_after_a_restart,
);
