//! Places that a test may use: a folder, a port, the repository.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tempfile::TempDir;

/// Below the ports that systems give to outgoing calls and to whoever wants any: those are taken before a server starts, or starts again.
const FIRST_PORT: u16 = 11_000;

/// How many ports there are to draw from.
const PORTS: u64 = 21_000;

/// So often in vain and there is none.
const DRAWS: usize = 10_000;

/// Makes an empty folder that is removed with the returned value.
///
/// # Panics
/// If the folder for temporary files cannot be written.
#[must_use]
pub fn temp_dir() -> TempDir {
    tempfile::Builder::new()
        .prefix("smartbot-test-")
        .tempdir()
        .expect("the folder for temporary files must be writable")
}

/// Returns a TCP port of the loopback address on which nobody listens at this moment, and which this process gives to nobody else. Nobody
/// gets it by chance: it stays free for a server that goes down and comes back.
///
/// Another process that draws can take it before you do: whoever starts a program on it tries again with another port.
///
/// # Panics
/// If the loopback address has no port left.
#[must_use]
pub fn free_port() -> u16 {
    static GIVEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
    let free = (0..DRAWS).find_map(|_| {
        let chance = RandomState::new().build_hasher().finish() % PORTS;
        let port = FIRST_PORT + u16::try_from(chance).ok()?;
        TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()?;
        let mut given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
        given.insert(port).then_some(port)
    });
    free.expect("the loopback address must have a free port")
}

/// Returns the root folder of the repository, for tests that read `bots/`, `api/` or `docs/`.
#[must_use]
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the tests run inside the repository")
}
