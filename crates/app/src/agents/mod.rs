//! Agents: the members of a workspace. `passwords` keeps what they sign in with, `invitations` lets them choose it, `standing` says who may
//! sign in and what ends with that.
mod invitations;
pub(crate) mod passwords;
mod standing;

pub use invitations::{INVITATION_LIFE, INVITATION_PREFIX};
pub use passwords::{MIN_PASSWORD_CHARS, check_password};

use crate::act::Act;
use crate::live::DeskNote;
use crate::turns::{Once, Reply};
use crate::{App, Caller, Error, Forbidden, Result};
use smartbot_model::agent::{AddedAgent, Agent, AgentRef, Role};
use smartbot_model::event::{ActorKind, AgentData, Event};
use smartbot_model::user::is_valid_flag;
use smartbot_model::{AgentId, Permission, Phi, Time, WorkspaceId};
use smartbot_store::{AgentRow, Change};

/// The longest name, in characters.
const MAX_NAME_CHARS: usize = 100;

/// The most flags that an agent is limited to.
const MAX_FLAGS: usize = 50;

/// Whom to add.
#[derive(Debug, Clone)]
pub struct NewAgent {
    /// The address that signs in.
    pub email: String,
    /// The name that users see; the address up to its `@` unless given.
    pub name: Option<String>,
    /// What the agent may do.
    pub role: Role,
    /// The flags of the users that the agent sees; empty means all.
    pub limited_to_flags: Vec<String>,
    /// The password; an invitation is made when there is none.
    pub password: Option<String>,
}

/// What changes in an agent; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct AgentPatch {
    /// The address that signs in.
    pub email: Option<String>,
    /// The name that users see.
    pub name: Option<String>,
    /// What the agent may do.
    pub role: Option<Role>,
    /// The flags of the users that the agent sees.
    pub limited_to_flags: Option<Vec<String>>,
    /// Whether the agent may sign in.
    pub is_active: Option<bool>,
}

/// Refuses what is no e-mail address.
pub fn check_email(email: &str) -> Result<()> {
    let shaped = email
        .split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'));
    let is_odd = |it: char| it.is_whitespace() || it.is_control();
    if !shaped || email.chars().any(is_odd) || email.len() > 254 {
        return Err(Error::invalid(
            "/email",
            "invalid_email",
            "Give an e-mail address like jo@clinic.example.",
        ));
    }
    Ok(())
}

pub(crate) fn check_name(name: &str) -> Result<()> {
    if name.is_empty()
        || name.chars().count() > MAX_NAME_CHARS
        || name.chars().any(char::is_control)
    {
        return Err(Error::invalid(
            "/name",
            "invalid_value",
            format!("Give the agent a name of 1 to {MAX_NAME_CHARS} characters."),
        ));
    }
    Ok(())
}

/// The flags in alphabetical order, each once.
fn checked_flags(mut flags: Vec<String>) -> Result<Vec<String>> {
    let refuse =
        |pointer: String, message: String| Err(Error::invalid(pointer, "invalid_value", message));
    if flags.len() > MAX_FLAGS {
        let message = format!("An agent is limited to at most {MAX_FLAGS} flags.");
        return refuse("/limited_to_flags".into(), message);
    }
    if let Some(place) = flags.iter().position(|it| !is_valid_flag(it)) {
        let message = "A flag is 1 to 64 characters without spaces.".to_owned();
        return refuse(format!("/limited_to_flags/{place}"), message);
    }
    flags.sort_unstable();
    flags.dedup();
    Ok(flags)
}

fn taken() -> Error {
    Error::Conflict("There is an agent with this e-mail address already.".into())
}

/// An agent as the APIs show one.
pub(crate) fn shown(row: &AgentRow) -> Agent {
    Agent {
        id: row.id,
        email: row.email.expose().clone(),
        name: row.name.expose().clone(),
        role: row.role,
        limited_to_flags: row.limited_to_flags.clone(),
        status: standing::of(row),
        created_at: row.created_at,
    }
}

/// What events tell of an agent.
pub(crate) fn told(row: &AgentRow) -> AgentData {
    AgentData {
        agent: AgentRef {
            id: row.id,
            name: row.name.expose().clone(),
            email: row.email.expose().clone(),
            role: row.role,
        },
        status: standing::of(row),
    }
}

impl App {
    /// Refuses whoever reaches for an owner and is none: tokens, and agents of any other role.
    pub(crate) async fn guard_owners(&self, caller: &Caller, roles: &[Role]) -> Result<()> {
        const REFUSED: Error = Error::Forbidden(Forbidden::OwnerProtected);
        if !roles.contains(&Role::Owner) {
            return Ok(());
        }
        match caller.actor.kind {
            ActorKind::System => Ok(()),
            ActorKind::Agent => {
                let id = caller.actor.id.as_deref().unwrap_or_default();
                let id: AgentId = id.parse().map_err(|_| REFUSED)?;
                let row = self.store.agent(caller.workspace, id).await?;
                let may = row.is_some_and(|it| it.role.may(Permission::ManageOwners));
                if may { Ok(()) } else { Err(REFUSED) }
            }
            ActorKind::Token | ActorKind::Bot | ActorKind::User => Err(REFUSED),
        }
    }

