//! Browser sessions: signing in and out, their times, the password, and who may send what.
use crate::support::browser::{ME, PASSWORD, SIGN_IN, cookie_of, sign_in};
use crate::support::{Api, PATIENCE, TestServer, on_both_databases};
use http::Method;
use serde_json::{Value, json};
use smartbot_app::workspaces::SettingsPatch;
use smartbot_model::EventType;
use smartbot_model::agent::Role;
use smartbot_model::event::ActorKind;
use smartbot_testkit::until;
use std::time::Duration;

const BEA: &str = "bea@clinic.example";
const SIGN_OUT: &str = "/api/v1/admin/sign_out";
const SESSIONS: &str = "/api/v1/admin/browser_sessions";
const OTHER_PASSWORD: &str = "walnut ladder comet breeze";

const fn minutes(number: u64) -> Duration {
    Duration::from_secs(number * 60)
}

async fn an_agent_signs_in_is_known_and_signs_out(server: TestServer) {
    let bea = server.add_agent(BEA, Role::Builder, true).await;
    let reply = sign_in(&server.nobody(), BEA, PASSWORD).await;
    assert_eq!(reply.header("cache-control"), "no-store");
    let browser = server.nobody().header("cookie", &cookie_of(&reply));
    let me = reply.ok();
    assert_eq!(me["agent"]["id"], json!(bea.agent.id));
    assert_eq!(me["workspace"]["name"], "Clinic");
    assert_eq!(me["session"]["current"], true);
    let permissions = me["permissions"].as_array().unwrap();
    assert!(
        permissions.contains(&json!("edit_bots")) && !permissions.contains(&json!("manage_tokens"))
    );
    assert_eq!(browser.get(ME).await.ok(), me);
    // As other cookies of the host stand beside it.
    let cookie = cookie_of(&sign_in(&server.nobody(), BEA, PASSWORD).await);
    let beside = server
        .nobody()
        .header("cookie", &format!("a=b; {cookie};c=d"));
    beside.get(ME).await.ok();

    let reply = browser.post(SIGN_OUT, &json!({})).await;
    assert_eq!(reply.status, 204);
    assert!(
        reply.header("set-cookie").starts_with("__Host-smartbot=; ")
            && reply.header("set-cookie").ends_with("Max-Age=0")
    );
    let refused = browser.get(ME).await;
    assert_eq!(refused.header("www-authenticate"), "Cookie");
    refused.problem(401, "not_signed_in");
    beside.get(ME).await.ok();
    let events = server.events().await;
    let told: Vec<_> = events
        .iter()
        .map(|it| (it.event_type.as_str(), it.sequence))
        .collect();
    assert_eq!(
        told,
        [
            ("agent.created", 1),
            ("agent.login", 2),
            ("agent.login", 3),
            ("agent.logout", 4)
        ]
    );
    assert_eq!(events[3].actor.id, Some(bea.agent.id.to_string()));
}

async fn wrong_passwords_unknown_addresses_and_invitations_look_alike(server: TestServer) {
    server.add_agent(BEA, Role::Builder, true).await;
    server
        .add_agent("cy@clinic.example", Role::Builder, false)
        .await;
    let mut bodies = Vec::new();
    for (email, password) in [
        (BEA, "plum trumpet orbit velve"),
        ("nobody@clinic.example", PASSWORD),
        ("cy@clinic.example", PASSWORD),
        ("no address", ""),
    ] {
        let reply = sign_in(&server.nobody(), email, password).await;
        assert_eq!(reply.header("set-cookie"), "");
        let mut body = reply.problem(401, "sign_in_failed");
        body["request_id"] = Value::Null;
        bodies.push(body);
    }
    let body = json!({"email": BEA, "password": PASSWORD, "workspace": "Elsewhere"});
    let mut elsewhere = server
        .nobody()
        .post(SIGN_IN, &body)
        .await
        .problem(401, "sign_in_failed");
    elsewhere["request_id"] = Value::Null;
    bodies.push(elsewhere);
    assert!(bodies.iter().all(|it| *it == bodies[0]), "{bodies:?}");
    assert_eq!(server.count(EventType::AgentLogin).await, 0);
}

