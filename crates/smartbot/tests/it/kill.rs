//! `kill -9`, again and again, under load: what was answered is there once, and no event is lost.
use crate::support::http::session_of;
use crate::support::ledger::{Conversation, Ledger};
use crate::support::{Http, PATIENCE, Place, documents};
use serde_json::{Value, json};
use smartbot_app::clock::SystemRandom;
use smartbot_model::WorkspaceId;
use smartbot_store::{EventRow, MasterKey, Options, Store};
use smartbot_testkit::{Answer, Receiver, Request, spawn, until};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const KILLS: usize = 20;
const CLIENTS: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn an_embedded_server_loses_nothing_when_it_is_killed() {
    let place = Place::served().await;
    let url = format!("sqlite:{}", place.data().join("smartbot.db").display());
    killed_again_and_again(place, url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_on_postgresql_loses_nothing_when_it_is_killed() {
    let url = smartbot_testkit::postgres().new_database();
    let mut place = Place::alone();
    place.set("DATABASE_URL", &url);
    place.serve().await;
    killed_again_and_again(place, url).await;
}

async fn killed_again_and_again(mut place: Place, database: String) {
    let made = place.init_named("Riverside").await;
    let workspace: WorkspaceId = serde_json::from_value(made["workspace_id"].clone()).unwrap();
    let receiver = Receiver::start().await;
    receiver.answer("/hook", Answer::status(204));
    place.endpoint(&receiver.url("/hook"), "all").await;
    place.publish(&documents::echo()).await;
    let http = Http::new(&place.url()).with(&place.token("bots_management").await);
    let office = Http::new(&place.url()).with(&place.token("db_update").await);

    let (ledger, is_over) = (Ledger::default(), Arc::new(AtomicBool::new(false)));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| spawn(ledger.clone().talk(http.clone(), client, is_over.clone())))
        .collect();
    for round in 0..KILLS {
        // Another number of answers each time, so that the kill meets another moment.
        let enough = ledger.answers() + 10 + round * 7 % 31;
        until("the clients to be answered", PATIENCE, async || {
            ledger.answers() >= enough
        })
        .await;
        place.server().kill().await;
        place.serve_again().await;
    }
    is_over.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.unwrap();
    }
    let conversations = ledger.all();
    assert_eq!(conversations.len(), CLIENTS);
    assert!(ledger.unanswered() > 0, "the kills were noticed");
    println!(
        "{KILLS} kills, {} answers, {} requests without one",
        ledger.answers(),
        ledger.unanswered()
    );

    let mut subjects = BTreeMap::new();
    for (client, conversation) in conversations.iter().enumerate() {
        for (id, text) in &conversation.sent {
            let again = ledger
                .say(&http, client, &conversation.session, id, text)
                .await;
            assert_eq!(
                again, conversation.answers[id],
                "a repeat gets the same answer"
            );
        }
        let start =
            json!({"function_id": "Echo", "user": {"external_id": format!("client-{client}")}});
        let key = format!("start-{client}");
        let again = http
            .try_call(
                http::Method::POST,
                "/api/v1/sessions",
                &[("idempotency-key", &key)],
                Some(&start),
            )
            .await;
        assert_eq!(
            session_of(&serde_json::from_str(&again.unwrap().1).unwrap()),
            conversation.session,
            "one session per key"
        );
        let (_, log) = office
            .get(&format!("/api/v1/chat_logs/{}", conversation.session))
            .await;
        check_log(&log, conversation);
        // The user and the session came to be, and each turn pushes, assigns and removes.
        let events = 2 + 3 * conversation.sent.len();
        subjects.insert(log["user"]["id"].as_str().unwrap().to_owned(), events);
    }
    let expected: usize = subjects.values().sum();
    until("all events to arrive", PATIENCE, async || {
        arrived(&receiver, &subjects) >= expected
    })
    .await;
    let said: usize = conversations.iter().map(|it| it.sent.len()).sum();
    until("each turn to be counted once", PATIENCE, async || {
        let (_, report) = office.get("/api/v1/reports/volumes").await;
        counted(&report, "sessions_started") == CLIENTS as u64
            && counted(&report, "messages_from_users") == said as u64
    })
    .await;
    place.stop().await;
    let mut kept = read_events(&place, database, workspace).await;
    // The owner was added before there was an endpoint.
    kept.retain(|it| it.event_type.group() != "agent");
    check_events(&kept, &receiver.requests_to("/hook"), &subjects);
}

