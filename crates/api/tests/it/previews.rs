//! The test chat and single boxes that are tried: the same engine, with nothing kept.
use crate::support::{Api, PATIENCE, TestServer, bots, on_both_databases, texts};
use serde_json::{Value, json};
use smartbot_model::agent::Role;
use smartbot_testkit::{Answer, Receiver, until};

const STEP: &str = "/api/v1/admin/previews/step";

/// A test chat as a browser drives it.
struct TestChat {
    api: Api,
    document: Value,
    last: Value,
}

impl TestChat {
    async fn start(api: Api, document: Value) -> Self {
        let last = json!({"state": null, "user": {"fields": {}, "flags": []}});
        let mut chat = Self {
            api,
            document,
            last,
        };
        chat.take(json!({"start": true}), json!({})).await;
        chat
    }

    async fn take(&mut self, input: Value, more: Value) -> &Value {
        let mut body = json!({
            "document": self.document, "state": self.last["state"], "input": input, "user": self.last["user"],
        });
        for (key, value) in more.as_object().unwrap() {
            body[key] = value.clone();
        }
        self.last = self.api.post(STEP, &body).await.ok();
        &self.last
    }

    async fn say(&mut self, text: &str) -> &Value {
        self.take(json!({"text": text}), json!({})).await
    }
}

fn kinds(answer: &Value) -> Vec<&str> {
    let events = answer["events"].as_array().unwrap().iter();
    events.map(|it| it["type"].as_str().unwrap()).collect()
}

/// The whole database, once nobody writes any more.
async fn everything(server: &TestServer) -> Vec<u8> {
    until("nobody to write", PATIENCE, async || {
        server.contents() == server.contents()
    })
    .await;
    server.contents()
}

async fn a_test_chat_goes_as_a_session_would_and_keeps_nothing(server: TestServer) {
    let api = server.browser(Role::Builder).await;
    let before = everything(&server).await;
    let mut chat = TestChat::start(api, bots::advanced()).await;
    let started = chat.last.clone();
    assert!(!texts(&started).is_empty());
    assert_eq!(kinds(&started)[0], "session.started");
    let said = chat.say("Riverside").await.clone();
    let steps = said["trace"].as_array().unwrap();
    assert_eq!(steps[0]["input"], "Riverside");
    assert!(
        everything(&server).await == before,
        "a test chat has kept something"
    );
    // The same in a real session.
    let function_id = server.publish(&bots::advanced()).await;
    let real = server.bots().start(&function_id).await;
    assert_eq!(texts(&real.started), texts(&started));
    assert_eq!(texts(&real.say("Riverside").await), texts(&said));
}

async fn an_earlier_state_goes_on_from_there(server: TestServer) {
    let api = server.browser(Role::Builder).await;
    let mut chat = TestChat::start(api, bots::echo()).await;
    let first = chat.last.clone();
    assert_eq!(
        texts(chat.say("one").await),
        ["You said one.", "Say something."]
    );
    let words: Vec<_> = chat.last["variables"].as_array().unwrap().clone();
    assert_eq!(words[0]["name"], "word");
    assert_eq!(
        (&words[0]["value"], &words[0]["changed"]),
        (&json!("one"), &json!(true))
    );
    assert_eq!(
        (&words[0]["type"], &words[0]["scope"]),
        (&json!("text"), &json!("variable"))
    );
    chat.last = first;
    assert_eq!(
        texts(chat.say("two").await),
        ["You said two.", "Say something."]
    );
    let steps = chat.last["transcript_step"].clone();
    assert_eq!(
        steps,
        json!([{"user": "two"}, {"bot": "You said two."}, {"bot": "Say something."}, {"box": "ask"}])
    );
}

