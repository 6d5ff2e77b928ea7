//! Writes and syncs of the database that fail: the server ends at once, says why, and what it had answered is there.
use crate::rounds::{Chance, rounds};
use crate::system_calls::{can_trace, strace};
use crate::trial::Trial;
use smartbot_testkit::until;
use std::collections::BTreeMap;

/// What fails from some number on, in one of the server's threads.
const CALLS: [(&str, u64); 2] = [("fsync", 40), ("pwrite64", 200)];

/// Waits until the server ends by itself and says why.
async fn ends_because(trial: &mut Trial, why: &str) {
    let server = trial.place.server();
    until("the server to end", crate::PATIENCE, async || {
        server.has_ended()
    })
    .await;
    let (status, said) = (server.ended().await, server.err.get());
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains(why), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_disk_fails_ends_at_once_and_loses_nothing() {
    const WHAT: &str = "the disk fails";
    if !can_trace(WHAT) {
        return;
    }
    let (mut trial, chance) = (Trial::embedded().await, Chance::new(WHAT));
    let mut met: BTreeMap<&str, usize> = BTreeMap::new();
    trial.more_answers(10).await;
    trial.place.stop().await;
    for _ in 0..rounds() {
        let (call, most) = chance.of(&CALLS);
        let nth = 1 + chance.below(*most);
        let words = strace(&format!("{call}:error=EIO:when={nth}+"));
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let came_up = trial.place.serve_again_under(&words).await;
        let why = if came_up {
            "the disk of the database fails"
        } else {
            "disk I/O error"
        };
        ends_because(&mut trial, why).await;
        *met.entry(call).or_default() += 1;
    }
    trial.place.serve_again().await;
    trial
        .balance(&format!("{WHAT}, {} times, {met:?}", rounds()))
        .await;
}

/// SQLite by itself says nothing of this one, and would let the log begin anew over what is in no file.
#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_that_cannot_be_synced_ends_the_server_and_loses_nothing() {
    const WHAT: &str = "a checkpoint fails";
    if !can_trace(WHAT) {
        return;
    }
    let mut trial = Trial::embedded().await;
    trial.more_answers(10).await;
    // The log is in the file now, so that the start has nothing to sync there.
    trial.place.stop().await;
    let file = trial.place.data().join("smartbot.db");
    let mut words = strace("fsync:error=EIO:when=1");
    words.extend(["-P".to_owned(), file.to_str().unwrap().to_owned()]);
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    assert!(trial.place.serve_again_under(&words).await);
    ends_because(&mut trial, "the disk of the database fails").await;
    trial.place.serve_again().await;
    trial.balance(WHAT).await;
}
