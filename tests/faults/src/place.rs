//! Where the commands of a test work: a data folder, or a database of PostgreSQL, with or without a running server.
use crate::{Http, PASSWORD, PATIENCE, Process};
use http::Method;
use serde_json::{Value, json};
use smartbot_testkit::{TempDir, free_port, postgres, temp_dir, until_some};
use std::path::PathBuf;
use tokio::process::Command;

/// The program under test: it lies where cargo has put it, beside the folder with the tests.
///
/// # Panics
/// When it was not built.
#[must_use]
pub fn binary() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let binary = tests.ancestors().nth(2).unwrap().join("smartbot");
    assert!(
        binary.exists(),
        "{} is not there: cargo build -p smartbot, or test the whole workspace",
        binary.display()
    );
    binary
}

/// What might be set where the tests run, and must not be for them.
const SETTINGS: [&str; 13] = [
    "DATA",
    "LISTEN",
    "DATABASE_URL",
    "DATABASE_CONNECTIONS",
    "MASTER_KEY",
    "PUBLIC_URL",
    "EGRESS_ALLOW",
    "TRUSTED_PROXIES",
    "METRICS_LISTEN",
    "LOG",
    "LOG_FORMAT",
    "TOKEN",
    "NATS_URL",
];

/// What came of a command.
#[derive(Debug)]
pub struct Done {
    /// Its exit status.
    pub code: i32,
    /// What it printed on stdout.
    pub out: String,
    /// What it printed on stderr.
    pub err: String,
}

impl Done {
    /// Asserts that it succeeded.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }

    /// Asserts that it failed and printed nothing but this on stderr.
    #[track_caller]
    pub fn refused(self, code: i32, with: &str) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        assert!(self.err.contains(with), "{with:?} is not in {:?}", self.err);
        assert_eq!(self.out, "", "an error belongs on stderr");
        self
    }

    /// The objects that it printed, one per line.
    #[track_caller]
    pub fn lines(&self) -> Vec<Value> {
        self.out
            .lines()
            .map(|it| serde_json::from_str(it).unwrap_or_else(|_| panic!("not JSON: {it}")))
            .collect()
    }

    /// The one object that it printed.
    #[track_caller]
    pub fn json(&self) -> Value {
        let mut lines = self.lines();
        assert_eq!(lines.len(), 1, "{}", self.out);
        lines.remove(0)
    }
}

/// A place, and the server that runs there, if any.
pub struct Place {
    folder: TempDir,
    settings: Vec<(&'static str, String)>,
    server: Option<Process>,
    is_served: bool,
    port: u16,
}

impl Place {
    fn new(database_url: Option<String>, is_served: bool) -> Self {
        let mut place = Self {
            folder: temp_dir(),
            settings: Vec::new(),
            server: None,
            is_served,
            port: free_port(),
        };
        place.set("DATA", place.data().display());
        place.set("EGRESS_ALLOW", "127.0.0.1/32");
        if let Some(url) = database_url {
            place.set("DATABASE_URL", url);
        }
        place
    }

    /// An embedded database; commands open it themselves.
    pub fn alone() -> Self {
        Self::new(None, false)
    }

    /// An embedded database with a running server; commands go through its control socket.
    pub async fn served() -> Self {
        let mut place = Self::new(None, true);
        place.serve().await;
        place
    }

    /// PostgreSQL with a running server; commands open the database themselves.
    pub async fn postgres() -> Self {
        let mut place = Self::new(Some(postgres().new_database()), true);
        place.serve().await;
        place
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        let set = self.settings.iter().find(|it| it.0 == "DATA");
        set.map_or_else(
            || self.folder.path().join("data"),
            |it| PathBuf::from(&it.1),
        )
    }

    /// A folder for other files of the test, in which commands run.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// Writes a file that commands can name.
    pub fn write(&self, name: &str, content: &str) {
        std::fs::write(self.folder.path().join(name), content).unwrap();
    }

    /// Sets something in the environment of all later commands.
    pub fn set(&mut self, name: &'static str, value: impl ToString) {
        self.settings.retain(|it| it.0 != name);
        self.settings.push((name, value.to_string()));
    }

    /// Leaves something unset in the environment of all later commands.
    pub fn unset(&mut self, name: &str) {
        self.settings.retain(|it| it.0 != name);
    }

    /// The address of the server.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The same environment for any program.
    pub fn environment(&self, command: &mut Command) {
        command.current_dir(self.folder.path());
        for name in SETTINGS {
            command.env_remove(format!("SMARTBOT_{name}"));
        }
        command.env("SMARTBOT_LISTEN", format!("127.0.0.1:{}", self.port));
        for (name, value) in &self.settings {
            command.env(format!("SMARTBOT_{name}"), value);
        }
    }

    /// A command of the program under test, in this place.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(args);
        self.environment(&mut command);
        command
    }

