//! Bots, their drafts and versions. Documents are the workspace's own words, not patients': they are kept in clear.
use crate::db::Row;
use crate::error::{Error, Result};
use crate::prepare::{Preparation, json};
use crate::query::{args, queries};
use crate::rows::{BotHead, BotRow, ChannelRow, Judgement, VersionRow};
use crate::store::Store;
use crate::what;
use smartbot_model::bot::{BotStatus, BotVersion};
use smartbot_model::event::Actor;
use smartbot_model::{BotId, Time, WorkspaceId};
use std::collections::BTreeMap;

macro_rules! head {
    () => {
        "b.bot_id, b.function_id, b.name, b.kind, b.status, b.draft_revision, b.draft_errors, b.draft_warnings, b.draft_changed, \
         b.live_version, b.published_at AS live_since, b.created_at, b.updated_at, b.updated_by"
    };
}
macro_rules! with_draft {
    () => {
        " FROM bots AS b JOIN drafts AS d ON d.workspace_id = b.workspace_id AND d.bot_id = b.bot_id WHERE b.workspace_id = $1"
    };
}

queries! {
    INSERT = "INSERT INTO bots (workspace_id, bot_id, function_id, name, kind, status, draft_revision, draft_errors, draft_warnings, draft_changed,
            live_version, published_at, created_at, updated_at, updated_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    INSERT_DRAFT = "INSERT INTO drafts (workspace_id, bot_id, document, tests) VALUES ($1, $2, $3, $4)";
    NOTE_DRAFT = "UPDATE bots SET name = $4, draft_revision = draft_revision + 1, draft_errors = $5, draft_warnings = $6, draft_changed = $7,
            updated_at = $8, updated_by = $9
        WHERE workspace_id = $1 AND bot_id = $2 AND draft_revision = $3";
    SAVE_DRAFT = "UPDATE drafts SET document = $3 WHERE workspace_id = $1 AND bot_id = $2";
    JUDGE = "UPDATE bots SET draft_errors = $4, draft_warnings = $5, draft_changed = $6
        WHERE workspace_id = $1 AND bot_id = $2 AND draft_revision = $3";
    SAVE_TESTS = "UPDATE drafts SET tests = $3 WHERE workspace_id = $1 AND bot_id = $2";
    SET_STATUS = "UPDATE bots SET status = $3, updated_at = $4, updated_by = $5 WHERE workspace_id = $1 AND bot_id = $2";
    CHANNEL = "SELECT b.bot_id, b.name, b.status, b.live_version, b.channel FROM bots AS b WHERE b.workspace_id = $1 AND b.function_id = $2";
    CHANNELS = "SELECT b.function_id, b.channel FROM bots AS b
        WHERE b.workspace_id = $1 AND b.status = 'active' AND b.live_version IS NOT NULL AND b.channel IS NOT NULL ORDER BY b.bot_id";
    SET_CHANNEL = "UPDATE bots SET channel = $3 WHERE workspace_id = $1 AND bot_id = $2 AND COALESCE(channel, '') = $4";
    REMOVE = "DELETE FROM bots WHERE workspace_id = $1 AND bot_id = $2 AND status = 'archived'
        AND NOT EXISTS (SELECT 1 FROM sessions AS s WHERE s.workspace_id = $1 AND s.function_id = bots.function_id AND s.bot_id = $2)";
    REMOVE_DRAFT = "DELETE FROM drafts WHERE workspace_id = $1 AND bot_id = $2";
    REMOVE_VERSIONS = "DELETE FROM bot_versions WHERE workspace_id = $1 AND bot_id = $2";
    SET_LIVE = "UPDATE bots SET live_version = $5, published_at = $6, updated_at = $6, updated_by = $7, draft_changed = $8
        WHERE workspace_id = $1 AND bot_id = $2 AND COALESCE(live_version, 0) = $3 AND draft_revision = $4";
    INSERT_VERSION = "INSERT INTO bot_versions (workspace_id, bot_id, version, document, published_at, published_by, note)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    EVERY = concat!("SELECT ", head!(), " FROM bots AS b WHERE b.workspace_id = $1 ORDER BY b.bot_id");
    BY_FUNCTION_ID = concat!("SELECT ", head!(), ", d.document AS draft", with_draft!(), " AND b.function_id = $2");
    BY_ID = concat!("SELECT ", head!(), ", d.document AS draft", with_draft!(), " AND b.bot_id = $2");
    TESTS = "SELECT tests FROM drafts WHERE workspace_id = $1 AND bot_id = $2";
    VERSION = "SELECT bot_id, version, document, published_at, published_by, note FROM bot_versions
        WHERE workspace_id = $1 AND bot_id = $2 AND version = $3";
    // Two reads and no join: the one of open sessions goes by an index that has nothing else.
    VERSIONS = "SELECT version, published_at, published_by, note FROM bot_versions
        WHERE workspace_id = $1 AND bot_id = $2 AND version < $3 ORDER BY version DESC LIMIT $4";
    OPEN_SESSIONS = "SELECT bot_version, count(*) AS open_sessions FROM sessions
        WHERE workspace_id = $1 AND bot_id = $2 AND status <> 'ended' GROUP BY bot_version";
    LIVE_VERSION = concat!("SELECT ", head!(), ", v.version, v.document, v.published_at, v.published_by, v.note FROM bots AS b
        JOIN bot_versions AS v ON v.workspace_id = b.workspace_id AND v.bot_id = b.bot_id AND v.version = b.live_version
        WHERE b.workspace_id = $1 AND b.function_id = $2 AND b.status = 'active'");
}

/// The actor as JSON, where there is one.
fn by(actor: Option<&Actor>) -> Result<Option<String>> {
    actor.map(json).transpose()
}

pub(crate) fn insert(to: &mut Preparation<'_>, row: BotRow, tests: String) -> Result<()> {
    let BotRow { head, draft } = row;
    let args = args![
        to.workspace,
        head.id,
        head.function_id,
        head.name,
        head.kind,
        head.status.as_str(),
        head.draft_revision,
        head.judgement.map(|it| it.errors),
        head.judgement.map(|it| it.warnings),
        head.judgement.map(|it| it.changed),
        head.live_version,
        head.published_at,
        head.created_at,
        head.updated_at,
        by(head.updated_by.as_ref())?,
    ];
    to.push(INSERT.with(args).unique(what::FUNCTION_ID));
    let args = args![to.workspace, head.id, draft, tests];
    to.push(INSERT_DRAFT.with(args).unique(what::FUNCTION_ID));
    Ok(())
}

/// A draft that is to be kept.
pub(crate) struct Save {
    pub(crate) name: String,
    pub(crate) document: String,
    pub(crate) judgement: Judgement,
    pub(crate) by: Actor,
    pub(crate) at: Time,
}

pub(crate) fn save_draft(
    to: &mut Preparation<'_>,
    bot: BotId,
    expected_revision: u32,
    save: Save,
) -> Result<()> {
    let args = args![
        to.workspace,
        bot,
        expected_revision,
        save.name,
        save.judgement.errors,
        save.judgement.warnings,
        save.judgement.changed,
        save.at,
        json(&save.by)?
    ];
    to.push(NOTE_DRAFT.with(args).one(what::DRAFT_REVISION));
    let args = args![to.workspace, bot, save.document];
    to.push(SAVE_DRAFT.with(args).one(what::DRAFT_REVISION));
    Ok(())
}

pub(crate) fn judge(to: &mut Preparation<'_>, bot: BotId, revision: u32, judgement: Judgement) {
    let args = args![
        to.workspace,
        bot,
        revision,
        judgement.errors,
        judgement.warnings,
        judgement.changed
    ];
    to.push(JUDGE.with(args));
}

pub(crate) fn save_tests(to: &mut Preparation<'_>, bot: BotId, tests: String) {
    let args = args![to.workspace, bot, tests];
    to.push(SAVE_TESTS.with(args).one(what::NO_BOT));
}

pub(crate) fn set_status(
    to: &mut Preparation<'_>,
    bot: BotId,
    status: BotStatus,
    by: &Actor,
    at: Time,
) -> Result<()> {
    let args = args![to.workspace, bot, status.as_str(), at, json(by)?];
    to.push(SET_STATUS.with(args).one(what::NO_BOT));
    Ok(())
}

pub(crate) fn set_channel(
    to: &mut Preparation<'_>,
    bot: BotId,
    expected: Option<String>,
    channel: String,
) {
    let args = args![to.workspace, bot, channel, expected.unwrap_or_default()];
    to.push(SET_CHANNEL.with(args).one(what::BOT_CHANNEL));
}

pub(crate) fn remove(to: &mut Preparation<'_>, bot: BotId) {
    to.push(REMOVE.with(args![to.workspace, bot]).one(what::BOT_IN_USE));
    for query in [&REMOVE_DRAFT, &REMOVE_VERSIONS] {
        to.push(query.with(args![to.workspace, bot]));
    }
}

/// `expected` is the live version and the draft's revision as they were read.
pub(crate) fn publish(
    to: &mut Preparation<'_>,
    bot: BotId,
    expected: (Option<u32>, u32),
    row: VersionRow,
    changed: bool,
) -> Result<()> {
    if row.bot_id != bot {
        return Err(Error::invalid("a version of another bot"));
    }
    let by = json(&row.published_by)?;
    let live = args![
        to.workspace,
        bot,
        expected.0.unwrap_or(0),
        expected.1,
        row.version,
        row.published_at,
        by.as_str(),
        changed
    ];
    to.push(SET_LIVE.with(live).one(what::LIVE_VERSION));
    let version = args![
        to.workspace,
        bot,
        row.version,
        row.document,
        row.published_at,
        by,
        row.note
    ];
    to.push(INSERT_VERSION.with(version).unique(what::LIVE_VERSION));
    Ok(())
}

fn read_head(row: &Row) -> Result<BotHead> {
    let errors = row.number_opt("draft_errors")?;
    let warnings = row.number_opt("draft_warnings")?;
    let judgement = match (errors, warnings, row.bool_opt("draft_changed")?) {
        (Some(errors), Some(warnings), Some(changed)) => Some(Judgement {
            errors,
            warnings,
            changed,
        }),
        _ => None,
    };
    let updated_by = match row.text_opt("updated_by")? {
        Some(_) => Some(row.json("updated_by")?),
        None => None,
    };
    Ok(BotHead {
        id: BotId::from_uuid(row.uuid("bot_id")?),
        function_id: row.text("function_id")?,
        name: row.text("name")?,
        kind: row.text("kind")?,
        status: row.named("status", BotStatus::parse)?,
        draft_revision: row.number("draft_revision")?,
        judgement,
        live_version: row.number_opt("live_version")?,
        published_at: row.time_opt("live_since")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
        updated_by,
    })
}

fn read(row: &Row) -> Result<BotRow> {
    Ok(BotRow {
        head: read_head(row)?,
        draft: row.text("draft")?,
    })
}

fn read_version(row: &Row) -> Result<VersionRow> {
    Ok(VersionRow {
        bot_id: BotId::from_uuid(row.uuid("bot_id")?),
        version: row.number("version")?,
        document: row.text("document")?,
        published_at: row.time("published_at")?,
        published_by: row.json("published_by")?,
        note: row.text("note")?,
    })
}

impl Store {
    /// All bots without their documents, the oldest first.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn bots(&self, workspace: WorkspaceId) -> Result<Vec<BotHead>> {
        self.db()
            .read(EVERY.with(args![workspace]))
            .await?
            .iter()
            .map(read_head)
            .collect()
    }

    /// The bot of this function id, with its draft.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn bot(&self, workspace: WorkspaceId, function_id: &str) -> Result<Option<BotRow>> {
        self.db()
            .read(BY_FUNCTION_ID.with(args![workspace, function_id]))
            .await?
            .first()
            .map(read)
            .transpose()
    }

    /// The bot of this id, with its draft.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn bot_by_id(&self, workspace: WorkspaceId, id: BotId) -> Result<Option<BotRow>> {
        self.db()
            .read(BY_ID.with(args![workspace, id]))
            .await?
            .first()
            .map(read)
            .transpose()
    }

    /// How strangers meet the bot of this function id.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn bot_channel(
        &self,
        workspace: WorkspaceId,
        function_id: &str,
    ) -> Result<Option<ChannelRow>> {
        let statement = CHANNEL.with(args![workspace, function_id]);
        let rows = self.db().read(statement).await?;
        let read = |row: &Row| {
            Ok(ChannelRow {
                bot_id: BotId::from_uuid(row.uuid("bot_id")?),
                name: row.text("name")?,
                status: row.named("status", BotStatus::parse)?,
                live_version: row.number_opt("live_version")?,
                channel: row.text_opt("channel")?,
            })
        };
        rows.first().map(read).transpose()
    }

    /// The function ids of the bots that sessions may be started with and that have a channel, with it, the oldest first.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn bot_channels(&self, workspace: WorkspaceId) -> Result<Vec<(String, String)>> {
        let rows = self.db().read(CHANNELS.with(args![workspace])).await?;
        rows.iter()
            .map(|it| Ok((it.text("function_id")?, it.text("channel")?)))
            .collect()
    }

    /// The transcripts of a bot, a JSON array.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn bot_tests(&self, workspace: WorkspaceId, bot: BotId) -> Result<Option<String>> {
        let rows = self.db().read(TESTS.with(args![workspace, bot])).await?;
        rows.first().map(|it| it.text("tests")).transpose()
    }

    /// The versions of a bot before this one, the newest first, at most `limit`, without their documents. None is marked as live.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn versions(
        &self,
        workspace: WorkspaceId,
        bot: BotId,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Vec<BotVersion>> {
        let open = self.open_sessions(workspace, bot).await?;
        let args = args![workspace, bot, before.unwrap_or(u32::MAX), limit];
        let rows = self.db().read(VERSIONS.with(args)).await?;
        let read = |row: &Row| {
            let version = row.number("version")?;
            Ok(BotVersion {
                version,
                live: false,
                published_at: row.time("published_at")?,
                published_by: row.json("published_by")?,
                note: row.text("note")?,
                open_sessions: open.get(&version).copied().unwrap_or_default(),
            })
        };
        rows.iter().map(read).collect()
    }

    /// How many sessions of a bot have not ended, by its version.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn open_sessions(
        &self,
        workspace: WorkspaceId,
        bot: BotId,
    ) -> Result<BTreeMap<u32, u64>> {
        let statement = OPEN_SESSIONS.with(args![workspace, bot]);
        let rows = self.db().read(statement).await?;
        rows.iter()
            .map(|it| Ok((it.number("bot_version")?, it.number("open_sessions")?)))
            .collect()
    }

    /// One version of a bot. It never changes, so it may be kept for ever.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn version(
        &self,
        workspace: WorkspaceId,
        bot: BotId,
        version: u32,
    ) -> Result<Option<VersionRow>> {
        self.db()
            .read(VERSION.with(args![workspace, bot, version]))
            .await?
            .first()
            .map(read_version)
            .transpose()
    }

    /// The published version that new sessions get; none when the bot is unknown, was never published, or is archived.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn live_version(
        &self,
        workspace: WorkspaceId,
        function_id: &str,
    ) -> Result<Option<(BotHead, VersionRow)>> {
        let rows = self
            .db()
            .read(LIVE_VERSION.with(args![workspace, function_id]))
            .await?;
        rows.first()
            .map(|it| Ok((read_head(it)?, read_version(it)?)))
            .transpose()
    }
}
