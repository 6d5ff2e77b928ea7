//! Every Admin operation with each role, as the table of permissions has it, and with whatever must not open it.
use crate::matrix::{Operation, all_operations, fresh};
use crate::support::browser::{ME, PASSWORD, cookie_of, sign_in};
use crate::support::{Api, Reply, TestServer, bots, on_both_databases};
use serde_json::{Value, json};
use smartbot_app::Caller;
use smartbot_app::clock::SystemRandom;
use smartbot_app::delivery::endpoints::EndpointChange;
use smartbot_app::delivery::log::DeliveryFilter;
use smartbot_app::delivery::resend::{NewResend, ResendKind};
use smartbot_model::agent::Role;
use smartbot_model::bot::BotStatus;
use smartbot_model::token::{self, TokenKind};
use smartbot_model::webhook::{EndpointState, EventSelection, PayloadDetail};
use smartbot_model::{DeliveryId, EndpointId, ResendId, Time};
use std::time::Duration;

/// What agents do with a browser, signing in left out.
async fn operations(server: &TestServer) -> Vec<Operation> {
    let mut all = all_operations(server).await;
    all.retain(|it| it.is_admin() && !it.opened_by.is_empty());
    assert!(all.len() >= 10, "the document lists few Admin operations");
    for operation in &all {
        assert_eq!(operation.opened_by, ["browser_session"], "{}", operation.id);
        assert!(
            operation.permission.is_some(),
            "{} names no permission",
            operation.id
        );
    }
    all
}

/// An endpoint that is sent nothing by itself, and whose receiver does not answer.
async fn silent_endpoint(server: &TestServer) -> EndpointId {
    let all = server
        .app
        .endpoint_statuses(server.workspace)
        .await
        .unwrap();
    if let Some(first) = all.first() {
        return first.endpoint.id;
    }
    let url = "http://127.0.0.1:1/";
    let (all, detail) = (EventSelection::ALL, PayloadDetail::Full);
    let (endpoint, _) = server.endpoint(url, all, detail).await;
    let pause = EndpointChange {
        state: Some(EndpointState::Paused),
        ..EndpointChange::default()
    };
    let caller = Caller::system(server.workspace);
    let paused = server.app.change_endpoint(&caller, endpoint.id, pause);
    paused.await.unwrap().id
}

async fn waiting_delivery(server: &TestServer) -> DeliveryId {
    silent_endpoint(server).await;
    let filter = DeliveryFilter {
        limit: 1,
        ..DeliveryFilter::default()
    };
    let list = async || {
        let found = server.app.deliveries(server.workspace, filter.clone());
        found.await.unwrap().first().map(|it| it.id)
    };
    if let Some(id) = list().await {
        return id;
    }
    server.publish(&bots::echo()).await;
    list().await.unwrap()
}

/// A run that keeps no other from being started.
async fn finished_run(server: &TestServer) -> ResendId {
    let endpoint_id = silent_endpoint(server).await;
    let (app, workspace) = (&server.app, server.workspace);
    for run in app.resends(workspace, None, 200).await.unwrap() {
        app.cancel_resend(workspace, run.id).await.unwrap();
    }
    let new = NewResend {
        endpoint_id,
        kind: ResendKind::Recover,
        since: Time::default(),
        until: None,
        rate_per_second: None,
    };
    app.start_resend(workspace, new).await.unwrap().id
}

/// A bot of its own for each request: two versions, a draft that says something else, nobody who chatted with it.
async fn bot(server: &TestServer, is_archived: bool) -> String {
    let (app, caller) = (&server.app, Caller::system(server.workspace));
    let function_id = fresh();
    let document = |name: &str| {
        let mut bot = bots::echo();
        bot["function_id"] = function_id.as_str().into();
        bot["name"] = name.into();
        bot
    };
    for (name, publish) in [("One", true), ("Two", true), ("Three", false)] {
        app.import_bot(&caller, &document(name), publish)
            .await
            .unwrap();
    }
    if is_archived {
        app.set_bot_status(&caller, &function_id, BotStatus::Archived)
            .await
            .unwrap();
    }
    function_id
}

