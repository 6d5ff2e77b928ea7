//! A whole server on a free port, with a workspace, tokens of both kinds, and time that can be moved.
use super::client::Api;
use super::events::Event;
use ipnet::IpNet;
use serde_json::Value;
use smartbot_api::accept::{self, Sockets};
use smartbot_app::clock::{SystemClock, SystemRandom};
use smartbot_app::delivery::endpoints::{EndpointOptions, NewEndpoint};
use smartbot_app::disk::{Reserve, Watched};
use smartbot_app::files::Folder;
use smartbot_app::tokens::{CreatedToken, NewToken};
use smartbot_app::workspaces::Settings;
use smartbot_app::{App, Caller};
use smartbot_egress::{Client, LookUp, NotFound, Policy, Resolve};
use smartbot_model::time::Clock;
use smartbot_model::token::TokenKind;
use smartbot_model::webhook::{Endpoint, EventSelection, PayloadDetail};
use smartbot_model::{EventType, Time, WorkspaceId};
use smartbot_store::{MasterKey, Options, Store};
use smartbot_testkit::{TempDir, postgres, spawn, temp_dir};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

const MASTER_KEY: [u8; 32] = [7; 32];

/// Where a server keeps its data. It outlives the server.
#[derive(Clone)]
pub(crate) enum Database {
    Sqlite(Arc<TempDir>),
    Postgresql(String, Arc<TempDir>),
}

impl Database {
    /// A new file.
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(Arc::new(temp_dir()))
    }

    /// A new database that has its schema already.
    pub(crate) async fn postgresql() -> Self {
        let place = |url| Self::Postgresql(url, Arc::new(temp_dir()));
        let migrate = async |url: String| place(url).open().await.close().await;
        let template = postgres().template("api", migrate).await;
        place(postgres().new_database_from(&template))
    }

    /// Where the content of files lies: all nodes reach it.
    pub(crate) fn files(&self) -> PathBuf {
        let (Self::Sqlite(folder) | Self::Postgresql(_, folder)) = self;
        folder.path().join("files")
    }

    fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite:{}", folder.path().join("test.db").display()),
            Self::Postgresql(url, _) => url.clone(),
        }
    }

    async fn open(&self) -> Store {
        let master_key = MasterKey::new(MASTER_KEY);
        let options = Options {
            url: self.url(),
            master_key,
            max_connections: 6,
        };
        Store::open(options, Arc::new(SystemRandom)).await.unwrap()
    }
}

/// The machine's clock, and how far a test has moved it.
#[derive(Default)]
pub(crate) struct MovingClock {
    ahead: AtomicI64,
    /// What the machine's clock said when it was stopped; zero while it goes on.
    stopped_at: AtomicI64,
}

impl MovingClock {
    /// Moves the clock forward.
    pub(crate) fn advance(&self, span: Duration) {
        self.ahead
            .fetch_add(i64::try_from(span.as_micros()).unwrap(), Ordering::SeqCst);
    }

    /// Stops the clock: from now on only the test moves it. What is due in some seconds does not come due because a machine is slow. Ids
    /// begin with the time, so what is made at the same instant has no order.
    pub(crate) fn stop(&self) {
        self.stopped_at
            .store(SystemClock.now().micros(), Ordering::SeqCst);
    }
}

impl Clock for MovingClock {
    fn now(&self) -> Time {
        let ahead = u64::try_from(self.ahead.load(Ordering::SeqCst)).unwrap();
        let machine = match self.stopped_at.load(Ordering::SeqCst) {
            0 => SystemClock.now(),
            stopped_at => Time::from_micros(stopped_at),
        };
        machine.plus(Duration::from_micros(ahead))
    }
}

/// Knows the names of the tests: one that may be called, one behind the guard.
struct Names;

/// A name of the loopback address that the tests' server may call.
pub(crate) const ALLOWED_NAME: &str = "portal.test";

/// A name of an address that no server may call by itself.
pub(crate) const REFUSED_NAME: &str = "inside.test";

