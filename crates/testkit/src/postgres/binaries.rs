//! Where PostgreSQL's programs are on this machine.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where distributions put the programs of each major version: `{root}/{version}/bin`.
const ROOTS: [&str; 3] = [
    "/usr/lib/postgresql",
    "/usr/local/lib/postgresql",
    "/opt/homebrew/opt",
];

/// The folder of one PostgreSQL's programs, server and clients together.
#[derive(Debug)]
pub(super) struct Binaries {
    folder: PathBuf,
}

impl Binaries {
    /// Finds the newest PostgreSQL.
    pub(super) fn find() -> Self {
        let folder = candidates()
            .into_iter()
            .filter(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
            .max_by_key(|folder| version(folder));
        match folder {
            Some(folder) => Self { folder },
            None => panic!(
                "the tests need PostgreSQL 15 or newer (initdb, postgres, psql) and start it themselves: \
                 `apt-get install postgresql`, `dnf install postgresql-server` or `brew install postgresql`; \
                 `make test` does so when it runs as root"
            ),
        }
    }

    /// Returns a command for one of the programs that reads no input and no settings of the user.
    pub(super) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.folder.join(program));
        command.stdin(Stdio::null()).env("LC_ALL", "C");
        for name in [
            "PGHOST",
            "PGPORT",
            "PGUSER",
            "PGDATABASE",
            "PGPASSWORD",
            "PGOPTIONS",
            "PGSERVICE",
            "PGDATA",
        ] {
            command.env_remove(name);
        }
        command
    }
}

fn candidates() -> Vec<PathBuf> {
    let installed = ROOTS
        .iter()
        .filter_map(|root| std::fs::read_dir(root).ok())
        .flatten()
        .filter_map(Result::ok)
        .map(|entry| entry.path().join("bin"));
    let configured = answer("pg_config", &["--bindir"]).map(PathBuf::from);
    // A program in PATH may be a link; the others lie beside what it points to.
    let in_path = answer("sh", &["-c", "command -v initdb"])
        .and_then(|program| Path::new(&program).canonicalize().ok())
        .and_then(|program| program.parent().map(Path::to_path_buf));
    installed.chain(configured).chain(in_path).collect()
}

fn answer(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    output.status.success().then_some(())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

/// Returns the major and minor version of the server in this folder; zeros if it does not say.
fn version(folder: &Path) -> (u32, u32) {
    let output = Command::new(folder.join("postgres"))
        .arg("--version")
        .stdin(Stdio::null())
        .output();
    let text = output
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default();
    parse_version(&text)
}

/// Reads "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)".
fn parse_version(text: &str) -> (u32, u32) {
    let word = text
        .split_whitespace()
        .find(|word| word.starts_with(|first: char| first.is_ascii_digit()));
    let mut parts = word
        .unwrap_or_default()
        .split(|part: char| !part.is_ascii_digit())
        .map(|part| part.parse().ok());
    let mut next = || parts.next().flatten().unwrap_or(0);
    (next(), next())
}

#[cfg(test)]
mod tests {
    use super::parse_version;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert_eq!(
            parse_version("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"),
            (15, 18)
        );
        assert_eq!(parse_version("postgres (PostgreSQL) 18beta1\n"), (18, 0));
        assert_eq!(parse_version("something else\n"), (0, 0));
        assert!(
            parse_version("postgres (PostgreSQL) 9.6")
                < parse_version("postgres (PostgreSQL) 15.2")
        );
    }
}
