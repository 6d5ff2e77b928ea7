use super::{Global, text};
use crate::control::{Order, rows};
use crate::output;
use anyhow::{Context, Result, bail};
use clap::Subcommand;
use serde_json::{Value, json};
use smartbot_flow::{Finding, Flow, Known, Library};
use smartbot_model::strict_json;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Bots: check, import, publish, export, test
#[derive(Debug, Subcommand)]
pub(crate) enum Bot {
    /// Checks bot documents; the exit status is 1 when one has errors
    #[command(after_help = "Example:\n  smartbot bot validate bots/appointment.json")]
    Validate {
        /// Bot documents, JSON
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Keeps a document as the draft of its bot
    #[command(after_help = "Example:\n  smartbot bot import bots/appointment.json --publish")]
    Import {
        /// The bot document, JSON
        file: PathBuf,
        /// Makes it live at once
        #[arg(long)]
        publish: bool,
    },
    /// Prints the live version of a bot
    #[command(after_help = "Example:\n  smartbot bot export DoctorAppointment > appointment.json")]
    Export {
        /// The bot's short public name
        function_id: String,
        /// The draft instead
        #[arg(long)]
        draft: bool,
    },
    /// Lists the bots
    #[command(after_help = "Example:\n  smartbot bot list --json")]
    List,
    /// Makes the draft live; sessions that run stay on their version
    #[command(after_help = "Example:\n  smartbot bot publish DoctorAppointment")]
    Publish {
        /// The bot's short public name
        function_id: String,
    },
    /// Runs the transcripts beside bots: NAME.test.json tests NAME.json
    #[command(
        after_help = "Example:\n  smartbot bot test bots\n  smartbot bot test bots/appointment.json"
    )]
    Test {
        /// Bot documents, their test files, or folders
        #[arg(required = true, value_name = "FILE")]
        paths: Vec<PathBuf>,
    },
}

fn read(path: &Path) -> Result<Value> {
    let bytes =
        std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    strict_json::parse(&bytes).map_err(|error| {
        let place = if error.pointer.is_empty() {
            String::new()
        } else {
            format!(" at {}", error.pointer)
        };
        anyhow::anyhow!("{}{place}: {}", path.display(), error.message)
    })
}

fn check(document: &Value) -> Vec<Finding> {
    let (bot, mut findings) = smartbot_flow::parse(document);
    findings.extend(smartbot_flow::validate(&bot, &Known::default()));
    findings
}

