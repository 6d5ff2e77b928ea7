//! How long chats are kept.
use crate::support::{PATIENCE, TestServer, bots, on_both_databases};
use http::Method;
use serde_json::{Value, json};
use smartbot_model::agent::Role;
use smartbot_testkit::until;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3_600);

async fn keep_for(server: &TestServer, days: Value) {
    let owner = server.browser(Role::Owner).await;
    let owner = owner.header("content-type", "application/json");
    let body = json!({"retention_days": days}).to_string();
    let changed = owner.call(Method::PATCH, "/api/v1/admin/settings", body);
    assert_eq!(changed.await.ok()["retention_days"], days);
}

async fn what_is_older_than_the_workspace_keeps_it_is_forgotten(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let start = json!({"function_id": greeter, "user": {"external_id": "p-1"}});
    let (ended, left) = (
        server.bots().start_with(start.clone()).await,
        server.bots().start_with(start.clone()).await,
    );
    ended.send(&json!({"text": "my knee"})).await.ok();
    server.clock.advance(20 * DAY);
    let young = server.bots().start_with(start).await;
    let log = |id: &str| format!("/api/v1/chat_logs/{id}");
    let db = server.db();
    for chat in [&ended, &left, &young] {
        db.get(&log(&chat.id)).await.ok();
    }
    keep_for(&server, json!(10)).await;
    until("old chats to go", PATIENCE, async || {
        db.get(&log(&left.id)).await.status == 404
    })
    .await;
    db.get(&log(&ended.id)).await.problem(404, "not_found");
    db.get(&log(&young.id)).await.ok();
    db.get("/api/v1/users/ext:p-1").await.ok();
    let kept = server.app.store.events(server.workspace, None, 200).await;
    let kept = kept.unwrap();
    let since = server.app.now().minus(DAY);
    assert!(
        !kept.is_empty() && kept.iter().all(|it| it.occurred_at > since),
        "old events go too"
    );
    assert_eq!(
        db.get("/api/v1/chat_logs").await.ok()["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

async fn nothing_is_forgotten_unless_somebody_says_so(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let chat = server.bots().start(&greeter).await;
    server.clock.advance(4_000 * DAY);
    let node = server.another_node().await;
    keep_for(&node, json!(36_500)).await;
    keep_for(&node, Value::Null).await;
    let path = format!("/api/v1/chat_logs/{}", chat.id);
    server.db().get(&path).await.ok();
}

async fn two_nodes_forget_together(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    for _ in 0..40 {
        let chat = server.bots().start(&greeter).await;
        chat.send(&json!({"text": "a cough"})).await.ok();
    }
    server.clock.advance(3 * DAY);
    keep_for(&server, json!(2)).await;
    // Its job looks when it starts.
    let node = server.another_node().await;
    until("all chats to go", PATIENCE, async || {
        let page = node.db().get("/api/v1/chat_logs").await.ok();
        page["data"].as_array().unwrap().is_empty()
    })
    .await;
}

on_both_databases!(
    nothing_is_forgotten_unless_somebody_says_so,
    two_nodes_forget_together,
    what_is_older_than_the_workspace_keeps_it_is_forgotten,
);
