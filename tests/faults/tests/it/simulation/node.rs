//! A node: a whole app, before whose every step something may happen to it.
use super::fate::Fate;
use super::home::{BEGINNING, Home};
use super::receiver::Receiver;
use http::HeaderMap;
use smartbot_app::{App, Luck};
use smartbot_egress::{
    Answer, Client, Error as NetworkError, Exchange, LookUp, Network, NotFound, Phases, Policy,
    Request, Resolve,
};
use smartbot_model::Time;
use smartbot_model::random::SeededRandom;
use smartbot_model::time::Clock;
use smartbot_store::simulated::{Between, Deciding, Query};
use smartbot_store::{Error, what};
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;

/// How a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Runs,
    /// It stands still, and goes on later as if nothing had been.
    Frozen,
    Dead,
}

/// What all nodes of a life share.
pub(crate) struct Around {
    pub(crate) fate: Fate,
    pub(crate) receiver: Receiver,
    /// How far the clocks are off, in micro-seconds.
    pub(crate) offset: AtomicI64,
}

/// What comes before every step of a node.
pub(crate) struct Gate {
    pub(crate) number: usize,
    around: Arc<Around>,
    state: Mutex<State>,
    /// Wakes who waits for another state, in the order in which they came: `watch` does so in any order.
    changed: Notify,
    /// How far this node's clock is off besides.
    skew: i64,
}

impl Gate {
    pub(crate) fn is(&self, state: State) -> bool {
        *self.state.lock().unwrap() == state
    }

    fn become_(&self, state: State, why: &str) {
        self.around.fate.note(self.number, why);
        let mut now = self.state.lock().unwrap();
        // Nobody comes back to life.
        if *now != State::Dead {
            *now = state;
            self.changed.notify_waiters();
        }
    }

    pub(crate) fn die(&self, why: &str) {
        self.become_(State::Dead, why);
    }

    /// Waits until the node is like this.
    async fn until(&self, state: State) {
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            if self.is(state) {
                return;
            }
            changed.await;
        }
    }

    /// Goes through as soon as the node runs: never, once it is dead.
    async fn pass(&self) {
        self.until(State::Runs).await;
    }

    /// A step: something may happen to the node before it, and it takes its time.
    async fn step(&self, what: &str) {
        self.pass().await;
        let fate = &self.around.fate;
        fate.note(self.number, what);
        if fate.one_in(250) {
            self.die(&format!("dies at {what}"));
        } else if fate.one_in(600) {
            self.become_(State::Frozen, "freezes");
        } else if fate.one_in(300) {
            self.jump();
        }
        self.pass().await;
        tokio::time::sleep(fate.delay()).await;
        self.pass().await;
    }

    /// All clocks jump, forwards or a little back.
    fn jump(&self) {
        let fate = &self.around.fate;
        let micros = if fate.below(2) == 0 {
            i64::try_from(fate.below(120_000_000)).unwrap()
        } else {
            -i64::try_from(fate.below(20_000_000)).unwrap()
        };
        self.around.offset.fetch_add(micros, Ordering::Relaxed);
        fate.note(self.number, &format!("clocks jump by {micros}"));
    }

    fn thaw(&self) {
        if self.is(State::Frozen) {
            self.become_(State::Runs, "thaws");
        }
    }
}

impl Between for Gate {
    fn before(&self, query: Query) -> Deciding<'_> {
        Box::pin(async move {
            self.step(query.name).await;
            let fate = &self.around.fate;
            if fate.one_in(150) {
                return Err(unavailable());
            }
            if query.writes && fate.one_in(100) {
                return Err(Error::Conflict {
                    what: what::SESSION_VERSION,
                });
            }
            if query.writes && fate.one_in(300) {
                return Err(Error::Full);
            }
            Ok(())
        })
    }

    fn after(&self, query: Query) -> Deciding<'_> {
        Box::pin(async move {
            self.step("is answered").await;
            // It is kept, and nobody hears of it.
            if query.writes && self.around.fate.one_in(150) {
                self.around.fate.note(self.number, "does not hear of it");
                return Err(unavailable());
            }
            Ok(())
        })
    }
}

fn unavailable() -> Error {
    Error::Unavailable {
        reason: "simulated".to_owned(),
    }
}

impl Clock for Gate {
    fn now(&self) -> Time {
        let age = i64::try_from(self.around.fate.age().as_micros()).unwrap();
        let offset = self.around.offset.load(Ordering::Relaxed);
        Time::from_micros(BEGINNING.micros() + age + offset + self.skew)
    }
}

impl Luck for Gate {
    fn arrivals(&self) -> usize {
        let fate = &self.around.fate;
        if fate.one_in(5) {
            usize::try_from(fate.below(2) * 2).unwrap()
        } else {
            1
        }
    }
}

impl Network for Gate {
    fn send(&self, request: Request) -> Exchange<'_> {
        Box::pin(async move {
            let Around { fate, receiver, .. } = &*self.around;
            self.step("sends").await;
            if receiver.fails(fate, &request, 25) {
                return Err(NetworkError::Connect);
            }
            fate.note(self.number, "is received");
            let said = receiver.take(fate, &request);
            self.step("waits").await;
            if receiver.fails(fate, &request, 40) {
                // The answer never comes.
                std::future::pending::<()>().await;
            }
            let mut headers = HeaderMap::new();
            headers.insert(
                "content-type",
                http::HeaderValue::from_static("application/json"),
            );
            if let Some(seconds) = said.retry_after {
                headers.insert("retry-after", http::HeaderValue::from_static(seconds));
            }
            Ok(Answer {
                status: said.status,
                headers,
                body: said.body,
                cut: false,
                elapsed: Duration::ZERO,
                peer: Ipv4Addr::LOCALHOST.into(),
                phases: Phases::default(),
            })
        })
    }
}

/// Knows no name: nobody asks.
struct Nobody;

impl Resolve for Nobody {
    fn look_up<'a>(&'a self, _: &'a str) -> LookUp<'a> {
        Box::pin(async { Err(NotFound) })
    }
}

#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) app: App,
    pub(crate) gate: Arc<Gate>,
}

/// The longest that a node stands still, in seconds: longer than leases hold.
const FROZEN: u64 = 60;

impl Node {
    /// Starts a node, and its workers.
    pub(crate) fn start(
        home: &Home,
        file: &Path,
        around: &Arc<Around>,
        number: usize,
        seed: u64,
    ) -> Self {
        let skew = i64::try_from(around.fate.below(2_000_000)).unwrap() - 1_000_000;
        let gate = Arc::new(Gate {
            number,
            around: around.clone(),
            state: Mutex::new(State::Runs),
            changed: Notify::new(),
            skew,
        });
        around.fate.note(number, "starts");
        let random = Arc::new(SeededRandom::new(seed.wrapping_mul(1_000) + number as u64));
        let store = home.open(file, random.clone(), gate.clone());
        let builder = Client::builder(Policy::open()).resolver(Arc::new(Nobody));
        let egress = builder.network(gate.clone()).build().unwrap();
        let app = App::with_luck(store, egress, gate.clone(), random, gate.clone());
        app.start_workers();
        let node = Self { app, gate };
        smartbot_testkit::spawn(node.clone().thaws());
        node
    }

    /// Goes on after a while, whenever it stands still.
    async fn thaws(self) {
        loop {
            self.gate.until(State::Frozen).await;
            let seconds = 1 + self.gate.around.fate.below(FROZEN);
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            self.gate.thaw();
        }
    }
}
