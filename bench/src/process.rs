//! What the system knows of a process.
use anyhow::{Context, Result};
use std::fs;

/// Fields of /proc/PID/stat after the name.
const PARENT: usize = 1;
const CPU: std::ops::Range<usize> = 11..13;
const CPU_OF_ENDED_CHILDREN: std::ops::Range<usize> = 13..15;

/// Ticks a second: on Linux always 100.
const TICKS: f64 = 100.0;

struct Stat(Vec<String>);

impl Stat {
    fn of(pid: &str) -> Result<Self> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
        let after = text.rsplit(") ").next().context("no name")?;
        Ok(Self(after.split(' ').map(str::to_owned).collect()))
    }

    fn seconds(&self, fields: std::ops::Range<usize>) -> f64 {
        let ticks = self.0.get(fields).unwrap_or_default().iter();
        ticks.filter_map(|it| it.parse::<f64>().ok()).sum::<f64>() / TICKS
    }
}

/// CPU time of a process so far, in seconds.
pub(crate) fn cpu_seconds(pid: u32) -> Result<f64> {
    Ok(Stat::of(&pid.to_string())?.seconds(CPU))
}

/// CPU time of a process and all its children so far, in seconds: of a PostgreSQL server, with its first process.
pub(crate) fn cpu_seconds_of_family(pid: u32) -> Result<f64> {
    let parent = Stat::of(&pid.to_string())?;
    let mut seconds = parent.seconds(CPU) + parent.seconds(CPU_OF_ENDED_CHILDREN);
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(name) = name.to_str().filter(|it| it.parse::<u32>().is_ok()) else {
            continue;
        };
        // One that ends meanwhile is counted by its parent.
        if let Ok(stat) = Stat::of(name)
            && stat.0.get(PARENT).is_some_and(|it| *it == pid.to_string())
        {
            seconds += stat.seconds(CPU);
        }
    }
    Ok(seconds)
}

/// A value of /proc/PID/status, in KiB.
pub(crate) fn memory(pid: u32, name: &str) -> Result<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = text.lines().find_map(|it| it.strip_prefix(name));
    let number = line.and_then(|it| it.trim_start_matches(':').split_whitespace().next());
    Ok(number.context("no such value")?.parse()?)
}

/// How many files and sockets a process has open.
pub(crate) fn handles(pid: u32) -> Result<usize> {
    Ok(fs::read_dir(format!("/proc/{pid}/fd"))?.count())
}
