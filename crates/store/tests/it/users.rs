use crate::place::{Place, at, new_id, new_workspace};
use crate::rows::{self, map};
use serde_json::json;
use smartbot_model::{Phi, UserId};
use smartbot_store::{Change, Error, UserFilter, UserOrder, UserRow, what};

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
    let listed = async |filter: UserFilter, limit| {
        let order = UserOrder::Newest(None);
        store
            .users(place.workspace, &filter, order, limit)
            .await
            .unwrap()
    };
    let by_phone = UserFilter {
        phone: Some("+13105550100".to_owned().into()),
        ..UserFilter::default()
    };
    assert_eq!(listed(by_phone.clone(), 10).await.len(), 2);
    assert_eq!(listed(by_phone, 1).await.len(), 1);
    let by_email = UserFilter {
        email: Some(" ANA@X.example".to_owned().into()),
        ..UserFilter::default()
    };
    assert_eq!(listed(by_email.clone(), 10).await, vec![ana.clone()]);
    let both = ["p-1", "P-1", "p-2"];
    let found = store.users_by_external_ids(place.workspace, &both).await;
    assert_eq!(found.unwrap().len(), 2);
    let other = new_workspace(store, "Hillside").await;
    assert_eq!(store.user_by_external_id(other, "p-1").await, Ok(None));
    ana.fields
        .expose_mut()
        .insert("user_email".to_owned(), json!(17));
    ana.external_id = Some(Phi::new("p-9".to_owned()));
    place.commit(vec![save(&ana, 1, &[], &[])]).await;
    ana.version = 2;
    assert_eq!(listed(by_email, 10).await, vec![]);
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
    assert_eq!(place.conflict(vec![orphan]).await, what::NO_USER);
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

/// The ids of the listed, in their order.
async fn listed(place: &Place, filter: &UserFilter, order: UserOrder, limit: u32) -> Vec<UserId> {
    let users = place.store.users(place.workspace, filter, order, limit);
    users.await.unwrap().into_iter().map(|it| it.id).collect()
}

pub(crate) async fn users_are_listed_by_filter_and_page(place: Place) {
    let user = |number: u32| UserRow {
        fields: Phi::new(map(json!({"user_phone": "+1310555010"}))),
        flags: number
            .is_multiple_of(2)
            .then(|| "even".to_owned())
            .into_iter()
            .collect(),
        // The later made, the earlier changed.
        updated_at: at(100 - i64::from(number)),
        ..with_external_id(&format!("p-{number}"))
    };
    let mut users: Vec<UserRow> = (0..6).map(user).collect();
    let changes = users.iter().cloned().map(Change::InsertUser).collect();
    place.commit(changes).await;
    users.sort_by_key(|it| std::cmp::Reverse(it.id));
    let newest: Vec<UserId> = users.iter().map(|it| it.id).collect();
    let all = UserFilter::default();
    assert_eq!(
        listed(&place, &all, UserOrder::Newest(None), 10).await,
        newest
    );
    let after = UserOrder::Newest(Some(newest[1]));
    assert_eq!(listed(&place, &all, after, 2).await, newest[2..4]);

    let even = UserFilter {
        flag: Some("even".to_owned()),
        ..all.clone()
    };
    let wanted: Vec<UserId> = users
        .iter()
        .filter(|it| !it.flags.is_empty())
        .map(|it| it.id)
        .collect();
    assert_eq!(
        listed(&place, &even, UserOrder::Newest(None), 10).await,
        wanted
    );
    let after = UserOrder::Newest(Some(wanted[0]));
    assert_eq!(listed(&place, &even, after, 10).await, wanted[1..]);
    let also = UserFilter {
        external_id: users[0].external_id.clone(),
        phone: Some("+1310555010".to_owned().into()),
        ..all.clone()
    };
    assert_eq!(
        listed(&place, &also, UserOrder::Newest(None), 10).await,
        [users[0].id]
    );

    users.sort_by_key(|it| it.updated_at);
    let changed: Vec<UserId> = users.iter().map(|it| it.id).collect();
    assert_eq!(
        listed(&place, &all, UserOrder::Changed(None), 10).await,
        changed
    );
    let after = UserOrder::Changed(Some((users[1].updated_at, users[1].id)));
    assert_eq!(listed(&place, &all, after, 2).await, changed[2..4]);
    let window = UserFilter {
        updated_from: Some(users[1].updated_at),
        updated_to: Some(users[4].updated_at),
        ..all
    };
    assert_eq!(
        listed(&place, &window, UserOrder::Changed(None), 10).await,
        changed[1..4]
    );
    let elsewhere = new_workspace(&place.store, "Hillside").await;
    let none = UserFilter::default();
    let theirs = place
        .store
        .users(elsewhere, &none, UserOrder::Newest(None), 10);
    assert_eq!(theirs.await, Ok(vec![]));
}
