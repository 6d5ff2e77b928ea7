//! Files in chats: who may send what, where it lies, who gets it back and how.
use crate::support::browser::PASSWORD;
use crate::support::{Api, Chat, PATIENCE, Reply, TestServer, on_both_databases};
use http::Method;
use serde_json::{Value, json};
use smartbot_app::Caller;
use smartbot_app::agents::NewAgent;
use smartbot_model::agent::Role;
use smartbot_testkit::until;
use std::time::Duration;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR a planted picture";

/// Asks for a card: a picture of at most 2,000 bytes.
fn card_bot() -> Value {
    json!({
        "format": "smartbot/1", "function_id": "Card", "name": "Card", "type": "flow", "language": "en",
        "fields": [{"name": "card", "kind": "variable", "type": "json"}], "start": "ask",
        "boxes": [
            {"id": "ask", "type": "file_upload", "text": "Your card?", "types": ["image/*"], "max_bytes": 2_000, "save_to": "card"},
            {"id": "more", "type": "text", "text": "Got {card.name}. Anything else?"},
            {"id": "end", "type": "end", "message": "Bye"}
        ],
        "links": [{"from": "ask", "to": "more", "when": {"op": "has_valid_value"}}, {"from": "more", "to": "end"}]
    })
}

async fn chat(server: &TestServer) -> Chat {
    let card = server.publish(&card_bot()).await;
    server.bots().start(&card).await
}

async fn send(api: &Api, session: &str, name: &str, content: &[u8]) -> Reply {
    let path = format!("/api/v1/sessions/{session}/files?name={name}");
    // What it is called is not believed.
    let api = api.clone().header("content-type", "text/html");
    api.call(Method::POST, &path, content.to_vec()).await
}

async fn load(api: &Api, session: &str, id: &str) -> Reply {
    api.get(&format!("/api/v1/sessions/{session}/files/{id}"))
        .await
}

fn id(file: &Value) -> String {
    file["file"]["id"].as_str().unwrap().to_owned()
}

#[track_caller]
fn is_only_to_keep(reply: &Reply, name: &str) {
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.body, PNG);
    assert_eq!(reply.header("content-type"), "image/png");
    let disposition = format!("attachment; filename*=UTF-8''{name}");
    assert_eq!(reply.header("content-disposition"), disposition);
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    assert_eq!(reply.header("cache-control"), "no-store");
    let policy = "default-src 'none'; sandbox";
    assert_eq!(reply.header("content-security-policy"), policy);
}

async fn a_file_is_sent_said_kept_sealed_and_given_back(server: TestServer) {
    let chat = chat(&server).await;
    let awaiting = &chat.started["awaiting"];
    assert_eq!(
        *awaiting,
        json!({"kind": "file_upload", "types": ["image/*"], "max_bytes": 2_000})
    );
    let visitor = server.with(&chat.key);
    let sent = send(&visitor, &chat.id, "my%20card%22.png", PNG).await;
    let sent = sent.created();
    let file =
        json!({"id": id(&sent), "name": "my card\".png", "type": "image/png", "size": PNG.len()});
    assert_eq!(sent, json!({"file": file}));
    let lies = server.stored_files();
    assert_eq!(lies.len(), 1);
    assert!(!lies[0].windows(7).any(|it| it == b"planted"), "in clear");
    let say = json!({"file_id": id(&sent), "client_message_id": "m-1"});
    let answer = chat.send(&say).await.ok();
    let said = answer["messages"][0]["text"].as_str();
    assert_eq!(said, Some("Got my card\".png. Anything else?"));
    // The same once more is the same answer, and in other words it is not said again.
    assert_eq!(chat.send(&say).await.ok(), answer);
    let again = json!({"file_id": id(&sent)});
    chat.send(&again).await.problem(409, "conflict");
    let messages = chat.messages().await;
    let message = &messages[1];
    let fields = (&message["kind"], &message["file"], &message["text"]);
    assert_eq!(fields, (&json!("file"), &file, &json!("my card\".png")));
    for api in [&visitor, &server.bots()] {
        let back = load(api, &chat.id, &id(&sent)).await;
        is_only_to_keep(&back, "my%20card%22.png");
    }
    let logged = format!("/api/v1/chat_logs/{}/files/{}", chat.id, id(&sent));
    let agent = server.browser(Role::Viewer).await;
    for api in [&server.db(), &agent] {
        is_only_to_keep(&api.get(&logged).await, "my%20card%22.png");
    }
    chat.send(&json!({"text": "no"})).await.ok();
    server.clock.advance(Duration::from_secs(601));
    let late = load(&server.bots(), &chat.id, &id(&sent)).await;
    late.problem(410, "session_ended");
    is_only_to_keep(&server.db().get(&logged).await, "my%20card%22.png");
}

