//! Visitors: sessions that nobody needs a token for.
use crate::support::identity::sign;
use crate::support::{Api, Reply, TestServer, bots, identity, on_both_databases, texts};
use serde_json::{Value, json};
use smartbot_model::EventType;
use smartbot_model::agent::Role;
use smartbot_model::event::ActorKind;
use std::time::Duration;

const SESSIONS: &str = "/api/v1/visitor/sessions";

async fn visit(api: &Api, server: &TestServer, bot: &str, more: Value) -> Reply {
    let mut body = json!({"workspace": server.workspace, "function_id": bot});
    let more = more.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(more);
    api.post(SESSIONS, &body).await
}

/// A bot that declares a variable and a profile field.
async fn public_bot(server: &TestServer) -> String {
    let boxes = json!([{"id": "ask", "type": "text", "text": "Hello {user_fname|you} from {campaign|nowhere}."}]);
    let fields = json!([
        {"name": "campaign", "kind": "variable", "type": "text"},
        {"name": "visits", "kind": "variable", "type": "number"},
    ]);
    let bot = server.publish(&bots::chain("Open", boxes, fields)).await;
    server.open(&bot, &[]).await;
    bot
}

async fn a_bot_is_closed_until_somebody_opens_it(server: TestServer) {
    let bot = server.publish(&bots::echo()).await;
    let owner = server.browser(Role::Owner).await;
    let channel = format!("/api/v1/admin/bots/{bot}/channel");
    let shown = format!("/api/v1/visitor/bots/{}/{bot}", server.workspace);
    let before = owner.get(&channel).await.ok();
    assert_eq!(before["is_public"], false);
    visit(&server.nobody(), &server, &bot, json!({}))
        .await
        .problem(404, "not_found");
    server.nobody().get(&shown).await.problem(404, "not_found");
    let change =
        json!({"is_public": true, "appearance": {"color": "#aa0000", "greeting": "Can we help?"}});
    let after = owner.patch(&channel, &change).await.ok();
    assert_eq!(
        after["appearance"]["launcher_text"], "Chat with us",
        "what was not named stays"
    );
    let public = server.nobody().get(&shown).await.ok();
    assert_eq!(public["appearance"]["color"], "#aa0000");
    assert_eq!(public["appearance"]["title"], public["name"]);
    let started = visit(
        &server.nobody(),
        &server,
        &bot,
        json!({"page": "https://www.clinic.example/a?name=Ana"}),
    )
    .await
    .created();
    assert_eq!(started["bot"]["appearance"]["greeting"], "Can we help?");
    assert_eq!(started["session"]["medium"], "web");
    assert_eq!(
        started["session"]["metadata"],
        json!({"page": "https://www.clinic.example/a"})
    );
    let me = server.with(started["session_key"].as_str().unwrap());
    let path = format!(
        "/api/v1/sessions/{}/messages",
        started["session"]["id"].as_str().unwrap()
    );
    me.post(&path, &json!({"text": "hi"})).await.ok();
    let begun = server
        .events()
        .await
        .into_iter()
        .find(|it| it.event_type == EventType::SessionStarted)
        .unwrap();
    assert_eq!(begun.actor.kind, ActorKind::User);
    assert_eq!(
        begun.actor.id.as_deref(),
        started["session"]["user_id"].as_str()
    );
    owner
        .patch(&channel, &json!({"is_public": false}))
        .await
        .ok();
    visit(&server.nobody(), &server, &bot, json!({}))
        .await
        .problem(404, "not_found");
    owner
        .patch(&channel, &json!({"allowed_origins": ["*"]}))
        .await
        .problem(400, "invalid_request");
}

async fn pages_of_other_sites_start_nothing(server: TestServer) {
    let bot = public_bot(&server).await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
    ] {
        let page = server.nobody().header(name, value);
        visit(&page, &server, &bot, json!({}))
            .await
            .problem(403, "cross_site_request");
    }
    // Its appearance is read by pages of the sites that the bot lists.
    server.open(&bot, &["https://www.clinic.example"]).await;
    let shown = format!("/api/v1/visitor/bots/{}/{bot}", server.workspace);
    for (origin, allowed) in [
        ("https://www.clinic.example", "https://www.clinic.example"),
        ("https://evil.example", ""),
    ] {
        let reply = server.nobody().header("origin", origin).get(&shown).await;
        assert_eq!(reply.header("access-control-allow-origin"), allowed);
        reply.ok();
    }
}

async fn an_identity_makes_a_visitor_somebody(server: TestServer) {
    let bot = public_bot(&server).await;
    let nobody = server.nobody();
    let jwt = identity::of(&server, "p-17").await;
    let started = visit(
        &nobody,
        &server,
        &bot,
        json!({"identity": jwt, "variables": {"campaign": "spring"}}),
    )
    .await
    .created();
    assert_eq!(texts(&started), ["Hello Ana from spring."]);
    assert_eq!(started["session"]["metadata"]["verified"], true);
    let again = visit(&nobody, &server, &bot, json!({"identity": jwt}))
        .await
        .created();
    assert_eq!(
        again["session"]["user_id"], started["session"]["user_id"],
        "the same person"
    );
    let strange = visit(&nobody, &server, &bot, json!({})).await.created();
    assert_ne!(strange["session"]["user_id"], started["session"]["user_id"]);
    assert_eq!(texts(&strange), ["Hello you from nowhere."]);
    let exp = server.app.now().unix_seconds() + 600;
    for (key, claims) in [
        ("another key", json!({"sub": "p-17", "exp": exp})),
        ("", json!({"sub": "p-17", "exp": exp})),
    ] {
        let identity = sign(key, &claims);
        visit(&nobody, &server, &bot, json!({"identity": identity}))
            .await
            .problem(401, "identity_invalid");
    }
    // What nobody signed changes nothing of a known person.
    visit(
        &nobody,
        &server,
        &bot,
        json!({"identity": jwt, "fields": {"user_fname": "Eve"}}),
    )
    .await
    .problem(400, "invalid_request");
    visit(
        &nobody,
        &server,
        &bot,
        json!({"variables": {"undeclared": 1}}),
    )
    .await
    .problem(400, "invalid_request");
    visit(&nobody, &server, &bot, json!({"fields": {"undeclared": 1}}))
        .await
        .problem(400, "invalid_request");
    let owner = server.browser(Role::Owner).await;
    let old = owner.get("/api/v1/admin/widget_key").await.ok();
    let new = owner
        .post("/api/v1/admin/widget_key", &json!({}))
        .await
        .ok();
    assert_ne!(old["key"], new["key"]);
    visit(&nobody, &server, &bot, json!({"identity": jwt}))
        .await
        .problem(401, "identity_invalid");
    let jwt = identity::of(&server, "p-17").await;
    server.clock.advance(Duration::from_secs(601));
    visit(&nobody, &server, &bot, json!({"identity": jwt}))
        .await
        .problem(401, "identity_invalid");
}

