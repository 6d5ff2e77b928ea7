//! Canned replies. What they say is sealed by the workspace's key: agents write about their clinic, and sometimes about people.
use crate::db::Row;
use crate::error::Result;
use crate::open;
use crate::prepare::Preparation;
use crate::query::{args, queries};
use crate::rows::CannedReplyRow;
use crate::store::Store;
use crate::what;
use smartbot_model::{AgentId, CannedReplyId, WorkspaceId};

queries! {
    INSERT = "INSERT INTO canned_replies (workspace_id, canned_reply_id, agent_id, name, text, language, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    SAVE = "UPDATE canned_replies SET agent_id = $3, name = $4, text = $5, language = $6, updated_at = $7 WHERE workspace_id = $1 AND canned_reply_id = $2";
    REMOVE = "DELETE FROM canned_replies WHERE workspace_id = $1 AND canned_reply_id = $2";
    REMOVE_OWN = "DELETE FROM canned_replies WHERE workspace_id = $1 AND agent_id = $2";
    /// Everybody's, and those of one agent.
    FOR_AGENT = "SELECT canned_reply_id, agent_id, name, text, language, created_at, updated_at FROM canned_replies
        WHERE workspace_id = $1 AND (agent_id IS NULL OR agent_id = $2) ORDER BY canned_reply_id";
}

const NAME: &str = "canned_replies.name";
const TEXT: &str = "canned_replies.text";

pub(crate) fn insert(to: &mut Preparation<'_>, row: &CannedReplyRow) -> Result<()> {
    let uuid = row.id.uuid();
    let args = args![
        to.workspace,
        row.id,
        row.agent_id,
        to.by_workspace(NAME, uuid.as_bytes(), row.name.expose().as_bytes())?,
        to.by_workspace(TEXT, uuid.as_bytes(), row.text.expose().as_bytes())?,
        row.language.clone(),
        row.created_at,
        row.updated_at,
    ];
    to.push(INSERT.with(args).unique(what::CANNED_REPLY));
    Ok(())
}

pub(crate) fn save(to: &mut Preparation<'_>, row: &CannedReplyRow) -> Result<()> {
    let uuid = row.id.uuid();
    let args = args![
        to.workspace,
        row.id,
        row.agent_id,
        to.by_workspace(NAME, uuid.as_bytes(), row.name.expose().as_bytes())?,
        to.by_workspace(TEXT, uuid.as_bytes(), row.text.expose().as_bytes())?,
        row.language.clone(),
        row.updated_at,
    ];
    to.push(SAVE.with(args).one(what::NO_CANNED_REPLY));
    Ok(())
}

pub(crate) fn remove(to: &mut Preparation<'_>, id: CannedReplyId) {
    let remove = REMOVE.with(args![to.workspace, id]);
    to.push(remove.one(what::NO_CANNED_REPLY));
}

pub(crate) fn remove_own(to: &mut Preparation<'_>, agent: AgentId) {
    to.push(REMOVE_OWN.with(args![to.workspace, agent]));
}

impl Store {
    /// Everybody's canned replies and those of one agent, the oldest first.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn canned_replies(
        &self,
        workspace: WorkspaceId,
        agent: AgentId,
    ) -> Result<Vec<CannedReplyRow>> {
        let rows = self.db().read(FOR_AGENT.with(args![workspace, agent]));
        let rows = rows.await?;
        let Some(keys) = self.keys().workspace(self.db(), workspace).await? else {
            return Ok(Vec::new());
        };
        let read = |row: &Row| {
            let id = row.uuid("canned_reply_id")?;
            let open =
                |column, sealed| open::text(&keys.seal, workspace, column, id.as_bytes(), sealed);
            Ok(CannedReplyRow {
                id: CannedReplyId::from_uuid(id),
                agent_id: row.uuid_opt("agent_id")?.map(AgentId::from_uuid),
                name: open(NAME, row.bytes("name")?)?,
                text: open(TEXT, row.bytes("text")?)?,
                language: row.text_opt("language")?,
                created_at: row.time("created_at")?,
                updated_at: row.time("updated_at")?,
            })
        };
        rows.iter().map(read).collect()
    }
}
