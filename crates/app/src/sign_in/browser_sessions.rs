//! Browser sessions: who is signed in where, and how it ends. Each end is told as one `agent.logout`, whatever brought it about.
use crate::agents::{shown, told};
use crate::live::DeskNote;
use crate::sign_in::BROWSER_SESSION_PREFIX;
use crate::users::sight::Sight;
use crate::{App, Caller, Error, Result, Unauthorised};
use smartbot_model::agent::{Agent, BrowserSession};
use smartbot_model::event::{Actor, ActorKind, Event};
use smartbot_model::{AgentId, BrowserSessionId, Time, WorkspaceId, token};
use smartbot_store::{AgentRow, BrowserSessionRow, Change};
use std::time::Duration;

/// How long a browser session lasts at the most, however much it is used.
pub const BROWSER_SESSION_LIFE: Duration = Duration::from_secs(12 * 3_600);

/// How long the last use of a browser session may be out of date, so that not every request writes.
const TOUCH_EVERY: Duration = Duration::from_secs(60);

/// A browser session as the agent sees it.
pub(super) fn shown_session(row: &BrowserSessionRow, current: bool) -> BrowserSession {
    BrowserSession {
        id: row.id,
        current,
        address: row.address.expose().clone(),
        user_agent: row.user_agent.expose().clone(),
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
        expires_at: row.expires_at,
        ends_at: row.created_at.plus(BROWSER_SESSION_LIFE),
    }
}

/// An agent who is signed in.
#[derive(Debug, Clone)]
pub struct AgentAccess {
    /// The workspace, and the agent as the one who acts.
    pub caller: Caller,
    pub(crate) row: AgentRow,
    pub(crate) session: BrowserSessionRow,
}

impl AgentAccess {
    /// The agent.
    pub fn agent(&self) -> Agent {
        shown(&self.row)
    }

    /// Which users the agent sees.
    pub fn sight(&self) -> Sight {
        Sight::of(self.row.limited_to_flags.clone())
    }

    /// The browser session.
    pub fn session(&self) -> BrowserSession {
        shown_session(&self.session, true)
    }
}

impl App {
    /// Finds out who is signed in with this secret of a cookie. That is a use of the browser session, which ends when it is not used.
    pub async fn authenticate_agent(&self, secret: &str) -> Result<AgentAccess> {
        let mut access = self.signed_in(secret).await?;
        let (workspace, now) = (access.caller.workspace, self.now());
        let session = &mut access.session;
        if now.since(session.last_seen_at) >= TOUCH_EVERY {
            session.last_seen_at = now;
            session.expires_at = self.expiry(workspace, session.created_at, now).await?;
            self.touch_browser_session(workspace, session);
        }
        Ok(access)
    }

    /// As [`authenticate_agent`](Self::authenticate_agent), for what goes on by itself: it does not count as use.
    pub async fn signed_in(&self, secret: &str) -> Result<AgentAccess> {
        const NOBODY: Error = Error::Unauthorised(Unauthorised::NotSignedIn);
        let (workspace, session) = self.browser_session_of(secret).await?.ok_or(NOBODY)?;
        if self.now() >= session.expires_at {
            return Err(NOBODY);
        }
        let row = self
            .store
            .agent(workspace, session.agent_id)
            .await?
            .filter(|it| it.deactivated_at.is_none())
            .ok_or(NOBODY)?;
        Ok(AgentAccess {
            caller: Caller {
                workspace,
                actor: Actor::new(ActorKind::Agent, row.id),
            },
            row,
            session,
        })
    }

    /// The browser session of a secret, also one that is over.
    pub(super) async fn browser_session_of(
        &self,
        secret: &str,
    ) -> Result<Option<(WorkspaceId, BrowserSessionRow)>> {
        if !token::is_well_formed(BROWSER_SESSION_PREFIX, secret) {
            return Ok(None);
        }
        let hash = token::hash(secret);
        Ok(self.store.browser_session_by_hash(&hash).await?)
    }

    /// When a browser session ends that was last used at `seen`.
    pub(super) async fn expiry(
        &self,
        workspace: WorkspaceId,
        created: Time,
        seen: Time,
    ) -> Result<Time> {
        let minutes = self.workspace(workspace).await?.settings.idle_minutes;
        let idle = Duration::from_secs(u64::from(minutes) * 60);
        Ok(seen.plus(idle).min(created.plus(BROWSER_SESSION_LIFE)))
    }

    fn touch_browser_session(&self, workspace: WorkspaceId, session: &BrowserSessionRow) {
        let change = Change::TouchBrowserSession {
            id: session.id,
            at: session.last_seen_at,
            expires_at: session.expires_at,
        };
        let app = self.clone();
        self.tasks.spawn(async move {
            if let Err(error) = app.store.commit(workspace, vec![change]).await {
                tracing::warn!(%error, "the last use of a browser session could not be noted");
            }
        });
    }

