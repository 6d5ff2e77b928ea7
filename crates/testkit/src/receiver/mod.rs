//! A real HTTP/1.1 server on the loopback address: the webhook endpoint and the External API of tests.
//!
//! It keeps what it was sent and answers as it was told, also badly. Built on hyper's connections instead of axum,
//! because closing without an answer needs the connection.

mod answer;
mod request;

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

pub use answer::{Answer, Gate};
pub use request::Request;

use crate::{free_port, spawn, until_some};

/// How long the waiting functions of the receiver wait before they fail the test.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A running receiver; it stops when it is dropped.
///
/// Which answer a request gets: the oldest of [`answer_once`](Self::answer_once) for its path, else that of
/// [`answer`](Self::answer) or [`answer_with`](Self::answer_with) for its path, else that of
/// [`answer_all`](Self::answer_all), else 200 with `{}`.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    state: Arc<State>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct State {
    requests: Mutex<Vec<Request>>,
    rules: Mutex<Rules>,
    connections: AtomicUsize,
}

#[derive(Debug, Default)]
struct Rules {
    once: HashMap<String, VecDeque<Answer>>,
    always: HashMap<String, Rule>,
    rest: Option<Answer>,
}

#[derive(Clone)]
struct Rule(Arc<dyn Fn(&Request) -> Answer + Send + Sync>);

impl fmt::Debug for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Rule")
    }
}

impl Receiver {
    /// Starts a receiver on a free port.
    ///
    /// # Panics
    /// If it cannot listen on the loopback address.
    pub async fn start() -> Self {
        // Not on one that the system chooses: an outgoing call could get that while the receiver is down.
        loop {
            let address = (Ipv4Addr::LOCALHOST, free_port());
            if let Ok(listener) = TcpListener::bind(address).await {
                return Self::on(listener);
            }
        }
    }

    /// Starts a receiver on this port: one that was down comes back under its address.
    ///
    /// It waits until the port is free: a process that is just being started by another thread holds a copy of every
    /// open socket, also of one that was closed meanwhile, until it has become its own program.
    ///
    /// # Panics
    /// If somebody else listens there.
    pub async fn start_on(port: u16) -> Self {
        let what = format!("127.0.0.1:{port} to be free for the receiver");
        let listener = until_some(&what, PATIENCE, async || {
            TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.ok()
        })
        .await;
        Self::on(listener)
    }

    fn on(listener: TcpListener) -> Self {
        let address = listener
            .local_addr()
            .expect("a bound listener has an address");
        let state = Arc::new(State::default());
        let task = spawn(accept(listener, Arc::clone(&state)));
        Self {
            address,
            state,
            task,
        }
    }

    /// Returns the address for `path`, which begins with a slash.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Returns the port on which it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Answers every request to `path` like this from now on.
    pub fn answer(&self, path: &str, answer: Answer) {
        self.answer_with(path, move |_| answer.clone());
    }

    /// Answers every request to `path` with what `answer` makes of it, from now on.
    pub fn answer_with(
        &self,
        path: &str,
        answer: impl Fn(&Request) -> Answer + Send + Sync + 'static,
    ) {
        lock(&self.state.rules)
            .always
            .insert(path.to_owned(), Rule(Arc::new(answer)));
    }

    /// Answers one request to `path` like this; several are used in the order in which they were given.
    pub fn answer_once(&self, path: &str, answer: Answer) {
        lock(&self.state.rules)
            .once
            .entry(path.to_owned())
            .or_default()
            .push_back(answer);
    }

    /// Answers every request to a path without a rule of its own like this from now on.
    pub fn answer_all(&self, answer: Answer) {
        lock(&self.state.rules).rest = Some(answer);
    }

    /// Answers the next `times` requests to `path` with `status`, and then as before.
    ///
    /// # Panics
    /// If `status` is not a status code.
    pub fn fail_first(&self, path: &str, times: usize, status: u16) {
        for _ in 0..times {
            self.answer_once(path, Answer::status(status));
        }
    }

    /// Returns all requests so far, in the order of their arrival.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.state.requests).clone()
    }

    /// Returns the requests to `path` so far, in the order of their arrival.
    #[must_use]
    pub fn requests_to(&self, path: &str) -> Vec<Request> {
        lock(&self.state.requests)
            .iter()
            .filter(|request| request.path() == path)
            .cloned()
            .collect()
    }

    /// Returns how many connections were opened so far: a guard that refuses an address opens none.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }

    /// Waits until the `number`-th request (from 1) has arrived and returns it.
    ///
    /// # Panics
    /// If it does not arrive within [`PATIENCE`].
    pub async fn next_request(&self, number: usize) -> Request {
        let what = format!("request number {number} at {}", self.address);
        until_some(&what, PATIENCE, async || {
            lock(&self.state.requests).get(number - 1).cloned()
        })
        .await
    }

    /// Waits until `count` requests to `path` have arrived and returns all to it.
    ///
    /// # Panics
    /// If they do not arrive within [`PATIENCE`].
    pub async fn next_requests_to(&self, path: &str, count: usize) -> Vec<Request> {
        let what = format!("{count} requests to {}", self.url(path));
        until_some(&what, PATIENCE, async || {
            Some(self.requests_to(path)).filter(|found| found.len() >= count)
        })
        .await
    }

    /// Stops listening, cuts all connections and gives the port back before it returns; see [`start_on`](Self::start_on)
    /// for who may still have it for a moment.
    pub async fn stop(mut self) {
        self.task.abort();
        // Aborted tasks end with an error by design; only that it has ended matters.
        let _ended = (&mut self.task).await;
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    // The set ends its connections when this task is aborted.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                state.connections.fetch_add(1, Ordering::SeqCst);
                let state = Arc::clone(&state);
                let service = service_fn(move |request| answer(Arc::clone(&state), request));
                connections.spawn(async move {
                    // Broken connections are what this server is for.
                    let _ended = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn answer(
    state: Arc<State>,
    request: http::Request<Incoming>,
) -> io::Result<http::Response<answer::Body>> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let request = {
        let mut requests = lock(&state.requests);
        let request = Request {
            method: head.method,
            uri: head.uri,
            headers: head.headers,
            body,
            number: requests.len() + 1,
            received_at: Instant::now(),
        };
        requests.push(request.clone());
        request
    };
    state.answer_to(&request).send().await
}

impl State {
    fn answer_to(&self, request: &Request) -> Answer {
        let rule = {
            let mut rules = lock(&self.rules);
            if let Some(answer) = rules
                .once
                .get_mut(request.path())
                .and_then(VecDeque::pop_front)
            {
                return answer;
            }
            match rules.always.get(request.path()) {
                Some(rule) => rule.clone(),
                None => {
                    return rules
                        .rest
                        .clone()
                        .unwrap_or_else(|| Answer::json(200, &serde_json::json!({})));
                }
            }
        };
        // Outside the lock: the rule of a test may ask the receiver.
        (rule.0)(request)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
