//! The ways back for what did not arrive: one delivery, all that were given up, and events that never were for the endpoint.
use crate::delivery_rules::{DAY, endpoint, list, of_publications, the_delivery};
use crate::support::events::{delivered, verify};
use crate::support::{PATIENCE, TestServer, bots, on_both_databases};
use smartbot_app::delivery::endpoints::EndpointOptions;
use smartbot_app::delivery::resend::NewResend;
use smartbot_model::EventType;
use smartbot_model::time::Clock;
use smartbot_model::webhook::{DeliveryState, Endpoint};
use smartbot_store::ResendKind;
use smartbot_testkit::{Answer, Receiver, until};
use std::time::Duration;

/// Three deliveries that were given up.
async fn three_dead(server: &TestServer, receiver: &Receiver) -> Endpoint {
    receiver.answer(
        "/hook",
        Answer::status(400).header("webhook-delivery", "abort-message"),
    );
    let (endpoint, _) = of_publications(server, receiver).await;
    for it in 0..3 {
        let mut bot = bots::echo();
        bot["function_id"] = format!("Echo{it}").into();
        server.publish(&bot).await;
    }
    until("three are dead", PATIENCE, async || {
        let all = list(server, endpoint.id).await;
        all.iter()
            .filter(|it| it.state == DeliveryState::Dead)
            .count()
            == 3
    })
    .await;
    receiver.answer("/hook", Answer::status(204));
    endpoint
}

async fn what_was_given_up_comes_back_one_by_one_and_all_at_once(server: TestServer) {
    let receiver = Receiver::start().await;
    let endpoint = three_dead(&server, &receiver).await;
    let dead = list(&server, endpoint.id).await;
    server
        .app
        .resend_delivery(server.workspace, dead[0].id)
        .await
        .unwrap();
    let again = the_delivery(&server, endpoint.id, |it| {
        it.state == DeliveryState::Delivered
    })
    .await;
    assert_eq!(
        (again.id, again.attempts, again.event_id),
        (dead[0].id, 2, dead[0].event_id)
    );
    let recover = NewResend {
        endpoint_id: endpoint.id,
        kind: ResendKind::Recover,
        since: server.clock.now().minus(DAY),
        until: None,
        rate_per_second: Some(1_000),
    };
    server.clock.advance(Duration::from_secs(1));
    let run = server
        .app
        .start_resend(server.workspace, recover.clone())
        .await
        .unwrap();
    until("all have arrived", PATIENCE, async || {
        let all = list(&server, endpoint.id).await;
        all.iter().all(|it| it.state == DeliveryState::Delivered)
    })
    .await;
    until("it is done", PATIENCE, async || {
        let run = server.app.resend(server.workspace, run.id).await.unwrap();
        (run.state.as_str(), run.sent, run.looked_at) == ("done", 2, 2)
    })
    .await;
    let future = NewResend {
        since: server.clock.now().plus(DAY),
        ..recover
    };
    let refused = server.app.start_resend(server.workspace, future).await;
    assert!(matches!(refused, Err(smartbot_app::Error::Invalid(_))));
}

async fn a_replay_sends_also_what_never_was_for_the_endpoint(server: TestServer) {
    let receiver = Receiver::start().await;
    let greeter = server.publish(&bots::greeter()).await;
    for _ in 0..3 {
        server.bots().start(&greeter).await;
    }
    let started = [EventType::SessionStarted];
    let url = receiver.url("/hook");
    let (endpoint, secret) = endpoint(&server, &url, &started, EndpointOptions::default()).await;
    assert_eq!(list(&server, endpoint.id).await.len(), 0);
    server.clock.advance(Duration::from_secs(1));
    let replay = NewResend {
        endpoint_id: endpoint.id,
        kind: ResendKind::Replay,
        since: server.clock.now().minus(DAY),
        until: None,
        rate_per_second: Some(1_000),
    };
    let run = server
        .app
        .start_resend(server.workspace, replay)
        .await
        .unwrap();
    let got = delivered(&receiver, "/hook", 3).await;
    assert!(got.iter().all(|it| it["type"] == "session.started"));
    verify(
        &receiver.requests_to("/hook")[0],
        &secret,
        server.clock.now(),
    );
    until("it is done", PATIENCE, async || {
        let run = server.app.resend(server.workspace, run.id).await.unwrap();
        (run.state.as_str(), run.sent) == ("done", 3)
    })
    .await;
}

on_both_databases!(
    a_replay_sends_also_what_never_was_for_the_endpoint,
    what_was_given_up_comes_back_one_by_one_and_all_at_once,
);
