//! Requests that nobody should send: each is answered with a problem that says what is wrong, and never with a fault of ours.
use crate::support::{Chat, TestServer, bots, on_both_databases};
use http::Method;
use serde_json::{Value, json};

const START: &str = "/api/v1/sessions";

/// Bodies that are no JSON as the APIs take it, with the code of the fault.
fn unreadable() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let nested = |depth: usize| {
        format!(
            "{{\"metadata\":{}1{}}}",
            "[".repeat(depth),
            "]".repeat(depth)
        )
        .into_bytes()
    };
    let text = |it: &str| it.as_bytes().to_vec();
    vec![
        (
            "invalid UTF-8",
            b"{\"function_id\":\"\xff\xfe\"}".to_vec(),
            "invalid_utf8",
        ),
        (
            "an overlong NUL",
            b"{\"function_id\":\"\xc0\x80\"}".to_vec(),
            "invalid_utf8",
        ),
        ("UTF-16", b"\xff\xfe{\0}\0".to_vec(), "invalid_utf8"),
        (
            "a lone surrogate",
            text(r#"{"function_id":"\ud800"}"#),
            "invalid_json",
        ),
        (
            "a low surrogate first",
            text(r#"{"function_id":"\udc00\ud800"}"#),
            "invalid_json",
        ),
        (
            "a NUL in a value",
            text(r#"{"function_id":"a\u0000b"}"#),
            "nul_character",
        ),
        ("a NUL in a key", text(r#"{"a\u0000b":1}"#), "nul_character"),
        (
            "a bare NUL",
            b"{\"function_id\":\"a\0b\"}".to_vec(),
            "invalid_json",
        ),
        ("65 levels", nested(64), "too_deep"),
        ("100,000 levels", nested(100_000), "too_deep"),
        (
            "a key twice",
            text(r#"{"function_id":"a","function_id":"b"}"#),
            "duplicate_key",
        ),
        (
            "a key twice inside",
            text(r#"{"function_id":"a","metadata":{"x":1,"x":1}}"#),
            "duplicate_key",
        ),
        (
            "the same key, escaped",
            text(r#"{"function_id":"a","function\u005fid":"b"}"#),
            "duplicate_key",
        ),
        (
            "a number too large for any type",
            text(r#"{"metadata":{"x":1e999}}"#),
            "invalid_json",
        ),
        ("NaN", text(r#"{"metadata":{"x":NaN}}"#), "invalid_json"),
        (
            "a trailing comma",
            text(r#"{"function_id":"a",}"#),
            "invalid_json",
        ),
        (
            "a comment",
            text(r#"{"function_id":"a"/* x */}"#),
            "invalid_json",
        ),
        ("two documents", text("{}{}"), "invalid_json"),
        (
            "half a document",
            text(r#"{"function_id":"a"#),
            "invalid_json",
        ),
        (
            "a byte order mark",
            b"\xef\xbb\xbf{}".to_vec(),
            "invalid_json",
        ),
        ("white space", text("  \n "), "invalid_json"),
        ("XML", text("<session/>"), "invalid_json"),
        ("a form", text("function_id=a"), "invalid_json"),
    ]
}

async fn unreadable_bodies_are_refused_with_their_fault(server: TestServer) {
    server.publish(&bots::greeter()).await;
    for (what, body, code) in unreadable() {
        let problem = server
            .bots()
            .post_bytes(START, body)
            .await
            .problem(400, "invalid_json");
        assert_eq!(problem["errors"][0]["code"], code, "{what}: {problem}");
    }
}

async fn bodies_of_another_shape_are_refused_with_their_place(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let with = |key: &str, value: Value| json!({"function_id": greeter, key: value});
    let cases = [
        (json!([]), "", "invalid_value"),
        (json!("x"), "", "invalid_value"),
        (json!(null), "", "invalid_value"),
        (json!(5), "", "invalid_value"),
        (json!({}), "/function_id", "missing_field"),
        (
            json!({"function_id": null}),
            "/function_id",
            "invalid_value",
        ),
        (json!({"function_id": 5}), "/function_id", "invalid_value"),
        (
            json!({"function_id": ["Greeter"]}),
            "/function_id",
            "invalid_value",
        ),
        (
            json!({"function_id": {"$ne": ""}}),
            "/function_id",
            "invalid_value",
        ),
        (with("user", json!("p-1")), "/user", "invalid_value"),
        (with("user", json!({"id": 5})), "/user/id", "invalid_value"),
        (
            with(
                "user",
                json!({"id": "ses_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b"}),
            ),
            "/user/id",
            "invalid_value",
        ),
        (
            with("user", json!({"fields": [1]})),
            "/user/fields",
            "invalid_value",
        ),
        (
            with("user", json!({"colour": 1})),
            "/user/colour",
            "unknown_field",
        ),
        (with("variables", json!("x")), "/variables", "invalid_value"),
        (with("metadata", json!([1])), "/metadata", "invalid_value"),
        (with("medium", json!(5)), "/medium", "invalid_value"),
        (with("medium", json!("a b")), "/medium", "invalid_value"),
        (with("medium", json!("")), "/medium", "invalid_value"),
        (with("language", json!("x")), "/language", "invalid_value"),
        (
            with("language", json!("en_US")),
            "/language",
            "invalid_value",
        ),
        (
            with("max_wait_ms", json!(-1)),
            "/max_wait_ms",
            "invalid_value",
        ),
        (
            with("max_wait_ms", json!(1.5)),
            "/max_wait_ms",
            "invalid_value",
        ),
        (
            with("max_wait_ms", json!("100")),
            "/max_wait_ms",
            "invalid_value",
        ),
        (
            with("max_wait_ms", json!(1e300)),
            "/max_wait_ms",
            "invalid_value",
        ),
        (
            with("max_wait_ms", json!(u64::MAX)),
            "/max_wait_ms",
            "invalid_value",
        ),
        (
            with("securityToken", json!("x")),
            "/securityToken",
            "unknown_field",
        ),
        (with("__proto__", json!({})), "/__proto__", "unknown_field"),
        (with("a/b~c", json!(1)), "/a~1b~0c", "unknown_field"),
    ];
    for (body, pointer, code) in cases {
        let faults = server.bots().sessions(&body).await.faults();
        assert_eq!(faults, [(pointer.to_owned(), code.to_owned())], "{body}");
    }
}

async fn messages_of_another_shape_are_refused_with_their_place(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let many: Vec<String> = (0..101).map(|it| it.to_string()).collect();
    let cases = [
        (json!({}), "", "invalid_value"),
        (json!({"text": "a", "choice": "b"}), "", "invalid_value"),
        (
            json!({"choice": "a", "choices": ["b"]}),
            "",
            "invalid_value",
        ),
        (json!({"text": ""}), "/text", "missing_value"),
        (json!({"text": " \n\t"}), "/text", "missing_value"),
        (json!({"text": 5}), "/text", "invalid_value"),
        (json!({"text": ["a"]}), "/text", "invalid_value"),
        (json!({"choices": []}), "/choices", "invalid_value"),
        (json!({"choices": many}), "/choices", "invalid_value"),
        (json!({"choices": "a"}), "/choices", "invalid_value"),
        (json!({"choices": [1]}), "/choices/0", "invalid_value"),
        (
            json!({"text": "a", "client_message_id": 5}),
            "/client_message_id",
            "invalid_value",
        ),
        (
            json!({"text": "a", "from": "bot"}),
            "/from",
            "unknown_field",
        ),
        (json!({"file_id": "fil_1"}), "/file_id", "invalid_value"),
    ];
    for (body, pointer, code) in cases {
        assert_eq!(
            chat.send(&body).await.faults(),
            [(pointer.to_owned(), code.to_owned())],
            "{body}"
        );
    }
    assert_eq!(chat.messages().await.len(), 1);
}

async fn large_bodies_are_refused(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let padded = |size: usize| {
        let mut body = json!({"text": "a"}).to_string();
        body.push_str(&" ".repeat(size - body.len()));
        body
    };
    chat.api
        .post_bytes(&chat.path("/messages"), padded(1 << 20))
        .await
        .ok();
    chat.api
        .post_bytes(&chat.path("/messages"), padded((1 << 20) + 1))
        .await
        .problem(413, "payload_too_large");
    let long = json!({"text": "x".repeat(10 << 20)});
    chat.send(&long).await.problem(413, "payload_too_large");
    chat.api
        .post_bytes(START, vec![b'['; 30 << 20])
        .await
        .problem(413, "payload_too_large");
    let wide: serde_json::Map<String, Value> =
        (0..60_000).map(|it| (format!("k{it}"), json!(1))).collect();
    chat.api
        .sessions(&json!({"function_id": echo, "metadata": wide}))
        .await
        .problem(400, "invalid_json");
    assert_eq!(chat.messages().await.len(), 4);
}

async fn an_empty_body_means_no_wishes(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    assert_eq!(
        server.bots().post_bytes(START, "").await.faults(),
        [("/function_id".into(), "missing_field".into())]
    );
    let typing = server
        .bots()
        .call(Method::POST, &chat.path("/typing"), "")
        .await;
    assert_eq!(typing.status, 204);
    server
        .bots()
        .call(Method::POST, &chat.path("/end"), "")
        .await
        .ok();
}

async fn only_json_is_read(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let body = json!({"function_id": greeter}).to_string();
    let wrong = [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "",
        "application/jsonx",
        "json",
        "\u{e9}",
    ];
    for content_type in wrong {
        let api = server.bots().header("content-type", content_type);
        api.call(Method::POST, START, body.clone())
            .await
            .problem(415, "unsupported_media_type");
    }
    server
        .bots()
        .call(Method::POST, START, body.clone())
        .await
        .problem(415, "unsupported_media_type");
    for content_type in [
        "application/json",
        "Application/JSON; charset=utf-8",
        "application/json ;x=y",
    ] {
        let api = server.bots().header("content-type", content_type);
        api.call(Method::POST, START, body.clone()).await.created();
    }
}

/// Words that are kept must come back as they were, whatever they say.
async fn strange_words_come_back_as_they_were(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat: Chat = server.bots().start(&echo).await;
    let words = [
        "{user_id}",
        "{{secret:smartbot.signing}}",
        "{word|{word}}",
        "<script>alert(1)</script>",
        "'; DROP TABLE messages; --",
        "\u{202e}abc",
        "\u{1f469}\u{200d}\u{1f4bb}",
        "e\u{301}",
        "\u{feff}x",
        "\\u0000",
        "a\r\nb\tc",
        "\u{7f}\u{1b}[31m",
        "\u{10ffff}",
        "${7*7}",
        "data: x\n\nevent: y",
    ];
    for word in words {
        let answer = chat.say(word).await;
        assert_eq!(answer["messages"][0]["text"], format!("You said {word}."));
    }
    let kept: Vec<Value> = chat
        .messages()
        .await
        .into_iter()
        .filter(|it| it["from"] == "user")
        .map(|it| it["text"].clone())
        .collect();
    assert_eq!(kept, words);
    let mut stream = chat.stream().await;
    let mut streamed = Vec::new();
    while streamed.len() < words.len() {
        let sent = stream.message().await;
        if sent.data["from"] == "user" {
            streamed.push(sent.data["text"].clone());
        }
    }
    assert_eq!(streamed, kept);
}

on_both_databases!(
    an_empty_body_means_no_wishes,
    bodies_of_another_shape_are_refused_with_their_place,
    large_bodies_are_refused,
    messages_of_another_shape_are_refused_with_their_place,
    only_json_is_read,
    strange_words_come_back_as_they_were,
    unreadable_bodies_are_refused_with_their_fault,
);