async fn a_running_session_learns_who_its_user_is(server: TestServer) {
    let bot = public_bot(&server).await;
    let jwt = identity::of(&server, "p-17").await;
    let mut sessions = Vec::new();
    for _ in 0..2 {
        let started = visit(&server.nobody(), &server, &bot, json!({}))
            .await
            .created();
        let id = started["session"]["id"].as_str().unwrap().to_owned();
        sessions.push((
            server.with(started["session_key"].as_str().unwrap()),
            format!("/api/v1/sessions/{id}"),
        ));
    }
    let (me, path) = &sessions[0];
    me.post(&format!("{path}/identity"), &json!({"identity": "x.y.z"}))
        .await
        .problem(401, "identity_invalid");
    for _ in 0..2 {
        me.post(&format!("{path}/identity"), &json!({"identity": jwt}))
            .await
            .ok();
    }
    let user = server.db().get("/api/v1/users/ext:p-17").await.ok();
    assert_eq!(user["fields"]["user_fname"], "Ana");
    // That person has a session already, and this one cannot become it.
    let (other, other_path) = &sessions[1];
    other
        .post(&format!("{other_path}/identity"), &json!({"identity": jwt}))
        .await
        .problem(409, "conflict");
    let someone = identity::of(&server, "p-18").await;
    me.post(&format!("{path}/identity"), &json!({"identity": someone}))
        .await
        .problem(409, "conflict");
    let variables = format!("{path}/variables");
    me.patch(
        &variables,
        &json!({"variables": {"campaign": "spring", "visits": 3}}),
    )
    .await
    .ok();
    let log = format!("/api/v1/chat_logs/{}", path.rsplit('/').next().unwrap());
    assert_eq!(
        server.db().get(&log).await.ok()["variables"],
        json!({"campaign": "spring", "visits": 3})
    );
    for wrong in [json!({"visits": "many"}), json!({"undeclared": 1})] {
        me.patch(&variables, &json!({"variables": wrong}))
            .await
            .problem(400, "invalid_request");
    }
}

async fn an_address_starts_thirty_a_minute_and_has_twenty_open(server: TestServer) {
    let bot = public_bot(&server).await;
    let proxied = server.nobody_at(server.behind_proxy().await);
    let from = |address: &str| proxied.clone().header("x-forwarded-for", address);
    let one = from("198.51.100.7");
    let mut open = Vec::new();
    for _ in 0..20 {
        let reply = visit(&one, &server, &bot, json!({})).await;
        assert_eq!(reply.header("ratelimit-limit"), "30");
        open.push(reply.created());
    }
    let full = visit(&one, &server, &bot, json!({})).await;
    assert!(
        full.header("retry-after").parse::<u64>().unwrap() > 60,
        "until one idles"
    );
    full.problem(429, "rate_limited");
    visit(&from("198.51.100.8"), &server, &bot, json!({}))
        .await
        .created();
    // One ends: there is a place again, and one only.
    let started = &open[0];
    let path = format!(
        "/api/v1/sessions/{}/end",
        started["session"]["id"].as_str().unwrap()
    );
    server
        .with(started["session_key"].as_str().unwrap())
        .post(&path, &json!({}))
        .await
        .ok();
    visit(&one, &server, &bot, json!({})).await.created();
    visit(&one, &server, &bot, json!({}))
        .await
        .problem(429, "rate_limited");
    // Far fewer than two a second: what is past thirty is refused for the rate, with another wait.
    let body = json!({"workspace": server.workspace, "function_id": bot});
    let all = (0..60).map(|_| one.post(SESSIONS, &body));
    let replies = futures_util::future::join_all(all).await;
    assert!(replies.iter().all(|it| it.status == 429));
    assert!(
        replies
            .iter()
            .any(|it| it.header("ratelimit-remaining") == "0"
                && it.header("retry-after").parse::<u64>().unwrap() <= 2)
    );
    // The machine itself is not counted.
    for _ in 0..35 {
        visit(&server.nobody(), &server, &bot, json!({}))
            .await
            .created();
    }
    // Who closes a page ends nothing; half an hour later it counts no more.
    server.clock.advance(Duration::from_secs(30 * 60));
    visit(&one, &server, &bot, json!({})).await.created();
}

on_both_databases!(
    a_bot_is_closed_until_somebody_opens_it,
    a_running_session_learns_who_its_user_is,
    an_address_starts_thirty_a_minute_and_has_twenty_open,
    an_identity_makes_a_visitor_somebody,
    pages_of_other_sites_start_nothing,
);
