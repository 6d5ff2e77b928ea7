use crate::place::{Place, at, new_id};
use crate::rows;
use smartbot_model::webhook::{DeliveryState, PayloadDetail};
use smartbot_model::{DeliveryId, EndpointId, EventId, EventType, Phi};
use smartbot_store::{
    AttemptPhases, AttemptRecord, AttemptRow, BoxOfBot, Change, DeliveryFilter, EventRow,
    MAX_RESPONSE_BYTES, Outcome, what,
};
use std::time::Duration;

pub(crate) async fn events_come_in_order_after_an_id(place: Place) {
    let (user, session) = rows::kept_session(&place).await;
    let mut events: Vec<_> = (1..=70).map(|it| rows::event(it, user.id)).collect();
    events[0].session_id = Some(session.id);
    events[1].actor = smartbot_model::event::Actor::SYSTEM;
    let of_workspace = EventRow {
        event_type: EventType::BotPublished,
        ..rows::event(71, place.workspace)
    };
    place
        .commit(vec![
            Change::RecordEvents {
                user_id: None,
                events: vec![of_workspace.clone()],
            },
            Change::RecordEvents {
                user_id: Some(user.id),
                events: events.clone(),
            },
        ])
        .await;
    events.push(of_workspace);
    for store in [place.store.clone(), place.reopened().await] {
        assert_eq!(
            store.events(place.workspace, None, 100).await,
            Ok(events.clone())
        );
        assert_eq!(
            store.events(place.workspace, Some(events[9].id), 3).await,
            Ok(events[10..13].to_vec())
        );
        assert_eq!(
            store.events(place.workspace, Some(events[70].id), 3).await,
            Ok(vec![])
        );
        for (types, count) in [
            (&[EventType::UserCreated, EventType::FlagAssigned][..], 2),
            (&[EventType::UserCreated], 0),
        ] {
            let newest = store.newest_events_of_user(place.workspace, user.id, types, 2);
            let expected = [events[69].clone(), events[68].clone()];
            assert_eq!(newest.await, Ok(expected[..count].to_vec()));
        }
        let after = store.readable_events_after(place.workspace, events[9].id, 1);
        assert_eq!(
            after.await,
            Ok(vec![(events[10].id, Some(events[10].clone()))])
        );
        let one = store.readable_event(place.workspace, events[5].id).await;
        assert_eq!(one, Ok(Some(events[5].clone())));
    }
}

pub(crate) async fn the_feed_stays_behind_what_is_on_its_way(place: Place) {
    let record = |number, subject: &str| {
        vec![Change::RecordEvents {
            user_id: None,
            events: vec![rows::event(number, subject)],
        }]
    };
    let feed = async |after, only, seconds, limit| {
        let events = place
            .store
            .event_feed(place.workspace, after, only, at(seconds), limit)
            .await;
        let events = events.unwrap();
        let show = |it: smartbot_store::FeedEvent| {
            (it.event.sequence, it.event.data.expose()["n"].as_u64())
        };
        events.into_iter().map(show).collect::<Vec<_>>()
    };
    for number in [1, 2, 5] {
        place.commit(record(number, "usr_1")).await;
    }
    let (first, second, fifth) = ((1, Some(1)), (2, Some(2)), (5, Some(5)));
    assert_eq!(feed(None, None, 5, 9).await, [first]);
    assert_eq!(feed(None, None, 100, 9).await, [first, second, fifth]);
    assert_eq!(feed(None, None, 100, 2).await, [first, second]);
    let all = place.store.events(place.workspace, None, 9).await.unwrap();
    assert_eq!(feed(Some(all[1].id), None, 100, 9).await, [fifth]);
    let other = Some(EventType::BotPublished);
    assert_eq!(feed(None, other, 100, 1).await, [(1, None)]);
    // An older event is being kept: until that is over, nothing newer is told, however long it takes.
    let held = place.hold_writes().await;
    let (store, workspace) = (place.store.clone(), place.workspace);
    let mut late = record(3, "usr_1");
    late.push(Change::DefineFlag {
        name: "late".to_owned(),
        at: at(3),
    });
    let writing = smartbot_testkit::spawn(async move { store.commit(workspace, late).await });
    let patience = Duration::from_secs(20);
    smartbot_testkit::until("the commit is on its way", patience, async || {
        feed(None, None, 100, 9).await == [first, second]
    })
    .await;
    held.release().await;
    // One that took too long is undone where others could not know of it.
    let expected = match writing.await.unwrap() {
        Ok(()) => vec![first, second, (3, Some(3)), fifth],
        Err(error) => {
            assert!(!place.store.is_embedded(), "{error}");
            vec![first, second, fifth]
        }
    };
    assert_eq!(feed(None, None, 100, 9).await, expected);
}

