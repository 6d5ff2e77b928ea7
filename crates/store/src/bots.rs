//! Bots and their versions. Documents are the workspace's own words, not patients': they are kept in clear.
use crate::db::Row;
use crate::error::{Error, Result};
use crate::prepare::{Preparation, json};
use crate::query::{args, queries};
use crate::rows::{BotHead, BotRow, VersionRow};
use crate::store::Store;
use crate::what;
use smartbot_model::{BotId, Time, WorkspaceId};

macro_rules! head {
    () => {
        "b.bot_id, b.function_id, b.name, b.kind, b.draft_revision, b.live_version, b.created_at, b.updated_at"
    };
}
macro_rules! version {
    () => {
        "v.bot_id, v.version, v.document, v.published_at, v.published_by"
    };
}

queries! {
    INSERT = "INSERT INTO bots (workspace_id, bot_id, function_id, name, kind, draft, draft_revision, live_version, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    SAVE_DRAFT = "UPDATE bots SET name = $4, draft = $5, draft_revision = draft_revision + 1, updated_at = $6
        WHERE workspace_id = $1 AND bot_id = $2 AND draft_revision = $3";
    SET_LIVE = "UPDATE bots SET live_version = $4, updated_at = $5 WHERE workspace_id = $1 AND bot_id = $2 AND COALESCE(live_version, 0) = $3";
    INSERT_VERSION = "INSERT INTO bot_versions (workspace_id, bot_id, version, document, published_at, published_by) VALUES ($1, $2, $3, $4, $5, $6)";
    EVERY = concat!("SELECT ", head!(), " FROM bots AS b WHERE b.workspace_id = $1 ORDER BY b.bot_id");
    BY_FUNCTION_ID = concat!("SELECT ", head!(), ", b.draft FROM bots AS b WHERE b.workspace_id = $1 AND b.function_id = $2");
    BY_ID = concat!("SELECT ", head!(), ", b.draft FROM bots AS b WHERE b.workspace_id = $1 AND b.bot_id = $2");
    VERSION = concat!("SELECT ", version!(), " FROM bot_versions AS v WHERE v.workspace_id = $1 AND v.bot_id = $2 AND v.version = $3");
    LIVE_VERSION = concat!("SELECT ", head!(), ", v.version, v.document, v.published_at, v.published_by FROM bots AS b
        JOIN bot_versions AS v ON v.workspace_id = b.workspace_id AND v.bot_id = b.bot_id AND v.version = b.live_version
        WHERE b.workspace_id = $1 AND b.function_id = $2");
}

pub(crate) fn insert(to: &mut Preparation<'_>, row: BotRow) {
    let args = args![
        to.workspace,
        row.id,
        row.function_id,
        row.name,
        row.kind,
        row.draft,
        row.draft_revision,
        row.live_version,
        row.created_at,
        row.updated_at,
    ];
    to.push(INSERT.with(args).unique(what::FUNCTION_ID));
}

pub(crate) fn save_draft(
    to: &mut Preparation<'_>,
    bot: BotId,
    expected_revision: u32,
    name: String,
    document: String,
    at: Time,
) {
    to.push(
        SAVE_DRAFT
            .with(args![
                to.workspace,
                bot,
                expected_revision,
                name,
                document,
                at
            ])
            .one(what::DRAFT_REVISION),
    );
}

pub(crate) fn publish(
    to: &mut Preparation<'_>,
    bot: BotId,
    expected_live: Option<u32>,
    row: VersionRow,
) -> Result<()> {
    if row.bot_id != bot {
        return Err(Error::invalid("a version of another bot"));
    }
    let live = args![
        to.workspace,
        bot,
        expected_live.unwrap_or(0),
        row.version,
        row.published_at
    ];
    to.push(SET_LIVE.with(live).one(what::LIVE_VERSION));
    let version = args![
        to.workspace,
        bot,
        row.version,
        row.document,
        row.published_at,
        json(&row.published_by)?
    ];
    to.push(INSERT_VERSION.with(version).unique(what::LIVE_VERSION));
    Ok(())
}

fn read_head(row: &Row) -> Result<BotHead> {
    Ok(BotHead {
        id: BotId::from_uuid(row.uuid("bot_id")?),
        function_id: row.text("function_id")?,
        name: row.text("name")?,
        kind: row.text("kind")?,
        draft_revision: row.number("draft_revision")?,
        live_version: row.number_opt("live_version")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

fn read(row: &Row) -> Result<BotRow> {
    let BotHead {
        id,
        function_id,
        name,
        kind,
        draft_revision,
        live_version,
        created_at,
        updated_at,
    } = read_head(row)?;
    Ok(BotRow {
        id,
        function_id,
        name,
        kind,
        draft: row.text("draft")?,
        draft_revision,
        live_version,
        created_at,
        updated_at,
    })
}

fn read_version(row: &Row) -> Result<VersionRow> {
    Ok(VersionRow {
        bot_id: BotId::from_uuid(row.uuid("bot_id")?),
        version: row.number("version")?,
        document: row.text("document")?,
        published_at: row.time("published_at")?,
        published_by: row.json("published_by")?,
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

    /// The published version that new sessions get; none when the bot is unknown or was never published.
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
