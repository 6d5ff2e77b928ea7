//! The live desk: taking over, answering, giving away, handing back.
use crate::support::{Api, Chat, PATIENCE, Reply, TestServer, bots, on_both_databases, texts};
use http::Method;
use serde_json::{Value, json};
use smartbot_model::EventType;
use smartbot_model::agent::Role;
use smartbot_testkit::until;
use std::time::Duration;

/// Does something with a chat.
pub(crate) async fn act(agent: &Api, chat: &Chat, what: &str, body: Value) -> Reply {
    let path = format!("/api/v1/desk/sessions/{}/{what}", chat.id);
    agent.post(&path, &body).await
}

/// One chat as the desk shows it.
pub(crate) async fn shown(agent: &Api, chat: &Chat) -> Value {
    let path = format!("/api/v1/desk/sessions/{}", chat.id);
    agent.get(&path).await.ok()
}

/// Chooses to be there, or not.
pub(crate) async fn be(agent: &Api, presence: Value) -> Value {
    let api = agent.clone().header("content-type", "application/json");
    let path = "/api/v1/desk/presence";
    api.call(Method::PUT, path, presence.to_string()).await.ok()
}

/// The id of the agent who is signed in.
pub(crate) async fn own_id(agent: &Api) -> Value {
    agent.get("/api/v1/admin/me").await.ok()["agent"]["id"].clone()
}

/// The ids of the sessions in a list.
pub(crate) async fn listed(agent: &Api, list: &str) -> Vec<String> {
    let page = agent
        .get(&format!("/api/v1/desk/sessions?{list}"))
        .await
        .ok();
    let ids = page["data"].as_array().unwrap().iter();
    ids.map(|it| it["session"]["id"].as_str().unwrap().to_owned())
        .collect()
}

/// A bot that hands off, and says something else where nobody is there.
pub(crate) fn hands_off_or_not() -> Value {
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
        let joined = kept.iter().position(|it| it["kind"] == "event").unwrap();
        let by = |who: &str, of: &[Value]| of.iter().filter(|it| it["from"] == who).count();
        assert_eq!(by("user", &kept), 5, "none is lost, none doubled");
        assert_eq!(
            by("bot", &kept[joined..]),
            0,
            "the bot is silent from then on"
        );
        // What the user wrote before is answered, each word once and right behind it.
        let mut said = kept[before..joined].iter();
        while let Some(word) = said.next() {
            assert_eq!(word["from"], "user");
            let echoed = said.next().unwrap()["text"].as_str().unwrap();
            assert!(echoed.contains(word["text"].as_str().unwrap()), "{echoed}");
            assert_eq!(said.next().unwrap()["from"], "bot", "it asks for the next");
        }
        let answered = answers.iter().filter(|it| it["messages"] != json!([]));
        assert_eq!(answered.count(), by("user", &kept[..joined]));
        assert_eq!(chat.say("after").await["messages"], json!([]));
    }
}

