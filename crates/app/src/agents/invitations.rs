//! Invitations: a secret that works once, for seven days, and lets a new agent choose a password.
//!
//! The secret is a MAC over the agent and the day it ends, of which only a hash is kept. So a repeated request can be answered like the
//! first although the remembered answer does not hold it.
use crate::agents::{check_password, shown, told};
use crate::turns::Reply;
use crate::{App, Error, Result};
use smartbot_model::agent::{AddedAgent, Agent, Invitation};
use smartbot_model::event::{Actor, ActorKind, Event};
use smartbot_model::{AgentId, Phi, Time, WorkspaceId, token};
use smartbot_store::{AgentRow, Change, InvitationRow};
use std::time::Duration;

/// How long an invitation works.
pub const INVITATION_LIFE: Duration = Duration::from_secs(7 * 24 * 3_600);

/// What an invitation's secret begins with.
pub const INVITATION_PREFIX: &str = "sbi_";

impl App {
    pub(crate) async fn invitation(
        &self,
        workspace: WorkspaceId,
        agent: AgentId,
        expires_at: Time,
    ) -> Result<Invitation> {
        let mut data = agent.uuid().as_bytes().to_vec();
        data.extend(expires_at.micros().to_be_bytes());
        let mac = self.store.mac(workspace, "invitation", &data).await?;
        let token = token::encode(INVITATION_PREFIX, &mac);
        Ok(Invitation {
            link: format!("/app/invitation#{token}"),
            token,
            expires_at,
            mailed: false,
        })
    }

    /// Opens an invitation for an agent without a password; it is given without its secret.
    pub(crate) async fn invite(
        &self,
        workspace: WorkspaceId,
        row: &mut AgentRow,
    ) -> Result<Option<Invitation>> {
        if row.password_hash.is_some() {
            return Ok(None);
        }
        // To the millisecond, which is all that the answer can hold.
        let millis = self.now().plus(INVITATION_LIFE).micros() / 1_000;
        let expires_at = Time::from_micros(millis * 1_000);
        let invitation = self.invitation(workspace, row.id, expires_at).await?;
        row.invitation = Some(InvitationRow {
            hash: token::hash(&invitation.token),
            expires_at,
        });
        Ok(Some(Invitation {
            token: String::new(),
            link: String::new(),
            expires_at,
            mailed: self.sends_mail(),
        }))
    }

    /// Puts the secret into the answer of whoever added the agent.
    pub(crate) async fn with_invitation(
        &self,
        workspace: WorkspaceId,
        reply: Reply,
    ) -> Result<Reply> {
        let mut added: AddedAgent = serde_json::from_str(&reply.body)?;
        if let Some(open) = added.invitation {
            let full = self.invitation(workspace, added.agent.id, open.expires_at);
            added.invitation = Some(Invitation {
                mailed: open.mailed,
                ..full.await?
            });
        }
        Ok(Reply {
            body: serde_json::to_string(&added)?,
            ..reply
        })
    }

    /// Accepts an invitation: from now on the agent signs in with this password.
    pub async fn accept_invitation(&self, secret: &str, password: String) -> Result<Agent> {
        if !token::is_well_formed(INVITATION_PREFIX, secret) {
            return Err(Error::InvitationInvalid);
        }
        let hash = token::hash(secret);
        let (workspace, row) = self.invited(&hash).await?;
        check_password(
            "/password",
            &password,
            &[row.email.expose(), row.name.expose()],
        )?;
        let kept = self.passwords.hash(password).await?;
        self.keep(workspace, async || {
            let (_, mut row) = self.invited(&hash).await?;
            let expected_version = row.version;
            row.password_hash = Some(Phi::new(kept.clone()));
            row.invitation = None;
            let actor = Actor::new(ActorKind::Agent, row.id);
            let updated = [Event::AgentUpdated(told(&row))];
            let mut changes = self
                .agent_events(workspace, &actor, &mut row, &updated)
                .await?;
            let agent = shown(&row);
            changes.push(Change::SaveAgent {
                agent: row,
                expected_version,
            });
            Ok((changes, agent))
        })
        .await
    }

    async fn invited(&self, hash: &token::SecretHash) -> Result<(WorkspaceId, AgentRow)> {
        let now = self.now();
        let found = self.store.agent_by_invitation(hash).await?;
        found
            .filter(|(_, row)| row.invitation.is_some_and(|it| now < it.expires_at))
            .ok_or(Error::InvitationInvalid)
    }
}
