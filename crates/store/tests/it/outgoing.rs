use crate::claims::{claimed_ids, view};
use crate::events::record;
use crate::place::{Place, at, new_id, new_workspace};
use crate::rows;
use smartbot_model::webhook::{DeliveryState, Endpoint, OrderedBy};
use smartbot_model::{DeliveryId, EndpointId, ResendId};
use smartbot_store::{Change, EndpointHealth, Outcome, ResendKind, ResendRow, ResendState, what};

pub(crate) async fn endpoints_are_asked_one_by_one(place: Place) {
    let (slow, waiting) = rows::kept_deliveries(&place, &[1, 2, 3]).await;
    let quick = rows::endpoint();
    let elsewhere = new_workspace(&place.store, "Hillside").await;
    let event = rows::event(1, elsewhere);
    let delivery = rows::delivery(event.id, quick.id, 9);
    let list = vec![
        Change::InsertEndpoint {
            endpoint: quick.clone(),
            secrets: rows::secrets("s"),
        },
        Change::RecordEvents {
            user_id: None,
            events: vec![event],
        },
        Change::InsertDeliveries(vec![delivery.clone()]),
    ];
    place.store.commit(elsewhere, list).await.unwrap();
    let mut lanes: Vec<_> = place
        .store
        .delivery_lanes()
        .await
        .unwrap()
        .into_iter()
        .map(|it| (it.workspace_id, it.endpoint_id, it.wake_at))
        .collect();
    lanes.sort_unstable();
    let mut expected = vec![
        (place.workspace, slow.id, at(1)),
        (elsewhere, quick.id, at(9)),
    ];
    expected.sort_unstable();
    assert_eq!(lanes, expected);
    let claim = async |wants: &[_]| {
        let claimed = rows::claim(&place.store, 10, wants).await;
        claimed.into_iter().map(|it| it.id).collect::<Vec<_>>()
    };
    let quickly = rows::want(elsewhere, &quick, 2);
    assert_eq!(claim(&[quickly]).await, [delivery.id]);
    assert_eq!(claim(&[quickly, rows::want(elsewhere, &slow, 2)]).await, []);
    assert_eq!(
        claim(&[rows::want(place.workspace, &slow, 2), quickly]).await,
        [waiting[0].id, waiting[1].id]
    );
    let next = place.store.next_delivery_to(place.workspace, slow.id).await;
    assert_eq!(next, Ok(Some(at(3))));
    assert_eq!(
        place.store.next_delivery_to(elsewhere, slow.id).await,
        Ok(None)
    );
}

pub(crate) async fn a_delivery_may_be_made_as_its_first_attempt(place: Place) {
    let (endpoint, _) = rows::kept_deliveries(&place, &[]).await;
    let event = rows::event(1, place.workspace);
    let mut delivery = rows::delivery(event.id, endpoint.id, 10);
    delivery.lease_until = Some(at(40));
    place
        .commit(vec![
            Change::RecordEvents {
                user_id: None,
                events: vec![event],
            },
            Change::InsertDeliveries(vec![delivery.clone()]),
        ])
        .await;
    assert_eq!(claimed_ids(&place, 39).await, vec![]);
    let taken_over = rows::claim_due(&place.store, 40, 9).await;
    assert_eq!((taken_over[0].id, taken_over[0].attempt), (delivery.id, 2));
}

/// Three deliveries of one subject and one of another, to an endpoint where they go one after the other.
async fn in_order(place: &Place) -> (Endpoint, Vec<DeliveryId>) {
    let mut endpoint = rows::endpoint();
    endpoint.ordered_by = Some(OrderedBy::User);
    let kept = Change::InsertEndpoint {
        endpoint: endpoint.clone(),
        secrets: rows::secrets("s"),
    };
    place.commit(vec![kept]).await;
    let mut ids = Vec::new();
    for (subject, sequence) in [("usr_a", 1), ("usr_a", 2), ("usr_a", 3), ("usr_b", 1)] {
        let event = rows::event(sequence, subject);
        let mut delivery = rows::delivery(event.id, endpoint.id, 1);
        delivery.order = Some((subject.to_owned(), sequence));
        ids.push(delivery.id);
        place
            .commit(vec![
                Change::RecordEvents {
                    user_id: None,
                    events: vec![event],
                },
                Change::InsertDeliveries(vec![delivery]),
            ])
            .await;
    }
    (endpoint, ids)
}

