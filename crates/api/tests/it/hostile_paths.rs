//! Paths, methods, ids and parameters that nobody should send.
use crate::support::{TestServer, bots, on_both_databases};
use bytes::Bytes;
use http::Method;
use serde_json::json;
use std::collections::BTreeSet;

const START: &str = "/api/v1/sessions";

async fn unknown_paths_and_methods_are_problems(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let chat = server.bots().start(&greeter).await;
    let long = format!("/{}", "x".repeat(6_000));
    let unknown = [
        "/api",
        "/api/v1",
        "/api/v2/bots",
        "/api/v1/bots/",
        "//api/v1/bots",
        "/api/v1/bots/a/b",
        "/api/v1/../v1/x",
        &long,
    ];
    for path in unknown {
        server.bots().get(path).await.problem(404, "not_found");
        server.nobody().get(path).await.problem(404, "not_found");
    }
    let wrong = [
        (Method::DELETE, START.to_owned()),
        (Method::GET, chat.path("/end")),
        (Method::PUT, chat.path("")),
        (Method::PATCH, "/healthz".into()),
    ];
    for (method, path) in wrong {
        let reply = server.bots().call(method, &path, "").await;
        assert!(!reply.header("allow").is_empty(), "{path}");
        reply.problem(405, "method_not_allowed");
    }
    server
        .bots()
        .call("BREW".parse().unwrap(), START, "")
        .await
        .problem(405, "method_not_allowed");
}

async fn pages_of_other_sites_are_let_in_nowhere(server: TestServer) {
    let api = server.bots().header("origin", "https://elsewhere.test");
    let asks = api.clone().header("access-control-request-method", "POST");
    let preflight = asks.call(Method::OPTIONS, START, "").await;
    assert_eq!(preflight.header("access-control-allow-origin"), "");
    preflight.problem(405, "method_not_allowed");
    let reply = api.get("/api/v1/bots").await;
    assert_eq!(reply.header("access-control-allow-origin"), "");
    reply.ok();
}

async fn hostile_ids_are_not_found(server: TestServer) {
    let ids = [
        "1",
        "ses_",
        "ses_1",
        "ses_019AAE3C5D1E7C0F9A3B1C2D3E4F5A6B",
        "usr_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b",
        "%00",
        "%ff%fe",
        "%F0%9F%99%82",
        "..%2f..%2fetc",
        "'%20or%201=1--",
        "ses_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b%00",
        "{id}",
        "null",
        "ses_ffffffffffffffffffffffffffffffff",
    ];
    for id in ids {
        for path in [
            format!("{START}/{id}"),
            format!("{START}/{id}/messages"),
            format!("{START}/{id}/stream"),
            format!("/api/v1/bots/{id}"),
        ] {
            server.bots().get(&path).await.problem(404, "not_found");
        }
        server
            .bots()
            .post(&format!("{START}/{id}/messages"), &json!({"text": "x"}))
            .await
            .problem(404, "not_found");
        for path in [
            format!("/api/v1/chat_logs/{id}"),
            format!("/api/v1/users/{id}"),
            format!("/api/v1/users/ext:{id}"),
        ] {
            server.db().get(&path).await.problem(404, "not_found");
        }
    }
    server
        .db()
        .get("/api/v1/users/ext:")
        .await
        .problem(404, "not_found");
}

async fn parameters_are_held_to_their_types(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    for query in [
        "after_seq=x",
        "after_seq=-1",
        "after_seq=99999999999",
        "after_seq=",
        "after=1",
        "after_seq=1&after_seq=2",
        "after_seq=%ff",
    ] {
        chat.api
            .get(&chat.path(&format!("/messages?{query}")))
            .await
            .problem(400, "invalid_parameter");
    }
    for cursor in ["%00", "a%00b"] {
        server
            .bots()
            .get(&format!("/api/v1/bots?cursor={cursor}"))
            .await
            .problem(400, "invalid_parameter");
    }
}

async fn every_answer_has_an_id_of_its_own(server: TestServer) {
    let api = server
        .bots()
        .header("x-request-id", "req_00000000000000000000000000000000");
    let mut ids = BTreeSet::new();
    for path in [
        "/",
        "/healthz",
        "/readyz",
        "/metrics",
        "/openapi.json",
        "/api/v1/bots",
        "/schemas/bot.json",
    ] {
        ids.insert(api.get(path).await.header("x-request-id").to_owned());
    }
    assert_eq!(ids.len(), 7);
    let reply = api.call(Method::POST, START, Bytes::new()).await;
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
}

on_both_databases!(
    pages_of_other_sites_are_let_in_nowhere,
    every_answer_has_an_id_of_its_own,
    hostile_ids_are_not_found,
    parameters_are_held_to_their_types,
    unknown_paths_and_methods_are_problems,
);
