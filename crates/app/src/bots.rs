//! Bots: drafts, versions, and the compiled flows that turns run.
use crate::workspaces::Workspace;
use crate::{App, Caller, Error, Result};
use moka::sync::Cache as Moka;
use serde_json::Value;
use smartbot_flow::{BotDocument, Finding, Flow, Known, Library, State};
use smartbot_model::event::{BotPublishedData, Event, PublishedBot};
use smartbot_model::field::{FieldDefinition, FieldKind, built_in};
use smartbot_model::{BotId, WorkspaceId, strict_json};
use smartbot_store::{BotHead, BotRow, Change, VersionRow};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

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
    pub(crate) fn new(ttl: Option<Duration>) -> Self {
        Self {
            compiled: bounded(1_000, None),
            live: bounded(10_000, ttl),
        }
    }
}

/// What came of an import.
#[derive(Debug)]
pub struct Imported {
    /// The bot's short public name.
    pub function_id: String,
    /// The draft's revision: 1 for a new bot.
    pub revision: u32,
    /// The version that went live, when it was published.
    pub version: Option<u32>,
    /// What is wrong or looks wrong.
    pub findings: Vec<Finding>,
}

/// The largest bot document, in bytes.
pub const MAX_DOCUMENT: usize = 16 * 1024 * 1024;

impl App {
    /// Judges a document against what the workspace knows.
    pub async fn validate_bot(
        &self,
        workspace: WorkspaceId,
        document: &Value,
    ) -> Result<(BotDocument, Vec<Finding>)> {
        let flags = self.store.flags(workspace).await?;
        let goals = self.store.goals(workspace).await?;
        let fields: Vec<String> = self
            .workspace(workspace)
            .await?
            .fields
            .keys()
            .cloned()
            .collect();
        let bots: Vec<String> = self
            .store
            .bots(workspace)
            .await?
            .into_iter()
            .map(|it| it.function_id)
            .collect();
        let known = Known {
            flags: Some(&flags),
            goals: Some(&goals),
            profile_fields: Some(&fields),
            function_ids: Some(&bots),
        };
        let (bot, mut findings) = smartbot_flow::parse(document);
        findings.extend(smartbot_flow::validate(&bot, &known));
        Ok((bot, findings))
    }

    /// Keeps a document as the draft of its bot, a new one or the one of its `function_id`. Warnings and errors block nothing here.
    pub async fn import_bot(
        &self,
        caller: &Caller,
        document: &Value,
        publish: bool,
    ) -> Result<Imported> {
        let text = serde_json::to_string(document)?;
        if text.len() > MAX_DOCUMENT {
            return Err(Error::invalid(
                "",
                "too_large",
                "A bot may have 16 MiB at the most.",
            ));
        }
        // What is kept must be read again, so it is held to what is read anywhere: no deep nesting, no NUL.
        strict_json::parse(text.as_bytes()).map_err(|it| Error::Invalid(vec![it]))?;
        let (bot, findings) = self.validate_bot(caller.workspace, document).await?;
        let function_id = bot.function_id.clone();
        if function_id.is_empty()
            || findings
                .iter()
                .any(|it| it.code == smartbot_flow::FindingCode::BadFunctionId)
        {
            return Err(Error::BotInvalid(findings));
        }
        let now = self.now();
        let revision = match self.store.bot(caller.workspace, &function_id).await? {
            Some(known) => {
                let change = Change::SaveDraft {
                    bot_id: known.id,
                    expected_revision: known.draft_revision,
                    name: bot.name.clone(),
                    document: text,
                    at: now,
                };
                self.store.commit(caller.workspace, vec![change]).await?;
                known.draft_revision + 1
            }
            None => {
                let row = BotRow {
                    id: BotId::new(now, &*self.random),
                    function_id: function_id.clone(),
                    name: bot.name.clone(),
                    kind: "flow".into(),
                    draft: text,
                    draft_revision: 1,
                    live_version: None,
                    created_at: now,
                    updated_at: now,
                };
                self.store
                    .commit(caller.workspace, vec![Change::InsertBot(row)])
                    .await?;
                1
            }
        };
        let version = if publish {
            Some(self.publish_bot(caller, &function_id).await?.0)
        } else {
            None
        };
        Ok(Imported {
            function_id,
            revision,
            version,
            findings,
        })
    }

