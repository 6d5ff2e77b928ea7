//! The server process, its folder and the watchdog that clears both away.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::binaries::Binaries;
use super::owner::Owner;
use super::{SUPERUSER, Stop, run};
use crate::free_port;

const START_WITHIN: Duration = Duration::from_secs(60);
const POLL_EVERY: Duration = Duration::from_millis(10);
/// Somebody may take the free port before the server does.
const ATTEMPTS: usize = 5;

/// What the watchdog runs: `$1` is the folder. It blocks on its standard input, a pipe whose other end only the test
/// process holds, so it wakes at once however that ends. It shares neither process group nor output with the tests.
const WATCHDOG: &str = r#"
trap '' INT TERM HUP
cd /
read -r _never
pid=
# The test process may have died between starting the server and the server writing its number.
for attempt in 1 2 3 4 5; do
    [ -d "$1/data" ] || break
    pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null) && [ -n "$pid" ] && break
    sleep 0.2
done
if [ -n "$pid" ]; then
    kill -QUIT "$pid" 2>/dev/null
    for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null
fi
rm -rf "$1"
"#;

/// A running server; dropping it stops it.
#[derive(Debug)]
pub(super) struct Server {
    port: u16,
    process: Child,
    /// What started it.
    command: Command,
    log: PathBuf,
    watchdog: Watchdog,
}

/// The shell that clears away; dropping it waits until it has.
#[derive(Debug)]
struct Watchdog(Child);

impl Server {
    pub(super) fn start(binaries: &Binaries, settings: &[(&str, &str)]) -> Self {
        let owner = Owner::find();
        let folder = tempfile::Builder::new()
            .prefix("smartbot-postgres-")
            .tempdir()
            .expect("the folder for temporary files must be writable")
            .keep();
        let watchdog = Watchdog::start(&folder);
        owner.own(&folder);

        let data = folder.join("data");
        let mut initdb = binaries.command("initdb");
        initdb.args([
            "--no-sync",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
            "--username",
            SUPERUSER,
        ]);
        initdb.arg("--pgdata").arg(&data).current_dir(&folder);
        owner.run_as(&mut initdb);
        run(initdb);

        let log = folder.join("log");
        for _ in 0..ATTEMPTS {
            let port = free_port();
            let mut command = binaries.command("postgres");
            command.arg("-D").arg(&data).arg("-p").arg(port.to_string());
            set(
                &mut command,
                "unix_socket_directories",
                &folder.display().to_string(),
            );
            for (name, value) in [
                ("listen_addresses", "127.0.0.1"),
                ("max_connections", "200"),
                ("shared_buffers", "64MB"),
                ("fsync", "off"),
                ("full_page_writes", "off"),
                ("synchronous_commit", "off"),
            ] {
                set(&mut command, name, value);
            }
            for (name, value) in settings {
                set(&mut command, name, value);
            }
            let output =
                File::create(&log).unwrap_or_else(|error| panic!("{}: {error}", log.display()));
            let errors = output
                .try_clone()
                .unwrap_or_else(|error| panic!("{}: {error}", log.display()));
            // A group of its own: Ctrl-C at a terminal is for the tests, the watchdog stops the server.
            command
                .current_dir(&folder)
                .stdout(output)
                .stderr(errors)
                .process_group(0);
            owner.run_as(&mut command);
            let mut process = command
                .spawn()
                .unwrap_or_else(|error| panic!("{command:?}: {error}"));
            if ready(binaries, port, &mut process, &log) {
                return Self {
                    port,
                    process,
                    command,
                    log,
                    watchdog,
                };
            }
        }
        panic!(
            "PostgreSQL did not start in {ATTEMPTS} attempts: {}",
            told(&log)
        );
    }

    pub(super) fn restart(&mut self, binaries: &Binaries, how: Stop) {
        let signal = match how {
            Stop::Fast => "-INT",
            Stop::Immediate => "-QUIT",
        };
        let mut kill = Command::new("kill");
        kill.arg(signal).arg(self.process.id().to_string());
        run(kill);
        let ended = self.process.wait();
        assert!(ended.is_ok(), "PostgreSQL does not end: {ended:?}");
        let begin = Instant::now();
        // Who has taken the port meanwhile gives it back, or the test cannot go on.
        loop {
            self.process = self
                .command
                .spawn()
                .unwrap_or_else(|error| panic!("{:?}: {error}", self.command));
            if ready(binaries, self.port, &mut self.process, &self.log) {
                return;
            }
            assert!(begin.elapsed() < START_WITHIN, "{}", told(&self.log));
        }
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.watchdog.wake();
        // The watchdog asks whether the server is gone, and a child that nobody waits for is never gone.
        let _status = self.process.wait();
    }
}

impl Watchdog {
    fn start(folder: &Path) -> Self {
        let child = Command::new("sh")
            .args(["-c", WATCHDOG, "smartbot-postgres-watchdog"])
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("a shell must be there to watch over PostgreSQL");
        Self(child)
    }

    fn wake(&mut self) {
        drop(self.0.stdin.take());
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.wake();
        let _status = self.0.wait();
    }
}

fn set(command: &mut Command, name: &str, value: &str) {
    command.arg("-c").arg(format!("{name}={value}"));
}

/// Waits until the server takes connections; false if it ended, because its port was taken.
fn ready(binaries: &Binaries, port: u16, process: &mut Child, log: &Path) -> bool {
    let begin = Instant::now();
    loop {
        if let Ok(Some(status)) = process.try_wait() {
            let said = told(log);
            assert!(
                said.contains("Address already in use"),
                "PostgreSQL ended with {status}: {said}"
            );
            return false;
        }
        let mut command = binaries.command("pg_isready");
        command.args([
            "--quiet",
            "--host",
            "127.0.0.1",
            "--username",
            SUPERUSER,
            "--dbname",
            "postgres",
        ]);
        command.args(["--port", &port.to_string()]);
        if command.status().is_ok_and(|status| status.success()) {
            return true;
        }
        assert!(
            begin.elapsed() < START_WITHIN,
            "PostgreSQL is not ready after {START_WITHIN:?}: {}",
            told(log)
        );
        std::thread::sleep(POLL_EVERY);
    }
}

fn told(log: &Path) -> String {
    std::fs::read_to_string(log).unwrap_or_else(|error| error.to_string())
}
