//! What is kept of a try: nothing that a receiver only repeats of our secrets, how far it came, and the one body of its id.
use crate::support::events::verify;
use crate::support::{PATIENCE, TestServer, bots, on_both_databases};
use serde_json::json;
use smartbot_app::Caller;
use smartbot_app::delivery::endpoints::{EndpointChange, EndpointOptions, NewEndpoint};
use smartbot_app::delivery::resend::NewResend;
use smartbot_model::delivery::{Delivery, DeliveryDetail};
use smartbot_model::event::Actor;
use smartbot_model::time::Clock;
use smartbot_model::webhook::{DeliveryState, Endpoint, EventSelection, PayloadDetail};
use smartbot_model::{DeliveryId, EndpointId, EventType};
use smartbot_store::{DeliveryFilter, ResendKind};
use smartbot_testkit::{Answer, Receiver, until, until_some};
use std::time::Duration;

const KEY: &str = "Bearer k/17\"c-canary";

/// An endpoint that is told of the start of sessions.
async fn of_starts(
    server: &TestServer,
    url: String,
    options: EndpointOptions,
) -> (Endpoint, String) {
    let new = NewEndpoint {
        url,
        description: "test".into(),
        events: EventSelection::Some(vec![EventType::SessionStarted]),
        detail: PayloadDetail::Full,
        options,
        secret: None,
    };
    let added = server.app.add_endpoint(server.workspace, new).await;
    let (endpoint, secret) = added.unwrap();
    (endpoint, secret.into_inner())
}

async fn a_start(server: &TestServer) {
    let greeter = server.publish(&bots::greeter()).await;
    server.bots().start(&greeter).await;
}

async fn the_delivery(
    server: &TestServer,
    endpoint: EndpointId,
    looks: impl Fn(&Delivery) -> bool,
) -> Delivery {
    let filter = DeliveryFilter {
        endpoint_id: Some(endpoint),
        limit: 10,
        ..DeliveryFilter::default()
    };
    until_some("the delivery", PATIENCE, async || {
        let found = server.app.deliveries(server.workspace, filter.clone());
        found.await.unwrap().into_iter().find(|it| looks(it))
    })
    .await
}

async fn detail(server: &TestServer, id: DeliveryId) -> DeliveryDetail {
    let read = server.app.delivery_detail(server.workspace, id).await;
    read.unwrap()
}

async fn change(server: &TestServer, endpoint: EndpointId, change: EndpointChange) {
    let caller = Caller::system(server.workspace);
    let changed = server.app.change_endpoint(&caller, endpoint, change).await;
    changed.unwrap();
}

async fn what_a_receiver_repeats_is_masked(server: TestServer) {
    // It is not tried again meanwhile.
    server.clock.stop();
    let receiver = Receiver::start().await;
    let options = EndpointOptions {
        headers: vec![("x-api-key".into(), KEY.into())],
        ..EndpointOptions::default()
    };
    let (endpoint, secret) = of_starts(&server, receiver.url("/hook"), options).await;
    let known = secret.clone();
    receiver.answer_with("/hook", move |request| {
        let headers: serde_json::Map<_, _> = request
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().into()))
            .collect();
        let key = request.header("x-api-key").unwrap();
        let signature = request.header("webhook-signature").unwrap();
        Answer::json(
            500,
            &json!({"headers": headers, "secret": known, "plain": signature}),
        )
        .header("x-seen", key)
        .header("x-token", key.strip_prefix("Bearer ").unwrap())
        .header("x-trace", "t-1")
    });
    a_start(&server).await;
    let failed = the_delivery(&server, endpoint.id, |it| it.last_status == Some(500)).await;
    let first = detail(&server, failed.id).await.attempt_log.remove(0);
    let test = server.app.test_endpoint(
        server.workspace,
        endpoint.id,
        EventType::WebhookTest,
        Actor::SYSTEM,
    );
    let test = test.await.unwrap();
    let sent = receiver.requests_to("/hook");
    assert_eq!(sent.len(), 2);
    for (request, headers, body) in [
        (&sent[0], first.response_headers, first.response_body),
        (&sent[1], test.response_headers, test.response_body),
    ] {
        assert_eq!(request.header("x-api-key"), Some(KEY));
        let body = body.unwrap();
        let signature = request.header("webhook-signature").unwrap();
        let (_, signed) = signature.split_once(',').unwrap();
        let kept = format!("{headers:?}{body}");
        for hidden in ["canary", &secret["whsec_".len()..], signed] {
            assert!(!kept.contains(hidden), "{hidden}: {kept}");
        }
        for (name, value) in [("x-seen", "•••"), ("x-token", "•••"), ("x-trace", "t-1")]
        {
            assert!(
                headers.contains(&(name.to_owned(), value.to_owned())),
                "{name}: {headers:?}"
            );
        }
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["headers"]["x-api-key"], "•••");
        assert_eq!(body["secret"], "•••");
        assert_eq!(body["plain"], "•••");
        let id = request.header("webhook-id").unwrap();
        assert_eq!(body["headers"]["webhook-id"], id, "the rest is readable");
    }
}

