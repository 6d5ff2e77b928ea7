//! An HTTP client for the server under test. Every answer is held to what holds for all answers.
use super::sse::Sse;
use super::{PATIENCE, documented};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Value, json};
use smartbot_egress::{Client, OverLimit, Request};
use std::net::SocketAddr;
use std::time::Duration;

/// A client with its credential.
#[derive(Clone)]
pub(crate) struct Api {
    http: Client,
    address: SocketAddr,
    headers: HeaderMap,
    deadline: Duration,
}

impl Api {
    pub(crate) fn new(http: Client, address: SocketAddr, token: Option<String>) -> Self {
        let api = Self {
            http,
            address,
            headers: HeaderMap::new(),
            deadline: PATIENCE,
        };
        match token {
            Some(token) => api.header("authorization", &format!("Bearer {token}")),
            None => api,
        }
    }

    /// Sends this header with every request.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().unwrap();
        self.headers
            .insert(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        self
    }

    /// The secret that it sends, if any.
    pub(crate) fn secret(&self) -> Option<String> {
        let header = self.headers.get("authorization")?.to_str().unwrap();
        Some(header.strip_prefix("Bearer ").unwrap().to_owned())
    }

    /// The same client for another listener.
    pub(crate) const fn at(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Sends this `Idempotency-Key` with every request.
    pub(crate) fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// Hangs up after this time.
    pub(crate) const fn patience(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    fn request(&self, method: Method, path: &str, body: impl Into<Bytes>) -> Request {
        Request {
            method,
            url: format!("http://{}{path}", self.address),
            headers: self.headers.clone(),
            body: body.into(),
            deadline: self.deadline,
            max_body: 64 << 20,
            over_limit: OverLimit::Fail,
        }
    }

    /// Any request; an error is a connection without an answer.
    pub(crate) async fn try_call(
        &self,
        method: Method,
        path: &str,
        body: impl Into<Bytes>,
    ) -> Result<Reply, smartbot_egress::Error> {
        let what = format!("{method} {path}");
        let answer = self
            .http
            .send(self.request(method.clone(), path, body))
            .await?;
        let reply = Reply {
            what,
            status: answer.status.as_u16(),
            headers: answer.headers,
            body: answer.body,
        };
        reply.check();
        if reply.status >= 400 {
            let body = reply.json();
            documented::check(&method, path, body["code"].as_str().unwrap());
        }
        Ok(reply)
    }

    /// Any request.
    pub(crate) async fn call(&self, method: Method, path: &str, body: impl Into<Bytes>) -> Reply {
        let what = format!("{method} {path}");
        let answered = self.try_call(method, path, body).await;
        answered.unwrap_or_else(|error| panic!("{what}: {error}"))
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.call(Method::GET, path, Bytes::new()).await
    }

    /// Posts bytes as `application/json`.
    pub(crate) async fn post_bytes(&self, path: &str, body: impl Into<Bytes>) -> Reply {
        let api = self.clone().header("content-type", "application/json");
        api.call(Method::POST, path, body).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Reply {
        self.post_bytes(path, body.to_string()).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Reply {
        let api = self.clone().header("content-type", "application/json");
        api.call(Method::PATCH, path, body.to_string()).await
    }

    pub(crate) async fn put(&self, path: &str) -> Reply {
        self.call(Method::PUT, path, Bytes::new()).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.call(Method::DELETE, path, Bytes::new()).await
    }

    /// Starts a session with this body.
    pub(crate) async fn sessions(&self, body: &Value) -> Reply {
        self.post("/api/v1/sessions", body).await
    }

    /// Starts a session of a new user and returns it.
    pub(crate) async fn start(&self, function_id: &str) -> Chat {
        self.start_with(json!({"function_id": function_id})).await
    }

    /// Starts a session with this body and returns it.
    pub(crate) async fn start_with(&self, body: Value) -> Chat {
        Chat::new(self.clone(), self.sessions(&body).await.created())
    }

    /// Opens an event stream.
    pub(crate) async fn open(&self, path: &str) -> Sse {
        let opened = self
            .http
            .open(self.request(Method::GET, path, Bytes::new()))
            .await;
        Sse::new(opened.unwrap_or_else(|error| panic!("GET {path}: {error}")))
    }

    /// The status of any request, without waiting for the end of its body.
    pub(crate) async fn status(&self, method: Method, path: &str, body: impl Into<Bytes>) -> u16 {
        let mut api = self.clone();
        if !api.headers.contains_key("content-type") {
            api = api.header("content-type", "application/json");
        }
        let opened = api.http.open(api.request(method, path, body)).await;
        opened.unwrap().status.as_u16()
    }
}

/// An answer.
pub(crate) struct Reply {
    what: String,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Reply {
    /// What holds for every answer of the server.
    fn check(&self) {
        // Of a full disk and a full queue a server may speak: a test has filled them.
        let is_full = self.status == 503
            && ["disk_full", "overloaded"]
                .iter()
                .any(|it| self.json()["code"] == *it);
        assert!(
            self.status < 500 || self.status == 501 || is_full,
            "{self:?}"
        );
        let id = self.header("x-request-id");
        let form = id
            .strip_prefix("req_")
            .is_some_and(|it| it.len() == 32 && it.bytes().all(|it| it.is_ascii_hexdigit()));
        assert!(form, "no X-Request-Id: {self:?}");
        if self.status >= 400 {
            let body: Value = self.json();
            assert_eq!(
                self.header("content-type"),
                "application/problem+json",
                "{self:?}"
            );
            assert_eq!(body["status"], self.status, "{self:?}");
            assert_eq!(body["request_id"], id, "{self:?}");
            for key in ["type", "title", "detail", "code"] {
                assert!(
                    body[key].as_str().is_some_and(|it| !it.is_empty()),
                    "no {key}: {self:?}"
                );
            }
        }
    }

    /// A header as text; empty when there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The body of an answer with this status.
    #[track_caller]
    pub(crate) fn with_bytes(self, status: u16) -> Vec<u8> {
        assert_eq!(self.status, status, "{self:?}");
        self.body.to_vec()
    }

    #[track_caller]
    fn with_status(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        self.json()
    }

    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        self.with_status(200)
    }

    #[track_caller]
    pub(crate) fn created(self) -> Value {
        self.with_status(201)
    }

    /// Done, and nothing to say.
    #[track_caller]
    pub(crate) fn done(self) {
        assert_eq!(self.status, 204, "{self:?}");
        assert!(self.body.is_empty(), "{self:?}");
    }

    /// The objects of an answer in lines.
    #[track_caller]
    pub(crate) fn lines(self) -> Vec<Value> {
        assert_eq!(self.status, 200, "{self:?}");
        let text = String::from_utf8(self.body.to_vec()).unwrap();
        text.lines()
            .map(|it| serde_json::from_str(it).unwrap_or_else(|_| panic!("not JSON: {it}")))
            .collect()
    }

    /// A problem of this kind.
    #[track_caller]
    pub(crate) fn problem(self, status: u16, code: &str) -> Value {
        let text = format!("{self:?}");
        let body = self.with_status(status);
        assert_eq!(body["code"], code, "{text}");
        body
    }

    /// What is wrong with the input: pointer and code of each fault.
    #[track_caller]
    pub(crate) fn faults(self) -> Vec<(String, String)> {
        let body = self.problem(400, "invalid_request");
        let errors = body["errors"].as_array().unwrap();
        let text = |it: &Value| it.as_str().unwrap().to_owned();
        errors
            .iter()
            .map(|it| (text(&it["pointer"]), text(&it["code"])))
            .collect()
    }
}

impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} answered {} {}",
            self.what,
            self.status,
            String::from_utf8_lossy(&self.body)
        )
    }
}

