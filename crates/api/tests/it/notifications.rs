//! Agents are told of chats: on their desk and by mail, as the bot says and as they want; and invitations go by mail.
use crate::support::browser::PASSWORD;
use crate::support::{Api, PATIENCE, TestServer, bots, on_both_databases};
use serde_json::{Value, json};
use smartbot_app::Caller;
use smartbot_app::agents::{AgentPatch, NewAgent};
use smartbot_app::mail::Mailer;
use smartbot_model::AgentId;
use smartbot_model::agent::{AddedAgent, Role};
use smartbot_testkit::{Mail, MailServer, Takes, until, until_some};
use std::collections::BTreeSet;
use std::time::Duration;

const URL: &str = "https://bots.clinic.example";
const LIST: &str = "/api/v1/desk/notifications";
pub(crate) const SETTINGS: &str = "/api/v1/admin/me/notifications";

/// Tells agents and Jo when a chat comes to the second box, and owners when it begins.
fn urgent(media: &Value) -> Value {
    json!({
        "format": "smartbot/1", "function_id": "Urgent", "name": "Urgent", "type": "flow", "language": "en", "start": "ask",
        "notify_on_start": {"roles": ["owner"], "media": media},
        "boxes": [
            {"id": "ask", "type": "text", "text": "What is it?", "save_to": "concern"},
            {"id": "help", "type": "text", "text": "Somebody comes.",
             "advanced": {"notify": {"roles": ["agent"], "agents": ["JO@clinic.example"], "media": media}}},
            {"id": "end", "type": "end"}
        ],
        "links": [{"from": "ask", "to": "help"}, {"from": "help", "to": "end"}],
        "fields": [{"name": "concern", "kind": "variable", "type": "text"}]
    })
}

pub(crate) async fn agent(
    server: &TestServer,
    name: &str,
    role: Role,
    flags: &[&str],
) -> (AgentId, Api) {
    let email = format!("{name}@clinic.example");
    let new = NewAgent {
        email: email.clone(),
        name: None,
        role,
        limited_to_flags: flags.iter().map(|it| (*it).to_owned()).collect(),
        password: Some(PASSWORD.to_owned()),
    };
    let caller = Caller::system(server.workspace);
    let reply = server.app.add_agent(&caller, new, None).await.unwrap();
    let added: AddedAgent = serde_json::from_str(&reply.body).unwrap();
    (added.agent.id, server.signed_in(&email).await)
}

async fn deactivate(server: &TestServer, agent: AgentId) {
    let caller = Caller::system(server.workspace);
    let patch = AgentPatch {
        is_active: Some(false),
        ..AgentPatch::default()
    };
    let done = server.app.update_agent(&caller, agent, patch, None).await;
    done.unwrap();
}

pub(crate) async fn told(api: &Api) -> Vec<Value> {
    let page = api.get(LIST).await.ok();
    page["data"].as_array().unwrap().clone()
}

/// Waits until an agent was told so often.
pub(crate) async fn told_times(api: &Api, times: usize) -> Vec<Value> {
    until_some("notifications", PATIENCE, async || {
        let all = told(api).await;
        (all.len() >= times).then_some(all)
    })
    .await
}

/// A server that sends mails to one that keeps them.
pub(crate) async fn with_mails(server: &TestServer) -> MailServer {
    let mails = MailServer::start().await;
    send_mails_by(server, &mails);
    mails
}

/// Makes a server send its mails by this one.
pub(crate) fn send_mails_by(server: &TestServer, mails: &MailServer) {
    let mailer = Mailer::new(&mails.url(), "SmartBot <bots@clinic.example>", URL).unwrap();
    server.app.send_mail_by(mailer);
}

pub(crate) async fn sent(mails: &MailServer, times: usize) -> Vec<Mail> {
    until("mails", PATIENCE, async || mails.mails().len() >= times).await;
    mails.mails()
}