pub(crate) async fn ordered_deliveries_go_one_after_the_other(place: Place) {
    let (endpoint, ids) = in_order(&place).await;
    let claim = async |now| {
        let want = rows::want(place.workspace, &endpoint, 9);
        let mut claimed = rows::claim(&place.store, now, &[want]).await;
        claimed.sort_by_key(|it| it.id);
        claimed
    };
    let first = claim(2).await;
    let mut expected = vec![ids[0], ids[3]];
    expected.sort_unstable();
    assert_eq!(first.iter().map(|it| it.id).collect::<Vec<_>>(), expected);
    assert_eq!(claim(2).await, [], "one is on its way");
    let of_a = first.iter().find(|it| it.id == ids[0]).unwrap();
    let retry = record(of_a, Outcome::Retry { due_at: at(20) });
    place.store.record_attempts(vec![retry]).await.unwrap();
    assert_eq!(
        claim(19).await,
        [],
        "those after it wait as long as it does"
    );
    let again = claim(20).await;
    assert_eq!(again.iter().map(|it| it.id).collect::<Vec<_>>(), [ids[0]]);
    place
        .store
        .record_attempts(vec![record(&again[0], Outcome::Dead)])
        .await
        .unwrap();
    let next = claim(20).await;
    assert_eq!(next.iter().map(|it| it.id).collect::<Vec<_>>(), [ids[1]]);
    place
        .store
        .record_attempts(vec![record(&next[0], Outcome::Delivered)])
        .await
        .unwrap();
    let last = claim(20).await;
    assert_eq!(last[0].id, ids[2]);
}

pub(crate) async fn those_that_were_held_go_on_when_the_one_before_them_is_sent_by_hand(
    place: Place,
) {
    let (endpoint, ids) = in_order(&place).await;
    let claim = async |now| {
        let want = rows::want(place.workspace, &endpoint, 9);
        let mut claimed = rows::claim(&place.store, now, &[want]).await;
        claimed.retain(|it| it.id != ids[3]);
        claimed
    };
    let first = claim(2).await;
    let retry = record(&first[0], Outcome::Retry { due_at: at(1_000) });
    place.store.record_attempts(vec![retry]).await.unwrap();
    let resend = Change::ResendDelivery {
        id: ids[0],
        at: at(30),
    };
    place.commit(vec![resend]).await;
    let by_hand = claim(30).await;
    assert_eq!(by_hand.iter().map(|it| it.id).collect::<Vec<_>>(), [ids[0]]);
    let delivered = record(&by_hand[0], Outcome::Delivered);
    place.store.record_attempts(vec![delivered]).await.unwrap();
    assert_eq!(claim(30).await[0].id, ids[1]);
}

pub(crate) async fn a_delivery_is_sent_again_from_the_start_of_the_schedule(place: Place) {
    let (_, deliveries) = rows::kept_deliveries(&place, &[1, 1]).await;
    let id = deliveries[0].id;
    let resend = |id| Change::ResendDelivery { id, at: at(50) };
    let claimed = rows::claim_due(&place.store, 1, 9).await;
    assert_eq!(place.conflict(vec![resend(id)]).await, what::NO_DELIVERY);
    let mine = claimed.iter().find(|it| it.id == id).unwrap();
    place
        .store
        .record_attempts(vec![record(mine, Outcome::Dead)])
        .await
        .unwrap();
    let nobody = new_id!(DeliveryId);
    assert_eq!(
        place.conflict(vec![resend(nobody)]).await,
        what::NO_DELIVERY
    );
    place.commit(vec![resend(id)]).await;
    assert_eq!(view(&place, id).await.state, DeliveryState::Pending);
    let again = rows::claim_due(&place.store, 50, 9).await;
    let again = again.iter().find(|it| it.id == id).unwrap();
    assert_eq!((again.attempt, again.tries_from), (2, 1));
}

pub(crate) async fn a_run_goes_on_once_for_each_portion(place: Place) {
    let (endpoint, deliveries) = rows::kept_deliveries(&place, &[1, 1, 1]).await;
    for claimed in rows::claim_due(&place.store, 1, 9).await {
        let dead = record(&claimed, Outcome::Dead);
        place.store.record_attempts(vec![dead]).await.unwrap();
    }
    let run = ResendRow {
        id: new_id!(ResendId),
        endpoint_id: endpoint.id,
        kind: ResendKind::Recover,
        since: at(0),
        until: at(9),
        rate_per_second: 100,
        state: ResendState::Running,
        place: None,
        looked_at: 0,
        sent: 0,
        wake_at: Some(at(3)),
        created_at: at(2),
        ended_at: None,
    };
    let insert = Change::InsertResend(run.clone());
    place.commit(vec![insert.clone()]).await;
    assert_eq!(place.conflict(vec![insert]).await, what::RESEND);
    let store = &place.store;
    assert_eq!(store.next_resend_due(1).await, Ok(Some(at(3))));
    assert_eq!(store.due_resends(at(2), 9, 1).await, Ok(vec![]));
    let due = store.due_resends(at(3), 9, 1).await;
    assert_eq!(due, Ok(vec![(place.workspace, run.clone())]));
    let dead = async |after| {
        let (after, before) = (DeliveryId::first_of(after), DeliveryId::first_of(at(9)));
        let found = store.dead_deliveries(place.workspace, endpoint.id, after, before, 2);
        found.await.unwrap()
    };
    let mut ids: Vec<_> = deliveries.iter().map(|it| it.id).collect();
    ids.sort_unstable();
    assert_eq!(dead(at(0)).await, ids[..2]);
    assert_eq!(dead(at(2)).await, []);
    let further = ResendRow {
        place: Some(ids[1].uuid()),
        looked_at: 2,
        sent: 2,
        state: ResendState::Done,
        wake_at: None,
        ended_at: Some(at(4)),
        ..run.clone()
    };
    let save = |resend: &ResendRow| Change::SaveResend {
        resend: resend.clone(),
        expected_looked_at: 0,
    };
    place.commit(vec![save(&further)]).await;
    // Another node that had read the same.
    assert_eq!(
        place.conflict(vec![save(&further)]).await,
        what::RESEND_PLACE
    );
    assert_eq!(
        store.resend(place.workspace, run.id).await,
        Ok(Some(further.clone()))
    );
    let page = async |before| store.resends(place.workspace, before, 9).await;
    assert_eq!(page(None).await, Ok(vec![further]));
    assert_eq!(page(Some(run.id)).await, Ok(vec![]));
    assert_eq!(store.next_resend_due(1).await, Ok(None));
}

