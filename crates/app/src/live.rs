//! Live notes: "look at the session again". Truth is read from the database; a lost note costs time, never data.
//!
//! In-process; the seam for several nodes is [`Live::note`] and [`Live::subscribe`].
use crate::wake::Luck;
use dashmap::DashMap;
use smartbot_model::message::Sender;
use smartbot_model::notification::Notification;
use smartbot_model::{AgentId, SessionId, WorkspaceId};
use std::sync::Arc;
use tokio::sync::broadcast;

/// What a listener of a session is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// Something was committed: read again.
    Changed,
    /// Somebody types.
    Typing(Sender),
}

/// What the desks of a workspace are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeskNote {
    /// Something of a session was committed.
    Changed {
        /// The session.
        session: SessionId,
        /// The version that it has then.
        version: u64,
        /// Its messages after this `seq` are new, if that is known.
        after_seq: Option<u32>,
    },
    /// Somebody types in a session.
    Typing(SessionId, Sender),
    /// Somebody noted something about a session.
    Noted(SessionId),
    /// Somebody came, went, or has more or less to do.
    Presence,
    /// A user got or lost a flag outside of a chat: agents who are limited to flags may see others now.
    Flags,
    /// An agent was removed, signed out, or may see and do other things: look again who one is.
    Rights,
    /// Too much happened at once: read everything again.
    Missed,
}

/// How many notes a slow listener may be behind before it is told to read again.
const CAPACITY: usize = 32;

/// The bus between those who change sessions and those who watch them, and between those who notify agents and the agents' desks.
pub struct Live {
    agents: DashMap<(WorkspaceId, AgentId), broadcast::Sender<Notification>>,
    sessions: DashMap<SessionId, broadcast::Sender<Note>>,
    desks: DashMap<WorkspaceId, broadcast::Sender<DeskNote>>,
    luck: Arc<dyn Luck>,
}

/// How many notes a slow desk may be behind before it is told to read everything again.
const DESK_CAPACITY: usize = 1_024;

impl Live {
    pub(crate) fn new(luck: Arc<dyn Luck>) -> Self {
        Self {
            agents: DashMap::new(),
            sessions: DashMap::new(),
            desks: DashMap::new(),
            luck,
        }
    }

    /// Listens to a session. Subscribe before you read, so that nothing falls between.
    pub fn subscribe(&self, session: SessionId) -> Listener {
        let sender = self
            .sessions
            .entry(session)
            .or_insert_with(|| broadcast::channel(CAPACITY).0);
        Listener(sender.subscribe())
    }

    /// Listens to what an agent is told. Whoever is behind reads the list again.
    pub fn subscribe_agent(
        &self,
        workspace: WorkspaceId,
        agent: AgentId,
    ) -> broadcast::Receiver<Notification> {
        let sender = self
            .agents
            .entry((workspace, agent))
            .or_insert_with(|| broadcast::channel(CAPACITY).0);
        sender.subscribe()
    }

    /// Tells an agent on all desks of this node. What is told twice they know by its id.
    pub(crate) fn tell(&self, workspace: WorkspaceId, agent: AgentId, notification: &Notification) {
        for _ in 0..self.luck.arrivals() {
            if let Some(desk) = self.agents.get(&(workspace, agent)) {
                // Nobody may listen any more.
                let _ = desk.send(notification.clone());
            }
        }
    }

    /// Tells the listeners of a session. The last one to have left is noticed and forgotten here.
    pub fn note(&self, session: SessionId, note: Note) {
        let mut unheard = false;
        for _ in 0..self.luck.arrivals() {
            let listeners = self.sessions.get(&session);
            unheard = listeners.is_some_and(|it| it.send(note).is_err());
        }
        if unheard {
            self.sessions
                .remove_if(&session, |_, it| it.receiver_count() == 0);
        }
    }

    /// Listens to everything that concerns the desks of a workspace.
    pub fn subscribe_desk(&self, workspace: WorkspaceId) -> DeskListener {
        let sender = self
            .desks
            .entry(workspace)
            .or_insert_with(|| broadcast::channel(DESK_CAPACITY).0);
        DeskListener(sender.subscribe())
    }

