//! A mail server on loopback that keeps what it gets: enough of SMTP for one who sends, and told to refuse or to hang up.
use crate::spawn;
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What becomes of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// It is kept.
    Mail,
    /// The server says that it may work later.
    Nothing,
    /// The server says that it never will.
    Never,
}

/// A mail as it came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mail {
    /// From whom, as the envelope says.
    pub from: String,
    /// To whom, as the envelope says.
    pub to: Vec<String>,
    /// Headers and body, decoded no further.
    pub content: String,
}

#[derive(Debug, Default)]
struct Kept {
    mails: Vec<Mail>,
    next: VecDeque<Takes>,
    tries: usize,
}

/// A mail server.
#[derive(Debug)]
pub struct MailServer {
    address: SocketAddr,
    kept: Arc<Mutex<Kept>>,
}

impl MailServer {
    /// Starts one on a free port. It ends with the run-time.
    ///
    /// # Panics
    /// When loopback has no free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("loopback has a free port");
        let address = listener
            .local_addr()
            .expect("a socket that listens has an address");
        let kept = Arc::new(Mutex::new(Kept::default()));
        let all = kept.clone();
        spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let kept = all.clone();
                // Whoever hangs up in the middle of a word has sent nothing.
                spawn(async move { drop(talk(stream, &kept).await) });
            }
        });
        Self { address, kept }
    }

    /// Where mails go.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// What becomes of the next mails, one after the other; all after them are kept.
    pub fn next(&self, takes: impl IntoIterator<Item = Takes>) {
        lock(&self.kept).next.extend(takes);
    }

    /// What came so far.
    pub fn mails(&self) -> Vec<Mail> {
        lock(&self.kept).mails.clone()
    }

    /// How often somebody has tried to send a mail.
    pub fn tries(&self) -> usize {
        lock(&self.kept).tries
    }
}

fn lock(kept: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One connection.
async fn talk(stream: TcpStream, kept: &Mutex<Kept>) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 mail.test ESMTP\r\n").await?;
    let mut mail = Mail::default();
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let word = line.trim_end();
        let upper = word.to_ascii_uppercase();
        let address = || {
            let inside = word.split_once('<').map_or("", |it| it.1);
            inside.split('>').next().unwrap_or_default().to_owned()
        };
        let answer = if upper.starts_with("EHLO") || upper.starts_with("HELO") {
            "250 mail.test"
        } else if upper.starts_with("MAIL FROM") {
            mail = Mail {
                from: address(),
                ..Mail::default()
            };
            "250 ok"
        } else if upper.starts_with("RCPT TO") {
            mail.to.push(address());
            "250 ok"
        } else if upper == "DATA" {
            stream.write_all(b"354 go on\r\n").await?;
            mail.content = content(&mut stream).await?;
            judge(kept, &mail)
        } else if upper == "QUIT" {
            return stream.write_all(b"221 bye\r\n").await;
        } else {
            "250 ok"
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
}

/// Keeps a mail or does not, and says so.
fn judge(kept: &Mutex<Kept>, mail: &Mail) -> &'static str {
    let mut kept = lock(kept);
    kept.tries += 1;
    match kept.next.pop_front().unwrap_or(Takes::Mail) {
        Takes::Mail => {
            kept.mails.push(mail.clone());
            "250 kept"
        }
        Takes::Nothing => "451 come again later",
        Takes::Never => "550 nobody is called so",
    }
}

/// What comes up to the line with a dot.
async fn content(stream: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut all = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 || line.trim_end() == "." {
            return Ok(all);
        }
        all.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
