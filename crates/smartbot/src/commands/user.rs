use super::{Global, text};
use crate::control::{Order, Request, long};
use crate::output::{self, WrongUse};
use anyhow::{Context, Result};
use clap::{Subcommand, ValueEnum};
use serde_json::Value;
use smartbot_app::users::import::Chunks;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Users: import many, export or erase one
#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Makes or changes users by external_id, from NDJSON or CSV; the exit status is 1 when a line failed
    #[command(
        after_help = "Example:\n  smartbot user import users.csv\n  smartbot user import users.ndjson --json > results.ndjson\n\nA CSV has a first line of headings: external_id, profile fields, and perhaps flags, separated by spaces.\nA line of NDJSON is {\"external_id\": …, \"fields\": {…}, \"flags\": […]}."
    )]
    Import {
        /// The file; - is the standard input
        file: PathBuf,
        /// How the file is written; its name says so unless given
        #[arg(long, value_enum)]
        format: Option<FileFormat>,
    },
    /// Prints all that is kept of one person as one JSON document: the user and all chat logs
    #[command(after_help = "Example:\n  smartbot user export ext:p-17 > p-17.json")]
    Export {
        /// usr_…, or ext: and your own id
        id: String,
    },
    /// Erases a person for ever; counts stay
    #[command(after_help = "Example:\n  smartbot user erase ext:p-17 --yes")]
    Erase {
        /// usr_…, or ext: and your own id
        id: String,
        /// Does not ask back
        #[arg(long)]
        yes: bool,
    },
}

/// How a file of users is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FileFormat {
    /// A JSON object per line
    Ndjson,
    /// Comma-separated values with headings
    Csv,
}

impl FileFormat {
    fn of(path: &Path) -> Result<Self> {
        let extension = path.extension().and_then(|it| it.to_str());
        match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("csv") => Ok(Self::Csv),
            Some("ndjson" | "jsonl") => Ok(Self::Ndjson),
            _ => Err(WrongUse(
                "the name of the file does not say how it is written; add --format csv or --format ndjson",
            )
            .into()),
        }
    }
}

impl User {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode> {
        match self {
            Self::Import { file, format } => import(global, &file, format).await,
            Self::Export { id } => export(global, id).await,
            Self::Erase { id, yes } => erase(global, id, yes).await,
        }
    }
}

async fn ask_long(
    global: &Global,
    order: Order,
    input: Chunks,
    each: impl FnMut(Value),
) -> Result<Value> {
    let request = Request {
        workspace: global.workspace.clone(),
        order,
    };
    long::ask(&global.config()?, request, input, each).await
}

async fn import(global: &Global, path: &Path, format: Option<FileFormat>) -> Result<ExitCode> {
    let format = match format {
        Some(format) => format,
        None => FileFormat::of(path)?,
    };
    let (input, size): (_, Option<u64>) = if path == Path::new("-") {
        (long::chunks(tokio::io::stdin()), None)
    } else {
        let told = || format!("{} cannot be read", path.display());
        let file = tokio::fs::File::open(path).await.with_context(told)?;
        let size = file.metadata().await.with_context(told)?.len();
        (long::chunks(file), Some(size))
    };
    let mut progress = Progress::new(size);
    let input = progress.watch(input);
    let order = Order::ImportUsers {
        csv: format == FileFormat::Csv,
    };
    let sum = ask_long(global, order, input, |line| {
        progress.count += 1;
        if global.json {
            output::json(&line);
        } else if line["status"] == "failed" {
            progress.clear();
            eprintln!("line {}: {}", line["line"], text(&line["error"], "message"));
        }
        progress.show();
    })
    .await;
    progress.clear();
    let sum = sum?;
    if !global.json {
        output::line(&format!(
            "{} created, {} updated, {} unchanged, {} failed",
            sum["created"], sum["updated"], sum["unchanged"], sum["failed"]
        ));
    }
    Ok(ExitCode::from(u8::from(sum["failed"] != 0)))
}

/// How far an import is: a bar on a terminal, nothing elsewhere.
struct Progress {
    is_shown: bool,
    size: Option<u64>,
    read: Arc<AtomicU64>,
    count: u64,
    shown: u64,
}

impl Progress {
    fn new(size: Option<u64>) -> Self {
        Self {
            is_shown: io::stderr().is_terminal(),
            size,
            read: Arc::default(),
            count: 0,
            shown: 0,
        }
    }

    /// Counts the bytes that are read.
    fn watch(&self, input: Chunks) -> Chunks {
        use futures_util::StreamExt;
        let read = self.read.clone();
        input
            .inspect(move |chunk| {
                let size = chunk.as_ref().map_or(0, bytes::Bytes::len);
                read.fetch_add(size as u64, Ordering::Relaxed);
            })
            .boxed()
    }

    fn show(&mut self) {
        const WIDTH: u64 = 30;
        if !self.is_shown || self.count < self.shown + 50 {
            return;
        }
        self.shown = self.count;
        let bar = self.size.filter(|it| *it > 0).map(|size| {
            let full = (self.read.load(Ordering::Relaxed).min(size) * WIDTH / size) as usize;
            format!(
                "[{}{}] ",
                "#".repeat(full),
                ".".repeat(WIDTH as usize - full)
            )
        });
        eprint!("\r{}{} lines", bar.unwrap_or_default(), self.count);
        let _ = io::stderr().flush();
    }

    fn clear(&self) {
        if self.is_shown {
            eprint!("\r\u{1b}[K");
        }
    }
}

async fn export(global: &Global, id: String) -> Result<ExitCode> {
    use futures_util::StreamExt;
    let (first, between) = if global.json {
        ("", ",")
    } else {
        ("\n", ",\n")
    };
    let mut count = 0;
    let nothing = futures_util::stream::empty().boxed();
    ask_long(global, Order::ExportUser { user: id }, nothing, |line| {
        match count {
            0 => print(&format!("{{\"user\":{line},\"chat_logs\":[")),
            1 => print(&format!("{first}{line}")),
            _ => print(&format!("{between}{line}")),
        }
        count += 1;
    })
    .await?;
    output::line(if count > 1 && !global.json {
        "\n]}"
    } else {
        "]}"
    });
    Ok(ExitCode::SUCCESS)
}

/// Prints without a line break; a reader that has gone away is no fault of ours.
fn print(text: &str) {
    let _ = write!(io::stdout().lock(), "{text}");
}

async fn erase(global: &Global, id: String, yes: bool) -> Result<ExitCode> {
    if !yes {
        if !io::stdin().is_terminal() {
            return Err(WrongUse("erasing is for ever; say that you mean it with --yes").into());
        }
        eprint!("Erase {id} for ever, with all chats? Type yes: ");
        let mut typed = String::new();
        io::stdin().read_line(&mut typed)?;
        if typed.trim() != "yes" {
            anyhow::bail!("nothing was erased");
        }
    }
    let answer = global.ask(Order::EraseUser { user: id }).await?;
    if global.json {
        output::json(&answer);
    } else {
        output::line(&format!("erased {}", text(&answer, "id")));
    }
    Ok(ExitCode::SUCCESS)
}
