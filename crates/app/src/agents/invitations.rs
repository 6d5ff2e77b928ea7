//! Invitations: a secret that works once, for seven days, and lets a new agent choose a password.
//!
//! The secret is a MAC over the agent and the day it ends, of which only a hash is kept. So a repeated request can be answered like the
//! first although the remembered answer does not hold it.
use crate::act::Act;
use crate::agents::{check_password, shown, told};
use crate::turns::{Once, Reply};
use crate::{App, Caller, Error, Result};
use smartbot_model::agent::{AddedAgent, Agent, Invitation, NewInvitation};
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
        // To the millisecond, which is all that the answer can hold; and never the same twice, so that no older secret works.
        let before = row
            .invitation
            .map_or(0, |it| it.expires_at.micros() / 1_000);
        let millis = (self.now().plus(INVITATION_LIFE).micros() / 1_000).max(before + 1);
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
            added.invitation = Some(self.whole(workspace, added.agent.id, open).await?);
        }
        Ok(Reply {
            body: serde_json::to_string(&added)?,
            ..reply
        })
    }

    /// An invitation with its secret.
    async fn whole(
        &self,
        workspace: WorkspaceId,
        agent: AgentId,
        open: Invitation,
    ) -> Result<Invitation> {
        let full = self.invitation(workspace, agent, open.expires_at);
        Ok(Invitation {
            mailed: open.mailed,
            ..full.await?
        })
    }

    /// Invites an agent anew who has not chosen a password yet: what the agent got before does not work any more.
    pub async fn invite_again(
        &self,
        caller: &Caller,
        id: AgentId,
        once: Option<Once>,
    ) -> Result<Reply> {
        let workspace = caller.workspace;
        let reply = self
            .act(workspace, once, async || {
                let mut row = self.agent_row(workspace, id).await?;
                self.guard_owners(caller, &[row.role]).await?;
                if row.deactivated_at.is_some() {
                    let message = "This agent is deactivated. Bring the agent back first.";
                    return Err(Error::Conflict(message.into()));
                }
                let expected_version = row.version;
                let invitation = self.invite(workspace, &mut row).await?.ok_or_else(|| {
                    let message =
                        "This agent has chosen a password already, and needs no invitation.";
                    Error::Conflict(message.into())
                })?;
                let mut changes = vec![Change::SaveAgent {
                    agent: row,
                    expected_version,
                }];
                changes.extend(self.invitation_mail(id).map(Change::InsertMail));
                Ok(Act {
                    changes,
                    reply: Reply {
                        status: 201,
                        body: serde_json::to_string(&NewInvitation { invitation })?,
                    },
                    user: None,
                })
            })
            .await?;
        self.mails_due.notify_one();
        let made: NewInvitation = serde_json::from_str(&reply.body)?;
        let invitation = self.whole(workspace, id, made.invitation).await?;
        Ok(Reply {
            body: serde_json::to_string(&NewInvitation { invitation })?,
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
