//! Deliveries: tried again until they arrive or are given up, and no receiver holds up another.
use crate::support::events::{delivered, events_at, verify};
use crate::support::server::REFUSED_NAME;
use crate::support::{PATIENCE, TestServer, bots, on_both_databases};
use futures_util::future::join_all;
use smartbot_app::delivery::schedule::WAITS;
use smartbot_model::EndpointId;
use smartbot_model::EventType;
use smartbot_model::time::Clock;
use smartbot_model::webhook::{DeliveryState, EventSelection, PayloadDetail};
use smartbot_store::{DeliveryFilter, DeliveryView};
use smartbot_testkit::{Answer, Receiver, until_some};
use std::time::Duration;

/// Waits until the only delivery to this endpoint looks like this.
async fn delivery(
    server: &TestServer,
    endpoint: EndpointId,
    looks: impl Fn(&DeliveryView) -> bool,
) -> DeliveryView {
    let filter = DeliveryFilter {
        endpoint_id: Some(endpoint),
        limit: 10,
        ..DeliveryFilter::default()
    };
    until_some("the delivery", PATIENCE, async || {
        let found = server
            .app
            .store
            .deliveries(server.workspace, filter.clone())
            .await
            .unwrap();
        found.into_iter().find(|it| looks(it))
    })
    .await
}

/// Time stands still in between, so the workers are told that something happened.
async fn poke(server: &TestServer) {
    server.bots().start("Greeter").await;
}

/// An endpoint that takes nothing but `bot.published`, and one that is told of every start and so wakes the workers.
async fn setting(server: &TestServer, receiver: &Receiver) -> (EndpointId, String) {
    server.publish(&bots::greeter()).await;
    let started = EventSelection::Some(vec![EventType::SessionStarted]);
    server
        .endpoint(&receiver.url("/poke"), started, PayloadDetail::Full)
        .await;
    let published = EventSelection::Some(vec![EventType::BotPublished]);
    let (endpoint, secret) = server
        .endpoint(&receiver.url("/hook"), published, PayloadDetail::Full)
        .await;
    (endpoint.id, secret)
}

async fn a_failed_delivery_is_tried_again_with_the_same_id_and_bytes(server: TestServer) {
    let receiver = Receiver::start().await;
    receiver.answer_once("/hook", Answer::status(500));
    receiver.answer_once("/hook", Answer::close());
    receiver.answer_once("/hook", Answer::redirect(302, &receiver.url("/elsewhere")));
    receiver.answer("/hook", Answer::status(204));
    server.clock.stop();
    let (endpoint, secret) = setting(&server, &receiver).await;
    server.publish(&bots::echo()).await;
    for attempt in 1..=3 {
        let failed = delivery(&server, endpoint, |it| {
            it.attempts == attempt && it.next_attempt_at > Some(server.clock.now())
        })
        .await;
        assert_eq!(failed.state, DeliveryState::Pending);
        let wait = failed.next_attempt_at.unwrap().since(server.clock.now());
        server.clock.advance(wait + Duration::from_millis(1));
        poke(&server).await;
    }
    let done = delivery(&server, endpoint, |it| it.state == DeliveryState::Delivered).await;
    assert_eq!(
        (done.attempts, done.last_status, done.next_attempt_at),
        (4, Some(204), None)
    );
    let tries = receiver.requests_to("/hook");
    assert_eq!(tries.len(), 4);
    for (again, attempt) in tries.iter().zip(1..) {
        assert_eq!(again.header("webhook-id"), tries[0].header("webhook-id"));
        assert_eq!(again.body, tries[0].body, "try {attempt}");
        verify(again, &secret, server.clock.now());
    }
    assert_ne!(
        tries[3].header("webhook-timestamp"),
        tries[0].header("webhook-timestamp")
    );
    assert_eq!(receiver.requests_to("/elsewhere").len(), 0);
    let attempts = server
        .app
        .store
        .attempts(server.workspace, done.id)
        .await
        .unwrap();
    let seen: Vec<_> = attempts
        .iter()
        .map(|it| (it.status, it.error.as_deref()))
        .collect();
    let expected = [
        (Some(500), Some("http_status")),
        (None, Some("closed")),
        (Some(302), Some("http_status")),
        (Some(204), None),
    ];
    assert_eq!(seen, expected);
}

async fn a_delivery_is_given_up_after_its_last_try_and_stays_listed(server: TestServer) {
    let receiver = Receiver::start().await;
    receiver.answer("/hook", Answer::new(503, "come later"));
    server.clock.stop();
    let (endpoint, _) = setting(&server, &receiver).await;
    server.publish(&bots::echo()).await;
    for attempt in 1..u32::try_from(WAITS.len()).unwrap() {
        let failed = delivery(&server, endpoint, |it| {
            it.attempts == attempt && it.next_attempt_at > Some(server.clock.now())
        })
        .await;
        let wait = failed.next_attempt_at.unwrap().since(server.clock.now());
        let planned = WAITS[attempt as usize];
        assert!(
            wait <= planned.mul_f64(1.2) && wait + Duration::from_secs(5) >= planned,
            "{attempt}: {wait:?}"
        );
        server.clock.advance(wait + Duration::from_millis(1));
        poke(&server).await;
    }
    let dead = delivery(&server, endpoint, |it| it.state == DeliveryState::Dead).await;
    assert_eq!(
        (dead.attempts, dead.last_status, dead.next_attempt_at),
        (12, Some(503), None)
    );
    assert_eq!(receiver.requests_to("/hook").len(), 12);
    let attempts = server
        .app
        .store
        .attempts(server.workspace, dead.id)
        .await
        .unwrap();
    assert!(attempts.iter().all(|it| {
        it.response
            .as_ref()
            .is_some_and(|it| it.expose() == "come later")
    }));
}

