//! A whole SmartBot under test: started, called, killed, and a ledger, kept outside of it, of what it was asked and what it answered.
//!
//! For tests only. The tests of the binary start their servers with this; the tests of this crate are about faults: whatever happens, what was
//! answered is there once, and every event arrives. `make faults` runs all of them at length.
#![expect(clippy::unwrap_used, reason = "a step that fails is a test that fails")]
pub mod documents;
pub mod http;
pub mod ledger;
pub mod place;
pub mod process;
pub mod sse;

pub use http::Http;
pub use ledger::Ledger;
pub use place::Place;
pub use process::Process;
use std::time::Duration;

/// How long something may take that takes less than a second on an idle machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A password that is taken.
pub const PASSWORD: &str = "plum trumpet orbit velvet";
