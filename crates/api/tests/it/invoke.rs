//! Invoking bots: who chats, with which fields and variables, and what is refused.
use crate::support::{TestServer, bots, on_both_databases, texts};
use serde_json::{Value, json};
use smartbot_app::bots::Publication;

async fn a_start_without_a_user_makes_a_new_one_each_time(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let (one, two) = (
        server.bots().start(&greeter).await,
        server.bots().start(&greeter).await,
    );
    assert_ne!(one.user(), two.user());
    let user = server
        .db()
        .get(&format!("/api/v1/users/{}", one.user()))
        .await
        .ok();
    assert_eq!(
        (&user["external_id"], &user["fields"], &user["flags"]),
        (&Value::Null, &json!({}), &json!([]))
    );
}

async fn an_external_id_names_the_same_user_for_ever(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let body = json!({"function_id": greeter, "user": {"external_id": "Ä/p 17?"}});
    let (one, two) = (
        server.bots().start_with(body.clone()).await,
        server.bots().start_with(body).await,
    );
    assert_eq!(one.user(), two.user());
    assert_ne!(one.id, two.id);
    let other = json!({"function_id": greeter, "user": {"external_id": "ä/p 17?"}});
    assert_ne!(server.bots().start_with(other).await.user(), one.user());
    let found = server
        .db()
        .get("/api/v1/users/ext:%C3%84%2Fp%2017%3F")
        .await
        .ok();
    assert_eq!(found["id"], one.user());
}

async fn twenty_starts_at_once_with_a_new_external_id_make_one_user(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let body = json!({"function_id": greeter, "user": {"external_id": "p-1", "fields": {"user_fname": "Ana"}}});
    let api = server.bots();
    let all = futures_util::future::join_all((0..20).map(|_| api.start_with(body.clone()))).await;
    assert!(all.iter().all(|it| it.user() == all[0].user()));
    let created = server.count(smartbot_model::EventType::UserCreated).await;
    assert_eq!(created, 1);
}

async fn a_hundred_starts_at_once_of_one_user_are_all_answered(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let body = json!({"function_id": greeter, "user": {"external_id": "kiosk"}});
    let api = server.bots();
    let start = async |_| api.start_with(body.clone()).await;
    let all = futures_util::future::join_all((0..100).map(start)).await;
    assert!(all.iter().all(|it| it.user() == all[0].user()));
    assert_eq!(
        server
            .count(smartbot_model::EventType::SessionStarted)
            .await,
        100
    );
}

async fn an_id_names_a_user_that_exists(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let first = server
        .bots()
        .start_with(json!({"function_id": greeter, "user": {"fields": {"user_fname": "Ana"}}}))
        .await;
    let again = server
        .bots()
        .start_with(json!({"function_id": greeter, "user": {"id": first.user()}}))
        .await;
    assert_eq!(again.user(), first.user());
    assert_eq!(texts(&again.started)[0], "Hello Ana!");
    let unknown =
        json!({"function_id": greeter, "user": {"id": "usr_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b"}});
    server
        .bots()
        .sessions(&unknown)
        .await
        .problem(404, "not_found");
    let malformed = json!({"function_id": greeter, "user": {"id": "usr_1"}});
    assert_eq!(
        server.bots().sessions(&malformed).await.faults(),
        [("/user/id".into(), "invalid_value".into())]
    );
}

async fn a_user_is_named_by_one_id_only(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let known = server.bots().start(&greeter).await;
    let both = json!({"function_id": greeter, "user": {"id": known.user(), "external_id": "p-1"}});
    assert_eq!(
        server.bots().sessions(&both).await.faults(),
        [("/user".into(), "invalid_value".into())]
    );
}

async fn fields_and_variables_are_there_from_the_first_word_on(server: TestServer) {
    let boxes = json!([
        {"id": "hello", "type": "message", "text": "{user_fname} from {user_city}, {order.id}, {count}"},
        {"id": "ask", "type": "text", "text": "?"},
    ]);
    let bot = server
        .publish(&bots::chain("Known", boxes, json!([])))
        .await;
    let chat = server
        .bots()
        .start_with(json!({
            "function_id": bot,
            "user": {"external_id": "p-1", "fields": {"user_fname": "Ana", "user_city": "Riverside"}},
            "variables": {"order": {"id": "A-1"}, "count": 3},
        }))
        .await;
    assert_eq!(texts(&chat.started)[0], "Ana from Riverside, A-1, 3");
    let user = server.db().get("/api/v1/users/ext:p-1").await.ok();
    assert_eq!(
        user["fields"],
        json!({"user_fname": "Ana", "user_city": "Riverside"})
    );
    let log = server
        .db()
        .get(&format!("/api/v1/chat_logs/{}", chat.id))
        .await
        .ok();
    assert_eq!(
        log["variables"],
        json!({"order": {"id": "A-1"}, "count": 3})
    );
}

async fn null_removes_a_field_at_the_start(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let with = |fields: Value| json!({"function_id": greeter, "user": {"external_id": "p-1", "fields": fields}});
    server
        .bots()
        .start_with(with(json!({"user_fname": "Ana", "user_city": "Riverside"})))
        .await;
    let chat = server
        .bots()
        .start_with(with(json!({"user_fname": null})))
        .await;
    assert_eq!(texts(&chat.started)[0], "Hello there!");
    let user = server.db().get("/api/v1/users/ext:p-1").await.ok();
    assert_eq!(user["fields"], json!({"user_city": "Riverside"}));
}

