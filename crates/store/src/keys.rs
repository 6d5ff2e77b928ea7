//! The ring of keys: the master key wraps a data key per workspace, which wraps a key per user. Destroying a user's row in `user_keys`
//! destroys what is known of the user.
use crate::db::{Db, Row};
use crate::error::{Error, Result};
use crate::master_key::MasterKey;
use crate::query::{Statement, args, queries};
use crate::seal::{Place, SealingKey, derive, mac};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use smartbot_model::random::Random;
use smartbot_model::{UserId, WorkspaceId};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

queries! {
    MASTER_CHECK = "SELECT value FROM store_meta WHERE name = $1";
    SET_MASTER_CHECK = "INSERT INTO store_meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    WORKSPACE_KEY = "SELECT key_id, wrapped FROM workspace_keys WHERE workspace_id = $1 ORDER BY key_id DESC LIMIT 1";
    INSERT_WORKSPACE_KEY = "INSERT INTO workspace_keys (workspace_id, key_id, wrapped) VALUES ($1, $2, $3)";
    USER_KEYS = "SELECT user_id, key_id, wrapped FROM user_keys WHERE workspace_id = $1 AND user_id IN ({list})";
    INSERT_USER_KEY = "INSERT INTO user_keys (workspace_id, user_id, key_id, wrapped) VALUES {rows}";
}

/// How many users' keys are remembered.
const CACHED_USERS: u64 = 50_000;
/// How many workspaces' keys are remembered.
const CACHED_WORKSPACES: u64 = 10_000;
/// How long a user's key is remembered: after an erasure on another node it is forgotten here no later than this.
const USER_KEY_LIFE: Duration = Duration::from_secs(300);

const CHECK_NAME: &str = "master_key_check";
const CHECK_TEXT: &[u8] = b"this database is sealed with your key";
const FIRST_KEY: u32 = 1;

/// The keys of a workspace, all from its data key.
pub(crate) struct WorkspaceKeys {
    /// Seals what concerns no user.
    pub(crate) seal: SealingKey,
    wrap: SealingKey,
    index: [u8; 32],
    mac: [u8; 32],
}

impl WorkspaceKeys {
    fn new(id: u32, data_key: &[u8; 32]) -> Self {
        Self {
            seal: SealingKey::new(id, &derive(data_key, "seal")),
            wrap: SealingKey::new(id, &derive(data_key, "wrap user keys")),
            index: derive(data_key, "blind index"),
            mac: derive(data_key, "mac"),
        }
    }

    /// The keyed hash that stands for a value in an index. `what` keeps equal values of different columns apart.
    pub(crate) fn blind(&self, what: &str, value: &str) -> [u8; 32] {
        mac(&self.index, &[what.as_bytes(), &[0], value.as_bytes()])
    }

    /// A keyed hash for uses outside of the store.
    pub(crate) fn mac(&self, label: &str, data: &[u8]) -> [u8; 32] {
        mac(&self.mac, &[label.as_bytes(), &[0], data])
    }
}

/// All keys that are at hand.
pub(crate) struct Keyring {
    master_wrap: SealingKey,
    sign_in: [u8; 32],
    random: Arc<dyn Random>,
    workspaces: Cache<WorkspaceId, Arc<WorkspaceKeys>>,
    users: Cache<(WorkspaceId, UserId), Arc<SealingKey>>,
}

fn nobody() -> WorkspaceId {
    WorkspaceId::from_uuid(uuid::Uuid::nil())
}

fn workspace_place(workspace: WorkspaceId) -> Place<'static> {
    Place {
        workspace,
        column: "workspace_keys.wrapped",
        row: b"",
    }
}

fn user_place<'a>(workspace: WorkspaceId, user: &'a uuid::Uuid) -> Place<'a> {
    Place {
        workspace,
        column: "user_keys.wrapped",
        row: user.as_bytes(),
    }
}

/// What the master key wraps the keys of workspaces with.
pub(crate) fn master_wrap(master: &MasterKey) -> SealingKey {
    SealingKey::new(FIRST_KEY, &derive(master.bytes(), "wrap workspace keys"))
}

/// What the master key gives for [`sign_in`].
pub(crate) fn sign_in_key(master: &MasterKey) -> [u8; 32] {
    derive(master.bytes(), "sign-in index")
}

