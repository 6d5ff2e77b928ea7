//! The end of a life: nothing bad happens any more, everything settles, and all that was said, kept and sent is held against each other.
use super::client::Conversation;
use super::home::{self, Home};
use super::node::Node;
use super::world::{Told, World};
use serde_json::Value;
use smartbot_model::webhook::DeliveryState;
use smartbot_store::{DeliveryFilter, EventRow};
use std::collections::BTreeMap;
use std::time::Duration;

/// How long it takes at most, in simulated time, until everything is sent: the schedule has long pauses.
const SETTLED_WITHIN: u32 = 6 * 3_600;

impl World {
    pub(crate) async fn reckon(&self, home: &Home) -> Told {
        // Whatever still runs goes on; one more node sees to it that somebody does.
        self.start_node(home, false).await;
        let node = self.nodes.borrow().last().unwrap().clone();
        let conversations = self.conversations.borrow().clone();
        for conversation in &conversations {
            self.repeat(&node, conversation).await;
            self.check_log(&node, conversation).await;
        }
        self.settle(&node).await;
        let kept = self.events(&node).await;
        self.check_events(&kept);
        let findings = home.check(&self.file);
        assert_eq!(findings, [], "a check finds nothing");
        let (hash, steps) = self.around.fate.steps();
        let receiver = &self.around.receiver;
        assert_eq!(receiver.wrong(), Vec::<String>::new());
        let requests = |url| receiver.at(url, |it| it.requests);
        Told {
            hash,
            steps,
            deaths: self.deaths.get(),
            turns: conversations.iter().map(|it| it.said.len() as u64).sum(),
            events: kept.len() as u64,
            deliveries: requests(home::ALL) + requests(home::ORDERED),
            calls: receiver.calls(),
            simulated_seconds: self.around.fate.age().as_secs(),
        }
    }

    /// What was answered is answered again. Where an answer waited for a call and could not be remembered, its messages are.
    async fn repeat(&self, node: &Node, conversation: &Conversation) {
        let Conversation {
            user,
            function_id,
            key,
            ..
        } = conversation;
        let started = self.start(node, function_id, user, key).await.unwrap();
        assert_eq!(started.body, conversation.started, "one session per key");
        for (id, text, answer) in &conversation.said {
            let again = self
                .say(node, conversation.session, id, text)
                .await
                .unwrap();
            if *function_id == "Echo" {
                assert_eq!(again.body, *answer, "the same answer");
            } else {
                let messages = |body: &str| {
                    let body: Value = serde_json::from_str(body).unwrap();
                    body["messages"].clone()
                };
                let (again, first) = (messages(&again.body), messages(answer));
                let (again, first) = (again.as_array().unwrap(), first.as_array().unwrap());
                // A first answer that did not wait to the end has the beginning.
                assert_eq!(again[..first.len()], first[..], "the same messages");
            }
        }
    }

    /// Every message once, in order, without gaps.
    async fn check_log(&self, node: &Node, conversation: &Conversation) {
        let log = node
            .app
            .chat_log(self.workspace, conversation.session)
            .await;
        let log = serde_json::to_value(log.unwrap()).unwrap();
        let messages = log["messages"].as_array().unwrap();
        for (message, seq) in messages.iter().zip(1..) {
            assert_eq!(message["seq"], seq);
        }
        assert_eq!(log["session"]["last_seq"], messages.len());
        let said: Vec<_> = messages
            .iter()
            .filter(|it| it["from"] == "user")
            .map(|it| {
                (
                    it["client_message_id"].as_str().unwrap(),
                    it["text"].as_str().unwrap(),
                )
            })
            .collect();
        let expected: Vec<_> = conversation
            .said
            .iter()
            .map(|it| (it.0.as_str(), it.1.as_str()))
            .collect();
        assert_eq!(said, expected, "once, and in order");
    }

    /// Waits until nothing is on its way any more.
    async fn settle(&self, node: &Node) {
        let filter = DeliveryFilter {
            state: Some(DeliveryState::Pending),
            limit: 1,
            ..DeliveryFilter::default()
        };
        for _ in 0..SETTLED_WITHIN {
            let waiting = node
                .app
                .store
                .deliveries(self.workspace, filter.clone())
                .await;
            let jobs = node.app.store.next_job_due().await;
            let turns = node.app.store.uncounted_turns(1).await;
            if waiting.unwrap().is_empty() && jobs.unwrap().is_none() && turns.unwrap().is_empty() {
                return;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        let waiting = node.app.store.deliveries(self.workspace, filter).await;
        panic!("something is never sent: {waiting:?}");
    }

    async fn events(&self, node: &Node) -> Vec<EventRow> {
        let mut events: Vec<EventRow> = Vec::new();
        loop {
            let after = events.last().map(|it| it.id);
            let page = node
                .app
                .store
                .events(self.workspace, after, 200)
                .await
                .unwrap();
            if page.is_empty() {
                return events;
            }
            events.extend(page);
        }
    }

    /// Numbered without gaps, each arrived everywhere, and nothing else; in order where that was promised.
    fn check_events(&self, kept: &[EventRow]) {
        let mut sequences: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
        for event in kept {
            sequences
                .entry(&event.subject)
                .or_default()
                .push(event.sequence);
        }
        for (subject, sequences) in &mut sequences {
            sequences.sort_unstable();
            let whole: Vec<_> = (1..=sequences.len() as u64).collect();
            assert_eq!(*sequences, whole, "{subject}: without gaps");
        }
        // The bots were published before there were endpoints.
        let told: Vec<_> = kept
            .iter()
            .filter(|it| it.subject.starts_with("usr_"))
            .collect();
        for url in [home::ALL, home::ORDERED] {
            self.around.receiver.at(url, |arrived| {
                for event in &told {
                    let body = arrived.bodies.get(&event.id.to_string());
                    let body = body.unwrap_or_else(|| panic!("{} did not come to {url}", event.id));
                    let body: Value = serde_json::from_slice(body).unwrap();
                    assert_eq!(body["subject"], event.subject);
                    assert_eq!(body["sequence"], event.sequence);
                }
                assert_eq!(arrived.bodies.len(), told.len(), "{url}: nothing else");
                if url == home::ORDERED {
                    for (subject, sequences) in &arrived.order {
                        assert!(sequences.is_sorted(), "{subject}: {sequences:?}");
                    }
                }
            });
        }
    }
}
