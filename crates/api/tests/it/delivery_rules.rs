//! What receivers may answer, and what one may choose for an endpoint.
use crate::notifications;
use crate::support::events::{delivered, events_at, verify};
use crate::support::{PATIENCE, TestServer, bots, on_both_databases};
use serde_json::Value;
use smartbot_app::Caller;
use smartbot_app::delivery::endpoints::{EndpointChange, EndpointOptions, NewEndpoint};
use smartbot_app::delivery::sign;
use smartbot_model::agent::Role;
use smartbot_model::delivery::Delivery;
use smartbot_model::event::Actor;
use smartbot_model::time::Clock;
use smartbot_model::webhook::{
    DeliveryState, Endpoint, EndpointState, EventFilter, EventSelection, OrderedBy, PayloadDetail,
    Signature,
};
use smartbot_model::{EndpointId, EventType};
use smartbot_store::DeliveryFilter;
use smartbot_testkit::{Answer, Receiver, until, until_some};
use std::time::Duration;

pub(crate) const DAY: Duration = Duration::from_secs(24 * 3_600);

pub(crate) async fn endpoint(
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
pub(crate) async fn of_publications(
    server: &TestServer,
    receiver: &Receiver,
) -> (Endpoint, String) {
    let url = receiver.url("/hook");
    let published = [EventType::BotPublished];
    endpoint(server, &url, &published, EndpointOptions::default()).await
}

pub(crate) async fn list(server: &TestServer, endpoint: EndpointId) -> Vec<Delivery> {
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

pub(crate) async fn the_delivery(
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
pub(crate) async fn wake(server: &TestServer, endpoint: EndpointId) {
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
    server.clock.stop();
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
    let told = until_some("webhook.disabled", PATIENCE, async || {
        let got = events_at(&other, "/hook");
        got.into_iter().find(|it| it["type"] == "webhook.disabled")
    })
    .await;
    assert_eq!(told["data"]["endpoint_id"], endpoint.id.to_string());
    assert_eq!(told["data"]["reason"], "gone");
    let kept = server
        .app
        .endpoint(server.workspace, endpoint.id)
        .await
        .unwrap();
    assert_eq!(kept.state, EndpointState::Disabled);
    assert_eq!(kept.disabled_reason.as_deref(), Some("gone"));
    // The server knows its endpoints by heart, and learns a moment after the commit that one is off.
    until("it is known to be off", PATIENCE, async || {
        let known = server.app.endpoints_of(server.workspace).await.unwrap();
        known
            .iter()
            .any(|it| it.id == endpoint.id && it.state == EndpointState::Disabled)
    })
    .await;
    server.publish(&bots::greeter()).await;
    delivered(&other, "/hook", 3).await;
    assert_eq!(
        list(&server, endpoint.id).await.len(),
        1,
        "it gets nothing more"
    );
}

async fn receivers_control_their_deliveries_by_headers(server: TestServer) {
    let receiver = Receiver::start().await;
    let wish = |status: u16, it: &str| Answer::status(status).header("webhook-delivery", it);
    receiver.answer_once("/hook", wish(400, "abort-message"));
    receiver.answer_once("/hook", wish(200, "disable"));
    let (endpoint, _) = of_publications(&server, &receiver).await;
    server.publish(&bots::echo()).await;
    let aborted = the_delivery(&server, endpoint.id, |it| it.state == DeliveryState::Dead).await;
    assert_eq!(aborted.attempts, 1);
    let kept = server
        .app
        .endpoint(server.workspace, endpoint.id)
        .await
        .unwrap();
    assert_eq!(kept.state, EndpointState::Active);
    server.publish(&bots::greeter()).await;
    until("the endpoint is off", PATIENCE, async || {
        let kept = server
            .app
            .endpoint(server.workspace, endpoint.id)
            .await
            .unwrap();
        kept.disabled_reason.as_deref() == Some("receiver_asked")
    })
    .await;
    the_delivery(&server, endpoint.id, |it| {
        it.state == DeliveryState::Delivered
    })
    .await;
}

async fn the_events_of_a_user_arrive_in_their_order_whatever_fails(server: TestServer) {
    let receiver = Receiver::start().await;
    for _ in 0..4 {
        receiver.answer_once("/hook", Answer::status(500));
    }
    receiver.answer("/hook", Answer::status(204));
    let options = EndpointOptions {
        ordered_by: Some(OrderedBy::User),
        ..EndpointOptions::default()
    };
    let types = [
        EventType::UserCreated,
        EventType::SessionStarted,
        EventType::SessionEnded,
    ];
    let (endpoint, _) = endpoint(&server, &receiver.url("/hook"), &types, options).await;
    let greeter = server.publish(&bots::greeter()).await;
    for _ in 0..3 {
        server.bots().start(&greeter).await;
    }
    let mut count = 0;
    for event_type in types {
        count += server.count(event_type).await;
    }
    assert!(count >= 6, "{count}");
    until("all have arrived", PATIENCE, async || {
        let now = server.clock.now();
        let all = list(&server, endpoint.id).await;
        // Not while one is on its way: its lease would be over before it is.
        if all
            .iter()
            .all(|it| it.next_attempt_at.is_none_or(|it| it > now))
        {
            server.clock.advance(Duration::from_secs(40));
        }
        wake(&server, endpoint.id).await;
        let arrived = all.iter().filter(|it| it.state == DeliveryState::Delivered);
        arrived.count() == count
    })
    .await;
    let mut taken: Vec<Value> = Vec::new();
    for (number, request) in receiver.requests_to("/hook").iter().enumerate() {
        let event = request.json();
        let same = taken.iter().filter(|it| it["subject"] == event["subject"]);
        let before = same.map(|it| it["sequence"].as_u64().unwrap()).max();
        let sequence = event["sequence"].as_u64().unwrap();
        assert!(
            before.is_none_or(|it| it <= sequence),
            "request {number} comes too late"
        );
        taken.push(event);
    }
    assert_eq!(events_at(&receiver, "/hook").len(), count);
}

async fn filters_headers_and_rates_hold(server: TestServer) {
    let receiver = Receiver::start().await;
    let options = EndpointOptions {
        filter: EventFilter {
            function_ids: vec!["Echo".into()],
            flags: Vec::new(),
        },
        headers: vec![("x-api-key".into(), "k-17".into())],
        rate_per_second: Some(1_000),
        ..EndpointOptions::default()
    };
    let types = [EventType::SessionStarted, EventType::BotPublished];
    let (endpoint, _) = endpoint(&server, &receiver.url("/hook"), &types, options).await;
    let echo = server.publish(&bots::echo()).await;
    let greeter = server.publish(&bots::greeter()).await;
    assert_eq!(echo, "Echo");
    server.bots().start(&greeter).await;
    server.bots().start(&echo).await;
    let got = delivered(&receiver, "/hook", 2).await;
    let bots: Vec<_> = got
        .iter()
        .map(|it| {
            let data = &it["data"];
            let of_session = data["function_id"].as_str();
            of_session.or(data["bot"]["function_id"].as_str())
        })
        .collect();
    assert_eq!(bots, [Some("Echo"), Some("Echo")]);
    assert_eq!(list(&server, endpoint.id).await.len(), 2);
    let request = &receiver.requests_to("/hook")[0];
    assert_eq!(request.header("x-api-key"), Some("k-17"));
}

async fn while_a_secret_is_rotated_both_sign(server: TestServer) {
    let receiver = Receiver::start().await;
    let options = EndpointOptions {
        signature: Signature::Both,
        ..EndpointOptions::default()
    };
    let published = [EventType::BotPublished];
    let (endpoint, old) = endpoint(&server, &receiver.url("/hook"), &published, options).await;
    let rotate = async |overlap| {
        let secret = server
            .app
            .rotate_secret(server.workspace, endpoint.id, overlap);
        secret.await.unwrap()
    };
    let first = server.app.reveal_secret(server.workspace, endpoint.id);
    let first_key = first.await.unwrap().public_key.unwrap();
    assert!(first_key.starts_with(sign::PUBLIC_PREFIX));
    let rotated = rotate(DAY).await;
    let (new, new_key) = (rotated.secret.into_inner(), rotated.public_key.unwrap());
    assert_ne!(new_key, first_key);
    server.publish(&bots::echo()).await;
    delivered(&receiver, "/hook", 1).await;
    let request = receiver.requests_to("/hook").remove(0);
    verify(&request, &old, server.clock.now());
    verify(&request, &new, server.clock.now());
    verify(&request, &first_key, server.clock.now());
    verify(&request, &new_key, server.clock.now());
    server.clock.advance(DAY + Duration::from_secs(1));
    server.publish(&bots::greeter()).await;
    delivered(&receiver, "/hook", 2).await;
    let request = receiver.requests_to("/hook").remove(1);
    verify(&request, &new, server.clock.now());
    let signatures = request.header("webhook-signature").unwrap();
    verify(&request, &new_key, server.clock.now());
    for kind in ["v1,", "v1a,"] {
        assert_eq!(signatures.matches(kind).count(), 1, "the old one is over");
    }
    let too_long = server
        .app
        .rotate_secret(server.workspace, endpoint.id, DAY * 8);
    assert!(matches!(
        too_long.await,
        Err(smartbot_app::Error::Invalid(_))
    ));
}

async fn an_endpoint_that_fails_for_days_is_warned_of_and_switched_off(server: TestServer) {
    let (failing, other) = (Receiver::start().await, Receiver::start().await);
    notifications::agent(&server, "owner", Role::Owner, &[]).await;
    failing.answer_all(Answer::status(500));
    let (endpoint, _) = of_publications(&server, &failing).await;
    let told = [EventType::WebhookFailing, EventType::WebhookDisabled];
    let options = EndpointOptions::default();
    self::endpoint(&server, &other.url("/told"), &told, options).await;
    for it in 0..3 {
        let mut bot = bots::echo();
        bot["function_id"] = format!("Echo{it}").into();
        server.publish(&bot).await;
    }
    until("it is off", PATIENCE * 6, async || {
        server.clock.advance(Duration::from_secs(4 * 3_600));
        let now = server.clock.now();
        until("what is due was tried", PATIENCE, async || {
            wake(&server, endpoint.id).await;
            let all = list(&server, endpoint.id).await;
            let kept = server.app.endpoint(server.workspace, endpoint.id).await;
            all.iter()
                .all(|it| it.next_attempt_at.is_none_or(|it| it > now))
                || kept.unwrap().state == EndpointState::Disabled
        })
        .await;
        // What is given up is sent again by somebody who hopes.
        for dead in list(&server, endpoint.id).await {
            if dead.state == DeliveryState::Dead {
                let _ = server.app.resend_delivery(server.workspace, dead.id).await;
            }
        }
        let kept = server
            .app
            .endpoint(server.workspace, endpoint.id)
            .await
            .unwrap();
        kept.disabled_reason.as_deref() == Some("failing")
    })
    .await;
    // Two levels may be passed between two tries.
    let warnings = server.count(EventType::WebhookFailing).await;
    assert!((1..=3).contains(&warnings), "{warnings}");
    assert_eq!(server.count(EventType::WebhookDisabled).await, 1);
    delivered(&other, "/told", warnings + 1).await;
    let tries = failing.requests_to("/hook").len();
    assert!(tries >= 20, "{tries}");
    // Days have passed since whoever looks after it signed in.
    let owner = server.signed_in("owner@clinic.example").await;
    let told = until_some("what is told", PATIENCE, async || {
        let all = notifications::told(&owner).await;
        let kinds = ["endpoint_failing", "endpoint_disabled"];
        kinds
            .iter()
            .all(|kind| all.iter().any(|it| it["kind"] == *kind))
            .then_some(all)
    })
    .await;
    for kind in ["endpoint_failing", "endpoint_disabled"] {
        let it = told.iter().find(|it| it["kind"] == kind).unwrap();
        let trouble = &it["endpoint"];
        assert_eq!(trouble["endpoint_id"], endpoint.id.to_string());
        assert_eq!(trouble["reason"], "failing");
        let says_when = trouble["disabled_at"].is_string();
        assert_eq!(says_when, kind == "endpoint_failing");
    }

    // Whoever enables it again gives it all its days anew.
    let enabled_at = server.clock.now();
    set_state(&server, endpoint.id, EndpointState::Active).await;
    server.publish(&bots::greeter()).await;
    until_some("it fails again", PATIENCE, async || {
        let status = server.app.endpoint_status(server.workspace, endpoint.id);
        let failing_since = status.await.unwrap().failing_since?;
        assert!(failing_since >= enabled_at, "{failing_since:?}");
        Some(())
    })
    .await;
    let kept = server.app.endpoint(server.workspace, endpoint.id).await;
    assert_eq!(kept.unwrap().state, EndpointState::Active);
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
    // It is not tried again meanwhile.
    server.clock.stop();
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

pub(crate) async fn set_state(server: &TestServer, endpoint: EndpointId, state: EndpointState) {
    let change = EndpointChange {
        state: Some(state),
        ..EndpointChange::default()
    };
    let caller = Caller::system(server.workspace);
    let changed = server.app.change_endpoint(&caller, endpoint, change).await;
    assert_eq!(changed.unwrap().state, state);
}

async fn a_paused_endpoint_misses_nothing(server: TestServer) {
    let receiver = Receiver::start().await;
    let (endpoint, _) = of_publications(&server, &receiver).await;
    set_state(&server, endpoint.id, EndpointState::Paused).await;
    server.publish(&bots::echo()).await;
    server.publish(&bots::greeter()).await;
    assert_eq!(list(&server, endpoint.id).await.len(), 2);
    assert_eq!(receiver.requests().len(), 0);
    set_state(&server, endpoint.id, EndpointState::Active).await;
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
    a_test_event_shows_the_answer_and_counts_for_nothing,
    an_endpoint_that_fails_for_days_is_warned_of_and_switched_off,
    filters_headers_and_rates_hold,
    receivers_control_their_deliveries_by_headers,
    the_events_of_a_user_arrive_in_their_order_whatever_fails,
    while_a_secret_is_rotated_both_sign,
);
