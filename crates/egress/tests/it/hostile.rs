//! Servers that do not behave. Each costs its own call its own deadline, and nothing else.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use smartbot_egress::{Error, OverLimit, Phase, Request};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::server::{
    DEADLINES, Server, deaf, ends_at_the_deadline, get, local, post, pour, read_request, until,
};

const MIB: u64 = 1024 * 1024;
const HUGE: u64 = 300 * MIB;

/// Asserts that this request ends at its deadline, in this phase.
async fn gives_up(phase: Phase, request: impl Fn() -> Request) {
    ends_at_the_deadline(phase, async |deadline| {
        let request = Request {
            deadline,
            ..request()
        };
        local().send(request).await.unwrap_err()
    })
    .await;
}

async fn times_out(server: &Server, phase: Phase) {
    gives_up(phase, || get(server.url("/"))).await;
    gives_up(phase, || post(server.url("/"), "x")).await;
}

struct Flood {
    server: Server,
    poured: Arc<AtomicU64>,
    dropped: Arc<AtomicBool>,
}

/// 300 MB behind this head; tells how many left and whether the client went away.
async fn flood(head: &'static str) -> Flood {
    let (poured, dropped) = (
        Arc::new(AtomicU64::new(0)),
        Arc::new(AtomicBool::new(false)),
    );
    let (count, end) = (poured.clone(), dropped.clone());
    let server = Server::start(move |mut stream| {
        let (count, end) = (count.clone(), end.clone());
        async move {
            read_request(&mut stream).await.unwrap();
            stream.write_all(head.as_bytes()).await.unwrap();
            pour(&mut stream, HUGE, &count).await;
            end.store(true, Ordering::SeqCst);
        }
    })
    .await;
    Flood {
        server,
        poured,
        dropped,
    }
}

impl Flood {
    /// What the system's socket buffers swallow is more than we read, yet far from everything.
    async fn was_dropped_early(&self) {
        until(|| self.dropped.load(Ordering::SeqCst)).await;
        let poured = self.poured.load(Ordering::SeqCst);
        assert!(poured < 32 * MIB, "{poured} bytes left the server");
    }
}

const ANNOUNCED: &str = "HTTP/1.1 200 OK\r\ncontent-length: 314572800\r\n\r\n";
const UNTIL_CLOSE: &str = "HTTP/1.1 200 OK\r\n\r\n";
const ONE_CHUNK: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n12C00000\r\n";

#[tokio::test]
async fn a_huge_answer_is_cut_and_the_connection_dropped() {
    for head in [ANNOUNCED, UNTIL_CLOSE, ONE_CHUNK] {
        let flood = flood(head).await;
        let answer = local()
            .send(post(flood.server.url("/"), "x"))
            .await
            .unwrap();
        assert_eq!(answer.status.as_u16(), 200);
        assert!(answer.cut);
        assert_eq!(answer.body.len(), 64 * 1024);
        flood.was_dropped_early().await;
    }
}

#[tokio::test]
async fn a_huge_answer_fails_where_all_of_it_is_needed() {
    for head in [ANNOUNCED, UNTIL_CLOSE, ONE_CHUNK] {
        let flood = flood(head).await;
        let mut request = post(flood.server.url("/"), "x");
        request.max_body = MIB as usize;
        request.over_limit = OverLimit::Fail;
        assert_eq!(local().send(request).await.unwrap_err(), Error::TooLarge);
        flood.was_dropped_early().await;
    }
}

#[tokio::test]
async fn a_cut_connection_is_not_used_again() {
    let flood = flood(ANNOUNCED).await;
    let client = local();
    client.send(get(flood.server.url("/"))).await.unwrap();
    client.send(get(flood.server.url("/"))).await.unwrap();
    assert_eq!(flood.server.accepted(), 2);
}

#[tokio::test]
async fn a_stream_that_nobody_reads_holds_the_server_back() {
    let flood = flood(UNTIL_CLOSE).await;
    let mut stream = local().open(get(flood.server.url("/"))).await.unwrap();
    let chunk = stream.next_chunk().await.unwrap().unwrap();
    assert!(chunk.len() <= 32 * 1024);
    drop(stream);
    flood.was_dropped_early().await;
}

async fn trickle(mut stream: TcpStream, head: &'static str, drop: &'static str) {
    read_request(&mut stream).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut tick = tokio::time::interval(Duration::from_millis(20));
    while stream.write_all(drop.as_bytes()).await.is_ok() {
        tick.tick().await;
    }
}

#[tokio::test]
async fn a_trickling_body_ends_at_the_deadline() {
    for head in [ANNOUNCED, UNTIL_CLOSE] {
        let server = Server::start(move |stream| trickle(stream, head, "x")).await;
        times_out(&server, Phase::Body).await;
    }
    let chunks = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let server = Server::start(move |stream| trickle(stream, chunks, "1\r\nx\r\n")).await;
    times_out(&server, Phase::Body).await;
}

#[tokio::test]
async fn trickling_headers_end_at_the_deadline() {
    let server = Server::start(|stream| trickle(stream, "HTTP/1.1 200 OK\r\nx-slow: ", "x")).await;
    times_out(&server, Phase::Headers).await;
}

#[tokio::test]
async fn endless_interim_answers_end_at_the_deadline() {
    let again = "HTTP/1.1 100 Continue\r\n\r\n";
    let server = Server::start(move |stream| trickle(stream, again, again)).await;
    times_out(&server, Phase::Headers).await;
}

#[tokio::test]
async fn a_server_that_never_answers_ends_at_the_deadline() {
    let server = Server::start(|stream| async move {
        let _open = stream;
        std::future::pending::<()>().await;
    })
    .await;
    times_out(&server, Phase::Headers).await;
    ends_at_the_deadline(Phase::Headers, async |deadline| {
        let mut request = get(server.url("/"));
        request.deadline = deadline;
        local().open(request).await.unwrap_err()
    })
    .await;
}

