use crate::place::{Place, at, new_id};
use crate::rows;
use smartbot_model::agent::{Presence, Role};
use smartbot_model::session::SessionStatus;
use smartbot_model::{AgentId, CannedReplyId, MessageId, Phi, SessionId, Time};
use smartbot_store::{
    CannedReplyRow, Change, ChatLogFilter, DeskPosition, DeskRow, DeskRows, NoteRow, Offer,
    PresenceRow, SessionRow, Snooze, what,
};

fn save(session: &SessionRow) -> Vec<Change> {
    vec![
        Change::SaveSession {
            session: session.clone(),
            expected_version: session.version,
        },
        Change::SaveDesk {
            session_id: session.id,
            desk: session.desk.clone(),
        },
    ]
}

/// A session that an agent has, and one that waits; their users carry the flags `a` and `b`.
async fn two(place: &Place, agent: AgentId) -> [SessionRow; 2] {
    let mut kept = Vec::new();
    for flag in ["a", "b"] {
        let (user, session) = rows::kept_session(place).await;
        let flagged = Change::SaveUser {
            expected_version: user.version,
            user,
            added_flags: vec![flag.to_owned()],
            removed_flags: Vec::new(),
        };
        place.commit(vec![flagged]).await;
        kept.push(session);
    }
    kept[0].status = SessionStatus::WithAgent;
    kept[0].desk.agent_id = Some(agent);
    kept[1].status = SessionStatus::WaitingForAgent;
    kept[1].desk = DeskRow {
        agent_id: None,
        waiting_since: Some(at(7)),
        wanted_flag: Some("billing".into()),
        offer: Some(Offer {
            agent_id: agent,
            from: agent,
            until: Time::from_micros(1_795_000_000_123_000),
        }),
        snooze: None,
    };
    for session in &mut kept {
        place.commit(save(session)).await;
        session.version += 1;
    }
    let second = kept.pop().unwrap();
    [kept.pop().unwrap(), second]
}

pub(crate) async fn where_a_session_stands_with_agents_comes_back(place: Place) {
    let agent = new_id!(AgentId);
    for session in two(&place, agent).await {
        let found = place.store.session(place.workspace, session.id).await;
        assert_eq!(found.unwrap().unwrap().desk, session.desk);
    }
}

pub(crate) async fn sessions_are_listed_and_counted_by_who_has_them_and_who_sees_them(
    place: Place,
) {
    let agent = new_id!(AgentId);
    let [held, waiting] = two(&place, agent).await;
    let (_, with_bot) = rows::kept_session(&place).await;
    let (_, mut ended) = rows::kept_session(&place).await;
    ended.status = SessionStatus::Ended;
    place.commit(save(&ended)).await;
    let list = async |which, flags: &[&str], after: Option<DeskPosition>| {
        let flags: Vec<String> = flags.iter().map(|it| (*it).to_owned()).collect();
        let found = place
            .store
            .desk_sessions(place.workspace, which, &flags, after, 10);
        found.await.unwrap()
    };
    let ids = |of: &[DeskPosition]| of.iter().map(|it| it.id).collect::<Vec<_>>();
    let mut all = vec![held.id, waiting.id, with_bot.id];
    all.sort_unstable_by(|a, b| b.cmp(a));
    let open = list(DeskRows::Open, &[], None).await;
    assert_eq!(ids(&open), all);
    assert_eq!(
        ids(&list(DeskRows::Open, &[], Some(open[0])).await),
        all[1..]
    );
    for (which, id) in [
        (DeskRows::Ended, ended.id),
        (DeskRows::HeldBy(agent), held.id),
        (DeskRows::Waiting, waiting.id),
        (DeskRows::WithBot, with_bot.id),
    ] {
        let found = list(which, &[], None).await;
        assert_eq!(ids(&found), [id]);
        assert_eq!(list(which, &[], Some(found[0])).await, []);
    }
    for (flags, id) in [
        (&["a"][..], Some(held.id)),
        (&["b", "x", "y"], Some(waiting.id)),
        (&["x"], None),
    ] {
        let id: Vec<_> = id.into_iter().collect();
        assert_eq!(ids(&list(DeskRows::Open, flags, None).await), id);
        let flags: Vec<String> = flags.iter().map(|it| (*it).to_owned()).collect();
        let counts = place
            .store
            .desk_counts(place.workspace, agent, &flags)
            .await;
        assert_eq!(counts.unwrap().open, id.len() as u64);
    }
    let counts = place.store.desk_counts(place.workspace, agent, &[]).await;
    let counts = counts.unwrap();
    assert_eq!(
        (counts.waiting, counts.own, counts.with_bot, counts.open),
        (1, 1, 1, 3)
    );
    // What has ended is found by who took part, and what is put aside is in no other list of those who work.
    let join = |session_id| Change::JoinSession {
        session_id,
        agent_id: agent,
        at: at(8),
    };
    place.commit(vec![join(ended.id), join(held.id)]).await;
    let with = list(DeskRows::EndedWith(agent), &[], None).await;
    assert_eq!(ids(&with), [ended.id]);
    assert_eq!(list(DeskRows::EndedWith(agent), &["a"], None).await, []);
    let nobody = list(DeskRows::EndedWith(new_id!(AgentId)), &[], None);
    assert_eq!(nobody.await, []);
    let loads = place.store.agent_loads(place.workspace).await.unwrap();
    assert_eq!(loads.into_iter().collect::<Vec<_>>(), [(agent, 1)]);
    let changed = place.store.sessions_changed(place.workspace, at(0)).await;
    let changed: Vec<_> = changed.unwrap();
    assert!(changed.contains(&(held.id, held.version)), "{changed:?}");
    let later = place
        .store
        .sessions_changed(place.workspace, at(100_000_000));
    assert_eq!(later.await, Ok(vec![]));
}

