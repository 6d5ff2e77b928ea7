//! What those who run the server ask it.
use crate::support::{TestServer, bots, on_both_databases};
use http::Method;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde_json::json;
use smartbot_testkit::spawn;
use std::net::{Ipv4Addr, SocketAddr};
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
        json!({"status": "ok", "database": "ok"})
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

async fn metrics_count_requests_and_turns_and_hold_no_names(server: TestServer) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let options = smartbot_api::Options {
        metrics: Some(recorder()),
        ..Default::default()
    };
    let routes = smartbot_api::router(server.app.clone(), options);
    let service = routes.into_make_service_with_connect_info::<SocketAddr>();
    let serving = spawn(async move { axum::serve(listener, service).await.unwrap() });
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
    a_server_without_its_database_lives_and_is_not_ready,
    metrics_count_requests_and_turns_and_hold_no_names,
    without_a_recorder_there_are_no_metrics,
);
