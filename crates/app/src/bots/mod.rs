//! Bots: the compiled flows that turns run; `drafts`, `publish` and `versions` are what the Bot Builder does with their documents.
mod compare;
mod drafts;
mod judge;
mod list;
mod payload;
mod publish;
pub mod templates;
mod transcripts;
mod versions;

pub use compare::Side;
pub use drafts::{BotDraft, Imported, MAX_DOCUMENT, NewBot, Saved};
pub use list::{BotFilter, BotPosition, position};
pub use publish::Publication;

use crate::{App, Error, Result};
use moka::sync::Cache as Moka;
use smartbot_flow::{Flow, Library, State};
use smartbot_model::bot::BotStatus;
use smartbot_model::{BotId, WorkspaceId};
use smartbot_store::{BotHead, VersionRow};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

/// How many bots a server compiles when it starts; the others are with their first session.
const LOADED_AT_START: usize = 200;

/// A cache of so many entries, each kept for `ttl` at the most.
pub(crate) fn bounded<K, V>(size: u64, ttl: Option<Duration>) -> Moka<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    let builder = Moka::builder().max_capacity(size);
    match ttl {
        Some(ttl) => builder.time_to_live(ttl).build(),
        None => builder.build(),
    }
}

/// A version of a bot, ready to run.
pub(crate) struct CompiledBot {
    pub(crate) id: BotId,
    pub(crate) version: u32,
    pub(crate) flow: Arc<Flow>,
}

pub(crate) struct Cache {
    /// Versions never change, so these never go stale.
    compiled: Moka<(WorkspaceId, BotId, u32), Arc<CompiledBot>>,
    live: Moka<(WorkspaceId, String), (BotId, u32)>,
}

impl Cache {
    /// Another version is live, or none.
    fn forget(&self, workspace: WorkspaceId, function_id: &str) {
        self.live.invalidate(&(workspace, function_id.to_owned()));
    }

    pub(crate) fn new(ttl: Option<Duration>) -> Self {
        Self {
            compiled: bounded(1_000, None),
            live: bounded(10_000, ttl),
        }
    }
}

/// Whether sessions may be started with it.
fn is_live(head: &BotHead) -> bool {
    head.live_version.is_some() && head.status == BotStatus::Active
}

impl App {
    /// The bots of a workspace that sessions may be started with.
    pub async fn published_bots(&self, workspace: WorkspaceId) -> Result<Vec<BotHead>> {
        let mut heads = self.store.bots(workspace).await?;
        heads.retain(is_live);
        Ok(heads)
    }

    /// The bots of a workspace.
    pub async fn bots(&self, workspace: WorkspaceId) -> Result<Vec<BotHead>> {
        Ok(self.store.bots(workspace).await?)
    }

    /// A published bot as applications see it.
    pub async fn published_bot(
        &self,
        workspace: WorkspaceId,
        function_id: &str,
    ) -> Result<(BotHead, Arc<Flow>)> {
        let heads = self.published_bots(workspace).await?;
        let head = heads.into_iter().find(|it| it.function_id == function_id);
        let head = head.ok_or(Error::NotFound("bot"))?;
        let bot = self.live_bot(workspace, function_id).await?;
        Ok((head, bot.flow.clone()))
    }

    /// The live version of a bot, ready to run.
    pub(crate) async fn live_bot(
        &self,
        workspace: WorkspaceId,
        function_id: &str,
    ) -> Result<Arc<CompiledBot>> {
        let key = (workspace, function_id.to_owned());
        if let Some((id, version)) = self.bots.live.get(&key) {
            return self.compiled_bot(workspace, id, version).await;
        }
        let (head, version) = self
            .store
            .live_version(workspace, function_id)
            .await?
            .ok_or(Error::NotFound("bot"))?;
        let compiled = self.compile(workspace, head.id, &version)?;
        self.bots.live.insert(key, (head.id, version.version));
        Ok(compiled)
    }

