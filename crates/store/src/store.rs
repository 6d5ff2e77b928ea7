//! The store: opened once, shared by everybody.
use crate::change::Change;
use crate::db::{Address, Db, List};
use crate::error::{Error, Result};
use crate::in_flight::InFlight;
use crate::keys::{Keyring, WorkspaceKeys};
use crate::master_key::MasterKey;
use crate::migrate;
use crate::prepare::{Preparation, user_of};
use crate::query::{args, queries};
use crate::recent::{News, Recent};
use crate::shares::Shares;
use crate::simulated::{Between, Simulated};
use smartbot_model::random::Random;
use smartbot_model::{EventId, WorkspaceId};
use std::sync::Arc;

queries! {
    PING = "SELECT 1 AS one FROM store_meta LIMIT 1";
}

/// Where the data is and how it is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/NAME`.
    pub url: String,
    /// The key that wraps all others.
    pub master_key: MasterKey,
    /// How many connections at most: to PostgreSQL, or that read from SQLite besides the one that writes. At least 1.
    pub max_connections: u32,
}

/// All that is kept. Clones share one store.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    db: Db,
    keys: Keyring,
    in_flight: InFlight,
    recent: Option<Recent>,
    shares: Shares,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_embedded() {
            "Store(SQLite)"
        } else {
            "Store(PostgreSQL)"
        })
    }
}

/// The oldest event that a change records.
fn oldest_event(change: &Change) -> Option<EventId> {
    match change {
        Change::RecordEvents { events, .. } => events.iter().map(|it| it.id).min(),
        _ => None,
    }
}

impl Store {
    /// Opens the database, makes it if it is a file that is not there, and brings its schema up to date. Needs a running tokio.
    ///
    /// # Errors
    /// [`Error::NotSupported`] for an address of another kind and a schema that is newer or changed; [`Error::WrongMasterKey`];
    /// [`Error::Unavailable`].
    pub async fn open(options: Options, random: Arc<dyn Random>) -> Result<Self> {
        Self::open_with(options, random, false).await
    }