    /// Freezes the draft as a new version and makes it live. Sessions that run stay on theirs.
    ///
    /// Flags, goals and profile fields that do not exist yet are made.
    pub async fn publish_bot(
        &self,
        caller: &Caller,
        function_id: &str,
    ) -> Result<(u32, Vec<Finding>)> {
        let workspace = caller.workspace;
        let row = self
            .store
            .bot(workspace, function_id)
            .await?
            .ok_or(Error::NotFound("bot"))?;
        let document: Value = serde_json::from_str(&row.draft)?;
        let (bot, mut findings) = self.validate_bot(workspace, &document).await?;
        if findings.iter().any(Finding::is_error) {
            return Err(Error::BotInvalid(findings));
        }
        let flow = Flow::compile(&bot).map_err(Error::BotInvalid)?;
        if flow.pushes_profile()
            && !self
                .takes(workspace, smartbot_model::EventType::BoxReached)
                .await?
        {
            findings.push(no_taker());
        }
        let now = self.now();
        let version = row.live_version.unwrap_or(0) + 1;
        let mut changes = vec![Change::PublishVersion {
            bot_id: row.id,
            expected_live: row.live_version,
            version: VersionRow {
                bot_id: row.id,
                version,
                document: row.draft,
                published_at: now,
                published_by: caller.actor.clone(),
            },
        }];
        changes.extend(flow.flags().into_iter().map(|name| Change::DefineFlag {
            name: name.to_owned(),
            at: now,
        }));
        changes.extend(flow.goals().into_iter().map(|name| Change::DefineGoal {
            name: name.to_owned(),
            at: now,
        }));
        let known = self.workspace(workspace).await?;
        let profile = flow
            .fields()
            .iter()
            .filter(|it| it.kind == FieldKind::Profile);
        changes.extend(
            profile
                .filter_map(|it| definition(it, &known))
                .map(Change::DefineField),
        );
        let published = PublishedBot {
            id: row.id,
            function_id: function_id.to_owned(),
            name: bot.name.clone(),
            version,
        };
        let event = Event::BotPublished(BotPublishedData { bot: published });
        changes.extend(
            self.workspace_event(workspace, caller.actor.clone(), &event)
                .await?,
        );
        self.commit(workspace, changes).await?;
        self.bots
            .live
            .invalidate(&(workspace, function_id.to_owned()));
        self.workspaces.forget(workspace);
        Ok((version, findings))
    }

    /// The bots of a workspace.
    pub async fn bots(&self, workspace: WorkspaceId) -> Result<Vec<BotHead>> {
        Ok(self.store.bots(workspace).await?)
    }

    /// The document of a bot: the live version, or the draft.
    pub async fn export_bot(
        &self,
        workspace: WorkspaceId,
        function_id: &str,
        draft: bool,
    ) -> Result<Value> {
        let row = self
            .store
            .bot(workspace, function_id)
            .await?
            .ok_or(Error::NotFound("bot"))?;
        let text = match (draft, row.live_version) {
            (true, _) => row.draft,
            (false, None) => return Err(Error::NotFound("published bot")),
            (false, Some(version)) => {
                self.store
                    .version(workspace, row.id, version)
                    .await?
                    .ok_or(Error::NotFound("bot"))?
                    .document
            }
        };
        Ok(serde_json::from_str(&text)?)
    }

    /// A published bot as applications see it.
    pub async fn published_bot(
        &self,
        workspace: WorkspaceId,
        function_id: &str,
    ) -> Result<(BotHead, Arc<Flow>)> {
        let heads = self.store.bots(workspace).await?;
        let head = heads
            .into_iter()
            .find(|it| it.function_id == function_id && it.live_version.is_some());
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
        Ok(compiled)
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
                    Some(row) => self.compiled_bot(workspace, row.id, version).await,
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

/// What the workspace has to learn of a profile field that a bot declares. A mark as sensitive is never taken back by a bot.
fn definition(field: &FieldDefinition, known: &Workspace) -> Option<FieldDefinition> {
    match known.fields.get(&field.name) {
        Some(old) if field.sensitive && !old.sensitive => Some(FieldDefinition {
            sensitive: true,
            ..old.clone()
        }),
        Some(_) => None,
        None => (field.sensitive || built_in(&field.name).is_none()).then(|| field.clone()),
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

fn no_taker() -> Finding {
    Finding::new(
        smartbot_flow::FindingCode::NoEndpoint,
        "A box sends profile variables and flags to the webhook, but no webhook endpoint takes the event box.reached. Add one under SETTINGS → Advanced → API and Webhook.",
    )
}