async fn only_what_is_asked_for_is_taken(server: TestServer) {
    let chat = chat(&server).await;
    let visitor = server.with(&chat.key);
    for content in [
        &b"<html><script>alert(1)</script></html>"[..],
        b"%PDF-1.7\n",
        b"just words",
        b"",
    ] {
        let reply = send(&visitor, &chat.id, "a.png", content).await;
        reply.problem(415, "unsupported_media_type");
    }
    let mut large = PNG.to_vec();
    large.resize(2_001, 0);
    let reply = send(&visitor, &chat.id, "a.png", &large).await;
    reply.problem(413, "payload_too_large");
    assert!(server.stored_files().is_empty());
    large.truncate(2_000);
    send(&visitor, &chat.id, "a.png", &large).await.created();
    let sent = send(&visitor, &chat.id, "a.png", PNG).await.created();
    chat.send(&json!({"file_id": id(&sent)})).await.ok();
    // The bot asks for words now.
    let reply = send(&visitor, &chat.id, "a.png", PNG).await;
    reply.problem(409, "conflict");
    chat.send(&json!({"text": "no"})).await.ok();
    let reply = send(&visitor, &chat.id, "a.png", PNG).await;
    reply.problem(410, "session_ended");
}

async fn a_session_has_as_many_files_as_it_may(server: TestServer) {
    let chat = chat(&server).await;
    let owner = server.browser(Role::Owner).await;
    let set = async |files: Value| {
        let body = json!({"files": files});
        owner.patch("/api/v1/admin/settings", &body).await
    };
    let set_two = set(json!({"per_session": 2})).await.ok();
    assert_eq!(
        set_two["files"],
        json!({"max_bytes": 10_485_760, "per_session": 2, "workspace_bytes": 1_073_741_824})
    );
    let visitor = server.with(&chat.key);
    for _ in 0..2 {
        send(&visitor, &chat.id, "a.png", PNG).await.created();
    }
    let third = send(&visitor, &chat.id, "a.png", PNG).await;
    third.problem(409, "conflict");
    set(json!({"per_session": 9, "workspace_bytes": 1}))
        .await
        .ok();
    let full = send(&visitor, &chat.id, "a.png", PNG).await;
    full.problem(409, "conflict");
    set(json!({"workspace_bytes": 1_000_000, "max_bytes": 10}))
        .await
        .ok();
    let large = send(&visitor, &chat.id, "a.png", PNG).await;
    large.problem(413, "payload_too_large");
    for wrong in [
        json!({"max_bytes": 0}),
        json!({"max_bytes": 26_214_401}),
        json!({"per_session": 201}),
    ] {
        set(wrong).await.problem(400, "invalid_request");
    }
    // What no message names goes after a day, and makes room.
    assert_eq!(server.stored_files().len(), 2);
    server.clock.advance(Duration::from_secs(24 * 3_600 + 1));
    let server = server.restart().await;
    until("what nobody said to go", PATIENCE, async || {
        server.stored_files().is_empty()
    })
    .await;
}

async fn a_file_is_its_sessions_alone(server: TestServer) {
    let (one, two) = (chat(&server).await, chat(&server).await);
    let sent = send(&server.bots(), &one.id, "a.png", PNG).await.created();
    let id = id(&sent);
    let key = server.with(&two.key);
    load(&key, &one.id, &id).await.problem(401, "token_invalid");
    load(&key, &two.id, &id).await.problem(404, "not_found");
    load(&server.bots(), &two.id, &id)
        .await
        .problem(404, "not_found");
    load(&server.db(), &one.id, &id)
        .await
        .problem(403, "wrong_token_kind");
    two.send(&json!({"file_id": id}))
        .await
        .problem(404, "not_found");
    let neighbour = server.another_workspace().await;
    load(&neighbour.bots(), &one.id, &id)
        .await
        .problem(404, "not_found");
    let logged = format!("/api/v1/chat_logs/{}/files/{id}", one.id);
    let reply = neighbour.db().get(&logged).await;
    reply.problem(404, "not_found");
    one.send(&json!({"file_id": id})).await.ok();
}

async fn agents_send_and_load_where_they_see_the_user(server: TestServer) {
    let card = server.publish(&card_bot()).await;
    let user = json!({"external_id": "vip", "flags": ["vip"]});
    server.db().post("/api/v1/users", &user).await.created();
    let start = json!({"function_id": card, "user": {"external_id": "vip"}});
    let chat = server.bots().start_with(start).await;
    let limited = async |flag: &str| {
        let email = format!("{flag}@clinic.example");
        let new = NewAgent {
            email: email.clone(),
            name: None,
            role: Role::Agent,
            limited_to_flags: vec![flag.to_owned()],
            password: Some(PASSWORD.to_owned()),
        };
        let caller = Caller::system(server.workspace);
        server.app.add_agent(&caller, new, None).await.unwrap();
        server.signed_in(&email).await
    };
    let (sees, blind) = (limited("vip").await, limited("billing").await);
    let path = format!("/api/v1/desk/sessions/{}/files?name=b.png", chat.id);
    let sent = sees.call(Method::POST, &path, PNG).await.created();
    blind
        .call(Method::POST, &path, PNG)
        .await
        .problem(404, "not_found");
    let logged = format!("/api/v1/chat_logs/{}/files/{}", chat.id, id(&sent));
    is_only_to_keep(&sees.get(&logged).await, "b.png");
    blind.get(&logged).await.problem(404, "not_found");
    let desk = format!("/api/v1/desk/sessions/{}", chat.id);
    let json = sees.clone().header("content-type", "application/json");
    json.post(&format!("{desk}/take_over"), &json!({}))
        .await
        .ok();
    let answer = json!({"file_id": id(&sent), "client_message_id": "f-1"});
    for _ in 0..2 {
        json.post(&format!("{desk}/messages"), &answer).await.ok();
    }
    json.post(&format!("{desk}/messages"), &json!({}))
        .await
        .problem(400, "invalid_request");
    let seen = chat.messages().await;
    let files: Vec<_> = seen.iter().filter(|it| it["kind"] == "file").collect();
    assert_eq!(files.len(), 1, "a repeat says nothing again");
    assert_eq!(
        (&files[0]["from"], &files[0]["file"]["name"]),
        (&json!("agent"), &json!("b.png"))
    );
    // A page of another site cannot send one.
    let other = sees.clone().header("sec-fetch-site", "cross-site");
    other
        .call(Method::POST, &path, PNG)
        .await
        .problem(403, "cross_site_request");
}

