use crate::events::record;
use crate::place::{Place, at, new_id};
use crate::rows;
use smartbot_model::webhook::{DeliveryState, Endpoint, EndpointState};
use smartbot_model::{DeliveryId, JobId};
use smartbot_store::{
    AttemptRecord, Change, DeliveryFilter, DeliveryView, GivenUp, JobKind, JobRow, Outcome, Store,
    Want, what,
};
use std::collections::BTreeMap;
use std::time::Duration;

const LEASE: Duration = Duration::from_secs(30);
const BOTH: &[JobKind] = &JobKind::ALL;

async fn claim(store: &Store, now: i64, limit: u32) -> Vec<JobRow> {
    let jobs = store.claim_jobs(BOTH, at(now), LEASE, limit).await.unwrap();
    jobs.into_iter().map(|(_, it)| it).collect()
}

pub(crate) async fn due_jobs_are_claimed_exactly_once_by_racing_workers(place: Place) {
    let (_, session) = rows::kept_session(&place).await;
    let jobs: Vec<_> = (0..200)
        .map(|it| rows::job(&session, JobKind::Call, it, 1))
        .collect();
    place
        .commit(jobs.iter().cloned().map(Change::InsertJob).collect())
        .await;
    let worker = |store: Store| {
        smartbot_testkit::spawn(async move {
            let mut mine = Vec::new();
            loop {
                let some = claim(&store, 1, 7).await;
                assert!(some.len() <= 7);
                if some.is_empty() {
                    return mine;
                }
                mine.extend(some);
            }
        })
    };
    // The second worker is another process.
    let (a, b) = (worker(place.store.clone()), worker(place.reopened().await));
    let all: Vec<_> = a
        .await
        .unwrap()
        .into_iter()
        .chain(b.await.unwrap())
        .collect();
    let claims = all
        .iter()
        .fold(BTreeMap::<JobId, u32>::new(), |mut claims, it| {
            *claims.entry(it.id).or_default() += 1;
            claims
        });
    assert!(claims.values().all(|it| *it == 1));
    // SKIP LOCKED may show a worker nothing while the other holds the rest, but nothing is lost.
    let rest = claim(&place.store, 1, 1000).await;
    assert_eq!(claims.len() + rest.len(), 200);
}

pub(crate) async fn a_job_comes_back_after_its_lease(place: Place) {
    let (_, session) = rows::kept_session(&place).await;
    let (late, early) = (
        rows::job(&session, JobKind::Timer, 2, 20),
        rows::job(&session, JobKind::Call, 1, 10),
    );
    assert_eq!(place.store.next_job_due().await, Ok(None));
    place
        .commit(vec![
            Change::InsertJob(late.clone()),
            Change::InsertJob(early.clone()),
        ])
        .await;
    assert_eq!(
        place.conflict(vec![Change::InsertJob(early.clone())]).await,
        what::JOB
    );
    assert_eq!(place.store.next_job_due().await, Ok(Some(at(10))));
    assert_eq!(claim(&place.store, 9, 10).await, vec![]);
    let claimed = claim(&place.store, 25, 10).await;
    let expected = |it: &JobRow, attempt, lease: i64| JobRow {
        attempt,
        lease_until: Some(at(lease)),
        ..it.clone()
    };
    assert_eq!(
        claimed,
        vec![expected(&early, 1, 55), expected(&late, 1, 55)]
    );
    assert_eq!(claim(&place.store, 54, 10).await, vec![]);
    assert_eq!(place.store.next_job_due().await, Ok(Some(at(55))));
    let again = place
        .reopened()
        .await
        .claim_jobs(BOTH, at(55), LEASE, 1)
        .await
        .unwrap();
    assert_eq!(again.len(), 1);
    assert_eq!((again[0].0, again[0].1.attempt), (place.workspace, 2));
}

pub(crate) async fn a_late_worker_cannot_finish_a_job(place: Place) {
    let (_, session) = rows::kept_session(&place).await;
    let job = rows::job(&session, JobKind::Call, 1, 10);
    place.commit(vec![Change::InsertJob(job.clone())]).await;
    let finish = |attempt| Change::FinishJob {
        id: job.id,
        attempt,
    };
    let retry = |attempt, due| Change::RetryJob {
        id: job.id,
        attempt,
        due_at: at(due),
    };
    assert_eq!(claim(&place.store, 10, 1).await.len(), 1);
    assert_eq!(claim(&place.store, 50, 1).await.len(), 1);
    assert_eq!(place.conflict(vec![finish(1)]).await, what::JOB_LEASE);
    assert_eq!(place.conflict(vec![retry(1, 11)]).await, what::JOB_LEASE);
    place.commit(vec![retry(2, 60)]).await;
    assert_eq!(claim(&place.store, 59, 1).await, vec![]);
    assert_eq!(claim(&place.store, 60, 1).await[0].attempt, 3);
    place.commit(vec![finish(3)]).await;
    assert_eq!(place.conflict(vec![finish(3)]).await, what::JOB_LEASE);
    assert_eq!(place.store.next_job_due().await, Ok(None));
}

