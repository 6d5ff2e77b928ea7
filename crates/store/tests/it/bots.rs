use crate::place::{Place, at, new_id};
use crate::rows;
use smartbot_model::BotId;
use smartbot_model::bot::BotStatus;
use smartbot_model::event::{Actor, ActorKind};
use smartbot_model::session::SessionStatus;
use smartbot_store::{BotHead, BotRow, Change, Error, Judgement, SessionRow, VersionRow, what};

const CLEAN: Judgement = Judgement {
    errors: 0,
    warnings: 0,
    changed: true,
};

pub(crate) fn bot(function_id: &str) -> BotRow {
    let head = BotHead {
        id: new_id!(BotId),
        function_id: function_id.to_owned(),
        name: "Appointments".to_owned(),
        kind: "flow".to_owned(),
        status: BotStatus::Active,
        draft_revision: 1,
        judgement: Some(CLEAN),
        live_version: None,
        published_at: None,
        created_at: at(1),
        updated_at: at(1),
        updated_by: Some(Actor::SYSTEM),
    };
    BotRow {
        head,
        draft: r#"{"boxes":[]}"#.to_owned(),
    }
}

pub(crate) fn insert(bot: &BotRow) -> Change {
    Change::InsertBot {
        bot: bot.clone(),
        tests: "[]".to_owned(),
    }
}

pub(crate) fn version(bot: &BotRow, version: u32) -> VersionRow {
    VersionRow {
        bot_id: bot.head.id,
        version,
        document: format!(r#"{{"v":{version}}}"#),
        published_at: at(10),
        published_by: Actor::new(ActorKind::Token, "tok_1"),
        note: format!("note {version}"),
    }
}

pub(crate) fn publish(bot: &BotRow, expected_live: Option<u32>, version: &VersionRow) -> Change {
    Change::PublishVersion {
        bot_id: bot.head.id,
        expected_live,
        expected_revision: 1,
        version: version.clone(),
        changed: false,
    }
}

pub(crate) async fn a_bot_comes_back_as_it_was(place: Place) {
    let row = bot("DoctorAppointment");
    place.commit(vec![insert(&row)]).await;
    assert_eq!(
        place.store.bot(place.workspace, "DoctorAppointment").await,
        Ok(Some(row.clone()))
    );
    assert_eq!(
        place.store.bot_by_id(place.workspace, row.head.id).await,
        Ok(Some(row.clone()))
    );
    assert_eq!(
        place.store.bot(place.workspace, "doctorappointment").await,
        Ok(None)
    );
    assert_eq!(
        place.store.bots(place.workspace).await,
        Ok(vec![row.head.clone()])
    );
    assert_eq!(
        place
            .store
            .live_version(place.workspace, "DoctorAppointment")
            .await,
        Ok(None)
    );
    let mut unjudged = bot("Unjudged");
    unjudged.head.judgement = None;
    unjudged.head.updated_by = None;
    place.commit(vec![insert(&unjudged)]).await;
    let found = place.store.bot(place.workspace, "Unjudged").await;
    assert_eq!(found, Ok(Some(unjudged)));
}

pub(crate) async fn two_bots_cannot_share_a_function_id(place: Place) {
    place.commit(vec![insert(&bot("Refill"))]).await;
    assert_eq!(
        place.conflict(vec![insert(&bot("Refill"))]).await,
        what::FUNCTION_ID
    );
}

pub(crate) async fn a_stale_draft_is_not_saved(place: Place) {
    let row = bot("Refill");
    place.commit(vec![insert(&row)]).await;
    let judgement = Judgement {
        errors: 2,
        warnings: 3,
        changed: true,
    };
    let by = Actor::new(ActorKind::Agent, "agt_1");
    let save = |revision, document: &str| Change::SaveDraft {
        bot_id: row.head.id,
        expected_revision: revision,
        name: "Refills".to_owned(),
        document: document.to_owned(),
        judgement,
        by: by.clone(),
        at: at(5),
    };
    place.commit(vec![save(1, "{}")]).await;
    assert_eq!(
        place.conflict(vec![save(1, "[]")]).await,
        what::DRAFT_REVISION
    );
    let saved = place.store.bot_by_id(place.workspace, row.head.id).await;
    let head = BotHead {
        name: "Refills".to_owned(),
        draft_revision: 2,
        judgement: Some(judgement),
        updated_at: at(5),
        updated_by: Some(by),
        ..row.head
    };
    let draft = "{}".to_owned();
    assert_eq!(saved, Ok(Some(BotRow { head, draft })));
}

pub(crate) async fn a_draft_is_judged_unless_it_is_another_by_now(place: Place) {
    let row = bot("Refill");
    place.commit(vec![insert(&row)]).await;
    let judged = Judgement { errors: 1, ..CLEAN };
    for (revision, expected) in [(2, CLEAN), (1, judged)] {
        let judge = Change::JudgeDraft {
            bot_id: row.head.id,
            revision,
            judgement: judged,
        };
        place.commit(vec![judge]).await;
        let heads = place.store.bots(place.workspace).await.unwrap();
        assert_eq!(heads[0].judgement, Some(expected));
    }
}

pub(crate) async fn a_published_version_is_live(place: Place) {
    let row = bot("Refill");
    let (first, second) = (version(&row, 1), version(&row, 2));
    place
        .commit(vec![insert(&row), publish(&row, None, &first)])
        .await;
    place.commit(vec![publish(&row, Some(1), &second)]).await;
    let (head, live) = place
        .store
        .live_version(place.workspace, "Refill")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (head.id, head.live_version, head.updated_at, &live),
        (row.head.id, Some(2), at(10), &second)
    );
    assert_eq!(
        (head.published_at, &head.updated_by, head.judgement),
        (
            Some(at(10)),
            &Some(second.published_by.clone()),
            Some(Judgement {
                changed: false,
                ..CLEAN
            })
        )
    );
    assert_eq!(
        place.store.version(place.workspace, row.head.id, 1).await,
        Ok(Some(first.clone()))
    );
    assert_eq!(
        place.store.version(place.workspace, row.head.id, 3).await,
        Ok(None)
    );
    let mut of_another = publish(&row, None, &first);
    if let Change::PublishVersion { bot_id, .. } = &mut of_another {
        *bot_id = new_id!(BotId);
    }
    assert!(matches!(
        place.store.commit(place.workspace, vec![of_another]).await,
        Err(Error::Invalid { .. })
    ));
    let mut stale = publish(&row, Some(2), &version(&row, 3));
    if let Change::PublishVersion {
        expected_revision, ..
    } = &mut stale
    {
        *expected_revision = 2;
    }
    assert_eq!(place.conflict(vec![stale]).await, what::LIVE_VERSION);
}