    /// Tells the desks of a workspace.
    pub fn tell_desks(&self, workspace: WorkspaceId, note: DeskNote) {
        if let Some(sender) = self.desks.get(&workspace) {
            // With nobody there, there is nobody to tell.
            let _ = sender.send(note);
        }
    }

    /// The workspaces of which a desk is open here.
    pub fn open_desks(&self) -> Vec<WorkspaceId> {
        let open = self.desks.iter().filter(|it| it.receiver_count() > 0);
        open.map(|it| *it.key()).collect()
    }

    /// The agents of whom a desk is open here.
    pub(crate) fn open_agents(&self) -> Vec<(WorkspaceId, AgentId)> {
        let open = self.agents.iter().filter(|it| it.receiver_count() > 0);
        open.map(|it| *it.key()).collect()
    }

    /// Forgets sessions and desks that nobody listens to any more.
    pub fn sweep(&self) {
        self.agents.retain(|_, it| it.receiver_count() > 0);
        self.sessions.retain(|_, it| it.receiver_count() > 0);
        self.desks.retain(|_, it| it.receiver_count() > 0);
    }

    /// How many sessions are listened to.
    pub fn len(&self) -> usize {
        self.sessions.len()
    }

    /// Whether nobody listens.
    pub fn is_empty(&self) -> bool {
        self.sessions.is_empty()
    }
}

/// The receiving end of [`Live`].
#[derive(Debug)]
pub struct Listener(broadcast::Receiver<Note>);

impl Listener {
    /// The next note. One that was missed counts as [`Note::Changed`].
    pub async fn next(&mut self) -> Note {
        match self.0.recv().await {
            Ok(note) => note,
            Err(broadcast::error::RecvError::Lagged(_)) => Note::Changed,
            // The bus lives as long as the server; a closed channel means it stops.
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }
}

/// The receiving end for a desk.
#[derive(Debug)]
pub struct DeskListener(broadcast::Receiver<DeskNote>);

impl DeskListener {
    /// The next note.
    pub async fn next(&mut self) -> DeskNote {
        match self.0.recv().await {
            Ok(note) => note,
            Err(broadcast::error::RecvError::Lagged(_)) => DeskNote::Missed,
            // The bus lives as long as the server; a closed channel means it stops.
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use smartbot_model::Time;
    use smartbot_model::random::SeededRandom;

    #[tokio::test]
    async fn a_desk_hears_its_workspace_only_and_is_told_when_it_missed_something() {
        let live = Live::new(Arc::new(crate::wake::Always));
        let [mine, other] = [1, 2].map(|it| WorkspaceId::from_uuid(uuid::Uuid::from_u128(it)));
        let mut desk = live.subscribe_desk(mine);
        live.tell_desks(other, DeskNote::Presence);
        live.tell_desks(mine, DeskNote::Rights);
        assert_eq!(desk.next().await, DeskNote::Rights);
        for _ in 0..=DESK_CAPACITY {
            live.tell_desks(mine, DeskNote::Presence);
        }
        assert_eq!(desk.next().await, DeskNote::Missed);
        assert_eq!(live.open_desks(), [mine]);
        drop(desk);
        live.sweep();
        assert!(live.open_desks().is_empty() && live.desks.is_empty());
    }

    #[tokio::test]
    async fn a_listener_hears_its_session_only_and_is_forgotten_when_gone() {
        let live = Live::new(Arc::new(crate::wake::Always));
        let random = SeededRandom::new(1);
        let (mine, other) = (
            SessionId::new(Time::default(), &random),
            SessionId::new(Time::default(), &random),
        );
        let mut listener = live.subscribe(mine);
        live.note(other, Note::Changed);
        live.note(mine, Note::Typing(Sender::Bot));
        assert_eq!(listener.next().await, Note::Typing(Sender::Bot));
        for _ in 0..100 {
            live.note(mine, Note::Typing(Sender::User));
        }
        assert_eq!(
            listener.next().await,
            Note::Changed,
            "a slow listener reads again"
        );
        drop(listener);
        live.note(mine, Note::Changed);
        assert!(live.is_empty());
    }
}
