use crate::place::{Place, at, conflict, new_id, new_workspace, options, random};
use smartbot_model::agent::Role;
use smartbot_model::{AgentId, BrowserSessionId, Phi, WorkspaceId};
use smartbot_store::{
    AgentRow, BrowserSessionRow, Change, FailuresRow, InvitationRow, Store, what,
};
use std::sync::Arc;

pub(crate) fn agent(email: &str) -> AgentRow {
    AgentRow {
        id: new_id!(AgentId),
        email: Phi::new(email.to_owned()),
        name: Phi::new("Bea".to_owned()),
        role: Role::Builder,
        limited_to_flags: vec!["vip".to_owned()],
        password_hash: None,
        invitation: None,
        event_sequence: 0,
        deactivated_at: None,
        version: 1,
        created_at: at(1),
    }
}

pub(crate) fn browser_session(agent: AgentId, number: u8) -> BrowserSessionRow {
    BrowserSessionRow {
        id: new_id!(BrowserSessionId),
        agent_id: agent,
        hash: [number; 32],
        address: Phi::new("198.51.100.7".to_owned()),
        user_agent: Phi::new("Browser".to_owned()),
        created_at: at(1),
        last_seen_at: at(1),
        expires_at: at(i64::from(number)),
    }
}

pub(crate) async fn an_agent_is_found_by_address_whatever_its_case(place: Place) {
    let row = AgentRow {
        password_hash: Some(Phi::new("$argon2id$x".to_owned())),
        ..agent("Bea@Clinic.example")
    };
    place.commit(vec![Change::InsertAgent(row.clone())]).await;
    let (store, here) = (&place.store, place.workspace);
    assert_eq!(
        store.agent_by_email(here, " bea@clinic.EXAMPLE ").await,
        Ok(Some(row.clone()))
    );
    assert_eq!(
        store.agent_by_email(here, "bea@clinic.example2").await,
        Ok(None)
    );
    assert_eq!(store.agent(here, row.id).await, Ok(Some(row.clone())));
    assert_eq!(store.agent(here, new_id!(AgentId)).await, Ok(None));
    let elsewhere = new_workspace(store, "Hillside").await;
    assert_eq!(store.agent(elsewhere, row.id).await, Ok(None));
    assert_eq!(
        store.agents_who_sign_in_as("BEA@clinic.example").await,
        Ok(vec![(here, row.clone())])
    );
    let twin = agent("bea@clinic.example");
    store
        .commit(elsewhere, vec![Change::InsertAgent(twin.clone())])
        .await
        .unwrap();
    let mut both = vec![(here, row), (elsewhere, twin)];
    both.sort_by_key(|it| it.0);
    assert_eq!(
        store.agents_who_sign_in_as("bea@clinic.example").await,
        Ok(both)
    );
}

pub(crate) async fn an_agent_is_saved_and_removed_as_it_was_read(place: Place) {
    let mut row = agent("bea@clinic.example");
    place.commit(vec![Change::InsertAgent(row.clone())]).await;
    let here = place.workspace;
    row.email = Phi::new("bea@hill.example".to_owned());
    row.name = Phi::new("Beatrix".to_owned());
    row.role = Role::Owner;
    row.limited_to_flags.clear();
    row.event_sequence = 7;
    row.invitation = Some(InvitationRow {
        hash: [3; 32],
        expires_at: at(90),
    });
    let save = |agent: &AgentRow, expected_version| {
        vec![Change::SaveAgent {
            agent: agent.clone(),
            expected_version,
        }]
    };
    place.commit(save(&row, 1)).await;
    row.version = 2;
    assert_eq!(place.store.agent(here, row.id).await, Ok(Some(row.clone())));
    assert_eq!(
        place.store.agent_by_email(here, "bea@clinic.example").await,
        Ok(None)
    );
    let found = place.store.agents_who_sign_in_as("bea@hill.example").await;
    assert_eq!(found, Ok(vec![(here, row.clone())]));
    let invited = place.store.agent_by_invitation(&[3; 32]).await;
    assert_eq!(invited, Ok(Some((here, row.clone()))));
    assert_eq!(place.store.agent_by_invitation(&[4; 32]).await, Ok(None));
    assert_eq!(place.conflict(save(&row, 1)).await, what::AGENT_VERSION);
    assert_eq!(place.store.count_agents(here, Role::Owner).await, Ok(1));
    let remove = |expected_version| {
        vec![Change::RemoveAgent {
            id: row.id,
            expected_version,
        }]
    };
    assert_eq!(place.conflict(remove(1)).await, what::AGENT_VERSION);
    place.commit(remove(2)).await;
    assert_eq!(place.store.agent(here, row.id).await, Ok(None));
    assert_eq!(place.store.count_agents(here, Role::Owner).await, Ok(0));
}

pub(crate) async fn two_agents_cannot_share_an_address(place: Place) {
    place
        .commit(vec![Change::InsertAgent(agent("bea@clinic.example"))])
        .await;
    assert_eq!(
        place
            .conflict(vec![Change::InsertAgent(agent("BEA@clinic.example"))])
            .await,
        what::AGENT_EMAIL
    );
    let elsewhere = new_workspace(&place.store, "Hillside").await;
    place
        .store
        .commit(
            elsewhere,
            vec![Change::InsertAgent(agent("bea@clinic.example"))],
        )
        .await
        .unwrap();
    let other = agent("cy@clinic.example");
    place.commit(vec![Change::InsertAgent(other.clone())]).await;
    let taken = AgentRow {
        email: Phi::new("bea@clinic.example".to_owned()),
        ..other
    };
    let save = vec![Change::SaveAgent {
        agent: taken,
        expected_version: 1,
    }];
    place.conflict(save).await;
}

