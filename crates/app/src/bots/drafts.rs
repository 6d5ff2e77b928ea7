//! Drafts: bots are made, imported, edited, put away and removed. Errors in a document do not keep it from being saved.
use crate::bots::judge::{Judged, judgement};
use crate::bots::publish::Publication;
use crate::bots::templates;
use crate::{App, Caller, Error, Result};
use serde_json::{Value, json};
use smartbot_flow::Finding;
use smartbot_flow::document::{FORMAT, is_function_id};
use smartbot_model::bot::{BotStatus, BotSummary};
use smartbot_model::{BotId, WorkspaceId, strict_json};
use smartbot_store::{BotHead, BotRow, Change, what};

/// The largest bot document, in bytes.
pub const MAX_DOCUMENT: usize = 16 * 1024 * 1024;

/// The longest name of a bot, in characters.
const MAX_NAME_CHARS: usize = 200;

/// What a new bot is made of.
#[derive(Debug, Clone)]
pub enum NewBot {
    /// A whole document.
    Document(Value),
    /// A start message and an end.
    Blank {
        /// The bot's short public name.
        function_id: String,
        /// Its name.
        name: String,
        /// The language that it speaks; that of the workspace unless given.
        language: Option<String>,
    },
    /// A ready-made bot.
    Template {
        /// The new bot's short public name.
        function_id: String,
        /// Its name.
        name: String,
        /// Which.
        template: String,
    },
    /// The draft of another bot, with its transcripts.
    Copy {
        /// The new bot's short public name.
        function_id: String,
        /// Its name.
        name: String,
        /// The other bot.
        of: String,
    },
}

/// A bot with the document that is being edited.
#[derive(Debug)]
pub struct BotDraft {
    /// The bot.
    pub bot: BotSummary,
    /// The document.
    pub document: Value,
    /// What is wrong or looks wrong.
    pub findings: Vec<Finding>,
}

/// What came of saving a draft.
#[derive(Debug)]
pub struct Saved {
    /// The bot as it is now.
    pub bot: BotSummary,
    /// What is wrong or looks wrong.
    pub findings: Vec<Finding>,
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

/// A document as it is kept. What is kept must be read again, so it is held to what is read anywhere: no deep nesting, no NUL.
fn text_of(document: &Value) -> Result<String> {
    let text = serde_json::to_string(document)?;
    if text.len() > MAX_DOCUMENT {
        let message = "A bot may have 16 MiB at the most.";
        return Err(Error::invalid("/document", "too_large", message));
    }
    strict_json::parse(text.as_bytes()).map_err(|mut it| {
        it.pointer = format!("/document{}", it.pointer);
        Error::Invalid(vec![it])
    })?;
    Ok(text)
}

fn check_names(function_id: &str, name: &str) -> Result<()> {
    check_function_id("/function_id", function_id)?;
    if name.trim().is_empty() || name.chars().count() > MAX_NAME_CHARS {
        let message = format!("Give the bot a name of 1 to {MAX_NAME_CHARS} characters.");
        return Err(Error::invalid("/name", "invalid_value", message));
    }
    Ok(())
}

fn check_function_id(pointer: &str, function_id: &str) -> Result<()> {
    if is_function_id(function_id) {
        return Ok(());
    }
    let message = "A function id has 1 to 64 letters, digits, _ or -.";
    Err(Error::invalid(pointer, "invalid_value", message))
}

/// The same document for a bot of another name.
fn renamed(mut document: Value, function_id: String, name: &str) -> Value {
    if let Some(map) = document.as_object_mut() {
        map.insert("function_id".into(), function_id.into());
        map.insert("name".into(), name.trim().into());
    }
    document
}

fn blank(function_id: &str, name: &str, language: &str) -> Value {
    json!({
        "format": FORMAT, "function_id": function_id, "name": name.trim(), "type": "flow", "language": language, "start": "start",
        "fields": [],
        "boxes": [
            {"id": "start", "type": "message", "title": "Start", "text": "Hello!"},
            {"id": "end", "type": "end", "title": "End"}
        ],
        "links": [{"from": "start", "to": "end"}],
        "layout": {"start": {"x": 0, "y": 0}, "end": {"x": 0, "y": 160}}
    })
}

impl App {
    /// Makes a bot that has a draft only.
    pub async fn create_bot(&self, caller: &Caller, new: NewBot) -> Result<BotDraft> {
        let (document, tests) = self.first_draft(caller.workspace, new).await?;
        let text = text_of(&document)?;
        let judged = self.judge(caller.workspace, &document).await?;
        check_function_id("/document/function_id", &judged.bot.function_id)?;
        let function_id = judged.bot.function_id.clone();
        self.insert_bot(caller, &judged, text, tests).await?;
        let bot = self.bot_summary(caller.workspace, &function_id).await?;
        Ok(BotDraft {
            bot,
            document,
            findings: judged.findings,
        })
    }