#[tokio::test]
async fn a_call_without_an_answer_tells_how_far_it_came() {
    let hangs = Server::start(|stream| async move {
        let _open = stream;
        std::future::pending::<()>().await;
    })
    .await;
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n";
    let trickles = Server::start(move |stream| trickle(stream, head, "x")).await;
    for (server, phase) in [(&hangs, Phase::Headers), (&trickles, Phase::Body)] {
        let mut deadlines = DEADLINES.into_iter();
        let (failed, micros) = loop {
            let deadline = deadlines.next().unwrap();
            let mut request = post(server.url("/"), "x");
            request.deadline = deadline;
            let failed = local().send_told(request).await.unwrap_err();
            if failed.phase == Some(phase) {
                break (failed, u64::try_from(deadline.as_micros()).unwrap());
            }
        };
        assert_eq!(failed.error, Error::Timeout { phase });
        assert_eq!(failed.phase, Some(phase));
        let times = failed.phases;
        assert!(
            times.connect_us > 0 && times.total_us >= micros,
            "{times:?}"
        );
        assert!(
            times.dns_us + times.connect_us < times.total_us,
            "{times:?}"
        );
        let began = phase == Phase::Body;
        assert_eq!(times.to_headers_us > 0, began, "{times:?}");
        assert!(times.to_headers_us < times.total_us, "{times:?}");
    }
    let mut request = post(hangs.url("/"), "x");
    request.url = "ftp://example.com/".to_owned();
    let refused = local().send_told(request).await.unwrap_err();
    assert_eq!(refused.phase, None);
    let (_deaf, address) = deaf();
    let mut request = post(hangs.url("/"), "x");
    request.url = format!("http://{address}/");
    let refused = local().send_told(request).await.unwrap_err();
    assert_eq!(refused.error, Error::Connect);
    assert_eq!(refused.phase, Some(Phase::Connect));
    assert_eq!(refused.phases.to_headers_us, 0);
}

#[tokio::test]
async fn a_server_that_stops_reading_ends_at_the_deadline() {
    let server = Server::start(|stream| async move {
        let _open = stream;
        std::future::pending::<()>().await;
    })
    .await;
    let body = Bytes::from(vec![b'x'; 64 * MIB as usize]);
    gives_up(Phase::Headers, || Request {
        body: body.clone(),
        ..post(server.url("/"), "")
    })
    .await;
}

#[tokio::test]
async fn a_timed_out_connection_is_closed() {
    let (came, closed) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicBool::new(false)),
    );
    let (arrival, end) = (came.clone(), closed.clone());
    let server = Server::start(move |mut stream| {
        let (arrival, end) = (arrival.clone(), end.clone());
        async move {
            // One that was given up before it was sent.
            if read_request(&mut stream).await.is_none() {
                return;
            }
            arrival.store(true, Ordering::SeqCst);
            assert!(read_request(&mut stream).await.is_none());
            end.store(true, Ordering::SeqCst);
        }
    })
    .await;
    let client = local();
    for deadline in DEADLINES {
        let mut request = get(server.url("/"));
        request.deadline = deadline;
        assert!(client.send(request).await.is_err());
        if came.load(Ordering::SeqCst) {
            break;
        }
    }
    until(|| closed.load(Ordering::SeqCst)).await;
}

#[tokio::test]
async fn a_connection_that_closes_too_early_is_closed() {
    let at_once = Server::start(|stream| async move { drop(stream) }).await;
    let error = local().send(get(at_once.url("/"))).await.unwrap_err();
    assert_eq!(error, Error::Closed);
    for part in [
        "",
        "HTTP/1.1 200",
        "HTTP/1.1 200 OK\r\ncontent-le",
        "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n12345",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab",
    ] {
        let server = Server::closing_after(part).await;
        let error = local().send(get(server.url("/"))).await.unwrap_err();
        assert_eq!(error, Error::Closed, "{part:?}");
    }
}

#[tokio::test]
async fn what_is_not_http_is_a_protocol_error() {
    let many = "HTTP/1.1 200 OK\r\n".to_owned() + &"x-many: 1\r\n".repeat(200) + "\r\n";
    let large = format!(
        "HTTP/1.1 200 OK\r\nx-large: {}\r\n\r\n",
        "x".repeat(150_000)
    );
    for garbage in [
        "SSH-2.0-OpenSSH_9.6\r\n",
        "<html>hello</html>\r\n\r\n",
        "\0\u{1}\u{2}\u{3}\r\n\r\n",
        "HTTP/9.9 200 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\na b: c\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\nab",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nab",
        many.as_str(),
        large.as_str(),
    ] {
        let server = Server::closing_after(garbage.to_owned()).await;
        let error = local().send(post(server.url("/"), "x")).await.unwrap_err();
        let shown: String = garbage.chars().take(60).collect();
        assert_eq!(error, Error::Protocol, "{shown:?}");
    }
}

#[tokio::test]
async fn an_upgrade_that_nobody_asked_for_leads_nowhere() {
    let server = Server::closing_after(
        "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\nhello",
    )
    .await;
    match local().send(get(server.url("/"))).await {
        Ok(answer) => assert_eq!(answer.status.as_u16(), 101),
        Err(error) => assert_eq!(error, Error::Protocol),
    }
}

#[tokio::test]
async fn nobody_listening_is_a_failed_connection() {
    let (_deaf, gone) = deaf();
    let error = local()
        .send(get(format!("http://{gone}/")))
        .await
        .unwrap_err();
    assert_eq!(error, Error::Connect);
    assert!(error.is_network());
}