pub(crate) async fn an_event_of_an_erased_user_stands_in_the_feed_without_data(place: Place) {
    let (user, _) = rows::kept_session(&place).await;
    let record = |user_id, number, subject: &str| Change::RecordEvents {
        user_id,
        events: vec![rows::event(number, subject)],
    };
    place
        .commit(vec![
            record(Some(user.id), 1, "usr_1"),
            record(None, 2, "usr_1"),
        ])
        .await;
    place.behind("DELETE FROM user_keys").await;
    let store = place.reopened().await;
    let feed = store
        .event_feed(place.workspace, None, None, at(100), 9)
        .await
        .unwrap();
    let lost: Vec<_> = feed.iter().map(|it| it.is_lost).collect();
    assert_eq!(lost, [true, false]);
    assert_eq!(feed[0].event.data.expose(), &serde_json::Value::Null);
    assert_eq!((feed[0].event.sequence, feed[1].event.sequence), (1, 2));
}

pub(crate) async fn a_sequence_is_taken_once_per_subject(place: Place) {
    let record = |number, subject: &str| Change::RecordEvents {
        user_id: None,
        events: vec![rows::event(number, subject)],
    };
    place
        .commit(vec![
            record(1, "usr_1"),
            record(1, "usr_2"),
            record(2, "usr_1"),
        ])
        .await;
    assert_eq!(place.conflict(vec![record(2, "usr_1")]).await, what::EVENT);
}

pub(crate) async fn deliveries_are_listed_by_filter(place: Place) {
    let (portal, first) = rows::kept_deliveries(&place, &[1, 2]).await;
    let other = rows::endpoint();
    place
        .commit(vec![Change::InsertEndpoint {
            endpoint: other.clone(),
            secrets: rows::secrets("s"),
        }])
        .await;
    let second = rows::more_deliveries(&place, &other, &[3], "usr_9").await;
    assert_eq!(
        place
            .conflict(vec![Change::InsertDeliveries(second.clone())])
            .await,
        what::DELIVERY
    );
    let claimed = rows::claim_due(&place.store, 1, 1).await;
    place
        .store
        .record_attempts(vec![record(&claimed[0], Outcome::Delivered)])
        .await
        .unwrap();
    let list = async |state, endpoint_id, limit| {
        let views = place
            .store
            .deliveries(
                place.workspace,
                DeliveryFilter {
                    state,
                    endpoint_id,
                    limit,
                    ..DeliveryFilter::default()
                },
            )
            .await
            .unwrap();
        views.into_iter().map(|it| it.id).collect::<Vec<_>>()
    };
    assert_eq!(
        list(None, None, 10).await,
        [second[0].id, first[1].id, first[0].id]
    );
    assert_eq!(list(None, None, 2).await, [second[0].id, first[1].id]);
    assert_eq!(
        list(None, Some(portal.id), 10).await,
        [first[1].id, first[0].id]
    );
    assert_eq!(
        list(Some(DeliveryState::Delivered), None, 10).await,
        [first[0].id]
    );
    assert_eq!(
        list(Some(DeliveryState::Pending), Some(portal.id), 10).await,
        [first[1].id]
    );
    let narrowed = async |filter: DeliveryFilter| {
        let filter = DeliveryFilter {
            limit: 10,
            ..filter
        };
        let views = place.store.deliveries(place.workspace, filter).await;
        views
            .unwrap()
            .into_iter()
            .map(|it| it.id)
            .collect::<Vec<_>>()
    };
    let older = DeliveryFilter {
        before: Some(second[0].id),
        event_type: Some(EventType::FlagAssigned),
        ..DeliveryFilter::default()
    };
    assert_eq!(narrowed(older).await, [first[1].id, first[0].id]);
    let later = DeliveryFilter {
        since: Some(at(2)),
        ..DeliveryFilter::default()
    };
    assert_eq!(narrowed(later).await, [second[0].id, first[1].id]);
    let earlier = |before| DeliveryFilter {
        until: Some(at(2)),
        before,
        ..DeliveryFilter::default()
    };
    assert_eq!(narrowed(earlier(None)).await, [first[0].id]);
    assert_eq!(narrowed(earlier(Some(second[0].id))).await, [first[0].id]);
    assert_eq!(narrowed(earlier(Some(first[0].id))).await, []);
    let mut of_box = rows::delivery(first[0].event_id, portal.id, 4);
    of_box.of_box = Some(BoxOfBot {
        function_id: "Intake".to_owned(),
        box_id: "when".to_owned(),
    });
    of_box.detail = PayloadDetail::IdsOnly;
    place
        .commit(vec![Change::InsertDeliveries(vec![of_box.clone()])])
        .await;
    let shown = place.store.delivery(place.workspace, of_box.id).await;
    assert_eq!(shown.unwrap().unwrap().detail, PayloadDetail::IdsOnly);
    let events = [first[0].event_id, first[1].event_id];
    let first_of = async |endpoint: EndpointId, events: &[EventId]| {
        let read = place.store.first_details(place.workspace, endpoint, events);
        read.await.unwrap().into_iter().collect::<Vec<_>>()
    };
    let full = events.map(|it| (it, PayloadDetail::Full));
    assert_eq!(first_of(portal.id, &events).await, full, "the first counts");
    assert_eq!(first_of(portal.id, &events[..1]).await, full[..1]);
    assert_eq!(first_of(other.id, &events).await, []);
    assert_eq!(first_of(portal.id, &[]).await, []);
    let at_box = |endpoint_id| DeliveryFilter {
        of_box: of_box.of_box.clone(),
        endpoint_id,
        ..DeliveryFilter::default()
    };
    assert_eq!(narrowed(at_box(None)).await, [of_box.id]);
    assert_eq!(narrowed(at_box(Some(portal.id))).await, [of_box.id]);
    assert_eq!(narrowed(at_box(Some(other.id))).await, []);
    place
        .behind("DELETE FROM deliveries WHERE box_id IS NOT NULL")
        .await;
    let others = DeliveryFilter {
        event_type: Some(EventType::UserCreated),
        ..DeliveryFilter::default()
    };
    assert_eq!(narrowed(others).await, []);
    let views = place
        .store
        .deliveries(
            place.workspace,
            DeliveryFilter {
                limit: 10,
                ..DeliveryFilter::default()
            },
        )
        .await
        .unwrap();
    let one = place.store.delivery(place.workspace, second[0].id).await;
    assert_eq!(one, Ok(Some(views[0].clone())));
    let (waiting, done) = (&views[1], &views[2]);
    assert_eq!(
        (waiting.event_id, waiting.event_type, waiting.endpoint_id),
        (first[1].event_id, EventType::FlagAssigned, portal.id)
    );
    assert_eq!(
        (
            waiting.attempts,
            waiting.last_status,
            waiting.next_attempt_at
        ),
        (0, None, Some(at(2)))
    );
    assert_eq!(
        (
            done.attempts,
            done.last_status,
            done.next_attempt_at,
            done.created_at
        ),
        (1, Some(200), None, at(1))
    );
}

