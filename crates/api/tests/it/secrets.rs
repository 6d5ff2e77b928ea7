//! Secrets of External API boxes: kept by those who may, named by builders, shown to nobody.
use crate::support::{Api, TestServer, bots, on_both_databases, texts};
use http::Method;
use serde_json::json;
use smartbot_model::agent::Role;
use smartbot_testkit::{Answer, Receiver};

const SECRETS: &str = "/api/v1/admin/secrets";
const VALUE: &str = "k-17-of-the-portal";

async fn set(api: &Api, name: &str, value: &str) -> crate::support::Reply {
    let body = json!({"value": value}).to_string();
    let api = api.clone().header("content-type", "application/json");
    api.call(Method::PUT, &format!("{SECRETS}/{name}"), body)
        .await
}

async fn a_secret_is_sent_to_the_receiver_and_shown_to_nobody(server: TestServer) {
    let owner = server.browser(Role::Owner).await;
    set(&owner, "portal", VALUE).await.done();
    let receiver = Receiver::start().await;
    receiver.answer("/book", Answer::json(200, &json!({"result": "ok"})));
    let headers = json!({"headers": {"Authorization": "Bearer {{secret:portal}}"}});
    let caller = bots::caller(&receiver.url("/book"), headers, json!([]));
    let caller = server.publish(&caller).await;
    let chat = server.bots().start(&caller).await;
    assert_eq!(texts(&chat.started), ["One moment.", "Done: ok."]);
    let sent = receiver.next_requests_to("/book", 1).await;
    assert_eq!(
        sent[0].header("authorization"),
        Some(format!("Bearer {VALUE}").as_str())
    );
    let builder = server.browser(Role::Builder).await;
    for path in [
        SECRETS.to_owned(),
        format!("/api/v1/admin/bots/{caller}/export"),
        format!("/api/v1/admin/bots/{caller}"),
        format!("/api/v1/admin/bots/{caller}/versions/1"),
        format!("/api/v1/chat_logs/{}", chat.id),
    ] {
        let reply = builder.get(&path).await;
        assert_eq!(reply.status, 200, "{path}: {reply:?}");
        let text = String::from_utf8_lossy(&reply.body);
        assert!(!text.contains(VALUE), "{path}: {text}");
    }
}

async fn names_are_listed_in_pages_and_secrets_are_forgotten(server: TestServer) {
    let owner = server.browser(Role::Owner).await;
    for name in ["portal", "Lab", "fax-2"] {
        assert_eq!(set(&owner, name, VALUE).await.status, 204);
    }
    assert_eq!(set(&owner, "portal", "another").await.status, 204, "again");
    let first = owner.get(&format!("{SECRETS}?limit=2")).await.ok();
    assert_eq!(first["data"], json!([{"name": "Lab"}, {"name": "fax-2"}]));
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = format!("{SECRETS}?limit=2&cursor={cursor}");
    assert_eq!(
        owner.get(&second).await.ok(),
        json!({"data": [{"name": "portal"}], "next_cursor": null}),
        "the workspace's own signing secret is not listed"
    );
    let path = format!("{SECRETS}/portal");
    assert_eq!(owner.call(Method::DELETE, &path, "").await.status, 204);
    let again = owner.call(Method::DELETE, &path, "").await;
    again.problem(404, "not_found");
    let own = format!("{SECRETS}/smartbot.signing");
    let refused = owner.call(Method::DELETE, &own, "").await;
    refused.problem(404, "not_found");
    for (name, value, pointer) in [
        ("smartbot.signing", VALUE, "/name"),
        ("7", VALUE, "/name"),
        ("a.b", VALUE, "/name"),
        ("a", "", "/value"),
        ("a", "a\nb", "/value"),
        ("a", &"x".repeat(8_193), "/value"),
    ] {
        let reply = set(&owner, name, value).await;
        let text = String::from_utf8_lossy(&reply.body);
        assert!(!text.contains("xxx"), "a refused secret is repeated");
        assert_eq!(reply.faults()[0].0, pointer);
    }
}

on_both_databases!(
    a_secret_is_sent_to_the_receiver_and_shown_to_nobody,
    names_are_listed_in_pages_and_secrets_are_forgotten,
);
