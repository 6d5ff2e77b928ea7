//! A client of the APIs.
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use serde_json::Value;
use smartbot_egress::{Client, OverLimit, Policy, Request, Streaming};
use std::time::Duration;

/// Calls one server with one token.
#[derive(Clone)]
pub struct Http {
    client: Client,
    base: String,
    token: Option<String>,
}

impl Http {
    /// A client of the server at this address, without a token.
    pub fn new(base: &str) -> Self {
        smartbot_egress::set_up_crypto();
        Self {
            client: Client::new(Policy::open()).unwrap(),
            base: base.to_owned(),
            token: None,
        }
    }

    /// The same with a token.
    pub fn with(&self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    fn request(&self, method: Method, path: &str, extra: &[(&str, &str)], body: Bytes) -> Request {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        if let Some(token) = &self.token {
            headers.insert(
                header::AUTHORIZATION,
                format!("Bearer {token}").parse().unwrap(),
            );
        }
        for (name, value) in extra {
            headers.insert(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        }
        let url = format!("{}{path}", self.base);
        let deadline = Duration::from_secs(75);
        Request {
            method,
            url,
            headers,
            body,
            deadline,
            max_body: 64 << 20,
            over_limit: OverLimit::Fail,
        }
    }

    /// Status and body; an error when the server does not answer.
    pub async fn try_call(
        &self,
        method: Method,
        path: &str,
        extra: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<(u16, String), String> {
        let body = body
            .map(|it| Bytes::from(it.to_string()))
            .unwrap_or_default();
        let answer = self
            .client
            .send(self.request(method, path, extra, body))
            .await
            .map_err(|it| it.to_string())?;
        Ok((
            answer.status.as_u16(),
            String::from_utf8_lossy(&answer.body).into_owned(),
        ))
    }

    /// Posts a body that need not be JSON.
    pub async fn try_text(&self, path: &str, extra: &[(&str, &str)], body: &str) -> (u16, String) {
        let body = Bytes::from(body.to_owned());
        let request = self.request(Method::POST, path, extra, body);
        let answer = self.client.send(request).await.unwrap();
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        (answer.status.as_u16(), text)
    }

    /// Signs an agent in: the cookie as the browser sends it back; none when it is refused.
    pub async fn sign_in(&self, email: &str, password: &str) -> Option<String> {
        let body = serde_json::json!({"email": email, "password": password}).to_string();
        let request = self.request(Method::POST, "/api/v1/admin/sign_in", &[], body.into());
        let answer = self.client.send(request).await.unwrap();
        let cookie = answer.headers.get(header::SET_COOKIE)?.to_str().unwrap();
        Some(cookie.split(';').next().unwrap().to_owned())
    }

    /// Status and body of an answer to GET.
    pub async fn get(&self, path: &str) -> (u16, Value) {
        let (status, body) = self.try_call(Method::GET, path, &[], None).await.unwrap();
        (
            status,
            serde_json::from_str(&body).unwrap_or(Value::String(body)),
        )
    }

    /// Status and body of an answer to POST.
    pub async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let (status, body) = self
            .try_call(Method::POST, path, &[], Some(body))
            .await
            .unwrap();
        (
            status,
            serde_json::from_str(&body).unwrap_or(Value::String(body)),
        )
    }

    /// Starts a session; answers with what the API says.
    pub async fn start(&self, body: Value) -> Value {
        let (status, started) = self.post("/api/v1/sessions", &body).await;
        assert_eq!(status, 201, "{started}");
        started
    }

    /// Says something in a session.
    pub async fn say(&self, session: &str, text: &str) -> Value {
        let body = serde_json::json!({"text": text});
        let (status, answered) = self
            .post(&format!("/api/v1/sessions/{session}/messages"), &body)
            .await;
        assert_eq!(status, 200, "{answered}");
        answered
    }

    /// An answer whose body comes bit by bit.
    pub async fn open(&self, path: &str) -> Streaming {
        self.try_open(path, &[]).await.unwrap()
    }

    /// As [`open`](Self::open); an error when the server does not answer.
    pub async fn try_open(&self, path: &str, extra: &[(&str, &str)]) -> Result<Streaming, String> {
        let request = self.request(Method::GET, path, extra, Bytes::new());
        let opened = self.client.open(request).await;
        opened.map_err(|it| it.to_string())
    }
}

/// The id of the session in an answer.
pub fn session_of(answer: &Value) -> String {
    answer["session"]["id"].as_str().unwrap().to_owned()
}

/// The texts of the messages in an answer.
pub fn texts(answer: &Value) -> Vec<String> {
    let messages = answer["messages"].as_array().unwrap();
    messages
        .iter()
        .map(|it| it["text"].as_str().unwrap().to_owned())
        .collect()
}