async fn an_agent_answers_and_hands_back(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let agent = server.browser(Role::Agent).await;
    let chat = server.bots().start(&greeter).await;
    let asked = texts(&chat.started).last().map(|it| (*it).to_owned());
    act(&agent, &chat, "messages", json!({"text": "x"}))
        .await
        .problem(409, "conflict");
    act(&agent, &chat, "take_over", json!({})).await.ok();
    act(&agent, &chat, "take_over", json!({})).await.ok();
    let lines = chat.messages().await;
    let line = lines.last().unwrap();
    assert_eq!(
        (&line["from"], &line["kind"]),
        (&json!("system"), &json!("event"))
    );
    let name = shown(&agent, &chat).await["agent"]["name"].clone();
    assert_eq!(
        line["text"],
        format!("{} joined the chat.", name.as_str().unwrap())
    );
    assert_eq!(chat.state().await["agent"]["name"], name);
    let mut stream = chat.stream_after(u32::try_from(lines.len()).unwrap()).await;
    assert_eq!(stream.expect("status").await.data["agent"]["name"], name);
    let hello = json!({"text": "Hello, this is Bea.", "client_message_id": "a1"});
    let said = act(&agent, &chat, "messages", hello.clone()).await.ok();
    assert_eq!(said["last_message"]["from"], "agent");
    let heard = stream.message().await;
    assert_eq!(heard.text(), "Hello, this is Bea.");
    assert_eq!(heard.data["from"], "agent");
    // A repeat is known as one; the same id with other words is not taken.
    act(&agent, &chat, "messages", hello).await.ok();
    act(
        &agent,
        &chat,
        "messages",
        json!({"text": "y", "client_message_id": "a1"}),
    )
    .await
    .problem(409, "client_message_id_reused");
    assert_eq!(chat.messages().await.len(), lines.len() + 1);
    act(&agent, &chat, "typing", json!({})).await.done();
    let typing = stream.expect("typing").await.data;
    assert_eq!((&typing["from"], &typing["name"]), (&json!("agent"), &name));
    chat.say("thank you").await;
    let all = shown(&agent, &chat).await;
    assert_eq!(
        (&all["status"], &all["unread"]),
        (&json!("with_agent"), &json!(true))
    );
    let who = all["agents"][0]["id"].clone();
    assert_eq!(who, own_id(&agent).await);
    act(&agent, &chat, "hand_back", json!({"box_id": "nowhere"}))
        .await
        .problem(400, "invalid_request");
    let back = act(&agent, &chat, "hand_back", json!({})).await.ok();
    assert_eq!(
        (&back["status"], &back["agent"]),
        (&json!("active"), &Value::Null)
    );
    assert_eq!(
        back["last_message"]["text"].as_str(),
        asked.as_deref(),
        "it asks once more"
    );
    assert_eq!(texts(&chat.say("a cough").await), ["Thank you: a cough."]);
    let path = format!("/api/v1/chat_logs?agent_id={}", who.as_str().unwrap());
    let found = server.db().get(&path).await.ok();
    assert_eq!(found["data"][0]["session"]["id"], chat.id);
    assert_eq!(found["data"].as_array().unwrap().len(), 1);
    for event in [EventType::SessionAgentJoined, EventType::SessionAgentLeft] {
        assert_eq!(server.count(event).await, 1);
    }
}

async fn a_note_is_for_agents_only(server: TestServer) {
    const NOTE: &str = "secret remark";
    let greeter = server.publish(&bots::greeter()).await;
    let agent = server.browser(Role::Agent).await;
    let chat = server.bots().start(&greeter).await;
    let me = chat.by(server.with(&chat.key));
    let mut stream = me.stream().await;
    let note = act(&agent, &chat, "notes", json!({"text": NOTE})).await;
    let note = note.created();
    assert_eq!(
        (&note["text"], &note["after_seq"]),
        (&json!(NOTE), &json!(2))
    );
    act(&agent, &chat, "take_over", json!({})).await.ok();
    let with_note = json!({"flag": "billing", "note": NOTE});
    act(&agent, &chat, "transfer", with_note).await.ok();
    act(&agent, &chat, "take_over", json!({})).await.ok();
    let answer = chat.send(&json!({"text": "hello?"})).await.ok();
    act(&agent, &chat, "close", json!({})).await.ok();
    act(&agent, &chat, "notes", json!({"text": NOTE}))
        .await
        .created();
    // A note stands on no path that an application or a visitor can read.
    for sent in stream.rest().await {
        assert!(!sent.data.to_string().contains(NOTE), "{sent:?}");
    }
    for said in [answer, chat.state().await, me.state().await] {
        assert!(!said.to_string().contains(NOTE), "{said}");
    }
    let all = shown(&agent, &chat).await;
    assert_eq!(all["notes"].as_array().unwrap().len(), 3);
    assert!(!all["messages"].to_string().contains(NOTE));
    assert!(
        !json!(
            server
                .events()
                .await
                .iter()
                .map(|it| it.data.clone())
                .collect::<Vec<_>>()
        )
        .to_string()
        .contains(NOTE)
    );
    let log = format!("/api/v1/chat_logs/{}", chat.id);
    let log = server.db().get(&log).await.ok();
    assert_eq!(
        (&log["notes"], log["agents"].as_array().unwrap().len()),
        (&all["notes"], 1)
    );
    let lines = server.db().get("/api/v1/chat_logs/export").await.lines();
    assert_eq!(lines[0]["notes"], all["notes"]);
    // Who is erased leaves nothing, on no page.
    let user = format!("/api/v1/users/{}", chat.user());
    server.db().delete(&user).await.done();
    let path = format!("/api/v1/desk/sessions/{}", chat.id);
    agent.get(&path).await.problem(404, "not_found");
    assert!(listed(&agent, "list=closed").await.is_empty());
}

