//! Lists of chat logs, and the search in what was said.
//!
//! There is no index of patients' words. A search opens the messages of what the other filters leave, the newest sessions first, and stops
//! after so much work; where it stopped is where the next page begins.
use crate::users::sight::Sight;
use crate::{App, Error, Result};
use jiff::civil::Date;
use smartbot_model::chat_log::{ChatLogItem, Counts, Match, UserInShort};
use smartbot_model::session::Session;
use smartbot_model::{AgentId, Phi, SessionId, Time, WorkspaceId};
use smartbot_nlu::normalise;
use smartbot_store::{ChatLogFilter, MessageRow, SessionHead, SessionMark};
use std::collections::HashMap;

/// The longest text to search for, in characters.
pub const MAX_SEARCH_CHARS: usize = 200;

/// How many messages a page of a search opens, give or take one session.
const SEARCHED_MESSAGES: u32 = 4_000;

/// How many sessions a page of a search looks at.
const SEARCHED_SESSIONS: usize = 1_000;

/// How many sessions are looked up at once.
const MARKS: u32 = 100;

/// How many messages are opened at once, give or take one session.
const MESSAGES_AT_ONCE: u32 = 250;

/// How many of the messages that it was found by stand with a session.
const MAX_MATCHES: usize = 3;

/// How much of each of them, in characters.
const MAX_EXCERPT: usize = 200;

/// Which chat logs. Everything that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct ChatLogQuery {
    /// What the database can tell.
    pub filter: ChatLogFilter,
    /// Of the user whom the customer's own system calls so.
    pub external_id: Option<String>,
    /// In which this agent took part.
    pub agent_id: Option<AgentId>,
    /// In which this was said; case, accents and punctuation do not count.
    pub q: Option<Phi<String>>,
}

/// A page of chat logs.
#[derive(Debug)]
pub struct ChatLogs {
    /// The sessions, the newest first.
    pub items: Vec<ChatLogItem>,
    /// After which session the next page begins; none at the end.
    pub next: Option<SessionId>,
    /// For a search: when the oldest session began that was looked at; none when there was nothing to look at.
    pub searched_until: Option<Option<Time>>,
}

/// What is searched for, as texts are compared.
pub(super) struct Needle(String);

impl Needle {
    pub(super) fn of(query: &ChatLogQuery) -> Result<Option<Self>> {
        let Some(q) = &query.q else { return Ok(None) };
        let needle = normalise(q.expose());
        if needle.is_empty() || q.expose().chars().count() > MAX_SEARCH_CHARS {
            let message = format!(
                "q has a letter or digit, and at most {MAX_SEARCH_CHARS} characters in all."
            );
            return Err(Error::invalid("q", "invalid_value", message));
        }
        Ok(Some(Self(needle)))
    }

    /// Whether a message that may be shown holds it.
    pub(super) fn is_in(&self, row: &MessageRow) -> bool {
        !row.sensitive && normalise(&row.message.expose().text).contains(&self.0)
    }
}

/// The first of these sessions whose messages may be opened at once: at least one.
pub(super) fn portion(marks: &[SessionMark]) -> usize {
    let mut messages = 0;
    let fits = |it: &&SessionMark| {
        messages += it.messages.max(1);
        messages <= MESSAGES_AT_ONCE
    };
    marks
        .iter()
        .take_while(fits)
        .count()
        .max(1)
        .min(marks.len())
}

impl App {
    /// A page of chat logs of users who are seen, the newest first, those before the session `before`.
    pub async fn chat_logs(
        &self,
        workspace: WorkspaceId,
        sight: &Sight,
        query: &ChatLogQuery,
        before: Option<SessionId>,
        limit: u32,
    ) -> Result<ChatLogs> {
        let needle = Needle::of(query)?;
        let filter = self.resolved(workspace, sight, query).await?;
        match (needle, filter) {
            (None, None) => Ok(ChatLogs {
                items: Vec::new(),
                next: None,
                searched_until: None,
            }),
            (Some(_), None) => Ok(ChatLogs {
                items: Vec::new(),
                next: None,
                searched_until: Some(None),
            }),
            (None, Some(filter)) if sight.is_limited() => {
                self.newest_seen(workspace, sight, &filter, before, limit)
                    .await
            }
            (None, Some(filter)) => self.newest(workspace, &filter, before, limit).await,
            (Some(needle), Some(filter)) => {
                let of = (sight, &needle, &filter);
                self.search(workspace, of, before, limit).await
            }
        }
    }

