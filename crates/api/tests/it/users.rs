//! Users made, changed and flagged by applications, and the events that tell of it.
use crate::support::events::Event;
use crate::support::{Api, TestServer, bots, on_both_databases};
use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};
use smartbot_model::EventType;
use smartbot_model::event::ActorKind;
use smartbot_model::token::TokenKind;

const USERS: &str = "/api/v1/users";

/// The events about a user, checked to be counted without gaps.
async fn events_about(server: &TestServer, user: &Value) -> Vec<Event> {
    let mut events = server.events().await;
    events.retain(|it| it.subject == user["id"]);
    let counted: Vec<u64> = events.iter().map(|it| it.sequence).collect();
    assert_eq!(counted, (1..=events.len() as u64).collect::<Vec<_>>());
    events
}

fn types(events: &[Event]) -> Vec<EventType> {
    events.iter().map(|it| it.event_type).collect()
}

async fn ana(api: &Api) -> Value {
    let body = json!({
        "external_id": "p-17",
        "fields": {"user_fname": "Ana", "user_phone": "+13105550100", "pets": ["cat"], "gone": null},
        "flags": ["vip"],
    });
    api.post(USERS, &body).await.created()
}

async fn a_user_is_made_and_told_of(server: TestServer) {
    let db = server.db();
    let user = ana(&db).await;
    assert_eq!(user["external_id"], "p-17");
    let fields = json!({"user_fname": "Ana", "user_phone": "+13105550100", "pets": ["cat"]});
    assert_eq!(
        (&user["fields"], &user["flags"]),
        (&fields, &json!(["vip"]))
    );
    for path in [
        format!("{USERS}/{}", user["id"].as_str().unwrap()),
        format!("{USERS}/ext:p-17"),
    ] {
        assert_eq!(db.get(&path).await.ok(), user);
    }
    let bare = db.post(USERS, &json!({})).await.created();
    assert_eq!(bare["external_id"], Value::Null);

    let events = events_about(&server, &user).await;
    assert_eq!(
        types(&events),
        [EventType::UserCreated, EventType::FlagAssigned]
    );
    assert_eq!(events[0].data["user"]["fields"], fields);
    assert_eq!(events[0].actor.kind, ActorKind::Token);
    assert!(events[0].actor.id.as_ref().unwrap().starts_with("tok_"));
    assert_eq!(events[1].data["flag"], "vip");
    // Unknown flags become known.
    let flags = server.app.store.flags(server.workspace).await.unwrap();
    assert_eq!(flags, ["vip"]);

    db.post(USERS, &json!({"external_id": "p-17"}))
        .await
        .problem(409, "conflict");
    // The bot meets the same person.
    let greeter = server.publish(&bots::greeter()).await;
    let start = json!({"function_id": greeter, "user": {"external_id": "p-17"}});
    let chat = server.bots().start_with(start).await;
    assert_eq!(chat.user(), user["id"]);
}

async fn what_a_user_cannot_be_is_refused(server: TestServer) {
    let db = server.db();
    let body = json!({
        "external_id": " ", "flags": ["two words"],
        "fields": {"user_birthdate": "tomorrow", "user_fname": 5, "a-b": 1},
    });
    let mut faults = db.post(USERS, &body).await.faults();
    faults.sort();
    let expected = [
        ("/external_id", "invalid_value"),
        ("/fields/a-b", "invalid_name"),
        ("/fields/user_birthdate", "invalid_value"),
        ("/fields/user_fname", "invalid_value"),
        ("/flags/0", "invalid_value"),
    ];
    assert_eq!(
        faults,
        expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned()))
    );
    let page = "x".repeat(30_000);
    let long = json!({"fields": {"a": page, "b": page, "c": page}});
    assert_eq!(db.post(USERS, &long).await.faults()[0].1, "too_large");
    assert_eq!(
        db.post(USERS, &json!({"name": "Ana"})).await.faults(),
        [("/name".to_owned(), "unknown_field".to_owned())]
    );
    let user = ana(&db).await;
    let path = format!("{USERS}/ext:p-17");
    for (body, pointer) in [
        (json!({"fields": null}), "/fields"),
        (
            json!({"fields": {"user_fname": true}}),
            "/fields/user_fname",
        ),
        (json!({"external_id": ""}), "/external_id"),
        (json!({"flags": []}), "/flags"),
        (
            json!({"fields": {"a": page, "b": page, "c": page}}),
            "/fields",
        ),
    ] {
        assert_eq!(
            db.patch(&path, &body).await.faults()[0].0,
            pointer,
            "{body}"
        );
    }
    assert_eq!(
        db.get(&path).await.ok(),
        user,
        "a refused call changes nothing"
    );
    let text = db.clone().header("content-type", "text/plain");
    text.call(Method::PATCH, &path, "{}")
        .await
        .problem(415, "unsupported_media_type");
    for path in [
        format!("{USERS}/usr_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b"),
        format!("{USERS}/p-17"),
        format!("{USERS}/ext:p-18"),
    ] {
        db.get(&path).await.problem(404, "not_found");
        db.patch(&path, &json!({})).await.problem(404, "not_found");
        db.delete(&path).await.problem(404, "not_found");
        db.put(&format!("{path}/flags/vip"))
            .await
            .problem(404, "not_found");
    }
}

