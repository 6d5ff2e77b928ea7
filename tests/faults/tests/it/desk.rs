//! `kill -9` in the middle of a chat between a visitor and an agent, both with an open stream, and streams that are cut for a while: what was
//! answered is there once, and both sides see the same messages in the same order.
use crate::rounds::{Chance, at_length};
use http::Method;
use serde_json::{Value, json};
use smartbot_faults::http::session_of;
use smartbot_faults::sse::{Events, Sent};
use smartbot_faults::{Http, PASSWORD, PATIENCE, Place, documents};
use smartbot_testkit::{spawn, until};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// The pause before a client that was cut off comes back.
const AGAIN: Duration = Duration::from_millis(20);

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_with_an_agent_on_an_embedded_server_survives_its_kills() {
    chat_and_kill(Place::served().await, "desk, kill -9, SQLite").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_with_an_agent_on_postgresql_survives_the_kills_of_the_server() {
    chat_and_kill(Place::postgres().await, "desk, kill -9, PostgreSQL").await;
}

/// What one side has seen, by `seq`.
type Seen = Arc<Mutex<BTreeMap<u64, String>>>;

/// Notes a message; one that was seen before says the same.
fn see(seen: &Seen, message: &Value) -> u64 {
    let seq = message["seq"].as_u64().unwrap();
    let text = message["text"].as_str().unwrap().to_owned();
    let before = seen.lock().unwrap().insert(seq, text.clone());
    assert!(before.is_none_or(|it| it == text), "{seq} was another one");
    seq
}

/// Whether the network lets streams through.
type Network = watch::Receiver<bool>;

/// The next event; none when the connection is cut, by the server or on the way.
async fn next(events: &mut Events, network: &mut Network) -> Option<Sent> {
    tokio::select! {
        sent = events.next() => sent,
        _ = network.wait_for(|it| !it) => None,
    }
}

/// Waits until the network lets streams through.
async fn reachable(network: &mut Network) {
    // Without anybody who could cut it, it is whole.
    let _ = network.wait_for(|it| *it).await;
}

/// One of the two who write.
#[derive(Clone)]
struct Writer {
    http: Http,
    path: String,
    cookie: String,
    said: Arc<AtomicUsize>,
    is_over: Arc<AtomicBool>,
}

impl Writer {
    /// Says one thing after the other, each until it is answered. Answers with all of it.
    async fn write(self, who: &'static str) -> Vec<String> {
        let mut all = Vec::new();
        while !self.is_over.load(Ordering::Relaxed) {
            let text = format!("{who} {}", all.len());
            let body = json!({"text": text, "client_message_id": text});
            let extra: &[_] = match self.cookie.as_str() {
                "" => &[],
                cookie => &[("cookie", cookie)],
            };
            loop {
                let sent = self
                    .http
                    .try_call(Method::POST, &self.path, extra, Some(&body));
                match sent.await {
                    Ok((200, _)) => break,
                    // It is starting, stopping, or not there.
                    Ok((502..=504, _)) | Err(_) => tokio::time::sleep(AGAIN).await,
                    Ok(other) => panic!("{other:?}"),
                }
            }
            self.said.fetch_add(1, Ordering::Relaxed);
            all.push(text);
        }
        all
    }
}

/// Follows the visitor's stream, which goes on where it was cut.
async fn follow_as_visitor(http: Http, session: String, seen: Seen, mut network: Network) {
    let path = format!("/api/v1/sessions/{session}/stream");
    let mut last = 0;
    loop {
        reachable(&mut network).await;
        let after = last.to_string();
        let extra = [("last-event-id", after.as_str())];
        let Some(mut events) = Events::open(&http, &path, &extra).await else {
            tokio::time::sleep(AGAIN).await;
            continue;
        };
        while let Some(sent) = next(&mut events, &mut network).await {
            if sent.name == "message" {
                let seq = see(&seen, &sent.data);
                assert_eq!(seq, last + 1, "the visitor's messages have no gap");
                assert_eq!(sent.id, Some(seq.to_string()));
                last = seq;
            }
        }
    }
}

/// Follows the desk's stream, and reads the chat after each connection, as the desk does.
async fn follow_as_agent(
    http: Http,
    session: String,
    cookie: String,
    seen: Seen,
    mut network: Network,
) {
    let path = format!("/api/v1/desk/sessions/{session}");
    let cookie = [("cookie", cookie.as_str())];
    loop {
        reachable(&mut network).await;
        let stream = Events::open(&http, "/api/v1/desk/stream", &cookie).await;
        let read = http.try_call(Method::GET, &path, &cookie, None).await;
        let (Some(mut events), Ok((200, chat))) = (stream, read) else {
            tokio::time::sleep(AGAIN).await;
            continue;
        };
        let chat: Value = serde_json::from_str(&chat).unwrap();
        let mut last = 0;
        for message in chat["messages"].as_array().unwrap() {
            last = see(&seen, message);
        }
        while let Some(sent) = next(&mut events, &mut network).await {
            if sent.name == "message" && sent.data["session_id"] == json!(session) {
                let seq = see(&seen, &sent.data["message"]);
                assert!(seq <= last + 1, "the desk's messages have no gap");
                last = last.max(seq);
            }
        }
    }
}

async fn chat_and_kill(mut place: Place, what: &str) {
    let chance = Chance::new(what);
    // A session has no room for the messages of 200 rounds.
    let (chats, rounds) = if at_length() { (5, 40) } else { (1, 8) };
    place.init().await;
    place.publish(&documents::echo()).await;
    let nobody = Http::new(&place.url());
    let bots = nobody.with(&place.token("bots_management").await);
    let cookie = nobody.sign_in("jo@clinic.example", PASSWORD).await.unwrap();
    let mut messages = 0;
    for _ in 0..chats {
        messages += one_chat(&mut place, &bots, &cookie, rounds, &chance).await;
    }
    println!(
        "{what}, {chats} times {rounds} rounds: {messages} messages, seen alike on both sides"
    );
}

/// Returns how many messages were sent.
async fn one_chat(
    place: &mut Place,
    bots: &Http,
    cookie: &str,
    rounds: usize,
    chance: &Chance,
) -> usize {
    let nobody = Http::new(&place.url());
    let started = bots.start(json!({"function_id": "Echo"})).await;
    let session = session_of(&started);
    let visitor = nobody.with(started["session_key"].as_str().unwrap());
    let desk = format!("/api/v1/desk/sessions/{session}");
    let take = format!("{desk}/take_over");
    let with_cookie = [("cookie", cookie)];
    let nothing = json!({});
    let taken = nobody.try_call(Method::POST, &take, &with_cookie, Some(&nothing));
    assert_eq!(taken.await.unwrap().0, 200);

    let (said, is_over) = (Arc::<AtomicUsize>::default(), Arc::<AtomicBool>::default());
    let writer = |http: &Http, path: String, cookie: &str| Writer {
        http: http.clone(),
        path,
        cookie: cookie.to_owned(),
        said: said.clone(),
        is_over: is_over.clone(),
    };
    // With the session's own key nobody may write as fast as this.
    let by_visitor = writer(bots, format!("/api/v1/sessions/{session}/messages"), "");
    let by_agent = writer(&nobody, format!("{desk}/messages"), cookie);
    let writers: [JoinHandle<Vec<String>>; 2] = [
        spawn(by_visitor.write("visitor")),
        spawn(by_agent.write("agent")),
    ];
    let (at_visitor, at_desk) = (Seen::default(), Seen::default());
    let (cut, network) = watch::channel(true);
    let followers = [
        spawn(follow_as_visitor(
            visitor.clone(),
            session.clone(),
            at_visitor.clone(),
            network.clone(),
        )),
        spawn(follow_as_agent(
            nobody.clone(),
            session.clone(),
            cookie.to_owned(),
            at_desk.clone(),
            network,
        )),
    ];
    let more = async |count: usize| {
        let enough = said.load(Ordering::Relaxed) + count;
        until("more to be said", PATIENCE, async || {
            said.load(Ordering::Relaxed) >= enough
        })
        .await;
    };
    for round in 0..rounds {
        more(5 + usize::try_from(chance.below(15)).unwrap()).await;
        // Every other time the streams are cut before, and come back to another server, or to the same after a while.
        if round % 2 == 1 {
            cut.send_replace(false);
            more(10).await;
        }
        if round % 4 != 3 {
            place.server().kill().await;
            place.serve_again().await;
        }
        cut.send_replace(true);
    }
    more(4).await;
    is_over.store(true, Ordering::Relaxed);
    let mut expected = Vec::new();
    for writer in writers {
        expected.extend(writer.await.unwrap());
    }

    let chat = nobody
        .try_call(Method::GET, &desk, &with_cookie, None)
        .await;
    let chat: Value = serde_json::from_str(&chat.unwrap().1).unwrap();
    let kept = Seen::default();
    for (place, message) in chat["messages"].as_array().unwrap().iter().enumerate() {
        assert_eq!(see(&kept, message), place as u64 + 1, "numbers have no gap");
    }
    let kept = kept.lock().unwrap().clone();
    for (who, seen) in [("visitor", &at_visitor), ("desk", &at_desk)] {
        let wanted = format!("the {who} to see everything");
        until(&wanted, PATIENCE, async || *seen.lock().unwrap() == kept).await;
    }
    for follower in followers {
        assert!(!follower.is_finished(), "a follower has failed");
        follower.abort();
    }
    let mut said: Vec<String> = kept.into_values().collect();
    said.retain(|it| it.starts_with("visitor ") || it.starts_with("agent "));
    for writer in ["visitor", "agent"] {
        let of = |all: &[String]| -> Vec<String> {
            let own = all.iter().filter(|it| it.starts_with(writer));
            own.cloned().collect()
        };
        assert_eq!(of(&said), of(&expected), "each once, in its order");
        assert!(of(&said).len() >= rounds, "{writer} wrote all the time");
    }
    said.len()
}
