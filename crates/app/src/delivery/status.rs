//! Endpoints with how they do, for those who look after them.
use crate::{App, Result};
use smartbot_model::webhook::Endpoint;
use smartbot_model::{EndpointId, Time, WorkspaceId};
use smartbot_store::EndpointHealth;
use std::collections::HashMap;

/// An endpoint and how it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointStatus {
    /// The endpoint as it is kept at this moment.
    pub endpoint: Endpoint,
    /// Until when nothing is sent because it fails again and again, as far as this node knows.
    pub held_until: Option<Time>,
    /// Since when it has taken nothing; none while it does well.
    pub failing_since: Option<Time>,
    /// How many tries have failed since then.
    pub failures: u64,
}

impl App {
    /// All endpoints of a workspace, the oldest first.
    pub async fn endpoint_statuses(&self, workspace: WorkspaceId) -> Result<Vec<EndpointStatus>> {
        let mut all = self.store.endpoints(workspace).await?;
        all.sort_by_key(|it| it.id);
        let failing = self.store.failing_endpoints(workspace).await?;
        let failing: HashMap<_, _> = failing.into_iter().collect();
        let status = |it: Endpoint| {
            let health = failing.get(&it.id).copied();
            self.status_of(workspace, it, health)
        };
        Ok(all.into_iter().map(status).collect())
    }

    /// One endpoint.
    pub async fn endpoint_status(
        &self,
        workspace: WorkspaceId,
        id: EndpointId,
    ) -> Result<EndpointStatus> {
        let endpoint = self.endpoint(workspace, id).await?;
        let health = self.store.endpoint_health(workspace, id).await?;
        Ok(self.status_of(workspace, endpoint, health))
    }

    fn status_of(
        &self,
        workspace: WorkspaceId,
        endpoint: Endpoint,
        health: Option<EndpointHealth>,
    ) -> EndpointStatus {
        EndpointStatus {
            held_until: self.held_until(workspace, endpoint.id),
            failing_since: health.map(|it| it.failing_since),
            failures: health.map_or(0, |it| it.failures),
            endpoint,
        }
    }
}
