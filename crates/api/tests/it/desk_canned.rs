//! Canned replies: everybody's, and one's own.
use crate::support::{Api, TestServer, on_both_databases};
use serde_json::{Value, json};
use smartbot_model::agent::Role;

const CANNED: &str = "/api/v1/desk/canned_replies";

async fn names(agent: &Api) -> Vec<Value> {
    let page = agent.get(CANNED).await.ok();
    let all = page["data"].as_array().unwrap().iter();
    all.map(|it| it["name"].clone()).collect()
}

async fn replies_are_everybodys_or_ones_own(server: TestServer) {
    let (one, other) = (
        server.browser(Role::Agent).await,
        server.browser(Role::Agent).await,
    );
    let hours = json!({"name": "hours", "text": "From 8 to 17.", "language": "en"});
    let hours = one.post(CANNED, &hours).await.created();
    assert_eq!(
        (&hours["language"], &hours["is_personal"]),
        (&json!("en"), &json!(false))
    );
    // Their ids, by which they are listed, know milliseconds.
    server.clock.advance(std::time::Duration::from_millis(2));
    let own = json!({"name": "bye", "text": "Take care!", "is_personal": true});
    let own = one.post(CANNED, &own).await.created();
    assert_eq!(names(&one).await, ["hours", "bye"]);
    assert_eq!(names(&other).await, ["hours"]);
    let path = |it: &Value| format!("{CANNED}/{}", it["id"].as_str().unwrap());
    // What is somebody else's own is not there.
    other
        .patch(&path(&own), &json!({"text": "x"}))
        .await
        .problem(404, "not_found");
    other.delete(&path(&own)).await.problem(404, "not_found");
    let patch = json!({"text": "From 9 to 17.", "language": null});
    let changed = other.patch(&path(&hours), &patch).await.ok();
    assert_eq!(
        changed,
        json!({"id": hours["id"], "name": "hours", "text": "From 9 to 17.", "language": null, "is_personal": false})
    );
    assert_eq!(one.get(CANNED).await.ok()["data"][0], changed);
    one.patch(&path(&own), &json!({"is_personal": false}))
        .await
        .ok();
    assert_eq!(names(&other).await, ["hours", "bye"]);
    other.delete(&path(&hours)).await.done();
    other.delete(&path(&hours)).await.problem(404, "not_found");
    assert_eq!(names(&one).await, ["bye"]);
    for (pointer, wrong) in [
        ("/name", json!({"name": "", "text": "x"})),
        ("/text", json!({"name": "x", "text": " "})),
        (
            "/language",
            json!({"name": "x", "text": "x", "language": "!"}),
        ),
    ] {
        let faults = one.post(CANNED, &wrong).await.faults();
        assert_eq!(faults[0].0, pointer);
    }
    let contents = server.contents();
    let is_in_clear = contents.windows(10).any(|it| it == b"Take care!");
    assert!(!is_in_clear, "what agents write is sealed");
}

on_both_databases!(replies_are_everybodys_or_ones_own);