pub(crate) async fn cancelled_jobs_are_gone(place: Place) {
    let (_, session) = rows::kept_session(&place).await;
    let (_, other) = rows::kept_session(&place).await;
    let mut jobs: Vec<_> = (1..=4)
        .map(|it| rows::job(&session, JobKind::Timer, it, 10))
        .collect();
    jobs.push(rows::job(&session, JobKind::Call, 1, 10));
    jobs.push(rows::job(&other, JobKind::Timer, 1, 10));
    place
        .commit(jobs.into_iter().map(Change::InsertJob).collect())
        .await;
    let cancel = |numbers: &[u64]| Change::CancelJobs {
        session_id: session.id,
        kind: JobKind::Timer,
        numbers: numbers.to_vec(),
    };
    place
        .commit(vec![cancel(&[]), cancel(&[1, 2, 9]), cancel(&[1])])
        .await;
    let mut left: Vec<_> = claim(&place.store, 10, 10)
        .await
        .into_iter()
        .map(|it| (it.session_id == session.id, it.kind.as_str(), it.number))
        .collect();
    left.sort_unstable();
    assert_eq!(
        left,
        [
            (false, "timer", 1),
            (true, "call", 1),
            (true, "timer", 3),
            (true, "timer", 4)
        ]
    );
}

pub(crate) async fn only_the_asked_kinds_are_claimed(place: Place) {
    let (_, session) = rows::kept_session(&place).await;
    let jobs =
        [JobKind::Call, JobKind::Timer].map(|it| Change::InsertJob(rows::job(&session, it, 1, 10)));
    place.commit(jobs.into()).await;
    assert_eq!(
        place.store.claim_jobs(&[], at(99), LEASE, 10).await,
        Ok(vec![])
    );
    let timers = place
        .store
        .claim_jobs(&[JobKind::Timer], at(99), LEASE, 10)
        .await
        .unwrap();
    assert_eq!(
        timers.iter().map(|(_, it)| it.kind).collect::<Vec<_>>(),
        [JobKind::Timer]
    );
}

pub(crate) async fn deliveries_are_claimed_exactly_once_by_racing_workers(place: Place) {
    let (_, deliveries) = rows::kept_deliveries(&place, &[1; 200]).await;
    let worker = |store: Store| {
        smartbot_testkit::spawn(async move {
            let mut mine = Vec::new();
            loop {
                let some = rows::claim_due(&store, 1, 7).await;
                assert!(some.len() <= 7);
                if some.is_empty() {
                    return mine;
                }
                mine.extend(some.into_iter().map(|it| it.id));
            }
        })
    };
    let (a, b) = (worker(place.store.clone()), worker(place.reopened().await));
    let mut all: Vec<_> = a
        .await
        .unwrap()
        .into_iter()
        .chain(b.await.unwrap())
        .collect();
    all.extend(
        rows::claim_due(&place.store, 1, 1000)
            .await
            .into_iter()
            .map(|it| it.id),
    );
    all.sort_unstable();
    let mut expected: Vec<_> = deliveries.iter().map(|it| it.id).collect();
    expected.sort_unstable();
    assert_eq!(all, expected);
}

pub(crate) async fn claimed_ids(place: &Place, now: i64) -> Vec<DeliveryId> {
    let claimed = rows::claim_due(&place.store, now, 10).await;
    claimed.into_iter().map(|it| it.id).collect()
}

pub(crate) async fn view(place: &Place, id: DeliveryId) -> DeliveryView {
    let all = place
        .store
        .deliveries(
            place.workspace,
            DeliveryFilter {
                limit: 100,
                ..DeliveryFilter::default()
            },
        )
        .await
        .unwrap();
    all.into_iter().find(|it| it.id == id).unwrap()
}

pub(crate) async fn a_delivery_comes_back_after_its_lease(place: Place) {
    assert_eq!(rows::next_due(&place.store).await, None);
    let (_, deliveries) = rows::kept_deliveries(&place, &[20, 10]).await;
    assert_eq!(rows::next_due(&place.store).await, Some(at(10)));
    assert_eq!(claimed_ids(&place, 9).await, vec![]);
    assert_eq!(
        claimed_ids(&place, 25).await,
        [deliveries[1].id, deliveries[0].id]
    );
    assert_eq!(claimed_ids(&place, 54).await, vec![]);
    assert_eq!(rows::next_due(&place.store).await, Some(at(55)));
    let again = rows::claim_due(&place.reopened().await, 55, 10).await;
    let events = place.store.events(place.workspace, None, 10).await.unwrap();
    assert_eq!(again.len(), 2);
    assert_eq!(
        (again[0].attempt, again[0].workspace_id, again[0].created_at),
        (2, place.workspace, at(10))
    );
    assert_eq!(again[0].tries_from, 1, "a try that was lost is none");
    assert_eq!(again[0].event, events[1]);
}