pub(crate) async fn agents_come_in_pages(place: Place) {
    let mut all: Vec<_> = (0..5)
        .map(|it| agent(&format!("a{it}@clinic.example")))
        .collect();
    all.sort_by_key(|it| it.id);
    place
        .commit(all.iter().cloned().map(Change::InsertAgent).collect())
        .await;
    let page = async |after, limit| place.store.agents(place.workspace, after, limit).await;
    assert_eq!(page(None, 3).await, Ok(all[..3].to_vec()));
    assert_eq!(page(Some(all[2].id), 3).await, Ok(all[3..].to_vec()));
    assert_eq!(page(Some(all[4].id), 3).await, Ok(vec![]));
    let stranger = place.store.agents(new_id!(WorkspaceId), None, 9).await;
    assert_eq!(stranger, Ok(vec![]));
    let wanted = [all[1].id, all[3].id, new_id!(AgentId)];
    let some = place.store.agents_of_ids(place.workspace, &wanted).await;
    let mut some = some.unwrap();
    some.sort_by_key(|it| it.id);
    assert_eq!(some, [all[1].clone(), all[3].clone()]);
    let none = place.store.agents_of_ids(place.workspace, &[]).await;
    assert_eq!(none, Ok(vec![]));
}

pub(crate) async fn agents_from_before_sign_in_are_found_after_a_start(place: Place) {
    let row = agent("bea@clinic.example");
    place.commit(vec![Change::InsertAgent(row.clone())]).await;
    place.behind("UPDATE agents SET sign_in_index = NULL").await;
    let found = async |store: &Store| {
        let found = store.agents_who_sign_in_as("bea@clinic.example").await;
        found.unwrap().len()
    };
    assert_eq!(found(&place.store).await, 0);
    let again = Store::open(options(&place.url), Arc::new(random())).await;
    assert_eq!(found(&again.unwrap()).await, 1);
}

pub(crate) async fn a_browser_session_is_found_touched_and_ended(place: Place) {
    let bea = agent("bea@clinic.example");
    let mut row = browser_session(bea.id, 20);
    let other = browser_session(bea.id, 30);
    place
        .commit(vec![
            Change::InsertAgent(bea.clone()),
            Change::InsertBrowserSession(row.clone()),
            Change::InsertBrowserSession(other.clone()),
        ])
        .await;
    let (store, here) = (&place.store, place.workspace);
    let twin = BrowserSessionRow {
        id: new_id!(BrowserSessionId),
        ..row.clone()
    };
    assert_eq!(
        place
            .conflict(vec![Change::InsertBrowserSession(twin)])
            .await,
        what::BROWSER_SESSION
    );
    let touch = |seconds| Change::TouchBrowserSession {
        id: row.id,
        at: at(seconds),
        expires_at: at(seconds + 900),
    };
    place.commit(vec![touch(10), touch(5)]).await;
    row.last_seen_at = at(10);
    row.expires_at = at(910);
    assert_eq!(
        store.browser_session_by_hash(&row.hash).await,
        Ok(Some((here, row.clone())))
    );
    assert_eq!(store.browser_session_by_hash(&[9; 32]).await, Ok(None));
    let mut both = vec![row.clone(), other.clone()];
    both.sort_by_key(|it| it.id);
    assert_eq!(store.browser_sessions(here, bea.id).await, Ok(both));
    assert_eq!(
        store.browser_sessions(new_id!(WorkspaceId), bea.id).await,
        Ok(vec![])
    );
    assert_eq!(store.expired_browser_sessions(at(29), 9).await, Ok(vec![]));
    assert_eq!(
        store.expired_browser_sessions(at(910), 1).await,
        Ok(vec![(here, other)])
    );
    let end = || vec![Change::EndBrowserSession { id: row.id }];
    let elsewhere = new_workspace(store, "Hillside").await;
    let stranger = conflict(store.commit(elsewhere, end()).await);
    assert_eq!(stranger, what::NO_BROWSER_SESSION);
    place.commit(end()).await;
    assert_eq!(place.conflict(end()).await, what::NO_BROWSER_SESSION);
    assert_eq!(store.browser_session_by_hash(&row.hash).await, Ok(None));
}

pub(crate) async fn failures_to_sign_in_are_counted_once_each(place: Place) {
    let store = &place.store;
    let row = |failures| FailuresRow {
        failures,
        since: at(1),
        blocked_until: at(2),
        forget_at: at(60),
    };
    let save = async |read, failures| {
        store
            .save_sign_in_failures("bea@clinic.example", read, row(failures))
            .await
    };
    assert_eq!(store.sign_in_failures("bea@clinic.example").await, Ok(None));
    save(None, 1).await.unwrap();
    assert_eq!(conflict(save(None, 1).await), what::SIGN_IN_FAILURES);
    save(Some(row(1)), 2).await.unwrap();
    assert_eq!(
        conflict(save(Some(row(1)), 2).await),
        what::SIGN_IN_FAILURES
    );
    let again = place.reopened().await;
    assert_eq!(
        again.sign_in_failures("bea@clinic.example").await,
        Ok(Some(row(2)))
    );
    assert_eq!(store.sign_in_failures("cy@clinic.example").await, Ok(None));
    store.forget_sign_in_failures(at(59)).await.unwrap();
    assert!(
        store
            .sign_in_failures("bea@clinic.example")
            .await
            .unwrap()
            .is_some()
    );
    store.forget_sign_in_failures(at(60)).await.unwrap();
    assert_eq!(store.sign_in_failures("bea@clinic.example").await, Ok(None));
    save(None, 1).await.unwrap();
    store
        .remove_sign_in_failures("bea@clinic.example")
        .await
        .unwrap();
    assert_eq!(store.sign_in_failures("bea@clinic.example").await, Ok(None));
}
