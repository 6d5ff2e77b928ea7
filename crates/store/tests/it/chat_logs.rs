use crate::place::{Place, at, random};
use crate::rows;
use smartbot_model::session::SessionStatus;
use smartbot_model::{Phi, SessionId, UserId};
use smartbot_store::{Change, ChatLogFilter, SessionRow, UserRow};

/// A session that begins at this second, kept.
async fn begun(
    place: &Place,
    user: &UserRow,
    second: i64,
    bot: &str,
    status: SessionStatus,
) -> SessionRow {
    let session = SessionRow {
        id: SessionId::new(at(second), &random()),
        function_id: bot.to_owned(),
        status,
        created_at: at(second),
        ..rows::session(user.id)
    };
    place
        .commit(vec![Change::InsertSession(session.clone())])
        .await;
    session
}

async fn kept_user(place: &Place, flag: &str, external_id: Option<&str>) -> UserRow {
    let user = UserRow {
        flags: [flag.to_owned()].into(),
        external_id: external_id.map(|it| Phi::new(it.to_owned())),
        ..rows::user()
    };
    place.commit(vec![Change::InsertUser(user.clone())]).await;
    user
}

async fn ids(
    place: &Place,
    filter: ChatLogFilter,
    before: Option<SessionId>,
    limit: u32,
) -> Vec<SessionId> {
    let marks = place
        .store
        .chat_logs(place.workspace, &filter, before, limit)
        .await;
    marks.unwrap().into_iter().map(|it| it.id).collect()
}

pub(crate) async fn chat_logs_are_found_by_each_filter(place: Place) {
    use SessionStatus::{Active, Ended, WithAgent};
    let (ana, ben) = (
        kept_user(&place, "vip", None).await,
        kept_user(&place, "new", None).await,
    );
    let a = begun(&place, &ana, 1, "Intake", Ended).await.id;
    let b = begun(&place, &ben, 2, "Intake", Active).await.id;
    let c = begun(&place, &ana, 3, "Survey", WithAgent).await.id;
    let d = begun(&place, &ben, 4, "Survey", Active).await.id;
    let all = ChatLogFilter::default;
    assert_eq!(ids(&place, all(), None, 9).await, [d, c, b, a]);
    assert_eq!(ids(&place, all(), None, 3).await, [d, c, b]);
    assert_eq!(ids(&place, all(), Some(c), 9).await, [b, a]);
    let user = |user: &UserRow| ChatLogFilter {
        user_id: Some(user.id),
        ..all()
    };
    let bot = |bot: &str| ChatLogFilter {
        function_id: Some(bot.to_owned()),
        ..all()
    };
    let status = |status| ChatLogFilter {
        status: Some(status),
        ..all()
    };
    let flag = |flag: &str| ChatLogFilter {
        flag: Some(flag.to_owned()),
        ..all()
    };
    assert_eq!(ids(&place, user(&ana), None, 9).await, [c, a]);
    assert_eq!(ids(&place, user(&ana), Some(c), 9).await, [a]);
    assert_eq!(ids(&place, bot("Intake"), None, 9).await, [b, a]);
    assert_eq!(ids(&place, status(Active), None, 9).await, [d, b]);
    assert_eq!(ids(&place, status(Active), None, 1).await, [d]);
    assert_eq!(ids(&place, status(Ended), None, 9).await, [a]);
    assert_eq!(ids(&place, flag("vip"), None, 9).await, [c, a]);
    assert_eq!(ids(&place, flag("nobody"), None, 9).await, []);
    let both = ChatLogFilter {
        function_id: Some("Survey".to_owned()),
        ..flag("new")
    };
    assert_eq!(ids(&place, both, None, 9).await, [d]);
    let of_ana = ChatLogFilter {
        status: Some(WithAgent),
        ..user(&ana)
    };
    assert_eq!(ids(&place, of_ana, None, 9).await, [c]);
    let span = |from, to| ChatLogFilter {
        from: Some(at(from)),
        to: Some(at(to)),
        ..all()
    };
    assert_eq!(ids(&place, span(2, 4), None, 9).await, [c, b]);
    assert_eq!(ids(&place, span(2, 4), Some(c), 9).await, [b]);
    let marks = place
        .store
        .chat_logs(place.workspace, &user(&ben), None, 1)
        .await
        .unwrap();
    assert_eq!((marks[0].user_id, marks[0].messages), (ben.id, 0));
    assert_eq!(marks[0].created_at, at(4));
}

