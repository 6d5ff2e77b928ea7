//! A PostgreSQL of the tests' own: on a free port, in a folder of its own, gone with the test process.

mod binaries;
mod owner;
mod server;

use std::collections::HashMap;
use std::future::Future;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio::sync::OnceCell;

use self::binaries::Binaries;
use self::server::Server;

const SUPERUSER: &str = "smartbot";

/// How a server is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// In good order: connections are cut, everything is written.
    Fast,
    /// At once, as in a crash: the next start recovers.
    Immediate,
}

/// A running PostgreSQL server.
///
/// Dropping it stops the server and removes its folder; if the process dies in whatever way, a watchdog does.
#[derive(Debug)]
pub struct Postgres {
    binaries: Binaries,
    server: Server,
    databases: AtomicUsize,
    templates: Mutex<HashMap<String, Arc<OnceCell<()>>>>,
}

/// Returns the PostgreSQL that all tests of this process share; the first caller starts it (about a second).
///
/// # Panics
/// If PostgreSQL is not installed, with how to install it; if it does not start, with what it said.
#[must_use]
pub fn postgres() -> &'static Postgres {
    static SHARED: OnceLock<Postgres> = OnceLock::new();
    SHARED.get_or_init(|| Postgres::start(&[]))
}

impl Postgres {
    /// Starts a server of one's own, for tests that stop it or need other settings than the shared one.
    ///
    /// `settings` are names and values of `postgresql.conf`. Without any, `fsync`, `full_page_writes` and
    /// `synchronous_commit` are off, since test data need not survive a power cut; 200 connections are allowed.
    ///
    /// # Panics
    /// As [`postgres`].
    #[must_use]
    pub fn start(settings: &[(&str, &str)]) -> Self {
        let binaries = Binaries::find();
        let server = Server::start(&binaries, settings);
        Self {
            binaries,
            server,
            databases: AtomicUsize::new(0),
            templates: Mutex::default(),
        }
    }

    /// Stops the server in this way and starts it again, on the same port and data.
    ///
    /// # Panics
    /// If it does not end or does not start again.
    pub fn restart(&mut self, how: Stop) {
        self.server.restart(&self.binaries, how);
    }

    /// Returns the address of the database `name` of this server; `postgres` exists always.
    #[must_use]
    pub fn url(&self, name: &str) -> String {
        format!(
            "postgres://{SUPERUSER}@127.0.0.1:{}/{name}",
            self.server.port()
        )
    }

    /// Makes an empty database and returns its address.
    ///
    /// # Panics
    /// If PostgreSQL refuses.
    #[must_use]
    pub fn new_database(&self) -> String {
        self.new_database_from("template0")
    }

    /// Makes a copy of the database `template` and returns its address. Nobody may be connected to the template.
    ///
    /// # Panics
    /// If PostgreSQL refuses.
    #[must_use]
    pub fn new_database_from(&self, template: &str) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::SeqCst) + 1);
        self.create(&name, template);
        self.url(&name)
    }

    /// Makes the database `name` once, lets `prepare` fill it (migrations, say) and returns `name` for
    /// [`new_database_from`](Self::new_database_from). Later callers wait for the first.
    ///
    /// `prepare` gets the address and closes its connections before it returns.
    ///
    /// # Panics
    /// If PostgreSQL refuses or `prepare` panics.
    pub async fn template<F>(&self, name: &str, prepare: impl FnOnce(String) -> F) -> String
    where
        F: Future<Output = ()>,
    {
        let cell = {
            let mut templates = self
                .templates
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            Arc::clone(templates.entry(name.to_owned()).or_default())
        };
        cell.get_or_init(async || {
            // A caller that was cut off or panicked half way has left one behind.
            self.psql(
                "postgres",
                &format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)"),
            );
            self.create(name, "template0");
            prepare(self.url(name)).await;
        })
        .await;
        name.to_owned()
    }

    /// Runs SQL in the database `name` and returns what it answers: a line per row, columns parted by `|`.
    ///
    /// # Panics
    /// If PostgreSQL refuses.
    #[track_caller]
    pub fn psql(&self, name: &str, sql: &str) -> String {
        let mut command = self.client("psql");
        command.args([
            "--no-psqlrc",
            "--quiet",
            "--tuples-only",
            "--no-align",
            "--set=ON_ERROR_STOP=1",
        ]);
        command.args(["--command", sql, "--dbname", name]);
        run(command)
    }

    #[track_caller]
    fn create(&self, name: &str, template: &str) {
        let mut command = self.client("createdb");
        command.args(["--maintenance-db", "postgres", "--template", template, name]);
        run(command);
    }

    /// Returns a command for one of PostgreSQL's clients (`pg_dump`, say) that talks to this server.
    #[must_use]
    pub fn client(&self, program: &str) -> Command {
        let mut command = self.binaries.command(program);
        command.args([
            "--host",
            "127.0.0.1",
            "--username",
            SUPERUSER,
            "--no-password",
        ]);
        command.args(["--port", &self.server.port().to_string()]);
        command
    }
}

/// Runs a program of PostgreSQL to its end and returns what it printed.
#[track_caller]
fn run(mut command: Command) -> String {
    match command.output() {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout)
            .trim_end()
            .to_owned(),
        Ok(output) => panic!(
            "{command:?}: {}: {}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        ),
        Err(error) => panic!("{command:?}: {error}"),
    }
}