async fn a_chat_goes_from_one_agent_to_another(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let (one, other) = (
        server.browser(Role::Agent).await,
        server.browser(Role::Agent).await,
    );
    let colleague = own_id(&other).await;
    let chat = server.bots().start(&echo).await;
    let nothing = || json!({});
    let take = async || act(&one, &chat, "take_over", nothing()).await.ok();
    let refused = async |what: &str| {
        let reply = act(&other, &chat, what, nothing()).await;
        reply.problem(409, "conflict");
    };
    let waits = async || {
        let it = shown(&other, &chat).await;
        it["status"] == "waiting_for_agent" && it["agent"].is_null() && it["offer"].is_null()
    };
    take().await;
    refused("transfer/accept").await;
    let own = json!({"agent_id": own_id(&one).await});
    act(&one, &chat, "transfer", own).await.faults();
    let to = json!({"agent_id": colleague, "note": "Asks for an invoice."});
    let offered = act(&one, &chat, "transfer", to.clone()).await.ok();
    assert_eq!(offered["offer"]["agent_id"], colleague);
    act(&other, &chat, "transfer/decline", nothing()).await.ok();
    assert!(waits().await, "what is declined waits for somebody");
    refused("transfer/decline").await;
    // Who takes it back has given nothing away.
    take().await;
    act(&one, &chat, "transfer", to.clone()).await.ok();
    assert_eq!(take().await["offer"], Value::Null);
    refused("transfer/accept").await;
    act(&one, &chat, "transfer", to.clone()).await.ok();
    let mine = act(&other, &chat, "transfer/accept", nothing()).await.ok();
    assert_eq!(
        (&mine["agent"]["id"], &mine["offer"]),
        (&colleague, &Value::Null)
    );
    act(&one, &chat, "messages", json!({"text": "x"}))
        .await
        .problem(409, "taken");
    assert_eq!(server.count(EventType::SessionTransferred).await, 1);
    // Nobody accepts in time: it waits for somebody.
    let back = json!({"agent_id": own_id(&one).await});
    act(&other, &chat, "transfer", back).await.ok();
    server.clock.advance(Duration::from_secs(61));
    until("the offer ends", PATIENCE, waits).await;
    act(&one, &chat, "transfer/accept", nothing())
        .await
        .problem(409, "conflict");
    take().await;
    // To a group: it waits again, and the group sees it.
    let queued = act(&one, &chat, "transfer", json!({"flag": "billing"})).await;
    let queued = queued.ok();
    assert_eq!(queued["wanted_flag"], "billing");
    assert_eq!(queued["user"]["flags"], json!(["billing"]));
    assert!(waits().await);
    take().await;
    act(&one, &chat, "close", nothing()).await.ok();
    act(&one, &chat, "take_over", nothing())
        .await
        .problem(410, "session_ended");
    assert_eq!(
        shown(&one, &chat).await["notes"].as_array().unwrap().len(),
        3
    );
    assert_eq!(server.count(EventType::SessionAgentJoined).await, 5);
    assert_eq!(server.count(EventType::SessionAgentLeft).await, 5);
    assert_eq!(server.count(EventType::SessionTransferred).await, 2);
    assert_eq!(server.count(EventType::SessionEnded).await, 1);
}

