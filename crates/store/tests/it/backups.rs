use crate::place::{KEY, Place, at, behind, options, random};
use crate::{rows, whole};
use smartbot_model::{EventType, UserId, WorkspaceId};
use smartbot_store::{Change, Error, EventRow, SessionRow, Store, UserToErase};
use smartbot_testkit::{TempDir, temp_dir, until};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// A folder with a backup's two files.
struct Kept {
    folder: TempDir,
}

impl Kept {
    fn file(&self) -> PathBuf {
        self.folder.path().join("backup")
    }

    fn keys(&self) -> PathBuf {
        self.folder.path().join("backup.keys")
    }

    async fn of(place: &Place, seconds: i64) -> Self {
        let kept = Self { folder: temp_dir() };
        Store::back_up(&place.url, &kept.file(), &kept.keys(), at(seconds))
            .await
            .unwrap();
        kept
    }

    async fn restored(
        &self,
        keys: &Path,
        gone: &[(WorkspaceId, UserId)],
    ) -> Result<(String, u64), Error> {
        let into = self.folder.path().join("restored.db");
        let restored = Store::restore(&self.file(), keys, &into, gone).await?;
        Ok((format!("sqlite:{}", into.display()), restored.keyless))
    }
}

async fn findings(url: &str) -> Vec<smartbot_store::Finding> {
    let mut found = Vec::new();
    Store::check(url, &KEY, &mut |it| found.push(it))
        .await
        .unwrap();
    found
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|it| it == part)
}

