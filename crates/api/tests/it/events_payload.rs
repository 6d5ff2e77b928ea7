//! What stands in a pushed event, and what never does.
use crate::support::events::{delivered, delivered_type, events_at};
use crate::support::schema;
use crate::support::{Chat, PATIENCE, TestServer, bots, on_both_databases};
use serde_json::{Value, json};
use smartbot_model::EventType;
use smartbot_model::webhook::{EventSelection, PayloadDetail};
use smartbot_testkit::{Answer, Receiver, until};
use std::collections::BTreeSet;

fn every() -> EventSelection {
    EventSelection::Some(EventType::ALL.to_vec())
}

/// Talks to the bot of the Advanced panel; answers with values that are easy to find again.
async fn talk(server: &TestServer) -> Chat {
    let advanced = server.publish(&bots::advanced()).await;
    let fields = json!({"user_fname": "Ana-canary", "insurance_number": "K-4700-sealed"});
    let body = json!({
        "function_id": advanced, "user": {"external_id": "p-1", "fields": fields}, "variables": {"source": "portal-canary"},
        "metadata": {"note": "metadata-canary"},
    });
    let chat = server.bots().start_with(body).await;
    for text in ["Springfield-canary", "K-4711-sealed", "73519284"] {
        chat.say(text).await;
    }
    chat
}

async fn a_box_pushes_all_profile_fields_flags_and_variables(server: TestServer) {
    let receiver = Receiver::start().await;
    server
        .endpoint(
            &receiver.url("/hook"),
            EventSelection::ALL,
            PayloadDetail::Full,
        )
        .await;
    let chat = talk(&server).await;
    let event = delivered_type(&receiver, "/hook", "box.reached").await;
    let expected = json!({
        "user": {
            "id": chat.user(), "external_id": "p-1", "flags": ["new-patient"],
            "fields": {"user_fname": "Ana-canary", "user_city": "Springfield-canary"},
        },
        "variables": {"source": "portal-canary", "size": 73519284},
        "session_id": chat.id, "function_id": "Advanced", "box_id": "reached",
    });
    assert_eq!(event["data"], expected);
    assert_eq!(
        (&event["subject"], &event["schema_version"]),
        (&json!(chat.user()), &json!(1))
    );
}

async fn sensitive_values_are_never_pushed(server: TestServer) {
    let receiver = Receiver::start().await;
    server
        .endpoint(&receiver.url("/hook"), every(), PayloadDetail::Full)
        .await;
    talk(&server).await;
    let count = server.events().await.len();
    delivered(&receiver, "/hook", count).await;
    let mut masked = 0;
    for request in receiver.requests() {
        let body = String::from_utf8(request.body.to_vec()).unwrap();
        assert!(!body.contains("sealed"), "{body}");
        masked += usize::from(body.contains("•••"));
    }
    assert_eq!(
        masked, 1,
        "the answer to the sensitive question is told without its text"
    );
}

async fn ids_only_has_no_values(server: TestServer) {
    let receiver = Receiver::start().await;
    server
        .endpoint(&receiver.url("/ids"), every(), PayloadDetail::IdsOnly)
        .await;
    let chat = talk(&server).await;
    let count = server.events().await.len();
    let all = delivered(&receiver, "/ids", count).await;
    for event in &all {
        let text = event.to_string();
        for value in [
            "canary",
            "sealed",
            "73519284",
            "Where do you live",
            "metadata",
        ] {
            assert!(!text.contains(value), "{value}: {text}");
        }
    }
    let reached = all.iter().find(|it| it["type"] == "box.reached").unwrap();
    let user = json!({"id": chat.user(), "external_id": "p-1", "flags": ["new-patient"]});
    let expected = json!({"user": user, "session_id": chat.id, "function_id": "Advanced", "box_id": "reached"});
    assert_eq!(reached["data"], expected);
    let changed = all
        .iter()
        .find(|it| it["type"] == "user.profile_changed")
        .unwrap();
    assert_eq!(changed["data"]["changes"], json!({"user_city": {}}));
}

