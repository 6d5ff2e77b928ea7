//! What goes out and what comes back.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

/// One call.
#[derive(Clone)]
pub struct Request {
    /// Any but `CONNECT`.
    pub method: Method,
    /// Absolute, as the customer wrote it. It is checked again on every call.
    pub url: String,
    /// `Host`, `Content-Length` and, unless given, `User-Agent` are added. Reserved names refuse
    /// the call; see [`check_header_name`](crate::check_header_name).
    pub headers: HeaderMap,
    /// Sent whole, with its length.
    pub body: Bytes,
    /// One deadline over look-up, connecting, TLS, headers and body.
    pub deadline: Duration,
    /// Bytes of the answer's body that are kept.
    pub max_body: usize,
    /// What happens at the byte after them.
    pub over_limit: OverLimit,
}

/// What happens when a body is longer than [`Request::max_body`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverLimit {
    /// Reading stops, the connection is dropped, the answer counts (webhooks).
    Cut,
    /// The call fails with [`Error::TooLarge`](crate::Error::TooLarge) (External API).
    Fail,
}

/// The answer to a call, whatever its status. Redirects are never followed.
#[derive(Clone)]
pub struct Answer {
    /// The status; 3xx like any other.
    pub status: StatusCode,
    /// The headers, at most 100 of them and about 32 KiB in all.
    pub headers: HeaderMap,
    /// The body as it came (nothing is decompressed), at most `max_body` bytes.
    pub body: Bytes,
    /// Whether there was more of the body.
    pub cut: bool,
    /// From the call to the end of the body.
    pub elapsed: Duration,
    /// The address that answered.
    pub peer: IpAddr,
    /// Where the time went.
    pub phases: Phases,
}

/// Where the time of a call went, in micro-seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Phases {
    /// The look-up; zero on a connection that existed.
    pub dns_us: u64,
    /// Connecting, TLS included; zero on a connection that existed.
    pub connect_us: u64,
    /// From the call to the answer's headers.
    pub to_headers_us: u64,
    /// From the call to the end of the body.
    pub total_us: u64,
}

impl Phases {
    /// Whether the call used a connection that existed.
    pub fn reused(&self) -> bool {
        self.connect_us == 0
    }
}

// By hand: URLs, headers and bodies carry tokens and what patients said, and `{:?}` ends in logs.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("headers", &self.headers.len())
            .field("body_bytes", &self.body.len())
            .field("deadline", &self.deadline)
            .field("max_body", &self.max_body)
            .field("over_limit", &self.over_limit)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("headers", &self.headers.len())
            .field("body_bytes", &self.body.len())
            .field("cut", &self.cut)
            .field("elapsed", &self.elapsed)
            .field("peer", &self.peer)
            .field("phases", &self.phases)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn what_is_printed_for_logs_holds_no_content() {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", HeaderValue::from_static("Bearer canary"));
        let request = Request {
            method: Method::POST,
            url: "https://example.com/?token=canary".to_owned(),
            headers: headers.clone(),
            body: Bytes::from_static(b"canary"),
            deadline: Duration::from_secs(1),
            max_body: 1,
            over_limit: OverLimit::Cut,
        };
        let answer = Answer {
            status: StatusCode::OK,
            headers,
            body: Bytes::from_static(b"canary"),
            cut: false,
            elapsed: Duration::ZERO,
            peer: IpAddr::from([8, 8, 8, 8]),
            phases: Phases::default(),
        };
        let printed = format!("{request:?} {answer:?}");
        assert!(!printed.contains("canary"), "{printed}");
        assert!(
            printed.contains("POST") && printed.contains("200"),
            "{printed}"
        );
    }
}
