//! Lists of chat logs: filters, pages that hold while sessions are being made, and the search in what was said.
use crate::support::{Api, Chat, TestServer, bots, on_both_databases};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

fn ids(page: &Value) -> Vec<&str> {
    let data = page["data"].as_array().unwrap();
    data.iter()
        .map(|it| it["session"]["id"].as_str().unwrap())
        .collect()
}

async fn list(api: &Api, query: &str) -> Value {
    api.get(&format!("/api/v1/chat_logs{query}")).await.ok()
}

/// All pages of a list, as the ids of their sessions.
async fn all(api: &Api, query: &str) -> Vec<String> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = list(api, &format!("{query}{cursor}")).await;
        found.extend(ids(&page).into_iter().map(str::to_owned));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

async fn talked(server: &TestServer, bot: &str, user: &str, says: &[&str]) -> Chat {
    let body = json!({"function_id": bot, "user": {"external_id": user}});
    let chat = server.bots().start_with(body).await;
    for text in says {
        chat.say(text).await;
    }
    chat
}

async fn sessions_are_listed_newest_first_by_each_filter(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let greeter = server.publish(&bots::greeter()).await;
    let advanced = server.publish(&bots::advanced()).await;
    let a = talked(&server, &echo, "ana", &["one", "two"]).await;
    let b = talked(&server, &greeter, "ben", &["cough"]).await;
    let c = talked(&server, &advanced, "ana", &[]).await;
    let db = server.db();
    let page = list(&db, "").await;
    assert_eq!(ids(&page), [&c.id, &b.id, &a.id]);
    assert_eq!(page["next_cursor"], Value::Null);
    assert!(page.get("searched_until").is_none(), "{page}");
    let first = &page["data"][2];
    let log = db.get(&format!("/api/v1/chat_logs/{}", a.id)).await.ok();
    assert_eq!(first["session"], log["session"]);
    let messages = log["messages"].as_array().unwrap().len();
    assert_eq!(first["counts"], json!({"messages": messages, "turns": 3}));
    assert_eq!(first["user"]["external_id"], "ana");
    assert_eq!(first["user"]["flags"], json!(["asked", "new-patient"]));
    assert_eq!(first["user"]["id"], log["user"]["id"]);
    let user = a.user();
    let agent = "agt_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b";
    for (query, expected) in [
        (format!("?function_id={echo}"), vec![&a.id]),
        ("?function_id=Nobody".into(), vec![]),
        (format!("?user_id={user}"), vec![&c.id, &a.id]),
        ("?external_id=ben".into(), vec![&b.id]),
        ("?external_id=nobody".into(), vec![]),
        (format!("?external_id=ben&user_id={user}"), vec![]),
        ("?flag=new-patient".into(), vec![&c.id, &a.id]),
        ("?status=ended".into(), vec![&b.id]),
        ("?status=active".into(), vec![&c.id, &a.id]),
        ("?status=active&flag=nobody".into(), vec![]),
        (format!("?agent_id={agent}"), vec![]),
        ("?from=2020-01-01&to=2020-12-31".into(), vec![]),
        (
            "?from=2020-01-01T00:00:00Z".into(),
            vec![&c.id, &b.id, &a.id],
        ),
        (format!("?flag=asked&function_id={echo}"), vec![&a.id]),
    ] {
        assert_eq!(ids(&list(&db, &query).await), expected, "{query}");
    }
    let neighbour = server.another_workspace().await;
    assert_eq!(ids(&list(&neighbour.db(), "").await), [""; 0]);
}

async fn what_cannot_be_meant_is_refused(server: TestServer) {
    let db = server.db();
    for query in [
        "?status=sleeping",
        "?user_id=1",
        "?agent_id=ses_1",
        "?from=yesterday",
        "?to=2026-13-01",
        "?limit=0",
        "?limit=201",
        "?page=2",
        "?cursor=nonsense",
        "?flag=a%00b",
        "?function_id=%00",
        "?q=",
        "?q=%20!",
        &format!("?q={}", "x".repeat(201)),
    ] {
        let reply = db.get(&format!("/api/v1/chat_logs{query}")).await;
        reply.problem(400, "invalid_parameter");
    }
}

async fn a_cursor_holds_for_its_own_list_only(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    for _ in 0..3 {
        talked(&server, &echo, "ana", &[]).await;
    }
    let db = server.db();
    let cursor = list(&db, "?limit=1").await["next_cursor"].clone();
    let cursor = cursor.as_str().unwrap();
    assert_eq!(
        ids(&list(&db, &format!("?limit=2&cursor={cursor}")).await).len(),
        2
    );
    let refused = async |api: &Api, query: &str| {
        let reply = api.get(&format!("/api/v1/chat_logs{query}")).await;
        reply.problem(400, "invalid_parameter");
    };
    refused(&db, &format!("?status=active&cursor={cursor}")).await;
    refused(&db, &format!("?cursor={}", &cursor[1..])).await;
    let neighbour = server.another_workspace().await;
    refused(&neighbour.db(), &format!("?cursor={cursor}")).await;
}

async fn pages_hold_while_sessions_are_made(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let mut before = BTreeSet::new();
    for _ in 0..15 {
        before.insert(talked(&server, &echo, "ana", &[]).await.id);
    }
    let db = server.db();
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = list(&db, &format!("?limit=4{cursor}")).await;
        seen.extend(ids(&page).into_iter().map(str::to_owned));
        talked(&server, &echo, "ben", &[]).await;
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let mut sorted = seen.clone();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(seen, sorted, "newest first over all pages");
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), before);
}

