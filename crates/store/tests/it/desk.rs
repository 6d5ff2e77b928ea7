use crate::place::{Place, at, new_id};
use crate::rows;
use smartbot_model::agent::{Presence, Role};
use smartbot_model::session::SessionStatus;
use smartbot_model::{AgentId, MessageId, Phi, SessionId};
use smartbot_store::{
    Change, ChatLogFilter, DeskFilter, DeskRow, NoteRow, Offer, PresenceRow, SessionRow, what,
};

fn save(session: &SessionRow) -> Change {
    Change::SaveSession {
        session: session.clone(),
        expected_version: session.version,
    }
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
            agent_id: Some(agent),
            flag: None,
            from: agent,
            until: at(9),
        }),
    };
    for session in &mut kept {
        place.commit(vec![save(session)]).await;
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

pub(crate) async fn sessions_are_listed_and_counted_by_who_has_them_and_who_sees_them(place: Place) {
    let agent = new_id!(AgentId);
    let [held, waiting] = two(&place, agent).await;
    let (_, mut ended) = rows::kept_session(&place).await;
    ended.status = SessionStatus::Ended;
    place.commit(vec![save(&ended)]).await;
    let list = async |filter: DeskFilter, before: Option<SessionId>| {
        let found = place.store.desk_sessions(place.workspace, &filter, before, 10);
        found.await.unwrap()
    };
    let of = DeskFilter::default;
    let mut all = vec![held.id, waiting.id];
    all.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(list(of(), None).await, all);
    assert_eq!(list(of(), Some(all[0])).await, [all[1]]);
    let closed = DeskFilter { ended: true, ..of() };
    assert_eq!(list(closed, None).await, [ended.id]);
    let mine = DeskFilter { agent_id: Some(agent), ..of() };
    assert_eq!(list(mine, None).await, [held.id]);
    let queue = DeskFilter { status: Some(SessionStatus::WaitingForAgent), ..of() };
    assert_eq!(list(queue, None).await, [waiting.id]);
    for (flags, ids) in [(&["a"][..], vec![held.id]), (&["b", "x", "y"], vec![waiting.id]), (&["x"], vec![])] {
        let flags: Vec<String> = flags.iter().map(|it| (*it).to_owned()).collect();
        let seen = DeskFilter { flags: flags.clone(), ..of() };
        assert_eq!(list(seen, None).await, ids);
        let counts = place.store.desk_counts(place.workspace, agent, &flags).await.unwrap();
        assert_eq!(counts.open, ids.len() as u64);
        let logs = ChatLogFilter { limited_to: flags, ..ChatLogFilter::default() };
        let logs = place.store.chat_logs(place.workspace, &logs, None, 10).await.unwrap();
        assert_eq!(logs.iter().map(|it| it.id).collect::<Vec<_>>(), ids);
    }
    let counts = place.store.desk_counts(place.workspace, agent, &[]).await.unwrap();
    assert_eq!((counts.waiting, counts.own, counts.with_bot, counts.open), (1, 1, 0, 2));
    assert_eq!(place.store.sessions_held_by(place.workspace, agent).await, Ok(vec![held.id]));
}

pub(crate) async fn who_took_part_and_what_was_noted_is_kept(place: Place) {
    let (user, session) = rows::kept_session(&place).await;
    let (agent, other) = (new_id!(AgentId), new_id!(AgentId));
    let join = |agent_id, second| Change::JoinSession { session_id: session.id, agent_id, at: at(second) };
    place.commit(vec![join(agent, 1), join(other, 2), join(agent, 3)]).await;
    assert_eq!(place.store.agents_of_session(place.workspace, session.id).await, Ok(vec![agent, other]));
    let logs = ChatLogFilter { agent_id: Some(other), ..ChatLogFilter::default() };
    let logs = place.store.chat_logs(place.workspace, &logs, None, 10).await.unwrap();
    assert_eq!(logs.iter().map(|it| it.id).collect::<Vec<_>>(), [session.id]);
    let note = NoteRow {
        id: new_id!(MessageId),
        session_id: session.id,
        agent_id: agent,
        after_seq: 4,
        text: Phi::new("Prefers mornings.".into()),
        at: at(5),
    };
    let insert = || Change::InsertNote { user_id: user.id, note: note.clone() };
    place.commit(vec![insert()]).await;
    assert_eq!(place.conflict(vec![insert()]).await, what::NOTE);
    assert_eq!(place.store.notes(place.workspace, session.id).await, Ok(vec![note.clone()]));
    let erase = Change::EraseUser { id: user.id, expected_version: user.version, at: at(6) };
    place.commit(vec![erase]).await;
    assert_eq!(place.store.notes(place.workspace, session.id).await, Ok(vec![]));
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
    let wrong = save(row, Some(Presence::Offline));
    assert_eq!(place.conflict(vec![wrong]).await, what::PRESENCE);
    place.commit(vec![Change::SeeAgent { agent_id: agent, until: at(40) }]).await;
    place.commit(vec![Change::SeeAgent { agent_id: agent, until: at(20) }]).await;
    row.seen_until = at(40);
    assert_eq!(place.store.presence(place.workspace, agent).await, Ok(Some(row)));
    assert_eq!(place.store.presences(place.workspace).await, Ok(vec![row]));
    let free = async |second| place.store.available_agents(place.workspace, at(second)).await.unwrap();
    let found = free(40).await;
    assert_eq!((found.len(), found[0].id, found[0].role, found[0].busy, found[0].capacity), (1, agent, Role::Builder, 0, 3));
    assert_eq!(free(41).await, []);
    let lost = async |second| place.store.lost_agents(at(second), 10).await.unwrap();
    assert!(!lost(40).await.contains(&(place.workspace, agent)));
    assert!(lost(41).await.contains(&(place.workspace, agent)));
    row.told = Presence::Offline;
    place.commit(vec![save(row, Some(Presence::Online))]).await;
    assert!(!lost(41).await.contains(&(place.workspace, agent)));
    place.commit(vec![Change::ForgetPresence { agent_id: agent }]).await;
    assert_eq!(place.store.presence(place.workspace, agent).await, Ok(None));
}
