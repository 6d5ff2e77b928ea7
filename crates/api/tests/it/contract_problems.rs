//! Problems: each kind as a client gets it.
use crate::support::browser::sign_in;
use crate::support::normal::normal;
use crate::support::wire;
use crate::support::{PATIENCE, Reply, TestServer, bots, on_both_databases};
use http::Method;
use insta::assert_json_snapshot;
use serde_json::{Map, Value, json};
use smartbot_api::problem::ErrorCode;
use smartbot_app::chat_logs::ChatLogQuery;
use smartbot_app::users::sight::Sight;
use smartbot_model::agent::Role;
use smartbot_model::token::{self, TokenKind};
use smartbot_model::webhook::{EventSelection, PayloadDetail};
use smartbot_testkit::{Answer, Receiver, spawn, until};
use std::time::Duration;

/// What no request can bring about: a busy or absent database, a fault.
const OUT_OF_REACH: [ErrorCode; 3] = [
    ErrorCode::Overloaded,
    ErrorCode::Unavailable,
    ErrorCode::Internal,
];

struct Seen(Map<String, Value>);

impl Seen {
    fn note(&mut self, reply: Reply) {
        let status = reply.status;
        let body = reply.json();
        assert!(status >= 400, "{body}");
        self.note_body(&body);
    }

    fn note_body(&mut self, body: &Value) {
        let body = normal(body);
        let code = body["code"].as_str().unwrap().to_owned();
        assert!(
            self.0.insert(code.clone(), body).is_none(),
            "{code} was seen already"
        );
    }
}

async fn every_kind_of_problem_has_the_promised_shape(server: TestServer) {
    let mut seen = Seen(Map::new());
    let api = server.bots();
    let greeter = server.publish(&bots::greeter()).await;
    let start = json!({"function_id": greeter});
    let wrong = json!({"function_id": greeter, "medium": "a b", "user": {"fields": {"user_birthdate": "soon"}}});

    let chat = api.start(&greeter).await;
    let identity = json!({"identity": "x.y.z"});
    seen.note(api.post(&chat.path("/identity"), &identity).await);
    seen.note(api.post_bytes("/api/v1/sessions", "{").await);
    let setup = json!({"code": "x", "workspace": "x", "name": "x", "email": "jo@clinic.example", "password": "x"});
    let nobody = server.nobody();
    seen.note(nobody.post("/api/v1/admin/setup", &setup).await);
    seen.note(api.sessions(&wrong).await);
    seen.note(api.get("/api/v1/bots?limit=0").await);
    seen.note(server.nobody().get("/api/v1/bots").await);
    seen.note(server.with("sbm_nonsense").get("/api/v1/bots").await);
    let expired = server
        .token(TokenKind::BotsManagement, Some(Duration::ZERO), &[])
        .await;
    seen.note(server.with(&expired.secret).get("/api/v1/bots").await);
    seen.note(server.db().get("/api/v1/bots").await);
    let elsewhere = server
        .token(TokenKind::BotsManagement, None, &["10.0.0.0/8"])
        .await;
    seen.note(server.with(&elsewhere.secret).get("/api/v1/bots").await);
    seen.note(api.get("/api/v1/bots/Nobody").await);
    seen.note(api.call(Method::DELETE, "/api/v1/bots", "").await);
    seen.note(
        api.clone()
            .header("content-type", "text/plain")
            .call(Method::POST, "/api/v1/sessions", "{}")
            .await,
    );
    seen.note(
        api.post_bytes("/api/v1/sessions", vec![b' '; (1 << 20) + 1])
            .await,
    );

    let keyed = api.clone().key("one");
    keyed.sessions(&start).await.created();
    seen.note(
        keyed
            .sessions(&json!({"function_id": greeter, "medium": "web"}))
            .await,
    );
    let chat = api.start(&greeter).await;
    let echo = server.publish(&bots::echo()).await;
    let long = api.start(&echo).await;
    long.send(&json!({"text": "a", "client_message_id": "m"}))
        .await
        .ok();
    seen.note(
        long.send(&json!({"text": "b", "client_message_id": "m"}))
            .await,
    );
    let sms = json!({"securityToken": server.tokens()[0], "functionID": greeter, "userPhone": "1-212-555-0142"});
    seen.note(
        server
            .nobody()
            .post("/chatapi/smartdash/public/kickOffBotSMS", &sms)
            .await,
    );
    chat.end().await;
    seen.note(chat.send(&json!({"text": "too late"})).await);
    seen.note(request_in_progress(&server).await);
    seen.note(too_many_exports(&server).await);
    let large = api.clone().header("x-filler", &"f".repeat(17 * 1024));
    seen.note(large.get("/api/v1/bots").await);
    seen.note_body(&body_too_slow(&server).await);
    seen.note(disk_full(&server).await);
    note_builders(&mut seen, &server).await;
    note_agents(&mut seen, &server).await;

    for code in ErrorCode::ALL {
        let known = seen.0.contains_key(code.as_str()) || OUT_OF_REACH.contains(code);
        assert!(
            known,
            "no request of this test brings about {}",
            code.as_str()
        );
    }
    assert_json_snapshot!("problems", Value::Object(seen.0));
}

async fn body_too_slow(server: &TestServer) -> Value {
    let [token, _] = server.tokens();
    let text = format!(
        "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 9\r\nConnection: close\r\n\r\n{{"
    );
    let answer = wire::rest(&mut wire::connect(server.address(), &text).await).await;
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap()
}

