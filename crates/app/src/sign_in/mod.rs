//! Sign-in: an address and a password become a browser session. What is wrong is told to nobody, and guessing is slow.
mod browser_sessions;
pub(crate) mod expiry;
mod set_up;
mod throttle;

pub use browser_sessions::{AgentAccess, BROWSER_SESSION_LIFE};
pub use set_up::{FirstRun, SetUp};

use crate::agents::{check_password, shown, told};
use crate::live::DeskNote;
use crate::{App, Error, Result};
use smartbot_model::agent::{Agent, BrowserSession};
use smartbot_model::event::{Actor, ActorKind, Event};
use smartbot_model::{BrowserSessionId, Phi, WorkspaceId, token};
use smartbot_store::{AgentRow, BrowserSessionRow, Change};
use std::net::IpAddr;

/// What the secret of a browser session begins with.
pub const BROWSER_SESSION_PREFIX: &str = "sbs_";

/// The longest name of a browser that is kept, in characters.
const MAX_USER_AGENT_CHARS: usize = 200;

/// Who wishes to sign in, and from where.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// The address.
    pub email: String,
    /// The password.
    pub password: Phi<String>,
    /// The name of the workspace, for those who are in several.
    pub workspace: Option<String>,
    /// The secret of the browser session that the browser has so far: it ends.
    pub previous: Option<String>,
    /// The client.
    pub client: ClientInfo,
}

/// What is known of a browser.
#[derive(Debug, Clone)]
pub struct ClientInfo {
    /// Its address.
    pub address: IpAddr,
    /// What it calls itself.
    pub user_agent: String,
}

/// An agent who just signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The agent.
    pub agent: Agent,
    /// The browser session.
    pub session: BrowserSession,
    /// What the browser's cookie is to hold. Kept nowhere.
    pub secret: String,
}

const FAILED: Error = Error::SignInFailed { retry_after: None };

impl App {
    /// Signs an agent in. A wrong password, an unknown address, an open invitation and a deactivated agent take the same work and get the same answer.
    pub async fn sign_in(&self, wish: SignIn) -> Result<SignedIn> {
        let email = wish.email.trim().to_lowercase();
        let tries = self.count_try(&email, Some(wish.client.address)).await?;
        let found = self.who_signs_in(&email, wish.workspace.as_deref()).await?;
        let kept = found.first().and_then(|(_, row)| row.password_hash.clone());
        let is_right = self
            .passwords
            .matches(wish.password.into_inner(), kept.map(Phi::into_inner))
            .await?;
        if !is_right {
            return Err(FAILED);
        }
        self.forgive(tries).await;
        let [(workspace, row)] = found.as_slice() else {
            return Err(Error::invalid(
                "/workspace",
                "missing_field",
                "This address is in several workspaces. Say which with `workspace`.",
            ));
        };
        let previous = match wish.previous {
            Some(secret) => self.browser_session_of(&secret).await?,
            None => None,
        };
        if let Some((elsewhere, session)) = previous {
            self.end_browser_session(elsewhere, &session, None).await?;
        }
        self.begin_session(*workspace, row, wish.client).await
    }

    /// The agents of an address who may sign in: in the named workspace, or in all.
    async fn who_signs_in(
        &self,
        email: &str,
        workspace: Option<&str>,
    ) -> Result<Vec<(WorkspaceId, AgentRow)>> {
        let mut found = self.store.agents_who_sign_in_as(email).await?;
        found.retain(|(_, row)| row.deactivated_at.is_none());
        if let Some(name) = workspace {
            let named = self.store.workspace_by_name(name.trim()).await?;
            found.retain(|(id, _)| named.as_ref().is_some_and(|it| it.id == *id));
        }
        Ok(found)
    }

    async fn begin_session(
        &self,
        workspace: WorkspaceId,
        row: &AgentRow,
        client: ClientInfo,
    ) -> Result<SignedIn> {
        let secret = token::generate(BROWSER_SESSION_PREFIX, &*self.random);
        let now = self.now();
        let user_agent = client.user_agent.chars().take(MAX_USER_AGENT_CHARS);
        let session = BrowserSessionRow {
            id: BrowserSessionId::new(now, &*self.random),
            agent_id: row.id,
            hash: token::hash(&secret),
            address: Phi::new(client.address.to_canonical().to_string()),
            user_agent: Phi::new(user_agent.collect()),
            created_at: now,
            last_seen_at: now,
            expires_at: self.expiry(workspace, now, now).await?,
        };
        let agent = self
            .keep(workspace, async || {
                let found = self.store.agent(workspace, row.id).await?;
                // Removed, deactivated, or with another password, since it was read.
                let is_same = |it: &AgentRow| {
                    it.deactivated_at.is_none() && it.password_hash == row.password_hash
                };
                let mut now_row = found.filter(is_same).ok_or(FAILED)?;
                let expected_version = now_row.version;
                let actor = Actor::new(ActorKind::Agent, row.id);
                let login = [Event::AgentLogin(told(&now_row))];
                let mut changes = self
                    .agent_events(workspace, &actor, &mut now_row, &login)
                    .await?;
                let agent = shown(&now_row);
                changes.push(Change::SaveAgent {
                    agent: now_row,
                    expected_version,
                });
                changes.push(Change::InsertBrowserSession(session.clone()));
                Ok((changes, agent))
            })
            .await?;
        Ok(SignedIn {
            workspace,
            agent,
            session: browser_sessions::shown_session(&session, true),
            secret,
        })
    }

    /// Changes an agent's password and ends the agent's other browser sessions.
    pub async fn change_password(
        &self,
        access: &AgentAccess,
        old: String,
        new: String,
    ) -> Result<()> {
        let row = &access.row;
        let email = row.email.expose().trim().to_lowercase();
        let tries = self.count_try(&email, None).await?;
        let kept = row.password_hash.clone().map(Phi::into_inner);
        if !self.passwords.matches(old, kept).await? {
            return Err(FAILED);
        }
        self.forgive(tries).await;
        let about = [row.email.expose().as_str(), row.name.expose()];
        check_password("/new_password", &new, &about)?;
        let hash = self.passwords.hash(new).await?;
        let (workspace, current) = (access.caller.workspace, access.session.id);
        self.keep(workspace, async || {
            let mut row = self.agent_row(workspace, access.row.id).await?;
            // Somebody else changed it since the old one was found right.
            if row.password_hash != access.row.password_hash {
                return Err(FAILED);
            }
            row.password_hash = Some(Phi::new(hash.clone()));
            let mut others = self.store.browser_sessions(workspace, row.id).await?;
            others.retain(|it| it.id != current);
            let changes = self
                .ending(workspace, &access.caller.actor, row, &others)
                .await?;
            Ok((changes, ()))
        })
        .await?;
        self.live.tell_desks(workspace, DeskNote::Rights);
        Ok(())
    }
}