    /// A version of a bot, ready to run.
    pub(crate) async fn compiled_bot(
        &self,
        workspace: WorkspaceId,
        id: BotId,
        version: u32,
    ) -> Result<Arc<CompiledBot>> {
        if let Some(known) = self.bots.compiled.get(&(workspace, id, version)) {
            return Ok(known);
        }
        let row = self
            .store
            .version(workspace, id, version)
            .await?
            .ok_or(Error::NotFound("bot"))?;
        self.compile(workspace, id, &row)
    }

    fn compile(
        &self,
        workspace: WorkspaceId,
        id: BotId,
        row: &VersionRow,
    ) -> Result<Arc<CompiledBot>> {
        let key = (workspace, id, row.version);
        if let Some(known) = self.bots.compiled.get(&key) {
            return Ok(known);
        }
        let (bot, _) = smartbot_flow::parse(&serde_json::from_str(&row.document)?);
        let flow = Flow::compile(&bot).map_err(|it| {
            Error::Internal(anyhow::anyhow!(
                "a published version does not compile: {it:?}"
            ))
        })?;
        let compiled = Arc::new(CompiledBot {
            id,
            version: row.version,
            flow: Arc::new(flow.with_version(row.version)),
        });
        self.bots.compiled.insert(key, compiled.clone());
        if compiled.flow.is_cold() {
            // Beside the turn: the session that begins now comes to its first date later.
            let flow = Arc::clone(&compiled.flow);
            std::thread::spawn(move || flow.load());
        }
        Ok(compiled)
    }

    /// Compiles the bots that are live, so that the first turns of a server that starts need not wait for it.
    pub async fn load_bots(self) {
        if let Err(error) = self.try_load_bots().await {
            tracing::warn!(%error, "the bots could not be loaded; each will be with its first session");
        }
    }

    async fn try_load_bots(&self) -> Result<()> {
        let mut left = LOADED_AT_START;
        for workspace in self.store.workspaces().await? {
            for head in self.published_bots(workspace.id).await? {
                let Some(less) = left.checked_sub(1) else {
                    return Ok(());
                };
                left = less;
                if self.tasks.stopping().is_cancelled() {
                    return Ok(());
                }
                self.live_bot(workspace.id, &head.function_id).await?;
            }
        }
        Ok(())
    }

    /// Loads all other bots that a session may come to in one step, so that the step itself need not wait.
    pub(crate) async fn library(
        &self,
        workspace: WorkspaceId,
        flow: &Arc<Flow>,
        state: &State,
    ) -> Result<Shelf> {
        let mut shelf = Shelf::default();
        let mut wanted: Vec<(String, Option<u32>)> = flow
            .jump_targets()
            .map(|it| (it.to_owned(), None))
            .collect();
        wanted.extend(
            state
                .other_bots()
                .map(|(id, version)| (id.to_owned(), version)),
        );
        while let Some(key) = wanted.pop() {
            if shelf.0.contains_key(&key) {
                continue;
            }
            let found = match key.1 {
                None => self.live_bot(workspace, &key.0).await,
                Some(version) => match self.store.bot(workspace, &key.0).await? {
                    Some(row) => self.compiled_bot(workspace, row.head.id, version).await,
                    None => Err(Error::NotFound("bot")),
                },
            };
            let bot = match found {
                Ok(bot) => bot,
                // A bot that is gone fails the session where it jumps, with a clear event.
                Err(Error::NotFound(_)) => continue,
                Err(error) => return Err(error),
            };
            wanted.extend(bot.flow.jump_targets().map(|it| (it.to_owned(), None)));
            shelf.0.insert(key, bot.flow.clone());
        }
        Ok(shelf)
    }
}

/// The other bots that one step may come to.
#[derive(Default)]
pub(crate) struct Shelf(HashMap<(String, Option<u32>), Arc<Flow>>);

impl Library for Shelf {
    fn flow(&self, function_id: &str, version: Option<u32>) -> Option<Arc<Flow>> {
        self.0.get(&(function_id.to_owned(), version)).cloned()
    }
}
