//! Published versions: listed, read, exported.
use crate::{App, Error, Result};
use serde_json::Value;
use smartbot_model::WorkspaceId;
use smartbot_model::bot::BotVersion;

impl App {
    /// The versions of a bot before this one, the newest first.
    pub async fn bot_versions(
        &self,
        workspace: WorkspaceId,
        function_id: &str,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Vec<BotVersion>> {
        let row = self.bot_row(workspace, function_id).await?;
        let mut all = self
            .store
            .versions(workspace, row.head.id, before, limit)
            .await?;
        for it in &mut all {
            it.live = row.head.live_version == Some(it.version);
        }
        Ok(all)
    }

    /// One version of a bot, with its document.
    pub async fn bot_version(
        &self,
        workspace: WorkspaceId,
        function_id: &str,
        version: u32,
    ) -> Result<(BotVersion, Value)> {
        let row = self.bot_row(workspace, function_id).await?;
        let found = self.store.version(workspace, row.head.id, version).await?;
        let found = found.ok_or(Error::NotFound("version"))?;
        let open = self.store.open_sessions(workspace, row.head.id).await?;
        let shown = BotVersion {
            version,
            live: row.head.live_version == Some(version),
            published_at: found.published_at,
            published_by: found.published_by,
            note: found.note,
            open_sessions: open.get(&version).copied().unwrap_or_default(),
        };
        Ok((shown, serde_json::from_str(&found.document)?))
    }

    /// The document of a bot: the live version, or the draft.
    pub async fn export_bot(
        &self,
        workspace: WorkspaceId,
        function_id: &str,
        draft: bool,
    ) -> Result<Value> {
        let row = self.bot_row(workspace, function_id).await?;
        let text = match (draft, row.head.live_version) {
            (true, _) => row.draft,
            (false, None) => return Err(Error::NotFound("published bot")),
            (false, Some(version)) => {
                let found = self.store.version(workspace, row.head.id, version).await?;
                found.ok_or(Error::NotFound("bot"))?.document
            }
        };
        Ok(serde_json::from_str(&text)?)
    }
}
