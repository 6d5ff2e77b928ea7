//! Two workspaces on one server: whatever of the other one a request names, in whatever position of its path, query, headers or body, is
//! answered like a value that nobody has, and no answer holds anything of the other one. Made from the OpenAPI document: a new operation or
//! parameter that the table in `planted` does not know fails here.
mod planted;
mod positions;
mod webhooks;

use crate::matrix::{Operation, all_operations, define};
use crate::support::browser::sign_in;
use crate::support::normal::normal;
use crate::support::{Api, Reply, TestServer, bots, on_both_databases};
use planted::{CANARIES, plant};
use positions::Position;
use serde_json::{Value, json};
use smartbot_model::agent::Role;
use smartbot_model::token::TokenKind;

/// Who asks: the first workspace of the server, with all its credentials.
struct Stranger<'a> {
    server: &'a TestServer,
    browser: Api,
    function_id: String,
    agents: u32,
}

/// A request that works, but for what will be put into it.
struct Draft {
    api: Api,
    path: String,
    body: Value,
    /// What only this request has of all that are alike.
    own: Vec<String>,
}

impl Stranger<'_> {
    /// A request of this operation about things of its own, which are new each time.
    async fn draft(&mut self, operation: &Operation, by: &str) -> Draft {
        let server = self.server;
        let chat = server.bots().start(&self.function_id).await;
        define(server).await;
        self.agents += 1;
        let fresh = format!("fresh{:04}", self.agents);
        let api = match by {
            "session_key" => server.with(&chat.key),
            "browser_session" => self.browser.clone(),
            "nobody" => server.nobody(),
            kind => match TokenKind::parse(kind).unwrap() {
                TokenKind::BotsManagement => server.bots(),
                TokenKind::DbUpdate => server.db(),
            },
        };
        let (path, body) = if operation.id == "sign_in" {
            let body = json!({"email": format!("{fresh}@clinic.example"), "password": "wrong"});
            (operation.template().to_owned(), body.to_string())
        } else if operation.template().starts_with("/api/v1/visitor/") {
            let (workspace, bot) = (server.workspace.to_string(), &self.function_id);
            let path = operation.template().replace("{workspace}", &workspace);
            let body = json!({"workspace": workspace, "function_id": bot});
            (path.replace("{function_id}", bot), body.to_string())
        } else if operation.opened_by.is_empty() {
            (operation.template().to_owned(), "{}".to_owned())
        } else if operation.is_admin() {
            operation.admin_request(server, &self.browser).await
        } else {
            let path = operation.path(&chat, &self.function_id);
            (path, operation.body_from(&api, &self.function_id))
        };
        let mut body = serde_json::from_str(&body).unwrap_or(Value::Null);
        match operation.id.as_str() {
            "create_agent" => {
                body["email"] = format!("{fresh}@clinic.example").into();
                body["name"] = "Fresh".into();
            }
            "create_field" | "create_flag" | "create_goal" => body["name"] = fresh.clone().into(),
            "import_users" => body["external_id"] = fresh.clone().into(),
            _ => {}
        }
        Draft {
            api,
            path,
            body,
            own: vec![fresh, chat.id.clone(), chat.user().to_owned()],
        }
    }

    /// Sends a request with this value in this position.
    async fn ask(
        &mut self,
        operation: &mut Operation,
        by: &str,
        put: Option<(&Position, &Value)>,
    ) -> Answer {
        let mut email = String::new();
        if operation.template().starts_with("/api/v1/agents/") {
            email = format!("own{:04}@clinic.example", self.agents);
            let added = self.server.add_agent(&email, Role::Viewer, false).await;
            operation.own = Some(added.agent.id.to_string());
        }
        if operation.id == "identify_session" {
            operation.renew(self.server).await;
        }
        let mut draft = self.draft(operation, by).await;
        if let Some(id) = operation.own.clone() {
            let named = [id, email].into_iter().filter(|it| !it.is_empty());
            draft.own.extend(named);
        }
        match put {
            None => {}
            Some((Position::Path(name), value)) => {
                let wanted = format!("{{{name}}}");
                let segments = operation.template().split('/').zip(draft.path.split('/'));
                let segments: Vec<_> = segments
                    .map(|(template, own)| {
                        if template == wanted {
                            value.as_str().unwrap()
                        } else {
                            own
                        }
                    })
                    .collect();
                draft.path = segments.join("/");
            }
            Some((Position::Query(name), value)) => {
                let value = value.as_str().unwrap().replace('+', "%2B");
                draft.path = format!("{}?{name}={value}", draft.path);
                if operation.id == "list_events" {
                    // More of its own come to light while this runs.
                    draft.path.push_str("&limit=1");
                }
            }
            Some((Position::Header(name), value)) => {
                draft.api = draft.api.header(name, value.as_str().unwrap());
            }
            Some((Position::Body(pointer), value)) => {
                positions::put(&mut draft.body, pointer, value);
            }
        }
        if operation.is_admin() && !matches!(put, Some((Position::Header(_), _))) {
            draft.api = draft.api.header("if-match", "*");
        }
        let body = if operation.has_body() {
            draft.body.to_string()
        } else {
            String::new()
        };
        let api = draft.api.header("content-type", &operation.content_type);
        let reply = api.call(operation.method.clone(), &draft.path, body).await;
        if let Some(secret) = invitation(&reply) {
            draft.own.push(secret);
        }
        Answer {
            reply,
            sent: put.map_or_else(Vec::new, |it| positions::leaves(it.1)),
            own: draft.own,
        }
    }
}

