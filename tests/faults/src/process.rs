//! A running `smartbot`, and what it prints.
use crate::PATIENCE;
use smartbot_testkit::{spawn, until};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, Command};
use tokio::task::JoinHandle;

/// What a process has printed so far.
#[derive(Clone, Default)]
pub struct Text(Arc<Mutex<Vec<u8>>>);

impl Text {
    /// All of it.
    pub fn get(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }

    /// Waits until this was printed.
    pub async fn shows(&self, what: &str) {
        let wanted = format!("{what:?} to be printed");
        until(&wanted, PATIENCE, async || self.get().contains(what)).await;
    }

    fn follow(&self, mut source: impl AsyncRead + Unpin + Send + 'static) -> JoinHandle<()> {
        let text = self.clone();
        spawn(async move {
            let mut chunk = [0; 4096];
            while let Ok(count @ 1..) = source.read(&mut chunk).await {
                text.0.lock().unwrap().extend_from_slice(&chunk[..count]);
            }
        })
    }
}

/// A running program; killed when dropped.
pub struct Process {
    child: Child,
    input: Option<ChildStdin>,
    /// Its standard output.
    pub out: Text,
    /// Its standard error.
    pub err: Text,
    readers: Vec<JoinHandle<()>>,
}

impl Process {
    /// Starts it.
    pub fn start(mut command: Command) -> Self {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let (out, err) = (Text::default(), Text::default());
        let readers = vec![
            out.follow(child.stdout.take().unwrap()),
            err.follow(child.stderr.take().unwrap()),
        ];
        Self {
            input: child.stdin.take(),
            child,
            out,
            err,
            readers,
        }
    }

    /// Writes to its standard input. One that has ended before, because it did not want that, says so itself.
    pub async fn type_in(&mut self, text: &str) {
        let input = self.input.as_mut().unwrap();
        if let Err(error) = input.write_all(text.as_bytes()).await {
            assert_eq!(error.kind(), std::io::ErrorKind::BrokenPipe);
        }
    }

    /// Closes its standard input.
    pub fn end_of_input(&mut self) {
        self.input = None;
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Waits for its end and for all that it printed.
    pub async fn ended(&mut self) -> ExitStatus {
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        let status = ended
            .unwrap_or_else(|_| panic!("it does not end: {}{}", self.out.get(), self.err.get()))
            .unwrap();
        for reader in self.readers.drain(..) {
            reader.await.unwrap();
        }
        status
    }

    /// Its number with the system.
    pub fn id(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// What an operator's service manager sends first.
    pub async fn terminate(&self) {
        let id = self.id().to_string();
        let sent = Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .await
            .unwrap();
        assert!(sent.success());
    }

    /// `kill -9`.
    pub async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }
}