/// Each answered message once, `seq` without gaps, and the answers as they were given.
fn check_log(log: &Value, conversation: &Conversation) {
    let messages = log["messages"].as_array().unwrap();
    let seqs: Vec<u64> = messages
        .iter()
        .map(|it| it["seq"].as_u64().unwrap())
        .collect();
    assert_eq!(seqs, (1..=messages.len() as u64).collect::<Vec<_>>());
    assert_eq!(log["session"]["last_seq"], messages.len());
    let said: Vec<_> = messages.iter().filter(|it| it["from"] == "user").collect();
    let expected: Vec<_> = conversation
        .sent
        .iter()
        .map(|(id, text)| (id.as_str(), text.as_str()))
        .collect();
    let found: Vec<_> = said
        .iter()
        .map(|it| {
            (
                it["client_message_id"].as_str().unwrap(),
                it["text"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(found, expected, "once, and in order");
    for answer in conversation.answers.values() {
        let answer: Value = serde_json::from_str(answer).unwrap();
        for message in answer["messages"].as_array().unwrap() {
            let seq = message["seq"].as_u64().unwrap();
            assert_eq!(
                &messages[usize::try_from(seq).unwrap() - 1],
                message,
                "as it was answered"
            );
        }
    }
}

/// A sum of a report.
fn counted(report: &Value, name: &str) -> u64 {
    let data = report["data"].as_array().unwrap();
    data.iter().map(|it| it[name].as_u64().unwrap()).sum()
}

/// How many different events about these subjects have arrived.
fn arrived(receiver: &Receiver, subjects: &BTreeMap<String, usize>) -> usize {
    let ids: BTreeSet<String> = receiver
        .requests_to("/hook")
        .iter()
        .map(Request::json)
        .filter(|it| {
            it["subject"]
                .as_str()
                .is_some_and(|it| subjects.contains_key(it))
        })
        .map(|it| it["id"].to_string())
        .collect();
    ids.len()
}

async fn read_events(place: &Place, url: String, workspace: WorkspaceId) -> Vec<EventRow> {
    let random = Arc::new(SystemRandom);
    let master_key = MasterKey::load_or_create(&place.data().join("master.key"), &*random).unwrap();
    let store = Store::open(
        Options {
            url,
            master_key,
            max_connections: 2,
        },
        random,
    )
    .await
    .unwrap();
    let mut events: Vec<EventRow> = Vec::new();
    loop {
        let page = store
            .events(workspace, events.last().map(|it| it.id), 500)
            .await
            .unwrap();
        if page.is_empty() {
            store.close().await;
            return events;
        }
        events.extend(page);
    }
}

fn check_events(kept: &[EventRow], received: &[Request], subjects: &BTreeMap<String, usize>) {
    let mut sequences: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for event in kept {
        sequences
            .entry(&event.subject)
            .or_default()
            .push(event.sequence);
    }
    for (subject, sequences) in &mut sequences {
        sequences.sort_unstable();
        assert_eq!(
            *sequences,
            (1..=sequences.len() as u64).collect::<Vec<_>>(),
            "{subject}: without gaps"
        );
    }
    for (subject, count) in subjects {
        assert_eq!(
            sequences[subject.as_str()].len(),
            *count,
            "{subject}: three events a turn"
        );
    }
    let mut bodies = BTreeMap::new();
    for request in received {
        let body = request.json();
        assert_eq!(request.header("webhook-id"), body["id"].as_str());
        let first = bodies
            .entry(body["id"].as_str().unwrap().to_owned())
            .or_insert_with(|| request.body.clone());
        assert_eq!(*first, request.body, "the same bytes each time");
    }
    for event in kept {
        let body: Value = serde_json::from_slice(&bodies[&event.id.to_string()]).unwrap();
        assert_eq!(
            (&body["subject"], &body["sequence"]),
            (&json!(event.subject), &json!(event.sequence))
        );
    }
    assert_eq!(
        bodies.len(),
        kept.len(),
        "nothing arrives that was not recorded"
    );
}
