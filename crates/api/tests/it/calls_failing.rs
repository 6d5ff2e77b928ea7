//! The External API box when the other side does not behave: the session goes down its failure link within the time limit.
use crate::support::server::{ALLOWED_NAME, REFUSED_NAME};
use crate::support::{Chat, TestServer, bots, on_both_databases, texts};
use serde_json::{Value, json};
use smartbot_model::EventType;
use smartbot_testkit::{Answer, Receiver, free_port};
use std::time::{Duration, Instant};

/// Less than this and the limit of a box was not kept: the work of a slow machine comes on top.
const SLACK: Duration = Duration::from_secs(9);

/// Starts a session that calls `url` at once and must fail for this reason; returns status and session.
async fn fails(server: &TestServer, url: &str, settings: Value, reason: &str) -> (Value, Chat) {
    let before = server.count(EventType::ExternalApiFailed).await;
    let caller = server
        .publish(&bots::caller(url, settings, json!([])))
        .await;
    let chat = server.bots().start(&caller).await;
    assert_eq!(
        texts(&chat.started),
        ["One moment.", "Failed."],
        "{reason}: {}",
        chat.started
    );
    assert_eq!(chat.started["session"]["status"], "ended");
    let events: Vec<_> = server
        .events()
        .await
        .into_iter()
        .filter(|it| it.event_type == EventType::ExternalApiFailed)
        .collect();
    assert_eq!(events.len(), before + 1);
    let data = events
        .into_iter()
        .map(|it| it.data)
        .find(|it| it["session_id"] == chat.id)
        .unwrap();
    assert_eq!(
        (&data["reason"], &data["box_id"]),
        (&json!(reason), &json!("call")),
        "{data}"
    );
    (data["status"].clone(), chat)
}

async fn errors_of_the_other_side_are_failures(server: TestServer) {
    let receiver = Receiver::start().await;
    for status in [400, 401, 404, 418, 500, 503] {
        receiver.answer(
            "/",
            Answer::json(status, &json!({"result": "no", "user_city": "Springfield"})),
        );
        let (seen, chat) = fails(&server, &receiver.url("/"), json!({}), "http_status").await;
        assert_eq!(seen, status);
        let log = server
            .db()
            .get(&format!("/api/v1/chat_logs/{}", chat.id))
            .await
            .ok();
        assert_eq!(
            (&log["variables"], &log["user"]["fields"]),
            (&json!({}), &json!({})),
            "a failed answer is not used"
        );
    }
}

async fn a_server_that_hangs_or_trickles_is_given_up_in_time(server: TestServer) {
    let receiver = Receiver::start().await;
    let trickle = Answer::trickle(
        format!("\"{}\"", "x".repeat(10_000)),
        Duration::from_millis(20),
    );
    for answer in [Answer::hang(), trickle] {
        receiver.answer("/", answer);
        let started = Instant::now();
        let settings = json!({"timeout_ms": 300});
        fails(&server, &receiver.url("/"), settings, "timeout").await;
        let took = started.elapsed();
        assert!(
            took >= Duration::from_millis(300) && took < Duration::from_millis(300) + SLACK,
            "{took:?}"
        );
    }
}

async fn a_flood_is_cut_off(server: TestServer) {
    let receiver = Receiver::start().await;
    receiver.answer("/", Answer::flood(300 << 20));
    fails(&server, &receiver.url("/"), json!({}), "too_large").await;
    let announced = Answer::json(200, &json!("x".repeat(1 << 20)));
    receiver.answer("/", announced);
    fails(
        &server,
        &receiver.url("/"),
        json!({"save_to": "result"}),
        "too_large",
    )
    .await;
    // Not too large to read, but for the session's variables.
    receiver.answer("/", Answer::json(200, &json!("x".repeat(64 * 1024))));
    fails(
        &server,
        &receiver.url("/"),
        json!({"save_to": "result"}),
        "too_large",
    )
    .await;
}

async fn a_redirect_is_not_followed(server: TestServer) {
    let receiver = Receiver::start().await;
    for status in [301, 302, 303, 307, 308] {
        receiver.answer("/", Answer::redirect(status, &receiver.url("/elsewhere")));
        let (seen, _) = fails(&server, &receiver.url("/"), json!({}), "http_status").await;
        assert_eq!(seen, status);
    }
    assert_eq!(receiver.requests_to("/elsewhere").len(), 0);
}

async fn what_is_not_json_is_no_answer(server: TestServer) {
    let receiver = Receiver::start().await;
    let json = |body: Vec<u8>| Answer::new(200, body).header("content-type", "application/json");
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let bodies = [
        b"<html>".to_vec(),
        b"{\"a\":1".to_vec(),
        b"{\"a\":1,\"a\":2}".to_vec(),
        b"\"\\ud800\"".to_vec(),
        b"\"\xff\"".to_vec(),
        b"{\"a\":\"\\u0000\"}".to_vec(),
        deep.into_bytes(),
        b"NaN".to_vec(),
        b"1e999".to_vec(),
        b"{} {}".to_vec(),
    ];
    receiver.answer("/", Answer::not_json());
    fails(&server, &receiver.url("/"), json!({}), "not_json").await;
    for body in bodies {
        receiver.answer("/", json(body));
        fails(
            &server,
            &receiver.url("/"),
            json!({"save_to": "result"}),
            "not_json",
        )
        .await;
    }
    receiver.answer(
        "/",
        Answer::new(200, b"\xff\xfe".to_vec()).header("content-type", "text/plain"),
    );
    fails(
        &server,
        &receiver.url("/"),
        json!({"save_to": "result"}),
        "not_text",
    )
    .await;
}

