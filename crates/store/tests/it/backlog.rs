//! What waits to be sent, and giving it up.
use crate::claims::{claimed_ids, view};
use crate::place::{Place, at, new_workspace};
use crate::rows;
use smartbot_model::webhook::DeliveryState;
use smartbot_model::{DeliveryId, EndpointId};

async fn give_up(place: &Place, endpoint: EndpointId, due_by: i64, limit: u32) -> Vec<DeliveryId> {
    let given_up = place
        .store
        .give_up_waiting(place.workspace, endpoint, at(due_by), limit, "too_old")
        .await
        .unwrap();
    given_up.into_iter().map(|it| it.delivery_id).collect()
}

pub(crate) async fn what_waits_is_counted_and_the_oldest_is_given_up_first(place: Place) {
    let (slow, waiting) = rows::kept_deliveries(&place, &[30, 10, 20]).await;
    let (other, _) = rows::kept_deliveries_of(&place, "usr_other", &[15]).await;
    let store = &place.store;
    assert_eq!(store.waiting_deliveries(place.workspace).await, Ok(4));
    let elsewhere = new_workspace(store, "Hillside").await;
    assert_eq!(store.waiting_deliveries(elsewhere).await, Ok(0));
    let that_wait = async |due_by| {
        let all = store.endpoints_that_wait(place.workspace, at(due_by));
        all.await.unwrap()
    };
    assert_eq!(that_wait(9).await, []);
    assert_eq!(that_wait(10).await, [slow.id]);
    assert_eq!(that_wait(30).await, [slow.id, other.id]);
    assert_eq!(give_up(&place, slow.id, 9, 5).await, []);
    assert_eq!(give_up(&place, slow.id, 30, 1).await, [waiting[1].id]);
    let dead = view(&place, waiting[1].id).await;
    assert_eq!(
        (dead.state, dead.attempts, dead.last_error.as_deref()),
        (DeliveryState::Dead, 0, Some("too_old"))
    );
    assert_eq!(dead.next_attempt_at, None);
    assert_eq!(that_wait(30).await, [other.id, slow.id]);
    assert_eq!(give_up(&place, slow.id, 20, 5).await, [waiting[2].id]);
    assert_eq!(
        store
            .give_up_waiting(elsewhere, slow.id, at(30), 5, "too_old")
            .await,
        Ok(vec![])
    );
    assert_eq!(store.waiting_deliveries(place.workspace).await, Ok(2));
}

pub(crate) async fn what_is_being_sent_is_not_given_up(place: Place) {
    let (endpoint, deliveries) = rows::kept_deliveries(&place, &[10, 11]).await;
    assert_eq!(
        rows::claim_due(&place.store, 10, 1).await[0].id,
        deliveries[0].id
    );
    assert_eq!(
        give_up(&place, endpoint.id, 1_000, 5).await,
        [deliveries[1].id]
    );
    assert_eq!(give_up(&place, endpoint.id, 1_000, 5).await, []);
    let sent = view(&place, deliveries[0].id).await;
    assert_eq!((sent.state, sent.attempts), (DeliveryState::Pending, 1));
    assert_eq!(claimed_ids(&place, 1_000).await, [deliveries[0].id]);
}
