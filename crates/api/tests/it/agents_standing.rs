//! Agents who are deactivated and come back, invited anew, and signed out by others.
use crate::desk::{act, be, listed, own_id, shown};
use crate::support::browser::{ME, PASSWORD, sign_in};
use crate::support::{Api, PATIENCE, TestServer, bots, on_both_databases};
use serde_json::{Value, json};
use smartbot_app::Caller;
use smartbot_app::agents::AgentPatch;
use smartbot_model::agent::Role;
use smartbot_model::{AgentId, EventType};
use smartbot_testkit::until;

const ACCEPT: &str = "/api/v1/admin/invitations/accept";
const PRESENCE: &str = "/api/v1/desk/presence";
const STREAM: &str = "/api/v1/desk/stream";

fn path(id: &impl ToString) -> String {
    format!("/api/v1/agents/{}", id.to_string().trim_matches('"'))
}

async fn set_active(by: &Api, id: &impl ToString, is_active: bool) -> Value {
    let patch = json!({"is_active": is_active});
    by.patch(&path(id), &patch).await.ok()
}

async fn a_deactivated_agent_is_nobody_until_brought_back(server: TestServer) {
    let owner = server.browser(Role::Owner).await;
    let added = server
        .add_agent("bea@clinic.example", Role::Agent, true)
        .await;
    let id = added.agent.id;
    let browser = server.signed_in("bea@clinic.example").await;
    let before = owner.get(&path(&id)).await.ok();
    let gone = set_active(&owner, &id, false).await;
    assert_eq!(gone["status"], "deactivated");
    for kept in ["name", "email", "role", "limited_to_flags", "created_at"] {
        assert_eq!(gone[kept], before[kept], "{kept}");
    }
    browser.get(ME).await.problem(401, "not_signed_in");
    let nobody = server.nobody();
    let refused = sign_in(&nobody, "bea@clinic.example", PASSWORD).await;
    let refused = refused.problem(401, "sign_in_failed");
    let wrong = sign_in(&nobody, "nobody@clinic.example", PASSWORD).await;
    let wrong = wrong.problem(401, "sign_in_failed");
    assert_eq!(refused["detail"], wrong["detail"], "nobody is told why");
    // Said again, it is no change.
    assert_eq!(set_active(&owner, &id, false).await, gone);
    assert_eq!(set_active(&owner, &id, true).await, before);
    sign_in(&nobody, "bea@clinic.example", PASSWORD).await.ok();
    let events = server.events().await;
    let own = events.iter().filter(|it| it.subject == id.to_string());
    let told: Vec<_> = own
        .map(|it| (it.event_type.as_str(), it.data["status"].clone()))
        .collect();
    let [active, deactivated] = ["active", "deactivated"].map(Value::from);
    assert_eq!(
        told,
        [
            ("agent.created", active.clone()),
            ("agent.login", active.clone()),
            ("agent.logout", deactivated.clone()),
            ("agent.updated", deactivated),
            ("agent.updated", active.clone()),
            ("agent.login", active),
        ]
    );
}

async fn nobody_deactivates_themself_nor_the_last_owner(server: TestServer) {
    let owner = server.browser(Role::Owner).await;
    let own = own_id(&owner).await;
    let no = json!({"is_active": false});
    let refused = owner.patch(&path(&own), &no).await;
    refused.problem(409, "conflict");
    let other = server.browser(Role::Owner).await;
    let admin = server.browser(Role::Admin).await;
    for stranger in [&server.db(), &admin] {
        let refused = stranger.patch(&path(&own), &no).await;
        refused.problem(403, "owner_protected");
    }
    let theirs = own_id(&other).await;
    set_active(&owner, &theirs, false).await;
    other.get(ME).await.problem(401, "not_signed_in");
    // Whoever cannot sign in is no owner to count on, whatever is tried.
    let caller = Caller::system(server.workspace);
    let own: AgentId = own.as_str().unwrap().parse().unwrap();
    let patches = [
        AgentPatch {
            is_active: Some(false),
            ..AgentPatch::default()
        },
        AgentPatch {
            role: Some(Role::Admin),
            ..AgentPatch::default()
        },
    ];
    for patch in patches {
        let refused = server.app.update_agent(&caller, own, patch, None).await;
        assert!(refused.is_err());
    }
    assert!(server.app.remove_agent(&caller, own, None).await.is_err());
    owner.delete(&path(&theirs)).await.done();
    owner.get(ME).await.ok();
}

