use crate::place::{Place, at};
use crate::rows;
use smartbot_model::Phi;
use smartbot_store::{Change, Error, Result, SessionRow, Store, what};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

fn flag(name: &str) -> Change {
    Change::DefineFlag {
        name: name.to_owned(),
        at: at(0),
    }
}

/// A usual turn: three statements.
fn turn(session: &SessionRow, expected_version: u64, text: &str) -> Vec<Change> {
    let seq = u32::try_from(expected_version).unwrap() * 2 - 1;
    let messages = vec![rows::message(seq, text), rows::message(seq + 1, "Noted.")];
    let saved = SessionRow {
        last_seq: seq + 1,
        ..session.clone()
    };
    vec![
        Change::SaveSession {
            session: saved,
            expected_version,
        },
        Change::AppendMessages {
            session_id: session.id,
            user_id: session.user_id,
            messages,
        },
        Change::AppendTurn(rows::turn(session.id, expected_version + 1, seq)),
    ]
}

pub(crate) async fn all_of_a_list_is_kept_or_nothing(place: Place) {
    let (user, session) = rows::kept_session(&place).await;
    let taken = Change::InsertSession(session.clone());
    let list = vec![
        flag("before"),
        Change::SetSecret {
            name: "s".to_owned(),
            value: Phi::new("x".to_owned()),
            at: at(0),
        },
        Change::AppendMessages {
            session_id: session.id,
            user_id: user.id,
            messages: vec![rows::message(1, "hi")],
        },
        taken,
        flag("after"),
    ];
    assert_eq!(place.conflict(list).await, what::SESSION);
    assert_eq!(place.store.flags(place.workspace).await, Ok(vec![]));
    assert_eq!(place.store.secret_names(place.workspace).await, Ok(vec![]));
    assert_eq!(
        place
            .store
            .messages(place.workspace, session.id, 0, 9)
            .await,
        Ok(vec![])
    );
    place.commit(vec![]).await;
}

pub(crate) async fn a_failing_list_does_not_harm_the_others(place: Place) {
    let (_, session) = rows::kept_session(&place).await;
    // While writes are held up, all of these come to wait in one group.
    let held = place.hold_writes().await;
    let tasks: Vec<_> = (0..40)
        .map(|number| {
            let (store, workspace, session) =
                (place.store.clone(), place.workspace, session.clone());
            smartbot_testkit::spawn(async move {
                let mut list = vec![flag(&format!("flag-{number:02}"))];
                if number % 2 == 1 {
                    list.push(Change::InsertSession(session));
                }
                store.commit(workspace, list).await
            })
        })
        .collect();
    held.release().await;
    for (number, task) in tasks.into_iter().enumerate() {
        let result = task.await.unwrap();
        assert_eq!(result.is_ok(), number % 2 == 0, "{result:?}");
    }
    let kept: Vec<_> = (0..40)
        .step_by(2)
        .map(|it| format!("flag-{it:02}"))
        .collect();
    assert_eq!(place.store.flags(place.workspace).await, Ok(kept));
}

pub(crate) async fn producers_lose_nothing_and_keep_their_order(place: Place) {
    const PRODUCERS: usize = 64;
    const TURNS: u64 = 8;
    let mut sessions = Vec::new();
    for _ in 0..PRODUCERS {
        sessions.push(rows::kept_session(&place).await.1);
    }
    let produce = |session: SessionRow| {
        let (store, workspace) = (place.store.clone(), place.workspace);
        smartbot_testkit::spawn(async move {
            for version in 1..=TURNS {
                store
                    .commit(
                        workspace,
                        turn(&session, version, &format!("turn {version}")),
                    )
                    .await
                    .unwrap();
            }
        })
    };
    let tasks: Vec<_> = sessions.iter().cloned().map(produce).collect();
    for task in tasks {
        task.await.unwrap();
    }
    for session in sessions {
        let (kept, _) = place
            .store
            .turn(place.workspace, session.id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (kept.version, u64::from(kept.last_seq)),
            (TURNS + 1, TURNS * 2)
        );
        let messages = place
            .store
            .messages(place.workspace, session.id, 0, 100)
            .await
            .unwrap();
        let texts: Vec<_> = messages
            .iter()
            .step_by(2)
            .map(|it| it.message.expose().text.clone())
            .collect();
        assert_eq!(
            texts,
            (1..=TURNS)
                .map(|it| format!("turn {it}"))
                .collect::<Vec<_>>()
        );
        assert!(
            messages
                .iter()
                .zip(1..)
                .all(|(it, seq)| it.message.expose().seq == seq)
        );
        assert_eq!(
            place
                .store
                .turns(place.workspace, session.id)
                .await
                .unwrap()
                .len() as u64,
            TURNS
        );
    }
}

