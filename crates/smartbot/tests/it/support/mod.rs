//! What the tests of this binary share: a place to work in, running servers, a client.
pub(crate) mod documents;
pub(crate) mod http;
pub(crate) mod ledger;
pub(crate) mod place;
pub(crate) mod process;

pub(crate) use http::Http;
pub(crate) use place::Place;
pub(crate) use process::Process;
use std::time::Duration;

/// How long something may take that takes less than a second on an idle machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A password that is taken.
pub(crate) const PASSWORD: &str = "plum trumpet orbit velvet";
