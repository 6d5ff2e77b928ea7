//! A store that is alone with its database remembers what was written last. Another one on the same database, which remembers nothing and
//! writes nothing, must read the same.
use crate::place::{Place, at, options, random};
use crate::rows;
use serde_json::json;
use smartbot_model::Phi;
use smartbot_model::random::{Random, SeededRandom};
use smartbot_model::session::{EndReason, SessionStatus};
use smartbot_store::{Change, DeskRow, Error, SessionRow, Store, UserRow};
use std::sync::Arc;

const FLAGS: [&str; 3] = ["vip", "new", "left"];

/// A number below `bound`.
fn below(random: &SeededRandom, bound: usize) -> usize {
    let mut bytes = [0; 8];
    random.fill(&mut bytes);
    usize::try_from(u64::from_le_bytes(bytes) % bound as u64).unwrap()
}

fn some_flags(random: &SeededRandom) -> Vec<String> {
    let chosen = FLAGS.iter().filter(|_| below(random, 3) == 0);
    chosen.map(|it| (*it).to_owned()).collect()
}

/// A change of a session and its user as they were read, which may be long ago.
fn change(random: &SeededRandom, number: i64, session: &SessionRow, user: &UserRow) -> Vec<Change> {
    let save_user = || Change::SaveUser {
        user: UserRow {
            fields: Phi::new(rows::map(json!({"number": number, "half": 0.5}))),
            updated_at: at(number),
            event_sequence: user.event_sequence + 1,
            ..user.clone()
        },
        expected_version: user.version,
        added_flags: some_flags(random),
        removed_flags: some_flags(random),
    };
    let save_session = |status, ended_at: Option<_>| Change::SaveSession {
        session: SessionRow {
            status,
            state: Phi::new(format!("state {number}")),
            last_seq: session.last_seq + 1,
            // What a save does not touch is not to be believed.
            function_id: "Another".to_owned(),
            desk: DeskRow {
                wanted_flag: Some("another".to_owned()),
                ..DeskRow::default()
            },
            ended_at,
            end_reason: ended_at.map(|_| EndReason::Completed),
            ..session.clone()
        },
        expected_version: session.version,
    };
    match below(random, 12) {
        0 => vec![Change::EraseUser {
            id: user.id,
            expected_version: user.version,
            at: at(number),
        }],
        1 => vec![save_session(SessionStatus::Ended, Some(at(number)))],
        2..5 => vec![save_user()],
        5..8 => vec![save_user(), save_session(SessionStatus::Active, None)],
        8..10 => vec![save_session(SessionStatus::Active, None)],
        _ => vec![
            save_session(SessionStatus::WaitingForAgent, None),
            Change::SaveDesk {
                session_id: session.id,
                desk: DeskRow {
                    waiting_since: Some(at(number)),
                    ..DeskRow::default()
                },
            },
        ],
    }
}

pub(crate) async fn what_is_remembered_is_what_is_kept(place: Place) {
    let alone = Store::open_alone(options(&place.url), Arc::new(random()));
    let alone = alone.await.unwrap();
    let (random, workspace) = (SeededRandom::new(41), place.workspace);
    let mut known: Vec<(SessionRow, UserRow)> = Vec::new();
    let (mut kept, mut conflicts) = (0, 0);
    for number in 0..120 {
        if number % 10 == 0 {
            let user = rows::user();
            let session = rows::session(user.id);
            let made = vec![
                Change::InsertUser(user.clone()),
                Change::InsertSession(session.clone()),
            ];
            alone.commit(workspace, made).await.unwrap();
            known.push((session, user));
        }
        // Two at once, from what was read at some time.
        let change = || {
            let (session, user) = &known[below(&random, known.len())];
            change(&random, number, session, user)
        };
        let (one, other) = (change(), change());
        let (one, other) =
            tokio::join!(alone.commit(workspace, one), alone.commit(workspace, other));
        for result in [one, other] {
            match result {
                Ok(()) => kept += 1,
                Err(Error::Conflict { .. }) => conflicts += 1,
                Err(error) => panic!("{error}"),
            }
        }
        for (session, user) in &mut known {
            let remembered = alone.turn(workspace, session.id).await.unwrap();
            let read = place.store.turn(workspace, session.id).await.unwrap();
            assert_eq!(remembered, read, "after change {number}");
            let head = alone.session(workspace, session.id).await.unwrap();
            assert_eq!(head, read.as_ref().map(|it| it.0.clone()));
            if let Some(found) = read.filter(|_| below(&random, 2) == 0) {
                (*session, *user) = found;
            }
        }
    }
    assert!(kept > 50 && conflicts > 20, "{kept} kept, {conflicts} not");
}

pub(crate) async fn what_was_just_written_is_not_read_again(place: Place) {
    let alone = Store::open_alone(options(&place.url), Arc::new(random()));
    let alone = alone.await.unwrap();
    let (written, read) = (rows::user(), rows::kept_session(&place).await.1);
    let session = rows::session(written.id);
    let made = vec![
        Change::InsertUser(written),
        Change::InsertSession(session.clone()),
    ];
    alone.commit(place.workspace, made).await.unwrap();
    let found = alone.turn(place.workspace, read.id).await.unwrap();
    assert!(found.is_some());
    place.behind("DELETE FROM sessions").await;
    for id in [session.id, read.id] {
        let found = alone.turn(place.workspace, id).await.unwrap();
        assert_eq!(found.is_some(), alone.is_embedded());
    }
}
