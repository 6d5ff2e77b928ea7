//! Messages and turns: what grows with every input. Appended, never changed.
use crate::db::Row;
use crate::error::Result;
use crate::prepare::{Preparation, json};
use crate::query::{ROWS_AT_ONCE, Statement, args, queries};
use crate::rows::{MessageRow, TurnRow};
use crate::seal::SealingKey;
use crate::store::Store;
use crate::what;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use smartbot_model::file::StoredFile;
use smartbot_model::message::{Message, MessageKind, Sender};
use smartbot_model::{AgentId, MessageId, Phi, SessionId, UserId, WorkspaceId};
use std::borrow::Cow;
use std::collections::HashMap;

queries! {
    APPEND = "INSERT INTO messages (workspace_id, session_id, seq, message_id, sender, kind, box_id, typing_delay_ms, sensitive, content, at) VALUES {rows}";
    /// Nothing of a user that was erased: there is no key.
    AFTER = "SELECT s.user_id, k.key_id, k.wrapped, m.seq, m.message_id, m.sender, m.kind, m.box_id, m.typing_delay_ms, m.sensitive, m.content, m.at FROM messages AS m
        JOIN sessions AS s ON s.workspace_id = m.workspace_id AND s.session_id = m.session_id
        JOIN user_keys AS k ON k.workspace_id = s.workspace_id AND k.user_id = s.user_id
        WHERE m.workspace_id = $1 AND m.session_id = $2 AND m.seq > $3 ORDER BY m.seq LIMIT $4";
    OF_SESSIONS = "SELECT session_id, seq, message_id, sender, kind, box_id, typing_delay_ms, sensitive, content, at FROM messages
        WHERE workspace_id = $1 AND session_id IN ({list}) ORDER BY session_id, seq";
    NEWEST_OF_SESSIONS = "SELECT m.session_id, m.seq, m.message_id, m.sender, m.kind, m.box_id, m.typing_delay_ms, m.sensitive, m.content, m.at FROM sessions AS s
        JOIN messages AS m ON m.workspace_id = s.workspace_id AND m.session_id = s.session_id AND m.seq > s.last_seq - $2
        WHERE s.workspace_id = $1 AND s.session_id IN ({list}) ORDER BY m.session_id, m.seq";
    TURNS_OF_SESSIONS = "SELECT session_id, turn, seq, at, trace FROM turns WHERE workspace_id = $1 AND session_id IN ({list}) ORDER BY session_id, turn";
    APPEND_TURN = "INSERT INTO turns (workspace_id, session_id, turn, seq, at, trace) VALUES {rows}";
    MARK_TURN = "INSERT INTO uncounted_turns (workspace_id, session_id, turn, at) VALUES {rows}";
    TURNS = "SELECT turn, seq, at, trace FROM turns WHERE workspace_id = $1 AND session_id = $2 ORDER BY turn";
}

const COLUMNS: usize = 11;
const CONTENT: &str = "messages.content";

/// What people wrote, sealed together.
#[derive(Serialize, Deserialize)]
struct Content<'a> {
    #[serde(rename = "t", borrow)]
    text: Cow<'a, str>,
    #[serde(rename = "c", default, skip_serializing_if = "<[String]>::is_empty")]
    choices: Cow<'a, [String]>,
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    media: Option<Cow<'a, Value>>,
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    file: Option<Cow<'a, StoredFile>>,
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    client_message_id: Option<Cow<'a, str>>,
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    agent_id: Option<AgentId>,
}

/// Messages have no id of their own in the key, so that a session's lie together.
fn row_id(session: SessionId, seq: u32) -> [u8; 20] {
    let mut id = [0; 20];
    id[..16].copy_from_slice(session.uuid().as_bytes());
    id[16..].copy_from_slice(&seq.to_be_bytes());
    id
}

