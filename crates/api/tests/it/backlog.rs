//! What waits too long to be sent, or is too much, is given up, told of, and can be sent again.
use crate::delivery_rules::{list, of_publications, set_state};
use crate::notifications::agent;
use crate::support::events::delivered;
use crate::support::{PATIENCE, TestServer, bots, on_both_databases};
use smartbot_app::delivery::backlog::Backlog;
use smartbot_app::delivery::resend::NewResend;
use smartbot_model::agent::Role;
use smartbot_model::notification::NotificationKind;
use smartbot_model::time::Clock;
use smartbot_model::webhook::{DeliveryState, Endpoint, EndpointState};
use smartbot_model::{EndpointId, EventType};
use smartbot_store::ResendKind;
use smartbot_testkit::{Receiver, until_some};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3_600);

async fn paused(server: &TestServer, receiver: &Receiver) -> Endpoint {
    let (endpoint, _) = of_publications(server, receiver).await;
    set_state(server, endpoint.id, EndpointState::Paused).await;
    endpoint
}

async fn publish(server: &TestServer, names: &[&str]) {
    for name in names {
        let mut bot = bots::echo();
        bot["function_id"] = (*name).into();
        server.publish(&bot).await;
    }
}

/// What the deliveries to an endpoint that were given up died of, the newest first.
async fn dead(server: &TestServer, endpoint: EndpointId) -> Vec<String> {
    let all = list(server, endpoint).await.into_iter();
    all.filter(|it| it.state == DeliveryState::Dead)
        .map(|it| it.last_error.unwrap_or_default())
        .collect()
}

async fn give_up(server: &TestServer) -> usize {
    let given_up = server.app.give_up_backlog(server.workspace).await;
    given_up.unwrap()
}

async fn what_waits_longer_than_a_week_is_given_up_and_told(server: TestServer) {
    let (owner, _) = agent(&server, "owner", Role::Owner, &[]).await;
    let receiver = Receiver::start().await;
    let endpoint = paused(&server, &receiver).await;
    publish(&server, &["One", "Two"]).await;
    server.clock.advance(7 * DAY - Duration::from_secs(60));
    assert_eq!(give_up(&server).await, 0);
    server.clock.advance(Duration::from_secs(30));
    publish(&server, &["Three"]).await;
    server.clock.advance(Duration::from_secs(31));
    assert_eq!(give_up(&server).await, 2);
    assert_eq!(give_up(&server).await, 0);
    assert_eq!(dead(&server, endpoint.id).await, ["waited_too_long"; 2]);
    let last = list(&server, endpoint.id).await.remove(1);
    let told = until_some("the owner is told", PATIENCE, async || {
        let told = server
            .app
            .notifications(server.workspace, owner, false, None, 9);
        told.await.unwrap().pop()
    })
    .await;
    let trouble = told.endpoint.unwrap();
    assert_eq!(told.kind, NotificationKind::DeliveryDead);
    assert_eq!(
        (trouble.reason.as_str(), trouble.deliveries, trouble.status),
        ("waited_too_long", Some(2), None)
    );
    assert_eq!(
        (trouble.delivery_id, trouble.event_id, trouble.event_type),
        (
            Some(last.id),
            Some(last.event_id),
            Some(EventType::BotPublished)
        )
    );
    // What was given up is not lost.
    set_state(&server, endpoint.id, EndpointState::Active).await;
    delivered(&receiver, "/hook", 1).await;
    let recover = NewResend {
        endpoint_id: endpoint.id,
        kind: ResendKind::Recover,
        since: server.clock.now().minus(8 * DAY),
        until: None,
        rate_per_second: Some(1_000),
    };
    let run = server.app.start_resend(server.workspace, recover).await;
    run.unwrap();
    delivered(&receiver, "/hook", 3).await;
    assert_eq!(give_up(&server).await, 0);
}

async fn of_too_much_the_oldest_is_given_up(server: TestServer) {
    let receiver = Receiver::start().await;
    server.app.bound_backlog(Backlog {
        deliveries: 3,
        wait: 7 * DAY,
    });
    let endpoint = paused(&server, &receiver).await;
    publish(&server, &["One", "Two", "Three"]).await;
    assert_eq!(give_up(&server).await, 0);
    publish(&server, &["Four"]).await;
    assert_eq!(give_up(&server).await, 1);
    assert_eq!(give_up(&server).await, 0);
    let all = list(&server, endpoint.id).await;
    let states: Vec<_> = all.iter().map(|it| it.state).collect();
    assert_eq!(
        states,
        [
            DeliveryState::Pending,
            DeliveryState::Pending,
            DeliveryState::Pending,
            DeliveryState::Dead
        ]
    );
    assert_eq!(dead(&server, endpoint.id).await, ["backlog_full"]);
}

on_both_databases!(
    of_too_much_the_oldest_is_given_up,
    what_waits_longer_than_a_week_is_given_up_and_told,
);
