//! Agents in DB-Update: added, invited, changed, removed.
use crate::support::browser::{ME, PASSWORD, sign_in};
use crate::support::{TestServer, on_both_databases};
use http::Method;
use serde_json::{Value, json};
use smartbot_model::EventType;
use smartbot_model::agent::Role;
use smartbot_model::event::ActorKind;
use std::time::Duration;

const AGENTS: &str = "/api/v1/agents";
const ACCEPT: &str = "/api/v1/admin/invitations/accept";

fn bea() -> Value {
    json!({"email": "Bea@clinic.example", "name": "Bea Ruiz", "role": "agent", "limited_to_flags": ["vip", "billing", "vip"]})
}

fn path(agent: &Value) -> String {
    format!("{AGENTS}/{}", agent["id"].as_str().unwrap())
}

async fn an_agent_is_added_with_an_invitation_and_shown_without(server: TestServer) {
    let added = server.db().post(AGENTS, &bea()).await.created();
    let invitation = &added["invitation"];
    let token = invitation["token"].as_str().unwrap();
    assert!(token.starts_with("sbi_"));
    assert_eq!(invitation["link"], format!("/app/invitation#{token}"));
    let shown = server.db().get(&path(&added)).await.ok();
    assert_eq!(
        shown,
        json!({
            "id": added["id"], "email": "Bea@clinic.example", "name": "Bea Ruiz", "role": "agent",
            "limited_to_flags": ["billing", "vip"], "status": "invited", "created_at": added["created_at"]
        })
    );
    let page = server.db().get(AGENTS).await.ok();
    assert_eq!(page, json!({"data": [shown], "next_cursor": null}));
    let event = server.events().await.pop().unwrap();
    assert_eq!(event.event_type, EventType::AgentCreated);
    assert_eq!(
        (event.subject, event.sequence),
        (added["id"].as_str().unwrap().to_owned(), 1)
    );
    assert_eq!(event.actor.kind, ActorKind::Token);
    assert_eq!(event.data["agent"]["email"], "Bea@clinic.example");
    let without_name = json!({"email": "cy@clinic.example", "role": "viewer"});
    let cy = server.db().post(AGENTS, &without_name).await.created();
    assert_eq!(
        (&cy["name"], &cy["limited_to_flags"]),
        (&json!("cy"), &json!([]))
    );
}

async fn what_is_no_agent_is_refused_with_its_place(server: TestServer) {
    let with = |key: &str, value: Value| {
        let mut body = bea();
        body[key] = value;
        body
    };
    for (body, pointer, code) in [
        (json!({"role": "agent"}), "/email", "missing_field"),
        (json!({"email": "a@b.example"}), "/role", "missing_field"),
        (with("email", json!("nobody")), "/email", "invalid_email"),
        (
            with("email", json!("a b@c.example")),
            "/email",
            "invalid_email",
        ),
        (with("name", json!("  ")), "/name", "invalid_value"),
        (
            with("name", json!("x".repeat(101))),
            "/name",
            "invalid_value",
        ),
        (with("role", json!("king")), "/role", "invalid_value"),
        (
            with("limited_to_flags", json!(["a b"])),
            "/limited_to_flags/0",
            "invalid_value",
        ),
        (
            with("limited_to_flags", json!(vec!["a"; 51])),
            "/limited_to_flags",
            "invalid_value",
        ),
        (with("password", json!("x")), "/password", "unknown_field"),
    ] {
        let faults = server.db().post(AGENTS, &body).await.faults();
        assert_eq!(faults, [(pointer.to_owned(), code.to_owned())], "{body}");
    }
    let longest = with("name", json!("x".repeat(100)));
    server.db().post(AGENTS, &longest).await.created();
    let twice = with("email", json!(" bea@CLINIC.example"));
    server
        .db()
        .post(AGENTS, &twice)
        .await
        .problem(409, "conflict");
}

async fn a_repeat_adds_one_agent_and_keeps_no_secret(server: TestServer) {
    let api = server.db().key("one");
    let first = api.post(AGENTS, &bea()).await.created();
    assert_eq!(api.post(AGENTS, &bea()).await.created(), first);
    assert_eq!(server.count(EventType::AgentCreated).await, 1);
    let remove = server.db().key("two");
    for _ in 0..2 {
        let reply = remove.call(Method::DELETE, &path(&first), "").await;
        assert_eq!((reply.status, reply.body.len()), (204, 0));
    }
    let gone = server.db().call(Method::DELETE, &path(&first), "").await;
    gone.problem(404, "not_found");
}

