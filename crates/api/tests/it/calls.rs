//! The External API box when the other side behaves: what is sent, and what becomes of the answer.
use crate::support::events::verify;
use crate::support::{TestServer, bots, on_both_databases, texts};
use serde_json::{Value, json};
use smartbot_model::EventType;
use smartbot_model::time::Clock;
use smartbot_testkit::{Answer, Receiver};
use std::time::Duration;

/// A receiver and a bot that calls it at once.
async fn setting(server: &TestServer, settings: Value, fields: Value) -> (Receiver, String) {
    let receiver = Receiver::start().await;
    let caller = server
        .publish(&bots::caller(&receiver.url("/book"), settings, fields))
        .await;
    (receiver, caller)
}

async fn an_object_overwrites_fields_and_makes_variables(server: TestServer) {
    let (receiver, caller) = setting(&server, json!({}), json!([])).await;
    let answer = json!({
        "user_city": "Springfield", "result": "booked", "slot": {"room": 7, "at": ["9:00", null]}, "copay": 25.5,
        "user_id": "theirs", "external_id": "theirs", "password": "pw", "SDFuserid": 9, "bad key": 1,
    });
    receiver.answer("/book", Answer::json(200, &answer));
    let user =
        json!({"external_id": "p-1", "fields": {"user_city": "Riverside", "user_fname": "Ana"}});
    let chat = server
        .bots()
        .start_with(json!({"function_id": caller, "user": user}))
        .await;
    assert_eq!(texts(&chat.started), ["One moment.", "Done: booked."]);

    let user = server.db().get("/api/v1/users/ext:p-1").await.ok();
    assert_eq!(
        user["fields"],
        json!({"user_city": "Springfield", "user_fname": "Ana"})
    );
    assert_eq!(user["id"], chat.user(), "a restricted key changes nobody");
    let log = server
        .db()
        .get(&format!("/api/v1/chat_logs/{}", chat.id))
        .await
        .ok();
    let expected = json!({
        "result": "booked", "slot": {"room": 7, "at": ["9:00", null]}, "copay": 25.5,
        "APIuser_id": "theirs", "APIexternal_id": "theirs", "APIpassword": "pw", "APISDFuserid": 9,
    });
    assert_eq!(log["variables"], expected);
    let changed: Vec<_> = server
        .events()
        .await
        .into_iter()
        .filter(|it| it.event_type == EventType::UserProfileChanged)
        .collect();
    assert_eq!(changed.len(), 1);
    assert_eq!(
        changed[0].data["changes"],
        json!({"user_city": {"old": "Riverside", "new": "Springfield"}})
    );
    assert_eq!(changed[0].data["box_id"], "call");
}

async fn other_answers_go_where_the_box_says(server: TestServer) {
    let (receiver, caller) = setting(&server, json!({"save_to": "result"}), json!([])).await;
    let plain =
        |text: &'static str, kind: &str| Answer::new(200, text).header("content-type", kind);
    let cases = [
        (Answer::json(200, &json!("fine")), json!("fine")),
        (
            plain("as text", "text/plain; charset=utf-8"),
            json!("as text"),
        ),
        (plain("5", "text/plain"), json!("5")),
        (Answer::json(201, &json!(5)), json!(5)),
        (Answer::json(200, &json!([1, "b"])), json!([1, "b"])),
        (Answer::json(200, &json!({"slot": 1})), json!({"slot": 1})),
        (Answer::status(204), Value::Null),
    ];
    for (answer, expected) in cases {
        receiver.answer("/book", answer);
        let chat = server.bots().start(&caller).await;
        assert_eq!(texts(&chat.started).len(), 2, "{}", chat.started);
        let log = server
            .db()
            .get(&format!("/api/v1/chat_logs/{}", chat.id))
            .await
            .ok();
        assert_eq!(
            log["variables"].get("result").unwrap_or(&Value::Null),
            &expected
        );
    }
}

async fn a_map_takes_values_from_inside_the_answer(server: TestServer) {
    let map = json!({"map": {"result": "$.slots[0].room", "user_city": "$.place.city", "all": "$.slots[*].room", "none": "$.x"}});
    let (receiver, caller) = setting(&server, map, json!([])).await;
    let answer = json!({"slots": [{"room": 7}, {"room": 8}], "place": {"city": "Springfield"}});
    receiver.answer("/book", Answer::json(200, &answer));
    let chat = server
        .bots()
        .start_with(json!({"function_id": caller, "user": {"external_id": "p-1"}}))
        .await;
    assert_eq!(texts(&chat.started)[1], "Done: 7.");
    let log = server
        .db()
        .get(&format!("/api/v1/chat_logs/{}", chat.id))
        .await
        .ok();
    assert_eq!(
        (&log["variables"]["all"], &log["variables"]["none"]),
        (&json!([7, 8]), &Value::Null)
    );
    assert_eq!(log["user"]["fields"]["user_city"], "Springfield");
}