    /// The document and the transcripts of a new bot.
    async fn first_draft(&self, workspace: WorkspaceId, new: NewBot) -> Result<(Value, String)> {
        let no_tests = || "[]".to_owned();
        Ok(match new {
            NewBot::Document(document) => (document, no_tests()),
            NewBot::Blank {
                function_id,
                name,
                language,
            } => {
                check_names(&function_id, &name)?;
                let language = match language {
                    Some(language) => language,
                    None => self.settings(workspace).await?.language,
                };
                (blank(&function_id, &name, &language), no_tests())
            }
            NewBot::Template {
                function_id,
                name,
                template,
            } => {
                check_names(&function_id, &name)?;
                let Some(template) = templates::find(&template) else {
                    let message =
                        "There is no such template; GET /api/v1/admin/templates lists them.";
                    return Err(Error::invalid("/template", "invalid_value", message));
                };
                let document = renamed(template.document()?, function_id, &name);
                (document, template.transcripts()?)
            }
            NewBot::Copy {
                function_id,
                name,
                of,
            } => {
                check_names(&function_id, &name)?;
                let other = self.store.bot(workspace, &of).await?;
                let Some(other) = other else {
                    let message = "There is no such bot in this workspace.";
                    return Err(Error::invalid("/copy_of", "invalid_value", message));
                };
                let document = renamed(serde_json::from_str(&other.draft)?, function_id, &name);
                let tests = self.store.bot_tests(workspace, other.head.id).await?;
                (document, tests.unwrap_or_else(no_tests))
            }
        })
    }

    async fn insert_bot(
        &self,
        caller: &Caller,
        judged: &Judged,
        draft: String,
        tests: String,
    ) -> Result<()> {
        let now = self.now();
        let head = BotHead {
            id: BotId::new(now, &*self.random),
            function_id: judged.bot.function_id.clone(),
            name: judged.bot.name.clone(),
            kind: judged.bot.kind().into(),
            status: BotStatus::Active,
            draft_revision: 1,
            judgement: Some(judgement(&judged.findings, true)),
            live_version: None,
            published_at: None,
            created_at: now,
            updated_at: now,
            updated_by: Some(caller.actor.clone()),
        };
        let insert = Change::InsertBot {
            bot: BotRow { head, draft },
            tests,
        };
        let kept = self.store.commit(caller.workspace, vec![insert]).await;
        kept.map_err(|error| match error {
            smartbot_store::Error::Conflict {
                what: what::FUNCTION_ID,
            } => Error::FunctionIdTaken(judged.bot.function_id.clone()),
            other => other.into(),
        })
    }

    /// The bot of this function id, with its draft.
    pub(super) async fn bot_row(
        &self,
        workspace: WorkspaceId,
        function_id: &str,
    ) -> Result<BotRow> {
        let found = self.store.bot(workspace, function_id).await?;
        found.ok_or(Error::NotFound("bot"))
    }

    /// A bot with its draft, judged anew.
    pub async fn bot_draft(&self, workspace: WorkspaceId, function_id: &str) -> Result<BotDraft> {
        let row = self.bot_row(workspace, function_id).await?;
        let document: Value = serde_json::from_str(&row.draft)?;
        let findings = self.judge(workspace, &document).await?.findings;
        Ok(BotDraft {
            bot: self.summary_of(workspace, row.head).await?,
            document,
            findings,
        })
    }

    /// Saves another draft, if the one that is there is of one of these revisions.
    pub async fn save_draft(
        &self,
        caller: &Caller,
        function_id: &str,
        only_revisions: Option<&[u32]>,
        document: &Value,
    ) -> Result<Saved> {
        let workspace = caller.workspace;
        let text = text_of(document)?;
        let row = self.bot_row(workspace, function_id).await?;
        check_revision(&row.head, only_revisions)?;
        let judged = self.judge(workspace, document).await?;
        if judged.bot.function_id != function_id {
            let message = format!(
                "The function id of a bot stays as it is: {function_id}. Copy the bot to have one of another name."
            );
            return Err(Error::invalid(
                "/document/function_id",
                "invalid_value",
                message,
            ));
        }
        self.keep_draft(caller, &row.head, &judged, document, text)
            .await?;
        Ok(Saved {
            bot: self.bot_summary(workspace, function_id).await?,
            findings: judged.findings,
        })
    }

