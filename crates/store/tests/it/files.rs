use crate::place::{KEY, Place, at};
use crate::rows;
use smartbot_model::random::{Random, SeededRandom};
use smartbot_store::{Change, Error, FileRow, FileState, SessionRow, Store, what};

/// A user with a session.
async fn session(place: &Place) -> SessionRow {
    let user = rows::user();
    let session = rows::session(user.id);
    place
        .commit(vec![
            Change::InsertUser(user),
            Change::InsertSession(session.clone()),
        ])
        .await;
    session
}

pub(crate) fn insert(row: &FileRow) -> Change {
    Change::InsertFile {
        file: row.clone(),
        most: 20,
    }
}

async fn kept(place: &Place, session: &SessionRow) -> FileRow {
    let row = rows::file(session, FileState::New);
    place.commit(vec![insert(&row)]).await;
    row
}

pub(crate) async fn a_file_comes_back_as_it_was_and_is_said_once(place: Place) {
    let (session, other) = (session(&place).await, session(&place).await);
    let row = kept(&place, &session).await;
    let (store, workspace, id) = (&place.store, place.workspace, row.file.expose().id);
    for store in [store.clone(), place.reopened().await] {
        let found = store.file(workspace, session.id, id).await;
        assert_eq!(found, Ok(Some(row.clone())));
        assert_eq!(store.file(workspace, other.id, id).await, Ok(None));
    }
    kept(&place, &session).await;
    assert_eq!(store.count_files(workspace, session.id).await, Ok(2));
    assert_eq!(store.count_files(workspace, other.id).await, Ok(0));
    let size = row.file.expose().size;
    assert_eq!(store.size_of_files(workspace).await, Ok(2 * size));
    let say = |session_id| Change::SayFile { session_id, id };
    let conflict = Err(Error::Conflict { what: what::FILE });
    assert_eq!(
        store.commit(workspace, vec![say(other.id)]).await,
        conflict.clone()
    );
    place.commit(vec![say(session.id)]).await;
    assert_eq!(
        store.commit(workspace, vec![say(session.id)]).await,
        conflict
    );
    let said = store.file(workspace, session.id, id).await.unwrap();
    assert_eq!(said.unwrap().state, FileState::Said);
}

pub(crate) async fn what_is_gone_is_told_until_it_is_forgotten(place: Place) {
    let session = session(&place).await;
    let (one, two) = (kept(&place, &session).await, kept(&place, &session).await);
    let (store, workspace) = (&place.store, place.workspace);
    let (one, two) = (one.file.expose().id, two.file.expose().id);
    place
        .commit(vec![Change::SayFile {
            session_id: session.id,
            id: two,
        }])
        .await;
    // Only what no message names goes by itself.
    store.let_stale_files_go(at(0)).await.unwrap();
    assert_eq!(store.gone_files(9).await, Ok(vec![]));
    store.let_stale_files_go(at(1_000)).await.unwrap();
    assert_eq!(store.gone_files(9).await, Ok(vec![(workspace, one)]));
    assert_eq!(store.file(workspace, session.id, one).await, Ok(None));
    assert_eq!(store.count_files(workspace, session.id).await, Ok(1));
    place.commit(vec![Change::LetFileGo { id: two }]).await;
    assert_eq!(store.gone_files(9).await.unwrap().len(), 2);
    let forget = Change::ForgetFiles {
        ids: vec![one, two],
    };
    place.commit(vec![forget]).await;
    assert_eq!(store.gone_files(9).await, Ok(vec![]));
}

pub(crate) async fn a_content_opens_as_this_file_only(place: Place) {
    let session = session(&place).await;
    let (one, two) = (kept(&place, &session).await, kept(&place, &session).await);
    let (store, workspace, user) = (&place.store, place.workspace, session.user_id);
    let (one, two) = (one.file.expose().id, two.file.expose().id);
    let mut content = vec![0; 300_000];
    SeededRandom::new(5).fill(&mut content);
    let sealed = store.seal_file(workspace, user, one, &content).await;
    let sealed = sealed.unwrap();
    assert!(!sealed.windows(16).any(|it| it == &content[..16]));
    let open = async |id, sealed| store.open_file(workspace, user, id, sealed).await;
    assert_eq!(open(one, sealed.clone()).await, Ok(content));
    assert!(matches!(
        open(two, sealed.clone()).await,
        Err(Error::Corrupt { .. })
    ));
    let stranger = rows::user().id;
    let strange = store.open_file(workspace, stranger, one, sealed).await;
    assert_eq!(
        strange,
        Err(Error::Conflict {
            what: what::NO_USER
        })
    );
}