    /// The agents of a workspace after this one, the oldest first.
    pub async fn agents(
        &self,
        workspace: WorkspaceId,
        after: Option<AgentId>,
        limit: u32,
    ) -> Result<Vec<Agent>> {
        let rows = self.store.agents(workspace, after, limit).await?;
        Ok(rows.iter().map(shown).collect())
    }

    /// One agent.
    pub async fn agent(&self, workspace: WorkspaceId, id: AgentId) -> Result<Agent> {
        Ok(shown(&self.agent_row(workspace, id).await?))
    }

    /// The agent of this address.
    pub async fn agent_of_email(&self, workspace: WorkspaceId, email: &str) -> Result<Agent> {
        let found = self.store.agent_by_email(workspace, email).await?;
        found.as_ref().map(shown).ok_or(Error::NotFound("agent"))
    }

    pub(crate) async fn agent_row(&self, workspace: WorkspaceId, id: AgentId) -> Result<AgentRow> {
        let found = self.store.agent(workspace, id).await?;
        found.ok_or(Error::NotFound("agent"))
    }

    /// Adds an agent: with a password, or with an invitation to choose one.
    pub async fn add_agent(
        &self,
        caller: &Caller,
        new: NewAgent,
        once: Option<Once>,
    ) -> Result<Reply> {
        self.guard_owners(caller, &[new.role]).await?;
        let row = self.new_agent(new).await?;
        let workspace = caller.workspace;
        let reply = self
            .act(workspace, once, async || {
                let mut row = row.clone();
                if self
                    .store
                    .agent_by_email(workspace, row.email.expose())
                    .await?
                    .is_some()
                {
                    return Err(taken());
                }
                let invitation = self.invite(workspace, &mut row).await?;
                let created = [Event::AgentCreated(told(&row))];
                let mut changes = self
                    .agent_events(workspace, &caller.actor, &mut row, &created)
                    .await?;
                if invitation.is_some() {
                    let mail = self.invitation_mail(row.id);
                    changes.extend(mail.map(Change::InsertMail));
                }
                let added = AddedAgent {
                    agent: shown(&row),
                    invitation,
                };
                changes.push(Change::InsertAgent(row));
                Ok(Act {
                    changes,
                    reply: Reply {
                        status: 201,
                        body: serde_json::to_string(&added)?,
                    },
                    user: None,
                })
            })
            .await?;
        self.mails_due.notify_one();
        self.with_invitation(workspace, reply).await
    }

    /// Adds the owner of a new workspace.
    pub async fn create_owner(
        &self,
        workspace: WorkspaceId,
        email: &str,
        name: &str,
        password: Option<String>,
    ) -> Result<AddedAgent> {
        let new = NewAgent {
            email: email.to_owned(),
            name: Some(name.to_owned()),
            role: Role::Owner,
            limited_to_flags: Vec::new(),
            password,
        };
        let caller = Caller::system(workspace);
        let reply = self.add_agent(&caller, new, None).await?;
        Ok(serde_json::from_str(&reply.body)?)
    }

    /// A row of what was asked for, checked, with its password hashed.
    async fn new_agent(&self, new: NewAgent) -> Result<AgentRow> {
        let email = new.email.trim().to_owned();
        check_email(&email)?;
        let local = email.split('@').next().unwrap_or(&email);
        let name = new.name.as_deref().unwrap_or(local).trim().to_owned();
        check_name(&name)?;
        let limited_to_flags = checked_flags(new.limited_to_flags)?;
        let password_hash = match new.password {
            None => None,
            Some(password) => {
                check_password("/password", &password, &[&email, &name])?;
                Some(Phi::new(self.passwords.hash(password).await?))
            }
        };
        let now = self.now();
        Ok(AgentRow {
            id: AgentId::new(now, &*self.random),
            email: Phi::new(email),
            name: Phi::new(name),
            role: new.role,
            limited_to_flags,
            password_hash,
            invitation: None,
            event_sequence: 0,
            deactivated_at: None,
            version: 1,
            created_at: now,
        })
    }

