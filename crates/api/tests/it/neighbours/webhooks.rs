//! What the other workspace has of webhooks: endpoints that take nothing for now, deliveries that wait, runs that were ended.
use crate::support::TestServer;
use smartbot_app::Caller;
use smartbot_app::delivery::endpoints::{EndpointChange, EndpointOptions, NewEndpoint};
use smartbot_app::delivery::log::DeliveryFilter;
use smartbot_app::delivery::resend::{NewResend, ResendKind};
use smartbot_model::webhook::{EndpointState, EventSelection, PayloadDetail};
use smartbot_model::{EndpointId, Time, WorkspaceId};

/// Makes two endpoints; whatever happens from now on waits for them.
pub(super) async fn endpoints(server: &TestServer, workspace: WorkspaceId) -> Vec<EndpointId> {
    let caller = Caller::system(workspace);
    let mut ids = Vec::new();
    for number in 0..2 {
        let new = NewEndpoint {
            url: format!("http://127.0.0.1:1/canary-hook/{number}"),
            description: "canary-endpoint".into(),
            events: EventSelection::ALL,
            detail: PayloadDetail::Full,
            options: EndpointOptions::default(),
            secret: None,
        };
        let (endpoint, _) = server.app.add_endpoint(workspace, new).await.unwrap();
        let change = EndpointChange {
            state: Some(EndpointState::Paused),
            ..EndpointChange::default()
        };
        let paused = server.app.change_endpoint(&caller, endpoint.id, change);
        ids.push(paused.await.unwrap().id);
    }
    ids
}

/// The ids of a delivery and of a run.
pub(super) async fn sent(
    server: &TestServer,
    workspace: WorkspaceId,
    endpoint_id: EndpointId,
) -> (String, String) {
    let filter = DeliveryFilter {
        limit: 1,
        ..DeliveryFilter::default()
    };
    let deliveries = server.app.deliveries(workspace, filter).await.unwrap();
    let mut run = String::new();
    for _ in 0..2 {
        let new = NewResend {
            endpoint_id,
            kind: ResendKind::Recover,
            since: Time::default(),
            until: None,
            rate_per_second: None,
        };
        let started = server.app.start_resend(workspace, new).await.unwrap();
        server
            .app
            .cancel_resend(workspace, started.id)
            .await
            .unwrap();
        run = started.id.to_string();
    }
    (deliveries[0].id.to_string(), run)
}
