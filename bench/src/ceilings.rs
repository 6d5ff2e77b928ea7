//! What a machine can do at best, to compare with: a bare echo over HTTP, and signed posts over kept connections.
use crate::process::cpu_seconds;
use crate::raw::Raw;
use anyhow::Result;
use axum::Router;
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use clap::Args;
use hmac::{Hmac, KeyInit, Mac};
use http::{Request, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use sha2::Sha256;
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Posts to an echo as fast as it goes.
#[derive(Debug, Clone, Args)]
pub(crate) struct Arguments {
    /// The address of `echo`
    #[arg(long)]
    address: String,
    /// How many clients at once
    #[arg(long, default_value_t = 128)]
    clients: u32,
    /// How long, in seconds
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// The process of the echo, for its CPU time
    #[arg(long)]
    pid: u32,
}

/// As long as the answer to a turn.
const BODY: &str = r#"{"messages":[{"id":"msg_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b","seq":2,"from":"bot","kind":"text","text":"How old are you, Ana Diaz?","box_id":"age","at":"2026-11-26T05:35:28.123Z"}],"awaiting":{"kind":"text","box_id":"age"},"session":{"id":"ses_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b","user_id":"usr_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b","function_id":"Intake","version":1,"status":"active","medium":"api","language":"en","last_seq":2,"created_at":"2026-11-26T05:35:28.123Z","updated_at":"2026-11-26T05:35:28.123Z"}}"#;

/// How many kept connections post signed bodies: as many as an endpoint has places.
const CONNECTIONS: usize = 16;

/// Answers every post with its body.
pub(crate) async fn echo(port: u16) -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let routes = Router::new().route("/", post(async |body: Bytes| body));
    Ok(axum::serve(listener, routes).await?)
}

/// Measures, and prints.
pub(crate) async fn measure(arguments: &Arguments) -> Result<()> {
    let before = cpu_seconds(arguments.pid)?;
    let (count, took) = run(arguments, arguments.clients, echoes).await?;
    println!(
        "bare axum echo, {} clients: {:.0} requests/s, CPU {:.1} µs each",
        arguments.clients,
        count / took,
        (cpu_seconds(arguments.pid)? - before) * 1e6 / count
    );
    let before = cpu_seconds(std::process::id())?;
    let connections = u32::try_from(CONNECTIONS)?;
    let (count, took) = run(arguments, connections, posts).await?;
    println!(
        "signed posts with hyper over {connections} kept connections: {:.0}/s, CPU of the sender {:.1} µs each",
        count / took,
        (cpu_seconds(std::process::id())? - before) * 1e6 / count
    );
    Ok(())
}

/// Runs so many clients; returns how many requests they made, and in how many seconds.
async fn run<F>(
    arguments: &Arguments,
    clients: u32,
    client: fn(String, Instant) -> F,
) -> Result<(f64, f64)>
where
    F: Future<Output = Result<u32>> + Send + 'static,
{
    let begun = Instant::now();
    let until = begun + Duration::from_secs(arguments.seconds);
    let mut tasks = JoinSet::new();
    for _ in 0..clients {
        tasks.spawn(client(arguments.address.clone(), until));
    }
    let mut count = 0;
    while let Some(made) = tasks.join_next().await {
        count += made??;
    }
    Ok((f64::from(count), begun.elapsed().as_secs_f64()))
}

async fn echoes(address: String, until: Instant) -> Result<u32> {
    let mut client = Raw::connect(&address, "none").await?;
    let mut made = 0;
    while Instant::now() < until {
        client.post("/", BODY).await?;
        made += 1;
    }
    Ok(made)
}

async fn posts(address: String, until: Instant) -> Result<u32> {
    let stream = TcpStream::connect(&address).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    let mut tasks = JoinSet::new();
    tasks.spawn(connection);
    let mut made = 0;
    while Instant::now() < until {
        let mut mac = Hmac::<Sha256>::new_from_slice(&[7; 32])?;
        mac.update(BODY.as_bytes());
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        let request = Request::post("/")
            .header(header::HOST, &address)
            .header(header::CONTENT_TYPE, "application/json")
            .header("webhook-signature", format!("v1,{signature}"))
            .body(Full::new(Bytes::from_static(BODY.as_bytes())))?;
        sender.ready().await?;
        let answer = sender.send_request(request).await?;
        answer.into_body().collect().await?;
        made += 1;
    }
    Ok(made)
}