    /// Changes an agent. What is as it was already is no change, and nothing is told of it. With a deactivation the agent's browser sessions
    /// end, and its chats wait for somebody again.
    pub async fn update_agent(
        &self,
        caller: &Caller,
        id: AgentId,
        patch: AgentPatch,
        once: Option<Once>,
    ) -> Result<Reply> {
        let patch = AgentPatch {
            email: patch.email.map(|it| it.trim().to_owned()),
            name: patch.name.map(|it| it.trim().to_owned()),
            limited_to_flags: patch.limited_to_flags.map(checked_flags).transpose()?,
            ..patch
        };
        patch.email.as_deref().map_or(Ok(()), check_email)?;
        patch.name.as_deref().map_or(Ok(()), check_name)?;
        let workspace = caller.workspace;
        let update = self.act(workspace, once, async || {
            let before = self.agent_row(workspace, id).await?;
            let mut row = patched(&before, &patch, self.now());
            self.guard_owners(caller, &[before.role, row.role]).await?;
            let mut changes = Vec::new();
            if row != before {
                if *row.email.expose() != *before.email.expose() {
                    let other = self.store.agent_by_email(workspace, row.email.expose());
                    if other.await?.is_some_and(|it| it.id != id) {
                        return Err(taken());
                    }
                }
                if standing::is_owner(&before) && !standing::is_owner(&row) {
                    changes.extend(self.spare_last_owner(workspace).await?);
                }
                let mut happened = Vec::new();
                if before.deactivated_at.is_none() && row.deactivated_at.is_some() {
                    standing::is_somebody_else(caller, id)?;
                    let ends = self.signing_off(workspace, &row, &mut happened).await?;
                    changes.extend(ends);
                    changes.extend(self.leaving_desk(workspace, id).await?);
                }
                happened.push(Event::AgentUpdated(told(&row)));
                changes.extend(
                    self.agent_events(workspace, &caller.actor, &mut row, &happened)
                        .await?,
                );
                changes.push(Change::SaveAgent {
                    agent: row.clone(),
                    expected_version: before.version,
                });
            }
            Ok(Act {
                changes,
                reply: Reply {
                    status: 200,
                    body: serde_json::to_string(&shown(&row))?,
                },
                user: None,
            })
        });
        let reply = update.await?;
        self.live.tell_desks(workspace, DeskNote::Rights);
        if patch.is_active.is_some() {
            self.live.tell_desks(workspace, DeskNote::Presence);
        }
        if patch.is_active == Some(false) {
            let gone = self.agent_ref(workspace, id).await?;
            self.give_up_chats(workspace, &gone).await;
        }
        // With another role or other flags the agent may have, or be offered, chats that are not for the agent any more.
        self.held_due.notify_one();
        Ok(reply)
    }

    /// Removes an agent and ends its browser sessions with it. Its chats wait for somebody again.
    pub async fn remove_agent(
        &self,
        caller: &Caller,
        id: AgentId,
        once: Option<Once>,
    ) -> Result<Reply> {
        let workspace = caller.workspace;
        let before = self.store.agent(workspace, id).await?;
        let remove = self.act(workspace, once, async || {
            let mut row = self.agent_row(workspace, id).await?;
            self.guard_owners(caller, &[row.role]).await?;
            let mut changes = Vec::new();
            if standing::is_owner(&row) {
                changes.extend(self.spare_last_owner(workspace).await?);
            }
            let expected_version = row.version;
            let mut happened: Vec<Event> = Vec::new();
            let ends = self.signing_off(workspace, &row, &mut happened).await?;
            happened.push(Event::AgentRemoved(told(&row)));
            changes.extend(
                self.agent_events(workspace, &caller.actor, &mut row, &happened)
                    .await?,
            );
            changes.extend(ends);
            changes.push(Change::ForgetDeskOfAgent { agent_id: id });
            changes.push(Change::RemoveAgent {
                id,
                expected_version,
            });
            Ok(Act {
                changes,
                reply: Reply {
                    status: 204,
                    body: String::new(),
                },
                user: None,
            })
        });
        let reply = remove.await?;
        self.live.tell_desks(workspace, DeskNote::Rights);
        if let Some(row) = before {
            self.give_up_chats(workspace, &told(&row).agent).await;
        }
        self.held_due.notify_one();
        Ok(reply)
    }

    /// Refuses when there is one owner only who may sign in. The change that it gives makes two owners who remove each other at once collide.
    async fn spare_last_owner(&self, workspace: WorkspaceId) -> Result<Option<Change>> {
        // Read first: an owner who goes after the count moves the version on.
        let found = self.store.workspace(workspace).await?;
        if self.store.count_agents(workspace, Role::Owner).await? <= 1 {
            return Err(Error::Conflict(
                "This is the last owner of the workspace. Make another agent an owner first."
                    .into(),
            ));
        }
        Ok(found.map(|row| Change::SaveWorkspace {
            expected_version: row.version,
            workspace: row,
        }))
    }
}

fn patched(before: &AgentRow, patch: &AgentPatch, now: Time) -> AgentRow {
    let mut row = before.clone();
    if let Some(email) = &patch.email {
        row.email = Phi::new(email.clone());
    }
    if let Some(name) = &patch.name {
        row.name = Phi::new(name.clone());
    }
    if let Some(role) = patch.role {
        row.role = role;
    }
    if let Some(flags) = &patch.limited_to_flags {
        row.limited_to_flags.clone_from(flags);
    }
    match patch.is_active {
        Some(true) => row.deactivated_at = None,
        Some(false) => {
            row.deactivated_at.get_or_insert(now);
            row.invitation = None;
        }
        None => {}
    }
    row
}
