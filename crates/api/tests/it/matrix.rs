//! Every operation of the OpenAPI document with every credential that must not open it: made from the document, so that a new
//! endpoint cannot be forgotten.
use crate::support::identity;
use crate::support::normal::normal;
use crate::support::{Api, Chat, Reply, TestServer, bots, on_both_databases};
use http::Method;
use serde_json::{Value, json};
use smartbot_app::clock::SystemRandom;
use smartbot_model::Permission;
use smartbot_model::agent::Role;
use smartbot_model::random::Random;
use smartbot_model::token::{self, TokenKind};
use std::time::Duration;

/// One operation of the document.
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: Method,
    path: String,
    /// The credentials that open it.
    pub(crate) opened_by: Vec<String>,
    /// What an agent's role must permit.
    pub(crate) permission: Option<Permission>,
    takes_body: bool,
    /// The first content type that its body may have.
    pub(crate) content_type: String,
    /// Whether the token stands in the body.
    pub(crate) is_legacy: bool,
    /// Something of its own that it may name in its path.
    pub(crate) own: Option<String>,
}

/// An id that nothing has.
const NOWHERE: &str = "019aae3c5d1e7c0f9a3b1c2d3e4f5a6b";

/// A name that nothing has yet.
pub(crate) fn fresh() -> String {
    let mut bytes = [0; 8];
    SystemRandom.fill(&mut bytes);
    format!("fresh{:016x}", u64::from_be_bytes(bytes))
}

/// The operations of both APIs.
async fn operations(server: &TestServer) -> Vec<Operation> {
    let mut all = all_operations(server).await;
    all.retain(|it| !it.is_admin() && !it.opened_by.is_empty());
    for operation in &mut all {
        operation.renew(server).await;
    }
    all
}

pub(crate) async fn all_operations(server: &TestServer) -> Vec<Operation> {
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
                permission: serde_json::from_value(operation["x-permission"].clone()).ok(),
                takes_body: operation.get("requestBody").is_some(),
                content_type: operation["requestBody"]["content"]
                    .as_object()
                    .and_then(|it| it.keys().next().cloned())
                    .unwrap_or_else(|| "application/json".to_owned()),
                is_legacy,
                own: None,
            });
        }
    }
    assert!(found.len() >= 11, "the document lists few operations");
    found
}

impl Operation {
    /// Gives it an agent of its own where it needs one: the one before may be gone.
    pub(crate) async fn renew(&mut self, server: &TestServer) {
        if self.id == "identify_session" {
            self.own = Some(identity::of(server, &fresh()).await);
        }
        if self.path.starts_with("/api/v1/agents/") {
            let email = format!("{}@clinic.example", fresh());
            let added = server.add_agent(&email, Role::Viewer, false).await;
            self.own = Some(added.agent.id.to_string());
        }
    }

    /// Whether it is for agents with a browser.
    pub(crate) fn is_admin(&self) -> bool {
        ["/api/v1/admin/", "/api/v1/desk/"]
            .iter()
            .any(|it| self.path.starts_with(it))
    }

    /// The path with the names of its parameters.
    pub(crate) fn template(&self) -> &str {
        &self.path
    }

    /// Whether it takes a body.
    pub(crate) const fn has_body(&self) -> bool {
        self.takes_body
    }

