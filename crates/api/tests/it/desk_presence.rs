//! Who is there, and what becomes of the chats of agents who go.
use crate::desk::{act, be, hands_off_or_not, listed, own_id, shown};
use crate::support::{PATIENCE, TestServer, bots, on_both_databases};
use serde_json::{Value, json};
use smartbot_model::EventType;
use smartbot_model::agent::Role;
use smartbot_testkit::until;
use std::time::Duration;

const PRESENCE: &str = "/api/v1/desk/presence";
const STREAM: &str = "/api/v1/desk/stream";

async fn an_agent_is_there_while_a_desk_is_open_and_lost_half_a_minute_after(server: TestServer) {
    let agent = server.browser(Role::Agent).await;
    let status = async || agent.get(PRESENCE).await.ok()["status"].clone();
    assert_eq!(status().await, "offline");
    let (first, second) = (agent.open(STREAM).await, agent.open(STREAM).await);
    assert_eq!(status().await, "online");
    drop(first);
    assert_eq!(status().await, "online");
    assert_eq!(server.count(EventType::AgentStatusChanged).await, 1);
    drop(second);
    until("the server notices", PATIENCE, async || {
        server.app.live.open_desks().is_empty()
    })
    .await;
    server.clock.advance(Duration::from_secs(31));
    assert_eq!(status().await, "offline");
    until("the loss is told", PATIENCE, async || {
        server.count(EventType::AgentStatusChanged).await == 2
    })
    .await;
    for chosen in ["away", "away", "online", "offline"] {
        assert_eq!(
            be(&agent, json!({"status": chosen})).await["status"],
            chosen
        );
        assert_eq!(status().await, chosen);
    }
    assert_eq!(server.count(EventType::AgentStatusChanged).await, 5);
    let changes: Vec<(Value, Value)> = server
        .events()
        .await
        .into_iter()
        .filter(|it| it.event_type == EventType::AgentStatusChanged)
        .map(|it| {
            (
                it.data["previous_status"].clone(),
                it.data["status"].clone(),
            )
        })
        .collect();
    for (before, after) in changes.iter().zip(&changes[1..]) {
        assert_eq!(before.1, after.0, "each begins where the one before ended");
    }
    let set = be(&agent, json!({"status": "online", "capacity": 7})).await;
    assert_eq!(set, json!({"status": "online", "capacity": 7}));
    let all = agent.get("/api/v1/desk/agents").await.ok();
    assert_eq!(all["data"][0]["capacity"], 7);
}

/// The desk is open on every screen of the app: who is there for other work is there for chats only once that was said.
async fn who_manages_agents_is_away_until_somebody_said_otherwise(server: TestServer) {
    let bot = server.publish(&hands_off_or_not()).await;
    for role in [Role::Owner, Role::Admin] {
        let manager = server.browser(role).await;
        let status = async || manager.get(PRESENCE).await.ok()["status"].clone();
        let desk = manager.open(STREAM).await;
        assert_eq!(status().await, "away");
        let chat = server.bots().start(&bot).await;
        assert_eq!(
            chat.started["session"]["status"], "active",
            "nobody is free"
        );
        be(&manager, json!({"status": "online"})).await;
        let chat = server.bots().start(&bot).await;
        assert_eq!(chat.started["session"]["status"], "waiting_for_agent");
        // What was chosen holds for the next time.
        drop(desk);
        until("the server notices", PATIENCE, async || {
            server.app.live.open_desks().is_empty()
        })
        .await;
        server.clock.advance(Duration::from_secs(31));
        assert_eq!(status().await, "offline");
        let _desk = manager.open(STREAM).await;
        assert_eq!(status().await, "online");
        be(&manager, json!({"status": "offline"})).await;
    }
}

async fn the_chats_of_an_agent_who_goes_wait_for_somebody(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let (owner, agent) = (
        server.browser(Role::Owner).await,
        server.browser(Role::Agent).await,
    );
    let id = own_id(&agent).await;
    let mut desk = agent.open(STREAM).await;
    let mut chats = Vec::new();
    for _ in 0..3 {
        let chat = server.bots().start(&echo).await;
        act(&agent, &chat, "take_over", json!({})).await.ok();
        chats.push(chat);
    }
    let reply = json!({"name": "mine", "text": "My own words.", "is_personal": true});
    let canned = "/api/v1/desk/canned_replies";
    agent.post(canned, &reply).await.created();
    let path = format!("/api/v1/agents/{}", id.as_str().unwrap());
    owner.delete(&path).await.done();
    // At once: its sessions are over, its stream ends, its chats wait.
    agent.get(PRESENCE).await.problem(401, "not_signed_in");
    desk.rest().await;
    let mut waiting = listed(&owner, "list=needs_person").await;
    waiting.sort();
    let mut all: Vec<String> = chats.iter().map(|it| it.id.clone()).collect();
    all.sort();
    assert_eq!(waiting, all);
    for chat in &chats {
        assert_eq!(chat.say("hello?").await["messages"], json!([]));
        act(&owner, chat, "take_over", json!({})).await.ok();
    }
    assert_eq!(server.count(EventType::SessionAgentLeft).await, 3);
    assert_eq!(server.count(EventType::AgentLogout).await, 1);
    assert_eq!(server.count(EventType::AgentStatusChanged).await, 2);
}