async fn only_what_really_changes_is_told(server: TestServer) {
    let db = server.db();
    let sensitive = json!({"name": "allergies", "sensitive": true});
    db.post("/api/v1/fields", &sensitive).await.created();
    let user = ana(&db).await;
    let path = format!("{USERS}/ext:p-17");
    let merge = db
        .clone()
        .header("content-type", "application/merge-patch+json");
    let body = json!({"fields": {
        "user_fname": "Ana", "user_city": "Riverside", "user_phone": null, "allergies": "nuts", "unknown": null,
    }});
    let changed = merge
        .call(Method::PATCH, &path, body.to_string())
        .await
        .ok();
    let fields = json!({"user_fname": "Ana", "user_city": "Riverside", "pets": ["cat"], "allergies": "nuts"});
    assert_eq!(changed["fields"], fields);
    assert!(changed["updated_at"].as_str() >= user["updated_at"].as_str());
    assert_eq!(db.get(&path).await.ok(), changed);
    let events = events_about(&server, &user).await;
    let last = events.last().unwrap();
    assert_eq!(
        (events.len(), last.event_type),
        (3, EventType::UserProfileChanged)
    );
    let told = json!({
        "user_city": {"old": null, "new": "Riverside"}, "user_phone": {"old": "+13105550100", "new": null},
    });
    assert_eq!(last.data["changes"], told);
    assert!(!last.data.to_string().contains("nuts"));

    // Nothing new, nothing told, nothing kept.
    assert_eq!(db.patch(&path, &body).await.ok(), changed);
    assert_eq!(db.patch(&path, &json!({})).await.ok(), changed);
    // A sensitive field alone is a change that nobody hears of.
    let body = json!({"fields": {"allergies": "none"}});
    let silent = db.patch(&path, &body).await.ok();
    assert_eq!(silent["fields"]["allergies"], "none");
    assert_eq!(events_about(&server, &user).await.len(), 3);
    // Objects are merged.
    for (patch, merged) in [
        (
            json!({"home": {"city": "Riverside", "zip": "92501"}}),
            json!({"city": "Riverside", "zip": "92501"}),
        ),
        (
            json!({"home": {"zip": null, "state": "CA"}}),
            json!({"city": "Riverside", "state": "CA"}),
        ),
    ] {
        let user = db.patch(&path, &json!({"fields": patch})).await.ok();
        assert_eq!(user["fields"]["home"], merged);
    }
}

async fn an_external_id_changes_hands(server: TestServer) {
    let db = server.db();
    let user = ana(&db).await;
    let other = db
        .post(USERS, &json!({"external_id": "p-18"}))
        .await
        .created();
    let path = format!("{USERS}/ext:p-17");
    db.patch(&path, &json!({"external_id": "p-18"}))
        .await
        .problem(409, "conflict");
    db.patch(&path, &json!({"external_id": "p-17"})).await.ok();
    let changed = db.patch(&path, &json!({"external_id": "p-19"})).await.ok();
    assert_eq!(
        (&changed["id"], &changed["external_id"]),
        (&user["id"], &json!("p-19"))
    );
    db.get(&path).await.problem(404, "not_found");
    let events = events_about(&server, &user).await;
    let changes = &events.last().unwrap().data["changes"];
    assert_eq!(
        *changes,
        json!({"external_id": {"old": "p-17", "new": "p-19"}})
    );
    let path = format!("{USERS}/ext:p-18");
    let bare = db.patch(&path, &json!({"external_id": null})).await.ok();
    assert_eq!(
        (&bare["id"], &bare["external_id"]),
        (&other["id"], &Value::Null)
    );
    ana(&db).await;
}

async fn flags_come_and_go_once(server: TestServer) {
    let db = server.db();
    let user = ana(&db).await;
    let path = format!("{USERS}/ext:p-17/flags");
    let list = async || db.get(&path).await.ok()["data"].clone();
    for _ in 0..2 {
        db.put(&format!("{path}/%C3%BCberweisung")).await.done();
        assert_eq!(list().await, json!(["vip", "überweisung"]));
    }
    for _ in 0..2 {
        db.delete(&format!("{path}/vip")).await.done();
        assert_eq!(list().await, json!(["überweisung"]));
    }
    let events = events_about(&server, &user).await;
    assert_eq!(
        types(&events[2..]),
        [EventType::FlagAssigned, EventType::FlagRemoved]
    );
    assert_eq!(events[3].data["user"]["flags"], json!(["überweisung"]));
    db.put(&format!("{path}/two%20words"))
        .await
        .problem(404, "not_found");
    db.delete(&format!("{path}/unknown")).await.done();
    for flag in ["a", "b", "c"] {
        db.put(&format!("{path}/{flag}")).await.done();
    }
    let first = db.get(&format!("{path}?limit=2")).await.ok();
    assert_eq!(first["data"], json!(["a", "b"]));
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = db
        .get(&format!("{path}?limit=2&cursor={cursor}"))
        .await
        .ok();
    assert_eq!(
        rest,
        json!({"data": ["c", "überweisung"], "next_cursor": null})
    );
}