async fn connections_that_break_are_failures(server: TestServer) {
    let receiver = Receiver::start().await;
    receiver.answer("/", Answer::close());
    fails(&server, &receiver.url("/"), json!({}), "closed").await;
    receiver.answer("/", Answer::half("{\"result\": 1234567890}"));
    fails(&server, &receiver.url("/"), json!({}), "closed").await;
    let nobody = format!("http://127.0.0.1:{}/", free_port());
    fails(&server, &nobody, json!({}), "connect_failed").await;
    fails(
        &server,
        "https://unknown.test/",
        json!({}),
        "name_not_found",
    )
    .await;
}

async fn addresses_behind_the_guard_are_never_called(server: TestServer) {
    let receiver = Receiver::start().await;
    let port = receiver.port();
    let refused = [
        format!("http://{REFUSED_NAME}:{port}/"),
        format!("http://127.0.0.2:{port}/"),
        format!("http://[::1]:{port}/"),
        format!("http://2130706434:{port}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://10.0.0.1/".to_owned(),
    ];
    for url in refused {
        fails(&server, &url, json!({"retries": 3}), "refused_address").await;
    }
    assert_eq!(receiver.connections(), 0);
    let allowed = format!("http://{ALLOWED_NAME}:{port}/");
    let caller = server
        .publish(&bots::caller(&allowed, json!({}), json!([])))
        .await;
    assert_eq!(
        texts(&server.bots().start(&caller).await.started)[1],
        "Done: ."
    );
}

async fn a_secret_that_nobody_set_stops_the_call(server: TestServer) {
    let receiver = Receiver::start().await;
    let headers = json!({"headers": {"Authorization": "Bearer {{secret:portal}}"}});
    fails(&server, &receiver.url("/"), headers, "unknown_secret").await;
    assert_eq!(receiver.connections(), 0);
}

async fn a_header_that_cannot_be_one_stops_the_call(server: TestServer) {
    let receiver = Receiver::start().await;
    let caller = server
        .publish(&bots::caller(
            &receiver.url("/"),
            json!({"headers": {"X-Who": "{user_fname}"}}),
            json!([]),
        ))
        .await;
    for name in ["a\r\nX-Evil: 1", "line\nbreak", "\u{7f}"] {
        let body = json!({"function_id": caller, "user": {"fields": {"user_fname": name}}});
        let chat = server.bots().start_with(body).await;
        assert_eq!(chat.started["session"]["status"], "ended", "{name:?}");
    }
    assert!(
        receiver
            .requests()
            .iter()
            .all(|it| it.header("x-evil").is_none())
    );
}

async fn retries_end_and_are_for_passing_faults_only(server: TestServer) {
    let receiver = Receiver::start().await;
    receiver.answer("/busy", Answer::status(500));
    fails(
        &server,
        &receiver.url("/busy"),
        json!({"retries": 1}),
        "http_status",
    )
    .await;
    assert_eq!(receiver.requests_to("/busy").len(), 2);
    receiver.answer("/wrong", Answer::status(422));
    fails(
        &server,
        &receiver.url("/wrong"),
        json!({"retries": 3}),
        "http_status",
    )
    .await;
    assert_eq!(receiver.requests_to("/wrong").len(), 1);
    receiver.answer("/html", Answer::not_json());
    fails(
        &server,
        &receiver.url("/html"),
        json!({"retries": 3}),
        "not_json",
    )
    .await;
    assert_eq!(receiver.requests_to("/html").len(), 1);
}

async fn without_a_link_for_failures_the_default_is_followed(server: TestServer) {
    let receiver = Receiver::start().await;
    receiver.answer("/", Answer::status(500));
    let boxes = json!([
        {"id": "call", "type": "external_api", "url": receiver.url("/")},
        {"id": "on", "type": "text", "text": "Let us go on."},
    ]);
    let bot = server
        .publish(&bots::chain("OneWay", boxes, json!([])))
        .await;
    assert_eq!(
        texts(&server.bots().start(&bot).await.started),
        ["Let us go on."]
    );
}

on_both_databases!(
    a_flood_is_cut_off,
    a_header_that_cannot_be_one_stops_the_call,
    a_redirect_is_not_followed,
    a_secret_that_nobody_set_stops_the_call,
    a_server_that_hangs_or_trickles_is_given_up_in_time,
    addresses_behind_the_guard_are_never_called,
    connections_that_break_are_failures,
    errors_of_the_other_side_are_failures,
    retries_end_and_are_for_passing_faults_only,
    what_is_not_json_is_no_answer,
    without_a_link_for_failures_the_default_is_followed,
);
