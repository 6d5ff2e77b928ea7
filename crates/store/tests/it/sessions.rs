use crate::place::{Place, at, new_id};
use crate::rows::{self, map};
use serde_json::json;
use smartbot_model::message::{Message, MessageKind, Sender};
use smartbot_model::session::{EndReason, SessionStatus};
use smartbot_model::{AgentId, Phi, SessionId, UserId};
use smartbot_store::{AnswerRow, Change, Error, MessageRow, SessionRow, TurnRow, what};

fn save(session: &SessionRow, expected_version: u64) -> Change {
    Change::SaveSession {
        session: session.clone(),
        expected_version,
    }
}

pub(crate) async fn a_session_comes_back_as_it_was(place: Place) {
    let (_, mut session) = rows::kept_session(&place).await;
    assert_eq!(
        place.store.session(place.workspace, session.id).await,
        Ok(Some(session.clone()))
    );
    assert_eq!(
        place
            .conflict(vec![Change::InsertSession(session.clone())])
            .await,
        what::SESSION
    );
    for (status, reason) in [
        (SessionStatus::WaitingForAgent, None),
        (SessionStatus::WithAgent, None),
        (SessionStatus::Ended, Some(EndReason::Completed)),
        (SessionStatus::Ended, Some(EndReason::DeadEnd)),
        (SessionStatus::Ended, Some(EndReason::Ended)),
        (SessionStatus::Ended, Some(EndReason::Failed)),
        (SessionStatus::Ended, Some(EndReason::TooLong)),
    ] {
        session.status = status;
        session.end_reason = reason;
        session.ended_at = reason.map(|_| at(99));
        session.state = Phi::new("{}".to_owned());
        session.metadata = Phi::new(map(json!({})));
        session.language = "de".to_owned();
        session.last_seq += 2;
        session.updated_at = at(98);
        place.commit(vec![save(&session, session.version)]).await;
        session.version += 1;
        assert_eq!(
            place.store.session(place.workspace, session.id).await,
            Ok(Some(session.clone()))
        );
    }
    assert_eq!(
        place
            .store
            .session(place.workspace, new_id!(SessionId))
            .await,
        Ok(None)
    );
}

pub(crate) async fn a_turn_is_read_at_once(place: Place) {
    let (user, session) = rows::kept_session(&place).await;
    // Also by a process that has no key in its memory yet.
    for store in [place.store.clone(), place.reopened().await] {
        assert_eq!(
            store.turn(place.workspace, session.id).await,
            Ok(Some((session.clone(), user.clone())))
        );
        assert_eq!(
            store.turn(place.workspace, new_id!(SessionId)).await,
            Ok(None)
        );
    }
}

pub(crate) async fn a_stale_session_is_not_saved(place: Place) {
    let (user, session) = rows::kept_session(&place).await;
    place.commit(vec![save(&session, 1)]).await;
    let list = vec![
        Change::AppendMessages {
            session_id: session.id,
            user_id: user.id,
            messages: vec![rows::message(1, "hi")],
        },
        save(&session, 1),
    ];
    assert_eq!(place.conflict(list).await, what::SESSION_VERSION);
    assert_eq!(
        place
            .store
            .messages(place.workspace, session.id, 0, 10)
            .await,
        Ok(vec![])
    );
}

pub(crate) async fn a_session_keeps_its_user(place: Place) {
    let (_, session) = rows::kept_session(&place).await;
    let (other, _) = rows::kept_session(&place).await;
    let moved = SessionRow {
        user_id: other.id,
        ..session
    };
    assert_eq!(
        place.conflict(vec![save(&moved, 1)]).await,
        what::SESSION_VERSION
    );
}

