//! Users in bulk: a line in, a line out.
use crate::support::{Api, PATIENCE, TestServer, bots, on_both_databases};
use http::Method;
use serde_json::{Value, json};
use smartbot_model::EventType;
use smartbot_model::event::ActorKind;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const BULK: &str = "/api/v1/users/bulk";

async fn import(api: &Api, content_type: &str, text: impl Into<bytes::Bytes>) -> Vec<Value> {
    let api = api.clone().header("content-type", content_type);
    api.call(Method::POST, BULK, text).await.lines()
}

async fn ndjson(api: &Api, lines: &[Value]) -> Vec<Value> {
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    import(api, "application/x-ndjson", lines.join("\n")).await
}

fn statuses(told: &[Value]) -> Vec<(u64, &str)> {
    told.iter()
        .map(|it| (it["line"].as_u64().unwrap(), it["status"].as_str().unwrap()))
        .collect()
}

async fn each_line_says_what_came_of_it(server: TestServer) {
    let db = server.db();
    db.post(
        "/api/v1/users",
        &json!({"external_id": "p-1", "fields": {"user_fname": "Ana", "age": 41}}),
    )
    .await
    .created();
    let text = [
        r#"{"external_id":"p-1","fields":{"user_city":"Riverside","age":null},"flags":["vip"]}"#,
        "not json",
        r#"{"external_id":"p-2"}"#,
        "",
        r#"{"external_id":"p-3","fields":{"user_birthdate":"tomorrow","user_fname":5}}"#,
        r#"{"fields":{}}"#,
        r#"{"external_id":"p-2","fields":{"user_fname":"Bob"}}"#,
        r#"{"external_id":"p-2","fields":{"user_fname":"Bob"}}"#,
        r#"{"external_id":"p-4","typo":1}"#,
        "{\"external_id\":\"p-\\u0000\"}",
        r#"{"external_id":"p-5","flags":["two words"]}"#,
    ]
    .join("\n");
    let told = import(&db, "application/x-ndjson; charset=utf-8", text.clone()).await;
    let expected = [
        (1, "updated"),
        (2, "failed"),
        (3, "created"),
        (5, "failed"),
        (6, "failed"),
        (7, "updated"),
        (8, "unchanged"),
        (9, "failed"),
        (10, "failed"),
        (11, "failed"),
    ];
    assert_eq!(statuses(&told), expected);
    for line in &told {
        assert_eq!(line["id"].is_string(), line["status"] != "failed", "{line}");
        assert_eq!(
            line["error"].is_object(),
            line["status"] == "failed",
            "{line}"
        );
    }
    assert_eq!(told[1]["error"]["code"], "invalid_json");
    let errors = told[3]["error"]["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert_eq!(errors[0]["pointer"], "/fields/user_birthdate");
    let ana = db.get("/api/v1/users/ext:p-1").await.ok();
    assert_eq!(
        ana["fields"],
        json!({"user_fname": "Ana", "user_city": "Riverside"})
    );
    assert_eq!(ana["flags"], json!(["vip"]));
    // Again: nothing to do.
    let again = import(&db, "application/x-ndjson", text).await;
    assert!(
        again
            .iter()
            .all(|it| it["status"] == "failed" || it["status"] == "unchanged")
    );
}

async fn a_table_is_read_by_its_headings(server: TestServer) {
    let db = server.db();
    for body in [
        json!({"name": "age", "type": "number"}),
        json!({"name": "pets", "type": "list"}),
    ] {
        db.post("/api/v1/fields", &body).await.created();
    }
    let text = "\u{feff}external_id,user_fname,age,pets,flags\r\n\
        p-1,Ana,41,\"[\"\"cat\"\"]\",vip new\r\n\
        p-2,\"Bob\nthe second\",,,\r\n\
        p-3,Cy,many,,\r\n\
        ,Dee,1,,\r\n\
        p-4,E,1,[],x,y,z\r\n\
        p-5\r\n";
    let told = import(&db, "text/csv", text).await;
    let expected = [
        (2, "created"),
        (3, "created"),
        (5, "failed"),
        (6, "failed"),
        (7, "failed"),
        (8, "created"),
    ];
    assert_eq!(statuses(&told), expected);
    let ana = db.get("/api/v1/users/ext:p-1").await.ok();
    assert_eq!(
        ana["fields"],
        json!({"user_fname": "Ana", "age": 41, "pets": ["cat"]})
    );
    assert_eq!(ana["flags"], json!(["new", "vip"]));
    let bob = db.get("/api/v1/users/ext:p-2").await.ok();
    assert_eq!(bob["fields"], json!({"user_fname": "Bob\nthe second"}));
    // An empty cell says nothing.
    let told = import(
        &db,
        "text/csv",
        "external_id,user_fname,user_city\np-1,,Riverside\n",
    )
    .await;
    assert_eq!(told[0]["status"], "updated");
    let ana = db.get("/api/v1/users/ext:p-1").await.ok();
    assert_eq!(
        (&ana["fields"]["user_fname"], &ana["fields"]["user_city"]),
        (&json!("Ana"), &json!("Riverside"))
    );
}

async fn what_is_no_import_is_refused_before_it_begins(server: TestServer) {
    let csv = server.db().header("content-type", "text/csv");
    for text in [
        "",
        "user_fname\nAna\n",
        "external_id,a b\n",
        "external_id,x,x\n",
    ] {
        csv.call(Method::POST, BULK, text)
            .await
            .problem(400, "invalid_request");
    }
    for content_type in ["application/json", "text/plain", ""] {
        let api = server.db().header("content-type", content_type);
        api.call(Method::POST, BULK, "{}")
            .await
            .problem(415, "unsupported_media_type");
    }
    assert_eq!(ndjson(&server.db(), &[]).await, Vec::<Value>::new());
}

async fn there_are_the_same_events_as_for_single_calls(server: TestServer) {
    let db = server.db();
    let lines = [
        json!({"external_id": "p-1", "fields": {"user_fname": "Ana"}, "flags": ["vip"]}),
        json!({"external_id": "p-1", "fields": {"user_fname": "Eva"}}),
        json!({"external_id": "p-1", "fields": {"user_fname": "Eva"}}),
    ];
    ndjson(&db, &lines).await;
    let events = server.events().await;
    let told: Vec<_> = events
        .iter()
        .map(|it| (it.event_type, it.sequence))
        .collect();
    let expected = [
        (EventType::UserCreated, 1),
        (EventType::FlagAssigned, 2),
        (EventType::UserProfileChanged, 3),
    ];
    assert_eq!(told, expected);
    assert_eq!(
        events[2].data["changes"],
        json!({"user_fname": {"old": "Ana", "new": "Eva"}})
    );
    assert_eq!(events[2].actor.kind, ActorKind::Token);
}

async fn a_long_line_and_too_many_lines_end_clearly(server: TestServer) {
    let db = server.db().patience(PATIENCE * 6);
    let long = json!({"external_id": "p-1", "fields": {"x": "x".repeat(140_000)}}).to_string();
    let full = json!({"external_id": "p-2", "fields": {"x": "x".repeat(65_000)}}).to_string();
    let text = format!("{long}\n{full}\n{{\"external_id\":\"p-3\"}}");
    let told = import(&db, "application/x-ndjson", text).await;
    assert_eq!(
        statuses(&told),
        [(1, "failed"), (2, "created"), (3, "created")]
    );
    assert_eq!(told[0]["error"]["code"], "payload_too_large");

    // One more than fit. Bad lines count and cost nothing.
    let mut text = "{}\n".repeat(99_999);
    text.push_str(
        "{\"external_id\":\"last\"}\n{\"external_id\":\"more\"}\n{\"external_id\":\"more\"}\n",
    );
    let told = import(&db, "application/x-ndjson", text).await;
    assert_eq!(told.len(), 100_001);
    assert_eq!(told[99_999]["status"], "created");
    assert_eq!(told[100_000]["error"]["code"], "too_many_lines");
    db.get("/api/v1/users/ext:more")
        .await
        .problem(404, "not_found");
}

/// Reads on until this text has come.
async fn read_until(stream: &mut TcpStream, text: &str) {
    let mut got = Vec::new();
    let read = async {
        while !got.windows(text.len()).any(|it| it == text.as_bytes()) {
            assert_ne!(stream.read_buf(&mut got).await.unwrap(), 0, "the end");
        }
    };
    let read = timeout(PATIENCE, read).await;
    read.unwrap_or_else(|_| panic!("{text:?} does not come"));
}

/// A caller who waits for the result of each line before sending the next.
async fn a_line_is_answered_before_the_next_is_sent(server: TestServer) {
    let token = server.tokens()[1];
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let head = format!(
        "POST {BULK} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    for number in 1..=3 {
        let line = format!("{{\"external_id\":\"p-{number}\"}}\n");
        let chunk = format!("{:x}\r\n{line}\r\n", line.len());
        stream.write_all(chunk.as_bytes()).await.unwrap();
        let result = format!("{{\"line\":{number},\"status\":\"created\"");
        read_until(&mut stream, &result).await;
    }
    stream.write_all(b"0\r\n\r\n").await.unwrap();
    read_until(&mut stream, "0\r\n\r\n").await;
}

async fn imports_and_turns_at_once_lose_nothing(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let start = json!({"function_id": echo, "user": {"external_id": "p-7"}});
    let chat = server.bots().start_with(start).await;
    let import = |number: usize| {
        let db = server.db();
        async move {
            let line = |it: usize| json!({"external_id": format!("p-{it}"), "flags": [format!("f{number}")]});
            let lines: Vec<Value> = (0..20).map(line).collect();
            let told = ndjson(&db, &lines).await;
            assert!(
                told.iter()
                    .all(|it| it["status"] == "created" || it["status"] == "updated"),
                "{told:?}"
            );
        }
    };
    let talk = async {
        for _ in 0..10 {
            chat.say("hello").await;
        }
    };
    futures_util::future::join(futures_util::future::join_all((0..4).map(import)), talk).await;
    let db = server.db();
    for number in 0..20 {
        let user = db.get(&format!("/api/v1/users/ext:p-{number}")).await.ok();
        assert_eq!(user["flags"], json!(["f0", "f1", "f2", "f3"]));
    }
}

on_both_databases!(
    a_line_is_answered_before_the_next_is_sent,
    a_long_line_and_too_many_lines_end_clearly,
    a_table_is_read_by_its_headings,
    each_line_says_what_came_of_it,
    imports_and_turns_at_once_lose_nothing,
    there_are_the_same_events_as_for_single_calls,
    what_is_no_import_is_refused_before_it_begins,
);
