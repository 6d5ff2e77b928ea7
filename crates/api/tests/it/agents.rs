//! Sessions in the hands of people: hand-off, waiting, the end.
use crate::support::{TestServer, bots, on_both_databases, texts};
use serde_json::{Value, json};
use smartbot_model::EventType;

async fn a_hand_off_waits_for_an_agent_and_is_told(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let chat = server.bots().start(&greeter).await;
    let answer = chat
        .api
        .post(&chat.path("/hand_off"), &json!({"flag": "billing"}))
        .await
        .ok();
    assert_eq!(answer["messages"], json!([]));
    assert_eq!(
        (&answer["session"]["status"], &answer["awaiting"]),
        (&json!("waiting_for_agent"), &json!({"kind": "agent"}))
    );
    let event = server
        .events()
        .await
        .into_iter()
        .find(|it| it.event_type == EventType::SessionHandOffRequested)
        .unwrap();
    assert_eq!(
        (&event.data["flag"], &event.data["box_id"]),
        (&json!("billing"), &json!("ask"))
    );
    assert_eq!(event.data["session_id"], chat.id);

    // Asked again, it waits on.
    let again = chat
        .api
        .post(&chat.path("/hand_off"), &json!({}))
        .await
        .ok();
    assert_eq!(again["session"]["status"], "waiting_for_agent");
    assert_eq!(server.count(EventType::SessionHandOffRequested).await, 1);
}

async fn a_box_hands_off_too(server: TestServer) {
    let hands_off = server.publish(&bots::hands_off()).await;
    let chat = server.bots().start(&hands_off).await;
    assert_eq!(texts(&chat.started), ["One moment, please."]);
    assert_eq!(chat.started["session"]["status"], "waiting_for_agent");
    let event = server
        .events()
        .await
        .into_iter()
        .find(|it| it.event_type == EventType::SessionHandOffRequested)
        .unwrap();
    assert_eq!(
        (&event.data["flag"], &event.data["box_id"]),
        (&json!("billing"), &json!("agent"))
    );
}

async fn what_a_user_says_while_waiting_is_kept_and_the_bot_is_silent(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let chat = server.bots().start(&greeter).await;
    chat.api
        .post(&chat.path("/hand_off"), &json!({}))
        .await
        .ok();
    let mut stream = chat.stream_after(2).await;
    for word in ["hello?", "anybody?"] {
        let answer = chat.say(word).await;
        assert_eq!(
            (&answer["messages"], &answer["awaiting"]["kind"]),
            (&json!([]), &json!("agent"))
        );
        assert_eq!(stream.message().await.text(), word);
    }
    let kept = chat.messages().await;
    let said: Vec<&Value> = kept
        .iter()
        .filter(|it| it["from"] == "user")
        .map(|it| &it["text"])
        .collect();
    assert_eq!(said, ["hello?", "anybody?"]);
}

async fn a_hand_off_stops_the_timers_of_the_bot(server: TestServer) {
    let boxes = json!([
        {"id": "ask", "type": "text", "text": "Well?"},
        {"id": "silent", "type": "end", "message": "Nobody there."},
        {"id": "said", "type": "end"},
    ]);
    let links = json!([
        {"from": "ask", "to": "silent", "when": {"op": "no_reply_for", "value": "30m"}},
        {"from": "ask", "to": "said"},
    ]);
    let bot = server
        .publish(&bots::bot("Silence", boxes, links, json!([])))
        .await;
    let chat = server.bots().start(&bot).await;
    assert!(server.app.store.next_job_due().await.unwrap().is_some());
    chat.api
        .post(&chat.path("/hand_off"), &json!({}))
        .await
        .ok();
    // What is due next is that nobody came, long before the half hour.
    let due = server.app.store.next_job_due().await.unwrap().unwrap();
    assert!(due.since(server.app.now()) < std::time::Duration::from_secs(10 * 60));
}

async fn an_ended_session_takes_nothing_any_more(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let chat = server.bots().start(&greeter).await;
    let answer = chat.end().await;
    assert_eq!(
        (
            &answer["session"]["status"],
            &answer["awaiting"],
            &answer["messages"]
        ),
        (&json!("ended"), &Value::Null, &json!([]))
    );
    assert_ne!(answer["session"]["ended_at"], Value::Null);
    for (call, body) in [
        ("/messages", json!({"text": "x"})),
        ("/hand_off", json!({})),
        ("/end", json!({})),
        ("/typing", json!({})),
    ] {
        chat.api
            .post(&chat.path(call), &body)
            .await
            .problem(410, "session_ended");
    }
    let ended = server
        .events()
        .await
        .into_iter()
        .find(|it| it.event_type == EventType::SessionEnded)
        .unwrap();
    assert_eq!(ended.data["reason"], "ended");
    assert_eq!(chat.state().await["status"], "ended");
}

async fn an_end_stops_what_the_bot_waits_for(server: TestServer) {
    let boxes = json!([{"id": "sleep", "type": "wait", "for": "2h"}, {"id": "bye", "type": "end"}]);
    let sleeper = server
        .publish(&bots::chain("Sleeper", boxes, json!([])))
        .await;
    let chat = server.bots().start(&sleeper).await;
    assert!(server.app.store.next_job_due().await.unwrap().is_some());
    chat.end().await;
    assert_eq!(server.app.store.next_job_due().await.unwrap(), None);
}

async fn a_wrong_flag_is_refused(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let chat = server.bots().start(&greeter).await;
    for flag in [json!(""), json!("a b"), json!("x".repeat(65))] {
        let faults = chat
            .api
            .post(&chat.path("/hand_off"), &json!({"flag": flag}))
            .await
            .faults();
        assert_eq!(faults, [("/flag".into(), "invalid_value".into())]);
    }
    assert_eq!(chat.state().await["status"], "active");
}

on_both_databases!(
    a_box_hands_off_too,
    a_hand_off_stops_the_timers_of_the_bot,
    a_hand_off_waits_for_an_agent_and_is_told,
    a_wrong_flag_is_refused,
    an_end_stops_what_the_bot_waits_for,
    an_ended_session_takes_nothing_any_more,
    what_a_user_says_while_waiting_is_kept_and_the_bot_is_silent,
);