async fn the_chats_of_a_deactivated_agent_wait_and_offers_are_taken_back(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let (owner, agent) = (
        server.browser(Role::Owner).await,
        server.browser(Role::Agent).await,
    );
    let id = own_id(&agent).await;
    let mut desk = agent.open(STREAM).await;
    be(&agent, json!({"status": "online", "capacity": 7})).await;
    let chat = server.bots().start(&echo).await;
    act(&agent, &chat, "take_over", json!({})).await.ok();
    let offered = server.bots().start(&echo).await;
    act(&owner, &offered, "take_over", json!({})).await.ok();
    let to = json!({"agent_id": id});
    act(&owner, &offered, "transfer", to.clone()).await.ok();
    let canned = "/api/v1/desk/canned_replies";
    let reply = json!({"name": "mine", "text": "My own words.", "is_personal": true});
    agent.post(canned, &reply).await.created();

    set_active(&owner, &id, false).await;
    desk.rest().await;
    agent.get(PRESENCE).await.problem(401, "not_signed_in");
    let waiting = listed(&owner, "list=needs_person").await;
    assert_eq!(waiting, [chat.id.as_str()]);
    until("the offer is taken back", PATIENCE, async || {
        shown(&owner, &offered).await["offer"].is_null()
    })
    .await;
    assert_eq!(listed(&owner, "list=mine").await, [offered.id.as_str()]);
    let refused = act(&owner, &offered, "transfer", to.clone()).await.faults();
    assert_eq!(refused, [("/agent_id".into(), "invalid_value".into())]);
    let there = owner.get("/api/v1/desk/agents").await.ok();
    assert!(!there.to_string().contains(id.as_str().unwrap()));
    let log = format!("/api/v1/chat_logs/{}", chat.id);
    let log = server.db().get(&log).await.ok();
    assert_eq!(log["agents"][0]["id"], id, "the past stays");
    assert_eq!(server.count(EventType::SessionAgentLeft).await, 1);
    assert_eq!(server.count(EventType::AgentLogout).await, 1);
    assert_eq!(server.count(EventType::AgentStatusChanged).await, 2);

    // Back, with what the agent had: but nobody is there before a desk is open.
    set_active(&owner, &id, true).await;
    let me = owner.get(&path(&id)).await.ok();
    let agent = server.signed_in(me["email"].as_str().unwrap()).await;
    assert_eq!(agent.get(PRESENCE).await.ok()["status"], "offline");
    let replies = agent.get(canned).await.ok();
    assert_eq!(replies["data"][0]["name"], "mine");
    let _desk = agent.open(STREAM).await;
    let now = agent.get(PRESENCE).await.ok();
    assert_eq!(now, json!({"status": "online", "capacity": 7}));
    act(&owner, &offered, "transfer", to).await.ok();
    act(&agent, &offered, "transfer/accept", json!({}))
        .await
        .ok();
}

async fn a_hand_off_counts_on_nobody_who_is_deactivated(server: TestServer) {
    let bot = server.publish(&crate::desk::hands_off_or_not()).await;
    let (owner, agent) = (
        server.browser(Role::Owner).await,
        server.browser(Role::Agent).await,
    );
    be(&agent, json!({"status": "online"})).await;
    let chat = server.bots().start(&bot).await;
    assert_eq!(chat.started["session"]["status"], "waiting_for_agent");
    set_active(&owner, &own_id(&agent).await, false).await;
    let chat = server.bots().start(&bot).await;
    assert_eq!(chat.started["session"]["status"], "active");
}

