//! Who is there. Every open desk says so now and then, whichever tab or node it is on; whoever is not heard of for a while is offline.
use crate::live::DeskNote;
use crate::sign_in::AgentAccess;
use crate::users::sight::Sight;
use crate::{App, Error, Result, agents};
use smartbot_model::agent::{Presence, Role};
use smartbot_model::event::{Actor, AgentStatusData, Event};
use smartbot_model::{AgentId, Permission, Time, WorkspaceId};
use smartbot_store::{AgentRow, Change, PresenceRow};
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

/// How long an agent counts as there after having been heard of.
pub const SEEN_FOR: Duration = Duration::from_secs(30);

/// How many chats an agent has at once, unless another number is chosen.
const CAPACITY: u32 = 5;

/// The most chats that an agent may choose to have at once.
const MAX_CAPACITY: u32 = 100;

/// How long before its time a sign of an agent is renewed.
const RENEW: Duration = Duration::from_secs(22);

/// What an agent has chosen, and what everybody sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnPresence {
    /// Whether the agent is there.
    pub status: Presence,
    /// How many chats at once.
    pub capacity: u32,
}

/// An agent as colleagues see one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentPresence {
    /// Who it is.
    pub id: AgentId,
    /// The name that users see.
    pub name: String,
    /// Whether the agent is there.
    pub status: Presence,
    /// How many chats the agent has.
    pub chats: u32,
    /// How many at once.
    pub capacity: u32,
    /// The flags of the users that the agent sees; empty means all users.
    pub limited_to_flags: Vec<String>,
}

fn status_changed(agent: &AgentRow, before: Presence, now: Presence) -> Event {
    Event::AgentStatusChanged(AgentStatusData {
        agent: agents::told(agent).agent,
        status: now.as_str().into(),
        previous_status: before.as_str().into(),
    })
}

/// What an agent is who has never chosen. The desk is open on every screen of the app: whoever is there for other work as well is there for
/// chats only once that was said.
fn chosen_at_first(role: Role) -> Presence {
    if role.may(Permission::ManageAgents) {
        Presence::Away
    } else {
        Presence::Online
    }
}

/// What everybody would be told of this row now.
fn effective(row: &PresenceRow, now: Time) -> Presence {
    if row.seen_until < now {
        Presence::Offline
    } else {
        row.told
    }
}

impl App {
    /// The agent chooses to be online, away or offline.
    pub async fn set_presence(
        &self,
        access: &AgentAccess,
        chosen: Presence,
        capacity: Option<u32>,
    ) -> Result<OwnPresence> {
        if capacity.is_some_and(|it| !(1..=MAX_CAPACITY).contains(&it)) {
            let message = format!("An agent has 1 to {MAX_CAPACITY} chats at once.");
            return Err(Error::invalid("/capacity", "invalid_value", message));
        }
        let (workspace, agent) = (access.caller.workspace, access.row.id);
        let actor = &access.caller.actor;
        self.change_presence(workspace, agent, actor, |row, now| {
            row.chosen = chosen;
            row.told = chosen;
            row.capacity = capacity.unwrap_or(row.capacity);
            row.seen_until = now.plus(SEEN_FOR);
        })
        .await?;
        self.presence_of(access).await
    }

    /// A desk of the agent was opened: who was lost is there again.
    pub async fn desk_opened(&self, access: &AgentAccess) -> Result<()> {
        let (workspace, agent) = (access.caller.workspace, access.row.id);
        let actor = &access.caller.actor;
        self.change_presence(workspace, agent, actor, |row, now| {
            row.told = row.chosen;
            row.seen_until = now.plus(SEEN_FOR);
        })
        .await
    }

    /// A desk of the agent is still open.
    pub async fn desk_is_open(&self, access: &AgentAccess) -> Result<()> {
        let (workspace, agent_id) = (access.caller.workspace, access.row.id);
        let known = self.store.presence(workspace, agent_id).await?;
        if known.is_none_or(|it| it.told != it.chosen) {
            // It was lost meanwhile: the machine slept, say.
            return self.desk_opened(access).await;
        }
        let now = self.now();
        if known.is_some_and(|it| it.seen_until > now.plus(RENEW)) {
            // Another tab has just said so.
            return Ok(());
        }
        let until = now.plus(SEEN_FOR);
        let seen = vec![Change::SeeAgent { agent_id, until }];
        Ok(self.store.commit(workspace, seen).await?)
    }

    /// Whether the agent is there, as everybody sees it.
    pub async fn presence_of(&self, access: &AgentAccess) -> Result<OwnPresence> {
        let row = self
            .store
            .presence(access.caller.workspace, access.row.id)
            .await?;
        Ok(OwnPresence {
            status: row.map_or(Presence::Offline, |it| effective(&it, self.now())),
            capacity: row.map_or(CAPACITY, |it| it.capacity),
        })
    }

