//! What those who run the server ask it.
use crate::support::{PATIENCE, TestServer, bots, on_both_databases};
use http::Method;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde_json::json;
use smartbot_api::accept::{self, Sockets};
use smartbot_testkit::{spawn, until};
use std::net::Ipv4Addr;
use std::sync::OnceLock;
use tokio::net::TcpListener;

/// There is one recorder in a process.
fn recorder() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE
        .get_or_init(|| PrometheusBuilder::new().install_recorder().unwrap())
        .clone()
}

async fn a_server_tells_that_it_lives_and_is_ready(server: TestServer) {
    assert_eq!(
        server.nobody().get("/healthz").await.ok(),
        json!({"status": "ok"})
    );
    assert_eq!(
        server.nobody().get("/readyz").await.ok(),
        json!({"status": "ok", "database": "ok", "disk": "ok"})
    );
}

async fn a_server_without_its_database_lives_and_is_not_ready(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    server.app.store.close().await;
    assert_eq!(
        server.nobody().get("/healthz").await.ok(),
        json!({"status": "ok"})
    );
    assert_eq!(
        server.nobody().status(Method::GET, "/readyz", "").await,
        503
    );
    let body = json!({"function_id": greeter}).to_string();
    assert_eq!(
        server
            .bots()
            .status(Method::POST, "/api/v1/sessions", body)
            .await,
        503
    );
}

async fn a_server_whose_disk_is_nearly_full_reads_and_accepts_nothing(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let chat = server.bots().start(&greeter).await;
    let full = server.with_a_full_disk().await;
    let there = server.at(full.address);
    until("the disk is looked at", PATIENCE, async || {
        full.app.disk.is_short()
    })
    .await;
    assert_eq!(
        there.get("/readyz").await.ok(),
        json!({"status": "read_only", "database": "ok", "disk": "nearly_full"})
    );
    let reply = there
        .post("/api/v1/sessions", &json!({"function_id": greeter}))
        .await;
    assert_eq!(reply.header("retry-after"), "30");
    reply.problem(503, "disk_full");
    there.get(&chat.path("")).await.ok();
    let signs_in = there
        .post(
            "/api/v1/admin/sign_in",
            &json!({"email": "nobody@clinic.example", "password": "x"}),
        )
        .await;
    assert_ne!(signs_in.status, 503);
    // The other node has a disk of its own.
    chat.say("go on").await;
}

async fn metrics_count_requests_and_turns_and_hold_no_names(server: TestServer) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let options = smartbot_api::Options {
        metrics: Some(recorder()),
        ..Default::default()
    };
    let routes = smartbot_api::router(server.app.clone(), options);
    let stopping = server.app.tasks.stopping();
    let serving = spawn(accept::serve(
        listener,
        routes,
        Sockets::default(),
        stopping,
    ));
    let greeter = server.publish(&bots::greeter()).await;
    let there = server.at(address);
    let body = json!({"function_id": greeter, "user": {"external_id": "p-canary", "fields": {"user_fname": "Ana-canary"}}});
    let chat = there.start_with(body).await;
    chat.say("cough-canary").await;
    there
        .get("/api/v1/nothing-canary")
        .await
        .problem(404, "not_found");
    let reply = there.get("/metrics").await;
    assert!(reply.header("content-type").starts_with("text/plain"));
    let text = String::from_utf8(reply.body.to_vec()).unwrap();
    let started =
        r#"smartbot_http_seconds_count{method="POST",route="/api/v1/sessions",status="201"}"#;
    assert!(text.contains(started), "{text}");
    for name in [
        "smartbot_turns_total",
        "smartbot_turn_seconds_count",
        "smartbot_store_waiting_writes_count",
    ] {
        assert!(text.contains(name), "no {name}: {text}");
    }
    assert!(
        !text.contains("canary") && !text.contains(&chat.id),
        "{text}"
    );
    serving.abort();
}

async fn without_a_recorder_there_are_no_metrics(server: TestServer) {
    let reply = server.nobody().get("/metrics").await;
    reply.problem(404, "not_found");
}

on_both_databases!(
    a_server_tells_that_it_lives_and_is_ready,
    a_server_whose_disk_is_nearly_full_reads_and_accepts_nothing,
    a_server_without_its_database_lives_and_is_not_ready,
    metrics_count_requests_and_turns_and_hold_no_names,
    without_a_recorder_there_are_no_metrics,
);