async fn a_call_is_asked_for_or_made(server: TestServer) {
    let receiver = Receiver::start().await;
    receiver.answer("/book", Answer::new(200, r#"{"room": 7}"#));
    let api = server.browser(Role::Builder).await;
    let document = bots::caller(&receiver.url("/book"), json!({}), json!([]));
    let mut chat = TestChat::start(api.clone(), document.clone()).await;
    assert_eq!(chat.last["call"]["method"], "POST");
    assert_eq!(chat.last["call"]["url"], receiver.url("/book"));
    assert_eq!(chat.last["awaiting"]["kind"], "api");
    assert!(receiver.requests().is_empty(), "asked, not made");
    let reply = json!({"api_reply": {"status": 200, "body": {"room": 9}}});
    chat.take(reply, json!({})).await;
    assert_eq!(chat.last["call"], Value::Null);
    let room = |answer: &Value| {
        let all = answer["variables"].as_array().unwrap().iter();
        all.filter(|it| it["name"] == "room")
            .map(|it| it["value"].clone())
            .next()
    };
    assert_eq!(room(&chat.last), Some(json!(9)));
    let body = json!({"document": document, "input": {"start": true}, "external": "live"});
    let live = api.post(STEP, &body).await.ok();
    assert_eq!((room(&live), &live["call"]), (Some(json!(7)), &Value::Null));
    assert_eq!(receiver.requests().len(), 1);
}

async fn what_is_no_step_is_refused_with_its_place(server: TestServer) {
    let api = server.browser(Role::Builder).await;
    let with = |input: Value| json!({"document": bots::echo(), "input": input});
    for (body, pointer) in [
        (with(json!({})), "/input"),
        (with(json!({"start": true, "text": "x"})), "/input"),
        (with(json!({"start": false})), "/input"),
        (with(json!({"text": "x", "box_id": "ask"})), "/input"),
        (with(json!({"text": "x"})), "/input"),
        (
            json!({"document": bots::echo(), "input": {"text": "x"}, "state": {"a": 1}}),
            "/state",
        ),
        (
            json!({"document": bots::echo(), "input": {"start": true}, "user": {"flags": ["a b"]}}),
            "/user/flags",
        ),
        (
            json!({"document": bots::echo(), "input": {"start": true}, "language": "?"}),
            "/language",
        ),
    ] {
        let faults = api.post(STEP, &body).await.faults();
        assert_eq!(faults[0].0, pointer, "{body}");
    }
    let nothing = json!({"document": {}, "input": {"start": true}});
    api.post(STEP, &nothing).await.problem(422, "bot_invalid");
    let mut chat = TestChat::start(api.clone(), bots::echo()).await;
    for (input, pointer) in [
        (json!({"timer": true}), "/input"),
        (json!({"api_reply": {"status": 200}}), "/input"),
        (
            json!({"api_reply": {"status": 99}}),
            "/input/api_reply/status",
        ),
        (json!({"text": " "}), "/input/text"),
    ] {
        let body = json!({"document": chat.document, "state": chat.last["state"], "input": input});
        let faults = api.post(STEP, &body).await.faults();
        assert_eq!(faults[0].0, pointer, "{body}");
    }
    chat.say("still there").await;
}

async fn an_answer_is_tried_on_a_box(server: TestServer) {
    let api = server.browser(Role::Viewer).await;
    let path = "/api/v1/admin/bots/try_reply";
    let body = json!({"document": bots::echo(), "box_id": "ask", "text": " hello "});
    let tried = api.post(path, &body).await.ok();
    assert_eq!(tried["extracted"]["text"], "hello");
    assert_eq!(
        (&tried["extracted"]["start"], &tried["extracted"]["end"]),
        (&json!(1), &json!(6))
    );
    assert_eq!(
        (&tried["winner"], &tried["to"]),
        (&json!(0), &json!("echo"))
    );
    assert_eq!(
        tried["says"][0],
        json!({"box_id": "echo", "text": "You said hello."})
    );
    for (key, value, pointer) in [
        ("box_id", json!("echo"), "/box_id"),
        ("box_id", json!("nobody"), "/box_id"),
        ("choice", json!("x"), "/text"),
    ] {
        let mut wrong = body.clone();
        wrong[key] = value;
        let faults = api.post(path, &wrong).await.faults();
        assert_eq!(faults[0].0, pointer, "{wrong}");
    }
}

async fn a_call_is_tried_and_its_secrets_are_masked(server: TestServer) {
    let receiver = Receiver::start().await;
    receiver.answer(
        "/book",
        Answer::new(200, r#"{"room": 7, "you_sent": "Bearer s3cret-value"}"#),
    );
    let workspace = server.workspace;
    let secret = "s3cret-value".to_owned();
    server
        .app
        .set_secret(workspace, "portal", secret)
        .await
        .unwrap();
    let api = server.browser(Role::Builder).await;
    let path = "/api/v1/admin/external_api/test";
    let it = json!({
        "id": "book", "type": "external_api", "url": format!("{}?who={{user_fname}}", receiver.url("/book")),
        "headers": {"authorization": "Bearer {{secret:portal}}"}
    });
    let body = json!({"box": it, "values": {"user_fname": "Ana B"}});
    let tried = api.post(path, &body).await.ok();
    assert_eq!(tried["answer"]["status"], 200);
    assert_eq!(tried["saved"], json!({"room": 7, "you_sent": "Bearer •••"}));
    assert_eq!(
        tried["request"]["url"],
        format!("{}?who=Ana%20B", receiver.url("/book"))
    );
    assert!(!tried.to_string().contains("s3cret-value"), "{tried}");
    let sent = &receiver.requests()[0];
    assert_eq!(sent.headers["authorization"], "Bearer s3cret-value");
    let refused = json!({"box": {"id": "a", "type": "external_api", "url": "http://inside.test/"}});
    let tried = api.post(path, &refused).await.ok();
    assert_eq!(tried["answer"], Value::Null);
    assert!(tried["error"].is_string(), "{tried}");
    let wrong = json!({"box": {"id": "a", "type": "message", "text": "x"}});
    assert_eq!(api.post(path, &wrong).await.faults()[0].0, "/box/type");
    let broken = json!({"box": {"id": "a", "type": "external_api"}});
    api.post(path, &broken).await.problem(422, "bot_invalid");
}

async fn a_payload_shows_what_a_box_would_push(server: TestServer) {
    let api = server.browser(Role::Viewer).await;
    let secret_field = json!({"name": "allergies", "type": "text", "sensitive": true});
    server
        .db()
        .post("/api/v1/fields", &secret_field)
        .await
        .created();
    let field = json!({"name": "member_number", "type": "number"});
    server.db().post("/api/v1/fields", &field).await.created();
    let mut document = bots::echo();
    document["boxes"][1]["advanced"] =
        json!({"push_to_webhook": true, "assign_flags": ["asked"], "remove_flags": ["vip"]});
    let path = "/api/v1/admin/box_payload";
    let body = json!({"document": document, "box_id": "echo"});
    let payload = api.post(path, &body).await.ok()["payload"].clone();
    assert_eq!(payload["type"], "box.reached");
    let data = &payload["data"];
    assert_eq!(
        (&data["function_id"], &data["box_id"]),
        (&json!("Echo"), &json!("echo"))
    );
    assert_eq!(data["user"]["flags"], json!(["asked"]));
    assert_eq!(data["user"]["fields"]["member_number"], 42);
    assert!(
        data["user"]["fields"].get("allergies").is_none(),
        "sensitive"
    );
    assert_eq!(data["variables"], json!({"word": "text"}));
    let nobody = json!({"document": bots::echo(), "box_id": "nobody"});
    assert_eq!(api.post(path, &nobody).await.faults()[0].0, "/box_id");
}

on_both_databases!(
    a_call_is_asked_for_or_made,
    a_call_is_tried_and_its_secrets_are_masked,
    a_payload_shows_what_a_box_would_push,
    a_test_chat_goes_as_a_session_would_and_keeps_nothing,
    an_answer_is_tried_on_a_box,
    an_earlier_state_goes_on_from_there,
    what_is_no_step_is_refused_with_its_place,
);