async fn a_repeat_with_a_key_acts_once(server: TestServer) {
    let db = server.db().key("k-1");
    let user = ana(&db).await;
    assert_eq!(ana(&db).await, user);
    db.post(USERS, &json!({"external_id": "p-18"}))
        .await
        .problem(409, "idempotency_key_reused");
    let path = format!("{USERS}/ext:p-17");
    let patch = server.db().key("k-2");
    let body = json!({"external_id": "p-20"});
    let changed = patch.patch(&path, &body).await.ok();
    // The path leads nowhere any more, and yet the answer is the same.
    assert_eq!(patch.patch(&path, &body).await.ok(), changed);
    let path = format!("{USERS}/ext:p-20");
    let flags = server.db().key("k-3");
    flags.put(&format!("{path}/flags/new")).await.done();
    server
        .db()
        .delete(&format!("{path}/flags/new"))
        .await
        .done();
    flags.put(&format!("{path}/flags/new")).await.done();
    let now = server.db().get(&path).await.ok();
    assert_eq!(now["flags"], json!(["vip"]), "a repeat does not act again");
    let erase = server.db().key("k-4");
    erase.delete(&path).await.done();
    erase.delete(&path).await.done();
    server.db().delete(&path).await.problem(404, "not_found");
    // What was said about the person is gone; the request is not carried out again either.
    let body = json!({
        "external_id": "p-17",
        "fields": {"user_fname": "Ana", "user_phone": "+13105550100", "pets": ["cat"], "gone": null},
        "flags": ["vip"],
    });
    db.post(USERS, &body).await.problem(404, "not_found");
}

async fn a_token_that_only_reads_changes_nothing(server: TestServer) {
    let user = ana(&server.db()).await;
    let new = smartbot_app::tokens::NewToken {
        kind: TokenKind::DbUpdate,
        name: "reader".into(),
        expires_in: None,
        read_only: true,
        allow_ips: Vec::new(),
    };
    let made = server
        .app
        .create_token(server.workspace, new)
        .await
        .unwrap();
    let reader = server.with(&made.secret);
    let path = format!("{USERS}/ext:p-17");
    let flag = format!("{path}/flags/x");
    reader
        .post(USERS, &json!({}))
        .await
        .problem(403, "read_only_token");
    for (method, path) in [
        (Method::PATCH, path.as_str()),
        (Method::DELETE, path.as_str()),
        (Method::PUT, flag.as_str()),
        (Method::DELETE, flag.as_str()),
        (Method::POST, "/api/v1/users/bulk"),
        (Method::POST, "/api/v1/fields"),
        (Method::DELETE, "/api/v1/goals/x"),
    ] {
        reader
            .call(method, path, Bytes::new())
            .await
            .problem(403, "read_only_token");
    }
    assert_eq!(reader.get(&path).await.ok(), user);
    assert_eq!(reader.get(USERS).await.ok()["data"], json!([user]));
}

/// Applications and bots change the same person at the same moment.
async fn changes_at_once_are_all_kept(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let db = server.db();
    let user = ana(&db).await;
    let start = json!({"function_id": echo, "user": {"external_id": "p-17"}});
    let chat = server.bots().start_with(start).await;
    let path = format!("{USERS}/ext:p-17");
    let patches = (0..12).map(|number| {
        let (db, path, chat) = (db.clone(), path.clone(), chat.clone());
        async move {
            let body = json!({"fields": {format!("field_{number}"): number}});
            db.patch(&path, &body).await.ok();
            db.put(&format!("{path}/flags/flag-{number}")).await.done();
            chat.say("hello").await;
        }
    });
    futures_util::future::join_all(patches).await;
    let now = db.get(&path).await.ok();
    assert_eq!(now["flags"].as_array().unwrap().len(), 13);
    assert_eq!(now["fields"].as_object().unwrap().len(), 15);
    // Counted without gaps, which the function checks.
    let events = events_about(&server, &user).await;
    assert_eq!(events.len(), 2 + 1 + 24);
    assert_eq!(chat.messages().await.len(), 1 + 3 * 12);
}

on_both_databases!(
    a_repeat_with_a_key_acts_once,
    a_token_that_only_reads_changes_nothing,
    a_user_is_made_and_told_of,
    an_external_id_changes_hands,
    changes_at_once_are_all_kept,
    flags_come_and_go_once,
    only_what_really_changes_is_told,
    what_a_user_cannot_be_is_refused,
);
