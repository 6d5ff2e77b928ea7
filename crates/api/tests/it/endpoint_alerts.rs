//! Those who manage webhooks are told of what does not arrive, on their desk and by mail, and of thousands at once.
use crate::delivery_rules::{list, of_publications, set_state};
use crate::notifications::{SETTINGS, agent, send_mails_by, sent, told, told_times, with_mails};
use crate::support::{Database, PATIENCE, TestServer, bots, on_both_databases};
use serde_json::{Value, json};
use smartbot_model::agent::Role;
use smartbot_model::webhook::{DeliveryState, EndpointState};
use smartbot_model::{AgentId, EndpointId};
use smartbot_testkit::{Answer, Receiver, until};
use std::time::Duration;

/// Publishes bots, each of which is one delivery, and waits until so many are dead.
async fn publish(server: &TestServer, endpoint: EndpointId, names: &[&str], dead: usize) {
    for name in names {
        let mut bot = bots::echo();
        bot["function_id"] = (*name).into();
        server.publish(&bot).await;
    }
    until("deliveries are given up", PATIENCE, async || {
        let all = list(server, endpoint).await;
        let given_up = all.iter().filter(|it| it.state == DeliveryState::Dead);
        given_up.count() == dead
    })
    .await;
}

async fn what_is_given_up_is_told_once_an_hour(server: TestServer) {
    let mails = with_mails(&server).await;
    // Of several nodes one tells.
    let other = if server.is_shared() {
        let node = server.another_node().await;
        send_mails_by(&node, &mails);
        Some(node)
    } else {
        None
    };
    let (owner_id, owner) = agent(&server, "owner", Role::Owner, &[]).await;
    let (admin_id, admin) = agent(&server, "admin", Role::Admin, &["vip"]).await;
    let (builder_id, _) = agent(&server, "builder", Role::Builder, &[]).await;
    let unmailed = json!({"email": {"delivery_dead": false}});
    admin.patch(SETTINGS, &unmailed).await.ok();
    let mut desk = owner.open("/api/v1/desk/stream").await;
    let receiver = Receiver::start().await;
    let abort = Answer::new(400, "planted").header("webhook-delivery", "abort-message");
    receiver.answer("/hook", abort);
    let (endpoint, _) = of_publications(&server, &receiver).await;
    publish(&server, endpoint.id, &["One"], 1).await;
    let first = told_times(&owner, 1).await.remove(0);
    let dead = list(&server, endpoint.id).await.remove(0);
    assert_eq!(
        (&first["kind"], &first["session_id"], &first["read_at"]),
        (&json!("delivery_dead"), &Value::Null, &Value::Null)
    );
    assert_eq!(
        first["endpoint"],
        json!({
            "endpoint_id": endpoint.id, "reason": "http_status", "status": 400, "delivery_id": dead.id, "event_id": dead.event_id,
            "event_type": "bot.published", "deliveries": 1, "disabled_at": null
        })
    );
    let heard = loop {
        let sent = desk.next().await.expect("the stream ended");
        if sent.name == "notification" {
            break sent.data;
        }
    };
    assert_eq!(heard["id"], first["id"]);
    let mail = sent(&mails, 1).await.remove(0);
    assert_eq!(mail.to, ["owner@clinic.example"]);
    let text = mail.content.replace("=\r\n", "").replace("=3D", "=");
    for part in [
        format!("deliveries?endpoint={}", endpoint.id),
        format!("bot.published ({})", dead.event_id),
        "Endpoint: 127.0.0.1\r\n".to_owned(),
        "Why: HTTP 400\r\n".to_owned(),
    ] {
        assert!(text.contains(&part), "{part}: {text}");
    }
    assert!(
        !text.contains("/hook") && !text.contains("planted"),
        "{text}"
    );
    // More of the same are told together, and not before an hour is over.
    publish(&server, endpoint.id, &["Two", "Three"], 3).await;
    assert_eq!(told(&owner).await.len(), 1);
    // Whoever was signed in is not any more after an hour.
    let told_of = async |id: AgentId| -> Vec<u64> {
        let all = server
            .app
            .notifications(server.workspace, id, false, None, 9);
        let all = all.await.unwrap().into_iter();
        all.filter_map(|it| it.endpoint?.deliveries).collect()
    };
    until("the others are told of", PATIENCE, async || {
        server.clock.advance(Duration::from_secs(3_601));
        told_of(owner_id).await.iter().sum::<u64>() == 3
    })
    .await;
    let all = told_of(owner_id).await;
    assert_eq!(told_of(admin_id).await, all);
    assert_eq!(told_of(builder_id).await, Vec::<u64>::new());
    let mails = sent(&mails, all.len()).await;
    assert!(mails.iter().all(|it| it.to == ["owner@clinic.example"]));
    drop(other);
}

async fn who_manages_webhooks_is_told_that_an_endpoint_is_off(server: TestServer) {
    let (_, owner) = agent(&server, "owner", Role::Owner, &[]).await;
    let (_, admin) = agent(&server, "admin", Role::Admin, &[]).await;
    let (_, agent) = agent(&server, "agent", Role::Agent, &[]).await;
    let unwanted = json!({"desktop": {"endpoint_disabled": false}});
    let settings = admin.patch(SETTINGS, &unwanted).await.ok();
    assert_eq!(settings["desktop"]["endpoint_disabled"], false);
    let receiver = Receiver::start().await;
    receiver.answer_all(Answer::status(410));
    let (endpoint, _) = of_publications(&server, &receiver).await;
    publish(&server, endpoint.id, &["One"], 1).await;
    let all = told_times(&owner, 2).await;
    let off = all.iter().find(|it| it["kind"] == "endpoint_disabled");
    let off = &off.unwrap()["endpoint"];
    assert_eq!(
        (&off["endpoint_id"], &off["reason"], &off["deliveries"]),
        (&json!(endpoint.id), &json!("gone"), &Value::Null)
    );
    let kinds: Vec<Value> = told_times(&admin, 1)
        .await
        .iter()
        .map(|it| it["kind"].clone())
        .collect();
    assert_eq!(kinds, ["delivery_dead"]);
    assert_eq!(told(&agent).await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_cannot_be_read_is_told() {
    let database = Database::sqlite();
    let Database::Sqlite(folder) = database.clone() else {
        unreachable!("it was made a line above")
    };
    let server = TestServer::start(database).await;
    let (_, owner) = agent(&server, "owner", Role::Owner, &[]).await;
    let receiver = Receiver::start().await;
    let (endpoint, _) = of_publications(&server, &receiver).await;
    set_state(&server, endpoint.id, EndpointState::Paused).await;
    server.publish(&bots::echo()).await;
    // A disk that lies.
    let disk = rusqlite::Connection::open(folder.path().join("test.db")).unwrap();
    disk.execute("UPDATE events SET data = X'01'", []).unwrap();
    set_state(&server, endpoint.id, EndpointState::Active).await;
    let told = told_times(&owner, 1).await.remove(0);
    let dead = list(&server, endpoint.id).await.remove(0);
    assert_eq!(
        (told["kind"].as_str(), &told["endpoint"]["delivery_id"]),
        (Some("delivery_dead"), &json!(dead.id))
    );
    assert_eq!(
        (&told["endpoint"]["reason"], &told["endpoint"]["event_type"]),
        (&json!("unreadable"), &Value::Null)
    );
    assert_eq!(dead.last_error.as_deref(), Some("unreadable"));
    assert_eq!(receiver.requests().len(), 0);
}

on_both_databases!(
    what_is_given_up_is_told_once_an_hour,
    who_manages_webhooks_is_told_that_an_endpoint_is_off,
);
