use crate::place::{Place, at, new_id, new_workspace};
use crate::rows::{self, map};
use serde_json::json;
use smartbot_model::{Phi, UserId};
use smartbot_store::{Change, Error, UserRow, what};

fn with_external_id(external_id: &str) -> UserRow {
    UserRow {
        external_id: Some(Phi::new(external_id.to_owned())),
        ..rows::user()
    }
}

fn save(user: &UserRow, expected_version: u64, added: &[&str], removed: &[&str]) -> Change {
    let texts = |it: &[&str]| it.iter().map(|it| (*it).to_owned()).collect();
    Change::SaveUser {
        user: user.clone(),
        expected_version,
        added_flags: texts(added),
        removed_flags: texts(removed),
    }
}

pub(crate) async fn a_user_comes_back_as_it_was(place: Place) {
    let mut user = with_external_id("p-17 \u{1f408}");
    let bare = UserRow {
        flags: [].into(),
        fields: Phi::default(),
        ..rows::user()
    };
    place
        .commit(vec![
            Change::InsertUser(user.clone()),
            Change::InsertUser(bare.clone()),
        ])
        .await;
    assert_eq!(
        place.store.user(place.workspace, user.id).await,
        Ok(Some(user.clone()))
    );
    assert_eq!(
        place.store.user(place.workspace, bare.id).await,
        Ok(Some(bare))
    );
    assert_eq!(
        place.store.user(place.workspace, new_id!(UserId)).await,
        Ok(None)
    );
    user.fields = Phi::new(map(json!({"user_city": "Riverside"})));
    user.external_id = None;
    user.event_sequence = 9;
    user.updated_at = at(50);
    place.commit(vec![save(&user, 1, &[], &[])]).await;
    user.version = 2;
    assert_eq!(
        place.store.user(place.workspace, user.id).await,
        Ok(Some(user))
    );
}

pub(crate) async fn a_user_is_found_by_what_is_unique_or_shared(place: Place) {
    let fields = |it| {
        Phi::new(map(
            json!({"user_phone": "+13105550100 ", "user_email": it}),
        ))
    };
    let mut ana = UserRow {
        fields: fields("Ana@x.example"),
        ..with_external_id("p-1")
    };
    let bob = UserRow {
        fields: fields("bob@x.example"),
        ..with_external_id("P-1")
    };
    place
        .commit(vec![
            Change::InsertUser(ana.clone()),
            Change::InsertUser(bob.clone()),
        ])
        .await;
    let store = &place.store;
    assert_eq!(
        store.user_by_external_id(place.workspace, "p-1").await,
        Ok(Some(ana.clone()))
    );
    assert_eq!(
        store.user_by_external_id(place.workspace, "P-1").await,
        Ok(Some(bob.clone()))
    );
    assert_eq!(
        store.user_by_external_id(place.workspace, "p-2").await,
        Ok(None)
    );
    assert_eq!(
        store
            .users_by_phone(place.workspace, "+13105550100", 10)
            .await
            .unwrap()
            .len(),
        2
    );
    assert_eq!(
        store
            .users_by_phone(place.workspace, "+13105550100", 1)
            .await
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        store
            .users_by_email(place.workspace, " ANA@X.example", 10)
            .await,
        Ok(vec![ana.clone()])
    );
    let other = new_workspace(store, "Hillside").await;
    assert_eq!(store.user_by_external_id(other, "p-1").await, Ok(None));
    ana.fields
        .expose_mut()
        .insert("user_email".to_owned(), json!(17));
    ana.external_id = Some(Phi::new("p-9".to_owned()));
    place.commit(vec![save(&ana, 1, &[], &[])]).await;
    ana.version = 2;
    assert_eq!(
        store
            .users_by_email(place.workspace, "ana@x.example", 10)
            .await,
        Ok(vec![])
    );
    assert_eq!(
        store.user_by_external_id(place.workspace, "p-1").await,
        Ok(None)
    );
    assert_eq!(
        store.user_by_external_id(place.workspace, "p-9").await,
        Ok(Some(ana))
    );
}

pub(crate) async fn two_users_cannot_share_an_external_id(place: Place) {
    let bob = with_external_id("p-2");
    place
        .commit(vec![
            Change::InsertUser(with_external_id("p-1")),
            Change::InsertUser(bob.clone()),
        ])
        .await;
    let late = with_external_id("p-1");
    let session = rows::session(late.id);
    let list = vec![
        Change::InsertUser(late.clone()),
        Change::InsertSession(session.clone()),
    ];
    assert_eq!(place.conflict(list).await, what::EXTERNAL_ID);
    assert_eq!(
        place.store.session(place.workspace, session.id).await,
        Ok(None)
    );
    let renamed = UserRow {
        external_id: Some(Phi::new("p-1".to_owned())),
        ..bob
    };
    assert_eq!(
        place.conflict(vec![save(&renamed, 1, &[], &[])]).await,
        what::USER_VERSION
    );
    // The key that the failed list made was not remembered: nothing can be sealed for a user that is not there.
    let orphan = Change::InsertSession(session);
    assert!(matches!(
        place.store.commit(place.workspace, vec![orphan]).await,
        Err(Error::Invalid { .. })
    ));
}

pub(crate) async fn a_stale_user_is_not_saved(place: Place) {
    let user = rows::user();
    place.commit(vec![Change::InsertUser(user.clone())]).await;
    place.commit(vec![save(&user, 1, &["a"], &[])]).await;
    assert_eq!(
        place.conflict(vec![save(&user, 1, &["b"], &["vip"])]).await,
        what::USER_VERSION
    );
    let flags = place
        .store
        .user(place.workspace, user.id)
        .await
        .unwrap()
        .unwrap()
        .flags;
    assert_eq!(
        flags.into_iter().collect::<Vec<_>>(),
        ["a", "vip", "überweisung"]
    );
}

pub(crate) async fn flags_come_and_go(place: Place) {
    let user = rows::user();
    let names: Vec<String> = (0..150).map(|it| format!("flag-{it:03}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    place.commit(vec![Change::InsertUser(user.clone())]).await;
    place
        .commit(vec![
            save(&user, 1, &names, &["vip", "unknown"]),
            save(&user, 2, &names[..2], &[]),
        ])
        .await;
    let kept = place
        .store
        .user(place.workspace, user.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (kept.flags.len(), kept.flags.contains("vip"), kept.version),
        (151, false, 3)
    );
    place.commit(vec![save(&user, 3, &[], &names)]).await;
    let kept = place
        .store
        .user(place.workspace, user.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(kept.flags.into_iter().collect::<Vec<_>>(), ["überweisung"]);
}

pub(crate) async fn a_flag_with_a_space_is_refused(place: Place) {
    let user = UserRow {
        flags: ["two words".to_owned()].into(),
        ..rows::user()
    };
    let result = place
        .store
        .commit(place.workspace, vec![Change::InsertUser(user)])
        .await;
    assert!(matches!(result, Err(Error::Invalid { .. })), "{result:?}");
}
