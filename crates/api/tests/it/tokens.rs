//! Tokens and session keys: what opens what, from where, and for how long.
use crate::support::{TestServer, bots, on_both_databases};
use serde_json::json;
use smartbot_app::clock::SystemRandom;
use smartbot_model::token::{self, TokenKind};
use std::time::Duration;

const BOTS: &str = "/api/v1/bots";

async fn what_is_no_token_is_refused(server: TestServer) {
    server
        .nobody()
        .get(BOTS)
        .await
        .problem(401, "token_missing");
    let good = server
        .token(TokenKind::BotsManagement, None, &[])
        .await
        .secret;
    server.with(&good).get(BOTS).await.ok();
    let mut typo = good.clone().into_bytes();
    typo[20] = if typo[20] == b'x' { b'y' } else { b'x' };
    let typo = String::from_utf8(typo).unwrap();
    let short = &good[..good.len() - 1];
    for wrong in [
        "",
        "x",
        "sbm_",
        &typo,
        short,
        &format!("{good}0"),
        &good.to_uppercase(),
        &"s".repeat(10_000),
    ] {
        server
            .with(wrong)
            .get(BOTS)
            .await
            .problem(401, "token_invalid");
    }
    for header in [
        good.clone(),
        format!("Basic {good}"),
        "Bearer".into(),
        format!("Bearer{good}"),
        format!("Bearer {good} x"),
    ] {
        let reply = server
            .nobody()
            .header("authorization", &header)
            .get(BOTS)
            .await;
        reply.problem(401, "token_invalid");
    }
    server
        .nobody()
        .header("authorization", "Bearer \u{e9}")
        .get(BOTS)
        .await
        .problem(401, "token_invalid");
    server
        .nobody()
        .header("authorization", &format!("bearer {good}"))
        .get(BOTS)
        .await
        .ok();
}

async fn a_well_formed_token_that_nobody_made_is_refused(server: TestServer) {
    for prefix in ["sbm_", "sbd_"] {
        let secret = token::generate(prefix, &SystemRandom);
        server
            .with(&secret)
            .get(BOTS)
            .await
            .problem(401, "token_invalid");
    }
}

async fn a_token_works_until_it_expires(server: TestServer) {
    let token = server
        .token(
            TokenKind::BotsManagement,
            Some(Duration::from_secs(3_600)),
            &[],
        )
        .await;
    let api = server.with(&token.secret);
    api.get(BOTS).await.ok();
    server.clock.advance(Duration::from_secs(3_601));
    api.get(BOTS).await.problem(401, "token_expired");
}

async fn a_revoked_token_is_refused_at_once(server: TestServer) {
    let token = server.token(TokenKind::BotsManagement, None, &[]).await;
    let api = server.with(&token.secret);
    api.get(BOTS).await.ok();
    let other = if server.is_shared() {
        Some(server.another_node().await)
    } else {
        None
    };
    if let Some(other) = &other {
        other.with(&token.secret).get(BOTS).await.ok();
    }
    server
        .app
        .revoke_token(server.workspace, token.token.id)
        .await
        .unwrap();
    api.get(BOTS).await.problem(401, "token_invalid");
    if let Some(other) = &other {
        other
            .with(&token.secret)
            .get(BOTS)
            .await
            .problem(401, "token_invalid");
    }
}

async fn a_token_is_bound_to_its_addresses(server: TestServer) {
    let there = server
        .token(TokenKind::DbUpdate, None, &["10.0.0.0/8", "::1/128"])
        .await;
    let reply = server
        .with(&there.secret)
        .get("/api/v1/users/ext:p-1")
        .await;
    reply.problem(403, "address_not_allowed");
    let here = server
        .token(TokenKind::DbUpdate, None, &["10.0.0.0/8", "127.0.0.0/8"])
        .await;
    server
        .with(&here.secret)
        .get("/api/v1/users/ext:p-1")
        .await
        .problem(404, "not_found");
    let forged = server
        .with(&there.secret)
        .header("x-forwarded-for", "10.1.1.1")
        .get("/api/v1/users/ext:p-1")
        .await;
    forged.problem(403, "address_not_allowed");
}

