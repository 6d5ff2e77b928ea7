//! Two documents of one bot, compared.
use crate::{App, Error, Result};
use serde_json::{Value, json};
use smartbot_flow::compare::{Change, changes};
use smartbot_model::WorkspaceId;
use smartbot_store::BotRow;

/// Which document of a bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The one that is being edited.
    Draft,
    /// The version that new sessions get; nothing before the first.
    Live,
    /// This version.
    Version(u32),
}

impl App {
    /// What is different in `to`, and how many sessions with the bot have not ended.
    pub async fn compare_bot(
        &self,
        workspace: WorkspaceId,
        function_id: &str,
        from: Side,
        to: Side,
    ) -> Result<(Vec<Change>, u64)> {
        let row = self.bot_row(workspace, function_id).await?;
        let one = self.side(workspace, &row, from).await?;
        let other = self.side(workspace, &row, to).await?;
        let open = self.store.open_sessions(workspace, row.head.id).await?;
        // Milliseconds for a large bot: not on the async threads.
        let found = tokio::task::spawn_blocking(move || changes(&one, &other)).await;
        Ok((found.map_err(Error::internal)?, open.values().sum()))
    }

    async fn side(&self, workspace: WorkspaceId, row: &BotRow, side: Side) -> Result<Value> {
        let version = match side {
            Side::Draft => return Ok(serde_json::from_str(&row.draft)?),
            Side::Live => match row.head.live_version {
                Some(live) => live,
                None => return Ok(json!({})),
            },
            Side::Version(version) => version,
        };
        let found = self.store.version(workspace, row.head.id, version).await?;
        let found = found.ok_or(Error::NotFound("version"))?;
        Ok(serde_json::from_str(&found.document)?)
    }
}