async fn a_chat_that_nobody_takes_falls_to_the_bots_way_for_that(server: TestServer) {
    const NOBODY: &str = "Nobody is here. Leave a message.";
    let bot = server.publish(&hands_off_or_not()).await;
    let chat = server.bots().start(&bot).await;
    assert_eq!(texts(&chat.started), [NOBODY]);
    let agent = server.browser(Role::Agent).await;
    let online = json!({"status": "online", "capacity": 1});
    be(&agent, online.clone()).await;
    let chat = server.bots().start(&bot).await;
    assert_eq!(texts(&chat.started), ["One moment."]);
    assert_eq!(
        listed(&agent, "list=needs_person").await,
        [chat.id.as_str()]
    );
    let mut stream = chat.stream_after(1).await;
    server.clock.advance(Duration::from_secs(3 * 60));
    assert_eq!(stream.message().await.text(), NOBODY);
    assert_eq!(server.count(EventType::SessionMissed).await, 1);
    // With as many chats as the agent takes, nobody is there for the next one.
    be(&agent, online).await;
    let chat = server.bots().start(&bot).await;
    act(&agent, &chat, "take_over", json!({})).await.ok();
    let next = server.bots().start(&bot).await;
    assert_eq!(texts(&next.started), [NOBODY]);
    // Given back, the bot goes on after the box that handed off, or at another one.
    let back = act(&agent, &chat, "hand_back", json!({})).await.ok();
    assert_eq!(back["last_message"]["text"], "Anything else?");
    let other = server.bots().start(&bot).await;
    act(&agent, &other, "take_over", json!({})).await.ok();
    let there = json!({"box_id": "nobody"});
    let back = act(&agent, &other, "hand_back", there).await.ok();
    assert_eq!(back["last_message"]["text"], NOBODY);
    assert_eq!(server.count(EventType::SessionMissed).await, 1);
    assert_eq!(server.count(EventType::SessionHandOffRequested).await, 3);
}

async fn lists_are_whole_page_by_page_and_searched(server: TestServer) {
    let desk = server.publish(&bots::greeter()).await;
    let agent = server.browser(Role::Agent).await;
    let mut chats = Vec::new();
    for _ in 0..5 {
        chats.push(server.bots().start(&desk).await);
        server.clock.advance(Duration::from_millis(5));
    }
    // The last one asks for a person first.
    for chat in chats.iter().rev() {
        chat.api
            .post(&chat.path("/hand_off"), &json!({}))
            .await
            .ok();
        server.clock.advance(Duration::from_millis(5));
    }
    act(&agent, &chats[0], "take_over", json!({})).await.ok();
    chats[1].end().await;
    let id = |place: usize| chats[place].id.clone();
    for (list, places) in [
        ("needs_person", vec![4, 3, 2]),
        ("mine", vec![0]),
        ("with_bot", vec![]),
        ("all", vec![4, 3, 2, 0]),
        ("closed", vec![1]),
    ] {
        let whole: Vec<String> = places.into_iter().map(id).collect();
        assert_eq!(listed(&agent, &format!("list={list}")).await, whole);
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/api/v1/desk/sessions?list={list}&limit=1{cursor}");
            let page = agent.get(&path).await.ok();
            let some = page["data"].as_array().unwrap();
            found.extend(some.iter().map(|it| it["session"]["id"].clone()));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(json!(found), json!(whole), "{list}, page by page");
    }
    let counts = agent.get("/api/v1/desk/counts").await.ok();
    assert_eq!(
        counts,
        json!({"needs_person": 3, "mine": 1, "snoozed": 0, "with_bot": 0, "all": 4})
    );
    chats[2].say("my Knée hurts").await;
    for (q, places) in [("knee", vec![2]), ("Thank", vec![]), ("elbow", vec![])] {
        let found: Vec<String> = places.into_iter().map(id).collect();
        assert_eq!(listed(&agent, &format!("q={q}")).await, found, "{q}");
    }
    let path = "/api/v1/desk/sessions?q=%2E";
    agent.get(path).await.problem(400, "invalid_parameter");
}

on_both_databases!(
    a_chat_goes_from_one_agent_to_another,
    a_chat_that_nobody_takes_falls_to_the_bots_way_for_that,
    a_note_is_for_agents_only,
    an_agent_answers_and_hands_back,
    lists_are_whole_page_by_page_and_searched,
    no_message_is_lost_or_answered_twice_while_somebody_takes_over,
    of_two_who_take_over_at_once_one_wins_two_hundred_times,
);
