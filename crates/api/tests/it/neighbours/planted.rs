//! What the other workspace owns: of everything that can be named, with values that nobody else has.
use super::positions::Position;
use super::webhooks;
use crate::matrix::{NO_FILE, Operation};
use crate::support::browser::{PASSWORD, cookie_of, sign_in};
use crate::support::server::Neighbour;
use crate::support::{Api, Chat, PATIENCE, TestServer, bots};
use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};
use smartbot_app::Caller;
use smartbot_app::agents::NewAgent;
use smartbot_app::files::Uploader;
use smartbot_app::users::sight::Sight;
use smartbot_model::WorkspaceId;
use smartbot_model::agent::Role;
use smartbot_testkit::until_some;
use std::collections::BTreeMap;
use std::time::Duration;

/// An id that nothing has.
const NOWHERE: &str = "019aae3c5d1e7c0f9a3b1c2d3e4f5a6b";

/// What no answer to another workspace may contain.
pub(super) const CANARIES: [&str; 18] = [
    "canary-external",
    "Canaria Finch",
    "+12133734253",
    "canary-finch@aviary.example",
    "canary-knee-hurts",
    "canary-note",
    "canary-flag",
    "canary_field",
    "canary_goal",
    "CanaryBot",
    "canary-agent@aviary.example",
    "Agent Canarysson",
    "canary-value",
    "canary-description",
    "canary-token",
    "canary-file",
    "canary-remark",
    "canary-reply",
];

/// The other workspace.
pub(super) struct Planted<'a> {
    owner: Neighbour<'a>,
    pub(super) browser: Api,
    chat: Chat,
    ids: BTreeMap<&'static str, String>,
}

/// What the operation's path begins with.
fn parent(operation: &Operation) -> &str {
    let path = operation.template().trim_start_matches("/api/v1/");
    let path = path.strip_prefix("admin/").unwrap_or(path);
    let path = path.strip_prefix("desk/").unwrap_or(path);
    path.split('/').next().unwrap()
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("no text: {value}"))
        .to_owned()
}

fn bot(function_id: &str) -> Value {
    let boxes = json!([
        {"id": "ask", "type": "text", "text": "Say it.", "save_to": "canary_word"},
        {"id": "bye", "type": "text", "text": "And now?"},
    ]);
    let fields = json!([{"name": "canary_word", "kind": "variable", "type": "text"}]);
    bots::chain(function_id, boxes, fields)
}

/// Fills a workspace; of everything there is more than one, so that each list has a second page.
pub(super) async fn plant(server: &TestServer) -> Planted<'_> {
    let owner = server.another_workspace().await;
    let endpoints = webhooks::endpoints(server, owner.id).await;
    let db = owner.db();
    for (list, first) in [
        ("fields", "canary_field"),
        ("flags", "canary-flag"),
        ("goals", "canary_goal"),
    ] {
        for name in [first, "another"] {
            let body = json!({"name": name, "description": "canary-description"});
            db.post(&format!("/api/v1/{list}"), &body).await.created();
        }
    }
    let user = json!({
        "external_id": "canary-external", "flags": ["canary-flag", "another"],
        "fields": {"user_fname": "Canaria Finch", "user_phone": "+12133734253",
                   "user_email": "canary-finch@aviary.example", "canary_field": "canary-value"},
    });
    let keyed = db.clone().key("canary-key");
    keyed.post("/api/v1/users", &user).await.created();
    owner.publish(&bots::greeter()).await;
    owner.publish(&bot("CanaryBot")).await;
    let function_id = owner.publish(&bot("CanaryBot")).await;
    for name in ["canary-secret", "another"] {
        let value = "canary-value".to_owned();
        server.app.set_secret(owner.id, name, value).await.unwrap();
    }
    let chat = owner
        .bots()
        .start_with(json!({
            "function_id": function_id, "user": {"external_id": "canary-external"}, "metadata": {"note": "canary-note"},
        }))
        .await;
    let said = json!({"text": "canary-knee-hurts", "client_message_id": "canary-message"});
    chat.send(&said).await.ok();
    owner.bots().start(&function_id).await;
    let agent = json!({"email": "canary-agent@aviary.example", "name": "Agent Canarysson", "role": "viewer"});
    let agent = db.post("/api/v1/agents", &agent).await.created();
    let browser = browser(server, &owner).await;
    let notification = notification(&owner, &browser, &function_id).await;
    let token = json!({"kind": "db_update", "name": "canary-token"});
    let made = browser.post("/api/v1/admin/tokens", &token).await;
    assert_eq!(made.status, 201, "{made:?}");
    let desk = format!("/api/v1/desk/sessions/{}", chat.id);
    let note = json!({"text": "canary-remark"});
    browser
        .post(&format!("{desk}/notes"), &note)
        .await
        .created();
    let canned = json!({"name": "canary-reply", "text": "canary-reply"});
    let canned = browser.post("/api/v1/desk/canned_replies", &canned).await;
    let canned = text(&canned.created()["id"]);
    // So that the feed shows it all.
    server.clock.advance(Duration::from_secs(4));
    let first = async |api: Api, path: &str| text(&api.get(path).await.ok()["data"][0]["id"]);
    let file = file(server, owner.id, &chat).await;
    let (delivery, run) = webhooks::sent(server, owner.id, endpoints[0]).await;
    let ids = BTreeMap::from([
        ("endpoint", endpoints[0].to_string()),
        ("delivery", delivery),
        ("run", run),
        ("file", file),
        ("notification", notification),
        ("canned", canned),
        ("agent", text(&agent["id"])),
        (
            "token",
            first(browser.clone(), "/api/v1/admin/tokens").await,
        ),
        (
            "browser",
            first(browser.clone(), "/api/v1/admin/browser_sessions").await,
        ),
        ("event", first(db.clone(), "/api/v1/events").await),
    ]);
    Planted {
        owner,
        browser,
        chat,
        ids,
    }
}

