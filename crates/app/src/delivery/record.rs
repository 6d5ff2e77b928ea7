//! From something that happened to the rows that tell of it: the event, and one delivery for each endpoint that takes it.
use crate::delivery::endpoints::wants;
use crate::{App, Error, Result};
use smartbot_model::event::{Actor, Event};
use smartbot_model::random::Random;
use smartbot_model::webhook::Endpoint;
use smartbot_model::{DeliveryId, EndpointId, EventId, Phi, SessionId, Time, WorkspaceId};
use smartbot_store::{AgentRow, BoxOfBot, Change, DeliveryRow, EventRow};

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

/// The box that an event is about.
pub(crate) fn box_of(event: &EventRow) -> Option<BoxOfBot> {
    let data = event.data.expose();
    let text = |key: &str| data.get(key)?.as_str().map(str::to_owned);
    Some(BoxOfBot {
        function_id: text("function_id")?,
        box_id: text("box_id")?,
    })
}

impl App {
    /// One delivery for each endpoint that takes the event, for the worker. Commit with [`App::commit`], which tells it.
    pub(crate) fn waiting_deliveries(
        &self,
        event: &EventRow,
        endpoints: &[Endpoint],
    ) -> Vec<DeliveryRow> {
        endpoints
            .iter()
            .filter(|it| wants(it, event))
            .map(|it| self.waiting_delivery(event, it))
            .collect()
    }

    /// A delivery that waits for the worker.
    pub(crate) fn waiting_delivery(&self, event: &EventRow, endpoint: &Endpoint) -> DeliveryRow {
        let now = self.now();
        let in_order = endpoint.ordered_by.is_some();
        DeliveryRow {
            id: DeliveryId::new(now, &*self.random),
            event_id: event.id,
            endpoint_id: endpoint.id,
            due_at: now,
            order: in_order.then(|| (event.subject.clone(), event.sequence)),
            detail: endpoint.detail,
            of_box: box_of(event),
            lease_until: None,
            created_at: now,
        }
    }

    /// Makes deliveries to an endpoint tell as much as those before them of the same events did: what has one id has one body.
    pub(crate) async fn as_before(
        &self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        deliveries: &mut [DeliveryRow],
    ) -> Result<()> {
        let events: Vec<EventId> = deliveries.iter().map(|it| it.event_id).collect();
        let before = self
            .store
            .first_details(workspace, endpoint, &events)
            .await?;
        for delivery in deliveries {
            delivery.detail = *before.get(&delivery.event_id).unwrap_or(&delivery.detail);
        }
        Ok(())
    }

    /// Keeps changes, and tells the worker of the deliveries in them.
    pub(crate) async fn commit(&self, workspace: WorkspaceId, changes: Vec<Change>) -> Result<()> {
        let deliveries: Vec<DeliveryRow> = changes
            .iter()
            .filter_map(|it| match it {
                Change::InsertDeliveries(rows) => Some(rows),
                _ => None,
            })
            .flatten()
            .cloned()
            .collect();
        self.store.commit(workspace, changes).await?;
        self.after_deliveries(workspace, &deliveries, Vec::new());
        Ok(())
    }

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
        // What concerns a workspace is rare: it need not go out within the millisecond.
        let deliveries = self.waiting_deliveries(&event, &endpoints);
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
            sent.extend(self.waiting_deliveries(&row, &endpoints));
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
