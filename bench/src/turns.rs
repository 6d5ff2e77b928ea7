//! Turns: many clients, each with one kept connection, have the four-message intake again and again.
//!
//! Every answer is checked: a turn counts only when the bot said what it should.
use crate::client::Client;
use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::json;
use std::time::{Duration, Instant};

/// Puts load on a server.
#[derive(Debug, Clone, Args)]
pub(crate) struct Arguments {
    /// The server's address
    #[arg(long, default_value = "127.0.0.1:8360")]
    pub(crate) address: String,
    /// A bots_management token
    #[arg(long)]
    pub(crate) token: String,
    /// The bot: the intake of bench/intake.json
    #[arg(long, default_value = "Intake")]
    pub(crate) bot: String,
    /// How many clients at once
    #[arg(long, default_value_t = 64)]
    pub(crate) clients: u32,
    /// How long, in seconds
    #[arg(long, default_value_t = 10)]
    pub(crate) seconds: u64,
    /// Turns per second over all clients; as many as go unless given
    #[arg(long)]
    pub(crate) rate: Option<f64>,
    /// The process of the server, for its CPU time
    #[arg(long)]
    pub(crate) pid: Option<u32>,
}

/// What the user says, and what the bot's answer must hold.
const INTAKE: [(&str, &str); 4] = [
    ("Ana Diaz", "How old are you, Ana"),
    ("42", "What brings you here"),
    ("a cough that will not go away", "Shall I send this"),
    ("yes", "Thank you, Ana"),
];

/// Says when the next turn may begin, so that all clients together keep the rate.
struct Pace {
    next: Instant,
    gap: Option<Duration>,
}

impl Pace {
    /// Waits for the turn's time and returns it: a turn that begins late counts from when it should have begun.
    async fn turn(&mut self) -> Instant {
        let Some(gap) = self.gap else {
            return Instant::now();
        };
        let due = self.next;
        self.next += gap;
        tokio::time::sleep_until(due.into()).await;
        due
    }
}

async fn run(arguments: Arguments, number: u32, until: Instant) -> Result<Vec<Duration>> {
    let mut client = Client::connect(&arguments.address, &arguments.token).await?;
    let clients = f64::from(arguments.clients);
    let gap = arguments
        .rate
        .map(|it| Duration::from_secs_f64(clients / it));
    let offset = gap.map_or(Duration::ZERO, |it| it.mul_f64(f64::from(number) / clients));
    let mut pace = Pace {
        next: Instant::now() + offset,
        gap,
    };
    let mut times = Vec::new();
    while Instant::now() < until {
        let begun = pace.turn().await;
        let started = client
            .post("/api/v1/sessions", &json!({"function_id": arguments.bot}))
            .await?;
        times.push(begun.elapsed());
        let id = started["session"]["id"].as_str().context("no session")?;
        let path = format!("/api/v1/sessions/{id}/messages");
        for (said, expected) in INTAKE {
            let begun = pace.turn().await;
            let answer = client.post(&path, &json!({"text": said})).await?;
            times.push(begun.elapsed());
            let heard = answer["messages"][0]["text"].as_str().unwrap_or_default();
            if !heard.contains(expected) {
                bail!("to {said:?} the bot said {heard:?}");
            }
        }
    }
    Ok(times)
}

/// CPU time of a process so far, in seconds (fields utime and stime of /proc/PID/stat, in ticks of 10 ms).
pub(crate) fn cpu_seconds(pid: u32) -> Result<f64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let after = text.rsplit(") ").next().context("no name")?;
    let fields: Vec<&str> = after.split(' ').collect();
    let ticks = |at: usize| -> Result<f64> { Ok(fields.get(at).context("too short")?.parse()?) };
    Ok((ticks(11)? + ticks(12)?) / 100.0)
}

/// Puts load on the server; returns how long each turn took, and how long all of it.
pub(crate) async fn load(arguments: &Arguments) -> Result<(Vec<Duration>, f64)> {
    let begun = Instant::now();
    let until = begun + Duration::from_secs(arguments.seconds);
    #[expect(
        clippy::disallowed_methods,
        reason = "the load generator has no task tracker; its tasks end with it"
    )]
    let clients: Vec<_> = (0..arguments.clients)
        .map(|number| tokio::spawn(run(arguments.clone(), number, until)))
        .collect();
    let mut times = Vec::new();
    for client in clients {
        times.extend(client.await??);
    }
    Ok((times, begun.elapsed().as_secs_f64()))
}

/// Measures turns, and prints.
pub(crate) async fn measure(arguments: &Arguments) -> Result<()> {
    let cpu_before = arguments.pid.map(cpu_seconds).transpose()?;
    let (mut times, elapsed) = load(arguments).await?;
    times.sort_unstable();
    if times.is_empty() {
        bail!("no turn was made");
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of turns are far below 2^52"
    )]
    let turns = times.len() as f64;
    let at = |share: usize| {
        times[(times.len() * share / 1000).min(times.len() - 1)].as_secs_f64() * 1000.0
    };
    print!(
        "clients {:>4}  turns/s {:>8.0}  p50 {:>7.2} ms  p95 {:>7.2} ms  p99 {:>7.2} ms",
        arguments.clients,
        turns / elapsed,
        at(500),
        at(950),
        at(990)
    );
    if let (Some(pid), Some(before)) = (arguments.pid, cpu_before) {
        print!(
            "  server CPU {:.3} ms/turn",
            (cpu_seconds(pid)? - before) * 1000.0 / turns
        );
    }
    println!();
    Ok(())
}
