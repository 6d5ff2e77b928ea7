//! What receivers may answer, what one may choose for an endpoint, and the ways back for what did not arrive.
use crate::support::events::{delivered, events_at, verify};
use crate::support::{PATIENCE, TestServer, bots, on_both_databases};
use serde_json::Value;
use smartbot_app::Caller;
use smartbot_app::delivery::endpoints::{EndpointChange, EndpointOptions, NewEndpoint};
use smartbot_app::delivery::resend::NewResend;
use smartbot_app::delivery::sign;
use smartbot_model::delivery::Delivery;
use smartbot_model::event::Actor;
use smartbot_model::time::Clock;
use smartbot_model::webhook::{
    DeliveryState, Endpoint, EndpointState, EventFilter, EventSelection, OrderedBy, PayloadDetail,
    Signature,
};
use smartbot_model::{EndpointId, EventType};
use smartbot_store::{DeliveryFilter, ResendKind};
use smartbot_testkit::{Answer, Receiver, until, until_some};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3_600);

async fn endpoint(
    server: &TestServer,
    url: &str,
    events: &[EventType],
    options: EndpointOptions,
) -> (Endpoint, String) {
    let new = NewEndpoint {
        url: url.to_owned(),
        description: "test".into(),
        events: EventSelection::Some(events.to_vec()),
        detail: PayloadDetail::Full,
        options,
        secret: None,
    };
    let (endpoint, secret) = server
        .app
        .add_endpoint(server.workspace, new)
        .await
        .unwrap();
    (endpoint, secret.into_inner())
}

/// An endpoint that is told of publications, each of which is one delivery.
async fn of_publications(server: &TestServer, receiver: &Receiver) -> (Endpoint, String) {
    let url = receiver.url("/hook");
    let published = [EventType::BotPublished];
    endpoint(server, &url, &published, EndpointOptions::default()).await
}

async fn list(server: &TestServer, endpoint: EndpointId) -> Vec<Delivery> {
    let filter = DeliveryFilter {
        endpoint_id: Some(endpoint),
        limit: 200,
        ..DeliveryFilter::default()
    };
    server
        .app
        .deliveries(server.workspace, filter)
        .await
        .unwrap()
}

async fn the_delivery(
    server: &TestServer,
    endpoint: EndpointId,
    looks: impl Fn(&Delivery) -> bool,
) -> Delivery {
    until_some("the delivery", PATIENCE, async || {
        list(server, endpoint)
            .await
            .into_iter()
            .find(|it| looks(it))
    })
    .await
}

/// Makes what is due after the clock was moved go out.
async fn wake(server: &TestServer, endpoint: EndpointId) {
    let change = EndpointChange::default();
    let caller = Caller::system(server.workspace);
    server
        .app
        .change_endpoint(&caller, endpoint, change)
        .await
        .unwrap();
}

async fn a_receiver_that_asks_for_an_hour_gets_it(server: TestServer) {
    let receiver = Receiver::start().await;
    receiver.answer_once("/hook", Answer::status(429).header("retry-after", "3600"));
    receiver.answer("/hook", Answer::status(204));
    let (endpoint, _) = of_publications(&server, &receiver).await;
    server.publish(&bots::echo()).await;
    let failed = the_delivery(&server, endpoint.id, |it| {
        it.attempts == 1 && it.last_status == Some(429)
    })
    .await;
    let wait = failed.next_attempt_at.unwrap().since(server.clock.now());
    assert!(wait > Duration::from_secs(3_590), "{wait:?}");
    server.clock.advance(Duration::from_secs(3_500));
    wake(&server, endpoint.id).await;
    server.clock.advance(Duration::from_secs(101));
    wake(&server, endpoint.id).await;
    let done = the_delivery(&server, endpoint.id, |it| {
        it.state == DeliveryState::Delivered
    })
    .await;
    assert_eq!((done.attempts, receiver.requests_to("/hook").len()), (2, 2));
}

async fn a_receiver_that_is_gone_is_left_alone_and_the_others_are_told(server: TestServer) {
    let (gone, other) = (Receiver::start().await, Receiver::start().await);
    gone.answer_all(Answer::status(410));
    let (endpoint, _) = of_publications(&server, &gone).await;
    server
        .endpoint(
            &other.url("/hook"),
            EventSelection::ALL,
            PayloadDetail::Full,
        )
        .await;
    server.publish(&bots::echo()).await;
    let dead = the_delivery(&server, endpoint.id, |it| it.state == DeliveryState::Dead).await;
    assert_eq!((dead.attempts, dead.last_status), (1, Some(410)));
    assert_eq!(server.count(EventType::WebhookFailing).await, 3);
    assert_eq!(server.count(EventType::WebhookDisabled).await, 1);
    delivered(&other, "/told", 4).await;
    let tries = failing.requests_to("/hook").len();
    assert!(tries >= 20, "{tries}");
}

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
    let run = server.app.resend(server.workspace, run.id).await.unwrap();
    assert_eq!(
        (run.state.as_str(), run.sent, run.looked_at),
        ("done", 2, 2)
    );
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

