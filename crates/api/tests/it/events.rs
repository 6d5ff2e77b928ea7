//! Events: what is recorded and pushed for what happens, in which order, to whom.
use crate::support::events::{delivered, delivered_type, events_at, verify};
use crate::support::normal::Normal;
use crate::support::{PATIENCE, TestServer, bots, on_both_databases};
use insta::assert_json_snapshot;
use serde_json::{Value, json};
use smartbot_model::EventType;
use smartbot_model::time::Clock;
use smartbot_model::webhook::{EventSelection, PayloadDetail};
use smartbot_testkit::{Receiver, until};
use std::collections::BTreeMap;

/// A receiver that takes these events in full, and its secret.
async fn receiver(server: &TestServer, events: EventSelection) -> (Receiver, String) {
    let receiver = Receiver::start().await;
    let (_, secret) = server
        .endpoint(&receiver.url("/hook"), events, PayloadDetail::Full)
        .await;
    (receiver, secret)
}

/// Talks to the bot of the Advanced panel until it ends.
async fn talk(server: &TestServer) -> crate::support::Chat {
    let advanced = server.publish(&bots::advanced()).await;
    let user =
        json!({"external_id": "p-1", "fields": {"user_city": "Riverside", "user_fname": "Ana"}});
    let body = json!({"function_id": advanced, "user": user, "metadata": {"campaign": 7}});
    let chat = server.bots().start_with(body).await;
    for text in ["Springfield", "K-4711", "180"] {
        chat.say(text).await;
    }
    assert_eq!(chat.state().await["status"], "ended");
    chat
}

fn types(events: &[Value]) -> Vec<&str> {
    events
        .iter()
        .map(|it| it["type"].as_str().unwrap())
        .collect()
}

/// In the order in which they happened to each subject.
fn sorted(mut events: Vec<Value>) -> Vec<Value> {
    events.sort_by_key(|it| {
        (
            it["subject"].as_str().unwrap().to_owned(),
            it["sequence"].as_u64().unwrap(),
        )
    });
    events
}

async fn a_conversation_is_pushed_event_by_event(server: TestServer) {
    let (receiver, secret) = receiver(&server, EventSelection::ALL).await;
    let chat = talk(&server).await;
    let all = delivered(&receiver, "/hook", 11).await;
    let about_user: Vec<Value> = sorted(all)
        .into_iter()
        .filter(|it| it["subject"] == chat.user())
        .collect();
    let expected = [
        "user.created",
        "session.started",
        "flag.assigned",
        "flag.assigned",
        "user.profile_changed",
        "flag.removed",
        "goal.reached",
        "box.reached",
        "box.notify",
        "session.ended",
    ];
    assert_eq!(types(&about_user), expected);
    let mut normal = Normal::default();
    let normal: Vec<Value> = about_user.iter().map(|it| normal.of(it)).collect();
    assert_json_snapshot!("events", normal);
    for request in receiver.requests() {
        verify(&request, &secret, server.clock.now());
        assert_eq!(request.header("webhook-id"), request.json()["id"].as_str());
        assert_eq!(request.header("content-type"), Some("application/json"));
        assert_eq!(
            request.header("content-length").unwrap(),
            request.body.len().to_string()
        );
        assert_eq!(
            (request.method.as_str(), request.header("transfer-encoding")),
            ("POST", None)
        );
    }
}

async fn sequences_have_no_gaps(server: TestServer) {
    let every = EventSelection::Some(EventType::ALL.to_vec());
    let (receiver, _) = receiver(&server, every).await;
    for _ in 0..3 {
        talk(&server).await;
    }
    let recorded = server.events().await;
    let all = sorted(delivered(&receiver, "/hook", recorded.len()).await);
    assert_eq!(all.len(), recorded.len());
    let mut last: BTreeMap<&str, u64> = BTreeMap::new();
    for event in &all {
        let last = last.entry(event["subject"].as_str().unwrap()).or_default();
        *last += 1;
        assert_eq!(event["sequence"], *last, "{event}");
    }
    assert_eq!(last.len(), 2, "one user, one workspace");
}

async fn only_real_changes_of_a_profile_are_told(server: TestServer) {
    let advanced = server.publish(&bots::advanced()).await;
    let body = json!({"function_id": advanced, "user": {"external_id": "p-1", "fields": {"user_city": "Riverside"}}});
    let chat = server.bots().start_with(body.clone()).await;
    chat.say("Riverside").await;
    assert_eq!(
        server.count(EventType::UserProfileChanged).await,
        0,
        "the same value is no change"
    );
    let again = server.bots().start_with(body).await;
    assert_eq!(server.count(EventType::UserProfileChanged).await, 0);
    again.say("Springfield").await;
    let by_bot = server.events().await.pop().unwrap();
    assert_eq!(by_bot.event_type, EventType::UserProfileChanged);
    assert_eq!(
        by_bot.data["changes"],
        json!({"user_city": {"old": "Riverside", "new": "Springfield"}})
    );

    let fields = json!({"user_city": null, "user_fname": "Ana", "user_lname": null});
    let user = json!({"external_id": "p-1", "fields": fields});
    server
        .bots()
        .start_with(json!({"function_id": advanced, "user": user}))
        .await;
    let changes: Vec<_> = server
        .events()
        .await
        .into_iter()
        .filter(|it| it.event_type == EventType::UserProfileChanged)
        .collect();
    let expected = json!({"user_city": {"old": "Springfield", "new": null}, "user_fname": {"old": null, "new": "Ana"}});
    assert_eq!(changes[1].data["changes"], expected);
    assert_eq!(
        changes[1].data["user"]["fields"],
        json!({"user_fname": "Ana"})
    );
    assert_eq!(changes.len(), 2);
}

