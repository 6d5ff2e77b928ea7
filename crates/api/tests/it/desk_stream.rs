//! What desks hear, on the node where it happens and on another one.
use crate::desk::{act, be, hands_off_or_not};
use crate::support::sse::{Sent, Sse};
use crate::support::{TestServer, bots, on_both_databases};
use serde_json::{Value, json};
use smartbot_model::EventType;
use smartbot_model::agent::Role;

const STREAM: &str = "/api/v1/desk/stream";

/// The next event of this name; what comes between is passed over.
async fn next(desk: &mut Sse, name: &str) -> Value {
    until(desk, |it| it.name == name).await
}

/// The data of the next event of which this holds.
async fn until(desk: &mut Sse, holds: impl Fn(&Sent) -> bool) -> Value {
    loop {
        let sent = desk.next().await.expect("the stream ended before that");
        if holds(&sent) {
            return sent.data;
        }
    }
}

async fn a_desk_hears_what_happens(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let agent = server.browser(Role::Agent).await;
    let mut desk = agent.open(STREAM).await;
    assert_eq!(next(&mut desk, "counts").await["all"], 0);
    let chat = server.bots().start(&echo).await;
    let message = next(&mut desk, "message").await;
    assert_eq!(
        (&message["session_id"], &message["message"]["seq"]),
        (&json!(chat.id), &json!(1))
    );
    assert_eq!(next(&mut desk, "session").await["session"]["id"], chat.id);
    assert_eq!(next(&mut desk, "counts").await["with_bot"], 1);
    act(&agent, &chat, "take_over", json!({})).await.ok();
    let joined = next(&mut desk, "message").await;
    assert_eq!(joined["message"]["kind"], "event");
    assert_eq!(next(&mut desk, "session").await["status"], "with_agent");
    assert_eq!(next(&mut desk, "counts").await["mine"], 1);
    // Each message once, in order, however quickly they come.
    let says = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    ];
    for text in says {
        chat.say(text).await;
    }
    let mut heard = Vec::new();
    while heard.len() < says.len() {
        let message = next(&mut desk, "message").await;
        let seq = message["message"]["seq"].as_u64().unwrap();
        assert_eq!(seq, 3 + heard.len() as u64, "{message}");
        heard.push(message["message"]["text"].clone());
    }
    assert_eq!(json!(heard), json!(says));
    let typing = chat.api.post(&chat.path("/typing"), &json!({})).await;
    typing.done();
    assert_eq!(next(&mut desk, "typing").await["from"], "user");
    act(&agent, &chat, "notes", json!({"text": "x"}))
        .await
        .created();
    assert_eq!(next(&mut desk, "note").await["session_id"], chat.id);
    be(&agent, json!({"status": "away"})).await;
    next(&mut desk, "presence").await;
    chat.end().await;
    until(&mut desk, |it| {
        it.name == "session" && it.data["status"] == "ended"
    })
    .await;
    assert_eq!(next(&mut desk, "counts").await["all"], 0);
}

async fn a_desk_ends_with_the_right_to_see_it(server: TestServer) {
    let agent = server.browser(Role::Agent).await;
    let mut desk = agent.open(STREAM).await;
    next(&mut desk, "counts").await;
    agent
        .post("/api/v1/admin/sign_out", &json!({}))
        .await
        .done();
    desk.rest().await;
    server
        .nobody()
        .get(STREAM)
        .await
        .problem(401, "not_signed_in");
}

/// A chat that is led from both of two servers: where a database is shared, they agree.
async fn two_nodes_agree(server: TestServer) {
    if !server.is_shared() {
        return;
    }
    let bot = server.publish(&hands_off_or_not()).await;
    let node = server.another_node().await;
    let here = server.browser(Role::Agent).await;
    let there = server.browser(Role::Agent).await.at(node.address());
    let mut desk = there.open(STREAM).await;
    next(&mut desk, "counts").await;
    // Only there somebody is online, and it counts here.
    let chat = server.bots().start(&bot).await;
    assert_eq!(chat.started["messages"][0]["text"], "One moment.");
    until(&mut desk, |it| {
        it.name == "session" && it.data["status"] == "waiting_for_agent"
    })
    .await;
    let elsewhere = chat.by(server.bots().at(node.address()));
    let (first, second) = tokio::join!(
        act(&here, &chat, "take_over", json!({})),
        act(&there, &elsewhere, "take_over", json!({})),
    );
    let (winner, lost) = if first.status == 200 {
        (&here, second)
    } else {
        (&there, first)
    };
    lost.problem(409, "taken");
    // Both write through whichever node; the numbers have no gap and each desk hears each message.
    for turn in 0..6 {
        let (by, text) = if turn % 2 == 0 {
            (&chat, format!("here {turn}"))
        } else {
            (&elsewhere, format!("there {turn}"))
        };
        by.say(&text).await;
        let answer = json!({"text": format!("answer {turn}")});
        act(winner, by, "messages", answer).await.ok();
    }
    let mut told = Vec::new();
    while told.len() < 12 {
        let message = next(&mut desk, "message").await["message"].clone();
        if ["user", "agent"].contains(&message["from"].as_str().unwrap()) {
            told.push(message["seq"].as_u64().unwrap());
        }
    }
    let first = told[0];
    assert_eq!(told, (first..first + 12).collect::<Vec<_>>());
    assert_eq!(server.count(EventType::SessionAgentJoined).await, 1);
}

on_both_databases!(
    a_desk_ends_with_the_right_to_see_it,
    a_desk_hears_what_happens,
    two_nodes_agree,
);