/// The keyed hash that stands for somebody who signs in.
pub(crate) fn sign_in(key: &[u8; 32], what: &str, value: &str) -> [u8; 32] {
    mac(key, &[what.as_bytes(), &[0], value.as_bytes()])
}

/// Asks for what [`unwrap_workspace`] looks at.
pub(crate) fn workspace_key(workspace: WorkspaceId) -> Statement {
    WORKSPACE_KEY.with(args![workspace])
}

/// Asks for what [`fits`] looks at.
pub(crate) fn master_check() -> Statement {
    MASTER_CHECK.with(args![CHECK_NAME])
}

fn check_key(master: &MasterKey) -> SealingKey {
    SealingKey::new(FIRST_KEY, &derive(master.bytes(), "check"))
}

fn check_place() -> Place<'static> {
    Place {
        workspace: nobody(),
        column: "store_meta.value",
        row: CHECK_NAME.as_bytes(),
    }
}

/// Whether this is the master key that the database was sealed with.
pub(crate) fn fits(master: &MasterKey, row: &Row) -> Result<()> {
    match check_key(master).open(check_place(), row.bytes("value")?) {
        Ok(text) if text == CHECK_TEXT => Ok(()),
        _ => Err(Error::WrongMasterKey),
    }
}

/// The keys of a workspace from its row of `workspace_keys`.
pub(crate) fn unwrap_workspace(
    master_wrap: &SealingKey,
    workspace: WorkspaceId,
    row: &Row,
) -> Result<WorkspaceKeys> {
    let place = workspace_place(workspace);
    let key = master_wrap.open(place, row.bytes("wrapped")?)?;
    let key = <[u8; 32]>::try_from(key).map_err(|_| place.corrupt())?;
    Ok(WorkspaceKeys::new(row.number("key_id")?, &key))
}

/// The key of a user from its row of `user_keys`.
pub(crate) fn unwrap_user(
    keys: &WorkspaceKeys,
    workspace: WorkspaceId,
    user: UserId,
    row: &Row,
) -> Result<SealingKey> {
    let uuid = user.uuid();
    let place = user_place(workspace, &uuid);
    let key = keys.wrap.open(place, row.bytes("wrapped")?)?;
    let key = <[u8; 32]>::try_from(key).map_err(|_| place.corrupt())?;
    Ok(SealingKey::new(row.number("key_id")?, &key))
}

impl Keyring {
    /// The ring of this master key, which must be the one that the database was sealed with; a new database takes it.
    pub(crate) async fn open(db: &Db, master: &MasterKey, random: Arc<dyn Random>) -> Result<Self> {
        let mut rows = db.read(master_check()).await?;
        if rows.is_empty() {
            let sealed = check_key(master).seal(check_place(), CHECK_TEXT, &*random)?;
            db.write(vec![SET_MASTER_CHECK.with(args![CHECK_NAME, sealed])])
                .await?;
            // Another node may have been faster, with another key.
            rows = db.read(master_check()).await?;
        }
        let Some(row) = rows.first() else {
            return Err(check_place().corrupt());
        };
        fits(master, row)?;
        Ok(Self {
            master_wrap: master_wrap(master),
            sign_in: sign_in_key(master),
            random,
            workspaces: Cache::new(CACHED_WORKSPACES),
            users: Cache::builder()
                .max_capacity(CACHED_USERS)
                // As what is remembered of sessions and users (`recent.rs`).
                .eviction_policy(EvictionPolicy::lru())
                .time_to_live(USER_KEY_LIFE)
                .build(),
        })
    }

    /// The keyed hash that stands for somebody who signs in, before it is known in which workspace. `what` keeps uses apart.
    pub(crate) fn sign_in(&self, what: &str, value: &str) -> [u8; 32] {
        sign_in(&self.sign_in, what, value)
    }

    pub(crate) fn random(&self) -> &dyn Random {
        &*self.random
    }

    fn new_key(&self) -> [u8; 32] {
        let mut key = [0; 32];
        self.random.fill(&mut key);
        key
    }

    /// A data key for a new workspace, and the statement that keeps it. Remember it once that is committed.
    pub(crate) fn new_workspace(
        &self,
        workspace: WorkspaceId,
    ) -> Result<(Arc<WorkspaceKeys>, Statement)> {
        let key = self.new_key();
        let wrapped = self
            .master_wrap
            .seal(workspace_place(workspace), &key, self.random())?;
        let statement = INSERT_WORKSPACE_KEY
            .with(args![workspace, FIRST_KEY, wrapped])
            .unique(crate::what::WORKSPACE);
        Ok((Arc::new(WorkspaceKeys::new(FIRST_KEY, &key)), statement))
    }

