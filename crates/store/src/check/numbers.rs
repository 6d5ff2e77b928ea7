//! Numbers without gaps: `seq` within a session, `sequence` within a subject. Both end where the row that counts them says.
use super::{Check, PAGE};
use crate::db::Row;
use crate::error::Result;
use crate::query::{Arg, Query, args, queries};
use smartbot_model::{AgentId, SessionId, UserId, WorkspaceId};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

queries! {
    SEQS = "SELECT m.workspace_id, m.session_id, m.seq, s.last_seq FROM messages AS m
        LEFT JOIN sessions AS s ON s.workspace_id = m.workspace_id AND s.session_id = m.session_id
        WHERE (m.workspace_id, m.session_id, m.seq) > ($1, $2, $3) ORDER BY m.workspace_id, m.session_id, m.seq LIMIT $4";
    SEQUENCES = "SELECT workspace_id, subject, sequence FROM events
        WHERE (workspace_id, subject, sequence) > ($1, $2, $3) ORDER BY workspace_id, subject, sequence LIMIT $4";
    WITHOUT_MESSAGES = "SELECT s.workspace_id, s.session_id, s.last_seq FROM sessions AS s WHERE s.last_seq > 0 AND NOT EXISTS
        (SELECT 1 FROM messages AS m WHERE m.workspace_id = s.workspace_id AND m.session_id = s.session_id) LIMIT $1";
    USERS = "SELECT workspace_id, user_id AS id, event_sequence FROM users WHERE (workspace_id, user_id) > ($1, $2) ORDER BY workspace_id, user_id LIMIT $3";
    AGENTS = "SELECT workspace_id, agent_id AS id, event_sequence FROM agents WHERE (workspace_id, agent_id) > ($1, $2) ORDER BY workspace_id, agent_id LIMIT $3";
    WORKSPACES = "SELECT workspace_id, workspace_id AS id, event_sequence FROM workspaces WHERE (workspace_id, workspace_id) > ($1, $2) ORDER BY workspace_id LIMIT $3";
    /// Where old events were forgotten on purpose.
    FORGETFUL = "SELECT workspace_id FROM workspaces WHERE forgotten_until IS NOT NULL";
    LAST = "SELECT subject, max(sequence) AS sequence FROM events WHERE workspace_id = $1 AND subject IN ({list}) GROUP BY subject";
}

pub(super) async fn check(check: &mut Check<'_>) -> Result<()> {
    seqs(check).await?;
    without_messages(check).await?;
    let rows = check.snapshot.read(FORGETFUL.with(args![])).await?;
    let forgetful = rows.iter().map(|it| it.uuid("workspace_id"));
    let forgetful = forgetful.collect::<Result<HashSet<_>>>()?;
    sequences(check, &forgetful).await?;
    counted(check, &forgetful, &USERS, "users", |it| {
        UserId::from_uuid(it).to_string()
    })
    .await?;
    counted(check, &forgetful, &AGENTS, "agents", |it| {
        AgentId::from_uuid(it).to_string()
    })
    .await?;
    counted(check, &forgetful, &WORKSPACES, "workspaces", |it| {
        WorkspaceId::from_uuid(it).to_string()
    })
    .await
}

/// Whose numbers are being followed.
struct Following {
    workspace: Uuid,
    /// A session or subject, as people name it.
    of: String,
    last: i64,
    /// Where the numbers should end, when that is known.
    end: Option<i64>,
}

impl Following {
    /// Looks at the next number. Tells what is missing before it.
    fn next(&mut self, check: &mut Check<'_>, table: &str, number: i64) {
        if number != self.last + 1 {
            let (from, to) = (self.last + 1, number - 1);
            let message = if from == to {
                format!("number {from} is missing")
            } else {
                format!("numbers {from} to {to} are missing")
            };
            check.found("numbers", table, self.place(), message);
        }
        self.last = number;
    }

    /// Looks at whether the numbers end where they should.
    fn end(&self, check: &mut Check<'_>, table: &str) {
        if let Some(end) = self.end.filter(|it| *it != self.last) {
            let last = self.last;
            let message = format!("the numbers end with {last}, not with {end}");
            check.found("numbers", table, self.place(), message);
        }
    }

    fn place(&self) -> String {
        let workspace = WorkspaceId::from_uuid(self.workspace);
        format!("{} of {workspace}", self.of)
    }
}