async fn an_invitation_works_once_for_seven_days(server: TestServer) {
    let invite = async |email: &str| {
        let body = json!({"email": email, "role": "builder"});
        let added = server.db().post(AGENTS, &body).await.created();
        added["invitation"]["token"].as_str().unwrap().to_owned()
    };
    let nobody = server.nobody();
    let accept = async |token: &str, password: &str| {
        let body = json!({"token": token, "password": password});
        nobody.post(ACCEPT, &body).await
    };
    let token = invite("bea@clinic.example").await;
    let weak = accept(&token, "password1234").await.faults();
    assert_eq!(weak, [("/password".into(), "weak_password".into())]);
    let short = accept(&token, "plum trum x").await.faults();
    assert_eq!(short[0].1, "weak_password");
    let agent = accept(&token, PASSWORD).await.ok();
    assert_eq!(
        (&agent["status"], &agent["role"]),
        (&json!("active"), &json!("builder"))
    );
    let event = server.events().await.pop().unwrap();
    assert_eq!(
        (event.event_type, event.sequence),
        (EventType::AgentUpdated, 2)
    );
    assert_eq!(event.actor.id.as_deref(), agent["id"].as_str());
    accept(&token, PASSWORD)
        .await
        .problem(410, "invitation_invalid");
    sign_in(&nobody, "BEA@clinic.example ", PASSWORD).await.ok();

    let (late, just) = (
        invite("cy@clinic.example").await,
        invite("di@clinic.example").await,
    );
    server.clock.advance(Duration::from_secs(7 * 86_400 - 60));
    accept(&just, PASSWORD).await.ok();
    server.clock.advance(Duration::from_secs(61));
    accept(&late, PASSWORD)
        .await
        .problem(410, "invitation_invalid");
    for wrong in ["", "sbi_x", &late.to_uppercase(), &late[..late.len() - 1]] {
        accept(wrong, PASSWORD)
            .await
            .problem(410, "invitation_invalid");
    }
}

async fn an_agent_is_changed_and_told_of_only_when_something_changes(server: TestServer) {
    let added = server.db().post(AGENTS, &bea()).await.created();
    let patch = async |body: Value| {
        let api = server.db().header("content-type", "application/json");
        api.call(Method::PATCH, &path(&added), body.to_string())
            .await
    };
    let same = patch(json!({})).await.ok();
    assert_eq!(same["name"], "Bea Ruiz");
    patch(json!({"role": "agent", "limited_to_flags": ["vip", "billing"]}))
        .await
        .ok();
    assert_eq!(server.count(EventType::AgentUpdated).await, 0);
    let changed = json!({"email": "bea@hill.example", "name": "Beatrix", "role": "admin", "limited_to_flags": []});
    let answer = patch(changed.clone()).await.ok();
    for key in ["email", "name", "role", "limited_to_flags"] {
        assert_eq!(answer[key], changed[key]);
    }
    assert_eq!(server.db().get(&path(&added)).await.ok(), answer);
    let event = server.events().await.pop().unwrap();
    assert_eq!(
        (event.event_type, event.sequence),
        (EventType::AgentUpdated, 2)
    );
    let faults = patch(json!({"status": "active"})).await.faults();
    assert_eq!(faults, [("/status".into(), "unknown_field".into())]);
    server
        .add_agent("cy@clinic.example", Role::Viewer, false)
        .await;
    patch(json!({"email": "CY@clinic.example"}))
        .await
        .problem(409, "conflict");
    patch(json!({"email": "BEA@hill.example"})).await.ok();
}

async fn a_token_cannot_reach_owners(server: TestServer) {
    let owner = server
        .add_agent("jo@clinic.example", Role::Owner, true)
        .await;
    let bea = server.db().post(AGENTS, &bea()).await.created();
    let api = server.db().header("content-type", "application/json");
    let at_owner = format!("{AGENTS}/{}", owner.agent.id);
    let make = json!({"email": "al@clinic.example", "role": "owner"});
    let cases = [
        (Method::POST, AGENTS.to_owned(), make),
        (Method::PATCH, path(&bea), json!({"role": "owner"})),
        (Method::PATCH, at_owner.clone(), json!({"name": "x"})),
        (Method::PATCH, at_owner.clone(), json!({"role": "viewer"})),
        (Method::DELETE, at_owner.clone(), json!({})),
    ];
    for (method, path, body) in cases {
        let reply = api.call(method, &path, body.to_string()).await;
        reply.problem(403, "owner_protected");
    }
    let owner = server.db().get(&at_owner).await.ok();
    assert_eq!(
        (&owner["name"], &owner["role"]),
        (&json!("jo"), &json!("owner"))
    );
}

