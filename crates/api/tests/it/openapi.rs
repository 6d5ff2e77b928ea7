//! The OpenAPI document and the JSON Schemas: generated, checked in, complete.
use crate::support::{TestServer, on_both_databases, schema};
use serde_json::Value;
use smartbot_model::EventType;
use smartbot_testkit::generated_file;
use std::collections::BTreeSet;

#[test]
fn the_document_that_is_checked_in_is_the_one_that_the_code_makes() {
    generated_file("api/openapi.json", &smartbot_api::openapi::document());
}

fn document() -> Value {
    serde_json::from_str(&smartbot_api::openapi::document()).unwrap()
}

fn operations(document: &Value) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            found.push((format!("{method} {path}"), operation));
        }
    }
    found
}

#[test]
fn every_operation_says_what_it_does_who_may_and_what_can_go_wrong() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    let mut ids = BTreeSet::new();
    for (name, operation) in operations(&document) {
        let text = |key: &str| operation[key].as_str().is_some_and(|it| !it.is_empty());
        assert!(
            text("operationId") && text("summary"),
            "{name} has no operationId or summary"
        );
        assert!(
            ids.insert(operation["operationId"].as_str().unwrap()),
            "{name}: its operationId is taken"
        );
        // The token of a legacy call stands in its body.
        let is_legacy = operation["tags"][0] == "Legacy";
        assert!(
            is_legacy
                || operation["security"]
                    .as_array()
                    .is_some_and(|it| !it.is_empty()),
            "{name} has no security"
        );
        assert_eq!(
            operation["tags"].as_array().map(Vec::len),
            Some(1),
            "{name} has not one tag"
        );
        let problem = &operation["responses"]["default"]["content"]["application/problem+json"]["schema"]
            ["$ref"];
        assert_eq!(
            problem, "#/components/schemas/Problem",
            "{name} does not say how it fails"
        );
        let succeeds = operation["responses"]
            .as_object()
            .unwrap()
            .keys()
            .any(|it| it.starts_with('2') || (is_legacy && it == "501"));
        assert!(succeeds, "{name} does not say how it succeeds");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(
                parameter["description"]
                    .as_str()
                    .is_some_and(|it| it.ends_with('.')),
                "{name}: {parameter}"
            );
        }
        for part in name.split('/').filter(|it| it.starts_with('{')) {
            let wanted = part.trim_matches(['{', '}']);
            let named = operation["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .any(|it| it["name"] == wanted && it["in"] == "path");
            assert!(named, "{name} does not describe {part}");
        }
    }
}

/// Checks a value against a schema whose references are into the whole document.
fn faults(document: &Value, shape: &Value, value: &Value) -> Vec<String> {
    let mut root = document.clone();
    root["allOf"] = Value::Array(vec![shape.clone()]);
    schema::faults(&root, value)
}

#[test]
fn every_body_has_an_example_that_fits_it() {
    let document = document();
    for (name, operation) in operations(&document) {
        let responses = operation["responses"].as_object().unwrap().values();
        for part in responses.chain([&operation["requestBody"]]) {
            for (media_type, body) in part["content"].as_object().into_iter().flatten() {
                if !media_type.ends_with("json") || media_type.ends_with("ndjson") {
                    continue;
                }
                let named = body["examples"].as_object().into_iter().flatten();
                let mut examples: Vec<&Value> = named.map(|it| &it.1["value"]).collect();
                examples.extend(body.get("example"));
                assert!(!examples.is_empty(), "{name} shows no {media_type}");
                for example in examples {
                    let faults = faults(&document, &body["schema"], example);
                    assert!(faults.is_empty(), "{name}: {faults:?}\n{example}");
                }
            }
        }
    }
}

