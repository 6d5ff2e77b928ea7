//! Waiting for conditions, ports and folders.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use smartbot_testkit::{free_port, repository, spawn, temp_dir, until, until_some};

#[tokio::test]
async fn waiting_ends_as_soon_as_the_condition_holds() {
    let asked = AtomicUsize::new(0);
    until("the third question", Duration::from_secs(10), async || {
        asked.fetch_add(1, Ordering::SeqCst) == 2
    })
    .await;
    assert_eq!(asked.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn waiting_for_something_returns_it() {
    let mut left = vec![Some("here"), None, None];
    let found = until_some("a value", Duration::from_secs(10), async || {
        left.pop().flatten()
    })
    .await;
    assert_eq!(found, "here");
}

#[tokio::test]
#[should_panic(expected = "in vain for: the impossible")]
async fn waiting_in_vain_names_what_was_waited_for() {
    until("the impossible", Duration::from_millis(20), async || false).await;
}

#[tokio::test]
async fn a_spawned_task_runs_beside_the_test() {
    let counter = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&counter);
    let task = spawn(async move { seen.fetch_add(1, Ordering::SeqCst) });
    until("the task to count", Duration::from_secs(10), async || {
        counter.load(Ordering::SeqCst) == 1
    })
    .await;
    assert_eq!(task.await.unwrap(), 0);
}

#[test]
fn a_free_port_can_be_listened_on() {
    let port = free_port();
    assert_eq!(
        TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .unwrap()
            .local_addr()
            .unwrap()
            .port(),
        port
    );
}

#[test]
fn a_temporary_folder_goes_with_its_owner() {
    let folder = temp_dir();
    let path = folder.path().to_path_buf();
    std::fs::write(path.join("file"), "content").unwrap();
    drop(folder);
    assert!(!path.exists());
}

#[test]
fn the_repository_is_where_the_workspace_is() {
    assert!(repository().join("crates/testkit/Cargo.toml").exists());
}
