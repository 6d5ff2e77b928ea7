//! What holds for every file of the repository.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use smartbot_testkit::repository;

/// More lines than this and a file has more than one subject; most have under 400.
const MOST_LINES: usize = 600;

/// Names that belong to one machine or to where packages come from here. Split, so that this file passes its own test.
const MACHINE: [&str; 15] = [
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("/tmp/", "bash_jobs"),
    concat!("/tmp/", "target-"),
    concat!("/tmp/", "brief"),
    concat!("index.", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("registry.", "npmjs.org"),
    concat!("files.", "pythonhosted.org"),
    concat!("deb.", "debian.org"),
    concat!("archive.", "ubuntu.com"),
    concat!("proxy.", "golang.org"),
    concat!("github.com/rust-lang/", "crates.io-index"),
];

const LOCK_FILES: [&str; 4] = [
    "Cargo.lock",
    "package-lock.json",
    "pnpm-lock.yaml",
    "uv.lock",
];

#[test]
fn tracked_files_name_no_machine_and_no_registry() {
    let mut wrong = Vec::new();
    for path in tracked() {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if LOCK_FILES.contains(&name) {
            continue;
        }
        // Images and fonts are no text; a file that was deleted but not yet committed is not there.
        let Ok(content) = std::fs::read_to_string(repository().join(&path)) else {
            continue;
        };
        for (index, line) in content.lines().enumerate() {
            for machine in MACHINE.iter().filter(|machine| line.contains(*machine)) {
                wrong.push(format!("{}:{}: {machine}", path.display(), index + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Where packages come from is the business of each machine, so no lock file may say it.
#[test]
fn the_lock_file_of_npm_records_no_address_to_download_from() {
    let lock = std::fs::read_to_string(repository().join("web/package-lock.json")).unwrap();
    let fetched = lock
        .lines()
        .filter(|line| line.contains("\"resolved\"") && line.contains("://"));
    assert_eq!(
        fetched.count(),
        0,
        "npm install with the settings of web/.npmrc"
    );
    assert!(lock.contains("\"integrity\""));
}

#[test]
fn source_files_have_one_subject_and_so_few_lines() {
    let mut wrong = Vec::new();
    for path in tracked().into_iter().filter(|path| is_source(path)) {
        let Ok(content) = std::fs::read_to_string(repository().join(&path)) else {
            continue;
        };
        let lines = content.lines().count();
        if lines > MOST_LINES
            && !content
                .lines()
                .take(3)
                .any(|line| line.contains("@generated"))
        {
            wrong.push(format!(
                "{}: {lines} lines, at most {MOST_LINES}: make it a folder",
                path.display()
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_file_of_integration_tests_is_listed_in_its_main() {
    let mut wrong = Vec::new();
    for folder in subfolders(&repository().join("crates")) {
        let tests = folder.join("tests/it");
        if !tests.is_dir() {
            continue;
        }
        let Ok(main) = std::fs::read_to_string(tests.join("main.rs")) else {
            wrong.push(format!("{} has no main.rs", tests.display()));
            continue;
        };
        let listed: BTreeSet<&str> = main.lines().filter_map(module).collect();
        for entry in entries(&tests) {
            let name = entry
                .file_stem()
                .and_then(|name| name.to_str())
                .unwrap()
                .to_owned();
            let is_module =
                entry.extension().is_some_and(|it| it == "rs") || entry.join("mod.rs").exists();
            if is_module && name != "main" && !listed.contains(name.as_str()) {
                wrong.push(format!(
                    "{} is not a `mod` of its main.rs, so it never runs",
                    entry.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_crate_has_one_binary_of_integration_tests() {
    let mut wrong = Vec::new();
    for folder in subfolders(&repository().join("crates")) {
        for entry in entries(&folder.join("tests")) {
            if entry.extension().is_some_and(|extension| extension == "rs") {
                wrong.push(format!(
                    "{}: each file here is linked apart; move it to tests/it/",
                    entry.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    for folder in subfolders(&repository().join("crates")) {
        let manifest = folder.join("Cargo.toml");
        let Ok(content) = std::fs::read_to_string(&manifest) else {
            continue;
        };
        assert!(
            content.contains("[lints]\nworkspace = true"),
            "{} lacks [lints]",
            manifest.display()
        );
    }
}

#[test]
fn the_machine_names_are_found_where_they_are() {
    assert!(
        MACHINE
            .iter()
            .any(|machine| concat!("see /wo", "rk/main/README.md").contains(machine))
    );
    assert!(
        !MACHINE
            .iter()
            .any(|machine| "https://example.org/homework/".contains(machine))
    );
}

#[test]
fn modules_are_read_with_and_without_a_visibility() {
    assert_eq!(module("mod sessions;"), Some("sessions"));
    assert_eq!(module("pub(crate) mod support;"), Some("support"));
    assert_eq!(module("// mod gone;"), None);
    assert_eq!(module("mod inline {"), None);
}

fn module(line: &str) -> Option<&str> {
    let line = line.trim();
    let (before, name) = line.strip_suffix(';')?.split_once("mod ")?;
    (before.is_empty() || before.starts_with("pub")).then(|| name.trim())
}

fn is_source(path: &Path) -> bool {
    let parts: Vec<_> = path.iter().filter_map(|part| part.to_str()).collect();
    let generated = parts.last().is_some_and(|name| name.ends_with(".gen.rs"));
    matches!(parts[..], ["crates", _, "src", .., name] if name.ends_with(".rs")) && !generated
}

/// Returns the paths that git tracks, from the root of the repository.
fn tracked() -> Vec<PathBuf> {
    // A clone can belong to another user than the tests run as, in a container for instance.
    let mut git = Command::new("git");
    git.args(["-c", "safe.directory=*", "ls-files", "-z"])
        .current_dir(repository());
    let output = git
        .output()
        .expect("git must be there: the test asks it which files are tracked");
    assert!(
        output.status.success(),
        "git ls-files: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let names = String::from_utf8(output.stdout).unwrap();
    let paths: Vec<_> = names
        .split('\0')
        .filter(|name| !name.is_empty())
        .map(PathBuf::from)
        .collect();
    assert!(
        paths.iter().any(|path| path == Path::new("Cargo.toml")),
        "git ls-files lists no Cargo.toml"
    );
    paths
}

fn subfolders(folder: &Path) -> Vec<PathBuf> {
    entries(folder)
        .into_iter()
        .filter(|entry| entry.is_dir())
        .collect()
}

/// Returns what is in the folder, nothing if there is none.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    entries.map(|entry| entry.unwrap().path()).collect()
}