async fn fields_that_nobody_declared_are_refused_with_their_place(server: TestServer) {
    let advanced = server.publish(&bots::advanced()).await;
    let with = |fields: Value| json!({"function_id": advanced, "user": {"fields": fields}});
    let faults = server
        .bots()
        .sessions(&with(json!({"user_shoe": 5, "a~b/c": 1, "user_zip": 7})))
        .await
        .faults();
    let expected = [
        ("/user/fields/a~0b~1c", "invalid_name"),
        ("/user/fields/user_shoe", "unknown_field"),
        ("/user/fields/user_zip", "invalid_value"),
    ];
    assert_eq!(
        faults,
        expected.map(|(pointer, code)| (pointer.into(), code.into()))
    );
    // The bot declares it.
    server
        .bots()
        .sessions(&with(json!({"insurance_number": "K-4711"})))
        .await
        .created();
    assert_eq!(
        server
            .count(smartbot_model::EventType::SessionStarted)
            .await,
        1
    );
}

async fn variables_are_held_to_their_declared_types(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let body = json!({"function_id": greeter, "variables": {"topic": 5, "a b": 1}});
    let faults = server.bots().sessions(&body).await.faults();
    let expected = [
        ("/variables/a b", "invalid_name"),
        ("/variables/topic", "invalid_value"),
    ];
    assert_eq!(
        faults,
        expected.map(|(pointer, code)| (pointer.into(), code.into()))
    );
}

async fn a_bot_that_is_not_there_or_not_published_is_not_found(server: TestServer) {
    let system = smartbot_app::Caller::system(server.workspace);
    server
        .app
        .import_bot(&system, &bots::greeter(), false)
        .await
        .unwrap();
    for name in ["Greeter", "Nobody", "", "../x", "Ä", &"x".repeat(30_000)] {
        let reply = server.bots().sessions(&json!({"function_id": name})).await;
        reply.problem(404, "not_found");
    }
    server
        .bots()
        .get("/api/v1/bots/Greeter")
        .await
        .problem(404, "not_found");
    assert_eq!(
        server.bots().get("/api/v1/bots").await.ok()["data"],
        json!([])
    );
    let again = Publication::default();
    let published = server.app.publish_bot(&system, "Greeter", again);
    published.await.unwrap();
    server.bots().start("Greeter").await;
}

async fn limits_are_inclusive(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let longest = "é".repeat(4_000);
    assert_eq!(
        texts(&chat.say(&longest).await)[0],
        format!("You said {longest}.")
    );
    let longer = format!("{longest}é");
    assert_eq!(
        chat.send(&json!({"text": longer})).await.faults(),
        [("/text".into(), "too_long".into())]
    );
    assert_eq!(
        chat.send(&json!({"choice": longer})).await.faults(),
        [("/choices".into(), "too_long".into())]
    );

    // Two quotes and the name with its colon and braces: `{"a":"…"}`.
    let metadata =
        |size: usize| json!({"function_id": greeter, "metadata": {"a": "x".repeat(size - 8)}});
    server.bots().sessions(&metadata(16 * 1024)).await.created();
    let faults = server
        .bots()
        .sessions(&metadata(16 * 1024 + 1))
        .await
        .faults();
    assert_eq!(faults, [("/metadata".into(), "too_large".into())]);

    // A single text holds at most half of it.
    let half = "x".repeat(32 * 1024);
    let variables = |size: usize| {
        let rest = "x".repeat(size - half.len());
        json!({"function_id": greeter, "variables": {"a": half, "b": rest}})
    };
    server
        .bots()
        .sessions(&variables(64 * 1024 - 16))
        .await
        .created();
    let faults = server.bots().sessions(&variables(64 * 1024)).await.faults();
    assert_eq!(faults, [("/variables/b".into(), "too_large".into())]);

    let external =
        |size: usize| json!({"function_id": greeter, "user": {"external_id": "é".repeat(size)}});
    server.bots().sessions(&external(200)).await.created();
    for size in [0, 201] {
        let faults = server.bots().sessions(&external(size)).await.faults();
        assert_eq!(
            faults,
            [("/user/external_id".into(), "invalid_value".into())]
        );
    }
    let wait = json!({"function_id": greeter, "max_wait_ms": 60_000});
    server.bots().sessions(&wait).await.created();
    let wait = json!({"function_id": greeter, "max_wait_ms": 60_001});
    assert_eq!(
        server.bots().sessions(&wait).await.faults(),
        [("/max_wait_ms".into(), "invalid_value".into())]
    );
}

async fn profile_fields_together_have_a_limit(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let with = |size: usize| {
        let long = "y".repeat(20_000);
        let fields = json!({"user_city": "x".repeat(size), "user_state": long, "user_name": long});
        json!({"function_id": greeter, "user": {"external_id": "p-1", "fields": fields}})
    };
    server.bots().sessions(&with(25_000)).await.created();
    let reply = server.bots().sessions(&with(26_000)).await;
    assert_eq!(
        reply.status, 400,
        "a field that is not kept must not be answered with success: {reply:?}"
    );
}

on_both_databases!(
    a_hundred_starts_at_once_of_one_user_are_all_answered,
    a_bot_that_is_not_there_or_not_published_is_not_found,
    a_start_without_a_user_makes_a_new_one_each_time,
    a_user_is_named_by_one_id_only,
    an_external_id_names_the_same_user_for_ever,
    an_id_names_a_user_that_exists,
    fields_and_variables_are_there_from_the_first_word_on,
    fields_that_nobody_declared_are_refused_with_their_place,
    limits_are_inclusive,
    null_removes_a_field_at_the_start,
    profile_fields_together_have_a_limit,
    twenty_starts_at_once_with_a_new_external_id_make_one_user,
    variables_are_held_to_their_declared_types,
);
