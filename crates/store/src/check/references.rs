//! Whatever names another row names one that is there. The schema has no foreign keys; this is where they are held to.
use super::Check;
use crate::error::Result;
use crate::query::{Query, args, queries};
use smartbot_model::WorkspaceId;
use uuid::Uuid;

/// How many rows are told of one kind at most.
const MOST: u32 = 100;

/// Rows of a table that name a row which is not there.
macro_rules! orphans {
    ($child:literal, $id:literal, $parent:literal, $column:literal) => {
        orphans!($child, $id, $parent, $column, "TRUE")
    };
    ($child:literal, $id:literal, $parent:literal, $column:literal, $only:literal) => {
        concat!(
            "SELECT c.workspace_id, c.",
            $id,
            " AS id FROM ",
            $child,
            " AS c WHERE c.",
            $column,
            " IS NOT NULL AND ",
            $only,
            " AND NOT EXISTS (SELECT 1 FROM ",
            $parent,
            " AS p WHERE p.workspace_id = c.workspace_id AND p.",
            $column,
            " = c.",
            $column,
            ") LIMIT $1"
        )
    };
}

macro_rules! references {
    ($($NAME:ident: $child:literal $parent:literal $message:literal = $text:expr;)+) => {
        queries! { $($NAME = $text;)+ }
        const EVERY: &[(&Query, &str, &str, &str)] = &[$((&$NAME, $child, $parent, $message)),+];
    };
}

