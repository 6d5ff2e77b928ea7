//! The live desk: taking over, answering, giving away, handing back, and who is there.
use crate::support::{Api, Chat, TestServer, bots, on_both_databases, texts};
use serde_json::{Value, json};
use smartbot_model::EventType;
use smartbot_model::agent::Role;
use std::time::Duration;

const PRESENCE: &str = "/api/v1/desk/presence";

async fn act(agent: &Api, chat: &Chat, what: &str, body: Value) -> crate::support::Reply {
    let path = format!("/api/v1/desk/sessions/{}/{what}", chat.id);
    agent.post(&path, &body).await
}

async fn shown(agent: &Api, chat: &Chat) -> Value {
    agent
        .get(&format!("/api/v1/desk/sessions/{}", chat.id))
        .await
        .ok()
}

async fn of_two_who_take_over_at_once_one_wins_two_hundred_times(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let (one, other) = (
        server.browser(Role::Agent).await,
        server.browser(Role::Agent).await,
    );
    for _ in 0..200 {
        let chat = server.bots().start(&echo).await;
        let (first, second) = tokio::join!(
            act(&one, &chat, "take_over", json!({})),
            act(&other, &chat, "take_over", json!({})),
        );
        let (won, lost) = if first.status == 200 {
            (first, second)
        } else {
            (second, first)
        };
        let won = won.ok();
        let problem = lost.problem(409, "taken");
        assert_eq!(problem["agent"], won["agent"], "the loser hears who has it");
        let answer = chat.say("anybody?").await;
        assert_eq!(answer["messages"], json!([]), "the bot is silent");
        assert_eq!(answer["session"]["status"], "with_agent");
    }
    assert_eq!(server.count(EventType::SessionAgentJoined).await, 200);
}

async fn no_message_is_lost_or_answered_twice_while_somebody_takes_over(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let agent = server.browser(Role::Agent).await;
    for _ in 0..10 {
        let chat = server.bots().start(&echo).await;
        let before = chat.messages().await.len();
        let says = (0..5).map(|it| {
            let chat = chat.clone();
            async move {
                let body =
                    json!({"text": format!("word {it}"), "client_message_id": format!("m{it}")});
                chat.send(&body).await.ok()
            }
        });
        let (answers, taken) = tokio::join!(
            futures_util::future::join_all(says),
            act(&agent, &chat, "take_over", json!({})),
        );
        taken.ok();
        let kept = chat.messages().await;
        for (place, message) in kept.iter().enumerate() {
            assert_eq!(message["seq"], place + 1, "no gap");
        }
        let by = |who: &str| kept[before..].iter().filter(|it| it["from"] == who).count();
        let answered = answers
            .iter()
            .filter(|it| it["messages"] != json!([]))
            .count();
        assert_eq!((by("user"), by("bot")), (5, answered));
        let last_bot = kept.iter().rposition(|it| it["from"] == "bot").unwrap();
        // Whatever the bot said, it said before the agent came: what it left unanswered comes after.
        let unanswered = kept[last_bot..]
            .iter()
            .filter(|it| it["from"] == "user")
            .count();
        assert_eq!(unanswered, 5 - answered);
        assert_eq!(chat.say("after").await["messages"], json!([]));
    }
}

async fn an_agent_answers_notes_and_hands_back(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let agent = server.browser(Role::Agent).await;
    let chat = server.bots().start(&greeter).await;
    let asked = texts(&chat.started)
        .last()
        .map(|it| (*it).to_owned())
        .unwrap();
    act(&agent, &chat, "messages", json!({"text": "x"}))
        .await
        .problem(409, "conflict");
    act(&agent, &chat, "take_over", json!({})).await.ok();
    act(&agent, &chat, "take_over", json!({})).await.ok();
    let seen = u32::try_from(chat.messages().await.len()).unwrap();
    let mut stream = chat.stream_after(seen).await;
    let said = act(
        &agent,
        &chat,
        "messages",
        json!({"text": "Hello, this is Bea.", "client_message_id": "a1"}),
    )
    .await
    .ok();
    assert_eq!(said["last_message"]["from"], "agent");
    let heard = stream.message().await;
    assert_eq!(
        (heard.text(), &heard.data["from"]),
        ("Hello, this is Bea.", &json!("agent"))
    );
    act(&agent, &chat, "notes", json!({"text": "secret remark"}))
        .await
        .created();
    act(&agent, &chat, "typing", json!({})).await.done();
    assert_eq!(stream.expect("typing").await.data["from"], "agent");
    chat.say("thank you").await;
    let all = shown(&agent, &chat).await;
    assert_eq!(all["notes"][0]["text"], "secret remark");
    assert_eq!(all["notes"][0]["after_seq"], seen + 1);
    assert_eq!(
        (&all["status"], &all["unread"]),
        (&json!("with_agent"), &json!(true))
    );
    assert_eq!(all["agents"].as_array().unwrap().len(), 1);
    let who = all["agent"]["id"].as_str().unwrap();
    // A note stands on no path that an application or a visitor can read.
    let me = chat.by(server.with(&chat.key));
    for answer in [
        chat.state().await,
        json!(chat.messages().await),
        me.state().await,
        json!(me.messages().await),
    ] {
        assert!(!answer.to_string().contains("secret remark"), "{answer}");
    }
    let back = act(&agent, &chat, "hand_back", json!({})).await.ok();
    assert_eq!(
        (&back["status"], &back["agent"]),
        (&json!("active"), &Value::Null)
    );
    assert_eq!(
        back["last_message"]["text"], asked,
        "the bot asks once more"
    );
    chat.say("Ana").await;
    let log = server
        .db()
        .get(&format!("/api/v1/chat_logs/{}", chat.id))
        .await
        .ok();
    assert_eq!(
        (&log["agents"][0]["id"], &log["notes"][0]["text"]),
        (&json!(who), &json!("secret remark"))
    );
    let path = format!("/api/v1/chat_logs?agent_id={who}");
    let found = server.db().get(&path).await.ok();
    assert_eq!(found["data"][0]["session"]["id"], chat.id);
    assert_eq!(found["data"].as_array().unwrap().len(), 1);
    for event in [EventType::SessionAgentJoined, EventType::SessionAgentLeft] {
        assert_eq!(server.count(event).await, 1);
    }
}

