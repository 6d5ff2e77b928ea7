//! Chats that are put aside for a while, and how long chats wait before they count as missed.
use crate::desk::{act, listed, shown};
use crate::support::{Api, Chat, PATIENCE, TestServer, bots, on_both_databases};
use serde_json::{Value, json};
use smartbot_app::workspaces::SettingsPatch;
use smartbot_model::agent::Role;
use smartbot_model::{EventType, Time};
use smartbot_testkit::until;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3_600);

/// An agent whom no advance of the clock signs out.
async fn agents(server: &TestServer) -> [Api; 2] {
    let patch = SettingsPatch {
        idle_minutes: Some(720),
        ..SettingsPatch::default()
    };
    let set = server.app.update_settings(server.workspace, &patch);
    set.await.unwrap();
    [
        server.browser(Role::Agent).await,
        server.browser(Role::Agent).await,
    ]
}

fn in_time(server: &TestServer, span: Duration) -> Value {
    json!({"until": server.app.now().plus(span)})
}

async fn snooze(server: &TestServer, agent: &Api, chat: &Chat, span: Duration) {
    let body = in_time(server, span);
    act(agent, chat, "snooze", body).await.done();
}

async fn wake(agent: &Api, chat: &Chat) {
    let path = format!("/api/v1/desk/sessions/{}/snooze", chat.id);
    agent.delete(&path).await.done();
}

async fn counts(agent: &Api) -> [u64; 4] {
    let counts = agent.get("/api/v1/desk/counts").await.ok();
    ["needs_person", "mine", "snoozed", "all"].map(|it| counts[it].as_u64().unwrap())
}

async fn a_snoozed_chat_has_a_list_of_its_own_and_comes_back_by_itself(server: TestServer) {
    let [one, other] = agents(&server).await;
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    act(&one, &chat, "take_over", json!({})).await.ok();
    let mut desk = other.open("/api/v1/desk/stream").await;
    assert_eq!(desk.expect("counts").await.data["snoozed"], 0);
    let body = in_time(&server, HOUR);
    let refused = act(&other, &chat, "snooze", body.clone()).await;
    refused.problem(409, "taken");
    act(&one, &chat, "snooze", body.clone()).await.done();
    assert_eq!(shown(&one, &chat).await["snoozed_until"], body["until"]);
    // The others hear of it.
    loop {
        let sent = desk.next().await.expect("the stream ended");
        if sent.name == "counts" && sent.data["snoozed"] == 1 {
            break;
        }
    }
    for (list, is_there) in [
        ("mine", false),
        ("needs_person", false),
        ("snoozed", true),
        ("all", true),
        ("closed", false),
    ] {
        let found = listed(&one, &format!("list={list}")).await;
        assert_eq!(found.contains(&chat.id), is_there, "{list}");
    }
    assert_eq!(counts(&one).await, [0, 0, 1, 1]);
    // The agent says something, and it stays where it is.
    let says = json!({"text": "I ask a colleague."});
    act(&one, &chat, "messages", says).await.ok();
    assert_eq!(counts(&one).await, [0, 0, 1, 1]);
    server.clock.advance(HOUR);
    until("it comes back", PATIENCE, async || {
        counts(&one).await == [0, 1, 0, 1]
    })
    .await;
    assert_eq!(shown(&one, &chat).await["snoozed_until"], Value::Null);
    assert_eq!(listed(&one, "list=mine").await, [chat.id.as_str()]);
}

async fn a_user_who_writes_brings_a_snoozed_chat_back(server: TestServer) {
    let [agent, other] = agents(&server).await;
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    act(&agent, &chat, "take_over", json!({})).await.ok();
    snooze(&server, &agent, &chat, HOUR).await;
    chat.say("One more thing.").await;
    assert_eq!(counts(&agent).await, [0, 1, 0, 1]);
    // Put aside again, until later: what was before brings nothing back.
    snooze(&server, &agent, &chat, 3 * HOUR).await;
    snooze(&server, &agent, &chat, 2 * HOUR).await;
    let again = shown(&agent, &chat).await["snoozed_until"].clone();
    server.clock.advance(HOUR + Duration::from_secs(1));
    until("the first is over", PATIENCE, async || {
        let due = server.app.store.next_job_due().await.unwrap();
        due.is_some_and(|it| json!(it) == again)
    })
    .await;
    assert_eq!(counts(&agent).await, [0, 0, 1, 1]);
    wake(&agent, &chat).await;
    wake(&agent, &chat).await;
    assert_eq!(counts(&agent).await, [0, 1, 0, 1]);
    // One that waits is for everybody, and whoever takes it has it at hand.
    let waiting = server.bots().start(&echo).await;
    let hand_off = waiting.path("/hand_off");
    waiting.api.post(&hand_off, &json!({})).await.ok();
    snooze(&server, &other, &waiting, HOUR).await;
    assert_eq!(counts(&agent).await, [0, 1, 1, 2]);
    act(&agent, &waiting, "take_over", json!({})).await.ok();
    assert_eq!(counts(&agent).await, [0, 2, 0, 2]);
}

