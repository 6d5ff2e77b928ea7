//! A client that costs next to nothing, so that the load leaves the machine to the server: one kept connection, one write and as few reads
//! as it takes for each request.
use anyhow::{Context, Result, bail};
use std::fmt::Write as _;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) struct Raw {
    stream: TcpStream,
    /// What stands in every request after its first line.
    head: String,
    request: String,
    answer: Vec<u8>,
}

impl Raw {
    pub(crate) async fn connect(address: &str, token: &str) -> Result<Self> {
        Self::with(address, &format!("authorization: Bearer {token}")).await
    }

    /// As [`connect`](Self::connect), as the browser of an agent.
    pub(crate) async fn with_cookie(address: &str, cookie: &str) -> Result<Self> {
        Self::with(address, &format!("cookie: {cookie}")).await
    }

    async fn with(address: &str, credential: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)
            .await
            .context("the server does not answer")?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            head: format!("host: {address}\r\n{credential}\r\ncontent-type: application/json\r\n"),
            request: String::new(),
            answer: Vec::new(),
        })
    }

    /// The body of a successful answer.
    pub(crate) async fn post(&mut self, path: &str, body: &str) -> Result<&str> {
        self.request.clear();
        write!(
            self.request,
            "POST {path} HTTP/1.1\r\n{}content-length: {}\r\n\r\n{body}",
            self.head,
            body.len()
        )?;
        self.stream.write_all(self.request.as_bytes()).await?;
        self.answer.clear();
        let (mut begin, mut end) = (0, usize::MAX);
        while self.answer.len() < end {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                bail!("the server closed the connection");
            }
            if end == usize::MAX
                && let Some(at) = self.answer.windows(4).position(|it| it == b"\r\n\r\n")
            {
                begin = at + 4;
                end = begin + length(std::str::from_utf8(&self.answer[..at])?)?;
            }
        }
        let body = std::str::from_utf8(&self.answer[begin..])?;
        if self.answer.get(9) != Some(&b'2') {
            let status = String::from_utf8_lossy(&self.answer[..begin]);
            bail!("{status}{body}");
        }
        Ok(body)
    }
}

/// The length of the body that a head announces.
fn length(head: &str) -> Result<usize> {
    let line = head
        .lines()
        .find_map(|it| it.strip_prefix("content-length: "));
    Ok(line.map_or(Ok(0), str::parse)?)
}