async fn an_invitation_is_renewed_and_the_one_before_is_void(server: TestServer) {
    let owner = server.browser(Role::Owner).await;
    let added = server
        .add_agent("bea@clinic.example", Role::Agent, false)
        .await;
    let (id, old) = (added.agent.id, added.invitation.unwrap().token);
    let invitation = format!("{}/invitation", path(&id));
    let api = owner.clone().key("one");
    let renewed = api.post(&invitation, &json!({})).await.created();
    let again = api.post(&invitation, &json!({})).await.created();
    assert_eq!(renewed, again, "a repeat is answered like the first");
    let token = renewed["invitation"]["token"].as_str().unwrap();
    assert_ne!(token, old);
    assert_eq!(renewed["invitation"]["mailed"], false);
    let nobody = server.nobody();
    let accept = async |token: &str| {
        let body = json!({"token": token, "password": PASSWORD});
        nobody.post(ACCEPT, &body).await
    };
    accept(&old).await.problem(410, "invitation_invalid");
    // Whoever is deactivated accepts nothing, and is invited anew afterwards.
    set_active(&owner, &id, false).await;
    accept(token).await.problem(410, "invitation_invalid");
    let refused = owner.post(&invitation, &json!({})).await;
    refused.problem(409, "conflict");
    assert_eq!(set_active(&owner, &id, true).await["status"], "invited");
    accept(token).await.problem(410, "invitation_invalid");
    let renewed = owner.post(&invitation, &json!({})).await.created();
    accept(renewed["invitation"]["token"].as_str().unwrap())
        .await
        .ok();
    let refused = owner.post(&invitation, &json!({})).await;
    refused.problem(409, "conflict");
}

async fn an_agent_is_signed_out_everywhere_by_somebody_else(server: TestServer) {
    let (owner, admin) = (
        server.browser(Role::Owner).await,
        server.browser(Role::Admin).await,
    );
    let bea = server
        .add_agent("bea@clinic.example", Role::Agent, true)
        .await;
    let browsers = [
        server.signed_in("bea@clinic.example").await,
        server.signed_in("bea@clinic.example").await,
    ];
    let sessions = format!("{}/browser_sessions", path(&bea.agent.id));
    let page = admin.get(&sessions).await.ok();
    let shown = page["data"].as_array().unwrap();
    let own = browsers[0].get("/api/v1/admin/browser_sessions").await.ok();
    assert_eq!(shown.len(), 2);
    for (shown, own) in shown.iter().zip(own["data"].as_array().unwrap()) {
        assert_eq!(
            (&shown["id"], &shown["address"]),
            (&own["id"], &own["address"])
        );
        assert_eq!(shown["current"], false);
    }
    let first = admin.get(&format!("{sessions}?limit=1")).await.ok();
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = format!("{sessions}?limit=1&cursor={cursor}");
    assert_eq!(admin.get(&rest).await.ok()["data"][0], shown[1]);

    let mut desk = browsers[0].open(STREAM).await;
    for _ in 0..2 {
        admin.delete(&sessions).await.done();
    }
    desk.rest().await;
    for browser in &browsers {
        browser.get(ME).await.problem(401, "not_signed_in");
    }
    assert_eq!(admin.get(&sessions).await.ok()["data"], json!([]));
    assert_eq!(server.count(EventType::AgentLogout).await, 2);
    sign_in(&server.nobody(), "bea@clinic.example", PASSWORD)
        .await
        .ok();
    // Owners are for owners.
    let of_owner = format!("{}/browser_sessions", path(&own_id(&owner).await));
    for stranger in [&admin, &server.db()] {
        let refused = stranger.get(&of_owner).await;
        refused.problem(403, "owner_protected");
        let refused = stranger.delete(&of_owner).await;
        refused.problem(403, "owner_protected");
    }
    owner.get(&of_owner).await.ok();
}

on_both_databases!(
    a_deactivated_agent_is_nobody_until_brought_back,
    a_hand_off_counts_on_nobody_who_is_deactivated,
    an_agent_is_signed_out_everywhere_by_somebody_else,
    an_invitation_is_renewed_and_the_one_before_is_void,
    nobody_deactivates_themself_nor_the_last_owner,
    the_chats_of_a_deactivated_agent_wait_and_offers_are_taken_back,
);
