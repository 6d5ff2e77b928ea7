//! What the receiver answers, well-behaved or not.

use std::convert::Infallible;
use std::future;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::body::Frame;
use serde_json::Value;
use tokio::sync::watch;

pub(super) type Body = BoxBody<Bytes, io::Error>;

const FLOOD_CHUNK: usize = 64 * 1024;

/// Holds answers back until it is opened: what a test does before that, it does while the other side waits, however slow the machine is.
#[derive(Clone, Debug, Default)]
pub struct Gate(watch::Sender<bool>);

impl Gate {
    /// A gate that is closed.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets everybody pass, from now on.
    pub fn open(&self) {
        self.0.send_replace(true);
    }

    async fn pass(&self) {
        drop(self.0.subscribe().wait_for(|is_open| *is_open).await);
    }
}

/// One answer of a [`Receiver`](crate::Receiver).
#[derive(Clone, Debug)]
pub struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    gate: Option<Gate>,
    delay: Duration,
    content: Content,
}

#[derive(Clone, Debug)]
enum Content {
    Whole(Bytes),
    Half(Bytes),
    Trickle { body: Bytes, interval: Duration },
    Flood { bytes: u64 },
    Never,
    Close,
}

impl Answer {
    /// Answers with this status and body, without a content type.
    ///
    /// # Panics
    /// If `status` is not a status code.
    #[must_use]
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Self::with_content(status, Content::Whole(body.into()))
    }

    /// Answers with this status and an empty body.
    ///
    /// # Panics
    /// If `status` is not a status code.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::new(status, Bytes::new())
    }

    /// Answers with this status and a JSON body.
    ///
    /// # Panics
    /// If `status` is not a status code.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        Self::new(status, body.to_string()).header("content-type", "application/json")
    }

    /// Says that it is JSON and is a page of HTML.
    #[must_use]
    pub fn not_json() -> Self {
        Self::new(200, "<!doctype html><title>Sign in</title>")
            .header("content-type", "application/json")
    }

    /// Redirects to `location` with `status` (301, 302, 303, 307, 308).
    ///
    /// # Panics
    /// If `status` is not a status code or `location` is not a header value.
    #[must_use]
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::status(status).header("location", location)
    }

    /// Reads the request and never answers; the connection stays open.
    #[must_use]
    pub fn hang() -> Self {
        Self::with_content(200, Content::Never)
    }

    /// Reads the request and closes the connection without a byte of an answer.
    #[must_use]
    pub fn close() -> Self {
        Self::with_content(200, Content::Close)
    }

    /// Announces the whole body, sends the first half and closes the connection.
    #[must_use]
    pub fn half(body: impl Into<Bytes>) -> Self {
        Self::with_content(200, Content::Half(body.into()))
    }

    /// Sends the head at once and then one byte of the body per `interval`.
    #[must_use]
    pub fn trickle(body: impl Into<Bytes>, interval: Duration) -> Self {
        Self::with_content(
            200,
            Content::Trickle {
                body: body.into(),
                interval,
            },
        )
    }

    /// Sends a body of so many bytes without announcing its length: `Answer::flood(300 << 20)`.
    #[must_use]
    pub fn flood(bytes: u64) -> Self {
        Self::with_content(200, Content::Flood { bytes }).header("content-type", "application/json")
    }

    /// Adds a header.
    ///
    /// # Panics
    /// If name or value cannot be one.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name
            .parse()
            .unwrap_or_else(|_| panic!("{name:?} cannot be a header's name"));
        let value: HeaderValue = value
            .parse()
            .unwrap_or_else(|_| panic!("{value:?} cannot be a header's value"));
        self.headers.append(name, value);
        self
    }

    /// Waits until the gate is opened before it answers.
    #[must_use]
    pub fn behind(mut self, gate: &Gate) -> Self {
        self.gate = Some(gate.clone());
        self
    }

    /// Waits so long before it answers; behind a gate, after that is opened.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    fn with_content(status: u16, content: Content) -> Self {
        let status = StatusCode::from_u16(status)
            .unwrap_or_else(|_| panic!("{status} is not a status code"));
        Self {
            status,
            headers: HeaderMap::new(),
            gate: None,
            delay: Duration::ZERO,
            content,
        }
    }

    /// Turns into what hyper sends; an error closes the connection.
    pub(super) async fn send(self) -> io::Result<http::Response<Body>> {
        if let Some(gate) = &self.gate {
            gate.pass().await;
        }
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
        let mut headers = self.headers;
        let body = match self.content {
            Content::Whole(body) => Full::new(body)
                .map_err(|never: Infallible| match never {})
                .boxed(),
            Content::Half(body) => {
                headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
                let first = body.slice(..body.len() / 2);
                // The cut comes a poll after the bytes, so that they are on the wire before it.
                let cut = stream::once(async {
                    tokio::task::yield_now().await;
                    Err(on_purpose())
                });
                BodyExt::boxed(StreamBody::new(
                    stream::iter([Ok(Frame::data(first))]).chain(cut),
                ))
            }
            Content::Trickle { body, interval } => {
                headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
                let bytes = stream::iter(0..body.len()).then(move |index| {
                    let byte = body.slice(index..=index);
                    async move {
                        tokio::time::sleep(interval).await;
                        Ok(Frame::data(byte))
                    }
                });
                BodyExt::boxed(StreamBody::new(bytes))
            }
            Content::Flood { bytes } => {
                let chunk = Bytes::from_static(&[b' '; FLOOD_CHUNK]);
                let chunks = stream::unfold(bytes, move |left| {
                    let now = usize::try_from(left)
                        .unwrap_or(FLOOD_CHUNK)
                        .min(FLOOD_CHUNK);
                    let frame =
                        (now > 0).then(|| (Ok(Frame::data(chunk.slice(..now))), left - now as u64));
                    future::ready(frame)
                });
                BodyExt::boxed(StreamBody::new(chunks))
            }
            Content::Never => future::pending().await,
            Content::Close => return Err(on_purpose()),
        };
        let mut response = http::Response::new(body);
        *response.status_mut() = self.status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

fn on_purpose() -> io::Error {
    io::Error::other("the receiver closes the connection on purpose")
}