pub(crate) async fn racing_turns_of_one_session_have_one_winner(place: Place) {
    let (_, session) = rows::kept_session(&place).await;
    let other_node = place.reopened().await;
    let race = |store: Store, text: &'static str| {
        let (workspace, session) = (place.workspace, session.clone());
        smartbot_testkit::spawn(async move {
            let mut won = 0;
            for version in 1..=20 {
                match store.commit(workspace, turn(&session, version, text)).await {
                    Ok(()) => won += 1,
                    Err(Error::Conflict { what: clash }) => {
                        assert_eq!(clash, what::SESSION_VERSION);
                    }
                    Err(error) => panic!("{error}"),
                }
            }
            won
        })
    };
    let (a, b) = (race(place.store.clone(), "a"), race(other_node, "b"));
    assert_eq!(a.await.unwrap() + b.await.unwrap(), 20);
    assert_eq!(
        place
            .store
            .messages(place.workspace, session.id, 0, 100)
            .await
            .unwrap()
            .len(),
        40
    );
}

pub(crate) async fn a_full_queue_refuses_and_loses_nothing(place: Place) {
    const LISTS: usize = 2200;
    let held = place.hold_writes().await;
    let refused = Arc::new(AtomicUsize::new(0));
    let commit = |number: usize| {
        let (store, workspace, refused) =
            (place.store.clone(), place.workspace, Arc::clone(&refused));
        smartbot_testkit::spawn(async move {
            let result = store
                .commit(workspace, vec![flag(&format!("flag-{number}"))])
                .await;
            if result == Err(Error::Full) {
                refused.fetch_add(1, Ordering::SeqCst);
            }
            result
        })
    };
    let tasks: Vec<_> = (0..LISTS).map(commit).collect();
    smartbot_testkit::until("a refusal", Duration::from_secs(4), async || {
        refused.load(Ordering::SeqCst) > 0
    })
    .await;
    held.release().await;
    let mut results: Vec<Result<()>> = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    let kept = results.iter().filter(|it| it.is_ok()).count();
    assert_eq!(
        kept + refused.load(Ordering::SeqCst),
        LISTS,
        "{:?}",
        results
            .iter()
            .find(|it| !matches!(it, Ok(()) | Err(Error::Full)))
    );
    assert_eq!(
        place.store.flags(place.workspace).await.unwrap().len(),
        kept
    );
}

pub(crate) async fn what_was_acknowledged_survives_a_crash(place: Place) {
    let (_, session) = rows::kept_session(&place).await;
    for version in 1..=5 {
        place.commit(turn(&session, version, "hi")).await;
        let (store, _folder) = place.after_a_crash().await;
        let messages = store
            .messages(place.workspace, session.id, 0, 100)
            .await
            .unwrap();
        assert_eq!(messages.len() as u64, version * 2);
        store.close().await;
    }
    // Another process opens it while this one still has it.
    let again = place.reopened().await;
    let messages = again.messages(place.workspace, session.id, 0, 100).await;
    assert_eq!(messages.unwrap().len(), 10);
}

pub(crate) async fn a_closed_store_refuses(place: Place) {
    place.commit(vec![flag("vip")]).await;
    place.store.close().await;
    place.store.close().await;
    let result = place
        .store
        .commit(place.workspace, vec![flag("late")])
        .await;
    assert!(
        matches!(result, Err(Error::Unavailable { .. })),
        "{result:?}"
    );
    assert!(matches!(
        place.store.ping().await,
        Err(Error::Unavailable { .. })
    ));
    let again = place.reopened().await;
    assert_eq!(
        again.flags(place.workspace).await,
        Ok(vec!["vip".to_owned()])
    );
}