pub(crate) async fn messages_come_in_order_after_a_seq(place: Place) {
    let (user, session) = rows::kept_session(&place).await;
    let with = |seq, change: fn(&mut Message)| {
        let mut row = rows::message(seq, "words");
        change(row.message.expose_mut());
        row
    };
    let messages = vec![
        with(1, |it| it.client_message_id = Some("c-1".to_owned())),
        with(2, |it| {
            it.from = Sender::Bot;
            it.box_id = Some("when".to_owned());
            it.typing_delay_ms = Some(1500);
        }),
        with(3, |it| {
            it.kind = MessageKind::Choice;
            it.choices = vec!["a".to_owned(), "b \"c\"".to_owned()];
        }),
        MessageRow {
            agent_id: Some(new_id!(AgentId)),
            ..with(4, |it| {
                it.from = Sender::Agent;
                it.kind = MessageKind::Media;
                it.media = Some(json!({"type": "image", "url": "https://x.example/a.png"}));
            })
        },
        MessageRow {
            sensitive: true,
            ..with(5, |it| {
                it.from = Sender::System;
                it.kind = MessageKind::Event;
                it.text = "line\nbreak, \u{0} and \u{1f600}".to_owned();
            })
        },
        with(6, |it| it.kind = MessageKind::File),
    ];
    let append = |messages: &[MessageRow]| Change::AppendMessages {
        session_id: session.id,
        user_id: user.id,
        messages: messages.to_vec(),
    };
    place.commit(vec![append(&messages[..4])]).await;
    place
        .commit(vec![append(&[]), append(&messages[4..])])
        .await;
    let read = |after, limit| {
        place
            .store
            .messages(place.workspace, session.id, after, limit)
    };
    assert_eq!(read(0, 100).await, Ok(messages.clone()));
    assert_eq!(read(2, 2).await, Ok(messages[2..4].to_vec()));
    assert_eq!(read(6, 100).await, Ok(vec![]));
    let turns = vec![
        rows::turn(session.id, 2, 1),
        TurnRow {
            trace: json!({}),
            ..rows::turn(session.id, 3, 5)
        },
    ];
    place
        .commit(
            turns
                .iter()
                .rev()
                .cloned()
                .map(Change::AppendTurn)
                .collect(),
        )
        .await;
    assert_eq!(
        place.store.turns(place.workspace, session.id).await,
        Ok(turns)
    );
    assert_eq!(
        place
            .conflict(vec![Change::AppendTurn(rows::turn(session.id, 2, 9))])
            .await,
        what::TURN
    );
}

pub(crate) async fn a_seq_is_taken_once(place: Place) {
    let (user, session) = rows::kept_session(&place).await;
    let append = |text: &str| Change::AppendMessages {
        session_id: session.id,
        user_id: user.id,
        messages: vec![rows::message(1, text)],
    };
    place.commit(vec![append("first")]).await;
    assert_eq!(
        place.conflict(vec![append("second")]).await,
        what::MESSAGE_SEQ
    );
}

pub(crate) async fn more_messages_than_fit_in_a_statement_are_kept(place: Place) {
    let (user, session) = rows::kept_session(&place).await;
    let messages: Vec<_> = (1..=150)
        .map(|it| rows::message(it, &format!("line {it}")))
        .collect();
    place
        .commit(vec![Change::AppendMessages {
            session_id: session.id,
            user_id: user.id,
            messages: messages.clone(),
        }])
        .await;
    assert_eq!(
        place
            .store
            .messages(place.workspace, session.id, 0, 2000)
            .await,
        Ok(messages)
    );
}

pub(crate) async fn an_answer_is_kept_once(place: Place) {
    let (user, _) = rows::kept_session(&place).await;
    let sealed_by_user = rows::answer(Some(user.id), "key-1");
    let by_nobody = AnswerRow {
        session_id: None,
        expires_at: None,
        ..rows::answer(None, "key-2")
    };
    place
        .commit(vec![
            Change::SaveAnswer(sealed_by_user.clone()),
            Change::SaveAnswer(by_nobody.clone()),
        ])
        .await;
    assert_eq!(
        place.store.answer(place.workspace, "tok_1", "key-1").await,
        Ok(Some(sealed_by_user.clone()))
    );
    assert_eq!(
        place.store.answer(place.workspace, "tok_1", "key-2").await,
        Ok(Some(by_nobody))
    );
    assert_eq!(
        place.store.answer(place.workspace, "tok_2", "key-1").await,
        Ok(None)
    );
    let again = AnswerRow {
        fingerprint: [1; 32],
        ..sealed_by_user.clone()
    };
    assert_eq!(
        place.conflict(vec![Change::SaveAnswer(again)]).await,
        what::ANSWER
    );
    place
        .commit(vec![Change::SaveAnswer(AnswerRow {
            scope: "tok_2".to_owned(),
            ..sealed_by_user
        })])
        .await;
}

