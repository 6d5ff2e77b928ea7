//! Pages of other sites: off, but for the origins that a workspace lists, for sessions with a session key.
use crate::support::{Reply, TestServer, bots, on_both_databases};
use http::Method;
use serde_json::json;
use smartbot_app::workspaces::SettingsPatch;

const SITE: &str = "https://www.clinic.example";

fn allowed(reply: &Reply) -> &str {
    assert_eq!(reply.header("access-control-allow-credentials"), "");
    reply.header("access-control-allow-origin")
}

async fn list(server: &TestServer, origins: &[&str]) {
    let patch = SettingsPatch {
        allowed_origins: Some(origins.iter().map(|it| (*it).to_owned()).collect()),
        ..Default::default()
    };
    server
        .app
        .update_settings(server.workspace, &patch)
        .await
        .unwrap();
}

async fn ask(server: &TestServer, path: &str, origin: &str) -> Reply {
    let api = server.nobody().header("origin", origin);
    let api = api.header("access-control-request-method", "POST");
    api.call(Method::OPTIONS, path, "").await
}

async fn listed_pages_talk_to_sessions_with_a_session_key(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let refused = ask(&server, &chat.path("/messages"), SITE).await;
    assert_eq!(allowed(&refused), "");
    refused.problem(405, "method_not_allowed");
    list(&server, &[SITE]).await;
    for path in ["", "/messages", "/stream", "/typing", "/hand_off", "/end"] {
        let reply = ask(&server, &chat.path(path), SITE).await;
        assert_eq!((reply.status, allowed(&reply)), (204, SITE), "{path}");
        assert_eq!(reply.header("vary"), "origin");
        assert_eq!(
            reply.header("access-control-allow-methods"),
            "GET, POST, PATCH"
        );
        assert!(
            reply
                .header("access-control-allow-headers")
                .contains("authorization")
        );
    }
    let me = server.with(&chat.key).header("origin", SITE);
    let reply = me
        .post(&chat.path("/messages"), &json!({"text": "hello"}))
        .await;
    assert_eq!(
        (reply.status, allowed(&reply), reply.header("vary")),
        (200, SITE, "origin")
    );
    let wrong = me.post(&chat.path("/messages"), &json!({})).await;
    assert_eq!(
        (wrong.status, allowed(&wrong)),
        (400, SITE),
        "pages may read what was wrong"
    );
}

async fn nothing_is_reflected(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    list(&server, &[SITE]).await;
    for origin in [
        "https://evil.example",
        "https://www.clinic.example.evil.example",
        "https://clinic.example",
        "https://evil-www.clinic.example",
        "http://www.clinic.example",
        "https://www.clinic.example:8443",
        "https://www.clinic.example/",
        "HTTPS://WWW.CLINIC.EXAMPLE",
        "null",
        "*",
        "",
    ] {
        let asked = ask(&server, &chat.path("/messages"), origin).await;
        assert_eq!((asked.status, allowed(&asked)), (405, ""), "{origin}");
        let sent = server
            .with(&chat.key)
            .header("origin", origin)
            .get(&chat.path(""))
            .await;
        assert_eq!(allowed(&sent), "", "{origin}");
    }
}

async fn only_sessions_and_only_session_keys(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    list(&server, &[SITE]).await;
    for path in [
        "/api/v1/sessions",
        "/api/v1/bots",
        "/api/v1/agents",
        "/api/v1/admin/sign_in",
        "/api/v1/admin/me",
        "/openapi.json",
    ] {
        assert_eq!(allowed(&ask(&server, path, SITE).await), "", "{path}");
    }
    let token = server.bots().header("origin", SITE);
    assert_eq!(
        allowed(&token.get(&chat.path("")).await),
        "",
        "a token does not belong into a page"
    );
    // Another workspace's list does not count once it is known whose session it is.
    let neighbour = server.another_workspace().await;
    let theirs = neighbour.publish(&bots::echo()).await;
    let theirs = neighbour.bots().start(&theirs).await;
    let me = server.with(&theirs.key).header("origin", SITE);
    assert_eq!(allowed(&me.get(&theirs.path("")).await), "");
}

on_both_databases!(
    listed_pages_talk_to_sessions_with_a_session_key,
    nothing_is_reflected,
    only_sessions_and_only_session_keys,
);
