//! Where the databases of simulated lives work: a run-time of their own, and files that begin as copies of one.
use serde_json::{Value, json};
use smartbot_app::delivery::endpoints::{EndpointOptions, NewEndpoint};
use smartbot_app::workspaces::Settings;
use smartbot_app::{App, Caller};
use smartbot_egress::{Client, Policy};
use smartbot_faults::documents;
use smartbot_model::random::{Random, SeededRandom};
use smartbot_model::time::Clock;
use smartbot_model::webhook::{EventSelection, OrderedBy, PayloadDetail};
use smartbot_model::{Time, WorkspaceId};
use smartbot_store::simulated::Between;
use smartbot_store::{MasterKey, Options, Store};
use smartbot_testkit::TempDir;
use std::path::Path;
use std::sync::{Arc, OnceLock, mpsc};
use tokio::runtime::{Builder, Runtime};

const KEY: MasterKey = MasterKey::new([7; 32]);

/// Where everything takes all events.
pub(crate) const ALL: &str = "http://receiver.example/all";

/// Where the events of a user arrive one after the other.
pub(crate) const ORDERED: &str = "http://receiver.example/ordered";

/// What bots call.
pub(crate) const CALLED: &str = "http://receiver.example/called";

/// When every life begins.
pub(crate) const BEGINNING: Time = Time::from_micros(1_795_000_000_000_000);

pub(crate) struct Home(Runtime);

impl Home {
    pub(crate) fn new() -> Self {
        let mut builder = Builder::new_multi_thread();
        Self(builder.worker_threads(1).enable_all().build().unwrap())
    }

    /// Has work done here, and waits for it without giving way.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> T {
        let (done, waits) = mpsc::channel();
        self.0.spawn(async move { done.send(work.await) });
        waits.recv().unwrap()
    }

    /// A store on a file, with somebody before it.
    pub(crate) fn open(
        &self,
        file: &Path,
        random: Arc<dyn Random>,
        between: Arc<dyn Between>,
    ) -> Store {
        let options = options(file);
        self.run(async move {
            Store::open_simulated(options, random, between)
                .await
                .unwrap()
        })
    }

    /// What is wrong with a file.
    pub(crate) fn check(&self, file: &Path) -> Vec<smartbot_store::Finding> {
        let url = options(file).url;
        self.run(async move {
            let mut found = Vec::new();
            let checked = Store::check(&url, &KEY, &mut |it| found.push(it)).await;
            checked.unwrap();
            found
        })
    }
}

fn options(file: &Path) -> Options {
    Options {
        url: format!("sqlite:{}", file.display()),
        master_key: KEY,
        max_connections: 1,
    }
}

/// A folder in memory where there is one.
pub(crate) fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir()
        && let Ok(folder) = TempDir::with_prefix_in("smartbot-simulation-", memory)
    {
        return folder;
    }
    smartbot_testkit::temp_dir()
}

/// A database as every life finds it.
pub(crate) struct Template {
    pub(crate) workspace: WorkspaceId,
    pub(crate) bytes: Vec<u8>,
}

struct Still;

impl Clock for Still {
    fn now(&self) -> Time {
        BEGINNING
    }
}

/// Asks for a word for ever; each word is posted, and what comes back is said and pushed.
fn caller() -> Value {
    let mut document = documents::caller(CALLED);
    document["boxes"][1]["headers"] = json!({});
    for answer in [2, 3] {
        document["boxes"][answer]["advanced"] = json!({"push_to_webhook": true});
    }
    document
}

/// The database that every life begins with: a workspace, two bots, two endpoints. Made once.
pub(crate) fn template(home: &Home) -> &'static Template {
    static TEMPLATE: OnceLock<Template> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let folder = folder();
        let file = folder.path().join("smartbot.db");
        let options = options(&file);
        let workspace = home.run(async move {
            let random: Arc<dyn Random> = Arc::new(SeededRandom::new(0));
            let store = Store::open(options, random.clone()).await.unwrap();
            let egress = Client::new(Policy::open()).unwrap();
            let app = App::new(store, egress, Arc::new(Still), random);
            let settings = Settings::default();
            let workspace = app.create_workspace("Riverside", &settings).await.unwrap();
            for document in [documents::echo(), caller()] {
                let system = Caller::system(workspace);
                app.import_bot(&system, &document, true).await.unwrap();
            }
            for (url, ordered_by) in [(ALL, None), (ORDERED, Some(OrderedBy::User))] {
                let new = NewEndpoint {
                    url: url.to_owned(),
                    description: String::new(),
                    events: EventSelection::ALL,
                    detail: PayloadDetail::Full,
                    options: EndpointOptions {
                        ordered_by,
                        ..EndpointOptions::default()
                    },
                    secret: None,
                };
                app.add_endpoint(workspace, new).await.unwrap();
            }
            app.store.close().await;
            workspace
        });
        Template {
            workspace,
            bytes: std::fs::read(&file).unwrap(),
        }
    })
}
