//! Mails that wait: a row per mail, claimed by lease with fencing. A row says what to write and to whom, never the words.
use crate::db::Row;
use crate::error::Result;
use crate::prepare::{Preparation, json};
use crate::query::{args, queries};
use crate::rows::{MailKind, MailRow};
use crate::store::Store;
use crate::what;
use smartbot_model::{AgentId, MailId, SessionId, Time, WorkspaceId};
use std::time::Duration;

queries! {
    INSERT = "INSERT INTO mails (workspace_id, mail_id, agent_id, kind, session_id, due_at, wake_at, attempt, created_at, endpoint)
        VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9)";
    CLAIM = "WITH due AS MATERIALIZED (SELECT workspace_id, mail_id FROM mails WHERE wake_at <= $1 ORDER BY wake_at LIMIT $2 {skip_locked})
        UPDATE mails SET attempt = attempt + 1, wake_at = $3 WHERE (workspace_id, mail_id) IN (SELECT workspace_id, mail_id FROM due)
        RETURNING workspace_id, mail_id, agent_id, kind, session_id, due_at, attempt, created_at, endpoint";
    NEXT = "SELECT min(wake_at) AS wake_at FROM mails";
    FINISH = "DELETE FROM mails WHERE workspace_id = $1 AND mail_id = $2 AND attempt = $3";
    RETRY = "UPDATE mails SET wake_at = $4 WHERE workspace_id = $1 AND mail_id = $2 AND attempt = $3";
    OF_AGENT = "DELETE FROM mails WHERE workspace_id = $1 AND agent_id = $2";
}

pub(crate) fn insert(to: &mut Preparation<'_>, row: &MailRow) -> Result<()> {
    let args = args![
        to.workspace,
        row.id,
        row.agent_id,
        row.kind.as_str(),
        row.session_id,
        row.due_at,
        row.attempt,
        row.created_at,
        row.endpoint.as_ref().map(json).transpose()?
    ];
    to.push(INSERT.with(args).unique(what::BOOKKEEPING));
    Ok(())
}

pub(crate) fn forget_agent(to: &mut Preparation<'_>, agent: AgentId) {
    to.push(OF_AGENT.with(args![to.workspace, agent]));
}

fn read(row: &Row) -> Result<(WorkspaceId, MailRow)> {
    let mail = MailRow {
        id: MailId::from_uuid(row.uuid("mail_id")?),
        agent_id: AgentId::from_uuid(row.uuid("agent_id")?),
        kind: row.named("kind", MailKind::parse)?,
        session_id: row.uuid_opt("session_id")?.map(SessionId::from_uuid),
        endpoint: row.json_opt("endpoint")?,
        due_at: row.time("due_at")?,
        attempt: row.number("attempt")?,
        created_at: row.time("created_at")?,
    };
    Ok((WorkspaceId::from_uuid(row.uuid("workspace_id")?), mail))
}

impl Store {
    /// Takes mails that are due, of all workspaces, the ones that wait longest first: nobody else gets them before `now` + `lease`.
    ///
    /// # Errors
    /// [`Unavailable`](crate::Error::Unavailable), [`Full`](crate::Error::Full), [`Corrupt`](crate::Error::Corrupt).
    pub async fn claim_mails(
        &self,
        now: Time,
        lease: Duration,
        limit: u32,
    ) -> Result<Vec<(WorkspaceId, MailRow)>> {
        let claim = CLAIM.with(args![now, limit, now.plus(lease)]).returning();
        let rows = self.db().write(vec![claim]).await?.rows;
        rows.iter().map(read).collect()
    }

    /// When the next mail is to be looked at; none when none waits.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn next_mail_due(&self) -> Result<Option<Time>> {
        let rows = self.db().read(NEXT.with(args![])).await?;
        rows.first().map_or(Ok(None), |it| it.time_opt("wake_at"))
    }

    /// The mail is sent, or never will be. Does nothing when another worker has it now.
    ///
    /// # Errors
    /// [`Unavailable`](crate::Error::Unavailable), [`Full`](crate::Error::Full).
    pub async fn finish_mail(
        &self,
        workspace: WorkspaceId,
        id: MailId,
        attempt: u32,
    ) -> Result<()> {
        let finish = FINISH.with(args![workspace, id, attempt]);
        self.db().write(vec![finish]).await.map(drop)
    }

    /// The mail is to be sent later. Does nothing when another worker has it now.
    ///
    /// # Errors
    /// [`Unavailable`](crate::Error::Unavailable), [`Full`](crate::Error::Full).
    pub async fn retry_mail(
        &self,
        workspace: WorkspaceId,
        id: MailId,
        attempt: u32,
        due_at: Time,
    ) -> Result<()> {
        let retry = RETRY.with(args![workspace, id, attempt, due_at]);
        self.db().write(vec![retry]).await.map(drop)
    }
}