#[test]
fn every_operation_says_which_codes_it_can_answer() {
    use smartbot_api::problem::ErrorCode;
    let document = document();
    let mut said = BTreeSet::new();
    for (name, operation) in operations(&document) {
        let codes = operation["x-error-codes"].as_array().unwrap();
        assert!(codes.len() >= 5, "{name}");
        let text = operation["responses"]["default"]["description"]
            .as_str()
            .unwrap();
        for code in codes.iter().map(|it| it.as_str().unwrap()) {
            assert!(text.contains(&format!("`{code}`")), "{name}: {code}");
            said.insert(code.to_owned());
        }
    }
    // These belong to paths, or to operations that have no place in the document yet.
    let elsewhere = [
        ErrorCode::MethodNotAllowed,
        ErrorCode::ReadOnlyToken,
        ErrorCode::Conflict,
        ErrorCode::BotInvalid,
    ];
    for code in ErrorCode::ALL {
        assert!(
            said.contains(code.as_str()) || elsewhere.contains(code),
            "no operation answers {}",
            code.as_str()
        );
    }
}

#[test]
fn every_event_is_a_webhook_whose_example_fits_it() {
    let document = document();
    let webhooks = document["webhooks"].as_object().unwrap();
    assert_eq!(webhooks.len(), EventType::ALL.len());
    for &event_type in EventType::ALL {
        let operation = &webhooks[event_type.as_str()]["post"];
        assert_eq!(operation["summary"], event_type.description());
        let body = &operation["requestBody"]["content"]["application/json"];
        let kind = &body["schema"]["allOf"][1]["properties"]["type"]["enum"];
        assert_eq!(*kind, serde_json::json!([event_type.as_str()]));
        let faults = faults(&document, &body["schema"], &body["example"]);
        assert!(faults.is_empty(), "{event_type:?}: {faults:?}");
    }
}

#[test]
fn every_reference_of_the_document_leads_somewhere() {
    fn walk(value: &Value, visit: &mut dyn FnMut(&str)) {
        match value {
            Value::Object(object) => {
                if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
                    visit(reference);
                }
                object.values().for_each(|it| walk(it, visit));
            }
            Value::Array(list) => list.iter().for_each(|it| walk(it, visit)),
            _ => {}
        }
    }
    let document = document();
    let mut used = BTreeSet::new();
    walk(&document, &mut |reference| {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
        used.insert(reference.to_owned());
    });
    for name in document["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys()
    {
        assert!(
            used.contains(&format!("#/components/schemas/{name}")),
            "nobody uses {name}"
        );
    }
}

#[test]
fn every_property_is_described() {
    let document = document();
    let mut bare = Vec::new();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        for (property, shape) in schema["properties"].as_object().into_iter().flatten() {
            let options = shape["oneOf"].as_array().into_iter().flatten();
            let described = |it: &Value| it["description"].is_string() || it["$ref"].is_string();
            let described = described(shape) || options.into_iter().any(described);
            if !described {
                bare.push(format!("{name}.{property}"));
            }
        }
    }
    assert!(bare.is_empty(), "{bare:?}");
}

async fn the_document_is_served(server: TestServer) {
    let reply = server.nobody().get("/openapi.json").await;
    assert_eq!(reply.header("content-type"), "application/json");
    assert_eq!(reply.ok(), document());
}

