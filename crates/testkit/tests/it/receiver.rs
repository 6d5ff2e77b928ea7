//! The receiver, asked by a client that sees every byte.

use std::time::{Duration, Instant};

use serde_json::json;
use smartbot_testkit::{Answer, Receiver, until};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test]
async fn it_keeps_what_it_was_sent_byte_for_byte_and_in_order() {
    let receiver = Receiver::start().await;
    let first = ask(
        &receiver,
        "POST /hook?x=1 HTTP/1.1\r\nWebhook-Id: msg_1\r\n",
        b"{\"a\":\t1}",
    )
    .await;
    ask(&receiver, "GET /other HTTP/1.1\r\n", b"").await;
    assert!(
        first.starts_with("HTTP/1.1 200 OK\r\n") && first.ends_with("\r\n\r\n{}"),
        "{first}"
    );

    let request = receiver.next_request(1).await;
    assert_eq!(
        (request.method.as_str(), request.path(), request.uri.query()),
        ("POST", "/hook", Some("x=1"))
    );
    assert_eq!(request.header("webhook-id"), Some("msg_1"));
    assert_eq!(&request.body[..], b"{\"a\":\t1}");
    assert_eq!(request.json(), json!({ "a": 1 }));
    let numbers: Vec<_> = receiver
        .requests()
        .iter()
        .map(|it| (it.number, it.path().to_owned()))
        .collect();
    assert_eq!(numbers, [(1, "/hook".to_owned()), (2, "/other".to_owned())]);
    assert_eq!(receiver.requests_to("/other").len(), 1);
    assert_eq!(receiver.connections(), 2);
}

#[tokio::test]
async fn it_answers_as_it_was_told_path_by_path() {
    let receiver = Receiver::start().await;
    receiver.answer(
        "/json",
        Answer::json(201, &json!({ "ok": true })).header("x-request-id", "r1"),
    );
    receiver.answer_with("/echo", |request| Answer::new(200, request.body.clone()));
    receiver.answer_all(Answer::status(404));
    receiver.answer(
        "/moved",
        Answer::redirect(307, "http://169.254.169.254/latest"),
    );
    receiver.answer("/lie", Answer::not_json());

    let json = get(&receiver, "/json").await;
    assert!(json.starts_with("HTTP/1.1 201 Created\r\n"), "{json}");
    assert!(
        json.contains("content-type: application/json\r\n")
            && json.contains("x-request-id: r1\r\n"),
        "{json}"
    );
    assert!(json.ends_with("{\"ok\":true}"), "{json}");
    assert!(
        ask(&receiver, "PUT /echo HTTP/1.1\r\n", b"again")
            .await
            .ends_with("\r\n\r\nagain")
    );
    assert!(
        get(&receiver, "/unknown")
            .await
            .starts_with("HTTP/1.1 404 ")
    );
    assert!(
        get(&receiver, "/moved")
            .await
            .contains("location: http://169.254.169.254/latest\r\n")
    );
    let lie = get(&receiver, "/lie").await;
    assert!(
        lie.contains("content-type: application/json\r\n") && lie.contains("<title>"),
        "{lie}"
    );
}

#[tokio::test]
async fn it_fails_so_often_and_then_succeeds() {
    let receiver = Receiver::start().await;
    receiver.fail_first("/hook", 2, 503);
    receiver.answer("/hook", Answer::status(204));
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(get(&receiver, "/hook").await[9..12].to_owned());
    }
    assert_eq!(statuses, ["503", "503", "204"]);
    assert_eq!(receiver.next_requests_to("/hook", 3).await.len(), 3);
}

#[tokio::test]
async fn it_closes_without_a_byte_and_in_the_middle() {
    let receiver = Receiver::start().await;
    receiver.answer("/close", Answer::close());
    receiver.answer("/half", Answer::half("0123456789"));
    assert_eq!(get(&receiver, "/close").await, "");
    let half = get(&receiver, "/half").await;
    assert!(
        half.contains("content-length: 10\r\n") && half.ends_with("\r\n\r\n01234"),
        "{half}"
    );
    assert_eq!(receiver.requests().len(), 2);
}

#[tokio::test]
async fn it_hangs_with_the_connection_open() {
    let receiver = Receiver::start().await;
    receiver.answer("/hang", Answer::hang());
    let mut stream = send(&receiver, "GET /hang HTTP/1.1\r\n", b"").await;
    receiver.next_request(1).await;
    let mut byte = [0];
    let read = tokio::time::timeout(Duration::from_millis(100), stream.read(&mut byte)).await;
    assert!(read.is_err(), "an answer came: {read:?}");
}

#[tokio::test]
async fn it_trickles_byte_by_byte_and_delays_the_head() {
    let receiver = Receiver::start().await;
    receiver.answer("/slow", Answer::trickle("abc", Duration::from_millis(20)));
    receiver.answer(
        "/late",
        Answer::status(200).after(Duration::from_millis(60)),
    );
    for (path, end) in [("/slow", "abc"), ("/late", "\r\n\r\n")] {
        let begin = Instant::now();
        assert!(get(&receiver, path).await.ends_with(end));
        assert!(
            begin.elapsed() >= Duration::from_millis(60),
            "{path} took {:?}",
            begin.elapsed()
        );
    }
}

#[tokio::test]
async fn it_floods_with_as_many_bytes_as_asked_for() {
    const SIZE: u64 = 10_000_001;
    let receiver = Receiver::start().await;
    receiver.answer("/flood", Answer::flood(SIZE));
    let answer = get(&receiver, "/flood").await;
    let spaces = answer
        .split_once("\r\n\r\n")
        .unwrap()
        .1
        .bytes()
        .filter(|byte| *byte == b' ')
        .count();
    assert_eq!(spaces as u64, SIZE);
}

#[tokio::test]
async fn it_goes_down_and_comes_back_under_its_address() {
    let receiver = Receiver::start().await;
    let port = receiver.port();
    get(&receiver, "/").await;
    receiver.stop().await;
    until_closed(port).await;
    let back = Receiver::start_on(port).await;
    assert!(get(&back, "/").await.starts_with("HTTP/1.1 200 "));
    assert_eq!(back.requests().len(), 1);
}

#[tokio::test]
async fn it_stops_when_it_is_dropped() {
    let receiver = Receiver::start().await;
    let port = receiver.port();
    drop(receiver);
    until_closed(port).await;
}

async fn until_closed(port: u16) {
    let refused = async || TcpStream::connect(("127.0.0.1", port)).await.is_err();
    until(
        "the port of a receiver to be closed",
        Duration::from_secs(10),
        refused,
    )
    .await;
}

async fn get(receiver: &Receiver, path: &str) -> String {
    ask(receiver, &format!("GET {path} HTTP/1.1\r\n"), b"").await
}

/// Sends a request and returns all that comes back until the connection is closed.
async fn ask(receiver: &Receiver, head: &str, body: &[u8]) -> String {
    let mut answer = Vec::new();
    send(receiver, head, body)
        .await
        .read_to_end(&mut answer)
        .await
        .unwrap();
    String::from_utf8(answer).unwrap()
}

async fn send(receiver: &Receiver, head: &str, body: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", receiver.port()))
        .await
        .unwrap();
    let rest = format!(
        "Host: receiver\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream
        .write_all(&[head.as_bytes(), rest.as_bytes(), body].concat())
        .await
        .unwrap();
    stream
}
