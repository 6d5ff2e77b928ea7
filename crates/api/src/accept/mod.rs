//! Connections: taken in, counted, held to deadlines, and let go when the server stops.
//!
//! Whatever a client does or leaves undone, it holds a socket for a bounded time and a bounded share of all sockets.
mod seats;
mod socket;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use ipnet::IpNet;
use seats::{Seat, Seats};
use socket::{Phases, Socket};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tower::Service;

/// The most bytes of a request's head: its first line and its headers.
pub(crate) const MAX_HEAD: usize = 16 * 1024;

/// The most headers of a request.
pub(crate) const MAX_HEADERS: usize = 100;

/// What a connection may buffer. More than a head, so that one that is too large is mostly answered with a problem that says so.
const BUFFER: usize = 2 * MAX_HEAD;

/// So many headers are read, for the same reason.
const READ_HEADERS: usize = 2 * MAX_HEADERS;

/// How long the loop rests when the system has no more sockets to give.
const REST: Duration = Duration::from_millis(100);

/// How many sockets there may be, and how long each may keep the server waiting.
#[derive(Debug, Clone)]
pub struct Sockets {
    /// The most open sockets.
    pub all: usize,
    /// The most of one client address (of IPv6: of one /64 network). The machine's own addresses and `spared` are not counted.
    pub per_client: usize,
    /// The most that have not sent a whole request yet.
    pub half_open: usize,
    /// Clients that stand for many others: trusted proxies.
    pub spared: Vec<IpNet>,
    /// How long the head of a request may take from its first byte; for the first one from the connection on.
    pub head_within: Duration,
    /// How long a connection may lie idle between two requests.
    pub idle_within: Duration,
    /// How long a client may leave an answer unread.
    pub read_within: Duration,
}

impl Default for Sockets {
    fn default() -> Self {
        Self {
            all: 20_000,
            per_client: 64,
            half_open: 2_000,
            spared: Vec::new(),
            head_within: Duration::from_secs(10),
            idle_within: Duration::from_secs(75),
            read_within: Duration::from_secs(30),
        }
    }
}

/// Answers what comes to `listener` until `stopping`; then takes nothing new and returns when the last request was answered. Dropping the future
/// cuts off what is left.
pub async fn serve(
    listener: TcpListener,
    routes: Router,
    sockets: Sockets,
    stopping: CancellationToken,
) {
    let seats = Arc::new(Seats::new(&sockets));
    let mut open = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = stopping.cancelled() => break,
            accepted = listener.accept() => accepted,
            Some(_) = open.join_next() => continue,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Mostly a client that was gone at once; else no descriptors are left, and those in use will come back.
                tracing::debug!(%error, "a connection was not accepted");
                tokio::time::sleep(REST).await;
                continue;
            }
        };
        let seat = match seats.take(peer.ip()) {
            Ok(seat) => seat,
            Err(why) => {
                metrics::counter!("smartbot_http_refused_sockets_total", "why" => why.as_str())
                    .increment(1);
                continue;
            }
        };
        let phases = Phases::new(&sockets);
        open.spawn(answer(
            stream,
            Client { peer, seat, phases },
            routes.clone(),
            stopping.clone(),
        ));
    }
    drop(listener);
    while open.join_next().await.is_some() {}
}

/// Who is at the other end of a connection, and what it is doing.
struct Client {
    peer: SocketAddr,
    seat: Seat,
    phases: Phases,
}

/// Answers the requests of one connection, one after the other.
async fn answer(stream: TcpStream, client: Client, routes: Router, stopping: CancellationToken) {
    // Answers are small and waited for.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection cannot be told to send at once");
    }
    let socket = TokioIo::new(Socket::new(stream, client.phases.clone()));
    let service = hyper::service::service_fn(|mut request: Request<Incoming>| {
        client.seat.has_asked();
        let busy = client.phases.busy();
        request.extensions_mut().insert(ConnectInfo(client.peer));
        let answered = routes.clone().call(request.map(Body::new));
        async move {
            let response = answered.await?;
            Ok::<_, Infallible>(response.map(|body| busy.until_sent(body)))
        }
    });
    let mut connection = std::pin::pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            // The socket is stricter. But hyper looks at an idle connection, and so at the socket's deadline, only with one of its own.
            .header_read_timeout(client.phases.longest())
            .max_headers(READ_HEADERS)
            .max_buf_size(BUFFER)
            .serve_connection(socket, service)
    );
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended");
    }
}