async fn an_address_that_the_guard_refuses_ends_a_delivery_at_once(server: TestServer) {
    let receiver = Receiver::start().await;
    let published = EventSelection::Some(vec![EventType::BotPublished]);
    let url = format!("http://{REFUSED_NAME}:{}/hook", receiver.port());
    let (endpoint, _) = server.endpoint(&url, published, PayloadDetail::Full).await;
    server.publish(&bots::echo()).await;
    let dead = delivery(&server, endpoint.id, |it| it.state == DeliveryState::Dead).await;
    assert_eq!(
        (dead.attempts, dead.last_status, dead.last_error.as_deref()),
        (1, None, Some("refused_address"))
    );
    assert_eq!(receiver.connections(), 0);
}

async fn an_endpoint_that_can_never_be_called_is_refused_when_it_is_added(server: TestServer) {
    for url in [
        "http://10.0.0.1/",
        "https://user:pw@portal.test/",
        "ftp://portal.test/",
        "nonsense",
        "https://portal.test/#x",
    ] {
        let new = smartbot_app::delivery::endpoints::NewEndpoint {
            url: url.into(),
            description: String::new(),
            events: EventSelection::ALL,
            detail: PayloadDetail::Full,
            options: smartbot_app::delivery::endpoints::EndpointOptions::default(),
            secret: None,
        };
        let refused = server.app.add_endpoint(server.workspace, new).await;
        let Err(smartbot_app::Error::Invalid(errors)) = refused else {
            panic!("{url} was taken")
        };
        assert_eq!(
            (errors[0].pointer.as_str(), errors[0].code.as_str()),
            ("/url", "invalid_url")
        );
    }
}

async fn a_receiver_that_hangs_holds_up_nobody_else(server: TestServer) {
    let (hanging, quick) = (Receiver::start().await, Receiver::start().await);
    hanging.answer_all(Answer::hang());
    server
        .endpoint(
            &hanging.url("/hook"),
            EventSelection::ALL,
            PayloadDetail::Full,
        )
        .await;
    server
        .endpoint(
            &quick.url("/hook"),
            EventSelection::ALL,
            PayloadDetail::Full,
        )
        .await;
    let greeter = server.publish(&bots::greeter()).await;
    let api = server.bots();
    // More than the places that one endpoint has.
    let talk = async |_| api.start(&greeter).await.say("x").await;
    join_all((0..20).map(talk)).await;
    let count = server.events().await.len();
    assert_eq!(count, 1 + 20 * 3);
    delivered(&quick, "/hook", count).await;
    assert_eq!(quick.requests().len(), count, "each arrives once");
    assert!(
        hanging.requests().len() <= 16,
        "more than its places: {}",
        hanging.requests().len()
    );
}

async fn a_flood_of_an_answer_is_success_and_is_cut_off(server: TestServer) {
    let receiver = Receiver::start().await;
    receiver.answer("/hook", Answer::flood(300 << 20));
    let (endpoint, _) = setting(&server, &receiver).await;
    server.publish(&bots::echo()).await;
    let done = delivery(&server, endpoint, |it| it.state != DeliveryState::Pending).await;
    assert_eq!((done.state, done.attempts), (DeliveryState::Delivered, 1));
    let attempts = server
        .app
        .store
        .attempts(server.workspace, done.id)
        .await
        .unwrap();
    assert!(
        attempts[0]
            .response
            .as_ref()
            .is_some_and(|it| it.expose().len() <= 16 * 1024)
    );
}

async fn what_was_not_delivered_before_a_stop_is_delivered_after_the_start(server: TestServer) {
    let receiver = Receiver::start().await;
    let port = receiver.port();
    let url = receiver.url("/hook");
    receiver.stop().await;
    let published = EventSelection::Some(vec![EventType::BotPublished]);
    let (endpoint, _) = server.endpoint(&url, published, PayloadDetail::Full).await;
    server.publish(&bots::echo()).await;
    delivery(&server, endpoint.id, |it| {
        it.last_error.as_deref() == Some("connect_failed")
    })
    .await;
    // It is back before the next try is due: the server may make that at any time from then on.
    let receiver = Receiver::start_on(port).await;
    server.clock.advance(Duration::from_secs(7));
    let server = server.restart().await;
    delivered(&receiver, "/hook", 1).await;
    delivery(&server, endpoint.id, |it| {
        it.state == DeliveryState::Delivered && it.attempts == 2
    })
    .await;
    assert_eq!(events_at(&receiver, "/hook").len(), 1);
}

on_both_databases!(
    a_delivery_is_given_up_after_its_last_try_and_stays_listed,
    a_failed_delivery_is_tried_again_with_the_same_id_and_bytes,
    a_flood_of_an_answer_is_success_and_is_cut_off,
    a_receiver_that_hangs_holds_up_nobody_else,
    an_address_that_the_guard_refuses_ends_a_delivery_at_once,
    an_endpoint_that_can_never_be_called_is_refused_when_it_is_added,
    what_was_not_delivered_before_a_stop_is_delivered_after_the_start,
);