/// Follows the numbers of whoever is the same as before, or ends those and begins anew.
fn follow(
    check: &mut Check<'_>,
    table: &str,
    following: &mut Option<Following>,
    row: Following,
    number: i64,
) {
    let is_same = following
        .as_ref()
        .is_some_and(|it| it.workspace == row.workspace && it.of == row.of);
    if !is_same && let Some(done) = following.replace(row) {
        done.end(check, table);
    }
    if let Some(it) = following {
        it.next(check, table, number);
    }
}

async fn seqs(check: &mut Check<'_>) -> Result<()> {
    let (mut after, mut following) = (args![Vec::<u8>::new(), Vec::<u8>::new(), -1_i64], None);
    loop {
        let rows = page(check, &SEQS, after.clone()).await?;
        for row in &rows {
            let it = Following {
                workspace: row.uuid("workspace_id")?,
                of: SessionId::from_uuid(row.uuid("session_id")?).to_string(),
                last: 0,
                end: row.int_opt("last_seq")?,
            };
            follow(check, "messages", &mut following, it, row.int("seq")?);
        }
        let Some(row) = rows.last() else { break };
        after = args![
            row.bytes("workspace_id")?,
            row.bytes("session_id")?,
            row.int("seq")?
        ];
    }
    if let Some(done) = following {
        done.end(check, "messages");
    }
    Ok(())
}

async fn without_messages(check: &mut Check<'_>) -> Result<()> {
    for row in check
        .snapshot
        .read(WITHOUT_MESSAGES.with(args![PAGE]))
        .await?
    {
        let it = Following {
            workspace: row.uuid("workspace_id")?,
            of: SessionId::from_uuid(row.uuid("session_id")?).to_string(),
            last: 0,
            end: Some(row.int("last_seq")?),
        };
        it.end(check, "messages");
    }
    Ok(())
}

async fn sequences(check: &mut Check<'_>, forgetful: &HashSet<Uuid>) -> Result<()> {
    let (mut after, mut following) = (args![Vec::<u8>::new(), "", -1_i64], None);
    loop {
        let rows = page(check, &SEQUENCES, after.clone()).await?;
        for row in &rows {
            let (workspace, number) = (row.uuid("workspace_id")?, row.int("sequence")?);
            let it = Following {
                workspace,
                of: row.text("subject")?,
                // Where the first ones were forgotten, the others still follow each other.
                last: if forgetful.contains(&workspace) {
                    number - 1
                } else {
                    0
                },
                end: None,
            };
            follow(check, "events", &mut following, it, number);
        }
        let Some(row) = rows.last() else {
            return Ok(());
        };
        after = args![
            row.bytes("workspace_id")?,
            row.text("subject")?,
            row.int("sequence")?
        ];
    }
}

/// Compares what subjects say of how many events they have had with the events.
async fn counted(
    check: &mut Check<'_>,
    forgetful: &HashSet<Uuid>,
    query: &'static Query,
    table: &'static str,
    name: fn(Uuid) -> String,
) -> Result<()> {
    let mut after = args![Vec::<u8>::new(), Vec::<u8>::new()];
    loop {
        let rows = page(check, query, after.clone()).await?;
        let mut of: HashMap<Uuid, Vec<(String, i64)>> = HashMap::new();
        for row in &rows {
            let subject = (name(row.uuid("id")?), row.int("event_sequence")?);
            of.entry(row.uuid("workspace_id")?)
                .or_default()
                .push(subject);
        }
        for (workspace, subjects) in of {
            let list = subjects.iter().map(|it| it.0.as_str().into()).collect();
            let own = args![WorkspaceId::from_uuid(workspace)];
            let last = check.snapshot.read(LAST.with_list(own, list)).await?;
            let last = last
                .iter()
                .map(|it| Ok((it.text("subject")?, it.int("sequence")?)))
                .collect::<Result<HashMap<_, _>>>()?;
            for (subject, end) in subjects {
                let newest = last.get(&subject).copied();
                if newest.is_none() && forgetful.contains(&workspace) {
                    continue;
                }
                let it = Following {
                    workspace,
                    last: newest.unwrap_or_default(),
                    of: subject,
                    end: Some(end),
                };
                it.end(check, table);
            }
        }
        let Some(row) = rows.last() else {
            return Ok(());
        };
        after = args![row.bytes("workspace_id")?, row.bytes("id")?];
    }
}

async fn page(
    check: &mut Check<'_>,
    query: &'static Query,
    mut after: Vec<Arg>,
) -> Result<Vec<Row>> {
    after.push(PAGE.into());
    check.snapshot.read(query.with(after)).await
}