pub(crate) async fn a_common_flag_is_found_too(place: Place) {
    let mut sessions = Vec::new();
    for number in 0..203 {
        let user = kept_user(&place, "common", None).await;
        if number % 100 == 0 {
            let status = SessionStatus::Active;
            sessions.insert(0, begun(&place, &user, number, "Intake", status).await.id);
        }
    }
    let filter = ChatLogFilter {
        flag: Some("common".to_owned()),
        ..ChatLogFilter::default()
    };
    assert_eq!(ids(&place, filter, None, 9).await, sessions);
}

pub(crate) async fn heads_show_a_session_and_its_user_in_short(place: Place) {
    let ana = kept_user(&place, "vip", Some("p-17")).await;
    let session = begun(&place, &ana, 1, "Intake", SessionStatus::Active).await;
    for store in [place.store.clone(), place.reopened().await] {
        let heads = store.session_heads(place.workspace, &[session.id]).await;
        let head = &heads.unwrap()[&session.id];
        assert_eq!(head.external_id, ana.external_id);
        assert_eq!(head.flags, ana.flags);
        assert_eq!(head.metadata, session.metadata);
        assert_eq!(
            (
                head.user_id,
                &head.function_id,
                head.bot_version,
                head.turns
            ),
            (ana.id, &session.function_id, 3, 1)
        );
        let heads = store.session_heads(place.workspace, &[]).await.unwrap();
        assert!(heads.is_empty());
    }
}

pub(crate) async fn many_sessions_are_read_at_once(place: Place) {
    let (ana, first) = rows::kept_session(&place).await;
    let (ben, second) = rows::kept_session(&place).await;
    let mut secret = rows::message(2, "my number");
    secret.sensitive = true;
    let messages = [rows::message(1, "hello"), secret];
    let append = |session: &SessionRow, messages: &[_]| Change::AppendMessages {
        session_id: session.id,
        user_id: session.user_id,
        messages: messages.to_vec(),
    };
    let turn = rows::turn(second.id, 1, 1);
    place
        .commit(vec![
            append(&first, &messages),
            append(&second, &messages[..1]),
            Change::AppendTurn(turn.clone()),
        ])
        .await;
    let store = place.reopened().await;
    let both = [(first.id, ana.id), (second.id, ben.id)];
    let found = store.messages_of(place.workspace, &both, true).await;
    let found = found.unwrap();
    assert_eq!(found[&first.id], messages);
    assert_eq!(found[&second.id], messages[..1]);
    let found = store.messages_of(place.workspace, &both, false).await;
    assert_eq!(found.unwrap()[&first.id], messages[..1]);
    let turns = store.turns_of(place.workspace, &both.map(|it| it.0)).await;
    assert_eq!(turns.unwrap(), [(second.id, vec![turn])].into());
    let sessions = store
        .sessions_with_users(place.workspace, &both.map(|it| it.0))
        .await
        .unwrap();
    assert_eq!(sessions[&first.id], (first.clone(), ana.clone()));
    assert_eq!(sessions[&second.id], (second.clone(), ben.clone()));
}

pub(crate) async fn what_an_erased_user_said_is_absent(place: Place) {
    let (ana, session) = rows::kept_session(&place).await;
    place
        .commit(vec![Change::AppendMessages {
            session_id: session.id,
            user_id: ana.id,
            messages: vec![rows::message(1, "hello")],
        }])
        .await;
    place.behind("DELETE FROM user_keys").await;
    let store = place.reopened().await;
    let pair: [(SessionId, UserId); 1] = [(session.id, ana.id)];
    let ids = [session.id];
    let messages = store.messages_of(place.workspace, &pair, true).await;
    assert_eq!(messages, Ok([].into()));
    let sessions = store.sessions_with_users(place.workspace, &ids).await;
    assert_eq!(sessions, Ok([].into()));
    let heads = store.session_heads(place.workspace, &ids).await;
    assert_eq!(heads, Ok([].into()));
}
