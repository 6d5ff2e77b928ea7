//! Places that a test may use: a folder, a port, the repository.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

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

/// Returns a TCP port of the loopback address on which nobody listens at this moment.
///
/// Another process can take it before you do: whoever starts a program on it tries again with another port.
///
/// # Panics
/// If the loopback address has no port left.
#[must_use]
pub fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .expect("the loopback address must have a free port")
        .port()
}

/// Returns the root folder of the repository, for tests that read `bots/`, `api/` or `docs/`.
#[must_use]
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the tests run inside the repository")
}