/// Brings about every type of event that exists so far.
async fn everything(server: &TestServer, receiver: &Receiver) {
    talk(server).await;
    let hands_off = server.publish(&bots::hands_off()).await;
    server.bots().start(&hands_off).await;
    receiver.answer("/api", Answer::status(500));
    let caller = server
        .publish(&bots::caller(&receiver.url("/api"), json!({}), json!([])))
        .await;
    server.bots().start(&caller).await;
    // A jump to a bot that is not there fails the session where it comes to it.
    let jump = json!([{"id": "jump", "type": "jump", "function_id": "Nobody"}]);
    let bot = bots::chain("Jumper", jump, json!([]));
    let system = smartbot_app::Caller::system(server.workspace);
    server.app.import_bot(&system, &bot, true).await.unwrap();
    let chat = server.bots().start("Jumper").await;
    assert_eq!(chat.started["session"]["status"], "ended");
}

async fn every_event_fits_its_published_schema(server: TestServer) {
    let receiver = Receiver::start().await;
    server
        .endpoint(&receiver.url("/full"), every(), PayloadDetail::Full)
        .await;
    server
        .endpoint(&receiver.url("/ids"), every(), PayloadDetail::IdsOnly)
        .await;
    everything(&server, &receiver).await;
    let count = server.events().await.len();
    let mut seen = BTreeSet::new();
    for path in ["/full", "/ids"] {
        for event in delivered(&receiver, path, count).await {
            let name = event["type"].as_str().unwrap().to_owned();
            let published = server
                .nobody()
                .get(&format!("/schemas/events/{name}.json"))
                .await
                .ok();
            let faults = schema::faults(&published, &event);
            assert!(faults.is_empty(), "{path} {name}: {faults:?}\n{event}");
            seen.insert(name);
        }
    }
    let expected = [
        "bot.published",
        "box.notify",
        "box.reached",
        "external_api.failed",
        "flag.assigned",
        "flag.removed",
        "goal.reached",
        "message.received",
        "message.sent",
        "session.ended",
        "session.failed",
        "session.hand_off_requested",
        "session.started",
        "user.created",
        "user.profile_changed",
    ];
    assert_eq!(
        seen.iter().map(String::as_str).collect::<Vec<_>>(),
        expected
    );
}

async fn the_order_at_a_box_is_flags_goal_push_notify(server: TestServer) {
    talk(&server).await;
    let mut events = server.events().await;
    events.sort_by_key(|it| it.sequence);
    let at_box: Vec<EventType> = events
        .iter()
        .filter(|it| it.data["box_id"] == "reached")
        .map(|it| it.event_type)
        .collect();
    let expected = [
        EventType::FlagRemoved,
        EventType::GoalReached,
        EventType::BoxReached,
        EventType::BoxNotify,
        EventType::SessionEnded,
    ];
    assert_eq!(at_box, expected);
}

async fn a_new_endpoint_is_not_told_of_the_past(server: TestServer) {
    talk(&server).await;
    let receiver = Receiver::start().await;
    server
        .endpoint(
            &receiver.url("/hook"),
            EventSelection::ALL,
            PayloadDetail::Full,
        )
        .await;
    let greeter = server.publish(&bots::greeter()).await;
    let chat = server.bots().start(&greeter).await;
    delivered(&receiver, "/hook", 3).await;
    until("nothing waits", PATIENCE, async || {
        server.app.store.delivery_lanes().await.unwrap().is_empty()
    })
    .await;
    let all = events_at(&receiver, "/hook");
    let about: Vec<&Value> = all.iter().map(|it| &it["subject"]).collect();
    let known = |it: &&Value| **it == chat.user() || **it == server.workspace.to_string();
    assert!(about.len() == 3 && about.iter().all(known), "{all:?}");
}

on_both_databases!(
    a_box_pushes_all_profile_fields_flags_and_variables,
    a_new_endpoint_is_not_told_of_the_past,
    every_event_fits_its_published_schema,
    ids_only_has_no_values,
    sensitive_values_are_never_pushed,
    the_order_at_a_box_is_flags_goal_push_notify,
);
