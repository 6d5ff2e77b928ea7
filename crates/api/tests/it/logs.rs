//! What must never be written to a log, even when everything is logged: tokens, secrets, and what people say.
use crate::support::events::delivered;
use crate::support::{Database, TestServer, bots};
use serde_json::json;
use smartbot_model::EventType;
use smartbot_model::webhook::{EventSelection, PayloadDetail};
use smartbot_testkit::{Answer, Receiver};
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use tracing::Level;

/// Everything that was logged on this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn start() -> (Self, tracing::subscriber::DefaultGuard) {
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_max_level(Level::TRACE)
            .with_writer(move || writer.clone())
            .finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

/// Talks, calls and fails with values that are easy to find again; returns secrets beside them.
async fn talk(server: &TestServer) -> Vec<String> {
    let receiver = Receiver::start().await;
    let every = EventSelection::Some(EventType::ALL.to_vec());
    let hook = receiver.url("/hook");
    let (_, secret) = server.endpoint(&hook, every, PayloadDetail::Full).await;
    server
        .app
        .set_secret(server.workspace, "portal", "secret-canary".into())
        .await
        .unwrap();
    receiver.answer(
        "/good",
        Answer::json(200, &json!({"result": "answer-canary"})),
    );
    receiver.answer("/bad", Answer::new(500, "error-canary"));
    receiver.answer("/closes", Answer::close());
    let headers =
        json!({"headers": {"Authorization": "Bearer {{secret:portal}}", "X-Who": "{user_fname}"}});
    let mut secrets = vec![secret];
    for path in ["/good", "/bad", "/closes"] {
        let url = format!("{}?who={{user_fname}}", receiver.url(path));
        let caller = server
            .publish(&bots::caller(&url, headers.clone(), json!([])))
            .await;
        let user = json!({"external_id": "id-canary", "fields": {"user_fname": "name-canary"}});
        let body = json!({
            "function_id": caller, "user": user, "variables": {"x": "variable-canary"}, "metadata": {"x": "metadata-canary"},
        });
        let key = format!("key-canary-{path}");
        let keyed = server.bots().key(&key);
        secrets.push(keyed.start_with(body).await.key);
    }
    let advanced = server.publish(&bots::advanced()).await;
    let chat = server.bots().start(&advanced).await;
    for text in ["city-canary", "number-canary", "not a canary", "180"] {
        chat.send(&json!({"text": text, "client_message_id": format!("id-{text}")}))
            .await;
    }
    chat.send(&json!({"text": "late-canary"}))
        .await
        .problem(410, "session_ended");
    server
        .bots()
        .post_bytes("/api/v1/sessions", "{\"canary\": canary}")
        .await
        .problem(400, "invalid_json");
    server
        .bots()
        .sessions(&json!({"canary": "canary"}))
        .await
        .faults();
    let legacy = "/chatapi/smartdash/public/kickOffBotSMS";
    for token in [server.tokens()[0].as_str(), "sbm_canary"] {
        let body = json!({"securityToken": token, "functionID": "canary", "userPhone": "canary"});
        server.nobody().post(legacy, &body).await;
    }
    server
        .with("sbm_canary")
        .get("/api/v1/bots")
        .await
        .problem(401, "token_invalid");
    server.db().get("/api/v1/users/ext:id-canary").await.ok();
    server
        .db()
        .get("/api/v1/users/ext:other-canary")
        .await
        .problem(404, "not_found");
    server
        .db()
        .get("/canary?canary=canary")
        .await
        .problem(404, "not_found");
    let count = server.events().await.len();
    delivered(&receiver, "/hook", count).await;
    secrets
}

async fn nothing_that_must_stay_secret_is_logged(database: Database) {
    let (log, _guard) = Log::start();
    let server = TestServer::start(database).await;
    let secrets = talk(&server).await;
    let text = log.text();
    assert!(
        text.contains("request{") && text.contains("answered"),
        "nothing was logged"
    );
    for line in text.lines() {
        assert!(!line.contains("canary"), "{line}");
        let shown = secrets
            .iter()
            .chain(server.tokens())
            .find(|it| line.contains(it.as_str()));
        assert!(shown.is_none(), "{line}");
    }
}

/// On one thread, because that is where its subscriber listens.
#[tokio::test]
async fn nothing_that_must_stay_secret_is_logged_on_sqlite() {
    nothing_that_must_stay_secret_is_logged(Database::sqlite()).await;
}

/// On one thread, because that is where its subscriber listens.
#[tokio::test]
async fn nothing_that_must_stay_secret_is_logged_on_postgresql() {
    nothing_that_must_stay_secret_is_logged(Database::postgresql().await).await;
}

/// The test above finds what it looks for.
#[tokio::test]
async fn what_is_logged_on_this_thread_is_seen() {
    let (log, _guard) = Log::start();
    tracing::info!(text = "canary", "a line");
    assert!(log.text().contains("canary"));
}
