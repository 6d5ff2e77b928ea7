//! Clients that talk to a server which fails again and again, and what must be true at the end.
use crate::arrivals::Arrivals;
use http::Method;
use serde_json::Value;
use smartbot_app::clock::SystemRandom;
use smartbot_faults::http::session_of;
use smartbot_faults::ledger::{self, Conversation};
use smartbot_faults::{Http, Ledger, PATIENCE, Place, documents};
use smartbot_model::WorkspaceId;
use smartbot_store::{EventRow, MasterKey, Options, Store};
use smartbot_testkit::{Receiver, spawn, until};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// How many talk at once.
pub(crate) const CLIENTS: usize = 8;

/// How long deliveries may take that were tried in vain: where the machine is busy a try runs out of time, and the fourth comes minutes later.
const LAST_TRIES: Duration = Duration::from_secs(300);

/// A server, its clients and its receivers.
pub(crate) struct Trial {
    pub(crate) place: Place,
    pub(crate) ledger: Ledger,
    begun: Instant,
    database: String,
    workspace: WorkspaceId,
    /// Keeps the receiver running.
    _receiver: Receiver,
    all: Arrivals,
    ordered: Arrivals,
    http: Http,
    office: Http,
    is_over: Arc<AtomicBool>,
    clients: Vec<JoinHandle<()>>,
}

impl Trial {
    /// On the embedded database of a place whose server runs.
    pub(crate) async fn embedded() -> Self {
        let place = Place::served().await;
        let file = place.data().join("smartbot.db");
        Self::begin(place, format!("sqlite:{}", file.display())).await
    }

    /// On a database of a PostgreSQL.
    pub(crate) async fn on(database: String) -> Self {
        let mut place = Place::alone();
        place.set("DATABASE_URL", &database);
        place.serve().await;
        Self::begin(place, database).await
    }

    /// Sets everything up and lets the clients begin.
    pub(crate) async fn begin(place: Place, database: String) -> Self {
        let made = place.init_named("Riverside").await;
        let workspace: WorkspaceId = serde_json::from_value(made["workspace_id"].clone()).unwrap();
        let receiver = Receiver::start().await;
        let all = Arrivals::at(&receiver, "/hook");
        let ordered = Arrivals::at(&receiver, "/ordered");
        place.endpoint(&receiver.url("/hook"), "all").await;
        let url = receiver.url("/ordered");
        let add = [
            "webhook",
            "add",
            &url,
            "--ordered-by",
            "user",
            "--timeout",
            "2",
        ];
        place.run(&add).await.ok();
        place.publish(&documents::echo()).await;
        let http = Http::new(&place.url()).with(&place.token("bots_management").await);
        let office = Http::new(&place.url()).with(&place.token("db_update").await);
        let (ledger, is_over) = (Ledger::default(), Arc::new(AtomicBool::new(false)));
        let clients = (0..CLIENTS)
            .map(|client| spawn(ledger.clone().talk(http.clone(), client, is_over.clone())))
            .collect();
        Self {
            place,
            ledger,
            begun: Instant::now(),
            database,
            workspace,
            _receiver: receiver,
            all,
            ordered,
            http,
            office,
            is_over,
            clients,
        }
    }

    /// Waits until so many more messages were answered.
    pub(crate) async fn more_answers(&self, count: usize) {
        let enough = self.ledger.answers() + count;
        until("the clients to be answered", PATIENCE, async || {
            self.ledger.answers() >= enough
        })
        .await;
    }

