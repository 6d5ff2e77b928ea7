//! FAQ bots, small talk and hashtags over the API.
use crate::support::{TestServer, on_both_databases, texts};
use serde_json::{Value, json};
use smartbot_model::agent::Role;

fn faq() -> Value {
    json!({
        "format": "smartbot/1", "function_id": "Faq", "name": "Faq", "type": "faq", "language": "en", "hashtags": ["faq"],
        "greeting": "Ask!", "no_answer": "No idea.",
        "entries": [{"id": "park", "question": "Where can I park?", "answer": "Behind the house."}]
    })
}

fn intake() -> Value {
    json!({
        "format": "smartbot/1", "function_id": "Intake", "name": "Intake", "type": "flow", "language": "en", "start": "age",
        "fields": [{"name": "age", "kind": "variable", "type": "number"}], "catch_all": {"function_id": "Faq"},
        "boxes": [
            {"id": "age", "type": "number", "text": "How old are you?", "save_to": "age", "retry_text": "A number, please."},
            {"id": "end", "type": "end", "message": "Thank you."}
        ],
        "links": [{"from": "age", "to": "end", "when": {"op": "has_valid_value"}}]
    })
}

async fn a_faq_bot_is_made_published_and_asked(server: TestServer) {
    let builder = server.browser(Role::Builder).await;
    let made = builder
        .post("/api/v1/admin/bots", &json!({"document": faq()}))
        .await
        .created();
    assert_eq!(made["bot"]["type"], "faq");
    let tagged = builder.clone().header("if-match", "*");
    let mut other = intake();
    other["function_id"] = "Faq".into();
    let draft = "/api/v1/admin/bots/Faq/draft";
    let body = json!({"document": other}).to_string();
    let as_json = tagged.clone().header("content-type", "application/json");
    let refused = as_json.call(http::Method::PUT, draft, body).await;
    refused.problem(400, "invalid_request");
    let publish = json!({"accept_warnings": true});
    let done = tagged
        .post("/api/v1/admin/bots/Faq/publish", &publish)
        .await;
    assert!((200..300).contains(&done.status), "{done:?}");
    let seen = server.bots().get("/api/v1/bots/Faq").await.ok();
    assert_eq!(seen["type"], "faq");
    let chat = server.bots().start("Faq").await;
    assert_eq!(texts(&chat.started), ["Ask!"]);
    assert_eq!(chat.started["awaiting"]["kind"], "faq");
    assert_eq!(
        texts(&chat.say("where do I park?").await),
        ["Behind the house."]
    );
    assert_eq!(texts(&chat.say("my knee hurts").await), ["No idea."]);
    let preview = json!({"document": faq(), "input": {"start": true}});
    let step = builder
        .post("/api/v1/admin/previews/step", &preview)
        .await
        .ok();
    assert_eq!(texts(&step), ["Ask!"]);
}

async fn what_no_link_takes_is_caught_and_talked_about(server: TestServer) {
    server.publish(&faq()).await;
    server.publish(&intake()).await;
    let builder = server.browser(Role::Builder).await;
    let path = "/api/v1/admin/chit_chat";
    assert_eq!(
        builder.get(path).await.ok(),
        json!({"enabled": false, "entries": []})
    );
    let script = json!({"enabled": true, "entries": [{"id": "t", "phrases": ["thank you"], "answer": "You are welcome."}]});
    let set = async |body: &Value| {
        let api = builder.clone().header("content-type", "application/json");
        api.call(http::Method::PUT, path, body.to_string()).await
    };
    let chat = server.bots().start("Intake").await;
    assert_eq!(texts(&chat.say("thank you").await), ["A number, please."]);
    assert_eq!(set(&script).await.ok(), script);
    assert_eq!(
        texts(&chat.say("Thank you!").await),
        ["You are welcome.", "How old are you?"]
    );
    assert_eq!(
        texts(&chat.say("where can i park").await),
        ["Behind the house.", "How old are you?"]
    );
    assert_eq!(texts(&chat.say("42").await), ["Thank you."]);
    for wrong in [
        json!({"enabled": true, "entries": [{"id": "a b", "phrases": ["x"], "answer": "y"}]}),
        json!({"enabled": true, "entries": [{"id": "a", "phrases": [], "answer": "y"}]}),
        json!({"enabled": true, "entries": [{"id": "a", "phrases": ["x"], "answer": "{"}]}),
        json!({"enabled": true, "entries": [{"id": "a", "phrases": ["x"], "answer": "y"}, {"id": "a", "phrases": ["z"], "answer": "y"}]}),
    ] {
        set(&wrong).await.problem(400, "invalid_request");
    }
}

async fn a_hashtag_begins_a_bot_and_is_a_flag(server: TestServer) {
    server.publish(&intake()).await;
    let chat = server.bots().start("Intake").await;
    assert_eq!(texts(&chat.say("#faq").await), ["A number, please."]);
    server.publish(&faq()).await;
    assert_eq!(texts(&chat.say(" #FAQ ").await), ["Ask!"]);
    assert_eq!(
        texts(&chat.say("where to park").await),
        ["Behind the house."]
    );
    let user = server
        .db()
        .get(&format!("/api/v1/users/{}", chat.user()))
        .await
        .ok();
    assert_eq!(user["flags"], json!(["faq"]));
    let flagged = server.db().get("/api/v1/chat_logs?flag=faq").await.ok();
    assert_eq!(flagged["data"][0]["session"]["id"], chat.id.as_str());
    // Words around it, or a word of nobody, begin nothing.
    let other = server.bots().start("Intake").await;
    assert_eq!(
        texts(&other.say("what is #faq?").await),
        ["A number, please."]
    );
    assert_eq!(texts(&other.say("#nobody").await), ["A number, please."]);
}

on_both_databases!(
    a_faq_bot_is_made_published_and_asked,
    a_hashtag_begins_a_bot_and_is_a_flag,
    what_no_link_takes_is_caught_and_talked_about,
);
