//! The stream of a session as Server-Sent Events.
use crate::support::sse::Sent;
use crate::support::{PATIENCE, TestServer, bots, on_both_databases};
use serde_json::{Value, json};
use smartbot_testkit::until;

fn seqs(sent: &[Sent]) -> Vec<u64> {
    sent.iter()
        .filter(|it| it.name == "message")
        .map(|it| it.data["seq"].as_u64().unwrap())
        .collect()
}

async fn a_stream_begins_with_the_first_message_and_tells_what_follows(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    chat.say("before").await;
    let mut stream = chat.stream().await;
    assert_eq!(stream.stream.headers["content-type"], "text/event-stream");
    assert_eq!(stream.stream.headers["cache-control"], "no-store");
    let messages = chat.messages().await;
    for message in &messages {
        let sent = stream.expect("message").await;
        assert_eq!(
            sent.data, *message,
            "as the other calls show it, the user's own among them"
        );
        assert_eq!(sent.id, Some(message["seq"].to_string()));
    }
    let status = stream.expect("status").await;
    assert_eq!(status.id, None);
    assert_eq!(
        status.data,
        json!({"status": "active", "awaiting": {"kind": "text"}, "last_seq": 4})
    );
    chat.say("after").await;
    assert_eq!(stream.expect("message").await.text(), "after");
    assert_eq!(stream.expect("message").await.text(), "You said after.");
    assert_eq!(stream.expect("message").await.text(), "Say something.");
}

async fn typing_is_told_and_has_no_id(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let mut stream = chat.stream().await;
    stream.expect("message").await;
    stream.expect("status").await;
    assert_eq!(
        chat.api
            .post(&chat.path("/typing"), &json!({}))
            .await
            .status,
        204
    );
    let typing = stream.expect("typing").await;
    assert_eq!(
        typing,
        Sent {
            name: "typing".into(),
            id: None,
            data: json!({"from": "user"})
        }
    );
}

async fn a_stream_resumes_without_loss_or_repeat(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let mut stream = chat.stream().await;
    let mut last = 0;
    let mut seen = Vec::new();
    for number in 0..10 {
        chat.say(&format!("word {number}")).await;
        // The connection breaks in the middle of a turn, each time at another place.
        for _ in 0..=number % 4 {
            let sent = stream.message().await;
            last = sent.id.as_ref().unwrap().parse().unwrap();
            seen.push(sent.data);
        }
        stream = chat.stream_after(last).await;
    }
    let all = chat.messages().await;
    while seen.len() < all.len() {
        seen.push(stream.message().await.data);
    }
    assert_eq!(seen, all);
}

async fn a_stream_ends_after_the_status_of_the_end(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let chat = server.bots().start(&greeter).await;
    let mut stream = chat.stream().await;
    assert_eq!(stream.message().await.text(), "Hello there!");
    chat.say("a cough").await;
    let rest = stream.rest().await;
    assert_eq!(seqs(&rest), [2, 3, 4]);
    let last = rest.last().unwrap();
    assert_eq!(last.name, "status");
    assert_eq!(
        last.data,
        json!({"status": "ended", "awaiting": null, "last_seq": 4})
    );
    let again = chat.stream_after(1).await.rest().await;
    assert_eq!(seqs(&again), [2, 3, 4]);
    assert_eq!(again.last(), Some(last));
}

async fn who_has_seen_nothing_of_a_session_that_has_ended_asks_for_a_chat_log(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let chat = server.bots().start(&greeter).await;
    chat.say("a cough").await;
    let path = chat.path("/stream");
    chat.api.get(&path).await.problem(410, "session_ended");
    let first = chat.api.clone().header("last-event-id", "0");
    first.get(&path).await.problem(410, "session_ended");
}

async fn after_the_end_the_stream_serves_what_was_missed_and_nothing_else_does(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let chat = server.bots().start(&greeter).await;
    chat.say("a cough").await;
    chat.api
        .get(&chat.path("/messages"))
        .await
        .problem(410, "session_ended");
    chat.api
        .get(&chat.path("/messages?after_seq=3"))
        .await
        .problem(410, "session_ended");
    let missed = chat.stream_after(3).await.rest().await;
    assert_eq!(seqs(&missed), [4]);
    assert_eq!(missed.last().unwrap().data["status"], "ended");
    let nothing = chat.stream_after(4).await.rest().await;
    assert_eq!(nothing.len(), 1);
    assert_eq!(nothing[0].data["status"], "ended");
}