/// Chats of which the owner is told.
async fn notification(owner: &Neighbour<'_>, browser: &Api, function_id: &str) -> String {
    let mut bot = bot(function_id);
    bot["notify_on_start"] = json!({"roles": ["owner"]});
    owner.publish(&bot).await;
    for _ in 0..2 {
        owner.bots().start(function_id).await;
    }
    until_some("notifications", PATIENCE, async || {
        let page = browser.get("/api/v1/desk/notifications").await.ok();
        let told = page["data"].as_array().unwrap();
        (told.len() == 2).then(|| text(&told[0]["id"]))
    })
    .await
}

/// A file in a chat.
async fn file(server: &TestServer, workspace: WorkspaceId, chat: &Chat) -> String {
    let (app, session) = (&server.app, chat.id.parse().unwrap());
    let by = Uploader::Agent(&Sight::ALL);
    let expected = app.expect_file(workspace, session, by).await.unwrap();
    let content = Bytes::from_static(b"%PDF-1.7 canary-file");
    let name = Some("canary-file.pdf");
    let kept = app.keep_file(workspace, expected, name, content).await;
    kept.unwrap().id.to_string()
}

/// A browser of an owner of that workspace, who is signed in twice.
async fn browser(server: &TestServer, owner: &Neighbour<'_>) -> Api {
    let email = "canary-owner@aviary.example";
    let new = NewAgent {
        email: email.to_owned(),
        name: None,
        role: Role::Owner,
        limited_to_flags: Vec::new(),
        password: Some(PASSWORD.to_owned()),
    };
    let caller = Caller::system(owner.id);
    server.app.add_agent(&caller, new, None).await.unwrap();
    let mut cookie = String::new();
    for _ in 0..2 {
        cookie = cookie_of(&sign_in(&server.nobody(), email, PASSWORD).await);
    }
    server.nobody().header("cookie", &cookie)
}