pub(crate) async fn what_is_put_aside_has_a_list_and_a_count_of_its_own(place: Place) {
    let agent = new_id!(AgentId);
    let mut both = two(&place, agent).await;
    let ids = |of: Vec<DeskPosition>| of.iter().map(|it| it.id).collect::<Vec<_>>();
    let list = async |which| {
        let found = place
            .store
            .desk_sessions(place.workspace, which, &[], None, 10);
        ids(found.await.unwrap())
    };
    let [held, waiting] = [both[0].id, both[1].id];
    assert_eq!(list(DeskRows::AtWork(agent)).await, [held]);
    assert_eq!(list(DeskRows::Snoozed).await, []);
    for session in &mut both {
        session.desk.snooze = Some(Snooze {
            since: at(8),
            until: at(9),
        });
        place.commit(save(session)).await;
        session.version += 1;
        let found = place.store.session(place.workspace, session.id).await;
        assert_eq!(found.unwrap().unwrap().desk, session.desk);
    }
    for which in [DeskRows::AtWork(agent), DeskRows::Waiting] {
        assert_eq!(list(which).await, [], "{which:?}");
    }
    assert_eq!(list(DeskRows::HeldBy(agent)).await, [held]);
    let mut snoozed = vec![held, waiting];
    snoozed.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(list(DeskRows::Snoozed).await, snoozed);
    assert_eq!(list(DeskRows::Open).await, snoozed);
    let counts = place.store.desk_counts(place.workspace, agent, &[]).await;
    let counts = counts.unwrap();
    assert_eq!(
        (counts.waiting, counts.own, counts.snoozed, counts.open),
        (0, 0, 2, 2)
    );
    let counts = place
        .store
        .desk_counts(place.workspace, agent, &["a".to_owned()])
        .await;
    assert_eq!(counts.unwrap().snoozed, 1);
}

