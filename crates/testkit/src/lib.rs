//! What the tests of all crates share: a PostgreSQL of their own, an HTTP receiver that misbehaves on purpose,
//! waiting for conditions, places on disk and generated files.
//!
//! Architecture invariant: a `dev-dependency` only, and it knows none of our other crates. What fails here fails a
//! test, so functions panic with a sentence that says what to do instead of returning errors.

mod generated;
pub mod mailbox;
mod places;
pub mod postgres;
pub mod receiver;
mod waiting;

pub use generated::generated_file;
pub use mailbox::{Mail, MailServer, Takes};
pub use places::{free_port, repository, temp_dir};
pub use postgres::{Postgres, postgres};
pub use receiver::{Answer, Gate, Receiver, Request};
pub use tempfile::TempDir;
pub use waiting::{spawn, until, until_some};