pub(crate) fn record(claimed: &smartbot_store::ClaimedDelivery, outcome: Outcome) -> AttemptRecord {
    AttemptRecord {
        workspace_id: claimed.workspace_id,
        delivery_id: claimed.id,
        attempt: claimed.attempt,
        started_at: at(20),
        duration: Duration::from_micros(1234),
        status: Some(200),
        error: None,
        phase: None,
        response: None,
        response_headers: None,
        phases: AttemptPhases::default(),
        outcome,
        endpoint_id: claimed.endpoint_id,
        order_subject: claimed.order_subject.clone(),
    }
}

pub(crate) async fn attempts_are_kept_with_a_part_of_the_answer(place: Place) {
    let (_, deliveries) = rows::kept_deliveries(&place, &[1]).await;
    let claimed = rows::claim_due(&place.store, 1, 1).await;
    let failed = AttemptRecord {
        status: None,
        error: Some("timed out".to_owned()),
        phase: Some("headers"),
        ..record(&claimed[0], Outcome::Retry { due_at: at(30) })
    };
    place.store.record_attempts(vec![failed]).await.unwrap();
    let claimed = rows::claim_due(&place.store, 30, 1).await;
    let headers = |count: usize| vec![("x-trace".to_owned(), "y".repeat(7_000)); count];
    let phases = AttemptPhases {
        dns_us: 1,
        connect_us: 20,
        to_headers_us: 300,
    };
    // The limit falls into the middle of a character.
    let long = format!("x{}", "é".repeat(MAX_RESPONSE_BYTES));
    let answered = AttemptRecord {
        response: Some(Phi::new(long.clone())),
        response_headers: Some(Phi::new(headers(3))),
        phases,
        status: Some(500),
        ..record(&claimed[0], Outcome::Dead)
    };
    place.store.record_attempts(vec![answered]).await.unwrap();
    let row = |attempt, status, error: Option<&str>, response: Option<&str>| AttemptRow {
        response_headers: vec![],
        phases: AttemptPhases::default(),
        attempt,
        started_at: at(20),
        duration: Duration::from_micros(1234),
        status,
        error: error.map(str::to_owned),
        phase: None,
        response: response.map(|it| Phi::new(it.to_owned())),
    };
    let kept = &long[..MAX_RESPONSE_BYTES - 1];
    let expected = vec![
        AttemptRow {
            phase: Some("headers".to_owned()),
            ..row(1, None, Some("timed out"), None)
        },
        AttemptRow {
            // The third has no room.
            response_headers: headers(2),
            phases,
            ..row(2, Some(500), None, Some(kept))
        },
    ];
    assert_eq!(
        place
            .store
            .attempts(place.workspace, deliveries[0].id)
            .await,
        Ok(expected)
    );
    assert_eq!(
        place
            .store
            .attempts(place.workspace, new_id!(DeliveryId))
            .await,
        Ok(vec![])
    );
}
