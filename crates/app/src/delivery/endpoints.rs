//! Webhook endpoints of a workspace: made, changed, paused, removed.
use crate::delivery::secrets::checked;
use crate::delivery::sign;
use crate::{App, Caller, Error, Result};
use moka::sync::Cache as Moka;
use smartbot_model::event::{Event, WebhookDisabledData};
use smartbot_model::problem::InputError;
use smartbot_model::strict_json::push_pointer;
use smartbot_model::webhook::{
    DEFAULT_TIMEOUT_SECONDS, Endpoint, EndpointState, EventFilter, EventSelection, OrderedBy,
    PayloadDetail, Signature, TIMEOUT_SECONDS,
};
use smartbot_model::{EndpointId, EventType, Phi, Time, WorkspaceId};
use smartbot_store::{Change, EndpointSecrets, EventRow};
use std::sync::Arc;
use std::time::Duration;

pub(crate) struct Cache {
    of_workspace: Moka<WorkspaceId, Arc<[Endpoint]>>,
    pub(crate) secrets: Moka<(WorkspaceId, EndpointId), Arc<EndpointSecrets>>,
}

impl Cache {
    pub(crate) fn new(ttl: Option<Duration>) -> Self {
        Self {
            of_workspace: crate::bots::bounded(10_000, ttl),
            secrets: crate::bots::bounded(10_000, ttl),
        }
    }

    /// The endpoints of a workspace, when they were read not long ago.
    pub(crate) fn known(&self, workspace: WorkspaceId) -> Option<Arc<[Endpoint]>> {
        self.of_workspace.get(&workspace)
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
    /// Everything else that one may choose.
    pub options: EndpointOptions,
    /// The secret to sign with; one is made when there is none.
    pub secret: Option<String>,
}

/// What most endpoints leave as it is.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct EndpointOptions {
    /// Which of the events of its types it takes.
    pub filter: EventFilter,
    /// In which order they arrive.
    pub ordered_by: Option<OrderedBy>,
    /// The most deliveries a second.
    pub rate_per_second: Option<u32>,
    /// How long one try may take, in seconds.
    pub timeout_seconds: u32,
    /// How deliveries are signed.
    pub signature: Signature,
    /// Headers that every delivery carries.
    pub headers: Vec<(String, String)>,
}

impl Default for EndpointOptions {
    fn default() -> Self {
        Self {
            filter: EventFilter::default(),
            ordered_by: None,
            rate_per_second: None,
            timeout_seconds: DEFAULT_TIMEOUT_SECONDS,
            signature: Signature::V1,
            headers: Vec::new(),
        }
    }
}

/// Tells what is to be none from what is to stay.
fn given<'de, D, T>(from: D) -> std::result::Result<Option<Option<T>>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::Deserialize<'de>,
{
    serde::Deserialize::deserialize(from).map(Some)
}

/// What is to be different about an endpoint; none leaves a setting as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct EndpointChange {
    /// Where events are posted to.
    pub url: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Which events it takes.
    pub events: Option<EventSelection>,
    /// How much of them.
    pub detail: Option<PayloadDetail>,
    /// Which of the events of its types it takes.
    pub filter: Option<EventFilter>,
    /// In which order they arrive.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub ordered_by: Option<Option<OrderedBy>>,
    /// The most deliveries a second.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub rate_per_second: Option<Option<u32>>,
    /// How long one try may take, in seconds.
    pub timeout_seconds: Option<u32>,
    /// How deliveries are signed.
    pub signature: Option<Signature>,
    /// Headers to set; one without a value is taken away, and what is not named stays.
    pub headers: Vec<(String, Option<String>)>,
    /// Whether it is sent anything.
    pub state: Option<EndpointState>,
    /// Changes it only while it has one of these revisions.
    pub only_revisions: Option<Vec<u32>>,
}

/// The most endpoints that a workspace has.
pub const MAX_ENDPOINTS: usize = 50;

/// How often a change that collides with others is tried again.
const MAX_TRIES: usize = 10;

/// The most headers of an endpoint's own.
const MAX_HEADERS: usize = 20;

