//! Every operation of the OpenAPI document with every credential that must not open it: made from the document, so that a new
//! endpoint cannot be forgotten.
use crate::support::normal::normal;
use crate::support::{Api, Chat, Reply, TestServer, bots, on_both_databases};
use http::Method;
use serde_json::{Value, json};
use smartbot_app::clock::SystemRandom;
use smartbot_model::token::{self, TokenKind};
use std::time::Duration;

/// One operation of the document.
struct Operation {
    id: String,
    method: Method,
    path: String,
    /// The credentials that open it.
    opened_by: Vec<String>,
    takes_body: bool,
    /// The first content type that its body may have.
    content_type: String,
    /// Whether the token stands in the body.
    is_legacy: bool,
}

async fn operations(server: &TestServer) -> Vec<Operation> {
    let document = server.nobody().get("/openapi.json").await.ok();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let is_legacy = operation["tags"][0] == "Legacy";
            let schemes = operation["security"].as_array();
            let opened_by = match schemes {
                Some(schemes) => schemes
                    .iter()
                    .flat_map(|it| it.as_object().unwrap().keys().cloned())
                    .collect(),
                None if is_legacy => vec!["bots_management".to_owned()],
                None => panic!("{method} {path} has no security"),
            };
            found.push(Operation {
                id: operation["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                opened_by,
                takes_body: operation.get("requestBody").is_some(),
                content_type: operation["requestBody"]["content"]
                    .as_object()
                    .and_then(|it| it.keys().next().cloned())
                    .unwrap_or_else(|| "application/json".to_owned()),
                is_legacy,
            });
        }
    }
    assert!(found.len() >= 11, "the document lists few operations");
    found
}

impl Operation {
    /// Whose ids stand in the path.
    fn path(&self, chat: &Chat, function_id: &str) -> String {
        if self.is_legacy {
            return self.path.clone();
        }
        let parent = self
            .path
            .strip_prefix("/api/v1/")
            .unwrap()
            .split('/')
            .next()
            .unwrap();
        let (name, value) = match parent {
            "sessions" => ("{id}", chat.id.as_str()),
            "chat_logs" => ("{session_id}", chat.id.as_str()),
            "users" => ("{id}", chat.user()),
            "bots" => ("{function_id}", function_id),
            "fields" => ("{name}", "allergies"),
            "flags" => ("{name}", "vip"),
            "goals" => ("{name}", "booked"),
            "events" | "reports" => ("", ""),
            other => panic!("say here whose id stands in the paths of {other}"),
        };
        let path = self.path.replace(name, value).replace("{flag}", "vip");
        assert!(!path.contains('{'), "say here what stands in {path}");
        path
    }

    fn has_id(&self) -> bool {
        self.path.contains('{')
    }

    /// A body that would be taken.
    fn body(&self, function_id: &str) -> String {
        match self.id.as_str() {
            _ if !self.takes_body => String::new(),
            "start_session" => json!({"function_id": function_id}).to_string(),
            "submit_message" => json!({"text": "hello"}).to_string(),
            "send_typing" | "hand_off" | "end_session" => "{}".to_owned(),
            "create_user" | "update_user" => {
                json!({"fields": {"user_city": "Riverside"}}).to_string()
            }
            "import_users" => json!({"external_id": "p-1"}).to_string(),
            "create_field" | "create_flag" | "create_goal" => json!({"name": "fresh"}).to_string(),
            "update_field" | "update_flag" | "update_goal" => {
                json!({"description": "As told."}).to_string()
            }
            "create_scheduling_pattern" => json!({
                "functionID": function_id, "patternLabel": "After a visit", "recurrence": "once", "preferredTime": "18:00:23"
            })
            .to_string(),
            "kick_off_bot_sms" => {
                json!({"functionID": function_id, "userPhone": "1-212-555-0142"}).to_string()
            }
            other => panic!("say here what body {other} takes"),
        }
    }

    /// Whether it makes something of the caller's own, and needs nothing that is there.
    fn makes(&self) -> bool {
        !self.has_id() && (self.id.starts_with("create_") || self.id.starts_with("import_"))
    }

    /// The body with the token of this client, if that is its place.
    fn body_from(&self, api: &Api, function_id: &str) -> String {
        let body = self.body(function_id);
        match api.secret().filter(|_| self.is_legacy) {
            None => body,
            Some(secret) => {
                let mut body: Value = serde_json::from_str(&body).unwrap();
                body["securityToken"] = secret.into();
                body.to_string()
            }
        }
    }

    async fn call(&self, api: &Api, chat: &Chat, function_id: &str) -> Reply {
        let body = self.body_from(api, function_id);
        let api = api.clone().header("content-type", &self.content_type);
        api.call(self.method.clone(), &self.path(chat, function_id), body)
            .await
    }

    fn right(&self, bots: Api, db: Api) -> Api {
        if self.opened_by.iter().any(|it| it == "bots_management") {
            bots
        } else {
            db
        }
    }
}

fn secret(kind: &str) -> TokenKind {
    TokenKind::parse(kind).unwrap_or_else(|| panic!("an unknown credential: {kind}"))
}

