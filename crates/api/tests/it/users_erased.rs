//! Persons who are erased: what is left names nobody, and nothing fails because of them.
use crate::support::events::delivered_type;
use crate::support::{Chat, PATIENCE, TestServer, bots, on_both_databases};
use serde_json::{Value, json};
use smartbot_model::event::ActorKind;
use smartbot_model::webhook::{DeliveryState, EventSelection, PayloadDetail};
use smartbot_model::{EventType, UserId};
use smartbot_store::{DeliveryFilter, DeliveryView};
use smartbot_testkit::{Answer, Gate, Receiver, until, until_some};
use std::time::Duration;

const USERS: &str = "/api/v1/users";

/// Starts a session of a person who is easy to find again.
async fn chat_of(server: &TestServer, function_id: &str) -> Chat {
    let body = json!({
        "function_id": function_id, "metadata": {"x": "canary"},
        "user": {"external_id": "canary-id", "fields": {"user_fname": "canary-name"}},
    });
    server.bots().start_with(body).await
}

async fn an_erased_person_is_gone_everywhere(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let (running, ended) = (chat_of(&server, &echo).await, chat_of(&server, &echo).await);
    running.say("canary-text").await;
    ended.end().await;
    let other = server.bots().start(&echo).await;
    let db = server.db();
    let path = format!("{USERS}/{}", running.user());
    db.put(&format!("{path}/flags/canary-flag")).await.done();
    let user: UserId = running.user().parse().unwrap();
    db.delete(&path).await.done();

    for path in [path.as_str(), "/api/v1/users/ext:canary-id"] {
        db.get(path).await.problem(404, "not_found");
        db.get(&format!("{path}/flags"))
            .await
            .problem(404, "not_found");
        db.patch(path, &json!({})).await.problem(404, "not_found");
        db.delete(path).await.problem(404, "not_found");
    }
    for query in [
        "",
        "?q=canary",
        "?external_id=canary-id",
        "?flag=canary-flag",
    ] {
        let page = db.get(&format!("{USERS}{query}")).await.ok();
        let all = page["data"].as_array().unwrap();
        assert!(all.iter().all(|it| it["id"] == other.user()), "{page}");
    }
    for chat in [&running, &ended] {
        let log = format!("/api/v1/chat_logs/{}", chat.id);
        db.get(&log).await.problem(404, "not_found");
        let mine = chat.by(server.with(&chat.key));
        for chat in [chat, &mine] {
            chat.api.get(&chat.path("")).await.problem(404, "not_found");
            chat.api
                .get(&chat.path("/messages"))
                .await
                .problem(404, "not_found");
            chat.api
                .get(&chat.path("/stream"))
                .await
                .problem(404, "not_found");
            chat.send(&json!({"text": "hello?"}))
                .await
                .problem(404, "not_found");
            for call in ["/typing", "/end", "/hand_off"] {
                chat.api
                    .post(&chat.path(call), &json!({}))
                    .await
                    .problem(404, "not_found");
            }
        }
    }
    let start = json!({"function_id": echo, "user": {"id": user}});
    server
        .bots()
        .sessions(&start)
        .await
        .problem(404, "not_found");

    // All that is told of the person is the end.
    let mut events = server.events().await;
    events.retain(|it| it.subject == user.to_string());
    let deleted = json!({"user": {"id": user, "external_id": "canary-id"}});
    assert_eq!((events.len(), &events[0].data), (1, &deleted));
    assert_eq!(
        (events[0].event_type, events[0].sequence),
        (EventType::UserDeleted, 6)
    );
    assert_eq!(events[0].actor.kind, ActorKind::Token);

    // Sessions stay to be counted.
    let sessions = server
        .app
        .store
        .sessions_of(server.workspace, user, None, 9)
        .await
        .unwrap();
    assert_eq!(sessions.len(), 2);
    other.say("I am still here").await;
    // Whoever comes with that id later is somebody else.
    let again = chat_of(&server, &echo).await;
    assert_ne!(again.user(), running.user());
}

async fn those_who_watch_hear_the_end(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = chat_of(&server, &echo).await;
    let mut stream = chat.stream().await;
    stream.message().await;
    server
        .db()
        .delete(&format!("{USERS}/{}", chat.user()))
        .await
        .done();
    stream.rest().await;
}