async fn the_schemas_are_served(server: TestServer) {
    for path in [
        "/schemas/bot.json",
        "/schemas/boxes.json",
        "/schemas/events.json",
    ] {
        let reply = server.nobody().get(path).await;
        assert_eq!(reply.header("content-type"), "application/json");
        reply.ok();
    }
    let bot = server.nobody().get("/schemas/bot.json").await.ok();
    assert_eq!(
        bot["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    let catalogue = server.nobody().get("/schemas/events.json").await.ok();
    for &event_type in EventType::ALL {
        let name = event_type.as_str();
        let published = server
            .nobody()
            .get(&format!("/schemas/events/{name}.json"))
            .await
            .ok();
        assert_eq!(published["title"], name);
        let entry = catalogue["data"]
            .as_array()
            .unwrap()
            .iter()
            .find(|it| it["type"] == name)
            .unwrap();
        assert!(entry["description"].is_string() && entry["group"].is_string());
        let faults = schema::faults(&published, &entry["sample"]);
        assert!(faults.is_empty(), "the sample of {name}: {faults:?}");
    }
    for path in [
        "/schemas/events/nothing.json",
        "/schemas/events/user.created",
        "/schemas/x.json",
    ] {
        server.nobody().get(path).await.problem(404, "not_found");
    }
}

/// The document tells clients what to expect, so what comes must be what it tells.
async fn answers_fit_the_document(server: TestServer) {
    use crate::support::bots;
    let document = document();
    let fits = |operation: &str, status: &str, answer: &Value| {
        let found = operations(&document)
            .into_iter()
            .find(|(_, it)| it["operationId"] == operation)
            .unwrap()
            .1;
        let shape = &found["responses"][status]["content"]["application/json"]["schema"];
        // References are into the whole document.
        let mut root = document.clone();
        root["allOf"] = Value::Array(vec![shape.clone()]);
        let faults = schema::faults(&root, answer);
        assert!(faults.is_empty(), "{operation}: {faults:?}\n{answer}");
    };
    let advanced = server.publish(&bots::advanced()).await;
    let body = serde_json::json!({"function_id": advanced, "user": {"external_id": "p-1"}, "metadata": {"a": 1}});
    let chat = server.bots().start_with(body).await;
    fits("start_session", "201", &chat.started);
    fits("submit_message", "200", &chat.say("Riverside").await);
    fits("get_session", "200", &chat.state().await);
    fits(
        "list_messages",
        "200",
        &chat.api.get(&chat.path("/messages")).await.ok(),
    );
    fits(
        "hand_off",
        "200",
        &chat
            .api
            .post(&chat.path("/hand_off"), &serde_json::json!({}))
            .await
            .ok(),
    );
    fits("end_session", "200", &chat.end().await);
    fits(
        "list_bots",
        "200",
        &server.bots().get("/api/v1/bots").await.ok(),
    );
    fits(
        "get_bot",
        "200",
        &server.bots().get("/api/v1/bots/Advanced").await.ok(),
    );
    fits(
        "get_chat_log",
        "200",
        &server
            .db()
            .get(&format!("/api/v1/chat_logs/{}", chat.id))
            .await
            .ok(),
    );
    let new = serde_json::json!({"email": "bea@clinic.example", "role": "agent"});
    let added = server.db().post("/api/v1/agents", &new).await.created();
    fits("create_agent", "201", &added);
    let one = format!("/api/v1/agents/{}", added["id"].as_str().unwrap());
    fits("get_agent", "200", &server.db().get(&one).await.ok());
    let all = server.db().get("/api/v1/agents").await.ok();
    fits("list_agents", "200", &all);
    let owner = server.browser(smartbot_model::agent::Role::Owner).await;
    let new =
        serde_json::json!({"url": "http://127.0.0.1:1/", "headers": {"x-a": "1"}, "check": true});
    let endpoints = "/api/v1/admin/webhook_endpoints";
    let made = owner.post(endpoints, &new).await.created();
    fits("create_webhook_endpoint", "201", &made);
    server.publish(&bots::echo()).await;
    for (operation, path) in [
        ("get_me", "me"),
        ("list_browser_sessions", "browser_sessions"),
        ("list_tokens", "tokens"),
        ("get_settings", "settings"),
        ("list_webhook_endpoints", "webhook_endpoints"),
        ("list_deliveries", "deliveries"),
        ("list_resends", "resends"),
    ] {
        let answer = owner.get(&format!("/api/v1/admin/{path}")).await.ok();
        fits(operation, "200", &answer);
    }
    let page = owner.get("/api/v1/admin/deliveries").await.ok();
    let path = format!(
        "/api/v1/admin/deliveries/{}",
        page["data"][0]["id"].as_str().unwrap()
    );
    fits("get_delivery", "200", &owner.get(&path).await.ok());
    let new = serde_json::json!({"kind": "db_update", "name": "x"});
    let made = owner.post("/api/v1/admin/tokens", &new).await.created();
    fits("create_token", "201", &made);
    fits(
        "get_user",
        "200",
        &server.db().get("/api/v1/users/ext:p-1").await.ok(),
    );
}

on_both_databases!(
    answers_fit_the_document,
    the_document_is_served,
    the_schemas_are_served
);