impl Planted<'_> {
    /// Whom the workspace's own people ask as.
    pub(super) fn api(&self, operation: &Operation) -> Api {
        match operation.opened_by.first().map(String::as_str) {
            Some("bots_management") => self.owner.bots(),
            Some("db_update") => self.owner.db(),
            Some("browser_session") => self.browser.clone(),
            // Open to everybody, so also to who is signed in.
            None if operation.id == "get_setup" => self.browser.clone(),
            other => panic!("say here who opens {} with {other:?}", operation.id),
        }
    }

    /// Everything that its own people can read.
    pub(super) async fn all(&self, safe: &[&Operation]) -> Vec<String> {
        let mut all = Vec::new();
        for operation in safe {
            let path = self.path(operation);
            let reply = self.api(operation).get(&path).await;
            assert_eq!(reply.status, 200, "{reply:?}");
            all.push(super::comparable(&String::from_utf8_lossy(&reply.body)));
        }
        all
    }

    fn path(&self, operation: &Operation) -> String {
        if operation.is_admin() {
            let id = match parent(operation) {
                "webhook_endpoints" => &self.ids["endpoint"],
                "deliveries" => &self.ids["delivery"],
                "resends" => &self.ids["run"],
                "sessions" => &self.chat.id,
                "canned_replies" => &self.ids["canned"],
                _ => "",
            };
            let path = operation.template().replace("{id}", id);
            let path = path
                .replace("{function_id}", "CanaryBot")
                .replace("{version}", "1")
                .replace("{name}", "canary-secret");
            assert!(!path.contains("//"), "say here whose id stands in {path}");
            return path;
        }
        if operation.template().starts_with("/api/v1/agents/") {
            return operation.template().replace("{id}", &self.ids["agent"]);
        }
        let path = operation.path(&self.chat, "CanaryBot");
        let path = path.replace("/fields/allergies", "/fields/canary_field");
        path.replace(NO_FILE, &self.ids["file"])
    }

    /// The cursor of the second page of one of its lists.
    async fn cursor(&self, operation: &Operation) -> String {
        let path = format!("{}?limit=1", self.path(operation));
        let page = self.api(operation).call(Method::GET, &path, "").await.ok();
        assert!(page["next_cursor"].is_string(), "plant more: {path} {page}");
        text(&page["next_cursor"])
    }

    /// What of the other workspace may stand there, each with a value of the same form that names nothing. None where nothing is named.
    pub(super) async fn at(
        &self,
        operation: &Operation,
        position: &Position,
    ) -> Vec<(Value, Value)> {
        let pair = |theirs: &str, invented: &str| vec![(json!(theirs), json!(invented))];
        let id = |theirs: &str| pair(theirs, &format!("{}_{NOWHERE}", &theirs[..3]));
        let parent = parent(operation);
        let user_id = || id(self.chat.user());
        let external = || pair("canary-external", "nobody-external");
        match (position, position.name()) {
            (Position::Path(_), "id" | "session_id" | "name" | "function_id") => match parent {
                "sessions" | "chat_logs" => id(&self.chat.id),
                "users" => [
                    user_id(),
                    pair("ext:canary-external", "ext:nobody-external"),
                ]
                .concat(),
                "agents" => id(&self.ids["agent"]),
                "browser_sessions" => id(&self.ids["browser"]),
                "tokens" => id(&self.ids["token"]),
                "webhook_endpoints" => id(&self.ids["endpoint"]),
                "deliveries" => id(&self.ids["delivery"]),
                "resends" => id(&self.ids["run"]),
                "notifications" => id(&self.ids["notification"]),
                "canned_replies" => id(&self.ids["canned"]),
                "bots" | "visitor" => pair("CanaryBot", "NobodyBot"),
                "fields" => pair("canary_field", "nobody_field"),
                "flags" => pair("canary-flag", "nobody-flag"),
                "goals" => pair("canary_goal", "nobody_goal"),
                // Kept under a name of one's own, whatever others call theirs.
                "secrets" => pair("canary-secret", "nobody-secret"),
                other => panic!("say here what stands in the paths of {other}"),
            },
            (Position::Path(_), "file_id") => id(&self.ids["file"]),
            (Position::Body(_), "/file_id") => id(&self.ids["file"]),
            (Position::Path(_), "workspace") => id(&self.owner.id.to_string()),
            (Position::Query(_), "cursor") if parent == "events" => id(&self.ids["event"]),
            (Position::Query(_), "cursor") if operation.id == "list_agent_browser_sessions" => {
                // Of agents whom a token reaches nobody is signed in: the cursor of those who are is as foreign.
                let path = "/api/v1/admin/browser_sessions?limit=1";
                let page = self.browser.get(path).await.ok();
                pair(&text(&page["next_cursor"]), "bm90aGluZw")
            }
            (Position::Query(_), "cursor") => pair(&self.cursor(operation).await, "bm90aGluZw"),
            (Position::Query(_), "after") => id(&self.ids["event"]),
            (Position::Query(_), "user_id") | (Position::Body(_), "/user/id") => user_id(),
            (Position::Query(_), "agent_id") | (Position::Body(_), "/agent_id") => {
                id(&self.ids["agent"])
            }
            (Position::Query(_), "endpoint_id") | (Position::Body(_), "/endpoint_id") => {
                id(&self.ids["endpoint"])
            }
            (Position::Query(_), "q") => [
                pair("canary-knee-hurts", "nobody-knee-hurts"),
                pair("Canaria", "Nobodya"),
            ]
            .concat(),
            // The name of something new.
            (Position::Body(_), "/function_id") if operation.id == "create_bot" => Vec::new(),
            (Position::Query(_), "function_id")
            | (Position::Body(_), "/copy_of" | "/function_id" | "/functionID") => {
                pair("CanaryBot", "NobodyBot")
            }
            (Position::Query(_), "external_id")
            | (Position::Body(_), "/external_id" | "/user/external_id") => external(),
            (Position::Path(_) | Position::Query(_), "flag") | (Position::Body(_), "/flag") => {
                pair("canary-flag", "nobody-flag")
            }
            (Position::Body(_), "/mentions") => {
                let (theirs, invented) = id(&self.ids["agent"]).remove(0);
                vec![(json!([theirs]), json!([invented]))]
            }
            (Position::Body(_), "/flags" | "/limited_to_flags") => {
                vec![(json!(["canary-flag"]), json!(["nobody-flag"]))]
            }
            (Position::Query(_), "user_phone") | (Position::Body(_), "/userPhone") => {
                pair("+12133734253", "+12133734254")
            }
            (Position::Query(_), "user_email") => {
                pair("canary-finch@aviary.example", "nobody-finch@aviary.example")
            }
            (Position::Body(_), "/fields" | "/user/fields") => vec![
                (json!({"canary_field": "x"}), json!({"nobody_field": "x"})),
                (
                    json!({"user_phone": "+12133734253"}),
                    json!({"user_phone": "+12133734254"}),
                ),
            ],
            (Position::Body(_), "/email") => {
                pair("canary-agent@aviary.example", "nobody-agent@aviary.example")
            }
            (Position::Body(_), "/workspace") => {
                let theirs = self.owner.id.to_string();
                [id(&theirs), pair("Neighbour", "Nobodies!")].concat()
            }
            (Position::Body(_), "/client_message_id") => pair("canary-message", "nobody-message"),
            (Position::Body(_), "/name") if matches!(parent, "fields" | "flags" | "goals") => {
                pair("canary_goal", "nobody_goal")
            }
            (Position::Header(_), "Idempotency-Key") => pair("canary-key", "nobody-key"),
            // What comes into a test chat belongs to nobody.
            (Position::Body(_), name) if name.starts_with("/input") => Vec::new(),
            (position, name) => {
                assert!(
                    NAMELESS.contains(&name),
                    "{} takes {position:?}: if it can name what somebody owns, plant that in neighbours/planted.rs and say \
                     in `at` what of it may stand there, else add it to NAMELESS",
                    operation.id
                );
                Vec::new()
            }
        }
    }
}

