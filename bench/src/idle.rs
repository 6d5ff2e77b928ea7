//! A server that has nothing to do: its memory, and what open streams take.
use crate::client::Client;
use crate::process::memory;
use crate::raw::Raw;
use crate::times::Times;
use crate::turns::session_in;
use anyhow::Result;
use clap::Args;
use http_body_util::BodyExt;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Looks at a server that nobody uses, then opens streams.
#[derive(Debug, Clone, Args)]
pub(crate) struct Arguments {
    /// The server's address
    #[arg(long)]
    address: String,
    /// A bots_management token
    #[arg(long)]
    token: String,
    /// The process of the server
    #[arg(long)]
    pid: u32,
    /// How many streams
    #[arg(long, default_value_t = 1_000)]
    streams: usize,
}

/// How long the server is left alone before it is looked at.
const ALONE: Duration = Duration::from_secs(3);

/// Measures, and prints.
pub(crate) async fn measure(arguments: &Arguments) -> Result<()> {
    tokio::time::sleep(ALONE).await;
    let idle = memory(arguments.pid, "VmRSS")?;
    println!("memory when idle {:.1} MiB", mib(idle));
    let mut client = Raw::connect(&arguments.address, &arguments.token).await?;
    let mut sessions = Vec::new();
    for _ in 0..arguments.streams {
        let started = client
            .post("/api/v1/sessions", r#"{"function_id":"Intake"}"#)
            .await?;
        sessions.push(session_in(started)?.to_owned());
    }
    let before = memory(arguments.pid, "VmRSS")?;
    let mut streams = Vec::new();
    for session in &sessions {
        let mut client = Client::connect(&arguments.address, &arguments.token).await?;
        let mut body = client
            .open(&format!("/api/v1/sessions/{session}/stream"))
            .await?;
        // The first message: the stream is at work.
        body.frame().await.transpose()?;
        streams.push((client, body));
    }
    tokio::time::sleep(ALONE).await;
    let open = memory(arguments.pid, "VmRSS")?;
    let each = open.saturating_sub(before) as f64 / streams.len() as f64;
    println!(
        "{} open streams: {:.1} MiB more, {each:.1} KiB each",
        streams.len(),
        mib(open.saturating_sub(before))
    );
    let mut waiting = JoinSet::new();
    let begun = Instant::now();
    for (client, mut body) in streams {
        waiting.spawn(async move {
            let mut text = String::new();
            while !text.contains("How old are you") {
                let Some(frame) = body.frame().await.transpose()? else {
                    break;
                };
                text.push_str(&String::from_utf8_lossy(
                    frame.data_ref().map_or(&[], |it| it),
                ));
            }
            drop(client);
            anyhow::Ok(begun.elapsed())
        });
    }
    for session in &sessions {
        let path = format!("/api/v1/sessions/{session}/messages");
        client.post(&path, r#"{"text":"Ana"}"#).await?;
    }
    let said = begun.elapsed().as_secs_f64();
    let mut times = Vec::new();
    while let Some(heard) = waiting.join_next().await {
        times.push(heard??);
    }
    println!(
        "a turn in each of them, one after the other: {said:.2} s; the last stream told of its own after {:.2} s",
        Times::of(times).at(1000) / 1e3
    );
    Ok(())
}

fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}
