//! Answers that must wait for an External API: how long, and what comes later.
use crate::support::{PATIENCE, TestServer, bots, on_both_databases, texts};
use serde_json::{Value, json};
use smartbot_testkit::{Answer, Gate, Receiver, spawn, until};
use std::time::{Duration, Instant};

/// Long enough to see who waits for it.
const SLOW: Duration = Duration::from_millis(1_500);

async fn slow(answer: &Value) -> Receiver {
    let receiver = Receiver::start().await;
    receiver.answer("/", Answer::json(200, answer).after(SLOW));
    receiver
}

/// One that answers when its gate is opened.
async fn held(answer: &Value) -> (Receiver, Gate) {
    let (receiver, gate) = (Receiver::start().await, Gate::new());
    receiver.answer("/", Answer::json(200, answer).behind(&gate));
    (receiver, gate)
}

/// No call is over before its gate is opened.
fn patient() -> Value {
    json!({"timeout_ms": 30_000})
}

async fn an_answer_waits_no_longer_than_it_may_and_the_rest_is_streamed(server: TestServer) {
    let (receiver, gate) = held(&json!({"result": "fine"})).await;
    let caller = server
        .publish(&bots::caller(&receiver.url("/"), patient(), json!([])))
        .await;
    let chat = server
        .bots()
        .start_with(json!({"function_id": caller, "max_wait_ms": 100}))
        .await;
    assert_eq!(texts(&chat.started), ["One moment."]);
    assert_eq!(chat.started["session"]["status"], "active");
    assert_eq!(chat.started["awaiting"], json!({"kind": "api"}));
    assert_eq!(chat.state().await["awaiting"], json!({"kind": "api"}));

    let mut stream = chat.stream().await;
    assert_eq!(stream.expect("message").await.text(), "One moment.");
    let status = stream.expect("status").await;
    assert_eq!(
        (&status.data["status"], &status.data["awaiting"]),
        (&json!("active"), &json!({"kind": "api"}))
    );
    gate.open();
    assert_eq!(stream.expect("message").await.text(), "Done: fine.");
    assert_eq!(stream.expect("status").await.data["status"], "ended");
    assert_eq!(stream.next().await, None);
}

async fn an_answer_waits_for_the_call_unless_told_otherwise(server: TestServer) {
    let receiver = slow(&json!({"result": "fine"})).await;
    let caller = server
        .publish(&bots::caller(&receiver.url("/"), json!({}), json!([])))
        .await;
    let started = Instant::now();
    let chat = server.bots().start(&caller).await;
    assert!(started.elapsed() >= SLOW);
    assert_eq!(texts(&chat.started), ["One moment.", "Done: fine."]);
    assert_eq!(
        (
            &chat.started["session"]["status"],
            &chat.started["awaiting"]
        ),
        (&json!("ended"), &Value::Null)
    );
}

async fn a_message_waits_for_its_call_as_well(server: TestServer) {
    let fine = json!({"result": "fine"});
    let receiver = slow(&fine).await;
    let boxes = json!([
        {"id": "ask", "type": "text", "text": "?"},
        {"id": "call", "type": "external_api", "url": receiver.url("/"), "timeout_ms": 30_000},
        {"id": "bye", "type": "end", "message": "Done: {result}."},
    ]);
    let bot = server
        .publish(&bots::chain("AsksFirst", boxes, json!([])))
        .await;
    let chat = server.bots().start(&bot).await;
    assert_eq!(texts(&chat.say("go").await), ["Done: fine."]);
    let gate = Gate::new();
    receiver.answer("/", Answer::json(200, &fine).behind(&gate));
    let hasty = server.bots().start(&bot).await;
    let answer = hasty
        .send(&json!({"text": "go", "max_wait_ms": 50}))
        .await
        .ok();
    assert_eq!(
        (&answer["messages"], &answer["awaiting"]),
        (&json!([]), &json!({"kind": "api"}))
    );
    gate.open();
    assert_eq!(
        hasty.stream_after(2).await.message().await.text(),
        "Done: fine."
    );
}

