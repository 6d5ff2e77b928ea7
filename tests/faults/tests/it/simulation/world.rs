//! One life: nodes that come and go, clients that talk, and an end at which everything must be in order.
use super::client::Conversation;
use super::fate::Fate;
use super::home::{self, Home};
use super::node::{Around, Node, State};
use super::receiver::Receiver;
use smartbot_model::WorkspaceId;
use smartbot_testkit::TempDir;
use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;
use tokio::task::LocalSet;

/// What became of a life.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// Stands for all steps in their order.
    pub(crate) hash: u64,
    pub(crate) steps: u64,
    pub(crate) deaths: u64,
    pub(crate) turns: u64,
    pub(crate) events: u64,
    pub(crate) deliveries: u64,
    pub(crate) calls: u64,
    pub(crate) simulated_seconds: u64,
}

impl Told {
    pub(crate) fn add(&mut self, other: &Self) {
        self.hash ^= other.hash;
        self.steps += other.steps;
        self.deaths += other.deaths;
        self.turns += other.turns;
        self.events += other.events;
        self.deliveries += other.deliveries;
        self.calls += other.calls;
        self.simulated_seconds += other.simulated_seconds;
    }
}

pub(crate) struct World {
    pub(crate) workspace: WorkspaceId,
    pub(crate) around: Arc<Around>,
    pub(crate) nodes: RefCell<Vec<Node>>,
    pub(crate) conversations: RefCell<Vec<Conversation>>,
    pub(crate) file: PathBuf,
    pub(crate) deaths: Cell<u64>,
    seed: u64,
    started: Cell<usize>,
    _folder: TempDir,
}

/// How long a life may take, in simulated time, before something is taken to be stuck.
const LIFETIME: Duration = Duration::from_secs(24 * 3_600);

/// Lives the life of a seed.
pub(crate) fn live(home: &Home, seed: u64, aloud: bool) -> Told {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let time = builder.enable_time().start_paused(true).build().unwrap();
    let told = LocalSet::new().block_on(&time, async {
        let world = Rc::new(World::new(home, seed, aloud));
        let whole = tokio::time::timeout(LIFETIME, world.clone().whole(home));
        let told = whole
            .await
            .unwrap_or_else(|_| panic!("it never comes to its end"));
        for node in world.nodes.take() {
            let store = node.app.store.clone();
            home.run(async move { store.close().await });
        }
        told
    });
    time.shutdown_background();
    told
}

impl World {
    fn new(home: &Home, seed: u64, aloud: bool) -> Self {
        let template = home::template(home);
        let folder = home::folder();
        let file = folder.path().join("smartbot.db");
        std::fs::write(&file, &template.bytes).unwrap();
        Self {
            workspace: template.workspace,
            around: Arc::new(Around {
                fate: Fate::new(seed, aloud),
                receiver: Receiver::default(),
                offset: AtomicI64::new(0),
            }),
            nodes: RefCell::default(),
            conversations: RefCell::default(),
            file,
            deaths: Cell::new(0),
            seed,
            started: Cell::new(0),
            _folder: folder,
        }
    }

    /// Starts a node. With one node at a time the file is its alone, as in the embedded set-up.
    pub(crate) async fn start_node(&self, home: &Home, alone: bool) {
        self.started.set(self.started.get() + 1);
        let (number, around) = (self.started.get(), &self.around);
        let node = Node::start(home, &self.file, around, number, self.seed);
        if alone {
            // What cannot be asked for now is due when its lease is over.
            let _ended =
                tokio::time::timeout(Duration::from_secs(5), node.app.store.end_leases()).await;
        }
        self.nodes.borrow_mut().push(node);
    }

    /// Puts a new node in the place of each that has died.
    async fn keep_up(self: Rc<Self>, home: &Home, count: usize) {
        loop {
            let alive = {
                let nodes = self.nodes.borrow();
                nodes.iter().filter(|it| !it.gate.is(State::Dead)).count()
            };
            if alive < count {
                if self.started.get() >= count {
                    self.deaths.set(self.deaths.get() + 1);
                    let pause = self.around.fate.below(2_000);
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                }
                self.start_node(home, count == 1).await;
            } else {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }

    async fn whole(self: Rc<Self>, home: &Home) -> Told {
        let below = |end: u64| usize::try_from(self.around.fate.below(end)).unwrap();
        let nodes = 1 + below(2);
        let clients = LocalSet::new();
        let mut talks = Vec::new();
        for user in 0..1 + below(3) {
            for session in 0..1 + below(2) {
                let bot = if below(3) == 0 { "Caller" } else { "Echo" };
                let talk = self.clone().talk(user, session, bot, 2 + below(5));
                talks.push(clients.spawn_local(talk));
            }
            let change = self.clone().change(user, below(3));
            talks.push(clients.spawn_local(change));
        }
        let done = clients.run_until(async {
            for talk in talks {
                if let Err(error) = talk.await {
                    std::panic::resume_unwind(error.into_panic());
                }
            }
        });
        tokio::select! {
            biased;
            () = done => {}
            () = self.clone().keep_up(home, nodes) => {}
        }
        self.around.fate.calm_down();
        self.reckon(home).await
    }
}