    /// The browser sessions of the agent who asks, the oldest first; those that are over are left out.
    pub async fn browser_sessions(&self, access: &AgentAccess) -> Result<Vec<BrowserSession>> {
        let (workspace, agent) = (access.caller.workspace, access.row.id);
        let now = self.now();
        let rows = self.store.browser_sessions(workspace, agent).await?;
        let open = rows.iter().filter(|it| now < it.expires_at);
        Ok(open
            .map(|it| shown_session(it, it.id == access.session.id))
            .collect())
    }

    /// Ends a browser session of the agent who asks.
    pub async fn end_own_browser_session(
        &self,
        access: &AgentAccess,
        id: BrowserSessionId,
    ) -> Result<()> {
        let (workspace, agent) = (access.caller.workspace, access.row.id);
        let rows = self.store.browser_sessions(workspace, agent).await?;
        let session = rows
            .into_iter()
            .find(|it| it.id == id)
            .ok_or(Error::NotFound("browser session"))?;
        self.end_browser_session(workspace, &session, Some(&access.caller.actor))
            .await
    }

    /// The browser sessions of an agent, the oldest first; those that are over are left out.
    pub async fn browser_sessions_of(
        &self,
        caller: &Caller,
        id: AgentId,
    ) -> Result<Vec<BrowserSession>> {
        let row = self.agent_row(caller.workspace, id).await?;
        self.guard_owners(caller, &[row.role]).await?;
        let now = self.now();
        let rows = self.store.browser_sessions(caller.workspace, id).await?;
        let open = rows.iter().filter(|it| now < it.expires_at);
        Ok(open.map(|it| shown_session(it, false)).collect())
    }

    /// Ends all browser sessions of an agent.
    pub async fn end_browser_sessions_of(&self, caller: &Caller, id: AgentId) -> Result<()> {
        let workspace = caller.workspace;
        self.keep(workspace, async || {
            let row = self.agent_row(workspace, id).await?;
            self.guard_owners(caller, &[row.role]).await?;
            let sessions = self.store.browser_sessions(workspace, id).await?;
            if sessions.is_empty() {
                return Ok((Vec::new(), ()));
            }
            let ending = self.ending(workspace, &caller.actor, row, &sessions);
            Ok((ending.await?, ()))
        })
        .await?;
        self.live.tell_desks(workspace, DeskNote::Rights);
        Ok(())
    }

    /// Signs the agent who asks out.
    pub async fn sign_out(&self, access: &AgentAccess) -> Result<()> {
        let actor = Some(&access.caller.actor);
        self.end_browser_session(access.caller.workspace, &access.session, actor)
            .await
    }

    /// Ends a browser session, unless somebody else has. Its own agent did it when nobody else is named.
    pub(super) async fn end_browser_session(
        &self,
        workspace: WorkspaceId,
        session: &BrowserSessionRow,
        actor: Option<&Actor>,
    ) -> Result<()> {
        let own = Actor::new(ActorKind::Agent, session.agent_id);
        self.keep(workspace, async || {
            let found = self.store.browser_session_by_hash(&session.hash).await?;
            let agent = self.store.agent(workspace, session.agent_id).await?;
            let agent = match (found, agent) {
                (Some(_), Some(agent)) => agent,
                (Some(_), None) => {
                    return Ok((vec![Change::EndBrowserSession { id: session.id }], ()));
                }
                (None, _) => return Ok((Vec::new(), ())),
            };
            let actor = actor.unwrap_or(&own);
            let ended = std::slice::from_ref(session);
            Ok((self.ending(workspace, actor, agent, ended).await?, ()))
        })
        .await?;
        self.live.tell_desks(workspace, DeskNote::Rights);
        Ok(())
    }

    /// The changes that save an agent, end some of its browser sessions and tell of it.
    pub(super) async fn ending(
        &self,
        workspace: WorkspaceId,
        actor: &Actor,
        mut agent: AgentRow,
        sessions: &[BrowserSessionRow],
    ) -> Result<Vec<Change>> {
        let expected_version = agent.version;
        let happened = vec![Event::AgentLogout(told(&agent)); sessions.len()];
        let mut changes = self
            .agent_events(workspace, actor, &mut agent, &happened)
            .await?;
        let ends = sessions.iter().map(|it| it.id);
        changes.extend(ends.map(|id| Change::EndBrowserSession { id }));
        changes.push(Change::SaveAgent {
            agent,
            expected_version,
        });
        Ok(changes)
    }
}