pub(crate) async fn a_late_worker_changes_no_delivery(place: Place) {
    let (_, deliveries) = rows::kept_deliveries(&place, &[10]).await;
    let id = deliveries[0].id;
    let late = rows::claim_due(&place.store, 10, 1).await.remove(0);
    let owner = rows::claim_due(&place.store, 50, 1).await.remove(0);
    place
        .store
        .record_attempts(vec![record(&late, Outcome::Dead)])
        .await
        .unwrap();
    assert_eq!(view(&place, id).await.state, DeliveryState::Pending);
    assert_eq!(place.store.attempts(place.workspace, id).await, Ok(vec![]));
    place
        .store
        .record_attempts(vec![record(&owner, Outcome::Retry { due_at: at(70) })])
        .await
        .unwrap();
    // What is on record is not recorded again.
    let again = AttemptRecord {
        status: Some(500),
        ..record(&owner, Outcome::Dead)
    };
    place.store.record_attempts(vec![again]).await.unwrap();
    let kept = view(&place, id).await;
    assert_eq!(
        (kept.state, kept.last_status, kept.next_attempt_at),
        (DeliveryState::Pending, Some(200), Some(at(70)))
    );
    assert_eq!(
        place
            .store
            .attempts(place.workspace, id)
            .await
            .unwrap()
            .len(),
        1
    );
}

pub(crate) async fn deliveries_wait_for_endpoints_that_are_not_active(place: Place) {
    let (endpoint, deliveries) = rows::kept_deliveries(&place, &[10, 11]).await;
    let set = async |state| {
        let kept = place.store.endpoints(place.workspace).await.unwrap();
        let endpoint = Endpoint {
            state,
            revision: kept[0].revision,
            ..endpoint.clone()
        };
        place.commit(vec![Change::SaveEndpoint { endpoint }]).await;
    };
    for state in [EndpointState::Paused, EndpointState::Disabled] {
        set(state).await;
        assert_eq!(claimed_ids(&place, 20).await, vec![]);
        assert_eq!(rows::next_due(&place.store).await, None, "out of the way");
        let want = rows::want(place.workspace, &endpoint, 9);
        assert_eq!(rows::claim(&place.store, 20, &[want]).await, []);
    }
    assert_eq!(
        view(&place, deliveries[0].id).await.next_attempt_at,
        Some(at(10))
    );
    set(EndpointState::Active).await;
    assert_eq!(
        claimed_ids(&place, 20).await,
        [deliveries[0].id, deliveries[1].id]
    );
}

pub(crate) async fn what_is_given_back_is_due_at_once(place: Place) {
    let (_, session) = rows::kept_session(&place).await;
    let job = rows::job(&session, JobKind::Call, 1, 10);
    place.commit(vec![Change::InsertJob(job.clone())]).await;
    let (_, deliveries) = rows::kept_deliveries(&place, &[10]).await;
    assert_eq!(claim(&place.store, 10, 1).await.len(), 1);
    assert_eq!(claimed_ids(&place, 10).await.len(), 1);
    // Not somebody else's.
    place
        .store
        .give_back_jobs(&[
            (place.workspace, job.id, 2),
            (place.workspace, new_id!(JobId), 1),
        ])
        .await
        .unwrap();
    place
        .store
        .give_back_deliveries(&[(place.workspace, deliveries[0].id, 2)])
        .await
        .unwrap();
    assert_eq!(claim(&place.store, 11, 1).await, vec![]);
    assert_eq!(claimed_ids(&place, 11).await, vec![]);
    place
        .store
        .give_back_jobs(&[(place.workspace, job.id, 1)])
        .await
        .unwrap();
    place
        .store
        .give_back_deliveries(&[(place.workspace, deliveries[0].id, 1)])
        .await
        .unwrap();
    assert_eq!(claim(&place.store, 11, 1).await.len(), 1);
    assert_eq!(rows::claim_due(&place.store, 11, 1).await[0].attempt, 1);
}

