//! Exports of chat logs: the same as the single ones, safe in a spreadsheet, two at once, and at the pace of who takes them.
use crate::support::{Chat, PATIENCE, TestServer, bots, on_both_databases};
use serde_json::{Value, json};
use smartbot_testkit::until;

const EXPORT: &str = "/api/v1/chat_logs/export";

async fn talked(server: &TestServer, bot: &str, says: &[&str]) -> Chat {
    let chat = server.bots().start(bot).await;
    for text in says {
        chat.say(text).await;
    }
    chat
}

async fn an_export_is_the_single_chat_logs_line_by_line(server: TestServer) {
    let advanced = server.publish(&bots::advanced()).await;
    let echo = server.publish(&bots::echo()).await;
    let mut chats = Vec::new();
    for number in 0..30 {
        chats.insert(
            0,
            talked(&server, &echo, &[&format!("word {number}"), "two"]).await,
        );
    }
    chats.insert(
        0,
        talked(&server, &advanced, &["Berlin", "X-1-canary", "170"]).await,
    );
    let reply = server.db().get(EXPORT).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.header("content-type"), "application/x-ndjson");
    let disposition = "attachment; filename=\"chat_logs.ndjson\"";
    assert_eq!(reply.header("content-disposition"), disposition);
    let text = String::from_utf8(reply.body.to_vec()).unwrap();
    assert!(text.ends_with('\n') && !text.contains("canary"));
    let lines: Vec<Value> = text
        .lines()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect();
    assert_eq!(lines.len(), chats.len());
    for (line, chat) in lines.iter().zip(&chats) {
        let path = format!("/api/v1/chat_logs/{}", chat.id);
        assert_eq!(*line, server.db().get(&path).await.ok());
    }
    let found = server.db().get(&format!("{EXPORT}?q=Word%207")).await;
    let found: Value = found.json();
    assert_eq!(found["session"]["id"], chats[23].id.as_str());
    let ended = server.db().get(&format!("{EXPORT}?status=ended")).await;
    let ended: Value = ended.json();
    assert_eq!(ended["session"]["id"], chats[0].id.as_str());
    for nothing in ["?external_id=nobody", "?q=nowhere", "?from=2099-01-01"] {
        let reply = server.db().get(&format!("{EXPORT}{nothing}")).await;
        assert_eq!((reply.status, reply.body.len()), (200, 0), "{nothing}");
    }
    for wrong in ["?format=xml", "?limit=1", "?q=", "?from=x"] {
        let reply = server.db().get(&format!("{EXPORT}{wrong}")).await;
        reply.problem(400, "invalid_parameter");
    }
}

async fn csv_holds_every_message_and_no_formula(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let says = [
        "=HYPERLINK(\"http://evil.example\")",
        "+1 555 0100",
        "-2",
        "@SUM(A1)",
        "\u{ff1d}1",
        "plain, with a comma and \"quotes\"\nand a line break",
        "Gr\u{fc}\u{df}e",
    ];
    let chat = talked(&server, &echo, &says).await;
    let reply = server.db().get(&format!("{EXPORT}?format=csv")).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let content_type = "text/csv; charset=utf-8; header=present";
    assert_eq!(reply.header("content-type"), content_type);
    let mut reader = csv::Reader::from_reader(reply.body.as_ref());
    let columns = reader.headers().unwrap().clone();
    let column = |name: &str| columns.iter().position(|it| it == name).unwrap();
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    let log = server
        .db()
        .get(&format!("/api/v1/chat_logs/{}", chat.id))
        .await
        .ok();
    let messages = log["messages"].as_array().unwrap();
    assert_eq!(rows.len(), messages.len());
    for (row, message) in rows.iter().zip(messages) {
        let text = message["text"].as_str().unwrap();
        let cell = &row[column("text")];
        let is_formula = text.starts_with(['=', '+', '-', '@', '\u{ff1d}']);
        let expected = if is_formula {
            format!("'{text}")
        } else {
            text.to_owned()
        };
        assert_eq!(cell, expected);
        assert_eq!(row[column("seq")], message["seq"].to_string());
        assert_eq!(row[column("message_id")], message["id"]);
        assert_eq!(row[column("from")], message["from"]);
        assert_eq!(row[column("at")], message["at"]);
        assert_eq!(row[column("session_id")], chat.id);
        for cell in row {
            assert!(
                !cell.starts_with(['=', '+', '-', '@', '\u{ff1d}']),
                "{cell}"
            );
        }
    }
    let empty = server
        .db()
        .get(&format!("{EXPORT}?format=csv&status=with_agent"))
        .await;
    let text = String::from_utf8(empty.body.to_vec()).unwrap();
    assert_eq!(text.matches("\r\n").count(), 1, "only the header: {text}");
}

