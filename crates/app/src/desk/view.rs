//! What agents see: lists of chats, one chat with all that belongs to it, and counts.
use super::Origins;
use crate::sign_in::AgentAccess;
use crate::{App, Error, Result, chat_logs, users};
use smartbot_model::chat_log::{ChatLog, LoggedMessage};
use smartbot_model::message::Message;
use smartbot_model::session::{Awaiting, Session};
use smartbot_model::user::User;
use smartbot_model::{AgentId, BotId, SessionId, Time, WorkspaceId};
use smartbot_nlu::normalise;
use smartbot_store::{DeskCounts, DeskPosition, DeskRows, MessageRow, Offer, SessionRow, UserRow};
use std::collections::{BTreeSet, HashMap};

/// The longest text to look for, in characters.
const MAX_SEARCH_CHARS: usize = 200;

/// How many sessions a page looks at, where not each of them is shown.
const LOOKED_AT: usize = 1_000;

/// How many of them at once.
const AT_ONCE: u32 = 100;

/// How many of the newest messages are read of each session that has news. Few have more: those are read by themselves.
const NEWEST: u32 = 8;

/// A list of the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeskList {
    /// Those that wait for an agent, the longest waiting first.
    NeedsPerson,
    /// Those that the agent has.
    Mine,
    /// Those that the bot has.
    WithBot,
    /// Those that are put aside.
    Snoozed,
    /// All that run.
    All,
    /// All that have ended.
    Closed,
}

/// What is wanted of a list; all of it must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeskFilter {
    /// Chats that have this in one of the newest messages or the profile.
    pub q: Option<String>,
    /// Chats of users who carry this flag.
    pub flag: Option<String>,
    /// Chats with this bot.
    pub function_id: Option<String>,
    /// Chats in this language.
    pub language: Option<String>,
    /// Chats that this agent has; of those that have ended, took part in.
    pub agent_id: Option<AgentId>,
}

impl DeskFilter {
    /// Whether each chat has to be looked at. Who has it is for the database.
    fn is_picky(&self, list: DeskList) -> bool {
        self.q.is_some()
            || (list == DeskList::Snoozed && self.agent_id.is_some())
            || self.flag.is_some()
            || self.function_id.is_some()
            || self.language.is_some()
    }

    /// Whether a chat is wanted, as far as it is no matter of words.
    fn wants(&self, list: DeskList, chat: &DeskSession) -> bool {
        let is = |wanted: &Option<String>, own: &str| wanted.as_ref().is_none_or(|it| it == own);
        let (session, flag) = (&chat.session, self.flag.as_ref());
        let holder = chat.agent.as_ref().map(|it| it.0);
        let is_theirs =
            list != DeskList::Snoozed || self.agent_id.is_none() || self.agent_id == holder;
        is_theirs
            && is(&self.function_id, &session.function_id)
            && is(&self.language, &session.language)
            && flag.is_none_or(|it| chat.user.flags.contains(it))
    }
}

/// A chat as lists show one.
#[derive(Debug)]
pub struct DeskSession {
    /// Counts the changes of the session.
    pub version: u64,
    /// The bot, and its version.
    pub(crate) bot: (BotId, u32),
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
    /// Until when it is put aside.
    pub snoozed_until: Option<Time>,
}

/// A page of a list.
#[derive(Debug)]
pub struct DeskPage {
    /// The chats.
    pub data: Vec<DeskSession>,
    /// After which position the next page begins; none at the end.
    pub next: Option<DeskPosition>,
}

/// What is new in a chat.
#[derive(Debug)]
pub struct DeskNews {
    /// As lists show it.
    pub chat: DeskSession,
    /// What was said, with sensitive answers masked.
    pub messages: Vec<LoggedMessage>,
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
    /// Where the user's fields and flags come from.
    pub origins: Origins,
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

/// What somebody looks for.
struct Needle(String);

impl Needle {
    fn of(q: &str) -> Result<Self> {
        let needle = normalise(q);
        if needle.is_empty() || q.chars().count() > MAX_SEARCH_CHARS {
            let message =
                format!("q has a letter or digit, and at most {MAX_SEARCH_CHARS} characters.");
            return Err(Error::invalid("q", "invalid_value", message));
        }
        Ok(Self(needle))
    }