    /// Whose ids stand in the path.
    pub(crate) fn path(&self, chat: &Chat, function_id: &str) -> String {
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
            "agents" if chat.id.ends_with(NOWHERE) => {
                ("{id}", "agt_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b")
            }
            "agents" if chat.id == "1" => ("{id}", "1"),
            "agents" => ("{id}", self.own.as_deref().unwrap_or_default()),
            other => panic!("say here whose id stands in the paths of {other}"),
        };
        let path = self.path.replace(name, value).replace("{flag}", "vip");
        assert!(!path.contains('{'), "say here what stands in {path}");
        path
    }

    /// Whether it names something that may be somebody else's.
    fn names_something(&self) -> bool {
        self.path.contains('{') || self.id == "start_session" || self.is_legacy
    }

    /// A body that would be taken.
    fn body(&self, function_id: &str) -> String {
        match self.id.as_str() {
            _ if !self.takes_body => String::new(),
            "start_session" => json!({"function_id": function_id}).to_string(),
            "submit_message" => json!({"text": "hello"}).to_string(),
            "identify_session" => json!({"identity": self.own}).to_string(),
            "set_variables" => json!({"variables": {}}).to_string(),
            "send_typing" | "hand_off" | "end_session" => "{}".to_owned(),
            "create_user" | "update_user" => {
                json!({"fields": {"user_city": "Riverside"}}).to_string()
            }
            "import_users" => json!({"external_id": "p-1"}).to_string(),
            "create_field" | "create_flag" | "create_goal" => {
                json!({"name": fresh()}).to_string()
            }
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
            "create_agent" => {
                let email = format!("{}@clinic.example", fresh());
                json!({"email": email, "role": "viewer"}).to_string()
            }
            "update_agent" => json!({"name": "Another"}).to_string(),
            other => panic!("say here what body {other} takes"),
        }
    }

    /// The body with the token of this client, if that is its place.
    pub(crate) fn body_from(&self, api: &Api, function_id: &str) -> String {
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
        if !operation.names_something() {
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
pub(crate) async fn define(server: &TestServer) {
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
    for mut operation in operations(&server).await {
        for kind in &operation.opened_by.clone() {
            let chat = server.bots().start(&echo).await;
            let api = match kind.as_str() {
                "session_key" => server.with(&chat.key),
                "browser_session" => server.browser(Role::Owner).await,
                other => server.with(&server.token(secret(other), None, &[]).await.secret),
            };
            operation.renew(&server).await;
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

/// A read-only token reads, and changes nothing.
async fn every_writing_operation_refuses_read_only_tokens(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let reader = server.with(&server.read_only_token().await.secret);
    define(&server).await;
    for operation in operations(&server).await {
        if !operation.opened_by.iter().any(|it| it == "db_update") {
            continue;
        }
        let reply = operation.call(&reader, &chat, &echo).await;
        if operation.method.is_safe() {
            assert!((200..300).contains(&reply.status), "{reply:?}");
        } else {
            reply.problem(403, "read_only_token");
        }
    }
}

/// DB-Update is for agents too, as far as the table of permissions lets them; BotsManagement and the legacy calls are not.
async fn a_cookie_opens_db_update_as_far_as_the_role_may(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let mut opened = 0;
    for mut operation in operations(&server).await {
        let takes_cookie = operation.opened_by.iter().any(|it| it == "browser_session");
        let takes_token = operation.opened_by.iter().any(|it| it == "db_update");
        assert_eq!(takes_cookie, takes_token, "{}", operation.id);
        assert_eq!(
            takes_cookie,
            operation.permission.is_some(),
            "{}",
            operation.id
        );
        for role in Role::ALL {
            let chat = server.bots().start(&echo).await;
            operation.renew(&server).await;
            define(&server).await;
            let browser = server.browser(role).await;
            let reply = operation.call(&browser, &chat, &echo).await;
            let Some(permission) = operation.permission else {
                reply.problem(401, "token_missing");
                assert_eq!(chat.messages().await.len(), 1, "a refused call has acted");
                continue;
            };
            if role.may(permission) {
                assert!((200..300).contains(&reply.status), "{role:?}: {reply:?}");
                assert_eq!(reply.header("cache-control"), "no-store", "{reply:?}");
                opened += 1;
            } else {
                reply.problem(403, "not_permitted");
            }
        }
    }
    assert!(opened >= 90, "only {opened} calls were opened");
}

async fn a_request_with_a_token_and_a_cookie_counts_as_the_tokens(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let owner = server.browser(Role::Owner).await;
    let viewer = server.browser(Role::Viewer).await;
    let with = |browser: &Api, secret: &str| {
        let bearer = format!("Bearer {secret}");
        browser.clone().header("authorization", &bearer)
    };
    let [bots_token, db_token] = server.tokens();
    let reader = server.read_only_token().await.secret;
    for mut operation in operations(&server).await {
        if operation.permission.is_none() {
            continue;
        }
        let refused = operation
            .call(&with(&owner, bots_token), &chat, &echo)
            .await;
        refused.problem(403, "wrong_token_kind");
        let refused = operation
            .call(&with(&owner, "nonsense"), &chat, &echo)
            .await;
        refused.problem(401, "token_invalid");
        if !operation.method.is_safe() {
            let refused = operation.call(&with(&owner, &reader), &chat, &echo).await;
            refused.problem(403, "read_only_token");
        }
        // What the token may and the viewer may not.
        let chat = server.bots().start(&echo).await;
        operation.renew(&server).await;
        define(&server).await;
        let reply = operation.call(&with(&viewer, db_token), &chat, &echo).await;
        assert!((200..300).contains(&reply.status), "{reply:?}");
    }
}

/// What a cookie opens, any page could send.
async fn pages_of_other_sites_change_nothing_with_a_cookie(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let owner = server.browser(Role::Owner).await;
    let sites = [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
    ];
    for mut operation in operations(&server).await {
        if operation.permission.is_none() || operation.method.is_safe() {
            continue;
        }
        for (name, value) in sites {
            let page = owner.clone().header(name, value);
            let reply = operation.call(&page, &chat, &echo).await;
            reply.problem(403, "cross_site_request");
            // Without a cookie there is nothing that a page could misuse.
            let program = server.db().header(name, value);
            let chat = server.bots().start(&echo).await;
            operation.renew(&server).await;
            define(&server).await;
            let reply = operation.call(&program, &chat, &echo).await;
            assert!((200..300).contains(&reply.status), "{reply:?}");
        }
    }
}

async fn a_cookie_that_does_not_work_opens_nothing(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let cookie = |value: &str| server.nobody().header("cookie", value);
    let unknown = token::generate("sbs_", &SystemRandom);
    let over = server.browser(Role::Owner).await;
    server.clock.advance(Duration::from_secs(15 * 60 + 1));
    let callers = [
        over,
        cookie("__Host-smartbot=nonsense"),
        cookie(&format!("__Host-smartbot={unknown}")),
    ];
    for operation in operations(&server).await {
        if operation.permission.is_none() {
            continue;
        }
        for caller in &callers {
            let reply = operation.call(caller, &chat, &echo).await;
            reply.problem(401, "not_signed_in");
        }
    }
}

async fn no_operation_is_open_to_everybody(server: TestServer) {
    let document = server.nobody().get("/openapi.json").await.ok();
    let open: Vec<_> = all_operations(&server)
        .await
        .into_iter()
        .filter(|it| it.opened_by.is_empty())
        .map(|it| it.id)
        .collect();
    // These prove who somebody is, or show what is public.
    assert_eq!(
        open,
        [
            "accept_invitation",
            "get_setup",
            "set_up",
            "sign_in",
            "get_public_bot",
            "start_visitor_session"
        ]
    );
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
    every_writing_operation_refuses_read_only_tokens,
    a_cookie_opens_db_update_as_far_as_the_role_may,
    a_cookie_that_does_not_work_opens_nothing,
    a_request_with_a_token_and_a_cookie_counts_as_the_tokens,
    pages_of_other_sites_change_nothing_with_a_cookie,
    every_operation_opens_to_each_of_its_credentials,
    every_operation_refuses_credentials_that_do_not_work,
    every_operation_refuses_the_wrong_kind_and_names_nothing,
    ids_of_other_workspaces_do_not_exist,
    no_operation_is_open_to_everybody,
);
