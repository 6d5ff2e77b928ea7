use crate::place::{Place, at, new_id};
use smartbot_model::BotId;
use smartbot_model::event::{Actor, ActorKind};
use smartbot_store::{BotRow, Change, Error, VersionRow, what};

pub(crate) fn bot(function_id: &str) -> BotRow {
    BotRow {
        id: new_id!(BotId),
        function_id: function_id.to_owned(),
        name: "Appointments".to_owned(),
        kind: "flow".to_owned(),
        draft: r#"{"boxes":[]}"#.to_owned(),
        draft_revision: 1,
        live_version: None,
        created_at: at(1),
        updated_at: at(1),
    }
}

pub(crate) fn version(bot: &BotRow, version: u32) -> VersionRow {
    VersionRow {
        bot_id: bot.id,
        version,
        document: format!(r#"{{"v":{version}}}"#),
        published_at: at(10),
        published_by: Actor::new(ActorKind::Token, "tok_1"),
    }
}

pub(crate) async fn a_bot_comes_back_as_it_was(place: Place) {
    let row = bot("DoctorAppointment");
    place.commit(vec![Change::InsertBot(row.clone())]).await;
    assert_eq!(
        place.store.bot(place.workspace, "DoctorAppointment").await,
        Ok(Some(row.clone()))
    );
    assert_eq!(
        place.store.bot_by_id(place.workspace, row.id).await,
        Ok(Some(row.clone()))
    );
    assert_eq!(
        place.store.bot(place.workspace, "doctorappointment").await,
        Ok(None)
    );
    let heads = place.store.bots(place.workspace).await.unwrap();
    assert_eq!(
        (heads.len(), heads[0].id, &heads[0].function_id),
        (1, row.id, &row.function_id)
    );
    assert_eq!(
        place
            .store
            .live_version(place.workspace, "DoctorAppointment")
            .await,
        Ok(None)
    );
}

pub(crate) async fn two_bots_cannot_share_a_function_id(place: Place) {
    place.commit(vec![Change::InsertBot(bot("Refill"))]).await;
    assert_eq!(
        place.conflict(vec![Change::InsertBot(bot("Refill"))]).await,
        what::FUNCTION_ID
    );
}

pub(crate) async fn a_stale_draft_is_not_saved(place: Place) {
    let row = bot("Refill");
    place.commit(vec![Change::InsertBot(row.clone())]).await;
    let save = |revision, document: &str| Change::SaveDraft {
        bot_id: row.id,
        expected_revision: revision,
        name: "Refills".to_owned(),
        document: document.to_owned(),
        at: at(5),
    };
    place.commit(vec![save(1, "{}")]).await;
    assert_eq!(
        place.conflict(vec![save(1, "[]")]).await,
        what::DRAFT_REVISION
    );
    let saved = place
        .store
        .bot_by_id(place.workspace, row.id)
        .await
        .unwrap()
        .unwrap();
    let expected = BotRow {
        name: "Refills".to_owned(),
        draft: "{}".to_owned(),
        draft_revision: 2,
        updated_at: at(5),
        ..row
    };
    assert_eq!(saved, expected);
}

pub(crate) async fn a_published_version_is_live(place: Place) {
    let row = bot("Refill");
    let publish = |expected_live, it: &VersionRow| Change::PublishVersion {
        bot_id: row.id,
        expected_live,
        version: it.clone(),
    };
    let (first, second) = (version(&row, 1), version(&row, 2));
    place
        .commit(vec![Change::InsertBot(row.clone()), publish(None, &first)])
        .await;
    place.commit(vec![publish(Some(1), &second)]).await;
    let (head, live) = place
        .store
        .live_version(place.workspace, "Refill")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (head.id, head.live_version, head.updated_at, live),
        (row.id, Some(2), at(10), second)
    );
    assert_eq!(
        place.store.version(place.workspace, row.id, 1).await,
        Ok(Some(first.clone()))
    );
    assert_eq!(
        place.store.version(place.workspace, row.id, 3).await,
        Ok(None)
    );
    let of_another = Change::PublishVersion {
        bot_id: new_id!(BotId),
        expected_live: None,
        version: first,
    };
    assert!(matches!(
        place.store.commit(place.workspace, vec![of_another]).await,
        Err(Error::Invalid { .. })
    ));
}

pub(crate) async fn of_two_publications_at_once_one_wins(place: Place) {
    let row = bot("Refill");
    place.commit(vec![Change::InsertBot(row.clone())]).await;
    let publish = || {
        place.store.commit(
            place.workspace,
            vec![Change::PublishVersion {
                bot_id: row.id,
                expected_live: None,
                version: version(&row, 1),
            }],
        )
    };
    let (a, b) = tokio::join!(publish(), publish());
    assert_eq!(a.is_ok(), b.is_err(), "{a:?} {b:?}");
    assert_eq!(crate::place::conflict(a.and(b)), what::LIVE_VERSION);
}