pub(crate) async fn who_has_a_chat_is_found_with_what_it_takes_to_have_it(place: Place) {
    let row = crate::agents::agent("bea@clinic.example");
    let (agent, gone, kept) = (row.id, new_id!(AgentId), row.clone());
    place.commit(vec![Change::InsertAgent(row.clone())]).await;
    let [of_agent, _] = two(&place, agent).await;
    let [of_gone, _] = two(&place, gone).await;
    let of = async |workspace| {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let some = place.store.held_sessions(after.as_ref(), 1).await.unwrap();
            let Some(last) = some.last().cloned() else {
                break;
            };
            all.extend(some);
            after = Some(last);
        }
        all.retain(|it: &smartbot_store::HeldSession| it.workspace == workspace);
        all
    };
    let held = of(place.workspace).await;
    let about = |id: SessionId| held.iter().find(|it| it.id == id).unwrap();
    assert_eq!(
        about(of_agent.id).agent,
        Some((row.role, row.limited_to_flags))
    );
    assert!(about(of_agent.id).flags.contains("a"));
    assert_eq!(about(of_agent.id).offered_to, None);
    // Whoever is deactivated may have none, like one who is gone.
    let deactivated = Change::SaveAgent {
        agent: smartbot_store::AgentRow {
            deactivated_at: Some(at(9)),
            ..kept
        },
        expected_version: 1,
    };
    place.commit(vec![deactivated]).await;
    let now = of(place.workspace).await;
    assert!(now.iter().all(|it| it.agent.is_none()), "{now:?}");
    assert_eq!(
        (about(of_gone.id).agent_id, &about(of_gone.id).agent),
        (gone, &None)
    );
    assert_eq!(held.len(), 2);
}

pub(crate) async fn who_took_part_and_what_was_noted_is_kept(place: Place) {
    let (user, session) = rows::kept_session(&place).await;
    let (agent, other) = (new_id!(AgentId), new_id!(AgentId));
    let of = [session.id];
    let join = |agent_id, second| Change::JoinSession {
        session_id: session.id,
        agent_id,
        at: at(second),
    };
    place
        .commit(vec![join(agent, 1), join(other, 2), join(agent, 3)])
        .await;
    let took_part = place.store.agents_of_sessions(place.workspace, &of);
    assert_eq!(took_part.await.unwrap()[&session.id], [agent, other]);
    let logs = |agent_id, user_id| ChatLogFilter {
        agent_id: Some(agent_id),
        user_id,
        ..ChatLogFilter::default()
    };
    for (filter, count) in [
        (logs(other, None), 1),
        (logs(other, Some(user.id)), 1),
        (logs(new_id!(AgentId), None), 0),
        (logs(new_id!(AgentId), Some(user.id)), 0),
    ] {
        let found = place.store.chat_logs(place.workspace, &filter, None, 10);
        assert_eq!(found.await.unwrap().len(), count, "{filter:?}");
    }
    let note = NoteRow {
        id: new_id!(MessageId),
        session_id: session.id,
        agent_id: agent,
        after_seq: 4,
        text: Phi::new("Prefers mornings.".into()),
        mentions: vec![agent, other],
        at: at(5),
    };
    let insert = || Change::InsertNote {
        user_id: user.id,
        note: note.clone(),
    };
    place.commit(vec![insert()]).await;
    assert_eq!(place.conflict(vec![insert()]).await, what::NOTE);
    let notes = async || {
        let found = place.store.notes_of_sessions(place.workspace, &of);
        found.await.unwrap().remove(&session.id)
    };
    assert_eq!(notes().await, Some(vec![note.clone()]));
    let erase = Change::EraseUser {
        id: user.id,
        expected_version: user.version,
        at: at(6),
    };
    place.commit(vec![erase]).await;
    assert_eq!(notes().await, None);
}

pub(crate) async fn the_newest_messages_of_several_sessions_are_read_together(place: Place) {
    let (user, mut session) = rows::kept_session(&place).await;
    let messages: Vec<_> = (1..=4).map(|it| rows::message(it, "hi")).collect();
    session.last_seq = 4;
    let append = Change::AppendMessages {
        session_id: session.id,
        user_id: user.id,
        messages: messages.clone(),
    };
    let mut changes = save(&session);
    changes.push(append);
    place.commit(changes).await;
    let (other_user, other) = rows::kept_session(&place).await;
    let of = [(session.id, user.id), (other.id, other_user.id)];
    for (count, from) in [(1, 3), (3, 1), (9, 0)] {
        let found = place.store.newest_messages_of(place.workspace, &of, count);
        let found = found.await.unwrap();
        assert_eq!(found[&session.id], messages[from..]);
        assert_eq!(found.len(), 1);
    }
}