async fn nobody_is_found_out_by_the_clock(server: TestServer) {
    server.add_agent(BEA, Role::Builder, true).await;
    // In turns, and the quickest of several: what the machine does besides only makes them slower. Without the hash one would take a
    // tenth of the other.
    let emails = [BEA, "nobody@clinic.example"];
    let mut quickest = [Duration::MAX; 2];
    for _ in 0..10 {
        for (email, best) in emails.iter().zip(&mut quickest) {
            let begin = std::time::Instant::now();
            let reply = sign_in(&server.nobody(), email, "a wrong password").await;
            *best = begin.elapsed().min(*best);
            reply.problem(401, "sign_in_failed");
        }
        server.clock.advance(minutes(16));
    }
    let ratio = quickest[0].as_secs_f64() / quickest[1].as_secs_f64();
    assert!((0.25..4.0).contains(&ratio), "{quickest:?}");
}

async fn whoever_is_in_several_workspaces_names_one(server: TestServer) {
    server.add_agent(BEA, Role::Builder, true).await;
    let neighbour = server.another_workspace().await;
    let caller = smartbot_app::Caller::system(neighbour.id);
    let new = smartbot_app::agents::NewAgent {
        email: BEA.into(),
        name: None,
        role: Role::Viewer,
        limited_to_flags: vec![],
        password: Some(PASSWORD.into()),
    };
    server.app.add_agent(&caller, new, None).await.unwrap();
    let faults = sign_in(&server.nobody(), BEA, PASSWORD).await.faults();
    assert_eq!(faults, [("/workspace".into(), "missing_field".into())]);
    for (name, role) in [("Clinic", "builder"), ("Neighbour", "viewer")] {
        let body = json!({"email": BEA, "password": PASSWORD, "workspace": name});
        let me = server.nobody().post(SIGN_IN, &body).await.ok();
        assert_eq!(
            (&me["workspace"]["name"], &me["agent"]["role"]),
            (&json!(name), &json!(role))
        );
    }
}

async fn a_new_sign_in_takes_the_place_of_the_browser_s_old_one(server: TestServer) {
    server.add_agent(BEA, Role::Builder, true).await;
    let old = server.signed_in(BEA).await;
    let reply = sign_in(&old, BEA, PASSWORD).await;
    let new = server.nobody().header("cookie", &cookie_of(&reply));
    old.get(ME).await.problem(401, "not_signed_in");
    new.get(ME).await.ok();
    // A cookie that somebody else planted is never adopted.
    let planted = "__Host-smartbot=sbs_planted";
    let reply = sign_in(&server.nobody().header("cookie", planted), BEA, PASSWORD).await;
    assert_ne!(cookie_of(&reply), planted);
}

async fn a_browser_session_ends_when_it_idles(server: TestServer) {
    server.clock.stop();
    server.add_agent(BEA, Role::Builder, true).await;
    let browser = server.signed_in(BEA).await;
    let seen = async |browser: &Api| {
        let me = browser.get(ME).await.ok();
        me["session"]["last_seen_at"].as_str().unwrap().to_owned()
    };
    let first = seen(&browser).await;
    server.clock.advance(Duration::from_secs(59));
    assert_eq!(seen(&browser).await, first, "not written within a minute");
    server.clock.advance(minutes(14));
    assert_ne!(seen(&browser).await, first);
    until("the use is noted", PATIENCE, async || {
        let rows = server
            .app
            .store
            .expired_browser_sessions(server.app.now().plus(minutes(14)), 1);
        rows.await.unwrap().is_empty()
    })
    .await;
    server.clock.advance(minutes(15));
    browser.get(ME).await.problem(401, "not_signed_in");
    until("the end is told", PATIENCE, async || {
        server.count(EventType::AgentLogout).await == 1
    })
    .await;
    let event = server.events().await.pop().unwrap();
    assert_eq!(event.actor.kind, ActorKind::System);
}