async fn what_a_user_says_during_a_call_is_handled_after_it(server: TestServer) {
    let (receiver, gate) = (Receiver::start().await, Gate::new());
    let fine = Answer::json(200, &json!({"result": "fine"}));
    receiver.answer("/", fine.behind(&gate).after(SLOW));
    let caller = server
        .publish(&bots::caller_who_asks(&receiver.url("/"), patient()))
        .await;
    let chat = server
        .bots()
        .start_with(json!({"function_id": caller, "max_wait_ms": 0}))
        .await;
    assert_eq!(chat.started["awaiting"], json!({"kind": "api"}));
    gate.open();
    let answer = chat.say("hello").await;
    assert_eq!(texts(&answer), ["You said hello."]);
    let log = server
        .db()
        .get(&format!("/api/v1/chat_logs/{}", chat.id))
        .await
        .ok();
    let said: Vec<&str> = log["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["text"].as_str().unwrap())
        .collect();
    assert_eq!(
        said,
        [
            "One moment.",
            "Done: fine. And you?",
            "hello",
            "You said hello."
        ]
    );
}

async fn a_user_who_cannot_wait_is_heard_and_the_bot_goes_on(server: TestServer) {
    let (receiver, gate) = held(&json!({"result": "fine"})).await;
    let caller = server
        .publish(&bots::caller_who_asks(&receiver.url("/"), patient()))
        .await;
    let chat = server
        .bots()
        .start_with(json!({"function_id": caller, "max_wait_ms": 0}))
        .await;
    let answer = chat
        .send(&json!({"text": "hello?", "max_wait_ms": 50}))
        .await
        .ok();
    assert_eq!(
        (&answer["messages"], &answer["awaiting"]),
        (&json!([]), &json!({"kind": "api"}))
    );
    let mut stream = chat.stream_after(1).await;
    assert_eq!(stream.message().await.text(), "hello?");
    gate.open();
    assert_eq!(stream.message().await.text(), "Done: fine. And you?");
    assert_eq!(texts(&chat.say("well").await), ["You said well."]);
}

async fn a_session_may_be_ended_during_a_call(server: TestServer) {
    let (receiver, gate) = held(&json!({"user_city": "Springfield"})).await;
    let caller = server
        .publish(&bots::caller(&receiver.url("/"), patient(), json!([])))
        .await;
    let body = json!({"function_id": caller, "max_wait_ms": 0, "user": {"external_id": "p-1"}});
    let chat = server.bots().start_with(body).await;
    assert_eq!(chat.end().await["session"]["status"], "ended");
    gate.open();
    until("the call is over", PATIENCE, async || {
        server.app.store.next_job_due().await.unwrap().is_none()
    })
    .await;
    let user = server.db().get("/api/v1/users/ext:p-1").await.ok();
    assert_eq!(
        user["fields"],
        json!({}),
        "an answer that comes after the end changes nothing"
    );
    let log = server
        .db()
        .get(&format!("/api/v1/chat_logs/{}", chat.id))
        .await
        .ok();
    assert_eq!(log["messages"].as_array().unwrap().len(), 1);
}

async fn a_session_may_be_handed_off_during_a_call(server: TestServer) {
    let (receiver, gate) = held(&json!({"result": "fine", "user_city": "Springfield"})).await;
    let caller = server
        .publish(&bots::caller_who_asks(&receiver.url("/"), patient()))
        .await;
    let body = json!({"function_id": caller, "max_wait_ms": 0, "user": {"external_id": "p-1"}});
    let chat = server.bots().start_with(body).await;
    let handed = chat
        .api
        .post(&chat.path("/hand_off"), &json!({}))
        .await
        .ok();
    assert_eq!(handed["awaiting"], json!({"kind": "agent"}));
    gate.open();
    // What is left then is the look, three minutes later, whether somebody took the session.
    until("the call is over", PATIENCE, async || {
        let next = server.app.store.next_job_due().await.unwrap();
        next.is_some_and(|it| it.since(server.app.now()) > Duration::from_secs(100))
    })
    .await;
    assert_eq!(chat.state().await["status"], "waiting_for_agent");
    assert_eq!(
        chat.messages().await.len(),
        1,
        "the bot is silent while people talk"
    );
}

async fn whoever_waits_is_answered_when_the_session_is_ended(server: TestServer) {
    let receiver = Receiver::start().await;
    receiver.answer("/", Answer::hang());
    let caller = server
        .publish(&bots::caller_who_asks(&receiver.url("/"), json!({})))
        .await;
    let chat = server
        .bots()
        .start_with(json!({"function_id": caller, "max_wait_ms": 0}))
        .await;
    let waiting = spawn({
        let chat = chat.clone();
        async move { chat.send(&json!({"text": "hello?"})).await }
    });
    // Both orders are right; neither may wait for the call, which never ends.
    chat.end().await;
    let reply = waiting.await.unwrap();
    match reply.status {
        410 => drop(reply.problem(410, "session_ended")),
        _ => drop(reply.ok()),
    }
}

async fn a_hundred_sessions_wait_at_once(server: TestServer) {
    let receiver = slow(&json!({"result": "fine"})).await;
    let caller = server
        .publish(&bots::caller(&receiver.url("/"), patient(), json!([])))
        .await;
    let api = server.bots().patience(PATIENCE * 3);
    let body = json!({"function_id": caller, "max_wait_ms": 60_000});
    let started = Instant::now();
    let starts = (0..100).map(|_| api.start_with(body.clone()));
    let all = futures_util::future::join_all(starts).await;
    assert!(
        started.elapsed() < SLOW * 40,
        "calls wait for each other: {:?}",
        started.elapsed()
    );
    assert!(
        all.iter()
            .all(|it| texts(&it.started) == ["One moment.", "Done: fine."])
    );
    assert_eq!(receiver.requests().len(), 100);
}

/// Each of them starts a call, and those behind it wait for their turn.
async fn thirty_messages_that_each_make_a_call_are_all_answered(server: TestServer) {
    let receiver = Receiver::start().await;
    let echo = |request: &smartbot_testkit::Request| {
        let word = request.json()["word"].clone();
        Answer::json(200, &json!({"heard": word})).after(Duration::from_millis(30))
    };
    receiver.answer_with("/", echo);
    let boxes = json!([
        {"id": "ask", "type": "text", "text": "?", "save_to": "word"},
        {"id": "call", "type": "external_api", "url": receiver.url("/")},
        {"id": "told", "type": "message", "text": "Heard {heard}."},
    ]);
    let mut bot = bots::chain("Caller", boxes, json!([]));
    let back = json!({"from": "told", "to": "ask"});
    bot["links"].as_array_mut().unwrap().push(back);
    let caller = server.publish(&bot).await;
    let chat = server.bots().patience(PATIENCE * 3).start(&caller).await;
    let words: Vec<String> = (0..30).map(|it| format!("w{it}")).collect();
    let to = &chat;
    let say = |word: &String| {
        let body = json!({"text": word, "max_wait_ms": 60_000});
        async move { to.send(&body).await.ok() }
    };
    let answers = futures_util::future::join_all(words.iter().map(say)).await;
    for (word, answer) in words.iter().zip(&answers) {
        assert_eq!(texts(answer), [&format!("Heard {word}."), "?"]);
    }
    assert_eq!(chat.messages().await.len(), 1 + 3 * words.len());
}

on_both_databases!(
    thirty_messages_that_each_make_a_call_are_all_answered,
    a_hundred_sessions_wait_at_once,
    a_message_waits_for_its_call_as_well,
    a_session_may_be_ended_during_a_call,
    a_session_may_be_handed_off_during_a_call,
    a_user_who_cannot_wait_is_heard_and_the_bot_goes_on,
    an_answer_waits_for_the_call_unless_told_otherwise,
    an_answer_waits_no_longer_than_it_may_and_the_rest_is_streamed,
    what_a_user_says_during_a_call_is_handled_after_it,
    whoever_waits_is_answered_when_the_session_is_ended,
);
