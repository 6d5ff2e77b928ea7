//! A long time at a steady rate: whether memory, handles or the write-ahead log grow.
use crate::process::{cpu_seconds, handles, memory};
use crate::turns;
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Puts a steady load on a server for minutes.
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
    /// Turns per second
    #[arg(long, default_value_t = 500.0)]
    rate: f64,
    /// How long
    #[arg(long, default_value_t = 30.0)]
    minutes: f64,
    /// The write-ahead log of the database, if it is a file
    #[arg(long)]
    wal: Option<PathBuf>,
}

/// How many samples are taken.
const SAMPLES: u32 = 60;

/// Of these, how many are left out when growth is told: what fills up at first is no leak.
const FIRST: usize = 20;

struct Sample {
    minutes: f64,
    memory_mib: f64,
    handles: usize,
    wal_mib: f64,
}

fn sample(arguments: &Arguments, begun: Instant) -> Result<Sample> {
    let wal = arguments.wal.as_ref().map(std::fs::metadata).transpose()?;
    Ok(Sample {
        minutes: begun.elapsed().as_secs_f64() / 60.0,
        memory_mib: memory(arguments.pid, "VmRSS")? as f64 / 1024.0,
        handles: handles(arguments.pid)?,
        wal_mib: wal.map_or(0.0, |it| it.len() as f64 / f64::from(1 << 20)),
    })
}

/// The slope of the line that fits best, in MiB a minute.
fn slope(samples: &[Sample]) -> f64 {
    let count = samples.len() as f64;
    let mean = |of: fn(&Sample) -> f64| samples.iter().map(of).sum::<f64>() / count;
    let (time, memory) = (mean(|it| it.minutes), mean(|it| it.memory_mib));
    let each = samples.iter();
    let (both, square) = each.fold((0.0, 0.0), |(both, square), it| {
        let apart = it.minutes - time;
        (
            both + apart * (it.memory_mib - memory),
            square + apart * apart,
        )
    });
    both / square
}

/// Measures, and prints.
pub(crate) async fn measure(arguments: &Arguments) -> Result<()> {
    let span = Duration::from_secs_f64(arguments.minutes * 60.0);
    let load = turns::Arguments {
        address: arguments.address.clone(),
        token: arguments.token.clone(),
        bot: "Intake".into(),
        clients: 16,
        seconds: span.as_secs(),
        rate: Some(arguments.rate),
        half: false,
        pid: None,
        database_pid: None,
    };
    let (begun, cpu_before) = (Instant::now(), cpu_seconds(arguments.pid)?);
    let watch = async {
        let mut samples = Vec::new();
        for number in 1..=SAMPLES {
            tokio::time::sleep_until((begun + span * number / SAMPLES).into()).await;
            samples.push(sample(arguments, begun)?);
        }
        anyhow::Ok(samples)
    };
    let (load, samples) = tokio::join!(turns::load(&load), watch);
    let ((times, took), samples) = (load?, samples?);
    for it in samples
        .iter()
        .step_by(SAMPLES as usize / 6)
        .chain(samples.last())
    {
        println!(
            "after {:>5.1} min: memory {:.1} MiB, {} handles, write-ahead log {:.1} MiB",
            it.minutes, it.memory_mib, it.handles, it.wal_mib
        );
    }
    let largest = |of: fn(&Sample) -> f64| samples.iter().map(of).fold(0.0, f64::max);
    println!(
        "{:.0} turns/s for {:.1} min, {}; CPU {:.3} ms a turn; memory grows by {:.3} MiB a minute in the last two thirds; at most {:.1} MiB, {:.0} handles, a log of {:.1} MiB",
        times.count() / took,
        took / 60.0,
        times.told(),
        (cpu_seconds(arguments.pid)? - cpu_before) * 1e3 / times.count(),
        slope(samples.get(FIRST..).unwrap_or_default()),
        largest(|it| it.memory_mib),
        largest(|it| it.handles as f64),
        largest(|it| it.wal_mib)
    );
    Ok(())
}
