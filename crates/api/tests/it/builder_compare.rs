//! What the Bot Builder tells of a draft before it is published: what is different, and whether the bot's tests pass.
use crate::support::{Api, TestServer, bots, on_both_databases};
use http::Method;
use serde_json::{Value, json};
use smartbot_model::agent::Role;

const BOT: &str = "/api/v1/admin/bots/Greeter";

/// A builder's browser, with a bot that is published.
async fn builder(server: &TestServer) -> Api {
    server.publish(&bots::greeter()).await;
    let browser = server.browser(Role::Builder).await;
    browser.header("content-type", "application/json")
}

async fn save(api: &Api, document: &Value) {
    let body = json!({"document": document}).to_string();
    let api = api.clone().header("if-match", "*");
    let path = format!("{BOT}/draft");
    api.call(Method::PUT, &path, body).await.ok();
}

async fn compare(api: &Api, query: &str) -> Value {
    api.get(&format!("{BOT}/compare{query}")).await.ok()
}

fn sentences(comparison: &Value) -> Vec<&str> {
    let changes = comparison["changes"].as_array().unwrap().iter();
    changes.map(|it| it["sentence"].as_str().unwrap()).collect()
}

async fn a_draft_is_compared_with_what_is_live_in_words(server: TestServer) {
    let api = builder(&server).await;
    server.bots().start("Greeter").await;
    let same = json!({"changes": [], "open_sessions": 1});
    assert_eq!(compare(&api, "").await, same);
    let mut document = bots::greeter();
    document["boxes"][1]["text"] = "What can we do?".into();
    document["boxes"][1]["title"] = "Topic".into();
    document["links"][0]["when"] = json!({"op": "has_flag", "value": "new-patient"});
    document["layout"] = json!({"ask": {"x": 7, "y": 7}});
    save(&api, &document).await;
    let told = compare(&api, "?from=live&to=draft").await;
    assert_eq!(told, compare(&api, "").await, "what is compared by itself");
    assert_eq!(
        told["changes"][0],
        json!({
            "kind": "changed", "what": "box", "box_id": "ask", "title": "Topic", "before": "What is it about?",
            "after": "What can we do?", "sentence": "The text of “Topic” is changed."
        })
    );
    assert_eq!(told["open_sessions"], 1);
    insta::assert_json_snapshot!("compare", told);
    let api_with_any = api.clone().header("if-match", "*");
    let (path, body) = (format!("{BOT}/publish"), json!({"accept_warnings": true}));
    assert_eq!(api_with_any.post(&path, &body).await.ok()["version"], 2);
    assert!(sentences(&compare(&api, "").await).is_empty());
    let back = compare(&api, "?from=2&to=1").await;
    assert_eq!(back["changes"].as_array().unwrap().len(), 3);
    assert_eq!(back["changes"][0]["after"], "What is it about?");
    assert_eq!(
        compare(&api, "?from=1&to=live").await["changes"],
        told["changes"]
    );
}

async fn a_bot_that_was_never_published_is_all_new(server: TestServer) {
    let api = builder(&server).await;
    let body = json!({"function_id": "Fresh", "name": "Fresh"});
    api.post("/api/v1/admin/bots", &body).await.created();
    let told = api.get("/api/v1/admin/bots/Fresh/compare").await.ok();
    let changes = told["changes"].as_array().unwrap();
    assert!(!changes.is_empty());
    assert!(changes.iter().all(|it| it["kind"] == "added"), "{told}");
}

async fn what_cannot_be_compared_is_refused(server: TestServer) {
    let api = builder(&server).await;
    for (query, name) in [("?from=yesterday", "from"), ("?to=-1", "to")] {
        let reply = api.get(&format!("{BOT}/compare{query}")).await;
        let body = reply.problem(400, "invalid_parameter");
        assert_eq!(body["errors"][0]["pointer"], name);
    }
    for path in [
        format!("{BOT}/compare?from=9"),
        "/api/v1/admin/bots/Nobody/compare".to_owned(),
    ] {
        api.get(&path).await.problem(404, "not_found");
    }
}

/// Two tests: one that passes on the greeter, one that does not.
fn tests() -> Value {
    json!([
        {"name": "asks and says it", "steps": [
            {"bot": "Hello there!"}, {"bot": "What is it about?"}, {"user": "my knee"}, {"bot": "Thank you: my knee."},
            {"ended": true}
        ]},
        {"name": "is rude", "steps": [{"bot": "Go away."}]}
    ])
}

async fn tests_of_a_bot_are_kept_and_run_on_its_draft(server: TestServer) {
    let api = builder(&server).await;
    let path = format!("{BOT}/tests");
    assert_eq!(api.get(&path).await.ok(), json!({"tests": []}));
    let put = async |tests: Value| {
        let body = json!({"tests": tests}).to_string();
        api.call(Method::PUT, &path, body).await
    };
    let kept = json!({"tests": tests()});
    assert_eq!(put(tests()).await.ok(), kept);
    assert_eq!(api.get(&path).await.ok(), kept);
    let run = format!("{path}/run");
    let ran = api.post(&run, &json!({})).await.ok();
    let results = ran["results"].as_array().unwrap();
    assert_eq!(
        (
            &results[0]["name"],
            &results[0]["passed"],
            &results[0]["message"]
        ),
        (&json!("asks and says it"), &json!(true), &Value::Null),
        "{ran}"
    );
    assert_eq!(
        (&results[1]["name"], &results[1]["passed"]),
        (&json!("is rude"), &json!(false))
    );
    let message = results[1]["message"].as_str().unwrap();
    assert!(message.contains("Hello there!"), "{message}");
    let mut other = bots::greeter();
    other["boxes"][0]["text"] = "Go away.".into();
    let ran = api.post(&run, &json!({"document": other})).await.ok();
    assert_eq!(ran["results"][0]["passed"], false, "{ran}");
    let mut broken = bots::greeter();
    broken["start"] = "nowhere".into();
    let refused = api.post(&run, &json!({"document": broken})).await;
    refused.problem(422, "bot_invalid");
    let users = server.db().get("/api/v1/users").await.ok();
    assert_eq!(users["data"], json!([]), "a test leaves nobody behind");
    for (body, pointer) in [
        (json!([{"steps": []}]), "/tests/0/name"),
        (json!(vec![json!({"name": "a"}); 501]), "/tests"),
        (json!([{"name": "x".repeat(1024 * 1024)}]), "/tests"),
    ] {
        assert_eq!(put(body).await.faults()[0].0, pointer);
    }
    assert_eq!(
        api.get(&path).await.ok(),
        kept,
        "a refused change changes nothing"
    );
    let viewer = server.browser(Role::Viewer).await;
    assert_eq!(viewer.get(&path).await.ok(), kept);
}

on_both_databases!(
    a_bot_that_was_never_published_is_all_new,
    a_draft_is_compared_with_what_is_live_in_words,
    tests_of_a_bot_are_kept_and_run_on_its_draft,
    what_cannot_be_compared_is_refused,
);
