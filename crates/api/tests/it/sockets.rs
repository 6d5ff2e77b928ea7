//! Connections and their limits: each at its edge and one past it.
use crate::support::wire::{connect, head, rest};
use crate::support::{PATIENCE, TestServer, bots, on_both_databases};
use smartbot_api::accept::Sockets;
use smartbot_testkit::{until, until_some};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

const ALIVE: &str = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";

/// Shorter than any test waits.
const SOON: Duration = Duration::from_millis(200);

/// A connection on which `text` was asked in time and is answered. Where deadlines are short, a slow machine may need several tries.
async fn asked_in_time(address: SocketAddr, text: &str) -> TcpStream {
    until_some("somebody to be in time", PATIENCE, async || {
        let mut stream = TcpStream::connect(address).await.unwrap();
        // The server may have hung up already.
        stream.write_all(text.as_bytes()).await.ok()?;
        let answer = head(&mut stream).await;
        answer.starts_with("HTTP/1.1 200").then_some(stream)
    })
    .await
}

/// A request whose head has exactly so many bytes.
fn of_size(bytes: usize) -> String {
    let (before, after) = ALIVE.split_once("x\r\n").unwrap();
    let more = "X-Filler: \r\n".len();
    let filler = "f".repeat(bytes - ALIVE.len() - more);
    format!("{before}x\r\nX-Filler: {filler}\r\n{after}")
}

/// A request with so many headers.
fn of_headers(number: usize) -> String {
    let more: String = (1..number).map(|it| format!("X-{it}: y\r\n")).collect();
    ALIVE.replace("Host: x\r\n", &format!("Host: x\r\n{more}"))
}

async fn ask(stream: &mut TcpStream, text: &str) -> String {
    stream.write_all(text.as_bytes()).await.unwrap();
    head(stream).await
}

async fn the_head_of_a_request_is_bounded(server: TestServer) {
    let kib = 1024;
    for (text, status) in [
        (of_size(16 * kib), "200 OK"),
        (of_size(16 * kib + 1), "431"),
        (of_size(60 * kib), "431"),
        (of_headers(100), "200 OK"),
        (of_headers(101), "431"),
        (of_headers(1_000), "431"),
    ] {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        let answer = ask(&mut stream, &text).await;
        let starts = format!("HTTP/1.1 {status}");
        assert!(answer.starts_with(&starts), "{status}: {answer}");
    }
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let close = of_headers(100).replace("Host: x\r\n", "Host: x\r\nConnection: close\r\n");
    stream.write_all(close.as_bytes()).await.unwrap();
    let answer = rest(&mut stream).await;
    assert!(answer.contains("\"code\":\"head_too_large\""), "{answer}");
    server.nobody().get("/healthz").await.ok();
}

async fn whoever_is_slow_with_the_head_or_says_nothing_is_hung_up_on(server: TestServer) {
    let (address, _serving) = server
        .with_sockets(Sockets {
            head_within: SOON,
            idle_within: SOON,
            ..Sockets::default()
        })
        .await;
    for text in ["", "G", "GET /healthz HTTP/1.1\r\nHost:"] {
        let mut stream = connect(address, text).await;
        assert_eq!(rest(&mut stream).await, "", "{text}");
    }
    // An answered one may ask again, for a while.
    let mut stream = until_some("an answer to the next question", PATIENCE, async || {
        let mut stream = asked_in_time(address, ALIVE).await;
        stream.write_all(ALIVE.as_bytes()).await.ok()?;
        let again = head(&mut stream).await;
        again.contains("200 OK").then_some(stream)
    })
    .await;
    assert!(
        !rest(&mut stream).await.contains("HTTP/1.1"),
        "no answer more"
    );
}