async fn nobody_removes_or_demotes_the_last_owner(server: TestServer) {
    let caller = smartbot_app::Caller::system(server.workspace);
    let one = server
        .add_agent("jo@clinic.example", Role::Owner, true)
        .await
        .agent
        .id;
    let demote = || smartbot_app::agents::AgentPatch {
        role: Some(Role::Admin),
        ..Default::default()
    };
    let app = &server.app;
    assert!(app.remove_agent(&caller, one, None).await.is_err());
    assert!(
        app.update_agent(&caller, one, demote(), None)
            .await
            .is_err()
    );
    let two = server
        .add_agent("al@clinic.example", Role::Owner, true)
        .await
        .agent
        .id;
    let (a, b) = tokio::join!(
        app.remove_agent(&caller, one, None),
        app.remove_agent(&caller, two, None)
    );
    assert!(
        a.is_ok() != b.is_ok(),
        "one of two owners stays: {a:?} {b:?}"
    );
    assert_eq!(
        app.store.count_agents(server.workspace, Role::Owner).await,
        Ok(1)
    );
}

async fn a_removed_agent_is_signed_out_at_once_on_every_node(server: TestServer) {
    let bea = server
        .add_agent("bea@clinic.example", Role::Agent, true)
        .await;
    let (one, two) = (
        server.signed_in("bea@clinic.example").await,
        server.signed_in("bea@clinic.example").await,
    );
    one.get(ME).await.ok();
    let node = if server.is_shared() {
        Some(server.another_node().await)
    } else {
        None
    };
    let id = bea.agent.id.to_string();
    let reply = server
        .db()
        .call(Method::DELETE, &format!("{AGENTS}/{id}"), "")
        .await;
    assert_eq!(reply.status, 204);
    for browser in [&one, &two] {
        browser.get(ME).await.problem(401, "not_signed_in");
    }
    if let Some(node) = &node {
        let there = two.clone().at(node.address());
        there.get(ME).await.problem(401, "not_signed_in");
    }
    let events: Vec<_> = server
        .events()
        .await
        .into_iter()
        .filter(|it| it.subject == id)
        .collect();
    let told: Vec<_> = events.iter().map(|it| it.event_type.as_str()).collect();
    let logins = ["agent.created", "agent.login", "agent.login"];
    assert_eq!(
        told,
        [
            &logins[..],
            &["agent.logout", "agent.logout", "agent.removed"]
        ]
        .concat()
    );
    let sequences: Vec<_> = events.iter().map(|it| it.sequence).collect();
    assert_eq!(sequences, [1, 2, 3, 4, 5, 6]);
    assert!(
        events[3..]
            .iter()
            .all(|it| it.actor.kind == ActorKind::Token)
    );
    sign_in(&server.nobody(), "bea@clinic.example", PASSWORD)
        .await
        .problem(401, "sign_in_failed");
}

async fn agents_come_in_pages_that_hold_under_inserts(server: TestServer) {
    for number in 0..5 {
        let email = format!("a{number}@clinic.example");
        server.add_agent(&email, Role::Viewer, false).await;
        // Their ids, by which they are listed, know milliseconds.
        server.clock.advance(Duration::from_millis(2));
    }
    let mut seen = Vec::new();
    let mut path = format!("{AGENTS}?limit=2");
    loop {
        let page = server.db().get(&path).await.ok();
        let data = page["data"].as_array().unwrap();
        seen.extend(
            data.iter()
                .map(|it| it["email"].as_str().unwrap().to_owned()),
        );
        if seen.len() == 2 {
            server
                .add_agent("late@clinic.example", Role::Viewer, false)
                .await;
        }
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        path = format!("{AGENTS}?limit=2&cursor={cursor}");
    }
    let all = ["a0", "a1", "a2", "a3", "a4", "late"].map(|it| format!("{it}@clinic.example"));
    assert_eq!(seen, all);
    for wrong in ["limit=0", "limit=201", "cursor=x", "role=viewer"] {
        let reply = server.db().get(&format!("{AGENTS}?{wrong}")).await;
        reply.problem(400, "invalid_parameter");
    }
}

on_both_databases!(
    a_removed_agent_is_signed_out_at_once_on_every_node,
    a_repeat_adds_one_agent_and_keeps_no_secret,
    a_token_cannot_reach_owners,
    agents_come_in_pages_that_hold_under_inserts,
    an_agent_is_added_with_an_invitation_and_shown_without,
    an_agent_is_changed_and_told_of_only_when_something_changes,
    an_invitation_works_once_for_seven_days,
    nobody_removes_or_demotes_the_last_owner,
    what_is_no_agent_is_refused_with_its_place,
);