pub(crate) fn append(
    to: &mut Preparation<'_>,
    session: SessionId,
    user: UserId,
    messages: &[MessageRow],
) -> Result<()> {
    for some in messages.chunks(ROWS_AT_ONCE) {
        let mut values = Vec::with_capacity(some.len() * COLUMNS);
        for row in some {
            let it = row.message.expose();
            let content = Content {
                text: Cow::Borrowed(&it.text),
                choices: Cow::Borrowed(&it.choices),
                media: it.media.as_ref().map(Cow::Borrowed),
                file: it.file.as_ref().map(Cow::Borrowed),
                client_message_id: it.client_message_id.as_deref().map(Cow::Borrowed),
                agent_id: row.agent_id,
            };
            values.extend(args![
                to.workspace,
                session,
                it.seq,
                it.id,
                it.from.as_str(),
                it.kind.as_str(),
                it.box_id.clone(),
                it.typing_delay_ms,
                row.sensitive,
                to.by_user(
                    user,
                    CONTENT,
                    &row_id(session, it.seq),
                    json(&content)?.as_bytes()
                )?,
                it.at,
            ]);
        }
        to.push(
            APPEND
                .with_rows(vec![], COLUMNS, values)
                .unique(what::MESSAGE_SEQ),
        );
    }
    Ok(())
}

pub(crate) fn append_turn(to: &mut Preparation<'_>, row: &TurnRow) -> Result<()> {
    let args = args![
        to.workspace,
        row.session_id,
        row.turn,
        row.seq,
        row.at,
        json(&row.trace)?,
    ];
    to.push(APPEND_TURN.with_row(args).unique(what::TURN));
    let mark = args![to.workspace, row.session_id, row.turn, row.at];
    to.push(MARK_TURN.with_row(mark).unique(what::TURN));
    Ok(())
}

fn read(
    workspace: WorkspaceId,
    session: SessionId,
    key: &SealingKey,
    row: &Row,
) -> Result<MessageRow> {
    let seq = row.number("seq")?;
    let sealed = row.bytes("content")?;
    let place = crate::seal::Place {
        workspace,
        column: CONTENT,
        row: &row_id(session, seq),
    };
    let clear = key.open(place, sealed)?;
    let content: Content<'_> = serde_json::from_slice(&clear).map_err(|_| place.corrupt())?;
    let message = Message {
        id: MessageId::from_uuid(row.uuid("message_id")?),
        seq,
        from: row.named("sender", Sender::parse)?,
        kind: row.named("kind", MessageKind::parse)?,
        text: content.text.into_owned(),
        choices: content.choices.into_owned(),
        media: content.media.map(Cow::into_owned),
        file: content.file.map(Cow::into_owned),
        typing_delay_ms: row.number_opt("typing_delay_ms")?,
        box_id: row.text_opt("box_id")?,
        client_message_id: content.client_message_id.map(Cow::into_owned),
        at: row.time("at")?,
    };
    Ok(MessageRow {
        message: Phi::new(message),
        sensitive: row.bool("sensitive")?,
        agent_id: content.agent_id,
    })
}

fn read_turn(session: SessionId, row: &Row) -> Result<TurnRow> {
    Ok(TurnRow {
        session_id: session,
        turn: row.number("turn")?,
        seq: row.number("seq")?,
        at: row.time("at")?,
        trace: row.json("trace")?,
    })
}

