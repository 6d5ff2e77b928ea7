//! Turns: many clients, each with one kept connection, have the four-message intake again and again.
//!
//! Every answer is checked: a turn counts only when the bot said what it should.
use crate::process::{cpu_seconds, cpu_seconds_of_family};
use crate::raw::Raw;
use crate::times::Times;
use anyhow::{Context, Result, bail};
use clap::Args;
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
    /// Then once more at half of what went
    #[arg(long)]
    pub(crate) half: bool,
    /// The process of the server, for its CPU time
    #[arg(long)]
    pub(crate) pid: Option<u32>,
    /// The first process of the database's server, for its CPU time
    #[arg(long)]
    pub(crate) database_pid: Option<u32>,
}

/// What the user says, and what the bot's answer must hold.
const INTAKE: [(&str, &str); 4] = [
    (r#"{"text":"Ana Diaz"}"#, "How old are you, Ana"),
    (r#"{"text":"42"}"#, "What brings you here"),
    (
        r#"{"text":"a cough that will not go away"}"#,
        "Shall I send this",
    ),
    (r#"{"text":"yes"}"#, "Thank you, Ana"),
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

/// The id of the session in an answer.
pub(crate) fn session_in(answer: &str) -> Result<&str> {
    let at = answer.find("ses_").context("no session")?;
    let id = answer[at..].split('"').next();
    id.context("no session")
}

async fn run(arguments: Arguments, number: u32, until: Instant) -> Result<Vec<Duration>> {
    let mut client = Raw::connect(&arguments.address, &arguments.token).await?;
    let clients = f64::from(arguments.clients);
    let gap = arguments
        .rate
        .map(|it| Duration::from_secs_f64(clients / it));
    let offset = gap.map_or(Duration::ZERO, |it| it.mul_f64(f64::from(number) / clients));
    let mut pace = Pace {
        next: Instant::now() + offset,
        gap,
    };
    let start = format!(r#"{{"function_id":"{}"}}"#, arguments.bot);
    let mut times = Vec::new();
    while Instant::now() < until {
        let begun = pace.turn().await;
        let started = client.post("/api/v1/sessions", &start).await?;
        times.push(begun.elapsed());
        let path = format!("/api/v1/sessions/{}/messages", session_in(started)?);
        for (said, expected) in INTAKE {
            let begun = pace.turn().await;
            let answer = client.post(&path, said).await?;
            times.push(begun.elapsed());
            if !answer.contains(expected) {
                bail!("to {said:?} the bot said {answer:?}");
            }
        }
    }
    Ok(times)
}

/// Puts load on the server; returns how long each turn took, and how long all of it.
pub(crate) async fn load(arguments: &Arguments) -> Result<(Times, f64)> {
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
    if times.is_empty() {
        bail!("no turn was made");
    }
    Ok((Times::of(times), begun.elapsed().as_secs_f64()))
}

/// Measures turns, and prints.
pub(crate) async fn measure(arguments: &Arguments) -> Result<()> {
    let rate = measure_once(arguments).await?;
    if arguments.half {
        let paced = Arguments {
            rate: Some(rate / 2.0),
            ..arguments.clone()
        };
        measure_once(&paced).await?;
    }
    Ok(())
}

/// Returns how many turns went a second.
async fn measure_once(arguments: &Arguments) -> Result<f64> {
    let server = || arguments.pid.map(cpu_seconds).transpose();
    let database = || {
        arguments
            .database_pid
            .map(cpu_seconds_of_family)
            .transpose()
    };
    let (server_before, database_before) = (server()?, database()?);
    let (times, elapsed) = load(arguments).await?;
    let rate = times.count() / elapsed;
    let paced = if arguments.rate.is_some() {
        "paced"
    } else {
        "     "
    };
    print!(
        "clients {:>4} {paced}  turns/s {rate:>7.0}  {}",
        arguments.clients,
        times.told()
    );
    let of = |before: Option<f64>, after: Option<f64>, name| {
        if let Some((before, after)) = before.zip(after) {
            print!("  {name} {:.3}", (after - before) * 1e3 / times.count());
        }
    };
    of(server_before, server()?, "CPU ms/turn: server");
    of(database_before, database()?, "database");
    println!();
    Ok(rate)
}
