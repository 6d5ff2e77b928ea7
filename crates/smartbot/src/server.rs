//! Putting the server together, starting it and stopping it.
use crate::config::Config;
use crate::control;
use anyhow::{Context, Result, bail};
use axum::Router;
use futures_util::FutureExt;
use ipnet::IpNet;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use smartbot_api::accept::{self, Sockets};
use smartbot_app::App;
use smartbot_app::clock::{SystemClock, SystemRandom};
use smartbot_app::disk::Watched;
use smartbot_app::files::Folder;
use smartbot_app::mail::Mailer;
use smartbot_store::{MasterKey, Options, Store};
use std::fs::{File, Permissions, TryLockError};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// How long running turns and deliveries may take to end when the server stops.
const STOP_WITHIN: Duration = Duration::from_secs(20);

/// How long what the last requests have begun may take.
const LAST_WORK_WITHIN: Duration = Duration::from_secs(2);

/// The bounds of the histograms' buckets, in seconds.
const BUCKETS: &[f64] = &[
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

/// The bounds of the buckets of what counts how many.
const AMOUNTS: &[f64] = &[
    0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0,
];

/// What counts how many.
const COUNTED: [&str; 3] = [
    "smartbot_store_group_lists",
    "smartbot_store_waiting_writes",
    "smartbot_webhook_claim_size",
];

/// How often measured values are folded into the histograms. Until then each of them takes memory.
const FOLD_EVERY: Duration = Duration::from_secs(5);

/// How long a command or a starting server waits for the process that has the data folder: another command, or a server that stops.
const LOCK_WITHIN: Duration = Duration::from_secs(30);

/// What all metrics of the process are told to.
fn recorder() -> Result<PrometheusHandle, BuildError> {
    let seconds = Matcher::Suffix("_seconds".into());
    let mut builder = PrometheusBuilder::new().set_buckets_for_metric(seconds, BUCKETS)?;
    for name in COUNTED {
        builder = builder.set_buckets_for_metric(Matcher::Full(name.into()), AMOUNTS)?;
    }
    builder.install_recorder()
}

/// Folds measured values into the histograms until the server stops.
async fn fold(metrics: PrometheusHandle, stopping: CancellationToken) {
    while tokio::time::timeout(FOLD_EVERY, stopping.cancelled())
        .await
        .is_err()
    {
        metrics.run_upkeep();
    }
}

/// Makes the data folder, for this user's eyes only.
fn make_folder(data: &Path) -> Result<()> {
    std::fs::create_dir_all(data)
        .with_context(|| format!("the data folder {} cannot be made", data.display()))?;
    std::fs::set_permissions(data, Permissions::from_mode(0o700)).with_context(|| {
        format!(
            "the data folder {} cannot be closed to others",
            data.display()
        )
    })
}

/// Takes the data folder for this process alone, as soon as it is free; none when a server comes to run there.
pub(crate) async fn lock(data: &Path) -> Result<Option<File>> {
    let until = tokio::time::Instant::now() + LOCK_WITHIN;
    loop {
        if let Some(file) = try_lock(data)? {
            return Ok(Some(file));
        }
        if control::is_served(data).await {
            return Ok(None);
        }
        if tokio::time::Instant::now() > until {
            bail!(
                "{} is in use by another process. Wait for it to end or stop it, or choose another folder with --data.",
                data.display()
            );
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The lock of the data folder, unless another process has it. Dropping the file gives it free.
fn try_lock(data: &Path) -> Result<Option<File>> {
    make_folder(data)?;
    let path = data.join("lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path);
    let file = file.with_context(|| format!("{} cannot be opened", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("{} cannot be locked", path.display()))
        }
    }
}

/// Store and app, opened, and the lock of the data folder where the database is embedded. Drop it after the store was closed.
pub(crate) struct Opened {
    pub(crate) app: App,
    lock: Option<File>,
}

impl Opened {
    /// Closes the store and gives the data folder free.
    pub(crate) async fn close(self) {
        self.app.store.close().await;
        drop(self.lock);
    }
}

/// The file of the embedded database.
pub(crate) fn database_file(data: &Path) -> PathBuf {
    data.join("smartbot.db")
}

/// The address of a database that is a file.
pub(crate) fn address_of(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

/// The address of the database.
pub(crate) fn database_address(config: &Config) -> String {
    match &config.database_url {
        Some(url) => url.clone(),
        None => address_of(&database_file(&config.data)),
    }
}

fn key_file(data: &Path) -> PathBuf {
    data.join("master.key")
}

/// The master key, which must be there: for whoever works with a database that exists.
pub(crate) fn existing_master_key(config: &Config) -> Result<MasterKey> {
    match &config.master_key {
        Some(key) => Ok(key.clone()),
        None => MasterKey::load(&key_file(&config.data)).context("the master key cannot be read"),
    }
}

/// Opens store and app, without starting any work; none when the embedded database is a running server's.
pub(crate) async fn open(config: &Config) -> Result<Option<Opened>> {
    let lock = if config.database_url.is_some() {
        None
    } else {
        let Some(lock) = lock(&config.data).await? else {
            return Ok(None);
        };
        Some(lock)
    };
    let master_key = match &config.master_key {
        Some(key) => key.clone(),
        None => {
            make_folder(&config.data)?;
            MasterKey::load_or_create(&key_file(&config.data), &SystemRandom)
                .context("the master key cannot be read")?
        }
    };
    let app = open_database(config, database_address(config), master_key).await?;
    Ok(Some(Opened { app, lock }))
}

/// Opens a database, with everything that use cases need.
pub(crate) async fn open_database(
    config: &Config,
    url: String,
    master_key: MasterKey,
) -> Result<App> {
    let random = Arc::new(SystemRandom);
    let options = Options {
        url,
        master_key,
        max_connections: config.database_connections,
    };
    // Whoever has the lock of the folder has the database alone.
    let store = Store::open_alone(options, random.clone())
        .await
        .context("the database cannot be opened")?;
    let egress = smartbot_egress::Client::new(config.egress.clone())
        .context("the HTTP client cannot be made")?;
    let app = App::new(store, egress, Arc::new(SystemClock), random);
    app.keep_files_in(Arc::new(Folder::new(config.files.clone())));
    if let Some((server, from)) = &config.mail {
        app.send_mail_by(Mailer::new(server, from, &config.url())?);
    }
    Ok(app)
}

/// A server that is about to run.
pub(crate) struct Server {
    pub(crate) app: App,
    lock: Option<File>,
    listener: TcpListener,
    metrics_listener: Option<TcpListener>,
    metrics: PrometheusHandle,
    trusted_proxies: Vec<IpNet>,
    sockets: Sockets,
    public_url: Option<String>,
}

impl Server {
    /// Opens everything and starts the workers; requests wait until [`Server::run`].
    pub(crate) async fn prepare(config: &Config) -> Result<Self> {
        let listener = bind(config.listen).await?;
        let metrics_listener = match config.metrics_listen {
            Some(address) => Some(bind(address).await?),
            None => None,
        };
        let metrics = recorder().context("metrics cannot be set up")?;
        let Some(Opened { app, lock }) = open(config).await? else {
            bail!(
                "a server runs on {} already. Stop it, or choose another folder with --data.",
                config.data.display()
            );
        };
        if app.store.is_embedded() {
            // The folder is ours, so whoever had claimed something is gone.
            app.store
                .end_leases()
                .await
                .context("the database does not answer")?;
            app.watch_disk(Watched {
                folder: config.data.clone(),
                reserve: config.disk_reserve,
            });
            control::listen(&app, &config.data)?;
        }
        app.bound_backlog(config.backlog);
        app.start_workers();
        app.tasks.spawn(app.clone().load_bots());
        Ok(Self {
            app,
            lock,
            listener,
            metrics_listener,
            metrics,
            trusted_proxies: config.trusted_proxies.clone(),
            sockets: config.sockets.clone(),
            public_url: config.public_url.clone(),
        })
    }

    /// Answers until somebody stops it; then no new work, running turns finish, leases are given back.
    pub(crate) async fn run(self) -> Result<()> {
        let Self {
            app,
            lock,
            listener,
            metrics_listener,
            metrics,
            trusted_proxies,
            sockets,
            public_url,
        } = self;
        app.tasks.spawn(fold(metrics.clone(), app.tasks.stopping()));
        let apart = metrics_listener.is_some();
        if let Some(listener) = metrics_listener {
            let (metrics, stopping) = (metrics.clone(), app.tasks.stopping());
            let page = Router::new().route(
                "/metrics",
                axum::routing::get(async move || metrics.render()),
            );
            app.tasks.spawn(async move {
                if let Err(error) = axum::serve(listener, page)
                    .with_graceful_shutdown(stopping.cancelled_owned())
                    .await
                {
                    tracing::error!(%error, "the listener for metrics ended");
                }
            });
        }
        let options = smartbot_api::Options {
            metrics: (!apart).then_some(metrics),
            trusted_proxies,
            public_url,
        };
        let routes = smartbot_api::router(app.clone(), options);
        let stopping = app.tasks.stopping();
        let mut serving =
            std::pin::pin!(accept::serve(listener, routes, sockets, stopping.clone()));
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            // It ends only when it was told to stop.
            () = &mut serving => {}
            // No graceful stop then: that would write.
            error = app.store.failed() => return Err(disk_failed(&error)),
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        tracing::info!("stopping");
        stopping.cancel();
        let deadline = tokio::time::Instant::now() + STOP_WITHIN;
        let (served, worked) = tokio::join!(
            tokio::time::timeout_at(deadline, serving),
            app.tasks.stop(STOP_WITHIN)
        );
        if served.is_err() {
            tracing::warn!("some connections were still open");
        }
        // The last requests may have begun something.
        if !(worked && app.tasks.stop(LAST_WORK_WITHIN).await) {
            tracing::warn!("some work was cut off; its leases will end");
        }
        let store = app.store.clone();
        Opened { app, lock }.close().await;
        if let Some(error) = store.failed().now_or_never() {
            return Err(disk_failed(&error));
        }
        tracing::info!("stopped");
        Ok(())
    }
}

/// Why the server ends at once.
fn disk_failed(error: &smartbot_store::Error) -> anyhow::Error {
    tracing::error!(%error, "the disk of the database fails");
    anyhow::anyhow!(
        "the disk of the database fails ({error}). The server has stopped at once, because what it would write might not be kept; everything that was answered is. Look after the disk, start the server again, and run `smartbot check`."
    )
}

async fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}; is another server running there?"))
}
