//! Definitions of profile fields, flags and goals.
use crate::support::{TestServer, bots, on_both_databases};
use http::Method;
use serde_json::{Value, json};

const FIELDS: &str = "/api/v1/fields";

async fn a_field_is_declared_changed_and_removed(server: TestServer) {
    let db = server.db();
    let before = db.get(&format!("{FIELDS}?limit=200")).await.ok();
    let names = |page: &Value| -> Vec<String> {
        let all = page["data"].as_array().unwrap().iter();
        all.map(|it| it["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&before).len(), 12);
    assert!(
        before["data"]
            .as_array()
            .unwrap()
            .iter()
            .all(|it| it["built_in"] == true)
    );
    let body = json!({"name": "age", "type": "number", "description": "In years"});
    let field = db.post(FIELDS, &body).await.created();
    let expected = json!({
        "name": "age", "type": "number", "sensitive": false, "description": "In years", "built_in": false,
    });
    assert_eq!(field, expected);
    assert_eq!(db.get("/api/v1/fields/age").await.ok(), expected);
    assert_eq!(names(&db.get(FIELDS).await.ok())[0], "age");
    db.post(FIELDS, &body).await.problem(409, "conflict");

    // Known at once: values are held to it.
    let user = |age: Value| json!({"fields": {"age": age}});
    db.post("/api/v1/users", &user(json!(41))).await.created();
    let faults = db
        .post("/api/v1/users", &user(json!("many")))
        .await
        .faults();
    assert_eq!(faults[0], ("/fields/age".into(), "invalid_value".into()));
    let changed = db
        .patch("/api/v1/fields/age", &json!({"type": "text"}))
        .await
        .ok();
    assert_eq!(
        (&changed["type"], &changed["description"]),
        (&json!("text"), &json!("In years"))
    );
    db.post("/api/v1/users", &user(json!("many")))
        .await
        .created();
    db.delete("/api/v1/fields/age").await.done();
    db.get("/api/v1/fields/age").await.problem(404, "not_found");
    db.delete("/api/v1/fields/age")
        .await
        .problem(404, "not_found");
    db.patch("/api/v1/fields/age", &json!({}))
        .await
        .problem(404, "not_found");
    // No user is touched.
    let users = db.get("/api/v1/users").await.ok();
    assert_eq!(users["data"][0]["fields"]["age"], "many");
    assert_eq!(users["data"][1]["fields"]["age"], 41);
}

async fn a_built_in_field_stays_what_it_is(server: TestServer) {
    let db = server.db();
    let path = "/api/v1/fields/user_birthdate";
    db.delete(path).await.problem(409, "conflict");
    let faults = db.patch(path, &json!({"type": "text"})).await.faults();
    assert_eq!(faults, [("/type".to_owned(), "invalid_value".to_owned())]);
    let body = json!({"type": "date", "sensitive": true, "description": "For the front desk"});
    let field = db.patch(path, &body).await.ok();
    let expected = json!({
        "name": "user_birthdate", "type": "date", "sensitive": true, "description": "For the front desk", "built_in": true,
    });
    assert_eq!(field, expected);
    db.delete(path).await.problem(409, "conflict");
    db.post(FIELDS, &json!({"name": "user_birthdate"}))
        .await
        .problem(409, "conflict");
    // Sensitive at once: no event shows it.
    let body = json!({"fields": {"user_birthdate": "1985-02-03", "user_fname": "Ana"}});
    db.post("/api/v1/users", &body).await.created();
    let events = server.events().await;
    assert_eq!(
        events[0].data["user"]["fields"],
        json!({"user_fname": "Ana"})
    );
}

async fn bad_definitions_are_refused(server: TestServer) {
    let db = server.db();
    for (list, body, pointer, code) in [
        ("fields", json!({"name": "a b"}), "/name", "invalid_name"),
        (
            "fields",
            json!({"name": "external_id"}),
            "/name",
            "invalid_name",
        ),
        (
            "fields",
            json!({"name": "x", "type": "colour"}),
            "/type",
            "invalid_value",
        ),
        (
            "fields",
            json!({"name": "x", "kind": "variable"}),
            "/kind",
            "unknown_field",
        ),
        (
            "fields",
            json!({"name": "x", "description": "x".repeat(501)}),
            "/description",
            "too_large",
        ),
        ("fields", json!({}), "/name", "missing_field"),
        (
            "flags",
            json!({"name": "two words"}),
            "/name",
            "invalid_value",
        ),
        ("goals", json!({"name": " booked"}), "/name", "invalid_name"),
        (
            "goals",
            json!({"name": "x", "description": "x".repeat(501)}),
            "/description",
            "too_large",
        ),
    ] {
        let faults = db.post(&format!("/api/v1/{list}"), &body).await.faults();
        assert_eq!(faults, [(pointer.to_owned(), code.to_owned())], "{body}");
    }
    assert_eq!(
        db.get("/api/v1/flags").await.ok(),
        json!({"data": [], "next_cursor": null})
    );
}

async fn flags_and_goals_are_defined_described_and_removed(server: TestServer) {
    let db = server.db();
    for list in ["flags", "goals"] {
        let path = format!("/api/v1/{list}");
        for name in ["b", "a", "c"] {
            let made = db
                .post(&path, &json!({"name": name, "description": "First"}))
                .await
                .created();
            assert_eq!(
                (&made["name"], &made["description"]),
                (&json!(name), &json!("First"))
            );
        }
        db.post(&path, &json!({"name": "a"}))
            .await
            .problem(409, "conflict");
        let described = db
            .patch(&format!("{path}/a"), &json!({"description": "Second"}))
            .await
            .ok();
        assert_eq!(described["description"], "Second");
        let first = db.get(&format!("{path}?limit=2")).await.ok();
        assert_eq!(first["data"][0], described);
        assert_eq!(first["data"][1]["name"], "b");
        let cursor = first["next_cursor"].as_str().unwrap();
        let rest = db
            .get(&format!("{path}?limit=2&cursor={cursor}"))
            .await
            .ok();
        assert_eq!(
            (rest["data"].as_array().unwrap().len(), &rest["next_cursor"]),
            (1, &Value::Null)
        );
        db.delete(&format!("{path}/a")).await.done();
        db.delete(&format!("{path}/a"))
            .await
            .problem(404, "not_found");
        db.patch(&format!("{path}/a"), &json!({}))
            .await
            .problem(404, "not_found");
        let key = db.clone().key(&format!("k-{list}"));
        for _ in 0..2 {
            key.call(Method::DELETE, &format!("{path}/b"), "")
                .await
                .done();
        }
    }
    // Whoever carries the flag goes on carrying it.
    let user = db
        .post("/api/v1/users", &json!({"flags": ["c"]}))
        .await
        .created();
    db.delete("/api/v1/flags/c").await.done();
    let path = format!("/api/v1/users/{}", user["id"].as_str().unwrap());
    assert_eq!(db.get(&path).await.ok()["flags"], json!(["c"]));
}

async fn what_is_declared_bots_may_be_given(server: TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    let start = json!({"function_id": greeter, "user": {"fields": {"insurer": "Acme"}}});
    let faults = server.bots().sessions(&start).await.faults();
    assert_eq!(faults[0].1, "unknown_field");
    server
        .db()
        .post(FIELDS, &json!({"name": "insurer"}))
        .await
        .created();
    server.bots().sessions(&start).await.created();
    server.db().delete("/api/v1/fields/insurer").await.done();
    let faults = server.bots().sessions(&start).await.faults();
    assert_eq!(faults[0].1, "unknown_field");
}

on_both_databases!(
    a_built_in_field_stays_what_it_is,
    a_field_is_declared_changed_and_removed,
    bad_definitions_are_refused,
    flags_and_goals_are_defined_described_and_removed,
    what_is_declared_bots_may_be_given,
);