async fn a_run_can_be_cancelled(server: TestServer) {
    let receiver = Receiver::start().await;
    let greeter = server.publish(&bots::greeter()).await;
    for _ in 0..4 {
        server.bots().start(&greeter).await;
    }
    let started = [EventType::SessionStarted];
    let url = receiver.url("/hook");
    let (endpoint, _) = endpoint(&server, &url, &started, EndpointOptions::default()).await;
    server.clock.advance(Duration::from_secs(1));
    let slowly = NewResend {
        endpoint_id: endpoint.id,
        kind: ResendKind::Replay,
        since: server.clock.now().minus(DAY),
        until: None,
        rate_per_second: Some(1),
    };
    let run = server
        .app
        .start_resend(server.workspace, slowly)
        .await
        .unwrap();
    let cancelled = server
        .app
        .cancel_resend(server.workspace, run.id)
        .await
        .unwrap();
    assert_eq!(cancelled.state, "cancelled");
    let after = server
        .app
        .cancel_resend(server.workspace, run.id)
        .await
        .unwrap();
    assert_eq!(after, cancelled, "a second time changes nothing");
    let all = server.app.resends(server.workspace).await.unwrap();
    assert_eq!(all, [cancelled]);
}

async fn a_test_event_shows_the_answer_and_counts_for_nothing(server: TestServer) {
    let receiver = Receiver::start().await;
    receiver.answer("/hook", Answer::new(500, "who are you?"));
    let (endpoint, secret) = of_publications(&server, &receiver).await;
    let test = async |event_type| {
        let sent =
            server
                .app
                .test_endpoint(server.workspace, endpoint.id, event_type, Actor::SYSTEM);
        sent.await.unwrap()
    };
    for _ in 0..10 {
        let result = test(EventType::WebhookTest).await;
        assert_eq!((result.ok, result.status), (false, Some(500)));
        assert_eq!(result.response_body.as_deref(), Some("who are you?"));
    }
    receiver.answer("/hook", Answer::status(204));
    for &event_type in EventType::ALL {
        assert!(test(event_type).await.ok, "{}", event_type.as_str());
    }
    let requests = receiver.requests_to("/hook");
    assert!(requests.iter().all(|it| {
        verify(it, &secret, server.clock.now());
        it.json()["id"] == it.header("webhook-id").unwrap()
    }));
    assert_eq!(list(&server, endpoint.id).await, []);
    assert_eq!(server.events().await.len(), 0);
    // Ten failures of tests keep nothing from going out.
    server.publish(&bots::echo()).await;
    the_delivery(&server, endpoint.id, |it| {
        it.state == DeliveryState::Delivered
    })
    .await;
}

async fn a_delivery_shows_each_try_and_a_line_that_repeats_it(server: TestServer) {
    let receiver = Receiver::start().await;
    receiver.answer_once("/hook", Answer::new(503, "later").header("x-trace", "t-1"));
    receiver.answer("/hook", Answer::status(204));
    let (endpoint, _) = of_publications(&server, &receiver).await;
    server.publish(&bots::echo()).await;
    let failed = the_delivery(&server, endpoint.id, |it| it.last_status == Some(503)).await;
    let detail = server
        .app
        .delivery_detail(server.workspace, failed.id)
        .await
        .unwrap();
    let first = &detail.attempt_log[0];
    assert_eq!((first.attempt, first.status), (1, Some(503)));
    assert_eq!(first.response_body.as_deref(), Some("later"));
    assert!(
        first
            .response_headers
            .contains(&("x-trace".into(), "t-1".into()))
    );
    assert!(first.phases.to_headers_us > 0);
    let request = receiver.requests_to("/hook").remove(0);
    let body = String::from_utf8(request.body.to_vec()).unwrap();
    assert_eq!(detail.request_body, Some(body));
    let curl = detail.curl.unwrap();
    let mut shell = tokio::process::Command::new("sh");
    let output = shell.args(["-c", &curl]).output().await.unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(receiver.requests_to("/hook").len(), 2);
    assert_eq!(receiver.requests_to("/hook")[1].body, request.body);
}

async fn a_paused_endpoint_misses_nothing(server: TestServer) {
    let receiver = Receiver::start().await;
    let (endpoint, _) = of_publications(&server, &receiver).await;
    let caller = Caller::system(server.workspace);
    let set = async |state| {
        let change = EndpointChange {
            state: Some(state),
            ..EndpointChange::default()
        };
        server
            .app
            .change_endpoint(&caller, endpoint.id, change)
            .await
            .unwrap();
    };
    set(EndpointState::Paused).await;
    server.publish(&bots::echo()).await;
    server.publish(&bots::greeter()).await;
    assert_eq!(list(&server, endpoint.id).await.len(), 2);
    assert_eq!(receiver.requests().len(), 0);
    set(EndpointState::Active).await;
    delivered(&receiver, "/hook", 2).await;
    server
        .app
        .remove_endpoint(server.workspace, endpoint.id)
        .await
        .unwrap();
    assert_eq!(list(&server, endpoint.id).await.len(), 0);
}

on_both_databases!(
    a_delivery_shows_each_try_and_a_line_that_repeats_it,
    a_paused_endpoint_misses_nothing,
    a_receiver_that_asks_for_an_hour_gets_it,
    a_receiver_that_is_gone_is_left_alone_and_the_others_are_told,
    a_replay_sends_also_what_never_was_for_the_endpoint,
    a_run_can_be_cancelled,
    a_test_event_shows_the_answer_and_counts_for_nothing,
    an_endpoint_that_fails_for_days_is_warned_of_and_switched_off,
    filters_headers_and_rates_hold,
    receivers_control_their_deliveries_by_headers,
    the_events_of_a_user_arrive_in_their_order_whatever_fails,
    what_was_given_up_comes_back_one_by_one_and_all_at_once,
    while_a_secret_is_rotated_both_sign,
);