async fn disk_full(server: &TestServer) -> Reply {
    let full = server.with_a_full_disk().await;
    until("the disk is looked at", PATIENCE, async || {
        full.app.disk.is_short()
    })
    .await;
    let there = server.at(full.address);
    there.post("/api/v1/sessions", &json!({})).await
}

async fn too_many_exports(server: &TestServer) -> Reply {
    let query = ChatLogQuery::default();
    let export = || {
        server
            .app
            .export_chat_logs(server.workspace, Sight::ALL, &query)
    };
    let _running = (export().await.unwrap(), export().await.unwrap());
    server.db().get("/api/v1/chat_logs/export").await
}

/// What goes wrong with bots that are edited and published.
async fn note_builders(seen: &mut Seen, server: &TestServer) {
    let bots = "/api/v1/admin/bots";
    let at = |rest: &str| format!("{bots}/Refill{rest}");
    let api = server.browser(Role::Builder).await;
    let api = api.header("content-type", "application/json");
    let new = json!({"function_id": "Refill", "name": "Refills"});
    let mut document = api.post(bots, &new).await.created()["document"].clone();
    seen.note(api.post(bots, &new).await);
    seen.note(api.delete(&at("")).await);
    seen.note(api.post(&at("/publish"), &json!({})).await);
    let stale = api.clone().header("if-match", "\"7\"");
    seen.note(stale.post(&at("/publish"), &json!({})).await);
    let api = api.header("if-match", "*");
    let save = async |document: &serde_json::Value| {
        let body = json!({"document": document}).to_string();
        api.call(Method::PUT, &at("/draft"), body).await.ok();
    };
    document["boxes"][0]["advanced"] = json!({"assign_flags": ["vip"]});
    save(&document).await;
    seen.note(api.post(&at("/publish"), &json!({})).await);
    let accepted = json!({"accept_warnings": true});
    api.post(&at("/publish"), &accepted).await.ok();
    seen.note(api.post(&at("/publish"), &accepted).await);
    document["start"] = "nowhere".into();
    save(&document).await;
    seen.note(api.post(&at("/publish"), &accepted).await);
}

/// What goes wrong with agents, added and signed in.
async fn note_agents(seen: &mut Seen, server: &TestServer) {
    let agents = "/api/v1/agents";
    let new = |role: &str| json!({"email": "bea@clinic.example", "role": role});
    let reader = server.with(&server.read_only_token().await.secret);
    seen.note(reader.post(agents, &new("agent")).await);
    seen.note(server.db().post(agents, &new("owner")).await);
    server.db().post(agents, &new("agent")).await.created();
    seen.note(server.db().post(agents, &new("agent")).await);
    let accept = json!({"token": "sbi_x", "password": "x"});
    let path = "/api/v1/admin/invitations/accept";
    seen.note(server.nobody().post(path, &accept).await);
    seen.note(sign_in(&server.nobody(), "bea@clinic.example", "x").await);
    seen.note(changed_meanwhile(server).await);
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let take = format!("/api/v1/desk/sessions/{}/take_over", chat.id);
    server
        .add_agent("winner@clinic.example", Role::Agent, true)
        .await;
    let winner = server.signed_in("winner@clinic.example").await;
    winner.post(&take, &json!({})).await.ok();
    let loser = server.browser(Role::Agent).await;
    seen.note(loser.post(&take, &json!({})).await);
    let tokens = "/api/v1/admin/tokens";
    seen.note(server.nobody().get(tokens).await);
    seen.note(server.db().get(tokens).await);
    let viewer = server.browser(Role::Viewer).await;
    seen.note(viewer.get(tokens).await);
    let evil = viewer.header("origin", "https://evil.example");
    seen.note(evil.post(tokens, &json!({})).await);
    let patch = smartbot_app::workspaces::SettingsPatch {
        token_calls_per_minute: Some(1),
        ..Default::default()
    };
    let app = &server.app;
    app.update_settings(server.workspace, &patch).await.unwrap();
    server.db().get(agents).await.ok();
    seen.note(server.db().get(agents).await);
}

async fn changed_meanwhile(server: &TestServer) -> Reply {
    let (all, detail) = (EventSelection::ALL, PayloadDetail::Full);
    let url = "https://portal.example/";
    let (endpoint, _) = server.endpoint(url, all, detail).await;
    let owner = server.browser(Role::Owner).await;
    let path = format!("/api/v1/admin/webhook_endpoints/{}", endpoint.id);
    let stale = owner.header("if-match", "\"7\"");
    stale.patch(&path, &json!({})).await
}

async fn request_in_progress(server: &TestServer) -> Reply {
    let receiver = Receiver::start().await;
    receiver.answer("/", Answer::hang());
    let caller = server
        .publish(&bots::caller(&receiver.url("/"), json!({}), json!([])))
        .await;
    let (api, body) = (server.bots().key("slow"), json!({"function_id": caller}));
    let first = spawn({
        let (api, body) = (api.clone(), body.clone());
        async move { api.sessions(&body).await }
    });
    until("the first request runs", PATIENCE, async || {
        !receiver.requests().is_empty()
    })
    .await;
    let reply = api.sessions(&body).await;
    first.abort();
    reply
}

async fn a_refused_token_says_how_to_authenticate(server: TestServer) {
    for api in [
        server.nobody(),
        server.with(&token::generate("sbm_", &smartbot_app::clock::SystemRandom)),
    ] {
        let reply = api.get("/api/v1/bots").await;
        assert_eq!(
            (reply.status, reply.header("www-authenticate")),
            (401, "Bearer")
        );
        assert_eq!(reply.header("cache-control"), "no-store");
    }
}

on_both_databases!(
    a_refused_token_says_how_to_authenticate,
    every_kind_of_problem_has_the_promised_shape
);
