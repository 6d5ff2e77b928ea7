//! Servers that behave.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode};
use smartbot_egress::{Error, OverLimit, Refused};
use tokio::io::AsyncWriteExt;
use tokio::sync::Notify;

use crate::server::{OK, Server, get, local, post, read_request};

type Seen = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

async fn recording() -> (Server, Seen) {
    let seen = Seen::default();
    let kept = seen.clone();
    let server = Server::start(move |mut stream| {
        let kept = kept.clone();
        async move {
            while let Some(request) = read_request(&mut stream).await {
                kept.lock().unwrap().push(request);
                stream.write_all(OK.as_bytes()).await.unwrap();
            }
        }
    })
    .await;
    (server, seen)
}

#[tokio::test]
async fn a_delivery_arrives_whole_and_is_answered() {
    let (server, seen) = recording().await;
    let mut request = post(server.url("/hook?a=1"), r#"{"id":"evt_1"}"#);
    request
        .headers
        .insert("webhook-id", HeaderValue::from_static("evt_1"));
    let answer = local().send(request).await.unwrap();

    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.body, "ok");
    assert!(!answer.cut);
    assert_eq!(answer.headers["content-length"], "2");
    assert_eq!(answer.peer, IpAddr::V4(Ipv4Addr::LOCALHOST));
    assert!(!answer.phases.reused());
    assert!(answer.phases.to_headers_us >= answer.phases.connect_us);
    assert!(answer.phases.total_us >= answer.phases.to_headers_us);

    let seen = seen.lock().unwrap();
    let (head, body) = &seen[0];
    assert_eq!(body, br#"{"id":"evt_1"}"#);
    assert!(head.starts_with("post /hook?a=1 http/1.1\r\n"), "{head}");
    let host = format!("\r\nhost: {}\r\n", server.address);
    for line in [
        host.as_str(),
        "\r\ncontent-length: 14\r\n",
        "\r\nwebhook-id: evt_1\r\n",
        "\r\nuser-agent: smartbot/",
    ] {
        assert!(head.contains(line), "{line:?} is not in {head}");
    }
    for line in ["transfer-encoding", "accept-encoding", "expect", "upgrade"] {
        assert!(!head.contains(line), "{line:?} is in {head}");
    }
}

#[tokio::test]
async fn an_empty_delivery_states_its_length_too() {
    let (server, seen) = recording().await;
    let client = local();
    for method in [Method::POST, Method::PUT, Method::PATCH] {
        let mut request = post(server.url("/"), "");
        request.method = method;
        client.send(request).await.unwrap();
    }
    client.send(get(server.url("/"))).await.unwrap();
    let heads: Vec<_> = seen
        .lock()
        .unwrap()
        .iter()
        .map(|(head, _)| head.clone())
        .collect();
    for head in &heads[..3] {
        assert!(head.contains("\r\ncontent-length: 0\r\n"), "{head}");
    }
    assert!(!heads[3].contains("content-length"), "{}", heads[3]);
}

#[tokio::test]
async fn an_own_user_agent_is_kept() {
    let (server, seen) = recording().await;
    let mut request = get(server.url("/"));
    request
        .headers
        .insert("user-agent", HeaderValue::from_static("clinic/7"));
    local().send(request).await.unwrap();
    let seen = seen.lock().unwrap();
    assert_eq!(seen[0].0.matches("user-agent").count(), 1);
    assert!(seen[0].0.contains("user-agent: clinic/7\r\n"));
}

#[tokio::test]
async fn connections_are_kept_alive() {
    let server = Server::answering(OK).await;
    let client = local();
    let first = client.send(get(server.url("/a"))).await.unwrap();
    assert!(!first.phases.reused());
    for _ in 0..20 {
        let next = client
            .clone()
            .send(post(server.url("/b"), "x"))
            .await
            .unwrap();
        assert!(next.phases.reused());
        assert_eq!((next.phases.dns_us, next.phases.connect_us), (0, 0));
    }
    assert_eq!(server.accepted(), 1);
}

#[tokio::test]
async fn a_kept_connection_that_was_closed_is_replaced() {
    let server = Server::closing_after(OK).await;
    let client = local();
    for _ in 0..5 {
        let answer = client.send(post(server.url("/"), "x")).await.unwrap();
        assert_eq!(answer.status, StatusCode::OK);
    }
    assert_eq!(server.accepted(), 5);
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_nobody_follows_it() {
    let canary = Server::canary("127.0.0.1:0").await;
    for status in [301, 302, 303, 307, 308] {
        let server = Server::answering(format!(
            "HTTP/1.1 {status} Moved\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n",
            canary.url("/")
        ))
        .await;
        let answer = local().send(post(server.url("/"), "x")).await.unwrap();
        assert_eq!(answer.status.as_u16(), status);
        assert_eq!(answer.headers["location"], canary.url("/"));
        assert_eq!(server.accepted(), 1);
    }
    assert_eq!(canary.accepted(), 0);
}

#[tokio::test]
async fn any_status_is_an_answer() {
    for status in [204, 304, 400, 404, 410, 429, 500, 503, 599] {
        let server =
            Server::answering(format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\n\r\n")).await;
        let answer = local().send(get(server.url("/"))).await.unwrap();
        assert_eq!(answer.status.as_u16(), status);
        assert!(answer.body.is_empty());
    }
}

#[tokio::test]
async fn a_compressed_body_is_handed_out_as_it_came() {
    let server = Server::answering(
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nzzzz",
    )
    .await;
    let answer = local().send(get(server.url("/"))).await.unwrap();
    assert_eq!(answer.body, "zzzz");
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_whole() {
    let server = Server::answering("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n0123456789").await;
    for (max, over_limit, expected) in [
        (10, OverLimit::Fail, Ok(("0123456789", false))),
        (10, OverLimit::Cut, Ok(("0123456789", false))),
        (9, OverLimit::Fail, Err(Error::TooLarge)),
        (9, OverLimit::Cut, Ok(("012345678", true))),
        (0, OverLimit::Cut, Ok(("", true))),
    ] {
        let mut request = get(server.url("/"));
        (request.max_body, request.over_limit) = (max, over_limit);
        let answer = local().send(request).await;
        assert_eq!(
            answer.map(|answer| (answer.body, answer.cut)),
            expected.map(|(body, cut)| (Bytes::from(body), cut)),
        );
    }
}

#[tokio::test]
async fn a_chunked_body_is_put_together() {
    let server = Server::answering(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nx-after: 1\r\n\r\n",
    )
    .await;
    let mut request = get(server.url("/"));
    request.over_limit = OverLimit::Fail;
    assert_eq!(local().send(request).await.unwrap().body, "abcde");
}

#[tokio::test]
async fn a_stream_is_handed_out_as_it_comes() {
    let go_on = Arc::new(Notify::new());
    let wait = go_on.clone();
    let server = Server::start(move |mut stream| {
        let wait = wait.clone();
        async move {
            read_request(&mut stream).await.unwrap();
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
            stream.write_all(head.as_bytes()).await.unwrap();
            for n in 0..3 {
                wait.notified().await;
                let event = format!("data: {n}\n\n");
                stream.write_all(event.as_bytes()).await.unwrap();
            }
        }
    })
    .await;
    let mut stream = local().open(get(server.url("/"))).await.unwrap();
    assert_eq!(stream.status, StatusCode::OK);
    assert_eq!(stream.headers["content-type"], "text/event-stream");
    for n in 0..3 {
        go_on.notify_one();
        let chunk = stream.next_chunk().await.unwrap().unwrap();
        assert_eq!(chunk, format!("data: {n}\n\n"));
    }
    assert_eq!(stream.next_chunk().await, Ok(None));
    assert_eq!(stream.next_chunk().await, Ok(None));
}

#[tokio::test]
async fn reserved_headers_and_connect_never_leave() {
    let canary = Server::canary("127.0.0.1:0").await;
    for name in [
        "host",
        "content-length",
        "transfer-encoding",
        "te",
        "proxy-authorization",
    ] {
        let mut request = post(canary.url("/"), "x");
        request.headers.insert(name, HeaderValue::from_static("1"));
        let refused = local().send(request).await.unwrap_err();
        assert_eq!(refused, Error::Refused(Refused::Header), "{name}");
    }
    let mut request = get(canary.url("/"));
    request.method = Method::CONNECT;
    let refused = local().send(request).await.unwrap_err();
    assert_eq!(refused, Error::Refused(Refused::Method));
    assert_eq!(canary.accepted(), 0);
}

#[tokio::test]
async fn a_long_head_is_read() {
    let long = "x".repeat(40_000);
    let many = "x-many: 1\r\n".repeat(90);
    let server = Server::answering(format!(
        "HTTP/1.1 200 OK\r\nx-long: {long}\r\n{many}content-length: 2\r\n\r\nok"
    ))
    .await;
    let answer = local().send(get(server.url("/"))).await.unwrap();
    assert_eq!(answer.headers["x-long"].len(), long.len());
    assert_eq!(answer.headers.get_all("x-many").iter().count(), 90);
}