/// Deliveries that wait when the person is erased.
async fn what_was_not_delivered_is_given_up(server: TestServer) {
    // Before anybody listens: with one failure more the breaker would make the last event wait.
    let greeter = server.publish(&bots::greeter()).await;
    let receiver = Receiver::start().await;
    let busy = Answer::new(503, "canary-echo").header("retry-after", "3600");
    receiver.answer("/hook", busy);
    let every = EventSelection::Some(EventType::ALL.to_vec());
    server
        .endpoint(&receiver.url("/hook"), every, PayloadDetail::Full)
        .await;
    let chat = chat_of(&server, &greeter).await;
    let deliveries = async || -> Vec<DeliveryView> {
        let filter = DeliveryFilter {
            limit: 100,
            ..DeliveryFilter::default()
        };
        server
            .app
            .store
            .deliveries(server.workspace, filter)
            .await
            .unwrap()
    };
    until("all were tried", PATIENCE, async || {
        let all = deliveries().await;
        all.len() >= 4 && all.iter().all(|it| it.last_status.is_some())
    })
    .await;
    receiver.answer("/hook", Answer::new(200, ""));
    server
        .db()
        .delete(&format!("{USERS}/{}", chat.user()))
        .await
        .done();
    let told = delivered_type(&receiver, "/hook", "user.deleted").await;
    assert_eq!(
        told["data"],
        json!({"user": {"id": chat.user(), "external_id": "canary-id"}})
    );
    // Nothing about the person goes out any more, whatever time it is.
    server.clock.advance(Duration::from_secs(3_600));
    for it in deliveries().await {
        let (dead, why) = (it.state == DeliveryState::Dead, it.last_error.as_deref());
        let is_about = it.event_type != EventType::UserDeleted;
        assert_eq!(dead && why == Some("user_erased"), is_about, "{it:?}");
        let attempts = server
            .app
            .store
            .attempts(server.workspace, it.id)
            .await
            .unwrap();
        assert!(!is_about || attempts.iter().all(|it| it.response.is_none()));
    }
}

/// A person who is erased while the bot waits for somebody else.
async fn a_call_that_comes_back_too_late_changes_nothing(server: TestServer) {
    let (receiver, erased) = (Receiver::start().await, Gate::new());
    receiver.answer(
        "/slow",
        Answer::json(200, &json!({"result": "x"})).behind(&erased),
    );
    let settings = json!({"timeout_ms": 30_000});
    let caller = server
        .publish(&bots::caller(&receiver.url("/slow"), settings, json!([])))
        .await;
    let (bots, db) = (server.bots(), server.db());
    let body = json!({"function_id": caller, "user": {"external_id": "canary-id"}});
    let start = async { bots.sessions(&body).await };
    let erase = async {
        until_some("the call", PATIENCE, async || {
            (!receiver.requests_to("/slow").is_empty()).then_some(())
        })
        .await;
        db.delete("/api/v1/users/ext:canary-id").await.done();
        erased.open();
    };
    let (started, ()) = futures_util::future::join(start, erase).await;
    started.problem(404, "not_found");
    until("the work is over", PATIENCE, async || {
        server.app.store.next_job_due().await.unwrap().is_none()
    })
    .await;
    assert!(
        server
            .events()
            .await
            .iter()
            .all(|it| it.event_type != EventType::SessionEnded)
    );
}

/// Turns and erasures at the same moment, many times: whoever comes second notices.
async fn erasing_in_the_middle_of_turns_fails_nothing(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    for _ in 0..8 {
        let chat = chat_of(&server, &echo).await;
        let path = format!("{USERS}/{}", chat.user());
        let talk = |number: usize| {
            let (chat, db, path) = (chat.clone(), server.db(), path.clone());
            async move {
                // Every answer is checked to be no 5xx.
                chat.send(
                    &json!({"text": "canary-text", "client_message_id": format!("m-{number}")}),
                )
                .await;
                db.patch(&path, &json!({"fields": {"x": number}})).await;
                db.put(&format!("{path}/flags/f{number}")).await;
                chat.api.get(&chat.path("/messages")).await;
                db.get(&format!("/api/v1/chat_logs/{}", chat.id)).await;
                db.get(&format!("{USERS}?q=canary")).await;
            }
        };
        let db = server.db();
        let erase = async {
            tokio::task::yield_now().await;
            db.delete(&path).await.done();
        };
        futures_util::future::join(futures_util::future::join_all((0..4).map(talk)), erase).await;
        db.get(&path).await.problem(404, "not_found");
        let user: UserId = chat.user().parse().unwrap();
        let id = chat.id.parse().unwrap();
        let messages = server.app.store.messages(server.workspace, id, 0, 99).await;
        assert_eq!(messages, Ok(vec![]));
        let mut events = server.events().await;
        events.retain(|it| it.subject == user.to_string());
        assert_eq!(events.len(), 1, "only the end is told");
    }
}

async fn a_repeat_about_an_erased_person_is_not_carried_out(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let bots = server.bots().key("k-1");
    let body = json!({"function_id": echo, "user": {"external_id": "canary-id"}});
    let chat = bots.start_with(body.clone()).await;
    let message = json!({"text": "hello", "client_message_id": "m-1"});
    chat.by(server.bots()).send(&message).await.ok();
    server
        .db()
        .delete("/api/v1/users/ext:canary-id")
        .await
        .done();
    bots.sessions(&body).await.problem(404, "not_found");
    chat.by(server.bots())
        .send(&message)
        .await
        .problem(404, "not_found");
    let users: Value = server.db().get(USERS).await.ok();
    assert_eq!(users["data"], json!([]));
}

on_both_databases!(
    a_call_that_comes_back_too_late_changes_nothing,
    a_repeat_about_an_erased_person_is_not_carried_out,
    an_erased_person_is_gone_everywhere,
    erasing_in_the_middle_of_turns_fails_nothing,
    those_who_watch_hear_the_end,
    what_was_not_delivered_is_given_up,
);
