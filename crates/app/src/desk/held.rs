//! Chats that their agents cannot have any more: they wait for somebody again. And offers to agents who cannot accept them.
use crate::turns::desk::{By, DeskAct, may_have};
use crate::{App, Error, Result};
use smartbot_model::agent::AgentRef;
use smartbot_model::{AgentId, Permission, SessionId, WorkspaceId};
use smartbot_store::{DeskRows, HeldSession};

/// How many chats are looked at at once.
const AT_ONCE: u32 = 200;

/// Whether the agent who has a chat may have it.
fn may_stay(held: &HeldSession) -> bool {
    held.agent.as_ref().is_some_and(|(role, limits)| {
        let sight = crate::users::sight::Sight::of(limits.clone());
        role.may(Permission::AnswerChats) && sight.sees(&held.flags)
    })
}

impl App {
    /// Gives up all chats of an agent who has just gone. What fails is found later.
    pub(crate) async fn give_up_chats(&self, workspace: WorkspaceId, agent: &AgentRef) {
        let which = DeskRows::HeldBy(agent.id);
        let given_up = async {
            let held = self
                .store
                .desk_sessions(workspace, which, &[], None, u32::MAX);
            for it in held.await? {
                self.give_up(workspace, agent.clone(), it.id).await?;
            }
            Ok::<_, Error>(())
        };
        if let Err(error) = given_up.await {
            tracing::warn!(%error, "the chats of an agent could not all be given up; they will be");
            self.held_due.notify_one();
        }
    }

    /// Gives up the chats of all workspaces that their agents cannot have.
    pub(crate) async fn give_up_stranded_chats(&self) -> Result<()> {
        let mut after = None;
        loop {
            let held = self.store.held_sessions(after.as_ref(), AT_ONCE).await?;
            let is_last = held.len() < AT_ONCE as usize;
            for it in &held {
                let agent = async || self.agent_ref(it.workspace, it.agent_id).await;
                if !may_stay(it) {
                    self.give_up(it.workspace, agent().await?, it.id).await?;
                } else if let Some(to) = it.offered_to
                    && !self.may_be_offered(it, to).await?
                {
                    let act = DeskAct::TakeBack { offered_to: to };
                    self.of_system(it.workspace, agent().await?, it.id, &act)
                        .await?;
                }
            }
            match held.last().filter(|_| !is_last) {
                Some(last) => after = Some(last.clone()),
                None => return Ok(()),
            }
        }
    }

    /// Whether the agent to whom a chat is offered may have it.
    async fn may_be_offered(&self, held: &HeldSession, to: AgentId) -> Result<bool> {
        let row = self.store.agent(held.workspace, to).await?;
        Ok(row.is_some_and(|it| may_have(&it, &held.flags)))
    }

    async fn give_up(
        &self,
        workspace: WorkspaceId,
        agent: AgentRef,
        session: SessionId,
    ) -> Result<()> {
        self.of_system(workspace, agent, session, &DeskAct::GiveUp)
            .await
    }

    async fn of_system(
        &self,
        workspace: WorkspaceId,
        agent: AgentRef,
        session: SessionId,
        act: &DeskAct,
    ) -> Result<()> {
        let by = By::system(agent);
        match self.desk_act(workspace, &by, session, act).await {
            // It ended meanwhile, or its user was erased.
            Ok(_) | Err(Error::SessionEnded | Error::NotFound(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
