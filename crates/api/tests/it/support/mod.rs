//! What all tests share: a server, clients for it, bots, and answers made comparable.
pub(crate) mod bots;
pub(crate) mod browser;
pub(crate) mod client;
pub(crate) mod documented;
pub(crate) mod events;
pub(crate) mod identity;
pub(crate) mod normal;
pub(crate) mod schema;
pub(crate) mod server;
pub(crate) mod sse;
pub(crate) mod wire;

pub(crate) use client::{Api, Chat, Reply, texts};
pub(crate) use server::{Database, TestServer};

use std::time::Duration;

/// How long a test waits for what must happen before it fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Runs tests on both databases. A test that is not named here is dead code, which the lints notice.
macro_rules! on_both_databases {
    ($($name:ident),+ $(,)?) => {
        $(mod $name {
            use crate::support::{Database, TestServer};

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                super::$name(TestServer::start(Database::sqlite()).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgresql() {
                super::$name(TestServer::start(Database::postgresql().await).await).await;
            }
        })+
    };
}
pub(crate) use on_both_databases;
