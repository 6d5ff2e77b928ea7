//! Agents at work: memory of open streams, and the time from an agent's *send* to the visitor's stream.
use crate::client::Client;
use crate::process::memory;
use crate::raw::Raw;
use crate::times::Times;
use crate::turns::session_in;
use anyhow::{Context, Result, bail};
use clap::Args;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// Opens streams of visitors, takes their chats over and answers them.
#[derive(Debug, Clone, Args)]
pub(crate) struct Arguments {
    /// The server's address
    #[arg(long)]
    address: String,
    /// A bots_management token
    #[arg(long)]
    token: String,
    /// The cookie of an agent who is signed in
    #[arg(long)]
    cookie: String,
    /// The process of the server
    #[arg(long)]
    pid: u32,
    /// How many visitors
    #[arg(long, default_value_t = 1_000)]
    streams: usize,
    /// How many answers
    #[arg(long, default_value_t = 2_000)]
    answers: usize,
    /// Answers per second
    #[arg(long, default_value_t = 100.0)]
    rate: f64,
}

/// What stands before the number of an answer, and after it.
const MARK: (&str, &str) = ("answer <", ">");

/// How long an answer may stay away before it counts as lost.
const LOST: Duration = Duration::from_secs(10);

/// Measures, and prints.
pub(crate) async fn measure(arguments: &Arguments) -> Result<()> {
    let mut visitors = Raw::connect(&arguments.address, &arguments.token).await?;
    let mut agent = Raw::with_cookie(&arguments.address, &arguments.cookie).await?;
    let mut sessions = Vec::new();
    for _ in 0..arguments.streams {
        let started = visitors
            .post("/api/v1/sessions", r#"{"function_id":"Intake"}"#)
            .await?;
        let session = session_in(started)?.to_owned();
        let path = format!("/api/v1/desk/sessions/{session}/take_over");
        agent.post(&path, "{}").await?;
        sessions.push(session);
    }
    let before = memory(arguments.pid, "VmRSS")?;
    let (tell, mut heard) = mpsc::unbounded_channel();
    for session in &sessions {
        let mut client = Client::connect(&arguments.address, &arguments.token).await?;
        let path = format!("/api/v1/sessions/{session}/stream");
        let mut body = client.open(&path).await?;
        // The first message: the stream is at work.
        body.frame().await.transpose()?;
        #[expect(
            clippy::disallowed_methods,
            reason = "the load generator has no task tracker; its tasks end with it"
        )]
        tokio::spawn(listen(client, body, tell.clone()));
    }
    let open = memory(arguments.pid, "VmRSS")?;
    println!(
        "{} open streams of visitors: {} KiB more, {:.1} KiB each",
        sessions.len(),
        open.saturating_sub(before),
        open.saturating_sub(before) as f64 / sessions.len() as f64
    );
    let gap = Duration::from_secs_f64(1.0 / arguments.rate);
    let (mut sent, mut answered) = (Vec::new(), Vec::new());
    let begun = Instant::now();
    for number in 0..arguments.answers {
        let due = begun + gap * u32::try_from(number)?;
        tokio::time::sleep_until(due.into()).await;
        let session = &sessions[number % sessions.len()];
        let path = format!("/api/v1/desk/sessions/{session}/messages");
        let body = format!(r#"{{"text":"{}{number}{}"}}"#, MARK.0, MARK.1);
        let now = Instant::now();
        sent.push(now);
        agent.post(&path, &body).await?;
        answered.push(now.elapsed());
    }
    let mut times = Vec::new();
    while times.len() < arguments.answers {
        let next = tokio::time::timeout(LOST, heard.recv()).await;
        let Ok(Some((number, at))) = next else {
            bail!("{} answers were not heard", arguments.answers - times.len());
        };
        let number: usize = number;
        let at: Instant = at;
        times.push(at.duration_since(sent[number]));
    }
    println!(
        "from send to the visitor's stream, {:.0} a second: {}",
        arguments.rate,
        Times::of(times).told()
    );
    println!(
        "from send to the agent's answer: {}",
        Times::of(answered).told()
    );
    let peak = memory(arguments.pid, "VmRSS")?;
    println!("memory then {:.1} MiB", peak as f64 / 1024.0);
    Ok(())
}

/// Tells which answers come, and when.
async fn listen(
    client: Client,
    mut body: Incoming,
    tell: mpsc::UnboundedSender<(usize, Instant)>,
) -> Result<()> {
    let mut text = String::new();
    while let Some(frame) = body.frame().await.transpose()? {
        let at = Instant::now();
        if let Some(data) = frame.data_ref() {
            text.push_str(std::str::from_utf8(data)?);
        }
        while let Some((before, rest)) = text.split_once(MARK.0) {
            let Some((number, rest)) = rest.split_once(MARK.1) else {
                text.drain(..before.len());
                break;
            };
            let number = number.parse().context("no number")?;
            if tell.send((number, at)).is_err() {
                return Ok(());
            }
            text = rest.to_owned();
        }
    }
    drop(client);
    Ok(())
}
