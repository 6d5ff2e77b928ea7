//! What arrived at an endpoint: each event under one id, with the same bytes every time.
use bytes::Bytes;
use serde_json::Value;
use smartbot_testkit::{Answer, Receiver, Request};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Everything that arrived at one path of a receiver.
#[derive(Clone, Default)]
pub(crate) struct Arrivals(Arc<Mutex<Seen>>);

#[derive(Default)]
struct Seen {
    requests: usize,
    bodies: BTreeMap<String, Bytes>,
    /// Per subject, the sequences in the order in which they came first.
    order: BTreeMap<String, Vec<u64>>,
    wrong: Vec<String>,
}

impl Seen {
    fn note(&mut self, request: &Request) {
        self.requests += 1;
        let body = request.json();
        let Some(id) = body["id"].as_str() else {
            return self.wrong.push(format!("no id in {body}"));
        };
        if request.header("webhook-id") != Some(id) {
            self.wrong.push(format!("{id} came under another id"));
        }
        if let Some(first) = self.bodies.get(id) {
            if *first != request.body {
                self.wrong.push(format!("{id} came with another body"));
            }
            return;
        }
        self.bodies.insert(id.to_owned(), request.body.clone());
        let subject = body["subject"].as_str().unwrap().to_owned();
        let sequence = body["sequence"].as_u64().unwrap();
        self.order.entry(subject).or_default().push(sequence);
    }
}

impl Arrivals {
    /// Takes what comes to this path from now on.
    pub(crate) fn at(receiver: &Receiver, path: &str) -> Self {
        let arrivals = Self::default();
        let seen = arrivals.0.clone();
        receiver.answer_with(path, move |request| {
            seen.lock().unwrap().note(request);
            Answer::status(204)
        });
        arrivals
    }

    /// How many requests came.
    pub(crate) fn requests(&self) -> usize {
        self.0.lock().unwrap().requests
    }

    /// How many different events came.
    pub(crate) fn events(&self) -> usize {
        self.0.lock().unwrap().bodies.len()
    }

    /// How many different events about this subject came.
    pub(crate) fn about(&self, subject: &str) -> usize {
        self.0
            .lock()
            .unwrap()
            .order
            .get(subject)
            .map_or(0, Vec::len)
    }

    /// The body of an event.
    pub(crate) fn body(&self, id: &str) -> Option<Value> {
        let seen = self.0.lock().unwrap();
        seen.bodies
            .get(id)
            .map(|it| serde_json::from_slice(it).unwrap())
    }

    /// Asserts that no event came under two ids or with two bodies.
    pub(crate) fn assert_consistent(&self) {
        let seen = self.0.lock().unwrap();
        assert!(seen.wrong.is_empty(), "{:?}", seen.wrong);
    }

    /// Asserts that the events of each subject came first in their order.
    pub(crate) fn assert_in_order(&self) {
        for (subject, sequences) in &self.0.lock().unwrap().order {
            assert!(sequences.is_sorted(), "{subject}: {sequences:?}");
        }
    }
}
