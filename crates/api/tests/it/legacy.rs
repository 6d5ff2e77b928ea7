//! The legacy calls: the token in the body has the rights, kind, expiry, allow-list and revocation of one in the header.
use crate::support::{Api, TestServer, bots, on_both_databases};
use serde_json::{Value, json};
use smartbot_app::clock::SystemRandom;
use smartbot_model::token::{self, TokenKind};
use std::time::Duration;

const SCHEDULE: &str = "/chatapi/smartdash/public/createSchedulingPattern";
const SMS: &str = "/chatapi/smartdash/public/kickOffBotSMS";

/// A right body of each call.
fn bodies(token: &str, function_id: &str) -> [(&'static str, Value); 2] {
    let schedule = json!({"securityToken": token, "functionID": function_id, "patternLabel": "After a visit", "recurrence": "weekly",
        "recurrentDuration": "1 months", "preferredTime": "18:00:23", "activationDelay": "2 days", "mediumID": "m1"});
    let sms =
        json!({"securityToken": token, "functionID": function_id, "userPhone": "1-212-555-0142"});
    [(SCHEDULE, schedule), (SMS, sms)]
}

async fn a_right_call_says_what_to_use_instead(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    for (path, body) in bodies(server.tokens()[0], &echo) {
        let problem = server
            .nobody()
            .post(path, &body)
            .await
            .problem(501, "not_implemented");
        assert!(
            problem["detail"]
                .as_str()
                .unwrap()
                .contains("POST /api/v1/sessions"),
            "{problem}"
        );
        assert_eq!(problem["type"], "/docs/errors/not_implemented");
    }
}

async fn what_is_no_token_is_refused_before_anything_else(server: TestServer) {
    let there = server
        .token(TokenKind::BotsManagement, None, &["10.0.0.0/8"])
        .await
        .secret;
    let expired = server
        .token(TokenKind::BotsManagement, Some(Duration::ZERO), &[])
        .await
        .secret;
    let revoked = server.token(TokenKind::BotsManagement, None, &[]).await;
    server
        .app
        .revoke_token(server.workspace, revoked.token.id)
        .await
        .unwrap();
    let echo = server.publish(&bots::echo()).await;
    let key = server.bots().start(&echo).await.key;
    let unknown = token::generate("sbm_", &SystemRandom);
    let cases = [
        (json!(null), 401, "token_missing"),
        (json!(""), 401, "token_invalid"),
        (json!("nonsense"), 401, "token_invalid"),
        (json!(17), 401, "token_invalid"),
        (json!([server.tokens()[0]]), 401, "token_invalid"),
        (json!(unknown), 401, "token_invalid"),
        (json!(revoked.secret), 401, "token_invalid"),
        (json!(expired), 401, "token_expired"),
        (json!(there), 403, "address_not_allowed"),
        (json!(server.tokens()[1]), 403, "wrong_token_kind"),
        (json!(key), 403, "wrong_token_kind"),
    ];
    for (path, _) in bodies("", "") {
        server
            .nobody()
            .post(path, &json!({}))
            .await
            .problem(401, "token_missing");
        for (token, status, code) in &cases {
            // Everything else is wrong too, and nothing of it may be told.
            let body = json!({"securityToken": token, "functionID": "Nobody", "nonsense": true});
            server
                .nobody()
                .post(path, &body)
                .await
                .problem(*status, code);
        }
        // A token in the header is not looked at.
        server
            .bots()
            .post(path, &json!({"functionID": echo}))
            .await
            .problem(401, "token_missing");
    }
}

async fn faults(api: &Api, path: &str, body: &Value) -> Vec<(String, String)> {
    api.post(path, body).await.faults()
}

async fn a_wrong_body_is_refused_with_its_places(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let api = server.nobody();
    let [(_, schedule), (_, sms)] = bodies(server.tokens()[0], &echo);
    for (key, value, fault) in [
        ("patternLabel", json!(" "), "invalid_value"),
        ("recurrence", json!("hourly"), "invalid_value"),
        ("recurrentDuration", json!("a while"), "invalid_value"),
        ("recurrentDuration", json!(null), "invalid_value"),
        ("preferredTime", json!("6 pm"), "invalid_value"),
        ("preferredTime", json!(18), "invalid_value"),
        ("activationDelay", json!("-1 days"), "invalid_value"),
        ("mediumID", json!(""), "invalid_value"),
        ("nonsense", json!(1), "unknown_field"),
    ] {
        let mut body = schedule.clone();
        body[key] = value;
        assert_eq!(
            faults(&api, SCHEDULE, &body).await,
            [(format!("/{key}"), fault.to_owned())]
        );
    }
    for (key, value) in [
        ("userPhone", json!("911")),
        ("userPhone", json!(12_125_550_142_u64)),
        ("functionID", json!(1)),
    ] {
        let mut body = sms.clone();
        body[key] = value;
        assert_eq!(
            faults(&api, SMS, &body).await,
            [(format!("/{key}"), "invalid_value".to_owned())]
        );
    }
    for (path, mut body) in bodies(server.tokens()[0], "Nobody") {
        api.post(path, &body).await.problem(404, "not_found");
        body.as_object_mut().unwrap().remove("functionID");
        assert_eq!(
            faults(&api, path, &body).await,
            [("/functionID".to_owned(), "missing_field".to_owned())]
        );
        api.post_bytes(path, "{").await.problem(400, "invalid_json");
    }
}

async fn a_bot_of_another_workspace_does_not_exist(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let neighbour = server.another_workspace().await;
    for (path, body) in bodies(&neighbour.bots_token, &echo) {
        server
            .nobody()
            .post(path, &body)
            .await
            .problem(404, "not_found");
    }
}

on_both_databases!(
    a_bot_of_another_workspace_does_not_exist,
    a_right_call_says_what_to_use_instead,
    a_wrong_body_is_refused_with_its_places,
    what_is_no_token_is_refused_before_anything_else,
);
