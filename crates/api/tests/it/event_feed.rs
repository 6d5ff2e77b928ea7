//! The event feed: what webhooks push, to be fetched without gaps.
use crate::support::events::delivered;
use crate::support::{PATIENCE, TestServer, bots, on_both_databases};
use serde_json::{Value, json};
use smartbot_model::webhook::{EventSelection, PayloadDetail};
use smartbot_testkit::{Receiver, until};
use std::time::Duration;

const HORIZON: Duration = Duration::from_secs(4);

async fn feed(server: &TestServer, query: &str) -> Value {
    let path = format!("/api/v1/events{query}");
    server.db().get(&path).await.ok()
}

fn types(page: &Value) -> Vec<&str> {
    let data = page["data"].as_array().unwrap();
    data.iter().map(|it| it["type"].as_str().unwrap()).collect()
}

async fn the_feed_has_the_envelopes_that_webhooks_push(server: TestServer) {
    server.clock.stop();
    let receiver = Receiver::start().await;
    let all = EventSelection::ALL;
    server
        .endpoint(&receiver.url("/hook"), all, PayloadDetail::Full)
        .await;
    let greeter = server.publish(&bots::greeter()).await;
    let chat = server.bots().start(&greeter).await;
    chat.say("a cough").await;
    assert_eq!(types(&feed(&server, "").await), [""; 0], "all too young");
    server.clock.advance(HORIZON);
    let page = feed(&server, "").await;
    let events = page["data"].as_array().unwrap();
    let pushed = delivered(&receiver, "/hook", events.len()).await;
    for event in events {
        let same = pushed.iter().find(|it| it["id"] == event["id"]);
        assert_eq!(same, Some(event));
    }
    assert_eq!(page["next_cursor"], Value::Null);
    assert_eq!(page["last_event_id"], events.last().unwrap()["id"]);
}

async fn whoever_reads_on_gets_each_event_once(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    for _ in 0..3 {
        server.bots().start(&greeter).await.say("x").await;
    }
    server.clock.advance(HORIZON);
    let whole = feed(&server, "?limit=200").await;
    let (mut got, mut query) = (Vec::new(), "?limit=2".to_owned());
    loop {
        let page = feed(&server, &query).await;
        got.extend(page["data"].as_array().unwrap().clone());
        let Some(next) = page["next_cursor"].as_str() else {
            break;
        };
        let name = if got.len() % 4 == 0 {
            "after"
        } else {
            "cursor"
        };
        query = format!("?limit=2&{name}={next}");
    }
    assert_eq!(json!(got), whole["data"]);
    let last = whole["last_event_id"].as_str().unwrap();
    let page = feed(&server, &format!("?after={last}")).await;
    assert_eq!(
        page,
        json!({"data": [], "next_cursor": null, "last_event_id": last})
    );
    let ended = feed(&server, "?type=session.ended&limit=2").await;
    assert_eq!(types(&ended), ["session.ended"; 2]);
    let next = ended["next_cursor"].as_str().unwrap();
    let ended = feed(&server, &format!("?type=session.ended&after={next}")).await;
    assert_eq!(types(&ended), ["session.ended"]);
    assert_eq!(ended["last_event_id"], last, "the rest was looked at");
    let neighbour = server.another_workspace().await;
    let page = neighbour.db().get("/api/v1/events").await.ok();
    assert_eq!(
        page,
        json!({"data": [], "next_cursor": null, "last_event_id": null})
    );
    for wrong in ["?after=1", "?after=ses_1", "?type=x", "?limit=0", "?from=1"] {
        let reply = server.db().get(&format!("/api/v1/events{wrong}")).await;
        reply.problem(400, "invalid_parameter");
    }
}

/// Many write at once while one reads on: nobody's events are skipped.
async fn nothing_is_skipped_while_many_write(server: TestServer) {
    let echo = server.publish(&bots::greeter()).await;
    let writers = (0..8).map(|_| {
        let (api, echo) = (server.bots(), echo.clone());
        smartbot_testkit::spawn(async move {
            for _ in 0..10 {
                api.start(&echo).await.say("x").await;
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    let mut got = Vec::new();
    let mut query = String::new();
    until("all events are read", PATIENCE * 4, async || {
        let page = feed(&server, &query).await;
        let data = page["data"].as_array().unwrap();
        got.extend(data.iter().map(|it| it["id"].as_str().unwrap().to_owned()));
        if let Some(last) = page["last_event_id"].as_str() {
            query = format!("?limit=7&after={last}");
        }
        got.len() > 80 * 3
    })
    .await;
    for writer in writers {
        writer.await.unwrap();
    }
    let all = server.app.store.events(server.workspace, None, 1_000).await;
    let all: Vec<_> = all.unwrap().iter().map(|it| it.id.to_string()).collect();
    assert_eq!(got, all);
}

on_both_databases!(
    the_feed_has_the_envelopes_that_webhooks_push,
    whoever_reads_on_gets_each_event_once,
    nothing_is_skipped_while_many_write,
);