async fn words_are_found_whatever_their_case_and_accents(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let knee = talked(&server, &echo, "ana", &["Mein Knie schmerzt, Dr. Gómez!"]).await;
    let cough = talked(&server, &echo, "ben", &["a COUGH", "again a cough"]).await;
    let db = server.db();
    let page = list(&db, "?q=dr%20gomez").await;
    assert_eq!(ids(&page), [&knee.id]);
    let matches = page["data"][0]["matches"].as_array().unwrap();
    let told: Vec<_> = matches
        .iter()
        .map(|it| (&it["from"], &it["text"]))
        .collect();
    let said = json!("Mein Knie schmerzt, Dr. Gómez!");
    assert_eq!(told[0], (&json!("user"), &said));
    assert_eq!(told[1].0, "bot");
    let page = list(&db, "?q=Cough&status=active").await;
    assert_eq!(ids(&page), [&cough.id]);
    assert_eq!(page["data"][0]["matches"].as_array().unwrap().len(), 3);
    assert_eq!(page["next_cursor"], Value::Null);
    let log = db.get(&format!("/api/v1/chat_logs/{}", knee.id)).await.ok();
    assert_eq!(page["searched_until"], log["session"]["created_at"]);
    assert_eq!(ids(&list(&db, "?q=cough&external_id=ana").await), [""; 0]);
    let nothing = list(&db, "?q=cough&external_id=nobody").await;
    assert_eq!(nothing["searched_until"], Value::Null);
    assert_eq!(all(&db, "?limit=1&q=say").await, [cough.id, knee.id]);
}

async fn answers_to_sensitive_questions_are_never_found(server: TestServer) {
    let advanced = server.publish(&bots::advanced()).await;
    let chat = talked(
        &server,
        &advanced,
        "ana",
        &["Berlin", "X-4711-canary", "170"],
    )
    .await;
    let db = server.db();
    assert_eq!(ids(&list(&db, "?q=berlin").await), [&chat.id]);
    for q in ["canary", "4711", "X-4711"] {
        assert_eq!(ids(&list(&db, &format!("?q={q}")).await), [""; 0], "{q}");
    }
}

async fn a_search_does_so_much_and_tells_how_far_it_came(server: TestServer) {
    let boxes = json!([{"id": "ask", "type": "text", "text": "Well?"}]);
    let links = json!([{"from": "ask", "to": "ask"}]);
    let bot = bots::bot("Long", boxes, links, json!([]));
    let bot = server.publish(&bot).await;
    let needle = talked(&server, &bot, "ana", &["the needle"]).await;
    // Each session begins at an instant of its own.
    let mut long = Vec::new();
    for _ in 0..3 {
        server.clock.advance(Duration::from_secs(1));
        let chat = talked(&server, &bot, "ben", &[]).await;
        fill(&server, &chat, 1_900).await;
        long.push(chat);
    }
    let db = server.db();
    let page = list(&db, "?q=needle").await;
    assert_eq!(ids(&page), [""; 0], "the bound on work is reached first");
    let log = db
        .get(&format!("/api/v1/chat_logs/{}", long[0].id))
        .await
        .ok();
    assert_eq!(page["searched_until"], log["session"]["created_at"]);
    assert_ne!(page["next_cursor"], Value::Null);
    assert_eq!(all(&db, "?q=needle").await, [needle.id]);
}

/// Gives a session so many more messages, behind the back of its bot.
async fn fill(server: &TestServer, chat: &Chat, count: u32) {
    use smartbot_model::message::{Message, MessageKind, Sender};
    let store = &server.app.store;
    let id = chat.id.parse().unwrap();
    let (mut session, user) = store.turn(server.workspace, id).await.unwrap().unwrap();
    let expected_version = session.version;
    let message = |seq| Message {
        id: smartbot_model::MessageId::new(server.app.now(), &*server.app.random),
        seq,
        from: Sender::User,
        kind: MessageKind::Text,
        text: "hay".into(),
        choices: Vec::new(),
        media: None,
        file: None,
        typing_delay_ms: None,
        box_id: None,
        client_message_id: None,
        at: server.app.now(),
    };
    let messages = (session.last_seq + 1..=session.last_seq + count)
        .map(|it| smartbot_store::MessageRow {
            message: smartbot_model::Phi::new(message(it)),
            sensitive: false,
            agent_id: None,
        })
        .collect();
    session.last_seq += count;
    let changes = vec![
        smartbot_store::Change::SaveSession {
            session,
            expected_version,
        },
        smartbot_store::Change::AppendMessages {
            session_id: id,
            user_id: user.id,
            messages,
        },
    ];
    store.commit(server.workspace, changes).await.unwrap();
}

on_both_databases!(
    sessions_are_listed_newest_first_by_each_filter,
    what_cannot_be_meant_is_refused,
    a_cursor_holds_for_its_own_list_only,
    pages_hold_while_sessions_are_made,
    words_are_found_whatever_their_case_and_accents,
    answers_to_sensitive_questions_are_never_found,
    a_search_does_so_much_and_tells_how_far_it_came,
);
