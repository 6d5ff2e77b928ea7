//! What a request may hold: each limit at its edge and one past it.
use crate::support::{TestServer, bots, on_both_databases};
use serde_json::{Value, json};

/// A body of exactly so many bytes that is taken.
fn sized(body: &Value, bytes: usize) -> String {
    let text = body.to_string();
    format!("{text}{}", " ".repeat(bytes - text.len()))
}

async fn bodies_are_bounded_by_who_sends_them(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let visitor = server.with(&chat.key);
    let say = json!({"text": "hello"});
    let path = chat.path("/messages");
    let (small, large) = (64 * 1024, 1024 * 1024);
    visitor.post_bytes(&path, sized(&say, small)).await.ok();
    visitor
        .post_bytes(&path, sized(&say, small + 1))
        .await
        .problem(413, "payload_too_large");
    server
        .bots()
        .post_bytes(&path, sized(&say, large))
        .await
        .ok();
    server
        .bots()
        .post_bytes(&path, sized(&say, large + 1))
        .await
        .problem(413, "payload_too_large");
    let agent = json!({"email": "bea@clinic.example", "role": "agent"});
    let agents = "/api/v1/agents";
    server
        .db()
        .post_bytes(agents, sized(&agent, large + 1))
        .await
        .problem(413, "payload_too_large");
    server
        .db()
        .post_bytes(agents, sized(&agent, large))
        .await
        .created();
}

async fn json_is_bounded_in_depth_keys_and_texts(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let start = async |metadata: Value| {
        let body = json!({"function_id": echo, "metadata": metadata});
        server.bots().sessions(&body).await
    };
    let nested = |depth: usize| -> Value {
        // The body and `metadata` are two levels.
        let text = format!(
            "{{\"x\":{}1{}}}",
            "[".repeat(depth - 2),
            "]".repeat(depth - 2)
        );
        serde_json::from_str(&text).unwrap()
    };
    let object =
        |keys: usize| Value::Object((0..keys).map(|it| (it.to_string(), json!(1))).collect());
    start(nested(64)).await.created();
    start(object(1_000)).await.created();
    for (metadata, code) in [
        (nested(65), "too_deep"),
        (object(1_001), "too_many_keys"),
        (json!({"x": "x".repeat(32 * 1024 + 1)}), "too_long"),
    ] {
        let problem = start(metadata).await.problem(400, "invalid_json");
        assert_eq!(problem["errors"][0]["code"], code);
    }
    // A text of 32 KiB is read, and then too long for what it is.
    let faults = start(json!({"x": "x".repeat(32 * 1024)})).await.faults();
    assert_eq!(faults[0].0, "/metadata");
}

async fn messages_and_keys_are_bounded(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    // Characters, not bytes.
    chat.send(&json!({"text": "é".repeat(4_000)})).await.ok();
    let faults = chat
        .send(&json!({"text": "é".repeat(4_001)}))
        .await
        .faults();
    assert_eq!(faults[0].0, "/text");
    let start = json!({"function_id": echo});
    server
        .bots()
        .key(&"k".repeat(255))
        .sessions(&start)
        .await
        .created();
    let too_long = server.bots().key(&"k".repeat(256)).sessions(&start).await;
    too_long.problem(400, "invalid_parameter");
}

on_both_databases!(
    bodies_are_bounded_by_who_sends_them,
    json_is_bounded_in_depth_keys_and_texts,
    messages_and_keys_are_bounded,
);
