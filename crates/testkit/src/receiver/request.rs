//! What the receiver was sent.

use std::time::Instant;

use bytes::Bytes;
use http::{HeaderMap, Method, Uri};
use serde_json::Value;

/// One request as it arrived, with its body read to the end.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Path and query as they were sent.
    pub uri: Uri,
    /// All headers.
    pub headers: HeaderMap,
    /// The body, byte for byte: what a signature covers.
    pub body: Bytes,
    /// Its place in the order in which the receiver had read requests completely, from 1.
    pub number: usize,
    /// When its body was read to the end.
    pub received_at: Instant,
}

impl Request {
    /// Returns the path without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.uri.path()
    }

    /// Returns the header `name` as text; none if it is missing or not text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Returns the body read as JSON.
    ///
    /// # Panics
    /// If it is not JSON.
    #[must_use]
    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_slice(&self.body) {
            Ok(value) => value,
            Err(error) => panic!(
                "the body of {} {} is not JSON: {error}: {:?}",
                self.method, self.uri, self.body
            ),
        }
    }
}