    /// As [`command`](Self::command), started by another program, which is given with its own arguments.
    pub fn command_under(&self, wrapper: &[&str], args: &[&str]) -> Command {
        let mut command = Command::new(wrapper[0]);
        command.args(&wrapper[1..]).arg(binary()).args(args);
        self.environment(&mut command);
        command
    }

    /// Starts a command that goes on running.
    pub fn begin(&self, args: &[&str]) -> Process {
        Process::start(self.command(args))
    }

    /// Runs a command to its end.
    pub async fn run(&self, args: &[&str]) -> Done {
        self.run_with(args, "").await
    }

    /// Runs a command with this on its standard input.
    pub async fn run_with(&self, args: &[&str], input: &str) -> Done {
        let mut process = self.begin(args);
        if !input.is_empty() {
            process.type_in(input).await;
        }
        process.end_of_input();
        let status = process.ended().await;
        Done {
            code: status.code().unwrap_or(-1),
            out: process.out.get(),
            err: process.err.get(),
        }
    }

    /// Makes the first workspace.
    pub async fn init(&self) {
        self.init_named("Riverside").await;
    }

    /// Makes the first workspace, of this name. Answers with what the command says.
    pub async fn init_named(&self, name: &str) -> Value {
        let args = [
            "init",
            "--workspace",
            name,
            "--owner",
            "jo@clinic.example",
            "--password-stdin",
            "--json",
        ];
        self.run_with(&args, PASSWORD).await.ok().json()
    }

    /// Makes a token of this kind.
    pub async fn token(&self, kind: &str) -> String {
        let made = self
            .run(&[
                "token", "create", "--kind", kind, "--name", "test", "--json",
            ])
            .await
            .ok()
            .json();
        made["token"].as_str().unwrap().to_owned()
    }

    /// Publishes a bot.
    pub async fn publish(&self, document: &Value) {
        self.write("published.json", &document.to_string());
        self.run(&["bot", "import", "published.json", "--publish"])
            .await
            .ok();
    }

    /// Adds an endpoint for these events. Answers with what the command says.
    pub async fn endpoint(&self, url: &str, events: &str) -> Value {
        self.run(&["webhook", "add", url, "--events", events, "--json"])
            .await
            .ok()
            .json()
    }

    /// Starts the server and waits until it is ready.
    pub async fn serve(&mut self) {
        for _ in 0..3 {
            let mut process = self.begin(&["serve"]);
            if self.comes_up(&mut process).await {
                self.server = Some(process);
                return;
            }
            let said = process.err.get();
            assert!(
                said.contains("cannot listen"),
                "the server does not start: {said}"
            );
            // Somebody else was quicker to take the port.
            self.port = free_port();
        }
        panic!("no port can be had");
    }

    /// Starts the server again on the same port.
    pub async fn serve_again(&mut self) {
        let mut process = self.begin(&["serve"]);
        assert!(
            self.comes_up(&mut process).await,
            "the server does not start again: {}",
            process.err.get()
        );
        self.server = Some(process);
    }

    /// Starts the server again on the same port under another program, and tells whether it came up or ended before that.
    pub async fn serve_again_under(&mut self, wrapper: &[&str]) -> bool {
        let mut process = Process::start(self.command_under(wrapper, &["serve"]));
        let is_up = self.comes_up(&mut process).await;
        self.server = Some(process);
        is_up
    }

    /// Whether a starting server comes to be ready.
    pub async fn comes_up(&self, process: &mut Process) -> bool {
        let http = Http::new(&self.url());
        until_some("the server to be ready", PATIENCE, async || {
            if process.has_ended() {
                process.ended().await;
                return Some(false);
            }
            let answer = http.try_call(Method::GET, "/readyz", &[], None).await;
            answer.is_ok_and(|it| it.0 == 200).then_some(true)
        })
        .await
    }

    /// The running server.
    pub fn server(&mut self) -> &mut Process {
        self.server.as_mut().unwrap()
    }

    /// A client of the server, which is started if it does not run.
    pub async fn http(&mut self) -> Http {
        if self.server.is_none() {
            self.serve().await;
        }
        Http::new(&self.url())
    }

    /// Stops a server that [`Place::http`] has started, so that commands are alone again where they were.
    pub async fn alone_again(&mut self) {
        if !self.is_served
            && let Some(mut server) = self.server.take()
        {
            server.terminate().await;
            assert!(server.ended().await.success(), "{}", server.err.get());
        }
    }

    /// Stops the server as a service manager does. Answers with what it printed on stderr.
    pub async fn stop(&mut self) -> String {
        let mut server = self.server.take().unwrap();
        server.terminate().await;
        assert!(server.ended().await.success(), "{}", server.err.get());
        server.err.get()
    }

    /// Starts a session of a bot and answers with a client and what the API said.
    pub async fn chat(&mut self, function_id: &str) -> (Http, Value) {
        let token = self.token("bots_management").await;
        let http = self.http().await.with(&token);
        let started = http.start(json!({"function_id": function_id})).await;
        (http, started)
    }
}