impl Operation {
    /// What its path may name.
    async fn admin_id(&self, server: &TestServer, browser: &Api) -> String {
        let mut parts = self.template().split('/').skip(4);
        let list = parts.next().filter(|_| parts.next().is_some());
        match list {
            Some("browser_sessions") => {
                let page = browser.get("/api/v1/admin/browser_sessions").await.json();
                page["data"][0]["id"].as_str().unwrap_or("bss_1").to_owned()
            }
            Some("tokens") => {
                let made = server.token(TokenKind::DbUpdate, None, &[]).await;
                made.token.id.to_string()
            }
            Some("webhook_endpoints") => silent_endpoint(server).await.to_string(),
            Some("deliveries") => waiting_delivery(server).await.to_string(),
            Some("resends") => finished_run(server).await.to_string(),
            Some("sessions") => self.chat(server, browser).await,
            Some("canned_replies") => {
                let agent = server.browser(Role::Agent).await;
                let reply = json!({"name": "hours", "text": "From 8 to 17."});
                let made = agent.post("/api/v1/desk/canned_replies", &reply).await;
                made.created()["id"].as_str().unwrap().to_owned()
            }
            Some("secrets") => {
                let name = fresh();
                let value = "s3cret".to_owned();
                let kept = server.app.set_secret(server.workspace, &name, value);
                kept.await.unwrap();
                name
            }
            Some("notifications") => "ntf_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b".to_owned(),
            Some("bots") => bot(server, self.id == "delete_bot").await,
            _ => String::new(),
        }
    }

    /// A chat of its own for each request: the agent of this browser has it, or is offered it, where that must be.
    async fn chat(&self, server: &TestServer, browser: &Api) -> String {
        // Always with the same version of the bot, so that answers can be compared.
        let start = json!({"function_id": "Echo"});
        let mut started = server.bots().sessions(&start).await;
        if started.status == 404 {
            server.publish(&bots::echo()).await;
            started = server.bots().sessions(&start).await;
        }
        let started = started.created();
        let id = started["session"]["id"].as_str().unwrap().to_owned();
        let path = |rest: &str| format!("/api/v1/desk/sessions/{id}/{rest}");
        let nothing = json!({});
        match self.id.as_str() {
            "accept_chat" | "decline_chat" => {
                let other = server.browser(Role::Agent).await;
                other.post(&path("take_over"), &nothing).await.ok();
                let me = browser.get(ME).await.json();
                let to = json!({"agent_id": me["agent"]["id"]});
                other.post(&path("transfer"), &to).await;
            }
            "hand_chat_back" | "close_chat" | "answer_chat" | "transfer_chat" | "type_in_chat"
            | "snooze_chat" | "wake_chat" => {
                browser.post(&path("take_over"), &nothing).await;
            }
            _ => {}
        }
        id
    }

    /// A path and a body that would be taken from this browser.
    pub(crate) async fn admin_request(
        &self,
        server: &TestServer,
        browser: &Api,
    ) -> (String, String) {
        let id = self.admin_id(server, browser).await;
        let path = self.template().replace("{id}", &id);
        let path = path
            .replace("{function_id}", &id)
            .replace("{name}", &id)
            .replace("{flag}", "vip")
            .replace("{version}", "1");
        assert!(!path.contains('{'), "say here what stands in {path}");
        let body = match self.id.as_str() {
            "take_over_chat" | "hand_chat_back" | "close_chat" | "accept_chat" | "decline_chat"
            | "type_in_chat" => json!({}),
            "answer_chat" | "note_chat" => json!({"text": "Hello."}),
            "snooze_chat" => json!({"until": server.app.now().plus(Duration::from_secs(3_600))}),
            "transfer_chat" => json!({"flag": "billing"}),
            "set_chat_fields" => json!({"fields": {"user_city": "Riverside"}}),
            "set_presence" => json!({"status": "online"}),
            "create_canned_reply" => json!({"name": "hours", "text": "From 8 to 17."}),
            "update_canned_reply" => json!({"name": "opening hours"}),
            "sign_out" | "archive_bot" | "restore_bot" | "rotate_widget_key" => json!({}),
            "update_bot_channel" => json!({"is_public": true}),
            "create_bot" => json!({"function_id": fresh(), "name": "New"}),
            "validate_bot" => json!({"document": bots::echo()}),
            "preview_step" => json!({"document": bots::echo(), "input": {"start": true}}),
            "try_reply" => json!({"document": bots::echo(), "box_id": "ask", "text": "hello"}),
            "box_payload" => json!({"document": bots::echo(), "box_id": "ask"}),
            "test_external_api" => {
                json!({"box": {"id": "a", "type": "external_api", "url": "http://127.0.0.1:1/"}})
            }
            "save_bot_draft" => {
                let mut document = bots::echo();
                document["function_id"] = id.as_str().into();
                json!({"document": document})
            }
            "set_secret" => json!({"value": "s3cret"}),
            "save_bot_tests" => json!({"tests": []}),
            "run_bot_tests" => json!({}),
            "publish_bot" => json!({"accept_warnings": true}),
            "roll_back_bot" | "restore_bot_draft" => json!({"version": 1}),
            "change_password" => {
                json!({"old_password": PASSWORD, "new_password": "walnut ladder comet breeze"})
            }
            "attach_file" => return (path, "%PDF-1.7".to_owned()),
            "set_chit_chat" => json!({"enabled": false}),
            "update_notification_settings" => json!({"email": {"chat_started": false}}),
            "create_token" => json!({"kind": "bots_management", "name": "x"}),
            "update_settings" => json!({"idle_minutes": 20}),
            "create_webhook_endpoint" => json!({"url": "https://portal.example/hooks"}),
            "update_webhook_endpoint" => json!({"description": "The inbox"}),
            "rotate_webhook_secret" | "test_webhook_endpoint" => json!({}),
            "start_resend" => {
                finished_run(server).await;
                let endpoint = silent_endpoint(server).await;
                json!({"endpoint_id": endpoint, "kind": "recover", "since": "2020-01-01T00:00:00Z"})
            }
            other if self.has_body() => panic!("say here what body {other} takes"),
            _ => return (path, String::new()),
        };
        (path, body.to_string())
    }