impl Resolve for Names {
    fn look_up<'a>(&'a self, name: &'a str) -> LookUp<'a> {
        Box::pin(async move {
            match name {
                ALLOWED_NAME => Ok(vec![Ipv4Addr::LOCALHOST.into()]),
                REFUSED_NAME => Ok(vec![Ipv4Addr::new(127, 0, 0, 2).into()]),
                _ => Err(NotFound),
            }
        })
    }
}

/// A running server.
pub(crate) struct TestServer {
    pub(crate) app: App,
    pub(crate) workspace: WorkspaceId,
    pub(crate) clock: Arc<MovingClock>,
    address: SocketAddr,
    database: Database,
    http: Client,
    bots_token: String,
    db_token: String,
    serving: JoinHandle<()>,
}

impl TestServer {
    /// Starts a server with a new workspace.
    pub(crate) async fn start(database: Database) -> Self {
        let clock = Arc::new(MovingClock::default());
        let app = app(&database, clock.clone()).await;
        let workspace = app
            .create_workspace("Clinic", &Settings::default())
            .await
            .unwrap();
        let token = async |kind| create_token(&app, workspace, kind).await;
        let (bots_token, db_token) = (
            token(TokenKind::BotsManagement).await,
            token(TokenKind::DbUpdate).await,
        );
        let (address, serving) = serve(&app, smartbot_api::Options::default()).await;
        let http = Client::new(Policy::open()).unwrap();
        Self {
            app,
            workspace,
            clock,
            address,
            database,
            http,
            bots_token,
            db_token,
            serving,
        }
    }

    /// All that lies in the database: the bytes of its files, or the rows of all tables.
    pub(crate) fn contents(&self) -> Vec<u8> {
        match &self.database {
            Database::Sqlite(folder) => ["test.db", "test.db-wal"]
                .map(|it| std::fs::read(folder.path().join(it)).unwrap())
                .concat(),
            Database::Postgresql(url, _) => {
                let database = url.rsplit('/').next().unwrap();
                let tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename";
                let tables = postgres().psql(database, tables);
                let rows = |it: &str| {
                    postgres().psql(
                        database,
                        &format!("SELECT * FROM {it} AS t ORDER BY t::text"),
                    )
                };
                tables.lines().map(rows).collect::<String>().into_bytes()
            }
        }
    }

    /// The contents of files that lie on the disk.
    pub(crate) fn stored_files(&self) -> Vec<Vec<u8>> {
        let list = |folder: PathBuf| {
            let entries = std::fs::read_dir(folder).into_iter().flatten();
            entries.map(|it| it.unwrap().path()).collect::<Vec<_>>()
        };
        let workspaces = list(self.database.files()).into_iter();
        workspaces
            .flat_map(list)
            // One that was just listed may be taken away at this moment.
            .filter_map(|it| std::fs::read(it).ok())
            .collect()
    }

    /// Another server on the same database, with the same workspace and tokens.
    pub(crate) async fn another_node(&self) -> Self {
        let app = app(&self.database, self.clock.clone()).await;
        let (address, serving) = serve(&app, smartbot_api::Options::default()).await;
        // A client belongs to the run-time that it was first used in, and this may be another one.
        let http = Client::new(Policy::open()).unwrap();
        Self {
            app,
            workspace: self.workspace,
            clock: self.clock.clone(),
            address,
            database: self.database.clone(),
            http,
            bots_token: self.bots_token.clone(),
            db_token: self.db_token.clone(),
            serving,
        }
    }

    /// Another server on the same database, whose disk is never free enough.
    pub(crate) async fn with_a_full_disk(&self) -> FullDisk {
        let app = unstarted(&self.database, self.clock.clone()).await;
        app.watch_disk(Watched {
            folder: std::env::temp_dir(),
            reserve: Reserve {
                bytes: u64::MAX,
                percent: 100,
            },
        });
        app.start_workers();
        let (address, serving) = serve(&app, smartbot_api::Options::default()).await;
        FullDisk {
            app,
            address,
            _serving: serving,
        }
    }