/// Turns in a session, one after the other, until it is over.
async fn turns(place: &Place, mut session: SessionRow, is_over: &AtomicBool, made: &AtomicU64) {
    while !is_over.load(Ordering::Relaxed) {
        let expected_version = session.version;
        session.version += 1;
        session.last_seq += 1;
        place
            .commit(vec![
                Change::SaveSession {
                    session: session.clone(),
                    expected_version,
                },
                Change::AppendMessages {
                    session_id: session.id,
                    user_id: session.user_id,
                    messages: vec![rows::message(session.last_seq, &"word ".repeat(200))],
                },
                Change::AppendTurn(rows::turn(session.id, session.version, session.last_seq)),
            ])
            .await;
        made.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_of_one_instant_while_turns_are_made() {
    let place = Place::sqlite().await;
    let whole = whole::keep(&place).await;
    let (is_over, made) = (AtomicBool::new(false), AtomicU64::new(0));
    let back_up = async {
        let mut last = 0;
        for number in 1..=5 {
            let kept = Kept::of(&place, number).await;
            let then = made.load(Ordering::Relaxed);
            assert_eq!((mode(&kept.file()), mode(&kept.keys())), (0o600, 0o600));
            let (url, keyless) = kept.restored(&kept.keys(), &[]).await.unwrap();
            assert_eq!((findings(&url).await, keyless), (vec![], 0));
            let store = Store::open(options(&url), Arc::new(random()))
                .await
                .unwrap();
            let session = store.session(place.workspace, whole.session.id).await;
            let seq = session.unwrap().unwrap().last_seq;
            let messages = store.messages(place.workspace, whole.session.id, 0, u32::MAX);
            assert_eq!(messages.await.unwrap().len(), seq as usize);
            assert!(seq > last, "turns are made meanwhile");
            last = seq;
            store.close().await;
            let left: Vec<_> = std::fs::read_dir(kept.folder.path())
                .unwrap()
                .map(|it| it.unwrap().file_name())
                .filter(|it| it.to_string_lossy().contains(".part"))
                .collect();
            assert!(left.is_empty(), "{left:?}");
            // The first of the two may be in the backup, the second began after it.
            until("two more turns", Duration::from_secs(60), async || {
                made.load(Ordering::Relaxed) >= then + 2
            })
            .await;
        }
        is_over.store(true, Ordering::Relaxed);
    };
    let turns = turns(&place, whole.session.clone(), &is_over, &made);
    tokio::join!(turns, back_up);
    assert!(made.load(Ordering::Relaxed) > 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keys_of_users_lie_in_the_other_file() {
    let place = Place::sqlite().await;
    whole::keep(&place).await;
    let kept = Kept::of(&place, 1).await;
    let source = rusqlite::Connection::open(place.file().unwrap()).unwrap();
    let mut query = source.prepare("SELECT wrapped FROM user_keys").unwrap();
    let wrapped = query.query_map([], |it| it.get(0)).unwrap();
    let wrapped: Vec<Vec<u8>> = wrapped.map(Result::unwrap).collect();
    assert_eq!(wrapped.len(), 2);
    let (data, keys) = (
        std::fs::read(kept.file()).unwrap(),
        std::fs::read(kept.keys()).unwrap(),
    );
    for key in wrapped {
        assert!(holds(&keys, &key) && !holds(&data, &key));
    }
    let again = Store::back_up(&place.url, &kept.file(), &kept.keys(), at(2)).await;
    let error = again.unwrap_err().to_string();
    assert!(error.contains("exists already"), "{error}");
    assert_eq!(std::fs::read(kept.file()).unwrap(), data, "never replaced");
}

/// Erases a user as the app does.
async fn erase(place: &Place, user: UserId) {
    let event = EventRow {
        event_type: EventType::UserDeleted,
        ..rows::event(4, user)
    };
    let erase = Change::EraseUser {
        id: user,
        expected_version: 1,
        at: at(50),
    };
    let tell = Change::RecordEvents {
        user_id: None,
        events: vec![event],
    };
    place.commit(vec![erase, tell]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn newer_keys_open_an_older_database_but_not_who_was_erased_since() {
    let place = Place::sqlite().await;
    let whole = whole::keep(&place).await;
    let old = Kept::of(&place, 1).await;
    erase(&place, whole.user.id).await;
    // Somebody came since, too.
    let late = rows::user();
    place.commit(vec![Change::InsertUser(late)]).await;
    let new = old.folder.path().join("new.keys");
    let keys = Store::back_up_keys(&place.url, &new, at(2)).await.unwrap();
    assert_eq!(keys.users, 2);
    let (url, keyless) = old.restored(&new, &[]).await.unwrap();
    assert_eq!(keyless, 1);
    let store = Store::open(options(&url), Arc::new(random()))
        .await
        .unwrap();
    let expected = UserToErase {
        id: whole.user.id,
        version: 1,
        event_sequence: 3,
    };
    let found = store.keyless_users(place.workspace, 9).await;
    assert_eq!(found, Ok(vec![expected]));
    let other = store.user(place.workspace, whole.other.id).await;
    assert_eq!(other, Ok(Some(whole.other)));
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_known_to_be_erased_is_not_brought_back() {
    let place = Place::sqlite().await;
    let whole = whole::keep(&place).await;
    let old = Kept::of(&place, 1).await;
    assert_eq!(Store::erased_users(&place.url).await, Ok(vec![]));
    erase(&place, whole.user.id).await;
    let gone = Store::erased_users(&place.url).await.unwrap();
    assert_eq!(gone, [(place.workspace, whole.user.id)]);
    let (_, keyless) = old.restored(&old.keys(), &gone).await.unwrap();
    assert_eq!(keyless, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_do_not_belong_together_are_refused() {
    let (place, other) = (Place::sqlite().await, Place::sqlite().await);
    whole::keep(&place).await;
    let (old, new) = (Kept::of(&place, 1).await, Kept::of(&place, 2).await);
    let strange = Kept::of(&other, 2).await;
    let nothing = new.folder.path().join("nothing");
    let text = new.folder.path().join("text");
    std::fs::write(&text, "my diary").unwrap();
    let cut = new.folder.path().join("cut");
    let whole = std::fs::read(new.keys()).unwrap();
    std::fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    for (keys, told) in [
        (old.keys(), "is older than"),
        (strange.keys(), "of another database"),
        (nothing, "there is no file"),
        (text, "is no backup"),
        (place.file().unwrap(), "is no backup"),
        (cut, "backup"),
    ] {
        let refused = new.restored(&keys, &[]).await.unwrap_err();
        assert!(matches!(refused, Error::BadBackup { .. }), "{refused}");
        assert!(refused.to_string().contains(told), "{told}: {refused}");
    }
    assert!(!new.folder.path().join("restored.db").exists());
    new.restored(&new.keys(), &[]).await.unwrap();
    let twice = new.restored(&new.keys(), &[]).await.unwrap_err();
    assert!(twice.to_string().contains("exists already"), "{twice}");
    let nowhere = format!("sqlite:{}", new.folder.path().join("no.db").display());
    for url in [nowhere.as_str(), "postgres://a@b/c"] {
        let to = new.folder.path().join("x");
        let refused = Store::back_up_keys(url, &to, at(1)).await.unwrap_err();
        assert!(matches!(refused, Error::NotSupported { .. }), "{refused}");
        assert!(!to.exists());
    }
}

/// On both databases: what a database is in that was put together of an older copy and newer keys.
pub(crate) async fn who_has_no_key_can_be_erased(place: Place) {
    let whole = whole::keep(&place).await;
    let (id, other) = (whole.user.id.uuid(), whole.other.id.uuid());
    let literal = |uuid: uuid::Uuid| {
        let hex = uuid.simple();
        if place.store.is_embedded() {
            format!("X'{hex}'")
        } else {
            format!("'\\x{hex}'")
        }
    };
    let stranger = uuid::Uuid::from_u128(7);
    let moved = format!(
        "DELETE FROM user_keys WHERE user_id = {}; INSERT INTO user_keys SELECT workspace_id, {}, key_id, wrapped FROM user_keys WHERE user_id = {}",
        literal(id),
        literal(stranger),
        literal(other)
    );
    behind(&place.url, &moved).await;
    let store = place.reopened().await;
    let found = store.keyless_users(place.workspace, 9).await.unwrap();
    assert_eq!((found.len(), found[0].id), (1, whole.user.id));
    let event = EventRow {
        event_type: EventType::UserDeleted,
        ..rows::event(found[0].event_sequence + 1, found[0].id)
    };
    let erase = Change::EraseUser {
        id: found[0].id,
        expected_version: found[0].version,
        at: at(50),
    };
    let tell = Change::RecordEvents {
        user_id: None,
        events: vec![event],
    };
    store
        .commit(place.workspace, vec![erase, tell])
        .await
        .unwrap();
    assert_eq!(store.keyless_users(place.workspace, 9).await, Ok(vec![]));
    store.forget_strange_keys(place.workspace).await.unwrap();
    assert_eq!(findings(&place.url).await, []);
    let kept = store.user(place.workspace, whole.other.id).await;
    assert_eq!(kept, Ok(Some(whole.other)));
}
