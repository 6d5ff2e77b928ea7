//! Deliveries: a receiver here, sessions on the server, and how long it takes from the answer to a start to the arrival of what tells of it.
//!
//! `/ok` answers 204 at once; whatever comes to another path is never answered, so that endpoints can be made that hang.
use crate::process::cpu_seconds;
use crate::raw::Raw;
use crate::times::Times;
use crate::turns::session_in;
use anyhow::{Result, bail};
use bytes::Bytes;
use clap::Args;
use http::{Response, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::collections::HashMap;
use std::convert::Infallible;
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// Starts sessions and receives what the server tells of them.
#[derive(Debug, Clone, Args)]
pub(crate) struct Arguments {
    /// The server's address
    #[arg(long)]
    address: String,
    /// A bots_management token
    #[arg(long)]
    token: String,
    /// The port of the receiver; endpoints of the server must lead to /ok there
    #[arg(long)]
    port: u16,
    /// How many endpoints lead there
    #[arg(long, default_value_t = 1)]
    endpoints: usize,
    /// The bot
    #[arg(long, default_value = "Intake")]
    bot: String,
    /// Sessions per second; as many as go unless given
    #[arg(long)]
    rate: Option<f64>,
    /// How many clients start sessions
    #[arg(long, default_value_t = 16)]
    clients: u32,
    /// How long, in seconds
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// What lets deliveries go that were held up until then: a command, run when all sessions are started
    #[arg(long)]
    then: Option<String>,
    /// The process of the server, for its CPU time
    #[arg(long)]
    pid: u32,
}

/// How long after the last session its events may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// When what came, by the session that it tells of.
#[derive(Default)]
struct Seen {
    arrived: Vec<(String, Instant)>,
}

type Shared = Arc<Mutex<Seen>>;

fn lock(seen: &Shared) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn receive(
    request: http::Request<Incoming>,
    seen: Shared,
) -> Result<Response<Empty<Bytes>>, Infallible> {
    let arrived = Instant::now();
    if request.uri().path() != "/ok" {
        std::future::pending::<()>().await;
    }
    // Read whole, so that the connection is kept.
    if let Ok(body) = request.into_body().collect().await {
        let body = String::from_utf8_lossy(&body.to_bytes()).into_owned();
        if let Ok(session) = session_in(&body) {
            lock(&seen).arrived.push((session.to_owned(), arrived));
        }
    }
    let mut answer = Response::new(Empty::new());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    Ok(answer)
}

async fn serve(listener: TcpListener, seen: Shared) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let seen = seen.clone();
        connections.spawn(async move {
            let service = service_fn(move |request| receive(request, seen.clone()));
            let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            // A server that goes away has ended the measurement.
            drop(served.await);
        });
    }
}

type Accepted = Vec<(String, Instant)>;

async fn start_sessions(arguments: Arguments, number: u32, until: Instant) -> Result<Accepted> {
    let mut client = Raw::connect(&arguments.address, &arguments.token).await?;
    let clients = f64::from(arguments.clients);
    let gap = arguments
        .rate
        .map(|it| Duration::from_secs_f64(clients / it));
    let mut due = Instant::now() + gap.unwrap_or_default().mul_f64(f64::from(number) / clients);
    let body = format!(r#"{{"function_id":"{}"}}"#, arguments.bot);
    let mut accepted = Vec::new();
    while due.max(Instant::now()) < until {
        if let Some(gap) = gap {
            tokio::time::sleep_until(due.into()).await;
            due += gap;
        }
        let answer = client.post("/api/v1/sessions", &body).await?;
        accepted.push((session_in(answer)?.to_owned(), Instant::now()));
    }
    Ok(accepted)
}

/// Measures deliveries, and prints.
pub(crate) async fn measure(arguments: &Arguments) -> Result<()> {
    let seen = Shared::default();
    let listener = TcpListener::bind(("127.0.0.1", arguments.port)).await?;
    let mut receiver = JoinSet::new();
    receiver.spawn(serve(listener, seen.clone()));
    let mut cpu_before = cpu_seconds(arguments.pid)?;
    let mut begun = Instant::now();
    let until = begun + Duration::from_secs(arguments.seconds);
    let mut clients = JoinSet::new();
    for number in 0..arguments.clients {
        clients.spawn(start_sessions(arguments.clone(), number, until));
    }
    let mut accepted: HashMap<String, Instant> = HashMap::new();
    while let Some(client) = clients.join_next().await {
        accepted.extend(client??);
    }
    if let Some(command) = &arguments.then {
        cpu_before = cpu_seconds(arguments.pid)?;
        begun = Instant::now();
        if !Command::new("sh").args(["-c", command]).status()?.success() {
            bail!("{command} failed");
        }
    }
    let (ended, wanted) = (Instant::now(), accepted.len() * arguments.endpoints);
    let arrived = || lock(&seen).arrived.len();
    while arrived() < wanted && ended.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let took = begun.elapsed().as_secs_f64();
    let arrived = std::mem::take(&mut lock(&seen).arrived);
    if arrived.len() < wanted {
        bail!(
            "{wanted} deliveries were to come and {} came: events are lost, or an endpoint takes no session.started",
            arrived.len()
        );
    }
    // What tells of a session may arrive before the answer to whoever started it.
    let lag = |(session, at): &(String, Instant)| {
        accepted
            .get(session)
            .map(|it| at.saturating_duration_since(*it))
    };
    let times = Times::of(arrived.iter().filter_map(lag).collect());
    let sessions = times.count() / arguments.endpoints.max(1) as f64;
    let cpu = (cpu_seconds(arguments.pid)? - cpu_before) * 1e3;
    print!(
        "sessions/s {:>6.0}  deliveries/s {:>6.0}",
        sessions / took,
        times.count() / took
    );
    if arguments.then.is_none() {
        print!("  {}  CPU {:.3} ms a session", times.told(), cpu / sessions);
    }
    println!("  CPU {:.3} ms a delivery", cpu / times.count());
    Ok(())
}