pub(crate) async fn of_two_publications_at_once_one_wins(place: Place) {
    let row = bot("Refill");
    place.commit(vec![insert(&row)]).await;
    let publish = || {
        let change = publish(&row, None, &version(&row, 1));
        place.store.commit(place.workspace, vec![change])
    };
    let (a, b) = tokio::join!(publish(), publish());
    assert_eq!(a.is_ok(), b.is_err(), "{a:?} {b:?}");
    assert_eq!(crate::place::conflict(a.and(b)), what::LIVE_VERSION);
}

pub(crate) async fn versions_are_listed_with_the_sessions_that_are_open_on_them(place: Place) {
    let row = bot("Refill");
    place.commit(vec![insert(&row)]).await;
    for number in 1..=3 {
        let live = (number > 1).then(|| number - 1);
        let change = publish(&row, live, &version(&row, number));
        place.commit(vec![change]).await;
    }
    let user = rows::user();
    let session = |version, status| {
        let mut session = SessionRow {
            status,
            ..rows::session(user.id)
        };
        session.bot_id = row.head.id;
        session.function_id = "Refill".to_owned();
        session.bot_version = version;
        Change::InsertSession(session)
    };
    place
        .commit(vec![
            Change::InsertUser(user.clone()),
            session(1, SessionStatus::Active),
            session(1, SessionStatus::WithAgent),
            session(1, SessionStatus::Ended),
            session(3, SessionStatus::Ended),
        ])
        .await;
    let list = async |before, limit| {
        let found = place
            .store
            .versions(place.workspace, row.head.id, before, limit);
        let found = found.await.unwrap();
        found
            .into_iter()
            .map(|it| (it.version, it.open_sessions, it.note))
            .collect::<Vec<_>>()
    };
    let note = |number: u32| format!("note {number}");
    assert_eq!(list(None, 2).await, [(3, 0, note(3)), (2, 0, note(2))]);
    assert_eq!(list(Some(2), 2).await, [(1, 2, note(1))]);
    let open = place.store.open_sessions(place.workspace, row.head.id);
    assert_eq!(open.await.unwrap(), [(1, 2)].into());
}