pub(crate) async fn presence_is_saved_by_whoever_knows_what_was_told(place: Place) {
    let row = crate::agents::agent("bea@clinic.example");
    let agent = row.id;
    place.commit(vec![Change::InsertAgent(row)]).await;
    let mut row = PresenceRow {
        agent_id: agent,
        chosen: Presence::Online,
        told: Presence::Online,
        seen_until: at(30),
        capacity: 3,
    };
    let save = |presence, expected| Change::SavePresence { presence, expected };
    place.commit(vec![save(row, None)]).await;
    assert_eq!(place.conflict(vec![save(row, None)]).await, what::PRESENCE);
    let told = PresenceRow {
        told: Presence::Offline,
        ..row
    };
    assert_eq!(
        place.conflict(vec![save(row, Some(told))]).await,
        what::PRESENCE
    );
    let see = |second| Change::SeeAgent {
        agent_id: agent,
        until: at(second),
    };
    place.commit(vec![see(40)]).await;
    place.commit(vec![see(20)]).await;
    // Who was seen meanwhile is not lost.
    assert_eq!(
        place.conflict(vec![save(told, Some(row))]).await,
        what::PRESENCE
    );
    row.seen_until = at(40);
    assert_eq!(
        place.store.presence(place.workspace, agent).await,
        Ok(Some(row))
    );
    assert_eq!(place.store.presences(place.workspace).await, Ok(vec![row]));
    let free = async |second| {
        let found = place.store.available_agents(place.workspace, at(second));
        found.await.unwrap()
    };
    let found = free(40).await;
    assert_eq!(
        (
            found.len(),
            found[0].id,
            found[0].role,
            found[0].busy,
            found[0].capacity
        ),
        (1, agent, Role::Builder, 0, 3)
    );
    assert_eq!(free(41).await, []);
    let lost = async |second| place.store.lost_agents(at(second), 10).await.unwrap();
    assert!(!lost(40).await.contains(&(place.workspace, agent)));
    assert!(lost(41).await.contains(&(place.workspace, agent)));
    let before = row;
    row.told = Presence::Offline;
    place.commit(vec![save(row, Some(before))]).await;
    assert!(!lost(41).await.contains(&(place.workspace, agent)));
    place
        .commit(vec![Change::ForgetDeskOfAgent { agent_id: agent }])
        .await;
    assert_eq!(place.store.presence(place.workspace, agent).await, Ok(None));
}

pub(crate) async fn canned_replies_are_everybodys_or_an_agents_own(place: Place) {
    let agent = crate::agents::agent("bea@clinic.example");
    let other = new_id!(AgentId);
    place.commit(vec![Change::InsertAgent(agent.clone())]).await;
    let reply = |agent_id, name: &str| CannedReplyRow {
        id: new_id!(CannedReplyId),
        agent_id,
        name: Phi::new(name.into()),
        text: Phi::new("From 8 to 17.".into()),
        language: Some("en".into()),
        created_at: at(1),
        updated_at: at(1),
    };
    let (mut all, own) = (reply(None, "hours"), reply(Some(agent.id), "bye"));
    let insert = |it: &CannedReplyRow| Change::InsertCannedReply(it.clone());
    place.commit(vec![insert(&all)]).await;
    place.commit(vec![insert(&own)]).await;
    assert_eq!(place.conflict(vec![insert(&all)]).await, what::CANNED_REPLY);
    let of = async |agent| {
        let found = place.store.canned_replies(place.workspace, agent);
        let mut found = found.await.unwrap();
        found.sort_by_key(|it| it.agent_id.is_some());
        found
    };
    assert_eq!(of(agent.id).await, [all.clone(), own.clone()]);
    assert_eq!(of(other).await, [all.clone()]);
    all.language = None;
    all.text = Phi::new("From 9 to 17.".into());
    all.updated_at = at(2);
    place
        .commit(vec![Change::SaveCannedReply(all.clone())])
        .await;
    assert_eq!(of(other).await, [all.clone()]);
    let forget = Change::ForgetDeskOfAgent { agent_id: agent.id };
    place.commit(vec![forget]).await;
    assert_eq!(of(agent.id).await, [all.clone()]);
    let remove = || vec![Change::RemoveCannedReply { id: all.id }];
    place.commit(remove()).await;
    assert_eq!(place.conflict(remove()).await, what::NO_CANNED_REPLY);
    let save = vec![Change::SaveCannedReply(all.clone())];
    assert_eq!(place.conflict(save).await, what::NO_CANNED_REPLY);
}