async fn who_may_not_have_a_chat_any_more_gives_it_up(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let (owner, agent) = (
        server.browser(Role::Owner).await,
        server.browser(Role::Agent).await,
    );
    let id = own_id(&agent).await;
    let path = format!("/api/v1/agents/{}", id.as_str().unwrap());
    for patch in [
        json!({"role": "viewer"}),
        json!({"limited_to_flags": ["vip"]}),
    ] {
        let back = json!({"role": "agent", "limited_to_flags": []});
        owner.patch(&path, &back).await.ok();
        let chat = server.bots().start(&echo).await;
        act(&agent, &chat, "take_over", json!({})).await.ok();
        owner.patch(&path, &patch).await.ok();
        until("the chat waits", PATIENCE, async || {
            shown(&owner, &chat).await["status"] == "waiting_for_agent"
        })
        .await;
    }
    // Taking the last flag off that lets one see the user is giving the chat up as well.
    let chat = server.bots().start(&echo).await;
    let flag = format!("/api/v1/desk/sessions/{}/flags/vip", chat.id);
    owner.put(&flag).await.done();
    act(&agent, &chat, "take_over", json!({})).await.ok();
    agent.delete(&flag).await.done();
    until("the chat waits", PATIENCE, async || {
        shown(&owner, &chat).await["status"] == "waiting_for_agent"
    })
    .await;
    assert_eq!(server.count(EventType::SessionAgentLeft).await, 3);
}

/// A whole visit to the desk: each event once, and in this order.
async fn each_event_is_told_once(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let (one, other) = (
        server.browser(Role::Agent).await,
        server.browser(Role::Agent).await,
    );
    be(&one, json!({"status": "online"})).await;
    be(&one, json!({"status": "online"})).await;
    be(&one, json!({"status": "away"})).await;
    let chat = server.bots().start(&echo).await;
    chat.api
        .post(&chat.path("/hand_off"), &json!({"flag": "billing"}))
        .await
        .ok();
    server.clock.advance(Duration::from_secs(3 * 60));
    until("it is missed", PATIENCE, async || {
        server.count(EventType::SessionMissed).await == 1
    })
    .await;
    act(&one, &chat, "take_over", json!({})).await.ok();
    let path = format!("/api/v1/desk/sessions/{}/fields", chat.id);
    let fields = json!({"fields": {"user_city": "Riverside"}});
    one.patch(&path, &fields).await.ok();
    let to = json!({"agent_id": own_id(&other).await});
    act(&one, &chat, "transfer", to).await.ok();
    act(&other, &chat, "transfer/accept", json!({})).await.ok();
    act(&other, &chat, "hand_back", json!({})).await.ok();
    act(&other, &chat, "take_over", json!({})).await.ok();
    act(&other, &chat, "close", json!({})).await.ok();
    let shown = shown(&one, &chat).await;
    let origin = &shown["origins"]["fields"]["user_city"];
    assert_eq!(
        (&origin["by"]["kind"], &origin["by"]["id"]),
        (&json!("agent"), &own_id(&one).await)
    );
    assert_eq!(origin["session_id"], chat.id);
    one.post("/api/v1/admin/sign_out", &json!({})).await.done();
    let told = |it: &EventType| {
        let name = it.as_str();
        name.starts_with("agent.") || name.starts_with("session.")
    };
    let mut names: Vec<&str> = Vec::new();
    let events = server.events().await;
    names.extend(
        events
            .iter()
            .map(|it| it.event_type)
            .filter(told)
            .map(EventType::as_str),
    );
    // Those who were lost while the clock went on are told at any time.
    names.retain(|it| *it != "agent.status_changed");
    assert_eq!(
        names,
        [
            "agent.created",
            "agent.login",
            "agent.created",
            "agent.login",
            "session.started",
            "session.hand_off_requested",
            "session.missed",
            "session.agent_joined",
            "session.agent_left",
            "session.transferred",
            "session.agent_joined",
            "session.agent_left",
            "session.agent_joined",
            "session.agent_left",
            "session.ended",
            "agent.logout",
        ]
    );
    until("the loss is told", PATIENCE, async || {
        server.count(EventType::AgentStatusChanged).await == 3
    })
    .await;
}

on_both_databases!(
    an_agent_is_there_while_a_desk_is_open_and_lost_half_a_minute_after,
    each_event_is_told_once,
    who_manages_agents_is_away_until_somebody_said_otherwise,
    the_chats_of_an_agent_who_goes_wait_for_somebody,
    who_may_not_have_a_chat_any_more_gives_it_up,
);