async fn desks_are_told_who_is_meant_and_sees_the_user(server: TestServer) {
    let (_, owner) = agent(&server, "owner", Role::Owner, &[]).await;
    let (_, sees) = agent(&server, "sees", Role::Agent, &[]).await;
    let (_, jo) = agent(&server, "jo", Role::Viewer, &[]).await;
    let (_, blind) = agent(&server, "blind", Role::Agent, &["vip"]).await;
    let (_, other) = agent(&server, "other", Role::Builder, &[]).await;
    let (gone, _) = agent(&server, "gone", Role::Agent, &[]).await;
    deactivate(&server, gone).await;
    let mut desk = sees.open("/api/v1/desk/stream").await;
    let bot = server.publish(&urgent(&json!(["desktop"]))).await;
    let chat = server.bots().start(&bot).await;
    let started = told_times(&owner, 1).await;
    let fields = [
        "kind",
        "session_id",
        "function_id",
        "box_id",
        "quiet",
        "read_at",
    ];
    assert_eq!(
        fields.map(|it| started[0][it].clone()),
        [
            json!("chat_started"),
            json!(chat.id),
            json!("Urgent"),
            json!("ask"),
            json!(false),
            Value::Null
        ]
    );
    chat.say("my planted secret").await;
    let reached = told_times(&sees, 1).await;
    assert_eq!(reached[0]["kind"], "box_reached");
    assert_eq!(reached[0]["box_id"], "help");
    assert!(!reached[0].to_string().contains("planted"));
    let heard = loop {
        let sent = desk.next().await.expect("the stream ended");
        if sent.name == "notification" {
            break sent.data;
        }
    };
    assert_eq!(heard["id"], reached[0]["id"]);
    told_times(&jo, 1).await;
    // All are told in one commit.
    assert_eq!((told(&blind).await, told(&other).await), (vec![], vec![]));
    let kept = server
        .app
        .notifications(server.workspace, gone, false, None, 9);
    assert_eq!(kept.await.unwrap(), []);
    assert_eq!((told(&owner).await.len(), told(&sees).await.len()), (1, 1));
    // What is read is read, and only one's own.
    let id = reached[0]["id"].as_str().unwrap();
    let read = format!("{LIST}/{id}/read");
    owner.post(&read, &json!({})).await.done();
    let unread = format!("{LIST}?unread=true");
    assert_eq!(sees.get(&unread).await.ok()["data"][0]["id"], id);
    sees.post(&read, &json!({})).await.done();
    assert_eq!(sees.get(&unread).await.ok()["data"], json!([]));
    assert!(told(&sees).await[0]["read_at"].is_string());
    jo.post(&format!("{LIST}/read"), &json!({})).await.done();
    assert_eq!(jo.get(&unread).await.ok()["data"], json!([]));
}

async fn a_mail_has_a_link_and_nothing_of_the_chat(server: TestServer) {
    let mails = with_mails(&server).await;
    agent(&server, "jo", Role::Viewer, &[]).await;
    agent(&server, "owner", Role::Owner, &[]).await;
    let bot = server.publish(&urgent(&json!(["email"]))).await;
    // It is tried again until the server takes it.
    mails.next([Takes::Nothing, Takes::Mail]);
    let start = json!({"function_id": bot, "user": {"external_id": "planted-7", "fields": {"user_fname": "Planted"}}});
    let chat = server.bots().start_with(start).await;
    until("the first try", PATIENCE, async || mails.tries() == 1).await;
    assert!(mails.mails().is_empty());
    chat.say("my planted knee").await;
    // The other mail does not wait for the one that was refused.
    let first = sent(&mails, 1).await;
    assert_eq!(first[0].to, ["jo@clinic.example"]);
    server.clock.advance(Duration::from_secs(31));
    let all = sent(&mails, 2).await;
    let to: Vec<&str> = all.iter().map(|it| it.to[0].as_str()).collect();
    assert_eq!(to, ["jo@clinic.example", "owner@clinic.example"]);
    for mail in &all {
        assert_eq!(mail.from, "bots@clinic.example");
        let text = mail.content.to_lowercase();
        assert!(
            text.contains(&format!("{URL}/app/chats/{}", chat.id)),
            "{text}"
        );
        for planted in ["planted", "knee", chat.user()] {
            assert!(!text.contains(planted), "{planted}: {text}");
        }
    }
    let ids = |mail: &Mail| {
        let mut lines = mail.content.lines();
        lines
            .find(|it| it.starts_with("Message-ID"))
            .unwrap()
            .to_owned()
    };
    assert_ne!(ids(&all[0]), ids(&all[1]));
}