async fn a_chat_goes_from_one_agent_to_another(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let (one, other) = (
        server.browser(Role::Agent).await,
        server.browser(Role::Agent).await,
    );
    let colleague = other.get("/api/v1/admin/me").await.ok()["agent"]["id"].clone();
    let chat = server.bots().start(&echo).await;
    act(&one, &chat, "take_over", json!({})).await.ok();
    act(&other, &chat, "transfer/accept", json!({}))
        .await
        .problem(409, "conflict");
    let to = json!({"agent_id": colleague, "note": "Asks for an invoice."});
    let offered = act(&one, &chat, "transfer", to.clone()).await.ok();
    assert_eq!(offered["offer"]["agent_id"], colleague);
    act(&other, &chat, "transfer/decline", json!({})).await.ok();
    act(&other, &chat, "transfer/accept", json!({}))
        .await
        .problem(409, "conflict");
    act(&one, &chat, "transfer", to).await.ok();
    let mine = act(&other, &chat, "transfer/accept", json!({})).await.ok();
    assert_eq!(mine["agent"]["id"], colleague);
    act(&one, &chat, "messages", json!({"text": "x"}))
        .await
        .problem(409, "taken");
    assert_eq!(server.count(EventType::SessionTransferred).await, 1);
    // Nobody accepts in time: it stays where it is.
    act(
        &other,
        &chat,
        "transfer",
        json!({"agent_id": one.get("/api/v1/admin/me").await.ok()["agent"]["id"]}),
    )
    .await
    .ok();
    server.clock.advance(Duration::from_secs(61));
    act(&one, &chat, "transfer/accept", json!({}))
        .await
        .problem(409, "conflict");
    assert_eq!(shown(&other, &chat).await["offer"], Value::Null);
    // To a group: it waits again.
    let queued = act(&other, &chat, "transfer", json!({"flag": "billing"}))
        .await
        .ok();
    assert_eq!(
        (&queued["status"], &queued["wanted_flag"]),
        (&json!("waiting_for_agent"), &json!("billing"))
    );
    act(&one, &chat, "take_over", json!({})).await.ok();
    act(&one, &chat, "close", json!({})).await.ok();
    act(&one, &chat, "take_over", json!({}))
        .await
        .problem(410, "session_ended");
    assert_eq!(server.count(EventType::SessionAgentJoined).await, 3);
    assert_eq!(server.count(EventType::SessionAgentLeft).await, 3);
}

fn hands_off_or_not() -> Value {
    let boxes = json!([
        {"id": "agent", "type": "hand_off", "message": "One moment."},
        {"id": "nobody", "type": "text", "text": "Nobody is here. Leave a message."},
        {"id": "back", "type": "text", "text": "Anything else?"},
    ]);
    let links = json!([
        {"from": "agent", "to": "nobody", "when": {"op": "no_agent"}},
        {"from": "agent", "to": "back"},
    ]);
    bots::bot("Desk", boxes, links, json!([]))
}