async fn everything_but_sensitive_fields_is_sent_and_signed(server: TestServer) {
    let fields = json!([
        {"name": "insurance_number", "kind": "profile", "type": "text", "sensitive": true},
        {"name": "pin", "kind": "variable", "type": "text", "sensitive": true},
        {"name": "size", "kind": "variable", "type": "number"},
    ]);
    let (receiver, caller) = setting(&server, json!({}), fields).await;
    let body = json!({
        "function_id": caller,
        "user": {"external_id": "p-1", "fields": {"user_fname": "Ana \u{1f642}", "insurance_number": "K-4711"}},
        "variables": {"size": 1.5, "pin": "0815", "slot": {"room": 7}},
    });
    let chat = server.bots().start_with(body).await;
    let request = receiver.next_request(1).await;
    assert_eq!(
        (request.method.as_str(), request.header("content-type")),
        ("POST", Some("application/json"))
    );
    assert!(
        request
            .header("user-agent")
            .unwrap()
            .starts_with("SmartBot/")
    );
    let expected = json!({
        "user_fname": "Ana \u{1f642}", "size": 1.5, "slot": {"room": 7}, "user_id": chat.user(), "external_id": "p-1",
        "session_id": chat.id, "function_id": "Caller", "box_id": "call",
    });
    assert_eq!(request.json(), expected);
    let secret = server
        .app
        .call_signing_secret(server.workspace)
        .await
        .unwrap()
        .into_inner();
    verify(&request, &secret, server.clock.now());
    assert_eq!(
        request.header("idempotency-key"),
        request.header("webhook-id")
    );
    assert_eq!(
        request.header("content-length").unwrap(),
        request.body.len().to_string()
    );
}

async fn a_body_of_one_s_own_may_name_sensitive_fields(server: TestServer) {
    let fields = json!([{"name": "pin", "kind": "variable", "type": "text", "sensitive": true}]);
    let settings = json!({"method": "PUT", "body": {"pin": "{pin}", "n": "{count}", "note": "for {user_fname|somebody} \"x\""}});
    let (receiver, caller) = setting(&server, settings, fields).await;
    let body = json!({"function_id": caller, "variables": {"pin": "0815", "count": 3}});
    server.bots().start_with(body).await;
    let request = receiver.next_request(1).await;
    assert_eq!(request.method.as_str(), "PUT");
    assert_eq!(
        request.json(),
        json!({"pin": "0815", "n": 3, "note": "for somebody \"x\""})
    );
}

async fn a_get_sends_no_body_and_fields_never_change_the_host(server: TestServer) {
    let receiver = Receiver::start().await;
    let url = receiver.url("/find/{user_city}?q={user_fname}");
    let caller = server
        .publish(&bots::caller(&url, json!({"method": "GET"}), json!([])))
        .await;
    let fields = json!({"user_city": "../../a b@evil.test:1/#x", "user_fname": "Ä&b=c"});
    server
        .bots()
        .start_with(json!({"function_id": caller, "user": {"fields": fields}}))
        .await;
    let request = receiver.next_request(1).await;
    assert_eq!((request.method.as_str(), request.body.len()), ("GET", 0));
    assert_eq!(request.header("content-type"), None);
    assert_eq!(
        request.uri.path(),
        "/find/..%2F..%2Fa%20b%40evil.test%3A1%2F%23x"
    );
    assert_eq!(request.uri.query(), Some("q=%C3%84%26b%3Dc"));
    let secret = server
        .app
        .call_signing_secret(server.workspace)
        .await
        .unwrap()
        .into_inner();
    verify(&request, &secret, server.clock.now());
}

