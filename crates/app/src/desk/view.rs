//! What agents see: lists of chats, one chat with all that belongs to it, and counts.
use crate::sign_in::AgentAccess;
use crate::{App, Error, Result, chat_logs, users};
use smartbot_model::chat_log::ChatLog;
use smartbot_model::message::Message;
use smartbot_model::session::{Awaiting, Session, SessionStatus};
use smartbot_model::user::User;
use smartbot_model::{AgentId, SessionId, Time, WorkspaceId};
use smartbot_nlu::normalise;
use smartbot_store::{DeskCounts, DeskFilter, Offer, SessionRow, UserRow};
use std::collections::HashMap;

/// The longest text to look for, in characters.
const MAX_SEARCH_CHARS: usize = 200;

/// How many sessions a page of a search looks at.
const SEARCHED: u32 = 500;

/// A list of the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeskList {
    /// Those that wait for an agent, the longest waiting first.
    NeedsPerson,
    /// Those that the agent has.
    Mine,
    /// Those that the bot has.
    WithBot,
    /// All that run.
    All,
    /// All that have ended.
    Closed,
}

/// A chat as lists show one.
#[derive(Debug)]
pub struct DeskSession {
    /// The session.
    pub session: Session,
    /// The person who chats.
    pub user: User,
    /// The name to call the person by; empty when none is known.
    pub name: String,
    /// The agent who has it.
    pub agent: Option<(AgentId, String)>,
    /// The newest message.
    pub last_message: Option<Message>,
    /// Since when it waits for an agent.
    pub waiting_since: Option<Time>,
    /// The flag of the agents who were asked for.
    pub wanted_flag: Option<String>,
    /// A transfer that nobody has accepted yet.
    pub offer: Option<Offer>,
}

/// A page of a list.
#[derive(Debug)]
pub struct DeskPage {
    /// The chats.
    pub data: Vec<DeskSession>,
    /// After which session the next page begins; none at the end.
    pub next: Option<SessionId>,
}

/// One chat with all that belongs to it.
#[derive(Debug)]
pub struct DeskChat {
    /// As lists show it.
    pub head: DeskSession,
    /// Messages, notes, trace, variables and the agents who took part.
    pub log: ChatLog,
    /// What the session waits for.
    pub awaiting: Option<Awaiting>,
}

fn name_of(user: &UserRow) -> String {
    let fields = user.fields.expose();
    let text = |name: &str| {
        fields
            .get(name)
            .and_then(|it| it.as_str())
            .unwrap_or_default()
    };
    let whole = format!("{} {}", text("user_fname"), text("user_lname"));
    match whole.trim() {
        "" => text("user_name").to_owned(),
        whole => whole.to_owned(),
    }
}

impl App {
    /// A session and its user, if the agent may see them.
    pub(crate) async fn seen_session(
        &self,
        access: &AgentAccess,
        session: SessionId,
    ) -> Result<(SessionRow, UserRow)> {
        let read = self.store.turn(access.caller.workspace, session).await?;
        let read = read.filter(|(_, user)| access.sees(&user.flags));
        read.ok_or(Error::NotFound("session"))
    }

    /// A page of one of the desk's lists, of what the agent may see.
    pub async fn desk_sessions(
        &self,
        access: &AgentAccess,
        list: DeskList,
        q: Option<&str>,
        before: Option<SessionId>,
        limit: u32,
    ) -> Result<DeskPage> {
        let workspace = access.caller.workspace;
        let needle = q.map(normalise);
        let is_bad = |it: &String| it.is_empty() || it.chars().count() > MAX_SEARCH_CHARS;
        if needle.as_ref().is_some_and(is_bad) {
            let message =
                format!("q has a letter or digit, and at most {MAX_SEARCH_CHARS} characters.");
            return Err(Error::invalid("q", "invalid_value", message));
        }
        let filter = DeskFilter {
            ended: list == DeskList::Closed,
            status: match list {
                DeskList::NeedsPerson => Some(SessionStatus::WaitingForAgent),
                DeskList::WithBot => Some(SessionStatus::Active),
                DeskList::Mine | DeskList::All | DeskList::Closed => None,
            },
            agent_id: (list == DeskList::Mine).then_some(access.row.id),
            flags: access.limits().to_vec(),
        };
        let looked_at = if needle.is_some() { SEARCHED } else { limit };
        let mut ids = self
            .store
            .desk_sessions(workspace, &filter, before, looked_at + 1)
            .await?;
        let mut has_more = ids.len() > looked_at as usize;
        ids.truncate(looked_at as usize);
        let mut next = ids.last().copied();
        let mut data = self.desk_heads(workspace, &ids).await?;
        if let Some(needle) = &needle {
            data.retain(|it| {
                let said = it.last_message.as_ref().map_or("", |it| &it.text);
                let values = it.user.fields.values().filter_map(|it| it.as_str());
                let external_id = it.user.external_id.iter().map(String::as_str);
                let mut texts = values.chain(external_id).chain([said]);
                texts.any(|it| normalise(it).contains(needle.as_str()))
            });
            if data.len() > limit as usize {
                data.truncate(limit as usize);
                next = data.last().map(|it| it.session.id);
                has_more = true;
            }
        }
        if list == DeskList::NeedsPerson {
            data.sort_by_key(|it| it.waiting_since);
        }
        Ok(DeskPage {
            data,
            next: next.filter(|_| has_more),
        })
    }

