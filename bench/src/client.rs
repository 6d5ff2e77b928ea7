//! A client that keeps its connection.
use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http::{Request, header};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// A kept connection with its credential.
pub(crate) struct Client {
    sender: SendRequest<Empty<Bytes>>,
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

    pub(crate) async fn get(&mut self, path: &str) -> Result<Value> {
        let answer = self.open(path).await?;
        let bytes = answer.collect().await?.to_bytes();
        Ok(serde_json::from_slice(&bytes)?)
    }

    /// The body of an answer, to be taken piece by piece.
    pub(crate) async fn open(&mut self, path: &str) -> Result<Incoming> {
        let request = Request::get(path)
            .header(header::HOST, &self.host)
            .header(header::AUTHORIZATION, &self.token)
            .body(Empty::new())?;
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
