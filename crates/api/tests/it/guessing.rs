//! Guessing passwords: slow per account and per network address, on all nodes and over restarts.
use crate::support::browser::{PASSWORD, sign_in};
use crate::support::{Api, Reply, TestServer, on_both_databases};
use serde_json::Value;
use smartbot_model::agent::Role;
use std::time::Duration;

const BEA: &str = "bea@clinic.example";

async fn wrong(api: &Api, email: &str) -> Reply {
    sign_in(api, email, "a wrong password").await
}

/// How many of so many guesses at once are looked at.
async fn looked_at(api: &Api, email: &str, guesses: usize) -> usize {
    let all = (0..guesses).map(|_| wrong(api, email));
    let replies = futures_util::future::join_all(all).await;
    replies.iter().filter(|it| it.status == 401).count()
}

async fn each_failure_from_the_third_on_makes_the_next_try_wait(server: TestServer) {
    server.clock.stop();
    server.add_agent(BEA, Role::Admin, true).await;
    let nobody = server.nobody();
    let mut plain = wrong(&nobody, "nobody@clinic.example").await.json();
    for _ in 0..3 {
        wrong(&nobody, BEA).await.problem(401, "sign_in_failed");
    }
    let early = sign_in(&nobody, BEA, PASSWORD).await;
    assert_eq!((early.status, early.header("retry-after")), (429, "1"));
    let mut early = early.json();
    for body in [&mut plain, &mut early] {
        body["request_id"] = Value::Null;
        body["status"] = Value::Null;
    }
    assert_eq!(early, plain, "the words are those of a wrong password");
    let mut waits = Vec::new();
    for _ in 0..7 {
        server
            .clock
            .advance(Duration::from_secs(waits.last().copied().unwrap_or(1)));
        wrong(&nobody, BEA).await.problem(401, "sign_in_failed");
        let refused = wrong(&nobody, BEA).await;
        assert_eq!(refused.status, 429);
        waits.push(refused.header("retry-after").parse().unwrap());
    }
    assert_eq!(waits, [2, 4, 8, 16, 32, 64, 900]);
    // Suspended, also for who knows the password; then all is forgotten.
    server.clock.advance(Duration::from_secs(890));
    assert_eq!(sign_in(&nobody, BEA, PASSWORD).await.status, 429);
    server.clock.advance(Duration::from_secs(20));
    sign_in(&nobody, BEA, PASSWORD).await.ok();
    for _ in 0..3 {
        wrong(&nobody, BEA).await.problem(401, "sign_in_failed");
    }
}

async fn a_success_forgives_the_failures_before_it(server: TestServer) {
    server.add_agent(BEA, Role::Admin, true).await;
    for _ in 0..5 {
        for _ in 0..2 {
            wrong(&server.nobody(), BEA)
                .await
                .problem(401, "sign_in_failed");
        }
        sign_in(&server.nobody(), BEA, PASSWORD).await.ok();
    }
}

async fn many_guesses_at_once_are_no_way_round(server: TestServer) {
    server.clock.stop();
    server.add_agent(BEA, Role::Admin, true).await;
    let looked_at = looked_at(&server.nobody(), BEA, 40).await;
    assert!((1..=5).contains(&looked_at), "{looked_at} of 40");
}

async fn a_restart_or_another_node_does_not_begin_anew(server: TestServer) {
    server.add_agent(BEA, Role::Admin, true).await;
    let unknown = "nobody@clinic.example";
    // So often that the next try has to wait for longer than a restart takes.
    for round in 0..8 {
        if round > 0 {
            server.clock.advance(Duration::from_secs(20));
        }
        for email in [BEA, unknown] {
            assert_eq!(wrong(&server.nobody(), email).await.status, 401);
        }
    }
    if server.is_shared() {
        let node = server.another_node().await;
        assert_eq!(wrong(&node.nobody(), BEA).await.status, 429);
    }
    let server = server.restart().await;
    for email in [BEA, unknown] {
        assert_eq!(wrong(&server.nobody(), email).await.status, 429);
    }
}

async fn a_network_address_has_fifty_failures_an_hour(server: TestServer) {
    server.add_agent(BEA, Role::Admin, true).await;
    let proxied = server.nobody_at(server.behind_proxy().await);
    let from = |address: &str| proxied.clone().header("x-forwarded-for", address);
    let guess = async |api: &Api, number: usize| {
        wrong(api, &format!("a{number}@clinic.example"))
            .await
            .status
    };
    let attacker = from("198.51.100.7");
    // Successes do not count.
    for _ in 0..3 {
        sign_in(&attacker, BEA, PASSWORD).await.ok();
    }
    for number in 0..50 {
        assert_eq!(guess(&attacker, number).await, 401, "{number}");
    }
    let refused = sign_in(&attacker, BEA, PASSWORD).await;
    assert_eq!(refused.status, 429);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 3_000);
    // Neither other addresses nor the machine itself, whatever a client claims there.
    assert_eq!(guess(&from("198.51.100.8"), 60).await, 401);
    let direct = server.nobody().header("x-forwarded-for", "198.51.100.7");
    assert_eq!(guess(&direct, 61).await, 401);
    server.clock.advance(Duration::from_secs(3_601));
    assert_eq!(guess(&attacker, 62).await, 401);
}

on_both_databases!(
    a_network_address_has_fifty_failures_an_hour,
    a_restart_or_another_node_does_not_begin_anew,
    a_success_forgives_the_failures_before_it,
    each_failure_from_the_third_on_makes_the_next_try_wait,
    many_guesses_at_once_are_no_way_round,
);