    /// Another listener of the same server, with limits of its own for sockets, and what ends when it has stopped.
    pub(crate) async fn with_sockets(&self, sockets: Sockets) -> (SocketAddr, JoinHandle<()>) {
        serve_with(&self.app, smartbot_api::Options::default(), sockets).await
    }

    /// Another listener of the same server, which stands behind a proxy on this machine.
    pub(crate) async fn behind_proxy(&self) -> SocketAddr {
        let options = smartbot_api::Options {
            trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()],
            ..smartbot_api::Options::default()
        };
        // It ends with the test's run-time.
        serve(&self.app, options).await.0
    }

    /// Another listener of the same server, which browsers reach under another address.
    pub(crate) async fn published_as(&self, public_url: &str) -> SocketAddr {
        let options = smartbot_api::Options {
            public_url: Some(public_url.to_owned()),
            ..smartbot_api::Options::default()
        };
        serve(&self.app, options).await.0
    }

    /// A client without a credential for a listener.
    pub(crate) fn nobody_at(&self, address: SocketAddr) -> Api {
        Api::new(self.http.clone(), address, None)
    }

    /// Stops as a server is stopped and starts again.
    pub(crate) async fn restart(self) -> Self {
        self.serving.abort();
        assert!(
            self.app.tasks.stop(Duration::from_secs(20)).await,
            "work does not end"
        );
        self.app.store.close().await;
        self.another_node().await
    }

    /// Whether other servers may use the database.
    pub(crate) const fn is_shared(&self) -> bool {
        matches!(self.database, Database::Postgresql(..))
    }

    fn client(&self, token: Option<String>) -> Api {
        Api::new(self.http.clone(), self.address, token)
    }

    /// A client with the token for BotsManagement.
    pub(crate) fn bots(&self) -> Api {
        self.client(Some(self.bots_token.clone()))
    }

    /// A client with the token for DB-Update.
    pub(crate) fn db(&self) -> Api {
        self.client(Some(self.db_token.clone()))
    }

    /// A client with the token for BotsManagement for a server that runs elsewhere.
    pub(crate) fn at(&self, address: SocketAddr) -> Api {
        Api::new(self.http.clone(), address, Some(self.bots_token.clone()))
    }

    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The secrets of both tokens.
    pub(crate) fn tokens(&self) -> [&String; 2] {
        [&self.bots_token, &self.db_token]
    }

    /// A client with this secret.
    pub(crate) fn with(&self, secret: &str) -> Api {
        self.client(Some(secret.to_owned()))
    }

    /// A client without a token.
    pub(crate) fn nobody(&self) -> Api {
        self.client(None)
    }

    /// Publishes a bot and returns its function id.
    pub(crate) async fn publish(&self, bot: &Value) -> String {
        publish(&self.app, self.workspace, bot).await
    }

    /// Another workspace with tokens of its own, on the same server.
    pub(crate) async fn another_workspace(&self) -> Neighbour<'_> {
        let id = self
            .app
            .create_workspace("Neighbour", &Settings::default())
            .await
            .unwrap();
        let bots_token = create_token(&self.app, id, TokenKind::BotsManagement).await;
        let db_token = create_token(&self.app, id, TokenKind::DbUpdate).await;
        Neighbour {
            server: self,
            id,
            bots_token,
            db_token,
        }
    }

    /// Makes a token of the first workspace.
    pub(crate) async fn token(
        &self,
        kind: TokenKind,
        expires_in: Option<Duration>,
        allow_ips: &[&str],
    ) -> CreatedToken {
        let allow_ips: Vec<IpNet> = allow_ips.iter().map(|it| it.parse().unwrap()).collect();
        let new = NewToken {
            kind,
            name: "another".into(),
            expires_in,
            read_only: false,
            allow_ips,
        };
        self.app.create_token(self.workspace, new).await.unwrap()
    }

    /// Makes a token of the first workspace that may only read.
    pub(crate) async fn read_only_token(&self) -> CreatedToken {
        let new = NewToken {
            kind: TokenKind::DbUpdate,
            name: "reader".into(),
            expires_in: None,
            read_only: true,
            allow_ips: Vec::new(),
        };
        self.app.create_token(self.workspace, new).await.unwrap()
    }

    /// Adds an endpoint and returns it with its secret.
    pub(crate) async fn endpoint(
        &self,
        url: &str,
        events: EventSelection,
        detail: PayloadDetail,
    ) -> (Endpoint, String) {
        let new = NewEndpoint {
            url: url.to_owned(),
            description: "test".into(),
            events,
            detail,
            options: EndpointOptions::default(),
            secret: None,
        };
        let (endpoint, secret) = self.app.add_endpoint(self.workspace, new).await.unwrap();
        (endpoint, secret.into_inner())
    }

    /// All events of the workspace so far, in their order.
    pub(crate) async fn events(&self) -> Vec<Event> {
        let rows = self
            .app
            .store
            .events(self.workspace, None, 10_000)
            .await
            .unwrap();
        rows.into_iter().map(Event::from).collect()
    }

    /// How many events of this type were recorded so far.
    pub(crate) async fn count(&self, event: EventType) -> usize {
        self.events()
            .await
            .iter()
            .filter(|it| it.event_type == event)
            .count()
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.serving.abort();
        self.app.tasks.stopping().cancel();
    }
}