async fn what_an_erased_user_sent_is_taken_away(server: TestServer) {
    let chat = chat(&server).await;
    let sent = send(&server.bots(), &chat.id, "a.png", PNG).await.created();
    chat.send(&json!({"file_id": id(&sent)})).await.ok();
    assert_eq!(server.stored_files().len(), 1);
    let path = format!("/api/v1/users/{}", chat.user());
    let erased = server.db().call(Method::DELETE, &path, "").await;
    assert_eq!(erased.status, 204);
    until("the content to go", PATIENCE, async || {
        server.stored_files().is_empty()
    })
    .await;
    load(&server.bots(), &chat.id, &id(&sent))
        .await
        .problem(404, "not_found");
}

async fn a_sensitive_file_is_masked_in_logs(server: TestServer) {
    let mut bot = card_bot();
    bot["boxes"][0]["sensitive"] = true.into();
    let card = server.publish(&bot).await;
    let chat = server.bots().start(&card).await;
    let sent = send(&server.bots(), &chat.id, "secret.png", PNG)
        .await
        .created();
    chat.send(&json!({"file_id": id(&sent)})).await.ok();
    let path = format!("/api/v1/chat_logs/{}", chat.id);
    let log = server.db().get(&path).await.ok();
    assert_eq!(log["messages"][1]["kind"], "file");
    assert!(log["messages"][1].get("file").is_none());
    assert!(!log["messages"][1].to_string().contains("secret.png"));
}

/// What `matrix.rs` does with all other calls.
async fn no_other_credential_opens_files(server: TestServer) {
    let chat = chat(&server).await;
    let sent = send(&server.bots(), &chat.id, "a.png", PNG).await.created();
    let of_session = format!("/api/v1/sessions/{}/files/{}", chat.id, id(&sent));
    let logged = format!("/api/v1/chat_logs/{}/files/{}", chat.id, id(&sent));
    let upload = format!("/api/v1/sessions/{}/files", chat.id);
    let agent = server.browser(Role::Owner).await;
    let reader = server.with(&server.read_only_token().await.secret);
    let key = server.with(&chat.key);
    let nonsense = server.with("nonsense");
    let nobody = server.nobody();
    let mut cases = Vec::new();
    for (method, path) in [(Method::GET, &of_session), (Method::POST, &upload)] {
        for (api, status, code) in [
            (&nobody, 401, "token_missing"),
            (&nonsense, 401, "token_invalid"),
            (&server.db(), 403, "wrong_token_kind"),
            (&reader, 403, "wrong_token_kind"),
            (&agent, 401, "token_missing"),
        ] {
            cases.push((method.clone(), path, api.clone(), status, code));
        }
    }
    for (api, status, code) in [
        (&nobody, 401, "token_missing"),
        (&nonsense, 401, "token_invalid"),
        (&server.bots(), 403, "wrong_token_kind"),
        (&key, 403, "wrong_token_kind"),
    ] {
        cases.push((Method::GET, &logged, api.clone(), status, code));
    }
    for (method, path, api, status, code) in cases {
        api.call(method, path, PNG).await.problem(status, code);
    }
    assert_eq!(server.stored_files().len(), 1, "a refused call has acted");
    is_only_to_keep(&reader.get(&logged).await, "a.png");
    for role in Role::ALL {
        let browser = server.browser(role).await;
        is_only_to_keep(&browser.get(&logged).await, "a.png");
        let path = format!("/api/v1/desk/sessions/{}/files", chat.id);
        let reply = browser.call(Method::POST, &path, PNG).await;
        let may = role.may(smartbot_model::Permission::AnswerChats);
        assert_eq!(reply.status == 201, may, "{role:?}: {reply:?}");
    }
}

on_both_databases!(
    a_file_is_sent_said_kept_sealed_and_given_back,
    a_file_is_its_sessions_alone,
    a_sensitive_file_is_masked_in_logs,
    a_session_has_as_many_files_as_it_may,
    no_other_credential_opens_files,
    agents_send_and_load_where_they_see_the_user,
    only_what_is_asked_for_is_taken,
    what_an_erased_user_sent_is_taken_away,
);
