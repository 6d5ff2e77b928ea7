//! What agents are told, and how they want to be told.
use crate::db::Row;
use crate::error::Result;
use crate::prepare::{Preparation, json};
use crate::query::{args, queries};
use crate::rows::NotificationRow;
use crate::store::Store;
use crate::what;
use smartbot_model::notification::{Notification, NotificationKind, NotificationSettings};
use smartbot_model::{AgentId, NotificationId, SessionId, Time, WorkspaceId};
use std::collections::HashMap;

queries! {
    INSERT = "INSERT INTO notifications (workspace_id, agent_id, notification_id, kind, session_id, function_id, box_id, endpoint, quiet, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    READ = "UPDATE notifications SET read_at = $4 WHERE workspace_id = $1 AND agent_id = $2 AND notification_id = $3 AND read_at IS NULL";
    READ_ALL = "UPDATE notifications SET read_at = $3 WHERE workspace_id = $1 AND agent_id = $2 AND read_at IS NULL";
    EVERY = "SELECT notification_id, kind, session_id, function_id, box_id, endpoint, quiet, created_at, read_at FROM notifications
        WHERE workspace_id = $1 AND agent_id = $2 AND notification_id < $3 ORDER BY notification_id DESC LIMIT $4";
    UNREAD = "SELECT notification_id, kind, session_id, function_id, box_id, endpoint, quiet, created_at, read_at FROM notifications
        WHERE workspace_id = $1 AND agent_id = $2 AND notification_id < $3 AND read_at IS NULL ORDER BY notification_id DESC LIMIT $4";
    FORGET_OLD = "DELETE FROM notifications WHERE created_at < $1";
    OF_AGENT = "DELETE FROM notifications WHERE workspace_id = $1 AND agent_id = $2";
    SAVE_SETTINGS = "INSERT INTO notification_settings (workspace_id, agent_id, settings) VALUES ($1, $2, $3)
        ON CONFLICT (workspace_id, agent_id) DO UPDATE SET settings = excluded.settings";
    SETTINGS = "SELECT agent_id, settings FROM notification_settings WHERE workspace_id = $1";
    SETTINGS_OF_AGENT = "DELETE FROM notification_settings WHERE workspace_id = $1 AND agent_id = $2";
}

pub(crate) fn insert(to: &mut Preparation<'_>, row: &NotificationRow) -> Result<()> {
    let it = &row.notification;
    let args = args![
        to.workspace,
        row.agent_id,
        it.id,
        it.kind.as_str(),
        it.session_id,
        it.function_id.clone(),
        it.box_id.clone(),
        it.endpoint.as_ref().map(json).transpose()?,
        it.quiet,
        it.at
    ];
    to.push(INSERT.with(args).unique(what::BOOKKEEPING));
    Ok(())
}

pub(crate) fn read(to: &mut Preparation<'_>, agent: AgentId, id: Option<NotificationId>, at: Time) {
    let workspace = to.workspace;
    to.push(match id {
        Some(id) => READ.with(args![workspace, agent, id, at]),
        None => READ_ALL.with(args![workspace, agent, at]),
    });
}

pub(crate) fn save_settings(
    to: &mut Preparation<'_>,
    agent: AgentId,
    settings: &NotificationSettings,
) -> Result<()> {
    let args = args![to.workspace, agent, json(settings)?];
    to.push(SAVE_SETTINGS.with(args));
    Ok(())
}

/// All that is kept for an agent who goes.
pub(crate) fn forget_agent(to: &mut Preparation<'_>, agent: AgentId) {
    let workspace = to.workspace;
    to.push(OF_AGENT.with(args![workspace, agent]));
    to.push(SETTINGS_OF_AGENT.with(args![workspace, agent]));
}

fn notification(row: &Row) -> Result<Notification> {
    Ok(Notification {
        id: NotificationId::from_uuid(row.uuid("notification_id")?),
        kind: row.named("kind", NotificationKind::parse)?,
        session_id: row.uuid_opt("session_id")?.map(SessionId::from_uuid),
        function_id: row.text_opt("function_id")?,
        box_id: row.text_opt("box_id")?,
        endpoint: row.json_opt("endpoint")?,
        quiet: row.bool("quiet")?,
        at: row.time("created_at")?,
        read_at: row.time_opt("read_at")?,
    })
}

/// Greater than every id.
const LAST: [u8; 16] = [0xff; 16];

impl Store {
    /// What an agent was told, the newest first, before this one.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn notifications(
        &self,
        workspace: WorkspaceId,
        agent: AgentId,
        only_unread: bool,
        before: Option<NotificationId>,
        limit: u32,
    ) -> Result<Vec<Notification>> {
        let before = before.map_or(LAST.to_vec(), |it| it.uuid().as_bytes().to_vec());
        let query = if only_unread { &UNREAD } else { &EVERY };
        let rows = self
            .db()
            .read(query.with(args![workspace, agent, before, limit]))
            .await?;
        rows.iter().map(notification).collect()
    }

    /// How the agents of a workspace want to be told; who has not said so is absent.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn notification_settings(
        &self,
        workspace: WorkspaceId,
    ) -> Result<HashMap<AgentId, NotificationSettings>> {
        let rows = self.db().read(SETTINGS.with(args![workspace])).await?;
        let read = |row: &Row| {
            let agent = AgentId::from_uuid(row.uuid("agent_id")?);
            Ok((agent, row.json("settings")?))
        };
        rows.iter().map(read).collect()
    }

    /// Forgets what agents were told before this instant.
    ///
    /// # Errors
    /// [`Unavailable`](crate::Error::Unavailable), [`Full`](crate::Error::Full).
    pub async fn forget_old_notifications(&self, before: Time) -> Result<()> {
        let forget = FORGET_OLD.with(args![before]);
        self.db().write(vec![forget]).await.map(drop)
    }
}
