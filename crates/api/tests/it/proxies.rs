//! Proxies before the server: whose word on the client's address is believed.
use crate::support::{TestServer, on_both_databases};
use smartbot_model::token::TokenKind;

const AGENTS: &str = "/api/v1/agents";

async fn a_token_is_bound_to_the_address_that_a_trusted_proxy_names(server: TestServer) {
    let there = server
        .token(
            TokenKind::DbUpdate,
            None,
            &["198.51.100.0/24", "2001:db8::/32"],
        )
        .await;
    let bearer = format!("Bearer {}", there.secret);
    let proxied = server
        .nobody_at(server.behind_proxy().await)
        .header("authorization", &bearer);
    let through =
        async |name: &str, value: &str| proxied.clone().header(name, value).get(AGENTS).await;
    for (name, value) in [
        ("x-forwarded-for", "198.51.100.7"),
        ("x-forwarded-for", "203.0.113.9, 198.51.100.7, 127.0.0.3"),
        ("forwarded", "for=\"[2001:db8::7]:4711\";proto=https"),
    ] {
        through(name, value).await.ok();
    }
    for (name, value) in [
        // What the client wrote itself stands before what the proxy adds.
        ("x-forwarded-for", "198.51.100.7, 203.0.113.9"),
        ("x-forwarded-for", "198.51.100.7, unknown"),
        ("forwarded", "for=198.51.100.7, for=203.0.113.9"),
        ("x-real-ip", "198.51.100.7"),
    ] {
        through(name, value)
            .await
            .problem(403, "address_not_allowed");
    }
    let both = proxied.clone().header("forwarded", "for=198.51.100.7");
    let both = both
        .header("x-forwarded-for", "203.0.113.9")
        .get(AGENTS)
        .await;
    both.problem(403, "address_not_allowed");
    // Nobody who is not trusted is believed.
    for name in ["x-forwarded-for", "forwarded"] {
        let value = if name == "forwarded" {
            "for=198.51.100.7"
        } else {
            "198.51.100.7"
        };
        let direct = server
            .with(&there.secret)
            .header(name, value)
            .get(AGENTS)
            .await;
        direct.problem(403, "address_not_allowed");
    }
}

on_both_databases!(a_token_is_bound_to_the_address_that_a_trusted_proxy_names);