async fn who_does_not_want_to_be_told_is_not(server: TestServer) {
    let mails = with_mails(&server).await;
    let (_, jo) = agent(&server, "jo", Role::Viewer, &[]).await;
    let (_, sees) = agent(&server, "sees", Role::Agent, &[]).await;
    let defaults = json!({
        "desktop": {"chat_started": true, "box_reached": true, "mentioned": true, "delivery_dead": true, "endpoint_failing": true, "endpoint_disabled": true},
        "email": {"chat_started": true, "box_reached": true, "mentioned": true, "delivery_dead": true, "endpoint_failing": true, "endpoint_disabled": true},
        "quiet_hours": null, "vacation": null, "time_zone": null
    });
    assert_eq!(jo.get(SETTINGS).await.ok(), defaults);
    // All of the day is quiet for Jo: the desk lists it without noise, the mail waits.
    let quiet = json!({"quiet_hours": {"from": "00:00", "to": "24:00"}, "time_zone": "UTC"});
    let set = jo.patch(SETTINGS, &quiet).await.ok();
    assert_eq!(set["quiet_hours"], quiet["quiet_hours"]);
    assert_eq!(set["desktop"], defaults["desktop"]);
    let off = json!({"email": {"box_reached": false}});
    assert_eq!(
        sees.patch(SETTINGS, &off).await.ok()["email"],
        json!({"chat_started": true, "box_reached": false, "mentioned": true, "delivery_dead": true, "endpoint_failing": true, "endpoint_disabled": true})
    );
    let bot = server.publish(&urgent(&json!(["desktop", "email"]))).await;
    let chat = server.bots().start(&bot).await;
    chat.say("help").await;
    assert_eq!(told_times(&jo, 1).await[0]["quiet"], true);
    assert_eq!(told_times(&sees, 1).await[0]["quiet"], false);
    let waits = server.app.store.next_mail_due().await.unwrap();
    assert!(waits.is_some_and(|it| it > server.app.now()), "{waits:?}");
    assert_eq!(mails.tries(), 0);
    // On vacation nobody is told anything.
    let today = server.app.now().to_string();
    let day = &today[..10];
    let away = json!({"vacation": {"from": day, "until": "2999-01-01"}, "quiet_hours": null});
    jo.patch(SETTINGS, &away).await.ok();
    let chat = server.bots().start(&bot).await;
    chat.say("help").await;
    told_times(&sees, 2).await;
    assert_eq!(told(&jo).await.len(), 1);
    for wrong in [
        json!({"quiet_hours": {"from": "08:00", "to": "08:00"}}),
        json!({"quiet_hours": {"from": "8:00", "to": "09:00"}}),
        json!({"vacation": {"from": "2026-12-24", "until": "2026-12-23"}}),
        json!({"time_zone": "Mars/Olympus"}),
        json!({"sound": true}),
    ] {
        jo.patch(SETTINGS, &wrong)
            .await
            .problem(400, "invalid_request");
    }
}

async fn an_invitation_goes_by_mail_and_works(server: TestServer) {
    let office = server.db();
    let invite = async |email: &str| {
        let body = json!({"email": email, "role": "agent"});
        office.post("/api/v1/agents", &body).await.created()
    };
    assert_eq!(
        invite("a@clinic.example").await["invitation"]["mailed"],
        false
    );
    let mails = with_mails(&server).await;
    mails.next([Takes::Never]);
    invite("nobody@clinic.example").await;
    until("a refusal", PATIENCE, async || mails.tries() == 1).await;
    let added = invite("bea@clinic.example").await;
    assert_eq!(added["invitation"]["mailed"], true);
    let mail = sent(&mails, 1).await.remove(0);
    assert_eq!(mail.to, ["bea@clinic.example"]);
    // Long lines are folded in transit.
    let text = mail.content.replace("=\r\n", "").replace("=3D", "=");
    let link = added["invitation"]["link"].as_str().unwrap();
    assert!(text.contains(&format!("{URL}{link}")), "{text}");
    // One that is refused for good is not tried again.
    server.clock.advance(Duration::from_secs(3_600));
    let again = invite("cleo@clinic.example").await;
    assert_eq!(again["invitation"]["mailed"], true);
    sent(&mails, 2).await;
    assert_eq!(mails.tries(), 3);
}

async fn nobody_is_told_twice_when_a_server_dies(server: TestServer) {
    let (_, jo) = agent(&server, "jo", Role::Viewer, &[]).await;
    let bot = server.publish(&urgent(&json!(["desktop"]))).await;
    let chat = server.bots().start(&bot).await;
    chat.say("help").await;
    told_times(&jo, 1).await;
    let server = server.restart().await;
    let jo = server.signed_in("jo@clinic.example").await;
    // Whatever the server before had left is done by now: another one comes after it.
    let chat = server.bots().start(&bot).await;
    chat.say("help").await;
    told_times(&jo, 2).await;
    assert_eq!(told(&jo).await.len(), 2);
}

