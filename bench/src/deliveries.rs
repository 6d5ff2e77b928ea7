//! Deliveries: a receiver here, sessions on the server, and how long each event took from when it happened to its arrival.
//!
//! Ids of events begin with the millisecond in which they were made, so figures are whole milliseconds. `/ok` answers 204 at once; whatever
//! comes to another path is never answered, so that endpoints can be made that hang.
use crate::client::Client;
use crate::turns::cpu_seconds;
use anyhow::{Context, Result, bail};
use bytes::Bytes;
use clap::Args;
use http::{Response, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::json;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;

/// Starts sessions and receives what the server tells of them.
#[derive(Debug, Clone, Args)]
pub(crate) struct Arguments {
    /// The server's address
    #[arg(long)]
    pub(crate) address: String,
    /// A bots_management token
    #[arg(long)]
    pub(crate) token: String,
    /// The port of the receiver; an endpoint of the server must lead to /ok there
    #[arg(long)]
    pub(crate) port: u16,
    /// The bot
    #[arg(long, default_value = "Intake")]
    pub(crate) bot: String,
    /// Sessions per second
    #[arg(long, default_value_t = 500)]
    pub(crate) rate: u32,
    /// How long, in seconds
    #[arg(long, default_value_t = 10)]
    pub(crate) seconds: u64,
    /// The process of the server, for its CPU time
    #[arg(long)]
    pub(crate) pid: Option<u32>,
}

/// How many clients start sessions.
const CLIENTS: u32 = 16;

/// How long after the last session its events may take.
const PATIENCE: Duration = Duration::from_secs(60);

type Lags = Arc<Mutex<Vec<u64>>>;

fn now_ms() -> u64 {
    #[expect(
        clippy::disallowed_methods,
        reason = "compared with the clock of a server on this machine"
    )]
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |it| u64::try_from(it.as_millis()).unwrap_or(u64::MAX))
}

async fn receive(
    request: http::Request<Incoming>,
    lags: Lags,
) -> Result<Response<Empty<Bytes>>, Infallible> {
    let arrived = now_ms();
    if request.uri().path() != "/ok" {
        std::future::pending::<()>().await;
    }
    let id = request.headers().get("webhook-id");
    let millis = id
        .and_then(|it| it.to_str().ok()?.strip_prefix("evt_")?.get(..12))
        .and_then(|it| u64::from_str_radix(it, 16).ok());
    // Read whole, so that the connection is kept.
    drop(request.into_body().collect().await);
    if let Some(millis) = millis {
        let mut lags = lags.lock().unwrap_or_else(PoisonError::into_inner);
        lags.push(arrived.saturating_sub(millis));
    }
    let mut answer = Response::new(Empty::new());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    Ok(answer)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the load generator has no task tracker; its tasks end with it"
)]
async fn serve(listener: TcpListener, lags: Lags) {
    while let Ok((stream, _)) = listener.accept().await {
        let lags = lags.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| receive(request, lags.clone()));
            let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            // A server that goes away has ended the measurement.
            drop(served.await);
        });
    }
}

async fn start_sessions(arguments: Arguments, number: u32, until: Instant) -> Result<usize> {
    let mut client = Client::connect(&arguments.address, &arguments.token).await?;
    let gap = Duration::from_secs(1) * CLIENTS / arguments.rate.max(1);
    let mut due = Instant::now() + gap * number / CLIENTS;
    let mut started = 0;
    while due < until {
        tokio::time::sleep_until(due.into()).await;
        client
            .post("/api/v1/sessions", &json!({"function_id": arguments.bot}))
            .await?;
        started += 1;
        due += gap;
    }
    Ok(started)
}

/// Measures deliveries, and prints.
pub(crate) async fn measure(arguments: &Arguments) -> Result<()> {
    let lags = Lags::default();
    let listener = TcpListener::bind(("127.0.0.1", arguments.port)).await?;
    #[expect(
        clippy::disallowed_methods,
        reason = "the load generator has no task tracker; its tasks end with it"
    )]
    tokio::spawn(serve(listener, lags.clone()));
    let cpu_before = arguments.pid.map(cpu_seconds).transpose()?;
    let begun = Instant::now();
    let until = begun + Duration::from_secs(arguments.seconds);
    #[expect(
        clippy::disallowed_methods,
        reason = "the load generator has no task tracker; its tasks end with it"
    )]
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| tokio::spawn(start_sessions(arguments.clone(), number, until)))
        .collect();
    let mut started = 0;
    for client in clients {
        started += client.await??;
    }
    let ended = Instant::now();
    let arrived = || lags.lock().unwrap_or_else(PoisonError::into_inner).len();
    while arrived() < started && ended.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let took = begun.elapsed().as_secs_f64();
    let mut lags = lags.lock().unwrap_or_else(PoisonError::into_inner).clone();
    lags.sort_unstable();
    if lags.len() < started {
        bail!(
            "{started} sessions, {} deliveries: events are lost, or the endpoint takes no session.started",
            lags.len()
        );
    }
    let at = |share: usize| lags.get(lags.len() * share / 1000).or(lags.last()).copied();
    let (p50, p99) = at(500).zip(at(990)).context("nothing arrived")?;
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    let count = lags.len() as f64;
    print!(
        "sessions/s {:>6.0}  deliveries/s {:>7.0}  p50 {p50} ms  p99 {p99} ms  longest {} ms",
        count / took,
        count / took,
        lags.last().copied().unwrap_or_default()
    );
    if let (Some(pid), Some(before)) = (arguments.pid, cpu_before) {
        print!(
            "  server CPU {:.3} ms a session with its delivery",
            (cpu_seconds(pid)? - before) * 1000.0 / count
        );
    }
    println!();
    Ok(())
}