pub(crate) async fn a_file_whose_content_is_missing_is_told(place: Place) {
    let whole = crate::whole::keep(&place).await;
    let row = rows::file(&whole.session, FileState::Said);
    place.commit(vec![insert(&row)]).await;
    let (id, user) = (row.file.expose().id, row.user_id);
    let content = vec![1; usize::try_from(row.file.expose().size).unwrap()];
    let store = &place.store;
    let sealed = store.seal_file(place.workspace, user, id, &content).await;
    let sealed = sealed.unwrap();
    let mut found = Vec::new();
    let there = |_, file| Ok((file == id).then(|| sealed.clone()));
    Store::check_with_files(&place.url, &KEY, &there, &[], &mut |it| found.push(it))
        .await
        .unwrap();
    assert!(found.iter().all(|it| it.check == "files"), "{found:?}");
    assert!(found.iter().all(|it| it.message.contains("not there")));
    assert!(!found.is_empty() && !found.iter().any(|it| it.row.contains(&id.to_string())));
}

pub(crate) async fn a_content_of_which_no_row_knows_is_told(place: Place) {
    let whole = crate::whole::keep(&place).await;
    let (known, unknown, gone) = (
        rows::file(&whole.session, FileState::New),
        rows::file(&whole.session, FileState::New).file.expose().id,
        rows::file(&whole.session, FileState::New).file.expose().id,
    );
    place.commit(vec![insert(&known)]).await;
    let lying = [known.file.expose().id, unknown, gone].map(|it| (place.workspace, it));
    // What lay there and is gone meanwhile was taken away by somebody who knew of it.
    let there = |_, file| Ok((file != gone).then(|| vec![1]));
    let mut found = Vec::new();
    Store::check_with_files(&place.url, &KEY, &there, &lying, &mut |it| found.push(it))
        .await
        .unwrap();
    found.retain(|it| it.message.contains("no row"));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].row.contains(&unknown.to_string()), "{found:?}");
}

pub(crate) async fn a_session_has_no_more_files_than_it_may(place: Place) {
    let session = session(&place).await;
    let (store, workspace) = (&place.store, place.workspace);
    let gone = kept(&place, &session).await.file.expose().id;
    place.commit(vec![Change::LetFileGo { id: gone }]).await;
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let insert = Change::InsertFile {
            file: rows::file(&session, FileState::New),
            most: 3,
        };
        let store = store.clone();
        tries.spawn(async move { store.commit(workspace, vec![insert]).await });
    }
    let done = tries.join_all().await;
    let (kept, refused): (Vec<_>, Vec<_>) = done.into_iter().partition(Result::is_ok);
    assert_eq!(kept.len(), 3, "however many come at once");
    let full = Err(Error::Conflict {
        what: what::FILES_OF_SESSION,
    });
    assert!(refused.iter().all(|it| *it == full), "{refused:?}");
    assert_eq!(store.count_files(workspace, session.id).await, Ok(3));
}

pub(crate) async fn which_files_have_rows_is_known(place: Place) {
    let session = session(&place).await;
    let (one, two) = (kept(&place, &session).await, kept(&place, &session).await);
    let (one, two) = (one.file.expose().id, two.file.expose().id);
    let other = rows::file(&session, FileState::New).file.expose().id;
    let (store, workspace) = (&place.store, place.workspace);
    let known = store.known_files(workspace, &[one, other, two]).await;
    assert_eq!(known, Ok([one, two].into()));
    assert_eq!(store.known_files(workspace, &[]).await, Ok([].into()));
    let elsewhere = crate::place::new_workspace(store, "Hillside").await;
    assert_eq!(store.known_files(elsewhere, &[one]).await, Ok([].into()));
}