async fn the_last_use_of_a_token_is_noted(server: TestServer) {
    let token = server.token(TokenKind::BotsManagement, None, &[]).await;
    server.with(&token.secret).get(BOTS).await.ok();
    smartbot_testkit::until("the use is noted", crate::support::PATIENCE, async || {
        let all = server.app.tokens(server.workspace).await.unwrap();
        all.iter()
            .any(|it| it.id == token.token.id && it.last_used_at.is_some())
    })
    .await;
}

async fn a_session_key_opens_its_own_session_only(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let (mine, other) = (
        server.bots().start(&echo).await,
        server.bots().start(&echo).await,
    );
    let me = mine.by(server.with(&mine.key));
    me.say("hello").await;
    me.state().await;
    assert_eq!(me.messages().await.len(), 4);
    assert_eq!(me.stream().await.message().await.text(), "Say something.");
    assert_eq!(
        me.api.post(&me.path("/typing"), &json!({})).await.status,
        204
    );

    let strange = other.by(server.with(&mine.key));
    strange
        .api
        .get(&other.path(""))
        .await
        .problem(401, "token_invalid");
    strange
        .send(&json!({"text": "hello"}))
        .await
        .problem(401, "token_invalid");
    let nowhere = "/api/v1/sessions/ses_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b";
    server
        .with(&mine.key)
        .get(nowhere)
        .await
        .problem(401, "token_invalid");
    assert_eq!(other.messages().await.len(), 1);
}

async fn a_session_key_opens_nothing_but_sessions(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let chat = server.bots().start(&greeter).await;
    let me = server.with(&chat.key);
    me.sessions(&json!({"function_id": greeter}))
        .await
        .problem(403, "wrong_token_kind");
    me.get(BOTS).await.problem(403, "wrong_token_kind");
    me.get(&format!("/api/v1/users/{}", chat.user()))
        .await
        .problem(403, "wrong_token_kind");
    me.get(&format!("/api/v1/chat_logs/{}", chat.id))
        .await
        .problem(403, "wrong_token_kind");
}

async fn a_forged_session_key_is_refused(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let chat = server.bots().start(&greeter).await;
    let mut bytes = token::decode("sbk_", &chat.key).unwrap();
    bytes[31] ^= 1;
    server
        .with(&token::encode("sbk_", &bytes))
        .get(&chat.path(""))
        .await
        .problem(401, "token_invalid");
    let nobody = token::generate("sbk_", &SystemRandom);
    server
        .with(&nobody)
        .get(&chat.path(""))
        .await
        .problem(401, "token_invalid");
    // A key of the other workspace for a session of that name.
    let neighbour = server.another_workspace().await;
    let greeter = neighbour.publish(&bots::greeter()).await;
    let theirs = neighbour.bots().start(&greeter).await;
    server
        .with(&theirs.key)
        .get(&chat.path(""))
        .await
        .problem(401, "token_invalid");
}

async fn a_session_key_outlives_its_session_by_ten_minutes(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let chat = server.bots().start(&greeter).await;
    let me = chat.by(server.with(&chat.key));
    me.say("a cough").await;
    assert_eq!(me.state().await["status"], "ended");
    me.send(&json!({"text": "hello?"}))
        .await
        .problem(410, "session_ended");
    me.api
        .get(&me.path("/messages"))
        .await
        .problem(410, "session_ended");
    assert_eq!(me.stream_after(2).await.rest().await.len(), 3);
    server.clock.advance(Duration::from_secs(10 * 60 + 1));
    me.api.get(&me.path("")).await.problem(401, "token_expired");
    me.api
        .get(&me.path("/stream"))
        .await
        .problem(401, "token_expired");
    // With the token, too, the stream has closed; what it told is a chat log now.
    chat.api
        .get(&chat.path("/stream"))
        .await
        .problem(410, "session_ended");
}

on_both_databases!(
    a_forged_session_key_is_refused,
    a_revoked_token_is_refused_at_once,
    a_session_key_opens_its_own_session_only,
    a_session_key_opens_nothing_but_sessions,
    a_session_key_outlives_its_session_by_ten_minutes,
    a_token_is_bound_to_its_addresses,
    a_token_works_until_it_expires,
    a_well_formed_token_that_nobody_made_is_refused,
    the_last_use_of_a_token_is_noted,
    what_is_no_token_is_refused,
);
