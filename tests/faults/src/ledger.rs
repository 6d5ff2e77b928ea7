//! A ledger of every request before it is sent and of every answer, kept outside the server that is killed.
use crate::http::session_of;
use crate::{Http, PATIENCE};
use http::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How often a server that is down is asked whether it is back.
const ASK_AGAIN: Duration = Duration::from_millis(5);

/// After so many messages a client begins another session; a session may not become longer than some.
const MESSAGES: usize = 300;

/// What one client has said in one session.
#[derive(Clone, Default)]
pub struct Conversation {
    /// Which client.
    pub client: usize,
    /// The key with which the session was started.
    pub key: String,
    /// The session's id.
    pub session: String,
    /// What was sent, by `client_message_id`, in order.
    pub sent: Vec<(String, String)>,
    /// The answers, byte for byte.
    pub answers: BTreeMap<String, String>,
    /// How often a request was sent without an answer coming back.
    pub unanswered: usize,
    /// How often a request was refused, because it could not be taken now.
    pub refused: usize,
}

/// A client, and how many sessions it has had before.
type Key = (usize, usize);

/// What all clients have said.
#[derive(Clone, Default)]
pub struct Ledger(Arc<Mutex<BTreeMap<Key, Conversation>>>);

/// How a session of a client is started.
pub fn start_of(client: usize) -> Value {
    json!({"function_id": "Echo", "user": {"external_id": format!("client-{client}")}})
}

impl Ledger {
    fn change<T>(&self, key: Key, change: impl FnOnce(&mut Conversation) -> T) -> T {
        change(self.0.lock().unwrap().entry(key).or_default())
    }

    fn sum(&self, of: impl Fn(&Conversation) -> usize) -> usize {
        self.0.lock().unwrap().values().map(of).sum()
    }

    /// What was said in each session, in the order of the clients.
    pub fn all(&self) -> Vec<Conversation> {
        self.0.lock().unwrap().values().cloned().collect()
    }

    /// How many messages were answered.
    pub fn answers(&self) -> usize {
        self.sum(|it| it.answers.len())
    }

    /// How many requests were sent without an answer coming back.
    pub fn unanswered(&self) -> usize {
        self.sum(|it| it.unanswered)
    }

    /// How many requests were refused with 503.
    pub fn refused(&self) -> usize {
        self.sum(|it| it.refused)
    }

    /// Talks until `is_over`: each request is repeated, with the same key, until it is answered.
    pub async fn talk(
        self,
        http: Http,
        client: usize,
        is_over: Arc<std::sync::atomic::AtomicBool>,
    ) {
        for number in 0.. {
            if is_over.load(std::sync::atomic::Ordering::Relaxed) {
                return;
            }
            self.session(&http, (client, number), &is_over).await;
        }
    }

    /// Starts a session and talks in it.
    async fn session(&self, http: &Http, of: Key, is_over: &std::sync::atomic::AtomicBool) {
        let (client, session) = of;
        let key = format!("start-{client}-{session}");
        self.change(of, |it| {
            it.client = client;
            it.key.clone_from(&key);
        });
        let headers = [("idempotency-key", key.as_str())];
        let start = start_of(client);
        let missed = |how| self.missed(of, how);
        let asked = insist(http, "/api/v1/sessions", &headers, &start, missed);
        let (status, started) = asked.await;
        assert_eq!(status, 201, "{started}");
        let id = session_of(&serde_json::from_str(&started).unwrap());
        self.change(of, |it| it.session.clone_from(&id));
        for number in 0..MESSAGES {
            if is_over.load(std::sync::atomic::Ordering::Relaxed) {
                return;
            }
            let message = format!("m-{client}-{number}");
            let text = format!("word {number} of client {client}");
            self.change(of, |it| it.sent.push((message.clone(), text.clone())));
            let answer = said(http, &id, &message, &text, missed).await;
            self.change(of, |it| it.answers.insert(message, answer));
        }
    }

    /// Notes that a request came to nothing.
    fn missed(&self, of: Key, how: Missed) {
        self.change(of, |it| match how {
            Missed::Refused => it.refused += 1,
            Missed::Unanswered => it.unanswered += 1,
        });
    }
}

/// Why a request came to nothing.
#[derive(Debug, Clone, Copy)]
enum Missed {
    Refused,
    Unanswered,
}

/// Sends a message, again and again with the same id, until it is answered with 200.
pub async fn say(http: &Http, session: &str, id: &str, text: &str) -> String {
    said(http, session, id, text, |_| ()).await
}

async fn said(
    http: &Http,
    session: &str,
    id: &str,
    text: &str,
    missed: impl FnMut(Missed),
) -> String {
    let body = json!({"text": text, "client_message_id": id});
    let path = format!("/api/v1/sessions/{session}/messages");
    let (status, answer) = insist(http, &path, &[], &body, missed).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

async fn insist(
    http: &Http,
    path: &str,
    headers: &[(&str, &str)],
    body: &Value,
    mut missed: impl FnMut(Missed),
) -> (u16, String) {
    let begin = Instant::now();
    loop {
        match http.try_call(Method::POST, path, headers, Some(body)).await {
            // A server that is going down or coming up, or has no room, says that it cannot now.
            Ok((503, _)) => missed(Missed::Refused),
            Ok(answer) => return answer,
            Err(_) => missed(Missed::Unanswered),
        }
        assert!(begin.elapsed() < PATIENCE, "{path} is not answered");
        tokio::time::sleep(ASK_AGAIN).await;
    }
}