pub(crate) async fn an_archived_bot_is_not_live_and_goes_when_nobody_chatted_with_it(place: Place) {
    let (row, used) = (bot("Refill"), bot("Used"));
    let set = |bot: &BotRow, status| Change::SetBotStatus {
        bot_id: bot.head.id,
        status,
        by: Actor::SYSTEM,
        at: at(20),
    };
    let remove = |bot: &BotRow| Change::RemoveBot {
        bot_id: bot.head.id,
    };
    let user = rows::user();
    let mut session = rows::session(user.id);
    session.bot_id = used.head.id;
    session.function_id = "Used".to_owned();
    place
        .commit(vec![
            insert(&row),
            insert(&used),
            publish(&row, None, &version(&row, 1)),
            Change::InsertUser(user),
            Change::InsertSession(session),
        ])
        .await;
    let live = async || {
        let found = place.store.live_version(place.workspace, "Refill").await;
        found.unwrap().is_some()
    };
    assert_eq!(place.conflict(vec![remove(&row)]).await, what::BOT_IN_USE);
    place.commit(vec![set(&row, BotStatus::Archived)]).await;
    assert!(!live().await);
    place.commit(vec![set(&row, BotStatus::Active)]).await;
    assert!(live().await);
    place
        .commit(vec![
            set(&row, BotStatus::Archived),
            set(&used, BotStatus::Archived),
        ])
        .await;
    assert_eq!(place.conflict(vec![remove(&used)]).await, what::BOT_IN_USE);
    place.commit(vec![remove(&row)]).await;
    assert_eq!(place.store.bot(place.workspace, "Refill").await, Ok(None));
    let version = place.store.version(place.workspace, row.head.id, 1);
    assert_eq!(version.await, Ok(None));
    let tests = place.store.bot_tests(place.workspace, row.head.id);
    assert_eq!(tests.await, Ok(None));
    assert_eq!(
        place.conflict(vec![set(&row, BotStatus::Active)]).await,
        what::NO_BOT
    );
}

pub(crate) async fn transcripts_are_kept_beside_the_draft(place: Place) {
    let row = bot("Refill");
    place.commit(vec![insert(&row)]).await;
    let tests = r#"[{"name":"one","steps":[]}]"#;
    let save = |id| Change::SaveBotTests {
        bot_id: id,
        tests: tests.to_owned(),
    };
    place.commit(vec![save(row.head.id)]).await;
    let kept = place.store.bot_tests(place.workspace, row.head.id);
    assert_eq!(kept.await, Ok(Some(tests.to_owned())));
    let conflict = place.conflict(vec![save(new_id!(BotId))]).await;
    assert_eq!(conflict, what::NO_BOT);
}

pub(crate) async fn a_channel_is_changed_by_one_at_a_time(place: Place) {
    let row = bot("Refill");
    place.commit(vec![insert(&row)]).await;
    let set = |expected: Option<&str>, channel: &str| Change::SetBotChannel {
        bot_id: row.head.id,
        expected: expected.map(str::to_owned),
        channel: channel.to_owned(),
    };
    let known = async || {
        let found = place.store.bot_channel(place.workspace, "Refill").await;
        found.unwrap().unwrap()
    };
    assert_eq!(known().await.channel, None);
    place.commit(vec![set(None, "{}")]).await;
    for expected in [None, Some("[]")] {
        let conflict = place.conflict(vec![set(expected, "1")]).await;
        assert_eq!(conflict, what::BOT_CHANNEL);
    }
    place.commit(vec![set(Some("{}"), r#"{"a":1}"#)]).await;
    let found = known().await;
    assert_eq!((found.bot_id, found.live_version), (row.head.id, None));
    assert_eq!(found.channel.as_deref(), Some(r#"{"a":1}"#));
    let nobody = place.store.bot_channel(place.workspace, "Nobody").await;
    assert_eq!(nobody, Ok(None));
    let listed = async || place.store.bot_channels(place.workspace).await.unwrap();
    assert_eq!(listed().await, [], "nobody can start it");
    place
        .commit(vec![publish(&row, None, &version(&row, 1))])
        .await;
    let all = [("Refill".to_owned(), r#"{"a":1}"#.to_owned())];
    assert_eq!(listed().await, all);
}
