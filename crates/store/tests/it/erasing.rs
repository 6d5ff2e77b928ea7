use crate::place::{Place, at};
use crate::rows::{self, map};
use crate::{agents, notifications};
use serde_json::json;
use smartbot_model::session::{EndReason, SessionStatus};
use smartbot_model::webhook::DeliveryState;
use smartbot_model::{EventType, Phi, SessionId};
use smartbot_store::{
    Change, DeliveryFilter, Error, EventRow, FileState, JobKind, Outcome, SessionRow, UserRow, what,
};

/// Words that stand nowhere else.
const PLANTED: [&str; 4] = [
    "planted-name",
    "planted-text",
    "planted-event",
    "planted-response",
];

/// A user of whom everything is kept that can be, with a delivery that one worker has.
async fn kept(place: &Place, external_id: &str) -> (UserRow, SessionRow) {
    let user = UserRow {
        external_id: Some(Phi::new(external_id.to_owned())),
        fields: Phi::new(map(json!({"user_fname": "planted-name"}))),
        ..rows::user()
    };
    let session = rows::session(user.id);
    let mut event = rows::event(1, user.id);
    event.data = Phi::new(json!({"text": "planted-event"}));
    let answer = rows::answer(Some(user.id), external_id);
    let endpoint = rows::endpoint();
    let deliveries = vec![
        rows::delivery(event.id, endpoint.id, 1),
        rows::delivery(event.id, endpoint.id, 100),
    ];
    let agent = agents::agent(&format!("{external_id}@clinic.example"));
    place
        .commit(vec![
            Change::InsertEndpoint {
                endpoint,
                secrets: rows::secrets("whsec_x"),
            },
            Change::InsertUser(user.clone()),
            Change::InsertSession(session.clone()),
            Change::AppendMessages {
                session_id: session.id,
                user_id: user.id,
                messages: vec![rows::message(1, "planted-text")],
            },
            Change::RecordEvents {
                user_id: Some(user.id),
                events: vec![event],
            },
            Change::InsertDeliveries(deliveries),
            Change::InsertJob(rows::job(&session, JobKind::Timer, 1, 1)),
            crate::files::insert(&rows::file(&session, FileState::Said)),
            Change::InsertAgent(agent.clone()),
            Change::InsertNotification(notifications::told(agent.id, session.id, 1)),
            Change::InsertMail(notifications::mail(agent.id, Some(session.id), 1)),
            Change::SaveAnswer(answer),
        ])
        .await;
    (user, session)
}

fn deleted(user: &UserRow) -> EventRow {
    EventRow {
        event_type: EventType::UserDeleted,
        ..rows::event(2, user.id)
    }
}

fn erase(user: &UserRow) -> Vec<Change> {
    erase_and_tell(user, deleted(user))
}

fn erase_and_tell(user: &UserRow, event: EventRow) -> Vec<Change> {
    vec![
        Change::EraseUser {
            id: user.id,
            expected_version: user.version,
            at: at(50),
        },
        Change::RecordEvents {
            user_id: None,
            events: vec![event],
        },
    ]
}