async fn every_operation_refuses_credentials_that_do_not_work(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    for operation in operations(&server).await {
        let kind = secret(
            operation
                .opened_by
                .iter()
                .find(|it| *it != "session_key")
                .unwrap(),
        );
        let expired = server.token(kind, Some(Duration::ZERO), &[]).await.secret;
        let revoked = server.token(kind, None, &[]).await;
        server
            .app
            .revoke_token(server.workspace, revoked.token.id)
            .await
            .unwrap();
        let elsewhere = server.token(kind, None, &["10.0.0.0/8"]).await.secret;
        let unknown = token::generate(kind.prefix(), &SystemRandom);
        let typo = format!(
            "{}{}",
            &unknown[..unknown.len() - 1],
            if unknown.ends_with('0') { '1' } else { '0' }
        );
        let cases = [
            (server.nobody(), 401, "token_missing"),
            (server.with("nonsense"), 401, "token_invalid"),
            (server.with(&typo), 401, "token_invalid"),
            (server.with(&unknown), 401, "token_invalid"),
            (server.with(&revoked.secret), 401, "token_invalid"),
            (server.with(&expired), 401, "token_expired"),
            (server.with(&elsewhere), 403, "address_not_allowed"),
        ];
        for (api, status, code) in cases {
            operation
                .call(&api, &chat, &echo)
                .await
                .problem(status, code);
        }
    }
    assert_eq!(chat.messages().await.len(), 1, "a refused call has acted");
}

async fn every_operation_refuses_the_wrong_kind_and_names_nothing(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let mut nowhere = chat.clone();
    nowhere.id = "ses_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b".into();
    nowhere.started["session"]["user_id"] = "usr_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b".into();
    let mut malformed = chat.clone();
    malformed.id = "1".into();
    malformed.started["session"]["user_id"] = "1".into();
    for operation in operations(&server).await {
        let wrong = operation.right(server.db(), server.bots());
        let mut bodies = Vec::new();
        for (chat, function_id) in [
            (&chat, echo.as_str()),
            (&nowhere, "Nobody"),
            (&malformed, "Nobody"),
        ] {
            let problem = operation
                .call(&wrong, chat, function_id)
                .await
                .problem(403, "wrong_token_kind");
            bodies.push(normal(&problem));
            if !operation.opened_by.iter().any(|it| it == "session_key") {
                let key = server.with(&chat.key);
                bodies.push(normal(
                    &operation
                        .call(&key, chat, function_id)
                        .await
                        .problem(403, "wrong_token_kind"),
                ));
            }
        }
        assert!(
            bodies.iter().all(|it| *it == bodies[0]),
            "{}: {bodies:?}",
            operation.id
        );
    }
}

async fn ids_of_other_workspaces_do_not_exist(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let neighbour = server.another_workspace().await;
    let mut nowhere = chat.clone();
    nowhere.id = "ses_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b".into();
    nowhere.started["session"]["user_id"] = "usr_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b".into();
    for operation in operations(&server).await {
        if (!operation.has_id() && !operation.takes_body) || operation.makes() {
            continue;
        }
        let stranger = operation.right(neighbour.bots(), neighbour.db());
        let theirs = operation
            .call(&stranger, &chat, &echo)
            .await
            .problem(404, "not_found");
        let nobodys = operation
            .call(&stranger, &nowhere, "Nobody")
            .await
            .problem(404, "not_found");
        assert_eq!(normal(&theirs), normal(&nobodys), "{}", operation.id);
    }
    assert_eq!(
        neighbour.bots().get("/api/v1/bots").await.ok(),
        json!({"data": [], "next_cursor": null})
    );
    assert_eq!(chat.messages().await.len(), 1, "a refused call has acted");
}

/// Makes what the paths of definitions name, where it is not there.
async fn define(server: &TestServer) {
    for (list, name) in [
        ("fields", "allergies"),
        ("flags", "vip"),
        ("goals", "booked"),
    ] {
        let path = format!("/api/v1/{list}");
        let reply = server.db().post(&path, &json!({"name": name})).await;
        assert!([201, 409].contains(&reply.status), "{reply:?}");
    }
}

/// Without this the tests above might pass because nothing works.
async fn every_operation_opens_to_each_of_its_credentials(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    for operation in operations(&server).await {
        for kind in &operation.opened_by {
            let chat = server.bots().start(&echo).await;
            let api = match kind.as_str() {
                "session_key" => server.with(&chat.key),
                other => server.with(&server.token(secret(other), None, &[]).await.secret),
            };
            define(&server).await;
            let (path, body) = (
                operation.path(&chat, &echo),
                operation.body_from(&api, &echo),
            );
            let api = api.header("content-type", &operation.content_type);
            let status = api.status(operation.method.clone(), &path, body).await;
            // A legacy call says that it cannot do its work yet, once it knows who asks.
            assert!(
                (200..300).contains(&status) || (operation.is_legacy && status == 501),
                "{} with {kind}: {status}",
                operation.id
            );
        }
    }
}

async fn no_operation_is_open_to_everybody(server: TestServer) {
    let document = server.nobody().get("/openapi.json").await.ok();
    for operation in operations(&server).await {
        assert!(
            !operation.opened_by.is_empty(),
            "{} needs no credential",
            operation.id
        );
        for kind in &operation.opened_by {
            assert!(
                document["components"]["securitySchemes"][kind] != Value::Null,
                "{kind} is not described"
            );
        }
        let both = ["bots_management", "db_update"]
            .iter()
            .all(|it| operation.opened_by.iter().any(|by| by == it));
        assert!(!both, "{} is opened by both kinds of tokens", operation.id);
    }
}

on_both_databases!(
    every_operation_opens_to_each_of_its_credentials,
    every_operation_refuses_credentials_that_do_not_work,
    every_operation_refuses_the_wrong_kind_and_names_nothing,
    ids_of_other_workspaces_do_not_exist,
    no_operation_is_open_to_everybody,
);
