//! A ledger of every request before it is sent and of every answer, kept outside the server that is killed.
use super::http::session_of;
use super::{Http, PATIENCE};
use http::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How often a server that is down is asked whether it is back.
const ASK_AGAIN: Duration = Duration::from_millis(5);

/// What one client has said in its session.
#[derive(Clone, Default)]
pub(crate) struct Conversation {
    /// The session's id.
    pub(crate) session: String,
    /// What was sent, by `client_message_id`, in order.
    pub(crate) sent: Vec<(String, String)>,
    /// The answers, byte for byte.
    pub(crate) answers: BTreeMap<String, String>,
    /// How often a request was sent without an answer coming back.
    pub(crate) unanswered: usize,
}

/// What all clients have said.
#[derive(Clone, Default)]
pub(crate) struct Ledger(Arc<Mutex<BTreeMap<usize, Conversation>>>);

impl Ledger {
    fn change<T>(&self, client: usize, change: impl FnOnce(&mut Conversation) -> T) -> T {
        change(self.0.lock().unwrap().entry(client).or_default())
    }

    pub(crate) fn all(&self) -> Vec<Conversation> {
        self.0.lock().unwrap().values().cloned().collect()
    }

    /// How many messages were answered.
    pub(crate) fn answers(&self) -> usize {
        self.0
            .lock()
            .unwrap()
            .values()
            .map(|it| it.answers.len())
            .sum()
    }

    pub(crate) fn unanswered(&self) -> usize {
        self.0
            .lock()
            .unwrap()
            .values()
            .map(|it| it.unanswered)
            .sum()
    }

    /// Talks until `is_over`: each request is repeated, with the same key, until it is answered.
    pub(crate) async fn talk(
        self,
        http: Http,
        client: usize,
        is_over: Arc<std::sync::atomic::AtomicBool>,
    ) {
        let start =
            json!({"function_id": "Echo", "user": {"external_id": format!("client-{client}")}});
        let key = format!("start-{client}");
        let (status, started) = self
            .insist(
                &http,
                client,
                "/api/v1/sessions",
                &[("idempotency-key", &key)],
                &start,
            )
            .await;
        assert_eq!(status, 201, "{started}");
        let session = session_of(&serde_json::from_str(&started).unwrap());
        self.change(client, |it| it.session.clone_from(&session));
        for number in 0.. {
            if is_over.load(std::sync::atomic::Ordering::Relaxed) {
                return;
            }
            let (id, text) = (
                format!("m-{client}-{number}"),
                format!("word {number} of client {client}"),
            );
            self.change(client, |it| it.sent.push((id.clone(), text.clone())));
            let answer = self.say(&http, client, &session, &id, &text).await;
            self.change(client, |it| it.answers.insert(id, answer));
        }
    }

    /// Sends a message until it is answered with 200.
    pub(crate) async fn say(
        &self,
        http: &Http,
        client: usize,
        session: &str,
        id: &str,
        text: &str,
    ) -> String {
        let body = json!({"text": text, "client_message_id": id});
        let path = format!("/api/v1/sessions/{session}/messages");
        let (status, answer) = self.insist(http, client, &path, &[], &body).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    async fn insist(
        &self,
        http: &Http,
        client: usize,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> (u16, String) {
        let begin = Instant::now();
        loop {
            let answer = http.try_call(Method::POST, path, headers, Some(body)).await;
            // A server that is going down or coming up may say that it cannot now; nothing was accepted then.
            if let Some(answer) = answer.ok().filter(|it| it.0 != 503) {
                return answer;
            }
            self.change(client, |it| it.unanswered += 1);
            assert!(begin.elapsed() < PATIENCE, "{path} is not answered");
            tokio::time::sleep(ASK_AGAIN).await;
        }
    }
}