pub(crate) async fn nothing_of_an_erased_user_is_left(place: Place) {
    let (user, session) = kept(&place, "p-1").await;
    let store = &place.store;
    let claimed = rows::claim_due(store, 1, 9).await;
    let told = deleted(&user);
    place.commit(erase_and_tell(&user, told.clone())).await;
    let ids = ["p-1"];
    for store in [store.clone(), place.reopened().await] {
        let workspace = place.workspace;
        assert_eq!(store.user(workspace, user.id).await, Ok(None));
        assert_eq!(
            store.users_by_external_ids(workspace, &ids).await,
            Ok(vec![])
        );
        assert_eq!(store.session(workspace, session.id).await, Ok(None));
        assert_eq!(store.turn(workspace, session.id).await, Ok(None));
        assert_eq!(
            store.messages(workspace, session.id, 0, 9).await,
            Ok(vec![])
        );
        // What tells of the end is sealed by the workspace.
        assert_eq!(
            store.events(workspace, None, 9).await,
            Ok(vec![told.clone()])
        );
        let answer = store
            .answer(workspace, "tok_1", "p-1")
            .await
            .unwrap()
            .unwrap();
        assert!(answer.is_erased() && answer.fingerprint == [0; 32] && answer.user_id.is_none());
        let sessions = store.sessions_of(workspace, user.id, None, 9).await;
        assert_eq!(sessions, Ok(vec![(session.id, SessionStatus::Ended)]));
        assert_eq!(store.next_job_due().await, Ok(None));
        assert_eq!(store.gone_files(9).await.unwrap().len(), 1);
        assert_eq!(store.next_mail_due().await, Ok(None));
    }
    let after = store.sessions_of(place.workspace, user.id, Some(session.id), 9);
    assert_eq!(after.await, Ok(vec![]));
    // The worker that was sending comes back with what the receiver repeated.
    let late = smartbot_store::AttemptRecord {
        response: Some(Phi::new("planted-response".to_owned())),
        ..crate::events::record(&claimed[0], Outcome::Delivered)
    };
    store.record_attempts(vec![late]).await.unwrap();
    let attempts = store.attempts(place.workspace, claimed[0].id).await;
    assert_eq!(attempts, Ok(vec![]));
    let filter = DeliveryFilter {
        limit: 9,
        ..DeliveryFilter::default()
    };
    for it in store.deliveries(place.workspace, filter).await.unwrap() {
        assert_eq!(it.state, DeliveryState::Dead);
        assert_eq!(it.last_error.as_deref(), Some("user_erased"));
    }
    assert_eq!(rows::next_due(store).await, None);
    let contents = place.contents();
    for text in PLANTED {
        assert!(!contents.windows(text.len()).any(|it| it == text.as_bytes()));
    }
    // The shells stay, so that there is something to count.
    let name = serde_json::to_value(EndReason::UserErased).unwrap();
    assert!(
        contents
            .windows(11)
            .any(|it| it == name.as_str().unwrap().as_bytes())
    );
    // Whoever comes with the same external id later is somebody else.
    let again = UserRow {
        external_id: user.external_id,
        ..rows::user()
    };
    place.commit(vec![Change::InsertUser(again)]).await;
}

pub(crate) async fn erasing_spares_others(place: Place) {
    let (user, _) = kept(&place, "p-1").await;
    let (other, session) = kept(&place, "p-2").await;
    place.commit(erase(&user)).await;
    let (store, workspace) = (&place.store, place.workspace);
    assert_eq!(store.user(workspace, other.id).await, Ok(Some(other)));
    assert_eq!(
        store
            .messages(workspace, session.id, 0, 9)
            .await
            .unwrap()
            .len(),
        1
    );
    assert_eq!(store.events(workspace, None, 9).await.unwrap().len(), 2);
    assert!(store.next_job_due().await.unwrap().is_some());
    assert!(rows::next_due(store).await.is_some());
    let answer = store.answer(workspace, "tok_1", "p-2").await.unwrap();
    assert!(!answer.unwrap().is_erased());
}

pub(crate) async fn an_erasure_that_comes_too_late_erases_nothing(place: Place) {
    let (user, session) = kept(&place, "p-1").await;
    let save = Change::SaveUser {
        user: user.clone(),
        expected_version: 1,
        added_flags: vec![],
        removed_flags: vec![],
    };
    place.commit(vec![save]).await;
    assert_eq!(place.conflict(erase(&user)).await, what::USER_VERSION);
    let kept = place.store.turn(place.workspace, session.id).await;
    assert!(kept.unwrap().is_some());
}

pub(crate) async fn what_was_read_before_an_erasure_is_not_kept_after_it(place: Place) {
    let (user, session) = kept(&place, "p-1").await;
    place.commit(erase(&user)).await;
    let save_user = Change::SaveUser {
        user: user.clone(),
        expected_version: 1,
        added_flags: vec![],
        removed_flags: vec![],
    };
    let save_session = Change::SaveSession {
        session: session.clone(),
        expected_version: 1,
    };
    // On this node the key is forgotten; another may remember it for a while.
    let elsewhere = place.reopened().await;
    for (store, changes) in [
        (&place.store, vec![save_user]),
        (&place.store, vec![save_session.clone()]),
        (&elsewhere, vec![save_session]),
    ] {
        let result = store.commit(place.workspace, changes).await;
        assert!(matches!(result, Err(Error::Conflict { .. })), "{result:?}");
    }
    let unknown: SessionId = session.id;
    assert_eq!(place.store.turn(place.workspace, unknown).await, Ok(None));
}