/// A running session.
#[derive(Clone)]
pub(crate) struct Chat {
    pub(crate) api: Api,
    pub(crate) id: String,
    pub(crate) key: String,
    /// The answer to the start.
    pub(crate) started: Value,
}

impl Chat {
    fn new(api: Api, started: Value) -> Self {
        let text = |it: &Value| it.as_str().unwrap().to_owned();
        Self {
            api,
            id: text(&started["session"]["id"]),
            key: text(&started["session_key"]),
            started,
        }
    }

    /// The same session with another client.
    pub(crate) fn by(&self, api: Api) -> Self {
        Self {
            api,
            ..self.clone()
        }
    }

    /// A path below the session.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/api/v1/sessions/{}{rest}", self.id)
    }

    /// The id of the user.
    pub(crate) fn user(&self) -> &str {
        self.started["session"]["user_id"].as_str().unwrap()
    }

    /// Sends a message with this body.
    pub(crate) async fn send(&self, body: &Value) -> Reply {
        self.api.post(&self.path("/messages"), body).await
    }

    /// Says something and returns the answer.
    pub(crate) async fn say(&self, text: &str) -> Value {
        self.send(&json!({"text": text})).await.ok()
    }

    pub(crate) async fn state(&self) -> Value {
        self.api.get(&self.path("")).await.ok()
    }

    /// All messages of the open session.
    pub(crate) async fn messages(&self) -> Vec<Value> {
        let page = self.api.get(&self.path("/messages")).await.ok();
        page["data"].as_array().unwrap().clone()
    }

    pub(crate) async fn end(&self) -> Value {
        self.api.post(&self.path("/end"), &json!({})).await.ok()
    }

    pub(crate) async fn stream(&self) -> Sse {
        self.api.open(&self.path("/stream")).await
    }

    /// The stream after the message with this `seq`.
    pub(crate) async fn stream_after(&self, seq: u32) -> Sse {
        let api = self.api.clone().header("last-event-id", &seq.to_string());
        api.open(&self.path("/stream")).await
    }
}

/// The texts of the messages of an answer.
#[track_caller]
pub(crate) fn texts(answer: &Value) -> Vec<&str> {
    let messages = answer["messages"]
        .as_array()
        .unwrap_or_else(|| panic!("no messages: {answer}"));
    messages
        .iter()
        .map(|it| it["text"].as_str().unwrap())
        .collect()
}
