//! The only HTTP client for addresses that customers give: webhooks, External API boxes, tests of
//! both, and the calls of the command line.
//!
//! Customers choose the addresses and the server makes the calls from inside of the operator's
//! network, so every call goes through one guard ([`Policy`]): a URL is checked, its name is looked
//! up here, the call is refused if **any** of the addresses is forbidden, and the connection goes to
//! an address that was judged. Literal addresses in any spelling take the same way.
//!
//! ```text
//! send ─ check URL ─ pool ─┬─ idle connection (made by this same policy)
//!                          └─ look up ─ judge all ─ dial one ─ compare peer ─ TLS
//! ```

mod address;
mod client;
mod connect;
mod dial;
mod error;
mod header;
mod message;
mod network;
mod policy;
mod progress;
mod resolve;
mod target;
mod tls;

pub use address::{Class, class};
pub use client::{Builder, Client, Streaming};
pub use error::{Error, Refused, SetUpError, TlsFailure, Unanswered};
pub use header::{HeaderRefused, check_header_name, check_header_value};
pub use message::{Answer, OverLimit, Phases, Request};
pub use network::{Exchange, Network};
pub use policy::{Policy, PolicyError, Verdict};
pub use progress::Phase;
pub use resolve::{LookUp, NotFound, Resolve};
pub use tls::set_up_crypto;