async fn a_try_without_an_answer_tells_how_far_it_came(server: TestServer) {
    let receiver = Receiver::start().await;
    receiver.answer("/hangs", Answer::hang());
    let slow = Answer::trickle("x".repeat(1_000), Duration::from_millis(100));
    receiver.answer("/trickles", slow);
    let options = || EndpointOptions {
        timeout_seconds: 5,
        ..EndpointOptions::default()
    };
    let (hangs, _) = of_starts(&server, receiver.url("/hangs"), options()).await;
    let (trickles, _) = of_starts(&server, receiver.url("/trickles"), options()).await;
    a_start(&server).await;
    for (endpoint, phase) in [(hangs, "headers"), (trickles, "body")] {
        let failed = the_delivery(&server, endpoint.id, |it| {
            it.last_error.as_deref() == Some("timeout")
        })
        .await;
        let first = detail(&server, failed.id).await.attempt_log.remove(0);
        assert_eq!((first.status, first.phase.as_deref()), (None, Some(phase)));
        assert!(first.phases.connect_us > 0, "{first:?}");
        let began = phase == "body";
        assert_eq!(first.phases.to_headers_us > 0, began, "{first:?}");
    }
}

async fn one_id_has_one_body_whatever_is_chosen_since(server: TestServer) {
    let receiver = Receiver::start().await;
    receiver.answer_once("/hook", Answer::status(500));
    server.clock.stop();
    let options = EndpointOptions::default();
    let (endpoint, secret) = of_starts(&server, receiver.url("/hook"), options).await;
    a_start(&server).await;
    let failed = the_delivery(&server, endpoint.id, |it| it.last_status == Some(500)).await;
    let tried_at = server.clock.now();
    let ids_only = EndpointChange {
        detail: Some(PayloadDetail::IdsOnly),
        ..EndpointChange::default()
    };
    change(&server, endpoint.id, ids_only).await;
    let wait = failed.next_attempt_at.unwrap().since(tried_at);
    server.clock.advance(Duration::from_secs(3));
    let shown = detail(&server, failed.id).await;
    let time = tried_at.unix_seconds().to_string();
    let stamp = ("webhook-timestamp".to_owned(), time);
    assert!(shown.request_headers.contains(&stamp), "{shown:?}");
    assert!(!shown.curl.unwrap().contains(&stamp.1));
    // Only now is it due: before, a second try would be the last one.
    server.clock.advance(wait);
    change(&server, endpoint.id, EndpointChange::default()).await;
    let arrived = |attempts| {
        move |it: &Delivery| {
            it.id == failed.id && it.state == DeliveryState::Delivered && it.attempts == attempts
        }
    };
    the_delivery(&server, endpoint.id, arrived(2)).await;
    let again = server.app.resend_delivery(server.workspace, failed.id);
    again.await.unwrap();
    the_delivery(&server, endpoint.id, arrived(3)).await;

    // A replay of what was on its way before, and of what never was.
    let of_old = EndpointChange {
        events: Some(EventSelection::Some(vec![
            EventType::SessionStarted,
            EventType::UserCreated,
        ])),
        ..EndpointChange::default()
    };
    change(&server, endpoint.id, of_old).await;
    server.clock.advance(Duration::from_secs(1));
    let replay = NewResend {
        endpoint_id: endpoint.id,
        kind: ResendKind::Replay,
        since: server.clock.now().minus(Duration::from_secs(3_600)),
        until: None,
        rate_per_second: Some(1_000),
    };
    let run = server.app.start_resend(server.workspace, replay).await;
    run.unwrap();
    until("all of it", PATIENCE, async || {
        receiver.requests_to("/hook").len() == 5
    })
    .await;
    let all = receiver.requests_to("/hook");
    let (of_user, of_start): (Vec<_>, Vec<_>) = all
        .iter()
        .partition(|it| it.json()["type"] == "user.created");
    assert_eq!((of_user.len(), of_start.len()), (1, 4));
    for request in &of_start {
        assert_eq!(request.body, of_start[0].body);
        verify(request, &secret, server.clock.now());
    }
    assert!(of_start[0].json()["data"]["user"]["fields"].is_object());
    assert!(of_user[0].json()["data"]["user"].get("fields").is_none());
    let shown = detail(&server, failed.id).await;
    let body = String::from_utf8(of_start[0].body.to_vec()).unwrap();
    assert_eq!(shown.request_body, Some(body));
}

on_both_databases!(
    a_try_without_an_answer_tells_how_far_it_came,
    one_id_has_one_body_whatever_is_chosen_since,
    what_a_receiver_repeats_is_masked,
);