pub(crate) async fn an_answer_is_completed_once(place: Place) {
    let (user, session) = rows::kept_session(&place).await;
    let running = AnswerRow {
        user_id: None,
        session_id: None,
        seq: 0,
        status: None,
        body: None,
        ..rows::answer(None, "key")
    };
    let complete = || Change::CompleteAnswer {
        scope: running.scope.clone(),
        key: running.key.clone(),
        user_id: Some(user.id),
        session_id: Some(session.id),
        seq: 7,
        status: 200,
        body: Phi::new("{}".to_owned()),
    };
    assert_eq!(place.conflict(vec![complete()]).await, what::NO_ANSWER);
    place
        .commit(vec![Change::SaveAnswer(running.clone())])
        .await;
    assert_eq!(
        place.store.answer(place.workspace, "tok_1", "key").await,
        Ok(Some(running.clone()))
    );
    place.commit(vec![complete()]).await;
    let done = AnswerRow {
        user_id: Some(user.id),
        session_id: Some(session.id),
        seq: 7,
        status: Some(200),
        body: Some(Phi::new("{}".to_owned())),
        ..running.clone()
    };
    assert_eq!(
        place.store.answer(place.workspace, "tok_1", "key").await,
        Ok(Some(done))
    );
    assert_eq!(place.conflict(vec![complete()]).await, what::NO_ANSWER);
    let remove = || Change::RemoveAnswer {
        scope: "tok_1".to_owned(),
        key: "key".to_owned(),
    };
    place
        .commit(vec![remove(), remove(), Change::SaveAnswer(running)])
        .await;
}

pub(crate) async fn answers_are_forgotten_when_their_time_is_over(place: Place) {
    let answers = (0..5).map(|it| AnswerRow {
        expires_at: (it > 0).then(|| at(it)),
        ..rows::answer(None, &it.to_string())
    });
    place
        .commit(answers.map(Change::SaveAnswer).collect())
        .await;
    assert_eq!(place.store.forget_answers(at(0), 10).await, Ok(0));
    assert_eq!(place.store.forget_answers(at(3), 2).await, Ok(2));
    assert_eq!(place.store.forget_answers(at(3), 2).await, Ok(1));
    assert_eq!(place.store.forget_answers(at(3), 2).await, Ok(0));
    assert_eq!(
        place.store.answer(place.workspace, "tok_1", "3").await,
        Ok(None)
    );
    assert!(
        place
            .store
            .answer(place.workspace, "tok_1", "4")
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        place
            .store
            .answer(place.workspace, "tok_1", "0")
            .await
            .unwrap()
            .is_some(),
        "kept for ever"
    );
}

pub(crate) async fn texts_with_a_nul_are_refused_where_they_stand_in_clear(place: Place) {
    let (_, session) = rows::kept_session(&place).await;
    let list = vec![save(
        &SessionRow {
            language: "e\0n".to_owned(),
            ..session.clone()
        },
        1,
    )];
    assert!(matches!(
        place.store.commit(place.workspace, list).await,
        Err(Error::Invalid { .. })
    ));
    let sealed = SessionRow {
        state: Phi::new("a\0b".to_owned()),
        ..session
    };
    place.commit(vec![save(&sealed, 1)]).await;
    let state = place
        .store
        .session(place.workspace, sealed.id)
        .await
        .unwrap()
        .unwrap()
        .state;
    assert_eq!(state, sealed.state);
}

pub(crate) async fn something_of_an_unknown_user_is_refused(place: Place) {
    let session = rows::session(new_id!(UserId));
    // As if it had been erased since it was read.
    assert_eq!(
        place.conflict(vec![Change::InsertSession(session)]).await,
        what::NO_USER
    );
}
