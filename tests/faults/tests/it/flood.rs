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
/// How many rounds of ordinary deliveries come before: until then the server grows by itself.
const ROUNDS: usize = 40;
/// How many sessions are started one after the other in a round.
const SESSIONS: usize = 20;
/// Each makes two events: that of the user and that of the session.
const DELIVERIES: usize = 2 * SESSIONS;

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

/// Starts sessions and waits until all that came of them was delivered.
async fn deliver(place: &Place, http: &Http, receiver: &Receiver) {
    let all = receiver.requests().len() + DELIVERIES;
    for _ in 0..SESSIONS {
        http.start(json!({"function_id": "Echo"})).await;
    }
    let newest = DELIVERIES.to_string();
    let list = ["webhook", "deliveries", "--limit", &newest, "--json"];
    until("all to be delivered", PATIENCE, async || {
        receiver.requests().len() >= all
            && place
                .run(&list)
                .await
                .ok()
                .lines()
                .iter()
                .all(|it| it["state"] == "delivered")
    })
    .await;
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

    let server = place.server().id();
    let round = async |answer: Answer| {
        receiver.answer("/hook", answer);
        forget_the_peak(server);
        deliver(&place, &http, &receiver).await;
        memory(server, "VmHWM")
    };
    // As long as what is kept of a flood.
    let ordinary = || Answer::new(200, vec![b' '; KEPT]);
    // Caches fill and threads get their heaps: ordinary answers take all of that.
    let mut before = 0;
    for _ in 0..ROUNDS {
        before = before.max(round(ordinary()).await);
    }
    let grown = round(Answer::flood(FLOOD)).await.saturating_sub(before);
    println!(
        "{DELIVERIES} answers of 300 MB: {} KiB more at the peak",
        grown >> 10
    );
    assert!(grown < MOST, "{DELIVERIES} floods cost {grown} bytes");
    place.stop().await;
}