async fn a_status_is_told_when_it_changes(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let mut stream = chat.stream().await;
    stream.expect("message").await;
    assert_eq!(stream.expect("status").await.data["status"], "active");
    chat.api
        .post(&chat.path("/hand_off"), &json!({}))
        .await
        .ok();
    let status = stream.expect("status").await;
    assert_eq!(
        status.data,
        json!({"status": "waiting_for_agent", "awaiting": {"kind": "agent"}, "last_seq": 1})
    );
    chat.end().await;
    assert_eq!(stream.expect("status").await.data["status"], "ended");
    assert_eq!(stream.next().await, None);
}

async fn two_who_watch_see_the_same(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let (mut one, mut two) = (
        chat.stream().await,
        chat.by(server.with(&chat.key)).stream().await,
    );
    for word in ["a", "b", "c"] {
        chat.say(word).await;
    }
    chat.end().await;
    let messages = |sent: Vec<Sent>| -> Vec<Value> {
        sent.into_iter()
            .filter(|it| it.name == "message")
            .map(|it| it.data)
            .collect()
    };
    let (one, two) = (messages(one.rest().await), messages(two.rest().await));
    assert_eq!(one, two);
    assert_eq!(one.len(), 10);
}

async fn a_last_event_id_is_a_number(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    for wrong in ["x", "-1", "1.5", "", "99999999999", "\u{e9}"] {
        let api = chat.api.clone().header("last-event-id", wrong);
        api.get(&chat.path("/stream"))
            .await
            .problem(400, "invalid_parameter");
    }
    chat.api
        .get(&chat.path("/stream?after=1"))
        .await
        .problem(400, "invalid_parameter");
}

async fn a_last_event_id_beyond_the_last_message_waits_for_what_comes(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let mut stream = chat.stream_after(1).await;
    assert_eq!(stream.expect("status").await.data["last_seq"], 1);
    chat.say("hello").await;
    assert_eq!(stream.message().await.data["seq"], 2);
}

async fn a_stream_that_nobody_reads_any_more_is_forgotten(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let mut streams = Vec::new();
    for _ in 0..20 {
        streams.push(chat.stream().await);
    }
    assert_eq!(server.app.live.len(), 1);
    drop(streams);
    until("the listeners are gone", PATIENCE, async || {
        server.app.live.sweep();
        server.app.live.is_empty()
    })
    .await;
    chat.say("hello").await;
}

async fn a_stream_of_another_server_tells_the_same(server: TestServer) {
    if !server.is_shared() {
        // One file belongs to one process.
        return;
    }
    let echo = server.publish(&bots::echo()).await;
    let other = server.another_node().await;
    let here = server.bots().start(&echo).await;
    let mut there = here.by(other.bots()).stream().await;
    assert_eq!(there.message().await.text(), "Say something.");
    here.say("hello").await;
    assert_eq!(there.message().await.text(), "hello");
    assert_eq!(there.message().await.text(), "You said hello.");
}

async fn a_stopping_server_closes_its_streams(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let mut stream = chat.stream().await;
    stream.expect("message").await;
    server.app.tasks.stopping().cancel();
    stream.rest().await;
}

on_both_databases!(
    a_last_event_id_beyond_the_last_message_waits_for_what_comes,
    a_last_event_id_is_a_number,
    a_status_is_told_when_it_changes,
    a_stopping_server_closes_its_streams,
    a_stream_of_another_server_tells_the_same,
    a_stream_that_nobody_reads_any_more_is_forgotten,
    a_stream_begins_with_the_first_message_and_tells_what_follows,
    a_stream_ends_after_the_status_of_the_end,
    a_stream_resumes_without_loss_or_repeat,
    after_the_end_the_stream_serves_what_was_missed_and_nothing_else_does,
    two_who_watch_see_the_same,
    who_has_seen_nothing_of_a_session_that_has_ended_asks_for_a_chat_log,
    typing_is_told_and_has_no_id,
);
