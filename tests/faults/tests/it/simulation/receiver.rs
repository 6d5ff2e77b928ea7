//! Whoever is called: it takes what comes, keeps all of it, and answers well or badly.
use super::fate::Fate;
use super::home;
use bytes::Bytes;
use http::StatusCode;
use serde_json::Value;
use smartbot_egress::Request;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// What it answers.
pub(crate) struct Said {
    pub(crate) status: StatusCode,
    pub(crate) retry_after: Option<&'static str>,
    pub(crate) body: Bytes,
}

impl Said {
    fn plain(status: StatusCode) -> Self {
        Self {
            status,
            retry_after: None,
            body: Bytes::new(),
        }
    }
}

/// What came to one endpoint.
#[derive(Default)]
pub(crate) struct Arrived {
    pub(crate) requests: u64,
    /// The bytes of each event.
    pub(crate) bodies: BTreeMap<String, Bytes>,
    /// Per subject, the sequences as they came first.
    pub(crate) order: BTreeMap<String, Vec<u64>>,
}

#[derive(Default)]
struct State {
    arrived: BTreeMap<String, Arrived>,
    /// What was posted by bots, under each idempotency key.
    calls: BTreeMap<String, Bytes>,
    /// How often something went wrong with each event at each endpoint: the schedule is long.
    failures: BTreeMap<(String, String), u32>,
    wrong: Vec<String>,
}

#[derive(Default)]
pub(crate) struct Receiver(Mutex<State>);

/// After so many failures an event goes through.
const FAILURES: u32 = 2;

fn header<'a>(request: &'a Request, name: &str) -> &'a str {
    let value = request.headers.get(name);
    value.and_then(|it| it.to_str().ok()).unwrap_or_default()
}

impl Receiver {
    /// Whether something goes wrong with this request on its way.
    pub(crate) fn fails(&self, fate: &Fate, request: &Request, one_in: u64) -> bool {
        if !fate.one_in(one_in) {
            return false;
        }
        let key = (
            request.url.clone(),
            header(request, "webhook-id").to_owned(),
        );
        let mut state = self.0.lock().unwrap();
        let failures = state.failures.entry(key).or_default();
        *failures += 1;
        *failures <= FAILURES
    }

    /// Takes a request and decides on the answer.
    pub(crate) fn take(&self, fate: &Fate, request: &Request) -> Said {
        let fails = self.fails(fate, request, 12);
        let mut state = self.0.lock().unwrap();
        if request.url == home::CALLED {
            state.called(request);
        } else {
            state.arrived(request, fails);
        }
        drop(state);
        if fails {
            let bad = [(500, None), (429, Some("2")), (503, Some("7")), (404, None)];
            let (status, retry_after) = bad[usize::try_from(fate.below(4)).unwrap()];
            return Said {
                retry_after,
                ..Said::plain(StatusCode::from_u16(status).unwrap())
            };
        }
        Said {
            body: Bytes::from_static(br#"{"plan":"gold"}"#),
            ..Said::plain(StatusCode::OK)
        }
    }

    /// What came to an endpoint.
    pub(crate) fn at<T>(&self, url: &str, look: impl FnOnce(&Arrived) -> T) -> T {
        look(
            self.0
                .lock()
                .unwrap()
                .arrived
                .entry(url.to_owned())
                .or_default(),
        )
    }

    /// How many different calls bots made.
    pub(crate) fn calls(&self) -> u64 {
        self.0.lock().unwrap().calls.len() as u64
    }

    /// What came that must not.
    pub(crate) fn wrong(&self) -> Vec<String> {
        self.0.lock().unwrap().wrong.clone()
    }
}

impl State {
    fn called(&mut self, request: &Request) {
        let key = header(request, "idempotency-key").to_owned();
        let first = self
            .calls
            .entry(key.clone())
            .or_insert(request.body.clone());
        if *first != request.body {
            self.wrong
                .push(format!("call {key} came with another body"));
        }
    }

    /// What is refused was not taken, though it came.
    fn arrived(&mut self, request: &Request, is_refused: bool) {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let id = body["id"].as_str().unwrap().to_owned();
        if header(request, "webhook-id") != id {
            self.wrong.push(format!("{id} came under another id"));
        }
        let arrived = self.arrived.entry(request.url.clone()).or_default();
        arrived.requests += 1;
        if let Some(first) = arrived.bodies.get(&id) {
            if *first != request.body {
                self.wrong.push(format!("{id} came with another body"));
            }
            return;
        }
        if is_refused {
            return;
        }
        arrived.bodies.insert(id, request.body.clone());
        let subject = body["subject"].as_str().unwrap().to_owned();
        let sequence = body["sequence"].as_u64().unwrap();
        arrived.order.entry(subject).or_default().push(sequence);
    }
}