    /// As [`open`](Self::open), where nobody else writes to the database as long as the store is open: what was written lately need not
    /// be read again then. Makes no difference to a database that is no file.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_alone(options: Options, random: Arc<dyn Random>) -> Result<Self> {
        Self::open_with(options, random, true).await
    }

    async fn open_with(options: Options, random: Arc<dyn Random>, alone: bool) -> Result<Self> {
        let db = Db::open(&Address::parse(&options.url)?, options.max_connections).await?;
        match Keyring::open(&db, &options.master_key, random).await {
            Ok(keys) => {
                let is_own = alone && matches!(db, Db::Sqlite(_));
                let store = Self(Arc::new(Inner {
                    recent: is_own.then(Recent::new),
                    db,
                    keys,
                    in_flight: InFlight::default(),
                    shares: Shares::default(),
                }));
                store.fill_sign_in_index().await?;
                Ok(store)
            }
            Err(error) => {
                db.close().await;
                Err(error)
            }
        }
    }

    /// As [`open`](Self::open), for a file, with somebody before it who decides what becomes of each query. To be called on the run-time where
    /// the database is to work, and used on another.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_simulated(
        options: Options,
        random: Arc<dyn Random>,
        between: Arc<dyn Between>,
    ) -> Result<Self> {
        let db = Db::open(&Address::parse(&options.url)?, options.max_connections).await?;
        let keys = Keyring::open(&db, &options.master_key, random).await?;
        let Db::Sqlite(sqlite) = db else {
            return Err(Error::NotSupported {
                reason: "a simulation works on a file".to_owned(),
            });
        };
        Ok(Self(Arc::new(Inner {
            db: Db::Simulated(Simulated::new(sqlite, between)),
            keys,
            in_flight: InFlight::default(),
            recent: None,
            shares: Shares::default(),
        })))
    }

    /// The names of the migrations that [`open`](Self::open) would run on the database at this address. Changes nothing.
    ///
    /// # Errors
    /// [`Error::NotSupported`], [`Error::Unavailable`].
    pub async fn pending_migrations(url: &str) -> Result<Vec<String>> {
        migrate::pending_names(&Address::parse(url)?).await
    }

    /// Keeps all of these changes of one workspace, or none. Returns once they are on the disk.
    ///
    /// # Errors
    /// [`Error::Conflict`] when somebody else came first, [`Error::Full`], [`Error::Unavailable`], [`Error::Invalid`].
    pub async fn commit(&self, workspace: WorkspaceId, changes: Vec<Change>) -> Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        let creates = changes
            .iter()
            .any(|it| matches!(it, Change::CreateWorkspace(_)));
        let (keys, keep_keys) = if creates {
            let (keys, statement) = self.keys().new_workspace(workspace)?;
            (keys, Some(statement))
        } else {
            (self.known_workspace(workspace).await?, None)
        };
        let made: Vec<_> = changes
            .iter()
            .filter_map(|it| {
                if let Change::InsertUser(row) = it {
                    Some(row.id)
                } else {
                    None
                }
            })
            .collect();
        let known: Vec<_> = changes
            .iter()
            .filter_map(user_of)
            .filter(|it| !made.contains(it))
            .collect();
        let erased: Vec<_> = changes
            .iter()
            .filter_map(|it| {
                if let Change::EraseUser { id, .. } = it {
                    Some(*id)
                } else {
                    None
                }
            })
            .collect();
        let oldest = changes.iter().filter_map(oldest_event).min();
        let announced = oldest.map(|it| self.0.in_flight.announce(it));
        let news = self.recent().map(|it| News::of(it, workspace, &changes));
        let users = self.keys().users(self.db(), workspace, &known).await?;
        let mut to = Preparation {
            workspace,
            ring: self.keys(),
            keys,
            users,
            new_users: Vec::new(),
            statements: Vec::new(),
        };
        for change in changes {
            to.add(change)?;
        }
        to.statements.extend(keep_keys);
        let Preparation {
            keys,
            mut users,
            new_users,
            statements,
            ..
        } = to;
        let list = List {
            statements,
            announced,
            news,
        };
        let share = self.0.shares.take(workspace)?;
        self.db().write_list(list).await?;
        drop(share);
        // Keys are remembered only now: those of a list that failed never were.
        if creates {
            self.keys().remember_workspace(workspace, keys);
        }
        for user in erased {
            self.keys().forget_user(workspace, user);
        }
        for user in new_users {
            if let Some(key) = users.remove(&user) {
                self.keys().remember_user(workspace, user, key);
            }
        }
        Ok(())
    }

    /// Asks the database whether it is there.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn ping(&self) -> Result<()> {
        self.db().read(PING.with(args![])).await.map(drop)
    }

    /// Lets PostgreSQL look at tables that have filled since it knew nothing of them, whereupon it plans by what is there; returns their
    /// names. SQLite has no need.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn analyse_new_tables(&self) -> Result<Vec<String>> {
        self.db().analyse_new_tables().await
    }

    /// Whether the data is a file of this process (SQLite) and not a server that other nodes share.
    pub fn is_embedded(&self) -> bool {
        !matches!(self.db(), Db::Postgres(_))
    }

    /// Ends all leases: what was claimed is due again. Only for whoever knows that no worker lives, as the one process of an embedded
    /// database does when it starts: what its predecessor had claimed need not wait until the leases are over. Attempts stay counted.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Full`].
    pub async fn end_leases(&self) -> Result<()> {
        let statements = vec![crate::jobs::end_leases(), crate::deliveries::end_leases()];
        self.db().write(statements).await.map(drop)
    }

    /// A keyed hash of `data` under a key that the workspace has for this: what can be checked again without being kept, like a
    /// session's key. `label` keeps uses apart.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the workspace does not exist. As every read: [`Error::Unavailable`], [`Error::Corrupt`].
    pub async fn mac(&self, workspace: WorkspaceId, label: &str, data: &[u8]) -> Result<[u8; 32]> {
        Ok(self.known_workspace(workspace).await?.mac(label, data))
    }

    async fn known_workspace(&self, workspace: WorkspaceId) -> Result<Arc<WorkspaceKeys>> {
        let keys = self.keys().workspace(self.db(), workspace).await?;
        keys.ok_or_else(|| {
            Error::invalid(format!(
                "something of a workspace that is not known: {workspace}"
            ))
        })
    }

    /// Waits until the disk fails under an embedded database, and tells why. Nothing is written after that, and every write fails: whoever
    /// serves must end at once. What was answered is kept; what was not may be kept or not, as after a crash.
    pub async fn failed(&self) -> Error {
        self.db().failed().await
    }

    /// Lets what waits be written and closes the database. Whatever is asked after that fails.
    pub async fn close(&self) {
        self.db().close().await;
    }

    pub(crate) fn db(&self) -> &Db {
        &self.0.db
    }

    pub(crate) fn recent(&self) -> Option<&Recent> {
        self.0.recent.as_ref()
    }

    pub(crate) fn in_flight(&self) -> &InFlight {
        &self.0.in_flight
    }

    pub(crate) fn keys(&self) -> &Keyring {
        &self.0.keys
    }
}
