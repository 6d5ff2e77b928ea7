//! Webhook endpoints of a workspace.
use crate::delivery::sign;
use crate::{App, Error, Result};
use moka::sync::Cache as Moka;
use smartbot_model::webhook::{Endpoint, EndpointState, EventSelection, PayloadDetail};
use smartbot_model::{EndpointId, EventType, Phi, WorkspaceId};
use smartbot_store::Change;
use std::sync::Arc;
use std::time::Duration;

pub(crate) struct Cache {
    of_workspace: Moka<WorkspaceId, Arc<[Endpoint]>>,
    secrets: Moka<(WorkspaceId, EndpointId), Arc<Phi<String>>>,
}

impl Cache {
    pub(crate) fn new(ttl: Option<Duration>) -> Self {
        Self {
            of_workspace: crate::bots::bounded(10_000, ttl),
            secrets: crate::bots::bounded(10_000, ttl),
        }
    }
}

/// What to make an endpoint of.
#[derive(Debug, Clone)]
pub struct NewEndpoint {
    /// Where events are posted to.
    pub url: String,
    /// What it is for.
    pub description: String,
    /// Which events it takes.
    pub events: EventSelection,
    /// How much of them.
    pub detail: PayloadDetail,
    /// The secret to sign with; one is made when there is none.
    pub secret: Option<String>,
}

/// The most endpoints that a workspace has.
pub const MAX_ENDPOINTS: usize = 50;

impl App {
    /// Adds an endpoint. Answers with its secret.
    pub async fn add_endpoint(
        &self,
        workspace: WorkspaceId,
        new: NewEndpoint,
    ) -> Result<(Endpoint, Phi<String>)> {
        let url = self
            .egress
            .check_url(&new.url)
            .map_err(|it| Error::invalid("/url", "invalid_url", format!("{it}.")))?;
        if self.endpoints_of(workspace).await?.len() >= MAX_ENDPOINTS {
            return Err(Error::Conflict(format!(
                "A workspace has at most {MAX_ENDPOINTS} endpoints. Remove one first."
            )));
        }
        let secret = match new.secret {
            Some(secret)
                if secret
                    .strip_prefix(sign::PREFIX)
                    .is_some_and(|it| it.len() >= 32) =>
            {
                secret
            }
            Some(_) => {
                return Err(Error::invalid(
                    "/secret",
                    "invalid_value",
                    "A secret is whsec_ and at least 24 bytes in base64.",
                ));
            }
            None => sign::generate_secret(&*self.random),
        };
        let now = self.now();
        let endpoint = Endpoint {
            id: EndpointId::new(now, &*self.random),
            url: url.to_string(),
            description: new.description,
            events: new.events,
            detail: new.detail,
            state: EndpointState::Active,
            created_at: now,
        };
        let secret = Phi::new(secret);
        let change = Change::InsertEndpoint {
            endpoint: endpoint.clone(),
            secret: secret.clone(),
        };
        self.store.commit(workspace, vec![change]).await?;
        self.endpoints.of_workspace.invalidate(&workspace);
        Ok((endpoint, secret))
    }

    /// The endpoints of a workspace.
    pub async fn endpoints_of(&self, workspace: WorkspaceId) -> Result<Arc<[Endpoint]>> {
        if let Some(known) = self.endpoints.of_workspace.get(&workspace) {
            return Ok(known);
        }
        let read: Arc<[Endpoint]> = self.store.endpoints(workspace).await?.into();
        self.endpoints.of_workspace.insert(workspace, read.clone());
        Ok(read)
    }

    /// Whether any endpoint takes events of this type.
    pub(crate) async fn takes(&self, workspace: WorkspaceId, event: EventType) -> Result<bool> {
        Ok(self
            .endpoints_of(workspace)
            .await?
            .iter()
            .any(|it| wants(it, event)))
    }

    pub(crate) async fn endpoint_secret(
        &self,
        workspace: WorkspaceId,
        id: EndpointId,
    ) -> Result<Arc<Phi<String>>> {
        if let Some(known) = self.endpoints.secrets.get(&(workspace, id)) {
            return Ok(known);
        }
        let read = self
            .store
            .endpoint_secret(workspace, id)
            .await?
            .ok_or(Error::NotFound("endpoint"))?;
        let read = Arc::new(read);
        self.endpoints.secrets.insert((workspace, id), read.clone());
        Ok(read)
    }
}

/// Whether an event of this type is kept for this endpoint. A paused endpoint's events wait for it.
pub(crate) fn wants(endpoint: &Endpoint, event: EventType) -> bool {
    endpoint.state != EndpointState::Disabled && endpoint.events.takes(event)
}
