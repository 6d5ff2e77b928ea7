//! A server on loopback that does what a test tells it to, byte by byte.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Method};
use smartbot_egress::{Client, Error, OverLimit, Phase, Policy, Request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;

pub(crate) const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// Counts its connections.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    accepted: Arc<AtomicUsize>,
    /// Ends with the server, and the connections with it.
    _tasks: JoinSet<()>,
}

impl Server {
    /// Each connection is handed to `handle`, which closes it by returning.
    pub(crate) async fn start<F, Fut>(handle: F) -> Self
    where
        F: Fn(TcpStream) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        Self::at("127.0.0.1:0", handle).await
    }

    pub(crate) async fn at<F, Fut>(address: &str, handle: F) -> Self
    where
        F: Fn(TcpStream) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let accepted = Arc::new(AtomicUsize::new(0));
        let count = accepted.clone();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                count.fetch_add(1, Ordering::SeqCst);
                connections.spawn(handle(stream));
            }
        });
        Self {
            address,
            accepted,
            _tasks: tasks,
        }
    }

    /// Answers every request on every connection with the same bytes, and keeps it open.
    pub(crate) async fn answering(answer: impl Into<String>) -> Self {
        let answer: Arc<str> = answer.into().into();
        Self::start(move |mut stream| {
            let answer = answer.clone();
            async move {
                while read_request(&mut stream).await.is_some() {
                    if stream.write_all(answer.as_bytes()).await.is_err() {
                        return;
                    }
                }
            }
        })
        .await
    }

    /// Answers the first request with these bytes and closes.
    pub(crate) async fn closing_after(answer: impl Into<Bytes>) -> Self {
        let answer: Bytes = answer.into();
        Self::start(move |mut stream| {
            let answer = answer.clone();
            async move {
                if read_request(&mut stream).await.is_some() {
                    // The client may have had enough before the end.
                    let _ = stream.write_all(&answer).await;
                    let _ = stream.shutdown().await;
                }
            }
        })
        .await
    }

    /// Nobody may connect to it.
    pub(crate) async fn canary(address: &str) -> Self {
        Self::at(address, |_| async {}).await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn accepted(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }
}

/// The head and the body of a request with a length; `None` when the other side closed.
pub(crate) async fn read_request(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return None,
        }
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some((head, body))
}

/// Writes the same block until `total` bytes are out or the other side has had enough.
pub(crate) async fn pour(stream: &mut TcpStream, total: u64, poured: &AtomicU64) {
    let block = vec![b'x'; 64 * 1024];
    while poured.load(Ordering::SeqCst) < total {
        match stream.write(&block).await {
            Ok(written) if written > 0 => {
                poured.fetch_add(written as u64, Ordering::SeqCst);
            }
            _ => return,
        }
    }
}

pub(crate) fn client(allow: &str) -> Client {
    Client::new(Policy::parse(allow).unwrap()).unwrap()
}

/// A client that may call this machine by 127.0.0.1 alone.
pub(crate) fn local() -> Client {
    client("127.0.0.1/32")
}

pub(crate) fn get(url: impl Into<String>) -> Request {
    Request {
        method: Method::GET,
        url: url.into(),
        headers: HeaderMap::new(),
        body: Bytes::new(),
        deadline: Duration::from_secs(20),
        max_body: 64 * 1024,
        over_limit: OverLimit::Cut,
    }
}

pub(crate) fn post(url: impl Into<String>, body: &'static str) -> Request {
    Request {
        method: Method::POST,
        body: Bytes::from_static(body.as_bytes()),
        ..get(url)
    }
}

/// A socket with a port of this machine on which nobody listens, and which nobody else gets while it is there.
pub(crate) fn deaf() -> (TcpSocket, SocketAddr) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

/// Deadlines within which a call is given up. On a busy machine it may not come far in the first: then it has the next.
pub(crate) const DEADLINES: [Duration; 3] = [
    Duration::from_millis(300),
    Duration::from_secs(2),
    Duration::from_secs(10),
];

/// How late a busy machine may be.
const LATE: Duration = Duration::from_secs(15);

/// Asserts that a call ends at its deadline, in this phase.
pub(crate) async fn ends_at_the_deadline(phase: Phase, call: impl AsyncFn(Duration) -> Error) {
    let mut ends = Vec::new();
    for deadline in DEADLINES {
        let begun = Instant::now();
        let error = call(deadline).await;
        let took = begun.elapsed();
        assert!(took >= deadline && took < deadline + LATE, "{took:?}");
        if error == (Error::Timeout { phase }) {
            return;
        }
        ends.push(error);
    }
    panic!("{ends:?} and never in {phase:?}");
}

/// Waits until something is so; fails after twenty seconds.
pub(crate) async fn until(mut so: impl FnMut() -> bool) {
    let begun = Instant::now();
    let mut tick = tokio::time::interval(Duration::from_millis(5));
    while !so() {
        assert!(begun.elapsed() < Duration::from_secs(20), "waited in vain");
        tick.tick().await;
    }
}