impl Store {
    /// Messages of a session with a greater `seq` than `after_seq`, in order, at most `limit`.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn messages(
        &self,
        workspace: WorkspaceId,
        session: SessionId,
        after_seq: u32,
        limit: u32,
    ) -> Result<Vec<MessageRow>> {
        let rows = self
            .db()
            .read(AFTER.with(args![workspace, session, after_seq, limit]))
            .await?;
        let Some(row) = rows.first() else {
            return Ok(Vec::new());
        };
        let keys = self
            .keys()
            .workspace_with_rows(self.db(), workspace)
            .await?;
        let user = UserId::from_uuid(row.uuid("user_id")?);
        let key = self.keys().user_in(workspace, &keys, user, row)?;
        rows.iter()
            .map(|it| read(workspace, session, &key, it))
            .collect()
    }

    /// The messages of several sessions, given with their users, in order; without the answers to sensitive questions unless `all` are
    /// wanted. Sessions whose user was erased are absent.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn messages_of(
        &self,
        workspace: WorkspaceId,
        sessions: &[(SessionId, UserId)],
        all: bool,
    ) -> Result<HashMap<SessionId, Vec<MessageRow>>> {
        let list = sessions.iter().map(|it| it.0.into()).collect();
        let statement = OF_SESSIONS.with_list(args![workspace], list);
        self.read_of(workspace, sessions, statement, all).await
    }

    /// The newest messages of several sessions, given with their users: at most `count` of each, in order. Sessions whose user was erased
    /// are absent.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn newest_messages_of(
        &self,
        workspace: WorkspaceId,
        sessions: &[(SessionId, UserId)],
        count: u32,
    ) -> Result<HashMap<SessionId, Vec<MessageRow>>> {
        let list = sessions.iter().map(|it| it.0.into()).collect();
        let statement = NEWEST_OF_SESSIONS.with_list(args![workspace, count], list);
        self.read_of(workspace, sessions, statement, true).await
    }

    /// The messages that a query finds of these sessions; without the answers to sensitive questions unless `all` are wanted.
    async fn read_of(
        &self,
        workspace: WorkspaceId,
        sessions: &[(SessionId, UserId)],
        statement: Statement,
        all: bool,
    ) -> Result<HashMap<SessionId, Vec<MessageRow>>> {
        let mut found = HashMap::with_capacity(sessions.len());
        if sessions.is_empty() {
            return Ok(found);
        }
        let users: Vec<_> = sessions.iter().map(|it| it.1).collect();
        let keys = self.keys().users(self.db(), workspace, &users).await?;
        let key_of: HashMap<_, _> = sessions
            .iter()
            .filter_map(|(session, user)| Some((*session, keys.get(user)?)))
            .collect();
        for row in &self.db().read(statement).await? {
            let session = SessionId::from_uuid(row.uuid("session_id")?);
            if let Some(key) = key_of.get(&session)
                && (all || !row.bool("sensitive")?)
            {
                let message = read(workspace, session, key, row)?;
                found.entry(session).or_insert_with(Vec::new).push(message);
            }
        }
        Ok(found)
    }

    /// What the turns of several sessions did, in order.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn turns_of(
        &self,
        workspace: WorkspaceId,
        sessions: &[SessionId],
    ) -> Result<HashMap<SessionId, Vec<TurnRow>>> {
        let mut found = HashMap::with_capacity(sessions.len());
        let list = sessions.iter().map(|it| (*it).into()).collect();
        let rows = self
            .db()
            .read(TURNS_OF_SESSIONS.with_list(args![workspace], list))
            .await?;
        for row in &rows {
            let session = SessionId::from_uuid(row.uuid("session_id")?);
            let turn = read_turn(session, row)?;
            found.entry(session).or_insert_with(Vec::new).push(turn);
        }
        Ok(found)
    }

    /// What the turns of a session did, in order.
    ///
    /// # Errors
    /// As every read: [`Unavailable`](crate::Error::Unavailable), [`Corrupt`](crate::Error::Corrupt).
    pub async fn turns(&self, workspace: WorkspaceId, session: SessionId) -> Result<Vec<TurnRow>> {
        let rows = self
            .db()
            .read(TURNS.with(args![workspace, session]))
            .await?;
        rows.iter().map(|it| read_turn(session, it)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_list_of_choices_and_absent_things_take_no_room() {
        let content = Content {
            text: "hi".into(),
            choices: Cow::Borrowed(&[]),
            media: None,
            file: None,
            client_message_id: None,
            agent_id: None,
        };
        assert_eq!(json(&content).unwrap(), r#"{"t":"hi"}"#);
    }

    #[test]
    fn escapes_are_read_back() {
        let content: Content<'_> = serde_json::from_str(r#"{"t":"a\n\u00e4"}"#).unwrap();
        assert_eq!(content.text, "a\nä");
    }
}