    /// The instant that a parameter names: a time as RFC 3339 has it, or a day in the workspace's time zone, of which the `end` is meant or
    /// the beginning.
    pub async fn moment(&self, workspace: WorkspaceId, text: &str, end: bool) -> Result<Time> {
        if let Ok(time) = text.parse() {
            return Ok(time);
        }
        let zone = &self.workspace(workspace).await?.zone;
        let day = text.parse::<Date>().and_then(|it| {
            let day = if end { it.tomorrow()? } else { it };
            day.to_zoned(zone.clone())
        });
        day.map(|it| it.timestamp().into()).map_err(|_| {
            let message = "Give a time like 2026-11-22T14:03:05Z, or a day like 2026-11-22.";
            Error::invalid(if end { "to" } else { "from" }, "invalid_value", message)
        })
    }

    /// The filter with the user found; none when nothing can match.
    pub(super) async fn resolved(
        &self,
        workspace: WorkspaceId,
        sight: &Sight,
        query: &ChatLogQuery,
    ) -> Result<Option<ChatLogFilter>> {
        let mut filter = query.filter.clone();
        filter.agent_id = query.agent_id;
        sight.narrow(&mut filter.flag);
        if let Some(external_id) = &query.external_id {
            let user = self
                .store
                .user_by_external_id(workspace, external_id)
                .await?;
            match user {
                Some(user) if filter.user_id.is_none_or(|it| it == user.id) => {
                    filter.user_id = Some(user.id);
                }
                _ => return Ok(None),
            }
        }
        Ok(Some(filter))
    }

    async fn newest(
        &self,
        workspace: WorkspaceId,
        filter: &ChatLogFilter,
        before: Option<SessionId>,
        limit: u32,
    ) -> Result<ChatLogs> {
        let mut marks = self
            .store
            .chat_logs(workspace, filter, before, limit + 1)
            .await?;
        let has_more = marks.len() > limit as usize;
        marks.truncate(limit as usize);
        let next = marks.last().filter(|_| has_more).map(|it| it.id);
        let found = marks.into_iter().map(|it| (it.id, Vec::new())).collect();
        Ok(ChatLogs {
            items: self.items(workspace, found).await?,
            next,
            searched_until: None,
        })
    }

    /// As [`newest`](Self::newest), of users who are seen. A page looks at so many sessions and no more.
    async fn newest_seen(
        &self,
        workspace: WorkspaceId,
        sight: &Sight,
        filter: &ChatLogFilter,
        mut before: Option<SessionId>,
        limit: u32,
    ) -> Result<ChatLogs> {
        let (mut items, mut looked_at, mut is_last) = (Vec::new(), 0, false);
        while !is_last {
            let found = self.store.chat_logs(workspace, filter, before, MARKS);
            let marks = found.await?;
            is_last = marks.len() < MARKS as usize;
            let ids: Vec<_> = marks.iter().map(|it| it.id).collect();
            let mut heads = self.store.session_heads(workspace, &ids).await?;
            for id in ids {
                (before, looked_at) = (Some(id), looked_at + 1);
                let head = heads.remove(&id).filter(|it| sight.sees(&it.flags));
                items.extend(head.map(|it| item(it, Vec::new())));
                if items.len() >= limit as usize || looked_at >= SEARCHED_SESSIONS {
                    return Ok(ChatLogs {
                        items,
                        next: before,
                        searched_until: None,
                    });
                }
            }
        }
        Ok(ChatLogs {
            items,
            next: None,
            searched_until: None,
        })
    }

    /// Those of the sessions whose users are seen.
    async fn seen(
        &self,
        workspace: WorkspaceId,
        sight: &Sight,
        marks: &[SessionMark],
    ) -> Result<Vec<SessionMark>> {
        if !sight.is_limited() {
            return Ok(marks.to_vec());
        }
        let ids: Vec<_> = marks.iter().map(|it| it.id).collect();
        let heads = self.store.session_heads(workspace, &ids).await?;
        let is_seen = |it: &&SessionMark| heads.get(&it.id).is_some_and(|it| sight.sees(&it.flags));
        Ok(marks.iter().filter(is_seen).copied().collect())
    }