async fn a_flag_that_is_there_already_is_not_assigned_again(server: TestServer) {
    let advanced = server.publish(&bots::advanced()).await;
    let body = json!({"function_id": advanced, "user": {"external_id": "p-1"}});
    server.bots().start_with(body.clone()).await;
    server.bots().start_with(body).await;
    assert_eq!(server.count(EventType::FlagAssigned).await, 2);
    let user = server.db().get("/api/v1/users/ext:p-1").await.ok();
    assert_eq!(user["flags"], json!(["asked", "new-patient"]));
}

async fn the_actor_of_each_event_is_told(server: TestServer) {
    let (receiver, _) = receiver(&server, EventSelection::ALL).await;
    talk(&server).await;
    delivered(&receiver, "/hook", 11).await;
    let actor =
        async |event: &str| delivered_type(&receiver, "/hook", event).await["actor"].clone();
    assert_eq!(actor("user.created").await["kind"], "token");
    assert_eq!(actor("session.started").await["kind"], "token");
    assert_eq!(actor("flag.assigned").await["kind"], "bot");
    assert_eq!(actor("session.ended").await["kind"], "bot");
    assert_eq!(actor("bot.published").await, json!({"kind": "system"}));
    let echo = server.publish(&bots::echo()).await;
    let other = server.bots().start(&echo).await;
    other.by(server.with(&other.key)).end().await;
    let ended = server
        .events()
        .await
        .into_iter()
        .rfind(|it| it.event_type == EventType::SessionEnded)
        .unwrap();
    assert_eq!(ended.data["reason"], "ended");
    until("the end arrives", PATIENCE, async || {
        let ends: Vec<Value> = events_at(&receiver, "/hook")
            .into_iter()
            .filter(|it| it["type"] == "session.ended")
            .collect();
        ends.iter()
            .any(|it| it["actor"] == json!({"kind": "user", "id": other.user()}))
    })
    .await;
}

async fn an_endpoint_gets_what_it_chose(server: TestServer) {
    let chosen = EventSelection::Some(vec![EventType::GoalReached, EventType::MessageReceived]);
    let (some, _) = receiver(&server, chosen).await;
    let (all, _) = receiver(&server, EventSelection::ALL).await;
    talk(&server).await;
    assert_eq!(
        types(&delivered(&all, "/hook", 11).await)
            .iter()
            .filter(|it| it.starts_with("message."))
            .count(),
        0
    );
    let mut got = delivered(&some, "/hook", 4).await;
    got.sort_by_key(|it| it["sequence"].as_u64());
    let mut expected = types(&got);
    expected.sort_unstable();
    assert_eq!(
        expected,
        [
            "goal.reached",
            "message.received",
            "message.received",
            "message.received"
        ]
    );
    until("nothing waits", PATIENCE, async || {
        server.app.store.delivery_lanes().await.unwrap().is_empty()
    })
    .await;
    assert_eq!(events_at(&some, "/hook").len(), 4);
}

async fn messages_are_recorded_only_while_somebody_takes_them(server: TestServer) {
    let (receiver, _) = receiver(&server, EventSelection::ALL).await;
    talk(&server).await;
    let is_message = |it: &&crate::support::events::Event| it.event_type.is_message();
    assert_eq!(server.events().await.iter().filter(is_message).count(), 0);
    server
        .endpoint(
            &receiver.url("/chat"),
            EventSelection::Some(vec![EventType::MessageSent]),
            PayloadDetail::Full,
        )
        .await;
    talk(&server).await;
    let sent = sorted(delivered(&receiver, "/chat", 4).await);
    assert_eq!(sent[0]["data"]["message"]["text"], "Where do you live?");
    assert_eq!(server.count(EventType::MessageReceived).await, 0);
    assert_eq!(server.count(EventType::MessageSent).await, 4);
}

async fn a_workspace_hears_nothing_of_another(server: TestServer) {
    let (receiver, _) = receiver(&server, EventSelection::ALL).await;
    let neighbour = server.another_workspace().await;
    let greeter = neighbour.publish(&bots::greeter()).await;
    neighbour.bots().start(&greeter).await.say("x").await;
    talk(&server).await;
    for event in delivered(&receiver, "/hook", 11).await {
        assert_eq!(event["workspace_id"], server.workspace.to_string());
    }
}

async fn a_failed_request_records_nothing(server: TestServer) {
    let advanced = server.publish(&bots::advanced()).await;
    let before = server.events().await.len();
    server
        .bots()
        .sessions(&json!({"function_id": advanced, "user": {"fields": {"user_shoe": 1}}}))
        .await
        .faults();
    let chat = server.bots().start(&advanced).await;
    let started = server.events().await.len();
    assert!(started > before);
    chat.send(&json!({"text": ""})).await.faults();
    assert_eq!(server.events().await.len(), started);
}

on_both_databases!(
    a_conversation_is_pushed_event_by_event,
    a_failed_request_records_nothing,
    a_flag_that_is_there_already_is_not_assigned_again,
    a_workspace_hears_nothing_of_another,
    an_endpoint_gets_what_it_chose,
    messages_are_recorded_only_while_somebody_takes_them,
    only_real_changes_of_a_profile_are_told,
    sequences_have_no_gaps,
    the_actor_of_each_event_is_told,
);
