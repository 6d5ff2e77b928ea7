//! The wire itself: clients that ask first, hang up in the middle, or speak no HTTP at all.
use crate::support::wire::{self, head};
use crate::support::{TestServer, bots, on_both_databases};
use smartbot_model::EventType;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

async fn connect(server: &TestServer, text: &str) -> TcpStream {
    wire::connect(server.address(), text).await
}

fn post(server: &TestServer, more: &str) -> String {
    let [token, _] = server.tokens();
    format!(
        "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n{more}\r\n\r\n"
    )
}

async fn who_asks_before_sending_too_much_is_told_at_once(server: TestServer) {
    let text = post(&server, "Content-Length: 50000000\r\nExpect: 100-continue");
    let answer = head(&mut connect(&server, &text).await).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(answer.contains("application/problem+json"), "{answer}");
}

async fn who_asks_before_sending_what_fits_may_send(server: TestServer) {
    server.publish(&bots::greeter()).await;
    let body = r#"{"function_id":"Greeter"}"#;
    let text = post(
        &server,
        &format!("Content-Length: {}\r\nExpect: 100-continue", body.len()),
    );
    let mut stream = connect(&server, &text).await;
    let answer = head(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 100"), "{answer}");
    stream.write_all(body.as_bytes()).await.unwrap();
    let answer = head(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
}

async fn a_request_that_is_cut_off_does_nothing(server: TestServer) {
    server.publish(&bots::greeter()).await;
    let body = r#"{"function_id":"Greeter"}"#;
    for sent in [0, 1, body.len() - 1] {
        let text = post(&server, &format!("Content-Length: {}", body.len()));
        let mut stream = connect(&server, &(text + &body[..sent])).await;
        stream.shutdown().await.unwrap();
        let answer = head(&mut stream).await;
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 400"),
            "{answer}"
        );
    }
    let chunked = post(&server, "Transfer-Encoding: chunked") + "19\r\n" + body;
    let mut stream = connect(&server, &chunked).await;
    stream.shutdown().await.unwrap();
    head(&mut stream).await;
    assert_eq!(server.count(EventType::SessionStarted).await, 0);
}

async fn what_is_no_http_is_refused_and_the_server_goes_on(server: TestServer) {
    let long = format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(1 << 20));
    let many: String = (0..500).map(|it| format!("X-{it}: y\r\n")).collect();
    let many = format!("GET /healthz HTTP/1.1\r\nHost: x\r\n{many}\r\n");
    let twice = post(&server, "Content-Length: 2\r\nContent-Length: 3") + "{}";
    let negative = post(&server, "Content-Length: -1");
    let no_chunk = post(&server, "Transfer-Encoding: chunked") + "zz\r\n";
    let texts = [
        "\r\n\r\n\0\0\0",
        "\u{16}\u{3}\u{1}\0\u{5}hello",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "SSH-2.0-x\r\n\r\n",
        &long,
        &many,
        &twice,
        &negative,
        &no_chunk,
    ];
    for text in texts {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        // The server may hang up before it has read everything.
        let _ = stream.write_all(text.as_bytes()).await;
        let _ = stream.shutdown().await;
        let answer = head(&mut stream).await;
        let refused = answer.is_empty() || answer.starts_with("HTTP/1.1 4");
        assert!(refused, "{:?}: {answer}", &text[..text.len().min(80)]);
        server.nobody().get("/healthz").await.ok();
    }
}

on_both_databases!(
    a_request_that_is_cut_off_does_nothing,
    what_is_no_http_is_refused_and_the_server_goes_on,
    who_asks_before_sending_too_much_is_told_at_once,
    who_asks_before_sending_what_fits_may_send,
);