fn waiting_since(chat: &Value) -> Time {
    serde_json::from_value(chat["waiting_since"].clone()).unwrap()
}

async fn the_clock_of_those_who_wait_stands_while_they_are_snoozed(server: TestServer) {
    let [agent, _] = agents(&server).await;
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    chat.api
        .post(&chat.path("/hand_off"), &json!({}))
        .await
        .ok();
    server.clock.advance(Duration::from_secs(100));
    snooze(&server, &agent, &chat, HOUR).await;
    server.clock.advance(HOUR);
    until("it comes back", PATIENCE, async || {
        counts(&agent).await == [1, 0, 0, 1]
    })
    .await;
    assert_eq!(server.count(EventType::SessionMissed).await, 0);
    let since = waiting_since(&shown(&agent, &chat).await);
    let waited = server.app.now().since(since).as_secs();
    assert!((100..160).contains(&waited), "{waited}");
    let due = server.app.store.next_job_due().await.unwrap().unwrap();
    let patience = due.since(since).as_millis();
    assert!((179_999..=180_001).contains(&patience), "{patience}");
    server.clock.advance(Duration::from_secs(80));
    until("it is missed", PATIENCE, async || {
        server.count(EventType::SessionMissed).await == 1
    })
    .await;
    // What was missed is not missed again.
    snooze(&server, &agent, &chat, HOUR).await;
    wake(&agent, &chat).await;
    let due = server.app.store.next_job_due().await.unwrap().unwrap();
    assert!(due.since(server.app.now()) > HOUR / 2, "only the snooze");
    assert_eq!(
        listed(&agent, "list=needs_person").await,
        [chat.id.as_str()]
    );
}

async fn what_cannot_be_snoozed_is_refused(server: TestServer) {
    let [agent, _] = agents(&server).await;
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let body = in_time(&server, HOUR);
    let with_bot = act(&agent, &chat, "snooze", body.clone()).await;
    with_bot.problem(409, "conflict");
    act(&agent, &chat, "take_over", json!({})).await.ok();
    for span in [30, 31 * 86_400] {
        let body = in_time(&server, Duration::from_secs(span));
        let faults = act(&agent, &chat, "snooze", body).await.faults();
        assert_eq!(faults, [("/until".into(), "invalid_value".into())]);
    }
    let past = json!({"until": "2020-01-01T00:00:00Z"});
    act(&agent, &chat, "snooze", past).await.faults();
    snooze(&server, &agent, &chat, HOUR).await;
    act(&agent, &chat, "close", json!({})).await.ok();
    assert_eq!(counts(&agent).await, [0, 0, 0, 0]);
    let ended = act(&agent, &chat, "snooze", body).await;
    ended.problem(410, "session_ended");
}

async fn how_long_a_chat_waits_is_a_setting(server: TestServer) {
    let owner = server.browser(Role::Owner).await;
    let path = "/api/v1/admin/settings";
    let set = async |seconds: u32| {
        let body = json!({"desk": {"missed_after_seconds": seconds}});
        owner.patch(path, &body).await
    };
    let settings = owner.get(path).await.ok();
    assert_eq!(settings["desk"], json!({"missed_after_seconds": 180}));
    for wrong in [29, 86_401] {
        let faults = set(wrong).await.faults();
        let place = "/desk/missed_after_seconds";
        assert_eq!(faults, [(place.into(), "invalid_value".into())]);
    }
    let settings = set(45).await.ok();
    assert_eq!(settings["desk"], json!({"missed_after_seconds": 45}));
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    chat.api
        .post(&chat.path("/hand_off"), &json!({}))
        .await
        .ok();
    let since = waiting_since(&shown(&owner, &chat).await);
    let due = server.app.store.next_job_due().await.unwrap().unwrap();
    let patience = due.since(since).as_millis();
    assert!((44_999..=45_001).contains(&patience), "{patience}");
    server.clock.advance(Duration::from_secs(45));
    until("it is missed", PATIENCE, async || {
        server.count(EventType::SessionMissed).await == 1
    })
    .await;
}

on_both_databases!(
    a_snoozed_chat_has_a_list_of_its_own_and_comes_back_by_itself,
    a_user_who_writes_brings_a_snoozed_chat_back,
    how_long_a_chat_waits_is_a_setting,
    the_clock_of_those_who_wait_stands_while_they_are_snoozed,
    what_cannot_be_snoozed_is_refused,
);