    /// Whether one of these messages or the profile has it; what is sensitive is masked in the profile, and no message is looked at.
    fn is_in(&self, chat: &DeskSession, said: &[MessageRow]) -> bool {
        let said = said.iter().filter(|it| !it.sensitive);
        let said = said.map(|it| it.message.expose().text.as_str());
        let values = chat.user.fields.values().filter_map(|it| it.as_str());
        let external_id = chat.user.external_id.iter().map(String::as_str);
        let mut texts = values.chain(external_id).chain(said).chain([&*chat.name]);
        texts.any(|it| normalise(it).contains(self.0.as_str()))
    }
}

/// The rows of a list, for the agent who looks, of chats that a certain agent has; none when there can be none.
fn rows_of(list: DeskList, own: AgentId, of: Option<AgentId>) -> Option<DeskRows> {
    match (list, of) {
        (DeskList::Mine, Some(of)) if of != own => None,
        (DeskList::NeedsPerson | DeskList::WithBot, Some(_)) => None,
        (DeskList::NeedsPerson, None) => Some(DeskRows::Waiting),
        (DeskList::WithBot, None) => Some(DeskRows::WithBot),
        (DeskList::Mine, _) => Some(DeskRows::AtWork(own)),
        (DeskList::Snoozed, _) => Some(DeskRows::Snoozed),
        (DeskList::All, Some(of)) => Some(DeskRows::HeldBy(of)),
        (DeskList::All, None) => Some(DeskRows::Open),
        (DeskList::Closed, Some(of)) => Some(DeskRows::EndedWith(of)),
        (DeskList::Closed, None) => Some(DeskRows::Ended),
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
        let (session, user) = read.ok_or(Error::NotFound("session"))?;
        access.sight().check(&user.flags, "session")?;
        Ok((session, user))
    }

    /// Whether the agent may see a session.
    pub async fn sees_session(&self, access: &AgentAccess, session: SessionId) -> Result<bool> {
        match self.seen_session(access, session).await {
            Ok(_) => Ok(true),
            Err(Error::NotFound(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// A page of one of the desk's lists, of what the agent may see. A page of a search or with a filter, and one of what has ended for whoever sees not
    /// all users, looks at so many sessions and no more: it may be short and yet not the last one.
    pub async fn desk_sessions(
        &self,
        access: &AgentAccess,
        list: DeskList,
        filter: &DeskFilter,
        mut after: Option<DeskPosition>,
        limit: u32,
    ) -> Result<DeskPage> {
        let workspace = access.caller.workspace;
        let needle = filter.q.as_deref().map(Needle::of).transpose()?;
        let Some(which) = rows_of(list, access.row.id, filter.agent_id) else {
            return Ok(DeskPage {
                data: Vec::new(),
                next: None,
            });
        };
        let sight = access.sight();
        // There is no end of what has ended: with a flag that few carry the database would look long.
        let is_picky = filter.is_picky(list) || (list == DeskList::Closed && sight.is_limited());
        let flags = if list == DeskList::Closed {
            &[]
        } else {
            sight.flags()
        };
        let at_once = if is_picky { AT_ONCE } else { limit + 1 };
        let (mut data, mut looked_at) = (Vec::new(), 0);
        loop {
            let found = self
                .store
                .desk_sessions(workspace, which, flags, after, at_once);
            let found = found.await?;
            let is_last = found.len() < at_once as usize;
            let ids: Vec<_> = found.iter().map(|it| it.id).collect();
            let chats = self.desk_heads(access, &ids).await?;
            let said = match &needle {
                Some(_) => self.newest_messages(workspace, &chats).await?,
                None => HashMap::new(),
            };
            let of = |id| said.get(&id).map_or(&[][..], Vec::as_slice);
            let is_wanted = |it: &DeskSession| {
                let has_words = |needle: &Needle| needle.is_in(it, of(it.session.id));
                filter.wants(list, it) && needle.as_ref().is_none_or(has_words)
            };
            let mut chats = chats.into_iter().peekable();
            for (place, position) in found.iter().enumerate() {
                // Those whose user was erased, or is not seen, are not among the chats.
                let chat = chats.next_if(|it| it.session.id == position.id);
                data.extend(chat.filter(&is_wanted));
                (after, looked_at) = (Some(*position), looked_at + 1);
                if data.len() >= limit as usize || looked_at >= LOOKED_AT {
                    let has_more = !is_last || place + 1 < found.len();
                    return Ok(DeskPage {
                        data,
                        next: after.filter(|_| has_more),
                    });
                }
            }
            if is_last {
                return Ok(DeskPage { data, next: None });
            }
        }
    }

    /// How many chats there are that the agent may see.
    pub async fn desk_counts(&self, access: &AgentAccess) -> Result<DeskCounts> {
        let (workspace, sight) = (access.caller.workspace, access.sight());
        let counts = self
            .store
            .desk_counts(workspace, access.row.id, sight.flags());
        Ok(counts.await?)
    }

    /// A chat as lists show it.
    pub async fn desk_session(
        &self,
        access: &AgentAccess,
        session: SessionId,
    ) -> Result<DeskSession> {
        let mut heads = self.desk_heads(access, &[session]).await?;
        heads.pop().ok_or(Error::NotFound("session"))
    }

    /// One chat with all that belongs to it.
    pub async fn desk_chat(&self, access: &AgentAccess, session: SessionId) -> Result<DeskChat> {
        let workspace = access.caller.workspace;
        let head = self.desk_session(access, session).await?;
        let log = self.chat_log(workspace, session).await?;
        let awaiting = self.session_state(workspace, session).await?.awaiting;
        Ok(DeskChat {
            origins: self.origins(workspace, head.user.id).await?,
            head,
            log,
            awaiting,
        })
    }

    /// What is new in those of these chats that the agent may see: messages after a `seq`, or since an instant where none is known.
    pub async fn desk_news(
        &self,
        access: &AgentAccess,
        of: &[(SessionId, Option<u32>)],
        since: Time,
    ) -> Result<Vec<DeskNews>> {
        let workspace = access.caller.workspace;
        let ids: Vec<_> = of.iter().map(|it| it.0).collect();
        let chats = self.desk_heads(access, &ids).await?;
        let mut newest = self.newest_messages(workspace, &chats).await?;
        let known: HashMap<_, _> = of.iter().copied().collect();
        let mut read = Vec::with_capacity(chats.len());
        for chat in chats {
            let id = chat.session.id;
            let after = known.get(&id).copied().flatten();
            let mut rows = newest.remove(&id).unwrap_or_default();
            let first = rows.first().map_or(0, |it| it.message.expose().seq);
            if after.is_some_and(|it| it + 1 < first) {
                let most = smartbot_model::session::MAX_MESSAGES;
                let after = after.unwrap_or_default();
                rows = self.store.messages(workspace, id, after, most).await?;
            }
            rows.retain(|it| {
                let message = it.message.expose();
                after.map_or(message.at >= since, |it| message.seq > it)
            });
            read.push((chat, rows));
        }
        let names = self.names_of_writers(workspace, &read).await?;
        let mut news = Vec::with_capacity(read.len());
        for (chat, rows) in read {
            // Only for what was picked from choices does it matter what the bot is like.
            let is_pick = |it: &MessageRow| !it.message.expose().choices.is_empty();
            let bot = if rows.iter().any(is_pick) {
                Some(self.compiled_bot(workspace, chat.bot.0, chat.bot.1).await?)
            } else {
                None
            };
            let flow = bot.as_ref().map(|it| &*it.flow);
            let messages = rows.into_iter();
            let messages = messages.map(|it| chat_logs::logged(it, flow, &names));
            news.push(DeskNews {
                messages: messages.collect(),
                chat,
            });
        }
        Ok(news)
    }

    /// The names of the agents who wrote some of these messages.
    async fn names_of_writers(
        &self,
        workspace: WorkspaceId,
        read: &[(DeskSession, Vec<MessageRow>)],
    ) -> Result<HashMap<AgentId, String>> {
        let rows = read.iter().flat_map(|it| &it.1);
        let ids: BTreeSet<_> = rows.filter_map(|it| it.agent_id).collect();
        self.agent_names(workspace, ids).await
    }

    /// The names of these agents; those who are none any more are absent.
    pub(crate) async fn agent_names(
        &self,
        workspace: WorkspaceId,
        ids: BTreeSet<AgentId>,
    ) -> Result<HashMap<AgentId, String>> {
        let ids: Vec<_> = ids.into_iter().collect();
        let rows = self.store.agents_of_ids(workspace, &ids).await?;
        let named = rows.into_iter().map(|it| (it.id, it.name.into_inner()));
        Ok(named.collect())
    }

    /// The newest messages of each of these chats.
    async fn newest_messages(
        &self,
        workspace: WorkspaceId,
        of: &[DeskSession],
    ) -> Result<HashMap<SessionId, Vec<MessageRow>>> {
        let users: Vec<_> = of.iter().map(|it| (it.session.id, it.user.id)).collect();
        let newest = self.store.newest_messages_of(workspace, &users, NEWEST);
        Ok(newest.await?)
    }

    /// Those of these sessions that the agent may see, in this order; those whose user was erased are left out.
    async fn desk_heads(
        &self,
        access: &AgentAccess,
        ids: &[SessionId],
    ) -> Result<Vec<DeskSession>> {
        let workspace = access.caller.workspace;
        let (known, sight) = (self.workspace(workspace).await?, access.sight());
        let mut read = self.store.sessions_with_users(workspace, ids).await?;
        read.retain(|_, (_, user)| sight.sees(&user.flags));
        let users: Vec<_> = read.values().map(|(it, _)| (it.id, it.user_id)).collect();
        let mut last = self.store.newest_messages_of(workspace, &users, 1).await?;
        let agents: BTreeSet<_> = read.values().filter_map(|it| it.0.desk.agent_id).collect();
        let names = self.agent_names(workspace, agents).await?;
        let now = self.now();
        let found = ids.iter().filter_map(|id| {
            let (session, row) = read.remove(id)?;
            let mut user = users::public(&row);
            for (name, value) in &mut user.fields {
                if known.is_sensitive(name) {
                    *value = chat_logs::mask();
                }
            }
            let named = |it: AgentId| (it, names.get(&it).cloned().unwrap_or_default());
            let last = last.remove(id).and_then(|mut it| it.pop());
            Some(DeskSession {
                version: session.version,
                bot: (session.bot_id, session.bot_version),
                session: chat_logs::session(&session),
                name: name_of(&row),
                user,
                agent: session.desk.agent_id.map(named),
                last_message: last.map(chat_logs::masked),
                waiting_since: session.desk.waiting_since,
                wanted_flag: session.desk.wanted_flag,
                offer: session.desk.offer.filter(|it| it.until > now),
                snoozed_until: session.desk.snooze.map(|it| it.until),
            })
        });
        Ok(found.collect())
    }
}