async fn the_idle_limit_is_a_setting(server: TestServer) {
    let patch = SettingsPatch {
        idle_minutes: Some(60),
        ..Default::default()
    };
    server
        .app
        .update_settings(server.workspace, &patch)
        .await
        .unwrap();
    server.add_agent(BEA, Role::Builder, true).await;
    let browser = server.signed_in(BEA).await;
    server.clock.advance(minutes(59));
    browser.get(ME).await.ok();
    server.clock.advance(minutes(61));
    browser.get(ME).await.problem(401, "not_signed_in");
}

async fn a_browser_session_ends_after_twelve_hours_however_much_it_is_used(server: TestServer) {
    let patch = SettingsPatch {
        idle_minutes: Some(720),
        ..Default::default()
    };
    server
        .app
        .update_settings(server.workspace, &patch)
        .await
        .unwrap();
    server.add_agent(BEA, Role::Builder, true).await;
    let browser = server.signed_in(BEA).await;
    for _ in 0..2 {
        server.clock.advance(minutes(359));
        browser.get(ME).await.ok();
    }
    server.clock.advance(minutes(3));
    browser.get(ME).await.problem(401, "not_signed_in");
}

async fn agents_see_and_end_their_own_browser_sessions_only(server: TestServer) {
    server.add_agent(BEA, Role::Builder, true).await;
    let here = server.signed_in(BEA).await.header("user-agent", "Desk");
    let there = server.signed_in(BEA).await;
    let stranger = server.browser(Role::Owner).await;
    let page = here.get(SESSIONS).await.ok();
    let data = page["data"].as_array().unwrap();
    let current: Vec<_> = data
        .iter()
        .map(|it| it["current"].as_bool().unwrap())
        .collect();
    assert_eq!(
        (current, &page["next_cursor"]),
        (vec![true, false], &Value::Null)
    );
    assert_eq!(data[0]["address"], "127.0.0.1");
    let first = here.get(&format!("{SESSIONS}?limit=1")).await.ok();
    let next = format!(
        "{SESSIONS}?limit=1&cursor={}",
        first["next_cursor"].as_str().unwrap()
    );
    assert_eq!(here.get(&next).await.ok()["data"], json!([data[1]]));
    let path = format!("{SESSIONS}/{}", data[1]["id"].as_str().unwrap());
    stranger
        .call(Method::DELETE, &path, "")
        .await
        .problem(404, "not_found");
    there.get(ME).await.ok();
    assert_eq!(here.call(Method::DELETE, &path, "").await.status, 204);
    there.get(ME).await.problem(401, "not_signed_in");
    here.call(Method::DELETE, &path, "")
        .await
        .problem(404, "not_found");
    assert_eq!(
        here.get(SESSIONS).await.ok()["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

async fn a_new_password_needs_the_old_one_and_ends_the_other_sessions(server: TestServer) {
    server.add_agent(BEA, Role::Viewer, true).await;
    let (here, there) = (server.signed_in(BEA).await, server.signed_in(BEA).await);
    let change = async |old: &str, new: &str| {
        let body = json!({"old_password": old, "new_password": new});
        here.post("/api/v1/admin/password", &body).await
    };
    change("wrong", OTHER_PASSWORD)
        .await
        .problem(401, "sign_in_failed");
    let weak = change(PASSWORD, "bea@clinic.example").await.faults();
    assert_eq!(weak, [("/new_password".into(), "weak_password".into())]);
    assert_eq!(change(PASSWORD, OTHER_PASSWORD).await.status, 204);
    here.get(ME).await.ok();
    there.get(ME).await.problem(401, "not_signed_in");
    sign_in(&server.nobody(), BEA, PASSWORD)
        .await
        .problem(401, "sign_in_failed");
    sign_in(&server.nobody(), BEA, OTHER_PASSWORD).await.ok();
}

async fn another_role_holds_from_the_next_request(server: TestServer) {
    let bea = server.add_agent(BEA, Role::Admin, true).await;
    let browser = server.signed_in(BEA).await;
    browser.get("/api/v1/admin/tokens").await.ok();
    let api = server.db().header("content-type", "application/json");
    let path = format!("/api/v1/agents/{}", bea.agent.id);
    api.call(Method::PATCH, &path, r#"{"role":"viewer"}"#)
        .await
        .ok();
    browser
        .get("/api/v1/admin/tokens")
        .await
        .problem(403, "not_permitted");
}

async fn pages_of_other_sites_send_nothing(server: TestServer) {
    server.add_agent(BEA, Role::Admin, true).await;
    let browser = server.signed_in(BEA).await;
    let own = format!("http://{}", server.address());
    let token = json!({"kind": "db_update", "name": "x"});
    for (headers, passes) in [
        (vec![], true),
        (
            vec![("sec-fetch-site", "same-origin"), ("origin", own.as_str())],
            true,
        ),
        (vec![("origin", own.as_str())], true),
        (vec![("sec-fetch-site", "none")], true),
        (
            vec![
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://evil.example"),
            ],
            false,
        ),
        (
            vec![
                ("sec-fetch-site", "same-site"),
                ("origin", "https://www.clinic.example"),
            ],
            false,
        ),
        (vec![("origin", "https://evil.example")], false),
        (vec![("origin", "null")], false),
    ] {
        let api = headers.iter().fold(browser.clone(), |api, (name, value)| {
            api.header(name, value)
        });
        let reply = api.post("/api/v1/admin/tokens", &token).await;
        let login = sign_in(&api, "nobody@clinic.example", "x").await;
        if passes {
            reply.created();
            assert_ne!(login.status, 403);
        } else {
            reply.problem(403, "cross_site_request");
            login.problem(403, "cross_site_request");
        }
    }
    // Forms of other sites cannot send JSON, and nothing else is read.
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ] {
        let api = browser.clone().header("content-type", content_type);
        let reply = api
            .call(Method::POST, "/api/v1/admin/tokens", token.to_string())
            .await;
        reply.problem(415, "unsupported_media_type");
    }
    // Token calls are not affected.
    let api = server
        .bots()
        .header("origin", "https://evil.example")
        .header("sec-fetch-site", "cross-site");
    api.sessions(&json!({"function_id": "Nobody"}))
        .await
        .problem(404, "not_found");
}

/// A proxy may write its own name into `Host`; what browsers see is the public address.
async fn pages_of_the_public_address_are_the_server_s_own(server: TestServer) {
    let public = "https://bots.clinic.example";
    let address = server.published_as(public).await;
    let from = |origin: &str| server.nobody_at(address).header("origin", origin);
    let wrong = async |origin: &str| sign_in(&from(origin), BEA, "x").await;
    wrong(public).await.problem(401, "sign_in_failed");
    for other in [
        "https://bots.clinic.example:8443",
        "http://bots.clinic.example",
    ] {
        wrong(other).await.problem(403, "cross_site_request");
    }
    let elsewhere = sign_in(&server.nobody().header("origin", public), BEA, "x").await;
    elsewhere.problem(403, "cross_site_request");
}

on_both_databases!(
    pages_of_the_public_address_are_the_server_s_own,
    a_browser_session_ends_after_twelve_hours_however_much_it_is_used,
    a_browser_session_ends_when_it_idles,
    a_new_password_needs_the_old_one_and_ends_the_other_sessions,
    a_new_sign_in_takes_the_place_of_the_browser_s_old_one,
    agents_see_and_end_their_own_browser_sessions_only,
    an_agent_signs_in_is_known_and_signs_out,
    another_role_holds_from_the_next_request,
    nobody_is_found_out_by_the_clock,
    pages_of_other_sites_send_nothing,
    the_idle_limit_is_a_setting,
    whoever_is_in_several_workspaces_names_one,
    wrong_passwords_unknown_addresses_and_invitations_look_alike,
);