async fn a_stream_outlives_the_deadlines_of_those_who_are_silent(server: TestServer) {
    let (address, _serving) = server
        .with_sockets(Sockets {
            head_within: SOON,
            idle_within: SOON,
            read_within: SOON,
            ..Sockets::default()
        })
        .await;
    let echo = server.publish(&bots::echo()).await;
    let chat = server.bots().start(&echo).await;
    let text = format!(
        "GET {} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\r\n",
        chat.path("/stream"),
        chat.key
    );
    let mut stream = asked_in_time(address, &text).await;
    // Others come and go with their deadlines meanwhile.
    for _ in 0..3 {
        assert_eq!(rest(&mut connect(address, "").await).await, "");
    }
    chat.say("still here").await;
    server
        .bots()
        .post(&chat.path("/end"), &serde_json::json!({}))
        .await
        .ok();
    let told = rest(&mut stream).await;
    assert!(told.contains("still here"), "{told}");
}

async fn there_are_so_many_sockets(server: TestServer) {
    let (address, _serving) = server
        .with_sockets(Sockets {
            all: 3,
            ..Sockets::default()
        })
        .await;
    let mut open = [
        connect(address, ALIVE).await,
        connect(address, ALIVE).await,
        connect(address, ALIVE).await,
    ];
    for stream in &mut open {
        assert!(head(stream).await.starts_with("HTTP/1.1 200"));
    }
    assert_eq!(refused(address).await, "");
    let [first, ..] = open;
    drop(first);
    until_taken(address).await;
}

async fn there_are_so_many_sockets_that_say_nothing(server: TestServer) {
    let (address, _serving) = server
        .with_sockets(Sockets {
            half_open: 2,
            ..Sockets::default()
        })
        .await;
    let mut first = connect(address, "").await;
    let _second = connect(address, "GET").await;
    assert_eq!(refused(address).await, "");
    assert!(ask(&mut first, ALIVE).await.starts_with("HTTP/1.1 200"));
    until_taken(address).await;
}

/// What a connection too many gets.
async fn refused(address: SocketAddr) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The server may have hung up already.
    let _ = stream.write_all(ALIVE.as_bytes()).await;
    rest(&mut stream).await
}

/// Tries until the server has seen that there is a place again.
async fn until_taken(address: SocketAddr) {
    until("a connection is taken", PATIENCE, async || {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let _ = stream.write_all(ALIVE.as_bytes()).await;
        head(&mut stream).await.starts_with("HTTP/1.1 200")
    })
    .await;
}

async fn a_body_that_trickles_is_refused(server: TestServer) {
    let [token, _] = server.tokens();
    let text = format!(
        "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{{"
    );
    let mut stream = connect(server.address(), &text).await;
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("\"code\":\"body_too_slow\""), "{answer}");
}

async fn a_server_that_stops_finishes_what_was_asked_and_hangs_up(server: TestServer) {
    let (address, serving) = server.with_sockets(Sockets::default()).await;
    let greeter = server.publish(&bots::greeter()).await;
    let mut idle = connect(address, ALIVE).await;
    assert!(head(&mut idle).await.starts_with("HTTP/1.1 200"));
    let [token, _] = server.tokens();
    let body = serde_json::json!({"function_id": greeter}).to_string();
    let (first, last) = body.split_at(5);
    let mut asking = connect(address, &format!(
        "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n", body.len()
    )).await;
    assert!(head(&mut asking).await.starts_with("HTTP/1.1 100"));
    asking.write_all(first.as_bytes()).await.unwrap();
    server.app.tasks.stopping().cancel();
    assert!(!rest(&mut idle).await.contains("HTTP/1.1"));
    asking.write_all(last.as_bytes()).await.unwrap();
    let answer = rest(&mut asking).await;
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    serving.await.unwrap();
    assert!(
        TcpStream::connect(address).await.is_err(),
        "it listens no more"
    );
}

on_both_databases!(
    a_body_that_trickles_is_refused,
    a_server_that_stops_finishes_what_was_asked_and_hangs_up,
    a_stream_outlives_the_deadlines_of_those_who_are_silent,
    the_head_of_a_request_is_bounded,
    there_are_so_many_sockets,
    there_are_so_many_sockets_that_say_nothing,
    whoever_is_slow_with_the_head_or_says_nothing_is_hung_up_on,
);