/// An answer, and what it may repeat.
struct Answer {
    reply: Reply,
    sent: Vec<String>,
    own: Vec<String>,
}

impl Answer {
    /// What it says, without what was sent.
    fn said(&self) -> String {
        let mut said = String::from_utf8_lossy(&self.reply.body).into_owned();
        for (number, text) in self.sent.iter().enumerate() {
            said = said.replace(text, &format!("<sent {number}>"));
        }
        for text in &self.own {
            said = said.replace(text, "<own>");
        }
        said
    }

    /// Made comparable.
    fn normal(&self) -> (u16, String) {
        (self.reply.status, comparable(&self.said()))
    }

    /// Holds nothing of the other workspace.
    fn is_clean(&self) {
        let said = format!("{} {:?}", self.said(), self.reply.headers);
        for canary in CANARIES.iter().chain(&["canary-hook", "canary-endpoint"]) {
            assert!(!said.contains(*canary), "{canary:?} in {:?}", self.reply);
        }
    }
}

/// The secret that an answer gives to whom was invited.
fn invitation(reply: &Reply) -> Option<String> {
    let body: Value = serde_json::from_slice(&reply.body).ok()?;
    Some(body["invitation"]["token"].as_str()?.to_owned())
}

/// A body of one object, or of one in each line, without what differs from run to run.
fn comparable(said: &str) -> String {
    let lines = said.lines().map(|line| {
        serde_json::from_str::<Value>(line)
            .map_or_else(|_| line.to_owned(), |it| normal(&it).to_string())
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether a request of it ends by itself with an answer, which only the workspace's own people get.
fn ends(operation: &Operation) -> bool {
    !["stream_session", "stream_desk"].contains(&operation.id.as_str())
        && !operation.template().starts_with("/api/v1/visitor/")
}

/// A bot of its own that everybody may start.
async fn public_bot(server: &TestServer) -> String {
    let function_id = server.publish(&bots::echo()).await;
    server.open(&function_id, &[]).await;
    function_id
}

async fn what_another_workspace_owns_is_as_if_it_were_not(server: TestServer) {
    let document = server.nobody().get("/openapi.json").await.ok();
    let planted = plant(&server).await;
    let mut operations = all_operations(&server).await;
    let mut stranger = Stranger {
        browser: server.browser(Role::Owner).await,
        function_id: public_bot(&server).await,
        server: &server,
        agents: 0,
    };
    let mut named = 0;
    for operation in &mut operations {
        for position in positions::of(&document, &operation.method, operation.template()) {
            let mut openers = operation.opened_by.clone();
            if operation.is_legacy {
                openers.truncate(1);
            } else if openers.is_empty() {
                openers.push("nobody".to_owned());
            }
            for (theirs, invented) in planted.at(operation, &position).await {
                named += 1;
                for by in &openers {
                    let told = stranger
                        .ask(operation, by, Some((&position, &theirs)))
                        .await;
                    let nothing = stranger
                        .ask(operation, by, Some((&position, &invented)))
                        .await;
                    told.is_clean();
                    assert_eq!(
                        told.normal(),
                        nothing.normal(),
                        "{} {position:?} {by}: {:?}",
                        operation.id,
                        told.reply
                    );
                }
            }
        }
    }
    assert!(named >= 60, "only {named} values were put anywhere");
}

async fn nothing_of_another_workspace_is_listed_or_changed(server: TestServer) {
    let planted = plant(&server).await;
    let mut stranger = Stranger {
        browser: server.browser(Role::Owner).await,
        function_id: public_bot(&server).await,
        server: &server,
        agents: 0,
    };
    let mut operations = all_operations(&server).await;
    // Reports, and what counts sessions, come to know of turns somewhat later, and a delivery is shown as it would be signed now.
    let moving = ["list_bot_summaries", "get_bot_draft", "get_delivery"];
    let moves = |it: &Operation| it.id.starts_with("report_") || moving.contains(&it.id.as_str());
    let readable = |it: &&Operation| it.method.is_safe() && ends(it) && !moves(it);
    let before = planted
        .all(&operations.iter().filter(readable).collect::<Vec<_>>())
        .await;
    for canary in CANARIES {
        let is_there = before.iter().any(|it| it.contains(canary));
        assert!(is_there, "{canary} is not even there");
    }
    for operation in operations.iter_mut().filter(|it| ends(it)) {
        for by in operation.opened_by.clone() {
            let answer = stranger.ask(operation, &by, None).await;
            answer.is_clean();
            if operation.id == "sign_out" {
                stranger.browser = server.browser(Role::Owner).await;
            }
        }
    }
    let after = planted
        .all(&operations.iter().filter(readable).collect::<Vec<_>>())
        .await;
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before, after);
    }
    sign_in(
        &server.nobody(),
        "canary-owner@aviary.example",
        crate::support::browser::PASSWORD,
    )
    .await
    .ok();
}

on_both_databases!(
    nothing_of_another_workspace_is_listed_or_changed,
    what_another_workspace_owns_is_as_if_it_were_not,
);