async fn a_workspace_has_two_exports_at_once(server: TestServer) {
    let boxes = json!([{"id": "ask", "type": "text", "text": "Well? ".repeat(300)}]);
    let links = json!([{"from": "ask", "to": "ask"}]);
    let big = server
        .publish(&bots::bot("Big", boxes, links, json!([])))
        .await;
    // More than lies between a server and a client that does not read.
    let (chat, filler) = (talked(&server, &big, &[]).await, "x".repeat(3_900));
    for _ in 0..4 {
        let more = (0..50).map(|_| chat.say(&filler));
        futures_util::future::join_all(more).await;
    }
    for _ in 0..40 {
        copy(&server, &chat).await;
    }
    let db = server.db();
    let slow = [db.open(EXPORT).await, db.open(EXPORT).await];
    let refused = db.get(EXPORT).await;
    let after = refused.header("retry-after").to_owned();
    refused.problem(429, "too_many_exports");
    assert_eq!(after, "30");
    // Who does not read holds up neither turns nor other workspaces.
    assert_eq!(chat.say("hello").await["messages"][0]["from"], "bot");
    let neighbour = server.another_workspace().await;
    assert_eq!(neighbour.db().get(EXPORT).await.status, 200);
    // Who goes away makes room.
    drop(slow);
    until("a place is free", PATIENCE, async || {
        db.status(http::Method::GET, EXPORT, "").await == 200
    })
    .await;
}

/// Another session with the messages of this one.
async fn copy(server: &TestServer, chat: &Chat) {
    use smartbot_store::Change;
    let (app, workspace) = (&server.app, server.workspace);
    let id = chat.id.parse().unwrap();
    let (mut session, user) = app.store.turn(workspace, id).await.unwrap().unwrap();
    let messages = app.store.messages(workspace, id, 0, 2_000).await.unwrap();
    session.id = smartbot_model::SessionId::new(app.now(), &*app.random);
    let changes = vec![
        Change::AppendMessages {
            session_id: session.id,
            user_id: user.id,
            messages,
        },
        Change::InsertSession(session),
    ];
    app.store.commit(workspace, changes).await.unwrap();
}

async fn a_slow_reader_gets_everything(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = talked(&server, &echo, &["one", "two"]).await;
    for _ in 0..300 {
        copy(&server, &chat).await;
    }
    let mut slow = server.db().open(EXPORT).await;
    let mut bytes = slow.stream.next_chunk().await.unwrap().unwrap().to_vec();
    // What is said meanwhile belongs to sessions that come before those that are read.
    let later = talked(&server, &echo, &["later"]).await;
    while let Some(chunk) = slow.stream.next_chunk().await.unwrap() {
        bytes.extend_from_slice(&chunk);
    }
    let text = String::from_utf8(bytes).unwrap();
    assert_eq!(text.lines().count(), 301);
    assert!(!text.contains(&later.id));
}

async fn an_export_that_cannot_go_on_does_not_end_cleanly(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    // More than lies between a server and a client that does not read.
    let chat = talked(&server, &echo, &[&"x".repeat(3_900)]).await;
    for _ in 0..2_000 {
        copy(&server, &chat).await;
    }
    let mut broken = server.db().open(EXPORT).await;
    assert!(matches!(broken.stream.next_chunk().await, Ok(Some(_))));
    server.app.tasks.stopping().cancel();
    let end = loop {
        match broken.stream.next_chunk().await {
            Ok(Some(_)) => {}
            end => break end,
        }
    };
    assert!(end.is_err(), "{end:?}");
}

on_both_databases!(
    an_export_is_the_single_chat_logs_line_by_line,
    csv_holds_every_message_and_no_formula,
    a_workspace_has_two_exports_at_once,
    a_slow_reader_gets_everything,
    an_export_that_cannot_go_on_does_not_end_cleanly,
);
