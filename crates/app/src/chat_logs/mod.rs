//! Chat logs: whole sessions, for those who may see them.
mod export;
mod list;

pub use export::Export;
pub(crate) use export::Exports;
pub use list::{ChatLogQuery, ChatLogs, MAX_SEARCH_CHARS};

use crate::turns::trace::Trace;
use crate::{App, Error, Result, agents, users};
use serde_json::{Map, Value};
use smartbot_flow::{Flow, State};
use smartbot_model::agent::AgentRef;
use smartbot_model::chat_log::{AgentInShort, ChatLog, LoggedMessage, MASK, Note, Visit};
use smartbot_model::message::Sender;
use smartbot_model::session::{MAX_MESSAGES, Session};
use smartbot_model::{AgentId, SessionId, WorkspaceId};
use smartbot_store::{MessageRow, NoteRow, SessionRow, TurnRow, UserRow};
use std::collections::{BTreeSet, HashMap};

/// A session as the APIs show one.
pub(crate) fn session(row: &SessionRow) -> Session {
    Session {
        id: row.id,
        function_id: row.function_id.clone(),
        version: row.bot_version,
        status: row.status,
        user_id: row.user_id,
        medium: row.medium.clone(),
        language: row.language.clone(),
        last_seq: row.last_seq,
        created_at: row.created_at,
        ended_at: row.ended_at,
        metadata: row.metadata.expose().clone(),
    }
}

/// A message with the answers to sensitive questions masked.
pub(crate) fn masked(row: MessageRow) -> smartbot_model::message::Message {
    let mut message = row.message.into_inner();
    if row.sensitive {
        MASK.clone_into(&mut message.text);
        message.choices.clear();
        message.file = None;
    }
    message
}

/// A message as chat logs and the desk show it: as [`masked`], with who of these agents wrote it, and the words of what was picked.
pub(crate) fn logged(
    row: MessageRow,
    flow: Option<&Flow>,
    names: &HashMap<AgentId, String>,
) -> LoggedMessage {
    let agent = row.agent_id.and_then(|id| {
        let name = names.get(&id)?.clone();
        Some(AgentInShort { id, name })
    });
    let message = masked(row);
    let box_id = message.box_id.as_deref();
    let label = flow.zip(box_id).filter(|_| message.from == Sender::User);
    let label = label.and_then(|(flow, box_id)| flow.labels(box_id, &message.choices));
    LoggedMessage {
        label: label.filter(|it| *it != message.text),
        agent,
        message,
    }
}

/// What stands in the place of a sensitive value.
pub(crate) fn mask() -> Value {
    Value::String(MASK.into())
}

/// A note as the APIs show one.
pub(crate) fn note(row: NoteRow, names: &HashMap<AgentId, String>) -> Note {
    let named = |id: &AgentId| {
        let name = names.get(id)?.clone();
        Some(AgentInShort { id: *id, name })
    };
    Note {
        mentions: row.mentions.iter().filter_map(named).collect(),
        after_seq: row.after_seq,
        agent_id: row.agent_id,
        text: row.text.into_inner(),
        at: row.at,
    }
}

/// What there is of the only session that was asked for.
fn of<T>(found: HashMap<SessionId, Vec<T>>) -> Vec<T> {
    found.into_values().next().unwrap_or_default()
}

/// All that is kept of a session.
struct Kept {
    session: SessionRow,
    user: UserRow,
    messages: Vec<MessageRow>,
    turns: Vec<TurnRow>,
    notes: Vec<NoteRow>,
    agents: Vec<AgentRef>,
}

impl App {
    /// One session with everything that was said and done in it.
    pub async fn chat_log(&self, workspace: WorkspaceId, id: SessionId) -> Result<ChatLog> {
        let (session, user) = self
            .store
            .turn(workspace, id)
            .await?
            .ok_or(Error::NotFound("session"))?;
        let kept = Kept {
            session,
            user,
            messages: self.store.messages(workspace, id, 0, MAX_MESSAGES).await?,
            turns: self.store.turns(workspace, id).await?,
            notes: of(self.store.notes_of_sessions(workspace, &[id]).await?),
            agents: of(self.agents_of(workspace, &[id]).await?),
        };
        self.assemble(workspace, kept).await
    }

    /// The agents who took part in these sessions, in the order in which they came, without those who are no agents any more.
    async fn agents_of(
        &self,
        workspace: WorkspaceId,
        sessions: &[SessionId],
    ) -> Result<HashMap<SessionId, Vec<AgentRef>>> {
        let found = self.store.agents_of_sessions(workspace, sessions).await?;
        let ids: BTreeSet<_> = found.values().flatten().copied().collect();
        let ids: Vec<_> = ids.into_iter().collect();
        let rows = self.store.agents_of_ids(workspace, &ids).await?;
        let known: HashMap<AgentId, AgentRef> = rows
            .iter()
            .map(|it| (it.id, agents::told(it).agent))
            .collect();
        let named = |ids: Vec<AgentId>| {
            let known = ids.iter().filter_map(|it| known.get(it).cloned());
            known.collect()
        };
        Ok(found.into_iter().map(|(id, it)| (id, named(it))).collect())
    }

    /// A chat log from what is kept, with all that is sensitive masked.
    async fn assemble(&self, workspace: WorkspaceId, kept: Kept) -> Result<ChatLog> {
        let row = kept.session;
        let bot = self
            .compiled_bot(workspace, row.bot_id, row.bot_version)
            .await?;
        let known = self.workspace(workspace).await?;
        let state: State = serde_json::from_str(row.state.expose())?;
        let sensitive = |name: &str| {
            bot.flow.is_sensitive(name)
                || state.is_sensitive(name)
                || known.fields.get(name).is_some_and(|it| it.sensitive)
        };
        let mask = |values: &mut Map<String, Value>| {
            for (name, value) in values {
                if sensitive(name) {
                    *value = Value::String(MASK.into());
                }
            }
        };
        let mut variables = state.variables().clone();
        mask(&mut variables);
        let mut user = users::public(&kept.user);
        mask(&mut user.fields);
        let (trace, fields_set) = traced(kept.turns)?;
        let mut names: HashMap<_, _> = kept
            .agents
            .iter()
            .map(|it| (it.id, it.name.clone()))
            .collect();
        let named = kept.notes.iter().flat_map(|it| &it.mentions);
        let others: BTreeSet<_> = named
            .filter(|it| !names.contains_key(it))
            .copied()
            .collect();
        names.extend(self.agent_names(workspace, others).await?);
        let notes = kept.notes.into_iter().map(|it| note(it, &names));
        let messages = kept.messages.into_iter();
        let messages = messages.map(|it| logged(it, Some(&bot.flow), &names));
        Ok(ChatLog {
            session: session(&row),
            user,
            agents: kept.agents,
            fields_set,
            messages: messages.collect(),
            notes: notes.collect(),
            trace,
            variables,
        })
    }
}

/// The boxes that turns went through, and the fields that they set.
fn traced(turns: Vec<TurnRow>) -> Result<(Vec<Visit>, Vec<String>)> {
    let mut trace = Vec::new();
    let mut fields_set = Vec::new();
    for turn in turns {
        let done: Trace = serde_json::from_value(turn.trace)?;
        trace.extend(done.visits.into_iter().map(|it| Visit {
            seq: it.seq,
            box_id: it.box_id,
            function_id: it.function_id,
            link: it.link,
            at: turn.at,
        }));
        for name in done.fields {
            if !fields_set.contains(&name) {
                fields_set.push(name);
            }
        }
    }
    Ok((trace, fields_set))
}
