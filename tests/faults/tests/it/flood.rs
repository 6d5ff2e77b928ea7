//! Answers that do not end: each is cut off, counts as what its status says, and is not held in memory.
use serde_json::json;
use smartbot_faults::{Http, PATIENCE, Place, documents};
use smartbot_testkit::{Answer, Receiver, until};

/// What the receiver pours out in answer to one delivery.
const FLOOD: u64 = 300 << 20;
/// How many bytes more the server may take at the most while that happens.
const MOST: u64 = 5 << 20;
/// How much of an answer is kept for the delivery log.
const KEPT: usize = 16 << 10;
/// A server whose peak grows by less, so many rounds of ordinary deliveries long, has what it needs.
const STEADY: u64 = 1 << 20;
const ENOUGH: usize = 5;
/// Within so many rounds.
const ROUNDS: usize = 100;
/// How many sessions are started at once; each makes two events, that of the user and that of the session.
const SESSIONS: usize = 20;

/// What the kernel has in this line of the status of a process, in bytes.
fn memory(process: u32, line: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let found = status.lines().find_map(|it| it.strip_prefix(line));
    let kib = found.unwrap().trim_matches([':', ' ', '\t', 'k', 'B']);
    kib.parse::<u64>().unwrap() << 10
}

/// The kernel forgets the most that the process had so far: `proc_pid_clear_refs(5)`, value 5.
fn forget_the_peak(process: u32) {
    std::fs::write(format!("/proc/{process}/clear_refs"), "5").unwrap();
}

/// Starts sessions and waits until all that came of them was delivered; tells how many deliveries there are now.
async fn deliver(place: &Place, http: &Http, before: usize) -> usize {
    for _ in 0..SESSIONS {
        http.start(json!({"function_id": "Echo"})).await;
    }
    let mut count = 0;
    until("all to be delivered", PATIENCE, async || {
        let args = ["webhook", "deliveries", "--limit", "10000", "--json"];
        let listed = place.run(&args).await.ok().lines();
        count = listed.len();
        count >= before + 2 * SESSIONS && listed.iter().all(|it| it["state"] == "delivered")
    })
    .await;
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_of_300_mb_are_cut_off_and_cost_no_memory() {
    let mut place = Place::served().await;
    place.init().await;
    let receiver = Receiver::start().await;
    receiver.answer("/hook", Answer::status(204));
    let types = "user.created,session.started";
    place.endpoint(&receiver.url("/hook"), types).await;
    place.publish(&documents::echo()).await;
    let http = Http::new(&place.url()).with(&place.token("bots_management").await);

    // Caches fill and threads get their heaps: ordinary answers take all of that, as long as what is kept of a flood.
    receiver.answer("/hook", Answer::new(200, vec![b' '; KEPT]));
    let server = place.server().id();
    let (mut count, mut before, mut quiet) = (0, 0, 0);
    for _ in 0..ROUNDS {
        forget_the_peak(server);
        count = deliver(&place, &http, count).await;
        let peak = memory(server, "VmHWM");
        quiet = if peak < before + STEADY { quiet + 1 } else { 0 };
        before = before.max(peak);
        if quiet == ENOUGH {
            break;
        }
    }
    assert_eq!(quiet, ENOUGH, "it grows for ever without a flood too");

    forget_the_peak(server);
    receiver.answer("/hook", Answer::flood(FLOOD));
    let floods = deliver(&place, &http, count).await - count;
    let grown = memory(server, "VmHWM").saturating_sub(before);
    println!(
        "{floods} answers of 300 MB: {} KiB more at the peak",
        grown >> 10
    );
    assert!(grown < MOST, "{floods} floods cost {grown} bytes");
    place.stop().await;
}