impl Bot {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode> {
        match self {
            Self::Validate { files } => return validate(&files, global),
            Self::Test { paths } => return test(&paths, global),
            Self::Import { file, publish } => {
                let answer = global
                    .ask(Order::ImportBot {
                        document: read(&file)?,
                        publish,
                    })
                    .await?;
                if global.json {
                    output::json(&answer);
                } else {
                    print_findings(&answer)?;
                    let live = answer["version"]
                        .as_u64()
                        .map_or_else(String::new, |it| format!(", live as version {it}"));
                    output::line(&format!(
                        "{}: draft {}{live}",
                        text(&answer, "function_id"),
                        answer["revision"]
                    ));
                }
            }
            Self::Export { function_id, draft } => {
                let answer = global.ask(Order::ExportBot { function_id, draft }).await?;
                output::line(&if global.json {
                    answer.to_string()
                } else {
                    serde_json::to_string_pretty(&answer)?
                });
            }
            Self::List => {
                let all = rows(global.ask(Order::ListBots).await?)?;
                if global.json {
                    all.iter().for_each(output::json);
                } else {
                    let cells = all.iter().map(|it| {
                        vec![
                            text(it, "function_id"),
                            text(it, "name"),
                            text(it, "type"),
                            text(it, "version"),
                            text(it, "revision"),
                        ]
                    });
                    output::table(
                        &["FUNCTION ID", "NAME", "TYPE", "LIVE", "DRAFT"],
                        &cells.collect::<Vec<_>>(),
                    );
                }
            }
            Self::Publish { function_id } => {
                let answer = global
                    .ask(Order::PublishBot {
                        function_id: function_id.clone(),
                    })
                    .await?;
                if global.json {
                    output::json(&answer);
                } else {
                    print_findings(&answer)?;
                    output::line(&format!(
                        "{function_id}: version {} is live",
                        answer["version"]
                    ));
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print_findings(answer: &Value) -> Result<()> {
    let findings: Vec<Finding> = serde_json::from_value(answer["findings"].clone())?;
    findings
        .iter()
        .for_each(|it| output::line(&output::finding_line(it)));
    Ok(())
}

fn validate(files: &[PathBuf], global: &Global) -> Result<ExitCode> {
    let mut failed = false;
    // A pattern like bots/*.json names the transcripts too.
    for file in files.iter().filter(|it| !is_test_file(it)) {
        let findings = check(&read(file)?);
        failed |= findings.iter().any(Finding::is_error);
        if global.json {
            for finding in &findings {
                output::json(&serde_json::to_value(finding)?);
            }
            continue;
        }
        let errors = findings.iter().filter(|it| it.is_error()).count();
        output::line(&format!(
            "{}: {errors} errors, {} warnings",
            file.display(),
            findings.len() - errors
        ));
        findings
            .iter()
            .for_each(|it| output::line(&output::finding_line(it)));
    }
    Ok(ExitCode::from(u8::from(failed)))
}

/// The bots that lie beside the tested one, for those that jump to others.
struct Folder(HashMap<String, Arc<Flow>>);

impl Library for Folder {
    fn flow(&self, function_id: &str, _: Option<u32>) -> Option<Arc<Flow>> {
        self.0.get(function_id).cloned()
    }
}

impl Folder {
    fn around(path: &Path) -> Self {
        let folder = path
            .parent()
            .filter(|it| !it.as_os_str().is_empty())
            .unwrap_or_else(|| Path::new("."));
        // A neighbour that cannot be read or compiled is simply not there; its own test says why.
        let bots = bot_files(folder)
            .unwrap_or_default()
            .into_iter()
            .filter_map(|it| {
                let (bot, _) = smartbot_flow::parse(&read(&it).ok()?);
                Some((bot.function_id.clone(), Arc::new(Flow::compile(&bot).ok()?)))
            });
        Self(bots.collect())
    }
}

fn is_test_file(path: &Path) -> bool {
    path.to_str().is_some_and(|it| it.ends_with(".test.json"))
}

/// The bot documents of a folder, by name.
fn bot_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|it| Some(it.ok()?.path())).collect();
    files.retain(|it| it.extension().is_some_and(|it| it == "json") && !is_test_file(it));
    files.sort();
    Ok(files)
}

fn test(paths: &[PathBuf], global: &Global) -> Result<ExitCode> {
    let mut bots = Vec::new();
    for path in paths {
        if path.is_dir() {
            bots.extend(
                bot_files(path)?
                    .into_iter()
                    .filter(|it| it.with_extension("test.json").exists()),
            );
        } else if is_test_file(path) {
            bots.push(path.with_extension("").with_extension("json"));
        } else {
            bots.push(path.clone());
        }
    }
    if bots.is_empty() {
        bail!("there is no NAME.test.json beside a bot in the given places");
    }
    let (mut passed, mut failed) = (0, 0);
    for path in bots {
        let bot = read(&path)?;
        let errors: Vec<Finding> = check(&bot).into_iter().filter(Finding::is_error).collect();
        if !errors.is_empty() {
            failed += 1;
            output::line(&format!("{}: has errors", path.display()));
            errors
                .iter()
                .for_each(|it| output::line(&output::finding_line(it)));
            continue;
        }
        let tests = read(&path.with_extension("test.json"))?;
        for result in smartbot_flow::transcript::run(&bot, &tests, &Folder::around(&path)) {
            let word = match &result.failure {
                None => output::paint("ok", "32"),
                Some(_) => output::paint("FAILED", "31"),
            };
            if global.json {
                output::json(
                    &json!({"file": path, "test": result.name, "passed": result.failure.is_none(), "failure": result.failure}),
                );
            } else {
                output::line(&format!("{}: {} … {word}", path.display(), result.name));
                if let Some(failure) = &result.failure {
                    output::line(&failure.to_string());
                }
            }
            if result.failure.is_none() {
                passed += 1;
            } else {
                failed += 1;
            }
        }
    }
    if !global.json {
        output::line(&format!("{passed} passed, {failed} failed"));
    }
    Ok(ExitCode::from(u8::from(failed > 0)))
}