    /// Lets the clients end, and holds everything against the ledger. The server runs.
    pub(crate) async fn balance(mut self, what: &str) {
        self.is_over.store(true, Ordering::Relaxed);
        for client in self.clients.drain(..) {
            client.await.unwrap();
        }
        let conversations = self.ledger.all();
        let mut subjects: BTreeMap<String, usize> = BTreeMap::new();
        for conversation in &conversations {
            self.repeat(conversation).await;
            let path = format!("/api/v1/chat_logs/{}", conversation.session);
            let (_, log) = self.office.get(&path).await;
            check_log(&log, conversation);
            let user = log["user"]["id"].as_str().unwrap().to_owned();
            // The user came to be, each session did, and each turn pushes, assigns and removes.
            *subjects.entry(user).or_insert(1) += 1 + 3 * conversation.sent.len();
        }
        assert_eq!(subjects.len(), CLIENTS);
        for arrivals in [&self.all, &self.ordered] {
            until("all events to arrive", LAST_TRIES, async || {
                subjects
                    .iter()
                    .all(|(subject, count)| arrivals.about(subject) >= *count)
            })
            .await;
        }
        let said: usize = conversations.iter().map(|it| it.sent.len()).sum();
        until("each turn to be counted once", PATIENCE, async || {
            let (_, report) = self.office.get("/api/v1/reports/volumes").await;
            counted(&report, "sessions_started") == conversations.len() as u64
                && counted(&report, "messages_from_users") == said as u64
        })
        .await;
        self.place.stop().await;
        let checked = self.place.run(&["check", "--json"]).await.ok().json();
        let mut kept = read_events(&self.place, self.database.clone(), self.workspace).await;
        // The owner was added before there was an endpoint.
        kept.retain(|it| it.event_type.group() != "agent");
        check_events(&kept, &subjects);
        for arrivals in [&self.all, &self.ordered] {
            arrivals.assert_consistent();
            assert_eq!(arrivals.events(), kept.len(), "nothing else arrives");
            for event in &kept {
                let body = arrivals.body(&event.id.to_string()).unwrap();
                assert_eq!(body["subject"], event.subject);
                assert_eq!(body["sequence"], event.sequence);
            }
        }
        self.ordered.assert_in_order();
        println!(
            "{what}: {} answers, {} requests without one, {} refused with 503; {} events in {} and {} deliveries; {} sealed values opened by check; {:.1} s",
            self.ledger.answers(),
            self.ledger.unanswered(),
            self.ledger.refused(),
            kept.len(),
            self.all.requests(),
            self.ordered.requests(),
            checked["sealed_values"],
            self.begun.elapsed().as_secs_f64(),
        );
    }

    /// Asserts that everything that was answered is answered with the same bytes again.
    async fn repeat(&self, conversation: &Conversation) {
        for (id, text) in &conversation.sent {
            let again = ledger::say(&self.http, &conversation.session, id, text).await;
            assert_eq!(again, conversation.answers[id], "the same answer");
        }
        let headers = [("idempotency-key", conversation.key.as_str())];
        let start = ledger::start_of(conversation.client);
        let again = self
            .http
            .try_call(Method::POST, "/api/v1/sessions", &headers, Some(&start))
            .await;
        let again = session_of(&serde_json::from_str(&again.unwrap().1).unwrap());
        assert_eq!(again, conversation.session, "one session per key");
    }
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
    let said = messages.iter().filter(|it| it["from"] == "user");
    let found: Vec<_> = said
        .map(|it| {
            (
                it["client_message_id"].as_str().unwrap(),
                it["text"].as_str().unwrap(),
            )
        })
        .collect();
    let expected: Vec<_> = conversation
        .sent
        .iter()
        .map(|(id, text)| (id.as_str(), text.as_str()))
        .collect();
    assert_eq!(found, expected, "once, and in order");
    for answer in conversation.answers.values() {
        let answer: Value = serde_json::from_str(answer).unwrap();
        for message in answer["messages"].as_array().unwrap() {
            let seq = message["seq"].as_u64().unwrap();
            let kept = &messages[usize::try_from(seq).unwrap() - 1];
            assert_eq!(kept, message, "as it was answered");
        }
    }
}

/// A sum of a report.
fn counted(report: &Value, name: &str) -> u64 {
    let data = report["data"].as_array().unwrap();
    data.iter().map(|it| it[name].as_u64().unwrap()).sum()
}

async fn read_events(place: &Place, url: String, workspace: WorkspaceId) -> Vec<EventRow> {
    let options = Options {
        url,
        master_key: MasterKey::load(&place.data().join("master.key")).unwrap(),
        max_connections: 2,
    };
    let store = Store::open(options, Arc::new(SystemRandom)).await.unwrap();
    let mut events: Vec<EventRow> = Vec::new();
    loop {
        let after = events.last().map(|it| it.id);
        let page = store.events(workspace, after, 500).await.unwrap();
        if page.is_empty() {
            store.close().await;
            return events;
        }
        events.extend(page);
    }
}

/// Per subject all numbers without gaps, and as many as there were things to tell.
fn check_events(kept: &[EventRow], subjects: &BTreeMap<String, usize>) {
    let mut sequences: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for event in kept {
        let of = sequences.entry(&event.subject).or_default();
        of.push(event.sequence);
    }
    for (subject, sequences) in &mut sequences {
        sequences.sort_unstable();
        let whole: Vec<_> = (1..=sequences.len() as u64).collect();
        assert_eq!(*sequences, whole, "{subject}: without gaps");
    }
    for (subject, count) in subjects {
        let events = sequences[subject.as_str()].len();
        assert_eq!(events, *count, "{subject}: three events a turn");
    }
}
