//! The server is killed on its way into chosen calls of the system: at the start, at a write or sync of the database, at an answer, at a delivery.
use crate::rounds::{Chance, rounds};
use crate::trial::Trial;
use smartbot_testkit::until;
use std::collections::BTreeMap;
use std::process::Stdio;

/// What the server is killed at, and at most at the how many-th of them in one of its threads.
const CALLS: [(&str, u64); 7] = [
    ("fsync", 25),
    ("pwrite64", 120),
    ("pread64", 30),
    ("writev", 20),
    ("sendto", 20),
    ("recvfrom", 30),
    ("connect", 3),
];

/// So many answers later the server is killed in the ordinary way: the chosen call was not made so often.
const ENOUGH: usize = 80;

/// The words that start a program under `strace` with this injected. The tracer steps aside (-D), so that the process that was started is the
/// server itself.
pub(crate) fn strace(inject: &str) -> Vec<String> {
    let (call, what) = inject.split_once(':').unwrap();
    let mut words = vec!["strace", "-D", "-f", "-qq", "-o", "/dev/null"];
    // Stops at nothing else, which is much quicker; but signals are not sent then.
    if what.starts_with("error") {
        words.push("--seccomp-bpf");
    }
    let (trace, inject) = (format!("trace={call}"), format!("inject={inject}"));
    words.extend(["-e", &trace, "-e", &inject]);
    words.into_iter().map(str::to_owned).collect()
}

/// Whether programs can be traced here; says loudly when not.
pub(crate) fn can_trace(test: &str) -> bool {
    let tried = std::process::Command::new("strace")
        .args([
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            "inject=fsync:error=EIO",
            "true",
        ])
        .stdin(Stdio::null())
        .output();
    let can = tried.is_ok_and(|it| it.status.success());
    if !can {
        eprintln!(
            "SKIPPED {test}: strace is not installed or may not trace here; `make tools` installs it"
        );
    }
    can
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_loses_nothing_when_it_is_killed_at_a_call() {
    const WHAT: &str = "killed at system calls";
    if !can_trace(WHAT) {
        return;
    }
    let (mut trial, chance) = (Trial::embedded().await, Chance::new(WHAT));
    let mut met: BTreeMap<&str, usize> = BTreeMap::new();
    trial.more_answers(10).await;
    trial.place.server().kill().await;
    let (mut round, mut sum) = (0, 0);
    // Whether a call is met is chance, above all on a machine with many threads: there are more rounds where most were not.
    while round < rounds() || sum * 2 <= round && round < rounds() * 3 {
        round += 1;
        let (call, most) = chance.of(&CALLS);
        let nth = 1 + chance.below(*most);
        let words = strace(&format!("{call}:signal=KILL:when={nth}"));
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let enough = trial.ledger.answers() + ENOUGH;
        if trial.place.serve_again_under(&words).await {
            let (ledger, server) = (trial.ledger.clone(), trial.place.server());
            until(
                "the call to be made, or enough answers",
                crate::PATIENCE,
                async || server.has_ended() || ledger.answers() >= enough,
            )
            .await;
        }
        let server = trial.place.server();
        if server.has_ended() {
            *met.entry(call).or_default() += 1;
            sum += 1;
        } else {
            server.kill().await;
        }
    }
    trial.place.serve_again().await;
    assert!(sum * 2 > round, "most were killed at their call: {met:?}");
    trial
        .balance(&format!("{WHAT}, {sum} of {round} times, {met:?}"))
        .await;
}
