//! Use cases and run-time. Knows no HTTP server: the API, the command line and the workers all call what is here.
//!
//! Whoever changes state records what happened (events) and what must follow (jobs, deliveries) in the same commit.
mod act;
pub mod agents;
pub mod bots;
pub mod chat_logs;
pub mod clock;
pub mod definitions;
pub mod delivery;
pub mod desk;
pub mod disk;
mod error;
pub mod events;
pub mod files;
pub mod jobs;
pub mod limits;
pub mod live;
pub mod mail;
mod mask;
pub mod notifications;
mod pace;
pub mod reports;
pub mod secrets;
pub mod sign_in;
mod small_talk;
pub mod tasks;
pub mod tokens;
pub mod turns;
pub mod users;
pub mod visitors;
mod wake;
pub mod workspaces;

pub use error::{Error, Forbidden, Result, Unauthorised};
pub use wake::Luck;

use smartbot_egress as egress;
use smartbot_model::random::Random;
use smartbot_model::time::Clock;
use smartbot_model::{Time, WorkspaceId, event::Actor};
use smartbot_store::Store;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tokio::sync::mpsc;
use wake::{Always, Wake};

/// All that a use case may need. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

impl std::ops::Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.inner
    }
}

/// The parts of an [`App`].
pub struct Inner {
    /// All that is kept.
    pub store: Store,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub random: Arc<dyn Random>,
    /// The only way to addresses that customers give.
    pub egress: egress::Client,
    /// Notes between those who change sessions and those who watch them.
    pub live: live::Live,
    /// How often somebody may call.
    pub limits: limits::Limits,
    /// Everything that runs in the background.
    pub tasks: tasks::Tasks,
    /// Whether there is room for what comes.
    pub disk: disk::Disk,
    watched: OnceLock<disk::Watched>,
    backlog: OnceLock<delivery::backlog::Backlog>,
    pub(crate) first_run: sign_in::FirstRun,
    pub(crate) bots: bots::Cache,
    pub(crate) tokens: tokens::Cache,
    pub(crate) passwords: agents::passwords::Passwords,
    pub(crate) endpoints: delivery::endpoints::Cache,
    pub(crate) workspaces: workspaces::Cache,
    pub(crate) locks: turns::locks::Locks,
    pub(crate) exports: chat_logs::Exports,
    pub(crate) pace: pace::Pace,
    pub(crate) running: turns::once::Running,
    pub(crate) files: files::Files,
    /// The open sessions of visitors, by address.
    pub visits: visitors::Visits,
    pub(crate) jobs_due: Wake,
    pub(crate) deliveries_due: Wake,
    pub(crate) resends_due: Wake,
    pub(crate) retention_due: Wake,
    pub(crate) files_gone: Wake,
    pub(crate) mails_due: Wake,
    pub(crate) alerts_due: Wake,
    mailer: OnceLock<mail::Mailer>,
    pub(crate) held_due: Wake,
    pub(crate) lanes: delivery::lanes::Lanes,
    pub(crate) outcomes: mpsc::Sender<delivery::health::Judged>,
    inbox: Mutex<Option<mpsc::Receiver<delivery::health::Judged>>>,
}

impl App {
    /// Puts the parts together. Nothing runs until [`App::start_workers`].
    pub fn new(
        store: Store,
        egress: egress::Client,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        Self::with_luck(store, egress, clock, random, Arc::new(Always))
    }

    /// As [`App::new`], with somebody who decides which hints arrive: for simulations.
    pub fn with_luck(
        store: Store,
        egress: egress::Client,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        luck: Arc<dyn Luck>,
    ) -> Self {
        // Other nodes may change what a cache holds; alone on an embedded store we are told of every change.
        let ttl = (!store.is_embedded()).then_some(std::time::Duration::from_secs(1));
        let (outcomes, inbox) = mpsc::channel(delivery::worker::OUTCOMES);
        let inner = Inner {
            store,
            limits: limits::Limits::new(clock.clone()),
            random,
            egress,
            live: live::Live::new(luck.clone()),
            tasks: tasks::Tasks::default(),
            disk: disk::Disk::default(),
            watched: OnceLock::new(),
            backlog: OnceLock::new(),
            first_run: sign_in::FirstRun::default(),
            bots: bots::Cache::new(ttl),
            tokens: tokens::Cache::new(ttl),
            passwords: agents::passwords::Passwords::default(),
            endpoints: delivery::endpoints::Cache::new(ttl),
            workspaces: workspaces::Cache::new(ttl),
            locks: turns::locks::Locks::default(),
            exports: chat_logs::Exports::default(),
            pace: pace::Pace::default(),
            running: turns::once::Running::default(),
            files: files::Files::default(),
            visits: visitors::Visits::new(clock.clone()),
            clock,
            jobs_due: Wake::new(luck.clone()),
            deliveries_due: Wake::new(luck.clone()),
            resends_due: Wake::new(luck.clone()),
            retention_due: Wake::new(luck.clone()),
            files_gone: Wake::new(luck.clone()),
            mails_due: Wake::new(luck.clone()),
            alerts_due: Wake::new(luck.clone()),
            mailer: OnceLock::new(),
            held_due: Wake::new(luck),
            lanes: delivery::lanes::Lanes::default(),
            outcomes,
            inbox: Mutex::new(Some(inbox)),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Watches the disk that an embedded database grows on, from [`App::start_workers`] on. Of several calls the first counts.
    pub fn watch_disk(&self, watched: disk::Watched) {
        self.watched.get_or_init(|| watched);
    }

    pub(crate) fn watched_disk(&self) -> Option<disk::Watched> {
        self.watched.get().cloned()
    }

    /// Sets how much of each workspace may wait to be sent, and how long. Of several calls the first counts.
    pub fn bound_backlog(&self, backlog: delivery::backlog::Backlog) {
        self.backlog.get_or_init(|| backlog);
    }

    /// Starts what runs in the background: External API calls and timers, deliveries, housekeeping. Once for each app.
    pub fn start_workers(&self) {
        let inbox = self
            .inbox
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(inbox) = inbox else { return };
        self.tasks.spawn(turns::jobs::work(self.clone()));
        self.tasks
            .spawn(delivery::worker::work(self.clone(), inbox));
        jobs::start(self);
        self.tasks.spawn(turns::locks::housekeeping(self.clone()));
        self.tasks.spawn(sign_in::expiry::work(self.clone()));
    }

    /// The present instant.
    pub fn now(&self) -> Time {
        self.clock.now()
    }
}

/// On whose behalf something is done, and in which workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The workspace that the credential belongs to.
    pub workspace: WorkspaceId,
    /// Who calls.
    pub actor: Actor,
}

impl Caller {
    /// SmartBot itself or its command line.
    pub const fn system(workspace: WorkspaceId) -> Self {
        Self {
            workspace,
            actor: Actor::SYSTEM,
        }
    }
}