/// A second workspace of a server.
pub(crate) struct Neighbour<'a> {
    server: &'a TestServer,
    pub(crate) id: WorkspaceId,
    pub(crate) bots_token: String,
    pub(crate) db_token: String,
}

impl Neighbour<'_> {
    /// A client with the token for BotsManagement.
    pub(crate) fn bots(&self) -> Api {
        self.server.with(&self.bots_token)
    }

    /// A client with the token for DB-Update.
    pub(crate) fn db(&self) -> Api {
        self.server.with(&self.db_token)
    }

    /// Publishes a bot and returns its function id.
    pub(crate) async fn publish(&self, bot: &Value) -> String {
        publish(&self.server.app, self.id, bot).await
    }
}

/// A server that has no room, see [`TestServer::with_a_full_disk`].
pub(crate) struct FullDisk {
    pub(crate) app: App,
    pub(crate) address: SocketAddr,
    _serving: JoinHandle<()>,
}

async fn app(database: &Database, clock: Arc<MovingClock>) -> App {
    let app = unstarted(database, clock).await;
    app.start_workers();
    app
}

async fn unstarted(database: &Database, clock: Arc<MovingClock>) -> App {
    let store = database.open().await;
    let policy = Policy::parse("127.0.0.1/32").unwrap();
    let egress = Client::with_resolver(policy, Arc::new(Names)).unwrap();
    let app = App::new(store, egress, clock, Arc::new(SystemRandom));
    app.keep_files_in(Arc::new(Folder::new(database.files())));
    app
}

async fn serve(app: &App, options: smartbot_api::Options) -> (SocketAddr, JoinHandle<()>) {
    serve_with(app, options, Sockets::default()).await
}

async fn serve_with(
    app: &App,
    options: smartbot_api::Options,
    sockets: Sockets,
) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let routes = smartbot_api::router(app.clone(), options);
    let stopping = app.tasks.stopping();
    let serving = spawn(accept::serve(listener, routes, sockets, stopping));
    (address, serving)
}

async fn create_token(app: &App, workspace: WorkspaceId, kind: TokenKind) -> String {
    let new = NewToken {
        kind,
        name: "test".into(),
        expires_in: None,
        read_only: false,
        allow_ips: Vec::new(),
    };
    app.create_token(workspace, new).await.unwrap().secret
}

async fn publish(app: &App, workspace: WorkspaceId, bot: &Value) -> String {
    match app.import_bot(&Caller::system(workspace), bot, true).await {
        Ok(imported) => imported.function_id,
        Err(error) => panic!("the bot of the test cannot be published: {error:?}"),
    }
}