    /// How many chats there are that the agent may see.
    pub async fn desk_counts(&self, access: &AgentAccess) -> Result<DeskCounts> {
        let workspace = access.caller.workspace;
        let counts = self
            .store
            .desk_counts(workspace, access.row.id, access.limits());
        Ok(counts.await?)
    }

    /// A chat as lists show it.
    pub async fn desk_session(
        &self,
        access: &AgentAccess,
        session: SessionId,
    ) -> Result<DeskSession> {
        self.seen_session(access, session).await?;
        let mut heads = self.desk_heads(access.caller.workspace, &[session]).await?;
        heads.pop().ok_or(Error::NotFound("session"))
    }

    /// One chat with all that belongs to it.
    pub async fn desk_chat(&self, access: &AgentAccess, session: SessionId) -> Result<DeskChat> {
        let workspace = access.caller.workspace;
        let head = self.desk_session(access, session).await?;
        let log = self.chat_log(workspace, session).await?;
        let awaiting = self.session_state(workspace, session).await?.awaiting;
        Ok(DeskChat {
            head,
            log,
            awaiting,
        })
    }

    /// The messages of a chat after `after_seq`, with sensitive answers masked.
    pub async fn desk_messages(
        &self,
        access: &AgentAccess,
        session: SessionId,
        after_seq: u32,
    ) -> Result<Vec<Message>> {
        self.seen_session(access, session).await?;
        let workspace = access.caller.workspace;
        let most = smartbot_model::session::MAX_MESSAGES;
        let rows = self
            .store
            .messages(workspace, session, after_seq, most)
            .await?;
        Ok(rows.into_iter().map(chat_logs::masked).collect())
    }

    /// These sessions in this order; those whose user was erased are left out.
    async fn desk_heads(
        &self,
        workspace: WorkspaceId,
        ids: &[SessionId],
    ) -> Result<Vec<DeskSession>> {
        let mut read = self.store.sessions_with_users(workspace, ids).await?;
        let mut names: HashMap<AgentId, String> = HashMap::new();
        let mut heads = Vec::with_capacity(ids.len());
        for id in ids {
            let Some((session, user)) = read.remove(id) else {
                continue;
            };
            let agent = match session.desk.agent_id {
                None => None,
                Some(agent) => {
                    if !names.contains_key(&agent) {
                        let row = self.store.agent(workspace, agent).await?;
                        let name = row.map_or_else(String::new, |it| it.name.into_inner());
                        names.insert(agent, name);
                    }
                    names.get(&agent).map(|it| (agent, it.clone()))
                }
            };
            let before = session.last_seq.saturating_sub(1);
            let last = self.store.messages(workspace, *id, before, 1).await?;
            heads.push(DeskSession {
                session: chat_logs::session(&session),
                name: name_of(&user),
                user: self.masked_user(workspace, &user).await?,
                agent,
                last_message: last.into_iter().next().map(chat_logs::masked),
                waiting_since: session.desk.waiting_since,
                wanted_flag: session.desk.wanted_flag,
                offer: session.desk.offer.filter(|it| it.until > self.now()),
            });
        }
        Ok(heads)
    }

    /// A user with the sensitive fields of the workspace masked.
    async fn masked_user(&self, workspace: WorkspaceId, row: &UserRow) -> Result<User> {
        let known = self.workspace(workspace).await?;
        let mut user = users::public(row);
        for (name, value) in &mut user.fields {
            if known.is_sensitive(name) {
                *value = chat_logs::mask();
            }
        }
        Ok(user)
    }
}