    pub(crate) fn remember_workspace(&self, workspace: WorkspaceId, keys: Arc<WorkspaceKeys>) {
        self.workspaces.insert(workspace, keys);
    }

    /// The keys of a workspace; none when it does not exist.
    pub(crate) async fn workspace(
        &self,
        db: &Db,
        workspace: WorkspaceId,
    ) -> Result<Option<Arc<WorkspaceKeys>>> {
        if let Some(keys) = self.workspaces.get(&workspace) {
            return Ok(Some(keys));
        }
        let rows = db.read(workspace_key(workspace)).await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let keys = Arc::new(unwrap_workspace(&self.master_wrap, workspace, row)?);
        self.workspaces.insert(workspace, Arc::clone(&keys));
        Ok(Some(keys))
    }

    /// The keys of a workspace that has rows.
    pub(crate) async fn workspace_with_rows(
        &self,
        db: &Db,
        workspace: WorkspaceId,
    ) -> Result<Arc<WorkspaceKeys>> {
        self.workspace(db, workspace)
            .await?
            .ok_or_else(|| workspace_place(workspace).corrupt())
    }

    /// A key for a new user, and the statement that keeps it. Remember it once that is committed.
    pub(crate) fn new_user(
        &self,
        workspace: WorkspaceId,
        keys: &WorkspaceKeys,
        user: UserId,
    ) -> Result<(Arc<SealingKey>, Statement)> {
        let key = self.new_key();
        let wrapped = keys
            .wrap
            .seal(user_place(workspace, &user.uuid()), &key, self.random())?;
        let statement = INSERT_USER_KEY
            .with_row(args![workspace, user, FIRST_KEY, wrapped])
            .unique(crate::what::EXTERNAL_ID);
        Ok((Arc::new(SealingKey::new(FIRST_KEY, &key)), statement))
    }

    pub(crate) fn remember_user(&self, workspace: WorkspaceId, user: UserId, key: Arc<SealingKey>) {
        self.users.insert((workspace, user), key);
    }

    /// Forgets the key of a user that was erased.
    pub(crate) fn forget_user(&self, workspace: WorkspaceId, user: UserId) {
        self.users.invalidate(&(workspace, user));
    }

    /// The key of a user whose row of `user_keys` stands in `row`.
    pub(crate) fn user_in(
        &self,
        workspace: WorkspaceId,
        keys: &WorkspaceKeys,
        user: UserId,
        row: &Row,
    ) -> Result<Arc<SealingKey>> {
        if let Some(key) = self.users.get(&(workspace, user)) {
            return Ok(key);
        }
        let key = Arc::new(unwrap_user(keys, workspace, user, row)?);
        self.users.insert((workspace, user), Arc::clone(&key));
        Ok(key)
    }

    /// The keys of these users; those who have none, or one that cannot be opened, are absent.
    pub(crate) async fn users(
        &self,
        db: &Db,
        workspace: WorkspaceId,
        users: &[UserId],
    ) -> Result<HashMap<UserId, Arc<SealingKey>>> {
        let mut found = HashMap::with_capacity(users.len());
        let mut missing = Vec::new();
        for user in users {
            match self.users.get(&(workspace, *user)) {
                Some(key) => drop(found.insert(*user, key)),
                None => missing.push(*user),
            }
        }
        if missing.is_empty() {
            return Ok(found);
        }
        missing.sort_unstable();
        missing.dedup();
        let Some(keys) = self.workspace(db, workspace).await? else {
            return Ok(found);
        };
        for some in missing.chunks(128) {
            let ids = some.iter().map(|it| (*it).into()).collect();
            for row in db.read(USER_KEYS.with_list(args![workspace], ids)).await? {
                let user = UserId::from_uuid(row.uuid("user_id")?);
                match self.user_in(workspace, &keys, user, &row) {
                    Ok(key) => drop(found.insert(user, key)),
                    Err(error) => {
                        tracing::error!(%workspace, %user, %error, "a user's key cannot be opened");
                    }
                }
            }
        }
        Ok(found)
    }
}
