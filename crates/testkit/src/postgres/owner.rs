//! Who the server runs as: PostgreSQL refuses to run as root.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// Users to run as when we are root, the best first.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];

/// The user of the server; nobody special unless we are root.
#[derive(Clone, Copy, Debug)]
pub(super) struct Owner(Option<(u32, u32)>);

impl Owner {
    /// Finds out who we are and who the server shall be.
    pub(super) fn find() -> Self {
        if id("-u", None) != Some(0) {
            return Self(None);
        }
        let user = UNPRIVILEGED
            .iter()
            .find_map(|user| id("-u", Some(user)).zip(id("-g", Some(user))));
        match user {
            Some(user) => Self(Some(user)),
            None => panic!(
                "PostgreSQL does not run as root: the tests need a user `postgres` or `nobody`"
            ),
        }
    }

    /// Gives this folder to the user.
    pub(super) fn own(self, folder: &Path) {
        if let Self(Some((user, group))) = self {
            chown(folder, Some(user), Some(group))
                .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        }
    }

    /// Makes the command run as the user.
    pub(super) fn run_as(self, command: &mut Command) {
        if let Self(Some((user, group))) = self {
            command.uid(user).gid(group);
        }
    }
}

fn id(what: &str, user: Option<&str>) -> Option<u32> {
    let output = Command::new("id")
        .arg(what)
        .args(user)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    output.status.success().then_some(())?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
