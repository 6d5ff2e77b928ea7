//! More than can be written: who comes too late is told so at once, and what was accepted is kept.
use crate::support::{Database, PATIENCE, TestServer, bots};
use serde_json::json;
use smartbot_api::accept::Sockets;
use smartbot_testkit::{spawn, until};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// More than may wait for one workspace.
const MANY: usize = 700;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_that_is_full_refuses_with_a_time_to_come_again() {
    let database = Database::sqlite();
    let Database::Sqlite(folder) = database.clone() else {
        unreachable!("it was made a line above")
    };
    let server = TestServer::start(database).await;
    let greeter = server.publish(&bots::greeter()).await;
    let sockets = Sockets {
        per_client: MANY,
        ..Sockets::default()
    };
    let (address, _serving) = server.with_sockets(sockets).await;
    // Somebody else writes to the file, and takes a while.
    let other = rusqlite::Connection::open(folder.path().join("test.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = Arc::new(AtomicUsize::new(0));
    let all: Vec<_> = (0..MANY)
        .map(|_| {
            let (api, refused) = (server.at(address), refused.clone());
            let body = json!({"function_id": greeter});
            spawn(async move {
                let reply = api.sessions(&body).await;
                if reply.status == 503 {
                    assert_eq!(reply.header("retry-after"), "1");
                    reply.problem(503, "overloaded");
                    refused.fetch_add(1, Ordering::SeqCst);
                } else {
                    assert_eq!(reply.status, 201, "{:?}", reply.json());
                }
            })
        })
        .collect();
    until("one is refused", PATIENCE, async || {
        refused.load(Ordering::SeqCst) > 0
    })
    .await;
    other.execute_batch("ROLLBACK").unwrap();
    for it in all {
        it.await.unwrap();
    }
    let kept = other.query_row("SELECT count(*) FROM sessions", [], |it| {
        it.get::<_, i64>(0)
    });
    let kept = usize::try_from(kept.unwrap()).unwrap();
    assert_eq!(kept + refused.load(Ordering::SeqCst), MANY);
}
