//! A client that keeps its connection.
use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http::{Method, Request, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// A kept connection with its credential.
pub(crate) struct Client {
    sender: SendRequest<Full<Bytes>>,
    host: String,
    token: String,
}

impl Client {
    pub(crate) async fn connect(address: &str, token: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)
            .await
            .context("the server does not answer")?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        #[expect(
            clippy::disallowed_methods,
            reason = "the load generator has no task tracker; its tasks end with it"
        )]
        tokio::spawn(connection);
        Ok(Self {
            sender,
            host: address.to_owned(),
            token: format!("Bearer {token}"),
        })
    }

    pub(crate) async fn post(&mut self, path: &str, body: &Value) -> Result<Value> {
        let body = Bytes::from(body.to_string());
        let answer = self.send(Method::POST, path, body).await?;
        let bytes = answer.collect().await?.to_bytes();
        Ok(serde_json::from_slice(&bytes)?)
    }

    pub(crate) async fn get(&mut self, path: &str) -> Result<Value> {
        let answer = self.send(Method::GET, path, Bytes::new()).await?;
        let bytes = answer.collect().await?.to_bytes();
        Ok(serde_json::from_slice(&bytes)?)
    }

    /// The body of an answer, to be taken piece by piece.
    pub(crate) async fn open(&mut self, path: &str) -> Result<Incoming> {
        self.send(Method::GET, path, Bytes::new()).await
    }

    async fn send(&mut self, method: Method, path: &str, body: Bytes) -> Result<Incoming> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &self.host)
            .header(header::AUTHORIZATION, &self.token)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(body))?;
        self.sender.ready().await?;
        let answer = self.sender.send_request(request).await?;
        let status = answer.status();
        if !status.is_success() {
            let bytes = answer.into_body().collect().await?.to_bytes();
            bail!("{status}: {}", String::from_utf8_lossy(&bytes));
        }
        Ok(answer.into_body())
    }
}
