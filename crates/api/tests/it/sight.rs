//! Agents who are limited to flags: of users without one of these there is nothing to be seen, and nothing to be done with them.
use crate::support::browser::PASSWORD;
use crate::support::{Api, TestServer, bots, on_both_databases};
use http::Method;
use serde_json::{Value, json};
use smartbot_app::Caller;
use smartbot_app::agents::NewAgent;
use smartbot_model::agent::Role;

/// A browser of an owner who sees users with one of these flags only.
async fn limited_to(server: &TestServer, flags: &[&str]) -> Api {
    let email = format!("{}@clinic.example", flags.join("-"));
    let new = NewAgent {
        email: email.clone(),
        name: None,
        role: Role::Owner,
        limited_to_flags: flags.iter().map(|it| (*it).to_owned()).collect(),
        password: Some(PASSWORD.to_owned()),
    };
    let caller = Caller::system(server.workspace);
    server.app.add_agent(&caller, new, None).await.unwrap();
    let browser = server.signed_in(&email).await;
    browser.header("content-type", "application/json")
}

/// A user with a chat; returns the session.
async fn person(server: &TestServer, external_id: &str, flags: Value) -> String {
    let user = json!({"external_id": external_id, "fields": {"user_fname": "Ana"}, "flags": flags});
    server.db().post("/api/v1/users", &user).await.created();
    let start = json!({"function_id": "Greeter", "user": {"external_id": external_id}});
    let chat = server.bots().start_with(start).await;
    chat.send(&json!({"text": "my knee hurts"})).await.ok();
    chat.id
}

/// Who stands in a list, by the id of the customer's own.
async fn listed(api: &Api, path: &str) -> Vec<String> {
    let page = api.get(path).await.ok();
    let name = |it: &Value| {
        let id = it
            .pointer("/user/external_id")
            .unwrap_or(&it["external_id"]);
        id.as_str().unwrap().to_owned()
    };
    let mut names: Vec<String> = page["data"].as_array().unwrap().iter().map(name).collect();
    names.sort_unstable();
    names
}

/// Three people, of whom the first two carry a flag each.
async fn setting(server: &TestServer) -> [String; 3] {
    server.publish(&bots::greeter()).await;
    [
        person(server, "vip", json!(["vip"])).await,
        person(server, "bill", json!(["billing"])).await,
        person(server, "none", json!([])).await,
    ]
}

async fn lists_searches_and_exports_show_who_is_seen(server: TestServer) {
    let sessions = setting(&server).await;
    let one = limited_to(&server, &["vip"]).await;
    let two = limited_to(&server, &["vip", "billing"]).await;
    let all = server.browser(Role::Owner).await;
    for list in ["users", "users?q=ana", "chat_logs", "chat_logs?q=knee"] {
        let path = format!("/api/v1/{list}");
        assert_eq!(listed(&one, &path).await, ["vip"], "{list}");
        assert_eq!(listed(&two, &path).await, ["bill", "vip"], "{list}");
        assert_eq!(listed(&all, &path).await, ["bill", "none", "vip"], "{list}");
    }
    for list in [
        "users?flag=billing",
        "users?external_id=bill",
        "chat_logs?flag=billing",
        "chat_logs?external_id=bill",
        "chat_logs?external_id=bill&q=knee",
    ] {
        let path = format!("/api/v1/{list}");
        assert!(listed(&one, &path).await.is_empty(), "{list}");
        assert_eq!(listed(&two, &path).await, ["bill"], "{list}");
    }
    for (api, count) in [(&one, 1), (&two, 2), (&all, 3)] {
        let lines = api.get("/api/v1/chat_logs/export").await.lines();
        assert_eq!(lines.len(), count);
    }
    // Page by page they come all, and nobody else.
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/users?limit=1{cursor}");
        let page = two.get(&path).await.ok();
        found.extend(page["data"].as_array().unwrap().clone());
        let Some(next) = page["next_cursor"].as_str() else {
            break;
        };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(found.len(), 2);
    for (place, session) in sessions.iter().enumerate() {
        let reply = two.get(&format!("/api/v1/chat_logs/{session}")).await;
        if place < 2 {
            reply.ok();
        } else {
            reply.problem(404, "not_found");
        }
    }
}

async fn who_is_not_seen_does_not_exist(server: TestServer) {
    setting(&server).await;
    let api = limited_to(&server, &["vip"]).await;
    api.get("/api/v1/users/ext:vip").await.ok();
    let body = json!({"fields": {"user_city": "Riverside"}}).to_string();
    for (method, rest, body) in [
        (Method::GET, "", ""),
        (Method::PATCH, "", body.as_str()),
        (Method::DELETE, "", ""),
        (Method::GET, "/flags", ""),
        (Method::PUT, "/flags/vip", ""),
        (Method::DELETE, "/flags/billing", ""),
    ] {
        let path = format!("/api/v1/users/ext:bill{rest}");
        let reply = api.call(method, &path, body.to_owned()).await;
        reply.problem(404, "not_found");
    }
    let bill = server.db().get("/api/v1/users/ext:bill").await.ok();
    assert_eq!(
        (&bill["flags"], bill["fields"].get("user_city")),
        (&json!(["billing"]), None),
        "a refused call has acted"
    );
    let path = "/api/v1/users/ext:vip";
    api.call(Method::PATCH, path, body).await.ok();
    let new = json!({"external_id": "new", "flags": ["billing"]});
    let faults = api.post("/api/v1/users", &new).await.faults();
    assert_eq!(faults[0].0, "/flags");
    let new = json!({"external_id": "new", "flags": ["vip"]});
    api.post("/api/v1/users", &new).await.created();
    let line = json!({"external_id": "bill", "fields": {"user_city": "Riverside"}});
    let import = api.clone().header("content-type", "application/x-ndjson");
    let path = "/api/v1/users/bulk";
    let reply = import.call(Method::POST, path, line.to_string()).await;
    reply.problem(403, "not_permitted");
    api.get("/api/v1/events")
        .await
        .problem(403, "not_permitted");
    let report = api.get("/api/v1/reports/volumes").await.ok();
    assert!(!report.to_string().contains("bill"), "reports name nobody");
}

on_both_databases!(
    lists_searches_and_exports_show_who_is_seen,
    who_is_not_seen_does_not_exist,
);
