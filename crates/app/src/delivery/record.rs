//! From something that happened to the rows that tell of it: the event, and one delivery for each endpoint that takes it.
use crate::delivery::endpoints::wants;
use crate::{App, Error, Result};
use smartbot_model::event::{Actor, Event};
use smartbot_model::random::Random;
use smartbot_model::webhook::Endpoint;
use smartbot_model::{DeliveryId, EventId, Phi, SessionId, Time, WorkspaceId};
use smartbot_store::{AgentRow, Change, DeliveryRow, EventRow};

/// The row of an event.
pub(crate) fn event_row(
    event: &Event,
    about: (String, u64),
    actor: Actor,
    session_id: Option<SessionId>,
    at: Time,
    random: &dyn Random,
) -> Result<EventRow> {
    let (subject, sequence) = about;
    Ok(EventRow {
        id: EventId::new(at, random),
        event_type: event.event_type(),
        subject,
        sequence,
        occurred_at: at,
        actor,
        data: Phi::new(event.data()?),
        session_id,
    })
}

/// One delivery for each endpoint that takes the event.
pub(crate) fn deliveries<'a>(
    event: &'a EventRow,
    endpoints: &'a [Endpoint],
    random: &'a dyn Random,
) -> impl Iterator<Item = DeliveryRow> + 'a {
    endpoints
        .iter()
        .filter(|it| wants(it, event.event_type))
        .map(|it| DeliveryRow {
            id: DeliveryId::new(event.occurred_at, random),
            event_id: event.id,
            endpoint_id: it.id,
            due_at: event.occurred_at,
            created_at: event.occurred_at,
        })
}

impl App {
    /// The changes that record an event about the workspace itself.
    pub(crate) async fn workspace_event(
        &self,
        workspace: WorkspaceId,
        actor: Actor,
        event: &Event,
    ) -> Result<Vec<Change>> {
        let mut row = self
            .store
            .workspace(workspace)
            .await?
            .ok_or(Error::NotFound("workspace"))?;
        let endpoints = self.endpoints_of(workspace).await?;
        let expected_version = row.version;
        row.version += 1;
        row.event_sequence += 1;
        let about = (workspace.to_string(), row.event_sequence);
        let event = event_row(event, about, actor, None, self.now(), &*self.random)?;
        let deliveries: Vec<_> = deliveries(&event, &endpoints, &*self.random).collect();
        let mut changes = vec![
            Change::SaveWorkspace {
                workspace: row,
                expected_version,
            },
            Change::RecordEvents {
                user_id: None,
                events: vec![event],
            },
        ];
        if !deliveries.is_empty() {
            changes.push(Change::InsertDeliveries(deliveries));
        }
        Ok(changes)
    }

    /// The changes that record events about an agent, in their order. They count up in `agent`, which is to be saved or removed with them.
    pub(crate) async fn agent_events(
        &self,
        workspace: WorkspaceId,
        actor: &Actor,
        agent: &mut AgentRow,
        happened: &[Event],
    ) -> Result<Vec<Change>> {
        let endpoints = self.endpoints_of(workspace).await?;
        let now = self.now();
        let (mut rows, mut sent) = (Vec::new(), Vec::new());
        let mut next_id = EventId::new(now, &*self.random);
        for event in happened {
            agent.event_sequence += 1;
            let about = (agent.id.to_string(), agent.event_sequence);
            let mut row = event_row(event, about, actor.clone(), None, now, &*self.random)?;
            row.id = next_id;
            next_id = next_id.next();
            sent.extend(deliveries(&row, &endpoints, &*self.random));
            rows.push(row);
        }
        let mut changes = Vec::new();
        if !rows.is_empty() {
            changes.push(Change::RecordEvents {
                user_id: None,
                events: rows,
            });
        }
        if !sent.is_empty() {
            changes.push(Change::InsertDeliveries(sent));
        }
        Ok(changes)
    }
}