    /// Tells of agents who are lost; returns how many there were.
    pub(crate) async fn tell_of_lost_agents(&self, limit: u32) -> Result<usize> {
        let lost = self.store.lost_agents(self.now(), limit).await?;
        for (workspace, agent) in &lost {
            self.change_presence(*workspace, *agent, &Actor::SYSTEM, |row, now| {
                if row.seen_until < now {
                    row.told = Presence::Offline;
                }
            })
            .await?;
        }
        Ok(lost.len())
    }

    /// That an agent who is about to go is not there any more, where everybody believes it is.
    pub(crate) async fn goes_offline(
        &self,
        workspace: WorkspaceId,
        agent: &AgentRow,
    ) -> Result<Option<Event>> {
        let known = self.store.presence(workspace, agent.id).await?;
        let told = known.map_or(Presence::Offline, |it| it.told);
        let is_news = told != Presence::Offline;
        Ok(is_news.then(|| status_changed(agent, told, Presence::Offline)))
    }

    /// Changes what is known of an agent, and tells when that is news to everybody.
    async fn change_presence(
        &self,
        workspace: WorkspaceId,
        agent_id: AgentId,
        actor: &Actor,
        change: impl Fn(&mut PresenceRow, Time),
    ) -> Result<()> {
        self.keep(workspace, async || {
            let known = self.store.presence(workspace, agent_id).await?;
            let Some(mut agent) = self.store.agent(workspace, agent_id).await? else {
                return Ok((vec![Change::ForgetDeskOfAgent { agent_id }], ()));
            };
            if agent.deactivated_at.is_some() {
                return Ok((Vec::new(), ()));
            }
            let before = known.map_or(Presence::Offline, |it| it.told);
            let mut presence = known.unwrap_or(PresenceRow {
                agent_id,
                chosen: chosen_at_first(agent.role),
                told: Presence::Offline,
                seen_until: self.now(),
                capacity: CAPACITY,
            });
            change(&mut presence, self.now());
            if known == Some(presence) {
                return Ok((Vec::new(), ()));
            }
            let mut changes = vec![Change::SavePresence {
                presence,
                expected: known,
            }];
            // The first time the agent is saved in any case: of one who goes at this moment nothing may stay.
            if presence.told != before || known.is_none() {
                let expected_version = agent.version;
                let happened = (presence.told != before)
                    .then(|| status_changed(&agent, before, presence.told));
                let happened: Vec<Event> = happened.into_iter().collect();
                let told = self.agent_events(workspace, actor, &mut agent, &happened);
                changes.extend(told.await?);
                changes.push(Change::SaveAgent {
                    agent,
                    expected_version,
                });
            }
            Ok((changes, ()))
        })
        .await?;
        self.live.tell_desks(workspace, DeskNote::Presence);
        Ok(())
    }

    /// The agents who answer chats, and whether each is there.
    pub async fn desk_agents(&self, workspace: WorkspaceId) -> Result<Vec<AgentPresence>> {
        let now = self.now();
        let rows = self.store.presences(workspace).await?;
        let known: HashMap<AgentId, PresenceRow> =
            rows.into_iter().map(|it| (it.agent_id, it)).collect();
        let loads = self.store.agent_loads(workspace).await?;
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let some: Vec<AgentRow> = self.store.agents(workspace, after, 200).await?;
            let Some(last) = some.last() else {
                return Ok(found);
            };
            after = Some(last.id);
            for row in some
                .into_iter()
                .filter(|it| it.deactivated_at.is_none() && it.role.may(Permission::AnswerChats))
            {
                let presence = known.get(&row.id);
                found.push(AgentPresence {
                    id: row.id,
                    name: row.name.into_inner(),
                    status: presence.map_or(Presence::Offline, |it| effective(it, now)),
                    chats: loads.get(&row.id).copied().unwrap_or(0),
                    capacity: presence.map_or(CAPACITY, |it| it.capacity),
                    limited_to_flags: row.limited_to_flags,
                });
            }
        }
    }

    /// Whether somebody who sees a user of these flags could take a chat now.
    pub(crate) async fn is_agent_free(
        &self,
        workspace: WorkspaceId,
        flags: &BTreeSet<String>,
    ) -> Result<bool> {
        let online = self.store.available_agents(workspace, self.now()).await?;
        Ok(online.iter().any(|it| {
            it.busy < it.capacity
                && it.role.may(Permission::AnswerChats)
                && Sight::of(it.limited_to_flags.clone()).sees(flags)
        }))
    }
}