pub(crate) async fn what_a_dead_process_had_claimed_is_due_again(place: Place) {
    let (_, session) = rows::kept_session(&place).await;
    let job = rows::job(&session, JobKind::Call, 1, 10);
    place.commit(vec![Change::InsertJob(job.clone())]).await;
    let (_, deliveries) = rows::kept_deliveries(&place, &[10, 10, 99]).await;
    assert_eq!(claim(&place.store, 10, 1).await.len(), 1);
    let claimed = rows::claim_due(&place.store, 10, 9).await;
    assert_eq!(claimed.len(), 2);
    place
        .store
        .record_attempts(vec![record(&claimed[0], Outcome::Delivered)])
        .await
        .unwrap();
    place.store.end_leases().await.unwrap();
    let again = rows::claim_due(&place.store, 11, 9).await;
    assert_eq!(
        again
            .iter()
            .map(|it| (it.id, it.attempt, it.tries_from))
            .collect::<Vec<_>>(),
        [(claimed[1].id, 2, 1)],
        "what was delivered or is not due stays"
    );
    assert!(deliveries.iter().any(|it| it.id == claimed[1].id));
    assert_eq!(claim(&place.store, 11, 1).await.len(), 1);
}

pub(crate) async fn an_outcome_decides_what_becomes_of_a_delivery(place: Place) {
    let (_, deliveries) = rows::kept_deliveries(&place, &[1; 130]).await;
    let claimed = rows::claim_due(&place.store, 1, 130).await;
    assert_eq!(claimed.len(), deliveries.len());
    let outcome = |place: usize| match place % 3 {
        0 => Outcome::Delivered,
        1 => Outcome::Retry { due_at: at(100) },
        _ => Outcome::Dead,
    };
    let records: Vec<_> = claimed
        .iter()
        .enumerate()
        .map(|(place, it)| AttemptRecord {
            status: None,
            ..record(it, outcome(place))
        })
        .collect();
    place.store.record_attempts(records).await.unwrap();
    place.store.record_attempts(vec![]).await.unwrap();
    let views = place
        .store
        .deliveries(
            place.workspace,
            DeliveryFilter {
                limit: 200,
                ..DeliveryFilter::default()
            },
        )
        .await
        .unwrap();
    let views: BTreeMap<_, _> = views.into_iter().map(|it| (it.id, it)).collect();
    for (number, it) in claimed.iter().enumerate() {
        let view = &views[&it.id];
        let expected = match outcome(number) {
            Outcome::Delivered => (DeliveryState::Delivered, None),
            Outcome::Retry { due_at } => (DeliveryState::Pending, Some(due_at)),
            Outcome::Dead => (DeliveryState::Dead, None),
        };
        assert_eq!((view.state, view.next_attempt_at), expected);
    }
    assert_eq!(rows::next_due(&place.store).await, Some(at(100)));
}

pub(crate) async fn what_cannot_be_opened_holds_up_nobody(place: Place) {
    let (_, gone) = rows::kept_session(&place).await;
    place.behind("DELETE FROM user_keys").await;
    let (_, session) = rows::kept_session(&place).await;
    let broken = rows::job(&gone, JobKind::Call, 1, 1);
    let fine = rows::job(&session, JobKind::Call, 1, 2);
    // Made while this process still remembers the key of the user who is gone.
    let jobs = [broken, fine.clone()].map(Change::InsertJob);
    place.commit(jobs.into()).await;
    let (_, deliveries) = rows::kept_deliveries(&place, &[1, 2, 3]).await;
    let bytes = if place.store.is_embedded() {
        "X'01'"
    } else {
        "'\\x01'"
    };
    place
        .behind(&format!(
            "UPDATE events SET data = {bytes} WHERE sequence = 3"
        ))
        .await;
    place.behind("UPDATE events SET user_id = subject_id FROM (SELECT user_id AS subject_id FROM sessions ORDER BY created_at LIMIT 1) AS s WHERE sequence = 1").await;
    let store = place.reopened().await;
    let jobs = store.claim_jobs(BOTH, at(5), LEASE, 10).await.unwrap();
    assert_eq!(
        jobs.into_iter().map(|(_, it)| it.id).collect::<Vec<_>>(),
        [fine.id]
    );
    let lane = store.delivery_lanes().await.unwrap().remove(0);
    let want = Want {
        workspace_id: lane.workspace_id,
        endpoint_id: lane.endpoint_id,
        limit: 10,
        lease: LEASE,
        ordered: false,
    };
    let claimed = store.claim_deliveries(at(5), &[want]).await.unwrap();
    let ids: Vec<_> = claimed.deliveries.iter().map(|it| it.id).collect();
    assert_eq!(ids, [deliveries[1].id]);
    let unreadable = GivenUp {
        delivery_id: deliveries[2].id,
        event_id: deliveries[2].event_id,
    };
    assert_eq!(
        claimed.unreadable,
        [(place.workspace, deliveries[2].endpoint_id, unreadable)]
    );
    for (delivery, why) in [(0, "user_erased"), (2, "unreadable")] {
        let dead = view(&place, deliveries[delivery].id).await;
        assert_eq!(
            (dead.state, dead.last_error.as_deref()),
            (DeliveryState::Dead, Some(why))
        );
    }
    assert_eq!(rows::next_due(&store).await, Some(at(35)));
}
