//! The client against real sockets: servers that behave, servers that do not, and canaries that
//! nobody may touch.

#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

mod encryption;
mod guard;
mod hostile;
mod names;
#[cfg(target_os = "linux")]
mod namespace;
mod ordinary;
mod server;
mod spellings;
