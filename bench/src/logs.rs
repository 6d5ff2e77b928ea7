//! Chat logs of a store that was filled: pages of lists, exports and their memory, and what an export costs turns.
use crate::client::Client;
use crate::process::memory;
use crate::turns;
use anyhow::{Context, Result};
use clap::Args;
use http_body_util::BodyExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How to measure.
#[derive(Debug, Clone, Args)]
pub(crate) struct Arguments {
    /// The server's address
    #[arg(long, default_value = "127.0.0.1:8360")]
    address: String,
    /// A db_update token
    #[arg(long)]
    db_token: String,
    /// A bots_management token, for turns
    #[arg(long)]
    token: String,
    /// The process of the server, for its memory
    #[arg(long)]
    pid: u32,
    /// How many pages of each list
    #[arg(long, default_value_t = 500)]
    pages: u32,
    /// How many clients have turns at once
    #[arg(long, default_value_t = 64)]
    clients: u32,
    /// How long turns are measured, in seconds
    #[arg(long, default_value_t = 15)]
    seconds: u64,
}

/// The lists whose pages are timed. A walk that comes to its end begins anew.
const LISTS: [(&str, &str); 8] = [
    ("all", "?limit=50"),
    ("all, 200 a page", "?limit=200"),
    ("of a bot", "?limit=50&function_id=Intake"),
    ("running", "?limit=50&status=active"),
    ("ended", "?limit=50&status=ended"),
    ("of a rare flag", "?limit=50&flag=rare"),
    ("of a common flag", "?limit=50&flag=common"),
    ("of nobody's flag", "?limit=50&flag=nobody"),
];

/// A search, each page of which opens thousands of messages: a tenth of the pages.
const SEARCH: (&str, &str) = ("with a word", "?limit=50&q=needle");

const EXPORT: &str = "/api/v1/chat_logs/export";

/// Measures, and prints.
pub(crate) async fn measure(arguments: &Arguments) -> Result<()> {
    let mut client = Client::connect(&arguments.address, &arguments.db_token).await?;
    count(&mut client).await?;
    // What the server loads for its first turns belongs to no export.
    let warming = Arguments {
        seconds: 2,
        ..arguments.clone()
    };
    turns_per_second(&warming).await?;
    for format in ["ndjson", "csv"] {
        export(arguments, format).await?;
    }
    for (name, query) in LISTS {
        list(&mut client, name, query, arguments.pages).await?;
    }
    list(
        &mut client,
        SEARCH.0,
        SEARCH.1,
        arguments.pages.div_ceil(10),
    )
    .await?;
    let alone = turns_per_second(arguments).await?;
    let exporting = Exporting::start(arguments, "ndjson");
    let beside = turns_per_second(arguments).await?;
    let bytes = exporting.stop();
    println!(
        "turns/s alone {alone:.0}, beside an export {beside:.0}: {:.0} % of it; the export took {} MiB meanwhile",
        beside / alone * 100.0,
        bytes >> 20
    );
    Ok(())
}

/// Waits until the server has counted what the store was filled with.
async fn count(client: &mut Client) -> Result<()> {
    let begun = Instant::now();
    loop {
        let report = client.get("/api/v1/reports/volumes").await?;
        let until = report["counted_until"].as_str().context("no time")?;
        let newest = client.get("/api/v1/chat_logs?limit=1").await?;
        let newest = newest["data"][0]["session"]["created_at"].as_str();
        if newest.is_none_or(|it| it < until) {
            println!("counted within {:.1} s", begun.elapsed().as_secs_f64());
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn list(client: &mut Client, name: &str, query: &str, pages: u32) -> Result<()> {
    let (mut times, mut cursor, mut entries) = (Vec::new(), String::new(), 0);
    for _ in 0..pages {
        let begun = Instant::now();
        let path = format!("/api/v1/chat_logs{query}{cursor}");
        let page = client.get(&path).await?;
        times.push(begun.elapsed());
        entries += page["data"].as_array().context("no list")?.len();
        cursor = match page["next_cursor"].as_str() {
            Some(next) => format!("&cursor={next}"),
            None => String::new(),
        };
    }
    times.sort_unstable();
    let at =
        |share: usize| times[(times.len() * share / 100).min(times.len() - 1)].as_secs_f64() * 1e3;
    println!(
        "pages {name:<18} p50 {:>7.2} ms  p99 {:>7.2} ms  slowest {:>7.2} ms  {entries} entries",
        at(50),
        at(99),
        at(100)
    );
    Ok(())
}

/// An export of everything, and the server's memory while it runs.
async fn export(arguments: &Arguments, format: &str) -> Result<()> {
    let before = memory(arguments.pid, "VmRSS")?;
    let mut client = Client::connect(&arguments.address, &arguments.db_token).await?;
    let begun = Instant::now();
    let mut body = client.open(&format!("{EXPORT}?format={format}")).await?;
    let (mut bytes, mut lines, mut most) = (0_usize, 0_usize, before);
    let mut looked = Instant::now();
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame?.into_data() {
            bytes += data.len();
            lines += data.iter().filter(|it| **it == b'\n').count();
        }
        if looked.elapsed() > Duration::from_millis(20) {
            most = most.max(memory(arguments.pid, "VmRSS")?);
            looked = Instant::now();
        }
    }
    let took = begun.elapsed().as_secs_f64();
    println!(
        "export {format:<6} {lines} lines, {} MiB in {took:.1} s; memory {} MiB before, {} MiB at most: {} MiB more (VmHWM {} MiB)",
        bytes >> 20,
        before >> 10,
        most >> 10,
        (most - before) >> 10,
        memory(arguments.pid, "VmHWM")? >> 10
    );
    Ok(())
}

async fn turns_per_second(arguments: &Arguments) -> Result<f64> {
    let load = turns::Arguments {
        address: arguments.address.clone(),
        token: arguments.token.clone(),
        bot: "Intake".into(),
        clients: arguments.clients,
        seconds: arguments.seconds,
        rate: None,
        half: false,
        pid: None,
        database_pid: None,
    };
    let (times, elapsed) = turns::load(&load).await?;
    Ok(times.count() / elapsed)
}

/// Exports again and again until it is stopped.
struct Exporting {
    bytes: Arc<AtomicU64>,
    task: tokio::task::JoinHandle<Result<()>>,
}

impl Exporting {
    fn start(arguments: &Arguments, format: &str) -> Self {
        let bytes = Arc::new(AtomicU64::new(0));
        let (counter, path) = (bytes.clone(), format!("{EXPORT}?format={format}"));
        let (address, token) = (arguments.address.clone(), arguments.db_token.clone());
        #[expect(
            clippy::disallowed_methods,
            reason = "the load generator has no task tracker; its tasks end with it"
        )]
        let task = tokio::spawn(async move {
            loop {
                let mut client = Client::connect(&address, &token).await?;
                let mut body = client.open(&path).await?;
                while let Some(frame) = body.frame().await {
                    if let Ok(data) = frame?.into_data() {
                        counter.fetch_add(data.len() as u64, Ordering::Relaxed);
                    }
                }
            }
        });
        Self { bytes, task }
    }

    /// How many bytes came.
    fn stop(self) -> u64 {
        self.task.abort();
        self.bytes.load(Ordering::Relaxed)
    }
}