/// What names nothing that is somebody's: numbers, times, choices, texts that are only kept, and secrets that prove who one is.
const NAMELESS: [&str; 133] = [
    "until",
    "/desktop/mentioned",
    "/email/mentioned",
    "/desktop/delivery_dead",
    "/email/delivery_dead",
    "/desktop/endpoint_failing",
    "/email/endpoint_failing",
    "/desktop/endpoint_disabled",
    "/email/endpoint_disabled",
    "/desk",
    "/desk/missed_after_seconds",
    "/is_active",
    "language",
    "/enabled",
    "/entries",
    "/desktop",
    "/desktop/chat_started",
    "/desktop/box_reached",
    "/email/chat_started",
    "/email/box_reached",
    "/quiet_hours",
    "/quiet_hours/from",
    "/quiet_hours/to",
    "/quiet_hours/days",
    "/vacation",
    "/vacation/from",
    "/vacation/until",
    "/opening_hours",
    "/opening_hours/weekly",
    "/opening_hours/closed",
    "/files",
    "unread",
    "name",
    "/files/max_bytes",
    "/files/per_session",
    "/files/workspace_bytes",
    "/is_personal",
    "/appearance/avatar",
    "/appearance/color",
    "/appearance/greeting",
    "/appearance/launcher_text",
    "/appearance/position",
    "/appearance/title",
    "/capacity",
    "/status",
    "list",
    "box_id",
    "/code",
    "/value",
    "/tests",
    "/languages",
    "/retention_days",
    "/box_id",
    "/user/flags",
    "/now",
    "/external",
    "/box",
    "/values",
    "/identity",
    "/page",
    "/is_public",
    "/appearance",
    "/document",
    "/template",
    "/note",
    "/accept_warnings",
    "/version",
    "/filter/flags",
    "/filter/function_ids",
    "since",
    "state",
    "If-Match",
    "/check",
    "/detail",
    "/events",
    "/filter",
    "/headers",
    "/ordered_by",
    "/rate_per_second",
    "/secret",
    "/signature",
    "/timeout_seconds",
    "/url",
    "/state",
    "/overlap_hours",
    "/since",
    "/until",
    "limit",
    "status",
    "from",
    "to",
    "format",
    "version",
    "updated_from",
    "updated_to",
    "type",
    "after_seq",
    "Last-Event-ID",
    "/password",
    "/token",
    "/new_password",
    "/old_password",
    "/allow_new_fields",
    "/allowed_origins",
    "/idle_minutes",
    "/region",
    "/time_zone",
    "/token_calls_per_minute",
    "/allow_ips",
    "/expires_in_days",
    "/kind",
    "/name",
    "/read_only",
    "/role",
    "/description",
    "/sensitive",
    "/type",
    "/language",
    "/max_wait_ms",
    "/medium",
    "/metadata",
    "/user",
    "/variables",
    "/choice",
    "/choices",
    "/text",
    "/activationDelay",
    "/mediumID",
    "/patternLabel",
    "/preferredTime",
    "/recurrence",
    "/recurrentDuration",
    "/securityToken",
];