async fn colleagues_who_are_named_in_a_note_are_told(server: TestServer) {
    let mails = with_mails(&server).await;
    let (_, jo) = agent(&server, "jo", Role::Agent, &[]).await;
    let (bea_id, bea) = agent(&server, "bea", Role::Viewer, &[]).await;
    let (cy_id, cy) = agent(&server, "cy", Role::Agent, &[]).await;
    let (blind, _) = agent(&server, "blind", Role::Agent, &["vip"]).await;
    let (gone, _) = agent(&server, "gone", Role::Agent, &[]).await;
    deactivate(&server, gone).await;
    let bot = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&bot).await;
    let notes = format!("/api/v1/desk/sessions/{}/notes", chat.id);
    let nobody = "agt_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b".to_owned();
    for stranger in [blind.to_string(), gone.to_string(), nobody] {
        let body = json!({"text": "Look.", "mentions": [bea_id, stranger]});
        let faults = jo.post(&notes, &body).await.faults();
        assert_eq!(faults, [("/mentions/1".into(), "invalid_value".into())]);
    }
    let body = json!({"text": "Look.", "mentions": vec![bea_id; 21]});
    let faults = jo.post(&notes, &body).await.faults();
    assert_eq!(faults, [("/mentions".into(), "invalid_value".into())]);
    let body = json!({"text": "My planted secret, @bea.", "mentions": [bea_id, bea_id]});
    let note = jo.post(&notes, &body).await.created();
    let named = json!([{"id": bea_id, "name": "bea"}]);
    assert_eq!(note["mentions"], named);
    let log = format!("/api/v1/chat_logs/{}", chat.id);
    let kept = server.db().get(&log).await.ok()["notes"].clone();
    assert_eq!(
        kept.as_array().unwrap().len(),
        1,
        "what was refused is not kept"
    );
    assert_eq!(kept[0]["mentions"], named);
    let heard = told_times(&bea, 1).await;
    assert_eq!(
        (
            &heard[0]["kind"],
            &heard[0]["session_id"],
            &heard[0]["box_id"]
        ),
        (&json!("mentioned"), &json!(chat.id), &json!("ask"))
    );
    let mail = sent(&mails, 1).await.remove(0);
    assert!(mail.content.contains(&chat.id), "{}", mail.content);
    assert!(!format!("{heard:?} {}", mail.content).contains("planted"));
    // As one wants to be told.
    let quiet = json!({"desktop": {"mentioned": false}, "email": {"mentioned": false}});
    let settings = bea.patch(SETTINGS, &quiet).await.ok();
    assert_eq!(settings["desktop"]["mentioned"], false);
    let body = json!({"text": "Look again.", "mentions": [bea_id, cy_id]});
    jo.post(&notes, &body).await.created();
    told_times(&cy, 1).await;
    // All are told in one commit.
    assert_eq!(told(&bea).await.len(), 1);
    // Also of a chat that has ended.
    chat.end().await;
    let body = json!({"text": "It is over.", "mentions": [cy_id]});
    jo.post(&notes, &body).await.created();
    told_times(&cy, 2).await;
}

async fn desks_of_other_nodes_are_told_too_and_once(server: TestServer) {
    if !server.is_shared() {
        return;
    }
    let (_, sees) = agent(&server, "sees", Role::Agent, &[]).await;
    let node = server.another_node().await;
    let stream = "/api/v1/desk/stream";
    let mut desks = [
        sees.open(stream).await,
        sees.clone().at(node.address()).open(stream).await,
    ];
    let bot = server.publish(&urgent(&json!(["desktop"]))).await;
    for _ in 0..4 {
        let chat = server.bots().start(&bot).await;
        chat.say("It hurts.").await;
    }
    let ids = |all: Vec<Value>| -> BTreeSet<String> {
        let ids = all.iter().map(|it| it["id"].as_str().unwrap().to_owned());
        ids.collect()
    };
    let told = ids(told_times(&sees, 4).await);
    for desk in &mut desks {
        let mut heard = Vec::new();
        while heard.len() < told.len() {
            let sent = desk.next().await.expect("the stream ended");
            if sent.name == "notification" {
                heard.push(sent.data);
            }
        }
        assert_eq!(ids(heard), told, "each once");
    }
}

on_both_databases!(
    desks_of_other_nodes_are_told_too_and_once,
    colleagues_who_are_named_in_a_note_are_told,
    a_mail_has_a_link_and_nothing_of_the_chat,
    an_invitation_goes_by_mail_and_works,
    desks_are_told_who_is_meant_and_sees_the_user,
    nobody_is_told_twice_when_a_server_dies,
    who_does_not_want_to_be_told_is_not,
);