    /// Keeps a draft in the place of the one that was read.
    async fn keep_draft(
        &self,
        caller: &Caller,
        read: &BotHead,
        judged: &Judged,
        document: &Value,
        text: String,
    ) -> Result<()> {
        let workspace = caller.workspace;
        if judged.bot.kind() != read.kind {
            let message =
                "A bot stays of the type that it is. Make another one for the other type.";
            return Err(Error::invalid("/document/type", "invalid_value", message));
        }
        let live = read.live_version;
        let changed = self.differs(workspace, read.id, live, document).await?;
        let save = Change::SaveDraft {
            bot_id: read.id,
            expected_revision: read.draft_revision,
            name: judged.bot.name.clone(),
            document: text,
            judgement: judgement(&judged.findings, changed),
            by: caller.actor.clone(),
            at: self.now(),
        };
        match self.store.commit(workspace, vec![save]).await {
            Err(smartbot_store::Error::Conflict { .. }) => {
                let now = self.bot_row(workspace, &read.function_id).await?;
                Err(Error::RevisionChanged {
                    revision: now.head.draft_revision,
                })
            }
            done => Ok(done?),
        }
    }

    /// Makes a published version the draft again.
    pub async fn restore_draft(
        &self,
        caller: &Caller,
        function_id: &str,
        only_revisions: Option<&[u32]>,
        version: u32,
    ) -> Result<BotDraft> {
        let (_, document) = self
            .bot_version(caller.workspace, function_id, version)
            .await?;
        let Saved { bot, findings } = self
            .save_draft(caller, function_id, only_revisions, &document)
            .await?;
        Ok(BotDraft {
            bot,
            document,
            findings,
        })
    }

    /// Keeps a document as the draft of its bot, a new one or the one of its `function_id`.
    pub async fn import_bot(
        &self,
        caller: &Caller,
        document: &Value,
        publish: bool,
    ) -> Result<Imported> {
        let workspace = caller.workspace;
        let text = text_of(document)?;
        let judged = self.judge(workspace, document).await?;
        let function_id = judged.bot.function_id.clone();
        if !is_function_id(&function_id) {
            return Err(Error::BotInvalid(judged.findings));
        }
        let revision = match self.store.bot(workspace, &function_id).await? {
            Some(known) => {
                self.keep_draft(caller, &known.head, &judged, document, text)
                    .await?;
                known.head.draft_revision + 1
            }
            None => {
                self.insert_bot(caller, &judged, text, "[]".to_owned())
                    .await?;
                1
            }
        };
        let version = if publish {
            let published = self.publish_bot(caller, &function_id, Publication::default());
            Some(published.await?.0)
        } else {
            None
        };
        Ok(Imported {
            function_id,
            revision,
            version,
            findings: judged.findings,
        })
    }

    /// Puts a bot away, or fetches it back. One that is put away starts no sessions; those that run go on.
    pub async fn set_bot_status(
        &self,
        caller: &Caller,
        function_id: &str,
        status: BotStatus,
    ) -> Result<BotSummary> {
        let workspace = caller.workspace;
        let row = self.bot_row(workspace, function_id).await?;
        if row.head.status != status {
            let change = Change::SetBotStatus {
                bot_id: row.head.id,
                status,
                by: caller.actor.clone(),
                at: self.now(),
            };
            self.store.commit(workspace, vec![change]).await?;
            self.bots.forget(workspace, function_id);
        }
        self.bot_summary(workspace, function_id).await
    }

    /// Removes a bot that is put away and has never had a session.
    pub async fn remove_bot(&self, workspace: WorkspaceId, function_id: &str) -> Result<()> {
        let row = self.bot_row(workspace, function_id).await?;
        if row.head.status != BotStatus::Archived {
            let detail =
                "Archive the bot first; only archived ones without sessions can be removed.";
            return Err(Error::BotInUse(detail.into()));
        }
        let change = Change::RemoveBot {
            bot_id: row.head.id,
        };
        match self.store.commit(workspace, vec![change]).await {
            Err(smartbot_store::Error::Conflict { .. }) => {
                let detail = "There are sessions with this bot, and chat logs need it. It stays in the archive.";
                Err(Error::BotInUse(detail.into()))
            }
            done => Ok(done?),
        }
    }
}

/// Refuses a change of something that is not what its caller has seen.
pub(super) fn check_revision(head: &BotHead, only_revisions: Option<&[u32]>) -> Result<()> {
    match only_revisions {
        Some(seen) if !seen.contains(&head.draft_revision) => Err(Error::RevisionChanged {
            revision: head.draft_revision,
        }),
        _ => Ok(()),
    }
}
