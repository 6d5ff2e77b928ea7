use crate::place::{KEY, Place, at};
use crate::{rows, whole};
use smartbot_model::session::SessionStatus;
use smartbot_store::{Change, Counters, Finding, SessionRow, Store, what};

/// What `smartbot check` finds.
async fn findings(place: &Place) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut tell = |it| found.push(it);
    Store::check(&place.url, &KEY, &mut tell).await.unwrap();
    found
}

async fn count_all(place: &Place) {
    let turns = place.store.uncounted_turns(100).await.unwrap();
    let turns = turns.iter().map(|it| it.mark).collect();
    let counts = Counters::default();
    place
        .commit(vec![Change::CountTurns { turns, counts }])
        .await;
}

/// Forgets events before this second, and tells how many there were.
async fn forget_events(place: &Place, seconds: i64) -> usize {
    let until = at(seconds);
    let old = place.store.old_events(place.workspace, until, 100);
    let ids = old.await.unwrap();
    let count = ids.len();
    place
        .commit(vec![Change::ForgetEvents { ids, until }])
        .await;
    count
}

pub(crate) async fn what_is_old_goes_and_what_is_young_stays(place: Place) {
    let kept = whole::keep(&place).await;
    let (store, workspace) = (&place.store, place.workspace);
    let old = async |seconds| {
        store
            .old_sessions(workspace, at(seconds), 10)
            .await
            .unwrap()
    };
    let uncounted = old(1_000).await[0];
    place.conflict(vec![Change::ForgetSession(uncounted)]).await;
    count_all(&place).await;
    let ended = SessionRow {
        status: SessionStatus::Ended,
        ended_at: Some(at(6)),
        ..kept.session.clone()
    };
    let expected_version = kept.session.version;
    place
        .commit(vec![Change::SaveSession {
            session: ended,
            expected_version,
        }])
        .await;
    assert_eq!(old(4).await, [], "nothing is so old");
    let left = old(5).await;
    assert_eq!(left.len(), 1, "who went away without an end");
    assert_eq!(left[0].user_id, kept.other.id);
    let first = old(7).await;
    assert_eq!(first.len(), 1, "what ended goes first");
    assert_eq!(first[0].id, kept.session.id);

    assert_eq!(forget_events(&place, 2).await, 4);
    assert_eq!(forget_events(&place, 2).await, 0);
    assert_eq!(
        findings(&place).await,
        [],
        "the first numbers may be missing"
    );
    assert!(forget_events(&place, 1_000).await > 4);
    place.commit(vec![Change::ForgetSession(first[0])]).await;
    assert_eq!(store.session(workspace, kept.session.id).await, Ok(None));
    assert_eq!(
        store.messages(workspace, kept.session.id, 0, 9).await,
        Ok(vec![])
    );
    assert!(
        store
            .session(workspace, left[0].id)
            .await
            .unwrap()
            .is_some()
    );
    assert!(store.user(workspace, kept.user.id).await.unwrap().is_some());
    assert_eq!(old(1_000).await, left, "and then what was left");
    place.commit(vec![Change::ForgetSession(left[0])]).await;
    assert_eq!(old(1_000).await, []);
    assert_eq!(findings(&place).await, []);
}

pub(crate) async fn a_session_that_moved_on_stays(place: Place) {
    let (_, session) = rows::kept_session(&place).await;
    let old = place.store.old_sessions(place.workspace, at(9), 9).await;
    let old = old.unwrap()[0];
    let save = Change::SaveSession {
        session: session.clone(),
        expected_version: session.version,
    };
    place.commit(vec![save]).await;
    let forget = || vec![Change::ForgetSession(old)];
    assert_eq!(place.conflict(forget()).await, what::SESSION_VERSION);
    let kept = place.store.session(place.workspace, session.id).await;
    assert!(kept.unwrap().is_some());
}

pub(crate) async fn a_portion_is_no_larger_than_asked_for(place: Place) {
    whole::keep(&place).await;
    let (store, workspace) = (&place.store, place.workspace);
    count_all(&place).await;
    let sessions = store.old_sessions(workspace, at(9), 1).await;
    assert_eq!(sessions.unwrap().len(), 1);
    let events = store.old_events(workspace, at(9), 3).await.unwrap();
    assert!(events.is_sorted() && events.len() == 3, "{events:?}");
}