impl App {
    /// Adds an endpoint. Answers with its secret.
    pub async fn add_endpoint(
        &self,
        workspace: WorkspaceId,
        new: NewEndpoint,
    ) -> Result<(Endpoint, Phi<String>)> {
        if self.store.endpoints(workspace).await?.len() >= MAX_ENDPOINTS {
            return Err(Error::Conflict(format!(
                "A workspace has at most {MAX_ENDPOINTS} endpoints. Remove one first."
            )));
        }
        let secret = match new.secret {
            Some(secret) => checked(secret)?,
            None => sign::generate_secret(&*self.random),
        };
        let now = self.now();
        let EndpointOptions {
            filter,
            ordered_by,
            rate_per_second,
            timeout_seconds,
            signature,
            headers,
        } = new.options;
        let mut endpoint = Endpoint {
            description: new.description,
            events: new.events,
            detail: new.detail,
            filter,
            ordered_by,
            rate_per_second,
            timeout_seconds,
            signature,
            headers,
            ..Endpoint::new(EndpointId::new(now, &*self.random), new.url, now)
        };
        self.check_endpoint(&mut endpoint)?;
        let secrets = EndpointSecrets {
            current: Phi::new(secret.clone()),
            old: Vec::new(),
            signing_key: Some(self.new_signing_key()),
        };
        let change = Change::InsertEndpoint {
            endpoint: endpoint.clone(),
            secrets,
        };
        self.store.commit(workspace, vec![change]).await?;
        self.forget_endpoints(workspace);
        Ok((endpoint, Phi::new(secret)))
    }

    /// Refuses settings that cannot work, with everything that is wrong with them.
    fn check_endpoint(&self, endpoint: &mut Endpoint) -> Result<()> {
        let mut errors = Vec::new();
        let mut wrong = |pointer: String, code: &str, message: String| {
            errors.push(InputError::new(pointer, code, message));
        };
        let pointer = |name: &str| {
            let mut pointer = "/headers".to_owned();
            push_pointer(&mut pointer, name);
            pointer
        };
        match self.egress.check_url(&endpoint.url) {
            Ok(url) => endpoint.url = url.to_string(),
            Err(refused) => wrong("/url".into(), "invalid_url", format!("{refused}.")),
        }
        if endpoint.description.chars().count() > 500 {
            let message = "A description has at most 500 characters.";
            wrong("/description".into(), "too_long", message.into());
        }
        if !TIMEOUT_SECONDS.contains(&endpoint.timeout_seconds) {
            let message = "A receiver is given 1 to 30 seconds.";
            wrong("/timeout_seconds".into(), "invalid_value", message.into());
        }
        if endpoint
            .rate_per_second
            .is_some_and(|it| !(1..=10_000).contains(&it))
        {
            let message = "A rate is 1 to 10,000 a second; leave it out for as many as go.";
            wrong("/rate_per_second".into(), "invalid_value", message.into());
        }
        if endpoint.headers.len() > MAX_HEADERS {
            let message = format!("An endpoint has at most {MAX_HEADERS} headers of its own.");
            wrong("/headers".into(), "too_many", message);
        }
        for (place, (name, value)) in endpoint.headers.iter().enumerate() {
            if endpoint.headers[..place].iter().any(|it| it.0 == *name) {
                let message = "A header comes once; its name is the same in any case.";
                wrong(pointer(name), "repeated", message.into());
            }
            let fits = smartbot_egress::check_header_name(name)
                .and_then(|_| smartbot_egress::check_header_value(value));
            if let Err(refused) = fits {
                wrong(pointer(name), "invalid_header", format!("{refused}."));
            }
        }
        if let EventSelection::Some(types) = &endpoint.events
            && types.is_empty()
        {
            let message = "Choose at least one type of events, or \"all\".";
            wrong("/events".into(), "missing_value", message.into());
        }
        let lists = &endpoint.filter;
        if lists.function_ids.len().max(lists.flags.len()) > 100 {
            let message = "A filter names at most 100 bots and 100 flags.";
            wrong("/filter".into(), "too_many", message.into());
        }
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(errors))
        }
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

    /// One endpoint.
    pub async fn endpoint(&self, workspace: WorkspaceId, id: EndpointId) -> Result<Endpoint> {
        let all = self.store.endpoints(workspace).await?;
        all.into_iter()
            .find(|it| it.id == id)
            .ok_or(Error::NotFound("endpoint"))
    }

    pub(crate) fn forget_endpoints(&self, workspace: WorkspaceId) {
        self.endpoints.of_workspace.invalidate(&workspace);
    }

    /// Changes an endpoint. One that becomes active again gets what waits for it, and a fresh start.
    pub async fn change_endpoint(
        &self,
        caller: &Caller,
        id: EndpointId,
        change: EndpointChange,
    ) -> Result<Endpoint> {
        let workspace = caller.workspace;
        for _ in 0..MAX_TRIES {
            let before = self.endpoint(workspace, id).await?;
            let only = change.only_revisions.as_ref();
            if only.is_some_and(|it| !it.contains(&before.revision)) {
                return Err(Error::PreconditionFailed);
            }
            let mut endpoint = changed(before.clone(), change.clone());
            self.check_endpoint(&mut endpoint)?;
            match self.save_endpoint(caller, &before, &endpoint).await {
                // Somebody else changed it meanwhile, or its receiver switched it off.
                Err(Error::Conflict(_)) => continue,
                other => other?,
            }
            endpoint.revision += 1;
            self.look_at_lane(workspace, id);
            return Ok(endpoint);
        }
        Err(Error::Overloaded {
            retry_after: Duration::from_secs(1),
        })
    }

    async fn save_endpoint(
        &self,
        caller: &Caller,
        before: &Endpoint,
        endpoint: &Endpoint,
    ) -> Result<()> {
        let (workspace, id) = (caller.workspace, endpoint.id);
        let mut changes = vec![Change::SaveEndpoint {
            endpoint: endpoint.clone(),
        }];
        if endpoint.state == EndpointState::Active && before.state != EndpointState::Active {
            // Days of failing before count no more.
            changes.push(Change::SaveEndpointHealth { id, health: None });
        }
        let switched_off =
            endpoint.state == EndpointState::Disabled && before.state != EndpointState::Disabled;
        if switched_off {
            let event = Event::WebhookDisabled(WebhookDisabledData {
                endpoint_id: id,
                url: endpoint.url.clone(),
                reason: BY_HAND.into(),
            });
            changes.extend(
                self.workspace_event(workspace, caller.actor.clone(), &event)
                    .await?,
            );
        }
        self.commit(workspace, changes).await?;
        self.forget_endpoints(workspace);
        Ok(())
    }

    /// Until when nothing is sent to an endpoint because it fails again and again, as far as this node knows.
    pub fn held_until(&self, workspace: WorkspaceId, id: EndpointId) -> Option<Time> {
        self.lanes.open_until((workspace, id), self.now())
    }

    fn look_at_lane(&self, workspace: WorkspaceId, id: EndpointId) {
        self.lanes.forget((workspace, id));
        let now = self.now();
        self.lanes.due((workspace, id), now, now);
        self.deliveries_due.notify_one();
    }

    /// Removes an endpoint with its deliveries. What is on its way arrives or does not.
    pub async fn remove_endpoint(&self, workspace: WorkspaceId, id: EndpointId) -> Result<()> {
        let removed = self
            .store
            .commit(workspace, vec![Change::RemoveEndpoint { id }])
            .await;
        self.forget_endpoints(workspace);
        self.endpoints.secrets.invalidate(&(workspace, id));
        match removed {
            Err(smartbot_store::Error::Conflict { .. }) => Err(Error::NotFound("endpoint")),
            other => Ok(other?),
        }
    }

    /// Whether any endpoint takes events of this type.
    pub(crate) async fn takes(&self, workspace: WorkspaceId, event: EventType) -> Result<bool> {
        Ok(self
            .endpoints_of(workspace)
            .await?
            .iter()
            .any(|it| wants_type(it, event)))
    }
}

