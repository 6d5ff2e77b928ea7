//! What commands print: tables and sentences for people, one JSON object per line for programs.
use crate::control::{Refusal, WRONG_USE};
use serde_json::Value;
use smartbot_flow::{Finding, Severity};
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

/// A command was given in a way that cannot work; says how to give it.
#[derive(Debug)]
pub(crate) struct WrongUse(pub(crate) &'static str);

impl std::fmt::Display for WrongUse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for WrongUse {}

/// Says why a command failed, on stderr, with what to do next.
pub(crate) fn failure(error: &anyhow::Error, json: bool) -> ExitCode {
    let refusal = error.downcast_ref::<Refusal>();
    let code = match refusal {
        Some(refusal) => refusal.code.as_str(),
        None if error.is::<WrongUse>() => WRONG_USE,
        None => "failed",
    };
    if json {
        let findings = refusal.map_or(&[][..], |it| &it.findings);
        eprintln!(
            "{}",
            serde_json::json!({"error": {"code": code, "message": format!("{error:#}"), "findings": findings}})
        );
    } else {
        eprintln!("error: {error:#}");
        for finding in refusal.map_or(&[][..], |it| &it.findings) {
            eprintln!("{}", finding_line(finding));
        }
    }
    ExitCode::from(if code == WRONG_USE { 2 } else { 1 })
}

/// Prints a value as one line of JSON.
pub(crate) fn json(value: &Value) {
    line(&value.to_string());
}

/// Prints a line; a reader that has gone away is no fault of ours.
pub(crate) fn line(text: &str) {
    let _ = writeln!(io::stdout().lock(), "{text}");
}

/// Prints a line on stderr, for people alone.
pub(crate) fn aside(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Prints rows under headings, as wide as they need to be.
pub(crate) fn table(headings: &[&str], rows: &[Vec<String>]) {
    let width = |column: usize| {
        let cells = rows
            .iter()
            .filter_map(|it| it.get(column))
            .map(|it| it.chars().count());
        cells
            .chain(headings.get(column).map(|it| it.chars().count()))
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    let print = |cells: Vec<&str>| {
        let padded: Vec<String> = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        line(padded.join("  ").trim_end());
    };
    print(headings.to_vec());
    for row in rows {
        print(row.iter().map(String::as_str).collect());
    }
}

/// One finding as a line: where, what, how bad.
pub(crate) fn finding_line(finding: &Finding) -> String {
    let severity = match finding.severity {
        Severity::Error => paint("error", "31"),
        Severity::Warning => paint("warning", "33"),
    };
    let code = serde_json::to_value(finding.code)
        .ok()
        .and_then(|it| it.as_str().map(str::to_owned))
        .unwrap_or_default();
    let mut place = String::new();
    if let Some(id) = &finding.box_id {
        place.push_str(&format!(" box {id}"));
    }
    if let Some(link) = finding.link {
        place.push_str(&format!(" link {link}"));
    }
    format!("  {severity}[{code}]{place}: {}", finding.message)
}

/// Colour on a terminal, plain text elsewhere.
pub(crate) fn paint(text: &str, colour: &str) -> String {
    if io::stdout().is_terminal() {
        format!("\u{1b}[{colour}m{text}\u{1b}[0m")
    } else {
        text.to_owned()
    }
}