    async fn search(
        &self,
        workspace: WorkspaceId,
        (sight, needle, filter): (&Sight, &Needle, &ChatLogFilter),
        before: Option<SessionId>,
        limit: u32,
    ) -> Result<ChatLogs> {
        let (mut found, mut last) = (Vec::new(), None::<SessionMark>);
        let (mut sessions, mut messages, mut has_more) = (0, 0, true);
        while has_more && sessions < SEARCHED_SESSIONS && messages < SEARCHED_MESSAGES {
            let after = last.map(|it| it.id).or(before);
            let mut marks = self
                .store
                .chat_logs(workspace, filter, after, MARKS + 1)
                .await?;
            has_more = marks.len() > MARKS as usize;
            let count = portion(&marks[..marks.len().min(MARKS as usize)]);
            has_more |= count < marks.len();
            marks.truncate(count);
            let seen = self.seen(workspace, sight, &marks).await?;
            let mut said = self.said_in(workspace, &seen).await?;
            for (place, mark) in marks.iter().enumerate() {
                (sessions, messages) = (sessions + 1, messages + mark.messages);
                last = Some(*mark);
                let matches = matches(needle, said.remove(&mark.id).unwrap_or_default());
                if !matches.is_empty() {
                    found.push((mark.id, matches));
                }
                if found.len() >= limit as usize {
                    let next = (has_more || place + 1 < marks.len()).then_some(mark.id);
                    return self.searched(workspace, found, next, last).await;
                }
            }
        }
        let next = last.filter(|_| has_more).map(|it| it.id);
        self.searched(workspace, found, next, last).await
    }

    /// The messages of sessions that may be searched.
    async fn said_in(
        &self,
        workspace: WorkspaceId,
        marks: &[SessionMark],
    ) -> Result<HashMap<SessionId, Vec<MessageRow>>> {
        let sessions: Vec<_> = marks.iter().map(|it| (it.id, it.user_id)).collect();
        Ok(self.store.messages_of(workspace, &sessions, false).await?)
    }

    async fn searched(
        &self,
        workspace: WorkspaceId,
        found: Vec<(SessionId, Vec<Match>)>,
        next: Option<SessionId>,
        last: Option<SessionMark>,
    ) -> Result<ChatLogs> {
        Ok(ChatLogs {
            items: self.items(workspace, found).await?,
            next,
            searched_until: Some(last.map(|it| it.created_at)),
        })
    }

    async fn items(
        &self,
        workspace: WorkspaceId,
        found: Vec<(SessionId, Vec<Match>)>,
    ) -> Result<Vec<ChatLogItem>> {
        let ids: Vec<_> = found.iter().map(|it| it.0).collect();
        let mut heads = self.store.session_heads(workspace, &ids).await?;
        let items = found
            .into_iter()
            .filter_map(|(id, matches)| Some(item(heads.remove(&id)?, matches)));
        Ok(items.collect())
    }
}

fn matches(needle: &Needle, said: Vec<MessageRow>) -> Vec<Match> {
    said.into_iter()
        .filter(|it| needle.is_in(it))
        .take(MAX_MATCHES)
        .map(|it| {
            let message = it.message.into_inner();
            Match {
                seq: message.seq,
                from: message.from,
                text: message.text.chars().take(MAX_EXCERPT).collect(),
                at: message.at,
            }
        })
        .collect()
}

fn item(head: SessionHead, matches: Vec<Match>) -> ChatLogItem {
    ChatLogItem {
        user: UserInShort {
            id: head.user_id,
            external_id: head.external_id.map(Phi::into_inner),
            flags: head.flags.into_iter().collect(),
        },
        counts: Counts {
            messages: head.last_seq,
            turns: head.turns,
        },
        session: Session {
            id: head.id,
            function_id: head.function_id,
            version: head.bot_version,
            status: head.status,
            user_id: head.user_id,
            medium: head.medium,
            language: head.language,
            last_seq: head.last_seq,
            created_at: head.created_at,
            ended_at: head.ended_at,
            metadata: head.metadata.into_inner(),
        },
        matches,
    }
}