references! {
    KEY_OF_WORKSPACE: "workspaces" "workspace_keys" "the workspace has no key, so nothing of it can be opened" =
        orphans!("workspaces", "workspace_id", "workspace_keys", "workspace_id");
    WORKSPACE_OF_KEY: "workspace_keys" "workspaces" "a key of a workspace that is not there" =
        orphans!("workspace_keys", "workspace_id", "workspaces", "workspace_id");
    WORKSPACE_OF_USER: "users" "workspaces" "a user of a workspace that is not there" =
        orphans!("users", "user_id", "workspaces", "workspace_id");
    WORKSPACE_OF_AGENT: "agents" "workspaces" "an agent of a workspace that is not there" =
        orphans!("agents", "agent_id", "workspaces", "workspace_id");
    WORKSPACE_OF_BOT: "bots" "workspaces" "a bot of a workspace that is not there" =
        orphans!("bots", "bot_id", "workspaces", "workspace_id");
    WORKSPACE_OF_TOKEN: "tokens" "workspaces" "a token of a workspace that is not there" =
        orphans!("tokens", "token_id", "workspaces", "workspace_id");
    WORKSPACE_OF_ENDPOINT: "endpoints" "workspaces" "an endpoint of a workspace that is not there" =
        orphans!("endpoints", "endpoint_id", "workspaces", "workspace_id");
    WORKSPACE_OF_EVENT: "events" "workspaces" "an event of a workspace that is not there" =
        orphans!("events", "event_id", "workspaces", "workspace_id");
    AGENT_OF_BROWSER_SESSION: "browser_sessions" "agents" "a browser session of an agent who is not there" =
        orphans!("browser_sessions", "browser_session_id", "agents", "agent_id");
    BOT_OF_VERSION: "bot_versions" "bots" "a version of a bot that is not there" =
        orphans!("bot_versions", "bot_id", "bots", "bot_id");
    LIVE_VERSION: "bots" "bot_versions" "the live version is not there" =
        "SELECT c.workspace_id, c.bot_id AS id FROM bots AS c WHERE c.live_version IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM bot_versions AS p WHERE p.workspace_id = c.workspace_id AND p.bot_id = c.bot_id AND p.version = c.live_version) LIMIT $1";
    KEY_OF_USER: "users" "user_keys" "the user has no key and counts as erased; `smartbot restore --finish` erases what is left" =
        orphans!("users", "user_id", "user_keys", "user_id");
    USER_OF_KEY: "user_keys" "users" "a key of a user who is not there" =
        orphans!("user_keys", "user_id", "users", "user_id");
    USER_OF_FLAG: "user_flags" "users" "a flag of a user who is not there" =
        orphans!("user_flags", "user_id", "users", "user_id");
    // Of a user who was erased the sessions stay, as empty shells.
    USER_OF_SESSION: "sessions" "users" "a session of a user who is not there" =
        orphans!("sessions", "session_id", "users", "user_id", "(c.status <> 'ended' OR length(c.state) > 0)");
    VERSION_OF_SESSION: "sessions" "bot_versions" "the version of the bot that it runs is not there" =
        "SELECT c.workspace_id, c.session_id AS id FROM sessions AS c WHERE NOT EXISTS
        (SELECT 1 FROM bot_versions AS p WHERE p.workspace_id = c.workspace_id AND p.bot_id = c.bot_id AND p.version = c.bot_version) LIMIT $1";
    SESSION_OF_MESSAGE: "messages" "sessions" "messages of a session that is not there" =
        "SELECT DISTINCT c.workspace_id, c.session_id AS id FROM messages AS c WHERE NOT EXISTS
        (SELECT 1 FROM sessions AS p WHERE p.workspace_id = c.workspace_id AND p.session_id = c.session_id) LIMIT $1";
    SESSION_OF_TURN: "turns" "sessions" "turns of a session that is not there" =
        "SELECT DISTINCT c.workspace_id, c.session_id AS id FROM turns AS c WHERE NOT EXISTS
        (SELECT 1 FROM sessions AS p WHERE p.workspace_id = c.workspace_id AND p.session_id = c.session_id) LIMIT $1";
    TURN_OF_MARK: "uncounted_turns" "turns" "the mark of a turn that is not there" =
        "SELECT DISTINCT c.workspace_id, c.session_id AS id FROM uncounted_turns AS c WHERE NOT EXISTS
        (SELECT 1 FROM turns AS p WHERE p.workspace_id = c.workspace_id AND p.session_id = c.session_id AND p.turn = c.turn) LIMIT $1";
    SESSION_OF_JOB: "jobs" "sessions" "a job of a session that is not there" =
        orphans!("jobs", "job_id", "sessions", "session_id");
    USER_OF_JOB: "jobs" "users" "a job of a user who is not there" =
        orphans!("jobs", "job_id", "users", "user_id");
    AGENT_OF_NOTIFICATION: "notifications" "agents" "a notification of an agent who is not there" =
        orphans!("notifications", "notification_id", "agents", "agent_id");
    SESSION_OF_NOTIFICATION: "notifications" "sessions" "a notification of a session that is not there" =
        orphans!("notifications", "notification_id", "sessions", "session_id");
    AGENT_OF_NOTIFICATION_SETTINGS: "notification_settings" "agents" "settings of an agent who is not there" =
        orphans!("notification_settings", "agent_id", "agents", "agent_id");
    AGENT_OF_MAIL: "mails" "agents" "a mail to an agent who is not there" =
        orphans!("mails", "mail_id", "agents", "agent_id");
    SESSION_OF_MAIL: "mails" "sessions" "a mail about a session that is not there" =
        orphans!("mails", "mail_id", "sessions", "session_id");
    SESSION_OF_FILE: "files" "sessions" "a file of a session that is not there" =
        orphans!("files", "file_id", "sessions", "session_id", "c.state <> 'gone'");
    USER_OF_FILE: "files" "users" "a file of a user who is not there" =
        orphans!("files", "file_id", "users", "user_id", "c.state <> 'gone'");
    SESSION_OF_ANSWER: "answers" "sessions" "a remembered answer of a session that is not there" =
        orphans!("answers", "session_id", "sessions", "session_id");
    USER_OF_ANSWER: "answers" "users" "a remembered answer of a user who is not there" =
        orphans!("answers", "user_id", "users", "user_id");
    SESSION_OF_EVENT: "events" "sessions" "an event of a session that is not there" =
        orphans!("events", "event_id", "sessions", "session_id");
    SESSION_OF_NOTE: "notes" "sessions" "a note about a session that is not there" =
        orphans!("notes", "note_id", "sessions", "session_id");
    SESSION_OF_AGENT: "session_agents" "sessions" "an agent took part in a session that is not there" =
        orphans!("session_agents", "session_id", "sessions", "session_id");
    AGENT_OF_PRESENCE: "presence" "agents" "the presence of an agent who is not there" =
        orphans!("presence", "agent_id", "agents", "agent_id");
    AGENT_OF_CANNED_REPLY: "canned_replies" "agents" "a canned reply of an agent who is not there" =
        orphans!("canned_replies", "canned_reply_id", "agents", "agent_id");
    EVENT_OF_DELIVERY: "deliveries" "events" "a delivery of an event that is not there" =
        orphans!("deliveries", "delivery_id", "events", "event_id");
    ENDPOINT_OF_DELIVERY: "deliveries" "endpoints" "a delivery to an endpoint that is not there" =
        orphans!("deliveries", "delivery_id", "endpoints", "endpoint_id");
    DELIVERY_OF_ATTEMPT: "attempts" "deliveries" "an attempt of a delivery that is not there" =
        orphans!("attempts", "delivery_id", "deliveries", "delivery_id");
    ENDPOINT_OF_RESEND: "resends" "endpoints" "a run for an endpoint that is not there" =
        orphans!("resends", "resend_id", "endpoints", "endpoint_id");
    ENDPOINT_OF_HEALTH: "endpoint_health" "endpoints" "the health of an endpoint that is not there" =
        orphans!("endpoint_health", "endpoint_id", "endpoints", "endpoint_id");
    ENDPOINT_OF_ALERT: "endpoint_alerts" "endpoints" "what is told of an endpoint that is not there" =
        orphans!("endpoint_alerts", "endpoint_id", "endpoints", "endpoint_id");
}

pub(super) async fn check(check: &mut Check<'_>) -> Result<()> {
    for (query, table, parent, message) in EVERY {
        let rows = check.snapshot.read(query.with(args![MOST])).await?;
        for row in &rows {
            let place = place(row.uuid("workspace_id")?, row.uuid("id")?);
            check.found("references", *table, place, *message);
        }
        if rows.len() == MOST as usize {
            let message = format!("there may be more without their row of {parent}");
            check.found("references", *table, "", message);
        }
    }
    Ok(())
}

/// The row `id` of a workspace.
pub(super) fn place(workspace: Uuid, id: Uuid) -> String {
    let workspace_id = WorkspaceId::from_uuid(workspace);
    if id == workspace {
        workspace_id.to_string()
    } else {
        format!("{} of {workspace_id}", id.simple())
    }
}