/// Why an endpoint is disabled that somebody switched off.
const BY_HAND: &str = "by_hand";

fn changed(mut endpoint: Endpoint, change: EndpointChange) -> Endpoint {
    fn set<T>(to: &mut T, value: Option<T>) {
        if let Some(value) = value {
            *to = value;
        }
    }
    set(&mut endpoint.url, change.url);
    set(&mut endpoint.description, change.description);
    set(&mut endpoint.events, change.events);
    set(&mut endpoint.detail, change.detail);
    set(&mut endpoint.filter, change.filter);
    set(&mut endpoint.ordered_by, change.ordered_by);
    set(&mut endpoint.rate_per_second, change.rate_per_second);
    set(&mut endpoint.timeout_seconds, change.timeout_seconds);
    set(&mut endpoint.signature, change.signature);
    for (name, value) in change.headers {
        endpoint.headers.retain(|it| it.0 != name);
        endpoint.headers.extend(value.map(|it| (name, it)));
    }
    if let Some(state) = change.state
        && state != endpoint.state
    {
        endpoint.state = state;
        endpoint.disabled_reason = (state == EndpointState::Disabled).then(|| BY_HAND.to_owned());
    }
    endpoint
}

/// Whether an event of this type is kept for this endpoint. A paused endpoint's events wait for it.
pub(crate) fn wants_type(endpoint: &Endpoint, event: EventType) -> bool {
    endpoint.state != EndpointState::Disabled && endpoint.events.takes(event)
}

/// Whether an event is kept for this endpoint.
pub(crate) fn wants(endpoint: &Endpoint, event: &EventRow) -> bool {
    if !wants_type(endpoint, event.event_type) {
        return false;
    }
    let data = event.data.expose();
    let is_about_itself = matches!(
        event.event_type,
        EventType::WebhookDisabled | EventType::WebhookFailing
    ) && data.get("endpoint_id").and_then(|it| it.as_str())
        == Some(&endpoint.id.to_string());
    !is_about_itself && endpoint.filter.passes(data)
}
