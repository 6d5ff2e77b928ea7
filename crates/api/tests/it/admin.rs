//! Tokens and settings, as agents manage them with a browser.
use crate::support::{TestServer, on_both_databases};
use http::Method;
use serde_json::{Value, json};
use smartbot_model::agent::Role;
use std::time::Duration;

const TOKENS: &str = "/api/v1/admin/tokens";
const SETTINGS: &str = "/api/v1/admin/settings";

async fn a_token_is_made_shown_once_and_revoked(server: TestServer) {
    let browser = server.browser(Role::Admin).await;
    let body = json!({"kind": "db_update", "name": "office", "expires_in_days": 90, "read_only": true, "allow_ips": ["127.0.0.0/8", "::1"]});
    let made = browser.post(TOKENS, &body).await.created();
    let secret = made["token"].as_str().unwrap();
    assert!(secret.starts_with("sbd_"));
    let page = browser.get(TOKENS).await.ok();
    let listed = page["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["id"] == made["id"])
        .unwrap();
    assert_eq!(
        (&listed["name"], &listed["read_only"], &listed["allow_ips"]),
        (
            &json!("office"),
            &json!(true),
            &json!(["127.0.0.0/8", "::1/128"])
        )
    );
    assert!(listed["expires_at"].is_string() && listed["revoked_at"].is_null());
    assert!(
        !page.to_string().contains(secret),
        "the secret is shown once"
    );
    let api = server.with(secret);
    api.get("/api/v1/agents").await.ok();
    let path = format!("{TOKENS}/{}", made["id"].as_str().unwrap());
    assert_eq!(browser.call(Method::DELETE, &path, "").await.status, 204);
    api.get("/api/v1/agents")
        .await
        .problem(401, "token_invalid");
    let other = format!("{TOKENS}/tok_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b");
    browser
        .call(Method::DELETE, &other, "")
        .await
        .problem(404, "not_found");
    let first = browser.get(&format!("{TOKENS}?limit=2")).await.ok();
    let rest = format!(
        "{TOKENS}?limit=2&cursor={}",
        first["next_cursor"].as_str().unwrap()
    );
    assert_eq!(
        browser.get(&rest).await.ok()["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

async fn what_is_no_token_is_refused_with_its_place(server: TestServer) {
    let browser = server.browser(Role::Owner).await;
    let with = |key: &str, value: Value| {
        let mut body = json!({"kind": "bots_management", "name": "x"});
        body[key] = value;
        body
    };
    for (body, pointer) in [
        (with("kind", json!("admin")), "/kind"),
        (with("name", json!(" ")), "/name"),
        (with("name", json!("x".repeat(101))), "/name"),
        (with("read_only", json!(true)), "/read_only"),
        (with("expires_in_days", json!(0)), "/expires_in_days"),
        (with("expires_in_days", json!(3_651)), "/expires_in_days"),
        (
            with("allow_ips", json!(["10.0.0.0/8", "here"])),
            "/allow_ips/1",
        ),
        (with("allow_ips", json!(vec!["10.0.0.1"; 51])), "/allow_ips"),
    ] {
        let faults = browser.post(TOKENS, &body).await.faults();
        assert_eq!(faults[0].0, pointer, "{body}");
    }
    for (key, value) in [
        ("expires_in_days", json!(3_650)),
        ("allow_ips", json!(vec!["10.0.0.1"; 50])),
    ] {
        browser.post(TOKENS, &with(key, value)).await.created();
    }
}

async fn settings_are_read_and_changed(server: TestServer) {
    let browser = server
        .browser(Role::Admin)
        .await
        .header("content-type", "application/json");
    let before = browser.get(SETTINGS).await.ok();
    assert_eq!(
        before,
        json!({
            "name": "Clinic", "language": "en", "languages": ["en"], "retention_days": null,
            "time_zone": "America/New_York", "region": "US", "allow_new_fields": false, "idle_minutes": 15,
            "allowed_origins": [], "token_calls_per_minute": 0, "opening_hours": null,
            "files": {"max_bytes": 10_485_760, "per_session": 20, "workspace_bytes": 1_073_741_824},
            "desk": {"missed_after_seconds": 180}
        })
    );
    let change = async |body: Value| {
        browser
            .call(Method::PATCH, SETTINGS, body.to_string())
            .await
    };
    let origins = json!(["https://www.clinic.example", "http://localhost:3000"]);
    let changed = change(json!({"idle_minutes": 30, "allowed_origins": origins}))
        .await
        .ok();
    assert_eq!(
        (&changed["idle_minutes"], &changed["allowed_origins"]),
        (&json!(30), &origins)
    );
    assert_eq!(changed["time_zone"], "America/New_York");
    assert_eq!(browser.get(SETTINGS).await.ok(), changed);
    for (body, pointer) in [
        (json!({"idle_minutes": 0}), "/idle_minutes"),
        (json!({"idle_minutes": 721}), "/idle_minutes"),
        (json!({"time_zone": "Moon/Base"}), "/time_zone"),
        (json!({"region": "usa"}), "/region"),
        (
            json!({"token_calls_per_minute": 1_000_001}),
            "/token_calls_per_minute",
        ),
        (json!({"allowed_origins": ["*"]}), "/allowed_origins/0"),
        (
            json!({"allowed_origins": ["https://a.example/"]}),
            "/allowed_origins/0",
        ),
        (
            json!({"allowed_origins": ["https://A.example"]}),
            "/allowed_origins/0",
        ),
        (json!({"allowed_origins": ["null"]}), "/allowed_origins/0"),
        (
            json!({"allowed_origins": ["ftp://a.example"]}),
            "/allowed_origins/0",
        ),
        (
            json!({"allowed_origins": vec!["https://a.example"; 51]}),
            "/allowed_origins",
        ),
        (json!({"name": " "}), "/name"),
        (json!({"language": "English!"}), "/language"),
        (json!({"languages": ["en", "?"]}), "/languages/1"),
        (json!({"languages": vec!["en"; 51]}), "/languages"),
        (json!({"retention_days": 0}), "/retention_days"),
        (json!({"retention_days": 36_501}), "/retention_days"),
        (
            json!({"desk": {"missed_after_seconds": 29}}),
            "/desk/missed_after_seconds",
        ),
        (json!({"colour": "red"}), "/colour"),
    ] {
        let faults = change(body.clone()).await.faults();
        assert_eq!(faults[0].0, pointer, "{body}");
    }
    assert_eq!(
        browser.get(SETTINGS).await.ok(),
        changed,
        "a refused change changes nothing"
    );
    let kept =
        change(json!({"retention_days": 30, "name": " Riverside ", "languages": ["en", "es"]}))
            .await
            .ok();
    assert_eq!(
        (&kept["retention_days"], &kept["name"], &kept["languages"]),
        (&json!(30), &json!("Riverside"), &json!(["en", "es"]))
    );
    let for_ever = change(json!({"retention_days": null})).await.ok();
    assert_eq!(
        (&for_ever["retention_days"], &for_ever["name"]),
        (&Value::Null, &json!("Riverside"))
    );
    server.another_workspace().await;
    change(json!({"name": "Neighbour"}))
        .await
        .problem(409, "conflict");
    change(json!({"idle_minutes": 720, "token_calls_per_minute": 1_000_000}))
        .await
        .ok();
}

async fn each_token_may_call_as_often_as_the_workspace_lets_it(server: TestServer) {
    let browser = server
        .browser(Role::Admin)
        .await
        .header("content-type", "application/json");
    let free = server.bots().get("/api/v1/bots").await;
    assert_eq!(free.header("ratelimit-limit"), "", "off unless it is set");
    browser
        .call(Method::PATCH, SETTINGS, r#"{"token_calls_per_minute":3}"#)
        .await
        .ok();
    for left in ["2", "1", "0"] {
        let reply = server.bots().get("/api/v1/bots").await;
        assert_eq!(
            (
                reply.header("ratelimit-limit"),
                reply.header("ratelimit-remaining")
            ),
            ("3", left)
        );
        reply.ok();
    }
    let refused = server.bots().get("/api/v1/bots").await;
    assert_eq!(refused.header("ratelimit-remaining"), "0");
    assert!((1..=60).contains(&refused.header("ratelimit-reset").parse::<u64>().unwrap()));
    assert!((1..=20).contains(&refused.header("retry-after").parse::<u64>().unwrap()));
    refused.problem(429, "rate_limited");
    server.db().get("/api/v1/agents").await.ok();
    server.clock.advance(Duration::from_secs(20));
    server.bots().get("/api/v1/bots").await.ok();
    server
        .bots()
        .get("/api/v1/bots")
        .await
        .problem(429, "rate_limited");
}

on_both_databases!(
    a_token_is_made_shown_once_and_revoked,
    each_token_may_call_as_often_as_the_workspace_lets_it,
    settings_are_read_and_changed,
    what_is_no_token_is_refused_with_its_place,
);
