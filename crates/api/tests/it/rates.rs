//! How often visitors may call with the key of their session.
use crate::support::{TestServer, bots, on_both_databases};
use serde_json::json;
use std::time::Duration;

async fn a_visitor_writes_ten_messages_at_once_and_five_a_second(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let me = chat.by(server.with(&chat.key));
    for left in (0..10).rev() {
        let reply = me.api.post(&me.path("/typing"), &json!({})).await;
        // The clock runs on, so a call may have come back meanwhile.
        let remaining: u32 = reply.header("ratelimit-remaining").parse().unwrap();
        assert!(
            reply.status == 204 && remaining >= left,
            "{remaining}, {left}"
        );
        assert_eq!(reply.header("ratelimit-limit"), "10");
    }
    let path = me.path("/typing");
    let nothing = json!({});
    let all = (0..40).map(|_| me.api.post(&path, &nothing));
    let replies = futures_util::future::join_all(all).await;
    let refused = replies.into_iter().find(|it| it.status == 429);
    let refused = refused.expect("fifty calls at once are too many");
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(
        (
            refused.header("ratelimit-remaining"),
            refused.header("ratelimit-reset")
        ),
        ("0", "2")
    );
    refused.problem(429, "rate_limited");
    // Reading goes on, and so do calls with the token.
    me.state().await;
    let free = chat.send(&json!({"text": "from the portal"})).await;
    assert_eq!(free.header("ratelimit-limit"), "");
    free.ok();
    server.clock.advance(Duration::from_secs(2));
    me.say("again").await;
}

async fn a_network_address_makes_a_hundred_calls_at_once(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let bearer = format!("Bearer {}", chat.key);
    let proxied = server
        .nobody_at(server.behind_proxy().await)
        .header("authorization", &bearer);
    let from = |address: &str| proxied.clone().header("x-forwarded-for", address);
    let (one, other) = (from("198.51.100.7"), from("198.51.100.8"));
    let path = chat.path("");
    let first = one.get(&path).await;
    assert_eq!(first.header("ratelimit-limit"), "100");
    first.ok();
    let all = (0..400).map(|_| one.get(&path));
    let replies = futures_util::future::join_all(all).await;
    let refused: Vec<_> = replies.into_iter().filter(|it| it.status == 429).collect();
    assert!(!refused.is_empty(), "nobody was refused");
    assert_eq!(refused[0].header("retry-after"), "1");
    other.get(&path).await.ok();
    // The machine itself is spared.
    let local = server.with(&chat.key).get(&path).await;
    assert_eq!(local.header("ratelimit-limit"), "");
    local.ok();
}

on_both_databases!(
    a_network_address_makes_a_hundred_calls_at_once,
    a_visitor_writes_ten_messages_at_once_and_five_a_second,
);