    async fn call_as(&self, server: &TestServer, owner: &Api, caller: &Api) -> Reply {
        let (path, body) = self.admin_request(server, owner).await;
        let caller = caller.clone().header("content-type", "application/json");
        // Whatever there is may be overwritten.
        let caller = caller.header("if-match", "*");
        caller.call(self.method.clone(), &path, body).await
    }
}

async fn each_role_may_what_the_table_says(server: TestServer) {
    for operation in operations(&server).await {
        if operation.id == "stream_desk" {
            // Does not end by itself; it has a test of its own.
            continue;
        }
        let permission = operation.permission.unwrap();
        for role in Role::ALL {
            let browser = server.browser(role).await;
            let reply = operation.call_as(&server, &browser, &browser).await;
            let is_open = (200..300).contains(&reply.status);
            assert_eq!(is_open, role.may(permission), "{role:?}: {reply:?}");
            if !is_open {
                reply.problem(403, "not_permitted");
            }
        }
    }
}

async fn who_is_not_signed_in_opens_nothing(server: TestServer) {
    let email = "jo@clinic.example";
    server.add_agent(email, Role::Owner, true).await;
    let out = server.signed_in(email).await;
    let reply = out.post("/api/v1/admin/sign_out", &json!({})).await;
    assert_eq!(reply.status, 204);
    let expired = server.signed_in(email).await;
    server.clock.advance(Duration::from_secs(15 * 60 + 1));
    let owner = server.signed_in(email).await;
    let real = cookie_of(&sign_in(&server.nobody(), email, PASSWORD).await);
    let cookie = |value: &str| server.nobody().header("cookie", value);
    let unknown = token::generate("sbs_", &SystemRandom);
    let cases = [
        server.nobody(),
        out,
        expired,
        cookie("__Host-smartbot="),
        cookie("__Host-smartbot=nonsense"),
        cookie(&format!("__Host-smartbot={unknown}")),
        cookie(&real[..real.len() - 1]),
        cookie(&real.replace("__Host-", "")),
        cookie(&real.replace("__Host-", "__host-")),
    ];
    let before = server.app.tokens(server.workspace).await.unwrap().len();
    for operation in operations(&server)
        .await
        .iter()
        .filter(|it| it.id != "revoke_token")
    {
        for caller in &cases {
            let reply = operation.call_as(&server, &owner, caller).await;
            reply.problem(401, "not_signed_in");
        }
    }
    let after = server.app.tokens(server.workspace).await.unwrap().len();
    assert_eq!(before, after, "a refused call has acted");
}

async fn no_token_opens_an_admin_operation(server: TestServer) {
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let owner = server.browser(Role::Owner).await;
    let cookie = token::generate("sbs_", &SystemRandom);
    let callers = [
        server.bots(),
        server.db(),
        server.with(&chat.key),
        server.with(&server.read_only_token().await.secret),
        server.with(&cookie),
        server.with("nonsense"),
    ];
    for operation in operations(&server).await {
        for caller in &callers {
            let reply = operation.call_as(&server, &owner, caller).await;
            reply.problem(403, "browser_session_needed");
        }
    }
}

async fn what_belongs_to_another_workspace_does_not_exist_for_owners(server: TestServer) {
    let neighbour = server.another_workspace().await;
    let theirs = server.app.tokens(neighbour.id).await.unwrap();
    let owner = server.browser(Role::Owner).await;
    for token in &theirs {
        let path = format!("/api/v1/admin/tokens/{}", token.id);
        let reply = owner.call(http::Method::DELETE, &path, "").await;
        reply.problem(404, "not_found");
    }
    let listed: Value = owner.get("/api/v1/admin/tokens").await.ok();
    assert!(!listed.to_string().contains(&theirs[0].id.to_string()));
    neighbour.bots().get("/api/v1/bots").await.ok();
}

on_both_databases!(
    each_role_may_what_the_table_says,
    no_token_opens_an_admin_operation,
    what_belongs_to_another_workspace_does_not_exist_for_owners,
    who_is_not_signed_in_opens_nothing,
);