async fn secrets_stand_in_headers_and_nowhere_else(server: TestServer) {
    server
        .app
        .set_secret(server.workspace, "portal", "s3cret-value".into())
        .await
        .unwrap();
    let headers = json!({"headers": {"Authorization": "Bearer {{secret:portal}}", "X-Who": "{user_fname}", "X-Two": "{{secret:portal}}/{{secret:portal}}"}});
    let (receiver, caller) = setting(&server, headers, json!([])).await;
    receiver.answer("/book", Answer::json(200, &json!({"result": "fine"})));
    // What a user writes is never taken for a name of a secret.
    let fields = json!({"user_fname": "{{secret:portal}}"});
    let chat = server
        .bots()
        .start_with(json!({"function_id": caller, "user": {"fields": fields}}))
        .await;
    assert_eq!(texts(&chat.started)[1], "Done: fine.");
    let request = receiver.next_request(1).await;
    assert_eq!(request.header("authorization"), Some("Bearer s3cret-value"));
    assert_eq!(request.header("x-two"), Some("s3cret-value/s3cret-value"));
    assert!(
        !request.header("x-who").unwrap().contains("s3cret"),
        "{:?}",
        request.header("x-who")
    );
    let log = server
        .db()
        .get(&format!("/api/v1/chat_logs/{}", chat.id))
        .await
        .ok();
    let exported = server
        .app
        .export_bot(server.workspace, &caller, false)
        .await
        .unwrap();
    assert!(!format!("{log}{exported}").contains("s3cret"));
}

async fn every_try_of_a_call_has_the_same_key_and_body(server: TestServer) {
    let (receiver, caller) = setting(&server, json!({"retries": 2}), json!([])).await;
    receiver.answer_once("/book", Answer::status(503));
    receiver.answer_once("/book", Answer::close());
    receiver.answer("/book", Answer::json(200, &json!({"result": "fine"})));
    let chat = server.bots().start(&caller).await;
    assert_eq!(texts(&chat.started), ["One moment.", "Done: fine."]);
    let requests = receiver.requests();
    assert_eq!(requests.len(), 3);
    for request in &requests {
        assert_eq!(
            request.header("idempotency-key"),
            requests[0].header("idempotency-key")
        );
        assert_eq!(request.body, requests[0].body);
    }
    let other = server.bots().start(&caller).await;
    assert_ne!(other.id, chat.id);
    assert_ne!(
        receiver.requests()[3].header("idempotency-key"),
        requests[0].header("idempotency-key")
    );
    assert_eq!(server.count(EventType::ExternalApiFailed).await, 0);
}

async fn links_see_the_status(server: TestServer) {
    let receiver = Receiver::start().await;
    let boxes = json!([
        {"id": "call", "type": "external_api", "url": receiver.url("/")},
        {"id": "full", "type": "end", "message": "Full."},
        {"id": "good", "type": "end", "message": "Good."},
        {"id": "bad", "type": "end", "message": "Bad."},
    ]);
    let links = json!([
        {"from": "call", "to": "full", "when": {"op": "api_status", "value": 409}},
        {"from": "call", "to": "good", "when": {"op": "api_succeeded"}},
        {"from": "call", "to": "bad"},
    ]);
    let bot = server
        .publish(&bots::bot("Statuses", boxes, links, json!([])))
        .await;
    for (status, text) in [
        (200, "Good."),
        (299, "Good."),
        (409, "Full."),
        (404, "Bad."),
        (304, "Bad."),
    ] {
        receiver.answer("/", Answer::status(status));
        assert_eq!(
            texts(&server.bots().start(&bot).await.started),
            [text],
            "{status}"
        );
    }
}

async fn two_calls_in_a_row_are_told_in_one_answer(server: TestServer) {
    let receiver = Receiver::start().await;
    receiver.answer(
        "/a",
        Answer::json(200, &json!({"a": 1})).after(Duration::from_millis(50)),
    );
    receiver.answer(
        "/b",
        Answer::json(200, &json!({"b": 2})).after(Duration::from_millis(50)),
    );
    let boxes = json!([
        {"id": "a", "type": "external_api", "url": receiver.url("/a")},
        {"id": "between", "type": "message", "text": "{a}"},
        {"id": "b", "type": "external_api", "url": receiver.url("/b")},
        {"id": "bye", "type": "end", "message": "{a}{b}"},
    ]);
    let bot = server
        .publish(&bots::chain("TwoCalls", boxes, json!([])))
        .await;
    let chat = server.bots().start(&bot).await;
    assert_eq!(texts(&chat.started), ["1", "12"]);
    assert_eq!(receiver.requests_to("/b")[0].json()["a"], 1);
}

on_both_databases!(
    a_body_of_one_s_own_may_name_sensitive_fields,
    a_get_sends_no_body_and_fields_never_change_the_host,
    a_map_takes_values_from_inside_the_answer,
    an_object_overwrites_fields_and_makes_variables,
    every_try_of_a_call_has_the_same_key_and_body,
    everything_but_sensitive_fields_is_sent_and_signed,
    links_see_the_status,
    other_answers_go_where_the_box_says,
    secrets_stand_in_headers_and_nowhere_else,
    two_calls_in_a_row_are_told_in_one_answer,
);