async fn a_chat_that_nobody_takes_falls_to_the_bots_way_for_that(server: TestServer) {
    let bot = server.publish(&hands_off_or_not()).await;
    let chat = server.bots().start(&bot).await;
    assert_eq!(texts(&chat.started), ["Nobody is here. Leave a message."]);
    let agent = server.browser(Role::Agent).await;
    let online = json!({"status": "online", "capacity": 1});
    let put = async |body: &Value| {
        let api = agent.clone().header("content-type", "application/json");
        api.call(http::Method::PUT, PRESENCE, body.to_string())
            .await
            .ok()
    };
    put(&online).await;
    let chat = server.bots().start(&bot).await;
    assert_eq!(texts(&chat.started), ["One moment."]);
    let waits = agent
        .get("/api/v1/desk/sessions?list=needs_person")
        .await
        .ok();
    assert_eq!(waits["data"][0]["session"]["id"], chat.id);
    let mut stream = chat.stream_after(1).await;
    server.clock.advance(Duration::from_secs(3 * 60));
    assert_eq!(
        stream.message().await.text(),
        "Nobody is here. Leave a message."
    );
    assert_eq!(server.count(EventType::SessionMissed).await, 1);
    // With as many chats as the agent takes, nobody is there for the next one.
    put(&online).await;
    let chat = server.bots().start(&bot).await;
    act(&agent, &chat, "take_over", json!({})).await.ok();
    let next = server.bots().start(&bot).await;
    assert_eq!(texts(&next.started), ["Nobody is here. Leave a message."]);
    // Given back at the box, the bot goes the way for that.
    let back = act(&agent, &chat, "hand_back", json!({})).await.ok();
    assert_eq!(back["last_message"]["text"], "Anything else?");
    let other = server.bots().start(&bot).await;
    act(&agent, &other, "take_over", json!({})).await.ok();
    let back = act(&agent, &other, "hand_back", json!({"box_id": "nobody"}))
        .await
        .ok();
    assert_eq!(
        back["last_message"]["text"],
        "Nobody is here. Leave a message."
    );
}

async fn an_agent_is_there_while_a_desk_is_open_and_lost_half_a_minute_after(server: TestServer) {
    let agent = server.browser(Role::Agent).await;
    let status = async || agent.get(PRESENCE).await.ok()["status"].clone();
    assert_eq!(status().await, "offline");
    let (first, second) = (
        agent.open("/api/v1/desk/stream").await,
        agent.open("/api/v1/desk/stream").await,
    );
    assert_eq!(status().await, "online");
    drop(first);
    assert_eq!(status().await, "online");
    assert_eq!(server.count(EventType::AgentStatusChanged).await, 1);
    drop(second);
    server.clock.advance(Duration::from_secs(31));
    assert_eq!(status().await, "offline");
    smartbot_testkit::until("the loss is told", crate::support::PATIENCE, async || {
        server.count(EventType::AgentStatusChanged).await == 2
    })
    .await;
    let api = agent.clone().header("content-type", "application/json");
    for chosen in ["away", "away", "online", "offline"] {
        let body = json!({"status": chosen}).to_string();
        api.call(http::Method::PUT, PRESENCE, body).await.ok();
        assert_eq!(status().await, chosen);
    }
    assert_eq!(server.count(EventType::AgentStatusChanged).await, 5);
}

async fn a_desk_hears_what_happens(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let agent = server.browser(Role::Agent).await;
    let mut desk = agent.open("/api/v1/desk/stream").await;
    assert_eq!(desk.expect("counts").await.data["all"], 0);
    let chat = server.bots().start(&echo).await;
    let message = desk.expect("message").await.data;
    assert_eq!(
        (&message["session_id"], &message["message"]["seq"]),
        (&json!(chat.id), &json!(1))
    );
    assert_eq!(desk.expect("session").await.data["session"]["id"], chat.id);
    assert_eq!(desk.expect("counts").await.data["with_bot"], 1);
    act(&agent, &chat, "take_over", json!({})).await.ok();
    assert_eq!(desk.expect("session").await.data["status"], "with_agent");
    assert_eq!(desk.expect("counts").await.data["mine"], 1);
    chat.say("hello").await;
    assert_eq!(
        desk.expect("message").await.data["message"]["text"],
        "hello"
    );
    chat.api
        .post(&chat.path("/typing"), &json!({}))
        .await
        .done();
    assert_eq!(desk.expect("typing").await.data["from"], "user");
    act(&agent, &chat, "notes", json!({"text": "x"}))
        .await
        .created();
    assert_eq!(desk.expect("note").await.data["session_id"], chat.id);
}

on_both_databases!(
    a_chat_goes_from_one_agent_to_another,
    a_chat_that_nobody_takes_falls_to_the_bots_way_for_that,
    a_desk_hears_what_happens,
    an_agent_answers_notes_and_hands_back,
    an_agent_is_there_while_a_desk_is_open_and_lost_half_a_minute_after,
    no_message_is_lost_or_answered_twice_while_somebody_takes_over,
    of_two_who_take_over_at_once_one_wins_two_hundred_times,
);