pub(crate) async fn runs_beyond_a_few_stand_in_line(place: Place) {
    let run = |number: u8, wake_at| ResendRow {
        id: ResendId::from_uuid(uuid::Uuid::from_u128(u128::from(number))),
        endpoint_id: new_id!(EndpointId),
        kind: ResendKind::Replay,
        since: at(0),
        until: at(1),
        rate_per_second: 1,
        state: ResendState::Running,
        place: None,
        looked_at: 0,
        sent: 0,
        wake_at: Some(at(wake_at)),
        created_at: at(2),
        ended_at: None,
    };
    // The third is due first, and is the third nevertheless.
    let runs = [run(1, 5), run(2, 6), run(3, 4)];
    let inserts = runs.iter().cloned().map(Change::InsertResend);
    place.commit(inserts.collect()).await;
    let store = &place.store;
    let due = async |now, at_once| {
        let due = store.due_resends(at(now), 9, at_once).await.unwrap();
        due.into_iter().map(|it| it.1.id).collect::<Vec<_>>()
    };
    assert_eq!(store.open_resends(place.workspace).await, Ok(3));
    assert_eq!(store.next_resend_due(2).await, Ok(Some(at(5))));
    assert_eq!(store.next_resend_due(3).await, Ok(Some(at(4))));
    assert_eq!(due(4, 2).await, []);
    assert_eq!(due(6, 2).await, [runs[0].id, runs[1].id]);
    assert_eq!(due(6, 3).await, [runs[2].id, runs[0].id, runs[1].id]);
    let stopped = ResendRow {
        state: ResendState::EndpointDisabled,
        wake_at: None,
        ended_at: Some(at(6)),
        ..runs[0].clone()
    };
    let save = Change::SaveResend {
        resend: stopped.clone(),
        expected_looked_at: 0,
    };
    place.commit(vec![save]).await;
    assert_eq!(due(6, 2).await, [runs[2].id, runs[1].id], "one moves up");
    assert_eq!(store.open_resends(place.workspace).await, Ok(2));
    let read = store.resend(place.workspace, stopped.id).await;
    assert_eq!(read, Ok(Some(stopped)));
}

pub(crate) async fn the_health_of_an_endpoint_is_kept_while_it_fails(place: Place) {
    let id = new_id!(EndpointId);
    let save = |health| Change::SaveEndpointHealth { id, health };
    let health = EndpointHealth {
        failing_since: at(5),
        failures: 3,
        warned: 1,
    };
    let read = async || place.store.endpoint_health(place.workspace, id).await;
    assert_eq!(read().await, Ok(None));
    place.commit(vec![save(Some(health))]).await;
    assert_eq!(read().await, Ok(Some(health)));
    let failing = async || place.store.failing_endpoints(place.workspace).await;
    assert_eq!(failing().await, Ok(vec![(id, health)]));
    let worse = EndpointHealth {
        failures: 9,
        ..health
    };
    place.commit(vec![save(Some(worse))]).await;
    assert_eq!(read().await, Ok(Some(worse)));
    place.commit(vec![save(None), save(None)]).await;
    assert_eq!(read().await, Ok(None));
    assert_eq!(failing().await, Ok(vec![]));
}

pub(crate) async fn a_removed_endpoint_leaves_nothing(place: Place) {
    let (endpoint, deliveries) = rows::kept_deliveries(&place, &[1]).await;
    let (other, _) = rows::kept_deliveries_of(&place, "usr_2", &[1]).await;
    let claims = rows::claim_due(&place.store, 1, 9).await;
    let records = claims.iter().map(|it| record(it, Outcome::Dead)).collect();
    place.store.record_attempts(records).await.unwrap();
    let remove = Change::RemoveEndpoint { id: endpoint.id };
    place.commit(vec![remove.clone()]).await;
    assert_eq!(place.conflict(vec![remove]).await, what::NO_ENDPOINT);
    let attempts = place
        .store
        .attempts(place.workspace, deliveries[0].id)
        .await;
    assert_eq!(attempts, Ok(vec![]));
    assert_eq!(
        place.store.endpoints(place.workspace).await,
        Ok(vec![other.clone()])
    );
}
